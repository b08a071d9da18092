"""The reader's choices in a real Chromium: country, stage, colours, reading; kept here only, and only when made."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

from macros.knowledge import KnowledgeBase
from macros.load import load_vocabularies
from macros.pages import calls

from .browser import opened, violations
from .conftest import Sample

STORED = "localStorage.getItem('atlas-settings')"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The recommended amounts on a wide screen."""
    page = opened(browser, address + "intakes/", 1280, "light")
    yield page
    page.context.close()


def choose(page: Page, **values: str) -> None:
    """Opens the settings over the page, chooses, and closes them again: by keyboard but for the lists."""
    page.locator(".open-settings").focus()
    page.keyboard.press("Enter")
    page.locator("dialog[open] form.settings").wait_for()
    for name, value in values.items():
        if name in ("country", "stage"):
            page.select_option(f"#setting-{name}", value)
        else:
            page.locator(f"input[name={name}][value={value}]").check()
    page.keyboard.press("Escape")


def issuers(page: Page) -> list[str]:
    shown = [heading for heading in page.locator("article h2").all() if heading.is_visible()]
    return [heading.inner_text().rstrip("¶") for heading in shown]


def showing(page: Page) -> str:
    """What the line above the page says, with what its stylesheet adds."""
    assert page.locator(".showing").is_visible()
    said: str = page.evaluate("getComputedStyle(document.querySelector('.showing .what'), '::after').content")
    return f"{page.locator('.showing').inner_text()} {said}"


def test_a_choice_stands_for_itself_and_for_what_is_within_it(real: KnowledgeBase) -> None:
    countries = real.vocabularies["country"]
    assert countries.choices("uk") == ["uk"]
    assert countries.choices("us-canada") == ["us-canada", "us", "canada"]
    assert {"eu", "france", "ireland"} <= set(countries.choices("eu"))
    assert countries.choices("world") == []
    assert real.vocabularies["life-stage"].choices("adult") == ["adult", "older-adult"]
    assert real.vocabularies["life-stage"].choices("everyone") == []


def test_a_word_within_one_that_is_not_there_is_a_problem(sample: Sample) -> None:
    path = sample.root / "data" / "vocab" / "country.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("within: eu", "within: europe"), encoding="utf-8")
    _, problems = load_vocabularies(sample.root)
    assert any("within: europe" in str(problem) and "country.yml" in str(problem) for problem in problems)


@pytest.mark.browser
def test_without_a_choice_everything_is_shown_and_nothing_is_stored(page: Page, real: KnowledgeBase) -> None:
    assert len(issuers(page)) == len(real.of_kind("intake"))
    assert not page.locator(".showing").is_visible()
    page.locator(".open-settings").click()
    page.locator("dialog[open] form.settings").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.context.cookies() == []


@pytest.mark.browser
def test_the_united_kingdom_leaves_its_own_amounts_here_and_on_the_next_page(page: Page, address: str) -> None:
    everything = issuers(page)
    choose(page, country="uk")
    left = issuers(page)
    assert 0 < len(left) < len(everything)
    assert any(title.startswith("United Kingdom") for title in left)
    assert not any("EFSA" in title or "Japan" in title for title in left)
    assert "United Kingdom" in showing(page)
    page.goto(address + "tests/serum-total-b12/")
    shown = [row for row in page.locator("tr[data-country]").all() if row.is_visible()]
    assert shown
    assert {row.get_attribute("data-country") for row in shown} == {"uk"}
    page.goto(address + "intakes/")
    page.locator(".showing button").click()
    assert issuers(page) == everything
    assert not page.locator(".showing").is_visible()
    assert page.evaluate(STORED) is None


@pytest.mark.browser
def test_a_country_is_shown_what_holds_in_the_union_it_belongs_to(page: Page) -> None:
    choose(page, country="us")
    assert any("Institute of Medicine" in title or "United States and Canada" in title for title in issuers(page))
    choose(page, country="spain")
    assert any("EFSA" in title for title in issuers(page))
    assert not any("ANSES" in title for title in issuers(page))


