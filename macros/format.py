"""Record files in their canonical form: fields in the model's order, one way of quoting and wrapping.

It changes how a file is written, never what it says: the text is read again before it is given back. Comments stay.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import LiteralScalarString

from .load import Document, inner_model, read_document, read_text
from .model import Record
from .problem import Problem

WIDTH = 100
"""Columns at which long text is wrapped."""


_FIRST_LINE = re.compile(r"^# yaml-language-server:.*\n", re.MULTILINE)
# The library leaves a space where it wraps plain text. (A record's text has none at the ends of its lines.)
_TRAILING_SPACE = re.compile(r" +$", re.MULTILINE)


class ValueChangedError(Exception):
    """The canonical text would not say the same as the text that it replaces."""


class _Representer(RoundTripRepresenter):
    def ignore_aliases(self, data: object) -> bool:
        """Writes a value that stands in two places twice: the atlas refuses aliases."""
        return True

    def open(self, _: None) -> Any:
        """Writes a field that is to be filled in as nothing, not as 'null'."""
        return self.represent_scalar("tag:yaml.org,2002:null", "")


_Representer.add_representer(type(None), _Representer.open)


def _yaml() -> YAML:
    yaml = YAML()  # round trip: keeps comments
    yaml.Representer = _Representer
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    return yaml


def format_record(path: Path, root: Path, model: type[Record]) -> str | Problem:
    """The canonical text of the record in `path`, or why it could not be read. Writes nothing."""
    document = read_document(path, root)
    if isinstance(document, Problem):
        return document
    try:
        return format_text(path.read_text(encoding="utf-8"), model)
    except ValueChangedError:
        return Problem(
            document.path,
            0,
            "a value that the canonical form would change",
            "text and plain numbers",
            "Put the text in quotes, or write the number with fewer digits; the file is left as it was.",
        )


def format_text(text: str, model: type[Record]) -> str:
    """The canonical form of a record's text; it begins with the line by which editors find the kind's schema.

    Raises:
        ValueChangedError: the new text would not say the same.
    """
    yaml = _yaml()
    formatted = f"{model.KIND.first_line}\n{_write(yaml, _ordered(yaml.load(_FIRST_LINE.sub('', text)), model))}"
    before, after = read_text(text, "before"), read_text(formatted, "after")
    same = isinstance(before, Document) and isinstance(after, Document) and before.value == after.value
    if not same:
        raise ValueChangedError
    return formatted


def edited(text: str, model: type[Record], edit: Callable[[Any], None]) -> str:
    """The canonical form of a record's text after `edit` changed its values in place. Comments stay.

    Raises:
        ValueChangedError: the canonical form would not say the same.
    """
    yaml = _yaml()
    value = yaml.load(text)
    edit(value)
    return format_text(_write(yaml, value), model)


def dump(value: dict[str, Any], model: type[Record]) -> str:
    """The canonical text of a record given as plain values."""
    yaml = _yaml()
    return format_text(_write(yaml, value), model)


def _write(yaml: YAML, value: Any) -> str:
    stream = io.StringIO()
    yaml.dump(value, stream)
    return _TRAILING_SPACE.sub("", stream.getvalue())


def _ordered(value: Any, model: type[BaseModel] | None) -> Any:
    """`value` with fields in the order of `model`, a line for each, and text of several lines as a block."""
    if isinstance(value, CommentedMap | CommentedSeq):
        value.fa.set_block_style()
    if isinstance(value, CommentedMap):
        order = _order(model)
        for name in value:
            field = model.model_fields.get(str(name)) if model else None
            value[name] = _ordered(value[name], inner_model(field.annotation) if field else None)
        for name in sorted(value, key=lambda n: order.index(n) if n in order else len(order)):
            value.move_to_end(name)
        return value
    if isinstance(value, list):
        for index, item in enumerate(value):
            value[index] = _ordered(item, model)
        return value
    if isinstance(value, float) and "e" in repr(float(value)):
        return float(value)  # the library keeps the digits of a number as they are written, but not in powers of ten
    if isinstance(value, str):
        text = str(value)
        return LiteralScalarString(text) if "\n" in text else text
    return value


def _order(model: type[BaseModel] | None) -> list[str]:
    if model is None:
        return []
    return list(model.field_order() if issubclass(model, Record) else model.model_fields)
