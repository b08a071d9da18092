"""Which documents are printed, and each one's HTML."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markupsafe import Markup

from .. import cite
from ..knowledge import KnowledgeBase
from ..model import Record
from ..model.kinds.pathway import Pathway
from ..model.kinds.source import Source
from ..pages import Glossary, PageMaker, Writer
from ..printed import PAPERS, PRINTS
from .code import qr_code
from .job import AUTHOR, LICENCE
from .sheets import Sheet, context, held, sheets

HANDED_OUT = ("symptom", "pathway", "faq", "test", "medicine", "treatment")
"""The kinds whose records are each a handout."""
BOOK = "book"
"""What `--only` calls the book."""


@dataclass(frozen=True)
class Document:
    """Something that is printed.

    Args:
        id: what `--only` calls it: a record's key, or a name of its own.
        title: its title.
        path: where its PDFs stand below `print/`, without paper, print and `.pdf`.
        template: the template below `macros/templates/print/`.
        edit: the file to mend where it does not fit its pages, from the project's folder.
        summary: one sentence for the file's description.
        created: the day of the first version.
        updated: the day of this version.
        live: the address of its page below the site's root.
        context: what the template is given beside what all are given.
        papers: on which papers.
        prints: in which sizes of print.
        limited: whether it has to fit the pages of a handout; a book need not.
    """

    id: str
    title: str
    path: str
    template: str
    edit: str
    summary: str
    created: datetime.date
    updated: datetime.date
    live: str
    context: Mapping[str, Any] = field(default_factory=dict)
    papers: Sequence[str] = tuple(PAPERS)
    prints: Sequence[str] = tuple(PRINTS)
    limited: bool = True


def documents(base: KnowledgeBase) -> list[Document]:
    """Every document, in the order in which they are listed."""
    own = [_handout(base, record) for kind in HANDED_OUT for record in base.of_kind(kind)]
    return [*(_sheet(base, sheet) for sheet in sheets(base)), book(base), *own]


def book(base: KnowledgeBase) -> Document:
    """The whole atlas as a book (see `book`)."""
    days = [change.date for entry in base.entries.values() for change in entry.record.changes]
    return Document(
        id=BOOK,
        title="Vitamin B12 and MS: what is known, and how sure it is",
        path="b12-ms-atlas",
        template="book/_part.html.j2",
        edit="macros/templates/print/book/",
        summary="The whole atlas as a book: symptoms, questions, claims, tests, medicines, treatments, foods.",
        created=min(days),
        updated=max(days),
        live="",
        prints=("normal",),
        limited=False,
    )


def _sheet(base: KnowledgeBase, sheet: Sheet) -> Document:
    days = [change.date for record in held(base, sheet) for change in record.changes]
    return Document(
        id=f"sheet:{sheet.id}",
        title=sheet.title,
        path=f"sheets/{sheet.id}",
        template=sheet.template,
        edit=sheet.edit,
        summary=sheet.summary,
        created=min(days),
        updated=max(days),
        live=sheet.live,
        context=context(base, sheet),
    )


def _handout(base: KnowledgeBase, record: Record) -> Document:
    folder = record.KIND.folder
    return Document(
        id=record.key,
        title=record.title,
        path=f"{folder}/{record.id}",
        template=f"{record.KIND.name}.html.j2",
        edit=base.entries[record.key].document.path,
        summary=record.summary,
        created=min(change.date for change in record.changes),
        updated=max(change.date for change in record.changes),
        live=f"{folder}/{record.id}/",
        context={"r": record},
    )


class PrintWriter(Writer):
    """The surroundings of a printed text: its links lead to the live site, its citations to its own sources."""

    def __init__(self, base: KnowledgeBase, glossary: Glossary, site_url: str) -> None:
        super().__init__(base, glossary, "")
        self._up = site_url

    def cite(self, ids: Sequence[str]) -> str:
        """The citation of these sources, numbered anew when the document is set (see `fit`)."""
        links = [f'<a href="#ref-{name}">{self.bibliography.number(name)}</a>' for name in ids]
        return f'<sup class="cite">{",".join(links)}</sup>' if links else ""

    def words(self, text: str) -> str:
        """`text` as HTML; on paper no word is linked with its explanation."""
        return escape(text)


class PrintMaker(PageMaker):
    """Fills the print templates with the filters, marks and figures of the pages.

    Args:
        base: the knowledge base, without problems.
        site_url: the address of the live site, with a slash at its end.
    """

    def __init__(self, base: KnowledgeBase, site_url: str) -> None:
        super().__init__(base)
        self._site_url = site_url
        self._environment.globals |= {
            "frame": "print/_handout.html.j2",
            "sure": base.vocabularies["certainty"].rank,
            "qr_code": qr_code,
            "source_in_short": source_in_short,
            "author": AUTHOR,
            "licence": LICENCE,
        }

    def html(self, document: Document) -> str:
        """The document's HTML, the same for every paper and size of print."""
        writer = PrintWriter(self._base, self._glossary, self._site_url)
        context = {"document": document, "address": self._site_url + document.live, **document.context}
        record = document.context.get("r")
        if isinstance(record, Pathway):
            context |= self.drawn(record, writer)
        return self._filled(f"print/{document.template}", writer, context)

    def drawn(self, pathway: Pathway, writer: Writer) -> dict[str, Any]:
        """What a sheet of a pathway shows beside its fields, the diagram as it is printed."""
        context = self._pathway(pathway, writer)
        return context | _for_paper(context["diagram"], pathway)


