"""Writes a file whole or not at all: nobody ever reads half of it, and a full disk leaves the old one."""

from __future__ import annotations

import tempfile
from pathlib import Path

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
