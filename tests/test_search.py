"""The search: what it looks through, and in a real Chromium what a reader types, sees and chooses."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Response, expect

from macros.knowledge import KnowledgeBase
from macros.model import KINDS
from macros.search import index, sources

from .browser import opened, violations
from .conftest import ROOT, Sample

BUDGET = 150_000
"""Bytes, gzipped, that may be fetched before the first result."""


def entries(data: str) -> list[dict[str, Any]]:
    read = json.loads(data)
    return [
        {"kind": read["kinds"][kind][0], "address": read["kinds"][kind][3] + address, "title": title, "names": names}
        for kind, address, title, _, names in read["pages"]
    ]


def test_every_record_is_looked_through_once(real: KnowledgeBase) -> None:
    found = [entry["address"] for data in (index(real, []), sources(real)) for entry in entries(data)]
    records = [f"{entry.record.KIND.folder}/{entry.record.id}/" for entry in real.entries.values()]
    assert sorted(found) == sorted(records)
    assert {entry["kind"] for entry in entries(sources(real))} == {"source"}


def test_other_names_and_brands_are_looked_through(real: KnowledgeBase) -> None:
    found = {entry["address"]: entry["names"] for entry in entries(index(real, []))}
    assert "Ocrevus" in found["medicines/ocrelizumab/"]
    assert set(real.record("symptom:paraesthesia-numbness").aliases) <= set(found["symptoms/paraesthesia-numbness/"])


def test_a_written_page_is_found_by_its_title_and_headings(sample: Sample) -> None:
    markdown = (
        "---\ntitle: In the menu\n---\n\n# On the *page* {: #top }\n\n"
        '<div class="in-short">\n<p><strong>In short.</strong> All\nof it &amp; more.</p>\n</div>\n\n'
        '## Of {{ count("food") }} foods\n\n```md\n## no heading\n```\n\n### Caf&#233;\n'
    )
    data = json.loads(index(sample.base(), [("guides/one.md", markdown), ("guides/index.md", "# All\n")]))
    one, two = data["pages"][-2:]
    assert one[1:] == ["guides/one/", "On the page", "All of it & more.", ["Of foods", "Café"]]
    assert two[1:] == ["guides/", "All", "", []]


def test_a_page_without_heading_is_found_by_its_front_matter(sample: Sample) -> None:
    markdown = "---\ntitle: Home\ndescription: 'Said: here'\n---\nText.\n"
    entry = json.loads(index(sample.base(), [("index.md", markdown)]))["pages"][-1]
    assert entry[1:] == ["", "Home", "Said: here", []]


def test_text_of_a_record_stays_text(sample: Sample) -> None:
    kind = next(iter(KINDS))
    record = sample.base().of_kind(kind)[0]
    sample.edit(kind, record.id, lambda fields: fields.update(aliases=['"},{"', "a < b & c"]))
    found = {entry["address"]: entry["names"] for entry in entries(index(sample.base(), []))}
    assert found[f"{record.KIND.folder}/{record.id}/"][:2] == ['"},{"', "a < b & c"]


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A symptom's page on a phone."""
    page = opened(browser, address + "symptoms/fatigue/", 320, "light")
    yield page
    page.context.close()


def asked(page: Page, query: str) -> Locator:
    """The results of a query that is typed into the window."""
    if not page.locator("dialog[open]").count():
        page.keyboard.press("/")
        page.locator("dialog[open] input").wait_for()
    page.locator("dialog input").fill("")
    page.keyboard.type(query)
    expect(page.locator(".results")).to_have_attribute("data-query", query.strip())
    return page.locator(".results li")


def titles(results: Locator) -> list[str]:
    return results.locator(".title").all_inner_texts()


