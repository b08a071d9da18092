"""What changed lately, from the records' own `changes`: newest first, the same words about many records told once."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from .knowledge import KnowledgeBase
from .model import Record


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
    """Every change of every record, newest first; on one day, what was done to few records before what was done to many."""
    found: dict[tuple[datetime.date, str], list[Record]] = {}
    for entry in base.entries.values():
        for change in entry.record.changes:
            found.setdefault((change.date, change.text), []).append(entry.record)
    told = [News(date, text, tuple(records)) for (date, text), records in found.items()]
    return sorted(told, key=lambda one: (-one.date.toordinal(), len(one.records), one.records[0].key, one.text))
