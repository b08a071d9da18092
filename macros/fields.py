"""The field guide: every field of every kind of record, as the models describe it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from .load import inner_model
from .model import KINDS
from .model.field import InVocabulary, LinksTo, Prose
from .model.vocabulary import Vocabulary


@dataclass(frozen=True)
class Field:
    """One field as the guide shows it.

    Args:
        name: its name in the file.
        required: whether a record must have it.
        about: what belongs in it.
        form: what kind of value it takes, in words.
        words: the values that it may have, with their labels, where they are fixed.
        part: the name of the part that it holds, where it holds fields of its own.
    """

    name: str
    required: bool
    about: str
    form: str
    words: tuple[tuple[str, str], ...]
    part: str


@dataclass(frozen=True)
class Part:
    """A record or a part of one: its name, what it is, its fields."""

    name: str
    about: str
    fields: tuple[Field, ...]


def field_guide(vocabularies: Mapping[str, Vocabulary]) -> Iterator[tuple[str, list[Part]]]:
    """For every kind its name and its parts; a part that kinds share stands with the first of them."""
    seen: set[type[BaseModel]] = set()
    for kind, model in KINDS.items():
        parts: list[Part] = []
        waiting: list[type[BaseModel]] = [model]
        while waiting:
            part = waiting.pop(0)
            if part not in seen:
                seen.add(part)
                parts.append(described(part, vocabularies))
                inner = (inner_model(field.annotation) for field in part.model_fields.values())
                waiting += [found for found in inner if found is not None]
        yield kind, parts


def described(model: type[BaseModel], vocabularies: Mapping[str, Vocabulary]) -> Part:
    """A record or part as the guide describes it."""
    doc = (model.__doc__ or "").strip().partition("\n\n")[0]
    fields = (_field(name, info, vocabularies) for name, info in model.model_fields.items())
    return Part(model.__name__, " ".join(doc.split()), tuple(fields))


def _field(name: str, info: Any, vocabularies: Mapping[str, Vocabulary]) -> Field:
    marks = [*info.metadata, *_marks(info.annotation)]
    vocabulary = next((mark.name for mark in marks if isinstance(mark, InVocabulary)), None)
    words = vocabularies[vocabulary].words.items() if vocabulary else ()
    part = inner_model(info.annotation)
    return Field(
        name,
        info.is_required(),
        info.description or "",
        _form(info.annotation, marks, part),
        tuple((value, word.label) for value, word in words),
        part.__name__ if part else "",
    )


def _marks(annotation: Any) -> Iterator[object]:
    yield from getattr(annotation, "__metadata__", ())
    for argument in get_args(annotation):
        yield from _marks(argument)


def _form(annotation: Any, marks: list[object], part: type[BaseModel] | None) -> str:
    """What an editor writes: text, a number, a list."""
    if part:
        one = "fields"
    elif link := next((mark for mark in marks if isinstance(mark, LinksTo)), None):
        one = f"the id of a {link.kind}" if link.kind else "a record as kind:id"
    elif any(isinstance(mark, Prose) for mark in marks):
        one = "prose"
    else:
        one = next(_PLAIN[kind] for kind in _types(annotation) if kind in _PLAIN)
    return f"a list: {one}" if tuple in _types(annotation) else one


def _types(annotation: Any) -> Iterator[object]:
    """The plain types inside an annotation."""
    yield get_origin(annotation) or annotation
    for argument in get_args(annotation):
        yield from _types(argument)


_PLAIN: Mapping[object, str] = {
    datetime.date: "a day (2026-11-21)",
    bool: "true or false",
    float: "a number",
    int: "a whole number",
    str: "text",
}
