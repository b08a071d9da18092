"""The smaller parts: problems, numbers, references, links, schemas, new records."""

import datetime
import json
from pathlib import Path

import pytest

from macros import cite
from macros.cli import main
from macros.figure import figure_text, number, quantity, rounded, versus_text
from macros.format import format_text
from macros.knowledge import KnowledgeBase
from macros.load import Document, load_vocabularies, read_text
from macros.model import KINDS
from macros.model.finding import Figure
from macros.model.kinds.source import Source
from macros.model.vocabulary import Vocabulary
from macros.new import form
from macros.problem import Problem, as_annotations, as_json, quoted
from macros.reading import grade, read, sentences, syllables
from macros.schema import schema_files

from .conftest import ROOT, Fields, Sample

WORDS, _ = load_vocabularies(ROOT)


def test_a_problem_is_told_in_one_line() -> None:
    problem = Problem("data/x.yml", 3, "'a'", "'b'", "Write b.")
    assert str(problem) == "data/x.yml:3: found 'a'; expected 'b'. Write b."


def test_an_annotation_cannot_be_broken_out_of() -> None:
    problem = Problem("data/a,b:c%\n.yml", 3, "x\n::error::y", "z", "50%.")
    assert as_annotations([problem]) == (
        "::error file=data/a%2Cb%3Ac%25%0A.yml,line=3,title=Atlas data::found x%0A::error::y; expected z. 50%25."
    )


def test_problems_as_json() -> None:
    problem = Problem("p", 1, "f", "e", "r")
    assert json.loads(as_json([problem])) == [{"path": "p", "line": 1, "found": "f", "expected": "e", "remedy": "r"}]


def test_a_quoted_value_is_short_and_printable() -> None:
    assert quoted("a\u202eb\x00") == "'a\\u202eb\\u0000'"
    assert len(quoted("x" * 999)) < 90


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (59, "59"),
        (70.58, "70.58"),
        (-0.08, "−0.08"),
        (12253, "12,253"),
        (2.0, "2"),
        (0.0001, "0.0001"),
        (1e-7, "0.0000001"),
        (1234.5, "1,234.5"),
        (-12.5, "−12.5"),
    ],
)
def test_numbers_keep_every_digit(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(59.993, "59.99"), (9.588, "9.59"), (2.675, "2.68"), (0.125, "0.13"), (1.3446, "1.34"), (3.0, "3")],
)
def test_computed_numbers_have_two_decimals(value: float, text: str) -> None:
    assert rounded(value) == text


def test_a_quantity_has_its_unit() -> None:
    assert quantity(WORDS["unit"], 59, "percent") == "59%"
    assert quantity(WORDS["unit"], 20, "one-in") == "1 in 20"
    assert quantity(WORDS["unit"], 1, "months") == "1 month"
    assert quantity(WORDS["unit"], 3, "months") == "3 months"
    assert quantity(WORDS["unit"], 2.4, "micrograms-a-day") == "2.4 µg a day"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"value": -0.08, "low": -0.35, "high": 0.2, "interval": "ci95", "unit": "standardised-difference"},
            "−0.08 standard deviations (standardised mean difference) (95% confidence interval −0.35 to 0.2)",
        ),
        ({"low": 15, "high": 52, "interval": "range", "unit": "percent"}, "15 to 52%"),
        ({"value": 13, "unit": "percent", "count": 19, "total": 141}, "13% (19 of 141)"),
        ({"value": 40, "unit": "percent", "qualifier": "about"}, "about 40%"),
        (
            {"value": 25, "unit": "percent", "versus": {"value": 75, "population": "others"}},
            "25%",
        ),
    ],
)
def test_a_figure_in_words(fields: Fields, text: str) -> None:
    figure = Figure.model_validate({"population": "people", **fields}, context=WORDS)
    assert figure_text(WORDS, figure) == text


def test_the_other_side_of_a_comparison() -> None:
    versus = {"value": 75, "population": "others"}
    fields = {"population": "people", "value": 25, "unit": "percent"}
    assert versus_text(WORDS, Figure.model_validate(fields, context=WORDS)) == ""
    compared = Figure.model_validate({**fields, "versus": versus}, context=WORDS)
    assert versus_text(WORDS, compared) == ", against 75% in others"


