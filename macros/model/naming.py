"""Names that differ from country to country, each with the sources that show it there."""

from typing import Annotated

from pydantic import Field

from .field import InVocabulary, Part, SourceId, Text


class Use(Part):
    """A country in which a name is used."""

    country: Annotated[str, InVocabulary("country")] = Field(description="Where.")
    source: SourceId = Field(description="The label, leaflet or page of that country that shows the name.")


class Name(Part):
    """A name, and where a source shows it in use."""

    name: Text = Field(description="As it is printed.")
    used: tuple[Use, ...] = Field(
        (),
        description="The countries in which a source shows it; left out where none was seen: then all readers see it.",
    )
