"""The records and all that is derived from them as JSON below `/api/v1/`; a retired id keeps its address."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..knowledge import KnowledgeBase
from ..load import Entry, Location
from ..model import KINDS, Record
from ..model.finding import Finding
from ..model.retired import Retired
from ..model.walk import parts
from ..permanent import short_path
from ..search import names
from .edition import API_VERSION, Edition, values
from .guard import json_text

ROOT = "api/v1/"
WHOLE: Mapping[str, str] = {
    "index": "What there is: the kinds, and every record with its addresses.",
    "relations": "Every link from one record to another: citations, mentions and named relations.",
    "findings": "Every finding of every record, with its certainty, figure and sources.",
    "search-words": "The words by which each record can be found.",
    "status": "How far to trust the atlas, in numbers.",
    "vocabularies": "The fixed lists of words that fields hold, each with its label and meaning.",
    "retired": "Ids that were published and are no more, and what stands in their place.",
}
"""The files that are about the atlas as a whole: name → what it holds."""


def page_address(record: Record) -> str:
    """The address of a record's page below the site's root."""
    return f"{record.KIND.folder}/{record.id}/"


def files(base: KnowledgeBase, status: Mapping[str, Any], edition: Edition) -> Iterator[tuple[str, str]]:
    """Path below the site's root → text of every file.

    Args:
        base: the knowledge base, without problems.
        status: its status, as data.
        edition: the edition.
    """
    head = json_text(edition.head)[:-1]
    for model in KINDS.values():
        kind = model.KIND
        items = [(record, _item(base.entries[record.key], edition)) for record in base.of_kind(kind.name)]
        about = json_text({"kind": kind.name, "label": kind.plural, "about": kind.intro})[1:-1]
        yield f"{ROOT}{kind.folder}.json", f'{head},{about},"items":[{",".join(text for _, text in items)}]}}\n'
        for record, text in items:
            yield f"{ROOT}{kind.folder}/{record.id}.json", f"{head},{text[1:]}\n"
    whole: Mapping[str, Any] = {
        "index": _index(base, edition),
        "relations": {"relations": list(_relations(base))},
        "findings": {"findings": list(_findings(base))},
        "search-words": {"records": [_words(entry.record) for entry in base.entries.values()]},
        "status": status,
        "vocabularies": {
            "vocabularies": {
                name: vocabulary.model_dump(mode="json", exclude_none=True)
                for name, vocabulary in sorted(base.vocabularies.items())
            }
        },
        "retired": {"retired": [_retired(item) for item in base.retired]},
    }
    for name in WHOLE:
        yield f"{ROOT}{name}.json", f"{head},{json_text(whole[name])[1:]}\n"
    for item in base.retired:
        yield from _gone(base, item, edition)


def _item(entry: Entry, edition: Edition) -> str:
    """A record with its addresses."""
    record = entry.record
    addresses = {
        "key": record.key,
        "kind": record.KIND.name,
        "page": edition.address(page_address(record)),
        "data": edition.address(f"{ROOT}{record.KIND.folder}/{record.id}.json"),
        "short": edition.address(short_path(record.key)),
    }
    return f'{json_text(addresses)[:-1]},"record":{values(entry)}}}'


def _index(base: KnowledgeBase, edition: Edition) -> dict[str, Any]:
    return {
        "api": API_VERSION,
        "description": edition.address(f"{ROOT}openapi.json"),
        "explained": edition.address("data/"),
        "kinds": [
            {
                "kind": name,
                "label": model.KIND.plural,
                "about": model.KIND.intro,
                "count": len(base.of_kind(name)),
                "data": edition.address(f"{ROOT}{model.KIND.folder}.json"),
                "page": edition.address(f"{model.KIND.folder}/"),
            }
            for name, model in KINDS.items()
        ],
        "files": [{"data": edition.address(f"{ROOT}{name}.json"), "about": about} for name, about in WHOLE.items()],
        "records": [
            {
                "key": key,
                "title": entry.record.title,
                "summary": entry.record.summary,
                "page": edition.address(page_address(entry.record)),
                "data": edition.address(f"{ROOT}{entry.record.KIND.folder}/{entry.record.id}.json"),
                "short": edition.address(short_path(key)),
                "changed": entry.record.changes[0].date.isoformat(),
            }
            for key, entry in base.entries.items()
        ],
    }


def pointer(location: Location) -> str:
    """The way to a value inside a record, as a JSON pointer; names of fields hold no sign that it would escape."""
    return "".join(f"/{part}" for part in location)


def _relations(base: KnowledgeBase) -> Iterator[dict[str, str]]:
    for edge in base.graph.edges:
        yield {"start": edge.start, "relation": edge.relation, "end": edge.end, "at": pointer(edge.location)}


def _findings(base: KnowledgeBase) -> Iterator[dict[str, Any]]:
    for key, entry in base.entries.items():
        found = [location for location, part in parts(entry.record) if isinstance(part, Finding)]
        data = json.loads(values(entry)) if found else {}
        for location in sorted(found):
            value = data
            for part in location:
                value = value[part]
            yield {"record": key, "at": pointer(location), "finding": value}


def _words(record: Record) -> dict[str, Any]:
    return {"key": record.key, "title": record.title, "words": names(record)}


def _retired(item: Retired) -> dict[str, Any]:
    return item.model_dump(mode="json", exclude_none=True)


def _gone(base: KnowledgeBase, item: Retired, edition: Edition) -> Iterator[tuple[str, str]]:
    """What stands at the address of a retired id's data: where it went."""
    kind, _, record_id = item.was.partition(":")
    if kind not in KINDS:
        return
    told: dict[str, Any] = {"key": item.was, "kind": kind, "retired": _retired(item)}
    told["short"] = edition.address(short_path(item.was))
    if item.now:
        now = base.record(item.now)
        told["page"] = edition.address(page_address(now))
        told["data"] = edition.address(f"{ROOT}{now.KIND.folder}/{now.id}.json")
    yield f"{ROOT}{KINDS[kind].KIND.folder}/{record_id}.json", f"{json_text(edition.head)[:-1]},{json_text(told)[1:]}\n"
