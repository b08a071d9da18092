"""The live preview: an edit is seen, a broken record is shown in the browser, and mending it brings the page back."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.atlas import write_atlas

PATIENCE = 60.0
"""Seconds after which a test gives up; how long things take is for the benchmarks."""


pytestmark = pytest.mark.flaky(reruns=1)  # a free port can be taken by another before the server has it


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - our own server
        return str(answer.read().decode("utf-8"))


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail("it did not happen in time")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A small atlas and the address at which it is served."""
    project = write_atlas(tmp_path / "atlas", 40)
    port = free_port()
    settings = (project / "mkdocs.yml").read_text(encoding="utf-8")
    settings = re.sub(r"^site_url:.*$", f"site_url: http://127.0.0.1:{port}/", settings, flags=re.MULTILINE)
    (project / "mkdocs.yml").write_text(settings, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "serve", "--dirty", "--livereload", "--dev-addr", f"127.0.0.1:{port}"],
        cwd=project,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1780272000", "NO_MKDOCS_2_WARNING": "1"},
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        wait_for(lambda: "Home" in fetch(address))
        yield project, address
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_edits_and_mistakes_are_shown(served: tuple[Path, str]) -> None:
    project, address = served
    symptom = project / "data" / "symptoms" / "symptom-0.yml"
    page, other = address + "symptoms/symptom-0/", address + "tests/test-0/"

    replace(symptom, "title: Generated symptom 0", "title: A new name")
    wait_for(lambda: "A new name" in fetch(page))
    assert "A new name" in fetch(other), "the pages that mention it follow"

    replace(symptom, "points: both", "points: nowhere")
    wait_for(lambda: "Problems in the data" in fetch(page))
    shown = fetch(other)
    assert "data/symptoms/symptom-0.yml:" in shown
    assert "Found &#x27;nowhere&#x27; in `points`" in shown

    replace(symptom, "points: nowhere", "points: neither")
    wait_for(lambda: "Neither" in fetch(page))

    replace(project / "docs" / "index.md", "A generated atlas.", "{{ count('simptom') }}")
    wait_for(lambda: "simptom" in fetch(address))
    replace(project / "docs" / "index.md", "{{ count('simptom') }}", "There are {{ count('symptom') }}.")
    wait_for(lambda: "There are 2." in fetch(address))

    replace(project / "macros" / "templates" / "symptom.md.j2", "## In MS", "## In multiple sclerosis")
    wait_for(lambda: "In multiple sclerosis" in fetch(page))
