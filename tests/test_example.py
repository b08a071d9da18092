"""The field guide has an example of each field, and it is one that stands in a record."""

import re
from collections.abc import Iterator, Mapping

import pytest
from pydantic import BaseModel

from macros.example import Example, examples
from macros.knowledge import KnowledgeBase
from macros.load import inner_model
from macros.model import KINDS
from macros.pages import all_pages

from .conftest import ROOT, Sample


@pytest.fixture(scope="module")
def found(real: KnowledgeBase) -> Mapping[str, Example]:
    return examples(entry.record for entry in real.entries.values())


def models() -> Iterator[type[BaseModel]]:
    """Every kind of record and every part of one."""
    waiting: list[type[BaseModel]] = list(KINDS.values())
    seen: set[type[BaseModel]] = set()
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            yield model
            inner = (inner_model(field.annotation) for field in model.model_fields.values())
            waiting += [part for part in inner if part is not None]


def guide(sample: Sample) -> str:
    return next(made.markdown for made in all_pages(sample.base()) if made.path == "contribute/fields.md")


def test_every_field_has_an_example_or_fields_of_its_own(found: Mapping[str, Example]) -> None:
    for model in models():
        for name, field in model.model_fields.items():
            assert inner_model(field.annotation) or found[f"{model.__name__}.{name}"].text, f"{model.__name__}.{name}"


def test_an_example_stands_in_the_record_that_it_names(found: Mapping[str, Example], real: KnowledgeBase) -> None:
    def words(text: str) -> str:
        """Without what only folds or quotes a text."""
        return re.sub(r"[\s'\"\\]+", "", text)

    for name, example in found.items():
        if example.key:
            text = (ROOT / real.entries[example.key].document.path).read_text(encoding="utf-8")
            assert f"{name.partition('.')[2]}:" in text
            assert words(example.text.removesuffix(" …")) in words(text), name


def test_only_what_nobody_has_filled_in_yet_has_an_example_of_the_model_s_own(found: Mapping[str, Example]) -> None:
    assert {name for name, example in found.items() if not example.key} == {
        "Review.name",
        "Review.role",
        "Review.date",
        "Review.interests",
    }


def test_the_guide_follows_the_records(sample: Sample) -> None:
    assert "By the model’s limits &amp; {{ more }}" not in guide(sample)
    sample.edit("medicine", "medicine-0", lambda fields: fields.update(route="By the model’s limits & {{ more }}"))
    shown = guide(sample)
    assert "<code>By the model’s limits &amp; {{ more }}</code> in <a" in shown
    assert "render_macros: false" in shown


def test_an_example_is_the_same_whatever_the_order_of_the_records(real: KnowledgeBase) -> None:
    records = [entry.record for entry in real.entries.values()]
    assert examples(reversed(records)) == examples(records)


def test_a_number_in_a_text_keeps_its_quotes(sample: Sample) -> None:
    sample.edit("source", "source-0", lambda fields: fields.update(volume="17"))
    found = examples(entry.record for entry in sample.base().entries.values())
    assert found["Source.volume"].text == "'17'"
