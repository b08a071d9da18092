"""Tests: what they measure, where the thresholds lie and who set them, and what misleads."""

from typing import Annotated, ClassVar

from pydantic import Field

from ..field import CitedMarkdown, Identifier, InVocabulary, LinksTo, Markdown, Number, Part, SourceId, Text
from ..finding import CareCard, Finding
from ..record import Kind, Record


class Threshold(Part):
    """One range of results and what a guideline calls it. Bounds in the unit named; shown in both systems."""

    issuer: Text = Field(description="Who set it: NICE 2024, BSH 2014, …")
    country: Annotated[str, InVocabulary("country")] = Field(description="Where it applies.")
    meaning: Annotated[str, InVocabulary("result-meaning")] = Field(description="What the guideline calls it.")
    over: Number | None = Field(None, description="Lower bound of the range.")
    under: Number | None = Field(None, description="Upper bound of the range.")
    unit: Annotated[str, InVocabulary("unit")] = Field(description="The unit of the bounds.")
    other_unit: Annotated[str, InVocabulary("unit")] | None = Field(None, description="The same in the other system.")
    other_over: Number | None = Field(None, description="Lower bound in the other unit, as the source gives it.")
    other_under: Number | None = Field(None, description="Upper bound in the other unit, as the source gives it.")
    group: Text | None = Field(None, description="For whom, where not for all adults.")
    note: Text | None = Field(None, description="Such as: laboratories and methods differ.")
    where: Text | None = Field(None, description="Where in the source.")
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)] = Field(description="Who says so.")


class UsualUnit(Part):
    """The unit in which the laboratories of a country give this test."""

    country: Annotated[str, InVocabulary("country")] = Field(description="Where.")
    unit: Annotated[str, InVocabulary("unit")] = Field(description="The unit.")
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)] = Field(description="Laboratories that use it.")


class Conversion(Part):
    """How one unit of this test becomes the other."""

    start: Annotated[str, InVocabulary("unit")] = Field(description="From this unit …")
    end: Annotated[str, InVocabulary("unit")] = Field(description="… to this unit …")
    factor: Number = Field(description="… multiply by this.")
    basis: Text = Field(description="Where the factor comes from, such as the molar mass used.")
    sources: tuple[SourceId, ...] = Field((), description="Who prints the factor; left out where `basis` derives it.")


class Test(Record):
    """A blood test, scan or other examination."""

    __test__ = False  # pytest would take a class of this name for a test

    KIND: ClassVar[Kind] = Kind(
        name="test",
        folder="tests",
        singular="Test",
        plural="Tests",
        intro="What each test measures, the thresholds of each guideline, and what can make a result misleading.",
        order=5,
    )

    measures: CitedMarkdown = Field(description="What it measures, in plain words.")
    care: tuple[CareCard, ...] = Field((), description="What to do, the most urgent first.")
    thresholds: tuple[Threshold, ...] = Field((), description="Ranges by guideline.")
    usual_units: tuple[UsualUnit, ...] = Field(
        (), description="The usual unit of a country of which no range above tells it."
    )
    conversions: tuple[Conversion, ...] = Field((), description="Between units.")
    findings: tuple[Finding, ...] = Field((), description="How well it works, and other findings.")
    falsely_low: tuple[CitedMarkdown, ...] = Field((), description="What makes it read lower than the truth.")
    falsely_high: tuple[CitedMarkdown, ...] = Field(
        (), description="What makes it read higher or normal against the truth."
    )
    pitfalls: tuple[CitedMarkdown, ...] = Field((), description="Other traps.")
    ask: Annotated[tuple[Markdown, ...], Field(min_length=1)] = Field(description="Questions to ask about a result.")
    clinical: CitedMarkdown | None = Field(None, description="Detail for clinicians; shown under that label.")
    medicines: tuple[
        Annotated[Identifier, LinksTo("medicine", here="Medicines that disturb it", there="Tests that it disturbs")],
        ...,
    ] = Field((), description="Medicines that disturb its result.")
