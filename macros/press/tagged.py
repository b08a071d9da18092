"""What a PDF says to those who hear it: its structure tree, read in order, with the text of each part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf

_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)

_BETWEEN = frozenset({"P", "H1", "H2", "H3", "L"})
"""What stands between two tables: a head after it is the next table's own, though it says the same."""


@dataclass(frozen=True)
class Tagged:
    """A part of the structure tree.

    Args:
        tag: what it is: `H1`, `P`, `TH`, `Figure` …
        text: its text with all that is in it.
        alternative: what is said in place of a picture.
        page: the page on which it begins, by its number in the file.
        target: the name of the place that it leads to, of a link within the file.
    """

    tag: str
    text: str
    alternative: str
    page: tuple[int, int] = (0, 0)
    target: str = ""


class _Characters(dict[int, str]):
    """Glyph number → what it stands for."""

    def __missing__(self, glyph: int) -> str:
        return "\N{REPLACEMENT CHARACTER}"


_TOLD = "BDC BMC EMC Tf Tj TJ"
"""The instructions of a page that say which part is drawn, in which font, and its text."""


class Reader:
    """Reads the tagged text of one PDF."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._maps: dict[tuple[int, int], _Characters] = {}
        self._head = ("", (0, 0))
        self._tables = 0
        self._texts = {page.objgen: self._marked(page) for page in pdf.pages}

    def parts(self) -> list[Tagged]:
        """Every part, each before what is in it."""
        found: list[Tagged] = []
        self._walk(self._pdf.Root.StructTreeRoot.K, (0, 0), found)
        return found

    def text(self, page: pikepdf.Page) -> str:
        """All that stands on a page, its foot too, in the order in which it is drawn."""
        return "".join(text for _, text in sorted(self._texts[page.objgen].items()))

    def _walk(self, node: pikepdf.Object, page: tuple[int, int], found: list[Tagged]) -> str:
        """The text of a node; its parts go to `found`."""
        if isinstance(node, pikepdf.Array):
            return "".join(self._walk(child, page, found) for child in node)
        if isinstance(node, int):
            return self._texts.get(page, {}).get(int(node), "")
        if not isinstance(node, pikepdf.Dictionary) or node.get("/Type") == "/OBJR":
            return ""
        page = node["/Pg"].objgen if "/Pg" in node else page
        tag = str(node.get("/S", "")).removeprefix("/")
        place = len(found)
        found.append(Tagged(tag, "", ""))
        if tag in _BETWEEN and not self._tables:
            self._head = ("", (0, 0))
        self._tables += tag == "Table"
        text = self._walk(node["/K"], page, found) if "/K" in node else ""
        self._tables -= tag == "Table"
        found[place] = Tagged(tag, text, str(node.get("/Alt", "")), page, _target(node) if tag == "Link" else "")
        if tag == "THead":
            head, self._head = self._head, (text, page)
            if text == head[0] and page != head[1]:  # the head of a table that goes on, written again
                del found[place:]
                return ""
        # A list's bullets and numbers are no text of the document; a picture's letters belong to the picture.
        return "" if tag in ("Lbl", "Figure") else text

    def _marked(self, page: pikepdf.Page) -> dict[int, str]:
        """The text of each marked part of a page."""
        texts: dict[int, str] = {}
        marks: list[int | None] = []
        characters = _Characters()
        fonts = page.resources.get("/Font", pikepdf.Dictionary())
        for instruction in pikepdf.parse_content_stream(page, _TOLD):
            operands, name = instruction.operands, str(instruction.operator)
            if name == "BDC":
                properties = operands[1]
                marks.append(int(properties["/MCID"]) if "/MCID" in properties else None)
            elif name == "BMC":
                marks.append(None)
            elif name == "EMC":
                marks.pop()
            elif name == "Tf":
                characters = self._characters(fonts[str(operands[0])])
            elif name in ("Tj", "TJ"):
                mark = next((mark for mark in reversed(marks) if mark is not None), None)
                if mark is not None:
                    texts[mark] = texts.get(mark, "") + _decoded(operands[0], characters)
        return texts

    def _characters(self, font: pikepdf.Object) -> _Characters:
        if font.objgen not in self._maps:
            told = _mapped(font.ToUnicode.read_bytes()) if "/ToUnicode" in font else ()
            self._maps[font.objgen] = _Characters(told)
        return self._maps[font.objgen]


def _target(link: pikepdf.Object) -> str:
    """The name of the place that a link leads to; empty where it leads out of the file."""
    inside = [child for child in link.get("/K", ()) if isinstance(child, pikepdf.Dictionary)]
    return next((str(child.Obj.get("/Dest", "")) for child in inside if child.get("/Type") == "/OBJR"), "")


def _decoded(shown: pikepdf.Object, characters: _Characters) -> str:
    pieces = shown if isinstance(shown, pikepdf.Array) else [shown]
    glyphs = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
    return glyphs.decode("utf-16-be", "surrogatepass").translate(characters)  # two bytes for each glyph


def _mapped(cmap: bytes) -> Iterator[tuple[int, str]]:
    """The pairs of a character map: glyph number and text."""
    for block in _CHARS.findall(cmap):
        codes = [bytes.fromhex(found.decode()) for found in _HEX.findall(block)]
        for code, text in zip(codes[::2], codes[1::2], strict=True):
            yield int.from_bytes(code), text.decode("utf-16-be")
    for block in _RANGES.findall(cmap):
        codes = [bytes.fromhex(found.decode()) for found in _HEX.findall(block)]
        for low, high, text in zip(codes[::3], codes[1::3], codes[2::3], strict=True):
            start = int.from_bytes(text)
            for offset, glyph in enumerate(range(int.from_bytes(low), int.from_bytes(high) + 1)):
                yield glyph, (start + offset).to_bytes(len(text)).decode("utf-16-be")
