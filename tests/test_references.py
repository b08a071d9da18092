"""References for reference managers: read back by other programs, true to the records, harmless whatever the text."""

import datetime
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from bibtexparser.entrypoint import parse_string
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from macros.export import references
from macros.knowledge import KnowledgeBase
from macros.model.kinds.source import Source
from macros.permanent import short_path

PAGE = references.of_page(
    "Tiredness and fatigue",
    "symptoms/fatigue/",
    "https://atlas.test/r/vrbbbm.html",
    "The B12 & MS Atlas",
    datetime.date(2026, 11, 21),
    reviewed=False,
)
TYPES = {"article", "article-journal", "book", "chapter", "dataset", "document", "paper-conference", "report", "thesis"}
"""Types of CSL's data schema, of those that the records use; and `webpage`."""
TEXT_FIELDS = {
    "title",
    "container-title",
    "volume",
    "issue",
    "page",
    "publisher",
    "DOI",
    "PMID",
    "URL",
    "note",
    "language",
}
"""Fields that CSL's data schema has as text."""


def bibtex(text: str) -> dict[str, Any]:
    """A BibTeX file, read by bibtexparser: key → entry. Nothing in it may be left unread."""
    library = parse_string(text)
    assert library.failed_blocks == []
    assert len(library.blocks) == len(library.entries)
    return dict(library.entries_dict)


def ris(text: str) -> list[list[tuple[str, str]]]:
    """A RIS file, read strictly: each reference as its tags and values."""
    found: list[list[tuple[str, str]]] = []
    for line in text.split("\r\n"):
        if not line:
            continue
        match = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line)
        assert match, f"not a line of RIS: {line!r}"
        if match[1] == "TY":
            found.append([])
        found[-1].append((match[1], match[2]))
    for reference in found:
        assert reference[0][0] == "TY"
        assert reference[-1] == ("ER", "")
        assert [tag for tag, _ in reference].count("ER") == 1
    return found


def check_csl(item: Mapping[str, Any]) -> None:
    """The rules of CSL's data schema for the fields that are used here."""
    assert set(item) <= {"id", "type", "author", "issued"} | TEXT_FIELDS
    assert item["type"] in TYPES | {"webpage"}
    assert all(isinstance(item[name], str) and item[name] for name in ["id", *(TEXT_FIELDS & set(item))])
    for name in item.get("author", []):
        assert set(name) in ({"literal"}, {"family", "given"})
    for parts in item.get("issued", {"date-parts": []})["date-parts"]:
        assert 1 <= len(parts) <= 3
        datetime.date(*[*parts, 1, 1][:3])


@pytest.fixture(scope="module")
def files(site: Path) -> dict[str, str]:
    """The published files of all sources, by their ending."""
    return {path.name.partition(".")[2]: path.read_bytes().decode() for path in (site / "sources").glob("all.*")}


def test_every_source_stands_in_every_file(files: dict[str, str], real: KnowledgeBase) -> None:
    sources = {record.id: record for record in real.of_kind("source") if isinstance(record, Source)}
    entries = bibtex(files["bib"])
    items = {item["id"]: item for item in json.loads(files["csl.json"])}
    references_ = {dict(reference)["ID"]: reference for reference in ris(files["ris"])}
    assert set(entries) == set(items) == set(references_) == set(sources)
    for key, source in sources.items():
        check_csl(items[key])
        fields = {field.key: field.value for field in entries[key].fields}
        told = references_[key]
        assert items[key].get("DOI") == source.doi == fields.get("doi") == dict(told).get("DO")
        assert items[key].get("PMID") == source.pmid == fields.get("pmid") == dict(told).get("AN")
        assert len(items[key].get("author", [])) == len(source.authors) == [tag for tag, _ in told].count("AU")
        year = str(source.year) if source.year else None
        if year:
            assert fields["year"] == dict(told)["PY"] == year == str(items[key]["issued"]["date-parts"][0][0])


def test_nothing_is_added_that_the_record_does_not_say(real: KnowledgeBase) -> None:
    read = real.vocabularies["read"]
    for record in real.of_kind("source"):
        assert isinstance(record, Source)
        item = references.of_source(record, read)
        assert ("issued" in item) <= bool(record.year or record.date)
        assert (record.title == item["title"]) or (record.supplied_title and item["title"] == f"[{record.title}]")
        assert read[record.read].label in item["note"]
        assert ("More authors follow." in item["note"]) == record.more_authors


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Kihara Y", {"family": "Kihara", "given": "Y."}),
        ("de Groot LCPGM", {"family": "de Groot", "given": "L. C. P. G. M."}),
        ("Landtblom A-M", {"family": "Landtblom", "given": "A.-M."}),
        ("Flemmen HØ", {"family": "Flemmen", "given": "H. Ø."}),
        ("NHS 111 Wales", {"literal": "NHS 111 Wales"}),
        ("UK Department of Health", {"literal": "UK Department of Health"}),
        ("Janssen-Cilag International NV", {"literal": "Janssen-Cilag International NV"}),
        ("NIDDK", {"literal": "NIDDK"}),
        ("Kwon", {"literal": "Kwon"}),
    ],
)
def test_a_body_is_not_taken_for_a_person(name: str, parts: dict[str, str]) -> None:
    assert references.author(name) == parts


