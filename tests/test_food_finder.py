"""The food finder: foods found, counted, compared; a day's plate added up; the recommended amount that holds."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from macros.absorption import Parameters, Range, absorbed
from macros.chart import Bar, bars
from macros.finder import amount, counted, kind_of, portion, ranked, shares, sound
from macros.intakes import RECOMMENDED, advised, span
from macros.knowledge import KnowledgeBase
from macros.model.kinds.food import Food
from macros.model.kinds.intake import Intake
from macros.model.kinds.model import Model
from macros.uptake import in_words

from .browser import opened, violations
from .browser_twin import in_node
from .conftest import Fields, Sample

FIVE = ["egg-boiled", "mussels-cooked", "milk-whole", "nutritional-yeast-fortified", "swiss-cheese"]


@pytest.fixture
def foods(real: KnowledgeBase) -> dict[str, Food]:
    return {record.id: record for record in real.of_kind("food") if isinstance(record, Food)}


@pytest.fixture
def intakes(real: KnowledgeBase) -> list[Intake]:
    return [record for record in real.of_kind("intake") if isinstance(record, Intake)]


def recommended(real: KnowledgeBase, country: str, stage: str) -> tuple[float, float]:
    found = span(
        advised([r for r in real.of_kind("intake") if isinstance(r, Intake)], country, stage, real.vocabularies)
    )
    assert found
    return found


# Which recommended amount holds


@pytest.mark.parametrize(
    ("country", "stage", "issuer", "bounds", "measures"),
    [
        ("uk", "adult", "uk-rni", (1.5, 1.5), ("RNI",)),
        ("uk", "child", "uk-rni", (0.5, 1.0), ("RNI",)),
        ("uk", "older-adult", "uk-rni", (1.5, 1.5), ("RNI",)),
        ("us", "pregnant", "us-iom-1998", (2.6, 2.6), ("RDA",)),
        ("canada", "older-adult", "us-iom-1998", (2.4, 2.4), ("RDA",)),
        ("ireland", "breastfeeding", "efsa-2015", (5.0, 5.0), ("AI",)),
        ("france", "child", "efsa-2015", (1.5, 2.5), ("AI",)),
        ("netherlands", "adult", "netherlands-2018", (2.8, 2.8), ("RDA",)),
        ("india", "pregnant", "who-fao-2004", (2.6, 2.6), ("RNI",)),
    ],
)
def test_a_country_has_its_own_amount_or_the_regions_or_the_worlds(
    real: KnowledgeBase,
    intakes: list[Intake],
    country: str,
    stage: str,
    issuer: str,
    bounds: tuple[float, float],
    measures: tuple[str, ...],
) -> None:
    [found] = advised(intakes, country, stage, real.vocabularies)
    assert found.intake.id == issuer
    assert (found.low, found.high) == bounds
    assert found.measures == measures


def test_without_a_country_every_issuer_counts_but_no_label_and_no_average(
    real: KnowledgeBase, intakes: list[Intake]
) -> None:
    found = advised(intakes, "", "adult", real.vocabularies)
    assert {one.intake.id for one in found} == {r.id for r in intakes} - {"fda-dv", "people-with-ms"}
    assert all(set(one.measures) <= set(RECOMMENDED) for one in found)
    assert span(found) == (1.5, 4.0)
    assert span([]) is None


def test_every_choice_of_country_and_stage_has_an_amount_and_the_browser_takes_the_same(
    real: KnowledgeBase, intakes: list[Intake], tmp_path: Path
) -> None:
    countries = {v: w for v, w in real.vocabularies["country"].words.items() if not w.always}
    stages = [v for v, w in real.vocabularies["life-stage"].words.items() if not w.always]
    readers = [
        {"country": c, "wider": (countries[c].within or "") if c else "", "stage": s}
        for c in ["", *countries]
        for s in stages
    ]
    world = {v for v, w in real.vocabularies["country"].words.items() if w.always}
    rows = [
        {
            "place": "" if one.intake.country in world else one.intake.country,
            "stage": s,
            "low": one.low,
            "high": one.high,
        }
        for s in stages
        for one in advised(intakes, "", s, real.vocabularies)
    ]
    told = in_node(
        "food-sums",
        "return given.readers.map((reader) => twin.span(twin.advised(given.rows, reader)));",
        {"readers": readers, "rows": rows},
        tmp_path,
    )
    expected = [recommended(real, reader["country"], reader["stage"]) for reader in readers]
    assert [(one["low"], one["high"]) for one in told] == expected


# Amounts and shares in words


@pytest.mark.parametrize(
    ("micrograms", "bounds", "words"),
    [
        (17.187, (1.5, 4.0), "430 to 1,150%"),
        (0.0, (1.5, 4.0), "0%"),
        (0.003, (1.5, 4.0), "under 1%"),
        (0.03, (1.5, 4.0), "under 1 to 2%"),
        (1.2, (2.4, 2.4), "50%"),
        (60.0, (1.5, 1.5), "4,000%"),
        (1.005, (100.0, 100.0), "1%"),
        (0.615, (1.0, 1.0), "62%"),
    ],
)
def test_a_share_promises_no_more_than_it_knows(micrograms: float, bounds: tuple[float, float], words: str) -> None:
    assert shares(micrograms, bounds) == words


def test_the_browser_words_amounts_and_shares_as_python_does(foods: dict[str, Food], tmp_path: Path) -> None:
    values = [
        0.0,
        0.0028,
        0.005,
        0.0049,
        0.125,
        1.005,
        2.675,
        1234.5,
        *(food.per_portion or 0.0 for food in foods.values()),
    ]
    bounds = [(1.5, 4.0), (2.4, 2.4), (0.5, 1.0)]
    told = in_node(
        "food-sums",
        "return [given.values.map((v) => twin.amount(v)), given.values.map((v) => given.bounds.map(([low, high]) =>"
        " twin.shares({low: v, high: v}, {low, high}))),"
        " given.ranges.map(([low, high]) => twin.estimated({low, high}))];",
        {"values": values, "bounds": bounds, "ranges": [[0.4258, 0.89154], [10.891, 16.465], [2, 2], [0, 1234]]},
        tmp_path,
    )
    assert told[0] == [amount(value) for value in values]
    assert told[1] == [[shares(value, one) for one in bounds] for value in values]
    assert told[2] == ["0.43 to 0.89", "11 to 16", "2", "0 to 1,200"]


def test_foods_rank_by_portion_and_a_figure_without_a_footing_does_not(foods: dict[str, Food]) -> None:
    rows = ranked(foods.values(), (1.5, 4.0))
    assert [row.food.id for row in rows if not row.sound] == ["clams-cooked-sr-legacy"]
    assert rows[-1].rank is None
    assert rows[-1].share == ""
    counted_rows = [row for row in rows if row.rank]
    assert counted_rows[0].rank == 1
    assert [row.portion for row in counted_rows] == sorted((row.portion for row in counted_rows), reverse=True)
    ties = [row.rank for row in counted_rows if row.portion == counted_rows[40].portion]
    assert len(set(ties)) == 1
    assert all(row.portion == 0 for row in rows[:-1] if row.rank is None)


def test_bars_are_drawn_on_one_scale_and_their_labels_are_text() -> None:
    drawn = bars("x", "A & B", [Bar("<b>milk", 1, "1 µg", 0.5, 2), Bar("egg", 4, "4 µg", 4, 4)], (2, 2), "a day")
    assert "&lt;b&gt;milk" in drawn
    assert "<b>" not in drawn
    assert re.findall(r'class="bar"[^>]* width="([\d.]+)"', drawn) == ["59.0", "236.0"]
    assert drawn.count('class="whisker"') == 1
    assert "M118.0 17v18M118.0 61v18" in drawn
    nothing = bars("x", "Nothing", [Bar("kelp", 0, "0 µg", 0, 0)], (0, 0), "a day")
    assert 'width="0.0"' in nothing


def test_a_portion_says_its_weight_once(foods: dict[str, Food]) -> None:
    assert portion(foods["clams-steamed"]) == "3 oz (85 g)"
    assert portion(foods["nutritional-yeast-fortified"]) == "1/4 cup (15g)"


def test_a_food_of_which_only_a_range_is_known_counts_by_its_lower_end(sample: Sample) -> None:
    def only_a_range(fields: Fields) -> None:
        del fields["content"]["micrograms"]
        fields["content"] |= {"low": 2.0, "high": 8.0}

    name = sample.base().of_kind("food")[0].id
    sample.edit("food", name, only_a_range)
    food = sample.base().record(f"food:{name}")
    assert isinstance(food, Food)
    assert counted(food) == 2.0
    assert food.range == (2.0, 8.0)


# The page as a person uses it


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The food finder on a wide screen; nothing on it may fail."""
    page = opened(browser, address + "foods/", 1280, "light")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate("window.print = () => {}")
    yield page
    page.context.close()
    assert errors == []


