"""The sheets: each says what a sheet must, and holds the facts or the diagram that it is to show; no page tears it."""

import functools
import io
import re
from html import escape, unescape
from pathlib import Path

import pikepdf
import pytest
from weasyprint import HTML

from macros.compiled import TEMPLATES
from macros.figure import figure_text
from macros.knowledge import KnowledgeBase, open_knowledge_base
from macros.model.finding import Finding
from macros.model.kinds.pathway import Pathway
from macros.named import named_finding
from macros.pages import PageMaker
from macros.press import fit, sheets
from macros.press import typeset as setting
from macros.press.breaks import torn
from macros.press.code import qr_code
from macros.press.document import HANDED_OUT, PrintMaker, documents
from macros.press.estimate import Estimate
from macros.press.job import Job, Outcome
from macros.press.run import run
from macros.press.sheets import SHEETS, Sheet, calls, problems
from macros.press.style import room
from macros.press.tagged import Reader
from macros.press.typeset import typeset
from macros.printed import PAPERS, PRINTS, Printed

from .conftest import ROOT, Sample

SITE = "https://example.org/atlas/"
PACKAGES = ROOT / "node_modules"
OTHER_SIZES = [
    ("b12-or-ms", "letter", "large"),
    ("medicines", "a4", "large"),
    ("for-your-gp", "letter", "normal"),
]


@functools.cache
def _real() -> tuple[KnowledgeBase, PrintMaker]:
    base = open_knowledge_base(ROOT)
    return base, PrintMaker(base, SITE)


@functools.cache
def made(name: str, paper: str = "a4", size: str = "normal") -> Outcome:
    base, maker = _real()
    document = next(document for document in documents(base) if document.id == f"sheet:{name}")
    days = (document.created, document.updated)
    return typeset(Job(document.edit, name, maker.html(document), paper, size, True, *days, PACKAGES))


@functools.cache
def spoken(name: str, paper: str = "a4", size: str = "normal") -> str:
    """What a sheet says to those who hear it, without the spaces, which a line's end may swallow."""
    with pikepdf.open(io.BytesIO(made(name, paper, size).pdf)) as opened:
        return re.sub(r"\s+", "", Reader(opened).parts()[0].text)


def told(text: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"[*]|\[([^\]]*)\]\([^)]*\)", r"\1", text))


def facts(sheet: Sheet) -> list[Finding]:
    base, _ = _real()
    return [named_finding(base, call.key, call.where) for call in calls(sheet) if call.where]


each_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.id)


@each_sheet
def test_a_sheet_fits_two_pages_and_passes_its_proof(sheet: Sheet) -> None:
    outcome = made(sheet.id)
    assert outcome.problems == ()
    assert outcome.pages <= PRINTS["normal"].most_pages


@pytest.mark.parametrize(("name", "paper", "size"), OTHER_SIZES)
def test_it_does_so_on_other_paper_and_in_large_print(name: str, paper: str, size: str) -> None:
    outcome = made(name, paper, size)
    assert outcome.problems == ()
    assert outcome.pages <= PRINTS[size].most_pages


@each_sheet
def test_every_finding_that_a_sheet_names_stands_on_it_with_its_figure_and_certainty(sheet: Sheet) -> None:
    base, _ = _real()
    text = spoken(sheet.id)
    found = facts(sheet)
    amounts = getattr(base.record("faq:how-much-b12-do-i-need-a-day"), "findings", ())
    assert len(found) >= 2
    assert "didnotfithere" not in text
    for finding in found:
        if finding not in amounts:  # of an amount that a body recommends, the figure alone
            assert told(finding.text) in text
        if finding.figure is not None:
            assert told(figure_text(base.vocabularies, finding.figure)) in text
            assert told(finding.figure.population).casefold() in text.casefold()
        assert told(base.vocabularies["certainty"][finding.certainty].label) in text


@each_sheet
def test_urgent_signs_come_before_everything_else(sheet: Sheet) -> None:
    text = spoken(sheet.id)
    before, _, after = text.partition(told("In short."))
    assert after
    if sheet.id == "for-your-gp":
        assert "forclinicians" in before
    else:
        assert told("Emergency: call now") in before
        assert told("Call the emergency number") in before
        assert told("Today") in after
    assert "Notyetreviewedbyaclinician." in after


