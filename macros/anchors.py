"""Links of hand-written pages that MkDocs does not check: raw `<a href>`, and those that macros wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from .problem import Problem, quoted

_LINK = re.compile(r"<a\b[^>]*?\shref=\"([^\"]*)\"", re.IGNORECASE)
_HERE = "https://atlas.invalid/"


def broken_links(html: str, address: str, site: Path, source: str, text: str) -> Iterator[Problem]:
    """Problems of the links in a page's content that lead nowhere in the built site.

    Args:
        html: the content of the page.
        address: the page's address below the site's root, such as `is-it-b12-or-ms/`.
        site: the folder of the built site.
        source: the page's file, for the message.
        text: the page's source, in which the line is looked up.
    """
    for href in dict.fromkeys(unescape(link) for link in _LINK.findall(html)):
        target, anchor = urldefrag(urljoin(_HERE + address, href))
        if not target.startswith(_HERE):
            continue
        path = site / unquote(urlsplit(target).path.removeprefix("/"))
        path = path / "index.html" if path.is_dir() else path
        place = (source, text[: text.find(href)].count("\n") + 1 if href in text else 0)
        if not path.is_file():
            yield Problem(
                *place,
                f"a link to {quoted(href)}",
                "an address of this site",
                "Correct it, or add the page that it names.",
            )
        elif anchor and f'id="{anchor}"' not in path.read_text(encoding="utf-8"):
            yield Problem(
                *place,
                f"a link to {quoted(href)}, a page that has no such place",
                "the id of a heading or row there",
                "Correct what stands after '#'.",
            )
