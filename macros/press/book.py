"""The book: the whole atlas in parts, each set by itself and bound together afterwards (see `bind`).

No part says a page's number: `0000`, `0001` … stand where one belongs, in a font of their own, and `bind` writes the
numbers. So a part is set again only when its own text has changed, however the pages before it move.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from pathlib import Path
from typing import Any

from markupsafe import Markup

from .. import uptake
from ..compiled import TEMPLATES
from ..knowledge import KnowledgeBase
from ..model import KINDS, Record
from ..model.kinds.model import Model
from ..model.kinds.pathway import Pathway
from ..model.vocabulary import Word
from ..pages import Glossary, Writer
from .document import Document, PrintMaker, PrintWriter
from .guides import Guides, guides
from .job import HERE, Entry

_ORDER = ("symptom", "faq", "claim", "test", "medicine", "treatment", "pathway", "intake", "food", "model", "term")
"""The kinds in the order of their chapters. Sources are the references."""
_TOGETHER = frozenset({"food", "term"})
"""Kinds whose records are lines of one text."""
_FRAME = "print/book/_record.html.j2"
"""What stands around a record's text: by it the pieces that sheets share know that they are in the book."""


@dataclass(frozen=True)
class Part:
    """Some pages of the book, set by themselves.

    Args:
        name: for messages.
        html: its HTML.
        pages: the names of the places whose pages it gives, in order.
    """

    name: str
    html: str
    pages: tuple[str, ...]


