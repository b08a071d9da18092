"""The book: its numbers of pages are right wherever they stand, nothing is counted twice, and no link leads nowhere."""

import datetime
import io
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import page as validator
import pikepdf
import pytest

from macros.cite import vancouver
from macros.knowledge import KnowledgeBase
from macros.model.kinds.source import Source
from macros.press import book as texts
from macros.press import run as press
from macros.press.bind import bind
from macros.press.book import Book, BookMaker
from macros.press.document import BOOK, book
from macros.press.folio import Digits, UnboundError
from macros.press.guides import Guide, Guides, guides
from macros.press.job import HERE, Binding, Entry, Job, Outcome
from macros.press.quire import Folded, Quire, packed
from macros.press.run import Run, run
from macros.press.shelf import Keys
from macros.press.tagged import Reader, Tagged
from macros.press.typeset import digits as digits_of
from macros.press.typeset import typeset
from macros.whole import Before

from .conftest import ROOT, Sample

SITE = "https://example.org/atlas/"
PACKAGES = ROOT / "node_modules"
GUIDE = """---
title: A guide
---

# A guide

See {{ record("symptom:SYMPTOM") }}, [the other](two.md#a-part), [below](#more), [food](../foods/index.md),
<a href="../../search/">the search</a>{{ cite("SOURCE") }}.

| A | B |
|---|---|
| 1 | 2 |

## More

{{ references() }}
"""


def small(folder: Path) -> Sample:
    """A small atlas with two guides."""
    sample = Sample(folder)
    text = GUIDE.replace("SYMPTOM", a_record(sample, "symptoms")).replace("SOURCE", a_record(sample, "sources"))
    (sample.root / "docs" / "guides").mkdir(parents=True)
    (sample.root / "docs" / "how-we-know.md").write_text("# How we know\n\nBy reading.\n", encoding="utf-8")
    (sample.root / "docs" / "guides" / "one.md").write_text(text, encoding="utf-8")
    (sample.root / "docs" / "guides" / "two.md").write_text("# The other\n\n## A part\n\nWords.\n", encoding="utf-8")
    nav = "nav:\n  - Guides:\n      - All: guides/index.md\n      - One: guides/one.md\n      - guides/two.md\n"
    (sample.root / "mkdocs.yml").write_text(f"site_url: !ENV [A, b]\n{nav}", encoding="utf-8")
    return sample


def a_record(sample: Sample, folder: str) -> str:
    return min(path.stem for path in (sample.root / "data" / folder).glob("*.yml"))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@dataclass(frozen=True)
class Bound:
    """A small book, set and read again."""

    root: Path
    base: KnowledgeBase
    made: Book
    run: Run
    pdf: bytes
    parts: list[Tagged]
    pages: dict[tuple[int, int], int]
    places: dict[str, int]

    def of(self, *tags: str) -> Iterator[Tagged]:
        return (part for part in self.parts if part.tag in tags)


def read(sample: Sample) -> Bound:
    base = sample.base()
    made = run(base, sample.root, PACKAGES, SITE, [BOOK], 2, lambda *_: None)
    assert made.problems == ()
    data = made.files["print/b12-ms-atlas-a4.pdf"].read_bytes()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages: dict[Any, int] = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        names = list(pdf.Root.Names.Dests.Names)
        places = {str(n): pages[p[0].objgen] for n, p in zip(names[::2], names[1::2], strict=True)}
        parts = Reader(pdf).parts()
    return Bound(
        sample.root, base, BookMaker(base, SITE, sample.root).book(book(base)), made, data, parts, pages, places
    )


@pytest.fixture(scope="module")
def bound(tmp_path_factory: pytest.TempPathFactory) -> Bound:
    return read(small(tmp_path_factory.mktemp("book")))


def test_the_book_passes_the_machine_checks_on_both_papers(bound: Bound) -> None:
    assert [(one.document, one.paper) for one in bound.run.printed] == [(BOOK, "a4"), (BOOK, "letter")]
    for file in bound.run.files.values():
        limits = validator.SafetyLimits.unlimited()
        report = validator.validate_pdf_bytes(
            file.read_bytes(), profile=validator.ValidationProfile.PDF_UA_1, limits=limits
        )
        assert report.is_compliant


