"""Text that anybody may have written, made safe to show: in a terminal or log, and in GitHub's Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 60_000
"""Characters: GitHub takes 65,536 in a comment or issue."""

# What GitHub's Markdown would act on; each is shown as the characters that it is.
_ACTIVE = re.compile(
    r"(?P<entity>[<>&$])"
    r"|(?P<mention>@)"
    r"|(?P<issue>\#(?=\d)|(?<=\b[Gg][Hh])-(?=\d))"
    r"|(?P<address>:(?=//)|\b(?:www|WWW)(?=\.)|:(?=[\w+-]+:))"
    r"|(?P<mark>[\\`*_{}\[\]()#+\-!|~=^])"
)
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "$": "&#36;"}
# Between two characters that GitHub would read as one: a space of no width.
_APART = "&#8203;"
_NUMBERED = re.compile(r"^(\d+)([.)])")


def plain(text: str) -> str:
    """`text` on one line: what is invisible or could steer a terminal or a workflow's log is shown by its number."""
    line = " ".join(text.split())
    if not line.isprintable():
        line = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line)
    # A workflow's runner takes '##[word]' for a command, wherever it stands in a line.
    return line.replace("##[", "# #[")


def escaped(text: str) -> str:
    """`text` as one line of GitHub's Markdown: no HTML, no link, no mention, no table cell, nothing but its words."""
    return _NUMBERED.sub(r"\1\\\2", _ACTIVE.sub(_shown, plain(text)))


def _shown(match: re.Match[str]) -> str:
    found = match[0]
    match match.lastgroup:
        case "entity":
            return _ENTITIES[found]
        case "mention":
            return f"@{_APART}"
        case "issue":
            return f"\\{found}{_APART}"
        case "address":
            return f"{found}{_APART}"
    return f"\\{found}"


def within_comment(lines: Sequence[str], command: str) -> str:
    """Lines of Markdown, cut off where they are too long for a comment; `command` shows the rest."""
    length = 0
    for number, line in enumerate(lines):
        length += len(line) + 1
        if length > LONGEST:
            return "\n".join(
                [*lines[:number], "", f"… and {len(lines) - number:,} more lines: `{command}` shows them."]
            )
    return "\n".join(lines)
