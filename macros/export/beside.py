"""What stands beside the pages: feeds, the sources for reference managers, notices, and each record as Markdown."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from ..knowledge import KnowledgeBase
from ..model import KINDS
from ..model.kinds.source import Source
from ..pages import page_path
from . import atom, notices, references
from .api import page_address
from .markdown import TWIN, Writer
from .publication import Publication

SOURCES = "sources/all"
"""The file of all sources, without its ending."""


def beside(
    base: KnowledgeBase, site: Publication, written: Iterable[tuple[str, str]], unchanged: Container[str]
) -> Iterator[tuple[str, str | bytes]]:
    """Path below the site's root → content of every file.

    Args:
        base: the knowledge base, without problems.
        site: the publication.
        written: the hand-written pages: path below `docs/` and Markdown.
        unchanged: pages whose Markdown was written by an earlier build and is still right.
    """
    yield from atom.files(base, site)
    yield from notices.files(base, site, written)
    read = base.vocabularies["read"]
    items = [references.of_source(source, read) for source in base.of_kind("source") if isinstance(source, Source)]
    yield f"{SOURCES}.bib", references.bibtex(items)
    yield f"{SOURCES}.ris", references.ris(items)
    yield f"{SOURCES}.csl.json", references.csl(items)
    writer = Writer(base, site)
    for name, model in KINDS.items():
        yield f"{model.KIND.folder}/{TWIN}", writer.kind(name)
    for entry in base.entries.values():
        if page_path(entry.record) not in unchanged:
            yield f"{page_address(entry.record)}{TWIN}", writer.record(entry.record)
