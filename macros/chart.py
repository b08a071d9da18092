"""Numbers → an inline SVG chart that reads on a phone, printed, in any colours and without colour.

A chart is a picture of a table that stands beside it: whoever cannot see it is told what it shows and reads the table.
Nothing in it needs a style attribute, which the site's content security policy forbids: everything is drawn in
`currentColor`, and the style sheet may colour its classes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

WIDTH = 320.0
"""The narrowest screen: one unit is then about one pixel, and nothing is smaller than its 13-unit letters."""
HEIGHT = 230.0
LEFT, RIGHT, TOP = 40.0, 12.0, 26.0
AXIS_ROOM = 42.0
KEY_LINE = 21.0
LETTERS = 13

Sign = Literal["disc", "ring", "triangle"]


@dataclass(frozen=True)
class Axis:
    """One axis.

    Args:
        label: what it shows, with its unit.
        ticks: the values with their labels, ascending; the first and the last are the ends of the axis.
        logarithmic: whether each tenfold takes the same room; then every value must be above 0.
    """

    label: str
    ticks: Sequence[tuple[float, str]]
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Where the value lies on the axis: 0 at its start, 1 at its end, never beyond."""
        scale = math.log10 if self.logarithmic else float
        start, end = scale(self.ticks[0][0]), scale(self.ticks[-1][0])
        kept = min(max(value, self.ticks[0][0]), self.ticks[-1][0])
        return (scale(kept) - start) / (end - start)


@dataclass(frozen=True)
class Band:
    """A range along the horizontal axis.

    Args:
        label: what it is, for the key.
        name: the class that the style sheet colours.
        points: x, lower bound, upper bound; ascending.
        dashed: whether its edges are dashed, which tells it apart without colour.
    """

    label: str
    name: str
    points: Sequence[tuple[float, float, float]]
    dashed: bool = False


@dataclass(frozen=True)
class Marks:
    """Single values, each drawn as the same sign."""

    label: str
    name: str
    sign: Sign
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Chart:
    """A chart of bands and marks.

    Args:
        id: unique on the page.
        title: what it shows, in a few words.
        description: what a reader sees in it, in a sentence, for those who cannot.
        across, up: the axes.
        bands, marks: what is drawn, in this order.
    """

    id: str
    title: str
    description: str
    across: Axis
    up: Axis
    bands: Sequence[Band] = ()
    marks: Sequence[Marks] = ()


def draw(chart: Chart) -> str:
    """The chart as one `<svg>` element."""
    keyed: list[Band | Marks] = [*chart.bands, *chart.marks]
    height = HEIGHT + KEY_LINE * len(keyed)
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img"'
        f' aria-labelledby="{chart.id}-title" aria-describedby="{chart.id}-desc" xmlns="http://www.w3.org/2000/svg"'
        f' font-family="inherit" font-size="{LETTERS}" fill="currentColor">',
        f'<title id="{chart.id}-title">{escape(chart.title)}</title>',
        f'<desc id="{chart.id}-desc">{escape(chart.description)}</desc>',
        *_axes(chart.across, chart.up),
    ]
    parts += [_band(band, chart) for band in chart.bands]
    parts += [
        f'<g class="marks {marks.name}">'
        + "".join(_sign(marks.sign, *_place(chart, x, y)) for x, y in marks.points)
        + "</g>"
        for marks in chart.marks
    ]
    parts += [_key(item, HEIGHT + KEY_LINE * place) for place, item in enumerate(keyed)]
    return "".join([*parts, "</svg>"])


def _x(axis: Axis, value: float) -> float:
    return LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT)


def _y(axis: Axis, value: float) -> float:
    return HEIGHT - AXIS_ROOM - axis.share(value) * (HEIGHT - AXIS_ROOM - TOP)


def _place(chart: Chart, x: float, y: float) -> tuple[float, float]:
    return _x(chart.across, x), _y(chart.up, y)


def _axes(across: Axis, up: Axis) -> Iterable[str]:
    """Lines, ticks and labels; the vertical axis is named above it, so that no text stands on its side."""
    bottom, right = HEIGHT - AXIS_ROOM, WIDTH - RIGHT
    yield f'<text x="2" y="13" class="axis">{escape(up.label)}</text>'
    for value, label in up.ticks:
        y = _y(up, value)
        yield (
            f'<path class="grid" d="M{LEFT:.0f} {y:.1f}H{right:.0f}" fill="none" stroke="currentColor"'
            ' stroke-opacity="0.2"/>'
            f'<text x="{LEFT - 5:.0f}" y="{y + 4.5:.1f}" text-anchor="end">{escape(label)}</text>'
        )
    for value, label in across.ticks:
        x = _x(across, value)
        anchor, at = ("middle", x) if value < across.ticks[-1][0] else ("end", WIDTH)  # the last would be cut off
        yield (
            f'<path class="tick" d="M{x:.1f} {bottom:.0f}v4" fill="none" stroke="currentColor"/>'
            f'<text x="{at:.1f}" y="{bottom + 17:.0f}" text-anchor="{anchor}">{escape(label)}</text>'
        )
    yield (
        f'<path class="axis" d="M{LEFT:.0f} {bottom:.0f}H{right:.0f}" fill="none" stroke="currentColor"/>'
        f'<text x="{(LEFT + right) / 2:.0f}" y="{bottom + 35:.0f}" class="axis"'
        f' text-anchor="middle">{escape(across.label)}</text>'
    )


