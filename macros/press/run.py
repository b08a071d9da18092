"""Prints everything: what was made before is taken from the shelf, the rest is set by a pool of workers."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..knowledge import KnowledgeBase
from ..printed import Printed
from ..problem import Problem, quoted, suggestion
from ..whole import write_whole
from . import sheets
from .book import BookMaker
from .document import BOOK, Document, PrintMaker, documents
from .job import Binding, Entry, Job, Part
from .shelf import Keys, Shelf, key_of_book, pango_version
from .style import font_files
from .workers import Workers

Tell = Callable[[int, int], None]
"""Is told how many are done, of how many."""


@dataclass(frozen=True)
class Run:
    """What a run made.

    Args:
        printed: every PDF, in the order of the documents.
        files: where each stands until it is handed out, by its path below the site's root.
        made: how many were made, and not taken from the shelf.
        problems: what is wrong; then there may be fewer PDFs.
    """

    printed: tuple[Printed, ...]
    files: dict[str, Path]
    made: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Wanted:
    """A PDF that is wanted."""

    document: Document
    job: Job | Binding
    key: str
    paper: str
    print: str

    @property
    def path(self) -> str:
        large = "" if self.print == "normal" else f"-{self.print}"
        return f"print/{self.document.path}-{self.paper}{large}.pdf"


@dataclass(frozen=True)
class _Volume:
    """The book on one paper: its parts, each with the places whose pages it gives; it is bound when they are set.

    `how` is what a `Binding` says of packages, of what the PDF is made with, and of what was bound before.
    """

    document: Document
    parts: tuple[tuple[_Wanted, tuple[str, ...]], ...]
    entries: tuple[Entry, ...]
    how: tuple[Path, bytes, Path]

    @property
    def key(self) -> str:
        return key_of_book([part.key for part, _ in self.parts], self.entries)

    def wanted(self, found: Mapping[str, tuple[Path, int]], new: Container[str] = ()) -> _Wanted:
        """The book, once its parts are found, some of which are new."""
        first = self.parts[0][0].job
        assert isinstance(first, Job)
        files = (found[part.key][0] if part.key in found else Path() for part, _ in self.parts)
        parts = tuple(Part(part.job.name, file, asked) for (part, asked), file in zip(self.parts, files, strict=True))
        created, updated = self.document.created, self.document.updated
        name = f"{self.document.id}, {first.paper}"
        # Parts are proved when they are set. A book that is new is proved whole: an edit is not held up by it.
        thorough = 2 * sum(part.key in new for part, _ in self.parts) > len(self.parts)
        job = Binding(self.document.edit, name, parts, self.entries, created, updated, *self.how, thorough)
        return _Wanted(self.document, job, self.key, first.paper, first.print)


def run(
    base: KnowledgeBase,
    root: Path,
    packages: Path,
    site_url: str,
    only: Sequence[str] = (),
    workers: int = 0,
    tell: Tell | None = None,
) -> Run:
    """Prints every document, or those named.

    Args:
        base: the knowledge base, without problems.
        root: the project's folder; the shelf stands in its `.cache/`.
        packages: the folder `node_modules`, which has the fonts.
        site_url: the address of the live site, which is printed on every sheet.
        only: ids of documents; all where there are none.
        workers: how many processes; as many as there are cores where 0.
        tell: is told how far it is.
    """
    if wrong := tuple(sheets.problems(base)):
        return Run((), {}, 0, wrong)
    chosen, problems = _chosen(documents(base), only)
    problems += _lacking(packages)
    if problems:
        return Run((), {}, 0, tuple(problems))
    try:
        return _run(chosen, root, base, packages, site_url, workers, tell or _said)
    except OSError as error:
        return Run((), {}, 0, (_unwritten(error),))


def _chosen(known: list[Document], only: Sequence[str]) -> tuple[list[Document], list[Problem]]:
    ids = [document.id for document in known]
    problems = [
        Problem(
            "--only", 0, quoted(name), "the id of a document", suggestion(name, ids, "They are kind:id, or a name.")
        )
        for name in only
        if name not in ids
    ]
    return [document for document in known if not only or document.id in only], problems


def _lacking(packages: Path) -> list[Problem]:
    found = (
        []
        if pango_version()
        else [Problem("Pango", 0, "no such library", "Pango, which sets the lines", "Run `tools/setup pango`.")]
    )
    missing = [path for path in font_files(packages) if not path.is_file()]
    if missing:
        found.append(Problem(str(missing[0]), 0, "no such font", "the fonts of the npm packages", "Run `make setup`."))
    return found


def _run(
    chosen: list[Document], root: Path, base: KnowledgeBase, packages: Path, site_url: str, workers: int, tell: Tell
) -> Run:
    packages = packages.resolve()
    shelf, keys = Shelf(root / ".cache" / "print"), Keys(packages)
    books = [document for document in chosen if document.id == BOOK]
    handouts = [document for document in chosen if document.id != BOOK]
    with Workers(shelf, workers) as pool:
        for document in books:
            pool.begin(packages, document.created)
        singles = list(_wanted(handouts, PrintMaker(base, site_url), packages, keys))
        new = [one for one in singles if not pool.has(one.key)]
        # A few handouts are set while the book's text is made. Of many the book's parts go first: what is bound waits
        # for the slowest of them, and the handouts fill that time.
        for one in new if len(new) <= _FEW else []:
            pool.want(one.key, one.job)
        volumes = [v for book in books for v in _volumes(book, BookMaker(base, site_url, root), packages, keys, root)]
        unbound = [volume for volume in volumes if not pool.has(volume.key)]
        for volume in volumes:
            for part, _ in volume.parts:
                if volume in unbound:
                    pool.want(part.key, part.job)
                else:
                    pool.has(part.key)  # so that the shelf keeps it
        for one in new:
            pool.want(one.key, one.job)
        made = len({one.key for one in new}) + len(unbound)
        _finish(pool, unbound, tell)
    if not pool.problems:
        shelf.tidy(len(pool.found))
    everything = [*singles, *(volume.wanted(pool.found) for volume in volumes)]
    there = [(one, *pool.found[one.key]) for one in everything if one.key in pool.found]
    printed = tuple(
        Printed(one.document.id, one.document.title, one.paper, one.print, one.path, pages, file.stat().st_size)
        for one, file, pages in there
    )
    return Run(printed, {one.path: file for one, file, _ in there}, made, tuple(sorted(pool.problems)))


_FEW = 16
"""Handouts of four records."""


def _finish(pool: Workers, unbound: Sequence[_Volume], tell: Tell) -> None:
    """Waits until everything is made; each book is bound as soon as its parts are there."""
    total, waiting = pool.new + len(unbound), _bound(pool, unbound)
    for done, _ in enumerate(pool.made(), 1):
        waiting = _bound(pool, waiting)
        tell(done, total)


def _bound(pool: Workers, volumes: Sequence[_Volume]) -> list[_Volume]:
    """Lets the books be bound whose parts are there; gives those that wait for theirs, or for another book.

    To prove a whole book takes most of a gigabyte: one at a time.
    """
    waiting = []
    for volume in volumes:
        ready = not pool.problems and all(part.key in pool.found for part, _ in volume.parts)
        job = volume.wanted(pool.found, pool.wanted).job if ready else None
        if isinstance(job, Binding) and not (job.thorough and pool.is_binding):
            pool.want(volume.key, job)
        else:
            waiting.append(volume)
    return waiting


def _wanted(chosen: Iterable[Document], maker: PrintMaker, packages: Path, keys: Keys) -> Iterator[_Wanted]:
    for document in chosen:
        html = maker.html(document)
        for paper in document.papers:
            for size in document.prints:
                name = f"{document.id}, {paper}, {size}"
                days = (document.created, document.updated)
                job = Job(document.edit, name, html, paper, size, document.limited, *days, packages)
                yield _Wanted(document, job, keys.of(job), paper, size)


def _volumes(document: Document, maker: BookMaker, packages: Path, keys: Keys, root: Path) -> Iterator[_Volume]:
    book = maker.book(document)
    for paper in document.papers:
        for size in document.prints:
            parts: list[tuple[_Wanted, tuple[str, ...]]] = []
            for part in book.parts:
                # Of the days only those of the first part are in the book: a new one sets no other part again.
                days = (document.created, document.created if parts else document.updated)
                name, asked = f"{part.name}, {paper}", len(part.pages)
                job = Job(document.edit, name, part.html, paper, size, False, *days, packages, part.name, asked)
                parts.append((_Wanted(document, job, keys.of(job), paper, size), part.pages))
            how = packages, keys.everywhere, root / ".cache" / "bound" / f"{document.id}-{paper}-{size}"
            yield _Volume(document, tuple(parts), book.entries, how)


def hand_out(made: Run, out: Path) -> list[Problem]:
    """Copies the PDFs to a folder, each whole or not at all; what is wrong. One of the same age and size is there."""
    try:
        for place, file in made.files.items():
            own, path = file.stat(), out / place
            if not _is_there(path, own):
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, file.read_bytes())
                os.utime(path, ns=(own.st_atime_ns, own.st_mtime_ns))
    except OSError as error:
        return [_unwritten(error)]
    return []


def _is_there(path: Path, own: os.stat_result) -> bool:
    if not path.is_file():
        return False
    there = path.stat()
    return (there.st_size, there.st_mtime_ns) == (own.st_size, own.st_mtime_ns)


def _unwritten(error: OSError) -> Problem:
    place = str(error.filename or ".cache/print")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem(
            place, 0, "a full disk", "room for the PDFs", "Make room and print again: what was made is kept."
        )
    return Problem(
        place, 0, f"a file that cannot be written ({error.strerror})", "one that can", "Mend its permissions."
    )


def _said(done: int, total: int) -> None:
    """Says how far it is: in a terminal in place, elsewhere a line for each tenth."""
    if sys.stderr.isatty():
        print(f"\rPrinting: {done:,} of {total:,}", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total or done * 10 // total > (done - 1) * 10 // total:
        print(f"Printing: {done:,} of {total:,}", file=sys.stderr, flush=True)