def test_every_kind_of_record_stands_in_it(bound: Bound) -> None:
    heads = {squeezed(part.text) for part in bound.of("H1")}
    text = squeezed(bound.parts[0].text)
    for entry in bound.base.entries.values():
        record = entry.record
        if record.KIND.name in ("food", "term"):
            assert squeezed(record.title) in text
        elif record.KIND.name != "source":
            assert squeezed(record.title) in heads


def test_the_contents_give_the_page_on_which_each_heading_stands(bound: Bound) -> None:
    heads = [(squeezed(part.text), bound.pages[part.page]) for part in bound.of("H1")]
    stands = [(title, page) for title, page in heads if not title.endswith("(continued)")]
    assert [(squeezed(entry.title), bound.places[entry.place]) for entry in bound.made.entries] == stands
    listed = "".join(f"{page}{title}" for title, page in stands if title != "Contents")
    pages = range(bound.places["contents"], bound.places["guides"])
    assert squeezed("".join(part.text for part in bound.of("P") if bound.pages[part.page] in pages)) == listed


def test_every_number_of_a_page_is_that_of_the_place_to_which_it_leads(bound: Bound) -> None:
    numbers = [part for part in bound.of("Link") if part.target and not part.target.startswith("sources/")]
    shown = [(int(part.text), bound.places[part.target]) for part in numbers if part.text.strip().isdigit()]
    assert len(shown) > 100
    assert all(number == page for number, page in shown)
    assert sum(len(part.pages) for part in bound.made.parts) == len(shown)


def test_no_number_is_left_that_stood_for_another(bound: Bound) -> None:
    assert "(p.0" not in squeezed(bound.parts[0].text)


def test_every_link_within_the_book_leads_to_a_place_of_it(bound: Bound) -> None:
    targets = {part.target for part in bound.of("Link")} - {""}
    assert targets
    assert targets <= set(bound.places)
    assert HERE.encode() not in bound.pdf
    with pikepdf.open(io.BytesIO(bound.pdf)) as pdf:
        links = [link for page in pdf.pages for link in page.get("/Annots", ())]
        outside = {str(link.A.URI) for link in links if "/A" in link}
    assert all(address.startswith("https://") for address in outside)
    assert not [address for address in outside if address.startswith(HERE)]


def test_the_index_names_every_title_and_alias_with_its_page(bound: Bound) -> None:
    index = squeezed(bound.parts[0].text)[squeezed(bound.parts[0].text).rindex("Titles,termsandothernames") :]
    stands = {squeezed(part.text): bound.pages[part.page] for part in bound.of("H1")}
    for entry in bound.base.entries.values():
        if squeezed(entry.record.title) in stands:
            page = stands[squeezed(entry.record.title)]
            for name in (entry.record.title, *entry.record.aliases):
                told = "|".join(re.escape(squeezed(told)) for told in (entry.record.KIND.singular, entry.record.title))
                among = rf"(?::(?:[^;]+;)*(?:{told}))?"
                assert re.search(rf"{re.escape(squeezed(name))}{among}{page}(?!\d)", index, re.IGNORECASE)


@pytest.mark.parametrize(("what", "tag"), [("Table", "<table"), ("Figure", '<section class="drawing"')])
def test_tables_and_figures_are_numbered_without_gaps(bound: Bound, what: str, tag: str) -> None:
    numbers = [int(n) for part in bound.of("P") for n in re.findall(rf"^{what} (\d+)\.", part.text.strip())]
    assert numbers == list(range(1, sum(part.html.count(tag) for part in bound.made.parts) + 1))
    assert numbers


def test_references_are_whole_and_each_that_is_cited_stands_there_once(bound: Bound) -> None:
    links = [part for part in bound.of("Link") if part.target.startswith("sources/")]
    cited = [(part.target.removeprefix("sources/"), part.text) for part in links]
    numbers = {int(text): name for name, text in cited if text.strip().isdigit()}
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    text = squeezed(bound.parts[0].text)
    listed = text[text.rindex("Theyarenumberedintheorder") :]
    places = []
    for number in sorted(numbers):
        source = bound.base.record(f"source:{numbers[number]}")
        assert isinstance(source, Source)
        assert listed.count(squeezed(vancouver(source))) >= 1
        places.append(listed.index(squeezed(vancouver(source))))
    assert places == sorted(places)


