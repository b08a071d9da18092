"""What files were read to before: kept from run to run, so that only those that changed since are parsed again."""

from __future__ import annotations

import hashlib
import marshal
import sys
from typing import Any


class Before:
    """Results by the text that they were made of.

    Args:
        kept: what `data` gave in an earlier run; what is not whole or was made by other code counts for nothing.
        code: what makes the results: its text. Another one makes others.
    """

    def __init__(self, kept: bytes, code: bytes) -> None:
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

    def data(self) -> bytes:
        """What was used, to be kept for the next run; nothing where that is what was known."""
        if self._used.keys() == self._known.keys():
            return b""
        data = marshal.dumps(self._used)
        return self._sum(data) + data

    def _sum(self, data: bytes) -> bytes:
        return _digest(self._code + data)


_LENGTH = 20


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_LENGTH).digest()
