"""How high a handout's parts will be set, judged from their letters: mostly within a tenth, and in no time.

All lengths are in sizes of the text (em). The rules are those of `templates/print/print.css`, as far as they matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from xml.etree.ElementTree import Element

_LINE, _LETTER = 1.36, 0.47
"""The height of a line, and the width of a letter, generously."""
_SET = 0.87
"""How much of what is so reckoned is taken when it is set: 0.81 to 0.91 on 66 sheets of all kinds."""
_TABLE = {"table", "caption", "thead", "tbody", "tr", "th", "td"}
_BLOCKS = _TABLE | {"body", "div", "section", "h1", "h2", "p", "ol", "ul", "li", "svg"}
_ABOVE = {"h2": 1.0, "li": 0.15, "ol": 0.35, "p": 0.35, "table": 0.45}
_HEADINGS = {"h1": 1.9, "h2": 1.22}
"""How large their letters are."""
_AROUND = {"care": (1.8, 1.55), "in-short": (1.05, 1.0), "boxes": (1.5, 0.0)}
"""What a frame takes: of the width, and of the height."""
_CELL = 0.9, 0.5
_INDENT = 1.2
_SMALLER, _OPENING = 10 / 12, 8.5
"""How large the letters of a diagram are; how much of the first page's height it leaves to what opens the sheet."""
_BESIDE, _BELOW = 1.2, 0.7
"""What stays empty between a diagram and the text."""
_CITATION = 3
"""Letters that the brackets around numbers take."""


class Estimate:
    """The heights of a text and its named parts.

    Args:
        body: the text, its parts named by `data-n`.
        wide: how wide a page's text is.
        high: how high a page's text is.

    Attributes:
        parts: `data-n` → height.
        whole: the height of everything.
        pictures: how much of it is pictures that take a page each, as they will.
    """

    def __init__(self, body: Element, wide: float, high: float) -> None:
        self.parts: dict[str, float] = {}
        self.pictures = 0.0
        self._high = high
        self.whole = self._height(body, wide, 1.0)

    def _height(self, element: Element, wide: float, size: float) -> float:
        height = self._reckoned(element, wide, size)
        if "data-n" in element.attrib:
            self.parts[element.attrib["data-n"]] = height
        return height

    def _reckoned(self, element: Element, wide: float, size: float) -> float:
        name, classes = _name(element), element.get("class", "").split()
        if "drawing-large" in classes:
            self.pictures += self._high
            return self._high
        if name == "svg":
            return self._drawn(element) / wide if "data-tall" in element.attrib else 0.0
        if name == "tr":
            return max((self._height(cell, wide / len(element) - _CELL[0], size) for cell in element), default=0.0)
        frames = [_AROUND[one] for one in classes if one in _AROUND]
        inner = wide - sum(across for across, _ in frames) - (_INDENT if name in ("ul", "ol") and not frames else 0.0)
        size *= _HEADINGS.get(name, 1.0)
        own = sum(_lines(letters * size, inner) for letters in _runs(element)) * size * _LINE
        within = sum(self._height(child, inner, size) for child in _inner(element))
        padding = _CELL[1] if name in ("td", "th") else 0.0
        return _SET * (_ABOVE.get(name, 0.0) + sum(tall for _, tall in frames) + own + padding) + within

    def _drawn(self, diagram: Element) -> float:
        """The room that a diagram takes beside the text, in squares: told in its own letters, which are smaller."""
        across, tall = (float(diagram.attrib[side]) * _SMALLER for side in ("data-across", "data-tall"))
        fitted = min(1.0, (self._high - _OPENING) / tall)
        return (across * fitted + _BESIDE) * (tall * fitted + _BELOW)


def _lines(letters: float, wide: float) -> int:
    return max(1, math.ceil(letters * _LETTER / wide))


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _runs(element: Element) -> Iterator[int]:
    """How many letters stand in an element itself, from one `br` to the next."""
    letters = 0
    for one in _texts(element):
        if one is None:
            yield letters
            letters = 0
        else:
            letters += one
    if letters > 1:
        yield letters


def _texts(element: Element) -> Iterator[int | None]:
    """The letters of its own text, piece by piece; None for the end of a line."""
    yield _letters(element.text)
    for child in element:
        if _name(child) == "br":
            yield None
        elif _name(child) not in _BLOCKS:
            yield _CITATION if _name(child) == "sup" else 0
            yield from _texts(child)
        yield _letters(child.tail)


def _letters(text: str | None) -> int:
    return len(" ".join(text.split())) + 1 if text and not text.isspace() else 0


def _inner(element: Element) -> Iterator[Element]:
    """The blocks in an element, also those inside its words."""
    for child in element:
        if _name(child) in _BLOCKS:
            yield child
        else:
            yield from _inner(child)
