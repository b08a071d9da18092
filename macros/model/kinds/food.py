"""Foods: how much vitamin B12, from which dataset, and how that was found."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from ..field import Amount, CitedMarkdown, Count, InVocabulary, Part, SourceId, Text, Yes, problem
from ..record import Kind, Record


class Content(Part):
    """Vitamin B12 as one dataset gives it, in micrograms per 100 g of the edible part."""

    micrograms: Amount | None = Field(None, description="µg per 100 g, digit for digit as the dataset has it.")
    low: Amount | None = Field(None, description="Lowest, where the source gives a range.")
    high: Amount | None = Field(None, description="Highest, where the source gives a range.")
    dataset: SourceId = Field(description="The dataset, as a source.")
    item: Text = Field(description="The dataset's own name for the food.")
    fdc_id: Text | None = Field(None, description="FoodData Central's number, in quotes.")
    code: Text | None = Field(None, description="The dataset's other code (NDB or FNDDS number), in quotes.")
    samples: Count | None = Field(None, description="Number of samples; leave out where not known. 0 is a finding.")
    basis: Annotated[str, InVocabulary("food-basis")] = Field(description="Measured, calculated, assumed or label.")
    note: Text | None = Field(None, description="What to know about this value.")

    @model_validator(mode="after")
    def _valued(self) -> Self:
        if self.micrograms is None and (self.low is None or self.high is None):
            raise problem("a content without amount", "`micrograms`, or `low` and `high`", "Give the dataset's figure.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise problem("a range the wrong way round", "`low` no greater than `high`", "Exchange the two.")
        return self


class Portion(Part):
    """A household portion."""

    name: Text = Field(description="Such as '3 oz' or '1 cup'.")
    grams: Amount = Field(description="Its weight in grams.")


class Food(Record):
    """A food as it is eaten or bought."""

    KIND: ClassVar[Kind] = Kind(
        name="food",
        folder="foods",
        singular="Food",
        plural="Foods",
        intro="How much vitamin B12 foods hold, per 100 g and per portion, and whether it was measured.",
        order=3,
        group_by="group",
    )

    group: Annotated[str, InVocabulary("food-group")] = Field(description="The group.")
    diets: tuple[Annotated[str, InVocabulary("diet")], ...] = Field(
        (), description="Diets that it fits, in the atlas's judgement."
    )
    fortified: Yes = Field(description="true where B12 was added, false where it is the food's own or none.")
    content: Content = Field(description="The figure that the atlas shows.")
    portion: Portion = Field(description="The portion that the atlas shows.")
    other_values: tuple[Content, ...] = Field((), description="What other datasets say, where they disagree.")
    disagreement: CitedMarkdown | None = Field(None, description="Why the datasets disagree, and which to trust.")
    absorption: CitedMarkdown | None = Field(None, description="What is known of how well its B12 is absorbed.")
    note: CitedMarkdown | None = Field(None, description="What else a reader should know.")

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest µg per 100 g over all datasets on record."""
        values: list[float] = []
        for content in (self.content, *self.other_values):
            values += [v for v in (content.micrograms, content.low, content.high) if v is not None]
        return min(values), max(values)

    @property
    def per_portion(self) -> float | None:
        """µg in the portion: content × grams ÷ 100; None where the dataset gives only a range."""
        if self.content.micrograms is None:
            return None
        return self.content.micrograms * self.portion.grams / 100

    @model_validator(mode="after")
    def _explained(self) -> Self:
        if self.other_values and self.disagreement is None:
            raise problem("other values without a reason", "`disagreement`", "Say why the datasets disagree.")
        return self
