"""What bad input gets: the exact message for each row of the table, and nothing else."""

import re
from collections.abc import Callable

import pytest

from .conftest import Fields, Sample

Change = Callable[[Fields], object]

SYMPTOM = "data/symptoms/symptom-0.yml"


def put(*path: str | int, value: object) -> Change:
    """A change that sets the value at `path`."""

    def change(fields: Fields) -> None:
        target: object = fields
        for part in path[:-1]:
            target = target[part]  # type: ignore[index]
        target[path[-1]] = value  # type: ignore[index]

    return change


FINDING = ("findings", 0)
FIGURE = (*FINDING, "figure")

ROWS: list[tuple[str, Change, str]] = [
    (
        "a misspelt field",
        lambda f: f.update(summry=f.pop("summary")),
        "found no field `summary`; expected it to be filled in. Add it: What matters most, in plain words; "
        "at most 240 characters. Shown first, under 'In short'.",
    ),
    (
        "the same misspelt field, as it stands",
        lambda f: f.update(summry=f.pop("summary")),
        "found the unknown field `summry`; expected one of aliases, b12, body_parts, care, changes, check_again, "
        "checked, covers, findings, id, medicines, ms, pathways, points, related, reviewed_by, summary, tell_apart, "
        "tests, title. Did you mean 'summary'?",
    ),
    (
        "a wrong type",
        put("title", value=["a", "list"]),
        "found 'a list' in `title`; expected text. Put it in quotes.",
    ),
    (
        "a number where text belongs",
        put("title", value=12),
        "found '12' in `title`; expected text. Put it in quotes.",
    ),
    (
        "text where a number belongs",
        put(*FIGURE, "value", value="50%"),
        "found '50%' in `findings.0.figure.value`; expected a number. "
        "Write the number alone; the unit has a field of its own.",
    ),
    (
        "a value outside a vocabulary",
        put(*FINDING, "certainty", value="hihg"),
        "found 'hihg' in `findings.0.certainty`; expected one of high, low, moderate, very-low. Did you mean 'high'?",
    ),
    (
        "a value unlike any in the vocabulary",
        put("points", value="somewhere"),
        "found 'somewhere' in `points`; expected one of both, neither, towards-b12, towards-ms. Choose one of them.",
    ),
    (
        "a number without unit",
        lambda f: f["findings"][0]["figure"].pop("unit"),
        "found no field `findings.0.figure.unit`; expected it to be filled in. Add it: The unit.",
    ),
    (
        "a number without population",
        lambda f: f["findings"][0]["figure"].pop("population"),
        "found no field `findings.0.figure.population`; expected it to be filled in. "
        "Add it: In whom it was found: who, how many, where.",
    ),
    (
        "a number without source",
        put(*FINDING, "sources", value=[]),
        "found 'a list' in `findings.0.sources`; expected at least 1 of them. Add what is missing.",
    ),
    (
        "an interval the wrong way round",
        lambda f: f["findings"][0]["figure"].update(low=61, high=40, value=None),
        "found in `findings.0.figure` an interval from 61 to 40; expected `low` no greater than `high`. "
        "Exchange the two.",
    ),
    (
        "a value outside its interval",
        put(*FIGURE, "value", value=99),
        "found in `findings.0.figure` the value 99 outside its interval 40 to 61; expected a value within its "
        "interval. Check the three numbers against the source.",
    ),
    (
        "half an interval",
        lambda f: f["findings"][0]["figure"].pop("low"),
        "found in `findings.0.figure` half an interval; expected `low`, `high` and `interval` together. "
        "Give both ends and say what they are (ci95, range, …).",
    ),
    (
        "an unknown id",
        put("tests", 0, value="test-9"),
        "found 'test:test-9', which does not exist; expected the id of a test. Did you mean 'test:test-1'?",
    ),
    (
        "an id of the wrong kind",
        put("tests", 0, value="pathway-0"),
        "found 'test:pathway-0', which does not exist; expected the id of a test. "
        "'pathway-0' is the id of 'pathway:pathway-0': link to that, or choose a test.",
    ),
    (
        "a self-link",
        put("related", value=["symptom:symptom-0"]),
        "found a link of the record to itself; expected another record. Delete it, or name the one meant.",
    ),
    (
        "an unknown kind",
        put("related", value=["symptm:symptom-1"]),
        "found the kind 'symptm' in 'symptm:symptom-1'; expected one of symptom, pathway, food, faq, test, medicine, "
        "treatment, claim, intake, source, term, model. Did you mean 'symptom'?",
    ),
    (
        "a link in prose to a record that does not exist",
        put("tell_apart", "text", value="See [this](symptom:symptom-7). [@source-0]"),
        "found 'symptom:symptom-7', which does not exist; expected the id of a symptom. "
        "Did you mean 'symptom:symptom-1'?",
    ),
    (
        "an unknown source cited in prose",
        put("tell_apart", "text", value="So it is [@source-99]."),
        "found 'source:source-99', which does not exist; expected the id of a source. Did you mean 'source:source-8'?",
    ),
    (
        "a statement without a source",
        put("tell_apart", "text", value="So it is."),
        "found no citation in `tell_apart.text`; expected at least one source, as [@source-id]. Cite who says it.",
    ),
    (
        "an id unlike the file's name",
        put("id", value="symptom-00"),
        "found the id 'symptom-00'; expected 'symptom-0', the name of the file. "
        "Make the two equal; an id that was published never changes.",
    ),
    (
        "an id that is no id",
        put("id", value="../../etc/passwd"),
        "found in `id` '../../etc/passwd'; expected an id of small letters, digits and single hyphens (a-z, 0-9, -). "
        "Write it like 'vision-loss'.",
    ),
    (
        "checked in the future",
        lambda f: f.update(checked="2026-12-24", check_again="2026-12-31"),
        "found 2026-12-24, a day to come; expected at latest today, 2026-06-01. Give the day on which it was checked.",
    ),
    (
        "check_again before checked",
        put("check_again", value="2025-12-24"),
        "found 2025-12-24, not after `checked` (2026-01-02); expected a later day. Give a day up to 2027-01-02.",
    ),
    (
        "check_again too far off",
        put("check_again", value="2027-12-24"),
        "found 2027-12-24; expected at most 12 months after `checked`: 2027-01-02. Bring it forward.",
    ),
    (
        "an impossible date",
        put("checked", value="2026-02-30"),
        "found in `checked` '2026-02-30', a day that does not exist; expected a day of the calendar. Correct the date.",
    ),
    (
        "a date in another order",
        put("checked", value="1/2/2026"),
        "found in `checked` '1/2/2026'; expected a day as year-month-day. Write it like 2026-11-21.",
    ),
    (
        "raw HTML",
        put("title", value="<script>alert(1)</script>"),
        "found in `title` raw HTML ('<script>alert(1)</sc'); expected plain text or the atlas's Markdown. "
        "Write it without the tag; for 'less than', put a space after '<'.",
    ),
    (
        "a javascript: link",
        put("tell_apart", "text", value="[Click](javascript:alert(1)) [@source-0]"),
        "found a link to 'javascript:alert(1)'; expected a link to a record, as [words](kind:id). "
        "Link to a record; for a page elsewhere, add a source record and cite it as [@its-id].",
    ),
    (
        "a data: link",
        put("tell_apart", "text", value="[Click](data:text/html,x) [@source-0]"),
        "found a link to 'data:text/html,x'; expected a link to a record, as [words](kind:id). "
        "Link to a record; for a page elsewhere, add a source record and cite it as [@its-id].",
    ),
    (
        "an image from another site",
        put("tell_apart", "text", value="![x](https://example.org/x.png) [@source-0]"),
        "found an image; expected text. Delete it: pictures are drawn by the build, never fetched.",
    ),
    (
        "a mark that turns text round",
        put("title", value="Fatigue \u202eevil"),
        "found in `title` an invisible mark that changes the direction of text; expected text without direction marks. "
        "Delete the mark: retype the words around it.",
    ),
    (
        "a space at the end of a line",
        put("tell_apart", "text", value="So it is [@source-0]. \n\nYes."),
        "found in `tell_apart.text` a space at the end of a line of text; expected lines without spaces at their ends. "
        "Delete the space.",
    ),
    (
        "an animal finding that hides it",
        lambda f: f["findings"][0].update(evidence="animal", species="mouse", text="It helped."),
        "found `animal` evidence in a sentence that does not say so; expected the animal or the cells in the sentence "
        "itself. Begin it with 'In mice, …' or 'In cells, …'.",
    ),
    (
        "animal evidence without a species",
        lambda f: f["findings"][0].update(evidence="animal"),
        "found in `findings.0` `animal` evidence without a species; expected `species`. "
        "Say in which animal or cells it was found.",
    ),
    (
        "a care card that cites no guideline",
        put("care", 0, "basis", value="guideline"),
        "found in `care.0` a care card that rests on a guideline but cites none; expected a citation such as "
        "[@nice-ng220-2022]. Cite the guideline, or set `basis: editorial`.",
    ),
    (
        "two findings of one name",
        lambda f: [item.update(id="same") for item in f["findings"][:2]],
        "found the finding id 'same' twice; expected each id once in a record. Rename one of them.",
    ),
    (
        "a less urgent card first",
        lambda f: f["care"].insert(0, {"urgency": "routine", "text": "Wait.", "basis": "editorial"}),
        "found a less urgent care card before a more urgent one; expected the most urgent first. Exchange them.",
    ),
]


