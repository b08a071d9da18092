"""The hand-written guides as HTML for the book: Markdown and macros as on the site, links within the book."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import yaml
from jinja2 import DictLoader, StrictUndefined
from markdown import Markdown
from markdown import __version__ as markdown_version
from pymdownx import __version__ as pymdown_version

from ..blocks import lifted, restored
from ..calls import Calls
from ..compiled import environment
from ..knowledge import KnowledgeBase
from ..pages import PageMaker, Writer
from ..whole import Before

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_LEFT_OUT = frozenset({"guides/index.md"})
"""What only a screen needs: the page that lists the guides."""
_CHAPTER = "Guides"
_BEFORE = "how-we-know.md"
"""A page that the book opens with, though on the site it stands elsewhere."""


@dataclass(frozen=True)
class Guide:
    """A hand-written page.

    Args:
        path: where it stands below `docs/`.
        markdown: its text, macros and all.
    """

    path: str
    markdown: str

    @property
    def address(self) -> str:
        """Where it is served, below the site's root: `guides/blood-tests/`."""
        return self.path.removesuffix(".md") + "/"


def guides(root: Path) -> list[Guide]:
    """The guides in the order of the site's navigation, which stands in `mkdocs.yml`; none where there is no site."""
    settings = root / "mkdocs.yml"
    if not settings.is_file():
        return []
    nav = yaml.load(settings.read_text(encoding="utf-8"), _Settings)["nav"]  # noqa: S506 - a safe loader, see below
    listed = [path for entry in nav for title, pages in entry.items() if title == _CHAPTER for path in _paths(pages)]
    paths = [_BEFORE, *(path for path in listed if path not in _LEFT_OUT)]
    return [Guide(path, (root / "docs" / path).read_text(encoding="utf-8")) for path in paths]


class _Settings(yaml.SafeLoader):
    """Reads MkDocs' settings; what its own tags mean is of no matter here."""


_Settings.add_multi_constructor("!", lambda *_: None)
_Settings.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def _paths(pages: list[Any]) -> list[str]:
    return [path for page in pages for path in (page.values() if isinstance(page, dict) else [page])]


class Guides:
    """Turns guides into HTML.

    Args:
        base: the knowledge base.
        maker: what fills the macros' templates.
        writer: the surroundings of what they say: it numbers sources, and its addresses lead into the book.
        kept: where the HTML of each guide's Markdown is kept, which takes as long to make as all records' together.
    """

    def __init__(self, base: KnowledgeBase, maker: PageMaker, writer: Writer, kept: Path) -> None:
        self._before = Before(kept, Path(__file__).read_bytes() + f"{markdown_version} {pymdown_version}".encode())
        calls = _PrintedCalls(base, maker, writer)
        self._texts: dict[str, str] = {}
        self._environment = environment(DictLoader(self._texts), undefined=StrictUndefined)
        self._environment.globals |= {name: getattr(calls, name) for name in Calls.NAMES}
        self._here = writer.file("")

    def html(self, guide: Guide) -> str:
        """The guide as HTML: its headings are places of the book, its links lead there."""
        self._texts[guide.path] = _FRONT_MATTER.sub("", guide.markdown)
        text = self._environment.get_template(guide.path).render()
        text, blocks = lifted(text)
        html = _FURNITURE.sub("", _well_formed(restored(self._converted(text), blocks)))
        html = re.sub(r'\shref="([^"]*)"', lambda found: f' href="{escape(self._absolute(guide, found[1]))}"', html)
        place = guide.address.strip("/")
        html = re.sub(r'<h([2-6]) id="', rf'<h\1 id="{place}--', html)
        return _TITLE.sub(rf'<h1 id="{place}">', html, count=1)

    def _converted(self, text: str) -> str:
        """Markdown as HTML; what was made of the same text before is not made again."""
        key = text.encode()
        if (known := self._before.find(key)) is None:
            known = Markdown(extensions=_EXTENSIONS).convert(text)
            self._before.keep(key, known)
        return str(known)

    def keep(self) -> None:
        """Keeps what was made for the next run."""
        self._before.write()

    def _absolute(self, guide: Guide, link: str) -> str:
        """Where a link leads: one to a Markdown file is told from the file, any other from the page's address."""
        path, hash_sign, section = link.partition("#")
        if not path or re.match(r"[a-z]+:", path):
            return f"{self._here}{guide.address}#{section}" if not path else link
        if not path.endswith(".md"):
            return urljoin(self._here + guide.address, link)
        served = re.sub(r"(?:\bindex)?\.md$", lambda found: "" if "index" in found[0] else "/", path)
        return urljoin(self._here + guide.path, served) + hash_sign + section


_EXTENSIONS = ["attr_list", "tables", "toc", "pymdownx.details", "pymdownx.superfences"]
_FURNITURE = re.compile(
    r'<h2[^>]*>References</h2>|<div class="review">.*?</div>|<p class="more">.*?</p>|\sclass="atlas"', re.DOTALL
)
"""What each page of the site ends with, and a book has once: references, the word on review."""
_TITLE = re.compile(r"<h1 id=\"[^\"]*\">")


def _well_formed(html: str) -> str:
    """What a guide's author may write as HTML has it, as XML has it: elements that hold nothing, names of signs."""
    return _NAMED.sub(lambda found: unescape(found[0]), _HOLDS_NOTHING.sub(r"<\1\2/>", html))


_HOLDS_NOTHING = re.compile(r"<(br|hr|img|wbr)\b((?:[^>]*[^/>])?)>")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot);)[A-Za-z0-9]+;")


class _PrintedCalls(Calls):
    """The macros as they write for the book."""

    def __init__(self, base: KnowledgeBase, maker: PageMaker, writer: Writer) -> None:
        super().__init__(lambda: "", lambda: base)
        self._maker = maker
        self._book_writer = writer

    def _writer(self) -> Writer:
        return self._book_writer

    def references(self) -> str:
        """Nothing: the book has its references once, at its end."""
        return ""

    def to_print(self, sheet: str) -> str:
        """Nothing: who holds the book has it in print."""
        return ""

    def emergency_numbers(self) -> str:
        """The numbers of the most readers, in words: nobody taps on paper."""
        return f"<p>{escape(self._base().vocabularies['urgency']['emergency-now'].meaning)}</p>"
