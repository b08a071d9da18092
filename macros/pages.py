"""Records → pages: every record's page and every kind's landing page, as Markdown with HTML blocks.

Record text enters a page through Jinja's escaping or through `prose`, never as a template, and every page that is made
here tells mkdocs-macros to leave it alone (`render_macros: false`).
"""

from __future__ import annotations

import datetime
import functools
import json
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, get_args

from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import bloodtests, cite, explorer, finder, overview, prose, uptake
from .chart import share
from .compiled import TEMPLATES, environment
from .diagram import draw, weakest
from .example import examples
from .fields import field_guide
from .figure import figure_text, number, quantity, rounded, versus_text
from .knowledge import KnowledgeBase
from .load import Entry
from .model import KINDS, Record
from .model.field import InVocabulary
from .model.finding import Figure
from .model.kinds.food import Food
from .model.kinds.model import Model
from .model.kinds.pathway import Node, Pathway, Step
from .model.kinds.source import Source
from .model.kinds.test import Test
from .model.naming import Name
from .model.record import Kind
from .model.vocabulary import Call, Vocabulary, Word
from .news import FIRST, LATELY, by_kind, headline, news
from .printed import Printed
from .status import OLD, status
from .strength import ladder
from .units import MASS, Pair, pairs

_NO_DAY = datetime.date(1970, 1, 1)

SHEETS: Mapping[str, tuple[str, Callable[[KnowledgeBase], Mapping[str, Any]]]] = {
    "contribute/fields.md": (
        "Every field",
        lambda base: {
            "guide": field_guide(base.vocabularies),
            "examples": examples(entry.record for entry in base.entries.values()),
        },
    ),
    "everything.md": ("All records", lambda base: {"records": {kind: base.of_kind(kind) for kind in KINDS}}),
    "print.md": ("Print and hand out", lambda base: {}),
    "search.md": ("Search", lambda base: {}),
    "settings.md": ("Settings", lambda base: {"without_advice": _without_advice(base.vocabularies["country"])}),
    "trust.md": ("How far to trust it", lambda base: {"s": status(base), "old": OLD, "lately": news(base)[:LATELY]}),
    "what-changed.md": (
        "What changed",
        lambda base: {"days": groupby_in_order(by_kind(news(base)), "date"), "headline": headline, "first": FIRST},
    ),
}
"""The generated pages that belong to no kind: path below `docs/` → title, and what the template is given beside it.
The template stands under `templates/sheets/` by the same path."""

LANDINGS: Mapping[str, Callable[[KnowledgeBase], Mapping[str, Any]]] = {
    "symptom": explorer.compared,
    "food": finder.finder,
    "test": bloodtests.shown,
    "pathway": overview.mapped,
}
"""Kind → what its landing page is given beside its records, where it shows more than them."""


@dataclass(frozen=True)
class Page:
    """A page before MkDocs sees it.

    Args:
        path: where it stands below `docs/`, such as `symptoms/fatigue.md`.
        title: its title, plain text.
        markdown: front matter and body.
        edit: the file that an editor of this page edits, from the project's folder; None where there is none.
        updated: the day of the last change.
    """

    path: str
    title: str
    markdown: str
    edit: str | None
    updated: datetime.date


def page_path(record: Record) -> str:
    """The path of a record's page below `docs/`."""
    return f"{record.KIND.folder}/{record.id}.md"


