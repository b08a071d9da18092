"""The blood-test reader: figures in every unit, the ranges of each guideline, and a line that helps for bad input."""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from macros.bloodtests import Reading, reading, three_digits
from macros.figure import number
from macros.knowledge import KnowledgeBase
from macros.model.kinds.test import Test
from macros.units import converted

from .browser import opened, violations
from .conftest import Sample

TESTS = ["serum-total-b12", "holotranscobalamin", "mma", "homocysteine", "folate"]
ADVICE = "Thresholds differ by laboratory and method: the range printed on your own report comes first."
CONVERTED = [
    ("serum-total-b12", 200, "ng/L", "pmol/L"),
    ("serum-total-b12", 148, "pmol/L", "ng/L"),
    ("serum-total-b12", 1234.5, "pg/mL", "pmol/L"),
    ("holotranscobalamin", 300, "pmol/L", "ng/L"),
    ("mma", 0.29, "µmol/L", "nmol/L"),
    ("homocysteine", 49.1, "µmol/L", "nmol/L"),
    ("folate", 5, "ng/mL", "nmol/L"),
    ("folate", 12, "nmol/L", "micrograms-per-litre"),
]


def read_of(real: KnowledgeBase, name: str) -> Reading:
    record = real.record(f"test:{name}")
    assert isinstance(record, Test)
    found = reading(record, real.vocabularies)
    assert found
    return found


def label(real: KnowledgeBase, unit: str) -> str:
    return real.vocabularies["unit"][unit].label


@pytest.fixture(scope="module")
def shared(browser: Browser, address: str) -> Iterator[Page]:
    """The page of the reader, for tests that leave nothing behind in it but typed figures."""
    page = opened(browser, address + "tests/", 1280, "light")
    yield page
    page.context.close()


def section(page: Page, name: str) -> Locator:
    return page.locator(f'section.reader[aria-labelledby="read-{name}"]')


def typed(page: Page, name: str, text: str, unit: str | None = None) -> str:
    """What the reader says of a figure."""
    part = section(page, name)
    if unit:
        part.locator("input[name=figure]").fill("")
        part.locator("select[name=unit]").select_option(unit)
    part.locator("input[name=figure]").fill(text)
    return part.locator("[role=status]").inner_text()


def line(told: str, issuer: str) -> str:
    """What it says of one guideline."""
    return next(line for line in told.splitlines() if line.startswith(issuer))


def test_the_bounds_of_a_source_stand_as_they_are_and_others_are_marked_as_ours(real: KnowledgeBase) -> None:
    nice, review, *_ = read_of(real, "serum-total-b12").guidelines
    assert [bounds.text for bounds in nice.limits[1].bounds] == ["180 to 350", "133 to 258"]
    assert [bounds.text for bounds in review.limits[1].bounds] == ["180 to 350", "about 133 to 258"]
    assert read_of(real, "mma").guidelines[0].limits[0].bounds[1].text == "below 0.4"


def test_units_of_the_same_number_share_a_column(real: KnowledgeBase) -> None:
    assert read_of(real, "serum-total-b12").columns == (("ng/L", "pg/mL"), ("pmol/L",))
    assert read_of(real, "folate").columns == (("ng/mL", "micrograms-per-litre"), ("nmol/L",))
    assert read_of(real, "homocysteine").mass is None


def test_what_is_no_concentration_has_no_reading(real: KnowledgeBase) -> None:
    record = real.record("test:full-blood-count-mcv")
    assert isinstance(record, Test)
    assert record.thresholds
    assert reading(record, real.vocabularies) is None


def test_ranges_that_overlap_are_not_drawn_side_by_side(real: KnowledgeBase) -> None:
    test = real.record("test:mma")
    assert isinstance(test, Test)
    first = test.thresholds[0]
    overlapping = [first, first.model_copy(update={"over": 300, "under": 500, "other_over": 0.3, "other_under": 0.5})]
    copy = test.model_copy(update={"thresholds": tuple(overlapping)})
    found = reading(copy, real.vocabularies)
    assert found
    assert found.guidelines[0].scale is None
    assert read_of(real, "mma").guidelines[0].scale


