"""Binds the parts of the book into one PDF: each is moved behind the one before it, and the numbers of pages written.

All that is slow was done when the parts were set (see `quire`): here bytes are put one behind the other. A part that
stands where it stood in the book before, and gives the same pages, is taken from there.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pikepdf import String

from ..whole import Before
from .folio import ROOM, Digits, UnboundError, numbered
from .job import Entry
from .quire import DOCUMENT, PAGES, SAID, TAGS, THOUSAND, Folded, Quire, led, mark, reached

_COMPRESSION = 3
"""Most of binding is this: level 5 takes half as long again for a book 9 % smaller."""
_CATALOGUE = 1
_INFO, _PARENTS, _BOOKMARKS, _NAMES, _METADATA = range(7, 12)
"""What the book has once, with the numbers that its parts and fonts have by name: all of 1 to 11."""


def bind(
    parts: Sequence[tuple[Folded, Sequence[str]]], entries: Sequence[Entry], digits: Digits, before: Before
) -> tuple[bytes, int]:
    """The book, and how many pages it has.

    Args:
        parts: each part, with the names of the places whose pages it gives, in order.
        entries: the headings for the bookmarks.
        digits: the fonts of the numbers of pages.
        before: the parts as they were bound before.

    Raises:
        UnboundError: a place is missing, or there are more pages or objects than there are numbers for.
    """
    folded = [part for part, _ in parts]
    *bases, end = accumulate((-(-part.size // THOUSAND) * THOUSAND for part in folded), initial=THOUSAND)
    if end >= THOUSAND * THOUSAND:
        raise UnboundError(f"{end:,} objects, more than a book may have")
    places = _Places(folded, bases)
    if places.pages >= 10**ROOM:
        raise UnboundError(f"{places.pages} pages, where numbers have room for {ROOM} digits")
    pieces = []
    for (part, asked), base, first in zip(parts, bases, places.firsts, strict=True):
        stand = _Stand(base, first, *([places.page(name) for name in names] for names in (asked, part.links)))
        key = part.digest + repr(stand).encode() + zlib.ZLIB_RUNTIME_VERSION.encode()
        if not (known := before.find(key)):
            known = _piece(part.unfolded(), stand, digits)
            before.keep(key, known)
        pieces.append(known)
    pieces.append(_once(folded, bases, places, entries, digits, end))
    return _closed(pieces), places.pages


@dataclass(frozen=True)
class _Stand:
    """Where a part stands in the book.

    Args:
        base: the number from which on its objects are counted.
        first: how many pages are before it.
        numbers: the pages that it gives.
        links: the pages to which its links lead.
    """

    base: int
    first: int
    numbers: Sequence[int]
    links: Sequence[int]


class _Places:
    """Where everything stands that has a name.

    Args:
        parts: the parts.
        bases: from which number on the objects of each stand.
    """

    def __init__(self, parts: Sequence[Folded], bases: Sequence[int]) -> None:
        *self.firsts, self.pages = accumulate((len(part.pages) for part in parts), initial=0)
        self._places: dict[str, tuple[int, bytes]] = {}
        for part, base, first in zip(parts, bases, self.firsts, strict=True):
            for name, (page, left, top) in part.places.items():
                where = f"[ {base + part.pages[page]} 0 R /XYZ {left} {top} 0 ]".encode()
                self._places[name] = (first + page + 1, where)

    def page(self, name: str) -> int:
        """The number of its page, from 1."""
        return self._place(name)[0]

    def where(self, name: str) -> bytes:
        """The page, and where on it, as a PDF says it."""
        return self._place(name)[1]

    def _place(self, name: str) -> tuple[int, bytes]:
        if name not in self._places:
            raise UnboundError(f"no place '{name}'")
        return self._places[name]

    def names(self) -> bytes:
        """All of them, in their order."""
        pairs = sorted((_text(name), where) for name, (_, where) in self._places.items())
        return b" ".join(name + b" " + where for name, where in pairs)


def _text(text: str) -> bytes:
    return String(text).unparse()


def _piece(quire: Quire, stand: _Stand, digits: Digits) -> _Piece:
    """A part as it stands in the book."""
    base, writer = stand.base, _Writer()
    thousands = [(mark(n), b"%3d" % (base // THOUSAND + n)) for n in range(-(-quire.size // THOUSAND))]

    def moved(text: bytes) -> bytes:
        for sign, thousand in thousands:
            text = text.replace(sign, thousand)
        return text

    for place, (number, count, listed, text) in enumerate(quire.sheaves):
        start = base + place * THOUSAND
        writer.sheaf(base + number, range(start, start + count), listed, moved(text))
    start, number, targets, text = quire.links
    if targets:
        lines = zip(moved(text).split(b"\n"), stand.links, strict=True)
        links = (line.replace(SAID, b"(Page %d)" % page) for line, page in lines)
        writer.objects(base + number, dict(enumerate(links, base + start)))
    for number, text, data in quire.streams:
        writer.stream(base + number, moved(text), data)
    for own, (_, number, content, runs) in enumerate(quire.pages, stand.first + 1):
        data = zlib.compress(numbered(content, runs, stand.numbers, own, digits), _COMPRESSION)
        writer.stream(base + number, b"<< /Filter /FlateDecode /Length %d >>" % len(data), data)
    return writer.piece()


def _once(
    parts: Sequence[Folded],
    bases: Sequence[int],
    places: _Places,
    entries: Sequence[Entry],
    digits: Digits,
    end: int,
) -> _Piece:
    """What the book has once; numbers from `end` on are free."""
    writer, front = _Writer(), parts[0].unfolded()
    told = b"<< /Length %d /Subtype /XML /Type /Metadata >>" % len(front.metadata)
    writer.stream(_METADATA, told, front.metadata)
    texts = _trees(front, parts, bases, places) | _fonts(writer, digits, end)
    texts |= _bookmarks(entries, places, max(*texts, end) + 1)
    last = max(texts)
    writer.objects(last + 1, {number: texts[number] for number in sorted(texts) if number < THOUSAND})
    writer.objects(last + 2, {number: texts[number] for number in sorted(texts) if number > THOUSAND})
    return writer.piece()


def _trees(front: Quire, parts: Sequence[Folded], bases: Sequence[int], places: _Places) -> dict[int, bytes]:
    """What holds the parts together: pages, tags, names, and what the book says of itself (its front does)."""

    def listed(numbers: Iterable[int]) -> bytes:
        return b" ".join(b"%d 0 R" % (base + number) for base, number in zip(bases, numbers, strict=True))

    frame = b"/Metadata %d 0 R /Names << /Dests %d 0 R >> /Outlines %d 0 R /Pages %d 0 R /StructTreeRoot %d 0 R >>"
    frame %= (_METADATA, _NAMES, _BOOKMARKS, PAGES, TAGS)
    pages, tags = listed(part.tree for part in parts), listed(part.tag for part in parts)
    tree = b"<< /Type /StructTreeRoot /K [ %d 0 R ] /ParentTree %d 0 R >>"
    return {
        _CATALOGUE: front.catalogue[:-2] + b"/Type /Catalog " + frame,
        PAGES: b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (places.pages, pages),
        TAGS: tree % (DOCUMENT, _PARENTS),
        DOCUMENT: b"<< /Type /StructElem /S /Document /P %d 0 R /K [ %s ] >>" % (TAGS, tags),
        _INFO: front.info,
        _PARENTS: b"<< /Kids [ %s ] >>" % listed(part.parents[0] for part in parts),
        _NAMES: b"<< /Names [ %s ] >>" % places.names(),
    }


def _fonts(writer: _Writer, digits: Digits, first: int) -> dict[int, bytes]:
    """The fonts of the numbers: their streams are written, with numbers from `first` on; the rest is given."""
    objects, streams = reached(digits.pdf, [*digits.fonts.values()], ())
    numbers = {old: kind for kind, old in digits.fonts.items()}
    others = [old for old in (*streams, *objects) if old not in numbers]
    numbers |= {old: number for number, old in enumerate(others, first)}
    written = {old: b"%d" % number for old, number in numbers.items()}
    for old, (text, data) in streams.items():
        writer.stream(numbers[old], led(text, written), data)
    return {numbers[old]: led(text, written) for old, text in objects.items()}


def _bookmarks(entries: Sequence[Entry], places: _Places, first: int) -> dict[int, bytes]:
    """The chapters, with what is in each below it; their numbers begin with `first`."""
    families: dict[int, list[int]] = {_BOOKMARKS: []}
    for number, entry in enumerate(entries, first):
        parent = families[_BOOKMARKS][-1] if entry.level and families[_BOOKMARKS] else _BOOKMARKS
        families.setdefault(parent, []).append(number)
    texts = {_BOOKMARKS: b"<< /Type /Outlines " + _family(families[_BOOKMARKS], 1) + b">>"}
    for parent, members in families.items():
        for before, number, after in zip([0, *members], members, [*members[1:], 0], strict=False):
            entry = entries[number - first]
            text = b"<< /Title %s /Dest %s /Parent %d 0 R " % (_text(entry.title), places.where(entry.place), parent)
            text += b"/Prev %d 0 R " % before if before else b""
            text += b"/Next %d 0 R " % after if after else b""
            texts[number] = text + _family(families.get(number, ()), -1) + b">>"
    return texts


def _family(members: Sequence[int], opened: int) -> bytes:
    """What stands below a bookmark; `opened` is -1 where it is shown only when one asks for it."""
    if not members:
        return b""
    return b"/First %d 0 R /Last %d 0 R /Count %d " % (members[0], members[-1], opened * len(members))


_Piece = tuple[bytes, Sequence[tuple[int, int, int, int]]]
"""Some of a book's bytes, with where the objects in them stand: the first of some objects whose numbers follow each
other, how many they are, and either 1 and their place in the bytes, or 2 and the stream of objects that they are in."""


class _Writer:
    """Writes some of the book's objects."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []
        self._end = 0
        self._rows: list[tuple[int, int, int, int]] = []

    def stream(self, number: int, dictionary: bytes, data: bytes) -> None:
        """Writes an object with a stream."""
        text = b"%d 0 obj\n" % number + dictionary + b"\nstream\n" + data + b"\nendstream\nendobj\n"
        self._rows.append((number, 1, 1, self._end))
        self._texts.append(text)
        self._end += len(text)

    def objects(self, number: int, texts: Mapping[int, bytes]) -> None:
        """Writes objects as one stream; their numbers follow each other."""
        places = accumulate((len(text) + 1 for text in texts.values()), initial=0)
        listed = b" ".join(b"%d %d" % pair for pair in zip(texts, places, strict=False)) + b" "
        self.sheaf(number, range(min(texts), max(texts) + 1), len(listed), listed + b" ".join(texts.values()))

    def sheaf(self, number: int, members: range, first: int, text: bytes) -> None:
        """Writes a stream of objects whose list of places is `first` bytes long."""
        self._rows.append((members.start, len(members), 2, number))
        data = zlib.compress(text, _COMPRESSION)
        told = b"<< /Filter /FlateDecode /First %d /Length %d /N %d /Type /ObjStm >>"
        self.stream(number, told % (first, len(data), len(members)), data)

    def piece(self) -> _Piece:
        """What was written."""
        return b"".join(self._texts), tuple(self._rows)