QUERIES = [
    ("pins and needles", "Tingling, pins and needles, numbness", 1),
    ("electric shock", "Electric shock on bending the neck (Lhermitte’s sign)", 1),
    ("can I take b12 with ocrevus", "Is B12 safe with my MS medicine", 2),
    ("Ocrevus", "Ocrelizumab", 1),
    ("parasthesia", "Tingling, pins and needles, numbness", 4),
    ("paresthesia", "Tingling, pins and needles, numbness", 4),
    ("fatuige", "Tiredness and fatigue", 2),
    ("metphormin", "Metformin", 2),
    ("anemia", "anaemia", 2),
    ("vitamin B-12 level", "Total B12 in blood (serum B12)", 3),
    ("lhermittes", "Electric shock on bending the neck (Lhermitte’s sign)", 2),
    ("laughing gas", "Nitrous oxide (laughing gas)", 2),
    ("brain fog", "Memory and thinking problems (brain fog)", 1),
    ("is it b12 or ms?", "Is it B12 or MS?", 3),
]
"""What people type, what they must find, and within how many results."""


@pytest.mark.browser
@pytest.mark.parametrize(("query", "title", "within"), QUERIES, ids=[query for query, _, _ in QUERIES])
def test_everyday_words_and_slips_find_the_page(page: Page, query: str, title: str, within: int) -> None:
    found = titles(asked(page, query))[:within]
    assert any(name.startswith(title) for name in found), found


@pytest.mark.browser
def test_the_number_of_results_is_told_and_the_words_are_marked(page: Page) -> None:
    results = asked(page, "electric shock")
    status = page.locator("dialog [role=status]")
    assert status.inner_text() == f"{results.count()} results"
    assert results.first.locator("mark").all_inner_texts()[:2] == ["Electric", "shock"]


@pytest.mark.browser
def test_the_kinds_leave_what_is_of_one_kind(page: Page) -> None:
    asked(page, "milk")
    page.get_by_role("button", name="Foods").click()
    assert set(page.locator(".results .kind").all_inner_texts()) == {"Food"}
    assert page.get_by_role("button", name="Foods").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="All", exact=False).first.click()
    assert len(set(page.locator(".results .kind").all_inner_texts())) > 1


@pytest.mark.browser
def test_more_results_than_fit_are_shown_when_asked_for(page: Page) -> None:
    results = asked(page, "b12")
    assert results.count() == 30
    page.get_by_role("button", name="Show all").click()
    page.locator(".results li:nth-child(31)").wait_for()
    assert page.locator("dialog [role=status]").inner_text() == f"{results.count()} results"
    assert page.evaluate("document.activeElement === document.querySelectorAll('.results a')[30]")


@pytest.mark.browser
def test_sources_are_found_when_asked_for(page: Page) -> None:
    asked(page, "fingolimod")
    assert "Source" not in page.locator(".results .kind").all_inner_texts()
    page.get_by_role("button", name="Sources").click()
    page.locator(".results .kind", has_text="Source").first.wait_for()
    assert set(page.locator(".results .kind").all_inner_texts()) == {"Source"}


@pytest.mark.browser
def test_an_author_is_found_among_the_sources(page: Page) -> None:
    asked(page, "Jonnalagadda")
    page.get_by_role("button", name="Sources").click()
    page.locator(".results .kind", has_text="Source").first.wait_for()
    assert any("FTY720" in title for title in titles(page.locator(".results li")))


@pytest.mark.browser
def test_what_only_the_sources_hold_is_found_there_unasked(page: Page) -> None:
    assert any("functional vitamin B12 status among adult vegans" in t for t in titles(asked(page, "Niklewicz")))


@pytest.mark.browser
def test_where_nothing_is_found_the_lists_are_offered(page: Page) -> None:
    assert asked(page, "qqqzzzx").count() == 0
    assert page.locator("dialog [role=status]").inner_text() == "No results"
    assert "qqqzzzx" in page.locator(".nothing p").inner_text()
    link = page.locator(".nothing a", has_text="Symptoms")
    link.click()
    page.wait_for_url("**/symptoms/")


