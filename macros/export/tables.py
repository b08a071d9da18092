"""Every table that a reader sees as CSV, and beside it what its columns mean, in the W3C's form (CSV on the Web)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..knowledge import KnowledgeBase
from ..model import Record
from ..model.kinds.claim import Claim
from ..model.kinds.food import Content, Food
from ..model.kinds.intake import Intake
from ..model.kinds.pathway import Pathway
from ..model.kinds.symptom import Occurrence, Symptom
from ..model.kinds.test import Test
from ..prose import parse, plain
from .api import ROOT as API
from .api import page_address
from .edition import CREDIT, LICENCE, Edition
from .guard import cell, csv_line

ROOT = "data/"
BETWEEN = ";"
"""Between the values of a cell that holds several."""

Value = str | float | bool | Iterable[str] | None
Row = Mapping[str, Value]


@dataclass(frozen=True)
class Column:
    """A column.

    Args:
        name: its name, in the first line of the file.
        about: what it holds.
        datatype: "string", "decimal", "integer" or "boolean".
        unit: the unit of its numbers.
        several: whether a cell holds several values.
        required: whether every row has a value.
    """

    name: str
    about: str
    datatype: str = "string"
    unit: str = ""
    several: bool = False
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its file's name, what it is, and where its rows come from."""

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: Callable[[KnowledgeBase], Iterator[Row]]


def files(base: KnowledgeBase, edition: Edition) -> Iterator[tuple[str, str]]:
    """Path below the site's root → text: each table, and its description beside it."""
    for table in TABLES:
        lines = [csv_line([column.name for column in table.columns])]
        for row in table.rows(base):
            address = edition.address(str(row["page"]))
            lines.append(csv_line([_cell(column, {**row, "page": address}[column.name]) for column in table.columns]))
        # With a byte-order mark: without it, the most used spreadsheet program takes UTF-8 for something else.
        yield f"{ROOT}{table.name}.csv", "\ufeff" + "".join(lines)
        yield f"{ROOT}{table.name}.csv-metadata.json", _metadata(table, edition)


def _cell(column: Column, value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            # A number keeps its digits and its sign: only text can be taken for a formula.
            return format(Decimal(repr(value)).normalize(), "f")
        case str():
            return cell(value)
    assert column.several, column.name
    return cell(BETWEEN.join(value))


def _metadata(table: Table, edition: Edition) -> str:
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{table.name}.csv",
        "dc:title": table.title,
        "dc:description": f"{table.about} {_GUARDED}",
        "dc:creator": CREDIT,
        "dc:license": {"@id": LICENCE["url"]},
        "dc:source": {"@id": edition.address(f"{API}sources.json") if edition.site else "../api/v1/sources.json"},
        "dc:modified": {"@value": edition.date, "@type": "xsd:date"},
        "schema:version": edition.version,
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n", "\n"]},
        "tableSchema": {"columns": [_described(column) for column in table.columns]},
    }
    return json.dumps(described, ensure_ascii=False, indent=2) + "\n"


_GUARDED = (
    "A text that a spreadsheet could take for a formula, or that begins with an apostrophe, has one apostrophe more "
    "at its front: take one away and you have the text as it was. Numbers are never changed. An empty cell: not known."
)


def _described(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.about,
        "datatype": column.datatype,
    }
    if column.unit:
        described["schema:unitText"] = column.unit
    if column.several:
        described["separator"] = BETWEEN
    if column.required:
        described["required"] = True
    return described


def _records(base: KnowledgeBase, kind: str, first: str) -> Iterator[tuple[Record, dict[str, Value]]]:
    """The records of a kind, each with the cells that every row about it has."""
    for record in base.of_kind(kind):
        yield record, {first: record.id, "title": record.title, "page": page_address(record)}


def _subject(kind: str) -> tuple[Column, ...]:
    return (
        Column(kind, f"The id of the {kind}.", required=True),
        Column("title", "Its name.", required=True),
    )


_SOURCES = Column("sources", "Who says so: ids of sources; sources.json and the site explain them.", several=True)
_PAGE = Column("page", "The page that shows it.", required=True)


def _foods(base: KnowledgeBase) -> Iterator[Row]:
    for record, row in _records(base, "food", "food"):
        assert isinstance(record, Food)
        row |= {
            "group": record.group,
            "diets": record.diets,
            "fortified": record.fortified,
            "portion": record.portion.name,
            "portion_grams": record.portion.grams,
        }
        for content in (record.content, *record.other_values):
            yield {**row, "shown": content is record.content, **_content(content, record.portion.grams)}


def _content(content: Content, grams: float) -> Row:
    per_100 = content.micrograms
    return {
        "micrograms_per_100_g": per_100,
        "low_per_100_g": content.low,
        "high_per_100_g": content.high,
        # Digits as they come from decimal numbers, not from their binary neighbours.
        "micrograms_per_portion": None
        if per_100 is None
        else float(Decimal(repr(per_100)) * Decimal(repr(grams)) / 100),
        "samples": content.samples,
        "basis": content.basis,
        "item": content.item,
        "fdc_id": content.fdc_id,
        "code": content.code,
        "note": content.note,
        "sources": (content.dataset,),
    }


