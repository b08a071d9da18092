"""What changed for a reader between two states of `data/`, in sentences, clinical changes first."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .github import escaped, plain
from .load import inner_model, read_text
from .model import KINDS, Record
from .model.field import InVocabulary, LinksTo, Prose
from .model.finding import CareCard, Comparison, Dose, Figure, Finding
from .model.kinds.food import Content
from .model.kinds.intake import Recommendation
from .model.kinds.pathway import Step
from .model.kinds.test import Conversion, Threshold
from .model.vocabulary import Vocabulary
from .phrase import PHRASES, SHORT, Fields, Phrase, Told, Words, changed_text, said, shortened
from .problem import Problem
from .revision import Side

MARK = "CLINICAL"
"""Stands before a change of an amount, threshold, dose, certainty, verdict or care card."""

LONGEST = 60_000
"""Characters of Markdown: GitHub takes 65,536 in a comment."""

CLINICAL_PARTS = frozenset({CareCard, Comparison, Conversion, Dose, Figure, Recommendation, Threshold})
CLINICAL_VOCABULARIES = frozenset({"certainty", "verdict", "direction", "medicine-effect"})
CLINICAL_FIELDS = frozenset({"what_to_do"})
# What clinical parts hold beside: where it stands, who says it.
QUIET = frozenset({"where", "note", "sources"})
# Words that stand beside an amount or a piece of advice: another label is another amount, other advice.
CLINICAL_LABELS = CLINICAL_VOCABULARIES | {
    "basis",
    "intake-measure",
    "interval",
    "life-stage",
    "qualifier",
    "result-meaning",
    "unit",
    "urgency",
}

LABELS: Mapping[str, str] = {
    "alt_text": "the diagram in words",
    "amounts": "recommended amounts",
    "b12": "in B12 deficiency",
    "care": "care cards",
    "check_again": "to be checked again",
    "covers": "evidence covered",
    "csl_type": "type of item",
    "dataset": "source",
    "doi": "DOI",
    "fdc_id": "FoodData Central number",
    "item": "the dataset's name for it",
    "looked": "what was read",
    "ms": "in MS",
    "of": "what was counted",
    "pmid": "PubMed number",
    "points": "which way it points",
    "reviewed_by": "reviews by clinicians",
    "stage": "stage of life",
    "tell_apart": "telling them apart",
    "url": "address",
    "versus": "comparison",
}
NOUNS: Mapping[type[BaseModel], tuple[str, tuple[str, ...]]] = {
    CareCard: ("care card", ("text",)),
    Content: ("value", ("item",)),
    Conversion: ("conversion", ("start", "end")),
    Dose: ("dose", ("issuer", "country", "group")),
    Finding: ("finding", ("text",)),
    Recommendation: ("recommended amount", ("group", "measure")),
    Step: ("step", ("text",)),
    Threshold: ("threshold", ("issuer", "country", "meaning", "group")),
}
"""What an item of a list is called, and the fields that name it."""
_NAMING = ("text", "label", "name", "country", "what", "issuer", "title", "id")
_UNNAMED = frozenset({"content", "figure"})  # what they hold speaks for itself
_LIKE = 0.5
_MOST_PAIRS = 10_000


@dataclass(frozen=True)
class Field:
    """What the comparison knows of a field."""

    name: str
    label: str
    vocabulary: str = ""
    part: type[BaseModel] | None = None
    many: bool = False
    prose: bool = False
    linked: bool = False
    clinical: bool = False


@dataclass(frozen=True)
class Clause:
    """One thing that changed, in words."""

    words: str
    clinical: bool = False


@dataclass(frozen=True)
class Line:
    """What changed in one place."""

    about: str
    clauses: tuple[Clause, ...]

    @property
    def clinical(self) -> bool:
        """Whether any of it is."""
        return any(clause.clinical for clause in self.clauses)

    def __str__(self) -> str:
        # The sort keeps the order of the fields on each side.
        words = "; ".join(clause.words for clause in sorted(self.clauses, key=lambda clause: not clause.clinical))
        return _joined(self.about, words)


@dataclass(frozen=True)
class Change:
    """A change of one record or file, as a sentence."""

    path: str
    sentence: str
    clinical: bool = False


@dataclass(frozen=True)
class Difference:
    """All that changed between two sides.

    Args:
        base, head: what the sides are called.
        counts: how many records were added, removed, renamed, changed.
        unsaid: files that are written differently and say the same.
        changes: by record.
    """

    base: str
    head: str
    counts: Mapping[str, int]
    unsaid: int
    changes: tuple[Change, ...]


def _joined(about: str, words: str) -> str:
    return f"{about}: {words}" if about else words


@functools.cache
def fields_of(model: type[BaseModel]) -> Mapping[str, Field]:
    """The fields of a model, in its order."""
    found = {}
    for name, info in model.model_fields.items():
        marks = [*info.metadata, *_marks(info.annotation)]
        vocabulary = next((mark.name for mark in marks if isinstance(mark, InVocabulary)), "")
        part = inner_model(info.annotation)
        found[name] = Field(
            name,
            LABELS.get(name, name.replace("_", " ")),
            vocabulary,
            part,
            get_origin(info.annotation) is tuple,
            any(isinstance(mark, Prose) for mark in marks),
            any(isinstance(mark, LinksTo) for mark in marks),
            name in CLINICAL_FIELDS
            or vocabulary in CLINICAL_VOCABULARIES
            # Every number with decimals in the models is an amount.
            or (part is None and _holds(info.annotation, float))
            or (model in CLINICAL_PARTS and name not in QUIET)
            or part in CLINICAL_PARTS,
        )
    return found


def _marks(annotation: Any) -> Iterator[object]:
    if get_origin(annotation) is Annotated:
        yield from annotation.__metadata__
    for argument in get_args(annotation):
        yield from _marks(argument)


def _holds(annotation: Any, wanted: type) -> bool:
    return annotation is wanted or any(_holds(argument, wanted) for argument in get_args(annotation))


@functools.cache
def _is_section(model: type[BaseModel]) -> bool:
    """Whether a part holds lists of parts: then each of its changes has a line of its own."""
    return any(field.many and field.part for field in fields_of(model).values())


def _plain(value: Any) -> Any:
    """A value in which equal means the same to a reader: nothing, empty and missing are one; true is not 1."""
    if isinstance(value, dict):
        kept = ((str(key), _plain(item)) for key, item in value.items())
        return {key: item for key, item in kept if item is not None} or None
    if isinstance(value, list):
        return [_plain(item) for item in value] or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value == "" else value


class Comparison_:  # noqa: N801
    """Placeholder."""
