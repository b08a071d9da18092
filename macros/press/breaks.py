"""Finds what the end of a page has torn apart: a heading from its text, a row of a table, the lines of a paragraph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from ..problem import quoted
from .fit import boxes

_HEADINGS = frozenset({"h1", "h2", "h3", "caption"})
_HEADING_CLASSES = frozenset({"urgency", "label", "before"})
"""Paragraphs that head what follows them."""


def torn(pages: Sequence[Any]) -> Iterator[str]:
    """Each fault in a phrase; the pages are those of WeasyPrint."""
    laid = [_Laid(page) for page in pages]
    for number, (page, following) in enumerate(pairwise(laid), 1):
        if page.last is not None and page.last in page.headings:
            yield f"a heading alone at the foot of page {number}: {quoted(_text(page.last))}"
        for row in page.rows & following.rows:
            yield f"a row of a table torn by the end of page {number}: {quoted(_text(row))}"
        for block in page.lines.keys() & following.lines.keys():
            if 1 in (page.lines[block], following.lines[block]):
                yield f"a line alone at the end of page {number}: {quoted(_text(block))}"


class _Laid:
    """What stands on a page.

    Attributes:
        lines: how many lines of each block are on it.
        last: the block of its last line.
        headings: the blocks that head others.
        rows: the rows of its tables, their heads left out, which each page repeats.
    """

    def __init__(self, page: Any) -> None:
        self.lines: Counter[Any] = Counter()
        self.last: Any = None
        self.headings: set[Any] = set()
        self.rows: set[Any] = set()
        heads: set[Any] = set()
        for box in boxes(page):
            element = box.element
            if element is None or "::" in box.element_tag:
                continue
            kind, tag = type(box).__name__, element.tag.rpartition("}")[2]
            if tag in _HEADINGS or _HEADING_CLASSES & set(element.get("class", "").split()) or tag == "thead":
                self.headings.add(element)
            if tag == "thead":
                heads |= set(element.iter())
            elif kind == "TableRowBox" and element not in heads:
                self.rows.add(element)
            elif kind == "LineBox" and element not in heads:
                self.lines[element] += 1
                self.last = element
        self.headings |= heads


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