def row(page: Page, food: Food) -> Locator:
    return page.locator("table.foods tbody tr").filter(has=page.get_by_role("link", name=food.title, exact=True))


def shown(page: Page) -> list[str]:
    return page.locator("table.foods tbody tr:visible th a").all_inner_texts()


def found(page: Page) -> str:
    return page.locator("form.filter:not(.counting) [role=status]").inner_text()


def choose(page: Page, country: str, stage: str) -> None:
    page.get_by_label("Country").select_option(country)
    page.locator("#food-stage").select_option(stage)


def on_the_plate(page: Page, *foods: Food) -> Locator:
    """Puts these on the plate and opens it."""
    for number, food in enumerate(foods, 1):
        page.get_by_role("button", name=f"Add to plate: {food.title}", exact=True).click()
        page.get_by_text(f"{number} on your plate").wait_for()
    page.locator("[data-do=plate]").click()
    plate = page.get_by_role("dialog", name="My plate")
    plate.wait_for()
    return plate


def item(plate: Locator, food: Food) -> Locator:
    return plate.locator(".items > li").filter(has_text=food.title)


def eaten(food: Food, grams: float) -> Range:
    return Range(food.range[0] * grams / 100, food.range[1] * grams / 100)


@pytest.mark.browser
def test_clams_are_found_with_a_typing_error(page: Page, foods: dict[str, Food]) -> None:
    page.get_by_label("Find a food").fill("clmas")
    names = shown(page)
    assert foods["clams-steamed"].title in names
    assert len(names) < 10
    assert found(page) == f"{len(names)} of {len(foods)} foods."
    page.get_by_label("Find a food").fill("nooch")
    assert shown(page) == [foods["nutritional-yeast-fortified"].title]
    page.get_by_label("Find a food").fill("zzzzz")
    assert found(page) == "No food fits. Try another word, or show all."
    page.get_by_role("button", name="Show all").click()
    page.get_by_text(f"{len(foods)} of {len(foods)} foods.").wait_for()