def _line(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _band(band: Band, chart: Chart) -> str:
    lower = [_place(chart, x, low) for x, low, _ in band.points]
    upper = [_place(chart, x, high) for x, _, high in band.points]
    return (
        f'<g class="band {band.name}"><path d="{_line([*upper, *reversed(lower)])}Z" fill-opacity="0.14"/>'
        f'<path d="{_line(upper)}{_line(lower)}" {_edge(band)}/></g>'
    )


def _edge(band: Band) -> str:
    dashes = ' stroke-dasharray="5 3"' if band.dashed else ""
    return f'fill="none" stroke="currentColor" stroke-width="1.6"{dashes}'


def _sign(sign: Sign, x: float, y: float) -> str:
    match sign:
        case "disc":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6"/>'
        case "ring":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6" fill="none" stroke="currentColor" stroke-width="1.8"/>'
        case "triangle":
            return f'<path d="M{x:.1f} {y - 5:.1f}l5 8.6h-10z"/>'


def _key(item: Band | Marks, y: float) -> str:
    """One line of the key: how it is drawn, and what it is."""
    middle = y + KEY_LINE / 2
    if isinstance(item, Band):
        drawn = (
            f'<g class="band {item.name}"><path d="M4 {middle - 5:.1f}h28v10h-28Z" fill-opacity="0.14"/>'
            f'<path d="M4 {middle - 5:.1f}h28M4 {middle + 5:.1f}h28" {_edge(item)}/></g>'
        )
    else:
        drawn = f'<g class="marks {item.name}">{_sign(item.sign, 18, middle)}</g>'
    return f'{drawn}<text x="{LEFT:.0f}" y="{middle + 4.5:.1f}">{escape(item.label)}</text>'


SHARE_HEIGHT = 13


def share(name: str, value: float | None, low: float | None, high: float | None, *, striped: bool = False) -> str:
    """A share of a hundred as one small bar, its interval as a whisker below; a bare range runs from end to end.

    It is hidden from those who cannot see it: the text beside it says the same.

    Args:
        name: the class that the style sheet colours.
        value: the share; None where only a range is known.
        low: where the interval or the range begins.
        high: where it ends.
        striped: whether the bar has stripes, which tell it apart without colour.
    """
    start, end = (0.0, value) if value is not None else (low, high)
    parts = [f'<svg class="share {name}" viewBox="0 0 100 {SHARE_HEIGHT}" aria-hidden="true" focusable="false">']
    parts.append('<path class="scale" d="M0 .5H100M0 8.5H100M0 0V9M50 0V9M100 0V9"/>')
    if start is not None and end is not None:
        stripes = ' stroke-dasharray="2.5 1.5"' if striped else ""
        parts.append(f'<path class="bar" d="M{_hundredth(start)} 4.5H{_hundredth(end)}"{stripes}/>')
    if value is not None and low is not None and high is not None:
        parts.append(f'<path class="whisker" d="M{_hundredth(low)} 11H{_hundredth(high)}"/>')
        parts.append(f'<path class="whisker" d="M{_hundredth(low)} 9v4M{_hundredth(high)} 9v4"/>')
    return "".join([*parts, "</svg>"])


def _hundredth(value: float) -> str:
    """A place on a scale from 0 to 100, never beyond."""
    return f"{min(max(value, 0.0), 100.0):g}"


@dataclass(frozen=True)
class Cell:
    """One of several ranges side by side.

    Args:
        name: the class that the style sheet colours; "unnamed" for what nobody has named.
        letter: its letter, which tells it apart without colour; empty where it is unnamed.
        label: what it is called, for the key.
        start: where it begins, in each unit.
        end: where it ends, in each unit; None where it is open.
    """

    name: str
    letter: str
    label: str
    start: Sequence[float]
    end: Sequence[float] | None


CELL_TOP, CELL_HEIGHT = 32.0, 30.0
"""Above the cells is room for a sign that a script sets at a reader's own figure."""
TICK_LINE = 17.0


def side_by_side(
    name: str, title: str, description: str, units: Sequence[tuple[str, str]], cells: Sequence[Cell]
) -> str:
    """Ranges as cells of equal width, their ends below in each unit, and a key: not to scale, so that all can be read.

    Each unit comes with the choices of a country that show it. A script finds the ends in each cell's `data-start` and
    `data-end`, a number for each unit.
    """
    keyed = [cell for cell in cells if cell.letter]
    foot = CELL_TOP + CELL_HEIGHT + TICK_LINE * len(units) + 8
    width = (WIDTH - 2) / len(cells)
    return "".join(
        [
            f'<svg class="chart ranges" viewBox="0 0 {WIDTH:.0f} {foot + KEY_LINE * len(keyed):.0f}" role="img"'
            f' aria-labelledby="{name}-title" aria-describedby="{name}-desc" font-family="inherit"'
            f' font-size="{LETTERS}" fill="currentColor">',
            f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>',
            *(_cell(cell, 1 + n * width, width) for n, cell in enumerate(cells)),
            *_ends(units, cells),
            *(
                f'<text x="5" y="{foot + KEY_LINE * n + 14:.0f}"><tspan font-weight="700">{cell.letter}</tspan>'
                f'<tspan x="24">{escape(cell.label)}</tspan></text>'
                for n, cell in enumerate(keyed)
            ),
            "</svg>",
        ]
    )


def _ends(units: Sequence[tuple[str, str]], cells: Sequence[Cell]) -> Iterable[str]:
    """A line for each unit: its name, and the ends of the cells."""
    width = (WIDTH - 2) / len(cells)
    for line, (unit, choices) in enumerate(units, 1):
        shown = f' data-country="{escape(choices)}"'
        y = CELL_TOP + CELL_HEIGHT + TICK_LINE * line - 2
        yield f'<text class="unit"{shown} x="1" y="{y:.0f}">{escape(unit)}</text>'
        for n, cell in enumerate(cells, 1):
            if cell.end:
                x = 1 + n * width
                yield f'<text{shown} x="{x:.1f}" y="{y:.0f}" text-anchor="middle">{cell.end[line - 1]:,g}</text>'


def _cell(cell: Cell, x: float, width: float) -> str:
    def told(ends: Sequence[float]) -> str:
        return " ".join(f"{end:g}" for end in ends)

    end = f' data-end="{told(cell.end)}"' if cell.end else ""
    drawn = 'fill-opacity="0.12"' if cell.letter else 'fill-opacity="0" stroke-dasharray="4 3"'
    return (
        f'<g class="{cell.name}"><rect x="{x:.1f}" y="{CELL_TOP:.0f}" width="{width:.1f}" height="{CELL_HEIGHT:.0f}"'
        f' {drawn} stroke="currentColor" stroke-width="1.2" data-start="{told(cell.start)}"{end}/>'
        f'<text x="{x + width / 2:.1f}" y="{CELL_TOP + CELL_HEIGHT / 2 + 5:.0f}" text-anchor="middle"'
        f' font-weight="700">{cell.letter}</text></g>'
    )


BAR_LINE = 44
BAR_ROOM = 236
"""What a bar may take of the width: its number stands behind it."""


@dataclass(frozen=True)
class Bar:
    """An amount as a bar, its range as a whisker.

    Args:
        label: what it is the amount of.
        value: the amount.
        words: the amount with its unit, as it stands behind the bar.
        low, high: the range; both the value where there is none.
    """

    label: str
    value: float
    words: str
    low: float
    high: float


def bars(name: str, title: str, drawn: Sequence[Bar], reference: tuple[float, float], key: str) -> str:
    """Amounts on one scale from nothing, against a range that they are measured by. `food-compare.js` draws the same.

    Args:
        name: its id, unique on the page.
        title: what it shows, in a sentence, and where the same numbers stand.
        drawn: the amounts.
        reference: the two ends of the range, drawn as dashed lines; they may be the same.
        key: what the dashed lines are.
    """
    most = max(*(max(one.high, one.value) for one in drawn), reference[1], 1e-9)
    bottom = BAR_LINE * len(drawn) + 10
    parts = [
        f'<svg class="bars" viewBox="0 0 {WIDTH:.0f} {bottom + 20}" role="img" aria-labelledby="{name}-title"'
        ' xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{name}-title">{escape(title)}</title>',
    ]
    ends = sorted({f"{BAR_ROOM * end / most:.1f}" for end in reference}, key=float)
    for place, one in enumerate(drawn):
        parts += _bar(one, most, BAR_LINE * place)
    lines = "".join(f"M{end} {BAR_LINE * place + 17}v18" for place in range(len(drawn)) for end in ends)
    parts.append(f'<path class="reference" d="{lines}M2 {bottom}v16"/>')
    parts.append(f'<text x="10" y="{bottom + 13}">{escape(key)}</text>')
    return "".join([*parts, "</svg>"])


def _bar(one: Bar, most: float, top: int) -> Iterable[str]:
    value, low, high = (f"{BAR_ROOM * amount / most:.1f}" for amount in (one.value, one.low, one.high))
    yield f'<text x="0" y="{top + 14}">{escape(one.label)}</text>'
    yield f'<rect class="bar" x="0" y="{top + 20}" width="{value}" height="12"/>'
    yield f'<text x="{BAR_ROOM + 6}" y="{top + 31}" class="value">{escape(one.words)}</text>'
    if one.low != one.high:
        yield f'<path class="whisker" d="M{low} {top + 26}H{high}M{low} {top + 21}v10M{high} {top + 21}v10"/>'
