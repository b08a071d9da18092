"""The claims page in a real Chromium: found by words, subject and verdict; whole without JavaScript and on paper."""

from collections import Counter

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from macros.knowledge import KnowledgeBase
from macros.model.kinds.claim import Claim

from .browser import opened


def claims(real: KnowledgeBase) -> list[Claim]:
    return [record for record in real.of_kind("claim") if isinstance(record, Claim)]


def rows(page: Page) -> Locator:
    return page.locator("table.claims tr[data-topic]:visible")


def status(page: Page) -> str:
    return page.locator("form.filter [role=status]").inner_text()


@pytest.fixture
def page(browser: Browser, address: str) -> Page:
    return opened(browser, f"{address}claims/", 1280, "light")


@pytest.mark.browser
def test_every_claim_stands_with_its_verdict_and_certainty(page: Page, real: KnowledgeBase) -> None:
    assert rows(page).count() == len(claims(real))
    assert status(page) == f"{len(claims(real))} of {len(claims(real))} claims."
    shown = Counter(page.locator("table.claims tr[data-topic]").evaluate_all("all => all.map(r => r.dataset.verdict)"))
    assert shown == Counter(claim.verdict for claim in claims(real))
    assert page.locator("table.claims tr[data-topic] .mark.certainty").count() == len(claims(real))


@pytest.mark.browser
def test_a_claim_is_found_by_words_with_a_slip(page: Page) -> None:
    page.get_by_label("Find a claim").fill("homocystiene")
    texts = rows(page).all_inner_texts()
    assert texts
    assert all(
        "omocysteine" in text or "omocysteine" in (words or "")
        for text, words in zip(
            texts,
            page.locator("table.claims tr[data-topic]:visible").evaluate_all("all => all.map(r => r.dataset.words)"),
            strict=True,
        )
    )


@pytest.mark.browser
def test_subject_and_verdicts_narrow_the_list_together(page: Page, real: KnowledgeBase) -> None:
    page.get_by_label("About").select_option("food-and-diet")
    page.locator("input[name=verdict][value=wrong]").check()
    page.locator("input[name=verdict][value=overstated]").check()
    wanted = {c.title for c in claims(real) if c.topic == "food-and-diet" and c.verdict in ("wrong", "overstated")}
    assert wanted
    assert set(page.locator("table.claims tr[data-topic]:visible th a").all_inner_texts()) == wanted
    assert page.locator("table.claims tr.group:visible").count() == 1
    page.get_by_role("button", name="Show all").click()
    many = len(claims(real))
    expect(page.locator("form.filter [role=status]")).to_have_text(f"{many} of {many} claims.")
    assert rows(page).count() == len(claims(real))


@pytest.mark.browser
def test_what_is_not_there_is_told(page: Page) -> None:
    page.get_by_label("Find a claim").fill("zzzz <b>")
    assert rows(page).count() == 0
    assert status(page) == "No claim fits. Try another word, or show all."


@pytest.mark.browser
def test_the_keyboard_alone_filters_and_opens_a_claim(page: Page) -> None:
    page.get_by_label("Find a claim").focus()
    page.keyboard.type("fingolimod")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("input[name=verdict]").first.is_checked()
    page.keyboard.press("Space")
    rows(page).first.locator("a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims/*/")
    assert page.locator(".in-short .mark.verdict").first.is_visible()


@pytest.mark.browser
def test_without_script_every_claim_stands_and_no_control_that_does_nothing(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}claims/", 320, "dark", script=False)
    assert page.locator("table.claims tr[data-topic]").first.is_visible()
    assert not page.locator("form.filter").is_visible()


@pytest.mark.browser
def test_printed_it_is_the_table_alone(page: Page, real: KnowledgeBase) -> None:
    page.emulate_media(media="print")
    assert not page.locator("form.filter").is_visible()
    assert rows(page).count() == len(claims(real))
