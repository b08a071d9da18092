"""The evidence: nothing of the pack that the atlas was written from is lost, and no figure was changed on the way.

`evidence/entries.yml` maps the pack: each entry with its numbers, and each entry that no record holds with the
reason. `evidence/foods.csv` has the figures of the public-domain food tables. Neither copies a text.
"""

import csv
import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
import yaml

from macros.knowledge import KnowledgeBase
from macros.model import Record
from macros.model.finding import Figure
from macros.model.kinds.food import Content, Food
from macros.model.kinds.pathway import Pathway
from macros.model.walk import parts

from .conftest import ROOT

EVIDENCE = ROOT / "tests" / "evidence"
FITTING = {
    "symptoms": {"symptom"},
    "medicines": {"medicine"},
    "ms-medicines": {"medicine"},
    "tests": {"test"},
    "claims": {"claim"},
    "intakes": {"intake"},
    "questions": {"faq"},
    "pathways": {"pathway"},
    "pathway-corrections": {"pathway"},
    "foods": {"food"},
}
"""The kinds of record that a file of the pack was written for."""
REASONS = (
    "about the pack itself",
    "duplicate of ",
    "no source record",
    "source not verified",
    "superseded by ",
    "verified: false",
)
HOUSEKEEPING = {"id", "covers", "related", "checked", "check_again", "changes", "reviewed_by"}
IDENTIFIERS = {"id", "source", "sources", "dataset", "fdc_id", "code"}
# Not the digits of a name, such as B12 or CD320.
NUMBER = re.compile(r"(?<![A-Za-z\d.])(?:\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
REFERENCE = re.compile(r"\[@[^\]]*\]|\]\([^)]*\)")
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
WORD = re.compile(r"\b(?:" + "|".join(WORDS) + r")\b", re.IGNORECASE)


@functools.cache
def evidence() -> dict[str, Any]:
    """The map of the pack."""
    loaded: dict[str, Any] = yaml.safe_load((EVIDENCE / "entries.yml").read_text(encoding="utf-8"))
    return loaded


def entries() -> dict[str, list[str]]:
    """Every entry as file/id, with its numbers."""
    files: dict[str, dict[str, list[str]]] = evidence()["entries"]
    return {f"{file}/{name}": numbers for file, group in files.items() for name, numbers in group.items()}


def foods() -> list[dict[str, str]]:
    with (EVIDENCE / "foods.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def covering(real: KnowledgeBase) -> Mapping[str, list[Record]]:
    """The records that hold each entry."""
    found: dict[str, list[Record]] = defaultdict(list)
    for entry in real.entries.values():
        for name in entry.record.covers:
            found[name].append(entry.record)
    return found


def normal(number: object) -> str:
    """A number in one spelling, without sign, thousands separators or closing zeros."""
    return format(Decimal(str(number).replace(",", "")).copy_abs().normalize(), "f")


def values(value: Any) -> Iterator[Any]:
    """Every text and number inside a value that a reader sees."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in IDENTIFIERS:
                yield from values(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from values(inner)
    elif value is not None and not isinstance(value, bool):
        yield value


def shown(record: Record) -> list[Any]:
    """Every text and number of a record that a reader sees."""
    return list(values(record.model_dump(exclude=HOUSEKEEPING)))


def numbers_of(record: Record) -> set[str]:
    """The numbers in a record's figures and in its text, numerals and words up to twelve."""
    found: set[str] = set()
    for value in shown(record):
        if isinstance(value, str):
            text = REFERENCE.sub("]", value)
            found |= {normal(number) for number in NUMBER.findall(text)}
            found |= {str(WORDS.index(word.lower())) for word in WORD.findall(text)}
        else:
            found.add(normal(value))
    return found


def test_every_entry_is_held_by_a_record_or_left_out_with_a_reason(covering: Mapping[str, list[Record]]) -> None:
    assert not [name for name in entries() if name not in covering and name not in evidence()["left_out"]]


def test_no_record_covers_an_entry_that_the_pack_does_not_have(covering: Mapping[str, list[Record]]) -> None:
    known = entries()
    assert not {name: [record.key for record in covering[name]] for name in covering if name not in known}


def test_no_record_covers_an_entry_twice(real: KnowledgeBase) -> None:
    records = [entry.record for entry in real.entries.values()]
    assert not [record.key for record in records if len(set(record.covers)) != len(record.covers)]


def test_no_entry_that_was_left_out_is_also_covered(covering: Mapping[str, list[Record]]) -> None:
    assert not {name: covering[name][0].key for name in evidence()["left_out"] if name in covering}


def test_what_was_left_out_is_in_the_pack_and_has_a_reason_of_one_line() -> None:
    known = entries()
    for name, reason in evidence()["left_out"].items():
        assert name in known, name
        assert reason.startswith(REASONS), f"{name}: {reason}"
        assert "\n" not in reason, name


def test_each_number_of_an_entry_stands_in_a_record_that_covers_it(covering: Mapping[str, list[Record]]) -> None:
    excused = evidence()["not_printed"]
    missing: dict[str, list[str]] = {}
    for name, numbers in entries().items():
        if not numbers or name not in covering:
            continue
        held = set[str]().union(*(numbers_of(record) for record in covering[name]), excused.get(name, {}))
        if lost := [number for number in numbers if number not in held]:
            missing[name] = lost
    assert not missing


def test_a_number_that_is_excused_belongs_to_an_entry_and_is_not_printed(
    covering: Mapping[str, list[Record]],
) -> None:
    for name, numbers in evidence()["not_printed"].items():
        for number, reason in numbers.items():
            assert number in entries()[name], f"{name}: {number}"
            assert not any(number in numbers_of(record) for record in covering[name]), f"{name}: {number}"
            assert reason, f"{name}: {number}"


def in_figure(figure: Figure) -> set[str]:
    """The numbers of a figure: its values, and the numerals in the words around them, but for years."""
    values = [figure.value, figure.low, figure.high, figure.count, figure.total]
    texts = [figure.of or "", figure.population]
    if figure.versus:
        values.append(figure.versus.value)
        texts.append(figure.versus.population)
    found = {normal(value) for value in values if value is not None}
    return found.union(*({normal(number) for number in NUMBER.findall(YEAR.sub("", text))} for text in texts))


def figures(record: Record) -> Iterator[tuple[set[str], set[str]]]:
    """Of each figure of a record: its numbers, and the sources of the finding or step that it stands in."""
    found = dict(parts(record))
    for location, part in found.items():
        if isinstance(part, Figure):
            around = [found[location[:end]] for end in range(len(location)) if location[:end] in found]
            yield in_figure(part), {source for outer in around for source in getattr(outer, "sources", ())}


@functools.cache
def in_the_pack() -> dict[str, set[str]]:
    """The numbers of every entry, with the amounts of the food tables."""
    amounts = {f"foods/{row['slug']}": {normal(row["amount"])} for row in foods()}
    return {name: {*numbers, *amounts.get(name, ())} for name, numbers in entries().items()}


def unproved(record: Record) -> set[str]:
    """The numbers in a record's figures that neither the entries that it covers nor its sources' notes give."""
    held = set[str]().union(*(in_the_pack()[name] for name in record.covers))
    notes = evidence()["source_notes"]
    return set[str]().union(
        *(
            numbers.difference(held, *(notes.get(source, ()) for source in sources))
            for numbers, sources in figures(record)
        )
    )


def test_every_number_of_every_figure_stands_in_an_entry_that_its_record_covers(real: KnowledgeBase) -> None:
    excused = evidence()["not_in_the_pack"]
    missing = {
        entry.record.key: sorted(lost)
        for entry in real.entries.values()
        if (lost := unproved(entry.record).difference(excused.get(entry.record.key, ())))
    }
    assert not missing


def test_no_excuse_for_a_number_in_a_figure_is_stale(real: KnowledgeBase) -> None:
    for key, numbers in evidence()["not_in_the_pack"].items():
        missing = unproved(real.record(key))
        for number, reason in numbers.items():
            assert number in missing, f"{key}: {number}"
            assert reason, f"{key}: {number}"
            assert "\n" not in reason, f"{key}: {number}"


def test_each_note_on_a_source_gives_a_number_that_a_finding_of_that_source_shows(real: KnowledgeBase) -> None:
    shown_by: dict[str, set[str]] = defaultdict(set)
    for entry in real.entries.values():
        for numbers, sources in figures(entry.record):
            for source in sources:
                shown_by[source] |= numbers
    stale = {
        source: lost
        for source, numbers in evidence()["source_notes"].items()
        if (lost := set(numbers) - shown_by[source])
    }
    assert not stale


def row_of(food: Food, row: Mapping[str, str]) -> Content | None:
    """The food's figure from the dataset row."""
    for content in (food.content, *food.other_values):
        if (content.dataset, content.fdc_id or content.code or "") == (row["dataset"], row["id"]):
            return content
    return None


def test_every_food_has_the_amount_of_the_dataset_row_that_it_names(covering: Mapping[str, list[Record]]) -> None:
    wrong = []
    for row in foods():
        (food,) = [record for record in covering[f"foods/{row['slug']}"] if isinstance(record, Food)]
        content = row_of(food, row)
        if content is None or Decimal(str(content.micrograms)) != Decimal(row["amount"]):
            wrong.append(row["slug"])
    assert not wrong


def test_every_food_shows_the_portion_of_the_dataset(real: KnowledgeBase) -> None:
    grams = {row["slug"]: Decimal(row["portion_grams"]) for row in foods()}
    shown_foods = [record for record in real.of_kind("food") if isinstance(record, Food)]
    assert not [food.id for food in shown_foods if Decimal(str(food.portion.grams)) != grams[food.id]]


def test_every_food_of_the_atlas_comes_from_the_dataset_rows(real: KnowledgeBase) -> None:
    rows = {row["slug"]: row for row in foods()}
    assert rows.keys() == {name.removeprefix("foods/") for name in entries() if name.startswith("foods/")}
    for food in real.of_kind("food"):
        assert isinstance(food, Food)
        assert row_of(food, rows[food.id]) is food.content, food.id


@pytest.mark.parametrize("file", FITTING)
def test_every_entry_is_held_by_a_record_of_the_fitting_kind(file: str, covering: Mapping[str, list[Record]]) -> None:
    names = [name for name in entries() if name.startswith(f"{file}/") and name not in evidence()["left_out"]]
    assert names
    for name in names:
        kinds = {record.KIND.name for record in covering[name]}
        assert kinds & FITTING[file], f"{name} is held by {sorted(kinds)} only"


def test_every_question_that_is_asked_or_audited_is_answered(covering: Mapping[str, list[Record]]) -> None:
    questions = [name for name in entries() if name.startswith("questions/")]
    asked = [name for name in questions if name.startswith("questions/asked-")]
    assert (len(asked), len(questions) - len(asked)) == (50, 52)
    assert not [name for name in questions if "faq" not in {record.KIND.name for record in covering[name]}]


def test_no_record_is_an_orphan(real: KnowledgeBase) -> None:
    """Each is linked with a record of another kind: a term too, though pages also explain it wherever it stands."""
    cited = {
        f"source:{source}"  # of a number to call: data of a vocabulary, which is no record
        for word in real.vocabularies["country"].words.values()
        for call in word.calls
        for source in call.sources
    }
    assert not set(real.graph.orphans(real.entries)) - cited


def test_every_step_says_in_whom_it_was_found(real: KnowledgeBase) -> None:
    pathways = [record for record in real.of_kind("pathway") if isinstance(record, Pathway)]
    assert not [f"{pathway.id}: {step.id}" for pathway in pathways for step in pathway.steps if not step.species]
