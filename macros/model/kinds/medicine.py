"""Medicines: what they do to vitamin B12, how that is known, and what to do."""

from typing import Annotated, ClassVar

from pydantic import Field

from ..field import CitedMarkdown, Identifier, InVocabulary, LinksTo, Markdown, Part, SourceId, Text
from ..finding import CareCard, Finding
from ..naming import Name
from ..record import Kind, Record


class Licence(Part):
    """Whether it is licensed in a country, as far as was checked."""

    country: Annotated[str, InVocabulary("country")] = Field(description="Where.")
    text: Text = Field(description="Yes, no or not checked; with what was seen.")


class Looked(Part):
    """One place that was searched for a mention of vitamin B12."""

    source: SourceId | None = Field(None, description="The source, if it is one.")
    what: Text = Field(description="What was read: the document and its sections.")
    when: Text = Field(description="The copy's or search's date, as far as known.")


class ProductInformation(Part):
    """What the product information says about vitamin B12."""

    says: Annotated[str, InVocabulary("product-information")] = Field(description="The finding in a word.")
    text: CitedMarkdown = Field(description="What it says, or that no mention was found and in what.")
    looked: Annotated[tuple[Looked, ...], Field(min_length=1)] = Field(description="What was read, and when.")


class Medicine(Record):
    """A medicine, or a group of medicines that behave alike here."""

    KIND: ClassVar[Kind] = Kind(
        name="medicine",
        folder="medicines",
        singular="Medicine",
        plural="Medicines",
        intro="What each medicine does to vitamin B12, what its product information says, and what to ask.",
        order=6,
        check_months=12,
        group_by="group",
    )

    group: Annotated[str, InVocabulary("medicine-group")] = Field(description="What it is used for here.")
    medicine_class: Text | None = Field(None, description="Its pharmacological class.")
    brands: tuple[Name, ...] = Field((), description="Brand names, each with the countries that use it.")
    names: tuple[Name, ...] = Field((), description="The names of the substance, where countries differ in them.")
    substances: tuple[Name, ...] = Field((), description="Of a group: the substances in it.")
    route: Text | None = Field(None, description="Tablet, injection, infusion, …")
    licensed: tuple[Licence, ...] = Field((), description="Where it is licensed.")
    effect: Annotated[str, InVocabulary("medicine-effect")] = Field(description="What it does to B12, in a word.")
    care: tuple[CareCard, ...] = Field((), description="What to do, the most urgent first.")
    effect_text: CitedMarkdown = Field(description="What it does to B12, in one or two plain sentences.")
    findings: tuple[Finding, ...] = Field((), description="The evidence, statement by statement.")
    mechanism: CitedMarkdown | None = Field(None, description="How it may do so, and how sure that is.")
    product_information: ProductInformation | None = Field(None, description="What the leaflet or licence says.")
    supplements: CitedMarkdown | None = Field(None, description="What the product information says on supplements.")
    blood_tests: CitedMarkdown | None = Field(None, description="Blood tests named in its product information.")
    other_facts: tuple[CitedMarkdown, ...] = Field(
        (), description="Other facts that bear on B12 or on look-alike signs."
    )
    what_to_do: Markdown = Field(description="What a reader can do or ask. Never: stop a medicine.")
    pathways: tuple[
        Annotated[Identifier, LinksTo("pathway", here="Pathways it acts on", there="Medicines that act on it")], ...
    ] = Field((), description="Pathways that it acts on.")
