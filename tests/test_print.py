"""The press: every kind of sheet passes its proof on every paper, what is spoilt is told, and nothing is made twice."""

import datetime
import errno
import functools
import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import page as validator
import pikepdf
import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from weasyprint import HTML

from macros import hook
from macros.cli import main
from macros.knowledge import KnowledgeBase, open_knowledge_base
from macros.pages import PageMaker
from macros.press import run as press
from macros.press import shelf
from macros.press.code import qr_code, with_codes
from macros.press.document import HANDED_OUT, PrintMaker, documents
from macros.press.job import Job, Outcome
from macros.press.proof import proof
from macros.press.run import Run, hand_out, run
from macros.press.style import FONTS, style
from macros.press.tagged import Reader
from macros.press.typeset import typeset
from macros.printed import PAPERS, PRINTS, Printed

from .conftest import ROOT, Sample

SITE = "https://example.org/atlas/"
PACKAGES = ROOT / "node_modules"
DAY = datetime.date(2026, 1, 2)
ONE_OF_EACH = (
    "symptom:bladder",
    "pathway:nitrous-oxide",
    "faq:which-symptoms-need-help-today",
    "test:mma",
    "medicine:metformin",
    "treatment:injections",
)
VARIANTS = [(paper, size) for paper in PAPERS for size in PRINTS]


@functools.cache
def _real() -> tuple[KnowledgeBase, PrintMaker]:
    base = open_knowledge_base(ROOT)
    return base, PrintMaker(base, SITE)


@functools.cache
def sheet(name: str, paper: str = "a4", size: str = "normal") -> Outcome:
    """A sheet of the real data."""
    base, maker = _real()
    document = next(document for document in documents(base) if document.id == name)
    days = (document.created, document.updated)
    return typeset(Job(document.edit, name, maker.html(document), paper, size, True, *days, PACKAGES))