def _closed(pieces: Sequence[_Piece]) -> bytes:
    """The file with the table of where everything stands; its identity comes from what is in it."""
    head = b"%PDF-1.7\n%\xc3\xa4\xc3\xb6\n"
    starts = [*accumulate((len(text) for text, _ in pieces), initial=len(head))]
    table, start = _Table(), starts[-1]
    for (_, rows), place in zip(pieces, starts, strict=False):
        for first, many, kind, where in rows:
            table.note(first, many, kind, where + place if kind == 1 else where)
    number = table.size
    table.note(number, 1, 1, start)
    data = zlib.compress(_stepped(table.rows))
    texts = [head, *(text for text, _ in pieces)]
    identity = hashlib.md5(b"".join(texts), usedforsecurity=False).hexdigest().encode()
    told = b"/DecodeParms << /Columns %d /Predictor 12 >> /Filter /FlateDecode /Length %d /Root %d 0 R /Info %d 0 R"
    told = b"<< /Type /XRef /Size %d /W [ 1 4 2 ] /ID [ <%s> <%s> ] " % (number + 1, identity, identity) + told
    texts.append(b"%d 0 obj\n" % number + told % (_ROW - 1, len(data), _CATALOGUE, _INFO))
    texts.append(b" >>\nstream\n" + data + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start)
    return b"".join(texts)


