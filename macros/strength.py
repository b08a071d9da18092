"""The steps of a pathway → how strong their evidence is: counted by kind, a bar, and the choices of a filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .model.kinds.pathway import Pathway
from .model.vocabulary import Vocabulary

IN_PEOPLE = "human-observational"
"""The last kind of evidence, in the vocabulary's order, that comes from people who were treated or observed."""
WIDTH = 300
GAP = 4


@dataclass(frozen=True)
class Rung:
    """One choice of the filter: the steps that rest on one of these kinds of evidence.

    Args:
        label: the choice, read after the one before it.
        told: what the steps that are left rest on.
        kinds: the kinds of evidence that are left; empty where everything is.
        count: how many steps are left.
    """

    label: str
    told: str
    kinds: tuple[str, ...]
    count: int


def counted(pathway: Pathway, evidence: Vocabulary) -> dict[str, int]:
    """Kind of evidence → how many steps rest on it, in the vocabulary's order."""
    counts = Counter(step.evidence for step in pathway.steps)
    return {kind: counts[kind] for kind in evidence.words if counts[kind]}


def ladder(pathway: Pathway, evidence: Vocabulary) -> list[Rung]:
    """The choices of the filter: studies in people, then one kind more at a time, at last everything."""
    counts = counted(pathway, evidence)
    kinds = tuple(kind for kind in evidence.words if evidence.rank(kind) <= evidence.rank(IN_PEOPLE))
    people = "Trials and observations in people"
    rungs = [Rung(people, "trials or observations in people", kinds, _steps(counts, kinds))]
    for kind in counts:
        if kind in kinds:
            continue
        kinds = (*kinds, kind)
        label = evidence[kind].label[0].lower() + evidence[kind].label[1:]
        told = f"evidence of the kind “{label}”, or of a kind above it in this list"
        rungs.append(Rung(f"… and {label}", told, kinds, _steps(counts, kinds)))
    if rungs[-1].count == len(pathway.steps):
        rungs.pop()
    return [*rungs, Rung("Everything", "all kinds of evidence", (), len(pathway.steps))]


def _steps(counts: Mapping[str, int], kinds: Sequence[str]) -> int:
    return sum(counts.get(kind, 0) for kind in kinds)


def bar(counts: Mapping[str, int], evidence: Vocabulary) -> str:
    """The counts as one bar, each kind as long as its share and in the style of its line in the diagrams.

    It is hidden from those who cannot see it: the words beside it say the same.
    """
    room = WIDTH - GAP * (len(counts) - 1)
    parts = [f'<svg class="strength" viewBox="0 0 {WIDTH} 12" aria-hidden="true" focusable="false">']
    x = 0.0
    for kind, count in counts.items():
        end = x + room * count / sum(counts.values())
        parts.append(
            f'<g class="evidence-{kind} line-{evidence[kind].mark}"><path class="line" d="M{x:.1f} 6H{end:.1f}"/></g>'
        )
        x = end + GAP
    return "".join([*parts, "</svg>"])
