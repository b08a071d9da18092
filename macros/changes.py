"""What changed in one record: two sets of plain values, compared field by field as their model describes them.

The values need not be valid: a field that the model does not know is compared as it stands.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from .load import inner_model
from .model.field import InVocabulary, LinksTo, Prose
from .model.finding import CareCard, Comparison, Dose, Figure, Finding
from .model.kinds.food import Content
from .model.kinds.intake import Recommendation
from .model.kinds.pathway import Step
from .model.kinds.test import Conversion, Threshold
from .phrase import PHRASES, SHORT, Fields, Phrase, Told, Words, changed_text, said, weight

CLINICAL_PARTS = frozenset({CareCard, Comparison, Conversion, Dose, Figure, Recommendation, Threshold})
CLINICAL_VOCABULARIES = frozenset({"certainty", "verdict", "direction", "medicine-effect"})
CLINICAL_FIELDS = frozenset({"what_to_do"})
# What clinical parts hold beside: where it stands, who says it.
QUIET = frozenset({"where", "note", "sources"})

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
    "reviewed_by": "clinicians' reviews",
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
        return joined(self.about, words)


def joined(about: str, words: str) -> str:
    """'Finding: removed'; the words alone where there is nothing that they are about."""
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
            or (part is not None and any(inner.clinical for inner in fields_of(part).values())),
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


def plain_values(value: Any) -> Any:
    """A value in which equal means the same to a reader: nothing, empty and missing are one; true is not 1."""
    if isinstance(value, dict):
        kept = ((str(key), plain_values(item)) for key, item in value.items())
        return {key: item for key, item in kept if item is not None} or None
    if isinstance(value, list):
        return [plain_values(item) for item in value] or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value == "" else value


@dataclass(frozen=True)
class Comparing:
    """Compares plain values, each told in the words of its own side.

    Args:
        before: the vocabularies as they were.
        after: the vocabularies as they are.
    """

    before: Words
    after: Words

    def lines(self, old: Fields, new: Fields, model: type[BaseModel], about: str = "") -> Iterator[Line]:
        """What changed between two states of a part, one line for each place."""
        fields = fields_of(model)
        told: set[str] = set()
        for phrase in PHRASES.get(model, ()):
            told.update(phrase.fields)
            if any(old.get(name) != new.get(name) for name in phrase.fields):
                yield Line(about, (self._phrase(phrase, old, new, fields),))
        unknown = sorted({*old, *new} - set(fields))
        for name in [*fields, *unknown]:
            if name not in told and old.get(name) != new.get(name):
                field = fields.get(name) or Field(name, name.replace("_", " "))
                yield from self._field(field, old.get(name), new.get(name), about)

    def _phrase(self, phrase: Phrase, old: Fields, new: Fields, fields: Mapping[str, Field]) -> Clause:
        clinical = any(fields[name].clinical for name in phrase.fields)
        has_old, has_new = ({*side} & {*phrase.fields} for side in (old, new))
        was: Told | str = phrase.tell(self.before, old) if has_old else "none"
        now: Told | str = phrase.tell(self.after, new) if has_new else "none"
        words = phrase.change(was, now)
        if str(was) == str(now):  # values that read alike: 1 and '1'
            raw = [
                json.dumps({n: side[n] for n in phrase.fields if n in side}, ensure_ascii=False) for side in (old, new)
            ]
            words = f"{now}, written {raw[0]} → {raw[1]}"
        return Clause(words, clinical)

    def _field(self, field: Field, old: Any, new: Any, about: str) -> Iterator[Line]:
        part = field.part
        if part and field.many and _are_parts(old) and _are_parts(new):
            yield from self._items(field, part, old or [], new or [], about)
        elif part and not field.many and isinstance(old or {}, dict) and isinstance(new or {}, dict):
            yield from self._part(field, part, old or {}, new or {}, about)
        else:
            yield Line(about, tuple(self._value(field, old, new)))

    def _part(self, field: Field, part: type[BaseModel], old: Fields, new: Fields, about: str) -> Iterator[Line]:
        if _is_section(part):
            yield from self.lines(old, new, part, joined(about, field.label))
        elif not old or not new:
            words, side, state = (self.after, new, "added") if new else (self.before, old, "removed")
            yield Line(
                about, (Clause(f"{field.label} {state}: {described(words, side, part)}", _is_clinical(side, part)),)
            )
        else:
            place = about if field.name in _UNNAMED else joined(about, field.label)
            if clauses := self._flat(old, new, part):
                yield Line(place, clauses)

    def _flat(self, old: Fields, new: Fields, model: type[BaseModel]) -> tuple[Clause, ...]:
        """What changed in a part that has one line."""
        lines = self.lines(old, new, model)
        return tuple(Clause(joined(line.about, c.words), c.clinical) for line in lines for c in line.clauses)

    def _items(
        self, field: Field, model: type[BaseModel], old: list[Fields], new: list[Fields], about: str
    ) -> Iterator[Line]:
        noun, one = NOUNS[model][0] if model in NOUNS else "", field.label.removesuffix("s")
        place = about if noun in one else joined(about, field.label)
        noun = one if noun in one else noun
        pairs = matched(old, new, lambda item: _identity(item, model))
        for i, j in pairs:
            if i is None or j is None:
                words, item, state = (
                    (self.before, old[i], "removed") if i is not None else (self.after, new[j or 0], "added")
                )
                clause = Clause(f"{noun} {state}: {described(words, item, model)}", _is_clinical(item, model))
                yield Line(place, (clause,))
            elif clauses := self._flat(old[i], new[j], model):
                name = _name(self.after, new[j], model) or _name(self.before, old[i], model)
                yield Line(joined(place, f"{noun} {name}".strip()), clauses)
        if _reordered(pairs):
            yield Line(about, (Clause(f"{field.label} in another order", model is CareCard),))

    def _value(self, field: Field, old: Any, new: Any) -> Iterator[Clause]:
        label = field.label
        clinical = field.clinical or (_is_statement(field) and weight(old or "") != weight(new or ""))
        if field.many and isinstance(old or [], list) and isinstance(new or [], list):
            for words in self._list(field, old or [], new or []):
                yield Clause(f"{label} {words}", clinical)
        elif old is None:
            yield Clause(f"{label} added: {worded(self.after, field, new)}", clinical)
        elif new is None:
            yield Clause(f"{label} removed: {worded(self.before, field, old)}", clinical)
        elif isinstance(old, str) and isinstance(new, str) and not field.vocabulary and not field.linked:
            yield Clause(f"{label}: {changed_text(old, new, clinical)}", clinical)
        else:
            was, now = worded(self.before, field, old), worded(self.after, field, new)
            if was == now:
                was, now = (json.dumps(value, ensure_ascii=False) for value in (old, new))
            if field.linked:
                label += " changed"
            # "Low certainty → High certainty" says itself what it is.
            yield Clause(f"{was} → {now}" if field.vocabulary == "certainty" else f"{label}: {was} → {now}", clinical)

    def _list(self, field: Field, old: list[Any], new: list[Any]) -> Iterator[str]:
        """How a list of words, links or texts changed."""
        if field.prose:
            pairs = matched(old, new, str)
            for i, j in pairs:
                if i is None or j is None:
                    yield f"removed: {said(old[i])}" if i is not None else f"added: {said(new[j or 0])}"
                elif old[i] != new[j]:
                    was, now = str(old[i]), str(new[j])
                    yield f"changed: {changed_text(was, now, field.clinical)}"
            if _reordered(pairs):
                yield "in another order"
            return
        gone, come = _missing(old, new), _missing(new, old)
        changes = [("added", self.after, come), ("removed", self.before, gone)]
        told = [
            f"{what}: {', '.join(worded(words, field, item) for item in items)}"
            for what, words, items in changes
            if items
        ]
        yield "; ".join(told) or "in another order"


def _is_statement(field: Field) -> bool:
    return field.prose or field.name in ("title", "summary")


def _are_parts(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(item, dict) for item in value))


def _missing(some: list[Any], other: list[Any]) -> list[Any]:
    """The items of `some` that are not in `other`, each as often as it is missing."""
    left = Counter(_key(item) for item in other)
    missing = []
    for item in some:
        left[_key(item)] -= 1
        if left[_key(item)] < 0:
            missing.append(item)
    return missing


def _key(item: Any) -> str:
    return json.dumps(item, sort_keys=True, ensure_ascii=False)


def worded(words: Words, field: Field, value: Any) -> str:
    """A value that is not a part, in the words that a reader sees."""
    if isinstance(value, list):
        return ", ".join(worded(words, field, item) for item in value)
    if field.vocabulary:
        return words.label(field.vocabulary, value)
    return str(value) if field.name == "year" else said(value)


def described(words: Words, item: Fields, model: type[BaseModel]) -> str:
    """A whole part in words: what names it first, then everything else that it says."""
    fields = fields_of(model)
    phrases = [phrase for phrase in PHRASES.get(model, ()) if {*phrase.fields} & {*item}]
    told = [str(phrase.tell(words, item)) for phrase in phrases]
    done = {name for phrase in phrases for name in phrase.fields}
    named = [name for name in _naming(item, model) if name not in done]
    first = [worded(words, fields.get(name) or Field(name, name), item[name]) for name in named]
    rest = []
    for name, value in item.items():
        if name in done or name in named:
            continue
        field = fields.get(name) or Field(name, name)
        if field.part and isinstance(value, dict):
            rest.append(f"{field.label} {described(words, value, field.part)}")
        elif field.part and isinstance(value, list) and _are_parts(value):
            rest.append(f"{field.label} {', '.join(described(words, one, field.part) for one in value)}")
        elif field.vocabulary in ("certainty", "urgency"):
            rest.append(worded(words, field, value))
        else:
            rest.append(f"{field.label} {worded(words, field, value)}")
    return "; ".join([*([", ".join(first)] if first else []), *told, *rest])


def _is_clinical(item: Fields, model: type[BaseModel]) -> bool:
    """Whether a part that came or went carries an amount, a certainty or advice."""
    if model in CLINICAL_PARTS:
        return True
    for field in (field for name, field in fields_of(model).items() if name in item):
        value = item[field.name]
        inner = value if isinstance(value, list) else [value]
        if field.clinical or any(
            _is_clinical(one, field.part) for one in inner if field.part and isinstance(one, dict)
        ):
            return True
    return False


def _naming(item: Fields, model: type[BaseModel]) -> list[str]:
    """The fields that name an item."""
    if model in NOUNS:
        return [name for name in NOUNS[model][1] if name in item]
    return [name for name in _NAMING if name in item][:1]


def _name(words: Words, item: Fields, model: type[BaseModel]) -> str:
    """What an item is called, in a few words."""
    fields = fields_of(model)
    naming = _naming(item, model)
    named = (fields.get(name) or Field(name, name) for name in naming)
    text = ", ".join(
        words.label(field.vocabulary, item[field.name]) if field.vocabulary else str(item[field.name])
        for field in named
    )
    text = text if len(text) <= SHORT else text[:SHORT].rpartition(" ")[0] + " …"
    return f"“{text}”" if len(naming) == 1 else text


def _identity(item: Fields, model: type[BaseModel]) -> str:
    """The text by which an item is recognised on the other side."""
    return " ".join(str(item[name]) for name in _naming(item, model))


def _id(item: Any) -> str | None:
    found = item.get("id") if isinstance(item, dict) else None
    return found if isinstance(found, str) else None


Pair = tuple[int | None, int | None]
"""Where an item stands in the old and in the new list; None where it is in one of them only."""


def matched(old: list[Any], new: list[Any], identity: Callable[[Any], str]) -> list[Pair]:
    """Which item became which: equal, of one id or name, of like words, or in the same place and half the same."""
    found: dict[int, int] = {}
    _match_equal(old, new, found, _key)
    _match_equal(old, new, found, _id)
    _match_equal(old, new, found, identity)
    left, free = _left(old, found.values()), _left(new, found)
    if len(left) * len(free) <= _MOST_PAIRS:
        bags = [{i: Counter(identity(items[i]).split()) for i in some} for items, some in ((old, left), (new, free))]
        likeness = ((_likeness(bags[0][i], bags[1][j]), -abs(i - j), i, j) for i in left for j in free)
        for like, _, i, j in sorted(likeness, reverse=True):
            if like >= _LIKE and j not in found and i not in found.values():
                found[j] = i
    left = _left(old, found.values())
    for i in left:
        if i < len(new) and i not in found and _half_the_same(old[i], new[i], len(old) == len(new)):
            found[i] = i
    taken = set(found.values())
    gone: list[Pair] = [(i, None) for i in range(len(old)) if i not in taken]
    return [*((found.get(j), j) for j in range(len(new))), *gone]


def _match_equal(old: list[Any], new: list[Any], found: dict[int, int], key: Callable[[Any], str | None]) -> None:
    """Matches what is equal by `key`, first with first; what has none is left."""
    waiting: dict[str | None, list[int]] = {}
    for i in reversed(_left(old, found.values())):
        waiting.setdefault(key(old[i]), []).append(i)
    for j in _left(new, found):
        name = key(new[j])
        if name is not None and (same := waiting.get(name)):
            found[j] = same.pop()


def _left(items: list[Any], taken: Iterable[int]) -> list[int]:
    gone = set(taken)
    return [i for i in range(len(items)) if i not in gone]


def _likeness(some: Counter[str], other: Counter[str]) -> float:
    """The share of words that two texts have in common."""
    return 2 * (some & other).total() / max(1, some.total() + other.total())


def _half_the_same(old: Any, new: Any, same_length: bool) -> bool:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return same_length
    names = {*old, *new}
    return len(names) <= 2 * len([name for name in names if old.get(name) == new.get(name)])


def _reordered(pairs: list[Pair]) -> bool:
    places = [i for i, j in pairs if i is not None and j is not None]
    return places != sorted(places)
