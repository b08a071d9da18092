"""Files that are whole or not there: nobody reads half of one, a full disk leaves the old one.

So is kept what was made before, from run to run, and only what has changed since is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import sys
import tempfile
from pathlib import Path
from typing import Any

UNFINISHED = ".part"
"""The ending of a file that is being written; an end halfway leaves it."""


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file; one that was there keeps its permissions.

    Raises:
        OSError: it can't be written.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=UNFINISHED, delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(data)
            file.flush()
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    temporary.chmod(path.stat().st_mode if path.exists() else 0o644)
    temporary.replace(path)


class Before:
    """Results by the text that they were made of.

    Args:
        path: where they are kept; what is not there, not whole, or made by other code counts for nothing.
        code: what makes the results: its text. Another one makes others.
    """

    def __init__(self, path: Path, code: bytes) -> None:
        self._path = path
        kept = b""
        with contextlib.suppress(OSError):
            kept = path.read_bytes()
        self._code = _digest(code + sys.version.encode())
        whole = kept[:_LENGTH] == self._sum(kept[_LENGTH:])
        self._known: dict[bytes, Any] = marshal.loads(kept[_LENGTH:]) if whole else {}  # noqa: S302 - ours, and whole
        self._used: dict[bytes, Any] = {}

    def find(self, text: bytes) -> Any:
        """What was made of this text, or None."""
        key = _digest(text)
        if key in self._known:
            self._used[key] = self._known[key]
        return self._used.get(key)

    def keep(self, text: bytes, made: Any) -> None:
        """Notes what was made of a text: plain values, which nobody changes afterwards."""
        self._used[_digest(text)] = made

    def write(self) -> None:
        """Keeps what was used for the next run. Where it can't be written that one takes longer, no more."""
        if self._used.keys() == self._known.keys():
            return
        data = marshal.dumps(self._used)
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, self._sum(data) + data)

    def _sum(self, data: bytes) -> bytes:
        return _digest(self._code + data)


_LENGTH = 20


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_LENGTH).digest()