@dataclass(frozen=True)
class Book:
    """The book before it is set: its parts, and the headings for the bookmarks."""

    parts: tuple[Part, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class _Text:
    """A part in the making: its body, and how its pages are headed."""

    name: str
    chapter: str
    body: str


class BookWriter(PrintWriter):
    """The surroundings of the book's text: links lead to places in it, citations to its references."""

    def __init__(self, base: KnowledgeBase, glossary: Glossary) -> None:
        super().__init__(base, glossary, HERE)

    def cite(self, ids: Sequence[str]) -> str:
        """The citation of these sources, with numbers that do until all is cited (see `BookMaker`)."""
        links = [f'<a href="{HERE}sources/{name}/">{self.bibliography.number(name)}</a>' for name in ids]
        return f'<sup class="cite">{",".join(links)}</sup>' if links else ""


class BookMaker(PrintMaker):
    """Makes the book.

    Args:
        base: the knowledge base, without problems.
        site_url: the address of the live site, with a slash at its end.
        root: the project's folder, which has the guides.
    """

    def __init__(self, base: KnowledgeBase, site_url: str, root: Path) -> None:
        super().__init__(base, site_url)
        self._root = root
        self.writer = BookWriter(base, self._glossary)
        self._numbers = {"Table": 0, "Figure": 0}

    def book(self, document: Document) -> Book:
        """The whole book."""
        texts = [replace(text, body=self._counted(text.body)) for text in self._texts(document)]
        numbers = self._numbered()
        texts = [replace(text, body=_CITED.sub(lambda at: f"{at[1]}{numbers[at[2]]}<", text.body)) for text in texts]
        texts.append(self._page("references", "References"))
        places = dict.fromkeys(place for text in texts for place in _ids(text.body))
        entries = [entry for text in texts for entry in _entries(text.body)]
        last = [self._index(places), self._page("licence", "Licence", document=document, address=self._site_url)]
        places |= dict.fromkeys(place for text in last for place in _ids(text.body))
        entries += [entry for text in last for entry in _entries(text.body)]
        contents = self._page("contents", "Contents", entries=entries, here=HERE)
        whole = [part for text in (texts[0], contents, *texts[1:], *last) for part in _cut(text)]
        places |= dict.fromkeys(_ids(contents.body))
        entries[1:1] = _entries(contents.body)
        # Of the days only those of the first part are in the book: a new one sets no other part again.
        older = replace(document, updated=document.created)
        parts = (self._part(older if place else document, text, places) for place, text in enumerate(whole))
        return Book(tuple(parts), tuple(entries))

    def _numbered(self) -> dict[str, int]:
        """The numbers of all that is cited: by when a source came into the atlas, so that a new one is the last.

        By where they are first cited, one new source would change the numbers in most parts, which would be set again.
        """

        def came(name: str) -> tuple[datetime.date, str]:
            return min(change.date for change in self._base.record(f"source:{name}").changes), name

        bibliography = self.writer.bibliography
        bibliography.numbers = {name: n for n, name in enumerate(sorted(bibliography.numbers, key=came), 1)}
        return bibliography.numbers

    def _texts(self, document: Document) -> Iterator[_Text]:
        """The parts that cite, in the order in which they are read."""
        yield self._page("front", "How to read this book", document=document, address=self._site_url)
        found = guides(self._root)
        made = Guides(self._base, self, self.writer, self._root / ".cache" / "guides")
        for place, guide in enumerate(found):
            opening = "" if place else _chapter("guides", "Guides", "Each answers one question from start to end.")
            yield _Text(guide.path, "Guides · ", opening + _halved(made.html(guide)))
        made.keep()
        for kind in _ORDER:
            yield from self._chapter(kind)

    def _chapter(self, name: str) -> Iterator[_Text]:
        """The parts of a kind of record: one for each group, or for some records that stand together."""
        kind = KINDS[name].KIND
        records = self._base.of_kind(name)
        opening = _chapter(kind.folder, kind.plural, kind.intro)
        if not records:
            return
        if name in _TOGETHER:
            groups = self._groups(kind, records)
            yield self._page(kind.folder, kind.plural, opening=Markup(opening), groups=groups, address=self._site_url)  # noqa: S704 - escaped
            return
        most = _MOST_LONG if name in _LONG else _MOST
        for place, some in enumerate(_together(self._groups(kind, records), most)):
            body = "".join(_group(label) + self._record(record) for label, record in some)
            yield _Text(f"{kind.folder} {place + 1}", f"{kind.plural} · ", (opening if not place else "") + body)

    def _record(self, record: Record) -> str:
        """The text of one record, with all its findings."""
        context: dict[str, Any] = {"r": record, "related": self._related(record), "place": _place(record)}
        context["frame"] = _FRAME
        if isinstance(record, Pathway):
            context |= self.drawn(record, self.writer)
        if isinstance(record, Model):
            context |= uptake.shown(record)
        handed_out = f"print/{record.KIND.name}.html.j2"
        own = f"print/book/{record.KIND.name}.html.j2"
        template = own if (TEMPLATES / own).is_file() else handed_out
        return _halved(self._filled(template, self.writer, context))

    def part(self, name: str, writer: Writer, value: object) -> str:
        """The piece of a guide that a macro asks for, as sheets have it."""
        module = self._environment.get_template("print/_pieces.html.j2").make_module({"page": writer, "frame": _FRAME})
        return str(getattr(module, name)(value))

    def _page(self, name: str, chapter: str, **context: Any) -> _Text:
        body = self._filled(f"print/book/{name}.html.j2", self.writer, context)
        return _Text(name, chapter, body)

    def _counted(self, body: str) -> str:
        """The text with its tables and figures numbered through the book, each with a line above it."""

        def counted(found: re.Match[str]) -> str:
            what = "Table" if found["what"] else "Figure"
            number = self._numbers[what] = self._numbers[what] + 1
            line = f'<p class="caption"><strong>{what} {number}.</strong> {escape(_told(body, found.start()))}</p>'
            return line + found[0] if found["what"] else found[0] + line

        return _COUNTED.sub(counted, body)

    def _index(self, places: Mapping[str, None]) -> _Text:
        """Every title and every other name of what stands in the book, with where it is found."""
        names: dict[str, tuple[str, dict[str, Record]]] = {}
        for entry in self._base.entries.values():
            place = _place(entry.record)
            in_it = place in places and entry.record.KIND.name != "source"
            for name in (entry.record.title, *entry.record.aliases) if in_it else ():
                _, found = names.setdefault(name.casefold().replace("’", "'"), (name, {}))
                found[place] = entry.record
        letters: dict[str, list[tuple[str, list[tuple[str, str]]]]] = {}
        for key, (name, found) in sorted(names.items()):
            letter = key[0].upper() if key[0].isalpha() else "0–9"
            letters.setdefault(letter, []).append((name, _told_apart(found)))
        return self._page("index", "Index", letters=letters, here=HERE)

    def _part(self, document: Document, text: _Text, places: Mapping[str, None]) -> Part:
        """The part with its links led to where they go, and with room for the numbers of pages."""
        asked: list[str] = []
        body = _LINK.sub(functools.partial(self._led, places, asked), text.body)
        context = {"document": document, "chapter": text.chapter, "body": Markup(body)}  # noqa: S704 - of templates
        return Part(text.name, self._filled("print/book/_part.html.j2", self.writer, context), tuple(asked))

    def _led(self, places: Mapping[str, None], asked: list[str], link: re.Match[str]) -> str:
        """A link to a place in the book, with its page; what is not in it is on the live site."""
        address, words = unescape(link["address"]), re.sub(r"</?(?:strong|em|span)\b[^>]*>", "", link["words"])
        path, _, section = address.partition("#")
        page = path.strip("/")
        place = next((name for name in (f"{page}--{section}", page) if name in places), None)
        if place is None:
            return f'<a href="{escape(self._site_url + address)}">{words}</a>'
        opened = f'href="{HERE}{place}">'
        if words == _PAGE:
            return _number(opened, asked, place)
        if _ALONE in link[0] or page.startswith("sources/"):
            return f"<a {opened}{words}</a>"
        return f'<a {opened}{words}</a> <span class="at">(p. {_number(opened, asked, place)})</span>'


_PAGE, _ALONE = "<!--page-->", " data-alone"
"""What a template writes for a link that is the number of the page; in a link that is to stand without one."""
_LINK = re.compile(rf'<a\b[^>]*?\shref="{re.escape(HERE)}(?P<address>[^"]*)"[^>]*>(?P<words>.*?)</a>', re.DOTALL)
_CITED = re.compile(rf'(<a href="{re.escape(HERE)}sources/([^/"]+)/">)\d+<')
_HEADING = re.compile(r'<h1 id="(?P<place>[^"]+)"(?P<chapter> class="chapter")?>(?P<title>.*?)</h1>', re.DOTALL)
_ANY_HEADING = re.compile(r"<h([1-3])\b[^>]*>(.*?)</h\1>", re.DOTALL)
_COUNTED = re.compile(r'<(?P<what>table)\b[^>]*?>|<section class="drawing"[^>]*>')
_CUT = "<!--part-->"
"""What a template writes where a part of the book may end: the rest of its text is set by itself."""
_MOST, _MOST_LONG = 2, 1
"""How many records are set together: a larger part takes longer to set again, a smaller one wastes paper."""
_LONGEST = 25_000
"""How long a record's or guide's HTML may be that is set in one: about four pages."""
_TAG = re.compile(r"<(/?)(section|h2)\b")
_LONG = frozenset({"symptom", "test", "treatment", "pathway"})
"""Kinds whose records each begin a page."""


def _number(opened: str, asked: list[str], place: str) -> str:
    """What stands for the number of a place's page: which number of its part it is, as a check."""
    asked.append(place)
    return f'<a class="number" {opened}{(len(asked) - 1) % 10_000:04}</a>'


def _halved(html: str) -> str:
    """A long record or guide in two, at the section nearest its middle: an edit of one does not set the other again."""
    sections = [*_sections(html)]
    if len(html) <= _LONGEST or not sections:
        return html
    place, in_record = min(sections, key=lambda at: abs(at[0] - len(html) // 2))
    return html[:place] + (f'</section>{_CUT}<section class="record">' if in_record else _CUT) + html[place:]


def _sections(html: str) -> Iterator[tuple[int, bool]]:
    """Where a section begins: in a record, whose sections stand in one, or at a guide's heading; and which it is."""
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2] == "section":
            if depth == 1 and not tag[1]:
                yield tag.start(), True
            depth += -1 if tag[1] else 1
        elif not depth and not tag[1]:
            yield tag.start(), False


def _cut(text: _Text) -> Iterator[_Text]:
    """The parts of a text: the first with its name, each further one with what it continues as its heading."""
    again = ""
    for number, body in enumerate(text.body.split(_CUT), 1):
        yield replace(text, name=text.name + (f", {number}" if number > 1 else ""), body=again + body)
        for heading in _HEADING.finditer(body):
            again = f'<h1 class="again{" chapter" if heading["chapter"] else ""}">{heading["title"]}</h1>'


def _place(record: Record) -> str:
    return f"{record.KIND.folder}/{record.id}"


def _chapter(place: str, title: str, intro: str) -> str:
    return f'<h1 id="{place}" class="chapter">{escape(title)}</h1><p>{escape(intro)}</p>'


def _group(label: str) -> str:
    return f'<p class="group">{escape(label)}</p>' if label else ""


def _entries(body: str) -> Iterator[Entry]:
    for found in _HEADING.finditer(body):
        yield Entry(0 if found["chapter"] else 1, _plain(found["title"]), found["place"])


def _ids(body: str) -> list[str]:
    return re.findall(r'\sid="([^"]+)"', body)


def _plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def _told(body: str, place: int) -> str:
    """What a table or figure shows: the headings under which it stands."""
    heads: dict[str, str] = {}
    for found in _ANY_HEADING.finditer(body, 0, place):
        heads = {level: text for level, text in heads.items() if level < found[1]} | {found[1]: found[2]}
    return ": ".join(_plain(text) for _, text in sorted(heads.items()))


def _told_apart(found: Mapping[str, Record]) -> list[tuple[str, str]]:
    """The places of a name, each with what stands there: its kind, or its title beside others of its kind."""
    kinds = Counter(record.KIND.singular for record in found.values())
    if len(found) == 1:
        return [(place, "") for place in found]
    return [
        (place, record.title if kinds[record.KIND.singular] > 1 else record.KIND.singular.lower())
        for place, record in found.items()
    ]


def _together(groups: Sequence[tuple[Word | None, list[Record]]], most: int) -> Iterator[list[tuple[str, Record]]]:
    """The records, each with the label of the group that it opens, cut into the texts that are set together."""
    some: list[tuple[str, Record]] = []
    for word, group in groups:
        for place, record in enumerate(group):
            if len(some) == most or (some and not place and len(some) + len(group) > most):
                yield some
                some = []
            some.append((word.label if word and not place else "", record))
    if some:
        yield some
