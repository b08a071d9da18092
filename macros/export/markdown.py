"""Each record as a Markdown file for machines that read text: certainty and sources stand in the sentence itself.

It is made from the record, field by field, so that a new kind of record needs nothing here.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, get_args, get_origin

from markdown_it.token import Token
from pydantic import BaseModel

from .. import cite, prose
from ..figure import figure_text, number, rounded, versus_text
from ..knowledge import KnowledgeBase
from ..model import KINDS, Record
from ..model.field import InVocabulary, LinksTo, Prose
from ..model.finding import Figure
from ..model.kinds.food import Food
from ..model.kinds.source import Source
from ..model.naming import Name
from ..pages import day
from ..permanent import short_path
from .api import page_address
from .edition import LICENCE
from .publication import Publication
from .references import one_line

TWIN = "index.html.md"
"""The file beside a page's `index.html`, as the proposal for `llms.txt` names it."""
NOT_ADVICE = (
    "Information, not medical advice. It cannot tell what anybody has. "
    "In an emergency call 999 (UK), 911 (US), 112 (EU)."
)

_SIGNS = re.compile(r"[\\`*_\[\]<>|~#]|&(?=#?\w+;)|(?<=^\d)[.)](?=\s)|^[-+](?=\s)|!(?=\[)")
_ELSEWHERE = frozenset(
    {"id", "title", "summary", "related", "covers", "checked", "check_again", "changes", "reviewed_by"}
)
"""Fields that stand at the head or the foot, or say nothing to a reader."""
_FIRST = ("certainty", "evidence", "species", "sources")
"""What follows a sentence before all else that belongs to it."""
_LETTERS = {"b12": "B12", "ms": "MS", "fdc": "FDC", "doi": "DOI", "pmid": "PMID", "url": "URL", "hgnc": "HGNC"}
_DRAWN = "drawing"
"""What a diagram shows of its steps: the steps themselves are told."""


def words(text: str) -> str:
    """Plain text as Markdown: on one line, every sign of Markdown taken as the character that it is."""
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", one_line(text))


