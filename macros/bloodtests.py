"""Blood tests → what a reader needs beside a figure: every guideline's limits in each unit, scales, conversions."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from markupsafe import Markup

from .chart import Cell, side_by_side
from .figure import number
from .knowledge import KnowledgeBase
from .model.finding import CareCard
from .model.kinds.test import Test, Threshold
from .model.record import Record
from .model.vocabulary import Vocabulary
from .units import AMOUNT, MASS, converted, molar_mass

Column = tuple[str, ...]
"""Units in which a concentration is the same number, such as ng/L and pg/mL."""

_QUESTIONS = (
    "faq:pg-ml-or-pmol-l-reading-my-b12-result",
    "faq:normal-b12-but-symptoms",
    "faq:my-b12-is-high-what-does-it-mean",
    "faq:what-are-mma-and-homocysteine-tests",
    "faq:high-homocysteine-and-ms",
    "faq:does-folic-acid-hide-b12-deficiency",
    "faq:stop-supplements-before-b12-test",
    "faq:what-should-i-ask-my-doctor-about-b12",
)
"""The questions about results: a test shows those that are linked with it."""
_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)
"""Round numbers in each tenfold of a conversion table."""
_AROUND = 2.5
"""A conversion table goes from the lowest limit divided by this to the highest times this."""
_WITHOUT_LIMITS = (2.5, 8.0)
"""Where a conversion table is centred for a test that has no limits."""


@dataclass(frozen=True)
class Bounds:
    """The ends of a range in one column, to be compared with a figure and shown.

    Args:
        over, under: its ends; None where it is open.
        reckoned: whether they are our conversion and not the source's own numbers.
    """

    over: float | None
    under: float | None
    reckoned: bool

    @property
    def text(self) -> str:
        """The range in words, without its unit: "below 180", "about 133 to 258"."""
        about = "about " if self.reckoned else ""
        if self.over is not None and self.under is not None:
            return f"{about}{number(self.over)} to {number(self.under)}"
        if self.over is not None:
            return f"above {about}{number(self.over)}"
        return f"below {about}{number(self.under)}" if self.under is not None else "any"


@dataclass(frozen=True)
class Limit:
    """One range of a guideline, its letter on the guideline's scale, and its bounds in each column."""

    letter: str
    threshold: Threshold
    bounds: tuple[Bounds, ...]


@dataclass(frozen=True)
class Guideline:
    """The ranges that one issuer sets for one group of people, ascending, and their scale where none overlap."""

    issuer: str
    country: str
    group: str | None
    limits: tuple[Limit, ...]
    scale: Markup | None


@dataclass(frozen=True)
class Reading:
    """What a test's page and the reader show of a test whose figures can be converted.

    Args:
        test: the record.
        mass: grams per mole, where figures go between mass and amount.
        columns: its units; those of one column give the same number.
        usual: for each unit, the choices of a country with which it is the usual one.
        guidelines: in the order of the record.
        tables: for each pair of columns, the units and round values of the first in the second.
    """

    test: Test
    mass: float | None
    columns: tuple[Column, ...]
    usual: Mapping[str, Sequence[str]]
    guidelines: tuple[Guideline, ...]
    tables: tuple[tuple[Column, Column, tuple[tuple[str, str], ...]], ...]

    @property
    def shown(self) -> str:
        """The test's name as an id of the page."""
        return f"read-{self.test.id}"

    @property
    def chosen(self) -> tuple[str, ...]:
        """For each column, the choices of a country that it is shown with."""
        return tuple(_chosen(self.usual, column) for column in self.columns)

    def amounts(self, threshold: Threshold) -> list[tuple[str, str, str]]:
        """A range in each column, the source's own unit first: its bounds, the unit, the choices it is shown with."""
        limit = next(one for group in self.guidelines for one in group.limits if one.threshold is threshold)
        found = [
            (
                bounds,
                next((unit for unit in (threshold.unit, threshold.other_unit) if unit in column), column[0]),
                chosen,
            )
            for bounds, column, chosen in zip(limit.bounds, self.columns, self.chosen, strict=True)
        ]
        found.sort(key=lambda one: one[1] != threshold.unit)
        return [(bounds.text, unit, chosen) for bounds, unit, chosen in found]


