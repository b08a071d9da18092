"""Pathways → the map of all of them: which parts they share, and a drawing of it that reads on a phone."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markupsafe import Markup

from .diagram import CLOSING, band_box, box, box_height, curved, disc, lay_out, number_places, opening, wrapped
from .knowledge import KnowledgeBase
from .model.kinds.pathway import Node, Pathway
from .strength import bar, counted

_LABEL = "The pathways"
_DESCRIPTION = "Each box is a pathway. A line joins two that share parts, and its number says how many."


@dataclass(frozen=True)
class Link:
    """Two pathways and the parts that both have, as the first of the two calls them."""

    start: Pathway
    end: Pathway
    parts: tuple[Node, ...]


def shared(pathways: Sequence[Pathway]) -> list[Link]:
    """Every two pathways that have a node in common; those with the most first."""
    links = []
    for start, end in itertools.combinations(pathways, 2):
        others = {node.id for node in end.nodes}
        parts = tuple(node for node in start.nodes if node.id in others)
        if parts:
            links.append(Link(start, end, parts))
    return sorted(links, key=lambda link: -len(link.parts))


def main_links(links: Sequence[Link]) -> list[Link]:
    """The links that are drawn: two parts or more in common, and for each pathway the one that says most.

    A part that few pathways have says more about the two that share it than one that many have.
    """
    spread = Counter(part.id for link in links for part in link.parts)

    def says(link: Link) -> float:
        return sum(1 / spread[part.id] for part in link.parts)

    kept = [link for link in links if len(link.parts) > 1]
    joined = {pathway.id for link in kept for pathway in (link.start, link.end)}
    for pathway in {pathway.id: pathway for link in links for pathway in (link.start, link.end)}:
        if pathway not in joined:
            kept.append(max((link for link in links if pathway in (link.start.id, link.end.id)), key=says))
    return [link for link in links if link in kept]


def arranged(names: Sequence[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The names in rows of two, so that pairs stand near each other, but not side by side, where a line has no room.

    Places are swapped as long as it helps.
    """
    order, joined = list(names), list(pairs)
    best = _far(order, joined)
    better = True
    while better:
        better = False
        for i, j in itertools.combinations(range(len(order)), 2):
            order[i], order[j] = order[j], order[i]
            if _far(order, joined) < best:
                best, better = _far(order, joined), True
            else:
                order[i], order[j] = order[j], order[i]
    return [order[i : i + 2] for i in range(0, len(order), 2)]


def _far(order: Sequence[str], pairs: Iterable[tuple[str, str]]) -> int:
    """How far the pairs stand apart."""
    rows = {name: place // 2 for place, name in enumerate(order)}
    return sum((rows[a] - rows[b]) ** 2 or 4 for a, b in pairs)


def draw(pathways: Sequence[Pathway], links: Sequence[Link], address: Callable[[Pathway], str]) -> str:
    """The map as one `<svg>`: each pathway links to its page, each line to the row `#shared-…` of the table.

    Args:
        pathways: all of them.
        links: the lines to draw; see `main_links`.
        address: the address of a pathway's page.
    """
    lines = {pathway.id: wrapped(pathway.title) for pathway in pathways}
    heights = {name: box_height(text) for name, text in lines.items()}
    pairs = [(link.start.id, link.end.id) for link in links]
    layout = lay_out([arranged(list(lines), pairs)], pairs, heights, heads=False)
    places = number_places(layout, [_LABEL], heights)
    parts = [opening("pathway overview", layout, "overview", "All pathways", _DESCRIPTION)]
    parts.append(band_box(_LABEL, layout.bands[0]))
    for link, curve, place in zip(links, layout.curves, places, strict=True):
        parts.append(
            f'<a href="#{row_name(link)}" class="arrow" aria-label="{escape(told(link))}">'
            f"{curved(curve, whole=True)}{disc(len(link.parts), place)}</a>"
        )
    for pathway in pathways:
        parts.append(
            f'<a href="{escape(address(pathway))}" class="node" aria-label="{escape(pathway.title)}">'
            f"{box(lines[pathway.id], layout.nodes[pathway.id])}</a>"
        )
    return "".join([*parts, CLOSING])


def row_name(link: Link) -> str:
    """The id of a link's row in the table."""
    return f"shared-{link.start.id}-{link.end.id}"


def told(link: Link) -> str:
    """What a line says, for those who hear it."""
    names = "; ".join(part.label for part in link.parts)
    return f"{link.start.title}, and {link.end.title}: {len(link.parts)} shared. {names}"


def mapped(base: KnowledgeBase) -> Mapping[str, Any]:
    """What the template of the page is given beside the pathways."""
    pathways = [record for record in base.of_kind("pathway") if isinstance(record, Pathway)]
    evidence = base.vocabularies["evidence"]
    links = shared(pathways)

    def drawn(address: Callable[[str], str]) -> Markup:
        return Markup(draw(pathways, main_links(links), lambda pathway: address(pathway.key)))  # noqa: S704 - escaped

    def strength(pathway: Pathway) -> Markup:
        return Markup(bar(counted(pathway, evidence), evidence))  # noqa: S704 - made of numbers and vocabulary values

    return {
        "links": links,
        "row_name": row_name,
        "drawn": drawn,
        "strength": strength,
        "counted": lambda pathway: counted(pathway, evidence),
    }
