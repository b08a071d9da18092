"""Laboratory units: as the sources print both, as the browser reckons, and never a number from nonsense."""

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.bloodtests import usual_units
from macros.knowledge import KnowledgeBase
from macros.model.kinds.test import Conversion, Test
from macros.model.vocabulary import Vocabulary
from macros.units import AMOUNT, MASS, Pair, converted, molar_mass, pairs

from .browser_twin import in_node

UNITS = [*MASS, *AMOUNT]
PRINTED = [
    ("serum-total-b12", 180, "ng/L", 133, "pmol/L"),
    ("serum-total-b12", 350, "ng/L", 258, "pmol/L"),
    ("serum-total-b12", 1, "pmol/L", 1.355, "ng/L"),
    ("serum-total-b12", 205, "pg/mL", 151.2, "pmol/L"),
    ("serum-total-b12", 200, "ng/L", 148, "pmol/L"),
    ("mma", 400, "nmol/L", 0.4, "µmol/L"),
    ("homocysteine", 14, "µmol/L", 14000, "nmol/L"),
    ("holotranscobalamin", 1, "pmol/L", 1.355, "pg/mL"),
    ("folate", 1, "ng/mL", 2.265, "nmol/L"),
    ("folate", 1, "micrograms-per-litre", 2.265, "nmol/L"),
    ("folate", 1, "ng/mL", 1, "micrograms-per-litre"),
]
"""A test's value as it is printed in one unit and in the other."""


def of(real: KnowledgeBase, name: str) -> Test:
    record = real.record(f"test:{name}")
    assert isinstance(record, Test)
    return record


@pytest.mark.parametrize(("name", "value", "start", "other", "end"), PRINTED)
def test_what_is_printed_in_both_units_is_reckoned(
    real: KnowledgeBase, name: str, value: float, start: str, other: float, end: str
) -> None:
    mass = molar_mass(of(real, name).conversions)
    assert converted(value, start, end, mass) == pytest.approx(other, rel=4e-3)
    assert converted(other, end, start, mass) == pytest.approx(value, rel=4e-3)


def test_every_limit_that_a_record_gives_in_two_units_agrees_to_the_last_digit_but_one(real: KnowledgeBase) -> None:
    compared = 0
    for record in real.of_kind("test"):
        assert isinstance(record, Test)
        mass = molar_mass(record.conversions)
        for limit in record.thresholds:
            for one, other in ((limit.over, limit.other_over), (limit.under, limit.other_under)):
                if one is not None and other is not None and limit.other_unit:
                    assert converted(one, limit.unit, limit.other_unit, mass) == pytest.approx(other, rel=4e-3)
                    compared += 1
    assert compared >= 6


def test_every_conversion_of_a_record_agrees_with_the_others(real: KnowledgeBase) -> None:
    for record in real.of_kind("test"):
        assert isinstance(record, Test)
        for one in record.conversions:
            reckoned = converted(1, one.start, one.end, molar_mass(record.conversions))
            assert reckoned == pytest.approx(one.factor, rel=1e-4), (record.id, one.start, one.end)


def test_every_unit_is_one_of_the_vocabulary(real: KnowledgeBase) -> None:
    vocabulary: Vocabulary = real.vocabularies["unit"]
    assert not set(UNITS) - set(vocabulary.words)


def test_a_molar_mass_comes_from_a_conversion_between_the_systems() -> None:
    def conversion(start: str, end: str, factor: float) -> Conversion:
        return Conversion.model_construct(start=start, end=end, factor=factor, basis="x")

    prefix = conversion("nmol/L", "µmol/L", 0.001)
    exact, inverse = conversion("pmol/L", "ng/L", 1.355), conversion("ng/L", "pmol/L", 0.738)
    assert molar_mass([]) is None
    assert molar_mass([prefix]) is None
    assert molar_mass([prefix, inverse, exact]) == pytest.approx(1355)
    assert molar_mass([inverse]) == pytest.approx(1000 / 0.738)
    assert molar_mass([conversion("nmol/L", "ng/mL", 0.4414)]) == pytest.approx(441.4)