@pytest.mark.parametrize("name", TESTS)
def test_a_scale_holds_every_letter_and_the_ends_of_every_range(real: KnowledgeBase, name: str) -> None:
    found = read_of(real, name)
    for guideline in found.guidelines:
        drawn = ElementTree.fromstring(guideline.scale or "")
        cells = {(group.findtext("text") or ""): group.find("rect") for group in drawn.iter("g")}
        for limit in guideline.limits:
            cell = cells[limit.letter]
            assert cell is not None
            under = [bounds.under for bounds in limit.bounds]
            assert [float(end) for end in cell.get("data-end", "").split()] == [end for end in under if end is not None]
            described = drawn.findtext("desc") or ""
            assert f"{limit.letter}, {limit.bounds[0].text} {label(real, found.columns[0][0])}:" in described


@pytest.mark.parametrize(("value", "kept"), [(406.5, 407), (0, 0), (1355, 1360), (0.0012345, 0.00123), (147.601, 148)])
def test_a_converted_value_keeps_three_digits(value: float, kept: float) -> None:
    assert three_digits(value) == kept


def test_a_test_without_units_to_convert_keeps_its_page(sample: Sample) -> None:
    base = sample.base()
    record = base.record("test:test-0")
    assert isinstance(record, Test)
    assert not record.conversions
    assert reading(record, base.vocabularies) is None


@pytest.mark.browser
@pytest.mark.parametrize(("name", "value", "start", "end"), CONVERTED)
def test_a_figure_is_converted_as_python_does(
    shared: Page, real: KnowledgeBase, name: str, value: float, start: str, end: str
) -> None:
    expected = number(three_digits(converted(value, start, end, read_of(real, name).mass)))
    told = typed(shared, name, str(value), start)
    assert f"{number(value)} {label(real, start)} is" in told
    assert f"{expected} {label(real, end)}" in told


@pytest.mark.browser
def test_two_hundred_nanograms_are_about_148_picomoles(shared: Page) -> None:
    assert "200 ng/L is 200 pg/mL, or about 148 pmol/L." in typed(shared, "serum-total-b12", "200", "ng/L")


@pytest.mark.browser
@pytest.mark.parametrize("name", TESTS)
def test_a_figure_in_any_range_of_any_guideline_is_called_what_the_record_calls_it(
    shared: Page, real: KnowledgeBase, name: str
) -> None:
    found = read_of(real, name)
    for n, column in enumerate(found.columns):
        for guideline in found.guidelines:
            for limit in guideline.limits:
                over, under = limit.bounds[n].over, limit.bounds[n].under
                value = over * 1.5 if over and under is None else ((over or 0) + (under or 0)) / 2
                told = line(typed(shared, name, f"{value:.6g}", column[0]), guideline.issuer)
                meaning = real.vocabularies["result-meaning"][limit.threshold.meaning].label
                assert told.partition(": ")[2].startswith(f"{limit.letter}, {limit.bounds[n].text}")
                assert f"called “{meaning}”" in told
                assert (limit.threshold.note or "") in told
    marks = section(shared, name).locator("g.mine")
    assert marks.count() == len(found.guidelines)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("value", "unit", "letter"),
    [
        ("179.9", "ng/L", "A"),
        ("180", "ng/L", "B"),
        ("180", "pg/mL", "B"),
        ("350", "ng/L", "B"),
        ("350.1", "ng/L", "C"),
        ("132.9", "pmol/L", "A"),
        ("133", "pmol/L", "B"),
        ("258", "pmol/L", "B"),
        ("259", "pmol/L", "C"),
    ],
)
def test_a_figure_on_a_limit_lies_in_the_range_that_names_both_its_ends(
    shared: Page, value: str, unit: str, letter: str
) -> None:
    assert line(typed(shared, "serum-total-b12", value, unit), "NICE").partition(": ")[2].startswith(f"{letter}, ")


