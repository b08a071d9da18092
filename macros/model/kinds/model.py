"""Models: a sum that estimates what was not measured, with its parameters, what it assumes and how well it fits."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from ..field import (
    Amount,
    CitedMarkdown,
    Identifier,
    InVocabulary,
    Markdown,
    MaxWords,
    Part,
    SourceId,
    Text,
    Yes,
    problem,
)
from ..finding import Certainty, Figure, Finding, Unit
from ..record import Kind, Record

PARAMETERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "capped-and-diffusion": MappingProxyType(
            {"share": "percent", "capacity": "micrograms", "diffusion": "percent"},
        ),
    }
)
"""The parameters that each formula takes, by id, and the unit of each."""


class Parameter(Part):
    """One number that the formula takes: never known exactly, so a lower and an upper bound."""

    id: Identifier = Field(description="The name under which the formula takes it: share, capacity, diffusion.")
    label: Text = Field(description="What a reader calls it.")
    low: Amount = Field(description="Lower bound.")
    high: Amount = Field(description="Upper bound.")
    unit: Unit = Field(description="The unit of both bounds.")
    meaning: Markdown = Field(description="What it stands for, in one plain sentence.")
    choice: CitedMarkdown = Field(description="Why these bounds; what of them is our own choice is said so.")
    certainty: Certainty = Field(description="How sure we can be that the truth lies within the bounds.")
    why: Annotated[Text, MaxWords(20)] | None = Field(None, description="Why this certainty, in 20 words or fewer.")
    findings: Annotated[tuple[Finding, ...], Field(min_length=1)] = Field(description="What the bounds rest on.")

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.low > self.high:
            raise problem(
                f"bounds from {self.low:g} to {self.high:g}", "`low` no greater than `high`", "Exchange the two."
            )
        if self.unit == "percent" and self.high > 100:
            raise problem(f"{self.high:g}%", "a share of at most 100%", "Check it against the source.")
        return self


class Observation(Part):
    """What people were seen to absorb from one dose: what the model is held against."""

    id: Identifier = Field(description="A name, unique in the record.")
    dose: Amount = Field(description="Micrograms of B12 in the dose.")
    food: Text | None = Field(None, description="The food that it was in; left out where B12 was given by itself.")
    without_intrinsic_factor: Yes = Field(
        False, description="true where it was measured in people whose intrinsic-factor route has failed."
    )
    absorbed: Figure = Field(description="How much was absorbed, in micrograms or as a percentage of the dose.")
    note: Markdown | None = Field(None, description="What to know about it, such as a source that disagrees.")
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)] = Field(description="Who says so.")

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if self.absorbed.unit not in ("micrograms", "percent"):
            raise problem(
                f"the unit '{self.absorbed.unit}' of what was absorbed",
                "micrograms or percent",
                "Give it as the source does, in one of the two.",
            )
        if self.dose == 0 or self.absorbed.value is None:
            raise problem(
                "an observation without a dose or a value",
                "a dose above 0 and the value that was absorbed from it",
                "Give both, or write it as a finding instead.",
            )
        most = 100 if self.absorbed.unit == "percent" else self.dose
        if not 0 <= self.absorbed.value <= most:
            raise problem(
                f"{self.absorbed.value:g} absorbed of {self.dose:g} micrograms",
                "no less than nothing, and no more than the dose",
                "Check the two numbers and the unit against the source.",
            )
        return self

    @property
    def micrograms(self) -> float:
        """What was absorbed, in micrograms."""
        assert self.absorbed.value is not None
        return self.absorbed.value if self.absorbed.unit == "micrograms" else self.dose * self.absorbed.value / 100


class Model(Record):
    """A model: an estimate with a range, never a measurement."""

    KIND: ClassVar[Kind] = Kind(
        name="model",
        folder="models",
        singular="Model",
        plural="Models",
        intro="What the atlas estimates where nobody measured, what that rests on, and how well it fits.",
        order=12,
    )

    formula: Annotated[str, InVocabulary("formula")] = Field(description="The formula that computes it.")
    explanation: CitedMarkdown = Field(description="The formula in plain words.")
    applies_to: Text = Field(description="For whom and for what it is meant.")
    parameters: Annotated[tuple[Parameter, ...], Field(min_length=1)] = Field(
        description="The numbers that the formula takes, each once."
    )
    observations: Annotated[tuple[Observation, ...], Field(min_length=1)] = Field(
        description="What was measured; the page shows for each whether the model's range holds it."
    )
    assumptions: Annotated[tuple[Markdown, ...], Field(min_length=1)] = Field(description="What it takes for granted.")
    limits: Annotated[tuple[Markdown, ...], Field(min_length=1)] = Field(
        description="What it cannot do, and where it is known to be wrong."
    )
    findings: tuple[Finding, ...] = Field((), description="What else is known that the model leaves out.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed = PARAMETERS[self.formula]
        given = {parameter.id: parameter.unit for parameter in self.parameters}
        if given != needed or len(self.parameters) != len(given):
            raise problem(
                "the parameters " + ", ".join(f"{p.id} ({p.unit})" for p in self.parameters),
                f"each parameter of '{self.formula}' once: " + ", ".join(f"{n} ({u})" for n, u in needed.items()),
                "Add, delete or rename parameters, or correct a unit.",
            )
        names = [observation.id for observation in self.observations]
        for name in names:
            if names.count(name) > 1:
                raise problem(f"the observation id '{name}' twice", "each id once", "Rename one of them.")
        return self
