"""How much B12 is likely absorbed from a dose: the formula of the model in `data/models/absorption.yml`.

`docs/assets/absorption.js` is the same formula for the browser; `tests/test_absorption.py` holds the two together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import NamedTuple

from .model.kinds.model import Model


class Range(NamedTuple):
    """A lower and an upper bound."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether the value lies within the bounds; a rounding error of the machine puts nothing outside."""
        return self.low <= value <= self.high or any(math.isclose(value, bound, rel_tol=1e-9) for bound in self)


@dataclass(frozen=True)
class Parameters:
    """What the formula takes.

    Args:
        share: the share of a small dose that the intrinsic-factor route brings in, from 0 to 1.
        capacity: the most that this route brings in from one meal, in micrograms.
        diffusion: the share of the rest that passes by diffusion, from 0 to 1.

    Raises:
        ValueError: where a bound is negative or not a number, a share is above 1, or `low` is above `high`.
    """

    share: Range
    capacity: Range
    diffusion: Range

    def __post_init__(self) -> None:
        for field in fields(self):
            low, high = getattr(self, field.name)
            most = math.inf if field.name == "capacity" else 1
            if not (0 <= low <= high <= most and math.isfinite(high)):
                raise ValueError(f"{field.name} from {low} to {high}")

    @classmethod
    def of(cls, model: Model) -> Parameters:
        """The parameters of a record; percentages become shares."""
        found = {
            parameter.id: Range(
                *(_share(bound) if parameter.unit == "percent" else bound for bound in (parameter.low, parameter.high))
            )
            for parameter in model.parameters
        }
        return cls(**found)

    def attributes(self) -> Mapping[str, str]:
        """The `data-` attributes from which `readParameters` of absorption.js reads them."""
        return {
            f"data-{field.name}-{end}": repr(getattr(getattr(self, field.name), end))
            for field in fields(self)
            for end in Range._fields
        }


def _share(percent: float) -> float:
    """A percentage as a share, to the nearest double: 1.4 / 100 would be 0.013999999999999999."""
    return float(Decimal(repr(percent)) / 100)


def absorbed(dose: float, parameters: Parameters, *, intrinsic_factor: bool = True) -> Range:
    """The range of what is likely absorbed from one meal or tablet, in micrograms.

    The intrinsic-factor route brings in a share of the dose, but no more than its capacity; of the rest a small share
    passes by diffusion. Sources for the form and for each parameter stand in the record. It is a model, not a
    measurement.

    Args:
        dose: micrograms of B12 in one meal or tablet.
        parameters: the bounds of each parameter.
        intrinsic_factor: False where the intrinsic-factor route has failed: diffusion alone is left.

    Raises:
        ValueError: where the dose is negative or not a finite number.
    """
    if not (math.isfinite(dose) and dose >= 0):
        raise ValueError(f"a dose of {dose} micrograms")

    def bound(share: float, capacity: float, diffusion: float) -> float:
        by_route = min(share * dose, capacity) if intrinsic_factor else 0.0
        return by_route + diffusion * (dose - by_route)

    # Each parameter only ever adds: the lower bounds together give the least, the upper ones the most.
    return Range(
        bound(parameters.share.low, parameters.capacity.low, parameters.diffusion.low),
        bound(parameters.share.high, parameters.capacity.high, parameters.diffusion.high),
    )


def absorbed_from_meals(doses: Iterable[float], parameters: Parameters, *, intrinsic_factor: bool = True) -> Range:
    """The same for meals so far apart (4 to 6 hours) that the route has recovered: the sum over the meals."""
    ranges = [absorbed(dose, parameters, intrinsic_factor=intrinsic_factor) for dose in doses]
    return Range(sum(one.low for one in ranges), sum(one.high for one in ranges))
