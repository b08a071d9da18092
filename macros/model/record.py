"""What every record has in common, and what a kind of record says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from .field import Day, Identifier, Part, Related, Text


@dataclass(frozen=True)
class Kind:
    """What the site says about a kind of record as a whole.

    Args:
        name: the word before the colon in `symptom:fatigue`.
        folder: the folder under `data/`, and the first part of its pages' addresses.
        singular, plural: the labels that a reader sees.
        intro: one sentence for the head of the landing page.
        order: the place in navigation, from 1.
        check_months: how many months may pass between `checked` and `check_again`.
        for_patients: whether its text is for patients, so that `check` tells how hard it is to read.
        group_by: the field by whose vocabulary the landing page is grouped; "" where it is one list.
    """

    name: str
    folder: str
    singular: str
    plural: str
    intro: str
    order: int
    check_months: int = 24
    for_patients: bool = True
    group_by: str = ""

    @property
    def schema(self) -> str:
        """The name of the kind's JSON Schema in `data/schema/`."""
        return f"{self.name}.schema.json"

    @property
    def first_line(self) -> str:
        """The comment with which its files begin: by it any editor with the YAML language server finds the schema."""
        return f"# yaml-language-server: $schema=../schema/{self.schema}"


class Change(Part):
    """One dated change, in words that a reader understands."""

    date: Day = Field(description="The day of the change.")
    text: Text = Field(description="What changed for a reader, in one line.")


class Review(Part):
    """A review by a named clinician, with interests declared. Never invented."""

    name: Text = Field(description="The reviewer's name.", examples=["First name and family name"])
    role: Text = Field(description="Profession and place.", examples=["Neurologist, the hospital and its town"])
    date: Day = Field(description="The day of the review.", examples=["2026-11-21"])
    interests: Text = Field(description="Declared interests, or 'none declared'.", examples=["none declared"])


class Record(Part):
    """The fields of every record."""

    KIND: ClassVar[Kind]
    # Housekeeping stands at the end of a file, so that an editor meets the subject first.
    LAST: ClassVar[tuple[str, ...]] = (
        "related",
        "covers",
        "checked",
        "check_again",
        "changes",
        "reviewed_by",
    )

    id: Identifier = Field(description="Equal to the file's name without .yml; never used again for something else.")
    title: Text = Field(description="The heading of the page.")
    summary: Annotated[Text, StringConstraints(max_length=240)] = Field(
        description="What matters most, in plain words; at most 240 characters. Shown first, under 'In short'."
    )
    aliases: tuple[Text, ...] = Field(
        (), description="What people also call it, everyday words first; all are searchable."
    )
    related: tuple[Related, ...] = Field(
        (), description="Other records worth reading, as kind:id. Write each link on one side only."
    )
    covers: tuple[Text, ...] = Field(
        (),
        description="Entries of the evidence pack that this record holds, as file/id; a test finds what none holds.",
    )
    checked: Day = Field(description="The day on which somebody last held the record against its sources.")
    check_again: Day = Field(description="The day by which to do it again.")
    changes: Annotated[tuple[Change, ...], Field(min_length=1)] = Field(
        description="What changed and when, newest first."
    )
    reviewed_by: tuple[Review, ...] = Field((), description="Clinicians who reviewed it. Leave out until one has.")

    @property
    def key(self) -> str:
        """`kind:id`, as other records name this one."""
        return f"{self.KIND.name}:{self.id}"

    @classmethod
    def field_order(cls) -> tuple[str, ...]:
        """The names of the fields in the order in which `format` writes them."""
        names = [name for name in cls.model_fields if name not in cls.LAST]
        return (*names, *cls.LAST)