def test_a_source_that_comes_later_changes_no_number(sample: Sample) -> None:
    def numbers() -> dict[str, str]:
        bodies = "".join(
            part.html for part in BookMaker(sample.base(), SITE, sample.root).book(book(sample.base())).parts
        )
        return dict(re.findall(rf'<a href="{re.escape(HERE)}sources/([^"]+)">(\d+)<', bodies))

    before = numbers()
    sample.path("source", "a-new-one").write_bytes(sample.path("source", "source-0").read_bytes())
    named = {"id": "a-new-one", "title": "A new one", "doi": "10.5555/a-new-one"}
    news = [{"date": "2026-05-30", "text": "Added."}]
    sample.edit("source", "a-new-one", lambda fields: fields.update(named, changes=news))
    symptom = sample.base().of_kind("symptom")[0]
    sample.edit("symptom", symptom.id, lambda fields: fields["b12"].update(text="It occurs [@a-new-one]."))
    assert sample.problems() == []
    assert numbers() == before | {"a-new-one": str(len(before) + 1)}


def test_each_page_says_where_one_is_and_its_number(bound: Bound) -> None:
    with pikepdf.open(io.BytesIO(bound.pdf)) as pdf:
        reader = Reader(pdf)
        said = [squeezed(reader.text(page)) for page in pdf.pages]
    symptom = bound.base.of_kind("symptom")[0]
    place = bound.places[f"symptoms/{symptom.id}"]
    assert said[place - 1].endswith(squeezed(f"Symptoms · {symptom.title}{place}"))
    assert [text for number, text in enumerate(said[1:], 2) if not text.endswith(str(number))] == []
    assert not said[0].endswith("1")


def _page_of(item: Any) -> Any:
    return item.destination[0].objgen


def test_bookmarks_lead_to_the_chapters_and_what_is_in_them(bound: Bound) -> None:
    with pikepdf.open(io.BytesIO(bound.pdf)) as pdf, pdf.open_outline() as outline:
        told = [
            (level, str(item.title), bound.pages[_page_of(item)])
            for top in outline.root
            for level, item in [(0, top), *((1, child) for child in top.children)]
        ]
    assert told == [(entry.level, entry.title, bound.places[entry.place]) for entry in bound.made.entries]
    assert [title for level, title, _ in told if not level][:4] == [
        "How to read this book",
        "Contents",
        "Guides",
        "Symptoms",
    ]


def test_the_file_says_what_it_is_who_made_it_and_under_which_licence(bound: Bound) -> None:
    with pikepdf.open(io.BytesIO(bound.pdf)) as pdf, pdf.open_metadata() as metadata:
        assert str(pdf.Root.Lang) == "en-GB"
        assert metadata["dc:title"] == book(bound.base).title
        assert metadata["dc:creator"] == ["The B12 & MS Atlas contributors"]
        assert metadata["xmpRights:WebStatement"] == "https://creativecommons.org/licenses/by/4.0/"
        assert str(metadata["xmp:ModifyDate"])[:10] == book(bound.base).updated.isoformat()


def again(bound: Bound, folder: Path, gone: Callable[[int, Path], bool]) -> Sample:
    """The same atlas with what was made of it, without the bound books and some of their parts."""
    sample = small(folder)
    shelf = Path(shutil.copytree(bound.root / ".cache", folder / ".cache")) / "print"
    for number, file in enumerate(sorted(shelf.glob("*.quire"))):
        if gone(number, file):
            file.unlink()
    for file in shelf.glob("*.pdf"):
        file.unlink()
    return sample


def test_the_same_atlas_gives_the_same_bytes_whatever_the_number_of_workers(bound: Bound, tmp_path: Path) -> None:
    sample = again(bound, tmp_path, lambda number, _: number % 4 == 0)
    told: list[tuple[int, int]] = []
    made = run(sample.base(), tmp_path, PACKAGES, SITE, [BOOK], 1, lambda *of: told.append(of))
    assert told[-1][1] >= 10
    assert made.files.keys() == bound.run.files.keys()
    for place, file in made.files.items():
        assert file.read_bytes() == bound.run.files[place].read_bytes()
    assert run(sample.base(), tmp_path, PACKAGES, SITE, [BOOK], 1, lambda *_: None).made == 0


