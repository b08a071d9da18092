"""Vocabularies: the fixed lists of words that fields may hold, each with its label, meaning and mark."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .field import Part, Text


class Word(Part):
    """One word of a vocabulary."""

    label: Text = Field(description="What a reader sees.")
    meaning: Text = Field(description="What it means, in one plain line; shown beside the label and in the key.")
    mark: Annotated[str, Field(strict=True)] = Field(
        "", description="The mark that is shown with the label, told apart without colour."
    )


class Vocabulary(Part):
    """A fixed list of words, in the order in which a reader should meet them."""

    title: Text = Field(description="What the list is a list of.")
    words: dict[str, Word] = Field(description="Value: label, meaning, mark.")

    def __getitem__(self, value: str) -> Word:
        return self.words[value]

    def rank(self, value: str) -> int:
        """The place of `value` in the list, from 0."""
        return list(self.words).index(value)
