"""A real Chromium for the tests of pages: the built site served on this machine, seen as a fresh visitor.

Tests wait with `expect`. `wait_for_function` runs a text as code each time it looks again, which the pages' policy
refuses: such a test passes only where what it waits for is there at once.
"""

import contextlib
import os
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bench.lighthouse import served

AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"

# What a bar that sticks covers at this scroll position, and what lies behind an open window, the reader reaches by
# scrolling and by closing: axe would call a button too small that is half under it, at one position in twenty.
_VIOLATIONS = """async () => {
    const stuck = [...document.body.querySelectorAll('*')].filter(e => getComputedStyle(e).position === 'sticky');
    for (const bar of stuck) bar.style.setProperty('position', 'static', 'important');
    const result = await axe.run(document.querySelector(':modal') ?? document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
        resultTypes: ['violations'],
    });
    for (const bar of stuck) bar.style.removeProperty('position');
    return result.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '));
}"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass

    def copyfile(self, source: Any, outputfile: Any) -> None:
        # A page that is closed before it has everything is no fault of the server.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            super().copyfile(source, outputfile)


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served, on this machine only."""
    with served(site, Quiet) as here:
        yield here


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
        service_workers="block",  # each visitor would fetch all essential pages: tests/test_offline.py lets them
    )
    page = context.new_page()
    page.goto(address)
    return page


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page as it stands now."""
    page.evaluate(
        AXE.read_text(encoding="utf-8") + "; undefined"
    )  # a script element the page's own policy would refuse
    found: list[str] = page.evaluate(_VIOLATIONS)
    return found
