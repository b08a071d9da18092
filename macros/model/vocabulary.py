"""Vocabularies: the fixed lists of words that fields may hold, each with its label, meaning and mark."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from .field import Part, SourceId, Text, Yes, problem


class Call(Part):
    """A telephone number that helps in a country."""

    number: Annotated[str, StringConstraints(strict=True, pattern=r"^[#0-9][0-9 ]{1,19}$")] = Field(
        description="As it is dialled there, in quotes."
    )
    place: Text = Field(description="Where it helps, as a card says it: UK. Or one country of a region: New Zealand.")
    name: Text | None = Field(None, description="What the line is called, where it is for advice.")
    advice: Yes = Field(False, description="true for a line that gives advice; the others send an ambulance.")
    first: Yes = Field(False, description="true where cards show it to readers who chose no country.")
    note: Text | None = Field(None, description="What else to know of it, in one line.")
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)] = Field(description="Who says so.")


class Word(Part):
    """One word of a vocabulary."""

    label: Text = Field(description="What a reader sees.")
    meaning: Text = Field(description="What it means, in one plain line; shown beside the label and in the key.")
    mark: Annotated[str, Field(strict=True)] = Field(
        "", description="The mark that is shown with the label, told apart without colour."
    )
    in_short: tuple[Text, ...] = Field(
        (), description="Of an emergency: its signs in our own short words, which a test holds to the care cards."
    )
    within: Text | None = Field(None, description="The wider word that holds here too: `eu` for France.")
    always: Annotated[bool, Field(strict=True)] = Field(
        False, description="true where it holds whatever a reader chose: worldwide, everyone."
    )
    calls: tuple[Call, ...] = Field((), description="Of a country: the numbers that help, an ambulance's first.")


class Vocabulary(Part):
    """A fixed list of words, in the order in which a reader should meet them."""

    title: Text = Field(description="What the list is a list of.")
    words: dict[str, Word] = Field(description="Value: label, meaning, mark.")

    @model_validator(mode="after")
    def _within(self) -> Self:
        for value, word in self.words.items():
            wider = self.words.get(word.within) if word.within else None
            if word.within and (wider is None or wider.within is not None):
                raise problem(
                    f"`within: {word.within}` of {value!r}",
                    "a word of this list that is within no other",
                    "Name such a word, or leave `within` out.",
                )
        return self

    def __getitem__(self, value: str) -> Word:
        return self.words[value]

    def rank(self, value: str) -> int:
        """The place of `value` in the list, from 0."""
        return list(self.words).index(value)

    def choices(self, value: str) -> list[str]:
        """The words under which something of `value` is shown to a reader who chose one; empty where always."""
        if self.words[value].always:
            return []
        return [value, *(narrower for narrower, word in self.words.items() if word.within == value)]
