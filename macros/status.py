"""How far the atlas can be trusted, in numbers: sources, certainty, reviews and dates, counted from the records."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .knowledge import KnowledgeBase
from .model import KINDS, Record
from .model.finding import Finding
from .model.kinds.source import Source
from .model.walk import parts
from .reading import Reading, read

OLD = 30
"""Years after which a source is called old: what rests on it is worth a look for something newer."""


@dataclass(frozen=True)
class OldSource:
    """An old source, and how many records cite it."""

    source: Source
    cited_by: int


@dataclass(frozen=True)
class Due:
    """A day on which records are to be held against their sources again, and how many of each kind."""

    day: datetime.date
    kinds: Mapping[str, int]

    @property
    def records(self) -> int:
        """How many records there are."""
        return sum(self.kinds.values())


@dataclass(frozen=True)
class KindStatus:
    """The numbers of one kind of record.

    Args:
        name: the kind.
        records: how many there are.
        sourced: how many cite at least one source.
        reviewed: how many a named clinician has reviewed.
        overdue: how many were to be checked again before the status' day.
        certainty: certainty → how many findings and steps have it.
    """

    name: str
    records: int
    sourced: int
    reviewed: int
    overdue: int
    certainty: Mapping[str, int]


@dataclass(frozen=True)
class Status:
    """The numbers of the whole atlas.

    Args:
        day: the newest day that a record names; what is overdue is judged by it, so that the clock changes nothing.
        kinds: one for each kind, in the order of navigation.
        findings: how many findings there are.
        oldest_check: the record that was held against its sources longest ago; of several, the first by name.
        checked_longest_ago: how many records were held against theirs on that same day.
        next_due: the next day on which records fall due.
        oldest_source: the source that was published longest ago.
        old_sources: the sources of at least `OLD` years, those that most records cite first.
        undated_sources: how many sources have no year: guidance and pages that are kept up to date mostly name none.
        addresses: how many sources have a DOI, a PMID or an address.
        read: how much of the sources was read → how many.
        reading: how hard the text for patients is.
    """

    day: datetime.date
    kinds: tuple[KindStatus, ...]
    findings: int
    oldest_check: Record
    checked_longest_ago: int
    next_due: Due
    oldest_source: Source
    old_sources: tuple[OldSource, ...]
    undated_sources: int
    addresses: int
    read: Mapping[str, int]
    reading: Reading

    @property
    def records(self) -> int:
        """How many records there are."""
        return sum(kind.records for kind in self.kinds)

    @property
    def reviewed(self) -> int:
        """How many records a named clinician has reviewed."""
        return sum(kind.reviewed for kind in self.kinds)


def status(base: KnowledgeBase) -> Status:
    """Counts.

    Raises:
        ValueError: there is no record, or no source.
    """
    records = [entry.record for entry in base.entries.values()]
    sources = [record for record in records if isinstance(record, Source)]
    day = max(max(record.checked, record.changes[0].date) for record in records)
    oldest_check = min(records, key=lambda record: (record.checked, record.key))
    return Status(
        day=day,
        kinds=tuple(_of_kind(base, kind, day) for kind in KINDS),
        findings=sum(isinstance(part, Finding) for record in records for _, part in parts(record)),
        oldest_check=oldest_check,
        checked_longest_ago=sum(record.checked == oldest_check.checked for record in records),
        next_due=_next_due(records),
        oldest_source=min(sources, key=lambda source: (source.year or day.year, source.id)),
        old_sources=_old_sources(base, sources, day),
        undated_sources=sum(source.year is None for source in sources),
        addresses=sum(bool(source.doi or source.pmid or source.url) for source in sources),
        read=dict(Counter(source.read for source in sources)),
        reading=read(record for record in records if record.KIND.for_patients),
    )


def _next_due(records: Sequence[Record]) -> Due:
    day = min(record.check_again for record in records)
    counted = Counter(record.KIND.name for record in records if record.check_again == day)
    return Due(day, {kind: counted[kind] for kind in KINDS if counted[kind]})


def _old_sources(base: KnowledgeBase, sources: Sequence[Source], day: datetime.date) -> tuple[OldSource, ...]:
    """The old sources, those that most rests on first; then the oldest, then by id."""
    found = []
    for source in sources:
        if source.year and source.year <= day.year - OLD:
            citing = {edge.start for edge in base.graph.incoming(source.key) if edge.relation == "cites"}
            found.append(OldSource(source, len(citing)))
    return tuple(sorted(found, key=lambda one: (-one.cited_by, one.source.year, one.source.id)))


def _of_kind(base: KnowledgeBase, kind: str, day: datetime.date) -> KindStatus:
    records = base.of_kind(kind)
    return KindStatus(
        name=kind,
        records=len(records),
        sourced=sum(any(e.relation == "cites" for e in base.graph.outgoing(record.key)) for record in records),
        reviewed=sum(bool(record.reviewed_by) for record in records),
        overdue=sum(record.check_again < day for record in records),
        certainty=dict(Counter(word for record in records for word in _certainties(record))),
    )


def _certainties(record: Record) -> Iterator[str]:
    """The certainty of every part of a record that has one: findings, and the steps of pathways."""
    for _, part in parts(record):
        if "certainty" in type(part).model_fields:
            yield part.certainty  # type: ignore[attr-defined]


def as_data(found: Status) -> dict[str, Any]:
    """The status for machines; what is not known is left out."""
    source = {"record": found.oldest_source.key, "year": found.oldest_source.year}
    return {
        "day": found.day.isoformat(),
        "records": found.records,
        "findings": found.findings,
        "reviewed_by_a_clinician": found.reviewed,
        "overdue": sum(kind.overdue for kind in found.kinds),
        "oldest_check": {"record": found.oldest_check.key, "day": found.oldest_check.checked.isoformat()},
        "checked_longest_ago": found.checked_longest_ago,
        "next_due": {"day": found.next_due.day.isoformat(), "kinds": dict(found.next_due.kinds)},
        "oldest_source": {name: value for name, value in source.items() if value is not None},
        "old_sources": [
            {"record": one.source.key, "year": one.source.year, "cited_by": one.cited_by} for one in found.old_sources
        ],
        "undated_sources": found.undated_sources,
        "sources_with_address": found.addresses,
        "sources_read": dict(sorted(found.read.items())),
        "reading": {
            "us_grade": round(found.reading.grade, 1),
            "words_a_sentence": round(found.reading.sentence, 1),
            "sentences_over_25_words": found.reading.long,
            "records_above_grade_8": list(found.reading.hard),
        },
        "kinds": [asdict(kind) for kind in found.kinds],
    }
