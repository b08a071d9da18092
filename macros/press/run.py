"""Prints everything: what was made before is taken from the shelf, the rest is set by a pool of workers."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from ..knowledge import KnowledgeBase
from ..printed import Printed
from ..problem import Problem, quoted, suggestion
from . import sheets
from .document import Document, PrintMaker, documents
from .job import Job, Outcome
from .shelf import Shelf, key_of, pango_version, write_whole
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
    job: Job
    key: str

    @property
    def path(self) -> str:
        large = "" if self.job.print == "normal" else f"-{self.job.print}"
        return f"print/{self.document.path}-{self.job.paper}{large}.pdf"


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
        return _run(chosen, Shelf(root / ".cache" / "print"), base, packages, site_url, workers, tell or _said)
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
    chosen: list[Document], shelf: Shelf, base: KnowledgeBase, packages: Path, site_url: str, workers: int, tell: Tell
) -> Run:
    wanted = list(_wanted(chosen, PrintMaker(base, site_url), packages.resolve()))
    found = {one.key: known for one in wanted if (known := shelf.find(one.key))}
    new = list({one.key: one for one in wanted if one.key not in found}.values())
    problems: list[Problem] = []
    for done, (one, outcome) in enumerate(_made(new, workers), 1):
        problems += outcome.problems
        if not outcome.problems:
            found[one.key] = (shelf.put(one.key, outcome.pdf, outcome.pages), outcome.pages)
        tell(done, len(new))
    if not problems:
        shelf.tidy(len(wanted))
    there = [(one, *found[one.key]) for one in wanted if one.key in found]
    printed = tuple(
        Printed(one.document.id, one.document.title, one.job.paper, one.job.print, one.path, pages, file.stat().st_size)
        for one, file, pages in there
    )
    return Run(printed, {one.path: file for one, file, _ in there}, len(new), tuple(sorted(problems)))


def _wanted(chosen: Iterable[Document], maker: PrintMaker, packages: Path) -> Iterator[_Wanted]:
    for document in chosen:
        html = maker.html(document)
        for paper in document.papers:
            for size in document.prints:
                name = f"{document.id}, {paper}, {size}"
                days = (document.created, document.updated)
                job = Job(document.edit, name, html, paper, size, document.limited, *days, packages)
                yield _Wanted(document, job, key_of(job))


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


def _work(job: Job) -> Outcome:
    from .typeset import typeset  # in the workers alone: it loads WeasyPrint

    return typeset(job)


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
