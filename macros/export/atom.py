"""Feeds of what changed, in Atom's form (RFC 4287): of the whole atlas, of each kind, and of corrections alone."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Sequence

from ..knowledge import KnowledgeBase
from ..model import KINDS
from ..news import FIRST, News, by_kind, headline, news
from .api import page_address
from .edition import LICENCE
from .guard import xml_text
from .publication import Publication

WHOLE = "feeds/all.xml"
CORRECTIONS = "feeds/corrections.xml"
MOST_ENTRIES = 100
"""A feed tells what is new: the rest stands on the page "What changed"."""
MOST_LINKS = 50
"""What was done to more records than this is told with a link to all of their kind."""
_NAMES = uuid.UUID("6f0c2d0e-0c4b-5d0c-9f6b-b12000000b12")
"""Where the names of feeds and entries come from. They hold no address, so they stay when the site moves."""


def kind_feed(folder: str) -> str:
    """The feed of the kind whose records stand in `folder`."""
    return f"feeds/{folder}.xml"


def files(base: KnowledgeBase, site: Publication) -> Iterator[tuple[str, str]]:
    """Path below the site's root → text of every feed."""
    told = list(by_kind(news(base)))
    last = max((one.date for one in told), default=datetime.date(1970, 1, 1))
    yield WHOLE, feed(site, WHOLE, f"{site.name}: what changed", told, last)
    later = [one for one in told if one.text != FIRST]
    yield CORRECTIONS, feed(site, CORRECTIONS, f"{site.name}: corrections and additions", later, last)
    for model in KINDS.values():
        kind = model.KIND
        path = kind_feed(kind.folder)
        own = [one for one in told if one.records[0].KIND.name == kind.name]
        yield path, feed(site, path, f"{site.name}: {kind.plural.lower()}", own, last)


def feed(site: Publication, path: str, title: str, told: Sequence[News], day: datetime.date) -> str:
    """One feed.

    Args:
        site: the publication.
        path: where the feed stands below the site's root.
        title: its title.
        told: what it tells, newest first, each piece about records of one kind.
        day: the day of the last change; its own newest entry's counts if there is one.
    """
    updated = told[0].date if told else day
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">\n'
        f"<id>{_name(path)}</id>\n<title>{xml_text(title)}</title>\n<updated>{_time(updated)}</updated>\n"
        f"<author><name>{xml_text(site.credit)}</name></author>\n"
        f'<link rel="self" type="application/atom+xml" href="{xml_text(site.address(path))}"/>\n'
        f'<link rel="alternate" type="text/html" href="{xml_text(site.address("what-changed/"))}"/>\n'
        f'<link rel="license" href="{LICENCE["url"]}"/>\n<rights>{LICENCE["name"]}</rights>\n'
    )
    return head + "".join(_entry(site, one) for one in told[:MOST_ENTRIES]) + "</feed>\n"


def _entry(site: Publication, one: News) -> str:
    kind = one.records[0].KIND
    links = [(record.title, site.address(page_address(record))) for record in one.records]
    landing = site.address(f"{kind.folder}/")
    shown = links if len(links) <= MOST_LINKS else [(f"All {kind.plural.lower()}", landing)]
    target = links[0][1] if len(links) == 1 else landing
    listed = "".join(f'<li><a href="{xml_text(address)}">{xml_text(title)}</a></li>' for title, address in shown)
    # A change about one record is named by it; one about many by the kind, so that a record more is no news.
    whom = one.records[0].key if len(links) == 1 else kind.name
    return (
        f"<entry>\n<id>{_name(f'{one.date} {whom} {one.text}')}</id>\n<title>{xml_text(headline(one))}</title>\n"
        f'<updated>{_time(one.date)}</updated>\n<link rel="alternate" type="text/html" href="{xml_text(target)}"/>\n'
        f'<category term="{kind.name}" label="{xml_text(kind.plural)}"/>\n'
        f'<content type="html">{xml_text(f"<p>{xml_text(one.text)}</p><ul>{listed}</ul>")}</content>\n</entry>\n'
    )


def _name(text: str) -> str:
    return uuid.uuid5(_NAMES, text).urn


def _time(day: datetime.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
