"""A pathway → an inline SVG that reads on a phone, in light, dark and print; Graphviz places, this draws.

The bands of the drawing become rows of at most two nodes, so that the picture is never wider than a phone. An arrow's
evidence is told by its line (solid, dashed, dotted) as well as by its colour, and what it does by its head.
"""

from __future__ import annotations

import functools
import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
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
class Layout:
    """Where everything stands.

    Args:
        width, height: of the whole drawing.
        nodes: the centre of each node.
        bands: left, top, width and height of each band's box.
        curves: for each arrow the points of its Bézier curve, from the start node to the tip.
    """

    width: float
    height: float
    nodes: Mapping[str, Point]
    bands: tuple[tuple[float, float, float, float], ...]
    curves: tuple[tuple[Point, ...], ...]


def draw(pathway: Pathway, vocabularies: Mapping[str, Vocabulary], address: Callable[[Node], str]) -> str:
    """The diagram as one `<svg>` element.

    Args:
        pathway: the record.
        vocabularies: for the style of each kind of evidence and relation.
        address: the address that a node links to.
    """
    nodes = {node.id: node for node in pathway.nodes}
    lines, heights, layout = _layout(pathway)
    bands, arrows = pathway.drawing.bands, pathway.drawing.arrows
    parts = [opening("pathway", layout, f"diagram-{pathway.id}", pathway.title, pathway.alt_text)]
    parts += [band_box(band.label, box) for band, box in zip(bands, layout.bands, strict=True)]
    steps = {step.id: step for step in pathway.steps}
    places = number_places(layout, [band.label for band in bands], heights)
    for number, (arrow, curve) in enumerate(zip(arrows, layout.curves, strict=True), 1):
        told = _told(number, arrow, [steps[s] for s in arrow.steps], nodes, vocabularies)
        parts.append(_arrow(number, told, [steps[s] for s in arrow.steps], vocabularies, curve, places[number - 1]))
    for name, text in lines.items():
        parts.append(_node(nodes[name], text, layout.nodes[name], address(nodes[name])))
    return "".join([*parts, CLOSING])


@functools.lru_cache(maxsize=64)
def _layout(pathway: Pathway) -> tuple[Mapping[str, list[str]], Mapping[str, float], Layout]:
    """The lines of each node's label, the heights of the nodes, and where all stands: on page, sheet and book."""
    labels = {node.id: node.label for node in pathway.nodes}
    bands, arrows = pathway.drawing.bands, pathway.drawing.arrows
    lines = {name: wrapped(labels[name]) for band in bands for name in band.nodes}
    heights = {name: box_height(text) for name, text in lines.items()}
    placed = lay_out([rows(band, arrows) for band in bands], [(arrow.start, arrow.end) for arrow in arrows], heights)
    return lines, heights, placed


def opening(classes: str, layout: Layout, name: str, title: str, description: str) -> str:
    """The start of an `<svg>`: its size, what it is called and what it shows; `CLOSING` ends it.

    All that is drawn stands in one group, so that a script can move it without moving the frame.
    """
    return (
        f'<svg class="{classes}" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" role="group"'
        f' aria-labelledby="{name}-title" aria-describedby="{name}-desc" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        '<g class="view">'
    )


CLOSING = "</g></svg>"


def wrapped(label: str) -> list[str]:
    """The lines of a node's label."""
    return textwrap.wrap(label, LINE_CHARACTERS, break_long_words=False) or [label]


def box_height(lines: list[str]) -> float:
    """The height of a node with these lines."""
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


def lay_out(
    bands: Sequence[Sequence[Sequence[str]]],
    arrows: Sequence[tuple[str, str]],
    heights: Mapping[str, float],
    *,
    heads: bool = True,
) -> Layout:
    """Places nodes and arrows.

    Args:
        bands: for each band its rows of nodes, one or two to a row, from top to bottom.
        arrows: the start and the end of each arrow.
        heights: the height of each node.
        heads: whether to leave room for the heads of arrows.
    """
    graph = pygraphviz.AGraph(directed=True, strict=False)
    graph.graph_attr.update(rankdir="TB", nodesep="0.2", ranksep="0.42", newrank="true", splines="true")
    graph.node_attr.update(shape="box", fixedsize="true", label="", width=NODE_WIDTH / POINTS_PER_INCH)
    graph.edge_attr.update(dir="forward" if heads else "none")
    above: str | None = None
    for index, band in enumerate(bands):
        cluster = graph.add_subgraph(name=f"cluster{index}", label=_ROOM_FOR_LABEL, labeljust="l", margin="8")
        for row in band:
            for name in row:
                cluster.add_node(name, height=heights[name] / POINTS_PER_INCH)
            if len(row) == 2:
                graph.add_subgraph(list(row), rank="same")
                graph.add_edge(*row, style="invis", weight="2")
            if above is not None:
                graph.add_edge(above, row[0], style="invis", weight="10")
            above = row[0]
    for number, (start, end) in enumerate(arrows):
        graph.add_edge(start, end, key=f"arrow{number}", constraint="false")
    graph.layout(prog="dot")
    return _read(graph, [name for band in bands for row in band for name in row], len(bands), arrows)