def spoken(pdf: bytes) -> str:
    """What a PDF says to those who hear it, with one space between words."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return re.sub(r"\s+", " ", Reader(opened).parts()[0].text)


def set_text(body: str, paper: str = "a4", size: str = "normal") -> Outcome:
    """A sheet of plain HTML."""
    head = (
        '<meta name="author" content="The atlas"/><meta name="description" content="A trial"/>'
        '<meta name="dcterms.created" content="2026-01-02"/><meta name="dcterms.modified" content="2026-01-02"/>'
    )
    html = f'<html lang="en-GB"><head><title>Trial</title>{head}</head><body><h1>Trial</h1>{body}</body></html>'
    return typeset(Job("data/trial.yml", "trial", html, paper, size, True, DAY, DAY, PACKAGES))


@pytest.mark.parametrize("name", ONE_OF_EACH)
@pytest.mark.parametrize(("paper", "size"), VARIANTS)
def test_each_kind_of_sheet_passes_its_proof_on_each_paper_and_size(name: str, paper: str, size: str) -> None:
    made = sheet(name, paper, size)
    assert made.problems == ()
    assert 1 <= made.pages <= PRINTS[size].most_pages
    assert validator.validate_pdf_bytes(made.pdf, profile=validator.ValidationProfile.PDF_UA_1).is_compliant
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        width, height = (float(side) * 25.4 / 72 for side in list(pdf.pages[0].mediabox)[2:])
    assert (round(width), round(height)) == {"a4": (210, 297), "letter": (216, 279)}[paper]


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_a_sheet_says_what_it_is_how_old_and_where_its_page_stands(name: str) -> None:
    base, _ = _real()
    record = base.record(name)
    text = spoken(sheet(name).pdf)
    for told in (
        record.title,
        "In short.",
        "Not yet reviewed by a clinician.",
        "Version of 21 November 2026.",
        "Check again by 20 November",
        "CC BY 4.0",
        f"{SITE}{record.KIND.folder}/{record.id}/",
        "Sources",
    ):
        assert told in text


def test_care_cards_stand_on_every_sheet_in_every_size() -> None:
    for paper, size in VARIANTS:
        text = spoken(sheet("symptom:bladder", paper, size).pdf)
        assert "Emergency: call now" in text
        assert "You cannot pass urine at all." in text
        assert "Pain or burning with fever, or blood in the urine." in text


def test_the_file_says_who_made_it_when_and_under_which_licence() -> None:
    with pikepdf.open(io.BytesIO(sheet("medicine:metformin").pdf)) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Metformin"
            assert metadata["dc:creator"] == ["The B12 & MS Atlas contributors"]
            assert "CC BY 4.0" in str(metadata["dc:rights"])
            assert metadata["xmpRights:WebStatement"] == "https://creativecommons.org/licenses/by/4.0/"
            newest = max(change.date for change in _real()[0].record("medicine:metformin").changes)
            assert str(metadata["xmp:ModifyDate"]).startswith(newest.isoformat())


def test_no_font_of_the_computer_is_used_and_every_one_is_embedded() -> None:
    families = {family for family, _, _, _ in FONTS}
    with pikepdf.open(io.BytesIO(sheet("pathway:nitrous-oxide", "a4", "large").pdf)) as pdf:
        fonts = [font for one in pdf.pages for font in one.resources.Font.values()]
        names = {str(inner.BaseFont).partition("+")[2] for font in fonts for inner in font.DescendantFonts}
        assert all("/FontFile2" in inner.FontDescriptor for font in fonts for inner in font.DescendantFonts)
    assert names
    assert all(any(name.startswith(family.replace(" ", "-")) for family in families) for name in names)


def spoilt(change: Callable[[pikepdf.Pdf], object]) -> list[str]:
    """What the proof says of a sheet that somebody has changed."""
    base, maker = _real()
    made = sheet("test:mma")
    document = next(document for document in documents(base) if document.id == "test:mma")
    whole = HTML(string=maker.html(document)).etree_element
    body = next(element for element in whole if element.tag == "body")
    before = set(proof(made.pdf, body, document.created, document.updated))
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        change(pdf)
        file = io.BytesIO()
        pdf.save(file)
    return [fault for fault in proof(file.getvalue(), body, document.created, document.updated) if fault not in before]


def _elements(pdf: pikepdf.Pdf, tag: str) -> list[Any]:
    return [e for e in pdf.objects if isinstance(e, pikepdf.Dictionary) and e.get("/S") == f"/{tag}"]


def _links(pdf: pikepdf.Pdf) -> list[Any]:
    return [link for one in pdf.pages for link in one.get("/Annots", pikepdf.Array())]


def test_heads_of_tables_that_became_cells_are_told() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        for head in _elements(pdf, "TH"):
            head.S = pikepdf.Name.TD

    assert any("heads of tables" in fault for fault in spoilt(change))


def test_a_picture_without_words_is_told() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        del _elements(pdf, "Figure")[0].Alt

    assert any("pictures" in fault for fault in spoilt(change))


def test_a_link_into_nowhere_and_one_to_a_file_are_told() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        inner = next(link for link in _links(pdf) if "/URI" not in link.get("/A", {}))
        inner.Dest = pikepdf.String("nowhere")
        outer = next(link for link in _links(pdf) if "/URI" in link.get("/A", {}))
        outer.A.URI = pikepdf.String("file:///home/somebody/page.html")

    faults = spoilt(change)
    assert any("'nowhere'" in fault for fault in faults)
    assert any("'file:///home/somebody/page.html'" in fault for fault in faults)


def test_text_in_another_order_is_told() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        parts = pdf.Root.StructTreeRoot.K[0].K
        parts[1], parts[2] = parts[2], parts[1]

    assert any("text that differs" in fault for fault in spoilt(change))


def test_a_file_without_licence_or_with_another_day_is_told() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        with pdf.open_metadata() as metadata:
            del metadata["xmpRights:WebStatement"]
            metadata["xmp:ModifyDate"] = "1999-01-01"

    faults = spoilt(change)
    assert "no xmpRights:WebStatement in its metadata" in faults
    assert any("xmp:ModifyDate" in fault for fault in faults)


def finding_list(number: int) -> str:
    items = "".join(
        f'<li data-drop="{20 + place}" data-what="finding">Finding number {place}. {"It was so in people. " * 8}</li>'
        for place in range(number)
    )
    return f"<section data-shell=''><h2>Findings</h2><ul>{items}</ul></section><p data-more=''></p><p>The end.</p>"


def test_what_does_not_fit_is_left_out_whole_the_least_important_first_and_said() -> None:
    made = set_text(finding_list(60))
    text = spoken(made.pdf)
    kept = [int(number) for number in re.findall(r"Finding number (\d+)\.", text)]
    left_out = int(re.findall(r"More on the page: (\d+) findings did not fit here\.", text)[0])
    assert made.problems == ()
    assert made.pages == 2
    assert kept == list(range(60 - left_out))
    assert text.replace(" ", "").count("Itwassoinpeople.") == 8 * len(kept)  # at the end of a line stands no space
    assert text.endswith("The end.")
    assert len(kept) >= 34  # no half-empty sheet is left behind


def test_a_section_of_which_nothing_fits_goes_with_its_heading_and_its_sources() -> None:
    core = "<p>Needed. " + "These words have to stay. " * 330 + '<a href="#ref-one">9</a></p>'
    sources = (
        '<section class="sources"><h2>Sources</h2><ol><li id="ref-two">Two</li><li id="ref-one">One</li></ol></section>'
    )
    more = '<section data-shell=""><h2>Gone</h2><ul><li data-drop="1" data-what="finding">Long. '
    more += "Words. " * 900 + '<a href="#ref-two">8</a></li></ul></section><p data-more=""></p>'
    text = spoken(set_text(core + more + sources).pdf)
    assert "Gone" not in text
    assert "More on the page: 1 finding did not fit here." in text
    assert text.endswith("SourcesOne")
    assert "These words have to stay. 1" in text


def test_of_a_section_that_needs_three_either_three_are_left_or_none() -> None:
    def shown(core: int) -> tuple[int, int]:
        steps = finding_list(12).replace("data-shell=''", 'data-shell="3"')
        text = spoken(set_text("<p>" + "These words have to stay. " * core + "</p>" + steps).pdf)
        left_out = re.search(r"More on the page: (\d+) findings? ", text)
        return len(re.findall(r"Finding number \d+\.", text)), int(left_out[1]) if left_out else 0

    numbers = {shown(core) for core in range(180, 341, 8)}
    assert {kept + gone for kept, gone in numbers} == {12}
    assert {0, 3, 4} <= {kept for kept, _ in numbers}
    assert not {1, 2} & {kept for kept, _ in numbers}


def test_a_text_that_fits_has_no_line_about_more() -> None:
    assert "More on the page" not in spoken(set_text(finding_list(3)).pdf)


def test_a_text_that_cannot_be_made_to_fit_is_told_with_its_record() -> None:
    (problem,) = set_text("<p>" + "Words that have to stay. " * 900 + "</p>").problems
    assert problem.path == "data/trial.yml"
    assert re.fullmatch(r"\d+ pages as trial, with everything left out that can be", problem.found)
    assert problem.expected == "at most 2"


def test_a_word_of_sixty_letters_stays_on_the_page() -> None:
    long = "methylcobalamin" * 4
    body = f"<p>{long}</p><table><thead><tr><th>A</th><th>B</th><th>C</th></tr></thead><tbody><tr>"
    body += f"<td>{long}</td><td>{long}</td><td>{long}</td></tr></tbody></table>"
    made = set_text(body, size="large")
    assert made.problems == ()
    assert spoken(made.pdf).replace(" ", "").count(long) == 4


def test_a_table_of_two_hundred_rows_keeps_whole_rows_and_its_heads() -> None:
    rows = "".join(
        f'<tr data-drop="9" data-what="row of the table"><td>Row {n}</td><td>Value {n}</td></tr>' for n in range(200)
    )
    heads = "<thead><tr><th>Name</th><th>Value</th></tr></thead>"
    made = set_text(f"<table>{heads}<tbody>{rows}</tbody></table><p data-more=''></p>")
    text = spoken(made.pdf)
    assert made.problems == ()
    assert made.pages == 2
    kept = [int(n) for n in re.findall(r"Row (\d+)", text)]
    assert kept == list(range(len(kept)))
    assert f"{200 - len(kept)} rows of the table did not fit here." in text


def test_a_missing_picture_fails_and_so_does_a_sign_that_no_font_has() -> None:
    missing = set_text('<p><img src="nowhere.png" alt="A picture"/></p>').problems
    assert any("nowhere.png" in problem.found for problem in missing)
    strange = set_text("<p>A sign of no font: \ue123</p>").problems
    # Some computers have a font with a sign of their own there.
    assert any(".notdef" in problem.found or "of this computer" in problem.found for problem in strange)


def test_a_template_that_closes_no_element_is_told_of() -> None:
    made = set_text("<p>One<br>two</p>")
    assert (made.pdf, made.pages) == (b"", 0)
    (problem,) = made.problems
    assert problem.found.startswith("HTML that is not well-formed: mismatched tag: line 1, column ")
    assert "<br/>" in problem.expected


def test_nothing_is_fetched_from_the_disk_or_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    pictures = (
        '<p><img src="file:///etc/hostname" alt="A file"/><img src="http://example.org/a.png" alt="Another"/></p>'
    )
    found = [problem.found for problem in set_text(pictures).problems]
    assert any("/etc/hostname" in text for text in found)
    assert any("example.org/a.png" in text for text in found)
    assert os.environ["SOURCE_DATE_EPOCH"] == "1780272000"


def test_loose_and_nested_lists_are_made_flat() -> None:
    body = "<ul><li><p>One</p><p>more of one</p></li><li>Two<ul><li>Two and a half</li></ul></li><li>Three</li></ul>"
    made = set_text(body)
    assert made.problems == ()
    assert re.sub(r"\s", "", spoken(made.pdf)) == "TrialOnemoreofoneTwoTwoandahalfThree"


def test_the_code_on_a_sheet_is_that_of_its_page() -> None:
    drawn = {name: with_codes(f"<p>{qr_code(f'{SITE}tests/{name}/')}</p>") for name in ("mma", "homocysteine")}
    for name, html in drawn.items():
        assert f"<title>QR code of {SITE}tests/{name}/</title>" in html
        assert html.count("<path") == 1
    assert len({re.findall(r' d="([^"]+)"', html)[0] for html in drawn.values()}) == 2


def test_the_paper_and_the_size_of_print_are_all_that_tells_the_style_sheets_apart() -> None:
    sheets = {variant: style(*variant) for variant in VARIANTS}
    rules = {text.partition(":root")[2].partition("}\n")[2] for text in sheets.values()}
    assert len(rules) == 1
    assert len(set(sheets.values())) == len(VARIANTS)


@pytest.fixture
def printed(sample: Sample) -> Callable[..., Run]:
    """Prints documents of the small atlas."""

    def go(*only: str, workers: int = 1, root: Path | None = None, tell: press.Tell | None = None) -> Run:
        quiet = tell or (lambda done, total: None)
        return run(sample.base(), root or sample.root, PACKAGES, SITE, only, workers, quiet)

    return go


def test_the_number_of_workers_changes_no_byte_and_nothing_is_made_twice(
    sample: Sample, printed: Callable[..., Run], tmp_path: Path
) -> None:
    one = printed("symptom:symptom-0", "test:test-0", workers=1)
    two = printed("symptom:symptom-0", "test:test-0", workers=2, root=tmp_path / "other")
    assert one.problems == ()
    assert (one.made, two.made) == (8, 8)
    assert one.printed == two.printed
    assert {place: file.read_bytes() for place, file in one.files.items()} == {
        place: file.read_bytes() for place, file in two.files.items()
    }
    assert "print/symptoms/symptom-0-letter-large.pdf" in one.files
    assert printed("symptom:symptom-0", "test:test-0").made == 0
    sample.edit("test", "test-0", lambda fields: fields.update(ask=["Something else to ask?"]))
    again = printed("symptom:symptom-0", "test:test-0")
    differ = {place for place, file in again.files.items() if file != one.files[place]}
    assert again.made == len(differ) == 4
    assert all(place.startswith("print/tests/test-0-") for place in differ)


def test_what_is_handed_out_is_replaced_where_it_is_another(printed: Callable[..., Run], tmp_path: Path) -> None:
    made = printed("faq:faq-0")
    first, second, *_ = made.files
    assert hand_out(made, tmp_path) == []
    (tmp_path / first).write_bytes(b"another")
    left = (tmp_path / second).stat().st_ino
    assert hand_out(printed("faq:faq-0"), tmp_path) == []
    assert {place: (tmp_path / place).read_bytes() for place in made.files} == {
        place: file.read_bytes() for place, file in made.files.items()
    }
    assert (tmp_path / second).stat().st_ino == left


def test_an_unknown_id_is_answered_with_the_nearest(printed: Callable[..., Run]) -> None:
    made = printed("symptom:symptm-0")
    (problem,) = made.problems
    assert made.printed == ()
    assert str(problem) == (
        "--only: found 'symptom:symptm-0'; expected the id of a document. Did you mean 'symptom:symptom-0'?"
    )


def shelved(sample: Sample) -> list[str]:
    return sorted(path.suffix for path in (sample.root / ".cache" / "print").iterdir())


def test_a_full_disk_is_told_in_a_line_and_leaves_nothing_half_written(
    sample: Sample, printed: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.BytesIO):
        name = str(sample.root / ".cache" / "print" / "x.part")

        def write(self, data: Any) -> int:
            Path(self.name).touch()
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", lambda **_: Full())
    (problem,) = printed("faq:faq-0").problems
    assert problem.found == "a full disk"
    assert "what was made is kept" in problem.remedy
    assert shelved(sample) == []
    monkeypatch.undo()
    assert printed("faq:faq-0").problems == ()
    assert shelved(sample) == [".pdf"] * 4


def test_an_interrupted_run_keeps_what_is_whole_and_the_next_makes_the_rest(
    sample: Sample, printed: Callable[..., Run]
) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        printed("faq:faq-0", tell=interrupt)
    assert shelved(sample) == [".pdf", ".pdf"]
    made = printed("faq:faq-0")
    assert (made.made, len(made.printed), made.problems) == (2, 4, ())


def test_a_record_whose_sheet_fails_is_named(sample: Sample, printed: Callable[..., Run]) -> None:
    sample.edit(
        "symptom", "symptom-0", lambda fields: fields["tell_apart"].update(text="Too long." + " Too long." * 900)
    )
    problems = printed("symptom:symptom-0").problems
    assert {problem.path for problem in problems} == {"data/symptoms/symptom-0.yml"}
    assert any(problem.expected == "at most 2" for problem in problems)


def test_missing_fonts_and_a_missing_library_are_told(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(press, "pango_version", lambda: "")
    found = run(sample.base(), sample.root, tmp_path / "none", SITE).problems
    assert [problem.remedy for problem in found] == ["Run `tools/setup pango`.", "Run `make setup`."]


def test_the_command_hands_the_sheets_out(
    sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (sample.root / "node_modules").symlink_to(PACKAGES)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    out = tmp_path / "out"
    call = ["--root", str(sample.root), "print", "--only", "medicine:medicine-0", "--out", str(out)]
    assert main([*call, "--site-url", SITE.rstrip("/")]) == 0
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.pdf")) == [
        "print/medicines/medicine-0-a4-large.pdf",
        "print/medicines/medicine-0-a4.pdf",
        "print/medicines/medicine-0-letter-large.pdf",
        "print/medicines/medicine-0-letter.pdf",
    ]
    assert f"{SITE}medicines/medicine-0/" in spoken((out / "print/medicines/medicine-0-a4.pdf").read_bytes())
    assert "4 PDFs (4 new" in capsys.readouterr().err
    assert main(["--root", str(sample.root), "print", "--only", "nothing:like-it"]) == 1
    assert "--only: found 'nothing:like-it'" in capsys.readouterr().out
    shutil.rmtree(out)


def test_the_shelf_forgets_the_oldest_and_what_an_end_halfway_left(tmp_path: Path) -> None:
    kept = shelf.Shelf(tmp_path)
    for number in range(12):
        kept.put(f"key{number}", b"pdf", 1)
    (tmp_path / "half.part").touch()
    kept.tidy(2)
    assert len(list(tmp_path.iterdir())) == 8
    assert shelf.Shelf(tmp_path).find("unknown") is None


SHEET = Printed(
    "symptom:symptom-0", "Generated symptom 0", "letter", "large", "print/symptoms/symptom-0.pdf", 3, 41_234
)


def test_a_page_leads_to_its_sheets_and_says_how_long_they_are(sample: Sample) -> None:
    maker = PageMaker(sample.base(), [SHEET])
    page = maker.record(sample.base().record("symptom:symptom-0")).markdown
    link = '<a href="../../print/symptoms/symptom-0.pdf">US Letter, large print</a> (PDF, 3 pages, 41 kB).'
    assert link in page
    assert "Print this" not in maker.record(sample.base().record("symptom:symptom-1")).markdown
    listed = maker.sheet("print.md").markdown
    assert '<a href="../print/symptoms/symptom-0.pdf">US Letter, large print</a> (3 pages, 41 kB)' in listed
    assert "built without its PDFs" in PageMaker(sample.base()).sheet("print.md").markdown


def test_every_page_that_has_sheets_leads_to_each_of_them(sample: Sample) -> None:
    base = sample.base()
    own = [document for document in documents(base) if ":" in document.id]
    assert {document.id.partition(":")[0] for document in own} == set(HANDED_OUT)
    printed = {
        document.id: [
            Printed(document.id, document.title, paper, size, f"print/{document.path}-{paper}-{size}.pdf", 2, 9_000)
            for paper in document.papers
            for size in document.prints
        ]
        for document in own
    }
    maker = PageMaker(base, [one for several in printed.values() for one in several])
    for key, several in printed.items():
        page = maker.record(base.record(key)).markdown
        assert [one.path for one in several if f'<a href="../../{one.path}">' not in page] == [], key
        assert page.count('class="to-print"') == 1, key


@pytest.mark.parametrize(("asked", "serving", "number"), [("yes", False, 1), ("no", False, 0), ("yes", True, 0)])
def test_a_build_prints_only_where_it_is_asked_to_and_never_in_a_preview(
    real: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, serving: bool, number: int
) -> None:
    file = tmp_path / "one.pdf"
    file.write_bytes(b"%PDF")
    monkeypatch.setattr(press, "run", lambda *_: Run((SHEET,), {SHEET.path: file}, 0, ()))
    monkeypatch.setenv("PRINT", asked)
    monkeypatch.setattr(hook.session, "serving", serving)
    (tmp_path / "docs").mkdir()
    config, files = MkDocsConfig(str(tmp_path / "mkdocs.yml")), Files([])
    config.load_dict({"site_name": "Atlas", "site_url": SITE, "plugins": []})
    config.validate()
    config.plugins._current_plugin = "hook"
    assert len(hook._print(real, files, config)) == number
    assert [file.src_uri for file in files] == [SHEET.path] * number
