"""Questions that readers ask, with an answer that stands alone."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from ..field import CitedMarkdown, InVocabulary, Markdown, MaxWords
from ..finding import CareCard, Finding
from ..record import Kind, Record


class Faq(Record):
    """A question and its answer. The title is the question."""

    KIND: ClassVar[Kind] = Kind(
        name="faq",
        folder="questions",
        singular="Question",
        plural="Questions",
        intro="What people ask most about vitamin B12 and MS, answered first in sixty words, then in full.",
        order=4,
        group_by="topic",
    )

    topic: Annotated[str, InVocabulary("topic")] = Field(description="The subject, for grouping.")
    care: tuple[CareCard, ...] = Field((), description="What to do, the most urgent first.")
    short_answer: Annotated[CitedMarkdown, MaxWords(60), StringConstraints(min_length=20)] = Field(
        description="The answer in at most 60 words, with its sources; it stands alone."
    )
    findings: tuple[Finding, ...] = Field((), description="The evidence, statement by statement.")
    detail: CitedMarkdown | None = Field(None, description="The rest of the answer.")
    clinical: CitedMarkdown | None = Field(None, description="Detail for clinicians; shown under that label.")
    not_known: Markdown = Field(description="What nobody knows yet, or what was not found.")
    what_to_do: Markdown | None = Field(None, description="What a reader can do or ask now.")