@pytest.mark.browser
def test_filters_leave_what_fits_all_of_them(page: Page, foods: dict[str, Food]) -> None:
    page.get_by_label("Diet").select_option("vegan")
    vegan = {food.title for food in foods.values() if "vegan" in food.diets}
    assert set(shown(page)) == vegan
    page.get_by_label("Its B12 is").select_option("added")
    assert set(shown(page)) == {food.title for food in foods.values() if "vegan" in food.diets and food.fortified}
    page.get_by_label("Its figure is").select_option("label")
    page.get_by_label("Diet").select_option("")
    labelled = {f.title for f in foods.values() if f.content.basis == "label" and kind_of(f) == "added"}
    assert set(shown(page)) == labelled
    page.get_by_label("Group").select_option("fish")
    assert shown(page) == []


@pytest.mark.browser
def test_the_table_sorts_by_name_portion_and_weight(page: Page, foods: dict[str, Food]) -> None:
    good = [food for food in foods.values() if sound(food)]
    by_name = page.get_by_role("button", name="Rank and food")
    by_name.click()
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    names = shown(page)
    assert names[:-1] == sorted((food.title for food in good), key=str.lower)
    assert names[-1] == foods["clams-cooked-sr-legacy"].title
    by_name.click()
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    page.get_by_role("button", name="µg per 100 g").click()
    assert page.locator("th[aria-sort]").count() == 1
    assert page.locator("th[data-sort=per100]").get_attribute("aria-sort") == "descending"
    by_title = {food.title: food for food in good}
    weights = [counted(by_title[name]) for name in shown(page)[:-1]]
    assert weights == sorted(weights, reverse=True)
    page.get_by_role("button", name="µg per portion").click()
    portions = [by_title[name].per_portion or 0 for name in shown(page)[:-1]]
    assert portions == sorted(portions, reverse=True)


