"""Feeds: by the rules of Atom (RFC 4287), from the records' own changes, and the same whatever the day."""

import datetime
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from macros.export import atom
from macros.export.publication import Publication
from macros.knowledge import KnowledgeBase
from macros.model import KINDS
from macros.news import News, by_kind, headline, news

from .conftest import Fields, Sample
from .published import HOSTILE, IN_XML, with_text

SITE = Publication("The B12 & MS Atlas", "https://atlas.test/", "What is known.", "https://example.org/atlas")
A = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})")
RELATIONS = {"alternate", "self", "license"}
"""Link relations that are registered, of those that feeds need."""
FEED = {"author", "entry", "id", "link", "rights", "title", "updated"}
ENTRY = {"category", "content", "id", "link", "title", "updated"}
"""What RFC 4287 allows (4.1.1, 4.1.2) and we use; of these only `author`, `entry`, `link` and `category` may repeat."""


def check(text: str) -> ElementTree.Element:
    """The rules of RFC 4287 for what stands in our feeds, by section."""
    feed = ElementTree.fromstring(text)
    assert feed.tag == f"{A}feed"
    check_parts(feed, FEED, {"id", "title", "updated"})
    assert feed.find(f"{A}author") is not None, "4.1.1: a feed has an author unless all its entries have"
    for author in feed.iter(f"{A}author"):
        assert [child.tag for child in author] == [f"{A}name"], "3.2: a person has one name"
        assert author[0].text
    entries = feed.findall(f"{A}entry")
    for entry in entries:
        check_parts(entry, ENTRY, {"id", "title", "updated", "content"})
        content = entry.find(f"{A}content")
        assert content is not None
        assert content.get("type") == "html"
        assert len(content) == 0, "4.1.3.3: HTML stands escaped, as text"
    ids = [element.text for element in feed.iter(f"{A}id")]
    assert len(set(ids)) == len(ids), "4.1.1: no two entries share an id at one time"
    assert [child.tag for child in feed][len(feed) - len(entries) :] == [f"{A}entry"] * len(entries)
    times = [entry.findtext(f"{A}updated") or "" for entry in entries]
    assert times == sorted(times, reverse=True)
    return feed


def check_parts(element: ElementTree.Element, allowed: set[str], needed: set[str]) -> None:
    names = [child.tag.removeprefix(A) for child in element]
    assert set(names) <= allowed
    for name in allowed - {"author", "entry", "link", "category"}:
        assert names.count(name) == (1 if name in needed else min(1, names.count(name))), name
    link = [(child.get("rel"), child.get("type"), child.get("hreflang")) for child in element.findall(f"{A}link")]
    assert len(set(link)) == len(link), "4.1.1: one alternate link of each type and language"
    assert ("alternate", "text/html", None) in link
    for child in element.findall(f"{A}link"):
        assert child.get("rel") in RELATIONS
        assert urlsplit(child.get("href")).scheme in ("http", "https")
        assert len(child) == 0
    identity = element.findtext(f"{A}id") or ""
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", identity), "4.2.6: an IRI"
    updated = element.findtext(f"{A}updated") or ""
    assert TIME.fullmatch(updated), "3.3: a date of RFC 3339"
    datetime.datetime.fromisoformat(updated)
    for category in element.findall(f"{A}category"):
        assert category.get("term")


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


def change(sample: Sample, kind: str, record_id: str, date: str, text: str) -> None:
    def add(fields: Fields) -> None:
        fields["changes"] = [{"date": date, "text": text}, *fields["changes"]]

    sample.edit(kind, record_id, add)


def feeds(base: KnowledgeBase) -> dict[str, ElementTree.Element]:
    return {path: check(text) for path, text in atom.files(base, SITE)}


def titles(feed: ElementTree.Element) -> list[str]:
    return [entry.findtext(f"{A}title") or "" for entry in feed.findall(f"{A}entry")]


def test_every_published_feed_keeps_atoms_rules(site: Path) -> None:
    found = {path.name: check(path.read_text(encoding="utf-8")) for path in (site / "feeds").iterdir()}
    assert set(found) == {"all.xml", "corrections.xml", *(f"{model.KIND.folder}.xml" for model in KINDS.values())}
    for name, feed in found.items():
        own = next(link.get("href") for link in feed.findall(f"{A}link") if link.get("rel") == "self")
        assert own == f"http://localhost:8000/feeds/{name}"


def test_every_link_of_a_feed_leads_to_a_page(site: Path) -> None:
    for path in (site / "feeds").iterdir():
        feed = check(path.read_text(encoding="utf-8"))
        links = [link.get("href") or "" for link in feed.iter(f"{A}link") if link.get("rel") == "alternate"]
        for content in feed.iter(f"{A}content"):
            links += Links(content.text or "").found
        assert links
        assert all((site / urlsplit(link).path.lstrip("/") / "index.html").is_file() for link in links)


def test_a_change_is_told_in_the_feed_of_its_kind_and_in_that_of_all(sample: Sample) -> None:
    change(sample, "food", "food-0", "2026-03-04", "The figure is now 3.1 µg: the old one was misread.")
    found = feeds(sample.base())
    line = "Generated food 0: The figure is now 3.1 µg: the old one was misread."
    assert titles(found["feeds/all.xml"])[0] == line
    assert titles(found["feeds/foods.xml"])[0] == line
    assert titles(found["feeds/corrections.xml"]) == [line]
    assert line not in titles(found["feeds/symptoms.xml"])
    entry = found["feeds/corrections.xml"].find(f"{A}entry")
    assert entry is not None
    assert entry.findtext(f"{A}updated") == "2026-03-04T00:00:00Z"
    assert entry.find(f"{A}link").get("href") == "https://atlas.test/foods/food-0/"  # type: ignore[union-attr]
    assert found["feeds/corrections.xml"].findtext(f"{A}updated") == "2026-03-04T00:00:00Z"


