"""What the frame of a page is given for machines and for those who cite it: JSON-LD, a reference, feed and Markdown."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ..knowledge import KnowledgeBase
from ..model import KINDS
from ..pages import page_path
from ..permanent import short_path
from . import linked, references
from .atom import kind_feed
from .guard import json_text
from .markdown import TWIN
from .publication import Publication, page_url


@dataclass(frozen=True)
class Frame:
    """What stands in the head of one page and at its foot.

    Args:
        linked: its JSON-LD, harmless inside a `<script>`.
        reference: how to cite it, as plain text.
        downloads: the same for reference managers: label, name of the file, address that holds it.
        permanent: the short address of a record, which leads to it wherever it stands, and on when it is retired; ""
            for other pages, whose addresses are not promised.
        feed: title and path of the feed of its kind; None for pages that belong to no kind.
        markdown: its Markdown file, beside it; "" where it has none.
    """

    linked: str
    reference: str
    downloads: list[tuple[str, str, str]]
    permanent: str
    feed: tuple[str, str] | None
    markdown: str


class Frames:
    """Makes the frames of pages.

    Args:
        base: the knowledge base, without problems.
        site: the publication.
    """

    def __init__(self, base: KnowledgeBase, site: Publication) -> None:
        self._base = base
        self._site = site
        self._records = {page_path(entry.record): entry.record for entry in base.entries.values()}
        self._kinds = {f"{model.KIND.folder}/index.md": model.KIND for model in KINDS.values()}

    def of(self, path: str, title: str, description: str, crumbs: linked.Crumbs) -> Frame:
        """The frame of one page.

        Args:
            path: where its Markdown stands below `docs/`.
            title: its title.
            description: what it is about, in a sentence.
            crumbs: the pages above it; those of records and kinds are known without.
        """
        record = self._records.get(path)
        kind = record.KIND if record else self._kinds.get(path)
        day: datetime.date | None = None
        if record:
            node = linked.of_record(self._base, self._site, record)
            title, day = record.title, record.changes[0].date
        elif kind:
            node = linked.of_kind(self._base, self._site, kind.name)
        elif path == "index.md":
            node = linked.of_home(self._base, self._site)
            title = self._site.name
        else:
            node = linked.of_page(self._site, path, title, description, crumbs)
        permanent = self._site.address(short_path(record.key)) if record else ""
        address = permanent or self._site.address(page_url(path))
        reviewed = bool(record and record.reviewed_by)
        item = references.of_page(title, page_url(path), address, self._site.name, day, reviewed)
        return Frame(
            linked=json_text(node),
            reference=references.plain(item),
            downloads=references.downloads(item, page_url(path).strip("/").rpartition("/")[2] or "atlas"),
            permanent=permanent,
            feed=(f"{self._site.name}: {kind.plural.lower()}", kind_feed(kind.folder)) if kind else None,
            markdown=TWIN,
        )