class Made:
    """Pages made before. A page is used again while everything that it shows is the very same.

    A record's page shows the record, what is linked with it in either direction, the glossary and the vocabularies.
    """

    def __init__(self) -> None:
        self._everywhere: tuple[object, ...] = ()
        self._pages: dict[str, tuple[tuple[Entry, ...], Page]] = {}

    def begin(self, base: KnowledgeBase, printed: Sequence[Printed]) -> None:
        """Forgets everything where what stands on every page has changed, or a PDF that pages lead to."""
        everywhere = (
            tuple(printed),
            base.vocabularies,
            bloodtests.substances(base),
            [entry.record for entry in base.entries.values() if entry.record.KIND.name == "term"],
        )
        if self._everywhere != everywhere:
            self._pages.clear()
        self._everywhere = everywhere

    def page(self, name: str, shown: tuple[Entry, ...], make: Callable[[], Page]) -> Page:
        """The page `name`, which shows these entries: the one made before, or a new one."""
        before = self._pages.get(name)
        if before and len(before[0]) == len(shown) and all(map(operator.is_, before[0], shown)):
            return before[1]
        page = make()
        self._pages[name] = (shown, page)
        return page


def all_pages(base: KnowledgeBase, made: Made | None = None, printed: Sequence[Printed] = ()) -> Iterator[Page]:
    """Every generated page: for each kind a landing page and its records; the sheets.

    Args:
        base: the knowledge base, without problems.
        made: pages made before; only those that changed are made anew.
        printed: the PDFs that pages lead to.
    """
    maker = PageMaker(base, printed)
    made = made or Made()
    made.begin(base, printed)
    everything = tuple(base.entries.values())
    for kind in KINDS:
        records = base.of_kind(kind)
        listed = tuple(base.entries[record.key] for record in records)
        yield made.page(kind, everything if kind in LANDINGS else listed, functools.partial(maker.landing, kind))
        for record in records:
            yield made.page(record.key, _shown(base, record.key), functools.partial(maker.record, record))
    for path in SHEETS:
        yield made.page(path, everything, functools.partial(maker.sheet, path))


def _shown(base: KnowledgeBase, key: str) -> tuple[Entry, ...]:
    """The entries that a record's page shows: its own, all that it is linked with, a food's also all intakes."""
    others = [edge.end for edge in base.graph.outgoing(key)] + [edge.start for edge in base.graph.incoming(key)]
    if base.record(key).KIND.name == "food":
        others += [record.key for record in base.of_kind("intake")]
    return tuple(base.entries[name] for name in (key, *others))


class Writer:
    """One page's surroundings: it numbers sources, resolves links and explains words on first use.

    Args:
        base: the knowledge base.
        glossary: the words to explain.
        path: the page's path below `docs/`.
    """

    def __init__(self, base: KnowledgeBase, glossary: Glossary, path: str) -> None:
        self._base = base
        self._glossary = glossary
        # A page `symptoms/fatigue.md` is served as `symptoms/fatigue/`.
        depth = path.count("/") + (0 if path.rpartition("/")[2] == "index.md" else 1)
        self._up = "../" * depth or "./"
        own = path.removesuffix(".md").rpartition("/")[2]
        self._explained = {own} if path.startswith(KINDS["term"].KIND.folder) else set()
        self.bibliography = cite.Bibliography()

    def link(self, reference: str) -> str:
        """The address of the record `kind:id`, relative to the page."""
        record = self._base.record(reference)
        return f"{self._up}{record.KIND.folder}/{record.id}/"

    def landing(self, kind: str) -> str:
        """The address of a kind's landing page, relative to the page."""
        return f"{self._up}{KINDS[kind].KIND.folder}/"

    def file(self, path: str) -> str:
        """The address of `path` below the site's root, relative to the page."""
        return self._up + path

    def cite(self, ids: Sequence[str]) -> str:
        """The citation of these sources: their numbers, linked to the references at the foot."""
        links = []
        for source_id in ids:
            n = self.bibliography.number(source_id)
            links.append(f'<a href="#ref-{source_id}" aria-label="Source {n}">{n}</a>')
        return f'<sup class="cite">{",".join(links)}</sup>' if links else ""

    def words(self, text: str) -> str:
        """`text` as HTML; a glossary word is explained where it first stands on the page."""
        return self._in_units(text, lambda words: self._glossary.explain(words, self._explained, self._up))

    def plain(self, text: str) -> Markup:
        """Plain text as HTML, its amounts marked as in prose."""
        return Markup(self._in_units(text, escape))  # noqa: S704 - escaped

    def _in_units(self, text: str, html: Callable[[str], str]) -> str:
        """`text` as HTML; of an amount in two units each is marked with the countries in which it is the usual one."""
        return "".join(self._pair(one) or html(one.text) if isinstance(one, Pair) else html(one) for one in pairs(text))

    def _pair(self, pair: Pair) -> str:
        substance = next((one for one in bloodtests.substances(self._base) if pair.of(one.mass)), None)
        if substance is None:
            return ""
        first, second = (substance.by_mass if unit in MASS else substance.by_amount for unit in pair.units)
        opens, closes = (
            f'<span class="also">{escape(sign)}</span>' if sign else "" for sign in (pair.opens, pair.closes)
        )
        return (
            f'<span class="units"><span data-country="{first}">{escape(pair.first)}</span>'
            f'<span data-country="{second}">{opens}{escape(pair.second)}{closes}</span></span>'
        )

    def prose(self, text: str) -> Markup:
        """Record prose as paragraphs and lists."""
        return Markup(prose.render(text, self))  # noqa: S704 - prose.render escapes what it is given

    def inline(self, text: str) -> Markup:
        """Record prose as one line."""
        return Markup(prose.render_inline(text, self))  # noqa: S704 - as above

    def cited(self, ids: Sequence[str]) -> Markup:
        """`cite`, for templates."""
        return Markup(self.cite(ids))  # noqa: S704 - made of ids and numbers