def source(**fields: object) -> Source:
    base = {
        "id": "x", "title": "A study.", "csl_type": "article-journal", "study": "cohort", "read": "abstract",
        "checked": "2026-01-01", "check_again": "2026-12-01", "changes": [{"date": "2026-01-01", "text": "x"}],
        "doi": "10.5555/x",
    }  # fmt: skip
    return Source.model_validate(base | fields, context=WORDS)


def test_vancouver() -> None:
    article = source(authors=["Li X", "Yuan J"], year=2020, container="Mult Scler", volume="26", issue="3", pages="1-9")
    assert cite.vancouver(article) == "Li X, Yuan J. A study. Mult Scler. 2020;26(3):1-9."


def test_vancouver_without_a_volume() -> None:
    assert cite.vancouver(source(title="Is it so?", container="Cochrane", year=2018, pages="CD004655")) == (
        "Is it so? Cochrane. 2018:CD004655."
    )


def test_vancouver_names_six_authors() -> None:
    many = source(authors=[f"A{n} B" for n in range(8)])
    assert cite.authors(many) == "A0 B, A1 B, A2 B, A3 B, A4 B, A5 B, et al"
    assert cite.authors(source(authors=["Li X"], more_authors=True)) == "Li X, et al"


def test_a_title_of_ours_stands_in_brackets() -> None:
    assert cite.vancouver(source(supplied_title=True)) == "[A study.]."


def test_each_address_once() -> None:
    found = cite.addresses(source(pmid="123", url="https://doi.org/10.5555/x"))
    assert found == [
        ("doi:10.5555/x", "https://doi.org/10.5555/x"),
        ("PMID 123", "https://pubmed.ncbi.nlm.nih.gov/123/"),
    ]
    assert cite.addresses(source(doi=None, url="https://www.nice.org.uk/a")) == [
        ("nice.org.uk", "https://www.nice.org.uk/a")
    ]


def test_sources_are_numbered_as_they_appear() -> None:
    bibliography = cite.Bibliography()
    assert [bibliography.number(name) for name in ("b", "a", "b", "c")] == [1, 2, 1, 3]


def test_the_other_side_of_a_link_is_derived(sample: Sample) -> None:
    base = sample.base()
    assert "symptom:symptom-0" in base.graph.neighbours("test:test-0")["Symptoms it helps to explain"]
    assert "test:test-0" in base.graph.neighbours("symptom:symptom-0")["Tests"]


def test_links_come_in_the_same_order(sample: Sample) -> None:
    assert sample.base().graph.edges == sample.base().graph.edges


def test_an_unknown_kind_is_no_kind(sample: Sample) -> None:
    with pytest.raises(KeyError):
        sample.base().of_kind("symptoms")


@pytest.mark.parametrize("name", [f"{kind}.schema.json" for kind in KINDS])
def test_the_published_schemas_are_current(name: str) -> None:
    assert (ROOT / "data" / "schema" / name).read_text(encoding="utf-8") == schema_files(WORDS)[name], (
        "run `make format`"
    )


@pytest.mark.parametrize("text", schema_files(WORDS).values(), ids=list(KINDS))
def test_a_schema_explains_every_field_and_holds_no_union(text: str) -> None:
    schema = json.loads(text)
    parts = [schema, *schema.get("definitions", {}).values()]
    for part in parts:
        assert part["additionalProperties"] is False
        for name, field in part["properties"].items():
            assert field.get("description"), name
            assert "anyOf" not in field, name
    assert "$defs" not in text
    assert "x-vocabulary" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_record_asks_for_what_is_required(kind: str) -> None:
    model = KINDS[kind]
    text = form(model, "new-one", datetime.date(2026, 1, 31))
    document = read_text(text, "new")
    assert isinstance(document, Document)
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    assert set(document.value) == required
    unwrapped = " ".join(text.replace("\n# ", " ").split())
    assert all((field.description or "?") in unwrapped for field in model.model_fields.values())