def test_new_records_are_told_together_and_are_no_corrections(sample: Sample) -> None:
    found = feeds(sample.base())
    told = titles(found["feeds/all.xml"])
    assert "New: 2 symptoms" in told
    assert "New: Generated intake 0" in told
    assert [title for title in told if re.fullmatch(r"New: \d+ terms", title)], "no 'glossary'"
    assert titles(found["feeds/corrections.xml"]) == []


def test_an_entry_keeps_its_id(sample: Sample) -> None:
    def ids(site: Publication) -> dict[str, str]:
        feed = check(dict(atom.files(sample.base(), site))["feeds/all.xml"])
        return {e.findtext(f"{A}title") or "": e.findtext(f"{A}id") or "" for e in feed.findall(f"{A}entry")}

    change(sample, "food", "food-0", "2026-03-04", "A figure was corrected.")
    first = ids(SITE)
    change(sample, "food", "food-1", "2026-03-05", "Another was.")
    moved = ids(Publication("Renamed", "https://elsewhere.test/sub/", "", ""))
    assert first.items() <= moved.items(), "neither a later change nor another address gives an entry a new name"


def test_hostile_text_is_text_in_every_reader(sample: Sample) -> None:
    hostile = 'A & B ]]> "quoted" &lt;b> {{ 7 }} – mended'
    change(sample, "food", "food-0", "2026-03-04", hostile)
    sample.edit("food", "food-0", lambda fields: fields.update(title="5 < 6 & 'so' ]]>"))
    entry = feeds(sample.base())["feeds/corrections.xml"].find(f"{A}entry")
    assert entry is not None
    assert entry.findtext(f"{A}title") == f"5 < 6 & 'so' ]]>: {hostile}"
    shown = Links(entry.findtext(f"{A}content") or "")
    assert shown.tags == {"p", "ul", "li", "a"}
    assert hostile in shown.words
    assert "5 < 6 & 'so' ]]>" in shown.words


def test_a_character_that_xml_cannot_hold_breaks_no_feed(real: KnowledgeBase) -> None:
    record = real.of_kind("food")[0].model_copy(update={"title": "a\x00b\x1fc\ufffe"})
    one = next(by_kind(news(real)))
    spoilt = type(one)(one.date, "null \x00", (record,))
    assert titles(check(atom.feed(SITE, "feeds/x.xml", "x \x01", [spoilt], one.date)))


def test_text_that_means_harm_is_text_in_every_feed(sample: Sample) -> None:
    change(sample, "food", "food-0", "2026-03-04", "A figure was corrected.")
    base = with_text(sample.base(), HOSTILE)
    told = [News(one.date, HOSTILE, one.records) for one in by_kind(news(base))]
    feed = check(atom.feed(SITE, "feeds/x.xml", HOSTILE, told, told[0].date))
    assert feed.findtext(f"{A}title") == IN_XML
    assert f"{IN_XML}: {IN_XML}" in titles(feed)
    for path, own in feeds(base).items():
        for content in own.iter(f"{A}content"):
            assert Links(content.text or "").tags <= {"p", "ul", "li", "a"}, path
    for entry in feed.findall(f"{A}entry"):
        shown = Links(entry.findtext(f"{A}content") or "")
        assert shown.tags == {"p", "ul", "li", "a"}
        assert IN_XML in shown.words


def test_a_feed_stays_short(sample: Sample) -> None:
    days = [f"2026-{month:02}-{day:02}" for month in (3, 4, 5) for day in range(1, 29)]
    sample.edit(
        "food",
        "food-0",
        lambda fields: fields.update(
            changes=[
                *({"date": day, "text": f"Change {n} of {day}."} for day in reversed(days) for n in (1, 2)),
                *fields["changes"],
            ]
        ),
    )
    feed = feeds(sample.base())["feeds/foods.xml"]
    assert len(titles(feed)) == atom.MOST_ENTRIES
    assert "2026-05-28" in titles(feed)[0]


@pytest.mark.parametrize("path", ["feeds/all.xml", "feeds/corrections.xml", "feeds/foods.xml"])
def test_two_runs_write_the_same(sample: Sample, path: str) -> None:
    first, second = (dict(atom.files(sample.base(), SITE))[path] for _ in range(2))
    assert first == second


def test_pages_name_the_feeds_that_tell_of_them(site: Path) -> None:
    def named(page: str) -> list[str]:
        text = (site / page / "index.html").read_text(encoding="utf-8")
        return re.findall(r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">', text)

    assert named("symptoms/fatigue") == ["../../feeds/all.xml", "../../feeds/symptoms.xml"]
    assert named("foods") == ["../feeds/all.xml", "../feeds/foods.xml"]
    assert named("about") == ["../feeds/all.xml"]


def test_the_page_of_changes_tells_them_all_and_leads_to_the_feeds(site: Path, real: KnowledgeBase) -> None:
    shown = Links((site / "what-changed" / "index.html").read_text(encoding="utf-8"))
    for one in by_kind(news(real)):
        if len(one.records) > 1:
            assert headline(one) in shown.words
        else:
            assert one.records[0].title in shown.words
    assert {f"../feeds/{path.name}" for path in (site / "feeds").iterdir()} <= set(shown.found)
