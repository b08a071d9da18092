"""The absorption model: it fits what was measured or says that it does not, and the browser reckons as Python does."""

import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.absorption import Parameters, Range, absorbed, absorbed_from_meals
from macros.knowledge import KnowledgeBase
from macros.model.kinds.model import Model
from macros.uptake import in_words, shown

from .browser_twin import in_node
from .conftest import Fields, Sample
from .test_pages import page

PLAIN = Parameters(share=Range(0.5, 0.5), capacity=Range(2.0, 2.0), diffusion=Range(0.01, 0.01))
"""One number for each parameter, so that the sums can be done in the head."""

MEASURED = [
    (1, 0.5, False),
    (1, 0.56, False),
    (5, 1.0, False),
    (10, 1.6, False),
    (25, 1.25, False),
    (50, 1.5, False),
    (500, 9.7, False),
    (1000, 13, False),
    (1, 0.01, True),
    (10, 0.1, True),
    (50, 0.6, True),
    (500, 7.0, True),
    (1000, 12, True),
    (3, 2.49, False),
    (38, 1.71, False),
    (38, 4.1, False),
]
"""Dose and amount absorbed in micrograms, and whether intrinsic factor was missing: the evidence pack's figures."""
MISSED = {"normal-500", "liver-paste-38"}
"""What lies outside the model's range; the record's limits name both."""

DOSES = [0, 1e-9, 0.3, 1, 2.4, 2.8089887640449436, 2.9, 5, 17.25, 60, 999.99, 1e6, 1e9]


@pytest.fixture
def model(real: KnowledgeBase) -> Model:
    record = real.record("model:absorption")
    assert isinstance(record, Model)
    return record


@pytest.fixture
def parameters(model: Model) -> Parameters:
    return Parameters.of(model)


def dataset(parameters: Parameters) -> dict[str, str]:
    """The attributes as a browser hands them to a script: data-share-low becomes shareLow."""
    return {
        re.sub("-(.)", lambda match: match[1].upper(), name.removeprefix("data-")): value
        for name, value in parameters.attributes().items()
    }


@pytest.mark.parametrize(
    ("dose", "amount"),
    [(0, 0), (1, 0.505), (4, 2.02), (8, 2.06), (102, 3.0), (1002, 12.0)],
)
def test_a_share_up_to_the_capacity_and_a_hundredth_of_the_rest_are_absorbed(dose: float, amount: float) -> None:
    assert absorbed(dose, PLAIN) == pytest.approx((amount, amount), rel=1e-12)


def test_without_intrinsic_factor_only_diffusion_is_left() -> None:
    assert absorbed(1000, PLAIN, intrinsic_factor=False) == (10, 10)


def test_meals_apart_are_added_up() -> None:
    assert absorbed_from_meals([4, 4], PLAIN) == pytest.approx((4.04, 4.04), rel=1e-12)
    assert absorbed_from_meals([100, 100], PLAIN, intrinsic_factor=False) == (2, 2)
    assert absorbed_from_meals([], PLAIN) == (0, 0)


@pytest.mark.parametrize("dose", [-1, -1e-12, math.nan, math.inf, -math.inf])
def test_a_dose_that_is_none_is_refused(dose: float) -> None:
    with pytest.raises(ValueError, match="a dose of"):
        absorbed(dose, PLAIN)
    with pytest.raises(ValueError, match="a dose of"):
        absorbed_from_meals([1, dose], PLAIN)


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("share", Range(0.6, 0.5)),
        ("share", Range(0.5, 1.5)),
        ("capacity", Range(-1, 2)),
        ("capacity", Range(1, math.inf)),
        ("diffusion", Range(math.nan, 0.01)),
    ],
)
def test_parameters_that_make_no_sense_are_refused(name: str, bounds: Range) -> None:
    good = {"share": PLAIN.share, "capacity": PLAIN.capacity, "diffusion": PLAIN.diffusion}
    with pytest.raises(ValueError, match=name):
        Parameters(**{**good, name: bounds})


shares = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted).map(lambda pair: Range(*pair))
capacities = st.tuples(st.floats(0, 10), st.floats(0, 10)).map(sorted).map(lambda pair: Range(*pair))


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.builds(Parameters, shares, capacities, shares))
def test_a_range_is_in_order_never_exceeds_the_dose_and_grows_with_it(
    dose: float, more: float, parameters: Parameters
) -> None:
    low, high = absorbed(dose, parameters)
    assert 0 <= low <= high * (1 + 1e-12)
    assert high <= dose * (1 + 1e-12)
    larger = absorbed(dose + more, parameters)
    assert larger.low >= low * (1 - 1e-12)
    assert larger.high >= high * (1 - 1e-12)
    failed = absorbed(dose, parameters, intrinsic_factor=False)
    assert failed.low <= low * (1 + 1e-12)
    assert failed.high <= high * (1 + 1e-12)


def test_the_record_holds_every_figure_of_the_evidence(model: Model) -> None:
    held = {(one.dose, one.micrograms, one.without_intrinsic_factor) for one in model.observations}
    assert held == {(dose, amount, missing) for dose, amount, missing in MEASURED}


def test_the_range_holds_what_was_measured_but_for_what_the_record_names(model: Model, parameters: Parameters) -> None:
    missed = {
        one.id
        for one in model.observations
        if not absorbed(one.dose, parameters, intrinsic_factor=not one.without_intrinsic_factor).holds(one.micrograms)
    }
    assert missed == MISSED
    limits = " ".join(model.limits)
    assert "Liver paste does not fit" in limits
    assert "At 500 micrograms a normal gut took up a little more" in limits


