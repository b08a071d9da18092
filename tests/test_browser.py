"""The site in a real Chromium: nothing is fetched from elsewhere, nobody is shut out, everything fits a phone."""

import functools
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from .conftest import ROOT

pytestmark = pytest.mark.browser

TEMPLATES = [
    "",
    "guides/ms-medicines/",
    "contribute/",
    "symptoms/",
    "symptoms/paraesthesia-numbness/",
    "pathways/fingolimod-cd320/",
    "foods/",
    "foods/clams-steamed/",
    "questions/tablets-or-injections/",
    "tests/serum-total-b12/",
    "medicines/fingolimod/",
    "treatments/injections/",
    "claims/no-cure/",
    "intakes/",
    "sources/jonnalagadda-2023/",
    "glossary/myelin/",
]
"""A page of every template."""

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served, on this machine only."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    options = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    options += ["--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=options
        )
        yield chromium
        chromium.close()


def opened(browser: Browser, address: str, width: int, scheme: str, *, script: bool = True) -> Page:
    """A page as a fresh visitor meets it: nothing stored, reduced motion, this width and these colours."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize("path", TEMPLATES)
def test_nothing_is_fetched_from_elsewhere(browser: Browser, address: str, path: str) -> None:
    requests: list[str] = []
    errors: list[str] = []
    page = browser.new_context().new_page()
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address + path, wait_until="networkidle")
    assert requests
    assert [url for url in requests if not url.startswith((address, "data:", "blob:"))] == []
    assert errors == []
    assert page.context.cookies() == []
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", TEMPLATES)
def test_axe_finds_nothing_and_the_page_fits(
    browser: Browser, address: str, path: str, width: int, scheme: str
) -> None:
    page = opened(browser, address + path, width, scheme)
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        """async () => (await axe.run(document, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
            resultTypes: ['violations'],
        })).violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))"""
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("path", ["symptoms/paraesthesia-numbness/", "pathways/fingolimod-cd320/", "foods/"])
def test_a_page_reads_without_script(browser: Browser, address: str, path: str) -> None:
    page = opened(browser, address + path, 320, "light", script=False)
    assert page.locator("h1").inner_text().strip()
    assert page.locator("table").first.is_visible()
    page.context.close()


def test_the_keyboard_reaches_the_diagram_and_its_table(browser: Browser, address: str) -> None:
    page = opened(browser, address + "pathways/fingolimod-cd320/", 1280, "light")
    page.locator(".canvas").focus()
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.closest('svg') !== null")
    assert focused
    page.locator("svg a.arrow").first.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#arrow-1")
    assert page.locator("#arrow-1").is_visible()
    page.context.close()


def test_an_explained_word_is_reached_by_keyboard_and_leads_to_the_glossary(browser: Browser, address: str) -> None:
    page = opened(browser, address + "symptoms/paraesthesia-numbness/", 1280, "light")
    page.locator("a.term").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary/*/")
    assert page.locator(".in-short").is_visible()
    page.context.close()


def test_a_printed_page_has_no_navigation(browser: Browser, address: str) -> None:
    page = opened(browser, address + "symptoms/paraesthesia-numbness/", 1280, "light")
    page.emulate_media(media="print")
    assert not page.locator(".md-header").is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator(".care").first.is_visible()
    page.context.close()


def test_search_finds_everyday_words(browser: Browser, address: str) -> None:
    page = opened(browser, address, 1280, "light")
    page.locator(".md-search__input").click()
    page.keyboard.type("pins and needles")
    page.locator(".md-search-result__item").first.wait_for()
    texts = page.locator(".md-search-result__item").all_inner_texts()
    assert any("Tingling" in text for text in texts[:5])
    page.context.close()
