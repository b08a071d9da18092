"""Terms: the glossary. The summary is the definition."""

from typing import Annotated, ClassVar

from pydantic import Field

from ..field import CitedMarkdown, LinksTo, RecordReference
from ..record import Kind, Record


class Term(Record):
    """A word that a reader may not know. Its `summary` is one plain sentence, shown as a tooltip."""

    KIND: ClassVar[Kind] = Kind(
        name="term",
        folder="glossary",
        singular="Term",
        plural="Glossary",
        intro="The words of the field, each in one plain sentence.",
        order=11,
        for_patients=False,
    )

    note: CitedMarkdown | None = Field(None, description="More, where one sentence is not enough.")
    about: tuple[Annotated[RecordReference, LinksTo("", here="Read more", there="Words explained")], ...] = Field(
        (), description="Records that explain the thing itself, or in which a reader meets the word, as kind:id."
    )