@pytest.mark.browser
def test_the_share_is_of_the_chosen_countrys_amount(page: Page, real: KnowledgeBase, foods: dict[str, Food]) -> None:
    milk = foods["milk-whole"]
    share = row(page, milk).locator(".share")
    assert milk.per_portion is not None
    for country, stage in [
        ("", "adult"),
        ("uk", "adult"),
        ("us", "pregnant"),
        ("", "pregnant"),
        ("nordic", "adolescent"),
    ]:
        choose(page, country, stage)
        assert share.inner_text() == shares(milk.per_portion, recommended(real, country, stage))
    assert recommended(real, "uk", "adult") != recommended(real, "us", "pregnant")
    choose(page, "uk", "adult")
    assert page.locator("p.how .against").inner_text().startswith("Adult: 1.5 µg a day (United Kingdom")
    assert page.evaluate("[document.documentElement.dataset.country, localStorage.length]") == [None, 0]


@pytest.mark.browser
def test_the_readers_own_settings_are_what_it_starts_with(
    browser: Browser, address: str, foods: dict[str, Food]
) -> None:
    page = opened(browser, address + "foods/", 1280, "light")
    kept = '{"country": "uk", "stage": "breastfeeding", "labels": {}}'
    page.evaluate("(kept) => localStorage.setItem('atlas-settings', kept)", kept)
    page.reload()
    assert page.get_by_label("Country").input_value() == "uk"
    assert page.locator("#food-stage").input_value() == "breastfeeding"
    milk = foods["milk-whole"]
    assert row(page, milk).locator(".share").inner_text() == shares(milk.per_portion or 0, (2.0, 2.0))
    choose(page, "us", "adult")
    assert page.evaluate("localStorage.getItem('atlas-settings')") == kept
    assert page.locator("table.issuers tbody tr:visible").count() > 5
    page.evaluate("dispatchEvent(new CustomEvent('atlas-settings', {detail: {stage: 'pregnant'}}))")
    assert page.get_by_label("Country").input_value() == ""
    assert page.locator("#food-stage").input_value() == "pregnant"
    page.context.close()


@pytest.mark.browser
def test_grams_may_be_typed_as_people_type_them(page: Page, foods: dict[str, Food]) -> None:
    milk = foods["milk-whole"]
    field = page.get_by_role("textbox", name="Grams")
    cell = row(page, milk).locator(".amount")
    for typed, grams in [("200", 200.0), ("12,5", 12.5), ("80 g", 80.0), ("80 grams", 80.0), ("1e2", 100.0)]:
        field.fill(typed)
        assert cell.inner_text().split("\n")[0] == amount(counted(milk) * grams / 100)
        assert f"{grams:g} g" in cell.inner_text()
        assert page.get_by_role("radio", name="Grams").is_checked()
    page.get_by_role("radio", name="Household portion").check()
    assert "1 cup" in cell.inner_text()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Type a number from 1 to 2\u00a0000 g."),
        ("lots", "“lots” is not a number."),
        ("-5", "-5 is too little here."),
        ("1e9", "1e9 is too much here."),
        ("80µg", "“µg” is not the unit of this field."),
        ("1,234", "“1,234” may mean 1234 or 1.234."),
        ("NaN", "“NaN” is not a number."),
    ],
)
def test_bad_grams_get_a_helpful_line_and_never_nan(page: Page, foods: dict[str, Food], typed: str, told: str) -> None:
    field = page.get_by_role("textbox", name="Grams")
    before = row(page, foods["milk-whole"]).inner_text()
    field.press_sequentially("x")  # so that emptying it is a change
    field.fill(typed)
    line = page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert told in line.inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    assert row(page, foods["milk-whole"]).inner_text() == before
    assert "NaN" not in page.locator("table.foods").inner_text()
    field.fill("80")
    assert field.get_attribute("aria-invalid") == "false"
    assert "1 to 2000 g" in line.inner_text()


