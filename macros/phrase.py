"""A record's plain values as a reader reads them, and in what one text differs from another.

The values need not be valid: whatever stands in a file can be told.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeGuard

from pydantic import BaseModel

from .figure import number, quantity
from .model.finding import Dose, Figure
from .model.kinds.food import Content, Portion
from .model.kinds.intake import Recommendation
from .model.kinds.test import Conversion, Threshold
from .model.vocabulary import Vocabulary

Fields = Mapping[str, Any]

SHORT = 80
"""Characters. A text no longer than this is shown whole."""
_LONG = 200
_CAREFUL = 1200
"""Characters of a text in which each word may matter: a dose, a sign of danger."""
_MOST_PLACES = 4
_MOST_PAIRS = 60_000
"""Pairs of equal words that are weighed against each other: a page of prose has half of it, a hostile text millions."""
_AROUND = 3
"""Words shown before and after a change."""

_CITATIONS = re.compile(r"\[@[^\]]*\]|\]\([^)]*\)|[Bb]12")
_WEIGHTY = re.compile(
    r"\d[\d.,]*(?<![.,])(?:\s*[%‰]|\s+[^\W\d]+)?|\b(?:no|not|never|none|nothing|without|cannot|stop|avoid)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Words:
    """The vocabularies of one side of a comparison."""

    vocabularies: Mapping[str, Vocabulary]

    def label(self, vocabulary: str, value: object) -> str:
        """What a reader sees for a value of a vocabulary; the value itself where it is in none."""
        known = self.vocabularies.get(vocabulary)
        word = known.words.get(value) if known and isinstance(value, str) else None
        return word.label if word else said(value)

    def quantity(self, value: object, unit: object) -> str:
        """A number with its unit."""
        units = self.vocabularies.get("unit")
        if units and isinstance(unit, str) and unit in units.words and _plain_number(value):
            return quantity(units, value, unit)
        return f"{said(value)} {self.label('unit', unit)}" if unit is not None else said(value)


def _plain_number(value: object) -> TypeGuard[float]:
    """Whether `figure.number` tells the value with all its digits."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    return value == 0 or 1e-9 < abs(value) < 1e15


