"""What the search looks through: every page's title, other names and summary, as compact data for the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

import yaml

from .knowledge import KnowledgeBase
from .model import KINDS, Record
from .model.kinds.medicine import Medicine
from .model.kinds.source import Source
from .model.kinds.treatment import Treatment

PAGE = ("page", "Page", "Guides and pages", "")
"""The kind of what is no record."""


_FRONT = re.compile(r"\A\s*---\n(.*?)\n---\n", re.DOTALL)
_CODE = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#{1,3}) +(.+?)(?: +\{[^{}%]*\})?$|<h1>(.+?)</h1>", re.MULTILINE)
_IN_SHORT = re.compile(r'<div class="in-short">\s*<p>(.*?)</p>|<p class="intro">(.*?)</p>', re.DOTALL)
_MACRO = re.compile(r"\{[{%#].*?[}%#]\}")
_MARKUP = re.compile(r"<[^<>]+>|[*`]")


def index(base: KnowledgeBase, pages: Iterable[tuple[str, str]]) -> str:
    """The data of the search without the sources.

    Args:
        base: the knowledge base, without problems.
        pages: the pages that are no records, as path below `docs/` and Markdown.
    """
    records = [r for kind in KINDS if kind != "source" for r in base.of_kind(kind)]
    return _written([*_entries(records), *(_page(path, markdown) for path, markdown in pages)])


def sources(base: KnowledgeBase) -> str:
    """The data of the sources alone: they are many, and few readers look for one."""
    return _written(_entries(base.of_kind("source")))


def _written(entries: Iterable[list[Any]]) -> str:
    kinds = [(name, model.KIND.singular, model.KIND.plural, f"{model.KIND.folder}/") for name, model in KINDS.items()]
    data = {"kinds": [*kinds, PAGE], "pages": list(entries)}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _entries(records: Iterable[Record]) -> Iterator[list[Any]]:
    """Each record as [number of its kind, address below the kind's, title, summary, other names]."""
    numbers = {name: number for number, name in enumerate(KINDS)}
    for record in records:
        yield [numbers[record.KIND.name], f"{record.id}/", record.title, record.summary, names(record)]


def names(record: Record) -> list[str]:
    """The words beside its title by which people look for a record."""
    if isinstance(record, Source):
        names = [*record.authors[:3], str(record.year or "")]
    else:
        names = [*record.aliases]
        if isinstance(record, Treatment):
            names += [one.name for one in record.brands]
        if isinstance(record, Medicine):
            names += [one.name for one in (*record.brands, *record.names, *record.substances)] + [
                record.medicine_class or ""
            ]
    return list(dict.fromkeys(name for name in names if name and name != record.title))


def _page(path: str, markdown: str) -> list[Any]:
    """A page as an entry: its headings stand as its other names."""
    front = _FRONT.match(markdown)
    meta = (yaml.safe_load(front[1]) if front else None) or {}
    body = _CODE.sub("", markdown[front.end() if front else 0 :])
    headings = [(len(sharps or "#"), _plain(text or html)) for sharps, text, html in _HEADING.findall(body)]
    title = next((text for level, text in headings if level == 1), "") or str(meta.get("title", path))
    below = [text for level, text in headings if level > 1 and text]
    address = re.sub(r"(^|/)index/$", r"\1", path.removesuffix(".md") + "/")
    found = _IN_SHORT.search(body)
    short = str(meta.get("description", "")) or _plain((found[1] or found[2]) if found else "")
    return [len(KINDS), address, title, short.removeprefix("In short. "), below]


def _plain(text: str) -> str:
    """The words without marks; a macro's result is not known here, so it is left out."""
    return " ".join(unescape(_MARKUP.sub("", _MACRO.sub("", text))).split())
