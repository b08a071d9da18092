"""Pages printed from the browser: the text alone, addresses shown, tables whole, nothing folded, ink on white."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from .browser import opened

pytestmark = pytest.mark.browser

PAGES = (
    "",
    "symptoms/",
    "symptoms/paraesthesia-numbness/",
    "pathways/fingolimod-cd320/",
    "questions/can-b12-deficiency-be-mistaken-for-ms/",
    "claims/",
    "tests/",
    "tests/serum-total-b12/",
    "medicines/metformin/",
    "treatments/injections/",
    "foods/",
    "foods/beef-liver-braised/",
    "intakes/",
    "glossary/",
    "sources/nice-ng239-2024/",
    "guides/treatment/",
    "is-it-b12-or-ms/",
    "trust/",
    "print/",
    "data/",
    "contribute/",
)
"""A page of every kind."""
FURNITURE = ".md-header, .site-map, .md-skip, .crumbs, .contents, .improve, .cite-page, form, article button"
WHOLE = "tr, .finding, .care:not(:has(ul.gathered))"
"""What no page's end tears; a card with the signs of all symptoms is longer than a page."""
A4_WIDE = 703
"""The width of the text on A4, in CSS pixels, with the margins that browsers leave."""


@pytest.fixture(scope="module")
def paper(browser: Browser, address: str) -> Iterator[Page]:
    """A page as wide as paper, laid out for print, whose reader has chosen dark colours for the screen."""
    page = opened(browser, address + "settings/", A4_WIDE, "dark")
    page.evaluate("localStorage.setItem('atlas-settings', JSON.stringify({ colours: 'dark' }))")
    page.emulate_media(media="print")
    yield page
    page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_on_paper_stands_the_text_alone_with_its_tables_and_cards_whole(paper: Page, address: str, path: str) -> None:
    paper.goto(address + path)
    assert paper.locator("h1").is_visible()
    assert paper.locator("article table:visible:has(thead):not(:has(thead:visible))").count() == 0
    buttons_in_heads = paper.locator("thead button:visible").count()  # their words are the head's
    assert paper.locator(f":is({FURNITURE}):visible").count() == buttons_in_heads
    for kind, name, value in (("thead", "display", "table-header-group"), (WHOLE, "break-inside", "avoid")):
        torn = paper.locator(f":is({kind}):visible").evaluate_all(
            f"all => all.filter((it) => getComputedStyle(it).getPropertyValue('{name}') !== '{value}')"
            ".map((it) => it.className)"
        )
        assert torn == []
    wide = paper.locator("table:visible, article svg:visible, pre:visible").evaluate_all(
        "all => all.filter((it) => it.getBoundingClientRect().right > document.documentElement.clientWidth + 1).length"
    )
    assert wide == 0


@pytest.mark.parametrize("path", PAGES)
def test_on_paper_addresses_are_shown_and_nothing_is_folded_or_pale(paper: Page, address: str, path: str) -> None:
    paper.goto(address + path)
    for link in paper.locator("article a[href^='http']:visible").all():
        shown = link.evaluate("it => getComputedStyle(it, '::after').content")
        assert str(link.get_attribute("href")) in shown
    for fold in paper.locator("article details:visible").all():
        assert fold.evaluate("it => it.lastElementChild.checkVisibility({ contentVisibilityAuto: true })")
        assert fold.evaluate("it => it.getBoundingClientRect().height > it.firstElementChild.offsetHeight + 5")
    inks = paper.locator("article :is(h1, h2, p, td, figcaption, svg.pathway text):visible").evaluate_all(
        "all => [...new Set(all.map((it) => getComputedStyle(it)[it.closest('svg') ? 'fill' : 'color']))]"
    )
    assert inks
    for ink in inks:
        assert sum(map(int, re.findall(r"\d+", ink)[:3])) < 3 * 128, ink


@pytest.mark.parametrize(("path", "head"), [("foods/", "per 100 g"), ("claims/", "Verdict"), ("symptoms/", "MS")])
def test_each_sheet_of_a_long_table_has_its_heads(
    paper: Page, address: str, tmp_path: Path, path: str, head: str
) -> None:
    assert shutil.which("pdftotext"), "Install poppler-utils."
    paper.goto(address + path)
    assert paper.locator("thead:visible", has_text=head).count()
    paper.pdf(path=tmp_path / "page.pdf", format="A4")
    told = ["pdftotext", "-layout", str(tmp_path / "page.pdf"), "-"]
    sheets = subprocess.run(told, check=True, capture_output=True, text=True).stdout.split("\f")
    assert sum(head in sheet for sheet in sheets) >= 3