def test_an_edit_sets_only_its_part_again_and_what_tells_the_version(bound: Bound, tmp_path: Path) -> None:
    sample = again(bound, tmp_path, lambda *_: False)
    told: list[tuple[int, int]] = []
    claim = bound.base.of_kind("claim")[-1]
    news = {"date": "2026-03-04", "text": "Said in other words."}
    sample.edit("claim", claim.id, lambda fields: fields.update(summary="Other words.", changes=[news]))
    made = run(sample.base(), tmp_path, PACKAGES, SITE, [BOOK], 2, lambda *of: told.append(of))
    assert made.problems == ()
    assert told[-1] == (8, 8)  # its part, the first, the last, and the book, on two papers
    with pikepdf.open(made.files["print/b12-ms-atlas-letter.pdf"]) as pdf, pdf.open_metadata() as metadata:
        assert str(metadata["xmp:ModifyDate"])[:10] == "2026-03-04"
        text = squeezed(Reader(pdf).parts()[0].text)
    assert "Otherwords." in text
    assert "Versionof4March2026." in text
    bound_anew = {place: file.read_bytes() for place, file in made.files.items()}
    shutil.rmtree(tmp_path / ".cache" / "bound")
    for file in made.files.values():
        file.unlink()
    made = run(sample.base(), tmp_path, PACKAGES, SITE, [BOOK], 2, lambda *_: None)
    assert {place: file.read_bytes() for place, file in made.files.items()} == bound_anew