class Writer:
    """Writes records as Markdown.

    Args:
        base: the knowledge base, without problems.
        site: the publication, to which links lead.
    """

    def __init__(self, base: KnowledgeBase, site: Publication) -> None:
        self._base = base
        self._site = site
        self._cited: dict[str, None] = {}
        self._links: dict[str, str] = {}
        self._shown: dict[str, tuple[str, str]] = {}

    def record(self, record: Record) -> str:
        """The file of one record."""
        self._cited = {}
        kind = record.KIND
        lines = [f"# {words(record.title)}", ""]
        if record.summary:
            lines += [f"> {words(record.summary)}", ""]
        lines += [f"{kind.singular} in [{words(self._site.name)}]({self._site.site}). {self._standing(record)}", ""]
        if isinstance(record, Source):
            where = " ".join(f"<{address}>" for _, address in cite.addresses(record))
            lines += [f"Reference: {words(cite.vancouver(record))} {where}", ""]
        lines += self._fields(record, 2)
        if isinstance(record, Food) and record.per_portion is not None:
            lines += ["## Per portion", "", f"{rounded(record.per_portion)} µg in {words(record.portion.name)}.", ""]
        lines += self._related(record)
        lines += self._sources()
        lines += ["## What changed", ""]
        lines += [f"- {day(change.date)}: {words(change.text)}" for change in record.changes]
        short = self._site.address(short_path(record.key))
        return finished(lines, self._site.address(page_address(record)), f"To cite it: <{short}>")

    def kind(self, name: str) -> str:
        """The file of a kind: every record with its summary."""
        kind = KINDS[name].KIND
        items = [
            f"- [{words(record.title)}]({self._site.address(page_address(record))}{TWIN})"
            + (f": {words(record.summary)}" if record.summary else "")
            for record in self._base.of_kind(name)
        ]
        lines = [f"# {words(kind.plural)}", "", f"> {words(kind.intro)}", "", *items, ""]
        return finished(lines, self._site.address(f"{kind.folder}/"))

    def _standing(self, record: Record) -> str:
        """How far the record was checked, and by whom."""
        reviews = [
            f"Reviewed by {words(r.name)}, {words(r.role)}, on {day(r.date)} (interests: {words(r.interests)})."
            for r in record.reviewed_by
        ] or ["Not yet reviewed by a clinician."]
        dates = f"Held against its sources on {day(record.checked)}; to be checked again by {day(record.check_again)}."
        return " ".join([*reviews, dates])

    def _fields(self, part: BaseModel, level: int) -> list[str]:
        """Every field that has a value, under a heading of its own; short values stand in one list before them."""
        short: list[str] = []
        long: list[str] = []
        for name, mark in _plan(type(part)):
            value = getattr(part, name)
            if value is None or value == () or value == "" or (level == 2 and name in _ELSEWHERE) or name == _DRAWN:
                continue
            if isinstance(mark, LinksTo) and level == 2 and mark.kind != "source":
                continue  # it stands under "Related"
            title = [f"{'#' * level} {_label(name)}", ""] if name != "text" else []
            if isinstance(mark, Prose) and isinstance(value, str):
                long += [*title, *self.prose(value), ""]
            elif isinstance(value, BaseModel) and level == 2 and not isinstance(value, Figure):
                long += [*title, *self._fields(value, level + 1)]
            elif isinstance(value, tuple) and (isinstance(mark, Prose) or isinstance(value[0], BaseModel)):
                long += [*title, *(f"- {self._told(item, mark)}" for item in value), ""]
            else:
                short.append(f"- {_label(name)}: {self._told(value, mark)}")
        return [*short, *([""] if short else []), *long]

    def _told(self, value: Any, mark: object) -> str:
        """A value on one line."""
        match value:
            case tuple():
                joiner = " " if isinstance(mark, Prose) else "; "
                return joiner.join(self._told(item, mark) for item in value)
            case Figure():
                return self._figure(value)
            case Name():
                return self._name(value)
            case BaseModel():
                return self._part(value)
            case bool():
                return "yes" if value else "no"
            case int():
                return str(value)
            case float():
                return number(value)
            case datetime.date():
                return day(value)
            case str():
                return self._text(value, mark)
        raise AssertionError(f"no record holds a {type(value).__name__}")

    def _text(self, value: str, mark: object) -> str:
        match mark:
            case Prose():
                return " ".join(line.strip() for line in self.prose(value) if line)
            case InVocabulary():
                return words(self._base.vocabularies[mark.name][value].label)
            case LinksTo(kind="source"):
                return self._citation([value])
            case LinksTo():
                return self._link(f"{mark.kind}:{value}" if mark.kind else value)
        return words(value)

    def _part(self, part: BaseModel) -> str:
        """A finding, a step, a threshold: its sentence first, then in brackets all that belongs to it."""
        told: dict[str, str] = {}
        for name, mark in _plan(type(part)):
            value = getattr(part, name)
            if value is not None and value != () and value is not False:
                told[name] = self._told(value, mark)
        sentence = told.pop("text", "")
        if sentence:
            told.pop("id", None)
        if "urgency" in told:
            sentence = f"**{told.pop('urgency')}.** {sentence}"
        order = sorted(told, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
        about = [_labelled(name, told[name]) for name in order if told[name]]
        more = "; ".join(about)
        return f"{sentence} ({more})" if sentence and more else sentence or more

    def _figure(self, figure: Figure) -> str:
        vocabularies = self._base.vocabularies
        what = f" {figure.of}" if figure.of else ""
        text = f"{figure_text(vocabularies, figure)}{what}{versus_text(vocabularies, figure)}, in {figure.population}"
        return words(text) + (f" (where in the source: {words(figure.where)})" if figure.where else "")

    def _name(self, name: Name) -> str:
        countries = self._base.vocabularies["country"]
        used = [f"{words(countries[use.country].label)} ({self._citation([use.source])})" for use in name.used]
        return f"{words(name.name)}: {', '.join(used) or 'country not stated'}"

    def _link(self, key: str) -> str:
        if key not in self._links:
            record = self._base.record(key)
            self._links[key] = f"[{words(record.title)}]({self._site.address(page_address(record))})"
        return self._links[key]

    def _citation(self, ids: Sequence[str]) -> str:
        """Sources by author and year, each linked to its page here; the list at the foot has the whole reference."""
        self._cited.update(dict.fromkeys(ids))
        return "; ".join(self._source(source_id)[0] for source_id in ids)

    def _source(self, source_id: str) -> tuple[str, str]:
        """A source as it is cited, and as it stands in the list at the foot; made once for all pages."""
        if source_id not in self._shown:
            source = self._base.record(f"source:{source_id}")
            assert isinstance(source, Source)
            where = "".join(f" <{address}>" for _, address in cite.addresses(source))
            read = self._base.vocabularies["read"][source.read].label
            self._shown[source_id] = (
                f"[{words(_short(source))}]({self._site.address(page_address(source))})",
                f"- {words(cite.vancouver(source))}{where} ({words(read)}.)",
            )
        return self._shown[source_id]

    def _related(self, record: Record) -> list[str]:
        lines = []
        for heading, keys in self._base.graph.neighbours(record.key).items():
            others = [self._link(key) for key in keys if not key.startswith("source:") or heading == "Cited by"]
            if others:
                lines.append(f"- {words(heading)}: {'; '.join(others)}")
        return ["## Related", "", *lines, ""] if lines else []

    def _sources(self) -> list[str]:
        lines = [self._source(source_id)[1] for source_id in self._cited]
        return ["## Sources", "", *lines, ""] if lines else []

    # Prose

    def prose(self, text: str) -> list[str]:
        """Record prose as lines of Markdown, its links and citations spelt out."""
        tokens = prose.parse(text).tokens
        if not tokens:
            return [self._sentence(text)]
        return list(self._blocks(tokens))

    def _blocks(self, tokens: Iterable[Token]) -> Iterator[str]:
        lists: list[str] = []
        begun = ""
        for token in tokens:
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    lists.append("-" if token.type.startswith("bullet") else "1.")
                case "bullet_list_close" | "ordered_list_close":
                    lists.pop()
                    if not lists:
                        yield ""
                case "list_item_open":
                    begun = f"{'   ' * (len(lists) - 1)}{lists[-1]} "
                case "inline":
                    yield begun + self._inline(token.children or [])
                    begun = "   " * len(lists)
                case "paragraph_close" if not lists:
                    yield ""

    def _inline(self, children: Sequence[Token]) -> str:
        found: list[str] = []
        target = ""
        for child in children:
            match child.type:
                case "text" | "text_special":
                    found.append(words_within(child.content) if target else self._sentence(child.content))
                case "softbreak" | "hardbreak":
                    found.append(" ")
                case "code_inline":
                    found.append(f"`{one_line(child.content).replace('`', ' ')}`")
                case "link_open":
                    target = str(child.attrGet("href"))
                    found.append("[")
                case "link_close":
                    found.append(f"]({self._site.address(page_address(self._base.record(target)))})")
                    target = ""
                case "em_open" | "em_close":
                    found.append("*")
                case "strong_open" | "strong_close":
                    found.append("**")
        return "".join(found)

    def _sentence(self, text: str) -> str:
        """Plain text with its citations in brackets, before the stop that ends the sentence."""
        found: list[str] = []
        position = 0
        for match in prose.CITATION.finditer(text):
            found.append(words_within(text[position : match.start()]))
            ids = [part.strip().removeprefix("@") for part in match[1].split(";")]
            found.append(f" ({self._citation(ids)}){match[2]}")
            position = match.end()
        return "".join([*found, words_within(text[position:])])


def words_within(text: str) -> str:
    """`words` of a piece of a sentence, with the spaces at its ends."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{words(text)}{after}"


def finished(lines: Iterable[str], address: str, more: str = "") -> str:
    """The file of these lines; it ends with where it belongs, and on what terms it is given.

    Args:
        lines: the file's.
        address: the page's.
        more: what is to stand beside the page's address.
    """
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    where = " ".join(filter(None, (f"The page: <{address}>", more)))
    return f"{text}\n\n---\n\n{where}\n\n{LICENCE['name']}. {NOT_ADVICE}\n"


@functools.cache
def _label(name: str) -> str:
    first, *rest = (_LETTERS.get(word, word) for word in name.split("_"))
    return " ".join([first[0].upper() + first[1:], *rest])


def _labelled(name: str, value: str) -> str:
    """A value with the name of its field, unless the value says it itself, as 'Low certainty' does."""
    label = name.replace("_", " ")
    return value if value.lower().endswith(f" {label}") else f"{label}: {value}"


def _short(source: Source) -> str:
    """A source in two words: its first author, or else its title, and its year."""
    name = re.sub(r" [A-Z][A-Z-]{0,4}$", "", source.authors[0]) if source.authors else cite.title(source)
    more = " et al." if source.more_authors or len(source.authors) > 1 else ""
    return f"{name}{more} {source.year}" if source.year is not None else f"{name}{more}"


@functools.cache
def _plan(model: type[BaseModel]) -> tuple[tuple[str, object], ...]:
    """The fields of a model, each with what its values are: prose, a link, a vocabulary's word; None for others."""
    return tuple((name, _of(field.annotation, tuple(field.metadata))) for name, field in model.model_fields.items())


def _of(annotation: Any, metadata: tuple[object, ...]) -> object:
    for item in metadata:
        if isinstance(item, Prose | LinksTo | InVocabulary):
            return item
    if get_origin(annotation) is Annotated:
        return _of(annotation.__origin__, annotation.__metadata__)
    for argument in get_args(annotation):
        if (found := _of(argument, ())) is not None:
            return found
    return None