@pytest.mark.browser
def test_a_figure_outside_the_ranges_has_no_name_and_is_told_the_nearest(shared: Page) -> None:
    told = typed(shared, "serum-total-b12", "145.6", "ng/L")
    outside = "has no name for this figure. Its nearest range does not hold it:"
    assert f"{outside} C, 146 to 200 ng/L" in line(told, "North Bristol")
    assert f": {outside} A" not in line(told, "NICE")
    assert f"{outside} A, below 200 ng/L" in line(typed(shared, "serum-total-b12", "200", "ng/L"), "British Society")
    assert f"{outside} A, 5 to 15 µmol/L" in line(typed(shared, "homocysteine", "20", "µmol/L"), "Hospital")


@pytest.mark.browser
def test_a_figure_far_from_every_limit_asks_for_the_unit(shared: Page) -> None:
    doubt = "Is the unit the one on your report?"
    assert doubt in typed(shared, "mma", "0.45", "nmol/L")
    assert doubt in typed(shared, "mma", "450", "µmol/L")
    assert doubt not in typed(shared, "mma", "450", "nmol/L")
    assert doubt not in typed(shared, "serum-total-b12", "2000", "pg/mL")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("text", "start", "nice"),
    [
        ("<50", "Below 50 ng/L is below 50 pg/mL", "A, below 180"),
        ("< 180", "Below 180 ng/L", "A, below 180"),
        ("≤180", "At most 180 ng/L", "cannot be placed, for it reaches across A"),
        (">2000", "Above 2,000 ng/L is above 2,000 pg/mL", "C, above 350"),
        (">350", "Above 350 ng/L", "C, above 350"),
        ("more than 300", "Above 300 ng/L", "cannot be placed, for it reaches across B"),
        ("<400", "Below 400 ng/L", "cannot be placed, for it reaches across A"),
        (">= 2000", "At least 2,000 ng/L", "C, above 350"),
    ],
)
def test_a_sign_before_the_number_is_understood(shared: Page, text: str, start: str, nice: str) -> None:
    told = typed(shared, "serum-total-b12", text, "ng/L")
    assert told.startswith(start)
    assert line(told, "NICE").partition(": ")[2].startswith(nice)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("text", "unit", "start"),
    [
        ("350 pg/mL", "pg/mL", "350 pg/mL"),
        ("350pg/ml", "pg/mL", "350 pg/mL"),
        ("258 pmol/l", "pmol/L", "258 pmol/L"),
        ("<50 pmol/L", "pmol/L", "Below 50 pmol/L"),
        ("147,6", "ng/L", "147.6 ng/L"),
        ("1.234,5", "ng/L", "1,234.5 ng/L"),
    ],
)
def test_a_pasted_unit_or_a_comma_is_understood(shared: Page, text: str, unit: str, start: str) -> None:
    assert typed(shared, "serum-total-b12", text, "ng/L").startswith(f"{start} is")
    assert section(shared, "serum-total-b12").locator("select").input_value() == unit


@pytest.mark.browser
def test_a_unit_chosen_after_a_pasted_one_counts(shared: Page) -> None:
    typed(shared, "serum-total-b12", "350 pg/mL")
    part = section(shared, "serum-total-b12")
    part.locator("select").select_option("pmol/L")
    assert part.locator("input").input_value() == "350"
    assert part.locator("[role=status]").inner_text().startswith("350 pmol/L is")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Type a number"),
        ("   ", "Type a number"),
        ("abc", "is not a number"),
        ("-5", "is too little"),
        ("0", "is too little"),
        ("1e9", "is too much"),
        ("1,234", "without a comma"),
        ("NaN", "is not a number"),
        ("<", "Type a number"),
        ("<abc", "is not a number"),
        ("180-350", "not a range"),
        ("5 mmol/L", "is not the unit"),
        ("5 <b>x</b>", "does not belong"),
    ],
)
def test_bad_input_gets_a_line_beside_the_field_and_no_result(shared: Page, text: str, says: str) -> None:
    typed(shared, "serum-total-b12", "200", "ng/L")
    assert typed(shared, "serum-total-b12", text) == ""
    part = section(shared, "serum-total-b12")
    field = part.locator("input")
    problem = part.locator(".error")
    assert says in problem.inner_text()
    assert problem.get_attribute("id") in (field.get_attribute("aria-describedby") or "").split()
    assert field.get_attribute("aria-invalid") == "true"
    assert part.locator("g.mine, .yours").count() == 0
    assert "NaN" not in part.inner_text().replace("“NaN”", "")
    typed(shared, "serum-total-b12", "200")
    assert field.get_attribute("aria-invalid") is None
    assert problem.inner_text() == ""


