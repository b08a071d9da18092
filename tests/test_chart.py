"""Charts: whole, told in words, without style attributes, and told apart without colour."""

import re
from xml.etree import ElementTree

import pytest

from macros.chart import WIDTH, Axis, Band, Chart, Marks, draw, share
from macros.knowledge import KnowledgeBase
from macros.model.kinds.model import Model
from macros.uptake import shown

SVG = "{http://www.w3.org/2000/svg}"
ACROSS = Axis("Dose (µg)", [(0, "0"), (5, "5"), (10, "10")])
UP = Axis("Absorbed <µg> & more", [(0.01, "0.01"), (1, "1"), (100, "100")], logarithmic=True)
CHART = Chart(
    id="a",
    title='Much & "more"',
    description="It rises < it falls.",
    across=ACROSS,
    up=UP,
    bands=[
        Band("Solid", "first", [(0, 0.01, 1), (10, 1, 100)]),
        Band("Dashed", "second", [(0, 0.01, 0.1), (10, 0.1, 1)], dashed=True),
    ],
    marks=[
        Marks("Disc", "one", "disc", [(0, 0.01)]),
        Marks("Ring", "two", "ring", [(5, 1)]),
        Marks("Triangle", "three", "triangle", [(10, 100)]),
    ],
)


@pytest.mark.parametrize(("value", "share"), [(0, 0), (2.5, 0.25), (10, 1), (-3, 0), (11, 1)])
def test_a_linear_axis_gives_each_unit_the_same_room(value: float, share: float) -> None:
    assert ACROSS.share(value) == pytest.approx(share)


@pytest.mark.parametrize(("value", "share"), [(0.01, 0), (0.1, 0.25), (1, 0.5), (100, 1), (0, 0), (1000, 1)])
def test_a_logarithmic_axis_gives_each_tenfold_the_same_room(value: float, share: float) -> None:
    assert UP.share(value) == pytest.approx(share)


def test_a_chart_is_well_formed_and_says_what_it_shows() -> None:
    svg = ElementTree.fromstring(draw(CHART))
    assert svg.get("role") == "img"
    title, description = svg[0], svg[1]
    assert (title.tag, title.text) == (f"{SVG}title", CHART.title)
    assert (description.tag, description.text) == (f"{SVG}desc", CHART.description)
    assert svg.get("aria-labelledby") == title.get("id")
    assert svg.get("aria-describedby") == description.get("id")
    texts = [element.text for element in svg.iter(f"{SVG}text")]
    assert {UP.label, ACROSS.label, "Solid", "Dashed", "Disc", "Ring", "Triangle", "0.01", "10"} <= set(texts)


def test_bands_and_signs_are_told_apart_without_colour() -> None:
    svg = ElementTree.fromstring(draw(CHART))
    dashed = {
        group.get("class"): any(path.get("stroke-dasharray") for path in group.iter(f"{SVG}path"))
        for group in svg.iter(f"{SVG}g")
    }
    assert dashed["band first"] is False
    assert dashed["band second"] is True
    drawn = {
        group.get("class"): re.sub(r"[\d.-]+", "", ElementTree.tostring(group[0], encoding="unicode"))
        for group in svg.iter(f"{SVG}g")
        if (group.get("class") or "").startswith("marks")
    }
    assert len(set(drawn.values())) == 3


def test_marks_stand_where_their_values_are() -> None:
    svg = ElementTree.fromstring(draw(CHART))
    circles = [(float(c.get("cx", "")), float(c.get("cy", ""))) for c in svg.iter(f"{SVG}circle")]
    (left, bottom), (middle, centre), *_ = circles  # the marks, then their twins in the key
    assert left < middle
    assert bottom > centre


def test_the_charts_of_the_model_keep_to_the_content_security_policy_and_to_a_phone(real: KnowledgeBase) -> None:
    record = real.record("model:absorption")
    assert isinstance(record, Model)
    charts = [str(chart["svg"]) for chart in shown(record)["charts"]]
    assert len(charts) == 2
    for text in charts:
        assert "style" not in text
        svg = ElementTree.fromstring(text)
        assert svg.get("viewBox", "").split()[2] == f"{WIDTH:.0f}"
        colours = {element.get(name) for element in svg.iter() for name in ("fill", "stroke")}
        assert colours == {None, "none", "currentColor"}
        assert all(float(size) >= 12 for size in re.findall(r'font-size="([\d.]+)"', text))
    names = [re.findall(r' id="([^"]+)"', text) for text in charts]
    assert not set(names[0]) & set(names[1])


def drawn(svg: str) -> dict[str, list[str]]:
    """Class → the paths of a share."""
    found: dict[str, list[str]] = {}
    for path in ElementTree.fromstring(svg).iter("path"):
        found.setdefault(str(path.get("class")), []).append(str(path.get("d")))
    return found


def test_a_share_is_a_bar_from_nought_with_its_interval_as_a_whisker() -> None:
    parts = drawn(share("b12", 59.1, 55, 63))
    assert parts["bar"] == ["M0 4.5H59.1"]
    assert parts["whisker"] == ["M55 11H63", "M55 9v4M63 9v4"]


def test_a_share_without_an_interval_has_no_whisker() -> None:
    assert set(drawn(share("b12", 16, None, None))) == {"scale", "bar"}


def test_a_bare_range_runs_from_end_to_end() -> None:
    parts = drawn(share("ms", None, 49, 59))
    assert parts["bar"] == ["M49 4.5H59"]
    assert "whisker" not in parts


def test_a_share_without_any_number_draws_the_scale_only() -> None:
    assert set(drawn(share("ms", None, None, None))) == {"scale"}


@pytest.mark.parametrize(("value", "end"), [(0, "0"), (100, "100"), (130, "100"), (-4, "0")])
def test_a_share_never_leaves_its_scale(value: float, end: str) -> None:
    assert drawn(share("b12", value, -20, 140)) == {
        "scale": drawn(share("b12", 1, None, None))["scale"],
        "bar": [f"M0 4.5H{end}"],
        "whisker": ["M0 11H100", "M0 9v4M100 9v4"],
    }


def test_two_shares_are_told_apart_without_colour_and_say_nothing_twice() -> None:
    whole, striped = share("b12", 40, 30, 50), share("ms", 40, 30, 50, striped=True)
    assert "stroke-dasharray" not in whole
    assert "stroke-dasharray" in striped
    for svg in (whole, striped):
        assert ElementTree.fromstring(svg).get("aria-hidden") == "true"
        assert "style" not in svg
        assert " id=" not in svg
