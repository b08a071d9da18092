"""The links between records: each written once, the other side derived, always in the same order."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .load import Entry, Location
from .model.field import LinksTo
from .model.walk import marked
from .prose import parse


class Edge(NamedTuple):
    """A link from one record to another.

    Args:
        start, end: the records, as `kind:id`.
        here, there: how the page of `start` heads `end`, and the page of `end` heads `start`.
        location: where the link stands in `start`.
        relation: the name of the field; "cites" for a citation and "mentions" for a link in prose.
    """

    start: str
    end: str
    here: str
    there: str
    location: Location
    relation: str


class Graph:
    """Every link of every record, from both sides."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self.edges: tuple[Edge, ...] = tuple(edges)
        outgoing: dict[str, list[Edge]] = defaultdict(list)
        incoming: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            outgoing[edge.start].append(edge)
            incoming[edge.end].append(edge)
        self._outgoing: Mapping[str, list[Edge]] = outgoing
        self._incoming: Mapping[str, list[Edge]] = incoming

    def outgoing(self, key: str) -> Sequence[Edge]:
        """The links that the record `key` makes."""
        return self._outgoing.get(key, ())

    def incoming(self, key: str) -> Sequence[Edge]:
        """The links that other records make to `key`."""
        return self._incoming.get(key, ())

    def neighbours(self, key: str) -> dict[str, list[str]]:
        """The records that `key` is linked with in either direction: heading → keys, each key once."""
        groups: dict[str, list[str]] = defaultdict(list)
        seen = {key}
        for heading, other in [(e.here, e.end) for e in self.outgoing(key) if e.relation != "cites"] + [
            (e.there, e.start) for e in self.incoming(key)
        ]:
            if other not in seen:
                seen.add(other)
                groups[heading].append(other)
        return dict(groups)

    def orphans(self, keys: Iterable[str]) -> list[str]:
        """Those of `keys` that are linked with no record of another kind."""
        return [
            key
            for key in keys
            if all(
                other.partition(":")[0] == key.partition(":")[0]
                for other in [e.end for e in self.outgoing(key)] + [e.start for e in self.incoming(key)]
            )
        ]


@functools.lru_cache(maxsize=65536)
def links(entry: Entry) -> tuple[Edge, ...]:
    """Every link that a record makes: in its link fields, and in its prose."""
    return tuple(_links(entry))


def _links(entry: Entry) -> Iterator[Edge]:
    key = entry.record.key
    for location, value, mark in marked(entry.record):
        if isinstance(mark, LinksTo):
            target = f"{mark.kind}:{value}" if mark.kind else value
            relation = "cites" if mark.kind == "source" else _field_name(location)
            yield Edge(key, target, mark.here, mark.there, location, relation)
        else:
            parsed = parse(value)
            for reference in parsed.links:
                yield Edge(key, reference, "Mentioned here", "Mentioned in", location, "mentions")
            for source in parsed.citations:
                yield Edge(key, f"source:{source}", "Sources", "Cited by", location, "cites")


def _field_name(location: Location) -> str:
    return next(str(part) for part in reversed(location) if isinstance(part, str))
