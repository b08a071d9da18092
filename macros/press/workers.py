"""The pool of workers that sets and binds: what was made before is on the shelf, the rest is made and put there."""

from __future__ import annotations

import contextlib
import datetime
import functools
import gc
import heapq
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from pathlib import Path

from ..problem import Problem, quoted
from .job import Binding, Job, Outcome
from .shelf import Shelf


class Workers:
    """Makes what is wanted in as many processes as there are cores.

    Args:
        shelf: the shelf.
        number: how many processes; as many as there are cores where 0.

    Attributes:
        found: the file and the number of pages of all that is there, by its key.
        problems: what is wrong with the rest.
        wanted: what was asked for and not there.
    """

    def __init__(self, shelf: Shelf, number: int) -> None:
        self.found: dict[str, tuple[Path, int]] = {}
        self.problems: list[Problem] = []
        self._shelf = shelf
        self._number = number or len(os.sched_getaffinity(0))
        self._pool = ProcessPoolExecutor(self._number, _context(), _begin)
        self.wanted: dict[str, Job | Binding] = {}
        self._waiting: list[tuple[int, int, str]] = []
        self._futures: dict[Future[Outcome], str] = {}

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    @property
    def new(self) -> int:
        """How many were asked for and not there."""
        return len(self.wanted)

    @property
    def is_binding(self) -> bool:
        """Whether a book is in the making."""
        known = (*(key for _, _, key in self._waiting), *self._futures.values())
        return any(isinstance(self.wanted[key], Binding) for key in known)

    def begin(self, packages: Path, day: datetime.date) -> None:
        """Lets the workers start, which takes them a while, before there is work.

        Who asks for the first of them waits until their libraries are loaded: a thread does.
        """

        def ask() -> None:
            with contextlib.suppress(RuntimeError):  # all is done already, and the pool shut
                for _ in range(self._number):
                    self._pool.submit(_ready, packages, day)

        threading.Thread(target=ask, daemon=True).start()

    def has(self, key: str) -> bool:
        """Whether it is there."""
        if key not in self.found and (known := self._shelf.find(key)):
            self.found[key] = known
        return key in self.found

    def want(self, key: str, job: Job | Binding) -> None:
        """Asks for something; where it is not there, it begins to be made."""
        if key not in self.wanted and not self.has(key):
            self.wanted[key] = job
            heapq.heappush(self._waiting, (_rank(job), len(self.wanted), key))
            self._feed()

    def _feed(self) -> None:
        """Hands the workers what they need to have no pause, and no more: what comes later may be more urgent."""
        while self._waiting and len(self._futures) < self._number * _AHEAD:
            _, _, key = heapq.heappop(self._waiting)
            self._futures[self._pool.submit(_work, self.wanted[key])] = key

    def made(self) -> Iterator[str]:
        """The key of each that is made, as it is; meanwhile more may be asked for.

        Raises:
            OSError: the disk is full, or the shelf can't be written.
        """
        while self._futures:
            done, _ = wait(self._futures, return_when=FIRST_COMPLETED)
            for future in done:
                key = self._futures.pop(future)
                self._feed()
                self._keep(key, _result(future, self.wanted[key]))
                yield key

    def _keep(self, key: str, outcome: Outcome) -> None:
        self.problems += outcome.problems
        if not outcome.problems:
            job = self.wanted[key]
            part = isinstance(job, Job) and bool(job.part)
            self.found[key] = (self._shelf.put(key, outcome.pdf, outcome.pages, part), outcome.pages)


_AHEAD = 2


def _rank(job: Job | Binding) -> int:
    """What is next: a book, which takes longest, then parts, for which it waits; each in the order of asking."""
    return 0 if isinstance(job, Binding) else 1 if job.part else 2


def _context() -> BaseContext:
    """How workers are started: not from this process, with its records and MkDocs, but from one with WeasyPrint."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([f"{__package__}.typeset"])
    return context


def begin() -> None:
    """Lets that process start, which takes it a while, before there is work."""
    _context()
    forkserver.ensure_running()


def _result(future: Future[Outcome], job: Job | Binding) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        found, expected, remedy = "a worker that was ended", "enough memory for each", "Print with fewer: --workers 1."
        return Outcome(b"", 0, (Problem("print", 0, found, expected, remedy),))
    except Exception as error:
        told = f"{type(error).__name__}: {error} ({job.name})"
        return Outcome(b"", 0, (Problem(job.edit, 0, quoted(told), "a clean print", "Mend the record, or tell us."),))


def _begin() -> None:
    """An interrupt is the parent's business: it lets no new work begin, and the workers end by themselves.

    The parent, which writes the book's text while the first sheets are set, is not to wait for a core.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)


@functools.cache
def _loaded() -> None:
    """Loads what sets and binds. What is loaded stays: it need not be searched for waste again and again."""
    from . import typeset  # noqa: F401 - in the workers alone: it loads WeasyPrint

    gc.freeze()
    gc.disable()


def _ready(packages: Path, day: datetime.date) -> None:
    _loaded()
    from .typeset import ready

    ready(packages, day)


def _work(job: Job | Binding) -> Outcome:
    _loaded()
    from .typeset import bound, typeset

    outcome = typeset(job) if isinstance(job, Job) else bound(job)
    gc.collect()  # once for each job, not hundreds of times within it
    return outcome