@pytest.mark.parametrize(("change", "message"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_spoilt_record_gets_its_message(sample: Sample, change: Change, message: str) -> None:
    sample.edit("symptom", "symptom-0", change)
    told = {m.partition(": ")[2] for m in sample.messages() if m.startswith(SYMPTOM)}
    assert message in told


def test_the_line_is_the_value_s_own(sample: Sample) -> None:
    sample.edit("symptom", "symptom-0", put("points", value="somewhere"))
    (problem,) = sample.problems()
    line = (sample.root / problem.path).read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert line == "points: somewhere"


def test_every_problem_is_told_in_one_run(sample: Sample) -> None:
    sample.edit("symptom", "symptom-0", put("points", value="x"))
    sample.edit("symptom", "symptom-1", put("check_again", value="2025-01-01"))
    sample.edit("food", "food-0", put("content", "micrograms", value=-1))
    assert {problem.path for problem in sample.problems()} == {
        "data/symptoms/symptom-0.yml",
        "data/symptoms/symptom-1.yml",
        "data/foods/food-0.yml",
    }


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (-0.5, "found '-0.5' in `content.micrograms`; expected at least 0. Check it against the source."),
        (float("nan"), "found '.nan'; expected a number. Leave the field out where there is no number."),
        (float("inf"), "found '.inf'; expected a number. Leave the field out where there is no number."),
        (float("-inf"), "found '-.inf'; expected a number. Leave the field out where there is no number."),
    ],
)
def test_an_amount_is_a_number_from_zero_up(sample: Sample, value: float, told: str) -> None:
    sample.edit("food", "food-0", put("content", "micrograms", value=value))
    (message,) = sample.messages()
    assert message.partition(": ")[2] == told


