"""Issue forms → records: what anybody may have written becomes a safe record or a clear refusal, and nothing else."""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from macros.cli import main
from macros.form import LARGEST, MOST_NAMES, ForAPerson, Form, as_markdown, as_text, from_form, read_forms
from macros.load import Document, read_document, read_text
from macros.model import KINDS
from macros.model.field import ID_PATTERN
from macros.new import id_of
from macros.problem import Problem

from .conftest import DAY, ROOT, Sample

READ = read_forms(ROOT)
assert isinstance(READ, list), READ
FORMS = {form.name: form for form in READ}
FOOD = {"title": "Brazil nuts, dried", "source": "USDA FoodData Central, SR Legacy, 170569"}
MADE = "data/foods/brazil-nuts-dried.yml"


class Project(Sample):
    """A small atlas with the forms, beside a folder that is none of its business."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "atlas").mkdir()
        super().__init__(folder / "atlas")
        shutil.copytree(ROOT / ".github" / "ISSUE_TEMPLATE", self.root / ".github" / "ISSUE_TEMPLATE")
        (folder / "elsewhere").mkdir()
        self.issue = folder / "issue.md"

    def everything(self) -> dict[str, bytes | str]:
        """Every file and link on this disk that a mistake could reach, with what it holds."""
        found: dict[str, bytes | str] = {}
        for path in self.folder.rglob("*"):
            name = path.relative_to(self.folder).as_posix()
            if path.is_symlink():
                found[name] = f"-> {path.readlink()}"
            elif path != self.issue:
                found[name] = path.read_bytes() if path.is_file() else ""
        return found

    def fill(self, form: str = "food", answers: Mapping[str, str] = FOOD) -> None:
        self.issue.write_bytes(filled(FORMS[form], answers).encode("utf-8", "surrogatepass"))

    def make(self, name: str = "", title: str = "") -> Path | ForAPerson | list[Problem]:
        return from_form(self.root, self.issue, DAY, (), name, title)

    def make_problems(self, name: str = "", title: str = "") -> list[Problem]:
        """Why the form is refused."""
        result = self.make(name, title)
        assert isinstance(result, list), result
        return result

    def run(self, *options: str) -> int:
        return main(["--root", str(self.root), "from-form", str(self.issue), *options])


def filled(form: Form, answers: Mapping[str, str]) -> str:
    """The text of an issue as GitHub makes it of a form."""
    return "\n\n".join(f"### {one.label}\n\n{answers.get(one.name) or '_No response_'}" for one in form.inputs)


def told(text: str) -> dict[str, str]:
    """What stands in the comments of a record: the form's heading → what was written under it."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in text.split("\n"):
        if start := re.fullmatch(r'# In the form, under "(.+)":', line):
            heading = start[1]
            found[heading] = []
        elif heading and (line == "# >" or line.startswith("# > ")):
            found[heading].append(line[4:])
        else:
            heading = ""
    return {heading: "\n".join(lines) for heading, lines in found.items()}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")  # 1 June 2026


