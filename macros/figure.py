"""Numbers as readers read them: figures with their unit, interval and comparison, never rounded anew."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from .model.finding import Figure
from .model.vocabulary import Vocabulary

MINUS = "\u2212"
_UNITS_BEFORE = {"one-in"}
_SINGULAR = {
    "people": "person",
    "samples": "sample",
    "studies": "study",
    "years": "year",
    "months": "month",
    "weeks": "week",
    "days": "day",
    "hours": "hour",
    "minutes": "minute",
}


def number(value: float) -> str:
    """The number with every digit that the record has, thousands grouped: 12,253; −0.08; 70.58."""
    text = f"{int(value):,}" if value == int(value) else _grouped(repr(float(value)))
    return text.replace("-", MINUS)


def rounded(value: float) -> str:
    """A computed number to two decimals, halves upwards, as USDA rounds: 59.99."""
    exact = Decimal(repr(value)).quantize(Decimal("1e-9"), ROUND_HALF_UP)  # only the binary residue is dropped first
    return number(float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP)))


def _grouped(text: str) -> str:
    if "e" in text:
        return f"{float(text):.12f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{int(whole):,}.{decimals}" if not whole.startswith("-0") else text


def quantity(units: Vocabulary, value: float, unit: str) -> str:
    """A number with its unit: 59%; 2.4 µg a day; 1 in 20."""
    label = _SINGULAR.get(units[unit].label, units[unit].label) if value == 1 else units[unit].label
    if unit in _UNITS_BEFORE:
        return f"{label} {number(value)}"
    return number(value) + ("" if unit == "percent" else " ") + label


def figure_text(vocabularies: Mapping[str, Vocabulary], figure: Figure) -> str:
    """The value of a figure in words, without its population: 'about 59% (95% confidence interval 55 to 63)'."""
    units = vocabularies["unit"]
    if figure.value is None:
        assert figure.low is not None
        assert figure.high is not None
        text = f"{number(figure.low)} to {quantity(units, figure.high, figure.unit)}"
    else:
        text = quantity(units, figure.value, figure.unit)
    if figure.qualifier:
        text = f"{vocabularies['qualifier'][figure.qualifier].label} {text}"
    if figure.count is not None and figure.total is not None:
        text += f" ({figure.count:,} of {figure.total:,})"
    if figure.value is not None and figure.low is not None and figure.high is not None and figure.interval:
        text += f" ({vocabularies['interval'][figure.interval].label} {number(figure.low)} to {number(figure.high)})"
    return text


def versus_text(vocabularies: Mapping[str, Vocabulary], figure: Figure) -> str:
    """The other side of a comparison in words, or nothing: ', against 75% in people with MS'."""
    if figure.versus is None:
        return ""
    other = quantity(vocabularies["unit"], figure.versus.value, figure.unit)
    return f", against {other} in {figure.versus.population}"