def reading(test: Test, vocabularies: Mapping[str, Vocabulary]) -> Reading | None:
    """The reading of a test; None where its figures are no concentrations, or its units cannot be converted."""
    columns = _columns(test)
    mass = molar_mass(test.conversions)
    limits = [bound for one in test.thresholds for bound in (one.over, one.under) if bound is not None]
    one_system = len({column[0] in MASS for column in columns}) < 2
    if len(columns) < 2 or not (one_system or mass) or any(bound < 0 for bound in limits):
        return None
    if any(one.unit not in MASS and one.unit not in AMOUNT for one in test.thresholds):
        return None
    usual = usual_units(test, vocabularies["country"])
    guidelines = tuple(_guidelines(test, columns, usual, mass, vocabularies))
    return Reading(test, mass, columns, usual, guidelines, tuple(_tables(columns, guidelines, mass)))


def usual_units(test: Test, countries: Vocabulary) -> dict[str, list[str]]:
    """Unit → the choices of a country in which it is the usual one: that of the record, or else of the first range."""
    units = {one.country: one.unit for one in reversed(test.thresholds)}
    units |= {one.country: one.unit for one in test.usual_units}
    found: dict[str, list[str]] = {}
    for country, unit in units.items():
        found.setdefault(unit, []).extend(countries.choices(country))
    return {unit: sorted(choices) for unit, choices in found.items()}


def _chosen(usual: Mapping[str, Sequence[str]], column: Column) -> str:
    return " ".join(sorted({choice for unit in column for choice in usual.get(unit, ())}))


@dataclass(frozen=True)
class Substance:
    """What a text's amounts in two units can be of: its molar mass, and the countries of each system of units."""

    mass: float
    by_mass: str
    by_amount: str


@functools.lru_cache(maxsize=4)
def substances(base: KnowledgeBase) -> tuple[Substance, ...]:
    """Each substance whose amounts are given by mass in one country and by number in another."""
    found = []
    for test in base.of_kind("test"):
        assert isinstance(test, Test)
        mass = molar_mass(test.conversions)
        usual = usual_units(test, base.vocabularies["country"])
        by_mass, by_amount = (_chosen(usual, tuple(system)) for system in (MASS, AMOUNT))
        if mass and by_mass and by_amount:
            found.append(Substance(mass, by_mass, by_amount))
    return tuple(found)


def shown(base: KnowledgeBase) -> Mapping[str, Any]:
    """What the page of all tests is given beside the records: those with the most limits first."""
    tests = [record for record in base.of_kind("test") if isinstance(record, Test)]
    found = [one for test in tests if (one := reading(test, base.vocabularies))]
    found.sort(key=lambda one: -len(one.test.thresholds))
    return {
        "readings": found,
        "emergency": _emergency(found),
        "questions": {one.test.id: _questions(base, one.test) for one in found},
    }


def _questions(base: KnowledgeBase, test: Test) -> list[Record]:
    linked = {key for keys in base.graph.neighbours(test.key).values() for key in keys}
    return [base.record(key) for key in _QUESTIONS if key in linked]


def _emergency(readings: Sequence[Reading]) -> list[CareCard]:
    """The tests' cards on what cannot wait, each once."""
    cards = [card for one in readings for card in one.test.care if card.urgency == "emergency-now"]
    return list({card.text: card for card in cards}.values())


def _columns(test: Test) -> tuple[Column, ...]:
    """The units of the record, with those that give the same number."""
    named = [unit for one in test.thresholds for unit in (one.unit, one.other_unit) if unit]
    named += [unit for one in test.conversions for unit in (one.start, one.end)]
    columns: list[Column] = []
    for unit in dict.fromkeys(named):
        system = MASS if unit in MASS else AMOUNT
        if unit in system and not any(unit in column for column in columns):
            same = [other for other, size in system.items() if size == system[unit] and other != unit]
            columns.append((unit, *same))
    return tuple(columns)


def _guidelines(
    test: Test,
    columns: Sequence[Column],
    usual: Mapping[str, Sequence[str]],
    mass: float | None,
    vocabularies: Mapping[str, Vocabulary],
) -> Iterator[Guideline]:
    lines = [(vocabularies["unit"][column[0]].label, _chosen(usual, column)) for column in columns]
    groups: dict[tuple[str, str, str | None], list[Threshold]] = {}
    for one in test.thresholds:
        groups.setdefault((one.issuer, one.country, one.group), []).append(one)
    for place, ((issuer, country, group), thresholds) in enumerate(groups.items(), 1):
        ascending = sorted(thresholds, key=lambda one: one.over or 0)
        limits = tuple(
            Limit(_letter(n), one, tuple(_bounds(one, column, mass) for column in columns))
            for n, one in enumerate(ascending)
        )
        yield Guideline(issuer, country, group, limits, _scale(test, place, issuer, limits, lines, vocabularies))


