"""Markdown in records: what it may hold, what it links to and cites, and how it becomes HTML.

Record prose is paragraphs, lists, *emphasis*, **strong**, `code`, links to records `[words](kind:id)` and
citations `[@source-id]` or `[@one; @other]`. Everything else is shown as the characters that it is. It is never
given to Jinja as a template.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

from markdown_it import MarkdownIt
from markdown_it.token import Token

# With the space before it and the stop after it: the stop goes before the number, as the field prints it.
CITATION = re.compile(r"\s*\[(@[a-z0-9-]+(?:; ?@[a-z0-9-]+)*)\]([.,;:]?)")
_REFERENCE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*:[a-z0-9]+(?:-[a-z0-9]+)*")
_NEEDS_PARSING = re.compile(r"[*_`\[\]\\&!]|\n|^\s*(?:[-+]|\d+[.)])(?:\s|$)")


@dataclass(frozen=True)
class Fault:
    """Something that record prose may not hold: found, expected, remedy."""

    found: str
    expected: str
    remedy: str


@dataclass(frozen=True)
class Parsed:
    """Prose, read once: its tokens, the records that it links to, the sources that it cites, its faults.

    It has no tokens where it is one paragraph of words and citations.
    """

    tokens: tuple[Token, ...]
    links: tuple[str, ...]
    citations: tuple[str, ...]
    faults: tuple[Fault, ...]


class Surroundings(Protocol):
    """What the page around a piece of prose knows: addresses, reference numbers, words to explain."""

    def link(self, reference: str) -> str:
        """The address of the record `kind:id`, escaped for an attribute."""

    def cite(self, ids: Sequence[str]) -> str:
        """The HTML of the citation of these sources."""

    def words(self, text: str) -> str:
        """`text` as HTML, with terms explained where they are first used."""


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False}).enable(
        ["list", "newline", "escape", "backticks", "emphasis", "link", "image", "entity"]
    )
    # Targets are judged below, where a message can say what is wrong with them.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


_MARKDOWN = _parser()


def parse(text: str) -> Parsed:
    """Reads prose. Words and citations, by far the most of it, are told at a glance, and not parsed."""
    if not _NEEDS_PARSING.search(text):
        return _PLAIN
    if "](" not in text and not _NEEDS_PARSING.search(CITATION.sub("", text)):
        return Parsed((), (), tuple(name for match in CITATION.finditer(text) for name in _cited(match)), ())
    return _parse(text)


_PLAIN = Parsed((), (), (), ())


@functools.lru_cache(maxsize=65536)
def _parse(text: str) -> Parsed:
    tokens = _MARKDOWN.parse(text)
    links: list[str] = []
    citations: list[str] = []
    faults: list[Fault] = []
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                target = str(child.attrGet("href"))
                if _REFERENCE.fullmatch(target) and target.partition(":")[0] not in _SCHEMES:
                    links.append(target)
                else:
                    faults.append(_link_fault(target))
            elif child.type == "image":
                faults.append(Fault("an image", "text", "Delete it: pictures are drawn by the build, never fetched."))
            elif child.type == "text":
                for match in CITATION.finditer(child.content):
                    citations += _cited(match)
    return Parsed(tuple(tokens), tuple(links), tuple(citations), tuple(faults))


_SCHEMES = frozenset({"http", "https", "javascript", "data", "vbscript", "mailto", "file", "ftp", "tel"})


def _link_fault(target: str) -> Fault:
    shown = target if len(target) < 60 else target[:60] + "…"
    return Fault(
        f"a link to '{shown}'",
        "a link to a record, as [words](kind:id)",
        "Link to a record; for a page elsewhere, add a source record and cite it as [@its-id].",
    )


def _cited(match: re.Match[str]) -> list[str]:
    return [part.strip().removeprefix("@") for part in match[1].split(";")]


def render(text: str, around: Surroundings) -> str:
    """Prose as HTML blocks: paragraphs and lists."""
    parsed = parse(text)
    if not parsed.tokens:
        return f"<p>{_text(text, around)}</p>"
    return "".join(_block(token, around) for token in parsed.tokens)


def render_inline(text: str, around: Surroundings) -> str:
    """Prose as HTML for one line: its paragraphs and items are joined by spaces."""
    parsed = parse(text)
    if not parsed.tokens:
        return _text(text, around)
    return " ".join(_inline(token.children or [], around) for token in parsed.tokens if token.type == "inline")


def plain(text: str) -> str:
    """Prose as plain text: words only, without marks, links and citations."""
    return " ".join(blocks(text))


def blocks(text: str) -> list[str]:
    """The plain text of each paragraph, list item and cell of prose."""
    parsed = parse(text)
    if not parsed.tokens:
        return [CITATION.sub(r"\2", text)]
    lines = []
    for token in parsed.tokens:
        if token.type == "inline":
            words = (
                " " if child.type in ("softbreak", "hardbreak") else CITATION.sub(r"\2", child.content)
                for child in token.children or []
                if child.type in ("text", "text_special", "code_inline", "softbreak", "hardbreak")
            )
            lines.append("".join(words))
    return lines


def _block(token: Token, around: Surroundings) -> str:
    if token.type == "inline":
        return _inline(token.children or [], around)
    if token.hidden:  # the paragraph inside an item of a tight list
        return ""
    return f"<{token.tag}>" if token.nesting == 1 else f"</{token.tag}>"


def _inline(children: Sequence[Token], around: Surroundings) -> str:
    html: list[str] = []
    inside_link = False
    for child in children:
        match child.type:
            case "text" | "text_special":
                html.append(escape(child.content) if inside_link else _text(child.content, around))
            case "softbreak" | "hardbreak":
                html.append(" ")
            case "code_inline":
                html.append(f"<code>{escape(child.content)}</code>")
            case "link_open":
                inside_link = True
                html.append(f'<a href="{around.link(str(child.attrGet("href")))}">')
            case "link_close":
                inside_link = False
                html.append("</a>")
            case "em_open" | "strong_open":
                html.append(f"<{child.tag}>")
            case "em_close" | "strong_close":
                html.append(f"</{child.tag}>")
            case other:
                raise AssertionError(f"the parser's rules let no {other!r} pass")
    return "".join(html)


def _text(text: str, around: Surroundings) -> str:
    html: list[str] = []
    position = 0
    for match in CITATION.finditer(text):
        html.append(around.words(text[position : match.start()]) + match[2])
        html.append(around.cite(_cited(match)))
        position = match.end()
    html.append(around.words(text[position:]))
    return "".join(html)
