"""The atlas to take away: JSON, tables and drawings, each made from the records and the same for the same records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..knowledge import KnowledgeBase
from ..news import as_data as news_as_data
from ..news import news
from ..status import as_data, status
from . import api, drawings, moved, openapi, tables
from .edition import edition


def exports(base: KnowledgeBase, site: str, font: Path | None) -> Iterator[tuple[str, str | bytes]]:
    """Path below the site's root → content of every file.

    Args:
        base: the knowledge base, without problems.
        site: the site's address; "" where it is not known.
        font: the site's font, for pictures; None where it is not installed.
    """
    made = edition(base, site)
    for path, text in api.files(base, {**as_data(status(base)), "changed_lately": news_as_data(news(base))}, made):
        yield path, text
        if path == f"{api.ROOT}status.json":
            yield "status.json", text  # the address that stands on the trust page
    yield f"{api.ROOT}openapi.json", openapi.text(base, made)
    yield from moved.files(base, made)
    yield from tables.files(base, made)
    yield from drawings.files(base, made, font)
