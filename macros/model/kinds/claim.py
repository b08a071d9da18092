"""Claims in circulation, checked one by one."""

from typing import Annotated, ClassVar

from pydantic import Field

from ..field import CitedMarkdown, InVocabulary, LinksTo, Markdown, RecordReference
from ..finding import CareCard, Certainty, Finding
from ..record import Kind, Record


class Claim(Record):
    """A popular statement and what the evidence says of it. The title is the claim in our words."""

    KIND: ClassVar[Kind] = Kind(
        name="claim",
        folder="claims",
        singular="Claim",
        plural="Claims",
        intro="Statements that one meets about vitamin B12 and MS: what is true in each, and what is not.",
        order=8,
        group_by="topic",
    )

    topic: Annotated[str, InVocabulary("topic")] = Field(description="The subject, for grouping.")
    verdict: Annotated[str, InVocabulary("verdict")] = Field(description="What the evidence says of the claim.")
    certainty: Certainty = Field(description="How sure the verdict is.")
    care: tuple[CareCard, ...] = Field((), description="What to do, the most urgent first.")
    why: CitedMarkdown = Field(description="Why this verdict.")
    true_version: CitedMarkdown = Field(description="What can be said instead.")
    origin: Markdown | None = Field(None, description="Where the claim comes from, where known.")
    findings: tuple[Finding, ...] = Field((), description="The evidence, statement by statement.")
    about: Annotated[
        tuple[Annotated[RecordReference, LinksTo("", here="What it is about", there="Claims about it")], ...],
        Field(min_length=1),
    ] = Field(description="Records that the claim is about, as kind:id.")
