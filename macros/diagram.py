"""A pathway → an inline SVG that reads on a phone, in light, dark and print; Graphviz places, this draws.

The bands of the drawing become rows of at most two nodes, so that the picture is never wider than a phone. An arrow's
evidence is told by its line (solid, dashed, dotted) as well as by its colour, and what it does by its head.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

import pygraphviz

from .model.kinds.pathway import Arrow, Band, Node, Pathway, Step
from .model.vocabulary import Vocabulary

NODE_WIDTH = 138.0
"""Width of a node in SVG units; two of them and their margins fit a screen of 320 px."""
LINE_CHARACTERS = 17
LINE_HEIGHT = 16.0
POINTS_PER_INCH = 72.0
MARGIN = 10.0
NUMBER_RADIUS = 9.0
LABEL_CHARACTER = 6.6
SHARES = [0.5 + side * n / 30 for n in range(13) for side in (1, -1)]
"""Where along its arrow a number may stand, the middle first."""

Point = tuple[float, float]


@dataclass(frozen=True)
class _Layout:
    width: float
    height: float
    nodes: Mapping[str, Point]
    bands: tuple[tuple[float, float, float, float], ...]
    curves: tuple[tuple[Point, ...], ...]
    """For each arrow the points of its Bézier curve, from the start node to the tip."""


def draw(pathway: Pathway, vocabularies: Mapping[str, Vocabulary], address: Callable[[Node], str]) -> str:
    """The diagram as one `<svg>` element.

    Args:
        pathway: the record.
        vocabularies: for the style of each kind of evidence and relation.
        address: the address that a node links to.
    """
    nodes = {node.id: node for node in pathway.nodes}
    lines = {name: _wrapped(nodes[name].label) for band in pathway.drawing.bands for name in band.nodes}
    layout = _lay_out(pathway, {name: _height(text) for name, text in lines.items()})
    name = f"diagram-{pathway.id}"
    parts = [
        f'<svg class="pathway" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" role="group"'
        f' aria-labelledby="{name}-title" aria-describedby="{name}-desc" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{name}-title">{escape(pathway.title)}</title>',
        f'<desc id="{name}-desc">{escape(pathway.alt_text)}</desc>',
    ]
    parts += [_band(band, box) for band, box in zip(pathway.drawing.bands, layout.bands, strict=True)]
    steps = {step.id: step for step in pathway.steps}
    places = _number_places(layout, pathway, {name: _height(text) for name, text in lines.items()})
    for number, (arrow, curve) in enumerate(zip(pathway.drawing.arrows, layout.curves, strict=True), 1):
        told = _told(number, arrow, [steps[s] for s in arrow.steps], nodes, vocabularies)
        parts.append(_arrow(number, told, [steps[s] for s in arrow.steps], vocabularies, curve, places[number - 1]))
    for name, text in lines.items():
        parts.append(_node(nodes[name], text, layout.nodes[name], address(nodes[name])))
    parts.append("</svg>")
    return "".join(parts)


def _wrapped(label: str) -> list[str]:
    return textwrap.wrap(label, LINE_CHARACTERS, break_long_words=False) or [label]


def _height(lines: list[str]) -> float:
    return len(lines) * LINE_HEIGHT + 14


def rows(band: Band, arrows: tuple[Arrow, ...]) -> list[list[str]]:
    """The rows of a band: a node stands beside the one before it unless an arrow joins the two, two to a row."""
    joined = {frozenset((arrow.start, arrow.end)) for arrow in arrows}
    placed: list[list[str]] = []
    for name in band.nodes:
        if placed and len(placed[-1]) == 1 and frozenset((placed[-1][0], name)) not in joined:
            placed[-1].append(name)
        else:
            placed.append([name])
    return placed


def _lay_out(pathway: Pathway, heights: Mapping[str, float]) -> _Layout:
    graph = pygraphviz.AGraph(directed=True, strict=False)
    graph.graph_attr.update(rankdir="TB", nodesep="0.2", ranksep="0.42", newrank="true", splines="true")
    graph.node_attr.update(shape="box", fixedsize="true", label="", width=NODE_WIDTH / POINTS_PER_INCH)
    above: str | None = None
    for index, band in enumerate(pathway.drawing.bands):
        cluster = graph.add_subgraph(name=f"cluster{index}", label=_ROOM_FOR_LABEL, labeljust="l", margin="8")
        for row in rows(band, pathway.drawing.arrows):
            for name in row:
                cluster.add_node(name, height=heights[name] / POINTS_PER_INCH)
            if len(row) == 2:
                graph.add_subgraph(row, rank="same")
                graph.add_edge(*row, style="invis", weight="2")
            if above is not None:
                graph.add_edge(above, row[0], style="invis", weight="10")
            above = row[0]
    for number, arrow in enumerate(pathway.drawing.arrows):
        graph.add_edge(arrow.start, arrow.end, key=f"arrow{number}", constraint="false")
    graph.layout(prog="dot")
    return _read(graph, pathway)


# Graphviz measures text by the system's fonts; an empty table of fixed size leaves the same room everywhere.
_ROOM_FOR_LABEL = '<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="100" HEIGHT="36"><TR><TD></TD></TR></TABLE>>'


def _read(graph: pygraphviz.AGraph, pathway: Pathway) -> _Layout:
    """Graphviz's positions, with y growing downwards and a margin around everything that is drawn."""
    nodes = {n: _point(graph.get_node(n).attr["pos"]) for band in pathway.drawing.bands for n in band.nodes}
    corners = []
    for index in range(len(pathway.drawing.bands)):
        left, bottom, right, top = map(float, graph.get_subgraph(f"cluster{index}").graph_attr["bb"].split(","))
        corners.append(((left, top), (right, bottom)))
    curves = []
    for number, arrow in enumerate(pathway.drawing.arrows):
        tip, *points = graph.get_edge(arrow.start, arrow.end, f"arrow{number}").attr["pos"].split()
        curves.append([*map(_point, points), _point(tip.removeprefix("e,"))])
    everything = [point for curve in curves for point in curve] + [point for pair in corners for point in pair]
    x0, x1 = min(x for x, _ in everything), max(x for x, _ in everything)
    y0, y1 = min(y for _, y in everything), max(y for _, y in everything)

    def placed(point: Point) -> Point:
        return (round(point[0] - x0 + MARGIN, 1), round(y1 - point[1] + MARGIN, 1))

    boxes = [(placed(a), placed(b)) for a, b in corners]
    return _Layout(
        x1 - x0 + 2 * MARGIN,
        y1 - y0 + 2 * MARGIN,
        {name: placed(point) for name, point in nodes.items()},
        tuple((a[0], a[1], b[0] - a[0], b[1] - a[1]) for a, b in boxes),
        tuple(tuple(map(placed, curve)) for curve in curves),
    )