@pytest.mark.browser
def test_five_foods_are_compared_as_bars_and_in_a_table(
    page: Page, real: KnowledgeBase, foods: dict[str, Food]
) -> None:
    choose(page, "uk", "adult")
    five = [foods[name] for name in FIVE]
    for food in five:
        page.get_by_role("checkbox", name=f"Compare: {food.title}", exact=True).check()
    sixth = page.get_by_role("checkbox", name=f"Compare: {foods['clams-steamed'].title}", exact=True)
    sixth.click()
    assert not sixth.is_checked()
    assert "Five foods at most" in page.locator(".tray [role=status]").inner_text()
    page.locator("[data-do=compare]").click()
    window = page.get_by_role("dialog", name="Foods compared")
    window.wait_for()
    most = max(eaten(food, food.portion.grams).high for food in five)
    widths = {}
    for place in range(5):
        cells = window.locator("tbody tr").nth(place)
        [food] = [one for one in five if one.title in cells.inner_text()]
        text = cells.locator("td").first.inner_text()
        low, high = eaten(food, food.portion.grams)
        assert text.split("\n") == [amount(food.per_portion or 0), f"{amount(low)} to {amount(high)}"]
        assert cells.locator("td").nth(1).inner_text() == shares(
            food.per_portion or 0, recommended(real, "uk", "adult")
        )
        widths[food.id] = float(window.locator("rect.bar").nth(place).get_attribute("width") or "")
        assert widths[food.id] == pytest.approx(236 * (food.per_portion or 0) / most, abs=0.06)
    assert window.locator("path.whisker").count() == 5
    assert widths["mussels-cooked"] > widths["milk-whole"] > 0
    assert "1.5 µg" in (window.locator("svg").text_content() or "")
    page.keyboard.press("Escape")
    assert not window.is_visible()


@pytest.mark.browser
def test_a_plate_adds_up_and_says_what_is_likely_absorbed(
    page: Page, real: KnowledgeBase, foods: dict[str, Food]
) -> None:
    model = real.record("model:absorption")
    assert isinstance(model, Model)
    parameters = Parameters.of(model)
    clams, milk, liver = (foods[name] for name in ("clams-steamed", "milk-whole", "beef-liver-braised"))
    choose(page, "us", "adult")
    plate = on_the_plate(page, clams, milk, liver)
    item(plate, milk).get_by_label("Unit").select_option("g")
    item(plate, milk).get_by_label("Amount").fill("200")
    item(plate, liver).get_by_label("Meal").select_option("evening")
    item(plate, liver).get_by_label("Amount").fill("0,5")
    breakfast = [(clams, clams.portion.grams), (milk, 200.0)]
    evening = [(liver, liver.portion.grams / 2)]
    meals = [breakfast, evening]
    values = [sum(counted(food) * grams / 100 for food, grams in meal) for meal in meals]
    doses = [Range(*(sum(eaten(f, g)[end] for f, g in meal) for end in (0, 1))) for meal in meals]

    def taken(*, factor: bool) -> list[Range]:
        return [
            Range(
                absorbed(dose.low, parameters, intrinsic_factor=factor).low,
                absorbed(dose.high, parameters, intrinsic_factor=factor).high,
            )
            for dose in doses
        ]

    def check(*, factor: bool) -> None:
        rows = [line.split("\t") for line in plate.locator("table.meals tbody tr").all_inner_texts()]
        estimates = taken(factor=factor)
        day = Range(sum(one.low for one in estimates), sum(one.high for one in estimates))
        assert [one[0] for one in rows] == ["Breakfast", "Evening", "The day"]
        assert [one[2] for one in rows] == [in_words(one) for one in (*estimates, day)]
        assert [one[1].split(" (")[0] for one in rows] == [amount(value) for value in (*values, sum(values))]
        assert f"Likely absorbed: {in_words(day)} µg" in plate.locator(".day").inner_text()

    check(factor=True)
    share = shares(sum(values), recommended(real, "us", "adult"))
    assert f"Share of a day: {share}. Adult: 2.4 µg a day (United States" in plate.locator(".day").inner_text()
    low, high = (sum(dose[end] for dose in doses) for end in (0, 1))
    assert f"({amount(low)} to {amount(high)})" in plate.locator(".day").inner_text()
    assert plate.locator(".caution", has_text="A model, not a measurement.").is_visible()
    assert plate.get_by_role("link", name="how it is worked out").is_visible()
    plate.get_by_label("No intrinsic factor").check()
    check(factor=False)
    assert "without intrinsic factor" in plate.locator(".day").inner_text()
    assert taken(factor=False) != taken(factor=True)


