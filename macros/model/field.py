"""The types that fields of records are made of: text, prose, ids, days, links and vocabulary words.

Each type carries, as metadata, what the other modules need to know about it (`Prose`, `LinksTo`,
`InVocabulary`), so that a field is described in one place: where its model declares it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    JsonValue,
    StringConstraints,
    ValidationInfo,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
REFERENCE_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*:[a-z0-9]+(-[a-z0-9]+)*$"
_ID = re.compile(ID_PATTERN)
# Characters that change the direction of the text around them: they can make a page read as what it is not.
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
# What a browser would take for a tag, a comment or a processing instruction.
_TRAILING_SPACE = re.compile(r"[ \t]$", re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z]|<!|<\?")


class Part(BaseModel):
    """What every model is built on: fields that are not declared are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def problem(found: str, expected: str, remedy: str) -> PydanticCustomError:
    """An error that `load` shows as it stands: found, expected, remedy."""
    # The texts go in as context, because pydantic reads braces in a template as fields.
    return PydanticCustomError("atlas", "{found}", {"found": found, "expected": expected, "remedy": remedy})


def told_as(pattern: str, message: str) -> dict[str, JsonValue]:
    """A pattern for the JSON Schema, with what an editor tells where a text does not match it."""
    return {"pattern": pattern, "patternErrorMessage": message}


def _safe(text: str) -> str:
    """Refuses what could hide or run: invisible direction marks, control characters, raw HTML."""
    if _DIRECTION_MARKS.search(text):
        raise problem(
            "an invisible mark that changes the direction of text",
            "text without direction marks",
            "Delete the mark: retype the words around it.",
        )
    if not text.isprintable():
        for character in text:
            if not character.isprintable() and character != "\n":
                raise problem(
                    f"the control character U+{ord(character):04X}", "printable text", "Delete the character."
                )
    if _TRAILING_SPACE.search(text):
        raise problem("a space at the end of a line of text", "lines without spaces at their ends", "Delete the space.")
    if tag := _TAG.search(text):
        raise problem(
            f"raw HTML ('{text[tag.start() : tag.start() + 20]}')",
            "plain text or the atlas's Markdown",
            "Write it without the tag; for 'less than', put a space after '<'.",
        )
    return text


def _one_line(text: str) -> str:
    if "\n" in text or text != text.strip():
        raise problem(
            "text with a line break, or with a space at its start or end",
            "one line of text",
            "Join the lines and delete the outer spaces.",
        )
    return text


@dataclass(frozen=True)
class Prose:
    """Marks text that is written in the atlas's Markdown.

    Args:
        cited: a statement of fact, which must cite at least one source.
    """

    cited: bool = False

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        cites = told_as(r"\[@", "Cite who says it, as [@source-id].") if self.cited else {}
        return {**handler(schema), **cites}


@dataclass(frozen=True)
class MaxWords:
    """At most so many words, counted between white space."""

    words: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, text: str) -> str:
        count = len(text.split())
        if count > self.words:
            raise problem(f"{count} words", f"at most {self.words}", "Shorten it, or move the rest to the detail.")
        return text


@dataclass(frozen=True)
class LinksTo:
    """Marks an id, or `kind:id`, of another record.

    Args:
        kind: the kind of record that the id belongs to; "" where the value names the kind itself (`kind:id`).
        here: how this record's page heads the records that it names.
        there: how the other record's page heads the records that name it.
    """

    kind: str
    here: str
    there: str


@dataclass(frozen=True)
class InVocabulary:
    """Marks a value that must stand in `data/vocab/<name>.yml`."""

    name: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        # The schema's writer replaces this mark by the vocabulary's values and their meanings.
        return {**handler(schema), "x-vocabulary": self.name}

    def _check(self, value: str, info: ValidationInfo) -> str:
        vocabularies: Mapping[str, Any] = info.context or {}
        if self.name not in vocabularies:
            raise LookupError(f"vocabulary {self.name!r} was not given as validation context")
        words = vocabularies[self.name].words
        if value not in words:
            raise PydanticCustomError(
                "vocabulary",
                "{value}",
                {"value": value, "vocabulary": self.name, "allowed": sorted(words)},
            )
        return value


def _day(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise problem(f"'{value}'", "a day as year-month-day", "Write it like 2026-11-21.")
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise problem(f"'{value}', a day that does not exist", "a day of the calendar", "Correct the date.") from None


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise problem(
            f"'{text[:60]}'",
            "an id of small letters, digits and single hyphens (a-z, 0-9, -)",
            "Write it like 'vision-loss'.",
        )
    return text


Identifier = Annotated[
    str,
    Field(
        strict=True,
        max_length=80,
        json_schema_extra=told_as(ID_PATTERN, "Small letters, digits and single hyphens, like vision-loss."),
    ),
    AfterValidator(_id),
]
Text = Annotated[str, StringConstraints(strict=True, min_length=1), AfterValidator(_safe), AfterValidator(_one_line)]
"""One line of plain text: no Markdown, no HTML."""
Markdown = Annotated[str, StringConstraints(strict=True, min_length=1), AfterValidator(_safe), Prose()]
"""Prose in the atlas's Markdown; sources may be cited in it as `[@id]`, records linked as `[words](kind:id)`."""
CitedMarkdown = Annotated[str, StringConstraints(strict=True, min_length=1), AfterValidator(_safe), Prose(cited=True)]
"""Prose that states facts: it cites at least one source."""
Day = Annotated[
    datetime.date,
    # Beside the format `date`, whose own message names a standard.
    Field(json_schema_extra={"patternErrorMessage": "A day as year-month-day, like 2026-11-21."}),
    BeforeValidator(_day),
]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Amount = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)]
Count = Annotated[int, Field(strict=True, ge=0)]
Yes = Annotated[bool, Field(strict=True)]
SourceId = Annotated[Identifier, LinksTo("source", here="Sources", there="Cited by")]


def record_reference(text: str) -> str:
    """Checks the form `kind:id`; whether it exists is for `check` to say."""
    kind, colon, name = text.partition(":")
    if not colon or not _ID.fullmatch(kind) or not _ID.fullmatch(name):
        raise problem(f"'{text[:60]}'", "a record as kind:id", "Write it like 'symptom:fatigue'.")
    return text


RecordReference = Annotated[
    str,
    Field(strict=True, json_schema_extra=told_as(REFERENCE_PATTERN, "A record as kind:id, like symptom:fatigue.")),
    AfterValidator(record_reference),
]
Related = Annotated[RecordReference, LinksTo("", here="Related", there="Related")]