def test_a_link_written_on_both_sides_is_told(sample: Sample) -> None:
    sample.edit("test", "test-0", put("related", value=["symptom:symptom-0"]))
    (message,) = sample.messages()
    assert message.startswith("data/tests/test-0.yml:")
    assert "found a link to 'symptom:symptom-0', which data/symptoms/symptom-0.yml:" in message
    assert message.endswith("expected a link on one side only. Delete this one: the build derives it.")


def test_two_records_with_one_id_are_both_named(sample: Sample) -> None:
    sample.path("symptom", "again").write_bytes(sample.path("symptom", "symptom-0").read_bytes())
    messages = sample.messages()
    assert (
        "data/symptoms/symptom-0.yml:1: found the id 'symptom:symptom-0', which data/symptoms/again.yml has already; "
        "expected an id of its own. Rename the newer record." in messages
    )
    assert any(m.startswith("data/symptoms/again.yml:1: found the id 'symptom-0'; expected 'again'") for m in messages)


def test_a_retired_id_is_never_used_again(sample: Sample) -> None:
    (sample.root / "data" / "retired.yml").write_text(
        "- was: symptom:symptom-0\n  now: symptom:symptom-1\n  date: 2026-01-02\n  why: Merged.\n", encoding="utf-8"
    )
    assert sample.messages() == [
        "data/symptoms/symptom-0.yml:1: found the id 'symptom:symptom-0', retired in data/retired.yml; "
        "expected an id never used before. Choose another id."
    ]


def test_a_source_stands_once(sample: Sample) -> None:
    sample.edit("source", "source-1", put("doi", value="10.5555/GENERATED.0"))
    (message,) = sample.messages()
    assert message.endswith(
        "found the DOI 10.5555/GENERATED.0, which data/sources/source-0.yml has already; "
        "expected one record for each work. Cite that record, and retire this one."
    )


def test_a_record_that_cannot_be_read_does_not_make_links_to_it_unknown(sample: Sample) -> None:
    sample.write("test", "test-0", b"id: test-0\n\ttitle: x\n")
    assert {problem.path for problem in sample.problems()} == {"data/tests/test-0.yml"}


