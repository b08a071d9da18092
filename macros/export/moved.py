"""The page of a retired id: it leads on to the record in its place, or says that there is none."""

from __future__ import annotations

from collections.abc import Iterator

from ..knowledge import KnowledgeBase
from ..model import KINDS
from ..model.retired import Retired
from .api import page_address
from .guard import xml_text


def files(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """Path below the site's root → page."""
    for item in base.retired:
        kind, _, record_id = item.was.partition(":")
        if kind in KINDS:
            yield f"{KINDS[kind].KIND.folder}/{record_id}/index.html", _page(base, item)


def _page(base: KnowledgeBase, item: Retired) -> str:
    """A page that leads on by itself, and says so to those whose browser does not follow it."""
    follow = link = ""
    if item.now:
        now = base.record(item.now)
        where = f"../../{page_address(now)}"
        follow = f'<meta http-equiv="refresh" content="0; url={where}"><link rel="canonical" href="{where}">'
        link = f'<p>Read <a href="{where}">{xml_text(now.title)}</a> instead.</p>'
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>No longer here</title>{follow}</head><body><h1>No longer here</h1>"
        f"<p>This page was taken away on {item.date.isoformat()}. {xml_text(item.why)}</p>{link}"
        f'<p><a href="../../">The atlas</a></p></body></html>\n'
    )
