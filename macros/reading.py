"""How hard the text is to read: a report for editors, never a gate."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .model import Record
from .model.field import Prose
from .model.walk import marked
from .prose import blocks

LONGEST_SENTENCE = 25
"""Words. Longer sentences are counted in the report."""
HIGHEST_GRADE = 8.0
"""US school grade. Records above it are counted in the report."""
FOR_CLINICIANS = frozenset({"clinical"})
"""Fields that are labelled as clinical detail: they are not patient text."""

_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z0-9“\"(])|\n+")
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True)
class Reading:
    """How hard the patient text of some records is.

    Args:
        grade: the mean of the records' Flesch-Kincaid grades (US school years).
        hard: the records above `HIGHEST_GRADE`.
        long: how many sentences have more than `LONGEST_SENTENCE` words.
        sentence: the mean number of words in a sentence.
    """

    grade: float
    hard: tuple[str, ...]
    long: int
    sentence: float


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence: what stands between white space, numbers too."""
    return [words for part in _SENTENCE_END.split(text) if (words := part.split())]


@functools.cache
def syllables(word: str) -> int:
    """About how many syllables an English word has: its groups of vowels, without a silent e at the end."""
    word = word.lower().rstrip(".,;:!?)”")
    count = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(count, 1)


def grade(parts: list[list[str]]) -> float:
    """The grade of sentences in US school years, by the formula of Flesch and Kincaid (1975).

    It is 0.39 × words a sentence + 11.8 × syllables a word − 15.59.
    """
    words = [word for part in parts for word in part]
    return 0.39 * len(words) / len(parts) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def read(records: Iterable[Record]) -> Reading:
    """How hard the patient text of these records is: summaries and prose, without what is labelled as clinical."""
    grades: dict[str, float] = {}
    lengths: list[int] = []
    for record in records:
        texts = [record.summary]
        for location, text, mark in marked(record):
            if isinstance(mark, Prose) and location[0] not in FOR_CLINICIANS:
                texts += blocks(text)  # an item of a list is read by itself
        parts = [words for text in texts for words in sentences(text)]
        if parts:
            grades[record.key] = grade(parts)
            lengths += map(len, parts)
    return Reading(
        grade=sum(grades.values()) / max(len(grades), 1),
        hard=tuple(key for key, value in grades.items() if value > HIGHEST_GRADE),
        long=sum(length > LONGEST_SENTENCE for length in lengths),
        sentence=sum(lengths) / max(len(lengths), 1),
    )