@pytest.mark.browser
@pytest.mark.parametrize("name", TESTS)
def test_it_never_says_that_the_reader_has_something(shared: Page, real: KnowledgeBase, name: str) -> None:
    told = set()
    for column in read_of(real, name).columns:
        for figure in ("0.01", "5", "14", "70", "133", "200", "400", "950", "20000", "<50", ">2000", "<5", "≥180"):
            told.add(typed(shared, name, figure, column[0]))
    assert len(told) > 20
    for text in told:
        assert ADVICE in text
        assert not re.search(
            r"\byou (?:have|are|may|might|suffer|lack|need)\b|you’re|\bscore\b|\bdiagnos|NaN", text, re.I
        )
    assert not re.search(r"\byou (?:have|suffer|lack)\b", shared.locator("article").inner_text(), re.I)


@pytest.mark.browser
def test_what_cannot_wait_stands_first(shared: Page, real: KnowledgeBase) -> None:
    tops = [shared.locator(".care-emergency-now").first, shared.locator("section.reader").first]
    heights = [box["y"] for one in tops if (box := one.bounding_box())]
    assert len(heights) == 2
    assert heights == sorted(heights)
    for name in TESTS:
        text = section(shared, name).inner_text()
        soon = [card for card in read_of(real, name).test.care if card.urgency in ("same-day", "days")]
        assert soon
        for card in soon:
            assert 0 < text.index(card.text[:40]) < text.index("Your figure")


@pytest.mark.browser
@pytest.mark.parametrize("name", TESTS)
def test_what_misleads_and_what_to_ask_come_from_the_record(shared: Page, real: KnowledgeBase, name: str) -> None:
    test = read_of(real, name).test
    typed(shared, name, "20")
    part = section(shared, name)
    links = part.locator("[role=status] a")
    assert [link.inner_text() for link in links.all()] == ["what can make it misleading", "what to ask"]
    for link in links.all():
        assert part.locator(f"[id='{(link.get_attribute('href') or '').removeprefix('#')}']").is_visible()
    text = part.inner_text()
    for item in (*test.falsely_low, *test.falsely_high, *test.pitfalls, *test.ask):
        assert re.split(r"[\[*]", item)[0].strip() in text
    answers = part.locator("a[href*='/questions/']")
    assert answers.count() > 0


@pytest.mark.browser
def test_the_country_of_the_settings_comes_first_and_all_others_stay(
    browser: Browser, address: str, real: KnowledgeBase
) -> None:
    page = opened(browser, address + "tests/", 1280, "light")
    page.evaluate("localStorage.setItem('atlas-settings', JSON.stringify({ country: 'us' }))")
    page.reload()
    part = section(page, "serum-total-b12")
    assert part.locator("select").input_value() == "pg/mL"
    names = [name.inner_text() for name in part.locator("figcaption strong").all()]
    assert names[0].startswith("American Family Physician")
    guidelines = read_of(real, "serum-total-b12").guidelines
    assert sorted(names) == sorted(one.issuer for one in guidelines)
    told = typed(page, "serum-total-b12", "200")
    items = part.locator("[role=status] li")
    assert items.count() == len(guidelines)
    assert items.first.inner_text().startswith("American Family Physician")
    assert all(line(told, one.issuer) for one in guidelines)
    page.evaluate("dispatchEvent(new CustomEvent('atlas-settings', { detail: { country: 'uk' } }))")
    expect(page.locator("section.reader [role=status] li").first).to_have_text(re.compile(r"^\s*NICE"))
    page.context.close()


