"""Symptoms → what the page that compares them shows beside their fields: urgent signs gathered, questions to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import prose
from .knowledge import KnowledgeBase
from .model.kinds.symptom import Symptom
from .model.kinds.test import Test

_QUESTIONS = "test:general-approach"
"""The record of the questions to ask whatever the symptom. It is about testing, and no test that one can ask for."""
_VISIT = "faq:what-should-i-ask-my-doctor-about-b12"


@dataclass(frozen=True)
class Sign:
    """The text of a care card, without its citations.

    Args:
        text: plain words.
        sourced: whether a guideline or a source says so; if not, the atlas proposes it.
        symptoms: the symptoms that have this card.
    """

    text: str
    sourced: bool
    symptoms: tuple[Symptom, ...]


def signs(symptoms: Sequence[Symptom], urgency: str) -> list[Sign]:
    """The signs of this urgency, each once, in the order in which they first appear."""
    found: dict[str, tuple[bool, list[Symptom]]] = {}
    for symptom in symptoms:
        for card in symptom.care:
            if card.urgency == urgency:
                text = prose.plain(card.text)
                sourced, owners = found.get(text, (True, []))
                found[text] = (sourced and card.basis != "editorial", [*owners, symptom])
    return [Sign(text, sourced, tuple(owners)) for text, (sourced, owners) in found.items()]


def uncited(text: str) -> str:
    """Record prose without its citations, for a page that links to the record instead of citing its sources."""
    return prose.CITATION.sub(r"\2", text)


def compared(base: KnowledgeBase) -> Mapping[str, Any]:
    """What the template of the page is given beside the symptoms."""
    symptoms = [record for record in base.of_kind("symptom") if isinstance(record, Symptom)]
    questions = base.record(_QUESTIONS) if _QUESTIONS in base.entries else None
    return {
        "emergency": signs(symptoms, "emergency-now"),
        "today": signs(symptoms, "same-day"),
        "questions": questions.ask if isinstance(questions, Test) else (),
        "no_test": _QUESTIONS,
        "visit": base.record(_VISIT) if _VISIT in base.entries else None,
        "uncited": uncited,
    }