@each_sheet
def test_a_sheet_is_dated_by_the_record_that_is_due_first_and_leads_to_its_page(sheet: Sheet) -> None:
    base, _ = _real()
    due = min(record.check_again for record in sheets.held(base, sheet))
    text = spoken(sheet.id)
    assert f"Checkagainby{due.day}{due:%B%Y}" in text
    assert f"{SITE}{sheet.live}" in text
    page = ROOT / "docs" / f"{sheet.live.rstrip('/')}.md"
    assert f'{{{{ to_print("sheet:{sheet.id}") }}}}' in page.read_text(encoding="utf-8")


def test_guides_lead_to_sheets_that_there_are() -> None:
    pages = [*(ROOT / "docs" / "guides").glob("*.md"), ROOT / "docs" / "is-it-b12-or-ms.md"]
    named = [name for page in pages for name in re.findall(r'to_print\("sheet:([^"]+)"\)', page.read_text("utf-8"))]
    assert sorted(named) == sorted(sheet.id for sheet in SHEETS)


def own_words(path: Path) -> str:
    """What a template types itself."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", text))


@each_sheet
def test_a_template_types_no_figure(sheet: Sheet) -> None:
    path = TEMPLATES / "print" / sheet.template
    assert re.findall(r"\d+", own_words(path).replace("B12", "")) == []
    inside = " ".join(re.findall(r"\{[{%].*?[%}]\}", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    literals = re.findall(r"'([^']*)'", re.sub(r"(fact|record)\([^)]*\)|\{% extends.*?%\}", "", inside))
    assert not [literal for literal in literals if re.search(r"\d", re.sub("B12|b12|%.1f", "", literal))]


def test_every_record_that_a_sheet_lists_is_on_it() -> None:
    for sheet in SHEETS:
        named = {call.key for call in calls(sheet)}
        text = (TEMPLATES / "print" / sheet.template).read_text(encoding="utf-8")
        looped = set(re.findall(r"records\('(\w+)'\)", text))
        assert not [key for key in sheet.records if key not in named and key.partition(":")[0] not in looped]


def test_the_tick_lists_hold_every_symptom_and_medicine_that_matters() -> None:
    base, _ = _real()
    text = spoken("b12-or-ms")
    assert all(f"☐{told(s.title)}" in text for s in base.of_kind("symptom") if getattr(s, "points", "") != "neither")
    text = spoken("medicines")
    medicines = [m for m in base.of_kind("medicine") if getattr(m, "effect", "") in ("lowers", "inactivates")]
    assert medicines
    assert all(f"☐{told(m.title)}" in text for m in medicines)


def test_the_limits_stand_side_by_side_as_the_records_have_them() -> None:
    for name in ("blood-tests", "for-your-gp"):
        text = spoken(name)
        for limit in ("below180ng/L(below133pmol/L)", "180to350pg/mL", "below25pmol/L", "above70pmol/L"):
            assert limit in text


def test_an_unknown_record_or_finding_of_a_sheet_is_told_with_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    base, _ = _real()
    assert list(problems(base)) == []
    template = tmp_path / "print" / "sheets" / "trial.html.j2"
    template.parent.mkdir(parents=True)
    template.write_text("{{ record('test:mma') }}\n{{ fact('test:mma', 'findings.nobody-1900') }}{{ record('faq:x') }}")
    monkeypatch.setattr(sheets, "TEMPLATES", tmp_path)
    trial = Sheet("trial", "Trial", "A trial.", "tests/", ("test:serum-total-b12", "test:mmaa"))
    monkeypatch.setattr(sheets, "SHEETS", (trial,))
    found = [str(problem) for problem in run(base, tmp_path, PACKAGES, SITE).problems]
    place = "macros/templates/print/sheets/trial.html.j2"
    assert "macros/press/sheets.py: found the record 'test:mmaa'" in found[0]
    assert "Did you mean 'test:mma'?" in found[0]
    assert found[1].startswith(f"{place}:1: found the record 'test:mma'; expected one that the sheet 'trial' lists")
    assert any(line.startswith(f"{place}:2: found 'findings.nobody-1900', which does not lead") for line in found)
    assert any(line.startswith(f"{place}:2: found the record 'faq:x'") for line in found)


def test_an_atlas_without_their_records_has_no_such_sheets(sample: Sample) -> None:
    assert sheets.sheets(sample.base()) == []
    assert list(problems(sample.base())) == []


def test_a_guide_and_the_list_of_pdfs_name_the_sheet(sample: Sample) -> None:
    pdf = Printed("sheet:blood-tests", "Your blood tests", "a4", "normal", "print/sheets/blood-tests-a4.pdf", 2, 80_000)
    record = Printed("symptom:symptom-0", "Symptom", "a4", "normal", "print/symptoms/symptom-0-a4.pdf", 2, 80_000)
    listed = PageMaker(sample.base(), [pdf, record]).sheet("print.md").markdown
    assert listed.index("## To hand out") < listed.index("Your blood tests") < listed.index("## Symptoms")


def test_every_record_that_a_clinic_would_hand_out_has_a_sheet_on_each_paper_and_in_each_size() -> None:
    base, _ = _real()
    made = {document.id: document for document in documents(base)}
    records = [record for kind in HANDED_OUT for record in base.of_kind(kind)]
    assert HANDED_OUT == ("symptom", "pathway", "faq", "test", "medicine", "treatment")
    assert len(records) > 200
    for name in [*(record.key for record in records), *(f"sheet:{sheet.id}" for sheet in SHEETS)]:
        assert (tuple(made[name].papers), tuple(made[name].prints)) == (tuple(PAPERS), tuple(PRINTS))


def test_every_sheet_says_what_it_is_its_date_its_review_its_licence_and_its_address() -> None:
    base, maker = _real()
    for document in documents(base):
        if not document.limited:
            continue
        html = maker.html(document)
        text = " ".join(re.sub(r"<[^>]*>", "", html).split())
        record = document.context["r"]
        due = f"{record.check_again.day} {record.check_again:%B %Y}"
        for told in ("The B12 &amp; MS Atlas", "In short.", "Version of ", "Held against its sources on "):
            assert told in text, document.id
        assert f"Check again by {due}" in text, document.id
        assert "Not yet reviewed by a clinician." in text, document.id
        assert "You may copy and share it: CC BY 4.0" in text, document.id
        assert 'href="https://creativecommons.org/licenses/by/4.0/"' in html
        assert f'<a href="{SITE}{document.live}">{SITE}{document.live}</a>' in html
        assert qr_code(SITE + document.live) in html
        assert text.count("certainty") >= len(re.findall(r'data-what="(?:finding|step)"', html)), document.id
        cited = {*re.findall(r'href="#(ref-[^"]+)"', html)}
        assert cited == {*re.findall(r'<li id="(ref-[^"]+)"', html)}, document.id
        assert cited, document.id


@pytest.mark.parametrize("size", PRINTS)
@pytest.mark.parametrize("kind", HANDED_OUT)
def test_how_high_a_sheet_will_be_is_judged_by_its_letters(kind: str, size: str) -> None:
    """A bad judgement would show nowhere but in the time that it takes: sheets would be laid out again and again."""
    base, maker = _real()
    document = next(one for one in documents(base) if one.id.startswith(f"{kind}:"))
    days = (document.created, document.updated)
    job = Job(document.edit, document.id, maker.html(document), "a4", size, True, *days, PACKAGES)
    body = setting._body(setting._read(job), size)
    wide, high = room("a4", size)
    plan, estimate = fit.Plan(body), Estimate(body, wide, high)
    set_whole = setting._set(job, (), "").document.pages
    taken = sum(fit.used(page) for page in set_whole) / (PRINTS[size].points * 4 / 3)
    drawn = high if kind == "pathway" and size == "large" else 0  # a page that holds a picture alone
    assert 0.8 < (estimate.whole - drawn) / taken < 1.2
    assert {name for name in estimate.parts if not name.startswith("#")} >= set(plan.gone(len(plan.order)))


LARGEST = ("absorption", "abcd", "nitrous-oxide")
"""The tallest diagram; a title of two lines with an emergency; the most care cards."""


@pytest.mark.parametrize("name", LARGEST)
@pytest.mark.parametrize("size", PRINTS)
def test_a_pathways_sheet_shows_its_diagram_in_letters_that_can_be_read(name: str, size: str) -> None:
    base, maker = _real()
    document = next(document for document in documents(base) if document.id == f"pathway:{name}")
    days = (document.created, document.updated)
    job = Job(document.edit, name, maker.html(document), "letter", size, True, *days, PACKAGES)
    pages = setting._fitted(job).document.pages
    everything = [(n, box) for n, page in enumerate(pages) for box in page._page_box.descendants(placeholders=True)]
    drawn = [(n, box) for n, box in everything if box.element is not None and box.element_tag.endswith("svg")]
    ((number, diagram),) = [(n, box) for n, box in drawn if box.element.get("class") == "pathway"]
    high = float(diagram.element.get("viewBox").split()[3])
    points = 13 * diagram.height / high * 0.75
    assert points >= 7.9
    assert len(pages) <= PRINTS[size].most_pages
    if size == "normal":
        assert number == 0
    else:
        assert number == len(pages) - 1
        assert not fit.used(pages[-1])
        assert points >= 9


def test_no_diagram_of_a_pathway_can_be_left_out_and_each_says_what_it_shows() -> None:
    base, maker = _real()
    for document in documents(base):
        record = document.context.get("r")
        if isinstance(record, Pathway):
            html = maker.html(document)
            found = re.findall(r'<section class="drawing[^>]*data-print="(\w+)"[^>]*>(.*?)</section>', html, re.DOTALL)
            assert [size for size, _ in found] == list(PRINTS)
            assert all("data-drop" not in drawing for _, drawing in found)
            assert all(f"<title>{escape(record.alt_text)}</title>" in drawing for _, drawing in found)


def broken(css: str, body: str) -> list[str]:
    """What the ends of small pages tear apart."""
    style = f"@page {{ size: 100mm 60mm; margin: 5mm }} * {{ margin: 0; font-size: 12pt; line-height: 18pt }} {css}"
    html = f'<html lang="en"><head><title>Trial</title><style>{style}</style></head><body>{body}</body></html>'
    return list(torn(HTML(string=html).render().pages))


def test_what_the_end_of_a_page_tears_apart_is_told() -> None:
    lines, words = "<p>A line.</p>", "word " * 30
    free = "* { break-after: auto !important; orphans: 1; widows: 1 }"
    assert broken(free, lines * 6 + "<h2>Alone</h2>" + lines) == ["a heading alone at the foot of page 1: 'Alone'"]
    assert broken(free, lines * 6 + f"<p>{words}</p>")[0].startswith("a line alone at the end of page 1: 'word word")
    table = f"<table><tr><td>{words}</td></tr></table>"
    assert broken("p, td { orphans: 1; widows: 1 }", lines * 5 + table)[0].startswith(
        "a row of a table torn by the end"
    )
    assert broken("", lines * 6 + "<h2>Not alone</h2>" + lines) == []
    assert broken("tr { break-inside: avoid }", lines * 5 + table) == []


def test_a_sheet_that_a_page_tears_apart_fails() -> None:
    heading = '<h2 style="break-after: auto">Torn off</h2>'
    for number in range(34, 48):
        body = "<p>A line.</p>" * number + heading + "<p>A line.</p>" * 8
        html = f'<html lang="en-GB"><head><title>Trial</title></head><body><h1>Trial</h1>{body}</body></html>'
        day = _real()[0].record("test:mma").checked
        outcome = typeset(Job("data/trial.yml", "trial", html, "a4", "normal", True, day, day, PACKAGES))
        if any("a heading alone at the foot of page 1: 'Torn off'" in problem.found for problem in outcome.problems):
            return
    raise AssertionError("no heading was torn off")