_DIAGRAM_STYLE = """<style>
text { font-size: 13px; fill: #000 }
.band rect { fill: none; stroke: #777; stroke-width: 0.8 }
.band text { font-weight: 700; fill: #8f1534 }
.node rect { fill: #fff; stroke: #000; stroke-width: 1.2 }
.line { fill: none; stroke: #000; stroke-width: 1.6 }
.line-long-dash .line { stroke-dasharray: 12 4 }
.line-dash .line { stroke-dasharray: 6 4 }
.line-dash-dot .line { stroke-dasharray: 8 3 2 3 }
.line-short-dash .line { stroke-dasharray: 3 3 }
.line-dot .line { stroke-dasharray: 1.6 4 }
.head { fill: #000 }
.head-line { fill: none; stroke: #000; stroke-width: 2 }
.head-open, circle.number { fill: #fff; stroke: #000; stroke-width: 1.2 }
text.number { font-size: 11px; font-weight: 700 }
</style>"""
"""A picture in a PDF knows only its own rules. Ink on paper: lines, dashes and dots, no colour needed."""


_LETTERS = 13
"""How high the letters of a diagram are, in its own units."""


def _for_paper(svg: str, pathway: Pathway) -> dict[str, Any]:
    """The diagram with what it says as its title and without links; its size in its own letters."""
    head = f"<title>{escape(pathway.alt_text)}</title>{_DIAGRAM_STYLE}"
    svg = re.sub(r"<desc.*?</desc>", "", svg)
    svg = re.sub(r"<title.*?</title>", lambda _: head, svg, count=1)
    svg = re.sub(r"<a [^>]*?class=(\"[^\"]*\")[^>]*>", r"<g class=\1>", svg).replace("</a>", "</g>")
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert box is not None
    across, tall = (round(float(side) / _LETTERS, 2) for side in box.groups())
    told = f'font-family="Atlas, Atlas Extended, Atlas Signs" data-across="{across}" data-tall="{tall}"'
    svg = svg.replace("<svg ", f"<svg {told} ", 1)
    return {"diagram": Markup(svg), "across": across, "tall": tall}  # noqa: S704 - `diagram.draw` and this escape


def source_in_short(source: Source) -> str:
    """A source as a sheet names it: who, when, where. The whole reference stands on the page."""
    names = list(source.authors)
    who = f"{names[0]} et al." if len(names) > 2 or (names and source.more_authors) else " and ".join(names)
    title = cite.title(source).rstrip(".")
    place = source.container or source.publisher or title
    return ", ".join(part for part in (who or title, place if who else "", str(source.year or "")) if part)