def test_the_bounds_are_those_that_the_findings_of_a_parameter_give(model: Model) -> None:
    for parameter in model.parameters:
        figures = [finding.figure for finding in parameter.findings if finding.figure]
        given = {end for figure in figures for end in (figure.value, figure.low, figure.high)}
        assert parameter.low in given, parameter.id
        assert parameter.high in given or parameter.id == "diffusion", parameter.id
    failed = next(one for one in model.observations if one.id == "failed-500")
    assert model.parameters[2].high == 100 * failed.micrograms / failed.dose, "diffusion's upper bound: 7.0 of 500"


def test_the_browser_reckons_as_python_does(model: Model, parameters: Parameters, tmp_path: Path) -> None:
    doses = sorted({*DOSES, *(one.dose for one in model.observations), *(10 ** (n / 7) for n in range(-14, 30))})
    cases = [(dose, factor) for dose in doses for factor in (True, False)]
    meals: list[list[float]] = [[2.4], [1, 1, 1], [38, 0, 500], []]
    told = in_node(
        "absorption",
        "const p = twin.readParameters(given.dataset);"
        "return [given.cases.map(([d, f]) => twin.absorbed(d, p, f)),"
        " given.meals.map((m) => twin.absorbedFromMeals(m, p)),"
        " given.meals.map((m) => twin.absorbedFromMeals(m, p, false))];",
        {"dataset": dataset(parameters), "cases": cases, "meals": meals},
        tmp_path,
    )
    expected = [
        [absorbed(dose, parameters, intrinsic_factor=factor) for dose, factor in cases],
        [absorbed_from_meals(doses, parameters) for doses in meals],
        [absorbed_from_meals(doses, parameters, intrinsic_factor=False) for doses in meals],
    ]
    for mine, theirs in zip(expected, told, strict=True):
        for one, other in zip(mine, theirs, strict=True):
            assert (other["low"], other["high"]) == pytest.approx(one, rel=1e-9, abs=0)


def test_the_browser_refuses_what_python_refuses(parameters: Parameters, tmp_path: Path) -> None:
    good = dataset(parameters)
    bad = [
        {name: value for name, value in good.items() if name != "shareLow"},
        {**good, "shareLow": ""},
        {**good, "shareLow": "much"},
        {**good, "shareLow": "0.95"},
        {**good, "diffusionHigh": "1.4"},
        {**good, "capacityHigh": "Infinity"},
    ]
    told = in_node(
        "absorption",
        "const p = twin.readParameters(given.good);"
        "return [[-1, NaN, Infinity, '5', null].map((d) => refused(() => twin.absorbed(d, p))),"
        " given.bad.map((d) => refused(() => twin.readParameters(d)))];",
        {"good": good, "bad": bad},
        tmp_path,
    )
    assert told == [["RangeError"] * 5, ["RangeError"] * len(bad)]


def test_the_page_carries_the_parameters_for_the_browser(real: KnowledgeBase, model: Model, tmp_path: Path) -> None:
    element = re.search(r'<div class="charts"([^>]*)>', page(real, model))
    assert element
    attributes = dict(re.findall(r'(data-[a-z-]+)="([^"]*)"', element[1]))
    assert attributes == Parameters.of(model).attributes()


def test_the_page_says_what_it_is_and_where_it_does_not_fit(real: KnowledgeBase, model: Model) -> None:
    text = re.sub("<[^>]+>", "", page(real, model))
    assert "A model, not a measurement." in text
    assert text.count("No: ") == len(MISSED)
    assert "No: 0.23 µg above the range" in text
    assert "No: 1.1 µg above the range" in text
    for parameter in model.parameters:
        assert parameter.label in text
    for fit in shown(model)["fits"]:
        assert fit.estimate in text


@pytest.mark.parametrize(
    ("low", "high", "words"), [(0.4258, 0.89154, "0.43 to 0.89"), (10.891, 16.465, "11 to 16"), (2, 2, "2")]
)
def test_an_estimate_looks_no_more_exact_than_it_is(low: float, high: float, words: str) -> None:
    assert in_words(Range(low, high)) == words


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda f: f["parameters"][0].update(low=70), "bounds from 70 to 60"),
        (lambda f: f["parameters"][0].update(high=160), "160%"),
        (lambda f: f["parameters"][1].update(unit="milligrams"), "capacity (milligrams)"),
        (lambda f: f["parameters"].pop(), "each parameter of 'capped-and-diffusion' once"),
        (lambda f: f["parameters"].append(f["parameters"][0]), "the parameters share (percent)"),
        (lambda f: f["parameters"][0].update(findings=[]), "findings"),
        (lambda f: f.update(observations=[]), "observations"),
        (lambda f: f["observations"][0].update(sources=[]), "sources"),
        (lambda f: f["observations"].append(f["observations"][0]), "the observation id 'one' twice"),
        (lambda f: f["observations"][0].update(dose=0), "a dose above 0"),
        (lambda f: f["observations"][0]["absorbed"].update(value=101), "101 absorbed of 1 micrograms"),
        (lambda f: f["observations"][0]["absorbed"].update(unit="micrograms"), "50 absorbed of 1 micrograms"),
        (lambda f: f["observations"][0]["absorbed"].update(unit="pmol/L"), "the unit 'pmol/L'"),
        (lambda f: f.update(formula="guess"), "guess"),
    ],
)
def test_a_model_that_cannot_be_reckoned_with_is_refused(sample: Sample, spoil: Any, told: str) -> None:
    def change(fields: Fields) -> None:
        spoil(fields)

    sample.edit("model", "model-0", change)
    messages = sample.messages()
    assert any(message.startswith("data/models/model-0.yml:") and told in message for message in messages), messages
