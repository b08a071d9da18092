"""The files that the site serves beside its pages: data, the font and scripts from npm's packages, preview pictures."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .export import exports
from .knowledge import KnowledgeBase
from .model import KINDS
from .pages import Page, page_path
from .preview import preview
from .search import index, sources

PACKAGES = (
    ("@fontsource-variable/atkinson-hyperlegible-next/files", "*-normal.woff2", "assets/fonts/{}"),
    ("minisearch/dist/es", "index.js", "assets/minisearch.js"),
)
"""What the site serves of npm's packages: folder below node_modules/, files, and where they stand on the site."""
FONT = f"{PACKAGES[0][0]}/atkinson-hyperlegible-next-latin-wght-normal.woff2"


@dataclass(frozen=True)
class Asset:
    """A file of the site: its path below the root, and its content, or the file that it is a copy of."""

    path: str
    content: str | bytes | Path


def assets(
    base: KnowledgeBase,
    pages: Iterable[Page],
    written: Iterable[tuple[str, str]],
    packages: Path,
    name: str,
    site: str,
) -> Iterator[Asset]:
    """Every file beside the pages.

    Args:
        base: the knowledge base, without problems.
        pages: the generated pages.
        written: the hand-written ones: path below `docs/` and Markdown.
        packages: the folder `node_modules`; what is not installed there is left out (see `missing`).
        name: the site's name.
        site: its address; "" where it is not known.
    """
    records = {page_path(entry.record) for entry in base.entries.values()}
    others = [(page.path, page.markdown) for page in pages if page.path not in records]
    yield Asset("assets/search.json", index(base, [*written, *others]))
    yield Asset("assets/search-sources.json", sources(base))
    font = packages / FONT
    for path, content in exports(base, site, font if font.is_file() else None):
        yield Asset(path, content)
    for folder, pattern, place in PACKAGES:
        for file in sorted((packages / folder).glob(pattern)):
            yield Asset(place.format(file.name), file)
    if font.is_file():
        yield from _previews(font, name)


def missing(packages: Path) -> list[str]:
    """The packages that are not installed."""
    return [folder for folder, _, _ in PACKAGES if not (packages / folder).is_dir()]


@functools.cache
def _previews(font: Path, name: str) -> tuple[Asset, ...]:
    """A picture for each kind of record, and one for all other pages."""
    shown = {kind.KIND.folder: (kind.KIND.plural, kind.KIND.intro) for kind in KINDS.values()}
    shown["site"] = (name, "What is known about vitamin B12 and MS, how sure it is, and who says so.")
    return tuple(
        Asset(f"assets/preview/{place}.png", preview(title, line, font)) for place, (title, line) in shown.items()
    )
