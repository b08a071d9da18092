"""The OpenAPI 3.1 description of `/api/v1/`, derived from the models that the records are checked with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ..knowledge import KnowledgeBase
from ..model import KINDS
from ..model.retired import Retired
from ..model.vocabulary import Vocabulary
from .api import ROOT, WHOLE
from .edition import API_VERSION, CREDIT, LICENCE, Edition
from .guard import json_text

_REFERENCE = "#/components/schemas/{model}"
_NOISE = ("patternErrorMessage", "default")

Schema = dict[str, Any]


def text(base: KnowledgeBase, edition: Edition) -> str:
    """The description, as JSON."""
    described = {
        "openapi": "3.1.0",
        "info": {
            "title": f"{CREDIT}: data",
            "version": API_VERSION,
            "summary": "What is known of vitamin B12 and MS, how sure it is, and who says so.",
            "description": (
                "Files, made when the site is built: every address answers GET, and nothing else. "
                "A field has one type. What is not known is left out, never null; "
                "lists and true or false are always there. "
                "Fields may be added within version 1: pass over what you do not know. "
                "It is information, not medical advice. "
                "No clinician has reviewed a record unless `reviewed_by` names one."
            ),
            "license": dict(LICENCE),
        },
        "servers": [{"url": edition.address(ROOT.rstrip("/")) if edition.site else "."}],
        "paths": dict(_paths()),
        "components": {"schemas": _schemas(base)},
    }
    return json_text(described) + "\n"


def _paths() -> Iterator[tuple[str, Any]]:
    for name, about in WHOLE.items():
        yield f"/{name}.json", _get(_named(name), about, _camel(name))
    for name, model in KINDS.items():
        kind = model.KIND
        yield f"/{kind.folder}.json", _get(f"list_{name}", f"{kind.intro} All of them.", f"{model.__name__}List")
        one = _get(f"get_{name}", f"One record: {kind.singular.lower()}.", f"{model.__name__}File")
        parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        yield f"/{kind.folder}/{{id}}.json", {**one, "parameters": [parameter]}


def _get(operation: str, about: str, schema: str) -> Schema:
    content = {"application/json": {"schema": {"$ref": _REFERENCE.format(model=schema)}}}
    return {
        "get": {
            "operationId": operation,
            "summary": about,
            "responses": {"200": {"description": about, "content": content}},
        }
    }


def _named(name: str) -> str:
    return f"get_{name.replace('-', '_')}"


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-")) + "File"


def _schemas(base: KnowledgeBase) -> Schema:
    models: list[type[BaseModel]] = [*KINDS.values(), Retired, Vocabulary]
    _, derived = models_json_schema([(model, "validation") for model in models], ref_template=_REFERENCE)
    schemas: Schema = {name: _adapted(schema, base) for name, schema in derived["$defs"].items()}
    own: Schema = _shared() | _wholes()
    for model in KINDS.values():
        name = model.__name__
        item = _item(model.KIND.name, name)
        own[f"{name}Item"] = _object(f"{model.KIND.singular}: the record and its addresses.", item)
        own[f"{name}List"] = _file(
            {"kind": _string(), "label": _string(), "about": _string(), "items": _list_of(f"{name}Item")}
        )
        own[f"{name}File"] = _file(
            {**item, "retired": _ref("Retired")},
            "One of `record` and `retired` is there: an id that was published once keeps its address.",
            optional=("record", "retired", "page", "data"),
        )
    assert not schemas.keys() & own.keys(), "a model has the name of a file"
    return schemas | own


def _item(kind: str, model: str) -> Schema:
    return {
        "key": _string("kind:id, as other records name this one. It never comes to mean something else."),
        "kind": {"type": "string", "const": kind},
        "page": _string("The address of its page."),
        "data": _string("The address of this data."),
        "short": _string("Its permanent short address, to cite: it leads to the page, also when that has moved."),
        "record": _ref(model),
    }


def _shared() -> Schema:
    return {
        "DataVersion": _object(
            "The state of the data that the file was made from.",
            {
                "version": _string("A digest of all records: the same digest, the same data."),
                "date": _string("The newest day that a record names."),
            },
        ),
        "DataLicence": _object("Who may use it for what.", {"name": _string(), "url": _string()}),
    }


def _wholes() -> Schema:
    """The schemas of the files that are about the atlas as a whole, and of what they hold."""
    count = {"type": "integer", "minimum": 0}
    counts = {"type": "object", "additionalProperties": count}
    addresses = {"page": _string(), "data": _string()}
    brief = {"key": _string(), "title": _string(), "summary": _string(), **addresses, "short": _string()}
    brief["changed"] = _string()
    relation = {
        "start": _string("The record that names the other."),
        "relation": _string("The name of the field; `cites` for a citation, `mentions` for a link in prose."),
        "end": _string("The record that is named."),
        "at": _string("Where in `start`, as a JSON pointer."),
    }
    finding = {
        "record": _string(),
        "at": _string("Where in the record, as a JSON pointer."),
        "finding": _ref("Finding"),
    }
    kind_status = {
        "name": _string(),
        **dict.fromkeys(("records", "sourced", "reviewed", "overdue"), count),
        "certainty": counts,
    }
    about = {"kind": _string(), "label": _string(), "about": _string(), "count": count, **addresses}
    return {
        "IndexKind": _object("A kind of record.", about),
        "IndexPart": _object("A file about the whole.", {"data": _string(), "about": _string()}),
        "IndexRecord": _object("A record in brief.", brief),
        "IndexFile": _file(
            {
                "api": _string("The version of the form of the files."),
                "description": _string("The address of this description."),
                "explained": _string("The address of the page that explains it."),
                "kinds": _list_of("IndexKind"),
                "files": _list_of("IndexPart"),
                "records": _list_of("IndexRecord"),
            }
        ),
        "Relation": _object("A link from one record to another.", relation),
        "RelationsFile": _file({"relations": _list_of("Relation")}),
        "FoundFinding": _object("A finding and where it stands.", finding),
        "FindingsFile": _file({"findings": _list_of("FoundFinding")}),
        "SearchWords": _object(
            "A record's words.",
            {"key": _string(), "title": _string(), "words": {"type": "array", "items": {"type": "string"}}},
        ),
        "SearchWordsFile": _file({"records": _list_of("SearchWords")}),
        "KindStatus": _object("The numbers of one kind.", kind_status),
        **_status(count, counts),
        "VocabulariesFile": _file(
            {"vocabularies": {"type": "object", "additionalProperties": _ref("Vocabulary")}},
        ),
        "RetiredFile": _file({"retired": _list_of("Retired")}),
    }


def _status(count: Schema, counts: Schema) -> Schema:
    number = {"type": "number"}
    names = {"type": "array", "items": {"type": "string"}}
    reading = {"us_grade": number, "words_a_sentence": number, "sentences_over_25_words": count}
    numbers = ("records", "findings", "reviewed_by_a_clinician", "overdue", "sources_with_address")
    fields = {
        "day": _string("The newest day that a record names; what is overdue is judged by it."),
        **dict.fromkeys(numbers, count),
        "oldest_check": _ref("OldestCheck"),
        "checked_longest_ago": count,
        "next_due": _ref("NextDue"),
        "oldest_source": _ref("OldestSource"),
        "old_sources": _list_of("OldSource"),
        "undated_sources": count,
        "sources_read": counts,
        "reading": _ref("ReadingStatus"),
        "kinds": _list_of("KindStatus"),
        "changed_lately": _list_of("LatelyChanged"),
    }
    due = {"day": _string(), "kinds": counts}
    old = {"record": _string(), "year": {"type": "integer"}, "cited_by": count}
    changed = {"day": _string(), "text": _string(), "records": count}
    year = {"record": _string(), "year": {"type": "integer"}}
    return {
        "OldestCheck": _object("The check that is longest ago.", {"record": _string(), "day": _string()}),
        "NextDue": _object("The day of the next checks, and how many records of each kind are due.", due),
        "OldSource": _object("An old source, and how many records cite it.", old),
        "LatelyChanged": _object("A change of the last days, and how many records it was made to.", changed),
        "OldestSource": _object("The oldest source.", year, optional=("year",)),
        "ReadingStatus": _object("How hard the text for patients is.", {**reading, "records_above_grade_8": names}),
        "StatusFile": _file(fields),
    }


def _string(description: str = "") -> Schema:
    return {"type": "string", "description": description} if description else {"type": "string"}


def _ref(name: str) -> Schema:
    return {"$ref": _REFERENCE.format(model=name)}


def _list_of(name: str) -> Schema:
    return {"type": "array", "items": _ref(name)}


def _object(description: str, fields: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    required = [name for name in fields if name not in optional]
    return {"type": "object", "description": description, "properties": dict(fields), "required": required}


def _file(fields: Mapping[str, Schema], description: str = "", optional: tuple[str, ...] = ()) -> Schema:
    """A file: what each begins with, then its own fields."""
    head = {"generated_from": _ref("DataVersion"), "licence": _ref("DataLicence"), "credit": _string("Whom to name.")}
    return _object(description or "A file.", {**head, **fields}, optional)


def _adapted(value: Any, base: KnowledgeBase) -> Any:
    """Pydantic's schema with the vocabularies' words and no unions: what it lets be null may be missing."""
    if isinstance(value, list):
        return [_adapted(item, base) for item in value]
    if not isinstance(value, dict):
        return value
    optional = {name for name, field in value.get("properties", {}).items() if _may_be_missing(field)}
    adapted = {
        key: {name: _adapted(field, base) for name, field in item.items()}
        if key == "properties"
        else _adapted(item, base)
        for key, item in value.items()
        if key == "properties" or not _is_noise(key, item, value)
    }
    if "properties" in value:
        adapted["required"] = [name for name in value["properties"] if name not in optional]
    if "anyOf" in adapted:
        (kept,) = [item for item in adapted.pop("anyOf") if item != {"type": "null"}]
        adapted = {**kept, **adapted}
    if "x-vocabulary" in adapted:
        adapted["enum"] = list(base.vocabularies[str(adapted.pop("x-vocabulary"))].words)
    return adapted


def _is_noise(key: str, item: Any, around: Mapping[str, Any]) -> bool:
    """Whether an entry is pydantic's own, or would refuse the fields that a later version may bring."""
    if key == "additionalProperties":
        return item is False
    return key in _NOISE or (key == "title" and isinstance(item, str) and "properties" not in around)


def _may_be_missing(field: Schema) -> bool:
    return {"type": "null"} in field.get("anyOf", ())
