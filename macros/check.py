"""What a single record cannot know of itself: ids, links, dates, doubles. Every problem is told."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .graph import Edge
from .load import Entry
from .model import KINDS
from .model.field import Prose
from .model.finding import CareCard, Finding
from .model.retired import Retired
from .model.vocabulary import Vocabulary
from .model.walk import marked, parts
from .permanent import code
from .problem import Problem, quoted, suggestion
from .prose import parse


@dataclass(frozen=True)
class Collection:
    """Everything that the rules look at."""

    entries: Sequence[Entry]
    edges: Sequence[Sequence[Edge]]
    """The links of each entry, in the order of `entries`."""
    retired: Sequence[Retired]
    vocabularies: Mapping[str, Vocabulary]
    unreadable: frozenset[str]
    today: datetime.date


Rule = Callable[[Collection], Iterator[Problem]]


def check(collection: Collection) -> list[Problem]:
    """Every problem that the rules find, by file and line."""
    return sorted(problem for rule in RULES for problem in rule(collection))


def _at(entry: Entry, location: tuple[str | int, ...], found: str, expected: str, remedy: str) -> Problem:
    return Problem(entry.document.path, entry.line(location), found, expected, remedy)


def id_is_file_name(collection: Collection) -> Iterator[Problem]:
    """A record is found by its id: it stands in the file of that name."""
    for entry in collection.entries:
        name = entry.document.path.rpartition("/")[2].removesuffix(".yml")
        if entry.record.id != name:
            yield _at(
                entry,
                ("id",),
                f"the id {quoted(entry.record.id)}",
                f"{quoted(name)}, the name of the file",
                "Make the two equal; an id that was published never changes.",
            )


def id_is_used_once(collection: Collection) -> Iterator[Problem]:
    """Two records of a kind never share an id."""
    by_key: dict[str, list[Entry]] = defaultdict(list)
    for entry in collection.entries:
        by_key[entry.record.key].append(entry)
    for key, entries in by_key.items():
        first, *others = entries
        for entry in others:
            yield _at(
                entry,
                ("id",),
                f"the id {quoted(key)}, which {first.document.path} has already",
                "an id of its own",
                "Rename the newer record.",
            )


def id_is_not_retired(collection: Collection) -> Iterator[Problem]:
    """An id that was published once means one thing for ever."""
    retired = {item.was: item for item in collection.retired}
    keys = {entry.record.key for entry in collection.entries}
    for entry in collection.entries:
        if entry.record.key in retired:
            yield _at(
                entry,
                ("id",),
                f"the id {quoted(entry.record.key)}, retired in data/retired.yml",
                "an id never used before",
                "Choose another id.",
            )
    for item in collection.retired:
        if item.now is not None and item.now not in keys:
            yield Problem(
                "data/retired.yml",
                0,
                f"{quoted(item.now)}, which does not exist, in place of {quoted(item.was)}",
                "a record that exists",
                suggestion(item.now, keys, "Correct or delete `now`."),
            )


def short_address_is_its_own(collection: Collection) -> Iterator[Problem]:
    """The short address of a record, retired or not, leads to nothing else."""
    keys = {entry.record.key for entry in collection.entries}
    first = {code(item.was): item.was for item in collection.retired if item.was not in keys}
    for entry in sorted(collection.entries, key=lambda entry: entry.record.changes[-1].date):
        key = entry.record.key
        if (other := first.setdefault(code(key), key)) != key:
            yield _at(
                entry,
                ("id",),
                f"the id {quoted(key)}, whose short address {quoted(code(key))} is that of {quoted(other)}",
                "an id whose short address is free",
                "Choose another id for the newer record.",
            )


def title_is_used_once(collection: Collection) -> Iterator[Problem]:
    """Two records of a kind with one title are one record written twice, or cannot be told apart."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in collection.entries:
        if entry.record.KIND.name == "source":  # their titles are not ours to choose
            continue
        key = (entry.record.KIND.name, entry.record.title.casefold())
        other = first.setdefault(key, entry)
        if other is not entry:
            yield _at(
                entry,
                ("title",),
                f"the title {quoted(entry.record.title)}, which {other.document.path} has already",
                "a title of its own",
                "Merge the two, or say in the title what sets this one apart.",
            )


