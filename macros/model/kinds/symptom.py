"""Symptoms and signs: in B12 deficiency, in MS, and what tells the two apart."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from ..field import CitedMarkdown, Identifier, InVocabulary, LinksTo, Part, problem
from ..finding import CareCard, Finding
from ..record import Kind, Record


class Occurrence(Part):
    """Whether and how a symptom occurs in one of the two conditions."""

    occurs: Annotated[str, InVocabulary("occurrence")] = Field(description="Does it occur?")
    text: CitedMarkdown = Field(description="What is known, in one or two plain sentences with sources.")
    how_often: tuple[Finding, ...] = Field(
        (), description="Findings with a figure. None: the page says 'No figure found'."
    )
    body: CitedMarkdown | None = Field(None, description="The pattern in the body: where, one side or both.")
    time: CitedMarkdown | None = Field(None, description="The pattern in time: how it begins and goes on.")

    @model_validator(mode="after")
    def _figures(self) -> Self:
        if any(finding.figure is None for finding in self.how_often):
            raise problem(
                "a finding without `figure` in `how_often`",
                "a figure in each",
                "Add the figure, or tell it in `text`.",
            )
        return self


class Difference(Part):
    """What tells the two conditions apart by this symptom."""

    text: CitedMarkdown = Field(description="Both sides in the same terms.")
    basis: Annotated[str, InVocabulary("basis")] = Field(
        description="`sourced` where a source says it; `inference` where the atlas concluded it."
    )


class Symptom(Record):
    """A symptom (what one feels) or a sign (what an examination finds)."""

    KIND: ClassVar[Kind] = Kind(
        name="symptom",
        folder="symptoms",
        singular="Symptom",
        plural="Symptoms",
        intro="Each symptom in vitamin B12 deficiency and in MS: how often, what pattern, what tells them apart.",
        order=1,
        check_months=12,
    )

    body_parts: Annotated[tuple[Annotated[str, InVocabulary("body-part")], ...], Field(min_length=1)] = Field(
        description="Where it is felt or seen."
    )
    points: Annotated[str, InVocabulary("pointing")] = Field(description="Which of the two it speaks for, if either.")
    care: tuple[CareCard, ...] = Field((), description="What to do, the most urgent first.")
    b12: Occurrence = Field(description="In vitamin B12 deficiency.")
    ms: Occurrence = Field(description="In MS.")
    tell_apart: Difference = Field(description="What tells the two apart.")
    findings: tuple[Finding, ...] = Field((), description="Other findings that bear on it.")
    tests: tuple[Annotated[Identifier, LinksTo("test", here="Tests", there="Symptoms it helps to explain")], ...] = (
        Field((), description="Tests that help to find its cause.")
    )
    pathways: tuple[
        Annotated[Identifier, LinksTo("pathway", here="Pathways behind it", there="Symptoms it may explain")], ...
    ] = Field((), description="Pathways that may explain it.")
    medicines: tuple[
        Annotated[Identifier, LinksTo("medicine", here="Medicines that bear on it", there="Symptoms it bears on")], ...
    ] = Field((), description="Medicines that can cause, mask or ease it.")