def _point(text: str) -> Point:
    x, y = text.split(",")
    return (float(x), float(y))


def _band(band: Band, box: tuple[float, float, float, float]) -> str:
    x, y, width, height = box
    return (
        f'<g class="band"><rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="6"/>'
        f'<text x="{x + 8:.1f}" y="{y + 15:.1f}">{escape(band.label)}</text></g>'
    )


def _node(node: Node, lines: list[str], centre: Point, address: str) -> str:
    x, y = centre
    height = _height(lines)
    first = y - (len(lines) - 1) * LINE_HEIGHT / 2 + 5
    text = "".join(
        f'<tspan x="{x:.1f}" y="{first + i * LINE_HEIGHT:.1f}">{escape(line)} </tspan>' for i, line in enumerate(lines)
    )
    rounding = {"process": 14, "cell": 14, "organ": 14}.get(node.kind, 4)
    return (
        f'<a href="{escape(address)}" class="node node-{node.kind}" aria-label="{escape(node.label)}">'
        f'<rect x="{x - NODE_WIDTH / 2:.1f}" y="{y - height / 2:.1f}" width="{NODE_WIDTH:.0f}" height="{height:.0f}"'
        f' rx="{rounding}"/><text text-anchor="middle">{text}</text></a>'
    )


def weakest(steps: list[Step], evidence: Vocabulary) -> str:
    """The weakest kind of evidence among the steps: the vocabulary lists them from strong to weak."""
    return max((step.evidence for step in steps), key=evidence.rank)


def _told(
    number: int, arrow: Arrow, steps: list[Step], nodes: Mapping[str, Node], vocabularies: Mapping[str, Vocabulary]
) -> str:
    """What an arrow says, for those who hear it."""
    relations = ", then ".join(vocabularies["step-relation"][step.relation].label for step in steps)
    strength = vocabularies["evidence"][weakest(steps, vocabularies["evidence"])].label
    return f"{number}. {nodes[arrow.start].label} {relations} {nodes[arrow.end].label}: {strength}"