def record(project: Project, form: str, answers: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The plain values and the comments of the record that is made of these answers."""
    project.fill(form, answers)
    path = project.make()
    assert isinstance(path, Path), path
    document = read_document(path, project.root)
    assert isinstance(document, Document)
    return document.value, told(path.read_text(encoding="utf-8"))


# What a form becomes


def test_a_food_is_begun_with_what_the_form_says_and_nothing_else(project: Project) -> None:
    answers = {
        **FOOD,
        "micrograms": "0.40 µg",
        "portion": "1 cup (240 g)",
        "group": "Plant foods",
        "diets": "Vegan, Vegetarian",
        "aliases": "para nuts\n- cream nuts",
    }
    values, notes = record(project, "food", answers)
    given_values = {name: value for name, value in values.items() if value is not None}
    assert given_values == {
        "id": "brazil-nuts-dried",
        "title": "Brazil nuts, dried",
        "aliases": ["para nuts", "cream nuts"],
        "group": "plant",
        "diets": ["vegan", "vegetarian"],
        "content": {"micrograms": 0.4, "dataset": None, "item": None, "basis": None},
        "portion": {"name": "1 cup", "grams": 240},
        "changes": [{"date": "2026-06-01", "text": "First version."}],
    }
    assert notes == {"Where does the figure come from?": FOOD["source"]}
    assert "micrograms: 0.40\n" in (project.root / MADE).read_text(encoding="utf-8"), "digit for digit"


def test_what_only_a_person_can_judge_stands_in_comments_beside_its_field(project: Project) -> None:
    answers = {
        "title": "Burning mouth",
        "source": "PMID 123",
        "b12": "Often.\n\nIn half.",
        "ms": "Rare",
        "care": "Never",
        "aliases": "sore tongue",
    }
    values, notes = record(project, "symptom", answers)
    assert values["aliases"] == ["sore tongue"]
    assert (values["b12"], values["ms"], values["points"]) == (None, None, None)
    assert notes == {
        "Who describes it?": "PMID 123",
        "In B12 deficiency": "Often.\n\nIn half.",
        "In MS": "Rare",
        "When is it urgent?": "Never",
    }
    text = project.path("symptom", "burning-mouth").read_text(encoding="utf-8")
    assert "# > In half.\nb12:\n" in text
    assert "# > Rare\nms:\n" in text


def test_a_question_gets_its_subject(project: Project) -> None:
    values, _ = record(project, "question", {"title": "Does heat matter?", "topic": "Telling them apart"})
    assert (values["id"], values["topic"]) == ("does-heat-matter", "telling-apart")


@pytest.mark.parametrize(
    ("address", "field", "value"),
    [
        ("10.1016/j.neuroscience.2025.07.046", "doi", "10.1016/j.neuroscience.2025.07.046"),
        ("https://doi.org/10.1000/x(1)", "doi", "10.1000/x(1)"),
        ("PMID: 12345", "pmid", "12345"),
        ("https://pubmed.ncbi.nlm.nih.gov/12345/", "pmid", "12345"),
        ("https://example.org/a?b=c#d", "url", "https://example.org/a?b=c#d"),
    ],
)
def test_a_source_is_found_again_by_its_address(project: Project, address: str, field: str, value: str) -> None:
    values, _ = record(project, "source", {"title": "A trial", "address": address, "study": "Cohort"})
    assert {name: values.get(name) for name in ("doi", "pmid", "url") if name in values} == {field: value}
    assert values["study"] == "cohort"


def test_what_a_proposer_read_is_not_what_the_atlas_read(project: Project) -> None:
    answers = {"title": "A trial", "address": "see the journal", "read": "The abstract", "bears_on": "Fatigue"}
    values, notes = record(project, "source", answers)
    assert values["read"] is None
    assert "pages" not in values
    assert notes == {
        "Where is it?": "see the journal",
        "What of it did you read?": "The abstract",
        "Which pages of the atlas would it change?": "Fatigue",
    }


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [("micrograms", "0.3 to 0.5", "content"), ("micrograms", "1e3", "content"), ("portion", "a handful", "portion")],
)
def test_a_figure_that_is_none_is_left_to_a_person(project: Project, name: str, text: str, field: str) -> None:
    values, notes = record(project, "food", {**FOOD, name: text})
    assert values[field] is None
    assert text in notes.values()


@pytest.mark.parametrize("form", [name for name, form in FORMS.items() if form.model])
def test_nothing_passes_the_check_before_a_person_filled_it_in(
    project: Project, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model = FORMS[form].model
    assert model
    answers = {one.name: one.options[0] if one.options else "10.1000/x" for one in FORMS[form].inputs}
    project.fill(form, answers)
    assert not project.problems()
    assert project.run() == 0
    out, err = capsys.readouterr()
    assert out == f"data/{model.KIND.folder}/10-1000-x.yml\n"
    missing = set(re.findall(r"found `([\w.]+)` without a value", err))
    values = record_values(project.root / out.strip(), project)
    assert {name for name, value in values.items() if value is None} == {name for name in missing if "." not in name}
    assert {"checked", "check_again"} <= missing
    assert main(["--root", str(project.root), "check"]) == 1


def record_values(path: Path, project: Project) -> dict[str, Any]:
    document = read_document(path, project.root)
    assert isinstance(document, Document)
    values: dict[str, Any] = document.value
    return values


def test_a_record_is_in_canonical_form(project: Project) -> None:
    record(project, "food", FOOD)
    before = (project.root / MADE).read_bytes()
    assert main(["--root", str(project.root), "format", str(project.root / MADE)]) == 0
    assert (project.root / MADE).read_bytes() == before


def test_line_ends_and_spaces_of_other_systems_are_read(project: Project) -> None:
    text = filled(FORMS["food"], {**FOOD, "title": "Brazil\u00a0nuts,\tdried  "}).replace("\n", "\r\n")
    project.issue.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert project.make() == project.root / MADE


def test_a_fence_and_ticked_boxes_are_what_github_puts_around_answers(project: Project) -> None:
    path = project.root / ".github" / "ISSUE_TEMPLATE" / "2-food.yml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("    id: aliases\n    attributes:", "    id: aliases\n    attributes:\n      render: text")
    text = re.sub(r"type: dropdown\n    id: diets", "type: checkboxes\n    id: diets", text)
    text = re.sub(r"- (Vegan|Vegetarian|Pescatarian)$", r"- label: \1", text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")
    project.fill(
        "food",
        {**FOOD, "aliases": "```text\npara nuts\n```", "diets": "- [X] Vegan\n- [ ] Vegetarian\n- [x] Pescatarian"},
    )
    assert project.make() == project.root / MADE
    values = record_values(project.root / MADE, project)
    assert (values["aliases"], values["diets"]) == (["para nuts"], ["vegan", "pescatarian"])


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Lhermitte's sign", "lhermittes-sign"),
        ("Crème fraîche, 30 %", "creme-fraiche-30"),
        ("Smørrebrød & Weißwurst", "smorrebrod-weisswurst"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows\\System32", "c-windows-system32"),
        ("word " * 40, "-".join(["word"] * 16)),
        ("x" * 200, "x" * 80),
        ("🥜", ""),
        ("\u202e", ""),
    ],
)
def test_an_id_is_made_of_letters_digits_and_hyphens(title: str, expected: str) -> None:
    assert id_of(title) == expected


# What a person has to do


@pytest.mark.parametrize("page", ["Generated symptom 1", "https://atlas.example/b12/symptoms/symptom-1/#care"])
def test_a_correction_is_left_to_a_person_and_names_the_record(
    project: Project, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    title = next(entry.record.title for entry in project.base().entries.values() if entry.record.id == "symptom-1")
    project.fill(
        "correct", {"page": title if page.startswith("Gen") else page, "correction": "It says \x41.\n::error::x"}
    )
    before = project.everything()
    assert project.run() == 3
    out = capsys.readouterr().out
    assert out.startswith("A person has to do this (Correct a fact): no record is made of it. The record: ")
    assert "data/symptoms/symptom-1.yml" in out
    assert "  ::error::x" in out
    assert not re.search(r"^::", out, re.MULTILINE)
    assert project.everything() == before


def test_a_problem_is_left_to_a_person(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.fill("problem", {"page": "nowhere at all", "happened": "@everybody <b>"})
    assert project.run("--markdown") == 1, "a tag is refused in any form"
    project.fill("problem", {"page": "nowhere at all", "happened": "@everybody"})
    assert project.run("--markdown") == 3
    out = capsys.readouterr().out
    assert "No record has this title or address" in out
    assert "@everybody" not in out


# Hostile forms

TITLES_THAT_STAY = [
    "../../../etc/passwd",
    "/etc/passwd",
    "C:\\Windows\\win.ini",
    "a: b",
    "key: value # comment",
    "!!python/object/apply:os.system [x]",
    "&anchor *alias",
    "- item",
    "--- x",
    "'single' \"double\"",
    "{{ 7 * 7 }} {% raw %}",
    "$(touch x) `touch x` ${HOME}",
    "no",
    "2026-06-01",
    "1e3",
    "0x10",
    "null",
    "|- x",
    "> x",
    "%YAML 1.1",
    "x" * 2_000,
    "[link](javascript:x) a",
    "nuts 🥜",
]


@pytest.mark.parametrize("title", TITLES_THAT_STAY)
def test_a_strange_title_is_text_in_one_file_under_data(project: Project, title: str) -> None:
    before = project.everything()
    values, _ = record(project, "food", {**FOOD, "title": title})
    assert values["title"] == title
    after = project.everything()
    (new,) = set(after) - set(before)
    assert re.fullmatch(r"atlas/data/foods/[a-z0-9-]{1,80}\.yml", new)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("<script>alert(1)</script>", "raw HTML"),
        ("🥜", "letters from a to z"),
        ("花生", "letters from a to z"),
        ("CON", "Windows keeps for a device"),
        ("com1", "Windows keeps for a device"),
        ("nuts\u202egnp", "changes the direction of text"),
        ("nuts\x00", "control character U+0000"),
        ("nuts\x1b[2J", "control character U+001B"),
        ("nuts\u2028id: x", "control character U+2028"),
        ("nuts\x85id: x", "control character U+0085"),
        ("one\ntwo", "a line break"),
        ("", "nothing under the heading 'Which food?'"),
    ],
)
def test_a_title_that_cannot_stand_is_refused(
    project: Project, title: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    project.fill(answers={**FOOD, "title": title})
    before = project.everything()
    assert project.run() == 1
    out = capsys.readouterr().out
    assert reason in out
    assert re.fullmatch(r"(\S+: found .+; expected .+\. .+\.\n)+", out)
    assert project.everything() == before


@pytest.mark.parametrize("text", ["<img src=x onerror=x>", "a\u2066b", "a\x00b", "a\x0bb: c", "\ud800"])
@pytest.mark.parametrize("name", ["source", "portion", "aliases"])
def test_no_comment_and_no_field_holds_what_is_hidden(project: Project, name: str, text: str) -> None:
    project.fill(answers={**FOOD, name: text})
    before = project.everything()
    assert isinstance(project.make(), list)
    assert project.everything() == before


TEXTS_THAT_STAY = [
    "---\nid: other\n...",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "### A heading of my own\n\n# and another",
    "key: value\n- item\n!!python/object x\n&a *a",
    "```yaml\ntitle: x\n```",
    "# yaml-language-server: $schema=https://example.org/evil.json",
    "vim: set modeline:",
    "{{ config }} {% include 'x' %}",
    'In the form, under "Which food?":\n> another',
    "\n\n  indented\n\n\n  more",
]


@pytest.mark.parametrize("text", TEXTS_THAT_STAY)
def test_strange_text_is_a_comment_and_nothing_more(project: Project, text: str) -> None:
    values, notes = record(project, "food", {**FOOD, "source": text})
    plain, _ = record_of_food_without(project)
    assert values == plain
    assert notes == {"Where does the figure come from?": text.strip("\n ")}
    first, *rest = (project.root / MADE).read_text(encoding="utf-8").splitlines()
    assert first == KINDS["food"].KIND.first_line
    assert not [line for line in rest if re.match(r"#\s+yaml-language-server", line)]


def record_of_food_without(project: Project) -> tuple[dict[str, Any], dict[str, str]]:
    """The same food again, with plain words for its source."""
    kept = (project.root / MADE).read_bytes()
    (project.root / MADE).unlink()
    made = record(project, "food", FOOD)
    (project.root / MADE).write_bytes(kept)
    return made


def test_a_heading_of_the_form_inside_a_field_is_refused(project: Project) -> None:
    project.fill(answers={**FOOD, "source": "x\n\n### What group does it belong to?\n\nFish"})
    (problem,) = [one for one in project.make_problems() if "twice" in one.found]
    assert problem.found == "the heading 'What group does it belong to?' twice (first on line 9)"


def test_text_before_the_form_is_refused(project: Project) -> None:
    project.issue.write_text(f"Hello\n\n{filled(FORMS['food'], FOOD)}", encoding="utf-8")
    assert [one.found for one in project.make_problems()] == ["'Hello' before the first heading"]


def test_a_missing_heading_is_named(project: Project) -> None:
    text = filled(FORMS["food"], FOOD).replace("### Where does the figure come from?", "Where?")
    project.issue.write_text(text, encoding="utf-8")
    (problem,) = project.make_problems()
    assert problem.found == "no heading 'Where does the figure come from?', which the form 'New food' has"


def test_a_required_field_that_is_empty_is_named(project: Project) -> None:
    project.fill(answers={"title": FOOD["title"]})
    assert [one.found for one in project.make_problems()] == [
        "nothing under the heading 'Where does the figure come from?'"
    ]


def test_a_choice_that_the_form_does_not_offer_is_refused(project: Project) -> None:
    project.fill(answers={**FOOD, "group": "../../vocab", "diets": "Vegan, Keto"})
    assert [one.found.partition(" under")[0] for one in project.make_problems()] == ["'../../vocab'", "'Vegan, Keto'"]


@pytest.mark.parametrize("text", ["", "Hello.", "### Something\n\nelse", "# Which food?\n\nx"])
def test_what_is_no_form_is_refused(project: Project, text: str) -> None:
    project.issue.write_text(text, encoding="utf-8")
    (problem,) = project.make_problems()
    assert problem.found == "a text without the headings of a form"
    assert all(form.title in problem.expected for form in FORMS.values())
    assert project.make_problems("food")[0].found == (
        f"'{text.splitlines()[0]}' before the first heading" if text else "nothing under the heading 'Which food?'"
    )


def test_the_headings_of_two_forms_are_refused_unless_one_is_named(project: Project) -> None:
    other = {"title": "A trial", "address": "10.1000/x"}
    project.issue.write_text(f"{filled(FORMS['food'], FOOD)}\n\n{filled(FORMS['source'], other)}", encoding="utf-8")
    assert project.make_problems()[0].found == "the headings of New food and New source"
    assert isinstance(project.make("food"), Path)


def test_a_form_that_does_not_exist_is_refused(project: Project) -> None:
    project.fill()
    assert project.make_problems("foods")[0].remedy == "Did you mean 'food'?"


def test_the_title_may_come_from_outside_and_is_no_safer_for_that(project: Project) -> None:
    project.fill(answers={**FOOD, "title": ""})
    assert isinstance(project.make(title="Brazil nuts,\ndried"), Path)
    assert (project.root / MADE).exists()
    assert "raw HTML" in project.make_problems(title="<script>")[0].found
    assert "U+001B" in project.make_problems(title="a\x1bb")[0].found


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x" * (2 * 1024 * 1024), f"more than {LARGEST:,} bytes"),
        ("### Which food?\n\nx".encode("utf-16"), "bytes that are not UTF-8"),
        (b"### Which food?\n\ncr\xe8me", "bytes that are not UTF-8"),
    ],
)
def test_a_file_that_is_no_text_is_refused(project: Project, data: bytes, reason: str) -> None:
    project.issue.write_bytes(data)
    assert [one.found for one in project.make_problems()] == [reason]


def test_a_file_that_cannot_be_read_is_told(project: Project) -> None:
    assert "cannot be read" in project.make_problems()[0].found
    project.issue.mkdir()
    assert "cannot be read" in project.make_problems()[0].found


def test_the_largest_form_is_read(project: Project) -> None:
    room = LARGEST - len(filled(FORMS["food"], {**FOOD, "aliases": "a"}).encode())
    project.fill(answers={**FOOD, "aliases": "a\n" * (room // 2)})
    assert isinstance(project.make(), Path)
    notes = told((project.root / MADE).read_text(encoding="utf-8"))
    assert notes["What else do people call it?"].count("a") == room // 2 > MOST_NAMES


def test_a_record_that_exists_is_never_written_over(project: Project) -> None:
    project.fill(answers={**FOOD, "title": "food 0"})
    assert project.path("food", "food-0").exists()
    before = project.everything()
    assert [one.found for one in project.make_problems()] == ["a record of this id"]
    assert project.everything() == before


def test_an_id_that_was_retired_is_never_used_again(project: Project) -> None:
    (project.root / "data" / "retired.yml").write_text(
        "- was: food:brazil-nuts-dried\n  date: 2026-01-01\n  why: Twice.\n", encoding="utf-8"
    )
    project.fill()
    assert "retired" in project.make_problems()[0].found


@pytest.mark.parametrize("target", ["../../../elsewhere/new.yml", "food-0.yml", "nowhere/x.yml"])
def test_a_link_in_the_place_of_the_record_is_not_followed(project: Project, target: str) -> None:
    (project.root / MADE).symlink_to(target)
    project.fill()
    before = project.everything()
    assert [one.found for one in project.make_problems()] == ["a record of this id"]
    assert project.everything() == before


@pytest.mark.parametrize("folder", ["data", "data/foods"])
def test_a_folder_that_is_a_link_is_not_followed(project: Project, folder: str) -> None:
    moved = project.folder / "elsewhere" / "moved"
    (project.root / folder).rename(moved)
    (project.root / folder).symlink_to(moved)
    project.fill()
    before = project.everything()
    assert [one.found for one in project.make_problems()] == ["a folder that is a link to another place"]
    assert project.everything() == before


def test_a_disk_that_cannot_be_written_leaves_nothing_half_written(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    project.fill()
    before = project.everything()
    assert [one.found for one in project.make_problems()] == ["a file that cannot be written (No space left on device)"]
    assert project.everything() == before


def test_what_is_said_of_a_form_is_one_harmless_line_each(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.fill(answers={**FOOD, "group": "@everybody\n##[group]x\n<b>![x](https://example.org/x) #12"})
    assert project.run("--markdown") == 1
    out = capsys.readouterr().out
    assert not re.search(r"@everybody|<b>|!\[x\]|https://|(?<!\\)#12|^##\[", out, re.MULTILINE)
    assert out.count("\n- ") == 1
    assert project.run() == 1
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_every_answer_has_its_place() -> None:
    """The fields of records that forms fill; all other answers stand in comments."""
    found = {
        (form.name, one.name)
        for form in FORMS.values()
        for one in form.inputs
        if form.model and one.name in form.model.model_fields
    }
    assert found == {
        *((form, "title") for form in ("food", "symptom", "question", "source")),
        *((form, "aliases") for form in ("food", "symptom", "question")),
        ("food", "group"),
        ("food", "diets"),
        ("food", "portion"),
        ("question", "topic"),
        ("source", "study"),
        # Read by a person: they stand in comments above the fields.
        ("source", "read"),
        *(("symptom", name) for name in ("b12", "ms", "tell_apart", "care")),
    }


# Any text in any field

SNIPPETS = st.sampled_from(
    [
        *TITLES_THAT_STAY,
        *TEXTS_THAT_STAY,
        "### Which food?",
        "_No response_",
        "\r\n",
        "\u2028",
        "\x00",
        "\ufeff",
        "\u200b",
        "<b",
        "a" * 90,
        "---",
        "Vegan",
    ]
)
TEXT = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.text(st.sampled_from("ab: -#'\"&*!|>%{}[]\n\r\t`\\,é"), max_size=30),
    st.lists(SNIPPETS, max_size=3).map("\n".join),
    st.sampled_from(TITLES_THAT_STAY),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("forms"))


def as_read(text: str) -> str:
    """Text with the line ends and spaces of a record."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub("[\t\u00a0\u2007\u202f]", " ", text)
    text = "\n".join(line.rstrip(" ") for line in text.split("\n")).strip("\n ")
    return "" if text == "_No response_" else text


@given(
    form=st.sampled_from([form for form in FORMS.values() if form.model]),
    answers=st.dictionaries(st.integers(0, 6), TEXT, max_size=7),
    title=TEXT,
)
@example(form=FORMS["food"], answers={1: "---\nid: x"}, title="Nuts")
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_is_refused_or_stands_in_one_new_file(
    shared: Project, form: Form, answers: dict[int, str], title: str
) -> None:
    written = {"title": title, "source": "a source", "address": "10.1000/x", "topic": "Symptoms"}
    written |= {form.inputs[at].name: text for at, text in answers.items() if at < len(form.inputs)}
    written = {one.name: written[one.name] for one in form.inputs if one.name in written}
    shared.issue.write_bytes(filled(form, written).encode("utf-8", "surrogatepass"))
    before = shared.everything()
    result = shared.make()
    after = shared.everything()
    if not isinstance(result, Path):
        assert isinstance(result, list)
        assert result
        assert all(line.isprintable() for line in as_text(result, shared.root).split("\n"))
        assert after == before
        return
    try:
        assert set(after) - set(before) == {result.relative_to(shared.folder).as_posix()}
        assert {name: after[name] for name in before} == before
        assert form.model
        assert result.parent == shared.root / "data" / form.model.KIND.folder
        assert re.fullmatch(ID_PATTERN, result.stem)
        holds(result, form, written)
    finally:
        result.unlink()


def holds(path: Path, form: Form, written: Mapping[str, str]) -> None:
    """The record holds what was written, as a value or as a comment, and no field that the form does not fill."""
    text = path.read_text(encoding="utf-8")
    document = read_text(text, "record")
    assert isinstance(document, Document), document
    values, notes = document.value, told(text)
    assert values["title"] == as_read(written["title"])
    assert (values["id"], values["checked"], values["check_again"]) == (path.stem, None, None)
    labels = {one.name: one.label for one in form.inputs}
    for name, answer in written.items():
        if name == "title" or not as_read(answer):
            continue
        if labels[name] in notes:
            assert notes[labels[name]] == as_read(answer)
        elif name == "aliases":
            names = [re.sub(r"^[-*] +", "", line.strip()).strip() for line in as_read(answer).split("\n")]
            assert values["aliases"] == [name for name in names if name]
        else:
            assert name in ("group", "diets", "topic", "study", "micrograms", "portion", "address")
    assert as_markdown(path, path.parent.parent.parent).startswith("Begun: `data/")
