"""Prints everything: what was made before is taken from the shelf, the rest is set by a pool of workers."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from ..knowledge import KnowledgeBase
from ..printed import Printed
from ..problem import Problem, quoted, suggestion
from . import sheets
from .book import BookMaker
from .document import BOOK, Document, PrintMaker, documents
from .job import Binding, Entry, Job, Outcome
from .shelf import Shelf, key_of, key_of_book, pango_version, write_whole
from .style import font_files

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
    """The book on one paper: its parts, each with the places whose pages it gives; it is bound when they are set."""

    document: Document
    parts: tuple[tuple[_Wanted, tuple[str, ...]], ...]
    entries: tuple[Entry, ...]

    @property
    def key(self) -> str:
        return key_of_book([part.key for part, _ in self.parts], self.entries)

    def wanted(self, found: Mapping[str, tuple[Path, int]]) -> _Wanted:
        """The book, once its parts are found."""
        first = self.parts[0][0]
        files = tuple((found[part.key][0] if part.key in found else Path(), asked) for part, asked in self.parts)
        days = (self.document.created, self.document.updated)
        assert isinstance(first.job, Job)
        name = f"{self.document.id}, {first.paper}"
        job = Binding(self.document.edit, name, files, self.entries, *days, first.job.packages)
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
    shelf = Shelf(root / ".cache" / "print")
    singles = list(_wanted([one for one in chosen if one.id != BOOK], PrintMaker(base, site_url), packages.resolve()))
    volumes = [
        volume
        for document in chosen
        if document.id == BOOK
        for volume in _volumes(document, BookMaker(base, site_url, root), packages.resolve())
    ]
    parts = [part for volume in volumes for part, _ in volume.parts]
    keys = [one.key for one in (*singles, *parts)] + [volume.key for volume in volumes]
    found = {key: known for key in keys if (known := shelf.find(key))}
    unbound = [volume for volume in volumes if volume.key not in found]
    asked = (*singles, *(part for volume in unbound for part, _ in volume.parts))
    new = list({one.key: one for one in asked if one.key not in found}.values())
    made = sum(one.key not in found for one in singles) + len(unbound)
    problems: list[Problem] = []
    done = 0
    for wanted in (new, unbound):  # the book is bound when its parts are set
        ready = [one.wanted(found) if isinstance(one, _Volume) else one for one in wanted if not problems]
        # Binding takes much memory: one after the other.
        for one, outcome in _made(ready, workers if wanted is new else 1):
            problems += outcome.problems
            if not outcome.problems:
                found[one.key] = (shelf.put(one.key, outcome.pdf, outcome.pages), outcome.pages)
            done += 1
            tell(done, len(new) + len(unbound))
    if not problems:
        shelf.tidy(len(keys))
    there = [(one, *found[one.key]) for one in (*singles, *(v.wanted(found) for v in volumes)) if one.key in found]
    printed = tuple(
        Printed(one.document.id, one.document.title, one.paper, one.print, one.path, pages, file.stat().st_size)
        for one, file, pages in there
    )
    return Run(printed, {one.path: file for one, file, _ in there}, made, tuple(sorted(problems)))


def _wanted(chosen: Iterable[Document], maker: PrintMaker, packages: Path) -> Iterator[_Wanted]:
    for document in chosen:
        html = maker.html(document)
        for paper in document.papers:
            for size in document.prints:
                name = f"{document.id}, {paper}, {size}"
                days = (document.created, document.updated)
                job = Job(document.edit, name, html, paper, size, document.limited, *days, packages)
                yield _Wanted(document, job, key_of(job), paper, size)


def _volumes(document: Document, maker: BookMaker, packages: Path) -> Iterator[_Volume]:
    book = maker.book(document)
    days = (document.created, document.updated)
    for paper in document.papers:
        for size in document.prints:
            jobs = [
                Job(document.edit, f"{part.name}, {paper}", part.html, paper, size, False, *days, packages, part.name)
                for part in book.parts
            ]
            parts = [_Wanted(document, job, key_of(job), paper, size) for job in jobs]
            asked = [part.pages for part in book.parts]
            yield _Volume(document, tuple(zip(parts, asked, strict=True)), book.entries)


def _made(new: list[_Wanted], workers: int) -> Iterator[tuple[_Wanted, Outcome]]:
    """Sets what is new, in as many processes as there are cores; hands out each as it is ready."""
    if not new:
        return
    number = min(workers or len(os.sched_getaffinity(0)), len(new))
    # Forked workers would carry the records and MkDocs with them: new ones carry nothing.
    pool = ProcessPoolExecutor(number, multiprocessing.get_context("spawn"), _begin)
    try:
        futures: dict[Future[Outcome], _Wanted] = {pool.submit(_work, one.job): one for one in new}
        for future in as_completed(futures):
            yield futures[future], _result(future, futures[future])
    finally:
        pool.shutdown(cancel_futures=True)


def _result(future: Future[Outcome], one: _Wanted) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        found, expected, remedy = "a worker that was ended", "enough memory for each", "Print with fewer: --workers 1."
        return Outcome(b"", 0, (Problem("print", 0, found, expected, remedy),))
    except Exception as error:
        told = f"{type(error).__name__}: {error} ({one.job.name})"
        return Outcome(
            b"", 0, (Problem(one.job.edit, 0, quoted(told), "a clean print", "Mend the record, or tell us."),)
        )


def hand_out(made: Run, out: Path) -> list[Problem]:
    """Copies the PDFs to a folder, each whole or not at all; what is wrong."""
    try:
        for place, file in made.files.items():
            (out / place).parent.mkdir(parents=True, exist_ok=True)
            write_whole(out / place, file.read_bytes())
    except OSError as error:
        return [_unwritten(error)]
    return []


def _begin() -> None:
    """An interrupt is the parent's business: it lets no new work begin, and the workers end by themselves."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _work(job: Job | Binding) -> Outcome:
    from .typeset import bound, typeset  # in the workers alone: it loads WeasyPrint

    return typeset(job) if isinstance(job, Job) else bound(job)


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