class Glossary:
    """Finds glossary words in text."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._terms: dict[str, Record] = {}
        for term in base.of_kind("term"):
            for name in (term.title, *term.aliases):
                self._terms.setdefault(name.casefold(), term)
        names = sorted(self._terms, key=len, reverse=True)
        pattern = r"(?<![\w-])(?:" + "|".join(map(re.escape, names)) + r")(?![\w-])"
        self._pattern = re.compile(pattern, re.IGNORECASE) if names else None

    def explain(self, text: str, explained: set[str], up: str) -> str:
        """`text` escaped, with each term that is not in `explained` linked once to its explanation, and added to it."""
        if self._pattern is None:
            return escape(text)
        html: list[str] = []
        position = 0
        for match in self._pattern.finditer(text):
            term = self._terms[match[0].casefold()]
            if term.id in explained:
                continue
            explained.add(term.id)
            html.append(escape(text[position : match.start()]))
            address = f"{up}{term.KIND.folder}/{term.id}/"
            html.append(f'<a class="term" href="{address}" title="{escape(term.summary)}">{escape(match[0])}</a>')
            position = match.end()
        html.append(escape(text[position:]))
        return "".join(html)


_SIGNS = re.compile(r"[^\w ,;?'’–-]|_")


def heading(text: str) -> Markup:
    """Plain text as it may stand in a Markdown heading or anywhere else in Markdown: every sign as an entity."""
    return Markup(_SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", text))  # noqa: S704 - no sign is left


def groupby_in_order(items: Iterable[Any], field: str) -> list[tuple[str, list[Any]]]:
    """The items by the value of a field, in the order in which the values first appear (Jinja's groupby sorts)."""
    groups: dict[str, list[Any]] = {}
    for item in items:
        groups.setdefault(getattr(item, field), []).append(item)
    return list(groups.items())


def front_matter(text: str) -> Markup:
    """Plain text as a YAML value: JSON's strings are YAML's."""
    return Markup(json.dumps(text, ensure_ascii=False))  # noqa: S704 - not HTML


def bar(figure: Figure, name: str) -> Markup:
    """A percentage as a small bar, beside the text that says the same; nothing for other units."""
    if figure.unit != "percent":
        return Markup("")
    drawn = share(name, figure.value, figure.low, figure.high, striped=name == "ms")
    return Markup(drawn)  # noqa: S704 - made of numbers and a name of ours


def day(date: datetime.date) -> str:
    """A date as a reader writes it: 21 November 2026."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class PageMaker:
    """Fills the templates. One template for a kind's records; landing pages share one unless a kind has its own."""

    def __init__(self, base: KnowledgeBase, printed: Sequence[Printed] = ()) -> None:
        self._base = base
        self._glossary = Glossary(base)
        self._marks: dict[tuple[str, str], Markup] = {}
        self._environment = environment(
            FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters |= {
            "heading": heading,
            "front_matter": front_matter,
            "day": day,
            "number": number,
            "rounded": rounded,
            "thousands": "{:,}".format,
            "groupby_in_order": groupby_in_order,
            "quantity": functools.partial(quantity, base.vocabularies["unit"]),
            "figure": functools.partial(figure_text, base.vocabularies),
            "versus": functools.partial(versus_text, base.vocabularies),
        }
        self._environment.globals |= {
            "kinds": {name: model.KIND for name, model in KINDS.items()},
            "word": self._word,
            "mark": self._mark,
            "evidence": self._evidence,
            "vocabulary": base.vocabularies.__getitem__,
            "record": base.record,
            "groups": self._groups,
            "only_for": self._only_for,
            "bar": bar,
            "calls": calls(base.vocabularies["country"]),
            "choices_of": self._choices_of,
            "countries_of": self._countries_of,
            "printed": dict(groupby_in_order(printed, "document")),
        }

    def record(self, record: Record) -> Page:
        """The page of one record."""
        entry = self._base.entries[record.key]
        path = page_path(record)
        writer = Writer(self._base, self._glossary, path)
        context: dict[str, Any] = {"r": record, "related": self._related(record)}
        if isinstance(record, Pathway):
            context |= self._pathway(record, writer)
        if isinstance(record, Source):
            context |= self._source(record)
        if isinstance(record, Model):
            context |= uptake.shown(record)
        if isinstance(record, Food):
            context |= finder.shown(record, self._base)
        if isinstance(record, Test):
            context["reading"] = bloodtests.reading(record, self._base.vocabularies)
        body = self._filled(f"{record.KIND.name}.md.j2", writer, context)
        return Page(path, record.title, body, entry.document.path, record.changes[0].date)

    def landing(self, kind: str) -> Page:
        """The landing page of a kind: its own template where there is one, or else a list of all records."""
        model = KINDS[kind]
        records = self._base.of_kind(kind)
        updated = max((record.changes[0].date for record in records), default=_NO_DAY)
        template = f"landing/{kind}.md.j2"
        if not (TEMPLATES / template).is_file():
            template = "landing.md.j2"
        path = f"{model.KIND.folder}/index.md"
        writer = Writer(self._base, self._glossary, path)
        more = LANDINGS[kind](self._base) if kind in LANDINGS else {}
        body = self._filled(template, writer, {"kind": model.KIND, "records": records, **more})
        return Page(path, model.KIND.plural, body, None, updated)

    def sheet(self, path: str) -> Page:
        """The page `path` of `SHEETS`, which is about the atlas as a whole."""
        title, context = SHEETS[path]
        body = self._filled(
            f"sheets/{path}.j2", Writer(self._base, self._glossary, path), {"title": title, **context(self._base)}
        )
        updated = max((e.record.changes[0].date for e in self._base.entries.values()), default=_NO_DAY)
        return Page(path, title, body, None, updated)

    def _filled(self, template: str, writer: Writer, context: Mapping[str, Any]) -> str:
        return self._environment.get_template(template).render(
            **context, page=writer, references=functools.partial(self._references, writer)
        )

    def _pathway(self, pathway: Pathway, writer: Writer) -> dict[str, Any]:
        """What the page of a pathway shows beside its fields: the diagram, and its steps by arrow."""

        def address(node: Node) -> str:
            return writer.link(node.records[0]) if len(node.records) == 1 else f"#node-{node.id}"

        steps = {step.id: step for step in pathway.steps}
        evidence = self._base.vocabularies["evidence"]
        arrows = [[steps[name] for name in arrow.steps] for arrow in pathway.drawing.arrows]
        return {
            "diagram": Markup(draw(pathway, self._base.vocabularies, address)),  # noqa: S704 - draw escapes
            "shown_evidence": {weakest(group, evidence) for group in arrows},
            "ladder": ladder(pathway, evidence),
            "step_groups": _step_groups(pathway, arrows),
            "counter_steps": [step for step in pathway.steps if step.counter],
            "names": {node.id: node.label for node in pathway.nodes}
            | {step.id: f"step: {_labels(pathway, step)}" for step in pathway.steps},
            "identifiers": lambda node: [
                (_DATABASES[name], value) for name, value in node.identifiers.model_dump(exclude_none=True).items()
            ],
        }

    def _source(self, source: Source) -> dict[str, Any]:
        """What the page of a source shows beside its fields: its reference, and who cites it."""
        return {
            "reference": cite.vancouver(source),
            "addresses": cite.addresses(source),
            "cited_by": self._cited_by(source),
            "numbers": [
                one.call.place for one in calls(self._base.vocabularies["country"]) if source.id in one.call.sources
            ],
        }

    def _groups(self, kind: Kind, records: Sequence[Record]) -> list[tuple[Word | None, list[Record]]]:
        """The records by the words of the field that the kind is grouped by, in the vocabulary's order."""
        if not kind.group_by:
            return [(None, list(records))]
        groups = [
            (word, [record for record in records if getattr(record, kind.group_by) == value])
            for value, word in self._words(KINDS[kind.name], kind.group_by).items()
        ]
        return [(word, group) for word, group in groups if group]

    def _references(self, writer: Writer) -> list[tuple[int, Source, str, list[tuple[str, str]]]]:
        """The sources that the page has cited so far: number, record, reference text, addresses."""
        found = []
        for source_id, n in writer.bibliography.numbers.items():
            source = self._base.record(f"source:{source_id}")
            assert isinstance(source, Source)
            found.append((n, source, cite.vancouver(source), cite.addresses(source)))
        return found

    def _related(self, record: Record) -> dict[str, list[Record]]:
        """Linked records by heading, sources left out."""
        groups = self._base.graph.neighbours(record.key)
        found = {
            heading: [self._base.record(key) for key in keys if not key.startswith("source:")]
            for heading, keys in groups.items()
            if heading != "Cited by"
        }
        return {heading: records for heading, records in found.items() if records}

    def _cited_by(self, record: Record) -> dict[str, list[Record]]:
        """The records that cite this one, by kind."""
        keys = dict.fromkeys(edge.start for edge in self._base.graph.incoming(record.key) if edge.relation == "cites")
        found: dict[str, list[Record]] = {}
        for key in keys:
            other = self._base.record(key)
            found.setdefault(other.KIND.plural, []).append(other)
        return found

    def part(self, name: str, writer: Writer, value: object) -> str:
        """The HTML of one macro of `_parts.md.j2`, for a hand-written page."""
        module = self._environment.get_template("_parts.md.j2").make_module(
            {"page": writer, "references": functools.partial(self._references, writer)}
        )
        macro = getattr(module, name)
        return str(macro(value) if value is not None else macro())

    def labels(self, model: type[Record], field: str) -> dict[str, str]:
        """Value → label of the vocabulary that a field's values come from; empty where they come from none."""
        return {value: word.label for value, word in self._words(model, field).items()}

    def _words(self, model: type[Record], field: str) -> dict[str, Word]:
        info = model.model_fields[field]
        marks = [*info.metadata, *(m for a in get_args(info.annotation) for m in getattr(a, "__metadata__", ()))]
        name = next((mark.name for mark in marks if isinstance(mark, InVocabulary)), None)
        return self._base.vocabularies[name].words if name else {}

    def _mark(self, vocabulary: str, value: str) -> Markup:
        """The mark of a word: its sign and label, the same wherever it stands; so it is made once."""
        if (vocabulary, value) not in self._marks:
            word = self._word(vocabulary, value)
            sign = Markup('<span class="sign" aria-hidden="true">{}</span> ').format(word.mark) if word.mark else ""
            self._marks[vocabulary, value] = Markup('<span class="mark {} {}-{}" title="{}">{}{}</span>').format(
                vocabulary, vocabulary, value, word.meaning, sign, word.label
            )
        return self._marks[vocabulary, value]

    def _evidence(self, value: str, species: str | None = None) -> Markup:
        """The mark of a kind of evidence, with the species where it was no human."""
        word = self._word("evidence", value)
        where = f" ({species})" if species else ""
        return Markup('<span class="mark evidence evidence-{}" title="{}">{}{}</span>').format(
            value, word.meaning, word.label, where
        )

    def _only_for(self, name: str, vocabulary: str, value: str) -> Markup:
        """The attribute `data-name` of what is shown to readers who chose `value`; nothing where it is for all."""
        choices = self._base.vocabularies[vocabulary].choices(value)
        return Markup(' data-{}="{}"').format(name, " ".join(choices)) if choices else Markup("")

    def _choices_of(self, name: Name) -> str:
        """The choices of a country with which a name is shown."""
        countries = self._base.vocabularies["country"]
        return " ".join(dict.fromkeys(choice for use in name.used for choice in countries.choices(use.country)))

    def _countries_of(self, name: Name) -> str:
        """The countries in which a name is used, in words."""
        return ", ".join(self._word("country", use.country).label for use in name.used)

    def _word(self, vocabulary: str, value: str) -> Word:
        return self._base.vocabularies[vocabulary][value]


@dataclass(frozen=True)
class Dialled:
    """A telephone number on a card: the country it helps in, its address, and the choices of a country that show it."""

    call: Call
    country: str
    address: str
    choices: str


def calls(countries: Vocabulary) -> list[Dialled]:
    """Every number that helps. That of a union stands for the members that name none of their own."""
    own = {value for value, word in countries.words.items() if word.calls}
    return [
        Dialled(
            call,
            value,
            "tel:" + call.number.replace(" ", "").replace("#", "%23"),
            " ".join(choice for choice in countries.choices(value) if choice == value or choice not in own),
        )
        for value, word in countries.words.items()
        for call in word.calls
    ]


def _without_advice(countries: Vocabulary) -> list[str]:
    """The countries to choose from that have no line for advice, of their own or of a union."""
    return [
        word.label
        for value, word in countries.words.items()
        if not word.always and value not in ("other", "us-canada") and not any(call.advice for call in word.calls)
    ]


@dataclass(frozen=True)
class StepGroup:
    """The steps that one arrow of the diagram stands for; `number` is None for steps that are not drawn."""

    number: int | None
    steps: list[Step]


def _step_groups(pathway: Pathway, arrows: Sequence[Sequence[Step]]) -> list[StepGroup]:
    groups: list[StepGroup] = []
    shown: set[str] = set()
    for place, steps in enumerate(arrows, 1):
        groups.append(StepGroup(place, list(steps)))
        shown.update(step.id for step in steps)
    rest = [step for step in pathway.steps if step.id not in shown]
    return [*groups, StepGroup(None, rest)] if rest else groups


def _labels(pathway: Pathway, step: Step) -> str:
    names = {node.id: node.label for node in pathway.nodes}
    return f"{names[step.start]} → {names.get(step.end, step.end)}"


_DATABASES: Mapping[str, str] = {
    "hgnc_symbol": "HGNC symbol",
    "hgnc_id": "HGNC",
    "uniprot": "UniProt",
    "chebi": "ChEBI",
    "ec": "EC",
    "reactome": "Reactome",
    "rhea": "Rhea",
    "complex_portal": "Complex Portal",
    "drugbank": "DrugBank",
    "atc": "ATC",
}
