"""A problem: where it stands, what was found, what was expected, and how to mend it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

_LONGEST_QUOTE = 80


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, told so that whoever reads it can mend it without asking.

    Args:
        path: the file, relative to the project's folder, with forward slashes.
        line: the line, from 1; 0 where the whole file is meant.
        found: what stands there, in a phrase.
        expected: what should stand there, in a phrase.
        remedy: what to do, as an instruction.
    """

    path: str
    line: int
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: found {self.found}; expected {self.expected}. {self.remedy}"


def quoted(value: object) -> str:
    """`value` as it may stand in a message: on one line, in quotes, never longer than a line."""
    text = str(value)
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    if len(text) > _LONGEST_QUOTE:
        text = text[:_LONGEST_QUOTE] + "…"
    return f"'{text}'"


def nearest(wanted: str, known: Iterable[str]) -> str | None:
    """The value of `known` that is most like `wanted`, or None where none is like it at all."""
    matches = difflib.get_close_matches(wanted, sorted(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def suggestion(wanted: str, known: Iterable[str], otherwise: str) -> str:
    """The remedy for a value that is not known: the nearest one, or else `otherwise`."""
    near = nearest(wanted, known)
    return f"Did you mean {quoted(near)}?" if near else otherwise


def as_text(problems: Iterable[Problem]) -> str:
    """One problem a line, as a person reads them in a terminal."""
    return "\n".join(str(problem) for problem in problems)


def as_annotations(problems: Iterable[Problem]) -> str:
    """GitHub's workflow commands: each problem appears beside its line in the pull request."""
    return "\n".join(
        f"::error file={_property(p.path)},line={max(p.line, 1)},title=Atlas data::"
        + _message(f"found {p.found}; expected {p.expected}. {p.remedy}")
        for p in problems
    )


def as_json(problems: Iterable[Problem]) -> str:
    """A JSON array of objects with the fields of `Problem`."""
    return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2)


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