def test_new_writes_a_form_and_never_over_a_record(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    root = ["--root", str(sample.root)]
    assert main([*root, "new", "food", "brazil-nut"]) == 0
    assert capsys.readouterr().out == "data/foods/brazil-nut.yml\n"
    before = sample.path("food", "brazil-nut").read_bytes()
    assert main([*root, "new", "food", "brazil-nut"]) == 1
    assert sample.path("food", "brazil-nut").read_bytes() == before
    assert capsys.readouterr().out == (
        "data/foods/brazil-nut.yml: found a record of this id; expected an id not in use. "
        "Edit that record, or choose another id.\n"
    )


@pytest.mark.parametrize(
    ("kind", "record_id", "told"),
    [
        ("foods", "x", "KIND: found 'foods'; expected one of"),
        ("food", "../x", "ID: found '../x'; expected small letters"),
        ("food", "Brazil Nut", "ID: found 'Brazil Nut'; expected small letters"),
        ("food", "🥜", "ID: found '🥜'; expected small letters"),
    ],
)
def test_new_refuses_what_is_no_id(
    sample: Sample, capsys: pytest.CaptureFixture[str], kind: str, record_id: str, told: str
) -> None:
    before = sorted(sample.root.rglob("*"))
    assert main(["--root", str(sample.root), "new", kind, record_id]) == 1
    assert capsys.readouterr().out.startswith(told)
    assert sorted(sample.root.rglob("*")) == before


def test_check_tells_and_exits(
    sample: Sample, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")  # 1 June 2026
    root = ["--root", str(sample.root)]
    assert main([*root, "check"]) == 0
    sample.edit("symptom", "symptom-0", lambda fields: fields.update(points="x"))
    capsys.readouterr()
    assert main([*root, "check", "--github"]) == 1
    assert capsys.readouterr().out.startswith("::error file=data/symptoms/symptom-0.yml,line=")
    assert main([*root, "check", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["found"] == "'x' in `points`"


def test_pages_go_to_a_folder_whole_or_not_at_all(
    sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    root = ["--root", str(sample.root)]
    out = tmp_path / "out"
    assert main([*root, "pages", "--out", str(out)]) == 0
    first = {path.relative_to(out): path.read_bytes() for path in out.rglob("*.md")}
    assert Path("symptoms/symptom-0.md") in first
    assert main([*root, "pages", "--out", str(out)]) == 0
    assert {path.relative_to(out): path.read_bytes() for path in out.rglob("*.md")} == first
    sample.edit("symptom", "symptom-0", lambda fields: fields.update(points="x"))
    assert main([*root, "pages", "--out", str(out)]) == 1
    assert {path.relative_to(out): path.read_bytes() for path in out.rglob("*.md")} == first
    own = tmp_path / "own"
    own.mkdir()
    (own / "thesis.txt").write_text("years of work", encoding="utf-8")
    capsys.readouterr()
    assert main([*root, "pages", "--out", str(own)]) == 1
    assert "a folder with files of its own" in capsys.readouterr().out
    assert (own / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_reading_grades_follow_the_formula() -> None:
    parts = sentences("The cat sat on the mat. It was a very interesting situation, wasn't it?")
    assert [len(words) for words in parts] == [6, 8]
    assert [syllables(word) for word in ("cat", "mate", "table", "interesting", "wasn't")] == [1, 1, 2, 4, 1]
    easy, hard = (
        grade(sentences("The cat sat on the mat.")),
        grade(sentences("Demyelinating neuropathology complicates.")),
    )
    assert round(easy, 2) == round(0.39 * 6 + 11.8 * 1 - 15.59, 2)
    assert hard > 12 > easy


def test_an_item_of_a_list_is_read_by_itself(sample: Sample) -> None:
    words = " ".join(["word"] * 20)
    sample.edit("claim", "claim-0", lambda fields: fields.update(why=f"Read:\n\n- {words}\n- {words} [@source-0]"))
    assert read([sample.base().record("claim:claim-0")]).long == 0
    sample.edit("claim", "claim-0", lambda fields: fields.update(why=f"{words} {words} [@source-0]"))
    assert read([sample.base().record("claim:claim-0")]).long == 1


def test_the_reading_report_is_told_and_no_gate(
    sample: Sample, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    long_words = "Notwithstanding demyelinating neuropathological characteristics, supplementation. " * 3
    sample.edit("claim", "claim-0", lambda fields: fields.update(why=f"{long_words} [@source-0]"))
    assert main(["--root", str(sample.root), "check"]) == 0
    assert "claim:claim-0" in capsys.readouterr().err


def test_vocabularies_are_read_whole() -> None:
    words, problems = load_vocabularies(ROOT)
    assert not problems
    assert all(isinstance(vocabulary, Vocabulary) for vocabulary in words.values())


def test_formatting_a_form_keeps_its_comments() -> None:
    text = form(KINDS["term"], "x", datetime.date(2026, 1, 1))
    assert "# What matters most" in format_text(text, KINDS["term"])


def test_real_knowledge_base_opens(real: KnowledgeBase) -> None:
    assert not real.problems, "\n".join(map(str, real.problems))