def said(value: object) -> str:
    """Any value in words; text in quotes, unless it is a single word."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return number(value) if _plain_number(value) else repr(value)
        case str():
            return shortened(value) if value and " " not in value and len(value) <= SHORT else f"“{shortened(value)}”"
        case list():
            return ", ".join(said(item) for item in value) or "nothing"
        case dict():
            return "; ".join(f"{key}: {said(item)}" for key, item in value.items()) or "nothing"
    return str(value)


def shortened(text: str, most: int = _CAREFUL) -> str:
    """`text` without its middle, where it is too long."""
    if len(text) <= most:
        return text
    left_out = len(text) - most
    return f"{text[: most * 2 // 3]} […{left_out:,} characters…] {text[-(most // 3) :]}"


def weight(text: object) -> Counter[str]:
    """The words that a text turns on: numbers, each with the word after it, and words that deny or forbid."""
    return Counter(re.sub(r"\s+", " ", found).lower() for found in _WEIGHTY.findall(_CITATIONS.sub(" ", str(text))))


def changed_text(old: str, new: str, careful: bool) -> str:
    """How a text changed, word by word: “… in both feet …” → “… in one foot …”.

    Args:
        old: the text as it was.
        new: the text as it is.
        careful: show every place, and long passages.
    """
    before, after = old.split(), new.split()
    if before == after:
        return "only spaces or line breaks differ"
    if max(len(old), len(new)) <= SHORT:
        return f"{said(old)} → {said(new)}"
    most = _CAREFUL if careful else _LONG
    places = _places(before, after)
    shown = places if careful else places[:_MOST_PLACES]
    told = [f"“{_around(before, a, b, most)}” → “{_around(after, c, d, most)}”" for a, b, c, d in shown]
    if left := len(places) - len(shown):
        told.append(f"and in {left:,} more {'place' if left == 1 else 'places'}")
    return ", ".join(told)


def _places(before: list[str], after: list[str]) -> list[tuple[int, int, int, int]]:
    """Where two lists of words differ: from and to in each. Places that nearly touch are one."""
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    end = 0
    while end < min(len(before), len(after)) - same and before[-1 - end] == after[-1 - end]:
        end += 1
    middle, other = before[same : len(before) - end], after[same : len(after) - end]
    counts = Counter(other)
    if sum(counts[word] for word in middle) > _MOST_PAIRS:
        return [(same, same + len(middle), same, same + len(other))]
    places: list[tuple[int, int, int, int]] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, middle, other).get_opcodes():
        if what == "equal":
            continue
        if places and a + same - places[-1][1] <= _AROUND:
            places[-1] = (places[-1][0], b + same, places[-1][2], d + same)
        else:
            places.append((a + same, b + same, c + same, d + same))
    return places


def _around(words: list[str], start: int, end: int, most: int) -> str:
    first, last = max(0, start - _AROUND), min(len(words), end + _AROUND)
    text = shortened(" ".join(words[first:last]), most)
    return ("… " if first else "") + text + (" …" if last < len(words) else "")


class Told(NamedTuple):
    """Several fields told as one: what changes, and what follows it (a unit)."""

    head: str
    tail: str = ""

    def __str__(self) -> str:
        return f"{self.head} {self.tail}".strip() if self.tail[:1] != "," else self.head + self.tail


@dataclass(frozen=True)
class Phrase:
    """Fields of a part that say something only together, such as a value and its unit."""

    fields: tuple[str, ...]
    tell: Callable[[Words, Fields], Told]

    def change(self, old: str | Told, new: str | Told) -> str:
        """'70.6 → 83.1 µg per 100 g': what stays is said once."""
        if isinstance(old, Told) and isinstance(new, Told) and old.tail == new.tail:
            return str(new._replace(head=f"{old.head} → {new.head}"))
        return f"{old} → {new}"


def _range(words: Words, fields: Fields, low: str, high: str) -> str:
    """'180 to 350', 'under 180' or 'over 350'."""
    lower, upper = fields.get(low), fields.get(high)
    if lower is not None and upper is not None:
        return f"{said(lower)} to {said(upper)}"
    return f"under {said(upper)}" if lower is None else f"over {said(lower)}"


def _figure(words: Words, fields: Fields) -> Told:
    unit, value, tail = fields.get("unit"), fields.get("value"), ""
    interval = f"{said(fields.get('low'))} to "
    if value is None:
        head = interval + words.quantity(fields.get("high"), unit)
        if fields.get("interval") is not None:
            tail = f"({words.label('interval', fields['interval'])})"
    else:
        head = words.quantity(value, unit)
        if any(fields.get(name) is not None for name in ("low", "high", "interval")):
            label = words.label("interval", fields.get("interval"))
            tail = f"({label} {interval}{said(fields.get('high'))})"
    if fields.get("qualifier") is not None:
        head = f"{words.label('qualifier', fields['qualifier'])} {head}"
    if fields.get("count") is not None or fields.get("total") is not None:
        head += f" ({said(fields.get('count'))} of {said(fields.get('total'))})"
    versus = fields.get("versus")
    if isinstance(versus, dict):
        against = f"against {words.quantity(versus.get('value'), unit)} in {said(versus.get('population'))}"
        tail = f"{tail}, {against}" if tail else f", {against}"
    return Told(head, tail)


def _content(words: Words, fields: Fields) -> Told:
    value = fields.get("micrograms")
    ranged = any(fields.get(name) is not None for name in ("low", "high"))
    interval = f"{said(fields.get('low'))} to {said(fields.get('high'))}"
    head = interval if value is None else said(value) + (f" ({interval})" if ranged else "")
    return Told(head, "µg per 100 g")


def _ages(words: Words, fields: Fields) -> Told:
    start, end = fields.get("from_months", 0), fields.get("to_months")
    return Told(f"from {said(start)} months" if end is None else f"{said(start)} to {said(end)} months")


PHRASES: Mapping[type[BaseModel], tuple[Phrase, ...]] = {
    Figure: (Phrase(("value", "low", "high", "interval", "unit", "qualifier", "count", "total", "versus"), _figure),),
    Content: (Phrase(("micrograms", "low", "high"), _content),),
    Portion: (Phrase(("name", "grams"), lambda words, f: Told(f"{said(f.get('name'))}, {said(f.get('grams'))} g")),),
    Threshold: (
        Phrase(
            ("over", "under", "unit"),
            lambda words, f: Told(_range(words, f, "over", "under"), words.label("unit", f.get("unit"))),
        ),
        Phrase(
            ("other_over", "other_under", "other_unit"),
            lambda words, f: Told(
                _range(words, f, "other_over", "other_under"), words.label("unit", f.get("other_unit"))
            ),
        ),
    ),
    Conversion: (
        Phrase(
            ("start", "end", "factor"),
            lambda words, f: Told(
                f"{words.label('unit', f.get('start'))} × {said(f.get('factor'))} = {words.label('unit', f.get('end'))}"
            ),
        ),
    ),
    Dose: (Phrase(("amount",), lambda words, f: Told(said(f.get("amount")), "µg")),),
    Recommendation: (
        Phrase(("micrograms",), lambda words, f: Told(said(f.get("micrograms")), "µg a day")),
        Phrase(("from_months", "to_months"), _ages),
    ),
}
"""The parts whose fields are told together; every other field is told by its name."""
