"""The generated atlas is valid: what the other tests spoil was whole before."""

import pytest

from macros.model import KINDS

from .conftest import Sample


def test_the_sample_has_no_problems(sample: Sample) -> None:
    assert sample.messages() == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_has_every_kind(sample: Sample, kind: str) -> None:
    assert sample.base().of_kind(kind)
