"""Lighthouse's scores for a phone: `python -m bench.lighthouse SITE` prints them; a test holds all but performance.

Performance depends on the machine and on what else it does, so it is measured here and never tested.
"""

from __future__ import annotations

import functools
import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

LIGHTHOUSE = Path(__file__).resolve().parent.parent / "node_modules" / ".bin" / "lighthouse"
PAGES = ("", "symptoms/paraesthesia-numbness/", "symptoms/", "foods/", "pathways/fingolimod-cd320/")
"""Home, a symptom, the explorer, the food finder, a pathway."""
CHROMIUM_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_COMPRESSED = {".html", ".css", ".js", ".json", ".svg"}


class Compressing(SimpleHTTPRequestHandler):
    """Serves a folder as a host of static pages does: text compressed, and nothing printed."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Prints nothing."""

    def do_GET(self) -> None:
        """Sends a file; a text file compressed."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() and self.path.partition("?")[0].endswith("/") else path
        if path.suffix not in _COMPRESSED or not path.is_file():
            super().do_GET()
            return
        body = gzip.compress(path.read_bytes(), mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(site: Path, handler: type[SimpleHTTPRequestHandler] = Compressing) -> Iterator[str]:
    """The address at which the folder is served, on this machine only, until the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def scores(address: str, categories: str) -> Mapping[str, tuple[int, list[str]]]:
    """Lighthouse's scores of one page as a phone of moderate speed meets it.

    Args:
        address: the page.
        categories: those wanted, with commas between: performance, accessibility, best-practices, seo.

    Returns:
        For each category the score from 0 to 100, and what took points from it.
    """
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [
                str(LIGHTHOUSE),
                address,
                "--quiet",
                "--output=json",
                f"--output-path={report}",
                f"--only-categories={categories}",
                f"--chrome-flags={' '.join(CHROMIUM_OPTIONS)}",
            ],
            check=True,
            capture_output=True,
            timeout=300,
            env={**os.environ, "CHROME_PATH": os.environ.get("CHROMIUM", "/usr/bin/chromium")},
        )
        found = json.loads(report.read_text(encoding="utf-8"))
    return {
        name: (
            round(category["score"] * 100),
            [
                f"{audit['id']}: {audit.get('displayValue', '')}".strip(": ")
                for audit in (found["audits"][reference["id"]] for reference in category["auditRefs"])
                if audit["score"] is not None and audit["score"] < 1
            ],
        )
        for name, category in found["categories"].items()
    }


def main(site: Path) -> int:
    """Prints the scores of `PAGES`; the exit status is 1 where one is below 97 or, but for performance, below 100."""
    failed = False
    with served(site) as address:
        for page in PAGES:
            found = scores(address + page, "performance,accessibility,best-practices,seo")
            told = ", ".join(f"{name} {score}" for name, (score, _) in found.items())
            print(f"{page or 'home'}: {told}")
            failed |= any(score < (97 if name == "performance" else 100) for name, (score, _) in found.items())
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "site")))
