"""An example of each field, taken from the records themselves: a value that somebody wrote, and where it stands."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from .model import Record
from .model.field import Part
from .model.walk import parts

_HANDY = 24
"""The length that an example had best have: short enough for a table, long enough to show what is meant."""
_LONGEST = 160

# Text that YAML would take for a number, or for a sign of its own, stands in quotes.
_NEEDS_QUOTES = re.compile(r"[\d.+-]+|.*(?:: | #|:$).*|[-?:,\[\]{}#&*!|>'\"%@`].*", re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A value of a field.

    Args:
        text: as it stands in a file.
        key: the record that it is from, as `kind:id`; "" where none has one, and the model gives an example.
    """

    text: str
    key: str


def examples(records: Iterable[Record]) -> Mapping[str, Example]:
    """For each field that holds a plain value, by `Model.field`, the handiest value of it in the records."""
    found: dict[str, tuple[tuple[bool, int, str, str], Example]] = {}
    for record in records:
        for name, value in _given(record):
            text = _written(value)
            rank = ("\n" in str(value), abs(len(text) - _HANDY), record.key, text)
            if name not in found or rank < found[name][0]:
                found[name] = (rank, Example(_shortened(text), record.key))
    chosen = {name: example for name, (_, example) in found.items()}
    return {**dict(_of_models(chosen)), **chosen}


def _given(record: Record) -> Iterator[tuple[str, Any]]:
    """Every plain value that somebody wrote in a record, and what it is a value of."""
    for _, part in parts(record):
        model = type(part)
        for field in part.model_fields_set:
            value = getattr(part, field)
            one = value[0] if isinstance(value, tuple) and value else value
            if one is not None and not isinstance(one, BaseModel | tuple):
                yield f"{model.__name__}.{field}", one


def _of_models(chosen: Mapping[str, Example]) -> Iterator[tuple[str, Example]]:
    """For fields that no record fills in: what another kind has there, or else the example that the model gives."""
    waiting: list[type[BaseModel]] = [Part]
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        for field, info in model.model_fields.items():
            if info.examples:
                yield f"{model.__name__}.{field}", Example(_written(info.examples[0]), "")
            elif field in Record.model_fields and issubclass(model, Record):
                elsewhere = [chosen[name] for name in sorted(chosen) if name.endswith(f".{field}")]
                yield from [(f"{model.__name__}.{field}", elsewhere[0])] if elsewhere else []


def _written(value: Any) -> str:
    """A plain value as a record's file holds it, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    text = " ".join(str(value).split())
    quoted = text.replace("'", "''")
    return f"'{quoted}'" if isinstance(value, str) and _NEEDS_QUOTES.fullmatch(text) else text


def _shortened(text: str) -> str:
    """The text, cut at a word where it is too long for a table."""
    return text if len(text) <= _LONGEST else text[:_LONGEST].rpartition(" ")[0] + " …"
