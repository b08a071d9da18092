"""What a page knows of its PDFs: where they lie, on which paper, in which size of print, how long and how large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Paper:
    """A size of paper.

    Args:
        label: what a reader calls it.
        css: what a style sheet calls it.
    """

    label: str
    css: str


@dataclass(frozen=True)
class Print:
    """A size of print.

    Args:
        label: what a reader calls it.
        points: the size of the text; only the letters of a diagram are smaller.
        most_pages: how many pages a handout may have.
    """

    label: str
    points: int
    most_pages: int


PAPERS: Final = {"a4": Paper("A4", "A4"), "letter": Paper("US Letter", "letter")}
PRINTS: Final = {"normal": Print("Normal print", 12, 2), "large": Print("Large print", 18, 4)}


@dataclass(frozen=True)
class Printed:
    """One PDF.

    Args:
        document: what it shows: the key of a record, or the id of another document.
        title: the document's title.
        paper: a key of `PAPERS`.
        print: a key of `PRINTS`.
        path: where it stands below the site's root.
        pages: how many pages it has.
        size: how many bytes.
    """

    document: str
    title: str
    paper: str
    print: str
    path: str
    pages: int
    size: int

    @property
    def kind(self) -> str:
        """The kind of record that it shows, or what stands for it: 'symptom', 'book'."""
        return self.document.partition(":")[0]

    @property
    def label(self) -> str:
        """What tells it from the document's other PDFs: 'A4', 'US Letter, large print'."""
        large = "" if self.print == "normal" else f", {PRINTS[self.print].label.lower()}"
        return PAPERS[self.paper].label + large

    @property
    def extent(self) -> str:
        """Its length and size: '2 pages, 84 kB'."""
        return f"{self.pages:,} {'page' if self.pages == 1 else 'pages'}, {max(1, round(self.size / 1000)):,} kB"
