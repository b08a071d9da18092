"""The site in a real Chromium: nothing is fetched from elsewhere, nobody is shut out, everything fits a phone."""

import pytest
from playwright.sync_api import Browser

from .browser import opened, violations

pytestmark = pytest.mark.browser

TEMPLATES = [
    "",
    "guides/ms-medicines/",
    "contribute/",
    "contribute/add-a-symptom/",
    "symptoms/",
    "symptoms/paraesthesia-numbness/",
    "pathways/",
    "pathways/fingolimod-cd320/",
    "foods/",
    "foods/clams-steamed/",
    "questions/tablets-or-injections/",
    "tests/",
    "tests/serum-total-b12/",
    "medicines/fingolimod/",
    "treatments/injections/",
    "claims/no-cure/",
    "intakes/",
    "models/absorption/",
    "sources/jonnalagadda-2023/",
    "glossary/myelin/",
]
"""A page of every template."""


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
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("path", ["symptoms/paraesthesia-numbness/", "pathways/fingolimod-cd320/", "foods/"])
def test_a_page_reads_without_script(browser: Browser, address: str, path: str) -> None:
    page = opened(browser, address + path, 320, "light", script=False)
    assert page.locator("h1").inner_text().strip()
    assert page.locator("table").first.is_visible()
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
