"""The absorption model → what its page shows: charts, the same numbers as tables, and how well it fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from .absorption import Parameters, Range, absorbed, absorbed_from_meals
from .chart import Axis, Band, Chart, Marks, draw
from .figure import number
from .model.kinds.model import Model, Observation

MEAL = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
TABLET = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 500.0, 1000.0)
"""Doses in micrograms for which the page gives an estimate."""
DAY = (6.0, 3)
"""An amount in micrograms, and into how many meals the page divides it to show what that changes."""


@dataclass(frozen=True)
class Estimate:
    """A row of the table: the dose, and the estimates with a working route and with none, in words."""

    dose: str
    working: str
    failed: str


@dataclass(frozen=True)
class Fit:
    """An observation beside the model: the estimate, whether it holds what was observed, and if not, by how much."""

    observation: Observation
    observed: str
    estimate: str
    holds: bool
    verdict: str


def shown(model: Model) -> dict[str, Any]:
    """What the template of a model takes besides the record."""
    parameters = Parameters.of(model)
    amount, meals = DAY
    return {
        "attributes": parameters.attributes(),
        "charts": [
            {"title": chart.title, "svg": Markup(draw(chart))}  # noqa: S704 - draw escapes
            for chart in (_of_meals(model, parameters), _of_tablets(model, parameters))
        ],
        "estimates": [_estimate(dose, parameters) for dose in sorted({*MEAL, *TABLET})],
        "fits": [_fit(observation, parameters) for observation in model.observations],
        "spread": {
            "amount": number(amount),
            "meals": meals,
            "each": number(amount / meals),
            "at_once": in_words(absorbed(amount, parameters)),
            "divided": in_words(absorbed_from_meals([amount / meals] * meals, parameters)),
        },
    }


def in_words(estimate: Range) -> str:
    """A range to two significant digits: an estimate that looked more exact would be a false promise."""
    low, high = (number(float(f"{bound:.2g}")) for bound in estimate)
    return f"{low} to {high}" if low != high else low


def _estimate(dose: float, parameters: Parameters) -> Estimate:
    return Estimate(
        number(dose),
        in_words(absorbed(dose, parameters)),
        in_words(absorbed(dose, parameters, intrinsic_factor=False)),
    )


def _fit(observation: Observation, parameters: Parameters) -> Fit:
    value = observation.micrograms
    estimate = absorbed(observation.dose, parameters, intrinsic_factor=not observation.without_intrinsic_factor)
    holds = estimate.holds(value)
    side, gap = ("above", value - estimate.high) if value > estimate.high else ("below", estimate.low - value)
    verdict = "within the range" if holds else f"{number(float(f'{gap:.2g}'))} µg {side} the range"
    return Fit(observation, number(value), in_words(estimate), holds, verdict)


def _of_meals(model: Model, parameters: Parameters) -> Chart:
    most = MEAL[-1]
    return Chart(
        id=f"{model.id}-meal",
        title=f"One meal of up to {number(most)} micrograms: how much is likely absorbed",
        description="With a working route the range climbs with the dose and then levels off: "
        f"{_ends(most, parameters)} Signs show what was measured. The numbers stand in the tables.",
        across=Axis("B12 in the meal (µg)", _ticks(0, 2, 4, 6, 8, 10)),
        up=Axis("Absorbed (µg)", _ticks(0, 1, 2, 3)),
        bands=_bands([most * step / 100 for step in range(101)], parameters),
        marks=_marks(one for one in model.observations if one.dose <= most),
    )


def _of_tablets(model: Model, parameters: Parameters) -> Chart:
    most = TABLET[-1]
    return Chart(
        id=f"{model.id}-tablet",
        title=f"One dose of 1 to {number(most)} micrograms: how much is likely absorbed",
        description="Each step of the axes is ten times the one before. Above some 100 micrograms diffusion lifts the "
        f"range: {_ends(most, parameters)} Signs show what was measured. The numbers stand in the tables.",
        across=Axis("B12 in the dose (µg)", _ticks(1, 10, 100, 1000), logarithmic=True),
        up=Axis("Absorbed (µg)", _ticks(0.01, 0.1, 1, 10, 100), logarithmic=True),
        bands=_bands([most ** (step / 60) for step in range(61)], parameters),
        marks=_marks(model.observations),
    )


def _ends(dose: float, parameters: Parameters) -> str:
    """In words, what the model says of the largest dose of a chart."""
    estimate = _estimate(dose, parameters)
    return f"of {estimate.dose} micrograms {estimate.working}, and without intrinsic factor {estimate.failed}."


def _ticks(*values: float) -> list[tuple[float, str]]:
    return [(float(value), number(value)) for value in values]


def _bands(doses: Sequence[float], parameters: Parameters) -> list[Band]:
    working = [(dose, *absorbed(dose, parameters)) for dose in doses]
    failed = [(dose, *absorbed(dose, parameters, intrinsic_factor=False)) for dose in doses]
    return [
        Band("Model: the usual route works", "working", working),
        Band("Model: no intrinsic factor", "failed", failed, dashed=True),
    ]


def _marks(observations: Iterable[Observation]) -> list[Marks]:
    """The observations as signs: B12 by itself, in food, and without intrinsic factor."""
    groups: dict[str, list[tuple[float, float]]] = {"food": [], "failed": [], "working": []}
    for one in observations:
        group = "failed" if one.without_intrinsic_factor else "food" if one.food else "working"
        groups[group].append((one.dose, one.micrograms))
    return [
        Marks("Measured: B12 by itself", "working", "disc", groups["working"]),
        Marks("Measured: B12 in food", "food", "triangle", groups["food"]),
        Marks("Measured: no intrinsic factor", "failed", "ring", groups["failed"]),
    ]
