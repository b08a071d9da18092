"""A part of the book made ready to be bound: its objects are numbered so that binding has only digits to write.

In the texts of its objects a number is a mark for its thousand and three digits. The mark is as wide as the thousand
that a book puts in its place, so a few replacements move a part to where it belongs, and no place in it shifts.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Stream, String

from .folio import Digits, UnboundError, fonts_of_numbers, runs
from .job import HERE

THOUSAND = 1000
MOST = 100
"""How many thousands of objects a part may have."""
PAGES, TAGS, DOCUMENT = 2, 3, 4
"""The numbers in the book of the node of all pages, of its tags, and of the topmost of these."""
SAID = b"(Page )"
"""What a link within the book is called, before the number of its page is known."""
_TOKEN = re.compile(rb"\((?:[^\\()]|\\.)*\)|\b(\d+) 0 R\b", re.DOTALL)
"""A text, or a reference to an object."""


@dataclass(frozen=True)
class Quire:
    """A part made ready. Its numbers begin with 0; a book adds whole thousands to them.

    Args:
        name: the part's name, for messages.
        size: how many numbers its objects take.
        tree, tag, parents: the numbers of the node that holds its pages, of its topmost tag, and of the list that
            leads from what is tagged to the tags, with the list's first and last key.
        pages: of each page its number, that of its content, the content, and the runs in it that show the number of
            a page: where they stand, and which of the asked numbers each is (or `OWN`).
        places: name → the page on which it stands, from 0, and where on it.
        sheaves: streams of objects: number, how many, how long the list of their places is, the list with the objects.
        links: those that lead within the book: the number of the first, that of their stream, the names of the places
            where they lead, their texts in lines.
        streams: fonts and pictures: number, dictionary, data.
        catalogue, info, metadata: what the file says of itself.
    """

    name: str
    size: int
    tree: int
    tag: int
    parents: tuple[int, int, int]
    pages: Sequence[tuple[int, int, bytes, Sequence[tuple[int, int, int]]]]
    places: Mapping[str, tuple[int, str, str]]
    sheaves: Sequence[tuple[int, int, int, bytes]]
    links: tuple[int, int, Sequence[str], bytes]
    streams: Sequence[tuple[int, bytes, bytes]]
    catalogue: bytes
    info: bytes
    metadata: bytes


def packed(quire: Quire) -> bytes:
    """The quire as a file."""
    texts: list[bytes] = []

    def kept(text: bytes) -> dict[str, int]:
        texts.append(text)
        return {"text": len(text)}

    head = json.dumps(asdict(quire), default=kept).encode()
    whole = len(head).to_bytes(4) + head + zlib.compress(b"".join(texts), 1)
    return hashlib.blake2b(whole, digest_size=20).digest() + whole


class Folded:
    """A quire in its file. What a book needs to know of every part is read at once, its texts when they are asked for.

    Args:
        data: the file.

    Attributes:
        digest: tells it from every other one.
        size, tree, tag, parents, places: as in `Quire`.
        pages: the number of each page.
        links: the names of the places where its links lead.

    Raises:
        UnboundError: the file is not whole.
    """

    def __init__(self, data: bytes) -> None:
        self.digest, whole = data[:20], data[20:]
        if hashlib.blake2b(whole, digest_size=20).digest() != self.digest:
            raise UnboundError("a part that is not whole")
        end = 4 + int.from_bytes(whole[:4])
        self._head, self._texts = whole[4:end], whole[end:]
        told = json.loads(self._head)
        self.size: int = told["size"]
        self.tree: int = told["tree"]
        self.tag: int = told["tag"]
        self.parents: Sequence[int] = told["parents"]
        self.places: Mapping[str, tuple[int, str, str]] = told["places"]
        self.pages: Sequence[int] = [page[0] for page in told["pages"]]
        self.links: Sequence[str] = told["links"][2]

    def unfolded(self) -> Quire:
        """The quire with its texts."""
        texts, place = memoryview(zlib.decompress(self._texts)), 0

        def given(read: dict[str, Any]) -> Any:
            nonlocal place
            if list(read) != ["text"]:
                return read
            place += read["text"]
            return bytes(texts[place - read["text"] : place])

        return Quire(**json.loads(self._head, object_hook=given))


def mark(thousand: int) -> bytes:
    """What stands in a text for a thousand of the part's numbers. No text of a PDF's object has the first sign."""
    return b"\x01%02d" % thousand


def _marked(number: int) -> bytes:
    return mark(number // THOUSAND) + b"%03d" % (number % THOUSAND)


_PARENTS = 0
"""Stands for the list from what is tagged to its tags, which is written anew; no object of a PDF has this number."""


def quire_of(pdf: pikepdf.Pdf, name: str, digits: Digits, asked: int) -> Quire:
    """Makes a part ready; the PDF is of no use afterwards.

    Args:
        pdf: the part.
        name: its name.
        digits: the fonts of the numbers of pages.
        asked: how many numbers of pages it asks for.

    Raises:
        UnboundError: a number stands where none was asked for, or does not stand where one was.
    """
    tree, tag = pdf.Root.Pages.objgen[0], pdf.Root.StructTreeRoot.K[0]
    tag.S, pdf.Root.Pages.Parent = Name.Part, pdf.Root  # in the book it stands below the node of all pages
    targets, shown = _led_within(pdf), runs(pdf, digits, asked)
    contents = [page.obj.Contents.objgen[0] for page in pdf.pages]
    fixed = {pdf.Root.objgen[0]: PAGES, pdf.Root.StructTreeRoot.objgen[0]: DOCUMENT}
    fixed |= {number: kind for kind, number in fonts_of_numbers(pdf).values()}
    tags = _tags(pdf)
    objects, streams = reached(pdf, [tree, tag.objgen[0], *_named(b" ".join(tags.values()))], {*fixed, *contents})
    plain = [*(number for number in objects if number not in targets), _PARENTS]
    local = {old: new for new, old in enumerate([*plain, *targets, *streams, *contents])}
    keys, objects[_PARENTS] = _parents(tags, local)
    moved = _Moved(name, local, fixed)
    sheaves = [plain[place : place + THOUSAND] for place in range(0, len(plain), THOUSAND)]
    last = len(local) + len(sheaves)
    if last >= MOST * THOUSAND:
        raise UnboundError(f"{last:,} objects, more than a part may have")
    return Quire(
        name=name,
        size=last + 1,
        tree=local[tree],
        tag=local[tag.objgen[0]],
        parents=(local[_PARENTS], *keys),
        pages=[
            (local[page.obj.objgen[0]], local[content], *one)
            for page, content, one in zip(pdf.pages, contents, shown, strict=True)
        ],
        places=_places(pdf),
        sheaves=[
            (len(local) + place, *_sheaf({n: moved.text(n, objects[n]) for n in some}, local))
            for place, some in enumerate(sheaves)
        ],
        links=(len(plain), last, [*targets.values()], b"\n".join(moved.text(n, objects[n]) for n in targets)),
        streams=[(local[n], moved.text(n, text), data) for n, (text, data) in streams.items()],
        **_frame(pdf),
    )


def led(text: bytes, numbers: Mapping[int, bytes]) -> bytes:
    """The text of an object with its references by other numbers."""
    return _TOKEN.sub(lambda found: numbers[int(found[1])] + b" 0 R" if found[1] else found[0], text)


class _Moved:
    """Writes the texts of objects with the part's own numbers.

    Args:
        name: the part's name.
        local: a number in the PDF → that in the quire.
        fixed: a number in the PDF → that of the book's own object in its place.
    """

    def __init__(self, name: str, local: Mapping[int, int], fixed: Mapping[int, int]) -> None:
        self._numbers = {n: b"%d" % own for n, own in fixed.items()} | {n: _marked(own) for n, own in local.items()}
        self._head = b"(" + String(f"{name} ").unparse()[1:-1]

    def text(self, number: int, text: bytes) -> bytes:
        """The text of an object.

        Pages and links are tagged under their own numbers. The names of the heads of tables are made those of this
        part, because parts have the same ones.
        """
        text = led(text, self._numbers)
        if b"/StructParent" in text:
            text = _KEY.sub(rb"\1 " + self._numbers[number], text, count=1)
        if b"/Type /StructElem" in text:
            text = text.replace(b"/ID (", b"/ID " + self._head)
            text = _HEADERS.sub(lambda found: found[0].replace(b"(", self._head), text)
        return text


_KEY = re.compile(rb"(/StructParents?) \d+")
_HEADERS = re.compile(rb"/Headers \[[^\]]*\]")


def reached(
    pdf: pikepdf.Pdf, roots: Sequence[int], known: Container[int]
) -> tuple[dict[int, bytes], dict[int, tuple[bytes, bytes]]]:
    """All objects that can be reached, in the order of the way to them: the texts of plain ones, and streams."""
    objects: dict[int, bytes] = {}
    streams: dict[int, tuple[bytes, bytes]] = {}
    for root in roots:
        waiting = [root]
        for number in waiting:
            if number in objects or number in streams or number in known:
                continue
            one = pdf.get_object(number, 0)
            if isinstance(one, Stream):
                text = one.stream_dict.unparse(resolved=True)
                streams[number] = text, one.read_raw_bytes()
            else:
                text = objects[number] = one.unparse(resolved=True)
            waiting += _named(text)
    return objects, streams


def _named(text: bytes) -> list[int]:
    """The objects to which a text refers."""
    return [int(number) for number in _TOKEN.findall(text) if number]


def _sheaf(texts: Mapping[int, bytes], local: Mapping[int, int]) -> tuple[int, int, bytes]:
    """How many objects they are, how long the list of their places is, the list with the objects."""
    places = accumulate((len(text) + 1 for text in texts.values()), initial=0)
    listed = b" ".join(_marked(local[n]) + b" %d" % place for n, place in zip(texts, places, strict=False)) + b" "
    return len(texts), len(listed), listed + b" ".join(texts.values())


def _led_within(pdf: pikepdf.Pdf) -> dict[int, str]:
    """Makes the links within the book lead there; which they are, and where they lead."""
    found = {}
    for page in pdf.pages:
        for link in page.get("/Annots", ()):
            address = str(link.get("/A", Dictionary()).get("/URI", ""))
            if address.startswith(HERE):
                found[link.objgen[0]] = address.removeprefix(HERE)
                del link["/A"]
                link.Dest = String(address.removeprefix(HERE))
                link.Contents = String(SAID[1:-1].decode())
    return found


def _tags(pdf: pikepdf.Pdf) -> dict[int, bytes]:
    """The tags of all that is tagged, pages and links."""
    owners: dict[int, int] = {}
    for page in pdf.pages:
        owners[int(page.StructParents)] = page.obj.objgen[0]
        owners |= {int(link.StructParent): link.objgen[0] for link in page.get("/Annots", ())}
    named = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return {owners[int(key)]: tags.unparse() for key, tags in zip(named[::2], named[1::2], strict=True)}


def _parents(tags: Mapping[int, bytes], local: Mapping[int, int]) -> tuple[tuple[int, int], bytes]:
    """The list from what is tagged to its tags: its first and last key, and its text."""
    pairs = sorted((local[owner], text) for owner, text in tags.items())
    keys = pairs[0][0], pairs[-1][0]
    listed = b" ".join(_marked(key) + b" " + text for key, text in pairs)
    return keys, b"<< /Limits [ %s %s ] /Nums [ %s ] >>" % (_marked(keys[0]), _marked(keys[1]), listed)


def _places(pdf: pikepdf.Pdf) -> dict[str, tuple[int, str, str]]:
    """What has a name: the page on which it stands, from 0, and where on it."""
    pages = [page.obj.objgen for page in pdf.pages]
    names = list(pdf.Root.Names.Dests.Names) if "/Names" in pdf.Root else []
    pairs = zip(names[::2], names[1::2], strict=True)
    return {str(name): (pages.index(place[0].objgen), str(place[2]), str(place[3])) for name, place in pairs}


def _frame(pdf: pikepdf.Pdf) -> dict[str, bytes]:
    """What the file says of itself."""
    own = Dictionary({key: pdf.Root[key] for key in ("/Lang", "/MarkInfo", "/ViewerPreferences")})
    info = pdf.trailer.Info.unparse(resolved=True)
    return {"catalogue": own.unparse(), "info": info, "metadata": pdf.Root.Metadata.read_bytes()}
