"""Templates compiled once: what Jinja makes of one is kept in `.cache/templates/` while its text is the same."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import BaseLoader, BytecodeCache, Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket

TEMPLATES = Path(__file__).parent / "templates"
KEPT = Path(__file__).parent.parent / ".cache" / "templates"


def environment(loader: BaseLoader, **options: Any) -> Environment:
    """A Jinja environment whose templates need not be compiled again in the next run.

    Args:
        loader: where its templates come from.
        options: Jinja's own, such as `autoescape`.
    """
    # Jinja looks at a template's text alone: what else decides what it is compiled to gives the folder its name.
    told = repr((jinja2.__version__, sorted(options.items())))
    folder = KEPT / hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
    return Environment(loader=loader, bytecode_cache=_cache(folder), **options)  # noqa: S701 - the caller says


def _cache(folder: Path) -> BytecodeCache | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a folder that may not be written is no reason to fail
        return None
    return _Kept(str(folder))


class _Kept(FileSystemBytecodeCache):
    """Jinja's own store. It writes a file whole or not at all; a full disk costs time in the next run, no more."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what a template was compiled to, where there is room."""
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)