class Pool:
    """Says that all is made, and notes which books are bound at the same time."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[Path, int]] = {}
        self.problems: list[object] = []
        self.wanted: dict[str, object] = {}
        self.bound: list[str] = []

    @property
    def is_binding(self) -> bool:
        return bool(self.bound)

    def want(self, key: str, job: Binding) -> None:
        self.bound.append(job.name)


def test_of_books_that_are_new_one_is_bound_at_a_time_and_after_an_edit_both(bound: Bound) -> None:
    maker = BookMaker(bound.base, SITE, bound.root)
    volumes = list(press._volumes(book(bound.base), maker, PACKAGES, Keys(PACKAGES), bound.root))
    pool = Pool()
    assert press._bound(pool, volumes) == volumes  # type: ignore[arg-type]
    assert pool.bound == []
    pool.found = {part.key: (Path("part"), 1) for volume in volumes for part, _ in volume.parts}
    assert press._bound(pool, volumes) == []  # type: ignore[arg-type]
    assert pool.bound == ["book, a4", "book, letter"]
    pool.bound, pool.wanted = [], dict.fromkeys(pool.found)
    (waiting,) = press._bound(pool, volumes)  # type: ignore[arg-type]
    assert pool.bound == ["book, a4"]
    pool.bound = []
    assert press._bound(pool, [waiting]) == []  # type: ignore[arg-type]
    assert pool.bound == ["book, letter"]


def test_a_part_that_is_not_whole_is_named(bound: Bound, tmp_path: Path) -> None:
    sample = again(bound, tmp_path, lambda *_: False)
    file = max((tmp_path / ".cache" / "print").glob("*.quire"))
    file.write_bytes(file.read_bytes()[:-9])
    made = run(sample.base(), tmp_path, PACKAGES, SITE, [BOOK], 1, lambda *_: None)
    (problem,) = made.problems
    assert re.search(r"a part that is not whole: '[^']+, (a4|letter)'", problem.found)
    assert f"remove {file}" in problem.found
    assert len(made.files) == 1  # the other paper's


def part(numbers: str, asked: int) -> Outcome:
    """A part of a book by itself."""
    head = (
        '<meta name="author" content="The atlas"/><meta name="description" content="A trial"/>'
        '<meta name="dcterms.created" content="2026-01-02"/><meta name="dcterms.modified" content="2026-01-02"/>'
    )
    body = f'<body class="book" data-chapter="Trial"><h1 id="here">Trial</h1><p>Page {numbers}</p></body>'
    html = f'<html lang="en-GB"><head><title>Trial</title>{head}</head>{body}</html>'
    days = (datetime.date(2026, 1, 2), datetime.date(2026, 1, 2))
    return typeset(Job("data/trial.yml", "trial", html, "a4", "normal", False, *days, PACKAGES, "trial", asked))


def digits() -> Digits:
    return digits_of(PACKAGES, datetime.date(2026, 1, 2))


def nothing(folder: Path) -> Before:
    """No parts that were bound before."""
    return Before(folder / "bound", b"")


def a_number(shown: str) -> str:
    return f'<a class="number" href="{HERE}here">{shown}</a>'


def test_a_part_is_made_ready_once_and_bound_with_its_numbers_wherever_it_comes_to_stand(tmp_path: Path) -> None:
    made = part(f"{a_number('0000')}, {a_number('0001')}", 2)
    assert made.problems == ()
    folded = Folded(made.pdf)
    quire = folded.unfolded()
    assert packed(quire) == made.pdf
    places = {name.replace("here", "there"): place for name, place in quire.places.items()}
    second = Folded(packed(replace(quire, places=places)))
    parts = [(folded, ["there", "here"]), (second, ["here", "there"])]
    data, pages = bind(parts, [Entry(0, "T", "there")], digits(), nothing(tmp_path))
    assert pages == 2
    with pikepdf.open(io.BytesIO(data)) as pdf:
        text = [squeezed(said.text) for said in Reader(pdf).parts() if said.tag == "P"]
        assert text == ["Page2,1", "Page1,2"]
        assert pdf.check_pdf_syntax() == []


def test_only_what_stands_elsewhere_is_bound_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Folded(part(f"{a_number('0000')}", 1).pdf)
    quire = first.unfolded()
    second, third = (
        Folded(packed(replace(quire, places={name: quire.places["here"]}))) for name in ("there", "nowhere")
    )
    before = nothing(tmp_path)
    bind([(first, ["here"]), (second, ["there"])], [Entry(0, "T", "here")], digits(), before)
    before.write()
    unfolded: list[Folded] = []
    unfold = Folded.unfolded

    def noted(self: Folded) -> Quire:
        unfolded.append(self)
        return unfold(self)

    monkeypatch.setattr(Folded, "unfolded", noted)
    entries = [Entry(0, "T", "here")]
    for parts, made in (
        ([(first, ["here"]), (second, ["there"])], []),
        ([(first, ["there"]), (second, ["there"])], [first]),  # it gives another page
        ([(first, ["here"]), (third, ["nowhere"])], [third]),
        ([(second, ["there"]), (first, ["here"])], [second, first]),
    ):
        unfolded.clear()
        data, _ = bind(parts, entries, digits(), Before(tmp_path / "bound", b""))
        assert unfolded == [*made, parts[0][0]]  # the last for what the file says of itself
        assert data == bind(parts, entries, digits(), nothing(tmp_path / "elsewhere"))[0]


def test_a_number_that_nobody_asked_for_and_a_place_that_is_not_there_are_told(tmp_path: Path) -> None:
    (problem,) = part(a_number("0000"), 0).problems
    assert problem.found == "the number 0000 of a page where number 0 is due (trial)"
    (problem,) = part("of nothing", 1).problems
    assert problem.found == "1 numbers of pages asked for, 0 found (trial)"
    folded = Folded(part(a_number("0000"), 1).pdf)
    with pytest.raises(UnboundError, match="no place 'nowhere'"):
        bind([(folded, ["nowhere"])], [Entry(0, "Trial", "here")], digits(), nothing(tmp_path))


def test_every_part_of_the_real_book_is_whole_and_none_is_long(real: KnowledgeBase) -> None:
    """An edit sets its part again: what is long there takes long. A heading tells what a part continues."""
    made = BookMaker(real, SITE, ROOT).book(book(real))
    for part in made.parts:
        fromstring(part.html)
        body = part.html[part.html.index("<body") :]
        again = re.search(r'<body[^>]*>\s*<h1 class="again(?: chapter)?">.+?</h1>', body)
        assert bool(again) == (", " in part.name), part.name
        assert len(body) < 60_000, part.name
    assert len({part.name for part in made.parts}) == len(made.parts)


def test_the_index_says_which_is_meant_where_several_have_a_name(real: KnowledgeBase) -> None:
    made = BookMaker(real, SITE, ROOT).book(book(real))
    lines = [line for part in made.parts for line in re.findall(r"<p>(.+?)</p>", part.html) if part.name[:5] == "index"]
    link = r'</span> <a class="number"[^>]*>\d{4}</a>'
    several = [told for line in lines if len(told := re.split(link, line)) > 2]
    assert len(several) > 100
    for first, *others, end in several:
        told = [first.rpartition(": ")[2], *(words.removeprefix("<span>; ") for words in others)]
        assert (end, len(set(told)), all(told)) == ("", len(told), True), told


def test_a_long_record_or_guide_is_parted_at_the_section_nearest_its_middle() -> None:
    words = "words " * 2000

    def record(number: int) -> str:
        sections = "".join(f"<section><h2>{n}</h2><section>{words}</section></section>" for n in range(number))
        return f'<section class="record claim"><h1 id="claims/a">A &amp; B</h1>{sections}</section>'

    assert texts._halved(record(2)) == record(2)
    body = texts._halved(record(4)) + texts._halved(record(2).replace("A &amp; B", "C"))
    first, second = texts._cut(texts._Text("claims 1", "Claims", body))
    assert (first.name, second.name) == ("claims 1", "claims 1, 2")
    assert re.findall(r"<h2>(\d)", first.body) == ["0", "1"]
    assert first.body.endswith("</section></section>")
    assert second.body.startswith('<h1 class="again">A &amp; B</h1><section class="record"><section><h2>2</h2>')
    guide = '<h1 id="guides/a">A guide</h1>' + "".join(f"<h2>{n}</h2><section>{words}</section>" for n in range(4))
    first, second = texts._cut(texts._Text("guides/a.md", "Guides", texts._halved(guide)))
    assert second.body.startswith('<h1 class="again">A guide</h1><h2>2</h2>')
    both = texts._halved(record(4)) + texts._halved(record(4).replace("A &amp; B", "C"))
    third = list(texts._cut(texts._Text("claims 1", "Claims", both)))[2]
    assert third.body.startswith('<h1 class="again">C</h1>')
    whole = f"<h1>No part</h1><p>{words * 4}</p>"
    assert texts._halved(whole) == whole


def test_the_guides_stand_in_the_order_of_the_navigation(tmp_path: Path) -> None:
    sample = small(tmp_path)
    assert [guide.path for guide in guides(sample.root)] == ["how-we-know.md", "guides/one.md", "guides/two.md"]
    assert guides(tmp_path / "nowhere") == []


def test_links_of_a_guide_lead_to_the_place_in_the_book_or_to_the_live_site(tmp_path: Path) -> None:
    sample = small(tmp_path)
    made = BookMaker(sample.base(), SITE, sample.root).book(book(sample.base()))
    html = next(part.html for part in made.parts if part.name == "guides/one.md")
    symptom = a_record(sample, "symptoms")
    assert f'<a href="{HERE}symptoms/{symptom}">' in html
    assert f'<a href="{HERE}guides/two--a-part">the other</a>' in html
    assert f'<a href="{HERE}guides/one--more">below</a>' in html
    assert f'<a href="{HERE}foods">food</a>' in html
    assert f'<a href="{SITE}search/">the search</a>' in html
    assert "<strong>Table 5.</strong> A guide" in html


def test_html_in_a_guide_is_printed_as_the_site_shows_it(real: KnowledgeBase, tmp_path: Path) -> None:
    maker = BookMaker(real, SITE, ROOT)
    made = Guides(real, maker, maker.writer, tmp_path / "guides")
    text = "# A guide\n\nOne<br>two &ndash;&nbsp;three &lt; four &amp; five\n\n<p>Six<br>seven&hellip;</p>\n"
    for _ in range(2):  # the second time from what was kept
        tree = fromstring(f"<div>{made.html(Guide('guides/a.md', text))}</div>")
        assert ["".join(part.itertext()) for part in tree.iter("p")] == [
            "Onetwo \u2013\u00a0three < four & five",
            "Sixseven\u2026",
        ]
        made.keep()
        made = Guides(real, maker, maker.writer, tmp_path / "guides")


def test_a_guide_brings_no_furniture_of_the_site(real: KnowledgeBase, tmp_path: Path) -> None:
    maker = BookMaker(real, SITE, ROOT)
    made = Guides(real, maker, maker.writer, tmp_path / "guides")
    html = made.html(Guide("about.md", (ROOT / "docs" / "about.md").read_text(encoding="utf-8")))
    assert 'href="tel:' not in html
    assert 'class="review"' not in html
    assert '<h1 id="about">About the atlas</h1>' in html
