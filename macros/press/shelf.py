"""The shelf: PDFs and parts of the book made before, each under a name made from all that it was made of."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib.metadata
import os
import time
from collections.abc import Iterable
from pathlib import Path

from ..printed import __file__ as printed_file
from ..whole import UNFINISHED, write_whole
from .job import Entry, Job
from .style import font_files, style

_KEPT_FOR_EACH = 4
"""The shelf holds this many times what one run makes: builds for other addresses, the state before an edit."""
_KINDS = (".pdf", ".quire")
_PACKAGES = (
    "weasyprint",
    "pydyf",
    "fonttools",
    "tinyhtml5",
    "tinycss2",
    "cssselect2",
    "Pyphen",
    "segno",
    "pikepdf",
    "page-validation",
)


class Shelf:
    """Files in a folder, each `<key>-<pages>.pdf` or, of a part, `.quire`, whole or not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._found = {path.stem.rpartition("-")[0]: path for path in folder.iterdir() if path.suffix in _KINDS}

    def find(self, key: str) -> tuple[Path, int] | None:
        """The file of this key and its number of pages, if it was made before."""
        path = self._found.get(key)
        if path is None:
            return None
        # When it was used last, for the oldest are the first to go; when it was made stays (see `run.hand_out`).
        os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
        return path, int(path.stem.rpartition("-")[2])

    def put(self, key: str, data: bytes, pages: int, part: bool = False) -> Path:
        """Keeps a PDF, or a part of the book.

        Raises:
            OSError: the disk is full, or the folder can't be written.
        """
        path = self._folder / f"{key}-{pages}{_KINDS[part]}"
        write_whole(path, data)
        self._found[key] = path
        return path

    def tidy(self, number: int) -> None:
        """Takes the oldest away, after a run that made or used `number` of them; and what an end halfway left."""
        for path in self._folder.glob(f"*{UNFINISHED}"):
            path.unlink(missing_ok=True)
        oldest_last = sorted(self._found.values(), key=lambda path: path.stat().st_atime_ns, reverse=True)
        for path in oldest_last[number * _KEPT_FOR_EACH :]:
            path.unlink(missing_ok=True)


class Keys:
    """Names made from all that decides what a PDF looks like and says.

    Args:
        packages: the folder `node_modules`.

    Attributes:
        everywhere: what every PDF is made with.
    """

    def __init__(self, packages: Path) -> None:
        self.everywhere = _everywhere(packages)
        self._style = functools.cache(style)

    def of(self, job: Job) -> str:
        """The name of a document, or of a part of the book."""
        told = (job.html, self._style(job.paper, job.print), str(job.limited), job.part, job.created, job.updated)
        digest = hashlib.blake2b(self.everywhere, digest_size=20)
        for one in told:
            digest.update(f"{one}\0".encode())
        return digest.hexdigest()


def key_of_book(parts: Iterable[str], entries: Iterable[Entry]) -> str:
    """The name made from the names of the book's parts, in which all else is told, and from its bookmarks."""
    told = repr([*parts, *entries])
    return hashlib.blake2b(told.encode(), digest_size=20).hexdigest()


@functools.cache
def _everywhere(packages: Path) -> bytes:
    """What every PDF is made with: fonts, the versions of the tools, this package's own code."""
    digest = hashlib.blake2b(digest_size=20)
    for path in [*font_files(packages), *sorted(Path(__file__).parent.glob("*.py")), Path(printed_file)]:
        digest.update(path.read_bytes())
    for name in _PACKAGES:
        digest.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    digest.update(pango_version().encode())
    return digest.digest()


@functools.cache
def pango_version() -> str:
    """The version of Pango, the system's library that lays out lines; empty where it is not installed."""
    for name in ("libpango-1.0.so.0", "libpango-1.0.0.dylib", "libpango-1.0-0.dll"):
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        library.pango_version_string.restype = ctypes.c_char_p
        return str(library.pango_version_string().decode())
    return ""