@pytest.mark.browser
@pytest.mark.parametrize(
    "query",
    ["<img src=x onerror=document.title='x'>", "\"'`;--\\", "((((*+?[", "a" * 200, "💉 B12", "%00\u202e", "   "],
)
def test_a_hostile_query_is_only_text(page: Page, query: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    before = page.title()
    page.keyboard.press("/")
    page.locator("dialog[open] input").fill(query)
    page.locator("dialog .found:not(:has-text('Loading'))").wait_for(state="attached")
    assert page.locator("dialog img").count() == 0
    assert page.title() == before
    assert errors == []


@pytest.mark.browser
def test_the_keyboard_does_everything(page: Page) -> None:
    page.locator(".open-search").focus()
    page.keyboard.press("Enter")
    page.locator("dialog[open] input").wait_for()
    assert page.evaluate("document.activeElement.id") == "search-field"
    results = asked(page, "numb")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == titles(results)[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "search-field"
    page.keyboard.press("ArrowDown")
    wanted = results.first.locator("a").get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(str(wanted))


@pytest.mark.browser
def test_enter_opens_the_best_result(page: Page) -> None:
    asked(page, "pins and needles")
    page.keyboard.press("Enter")
    page.wait_for_url("**/symptoms/paraesthesia-numbness/")


@pytest.mark.browser
def test_escape_closes_the_window_and_the_focus_goes_back(page: Page) -> None:
    page.locator(".open-search").focus()
    page.keyboard.press("Enter")
    page.locator("dialog[open] input").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="detached")
    assert page.evaluate("document.activeElement.className") == "open-search"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("query", ["", "numbness", "qqqzzzx"])
def test_axe_finds_nothing_in_the_window(browser: Browser, address: str, width: int, scheme: str, query: str) -> None:
    page = opened(browser, address + "symptoms/fatigue/", width, scheme)
    if query:
        asked(page, query)
    else:
        page.keyboard.press("/")
        page.locator(".try button").first.wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("(d => d.scrollWidth <= d.clientWidth)(document.querySelector('dialog'))")
    page.context.close()


@pytest.mark.browser
def test_the_page_answers_the_question_in_its_address(browser: Browser, address: str) -> None:
    page = opened(browser, address + "search/?q=parasthesia", 320, "dark")
    page.locator(".results li").first.wait_for()
    assert page.locator("input[type=search]").input_value() == "parasthesia"
    assert any(title.startswith("Tingling") for title in titles(page.locator(".results li")))
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("/")
    assert page.locator("dialog").count() == 0
    assert page.evaluate("document.activeElement.id") == "search-field"
    page.context.close()


@pytest.mark.browser
def test_without_script_the_page_leads_to_every_list(browser: Browser, address: str) -> None:
    page = opened(browser, address + "symptoms/fatigue/", 320, "light", script=False)
    page.locator(".open-search").click()
    page.wait_for_url("**/search/")
    links = page.locator("ul.records a")
    assert links.all_inner_texts() == [model.KIND.plural for model in KINDS.values()]
    assert all(link.is_visible() for link in links.all())
    page.context.close()


@pytest.mark.browser
def test_where_the_data_cannot_be_had_the_window_says_so(page: Page) -> None:
    page.route("**/search.json", lambda route: route.abort())
    page.keyboard.press("/")
    page.locator("dialog .found", has_text="could not be loaded").wait_for()
    page.unroute("**/search.json")
    assert titles(asked(page, "electric shock"))[0].startswith("Electric shock")


@pytest.mark.browser
def test_little_is_fetched_before_the_first_result(page: Page) -> None:
    answers: list[Response] = []
    page.wait_for_load_state("networkidle")
    page.on("response", lambda answer: answers.append(answer))
    asked(page, "pins and needles")
    fetched = {answer.url.rpartition("/")[2]: len(gzip.compress(answer.body())) for answer in answers}
    assert {"search.json", "minisearch.js", "search-window.js"} <= fetched.keys()
    assert sum(fetched.values()) <= BUDGET, fetched


def test_the_search_needs_one_package_that_needs_no_other() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    assert "dependencies" not in lock["packages"]["node_modules/minisearch"]