@pytest.mark.parametrize(
    ("date", "year", "parts"),
    [
        ("7 November 2023", 2023, [2023, 11, 7]),
        ("July 2018", 2018, [2018, 7]),
        ("2024-10-31", 2024, [2024, 10, 31]),
        ("copy of 14 October 2024", None, []),
        ("record updated 2 June 2026", 2026, [2026]),
        ("7 November 2023", 2022, [2022]),
    ],
)
def test_only_a_date_of_publication_is_told_as_one(
    real: KnowledgeBase, date: str, year: int | None, parts: list[int]
) -> None:
    source = real.of_kind("source")[0].model_copy(update={"date": date, "year": year})
    assert isinstance(source, Source)
    item = references.of_source(source, real.vocabularies["read"])
    assert item.get("issued", {"date-parts": [[]]})["date-parts"] == [parts]
    assert (date in item["note"]) == (len(parts) < 2)


def test_more_authors_are_told_in_the_way_of_each_form(real: KnowledgeBase) -> None:
    source = real.of_kind("source")[0].model_copy(update={"authors": ("Doe J", "A and B, Ltd."), "more_authors": True})
    assert isinstance(source, Source)
    text = references.bibtex([references.of_source(source, real.vocabularies["read"])])
    assert "author = {Doe, J. and {A and B, Ltd.} and others}" in text


def test_a_page_is_cited_in_words() -> None:
    assert references.plain(PAGE) == (
        "The B12 & MS Atlas contributors. Tiredness and fatigue. In: The B12 & MS Atlas. Updated 21 November 2026. "
        "Available from: https://atlas.test/r/vrbbbm.html"
    )
    assert PAGE["id"] == "b12-ms-atlas-symptoms-fatigue"
    question = references.of_page("Is it B12?", "q/", "https://a.test/q/", "The Atlas", None, reviewed=True)
    assert references.plain(question) == (
        "The Atlas contributors. Is it B12? In: The Atlas. Available from: https://a.test/q/"
    )
    assert PAGE["note"] == "Not reviewed by a clinician."
    assert "note" not in question


@given(st.text(min_size=1).filter(lambda text: references.one_line(text)))
def test_hostile_text_stays_in_its_field(text: str) -> None:
    shown = references.one_line(text)
    item = {
        "id": "one",
        "type": "article-journal",
        "title": text,
        "author": [{"literal": text}, {"family": text, "given": "Y."}],
        "container-title": text,
        "URL": f"https://a.test/{text}",
        "note": text,
    }
    (entry,) = bibtex(references.bibtex([item])).values()
    assert {field.key for field in entry.fields} == {"author", "title", "journal", "url", "note"}
    assert untex(str(next(field.value for field in entry.fields if field.key == "note"))) == shown
    (reference,) = ris(references.ris([item]))
    assert [tag for tag, _ in reference] == ["TY", "ID", "AU", "AU", "TI", "T2", "UR", "N1", "ER"]
    assert dict(reference)["TI"] == shown
    assert json.loads(references.csl([item])) == [item]


def untex(text: str) -> str:
    """What TeX shows of a text."""
    names = {
        "textbackslash": "\\",
        "textbraceleft": "{",
        "textbraceright": "}",
        "textasciitilde": "~",
        "textasciicircum": "^",
    }
    return re.sub(r"\\(?:(text\w+?)\{\}|([%&$#_]))", lambda sign: names[sign[1]] if sign[1] else sign[2], text)


@pytest.mark.browser
def test_a_reader_saves_the_reference_of_a_page(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}symptoms/fatigue/")
    page.get_by_text("Cite this page").click()
    saved = {}
    for label in ("BibTeX", "RIS", "CSL-JSON"):
        with page.expect_download() as download:
            page.locator(".cite-page").get_by_role("link", name=label, exact=True).click()
        saved[download.value.suggested_filename] = Path(download.value.path()).read_bytes().decode()
    page.close()
    (entry,) = bibtex(saved["fatigue.bib"]).values()
    assert {field.key: field.value for field in entry.fields}["title"] == "{Tiredness and fatigue}"
    assert dict(ris(saved["fatigue.ris"])[0])["TI"] == "Tiredness and fatigue"
    (item,) = json.loads(saved["fatigue.json"])
    check_csl(item)
    assert item["URL"] == f"http://localhost:8000/{short_path('symptom:fatigue')}"


def test_every_page_says_how_to_cite_it(site: Path, real: KnowledgeBase) -> None:
    start = "http://localhost:8000/"
    short = {f"{e.record.KIND.folder}/{e.record.id}/": short_path(e.record.key) for e in real.entries.values()}
    pages = [path for path in site.rglob("index.html") if 'name="robots"' not in path.read_text("utf-8")]
    assert len(pages) > 1000
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert text.count('<details class="cite-page">') == 1, path
        own = path.relative_to(site).as_posix().removesuffix("index.html")
        cited = start + short.get(own, own)
        assert (f'The short address is permanent: <a href="{cited}">{cited}</a>' in text) == (own in short), path
        assert (f'<link rel="cite-as" href="{cited}">' in text) == (own in short), path
        assert f"Available from: {cited}</span>" in text, path
        files = re.findall(r'<a download="([^"]+)" href="data:([^"]+)">', text)
        assert [name.rpartition(".")[2] for name, _ in files] == ["bib", "ris", "json"], path
        (item,) = json.loads(unquote(files[2][1].partition(",")[2].replace("&#39;", "'").replace("&amp;", "&")))
        check_csl(item)
        assert item["URL"] == cited, path
        assert all(cited in unquote(data) for _, data in files), path


def test_two_runs_say_the_same(real: KnowledgeBase) -> None:
    read = real.vocabularies["read"]
    sources = [record for record in real.of_kind("source") if isinstance(record, Source)]
    first, second = ([references.of_source(source, read) for source in sources] for _ in range(2))
    for write in (references.bibtex, references.ris, references.csl):
        assert write(first) == write(second)
