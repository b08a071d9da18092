"""Retired ids: what a published id meant, and what stands in its place."""

from pydantic import Field

from .field import Day, Part, RecordReference, Text


class Retired(Part):
    """A record that was published under this id and is no more. Its address goes on to `now`."""

    was: RecordReference = Field(description="The retired record, as kind:id.")
    now: RecordReference | None = Field(None, description="The record that stands in its place, as kind:id.")
    date: Day = Field(description="The day on which it was retired.")
    why: Text = Field(description="Why, in one line.")
