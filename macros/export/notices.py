"""What browsers, crawlers and finders of faults look for at fixed addresses, and the list of pages for machines."""

from __future__ import annotations

import datetime
import functools
import io
import re
from collections.abc import Iterable, Iterator

import yaml
from PIL import Image, ImageDraw

from ..knowledge import KnowledgeBase
from ..model import KINDS
from ..preview import PAPER, RED, SOFT
from .api import ROOT
from .guard import json_text
from .markdown import NOT_ADVICE, TWIN, words
from .publication import Publication, page_url

TOUCH_ICON = "apple-touch-icon.png"
MANIFEST = "manifest.webmanifest"
_ICONS = (("icon-192.png", 192, False), ("icon-512.png", 512, False), ("icon-maskable-512.png", 512, True))
_FRONT = re.compile(r"\A\s*---\n(.*?)\n---\n", re.DOTALL)
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


def files(
    base: KnowledgeBase, site: Publication, written: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str | bytes]]:
    """Path below the site's root → content.

    Args:
        base: the knowledge base, without problems.
        site: the publication.
        written: the hand-written pages: path below `docs/` and Markdown.
    """
    yield "robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {site.address('sitemap.xml')}\n"
    yield "llms.txt", _for_machines(base, site, written)
    yield MANIFEST, _manifest(site)
    for name, size, whole in _ICONS:
        yield f"assets/icons/{name}", icon(size, whole)
    yield TOUCH_ICON, icon(180, True)
    days = [max(entry.record.checked, entry.record.changes[0].date) for entry in base.entries.values()]
    if site.repository.startswith("https://") and days:
        yield ".well-known/security.txt", _security(site, max(days))


def _security(site: Publication, day: datetime.date) -> str:
    """RFC 9116. It expires a year after the newest day in the records: where nobody tends these, nobody answers."""
    repository = site.repository.rstrip("/")
    lines = [
        f"Contact: {repository}/security/advisories/new",
        f"Expires: {(day + datetime.timedelta(days=365)).isoformat()}T00:00:00Z",
        f"Policy: {repository}/blob/main/SECURITY.md",
        "Preferred-Languages: en",
    ]
    if site.site.startswith("https://"):  # the standard allows no other
        lines.append(f"Canonical: {site.address('.well-known/security.txt')}")
    return "\n".join([*lines, ""])


def _manifest(site: Publication) -> str:
    icons = [
        {
            "src": f"assets/icons/{name}",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "maskable" if whole else "any",
        }
        for name, size, whole in _ICONS
    ]
    about = {
        "id": "./",
        "name": site.name,
        "short_name": "B12 & MS",
        "description": site.description,
        "lang": "en-GB",
        "dir": "ltr",
        "start_url": "./",
        "scope": "./",
        "display": "minimal-ui",
        "background_color": PAPER,
        "theme_color": RED,
        "icons": icons,
    }
    return json_text(about) + "\n"


@functools.cache
def icon(size: int, whole: bool) -> bytes:
    """The atlas's sign as a PNG: cobalt in its ring of four.

    Args:
        size: width and height in pixels.
        whole: whether the sign stands on paper that fills the square, well within it, so that any shape may be cut out.
    """
    fine = 2  # drawn larger and made smaller, which gives smooth edges
    edge = size * fine
    image = Image.new("RGBA", (edge, edge), PAPER if whole else "#00000000")
    draw = ImageDraw.Draw(image)
    arm = edge * (0.25 if whole else 0.36)
    centre = edge / 2
    ends = [(centre + x * arm, centre + y * arm) for x, y in ((0, -1), (1, 0), (0, 1), (-1, 0))]
    if not whole:
        draw.ellipse((0, 0, edge - 1, edge - 1), fill=PAPER)
    draw.polygon(ends, outline=SOFT, width=round(arm * 0.16))
    for x, y in ends:
        draw.circle((x, y), arm * 0.27, fill=SOFT)
    draw.circle((centre, centre), arm * 0.44, fill=RED)
    file = io.BytesIO()
    small = image.reduce(fine).quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    small.save(file, "PNG")
    return file.getvalue()


def _for_machines(base: KnowledgeBase, site: Publication, written: Iterable[tuple[str, str]]) -> str:
    """`llms.txt`: what there is, as Markdown files."""
    lines = [
        f"# {words(site.name)}",
        "",
        f"> {words(site.description)}",
        "",
        "Each statement says how sure it is, in whom it was found, and who says so. Keep the three together: a number "
        f"alone can mislead. {NOT_ADVICE}",
        "",
        f"Every page stands as Markdown too, at its own address followed by `{TWIN}`.",
        "",
        "## Records",
        "",
    ]
    for name, model in KINDS.items():
        kind = model.KIND
        address = site.address(f"{kind.folder}/{TWIN}")
        lines.append(f"- [{words(kind.plural)}]({address}): {words(kind.intro)} {len(base.of_kind(name))} in all.")
    pages = [(path, _title(path, text)) for path, text in sorted(written)]
    guides = [(path, title) for path, title in pages if not path.startswith("contribute/")]
    lines += ["", "## Guides and pages", ""]
    lines += [f"- [{words(title)}]({site.address(page_url(path))}{TWIN})" for path, title in guides]
    lines += ["", "## Optional", ""]
    lines += [
        f"- [All records as data]({site.address(ROOT)}index.json): JSON, each finding with its certainty and sources",
        f"- [How far to trust it]({site.address('status.json')}): the atlas counted, as JSON",
        f"- [All sources]({site.address('sources/all.csl.json')}): references as CSL-JSON",
        f"- [What changed]({site.address('feeds/all.xml')}): an Atom feed",
    ]
    lines += [
        f"- [{words(title)}]({site.address(page_url(path))}{TWIN})"
        for path, title in pages
        if (path, title) not in guides
    ]
    return "\n".join([*lines, ""])


def _title(path: str, text: str) -> str:
    """A hand-written page's title: its front matter's, or its first heading."""
    front = _FRONT.match(text)
    meta = (yaml.safe_load(front[1]) if front else None) or {}
    heading = _HEADING.search(text)
    return str(meta.get("title") or (heading[1] if heading else path))
