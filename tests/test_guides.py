"""Hand-written guides: no figure is typed by hand, each is short first and in the navigation."""

import re
from pathlib import Path

import pytest

from .conftest import ROOT

LIST = ROOT / "docs" / "guides" / "index.md"
GUIDES = [*sorted({*(ROOT / "docs" / "guides").glob("*.md")} - {LIST}), ROOT / "docs" / "is-it-b12-or-ms.md"]

# What is a name and not a figure: molecules, tests, emergency numbers, the years that records hold.
NAMES = re.compile(
    r"\b(B12|B6|B9|S1P1?|CD320|TCN[12]|5-MTHF|TNF|IL-6|NG\d{3}|(?:19|20)\d\d|999|911|112|111|Month \d+)\b"
)


def words(path: Path) -> str:
    """A guide's own words: without front matter, macros, addresses and attributes."""
    text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    text = re.sub(r"^\d+\. ", "", text, flags=re.MULTILINE)
    return re.sub(r"<[^>]*>", "", text)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_no_figure_in_a_guide_is_typed_by_hand(path: Path) -> None:
    assert re.findall(r"\d[\d.,]*", NAMES.sub("", words(path))) == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_guide_is_short_first_cited_and_says_that_no_clinician_has_reviewed_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.index("In short") < text.index("\n## ")
    assert "Not yet reviewed by a clinician" in text
    assert "{{ references() }}" in text or "{{ cite(" not in text


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_guide_stands_in_the_navigation(path: Path) -> None:
    assert path.relative_to(ROOT / "docs").as_posix() in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


def test_the_list_of_guides_names_each_of_them_once() -> None:
    addresses = re.findall(r'<a href="\.\./([^"]+)/">', LIST.read_text(encoding="utf-8"))
    named = [ROOT / "docs" / f"{address}.md" for address in addresses]
    assert sorted(named) == sorted(GUIDES)
