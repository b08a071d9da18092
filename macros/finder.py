"""Foods → what the food finder shows beside their fields: rank, shares of a day's amount, and what a plate needs."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from . import prose
from .absorption import Parameters
from .chart import Bar, bars
from .figure import number, rounded
from .intakes import Advice, advice, advised, span
from .knowledge import KnowledgeBase
from .model.kinds.food import Food
from .model.kinds.intake import Intake
from .model.kinds.model import Model
from .model.vocabulary import Vocabulary

_MODEL = "model:absorption"
_CAUTIONS = ("faq:should-i-eat-more-red-meat-or-liver", "faq:do-seaweed-spirulina-tempeh-and-mushrooms-count")
"""What must be said beside a ranking that liver leads and that counts what seaweed holds on paper."""
_STAGE = "adult"
"""The stage of life that is counted by until a reader chooses one."""


@dataclass(frozen=True)
class Row:
    """A food as a row of the table.

    Args:
        food: the record.
        counted: µg per 100 g that is counted with: the atlas's figure, or the lower end where a dataset gives a range.
        rank: its place by µg per portion, the same for the same amount; None where it holds nothing or is not sound.
        sound: False where the figure counts no sample and does not say how it was found: it is shown, not counted with.
        share: a portion as a share of what is recommended for an adult, over all issuers, in words.
    """

    food: Food
    counted: float
    rank: int | None
    sound: bool
    share: str

    @property
    def portion(self) -> float:
        """µg in the household portion."""
        return _portion(self.food)


@dataclass(frozen=True)
class Issuer:
    """A row of the table of recommended amounts: by stage of life, in the order of the columns."""

    intake: Intake
    place: str
    stated: tuple[Advice | None, ...]


def finder(base: KnowledgeBase) -> Mapping[str, Any]:
    """What the template of the page is given beside the foods."""
    intakes = all_intakes(base)
    foods = [record for record in base.of_kind("food") if isinstance(record, Food)]
    stages = [value for value, word in base.vocabularies["life-stage"].words.items() if not word.always]
    stated = advised(intakes, "", _STAGE, base.vocabularies)
    return {
        "rows": ranked(foods, span(stated)),
        "counts": {
            "group": Counter(food.group for food in foods),
            "diet": Counter(diet for food in foods for diet in food.diets),
            "b12": Counter(map(kind_of, foods)),
            "basis": Counter(food.content.basis for food in foods),
        },
        "adults": stated,
        "adults_span": span(stated),
        "stages": stages,
        "issuers": issuers(intakes, stages, base.vocabularies),
        "amount": amount,
        "kind_of": kind_of,
        "portion": portion,
        "cautions": [base.record(key) for key in _CAUTIONS if key in base.entries],
        **_model(base),
    }


def _model(base: KnowledgeBase) -> Mapping[str, Any]:
    """The absorption model as the plate needs it: its parameters and caveats; empty where there is none."""
    model = base.record(_MODEL) if _MODEL in base.entries else None
    if not isinstance(model, Model):
        return {"model": None, "attributes": {}, "caveats": ()}
    caveats = [prose.plain(text) for text in (*model.assumptions, *model.limits)]
    return {"model": model, "attributes": Parameters.of(model).attributes(), "caveats": caveats}


def shown(food: Food, base: KnowledgeBase) -> Mapping[str, Any]:
    """What the page of a food shows beside its fields: a portion against what adults are advised, in words and as bars.

    The chart is None where the figure is not sound or nothing is recommended.
    """
    recommended = span(advised(all_intakes(base), "", _STAGE, base.vocabularies))
    if recommended is None or not sound(food):
        return {"chart": None}
    low, high = (end * food.portion.grams / 100 for end in food.range)
    advised_words = " to ".join(dict.fromkeys(map(number, recommended)))
    drawn = bars(
        "portion",
        "The B12 of a portion as a bar, its range as a thin line, and what adults are advised a day as dashed lines. "
        "The table has the same numbers.",
        [Bar(portion(food), _portion(food), f"{amount(_portion(food))} µg", low, high)],
        recommended,
        f"Adults are advised {advised_words} µg a day",
    )
    return {
        "chart": Markup(drawn),  # noqa: S704 - bars escapes
        "portion_range": " to ".join(dict.fromkeys(map(amount, (low, high)))),
        "share": shares(_portion(food), recommended),
        "advised": advised_words,
    }


def all_intakes(base: KnowledgeBase) -> list[Intake]:
    """The records of recommended amounts, by title."""
    return [record for record in base.of_kind("intake") if isinstance(record, Intake)]


def ranked(foods: Iterable[Food], recommended: tuple[float, float] | None) -> list[Row]:
    """The foods, most µg per portion first; those whose figure is not sound last."""
    ordered = sorted(foods, key=lambda food: (not sound(food), -_portion(food)))  # a stable sort: then by title
    rows = []
    for food in ordered:
        per_portion = _portion(food)
        better = sum(1 for other in ordered if sound(other) and _portion(other) > per_portion)
        rank = better + 1 if sound(food) and per_portion else None
        share = shares(per_portion, recommended) if recommended and sound(food) else ""
        rows.append(Row(food, counted(food), rank, sound(food), share))
    return rows


def issuers(intakes: Iterable[Intake], stages: Sequence[str], vocabularies: Mapping[str, Vocabulary]) -> list[Issuer]:
    """Who recommends something, and what for each stage of life."""
    found = []
    for intake in intakes:
        stated = tuple(advice(intake, stage, vocabularies["life-stage"]) for stage in stages)
        if any(stated):
            place = "" if vocabularies["country"][intake.country].always else intake.country
            found.append(Issuer(intake, place, stated))
    return found


def counted(food: Food) -> float:
    """µg per 100 g that is counted with."""
    content = food.content
    value = content.micrograms if content.micrograms is not None else content.low
    assert value is not None  # a content has an amount, or a range
    return value


def sound(food: Food) -> bool:
    """Whether the figure may be counted with: it has a sample, or says how it was found."""
    return not (food.content.samples == 0 and food.content.basis == "not-stated")


def kind_of(food: Food) -> str:
    """Where its B12 is from: added, its own, or there is none."""
    if food.fortified:
        return "added"
    return "own" if counted(food) else "none"


def portion(food: Food) -> str:
    """The household portion with its weight, unless its name says that: '3 oz (85 g)'."""
    name, grams = food.portion.name, number(food.portion.grams)
    return name if re.search(rf"(?<![\d.]){re.escape(grams)} ?g\b", name) else f"{name} ({grams} g)"


def amount(micrograms: float) -> str:
    """An amount in words, to two decimals; a trace is not called nothing."""
    return rounded(micrograms) if micrograms == 0 or micrograms >= 0.005 else "under 0.01"


def shares(micrograms: float, recommended: tuple[float, float]) -> str:
    """An amount as a share of recommended ones, in words: '430 to 1,150%'."""
    low, high = (_percent(100 * micrograms / of) for of in (recommended[1], recommended[0]))
    return f"{low}%" if low == high else f"{low} to {high.removeprefix('under ')}%"


def _percent(value: float) -> str:
    """Whole numbers below a thousand, tens above: more digits would promise too much."""
    if 0 < value < 1:
        return "under 1"
    step = 1 if value < 1000 else 10
    return f"{math.floor(value / step + 0.5 + 1e-9) * step:,}"  # a binary residue must not decide a half


def _portion(food: Food) -> float:
    return counted(food) * food.portion.grams / 100