class _Table:
    """The table of where each object stands: a row for each number."""

    def __init__(self) -> None:
        self.rows = bytearray(_ROW)

    @property
    def size(self) -> int:
        """How many rows it has."""
        return len(self.rows) // _ROW

    def note(self, first: int, many: int, kind: int, where: int) -> None:
        """Notes where objects stand: at a place of the file (1), or in a stream of objects, in its order (2)."""
        end = (first + many) * _ROW
        if len(self.rows) < end:
            self.rows += bytes(end - len(self.rows))
        rows = bytearray((bytes([0, kind]) + where.to_bytes(4) + bytes(2)) * many)
        rows[6::_ROW], rows[7::_ROW] = _HIGH[:many], _LOW[:many]
        self.rows[first * _ROW : end] = rows


_ROW = 8
"""How long a row of the table is, the sign before it included that tells how it was packed."""
_HIGH, _LOW = b"".join(bytes([byte]) * 256 for byte in range(256)), bytes(range(256)) * 256
"""The first and the second byte of the numbers from 0 on."""


def _stepped(rows: bytearray) -> bytes:
    """The table with each byte as the step from that of the row above (predictor 12): so it packs to little.

    All bytes are subtracted at once, as one number: the highest bit of each is kept out of the way of the others.
    """
    high = int.from_bytes(b"\x80" * len(rows))
    these, above = int.from_bytes(rows), int.from_bytes(bytes(_ROW) + rows[:-_ROW])
    steps = ((these | high) - (above & ~high)) ^ ((these ^ above) & high) ^ high
    packed = bytearray(steps.to_bytes(len(rows)))
    packed[::_ROW] = b"\x02" * (len(rows) // _ROW)
    return bytes(packed)