@pytest.mark.browser
def test_a_bad_amount_on_the_plate_is_left_out_and_said_so(page: Page, foods: dict[str, Food]) -> None:
    milk, egg = foods["milk-whole"], foods["egg-boiled"]
    plate = on_the_plate(page, milk, egg)
    field = item(plate, milk).get_by_label("Amount")
    for typed, told in [
        ("", "Type a number from 0.1 to 20 portions."),
        ("many", "“many” is not a number."),
        ("-1", "-1 is too little here."),
        ("1e9", "1e9 is too much here."),
        ("80µg", "“µg” is not the unit of this field."),
    ]:
        field.fill(typed)
        assert told in item(plate, milk).inner_text()
        assert field.get_attribute("aria-invalid") == "true"
        assert "Not counted: 1 of 2 foods" in plate.locator(".day").inner_text()
        assert f"Eaten: {amount(egg.per_portion or 0)} " in plate.locator(".day").inner_text()
        assert "NaN" not in plate.inner_text()
    field.fill("80 g")  # a pasted weight: the unit follows
    assert item(plate, milk).get_by_label("Unit").input_value() == "g"
    assert amount(counted(milk) * 0.8) in item(plate, milk).inner_text()
    field.fill("5000")
    assert "5000 is too much here. Type a number from 1 to 2\u00a0000 g." in item(plate, milk).inner_text()
    item(plate, milk).get_by_role("button", name=re.compile("Remove")).click()
    assert plate.locator(".items > li").count() == 1
    assert "Not counted" not in plate.locator(".day").inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Remove"
    plate.get_by_role("button", name="Empty the plate").click()
    assert plate.get_by_text("Nothing on it yet").is_visible()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


@pytest.mark.browser
def test_the_tray_stays_below_the_table_until_something_is_in_it(
    browser: Browser, address: str, foods: dict[str, Food]
) -> None:
    page = opened(browser, address + "foods/", 320, "light")
    tray = page.locator(".tray")
    share = """(tray) => {
        const box = tray.getBoundingClientRect();
        return box.top < innerHeight ? box.height / innerHeight : 0;
    }"""
    assert tray.evaluate(share) == 0
    tick = page.get_by_role("checkbox", name=f"Compare: {foods['veal-liver-braised'].title}", exact=True)
    tick.check()
    assert 0 < tray.evaluate(share) < 0.18
    assert "1 to compare." in tray.inner_text()
    tick.uncheck()
    assert tray.evaluate(share) == 0
    page.get_by_role("button", name=f"Add to plate: {foods['veal-liver-braised'].title}", exact=True).click()
    page.get_by_text("1 on your plate").wait_for()
    assert 0 < tray.evaluate(share) < 0.2
    page.context.close()


@pytest.mark.browser
def test_a_phone_reaches_every_card_though_most_wait_to_be_laid_out(
    browser: Browser, address: str, foods: dict[str, Food]
) -> None:
    page = opened(browser, address + "foods/", 320, "light")
    last = page.locator("table.foods tbody tr").last
    assert last.evaluate("(row) => getComputedStyle(row).contentVisibility") == "auto"
    page.locator("table.foods td.do input").nth(sum(map(sound, foods.values())) - 1).wait_for(state="attached")
    assert page.evaluate("window.find('Clams, cooked') || window.find('clams')")
    last.locator("th a").focus()
    assert page.evaluate("document.activeElement.getBoundingClientRect().bottom <= innerHeight")
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("link", name="All amounts").click()
    top = "document.getElementById('recommended-amounts').getBoundingClientRect().top"
    for _ in range(40):  # the cards that come into sight may push it on, and the browser scrolls after it
        if 0 <= page.evaluate(top) < 200:
            break
        page.wait_for_timeout(50)
    assert 0 <= page.evaluate(top) < 200
    page.emulate_media(media="print")
    assert last.evaluate("(row) => getComputedStyle(row).contentVisibility") == "visible"
    page.context.close()


@pytest.mark.browser
def test_the_plate_prints_as_one_clean_page(page: Page, foods: dict[str, Food]) -> None:
    plate = on_the_plate(page, *(foods[name] for name in FIVE))
    plate.get_by_label("No intrinsic factor").check()
    plate.get_by_role("button", name="Print my plate").click()
    page.emulate_media(media="print")
    paper = page.locator(".my-plate")
    text = paper.inner_text()
    for name in FIVE:
        assert foods[name].title in text
    assert "A model, not a measurement." in text
    assert "Counted without intrinsic factor." in text
    assert page.locator("table.foods").is_hidden()
    assert plate.is_hidden()
    assert page.locator(".md-header").is_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert paper.is_hidden()
    assert plate.is_visible()