FILES: list[tuple[str, bytes, str]] = [
    ("a tab", b"id: x\n\ttitle: y\n", ":2: found a tab; expected spaces. Indent with two spaces for each level."),
    (
        "a duplicate key",
        b"id: x\ntitle: y\nid: z\n",
        ":3: found the field 'id' twice (first on line 1); expected each field once. Delete one of them.",
    ),
    (
        "an anchor",
        b"id: &a x\ntitle: *a\n",
        ":1: found an anchor or alias (& or *); expected plain values. Write the value out, or put the text in quotes.",
    ),
    (
        "an alias bomb",
        b"a: &a [x]\nb: [*a, *a]\n",
        ":1: found an anchor or alias (& or *); expected plain values. Write the value out, or put the text in quotes.",
    ),
    (
        "a tag",
        b"id: !!python/object/apply:os.system [x]\n",
        ":1: found the tag 'tag:yaml.org,2002:python/object/apply:os.system'; expected values without tags. "
        "Delete the tag, or put the text in quotes.",
    ),
    (
        "several documents",
        b"id: x\n---\nid: y\n",
        ":2: found a second document ('---'); expected one document in a file. Put it in a file of its own.",
    ),
    (
        "not UTF-8",
        "id: x\ntitle: caf\xe9\n".encode("latin-1"),
        ":2: found bytes that are not UTF-8; expected UTF-8. Save the file as UTF-8.",
    ),
    (
        "a byte-order mark",
        b"\xef\xbb\xbfid: x\n",
        ":1: found a byte-order mark; expected UTF-8 without one. Save the file as plain UTF-8.",
    ),
    (
        "an empty file",
        b"",
        ":1: found an empty file; expected a record. Fill it in (make new KIND=… ID=… writes a form), or delete it.",
    ),
    (
        "only a comment",
        b"# nothing\n",
        ":1: found an empty file; expected a record. Fill it in (make new KIND=… ID=… writes a form), or delete it.",
    ),
    (
        "a list",
        b"- a\n- b\n",
        ":1: found a file that is not a mapping; expected the fields of a symptom. Write 'field: value' lines.",
    ),
    (
        "a 5 MB file",
        b"id: " + b"x" * 5_000_000,
        ": found a file of 5,000,004 bytes; expected at most 262,144. Split it, or delete what does not belong.",
    ),
    (
        "nesting 1,000 deep",
        b"id: " + b"[" * 1000 + b"]" * 1000,
        ":1: found nesting deeper than any field goes; expected the fields of a record. Delete the inner levels.",
    ),
    (
        "a bare colon",
        b"id: x\ntitle: what: this\n",
        ":2: found something that is not YAML (mapping values are not allowed in this context); expected YAML. "
        "Check the indentation, and put text that holds ': ' or begins with a sign in quotes.",
    ),
    (
        "a null byte",
        b"id: x\ntitle: a\x00b\n",
        ":1: found something that is not YAML (control characters are not allowed); expected YAML. "
        "Check the indentation, and put text that holds ': ' or begins with a sign in quotes.",
    ),
]


@pytest.mark.parametrize(("data", "message"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_a_spoilt_file_gets_its_message(sample: Sample, data: bytes, message: str) -> None:
    sample.write("symptom", "spoilt", data)
    assert sample.messages() == [f"data/symptoms/spoilt.yml{message}"]


def test_no_off_and_012_stay_text(sample: Sample) -> None:
    text = sample.path("symptom", "symptom-0").read_text(encoding="utf-8")
    lines = "- no\n- off\n- 012\n- yes\n- 1_000\n- 12:30:45\n"
    text, count = re.subn(r"(?m)(?<=^aliases:\n)(- .*\n)+", lines, text)
    assert count == 1
    sample.path("symptom", "symptom-0").write_text(text, encoding="utf-8")
    base = sample.base()
    assert not base.problems
    assert base.record("symptom:symptom-0").aliases == ("no", "off", "012", "yes", "1_000", "12:30:45")


def test_a_link_out_of_data_is_not_followed(sample: Sample) -> None:
    secret = sample.root / "secret.yml"
    secret.write_text("id: secret\n", encoding="utf-8")
    sample.path("symptom", "secret").symlink_to(secret)
    assert sample.messages() == [
        "data/symptoms/secret.yml: found a symbolic link; expected a file. Put the file itself here."
    ]


def test_strays_are_told(sample: Sample) -> None:
    (sample.root / "data" / "symptoms" / "notes.txt").write_text("x", encoding="utf-8")
    (sample.root / "data" / "symptom").mkdir()
    assert sample.messages() == [
        "data/symptom: found a folder for no kind of record; expected a kind's folder. Did you mean 'symptoms'?",
        "data/symptoms/notes.txt: found a file that is not a record; expected files named id.yml. "
        "Give it the ending .yml, or move it elsewhere.",
    ]


def test_a_hostile_file_name_is_refused(sample: Sample) -> None:
    path = sample.path("symptom", "{{ 7*7 }}<script>")
    path.write_bytes(sample.path("symptom", "symptom-0").read_bytes())
    assert any("found the id 'symptom-0'; expected '{{ 7*7 }}<script>'" in message for message in sample.messages())
