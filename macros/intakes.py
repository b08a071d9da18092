"""Recommended amounts of vitamin B12 a day: which figure of which issuer holds for a country and a stage of life."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .model.kinds.intake import Intake
from .model.vocabulary import Vocabulary

RECOMMENDED = ("RDA", "RNI", "PRI", "RDI", "AI")
"""The measures that a day's food is held against. The others say what half of a group needs (EAR), what is too little
(LRNI), what is the most (UL), or what labels count by (DV, NRV)."""


@dataclass(frozen=True)
class Advice:
    """What one issuer recommends for one stage of life.

    Args:
        intake: the record.
        low, high: micrograms a day; they differ where the issuer divides the stage by age.
        measures: what the issuer calls the figures.
    """

    intake: Intake
    low: float
    high: float
    measures: tuple[str, ...]


def advice(intake: Intake, stage: str, stages: Vocabulary) -> Advice | None:
    """What the issuer recommends for a stage of life, or for the wider one that it is part of; None where nothing."""
    for wanted in (stage, stages[stage].within):
        found = [
            (amount.micrograms, amount.measure)
            for amount in intake.amounts
            if amount.stage == wanted and amount.measure in RECOMMENDED and amount.micrograms is not None
        ]
        if found:
            amounts = [micrograms for micrograms, _ in found]
            measures = tuple(dict.fromkeys(measure for _, measure in found))
            return Advice(intake, min(amounts), max(amounts), measures)
    return None


def advised(
    intakes: Iterable[Intake], country: str, stage: str, vocabularies: Mapping[str, Vocabulary]
) -> list[Advice]:
    """What holds for a reader: the country's own issuer, or else one for a wider region, or else the world's.

    Args:
        intakes: the records.
        country: a word of the vocabulary `country`; "" for what all issuers say.
        stage: a word of the vocabulary `life-stage`.
        vocabularies: the vocabularies.
    """
    found = [(intake.country, one) for intake in intakes if (one := advice(intake, stage, vocabularies["life-stage"]))]
    if not country:
        return [one for _, one in found]
    countries = vocabularies["country"]
    world = {value for value, word in countries.words.items() if word.always}
    for level in ({country}, {countries[country].within}, world):
        if here := [one for place, one in found if place in level]:
            return here
    return []


def span(stated: Sequence[Advice]) -> tuple[float, float] | None:
    """The lowest and the highest of these amounts; None where there is none."""
    return (min(one.low for one in stated), max(one.high for one in stated)) if stated else None