def link_leads_to_a_record(collection: Collection) -> Iterator[Problem]:
    """Every link names a record that exists, of the kind that belongs there, and not the record itself."""
    keys = {entry.record.key for entry in collection.entries}
    ids: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        ids[key.partition(":")[2]].append(key)
    for entry, edges in zip(collection.entries, collection.edges, strict=True):
        for edge in edges:
            if edge.end in collection.unreadable:
                continue
            if edge.end not in keys:
                found, expected, remedy = _unknown(edge, keys, ids)
                yield _at(entry, edge.location, found, expected, remedy)
            elif edge.end == edge.start:
                yield _at(
                    entry,
                    edge.location,
                    "a link of the record to itself",
                    "another record",
                    "Delete it, or name the one meant.",
                )


def _unknown(edge: Edge, keys: set[str], ids: Mapping[str, Sequence[str]]) -> tuple[str, str, str]:
    kind, _, name = edge.end.partition(":")
    if kind not in KINDS:
        return (
            f"the kind {quoted(kind)} in {quoted(edge.end)}",
            f"one of {', '.join(KINDS)}",
            suggestion(kind, KINDS, "Write kind:id."),
        )
    if others := sorted(ids.get(name, [])):
        return (
            f"{quoted(edge.end)}, which does not exist",
            f"the id of a {kind}",
            f"{quoted(name)} is the id of {' and '.join(quoted(o) for o in others)}: link to that, or choose a {kind}.",
        )
    known = [key for key in keys if key.startswith(f"{kind}:")]
    return (
        f"{quoted(edge.end)}, which does not exist",
        f"the id of a {kind}",
        suggestion(edge.end, known, f"Correct the id, or add the {kind}."),
    )


def link_is_written_once(collection: Collection) -> Iterator[Problem]:
    """A link stands on one side only; the build writes the other."""
    written: dict[tuple[str, str], tuple[Entry, Edge]] = {}
    for entry, edges in zip(collection.entries, collection.edges, strict=True):
        for edge in edges:
            if edge.relation in ("cites", "mentions", "records"):
                continue
            if (edge.start, edge.end) in written and written[edge.start, edge.end][1].relation == edge.relation:
                yield _at(
                    entry, edge.location, f"the link to {quoted(edge.end)} twice", "each link once", "Delete one."
                )
            written.setdefault((edge.start, edge.end), (entry, edge))
            other = written.get((edge.end, edge.start))
            if other and edge.start != edge.end:
                place = f"{other[0].document.path}:{other[0].line(other[1].location)}"
                yield _at(
                    entry,
                    edge.location,
                    f"a link to {quoted(edge.end)}, which {place} makes already",
                    "a link on one side only",
                    "Delete this one: the build derives it.",
                )


def dates_are_in_order(collection: Collection) -> Iterator[Problem]:
    """Checked not in the future; to be checked again after that, and not too long after."""
    for entry in collection.entries:
        record = entry.record
        if record.checked > collection.today:
            yield _at(
                entry,
                ("checked",),
                f"{record.checked}, a day to come",
                f"at latest today, {collection.today}",
                "Give the day on which it was checked.",
            )
        months = record.KIND.check_months
        latest = _months_after(record.checked, months)
        if record.check_again <= record.checked:
            yield _at(
                entry,
                ("check_again",),
                f"{record.check_again}, not after `checked` ({record.checked})",
                "a later day",
                f"Give a day up to {latest}.",
            )
        elif record.check_again > latest:
            yield _at(
                entry,
                ("check_again",),
                f"{record.check_again}",
                f"at most {months} months after `checked`: {latest}",
                "Bring it forward.",
            )
        for index, change in enumerate(record.changes):
            if change.date > collection.today:
                yield _at(
                    entry,
                    ("changes", index, "date"),
                    f"{change.date}, a day to come",
                    f"at latest today, {collection.today}",
                    "Give the day of the change.",
                )


def _months_after(day: datetime.date, months: int) -> datetime.date:
    month = day.month - 1 + months
    first = datetime.date(day.year + month // 12, month % 12 + 1, 1)
    following = datetime.date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first.replace(day=1) + datetime.timedelta(days=day.day - 1), following - datetime.timedelta(days=1))


