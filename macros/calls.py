"""The macros of hand-written pages: links, lists, tables, figures, care cards and counts from the records.

Each gives a piece of Markdown or HTML. A `WrongCallError` tells what is wrong with an argument; its caller adds where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, ClassVar

from .figure import figure_text, versus_text
from .knowledge import KnowledgeBase
from .model import KINDS, Record
from .model.finding import Finding
from .named import WrongCallError, named_finding, named_record
from .news import news
from .pages import Glossary, PageMaker, Writer, day
from .printed import Printed
from .problem import quoted, suggestion


class Calls:
    """The macros, for one build.

    Args:
        path: gives the path of the page that is being made, below `docs/`.
        base: gives the knowledge base.
        printed: gives the PDFs that pages lead to; none where the site is built without them.
    """

    NAMES: ClassVar = (
        "record",
        "records",
        "summaries",
        "table",
        "figure",
        "finding",
        "care",
        "count",
        "latest",
        "cite",
        "references",
        "emergency_numbers",
        "to_print",
    )

    def __init__(
        self,
        path: Callable[[], str],
        base: Callable[[], KnowledgeBase],
        printed: Callable[[], Sequence[Printed]] = tuple,
    ) -> None:
        self._path = path
        self._base = base
        self._printed = printed
        self._writers: dict[str, Writer] = {}
        self._maker: PageMaker | None = None

    def record(self, key: str, words: str | None = None) -> str:
        """A link to the record `kind:id`, with its title or with `words`."""
        found = self._find(key)
        return f'<a href="{self._writer().link(found.key)}">{escape(words or found.title)}</a>'

    def records(self, kind: str, **conditions: object) -> str:
        """A list of the records of a kind, with their summaries; `field=value` keeps those that have it."""
        return self._list(self._matching(kind, conditions))

    def summaries(self, *keys: str) -> str:
        """A list of these records `kind:id` in this order, with their summaries."""
        return self._list([self._find(key) for key in keys])

    def table(self, kind: str, columns: Sequence[str], **conditions: object) -> str:
        """A table of the records of a kind: their titles, and a column for each field named in `columns`."""
        model = self._kind(kind)
        for column in columns:
            self._field(model, column)
        writer = self._writer()
        heads = "".join(f'<th scope="col">{escape(self._label(c))}</th>' for c in (model.KIND.singular, *columns))
        body = "".join(
            f'<tr><th scope="row"><a href="{writer.link(r.key)}">{escape(r.title)}</a></th>'
            + "".join(f"<td>{escape(self._shown(r, column))}</td>" for column in columns)
            + "</tr>"
            for r in self._matching(kind, conditions)
        )
        label = escape(f"{model.KIND.plural} with {', '.join(columns)}")
        table = f'<table class="atlas"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'
        return f'<div class="table" role="region" tabindex="0" aria-label="{label}">{table}</div>'

    def figure(self, key: str, where: str) -> str:
        """The figure of the finding at `where` in a record, with its population and source.

        `where` names fields and, in a list, a finding's id or its place: `findings.li-2020`, `ms.how_often.0`.
        """
        finding = self._finding(key, where)
        if finding.figure is None:
            raise WrongCallError(
                f"no figure at {quoted(where)} in {quoted(key)}", "a finding with a figure", "Name another."
            )
        vocabularies = self._base().vocabularies
        text = figure_text(vocabularies, finding.figure)
        writer = self._writer()
        of = f" {writer.plain(finding.figure.of)}" if finding.figure.of else ""
        versus = escape(versus_text(vocabularies, finding.figure))
        return (
            f'<span class="figure"><strong>{escape(text)}</strong>{of}{versus} '
            f'<span class="population">({writer.plain(finding.figure.population)})</span></span>'
            f"{writer.cite(finding.sources)}"
        )

    def finding(self, key: str, where: str) -> str:
        """The finding at `where` in a record (see `figure`), with its certainty, direction, evidence and sources."""
        return self._pages().part("finding", self._writer(), self._finding(key, where))

    def care(self, key: str) -> str:
        """The care cards of a record."""
        record = self._find(key)
        cards = getattr(record, "care", ())
        if not cards:
            raise WrongCallError(
                f"{quoted(key)}, which has no care card", "a record that has one", "Name another record."
            )
        return self._pages().part("care", self._writer(), cards)

    def count(self, kind: str, **conditions: object) -> str:
        """How many records of a kind there are."""
        return f"{len(self._matching(kind, conditions)):,}"

    def latest(self, number: int) -> str:
        """The newest changes of records, at most `number` lines."""
        writer = self._writer()
        items = []
        for one in news(self._base())[:number]:
            records = one.records
            shown = ", ".join(f'<a href="{writer.link(r.key)}">{escape(r.title)}</a>' for r in records[:3])
            about = shown if len(records) <= 3 else f"{len(records):,} records"
            items.append(f'<li><time datetime="{one.date}">{day(one.date)}</time>: {about}. {escape(one.text)}</li>')
        return f'<ul class="news">{"".join(items)}</ul>'

    def cite(self, *ids: str) -> str:
        """The citation of these sources; `references()` at the foot of the page lists them."""
        for source_id in ids:
            self._find(f"source:{source_id}")
        return self._writer().cite(ids)

    def references(self) -> str:
        """The references of everything that the page has cited, numbered."""
        return self._pages().part("reference_list", self._writer(), None)

    def emergency_numbers(self) -> str:
        """The emergency numbers to tap, that of the reader's country first; for an emergency card written by hand."""
        return self._pages().part("emergency_numbers", self._writer(), None)

    def to_print(self, sheet: str) -> str:
        """The links to the PDFs of a printed sheet, such as `sheet:blood-tests`; nothing in a site without PDFs."""
        sheets = {one.document for one in self._printed()}
        if sheets and sheet not in sheets:
            raise WrongCallError(
                f"the sheet {quoted(sheet)}", "one that is printed", suggestion(sheet, sheets, "Correct it.")
            )
        return self._pages().part("to_print", self._writer(), sheet)

    def _list(self, records: Sequence[Record]) -> str:
        writer = self._writer()
        items = "".join(
            f'<li><a href="{writer.link(r.key)}">{escape(r.title)}</a><span>{escape(r.summary)}</span></li>'
            for r in records
        )
        return f'<ul class="records">{items}</ul>'

    def _writer(self) -> Writer:
        path = self._path()
        if path not in self._writers:
            self._writers[path] = Writer(self._base(), Glossary(self._base()), path)
        return self._writers[path]

    def _pages(self) -> PageMaker:
        self._maker = self._maker or PageMaker(self._base(), self._printed())
        return self._maker

    def _find(self, key: str) -> Record:
        return named_record(self._base(), key)

    def _finding(self, key: str, where: str) -> Finding:
        return named_finding(self._base(), key, where)

    @staticmethod
    def _kind(kind: str) -> type[Record]:
        if kind not in KINDS:
            raise WrongCallError(
                f"the kind {quoted(kind)}", f"one of {', '.join(KINDS)}", suggestion(kind, KINDS, "Correct it.")
            )
        return KINDS[kind]

    @staticmethod
    def _field(model: type[Record], name: str) -> None:
        if name not in model.model_fields:
            raise WrongCallError(
                f"the field {quoted(name)} of {quoted(model.KIND.name)}",
                f"one of {', '.join(model.model_fields)}",
                suggestion(name, model.model_fields, "Correct it."),
            )

    def _matching(self, kind: str, conditions: Mapping[str, object]) -> list[Record]:
        model = self._kind(kind)
        for name in conditions:
            self._field(model, name)
        found = [
            record
            for record in self._base().of_kind(kind)
            if all(self._has(getattr(record, name), wanted) for name, wanted in conditions.items())
        ]
        if not found:
            told = ", ".join(f"{name}={value!r}" for name, value in conditions.items())
            raise WrongCallError(
                f"no {kind} with {told or 'any field'}", "a condition that some record meets", "Correct it."
            )
        return found

    @staticmethod
    def _has(value: Any, wanted: object) -> bool:
        return wanted in value if isinstance(value, tuple) else bool(value == wanted)

    @staticmethod
    def _label(field: str) -> str:
        return field.replace("_", " ").capitalize()

    def _shown(self, record: Record, field: str) -> str:
        value = getattr(record, field)
        if isinstance(value, bool):
            return "Yes" if value else "No"
        labels = self._pages().labels(type(record), field)
        values = value if isinstance(value, tuple) else (value,)
        return ", ".join(labels.get(str(v), str(v)) for v in values if v is not None)