@pytest.mark.browser
def test_a_stage_leaves_its_rows_and_those_of_everyone(page: Page, address: str) -> None:
    choose(page, stage="pregnant")
    rows = [row.get_attribute("data-stage") for row in page.locator("tr[data-stage]").all() if row.is_visible()]
    assert "pregnant" in rows
    page.goto(address + "intakes/efsa-2015/")
    rows = [row.get_attribute("data-stage") for row in page.locator("tr[data-stage]").all() if row.is_visible()]
    assert set(rows) == {"pregnant"}


@pytest.mark.browser
def test_a_table_without_a_row_for_the_choice_stays_whole(page: Page, address: str) -> None:
    choose(page, country="india")
    page.goto(address + "tests/serum-total-b12/")
    rows = page.locator("tr[data-country]")
    assert rows.count() > 0
    assert all(row.is_visible() for row in rows.all())
    assert "shows everything" in showing(page)


@pytest.mark.browser
def test_a_link_to_something_hidden_shows_it(page: Page, address: str) -> None:
    heading = page.locator("article h2", has_text="Japan").get_attribute("id")
    choose(page, country="uk")
    page.goto("about:blank")
    page.goto(f"{address}intakes/#{heading}")
    page.locator(f"#{heading}").wait_for(state="visible")
    assert json.loads(page.evaluate(STORED))["country"] == "uk"


def numbers(card: Locator) -> list[str]:
    """The numbers that a card offers to tap at once."""
    return [" ".join(link.inner_text().split()) for link in card.locator(".call > p a:visible").all()]


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_without_a_choice_the_numbers_of_most_readers_can_be_tapped_and_the_others_one_tap_away(
    page: Page, address: str, width: int
) -> None:
    """Whoever needs an ambulance has no time for settings: a number to tap stands there before any choice."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + "symptoms/paraesthesia-numbness/")
    card = page.locator(".care-emergency-now").first
    assert numbers(card) == ["Call 999 UK", "Call 911 US", "Call 112 EU"]
    assert card.locator(".call > p a").first.get_attribute("href") == "tel:999"
    assert not card.get_by_text("000 in Australia").is_visible()
    card.locator(".call summary").click()
    assert card.get_by_text("000 in Australia").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


NUMBERS = [
    ("uk", ["Call 999 UK"]),
    ("us", ["Call 911 US"]),
    ("canada", ["Call 911 Canada"]),
    ("ireland", ["Call 112 Ireland"]),
    ("australia-nz", ["Call 000 Australia", "Call 111 New Zealand"]),
    ("japan", ["Call 119 Japan"]),
    ("de-at-ch", ["Call 112 Germany", "Call 144 Austria and Switzerland"]),
    ("nordic", ["Call 112 Nordic and Baltic countries except Norway", "Call 113 Norway"]),
]


@pytest.mark.browser
def test_the_number_to_call_is_that_of_the_country_and_the_others_stay_one_tap_away(page: Page, address: str) -> None:
    page.goto(address + "medicines/ocrelizumab/")
    card = page.locator(".care-emergency-now").first
    for country, told in NUMBERS:
        choose(page, country=country)
        assert numbers(card) == told, country
    card.locator(".call summary").click()
    assert card.get_by_text("911 in US").is_visible()
    assert violations(page) == []


@pytest.mark.browser
def test_help_today_names_the_line_for_advice_of_the_country(page: Page, address: str) -> None:
    page.goto(address + "medicines/ocrelizumab/")
    card = page.locator(".care-same-day").first
    assert numbers(card) == []
    choose(page, country="uk")
    assert numbers(card) == ["Call 111 NHS advice, England, Scotland and Wales"]
    choose(page, country="spain")
    assert numbers(card) == []


def test_every_number_to_call_cites_a_source_and_no_country_has_two_for_one_place(real: KnowledgeBase) -> None:
    found = calls(real.vocabularies["country"])
    assert len(found) >= 25
    assert all(real.record(f"source:{source}") for one in found for source in one.call.sources)
    places = [(one.call.place, one.call.advice) for one in found]
    assert len(places) == len(set(places))
    assert [one.call.number for one in found if one.call.first] == ["999", "911", "112"]


def test_the_number_of_a_union_is_for_members_without_their_own(real: KnowledgeBase) -> None:
    union = next(one for one in calls(real.vocabularies["country"]) if one.country == "eu")
    assert union.choices == "eu"
    bare = real.vocabularies["country"].model_copy(
        update={
            "words": {
                value: word.model_copy(update={"calls": ()}) if value == "spain" else word
                for value, word in real.vocabularies["country"].words.items()
            }
        }
    )
    assert next(one for one in calls(bare) if one.country == "eu").choices == "eu spain"


def test_a_number_whose_source_is_not_there_is_a_problem(sample: Sample) -> None:
    path = sample.root / "data" / "vocab" / "country.yml"
    lost = "    calls:\n      - number: '999'\n        place: UK\n        sources:\n          - nobody-says-so\n"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  us:\n", f"{lost}  us:\n", 1), encoding="utf-8")
    [problem] = [str(one) for one in sample.problems()]
    assert "nobody-says-so" in problem
    assert "999" in problem
    assert "country.yml" in problem


@pytest.mark.browser
def test_the_settings_page_tells_who_says_each_number(page: Page, address: str) -> None:
    page.goto(address + "settings/#numbers")
    rows = page.locator("#numbers ~ .table tbody tr")
    assert rows.count() >= 25
    assert all(row.locator("sup.cite a").count() for row in rows.all())
    assert rows.filter(has_text="New Zealand").first.locator("a[href='tel:111']").is_visible()


def test_no_card_says_twice_to_call_the_emergency_number(real: KnowledgeBase) -> None:
    """The card's own line says it, with the numbers."""
    cards = [
        (key, card.text)
        for key, entry in real.entries.items()
        for card in getattr(entry.record, "care", ())
        if card.urgency == "emergency-now"
    ]
    assert cards
    assert [key for key, text in cards if re.search(r"999|911|112|emergency number\W{0,4} (?:for|if):", text)] == []