def _symptoms(base: KnowledgeBase) -> Iterator[Row]:
    for record, row in _records(base, "symptom", "symptom"):
        assert isinstance(record, Symptom)
        yield {
            **row,
            "body_parts": record.body_parts,
            "points": record.points,
            **_frequency("b12", record.b12),
            **_frequency("ms", record.ms),
            "tell_apart": plain(record.tell_apart.text),
            "tell_apart_basis": record.tell_apart.basis,
            "sources": parse(record.tell_apart.text).citations,
        }


def _frequency(side: str, occurrence: Occurrence) -> dict[str, Value]:
    """What a reader sees of one side: the first of its figures."""
    found: dict[str, Value] = {"occurs": occurrence.occurs, "text": plain(occurrence.text)}
    if occurrence.how_often:
        finding = occurrence.how_often[0]
        figure = finding.figure
        assert figure is not None
        names = ("of", "qualifier", "value", "low", "high", "interval", "unit", "count", "total", "population")
        found |= {name: getattr(figure, name) for name in names}
        found |= {"certainty": finding.certainty, "sources": finding.sources}
    return {f"{side}_{name}": found.get(name) for name, *_ in _FREQUENCY}


_FREQUENCY = (
    ("occurs", "Whether it occurs"),
    ("of", "What was counted"),
    ("qualifier", "Where the source is not exact: about, over, under, up-to"),
    ("value", "How often", "decimal"),
    ("low", "Lower end of the interval", "decimal"),
    ("high", "Upper end of the interval", "decimal"),
    ("interval", "What the interval is"),
    ("unit", "The unit of the figure"),
    ("count", "How many people the figure stands for", "integer"),
    ("total", "Out of how many", "integer"),
    ("population", "In whom it was counted"),
    ("certainty", "How sure we can be of the figure"),
    ("sources", "Who counted: ids of sources"),
    ("text", "What is known, in a sentence or two"),
)


def _side(side: str, name: str) -> Iterator[Column]:
    for field, about, *datatype in _FREQUENCY:
        full = f"{about}, in {name}."
        yield Column(f"{side}_{field}", full, datatype[0] if datatype else "string", several=field == "sources")


def _claims(base: KnowledgeBase) -> Iterator[Row]:
    for record, row in _records(base, "claim", "claim"):
        assert isinstance(record, Claim)
        cited = parse(record.why).citations + parse(record.true_version).citations
        yield {
            **row,
            "topic": record.topic,
            "verdict": record.verdict,
            "certainty": record.certainty,
            "why": plain(record.why),
            "true_version": plain(record.true_version),
            "about": record.about,
            "sources": tuple(dict.fromkeys(cited)),
        }


_THRESHOLD = (
    *("issuer", "country", "meaning", "over", "under", "unit", "other_over", "other_under", "other_unit"),
    *("group", "note", "where", "sources"),
)


def _tests(base: KnowledgeBase) -> Iterator[Row]:
    for record, row in _records(base, "test", "test"):
        assert isinstance(record, Test)
        row["measures"] = plain(record.measures)
        for threshold in record.thresholds:
            yield row | {name: getattr(threshold, name) for name in _THRESHOLD}
        if not record.thresholds:
            yield row | dict.fromkeys(_THRESHOLD)


def _intakes(base: KnowledgeBase) -> Iterator[Row]:
    names = ("group", "stage", "from_months", "to_months", "measure", "micrograms", "single_transcription", "where")
    for record, row in _records(base, "intake", "intake"):
        assert isinstance(record, Intake)
        row |= {"issuer": record.issuer, "country": record.country, "year": record.year}
        for amount in record.amounts:
            yield {
                **row,
                **{name: getattr(amount, name) for name in names},
                "note": plain(amount.note) if amount.note else None,
                "sources": amount.sources,
            }


def _arrows(base: KnowledgeBase) -> Iterator[Row]:
    for record, row in _records(base, "pathway", "pathway"):
        assert isinstance(record, Pathway)
        numbers = {step: number for number, arrow in enumerate(record.drawing.arrows, 1) for step in arrow.steps}
        labels = {node.id: node.label for node in record.nodes}
        for step in record.steps:
            yield {
                **row,
                "arrow": numbers.get(step.id),
                "step": step.id,
                "start": step.start,
                "start_label": labels[step.start],
                "together_with": step.together_with,
                "relation": step.relation,
                "end": step.end,
                "end_label": labels.get(step.end),
                "text": plain(step.text),
                "place": step.place,
                "evidence": step.evidence,
                "species": step.species,
                "certainty": step.certainty,
                "counter": step.counter,
                "sources": step.sources,
            }