@given(st.floats(0, 1e9), st.sampled_from(UNITS), st.sampled_from(UNITS), st.floats(1, 1e5))
def test_there_and_back_gives_the_same(value: float, start: str, end: str, mass: float) -> None:
    assert converted(converted(value, start, end, mass), end, start, mass) == pytest.approx(value, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("value", [-1, math.nan, math.inf])
def test_a_value_that_is_no_concentration_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="a concentration of"):
        converted(value, "ng/L", "pg/mL")


@pytest.mark.parametrize(("start", "end"), [("percent", "ng/L"), ("ng/L", "furlongs")])
def test_a_unit_that_is_none_of_a_concentration_is_refused(start: str, end: str) -> None:
    with pytest.raises(ValueError, match="the unit"):
        converted(1, start, end, 100)


@pytest.mark.parametrize("mass", [None, 0, -5, math.nan, math.inf])
def test_without_a_molar_mass_mass_does_not_become_amount(mass: float | None) -> None:
    with pytest.raises(ValueError, match="from ng/L to pmol/L"):
        converted(1, "ng/L", "pmol/L", mass)


def test_the_browser_reckons_as_python_does(tmp_path: Path) -> None:
    cases = [
        (value, start, end, mass)
        for start, end in itertools.product(UNITS, repeat=2)
        for value, mass in itertools.product((0, 1, 180.5, 3e-7, 1e9), (1355, 441.4))
    ]
    told = in_node("units", "return given.map((one) => twin.converted(...one));", cases, tmp_path)
    assert told == pytest.approx([converted(*case) for case in cases], rel=1e-9, abs=0)


def test_the_browser_refuses_what_python_refuses(tmp_path: Path) -> None:
    told = in_node(
        "units",
        "return [[-1, 'ng/L', 'ng/L'], [NaN, 'ng/L', 'ng/L'], ['5', 'ng/L', 'ng/L'], [1, 'percent', 'ng/L'],"
        " [1, 'ng/L', 'toString'], [1, 'ng/L', 'pmol/L'], [1, 'ng/L', 'pmol/L', 0], [1, 'ng/L', 'pmol/L', NaN]]"
        ".map((one) => refused(() => twin.converted(...one)));",
        None,
        tmp_path,
    )
    assert told == ["RangeError"] * 8


WRITTEN = [
    ("below 180 ng/L (133 pmol/L) is low", ("180 ng/L", "133 pmol/L")),
    ("180 to 350 ng/L (133 to 258 pmol/L)", ("180 to 350 ng/L", "133 to 258 pmol/L")),
    ("below 301 pg/mL (about 222 pmol/L, our conversion).", ("301 pg/mL", "about 222 pmol/L")),
    ("above 1,000 pmol/L (about 1,355 ng/L)", ("1,000 pmol/L", "about 1,355 ng/L")),
    ("(below 150 pmol/L, about 203 ng/L)", ("150 pmol/L", "about 203 ng/L")),
]


@pytest.mark.parametrize(("text", "both"), WRITTEN)
def test_an_amount_in_two_units_is_found_in_a_sentence(text: str, both: tuple[str, str]) -> None:
    pieces = list(pairs(text))
    [found] = [one for one in pieces if isinstance(one, Pair)]
    assert (found.first, found.second) == both
    assert found.of(1355)
    assert "".join(one if isinstance(one, str) else one.text for one in pieces) == text


@pytest.mark.parametrize(
    "text",
    ["400 nmol/L (0.4 µmol/L)", "from 108 to 286 pmol/L (about 390 ng/L)", "205 pg/mL, 3 pmol/L", "5 ng/L (0 pmol/L)"],
)
def test_two_amounts_that_are_not_one_are_left_as_they_are(text: str) -> None:
    assert not any(isinstance(one, Pair) and one.of(1355) for one in pairs(text))


@given(st.text(alphabet="0123456789,. ()abt[ng/mL][pmol/L]toaboutµ"))
def test_a_text_in_pieces_is_the_same_text(text: str) -> None:
    assert "".join(one if isinstance(one, str) else one.text for one in pairs(text)) == text


def test_the_usual_unit_is_the_records_or_that_of_the_first_range(real: KnowledgeBase) -> None:
    found = usual_units(of(real, "serum-total-b12"), real.vocabularies["country"])
    assert {"uk"} <= set(found["ng/L"])
    assert {"us", "japan"} <= set(found["pg/mL"])
    assert {"nordic", "netherlands", "australia-nz"} <= set(found["pmol/L"])
    assert not any("france" in choices for choices in found.values())
