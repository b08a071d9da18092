"""Binds the parts of the book into one PDF: pages, tags, links and bookmarks joined, the numbers of pages written.

A part shows `0000`, `0001` … where the number of a page belongs, in a font of their own whose digits are equally wide:
so the right number takes exactly its room.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, OutlineItem, String

from .job import HERE, Entry

_FONT = re.compile(rb"/(\w+) [\d.]+ Tf\s+\[((?:<[0-9a-f]+>[-\d.]*)+)\] TJ")
"""A run of text in a page: its font, and what is shown."""
_REFERENCE, _FOOT = "+Atlas-Pages", "+Atlas-Pages-Bold"
"""The fonts of the numbers of pages: in the text, and at the foot of each page."""
_ROOM = 4
"""For how many digits there is room."""


class UnboundError(Exception):
    """The parts do not make a book."""


def bind(parts: Sequence[tuple[Path, Sequence[str]]], entries: Sequence[Entry], digits: bytes) -> tuple[bytes, int]:
    """The book, and how many pages it has.

    Args:
        parts: each part's PDF, with the names of the places whose pages it gives, in order.
        entries: the headings for the bookmarks.
        digits: a PDF whose first page shows the ten digits in each font of the numbers.

    Raises:
        UnboundError: a place is missing, or a number stands where none was asked for.
    """
    with pikepdf.open(parts[0][0]) as book, pikepdf.open(io.BytesIO(digits)) as shown:
        joined = _Joined(book)
        for path, _ in parts:
            joined.add(path)
        joined.close()
        numbers = _Numbers(book, shown)
        for pages, (_, asked) in zip(joined.ranges, parts, strict=True):
            numbers.write(pages, [joined.page(name) for name in asked])
        joined.lead()
        _bookmarks(book, joined, entries)
        if len(book.pages) >= 10**_ROOM:
            raise UnboundError(f"{len(book.pages)} pages, where numbers have room for {_ROOM} digits")
        file = io.BytesIO()
        book.save(file, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
        return file.getvalue(), len(book.pages)


class _Joined:
    """A book in the making: the first part, to which the others are added."""

    def __init__(self, book: pikepdf.Pdf) -> None:
        self._book = book
        self._document = book.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=Array()))
        self._tags: list[int | pikepdf.Object] = []
        self._next = 0
        self._places: dict[str, tuple[int, float, float]] = {}
        self.ranges: list[range] = []

    def add(self, path: Path) -> None:
        """Adds a part: its pages, its tags, its places."""
        with pikepdf.open(path) as part:
            own: list[Any] = [page.objgen for page in part.pages]
            first = self.ranges[-1].stop if self.ranges else 0
            pages = range(first, first + len(own))
            if self.ranges:
                self._book.pages.extend(part.pages)
                root = self._book.copy_foreign(part.Root.StructTreeRoot)
            else:
                root = self._book.Root.StructTreeRoot
            names = list(part.Root.Names.Dests.Names) if "/Names" in part.Root else []
            for name, place in zip(names[::2], names[1::2], strict=True):
                self._places[str(name)] = (first + own.index(place[0].objgen), float(place[2]), float(place[3]))
            self.ranges.append(pages)
            self._tag(root, pages)

    def _tag(self, root: pikepdf.Object, pages: range) -> None:
        """Puts a part's tags below the book's, and counts on with the numbers by which its pages name them."""
        part = root.K[0]
        part.S, part.P = Name.Part, self._document
        self._document.K.append(part)
        for page in pages:
            opened = self._book.pages[page]
            opened.StructParents = int(opened.StructParents) + self._next
            for annotation in opened.get("/Annots", ()):
                annotation.StructParent = int(annotation.StructParent) + self._next
        named = list(root.ParentTree.Nums)
        for number, tag in zip(named[::2], named[1::2], strict=True):
            self._tags += [int(number) + self._next, tag]
        self._next += len(named) // 2

    def close(self) -> None:
        """Makes the tags of all parts those of the book."""
        root = self._book.Root.StructTreeRoot
        root.K = Array([self._document])
        root.ParentTree = self._book.make_indirect(Dictionary(Nums=Array(self._tags)))
        self._document.P = root

    def page(self, name: str) -> int:
        """The number of the page on which a place stands, from 1."""
        return self.place(name)[0] + 1

    def place(self, name: str) -> tuple[int, float, float]:
        """Page from 0, and where on it."""
        if name not in self._places:
            raise UnboundError(f"no place '{name}'")
        return self._places[name]

    def lead(self) -> None:
        """Makes the links within the book lead there."""
        for page in self._book.pages:
            for annotation in page.get("/Annots", ()):
                address = str(annotation.get("/A", Dictionary()).get("/URI", ""))
                if address.startswith(HERE):
                    name = address.removeprefix(HERE)
                    del annotation["/A"]
                    annotation.Dest = String(name)
                    annotation.Contents = String(f"Page {self.page(name)}")
        array = Array()
        for name in sorted(self._places):
            number, left, top = self.place(name)
            array.append(String(name))
            array.append(Array([self._book.pages[number].obj, Name.XYZ, left, top, 0]))
        self._book.Root.Names = Dictionary(Dests=Dictionary(Names=array))


class _Numbers:
    """Writes the numbers of pages.

    Args:
        book: the book.
        digits: a page that shows the ten digits in each font of the numbers.
    """

    def __init__(self, book: pikepdf.Pdf, digits: pikepdf.Pdf) -> None:
        page = digits.pages[0]
        shown = {found[1].decode(): _glyphs(found[2]) for found in _FONT.finditer(page.Contents.read_bytes())}
        self._book = book
        self._fonts: dict[str, pikepdf.Object] = {}
        self._digits: dict[str, list[bytes]] = {}
        self._width = 0.0
        for key, font in page.resources.Font.items():
            name = _kind(font)
            if name:
                self._fonts[name] = book.copy_foreign(font)
                self._digits[name] = shown[key.removeprefix("/")]
                self._width = float(font.DescendantFonts[0].W[1][0])

    def write(self, pages: range, asked: Sequence[int]) -> None:
        """Writes the numbers of a part: its references to pages, and its own."""
        fonts = self._book.pages[pages[0]].resources.Font
        kinds = {key.removeprefix("/").encode(): kind for key, font in fonts.items() if (kind := _kind(font))}
        for key, kind in kinds.items():
            fonts[f"/{key.decode()}"] = self._fonts[kind]
        place = 0

        def written(page: int) -> Callable[[re.Match[bytes]], bytes]:
            def one(run: re.Match[bytes]) -> bytes:
                nonlocal place
                kind = kinds.get(run[1])
                if kind is None:
                    return run[0]
                number = page + 1
                if kind == _REFERENCE:
                    self._agree(run[2], place, len(asked))
                    number, place = asked[place], place + 1
                return run[0][: run.start(2) - run.start() - 1] + self._shown(kind, number) + b" TJ"

            return one

        for page in pages:
            content = self._book.pages[page].Contents
            content.write(_FONT.sub(written(page), content.read_bytes()))
        if place != len(asked):
            raise UnboundError(f"{len(asked)} numbers of pages asked for, {place} found")

    def _agree(self, shown: bytes, place: int, number: int) -> None:
        """Sees to it that the number that stands there is the one that is counted."""
        digits = self._digits[_REFERENCE]
        there = "".join(str(digits.index(glyph)) for glyph in _glyphs(shown))
        if place >= number or there != f"{place % 10**_ROOM:0{_ROOM}}":
            raise UnboundError(f"the number {there} of a page where number {place} is due")

    def _shown(self, kind: str, number: int) -> bytes:
        """The number, at the right of the room for it."""
        digits = [self._digits[kind][int(digit)] for digit in str(number)]
        lead = f"{-self._width * (_ROOM - len(digits)):g}".encode()
        return b"[" + lead + b"".join(b"<" + digit + b">" for digit in digits) + b"]"


def _glyphs(shown: bytes) -> list[bytes]:
    return [glyph for run in re.findall(rb"<([0-9a-f]+)>", shown) for glyph in re.findall(rb"....", run)]


def _kind(font: pikepdf.Object) -> str:
    """Which of the numbers' fonts it is; empty where it is none."""
    return next((kind for kind in (_FOOT, _REFERENCE) if str(font.BaseFont).endswith(kind)), "")


def _bookmarks(book: pikepdf.Pdf, joined: _Joined, entries: Sequence[Entry]) -> None:
    """The chapters, with what is in each below it."""
    with book.open_outline() as outline:
        outline.root.clear()
        for entry in entries:
            page, left, top = joined.place(entry.place)
            item = OutlineItem(entry.title, page, "XYZ", left=left, top=top)
            if entry.level and outline.root:
                outline.root[-1].children.append(item)
                outline.root[-1].is_closed = True
            else:
                outline.root.append(item)


def readied(pdf: pikepdf.Pdf, name: str) -> None:
    """Makes the names of the heads of a part's tables its own: parts have the same ones."""
    waiting = list(pdf.Root.StructTreeRoot.K)
    while waiting:
        element = waiting.pop()
        if not isinstance(element, Dictionary) or "/S" not in element:
            continue
        if "/ID" in element:
            element.ID = String(f"{name} {element.ID}")
        attributes = element.get("/A", Dictionary())
        if "/Headers" in attributes:
            attributes.Headers = Array([String(f"{name} {head}") for head in attributes.Headers])
        children = element.get("/K", Array())
        waiting += [child for child in children if isinstance(child, Dictionary)]
