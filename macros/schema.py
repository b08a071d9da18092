"""JSON Schemas of the records, derived from the models, for editors to complete, explain and check with.

They keep within draft 07, which the YAML language server reads reliably.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .model import KINDS, Record
from .model.vocabulary import Vocabulary


def schema(model: type[Record], vocabularies: Mapping[str, Vocabulary]) -> dict[str, Any]:
    """The JSON Schema (draft 07) of one kind of record."""
    derived = _adapted(model.model_json_schema(), vocabularies)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Derived from macros/model by `make format`; edit the model, not this file.",
        **derived,
    }


def schema_files(vocabularies: Mapping[str, Vocabulary]) -> dict[str, str]:
    """File name → text of every kind's schema, as they stand in `data/schema/`."""
    return {
        model.KIND.schema: json.dumps(schema(model, vocabularies), ensure_ascii=False, indent=2) + "\n"
        for model in KINDS.values()
    }


def _adapted(value: Any, vocabularies: Mapping[str, Vocabulary]) -> Any:
    """Pydantic's schema with definitions where draft 07 looks for them, vocabularies filled in, and no unions."""
    if isinstance(value, list):
        return [_adapted(item, vocabularies) for item in value]
    if not isinstance(value, dict):
        return value.replace("#/$defs/", "#/definitions/") if isinstance(value, str) else value
    adapted = {
        ("definitions" if key == "$defs" else key): _adapted(item, vocabularies)
        for key, item in value.items()
        if not _is_noise(key, item, value)
    }
    if "anyOf" in adapted:
        adapted = _without_null(adapted)
    if adapted.get("type") in ("number", "integer"):
        # Without a snippet of ours an editor would fill in 0, which in a record is a finding.
        adapted["defaultSnippets"] = [{"label": "a number", "body": "$1"}]
    name = adapted.pop("x-vocabulary", None)
    if name is not None:
        words = vocabularies[name].words
        adapted["enum"] = list(words)
        adapted["markdownEnumDescriptions"] = [f"{word.label}: {word.meaning}" for word in words.values()]
    return adapted


def _is_noise(key: str, item: Any, around: Mapping[str, Any]) -> bool:
    """Whether an entry is pydantic's own and would mislead an editor."""
    if key == "default":
        # A field that may be left out is null or an empty list by default: an editor would offer it as a value.
        return item is None or item == []
    if key == "examples" and isinstance(item, list):
        return True  # for the field guide: an editor would offer them as values
    # The name of a field in other letters ("Fdc Id"). A model's title is its name, and is kept.
    return key == "title" and isinstance(item, str) and "properties" not in around


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """`X or null` as `X`: a field that may be left out is left out, never written as null."""
    kept = [item for item in schema.pop("anyOf") if item.get("type") != "null"]
    assert len(kept) == 1, "a field holds one type"
    return {**kept[0], **schema}