@pytest.mark.browser
@pytest.mark.parametrize("path", ["", "about/"])
def test_a_card_written_by_hand_names_the_same_number(page: Page, address: str, path: str) -> None:
    choose(page, country="us")
    page.goto(address + path)
    assert numbers(page.locator(".care-emergency-now")) == ["Call 911 US"]


def shown(page: Page, selector: str) -> list[str]:
    """The texts of what a reader sees of these elements."""
    return [" ".join(one.inner_text().split()) for one in page.locator(selector).all() if one.is_visible()]


def brands(page: Page) -> list[str]:
    """The names that a medicine's page shows in the row of its brands."""
    row = page.locator("tr", has=page.locator("th", has_text="Brands"))
    return [text.split("[")[0] for text in shown(page, f"#{_named(row)} ul.names > li")]


def _named(row: Locator) -> str:
    row.evaluate("row => { row.id = 'the-row' }")
    return "the-row"


@pytest.mark.browser
def test_a_medicine_is_called_as_in_the_country_and_other_names_are_one_tap_away(page: Page, address: str) -> None:
    page.goto(address + "medicines/fampridine/")
    assert [name.split()[0] for name in brands(page)] == ["Fampyra", "Ampyra"]
    assert "European Union" in brands(page)[0]
    assert "United States" in brands(page)[1]
    choose(page, country="us")
    assert [name.split()[0] for name in brands(page)] == ["Ampyra"]
    button = page.locator("#the-row .elsewhere")
    button.focus()
    page.keyboard.press("Enter")
    assert [name.split()[0] for name in brands(page)] == ["Fampyra", "Ampyra"]
    assert button.get_attribute("aria-expanded") == "true"
    assert violations(page) == []
    choose(page, country="ireland")  # within the Union
    page.reload()
    assert [name.split()[0] for name in brands(page)] == ["Fampyra"]
    choose(page, country="japan")
    assert [name.split()[0] for name in brands(page)] == ["Fampyra", "Ampyra"]
    assert not page.locator("#the-row .elsewhere").is_visible()


@pytest.mark.browser
def test_a_name_without_a_country_is_shown_to_everybody(page: Page, address: str) -> None:
    page.goto(address + "medicines/rituximab/")
    assert "Rituxan country not stated" in brands(page)
    choose(page, country="uk")
    assert [name.split()[0] for name in brands(page)] == ["MabThera", "Rituxan"]


