"""The numbers of the book's pages: where they stand in its parts, and how they are written there.

A part shows `0000`, `0001` … where the number of a page belongs, in a font of their own whose digits are equally wide:
so the right number takes exactly its room.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pikepdf
from pikepdf import Dictionary

REFERENCE, FOOT = 5, 6
"""The fonts of the numbers, in the text and at the foot of each page: their numbers among the book's objects."""
OWN = -1
"""Which number it is that stands at the foot of a page: its own."""
ROOM = 4
"""For how many digits there is room."""
_RUN = re.compile(rb"/(\w+) [\d.]+ Tf\s+(\[(?:<[0-9a-f]+>[-\d.]*)+\]) TJ")
"""A run of text in a page: its font, and what is shown."""
_KINDS = {"Atlas-Pages": REFERENCE, "Atlas-Pages-Bold": FOOT}


class UnboundError(Exception):
    """The parts do not make a book."""


class Digits:
    """The fonts of the numbers.

    Args:
        data: a PDF whose first page shows the ten digits in each of them.
    """

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(data))
        page = self.pdf.pages[0]
        shown = {found[1]: _glyphs(found[2]) for found in _RUN.finditer(page.Contents.read_bytes())}
        self.fonts = dict(fonts_of_numbers(self.pdf).values())
        self._glyphs = {kind: shown[key] for key, (kind, _) in fonts_of_numbers(self.pdf).items()}
        self._width = float(self.pdf.get_object(self.fonts[FOOT], 0).DescendantFonts[0].W[1][0])

    def read(self, run: bytes) -> str:
        """The number that a run in the text shows."""
        return "".join(str(self._glyphs[REFERENCE].index(glyph)) for glyph in _glyphs(run))

    def written(self, kind: int, number: int) -> bytes:
        """A run that shows the number, at the right of the room for it."""
        digits = [self._glyphs[kind][int(digit)] for digit in str(number)]
        lead = f"{-self._width * (ROOM - len(digits)):g}".encode()
        return b"[" + lead + b"".join(b"<" + digit + b">" for digit in digits) + b"]"


def fonts_of_numbers(pdf: pikepdf.Pdf) -> dict[bytes, tuple[int, int]]:
    """What the pages call the fonts of the numbers: which of them it is, and the number of its object."""
    fonts = {key: font for page in pdf.pages for key, font in page.resources.get("/Font", Dictionary()).items()}
    found = {key[1:].encode(): (str(font.BaseFont).partition("+")[2], font.objgen[0]) for key, font in fonts.items()}
    return {key: (_KINDS[name], number) for key, (name, number) in found.items() if name in _KINDS}


def runs(pdf: pikepdf.Pdf, digits: Digits, asked: int) -> list[tuple[bytes, list[tuple[int, int, int]]]]:
    """Each page's content, and the runs in it that show numbers: from where to where, and which number it is.

    Args:
        pdf: a part.
        digits: the fonts of the numbers.
        asked: how many numbers it asks for.

    Raises:
        UnboundError: a number stands where none was asked for, or does not stand where one was.
    """
    kinds = {key: kind for key, (kind, _) in fonts_of_numbers(pdf).items()}
    place, pages = 0, []
    for page in pdf.pages:
        content, found = page.Contents.read_bytes(), []
        for run in _RUN.finditer(content):
            if kinds.get(run[1]) == REFERENCE:
                if place >= asked or digits.read(run[2]) != f"{place % 10**ROOM:0{ROOM}}":
                    raise UnboundError(f"the number {digits.read(run[2])} of a page where number {place} is due")
                found.append((*run.span(2), place))
                place += 1
            elif run[1] in kinds:
                found.append((*run.span(2), OWN))
        pages.append((content, found))
    if place != asked:
        raise UnboundError(f"{asked} numbers of pages asked for, {place} found")
    return pages


def numbered(
    content: bytes, places: Sequence[tuple[int, int, int]], numbers: Sequence[int], own: int, digits: Digits
) -> bytes:
    """A page's content with the right numbers: `numbers` are those asked for, `own` is that of the page."""
    pieces, last = [], 0
    for start, end, which in places:
        shown = digits.written(FOOT, own) if which == OWN else digits.written(REFERENCE, numbers[which])
        pieces += [content[last:start], shown]
        last = end
    return b"".join([*pieces, content[last:]])


def _glyphs(run: bytes) -> list[bytes]:
    """The glyphs of a run, each four hexadecimal digits."""
    return [glyph for found in re.findall(rb"<([0-9a-f]+)>", run) for glyph in re.findall(rb"....", found)]
