"""The HTML of a hand-written page, its records already shown in it, as Markdown for machines that read text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

from .markdown import finished, words_within

_BLOCKS = frozenset(
    {"p", "div", "section", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "pre", "blockquote"}
    | {"details", "summary", "nav", "figure", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_SILENT = frozenset({"script", "style", "svg", "button", "template", "select", "form"})
_SPACES = re.compile(r" +([.,;:)\]])|(?<=\() +")
_AROUND = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`"}


class _Reader(HTMLParser):
    """Collects lines of Markdown.

    Args:
        address: the page's own address, from which its links lead.
    """

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._address = address
        self._line: list[str] = []
        self._begin = ""
        self._silent: list[str] = []
        self._links: list[str] = []
        self._lists: list[int | None] = []  # of each list that is open the number of its last item; None for bullets
        self._marks: list[bool] = []
        self._cells = 0
        self._cell = False
        self._literal = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        # What is hidden from screen readers is decoration; the sign beside a heading links to itself.
        hidden = values.get("aria-hidden") == "true" or "headerlink" in values.get("class", "")
        if self._silent or tag in _SILENT or hidden:
            if tag not in ("br", "img", "input", "hr", "wbr"):
                self._silent.append(tag)
            return
        if tag in _BLOCKS:
            if self._cell:  # a cell stands on one line, whatever it holds
                self._line.append(" ")
                return
            self._end_line()
        match tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self._begin = "#" * int(tag[1]) + " "
            case "ul" | "ol":
                self._lists.append(None if tag == "ul" else 0)
            case "li":
                self._begin = f"{'   ' * (len(self._lists) - 1)}{self._item()} "
            case "span":
                self._marks.append("mark" in values.get("class", "").split())
                self._line.append(" (" if self._marks[-1] else "")
            case "pre":
                self._literal = True
                self.lines.append("```")
            case "tr":
                self._cells = 0
            case "td" | "th":
                self._line.append("| " if not self._cells else " | ")
                self._cells += 1
                self._cell = True
            case "br":
                self._line.append(" ")
            case "a":
                target = values.get("href", "")
                # A citation leads to the reference at the page's foot; its number is enough.
                self._links.append("" if target.startswith("#") else urljoin(self._address, target))
                apart = " " if self._line and self._line[-1].endswith(")") else ""
                self._line.append(f"{apart}[" if self._links[-1] else "")
            case "sup":
                self._line.append(" [")
            case _ if tag in _AROUND and not self._literal:
                self._line.append(_AROUND[tag])

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if self._silent[-1] == tag:
                self._silent.pop()
            return
        if tag in ("td", "th"):
            self._cell = False
        if self._cell and tag in _BLOCKS:
            self._line.append(" ")
            return
        match tag:
            case "a" if self._links:
                target = self._links.pop()
                self._line.append(f"]({target})" if target else "")
            case "sup":
                self._line.append("]")
            case "ul" | "ol" if self._lists:
                self._end_line()
                self._lists.pop()
                self._end_block()
            case "tr":
                self._line.append(" |")
                self._end_line()
            case "thead":
                self.lines.append("|" + " --- |" * self._cells)
            case "pre":
                self._end_line()
                self._literal = False
                self.lines.append("```")
                self._end_block()
            case "li":
                self._end_line()
            case "span" if self._marks:
                self._line.append(") " if self._marks.pop() else " ")
            case _ if tag in _BLOCKS:
                self._end_line()
                if not self._lists and not self._cells:
                    self._end_block()
                if tag == "table":
                    self._cells = 0
                    self._end_block()
            case _ if tag in _AROUND and not self._literal:
                self._line.append(_AROUND[tag])

    def _item(self) -> str:
        """What an item of the innermost list begins with."""
        if not self._lists or self._lists[-1] is None:
            return "-"
        self._lists[-1] += 1
        return f"{self._lists[-1]}."

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._line.append(data if self._literal else words_within(data) if data.strip() else " ")

    def _end_line(self) -> None:
        text = "".join(self._line)
        self._line = []
        if self._literal:
            self.lines += text.rstrip("\n").split("\n")
        elif text.strip(" |"):
            self.lines.append(self._begin + _SPACES.sub(lambda found: found[1] or "", " ".join(text.split())))
            if self._begin.startswith("#"):
                self._end_block()
            self._begin = "   " * len(self._lists)

    def _end_block(self) -> None:
        self.lines.append("")
        if not self._lists:
            self._begin = ""


def as_markdown(html: str, address: str) -> str:
    """The page's HTML as a Markdown file, with the addresses of its links in full."""
    reader = _Reader(address)
    reader.feed(f"<div>{html}</div>")
    reader.close()
    return finished(reader.lines, address)