@pytest.mark.browser
def test_the_list_of_medicines_names_the_brands_of_the_country(page: Page, address: str) -> None:
    page.goto(address + "medicines/")
    item = page.locator("ul.records > li", has_text="Interferon beta-1b")
    assert "Betaseron (United States)" in item.inner_text()
    assert "Betaferon (European Union)" in item.inner_text()
    choose(page, country="us")
    assert "Betaseron" in item.inner_text()
    assert "Betaferon" not in item.inner_text()


RESULT = "table td .units.lines > span"


@pytest.mark.browser
def test_a_limit_stands_in_both_units_and_for_a_country_in_its_own(page: Page, address: str) -> None:
    page.goto(address + "tests/serum-total-b12/")
    assert shown(page, RESULT)[:2] == ["below 180 ng/L", "below 133 pmol/L"]
    assert page.locator("figure.scale svg text.unit:visible").all_text_contents()[:2] == ["ng/L", "pmol/L"]
    choose(page, country="uk")
    assert {text.split()[-1] for text in shown(page, RESULT)} == {"ng/L"}
    assert set(page.locator("figure.scale svg text.unit:visible").all_text_contents()) == {"ng/L"}
    choose(page, country="nordic")
    assert {text.split()[-1] for text in shown(page, RESULT)} == {"pmol/L"}
    choose(page, country="france")  # no source tells its unit
    assert shown(page, RESULT)[:2] == ["below 180 ng/L", "below 133 pmol/L"]


@pytest.mark.browser
@pytest.mark.parametrize(
    "path", ["guides/blood-tests/", "claims/serum-b12-test/", "questions/normal-b12-but-symptoms/"]
)
def test_a_figure_in_a_sentence_is_given_in_the_unit_of_the_country(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    both = page.locator(".units").first
    assert both.inner_text() == "180 ng/L (133 pmol/L)"
    choose(page, country="us")
    assert both.inner_text() == "180 ng/L"
    choose(page, country="australia-nz")
    assert both.inner_text() == "133 pmol/L"
    assert violations(page) == []


@pytest.mark.browser
def test_the_blood_test_reader_keeps_the_unit_of_the_country(page: Page, address: str) -> None:
    page.goto(address + "tests/")
    part = page.locator("section.reader[aria-labelledby=read-serum-total-b12]")
    part.locator("details.more summary").first.click()
    heads = part.locator("table.limits th[scope=col]:visible")
    assert [one for one in heads.all_inner_texts() if one.startswith("In ")] == ["In ng/L or pg/mL", "In pmol/L"]
    choose(page, country="nordic")
    page.reload()
    part.locator("details.more summary").first.click()
    assert [one for one in heads.all_inner_texts() if one.startswith("In ")] == ["In pmol/L"]
    assert part.locator("select").input_value() == "pmol/L"
    assert part.locator("td.bounds:visible").first.inner_text().endswith("133")


@pytest.mark.browser
def test_the_single_key_can_be_switched_off(page: Page, address: str) -> None:
    choose(page, keys="off")
    page.goto(address)
    page.keyboard.press("/")
    page.locator(".open-search").click()
    page.locator("dialog[open] input").wait_for()
    assert page.locator("dialog input").input_value() == ""
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.locator("dialog[open]").count() == 0


@pytest.mark.browser
def test_after_show_all_reading_goes_on_from_the_title(page: Page) -> None:
    choose(page, country="uk")
    page.locator(".showing button").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H1"


@pytest.mark.browser
def test_colours_and_reading_change_at_once_and_stay(page: Page, address: str) -> None:
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('article p')).fontSize)")
    choose(page, colours="dark", reading="quiet")
    for _ in range(2):
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
        assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('article p')).fontSize)") > size
        page.goto(address + "settings/")
    assert page.locator("input[name=colours][value=dark]").is_checked()


@pytest.mark.browser
def test_the_settings_page_does_the_same_and_goes_back_to_show_all(page: Page, address: str) -> None:
    page.goto(address + "settings/")
    page.select_option("#setting-country", "uk")
    page.locator("input[name=reading][value=quiet]").check()
    assert page.locator(".saved").inner_text() == "Kept in this browser."
    page.get_by_role("button", name="Back to").click()
    assert page.locator("#setting-country").input_value() == ""
    assert json.loads(page.evaluate(STORED)) == {"reading": "quiet", "labels": {}}
    page.locator("input[name=reading][value='']").check()
    assert page.evaluate(STORED) is None