@pytest.mark.browser
def test_the_keyboard_alone_fills_a_plate(page: Page, foods: dict[str, Food]) -> None:
    page.get_by_label("Find a food").focus()
    page.keyboard.type("emmental")
    assert shown(page) == [foods["swiss-cheese"].title]
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('td.do input')"):
            break
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.get_by_text("1 on your plate").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.do") == "compare"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    plate = page.get_by_role("dialog", name="My plate")
    plate.wait_for()
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.items input')"):
            break
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    assert amount(3 * (foods["swiss-cheese"].per_portion or 0)) in plate.locator(".day").inner_text()
    page.keyboard.press("Escape")
    assert not plate.is_visible()
    assert page.evaluate("document.activeElement.dataset.do") == "plate"


@pytest.mark.browser
def test_without_script_it_is_a_sorted_table_with_every_issuers_amount(
    browser: Browser, address: str, real: KnowledgeBase, foods: dict[str, Food]
) -> None:
    page = opened(browser, address + "foods/", 320, "light", script=False)
    assert page.locator("table.foods tbody tr:visible").count() == len(foods)
    assert not page.locator("form.filter:visible, .tray:visible, .my-plate:visible, td.do:visible").count()
    by_title = {food.title: food for food in foods.values()}
    order = [by_title[name] for name in shown(page)]
    assert [food.id for food in order] == [r.food.id for r in ranked(real_foods(real), (1.5, 4.0))]
    milk = row(page, foods["milk-whole"]).inner_text()
    assert amount(foods["milk-whole"].per_portion or 0) in milk
    assert shares(foods["milk-whole"].per_portion or 0, recommended(real, "", "adult")) in milk
    line = page.locator("p.how:visible").inner_text()
    assert "United Kingdom 1.5" in line
    assert "European Union 4" in line
    issuers = page.locator("table.issuers")
    assert issuers.locator("tbody tr").count() == 11
    assert "0.5 to 1 RNI" in issuers.inner_text()
    disagreeing = row(page, foods["clams-steamed"]).get_by_role("link", name="why?")
    assert (disagreeing.get_attribute("href") or "").endswith("clams-steamed/#why-the-datasets-disagree")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.context.close()


def real_foods(real: KnowledgeBase) -> list[Food]:
    return [record for record in real.of_kind("food") if isinstance(record, Food)]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_with_a_window_open(
    browser: Browser, address: str, foods: dict[str, Food], width: int, scheme: str
) -> None:
    page = opened(browser, address + "foods/", width, scheme)
    page.get_by_role("checkbox", name=f"Compare: {foods['milk-whole'].title}", exact=True).check()
    page.locator("[data-do=compare]").click()
    page.get_by_role("dialog").wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    plate = on_the_plate(page, foods["clams-steamed"], foods["milk-whole"])
    item(plate, foods["milk-whole"]).get_by_label("Amount").fill("80µg")
    plate.locator("details").evaluate("(details) => { details.open = true }")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert plate.evaluate("(window) => window.scrollWidth <= window.clientWidth")
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_moves_while_the_page_loads(browser: Browser, address: str, width: int) -> None:
    page = opened(browser, address + "foods/", width, "light")
    page.wait_for_load_state("networkidle")
    moved = page.evaluate(
        """new Promise((done) => {
            let moved = 0;
            const seen = (list) => list.getEntries().forEach((entry) => { moved += entry.value });
            new PerformanceObserver(seen).observe({type: 'layout-shift', buffered: true});
            requestAnimationFrame(() => setTimeout(() => done(moved), 100));
        })"""
    )
    assert moved < 0.001
    page.context.close()


@pytest.mark.browser
def test_a_foods_own_page_shows_a_portion_beside_a_days_amount(
    browser: Browser, address: str, real: KnowledgeBase, foods: dict[str, Food]
) -> None:
    food = foods["clams-steamed"]
    page = opened(browser, address + "foods/clams-steamed/", 320, "light")
    low, high = eaten(food, food.portion.grams)
    chart = page.locator("svg.bars")
    assert f"{amount(food.per_portion or 0)} µg" in (chart.text_content() or "")
    assert float(chart.locator("rect.bar").get_attribute("width") or "") == pytest.approx(
        236 * (food.per_portion or 0) / high, abs=0.06
    )
    table = page.locator("table.atlas").first.inner_text()
    assert f"over all figures {amount(low)} to {amount(high)} µg" in table
    assert shares(food.per_portion or 0, recommended(real, "", "adult")) in table
    page.goto(address + "foods/clams-cooked-sr-legacy/")
    assert page.locator("svg.bars").count() == 0
    page.context.close()