def _arrow(
    number: int,
    told: str,
    steps: list[Step],
    vocabularies: Mapping[str, Vocabulary],
    curve: tuple[Point, ...],
    place: Point,
) -> str:
    evidence = weakest(steps, vocabularies["evidence"])
    line = vocabularies["evidence"][evidence].mark
    head = vocabularies["step-relation"][steps[-1].relation].mark
    *points, tip = curve
    path = f"M{_at(points[0])}C" + " ".join(_at(point) for point in points[1:])
    if head != "arrow":  # an arrow's head covers the gap that Graphviz leaves before the tip
        path += f"L{_at(tip)}"
    return (
        f'<a href="#arrow-{number}" class="arrow evidence-{evidence} line-{line}" aria-label="{escape(told)}">'
        f'<path class="line" d="{path}"/>{_head(head, points[-1], tip)}'
        f'<circle class="number" cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="{NUMBER_RADIUS:.0f}"/>'
        f'<text class="number" x="{place[0]:.1f}" y="{place[1] + 3.8:.1f}" text-anchor="middle">{number}</text></a>'
    )


def _number_places(layout: _Layout, pathway: Pathway, heights: Mapping[str, float]) -> list[Point]:
    """Where each arrow's number stands: on its line, nearest its middle, clear of nodes, labels and other numbers."""
    boxes = [
        (x - NODE_WIDTH / 2, y - heights[name] / 2, x + NODE_WIDTH / 2, y + heights[name] / 2)
        for name, (x, y) in layout.nodes.items()
    ]
    labels = [
        (x, y, x + 12 + LABEL_CHARACTER * len(band.label), y + 19)
        for band, (x, y, _, _) in zip(pathway.drawing.bands, layout.bands, strict=True)
    ]
    places: list[Point] = []
    for curve in layout.curves:
        candidates = [
            _along(list(curve[:-1]), t) for t in (0.5, 0.42, 0.58, 0.34, 0.66, 0.7, 0.74, 0.78, 0.26, 0.18, 0.82, 0.1)
        ]
        clear = [place for place in candidates if _is_clear(place, boxes + labels, places)]
        places.append((clear or candidates)[0])
    return places


def _is_clear(place: Point, boxes: list[tuple[float, float, float, float]], numbers: list[Point]) -> bool:
    x, y = place
    r = NUMBER_RADIUS
    inside = any(a - r < x < c + r and b - r < y < d + r for a, b, c, d in boxes)
    return not inside and all(math.dist(place, other) > 2 * r + 1 for other in numbers)


def _at(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _along(points: list[Point], t: float) -> Point:
    """The point at the share `t` (0 to 1) of a chain of Bézier curves, each counted as equally long."""
    curves = [points[i : i + 4] for i in range(0, len(points) - 1, 3)]
    place = min(t * len(curves), len(curves) - 1e-9)
    a, b, c, d = curves[int(place)]
    t = place - int(place)
    u = 1 - t
    weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
    return (
        sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
        sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
    )


def _head(kind: str, base: Point, tip: Point) -> str:
    """The head of an arrow: a triangle, a bar (less of it), a circle (helps), a cross (no clear link), or none."""
    angle = math.atan2(tip[1] - base[1], tip[0] - base[0])

    def around(along: float, across: float) -> str:
        x = tip[0] + along * math.cos(angle) - across * math.sin(angle)
        y = tip[1] + along * math.sin(angle) + across * math.cos(angle)
        return f"{x:.1f} {y:.1f}"

    match kind:
        case "arrow":
            return f'<path class="head" d="M{around(0, 0)}L{around(-10, 4.5)}L{around(-10, -4.5)}Z"/>'
        case "bar":
            return f'<path class="head-line" d="M{around(-1, 7)}L{around(-1, -7)}"/>'
        case "circle":
            x, y = (float(v) for v in around(-4, 0).split())
            return f'<circle class="head-open" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        case "cross":
            return f'<path class="head-line" d="M{around(-9, 5)}L{around(-1, -5)}M{around(-9, -5)}L{around(-1, 5)}"/>'
        case _:
            return ""