def prose_holds_nothing_foreign(collection: Collection) -> Iterator[Problem]:
    """Prose links to records and cites sources; it holds no images and no addresses. A statement of fact is cited."""
    for entry in collection.entries:
        for location, value, mark in marked(entry.record):
            if isinstance(mark, Prose):
                parsed = parse(value)
                for fault in parsed.faults:
                    yield _at(entry, location, fault.found, fault.expected, fault.remedy)
                if mark.cited and not parsed.citations:
                    yield _at(
                        entry,
                        location,
                        f"no citation in `{_name(location)}`",
                        "at least one source, as [@source-id]",
                        "Cite who says it.",
                    )


_CREATURE = re.compile(
    r"\b(mice|mouse|rats?|animals?|pigs?|bats?|dogs?|chicks?|monkeys?|rabbits?|sheep|cells?|cultured|test.?tube|"
    r"laborator(?:y|ies)|purified|protein|astrocytes?|neurons?|microglia|EAE|in vitro)\b",
    re.IGNORECASE,
)


def animal_finding_says_so(collection: Collection) -> Iterator[Problem]:
    """A reader who meets the sentence alone still sees that it was not found in people."""
    for entry in collection.entries:
        for location, part in parts(entry.record):
            if (
                isinstance(part, Finding)
                and part.evidence in ("animal", "in-vitro")
                and not _CREATURE.search(part.text)
            ):
                yield _at(
                    entry,
                    (*location, "text"),
                    f"`{part.evidence}` evidence in a sentence that does not say so",
                    "the animal or the cells in the sentence itself",
                    "Begin it with 'In mice, …' or 'In cells, …'.",
                )


def most_urgent_first(collection: Collection) -> Iterator[Problem]:
    """Whoever reads only the first care card reads the most urgent one."""
    urgency = collection.vocabularies["urgency"]
    for entry in collection.entries:
        cards: Iterable[CareCard] = getattr(entry.record, "care", ())
        ranks = [urgency.rank(card.urgency) for card in cards]
        if ranks != sorted(ranks):
            yield _at(
                entry,
                ("care",),
                "a less urgent care card before a more urgent one",
                "the most urgent first",
                "Exchange them.",
            )


def finding_id_is_used_once(collection: Collection) -> Iterator[Problem]:
    """A guide that calls a finding by its name calls one finding."""
    for entry in collection.entries:
        seen: set[str] = set()
        for location, part in parts(entry.record):
            if isinstance(part, Finding) and part.id is not None:
                if part.id in seen:
                    yield _at(
                        entry,
                        (*location, "id"),
                        f"the finding id {quoted(part.id)} twice",
                        "each id once in a record",
                        "Rename one of them.",
                    )
                seen.add(part.id)


def source_stands_once(collection: Collection) -> Iterator[Problem]:
    """One work, one source record: two records with one DOI or PMID would be counted as two sources."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in collection.entries:
        for field in ("doi", "pmid"):
            value = getattr(entry.record, field, None)
            if value and (other := first.setdefault((field, value.lower()), entry)) is not entry:
                yield _at(
                    entry,
                    (field,),
                    f"the {field.upper()} {value}, which {other.document.path} has already",
                    "one record for each work",
                    "Cite that record, and retire this one.",
                )


def number_to_call_has_its_source(collection: Collection) -> Iterator[Problem]:
    """A telephone number of a vocabulary cites sources that exist: it is data like any other."""
    known = {entry.record.id for entry in collection.entries if entry.record.KIND.name == "source"}
    for name, vocabulary in collection.vocabularies.items():
        for value, word in vocabulary.words.items():
            for call in word.calls:
                for source in call.sources:
                    if source not in known and f"source:{source}" not in collection.unreadable:
                        yield Problem(
                            f"data/vocab/{name}.yml",
                            0,
                            f"{quoted(source)}, which does not exist, as a source of {call.number} ({value})",
                            "the id of a source",
                            suggestion(source, known, "Correct the id, or add the source."),
                        )


def _name(location: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in location)


RULES: tuple[Rule, ...] = (
    id_is_file_name,
    id_is_used_once,
    id_is_not_retired,
    short_address_is_its_own,
    title_is_used_once,
    link_leads_to_a_record,
    link_is_written_once,
    dates_are_in_order,
    prose_holds_nothing_foreign,
    animal_finding_says_so,
    most_urgent_first,
    finding_id_is_used_once,
    source_stands_once,
    number_to_call_has_its_source,
)
