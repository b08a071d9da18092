"""Finds what a text calls by name: a record `kind:id`, or one of its findings by the fields that lead to it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from .knowledge import KnowledgeBase
from .model import Record
from .model.finding import Finding
from .problem import quoted, suggestion


class WrongCallError(Exception):
    """A name that leads nowhere, or another argument that cannot be right: found, expected, remedy."""

    def __init__(self, found: str, expected: str, remedy: str) -> None:
        super().__init__(f"found {found}; expected {expected}. {remedy}")
        self.found = found
        self.expected = expected
        self.remedy = remedy


def named_record(base: KnowledgeBase, key: str) -> Record:
    """The record `kind:id`.

    Raises:
        WrongCallError: there is none.
    """
    if key not in base.entries:
        raise WrongCallError(
            f"the record {quoted(key)}", "kind:id of a record", suggestion(key, base.entries, "Correct it.")
        )
    return base.entries[key].record


def named_finding(base: KnowledgeBase, key: str, where: str) -> Finding:
    """The finding at `where` in a record: fields and, in a list, a finding's id or its place (`ms.how_often.0`).

    Raises:
        WrongCallError: there is none.
    """
    value: Any = named_record(base, key)
    for part in where.split("."):
        named = [item for item in value if getattr(item, "id", None) == part] if isinstance(value, tuple) else []
        if named:
            value = named[0]
        elif isinstance(value, tuple) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, BaseModel) and part in type(value).model_fields:
            value = getattr(value, part)
        else:
            raise WrongCallError(
                f"{quoted(where)}, which does not lead to a finding of {quoted(key)}",
                "fields and places, such as ms.how_often.0",
                _places(value),
            )
    if not isinstance(value, Finding):
        raise WrongCallError(f"{quoted(where)} of {quoted(key)}", "a finding", _places(value))
    return value


def _places(value: Any) -> str:
    if isinstance(value, tuple):
        names = ", ".join(name for item in value if (name := getattr(item, "id", None)))
        return f"There are {len(value)} there, counted from 0{f'; by name: {names}' if names else ''}."
    if isinstance(value, BaseModel):
        return f"It has: {', '.join(type(value).model_fields)}."
    return "Correct it."
