"""The built pages by the numbers that the project holds itself to: valid HTML, weight, Lighthouse, no layout shift."""

import gzip
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bench.lighthouse import PAGES, scores, served
from macros.permanent import short_path

from .conftest import ROOT
from .test_browser import TEMPLATES

pytestmark = pytest.mark.browser

VNU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
HEAVIEST_PAGE = 30_000
"""Bytes of a page's HTML, gzip."""
HEAVIEST_VIEW = 110_000
"""Bytes that a first view of a page fetches in all, gzip."""


def packed(path: Path) -> int:
    """The size of a file as it is sent: fonts and pictures are packed already."""
    data = path.read_bytes()
    return len(data) if path.suffix in (".woff2", ".png") else len(gzip.compress(data, mtime=0))


def test_every_template_is_valid_html(site: Path) -> None:
    pages = [str(site / path / "index.html") for path in TEMPLATES] + [str(site / "404.html")]
    pages.append(str(site / short_path("symptom:fatigue")))
    done = subprocess.run(
        ["java", "-jar", str(VNU), "--format", "json", "--stdout", "--errors-only", *pages],
        capture_output=True,
        text=True,
        timeout=120,
    )
    found = json.loads(done.stdout)["messages"]
    assert [f"{m['url'][len(str(site)) :]}:{m.get('lastLine')}: {m['message']}" for m in found] == []


def test_no_record_page_is_heavier_than_the_limit(site: Path) -> None:
    kinds = [path for path in site.iterdir() if path.is_dir() and (path / "index.html").is_file()]
    pages = [page for kind in kinds for page in kind.glob("*/index.html") if kind.name != "contribute"]
    assert len(pages) > 1000
    heavy = {str(page.parent.relative_to(site)): size for page in pages if (size := packed(page)) > HEAVIEST_PAGE}
    assert heavy == {}


@pytest.mark.parametrize("path", PAGES)
def test_a_first_view_fetches_no_more_than_the_limit(site: Path, browser: Browser, address: str, path: str) -> None:
    page = browser.new_context(service_workers="block").new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(address + path, wait_until="networkidle")
    files = [re.sub(r"[?#].*", "", url.removeprefix(address)) for url in fetched]
    sizes = {
        file: packed(site / file / "index.html" if file.endswith("/") or not file else site / file) for file in files
    }
    page.context.close()
    assert sum(sizes.values()) <= HEAVIEST_VIEW, sizes


@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_while_a_page_loads(browser: Browser, address: str, path: str) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 800}, service_workers="block").new_page()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
        " window.shift += entry.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(address + path, wait_until="networkidle")
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") == 0
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_lighthouse_finds_nothing_to_mend(site: Path, path: str) -> None:
    with served(site) as here:
        found = scores(here + path, "accessibility,best-practices,seo")
    assert {name: lost for name, (score, lost) in found.items() if score < 100} == {}
    assert len(found) == 3


def test_the_tools_of_these_tests_are_there() -> None:
    assert VNU.is_file()
    assert os.access(ROOT / "node_modules" / ".bin" / "lighthouse", os.X_OK)
