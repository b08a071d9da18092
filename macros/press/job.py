"""What a worker of the press is handed, and what it hands back."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from ..problem import Problem

AUTHOR = "The B12 & MS Atlas contributors"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
HERE = "https://book.invalid/"
"""Where links within the book lead until it is bound: to a place's name below this address."""


@dataclass(frozen=True)
class Job:
    """One document on one paper in one size of print.

    Args:
        edit: the file to mend where the document fails.
        name: the document with its paper and print, for messages.
        html: its HTML.
        paper: a key of `PAPERS`.
        print: a key of `PRINTS`.
        limited: whether it has to fit the pages of a handout.
        created: the day of its first version.
        updated: the day of this version.
        packages: the folder `node_modules`.
        part: its name among the parts of the book; "" where it is whole.
        asked: of a part: how many numbers of pages it asks for.
    """

    edit: str
    name: str
    html: str
    paper: str
    print: str
    limited: bool
    created: datetime.date
    updated: datetime.date
    packages: Path
    part: str = ""
    asked: int = 0


@dataclass(frozen=True)
class Entry:
    """A heading that the contents and the bookmarks name: 0 for a chapter, 1 for what is in it."""

    level: int
    title: str
    place: str


@dataclass(frozen=True)
class Part:
    """A part of the book that has been set.

    Args:
        name: its name.
        file: where it is kept (see `quire`).
        asked: the names of the places whose pages it gives, in order.
    """

    name: str
    file: Path
    asked: tuple[str, ...]


@dataclass(frozen=True)
class Binding:
    """The book on one paper, whose parts have been set.

    Args:
        edit: the file to mend where it fails.
        name: the book with its paper, for messages.
        parts: its parts, in order.
        entries: the headings for the bookmarks.
        created: the day of its first version.
        updated: the day of this version.
        packages: the folder `node_modules`.
        made_with: what every PDF is made with (see `shelf`).
        before: where its parts are kept as they were bound before.
        thorough: whether the whole book is proved: where most of it is new. What binding writes is told otherwise.
    """

    edit: str
    name: str
    parts: tuple[Part, ...]
    entries: tuple[Entry, ...]
    created: datetime.date
    updated: datetime.date
    packages: Path
    made_with: bytes
    before: Path
    thorough: bool


@dataclass(frozen=True)
class Outcome:
    """The PDF, of a part of the book what it is bound from, with its length, and what is wrong with it."""

    pdf: bytes
    pages: int
    problems: tuple[Problem, ...]