# Graphviz measures text by the system's fonts; an empty table of fixed size leaves the same room everywhere.
_ROOM_FOR_LABEL = '<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="100" HEIGHT="36"><TR><TD></TD></TR></TABLE>>'


def _read(graph: pygraphviz.AGraph, names: Sequence[str], bands: int, arrows: Sequence[tuple[str, str]]) -> Layout:
    """Graphviz's positions, with y growing downwards and a margin around everything that is drawn."""
    nodes = {name: _point(graph.get_node(name).attr["pos"]) for name in names}
    corners = []
    for index in range(bands):
        left, bottom, right, top = map(float, graph.get_subgraph(f"cluster{index}").graph_attr["bb"].split(","))
        corners.append(((left, top), (right, bottom)))
    curves = []
    for number, (start, end) in enumerate(arrows):
        points = graph.get_edge(start, end, f"arrow{number}").attr["pos"].split()
        # The tip of an arrow stands first; a line without a head ends where its curve does.
        tip = points.pop(0).removeprefix("e,") if points[0].startswith("e,") else points[-1]
        curves.append([*map(_point, points), _point(tip)])
    everything = [point for curve in curves for point in curve] + [point for pair in corners for point in pair]
    x0, x1 = min(x for x, _ in everything), max(x for x, _ in everything)
    y0, y1 = min(y for _, y in everything), max(y for _, y in everything)

    def placed(point: Point) -> Point:
        return (round(point[0] - x0 + MARGIN, 1), round(y1 - point[1] + MARGIN, 1))

    boxes = [(placed(a), placed(b)) for a, b in corners]
    return Layout(
        x1 - x0 + 2 * MARGIN,
        y1 - y0 + 2 * MARGIN,
        {name: placed(point) for name, point in nodes.items()},
        tuple((a[0], a[1], b[0] - a[0], b[1] - a[1]) for a, b in boxes),
        tuple(tuple(map(placed, curve)) for curve in curves),
    )


def _point(text: str) -> Point:
    x, y = text.split(",")
    return (float(x), float(y))


def band_box(label: str, box: tuple[float, float, float, float]) -> str:
    """The box of a band with its label."""
    x, y, width, height = box
    return (
        f'<g class="band"><rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="6"/>'
        f'<text x="{x + 8:.1f}" y="{y + 15:.1f}">{escape(label)}</text></g>'
    )


def _node(node: Node, lines: list[str], centre: Point, address: str) -> str:
    rounding = 14 if node.kind in ("process", "cell", "organ") else 4
    return (
        f'<a href="{escape(address)}" class="node node-{node.kind}" data-node="{node.id}"'
        f' aria-label="{escape(node.label)}">{box(lines, centre, rounding)}</a>'
    )


def box(lines: list[str], centre: Point, rounding: int = 4) -> str:
    """The box of a node with the lines of its label."""
    x, y = centre
    height = box_height(lines)
    first = y - (len(lines) - 1) * LINE_HEIGHT / 2 + 5
    text = "".join(
        f'<tspan x="{x:.1f}" y="{first + i * LINE_HEIGHT:.1f}">{escape(line)} </tspan>' for i, line in enumerate(lines)
    )
    return (
        f'<rect x="{x - NODE_WIDTH / 2:.1f}" y="{y - height / 2:.1f}" width="{NODE_WIDTH:.0f}" height="{height:.0f}"'
        f' rx="{rounding}"/><text text-anchor="middle">{text}</text>'
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
    return (
        f'<a href="#arrow-{number}" class="arrow evidence-{evidence} line-{line}" aria-label="{escape(told)}">'
        # an arrow's head covers the gap that Graphviz leaves before the tip
        f"{curved(curve, whole=head != 'arrow')}{_head(head, points[-1], tip)}{disc(number, place)}</a>"
    )


def curved(curve: Sequence[Point], *, whole: bool) -> str:
    """The line along a curve, to its tip only where it is drawn whole."""
    *points, tip = curve
    end = f"L{_at(tip)}" if whole else ""
    return f'<path class="line" d="M{_at(points[0])}C{" ".join(map(_at, points[1:]))}{end}"/>'


def disc(number: int, place: Point) -> str:
    """A number on a line."""
    x, y = place
    return (
        f'<circle class="number" cx="{x:.1f}" cy="{y:.1f}" r="{NUMBER_RADIUS:.0f}"/>'
        f'<text class="number" x="{x:.1f}" y="{y + 3.8:.1f}" text-anchor="middle">{number}</text>'
    )


def number_places(layout: Layout, bands: Sequence[str], heights: Mapping[str, float]) -> list[Point]:
    """Where each arrow's number stands: on its line, nearest its middle, clear of nodes, labels and other numbers."""
    boxes = [
        (x - NODE_WIDTH / 2, y - heights[name] / 2, x + NODE_WIDTH / 2, y + heights[name] / 2)
        for name, (x, y) in layout.nodes.items()
    ]
    labels = [
        (x, y, x + 12 + LABEL_CHARACTER * len(label), y + 19)
        for label, (x, y, _, _) in zip(bands, layout.bands, strict=True)
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