TABLES = (
    Table(
        "foods",
        "Vitamin B12 in foods",
        "One row for each food and each dataset that gives a figure for it.",
        (
            *_subject("food"),
            Column("shown", "true for the figure that the atlas shows first.", "boolean", required=True),
            Column("group", "The group of foods."),
            Column("diets", "Diets that it fits, in the atlas's judgement.", several=True),
            Column("fortified", "true where B12 was added.", "boolean"),
            Column("micrograms_per_100_g", "Digit for digit as the dataset has it.", "decimal", "µg/100 g"),
            Column("low_per_100_g", "Lowest, where the dataset gives a range.", "decimal", "µg/100 g"),
            Column("high_per_100_g", "Highest, where the dataset gives a range.", "decimal", "µg/100 g"),
            Column("portion", "A household portion."),
            Column("portion_grams", "Its weight.", "decimal", "g"),
            Column("micrograms_per_portion", "Worked out: the content times the weight, by 100.", "decimal", "µg"),
            Column("samples", "Number of samples; 0 is a finding.", "integer"),
            Column("basis", "Measured, calculated, assumed or from a label."),
            Column("item", "The dataset's own name for the food."),
            Column("fdc_id", "FoodData Central's number."),
            Column("code", "The dataset's other code."),
            Column("note", "What to know about the figure."),
            _SOURCES,
            _PAGE,
        ),
        _foods,
    ),
    Table(
        "symptoms",
        "Symptoms in vitamin B12 deficiency and in MS",
        "One row for each symptom, with the first figure of each side. "
        "The groups differ: two figures cannot be compared. "
        "The other figures stand in symptoms.json.",
        (
            *_subject("symptom"),
            Column("body_parts", "Where it is felt or seen.", several=True),
            Column("points", "Which of the two it speaks for, if either."),
            *_side("b12", "vitamin B12 deficiency"),
            *_side("ms", "MS"),
            Column("tell_apart", "What tells the two apart."),
            Column("tell_apart_basis", "Whether a source says so, or the atlas concluded it."),
            Column("sources", "Who says what tells them apart: ids of sources.", several=True),
            _PAGE,
        ),
        _symptoms,
    ),
    Table(
        "claims",
        "Claims about vitamin B12 and MS, checked",
        "One row for each claim in circulation.",
        (
            *_subject("claim"),
            Column("topic", "The subject."),
            Column("verdict", "What the evidence says of the claim."),
            Column("certainty", "How sure the verdict is."),
            Column("why", "Why this verdict."),
            Column("true_version", "What can be said instead."),
            Column("about", "Records that it is about.", several=True),
            _SOURCES,
            _PAGE,
        ),
        _claims,
    ),
    Table(
        "tests",
        "Tests and the thresholds of each guideline",
        "One row for each threshold; a test for which none is on record has one row without.",
        (
            *_subject("test"),
            Column("measures", "What the test measures."),
            Column("issuer", "Who set the threshold."),
            Column("country", "Where it applies."),
            Column("meaning", "What a result in this range is called."),
            Column("over", "Lower bound of the range, in `unit`.", "decimal"),
            Column("under", "Upper bound of the range, in `unit`.", "decimal"),
            Column("unit", "The unit of the bounds."),
            Column("other_over", "Lower bound in `other_unit`.", "decimal"),
            Column("other_under", "Upper bound in `other_unit`.", "decimal"),
            Column("other_unit", "The unit of the other system."),
            Column("group", "For whom, where not for all adults."),
            Column("note", "What to know about it."),
            Column("where", "Where in the source."),
            _SOURCES,
            _PAGE,
        ),
        _tests,
    ),
    Table(
        "intakes",
        "Recommended amounts of vitamin B12",
        "One row for each amount that an authority recommends for a group.",
        (
            *_subject("intake"),
            Column("issuer", "The body that issued it."),
            Column("country", "Where it applies."),
            Column("year", "Year of issue.", "integer"),
            Column("group", "The group in the issuer's terms."),
            Column("stage", "Stage of life."),
            Column("from_months", "Youngest age.", "integer", "months"),
            Column("to_months", "Oldest age; empty where open.", "integer", "months"),
            Column("measure", "What the issuer calls the figure."),
            Column("micrograms", "The amount; empty where the issuer set none.", "decimal", "µg a day"),
            Column("single_transcription", "true where it was seen in one copy only, not at the issuer.", "boolean"),
            Column("where", "Where in the source."),
            Column("note", "What to know about it."),
            _SOURCES,
            _PAGE,
        ),
        _intakes,
    ),
    Table(
        "pathways",
        "Steps of the pathways",
        "One row for each step of each pathway, with its evidence.",
        (
            *_subject("pathway"),
            Column("arrow", "The number of the arrow in the diagram; empty where it is not drawn.", "integer"),
            Column("step", "The id of the step.", required=True),
            Column("start", "The node that acts or is changed."),
            Column("start_label", "Its label."),
            Column("together_with", "Nodes that take part beside it.", several=True),
            Column("relation", "What happens."),
            Column("end", "The node that results or is acted on; a step's id after `catalyses`."),
            Column("end_label", "Its label; empty where it is a step."),
            Column("text", "The step as a sentence."),
            Column("place", "Where in the cell or body."),
            Column("evidence", "The kind of evidence."),
            Column("species", "In whom or in what it was found."),
            Column("certainty", "How sure we can be."),
            Column("counter", "true where it is evidence against.", "boolean"),
            _SOURCES,
            _PAGE,
        ),
        _arrows,
    ),
)
"""Every table, by the name of its file."""
