"""Laboratory units: a concentration from one unit to another, by prefix alone or through the substance's molar mass.

`docs/assets/units.js` is the same for the browser; `tests/test_units.py` holds the two together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .model.kinds.test import Conversion

MASS: Mapping[str, float] = MappingProxyType(
    {"ng/L": 1.0, "pg/mL": 1.0, "ng/mL": 1e3, "micrograms-per-litre": 1e3, "µg/mL": 1e6},
)
"""Units of mass in a volume, each in nanograms per litre."""
AMOUNT: Mapping[str, float] = MappingProxyType({"pmol/L": 1.0, "nmol/L": 1e3, "µmol/L": 1e6, "mmol/L": 1e9})
"""Units of amount in a volume, each in picomoles per litre."""
_PICOMOLES_IN_NANOMOLE = 1e3


def molar_mass(conversions: Iterable[Conversion]) -> float | None:
    """The molar mass in grams per mole that a test's conversions amount to; None where none joins the two systems.

    A conversion to mass comes before its inverse, which a source prints with fewer digits.
    """
    inverse = None
    for one in conversions:
        if one.start in AMOUNT and one.end in MASS:
            return one.factor * MASS[one.end] / AMOUNT[one.start] * _PICOMOLES_IN_NANOMOLE
        if one.start in MASS and one.end in AMOUNT and inverse is None:
            inverse = MASS[one.start] / (one.factor * AMOUNT[one.end]) * _PICOMOLES_IN_NANOMOLE
    return inverse


def converted(value: float, start: str, end: str, molar_mass: float | None = None) -> float:
    """A concentration in another unit.

    Args:
        value: the concentration in `start`.
        start: the unit that it is in, as the vocabulary `unit` names it.
        end: the unit that it is wanted in.
        molar_mass: grams per mole of what was measured; needed only between mass and amount.

    Raises:
        ValueError: where the value is negative or not a finite number, a unit is none of a concentration, or the two
            units are of different systems and no molar mass above 0 is given.
    """
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"a concentration of {value}")
    for unit in (start, end):
        if unit not in MASS and unit not in AMOUNT:
            raise ValueError(f"the unit {unit}")
    if (start in MASS) == (end in MASS):
        system = MASS if start in MASS else AMOUNT
        return value * system[start] / system[end]
    if molar_mass is None or not (math.isfinite(molar_mass) and molar_mass > 0):
        raise ValueError(f"from {start} to {end} by a molar mass of {molar_mass}")
    nanograms_in_picomole = molar_mass / _PICOMOLES_IN_NANOMOLE
    if start in AMOUNT:
        return value * AMOUNT[start] * nanograms_in_picomole / MASS[end]
    return value * MASS[start] / nanograms_in_picomole / AMOUNT[end]


_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_AMOUNT = rf"(?:about )?({_NUMBER})(?: (?:to|and) {_NUMBER})? ({'|'.join(map(re.escape, [*MASS, *AMOUNT]))})"
_PAIR = re.compile(
    rf"({_AMOUNT})(?:( \((?:[np]g/m?L; )?)({_AMOUNT})((?:, our conversion)?\))|(, )(?=about )({_AMOUNT}))"
)
_CLOSE = 0.05
"""How far two numbers may stand apart by rounding and still be one amount."""


@dataclass(frozen=True)
class Pair:
    """One amount that a text gives in two units: "180 ng/L (133 pmol/L)".

    Args:
        first, second: the amounts as they are written.
        units: their units.
        opens, closes: what stands between the two, and behind the second.
        mass: the molar mass that joins the two numbers, in grams per mole.
    """

    first: str
    second: str
    units: tuple[str, str]
    opens: str
    closes: str
    mass: float

    @property
    def text(self) -> str:
        """It as it stands in the text."""
        return f"{self.first}{self.opens}{self.second}{self.closes}"

    def of(self, molar_mass: float) -> bool:
        """Whether the two numbers are one amount of a substance of this molar mass."""
        return abs(self.mass - molar_mass) <= _CLOSE * molar_mass


def pairs(text: str) -> Iterator[str | Pair]:
    """A text in pieces: what stands in both systems of units, and the words between."""
    position = 0
    for found in _PAIR.finditer(text):
        first, number, unit, opens, second, *rest = found.groups()
        if opens is None:
            opens, second, other_number, other_unit, closes = *rest[-4:], ""
        else:
            other_number, other_unit, closes = rest[:3]
        values = {unit: float(number.replace(",", "")), other_unit: float(other_number.replace(",", ""))}
        nanograms = [value * MASS[one] for one, value in values.items() if one in MASS]
        picomoles = [value * AMOUNT[one] for one, value in values.items() if one in AMOUNT]
        if len(nanograms) == len(picomoles) == 1 and picomoles[0]:
            yield text[position : found.start()]
            mass = nanograms[0] / picomoles[0] * _PICOMOLES_IN_NANOMOLE
            yield Pair(first, second, (unit, other_unit), opens, closes, mass)
            position = found.end()
    yield text[position:]