def _scale(
    test: Test,
    place: int,
    issuer: str,
    limits: Sequence[Limit],
    lines: Sequence[tuple[str, str]],
    vocabularies: Mapping[str, Vocabulary],
) -> Markup | None:
    meanings = vocabularies["result-meaning"]
    cells = _cells(limits, meanings)
    if not cells:
        return None
    told = (
        f"{one.letter}, {one.bounds[0].text} {lines[0][0]}: {meanings[one.threshold.meaning].label}." for one in limits
    )
    name = f"scale-{test.id}-{place}"
    drawn = side_by_side(name, f"{test.title}: {issuer}", " ".join(told), lines, cells)
    return Markup(drawn)  # noqa: S704 - side_by_side escapes


def _letter(place: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26]


def _bounds(threshold: Threshold, column: Column, mass: float | None) -> Bounds:
    """The source's own numbers where it gives them in a unit of the column, or else converted to three digits."""
    if threshold.unit in column:
        return Bounds(threshold.over, threshold.under, reckoned=False)
    if threshold.other_unit in column:
        return Bounds(threshold.other_over, threshold.other_under, reckoned=False)

    def there(bound: float | None) -> float | None:
        return None if bound is None else three_digits(converted(bound, threshold.unit, column[0], mass))

    over, under = there(threshold.over), there(threshold.under)
    exact = (column[0] in MASS) == (threshold.unit in MASS)
    return Bounds(over, under, reckoned=not exact)


def three_digits(value: float) -> float:
    """A converted concentration to three significant digits, halves upwards, as the browser rounds."""
    exact = Decimal(value)
    return float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - 2), ROUND_HALF_UP)) if value else 0.0


def _cells(limits: Sequence[Limit], meanings: Vocabulary) -> list[Cell]:
    """The ranges side by side from 0 to the open end, with what nobody named between them; none where two overlap."""
    cells: list[Cell] = []
    edge: tuple[float, ...] | None = tuple(0.0 for _ in limits[0].bounds) if limits else None
    for limit in limits:
        over = _edge(limit, "over") or tuple(0.0 for _ in limit.bounds)
        if edge is None or over[0] < edge[0]:
            return []
        if _apart(edge[0], over[0]):
            cells.append(Cell("unnamed", "", "", edge, over))
        under = _edge(limit, "under")
        if under and under[0] <= over[0]:
            return []
        called = meanings[limit.threshold.meaning].label
        cells.append(Cell(limit.threshold.meaning, limit.letter, called, over, under))
        edge = under
    if edge is not None and cells:
        cells.append(Cell("unnamed", "", "", edge, None))
    return cells


def _edge(limit: Limit, side: str) -> tuple[float, ...] | None:
    values = [getattr(bounds, side) for bounds in limit.bounds]
    return None if None in values else tuple(values)


def _apart(end: float, start: float) -> bool:
    """Whether a range begins well beyond the last: 145 and 146 are neighbours."""
    return start - end > 0.01 * start


def _tables(
    columns: Sequence[Column], guidelines: Sequence[Guideline], mass: float | None
) -> Iterator[tuple[Column, Column, tuple[tuple[str, str], ...]]]:
    for n, start in enumerate(columns):
        bounds = [limit.bounds[n] for one in guidelines for limit in one.limits]
        known = [end for one in bounds for end in (one.over, one.under) if end]
        if not known:  # round values of the first column, and what they are in this one
            known = [converted(value, columns[0][0], start[0], mass) for value in _WITHOUT_LIMITS]
        for end in columns:
            if end != start:
                yield (
                    start,
                    end,
                    tuple(
                        (number(value), number(three_digits(converted(value, start[0], end[0], mass))))
                        for value in _round_values(min(known) / _AROUND, max(known) * _AROUND)
                    ),
                )


def _round_values(low: float, high: float) -> list[float]:
    """The round numbers between two ends."""
    values = [step * 10.0**power for power in range(-6, 9) for step in _STEPS]
    return [three_digits(value) for value in values if low <= value <= high]
