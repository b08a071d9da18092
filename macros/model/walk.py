"""Walks a record's values together with what their fields say of them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from .field import LinksTo, Prose

Mark = LinksTo | Prose


class Marked(NamedTuple):
    """A text value, the way to it from the record, and the mark of its field."""

    location: tuple[str | int, ...]
    value: str
    mark: Mark


def marked(model: BaseModel) -> Iterator[Marked]:
    """Every link and every piece of prose in `model`, in the order of its fields."""
    yield from _walk(model, ())


def _walk(model: BaseModel, location: tuple[str | int, ...]) -> Iterator[Marked]:
    for name, mark in _plan(type(model)):
        value = getattr(model, name)
        if value:
            yield from _values(value, (*location, name), mark)


def _values(value: Any, location: tuple[str | int, ...], mark: Mark | None) -> Iterator[Marked]:
    if isinstance(value, BaseModel):
        yield from _walk(value, location)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _values(item, (*location, index), mark)
    elif mark is not None and isinstance(value, str):
        yield Marked(location, value, mark)


@functools.cache
def _plan(model: type[BaseModel]) -> tuple[tuple[str, Mark | None], ...]:
    """The fields of `model` that hold, somewhere inside, a link, prose or another model."""
    plan: list[tuple[str, Mark | None]] = []
    for name, field in model.model_fields.items():
        mark = next((m for m in field.metadata if isinstance(m, LinksTo | Prose)), None) or _mark(field.annotation)
        if mark is not None or _holds_model(field.annotation):
            plan.append((name, mark))
    return tuple(plan)


def _mark(annotation: Any) -> Mark | None:
    if get_origin(annotation) is Annotated:
        for item in annotation.__metadata__:
            if isinstance(item, LinksTo | Prose):
                return item
    for argument in get_args(annotation):
        if (found := _mark(argument)) is not None:
            return found
    return None


def _holds_model(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return any(_holds_model(argument) for argument in get_args(annotation))


def parts(model: BaseModel) -> Iterator[tuple[tuple[str | int, ...], BaseModel]]:
    """`model` and every model inside it, with the way to each."""
    stack: list[tuple[tuple[str | int, ...], BaseModel]] = [((), model)]
    while stack:
        location, part = stack.pop()
        yield location, part
        for name, _ in _plan(type(part)):
            value = getattr(part, name)
            if isinstance(value, BaseModel):
                stack.append(((*location, name), value))
            elif isinstance(value, tuple):
                stack += [((*location, name, i), item) for i, item in enumerate(value) if isinstance(item, BaseModel)]
