"""`python -m bench [SIZES]`: how long things take, side by side with plain Material, as ratios within one run.

Machines are noisy: what counts are the ratios of one run and how times grow, not the seconds.
"""

from __future__ import annotations

import argparse
import math
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import yaml

from . import printing
from .atlas import ROOT, write_atlas
from .measure import ENVIRONMENT, Cost, measured


def plain_project(atlas: Path, plain: Path) -> Path:
    """The very same Markdown as a project of plain Material: theme, search, extensions, navigation."""
    out = plain / "docs"
    subprocess.run(
        [sys.executable, "-m", "macros", "pages", "--out", str(out)],
        cwd=atlas,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
    )
    (out / "index.md").write_text("# Home\n\nA generated atlas.\n", encoding="utf-8")
    text = (atlas / "mkdocs.yml").read_text(encoding="utf-8")
    extensions = text.partition("\nmarkdown_extensions:\n")[2].partition("\n\n")[0]
    features = re.search(r"\n  features:\n((?:    - .*\n)+)", text)
    folders = sorted(path.name for path in out.iterdir() if path.is_dir())
    settings = {
        "site_name": "The same pages",
        "theme": {"name": "material", "font": False, "features": yaml.safe_load(features[1] if features else "[]")},
        "plugins": ["search"],
        "markdown_extensions": yaml.safe_load(extensions),
        "nav": [{"Home": "index.md"}, {"The atlas": [{name: f"{name}/index.md"} for name in folders]}],
    }
    (plain / "mkdocs.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return plain


def export_share(atlas: Path, build: list[str], repeats: int) -> float:
    """What the files to take away add to the processor's work for a build, as a share of the build without them.

    The builds run in turn, so that a machine that grows slower or faster does not favour one of them.
    """
    if (ROOT / "node_modules").is_dir() and not (atlas / "node_modules").exists():
        (atlas / "node_modules").symlink_to(ROOT / "node_modules")  # the font, without which no picture is made
    nothing = {
        atlas / "macros" / "export" / f"{module}.py": f"def {name}(*_: object) -> list[object]:\n    return []\n"
        for module, name in (("__init__", "exports"), ("beside", "beside"))
    }
    everything = {module: module.read_text(encoding="utf-8") for module in nothing}
    full, bare = [], []
    for _ in range(repeats):
        full.append(measured(build, atlas).work)
        for module, text in nothing.items():
            module.write_text(text, encoding="utf-8")
        bare.append(measured(build, atlas).work)
        for module, text in everything.items():
            module.write_text(text, encoding="utf-8")
    return min(full) / min(bare) - 1


def edit_to_view(atlas: Path) -> tuple[float, float]:
    """Seconds from an edit of a record until `serve` shows it: on its own page, and on a page that mentions it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "mkdocs", "serve", "--dirty", "--livereload", "--dev-addr", f"127.0.0.1:{port}"]
    environment = {**ENVIRONMENT, "SITE_URL": f"http://127.0.0.1:{port}/"}
    server = subprocess.Popen(command, cwd=atlas, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        own, other = (f"http://127.0.0.1:{port}/{path}/" for path in ("symptoms/symptom-0", "tests/test-0"))
        _wait_for(other, "Generated symptom 0")
        time.sleep(2)  # the watcher takes its first look
        path = atlas / "data" / "symptoms" / "symptom-0.yml"
        text = path.read_text(encoding="utf-8")
        start = time.perf_counter()
        path.write_text(text.replace("title: Generated symptom 0", "title: An edited symptom"), encoding="utf-8")
        _wait_for(own, "An edited symptom")
        first = time.perf_counter() - start
        _wait_for(other, "An edited symptom")
        second = time.perf_counter() - start
        path.write_text(text, encoding="utf-8")
        return first, second
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:  # started in the background, where interrupts are not heard
            server.terminate()
            server.wait(10)


def _wait_for(url: str, text: str, patience: float = 300) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own server
                if text in answer.read().decode("utf-8"):
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise SystemExit(f"{url} did not show {text!r} in {patience:.0f} s")


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """The growth exponent between the last two sizes: 1 is linear, 2 is quadratic."""
    return math.log(seconds[-1] / seconds[-2]) / math.log(sizes[-1] / sizes[-2])


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[100, 1000, 5000], help="numbers of records")
    parser.add_argument(
        "--print", choices=("only", "whole"), help="the PDFs alone: of a small atlas, or of the real one"
    )
    options = parser.parse_args()
    if options.print:
        printing.show(options.print == "whole")
        return
    sizes = sorted(options.sizes)
    build = [sys.executable, "-m", "mkdocs", "build", "--clean"]
    check = [sys.executable, "-m", "macros", "check"]
    rows: list[tuple[Cost, Cost, Cost]] = []
    print("records   check        build        plain        build/plain   edit→page  edit→mention  export adds")
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=ROOT / ".cache" if (ROOT / ".cache").is_dir() else None) as folder:
            atlas = write_atlas(Path(folder) / "atlas", size)
            plain = plain_project(atlas, Path(folder) / "plain")
            repeats = 3 if size <= 1000 else 1
            costs = (measured(check, atlas, 3), measured(build, atlas, repeats), measured(build, plain, repeats))
            edited = edit_to_view(atlas)
            added = export_share(atlas, build, repeats)
        rows.append(costs)
        shown = "  ".join(f"{cost.seconds:6.2f}s {cost.megabytes:4.0f}M" for cost in costs)
        ratio = costs[1].seconds / costs[2].seconds
        print(f"{size:7,}  {shown}  {ratio:10.2f}  {edited[0]:9.2f}s  {edited[1]:11.2f}s  {added:11.0%}", flush=True)
    if len(sizes) > 1:
        names = ("check", "build", "plain")
        grown = {name: exponent(sizes, [row[i].seconds for row in rows]) for i, name in enumerate(names)}
        print("growth:  " + ", ".join(f"{name} n^{value:.2f}" for name, value in grown.items()))
    printing.show(whole=False)


if __name__ == "__main__":
    main()
