"""Recommended amounts of vitamin B12, by the body that issues them and by stage of life."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from ..field import Amount, CitedMarkdown, Count, InVocabulary, Markdown, Part, SourceId, Text, Yes, problem
from ..record import Kind, Record


class Recommendation(Part):
    """One amount for one group, in micrograms a day."""

    group: Text = Field(description="The group in the issuer's terms, such as 'children 4-8 years'.")
    stage: Annotated[str, InVocabulary("life-stage")] = Field(description="Stage of life, for choosing.")
    from_months: Count = Field(0, description="Youngest age in months.")
    to_months: Count | None = Field(None, description="Oldest age in months; left out where open.")
    measure: Annotated[str, InVocabulary("intake-measure")] = Field(description="What the issuer calls the figure.")
    micrograms: Amount | None = Field(None, description="Micrograms a day; left out where the issuer set none.")
    single_transcription: Yes = Field(
        False, description="true where the figure was seen in one copy only, not at the issuer; the page says so."
    )
    where: Text | None = Field(None, description="Where in the source.")
    note: Markdown | None = Field(None, description="What to know about it.")
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)] = Field(description="Who says so.")

    @model_validator(mode="after")
    def _ages(self) -> Self:
        if self.to_months is not None and self.to_months < self.from_months:
            raise problem("ages the wrong way round", "`to_months` no less than `from_months`", "Exchange the two.")
        return self


class Intake(Record):
    """The recommended amounts of one issuer."""

    KIND: ClassVar[Kind] = Kind(
        name="intake",
        folder="intakes",
        singular="Recommended amounts",
        plural="Recommended amounts",
        intro="How much vitamin B12 a day each authority recommends, by stage of life, side by side.",
        order=9,
    )

    issuer: Text = Field(description="The body that issued them.")
    country: Annotated[str, InVocabulary("country")] = Field(description="Where they apply.")
    year: Count = Field(description="Year of issue.")
    explanation: CitedMarkdown = Field(description="What the figures are based on.")
    amounts: Annotated[tuple[Recommendation, ...], Field(min_length=1)] = Field(description="The amounts.")
