"""Pages that only lead on: the short address of each record, and the page of each retired id."""

from __future__ import annotations

from collections.abc import Iterator

from ..knowledge import KnowledgeBase
from ..model import KINDS
from ..model.retired import Retired
from ..pages import day
from ..permanent import short_path
from .api import page_address
from .edition import Edition
from .guard import xml_text

_HEAD = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
)


def files(base: KnowledgeBase, edition: Edition) -> Iterator[tuple[str, str]]:
    """Path below the site's root → page."""
    for key, entry in base.entries.items():
        title, where = xml_text(entry.record.title), page_address(entry.record)
        yield short_path(key), _page(title, "../", where, edition, f'<p><a href="../{where}">{title}</a></p>')
    for item in base.retired:
        yield short_path(item.was), _gone(base, item, "../", edition)
        kind, _, record_id = item.was.partition(":")
        if kind in KINDS:
            yield f"{KINDS[kind].KIND.folder}/{record_id}/index.html", _gone(base, item, "../../", edition)


def _gone(base: KnowledgeBase, item: Retired, up: str, edition: Edition) -> str:
    """What stands at both addresses of a retired id: it says why, and leads on to the record in its place."""
    told = f"<h1>No longer here</h1><p>This page was taken away on {day(item.date)}. {xml_text(item.why)}</p>"
    where = ""
    if item.now:
        now = base.record(item.now)
        where = page_address(now)
        told += f'<p>Read <a href="{up}{where}">{xml_text(now.title)}</a> instead.</p>'
    return _page("No longer here", up, where, edition, f'{told}<p><a href="{up}">The atlas</a></p>')


def _page(title: str, up: str, where: str, edition: Edition, told: str) -> str:
    """A page that leads on by itself, and holds a link for those whose browser does not follow it.

    Args:
        title: its title, as HTML.
        up: the way from it to the site's root.
        where: the path below the site's root to which it leads; "" for nowhere.
        edition: the edition.
        told: what it says, as HTML.
    """
    follow = ""
    if where:
        canonical = edition.address(where) if edition.site else f"{up}{where}"
        follow = f'<meta http-equiv="refresh" content="0; url={up}{where}">'
        follow += f'<link rel="canonical" href="{xml_text(canonical)}">'
    return f"{_HEAD}<title>{title}</title>{follow}</head><body>{told}</body></html>\n"
