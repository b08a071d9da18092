"""Treatments: the forms and routes of vitamin B12 and how they compare."""

from typing import Annotated, ClassVar

from pydantic import Field

from ..field import CitedMarkdown, Identifier, InVocabulary, LinksTo, Markdown
from ..finding import CareCard, Dose, Finding
from ..naming import Name
from ..record import Kind, Record


class Treatment(Record):
    """A form of B12, a route by which it is given, or a way of treating deficiency."""

    KIND: ClassVar[Kind] = Kind(
        name="treatment",
        folder="treatments",
        singular="Treatment",
        plural="Treatments",
        intro="Each form and route of vitamin B12: what it is, how it compares, what guidelines say, and its risks.",
        order=7,
        check_months=12,
        group_by="aspect",
    )

    aspect: Annotated[str, InVocabulary("treatment-aspect")] = Field(description="A form, a route, a plan or a risk.")
    care: tuple[CareCard, ...] = Field((), description="What to do, the most urgent first.")
    brands: tuple[Name, ...] = Field((), description="Brand names, each with the countries that use it.")
    what_it_is: CitedMarkdown = Field(description="What it is and how it works.")
    findings: tuple[Finding, ...] = Field((), description="Benefits: the evidence against the alternatives.")
    doses: tuple[Dose, ...] = Field((), description="Doses only as guidelines or licences state them for groups.")
    safety: tuple[Finding, ...] = Field((), description="Harms and cautions.")
    monitoring: CitedMarkdown | None = Field(None, description="What is checked, and when.")
    without_it: CitedMarkdown | None = Field(None, description="What happens without it.")
    daily_life: Markdown | None = Field(None, description="What it means for daily life.")
    choices: Markdown = Field(description="The other choices, and what to decide together with a clinician.")
    not_known: Markdown | None = Field(None, description="What is not known.")
    tests: tuple[
        Annotated[Identifier, LinksTo("test", here="Tests before and after", there="Treatments it guides")], ...
    ] = Field((), description="Tests before it and after.")
    pathways: tuple[
        Annotated[Identifier, LinksTo("pathway", here="Pathways it feeds", there="Treatments that feed it")], ...
    ] = Field((), description="Pathways that it feeds.")
