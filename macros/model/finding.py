"""A finding: the unit of evidence, the same on every kind of record; with its figure, and care cards."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from .field import (
    Amount,
    CitedMarkdown,
    Count,
    Identifier,
    InVocabulary,
    Markdown,
    MaxWords,
    Number,
    Part,
    SourceId,
    Text,
    problem,
)

Certainty = Annotated[str, InVocabulary("certainty")]
Evidence = Annotated[str, InVocabulary("evidence")]
Unit = Annotated[str, InVocabulary("unit")]


class Comparison(Part):
    """The other side of a figure: the group that it is held against, in the same unit."""

    value: Number = Field(description="The value in the other group, in the figure's unit.")
    population: Text = Field(description="Who the other group are.")


class Figure(Part):
    """A number with everything that it needs to be understood: unit, population, place in the source."""

    of: Text | None = Field(None, description="What was counted or measured, such as 'reported imbalance'.")
    qualifier: Annotated[str, InVocabulary("qualifier")] | None = Field(
        None, description="Where the source itself is not exact: about, over, under, up-to."
    )
    value: Number | None = Field(
        None, description="The value as the source gives it. Leave out where it gives only a range."
    )
    low: Number | None = Field(None, description="Lower end of the interval or range.")
    high: Number | None = Field(None, description="Upper end of the interval or range.")
    interval: Annotated[str, InVocabulary("interval")] | None = Field(
        None, description="What `low` and `high` are: a 95% confidence interval, a range, …"
    )
    unit: Unit = Field(description="The unit.")
    count: Count | None = Field(None, description="How many people (or samples) the value stands for.")
    total: Count | None = Field(None, description="Out of how many.")
    population: Text = Field(description="In whom it was found: who, how many, where.")
    versus: Comparison | None = Field(None, description="The other side of a comparison.")
    where: Text | None = Field(None, description="Where in the source it stands: abstract, table 2, page 308.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.value is None and (self.low is None or self.high is None):
            raise problem(
                "a figure without a value", "`value`, or `low` and `high`", "Give the number that the source gives."
            )
        if (self.low is None) != (self.high is None) or (self.low is not None and self.interval is None):
            raise problem(
                "half an interval",
                "`low`, `high` and `interval` together",
                "Give both ends and say what they are (ci95, range, …).",
            )
        if self.low is not None and self.high is not None:
            if self.low > self.high:
                raise problem(
                    f"an interval from {self.low:g} to {self.high:g}",
                    "`low` no greater than `high`",
                    "Exchange the two.",
                )
            if self.value is not None and not self.low <= self.value <= self.high:
                raise problem(
                    f"the value {self.value:g} outside its interval {self.low:g} to {self.high:g}",
                    "a value within its interval",
                    "Check the three numbers against the source.",
                )
        if self.count is not None and (self.total is None or self.count > self.total):
            raise problem(
                f"a count of {self.count} of {self.total}",
                "`count` no greater than `total`",
                "Give both numbers as the source does.",
            )
        return self


class Finding(Part):
    """One statement with its evidence: how sure it is, which way it points, in whom it was found, who says so."""

    id: Identifier | None = Field(
        None, description="A name, so that a guide can call the finding wherever it stands; unique in the record."
    )
    text: Markdown = Field(
        description="One plain sentence or two that stand alone. An animal or laboratory finding says so in its words."
    )
    figure: Figure | None = Field(None, description="The number behind the sentence, if the source gives one.")
    certainty: Certainty = Field(description="How sure we can be that this is so (GRADE's words).")
    why: Annotated[Text, MaxWords(20)] | None = Field(
        None, description="Why this certainty and not another, in 20 words or fewer."
    )
    direction: Annotated[str, InVocabulary("direction")] = Field(
        description="Which way it points: towards an effect or link, against one, or neither."
    )
    evidence: Evidence = Field(description="The kind of evidence that it rests on.")
    species: Text | None = Field(
        None, description="In which animal or cells; required for animal and laboratory evidence."
    )
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)] = Field(
        description="Ids of the sources that say it, the strongest first."
    )

    @model_validator(mode="after")
    def _species_named(self) -> Self:
        if self.evidence in ("animal", "in-vitro") and self.species is None:
            raise problem(
                f"`{self.evidence}` evidence without a species",
                "`species`",
                "Say in which animal or cells it was found.",
            )
        return self


class CareCard(Part):
    """What to do about a sign, and how soon."""

    urgency: Annotated[str, InVocabulary("urgency")] = Field(description="How soon to act.")
    text: Markdown = Field(description="The signs and what to do, in plain words.")
    basis: Annotated[str, InVocabulary("basis")] = Field(
        description="What the advice rests on. `editorial` is shown as our advice, not yet reviewed by a clinician."
    )

    @model_validator(mode="after")
    def _guideline_cited(self) -> Self:
        if self.basis == "guideline" and "[@" not in self.text:
            raise problem(
                "a care card that rests on a guideline but cites none",
                "a citation such as [@nice-ng220-2022]",
                "Cite the guideline, or set `basis: editorial`.",
            )
        return self


class Dose(Part):
    """A dose as a guideline or licence states it for a group: never advice for one person."""

    issuer: Text = Field(description="Who says so: NICE, the UK licence, the US label.")
    country: Annotated[str, InVocabulary("country")] = Field(description="Where it applies.")
    group: Text = Field(description="For which group of people.")
    text: CitedMarkdown = Field(description="The dose as stated, with its citation.")
    amount: Amount | None = Field(
        None, description="The single dose in micrograms, where one is stated; left out for a range or a least dose."
    )