@pytest.mark.browser
def test_nothing_that_is_typed_is_kept_or_sent(browser: Browser, address: str) -> None:
    page = opened(browser, address + "tests/", 1280, "light")
    page.wait_for_load_state("networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    typed(page, "serum-total-b12", "123")
    page.locator("input[name=figure]").first.press("Enter")
    assert sent == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.context.cookies() == []
    assert "123" not in page.url
    assert "not stored and not sent" in page.locator("article").inner_text()
    page.context.close()


@pytest.mark.browser
def test_the_keyboard_alone_reads_a_figure_and_clears_it(browser: Browser, address: str) -> None:
    page = opened(browser, address + "tests/#read-mma", 1280, "light")
    part = section(page, "mma")
    page.keyboard.press("Tab")
    for _ in range(6):
        if part.locator("input").evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type("500")
    assert "500 nmol/L is 0.5 µmol/L" in part.locator("[role=status]").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert "500 µmol/L is 500,000 nmol/L" in part.locator("[role=status]").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#read-mma-figure")).to_be_focused()
    expect(part.locator("[role=status]")).to_have_text("")
    assert part.locator("input").input_value() == ""
    assert part.locator(".error").inner_text() == ""
    page.context.close()


def _holds_all(page: Page, real: KnowledgeBase, visible: Mapping[str, bool]) -> None:
    """Every test's limits and conversions are in sight, in both units."""
    for name in TESTS:
        found = read_of(real, name)
        part = section(page, name)
        text = part.inner_text()
        for guideline in found.guidelines:
            for limit in guideline.limits:
                assert all(bounds.text in text for bounds in limit.bounds)
        assert part.locator("table.limits").count() == bool(found.guidelines)
        tables = part.locator("table.conversion")
        assert tables.count() == len(found.tables)
        for table, (_, _, rows) in zip(tables.all(), found.tables, strict=True):
            box = table.bounding_box()
            assert box
            assert box["height"] > 20 * len(rows) * 0.5
            assert table.locator("tbody tr").count() == len(rows) >= 5
    for selector, seen in visible.items():
        assert page.locator(selector).first.is_visible() == seen, selector


@pytest.mark.browser
def test_without_script_the_page_holds_limits_and_conversions(
    browser: Browser, address: str, real: KnowledgeBase
) -> None:
    page = opened(browser, address + "tests/", 320, "light", script=False)
    _holds_all(page, real, {"form.figure": False, ".result": False, "svg.ranges": True, "ul.records": True})
    assert len(page.locator("ul.records li").all()) == len(real.of_kind("test"))
    page.context.close()


@pytest.mark.browser
def test_on_paper_the_page_holds_limits_and_conversions_and_with_a_figure_only_its_test(
    browser: Browser, address: str, real: KnowledgeBase
) -> None:
    page = opened(browser, address + "tests/", 1280, "light")
    page.emulate_media(media="print")
    _holds_all(page, real, {".md-header": False, "nav.figures": False, "form.figure": False, "ul.records": True})
    page.emulate_media(media="screen")
    typed(page, "mma", "500", "nmol/L")
    page.emulate_media(media="print")
    part = section(page, "mma")
    assert "500 nmol/L is 0.5 µmol/L" in part.locator("[role=status]").inner_text()
    assert part.locator("table.conversion").first.is_visible()
    assert part.locator("g.mine").is_visible()
    assert not part.locator("button").is_visible()
    assert not section(page, "serum-total-b12").is_visible()
    assert not page.locator("ul.records").is_visible()
    assert page.locator(".care-emergency-now").first.is_visible()
    assert page.locator("ol.references").is_visible()
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_with_results_shown_and_the_page_fits(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    page = opened(browser, address + "tests/", width, scheme)
    typed(page, "serum-total-b12", "<400")
    typed(page, "holotranscobalamin", "30 pmol/L")
    typed(page, "mma", "abc")
    for folded in page.locator("details.more > summary").all()[:4]:
        folded.click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for control in section(page, "serum-total-b12").locator("input, select, button").all():
        box = control.bounding_box()
        assert box
        assert box["height"] >= 44
    page.context.close()


@pytest.mark.browser
def test_a_test_s_own_page_draws_its_limits_and_leads_to_the_reader(browser: Browser, address: str) -> None:
    page = opened(browser, address + "tests/serum-total-b12/", 320, "light")
    assert page.locator("svg.ranges").count() >= 4
    assert page.locator("tr[data-country]").count() >= 10
    page.get_by_role("link", name="Read it beside these limits").click()
    page.wait_for_url("**/tests/#read-serum-total-b12")
    assert section(page, "serum-total-b12").locator("input").is_visible()
    page.context.close()
