"""What changed lately, from the records' own `changes`: newest first, the same words about many records told once."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .knowledge import KnowledgeBase
from .model import KINDS, Record

FIRST = "First version."
"""What a record says of its first day; every later change is a correction or an addition."""


LATELY = 12
"""How many pieces of news the trust page tells."""


@dataclass(frozen=True)
class News:
    """One change, and every record that it was made to on that day.

    Args:
        date: the day.
        text: what changed for a reader.
        records: in the order of their kinds and ids.
    """

    date: datetime.date
    text: str
    records: tuple[Record, ...]


def news(base: KnowledgeBase) -> list[News]:
    """Every change of every record, newest first; on one day, what was done to few records stands first."""
    found: dict[tuple[datetime.date, str], list[Record]] = {}
    for entry in base.entries.values():
        for change in entry.record.changes:
            found.setdefault((change.date, change.text), []).append(entry.record)
    told = [News(date, text, tuple(records)) for (date, text), records in found.items()]
    return sorted(told, key=lambda one: (-one.date.toordinal(), len(one.records), one.records[0].key, one.text))


def by_kind(told: Iterable[News]) -> Iterator[News]:
    """Each piece of news once for every kind of record that it is about, in the order of the navigation."""
    for one in told:
        for kind in KINDS:
            records = tuple(record for record in one.records if record.KIND.name == kind)
            if records:
                yield News(one.date, one.text, records)


def headline(one: News) -> str:
    """A piece of news about records of one kind in a line: 'New: Fatigue'; '3 foods: The figure was corrected.'."""
    kind = one.records[0].KIND
    several = f"{kind.singular.lower().removesuffix('s')}s"  # the title of all terms is "Glossary"
    whom = one.records[0].title if len(one.records) == 1 else f"{len(one.records):,} {several}"
    return f"New: {whom}" if one.text == FIRST else f"{whom}: {one.text}"


def as_data(told: Sequence[News]) -> list[dict[str, str | int]]:
    """The newest pieces of news for machines: the trust page's own list."""
    return [{"day": one.date.isoformat(), "text": one.text, "records": len(one.records)} for one in told[:LATELY]]
