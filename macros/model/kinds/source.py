"""Sources: everything that is cited, with what of it was read."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from ..field import Count, InVocabulary, Markdown, Text, Yes, problem
from ..record import Kind, Record

Doi = Annotated[str, StringConstraints(strict=True, pattern=r"^10\.\d{4,9}/\S+$")]
Pmid = Annotated[str, StringConstraints(strict=True, pattern=r"^\d{1,8}$")]
Address = Annotated[str, StringConstraints(strict=True, pattern=r"^https?://[^\s\"'<>]+$")]


class Source(Record):
    """A paper, guideline, leaflet, dataset or page. Fields that were not confirmed are left out, never guessed."""

    KIND: ClassVar[Kind] = Kind(
        name="source",
        folder="sources",
        singular="Source",
        plural="Sources",
        intro="Everything that the atlas cites, what of it was read, and where it is used.",
        order=10,
        for_patients=False,
        group_by="study",
    )

    # A source's page is headed by its reference; a sentence about it is welcome but not required.
    summary: Annotated[Text, StringConstraints(max_length=240)] = Field(
        "", description="What it found or says, in our own words."
    )
    supplied_title: Yes = Field(
        False, description="true where the title is our description, because its own was not confirmed."
    )
    csl_type: Annotated[str, InVocabulary("csl-type")] = Field(description="CSL's type of item.")
    study: Annotated[str, InVocabulary("study-design")] = Field(description="The kind of study or document.")
    authors: tuple[Text, ...] = Field((), description="Family name and initials, such as 'Kihara Y'; or a body's name.")
    more_authors: Yes = Field(False, description="true where more authors follow than are listed ('et al.').")
    year: Count | None = Field(None, description="Year of publication.")
    date: Text | None = Field(None, description="A fuller date, as the source gives it.")
    container: Text | None = Field(None, description="Journal, site or book.")
    volume: Text | None = Field(None, description="Volume, in quotes.")
    issue: Text | None = Field(None, description="Issue, in quotes.")
    pages: Text | None = Field(None, description="Pages or article number, in quotes.")
    publisher: Text | None = Field(None, description="Publisher, for books and reports.")
    doi: Doi | None = Field(None, description="Such as '10.1073/pnas.2216249120'.")
    pmid: Pmid | None = Field(None, description="PubMed's number, in quotes.")
    url: Address | None = Field(None, description="The official address, or the one that was read.")
    read: Annotated[str, InVocabulary("read")] = Field(description="How much of it was read.")
    unconfirmed: tuple[Text, ...] = Field(
        (), description="Bibliographic fields that could not be confirmed and are left out."
    )
    note: Markdown | None = Field(None, description="What to know about it: which copy was read, what it is not.")

    @model_validator(mode="after")
    def _found_again(self) -> Self:
        if not (self.doi or self.pmid or self.url):
            raise problem("a source without address", "`doi`, `pmid` or `url`", "Add one that was confirmed.")
        return self
