"""Symptoms → what the page that compares them shows beside their fields: urgent signs gathered, questions to ask."""

from __future__ import annotations

import re
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

_CRISIS = "Call the emergency number or a crisis line now."
_CALL = "Call the emergency number."
_GO = "Go to an emergency department now."
_WHO_SAYS = ("NICE asks ", "Its leaflet warns ", "A reference page for doctors calls ")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")


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

    @property
    def action(self) -> str:
        """What to do, as the head of a list of signs says it for all of them."""
        if "crisis line" in self.text:
            return _CRISIS
        goes = "emergency department" in self.text and "emergency number" not in self.text
        return _GO if goes else _CALL

    def sentences(self, said: str = "") -> list[tuple[str, bool]]:
        """The text by sentences, and which a list need not show: the head `said` it, or it only says who says so."""
        return [(one, one == said or one.startswith(_WHO_SAYS)) for one in _SENTENCE_END.split(self.text)]


def by_action(found: Sequence[Sign]) -> list[tuple[str, list[Sign]]]:
    """Emergency signs under what to do. Thoughts of suicide stand first: a few among many would be lost."""
    groups = [(action, [sign for sign in found if sign.action == action]) for action in (_CRISIS, _CALL, _GO)]
    return [(action, group) for action, group in groups if group]


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
        "emergency": by_action(signs(symptoms, "emergency-now")),
        "today": signs(symptoms, "same-day"),
        "questions": questions.ask if isinstance(questions, Test) else (),
        "no_test": _QUESTIONS,
        "visit": base.record(_VISIT) if _VISIT in base.entries else None,
        "uncited": uncited,
    }