HOSTILE = [
    "null",
    "[]",
    "7",
    "{",
    '{"country": 5, "stage": null, "colours": ["dark"]}',
    '{"country": "\\"] * { display: none } [x=\\"", "labels": 1}',
    '{"country": "<img src=x onerror=alert(1)>", "labels": {"country": "<b>x</b>"}}',
    '{"country": "atlantis", "stage": "ghost", "labels": null}',
    '{"__proto__": {"country": "uk"}}',
]


@pytest.mark.browser
@pytest.mark.parametrize("value", HOSTILE)
def test_a_stored_value_that_is_no_choice_does_nothing(page: Page, real: KnowledgeBase, value: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate("value => localStorage.setItem('atlas-settings', value)", value)
    page.reload(wait_until="networkidle")
    assert len(issuers(page)) == len(real.of_kind("intake"))
    assert page.locator(".showing :is(b, img)").count() == 0
    choose(page, country="uk")
    assert any(title.startswith("United Kingdom") for title in issuers(page))
    assert errors == []


@pytest.mark.browser
def test_a_stored_label_that_is_none_of_ours_is_not_shown(page: Page) -> None:
    stored = json.dumps({"country": "uk", "labels": {"country": 'x" } * { color: red } <b>'}})
    page.evaluate("value => localStorage.setItem('atlas-settings', value)", stored)
    page.reload(wait_until="networkidle")
    assert "your choice" in showing(page)
    assert page.locator(".showing b").count() == 0


@pytest.mark.browser
def test_with_storage_switched_off_a_choice_holds_for_the_page(browser: Browser, address: str) -> None:
    page = browser.new_context().new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('off') } })")
    page.goto(address + "intakes/")
    everything = len(issuers(page))
    page.locator(".open-settings").click()
    page.locator("dialog[open] form.settings").wait_for()
    page.select_option("#setting-country", "uk")
    assert "this page only" in page.locator(".saved").inner_text()
    page.keyboard.press("Escape")
    assert 0 < len(issuers(page)) < everything
    assert "United Kingdom" in showing(page)
    assert errors == []
    page.context.close()


@pytest.mark.browser
def test_what_is_printed_is_what_is_shown(page: Page) -> None:
    choose(page, country="uk")
    shown = issuers(page)
    page.emulate_media(media="print")
    assert issuers(page) == shown
    assert "United Kingdom" in showing(page)
    assert not page.locator(".showing button").is_visible()


@pytest.mark.browser
def test_without_script_everything_is_shown(browser: Browser, address: str, real: KnowledgeBase) -> None:
    page = opened(browser, address + "intakes/", 320, "light", script=False)
    assert len(issuers(page)) == len(real.of_kind("intake"))
    page.goto(address + "settings/")
    assert not page.locator("form.settings").is_visible()
    assert page.locator(".no-script").is_visible()
    page.goto(address + "medicines/fampridine/")
    assert [name.split()[0] for name in brands(page)] == ["Fampyra", "Ampyra"]
    assert numbers(page.locator(".care-emergency-now")) == ["Call 999 UK", "Call 911 US", "Call 112 EU"]
    page.goto(address + "tests/serum-total-b12/")
    assert shown(page, RESULT)[:2] == ["below 180 ng/L", "below 133 pmol/L"]
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_the_settings(browser: Browser, address: str, width: int, scheme: str) -> None:
    page = opened(browser, address + "intakes/", width, scheme)
    page.locator(".open-settings").click()
    page.locator("dialog[open] form.settings").wait_for()
    page.select_option("#setting-country", "uk")
    page.select_option("#setting-stage", "breastfeeding")
    assert violations(page) == []
    assert page.evaluate("(d => d.scrollWidth <= d.clientWidth)(document.querySelector('dialog'))")
    page.keyboard.press("Escape")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_a_choice_moves_nothing_when_the_next_page_opens(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    choose(page, country="de-at-ch", stage="breastfeeding")
    page.add_init_script(
        """window.shift = 0;
        new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shift += e.value; })
            .observe({ type: "layout-shift", buffered: true });"""
    )
    page.goto(address + "intakes/", wait_until="networkidle")
    assert page.locator(".showing").is_visible()
    assert page.evaluate("window.shift") == 0
