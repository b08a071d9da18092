"""The knowledge base: loaded, checked and linked; the one thing that the pages, exports and macros are handed."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from . import check
from .graph import Graph, links
from .load import Entry, Records, load_retired, load_vocabularies
from .model import KINDS, Record
from .model.retired import Retired
from .model.vocabulary import Vocabulary
from .problem import Problem


class KnowledgeBase:
    """All records of a data folder, with the links between them and the problems found in them."""

    def __init__(
        self,
        entries: Sequence[Entry],
        graph: Graph,
        vocabularies: Mapping[str, Vocabulary],
        retired: Sequence[Retired],
        problems: Sequence[Problem],
    ) -> None:
        self.entries: Mapping[str, Entry] = MappingProxyType({entry.record.key: entry for entry in entries})
        self.graph = graph
        self.vocabularies = vocabularies
        self.retired = retired
        self.problems = problems

    def record(self, key: str) -> Record:
        """The record `kind:id`.

        Raises:
            KeyError: there is none.
        """
        return self.entries[key].record

    def of_kind(self, kind: str) -> list[Record]:
        """The records of a kind, by title."""
        if kind not in KINDS:
            raise KeyError(kind)
        records = [entry.record for entry in self.entries.values() if entry.record.KIND.name == kind]
        return sorted(records, key=lambda record: (record.title.casefold(), record.id))


def today() -> datetime.date:
    """The day by which dates are judged: SOURCE_DATE_EPOCH's, or else the clock's. It never reaches a page."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date()
    return datetime.datetime.now(datetime.UTC).date()


def open_knowledge_base(root: Path, day: datetime.date | None = None, records: Records | None = None) -> KnowledgeBase:
    """Loads, checks and links everything under `root/data`.

    Args:
        root: the project's folder.
        day: the day by which dates are judged; `today()` where None.
        records: records loaded before, so that only changed files are read again.
    """
    vocabularies, problems = load_vocabularies(root)
    retired, retired_problems = load_retired(root)
    loaded = (records or Records(root)).load(vocabularies)
    problems += retired_problems + loaded.problems
    edges = [links(entry) for entry in loaded.entries]
    collection = check.Collection(loaded.entries, edges, retired, vocabularies, loaded.unreadable, day or today())
    problems += check.check(collection)
    graph = Graph(edge for group in edges for edge in group)
    return KnowledgeBase(loaded.entries, graph, vocabularies, retired, sorted(problems))
