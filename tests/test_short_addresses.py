"""The permanent short address of each record: it leads to the record's page, wherever that stands, and on for ever."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page

from macros import check
from macros.knowledge import KnowledgeBase
from macros.load import load_retired
from macros.permanent import FOLDER, LENGTH, code, short_path

from .conftest import ROOT, Sample
from .published import HOSTILE, IN_XML, SITE, published, texts, with_text

START = "http://localhost:8000/"
LEADS = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]*)">')
RETIRED = (
    "- was: food:eel\n  now: food:food-0\n  date: 2026-02-03\n  why: It is the same fish.\n"
    "- was: claim:old\n  date: 2026-02-04\n  why: Nobody says so any more.\n"
    "- was: dish:stew\n  now: food:food-0\n  date: 2026-02-05\n  why: Its kind is no more.\n"
)


@pytest.mark.parametrize(
    ("key", "signs"),
    [("symptom:fatigue", "vrbbbm"), ("food:salmon-pink-canned", "sx7qf2"), ("term:blood-film", "324jsm")],
)
def test_the_address_of_a_record_stays_for_ever(key: str, signs: str) -> None:
    assert code(key) == signs, "addresses that people have cited would lead nowhere"


def test_each_record_has_an_address_of_its_own(real: KnowledgeBase) -> None:
    found = {code(key) for key in real.entries}
    assert len(found) == len(real.entries)
    assert all(re.fullmatch(rf"[2-9b-df-hjkmnp-tv-z]{{{LENGTH}}}", signs) for signs in found)


def test_every_short_address_leads_to_the_page_of_its_record(site: Path, real: KnowledgeBase) -> None:
    assert {f"{FOLDER}{path.name}" for path in (site / FOLDER).iterdir()} == {short_path(key) for key in real.entries}
    for key, entry in real.entries.items():
        page = f"{entry.record.KIND.folder}/{entry.record.id}/"
        text = (site / short_path(key)).read_text(encoding="utf-8")
        (target,) = LEADS.findall(text)
        assert urljoin(START + short_path(key), target) == START + page
        assert (site / page / "index.html").is_file()
        assert unescape(text).count(f'<a href="{target}">{entry.record.title}</a>') == 1, "without the browser's help"
        assert f'<link rel="canonical" href="{START}{page}">' in text
        assert '<meta name="robots" content="noindex">' in text
        assert "default-src 'none'" in text
        assert "<script" not in text
        assert len(text) < 1000


def test_no_short_address_stands_in_the_sitemap_or_in_the_zip(site: Path) -> None:
    assert f"{START}{FOLDER}" not in (site / "sitemap.xml").read_text(encoding="utf-8")
    assert f"b12-ms-atlas/{FOLDER}".encode() not in (site / "b12-ms-atlas.zip").read_bytes()


def test_the_short_address_of_a_retired_id_leads_on(sample: Sample) -> None:
    (sample.root / "data" / "retired.yml").write_text(RETIRED, encoding="utf-8")
    base = sample.base()
    assert not base.problems
    found = texts(published(base), ".html")
    for key in ("food:eel", "dish:stew", "food:food-0"):
        text = found[short_path(key)]
        assert LEADS.findall(text) == ["../foods/food-0/"]
        assert f'<link rel="canonical" href="{SITE}foods/food-0/">' in text
    gone = found[short_path("claim:old")]
    assert LEADS.findall(gone) == []
    assert "This page was taken away on 4 February 2026. Nobody says so any more." in gone
    assert gone.replace('"../"', '"../../"') == found["claims/old/index.html"]


def test_the_guide_shows_how_an_id_is_retired(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "contribute" / "records.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(- was: .*?)^```$", guide, re.DOTALL | re.MULTILINE)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "retired.yml").write_text(example, encoding="utf-8")
    (item,), problems = load_retired(tmp_path)
    assert problems == []
    assert (item.was, item.now) == ("food:eel-smoked", "food:eel")


def test_without_the_sites_address_it_leads_along_the_folders(sample: Sample) -> None:
    text = texts(published(sample.base(), ""), ".html")[short_path("food:food-0")]
    assert '<link rel="canonical" href="../foods/food-0/">' in text


def test_a_title_that_means_harm_is_text(sample: Sample) -> None:
    found = texts(published(with_text(sample.base(), HOSTILE)), ".html")
    text = found[short_path("food:food-0")]
    assert "<script" not in text
    assert unescape(text).count(IN_XML) == 2
    assert len(LEADS.findall(text)) == 1


def test_an_id_whose_short_address_is_taken_is_a_problem(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    def crowded(key: str) -> str:
        return "222222" if key in ("food:food-0", "claim:claim-1", "food:eel") else code(key)

    monkeypatch.setattr(check, "code", crowded)
    sample.edit(
        "food", "food-0", lambda fields: fields["changes"].append(fields["changes"][0] | {"date": "2025-12-01"})
    )
    (message,) = sample.messages()
    assert "data/claims/claim-1.yml" in message
    assert "'claim:claim-1', whose short address '222222' is that of 'food:food-0'" in message
    (sample.root / "data" / "retired.yml").write_text(RETIRED, encoding="utf-8")
    assert len(sample.messages()) == 2, "nor may a new record take that of one that is no more"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(service_workers="block", permissions=["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_browser_follows_it(browser: Browser, address: str, script: bool) -> None:
    context = browser.new_context(service_workers="block", java_script_enabled=script)
    page = context.new_page()
    for key, title in (("symptom:fatigue", "Tiredness and fatigue"), ("source:adams-1971", "")):
        page.goto(address + short_path(key))
        kind, _, name = key.partition(":")
        page.wait_for_url(f"{address}{kind}s/{name}/")
        assert title in page.locator("h1").inner_text()
    context.close()


@pytest.mark.browser
def test_the_reference_and_the_short_address_are_copied_by_a_button(page: Page, address: str) -> None:
    page.goto(f"{address}symptoms/fatigue/")
    page.get_by_text("Cite this page").click()
    for name, begins in (
        ("Copy the reference", "The B12 & MS Atlas contributors. Tiredness and fatigue."),
        ("Copy the address", f"{START}{short_path('symptom:fatigue')}"),
    ):
        button = page.get_by_role("button", name=name)
        button.click()
        button.locator("xpath=following-sibling::*[1]").get_by_text("Copied.").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(begins)
        assert copied.endswith(f"{START}{short_path('symptom:fatigue')}")


@pytest.mark.browser
def test_where_copying_is_forbidden_the_text_is_selected(page: Page, address: str) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(f"{address}symptoms/fatigue/")
    page.get_by_text("Cite this page").click()
    page.get_by_role("button", name="Copy the address").click()
    page.get_by_text("Selected: copy it").wait_for()
    assert page.evaluate("getSelection().toString()") == f"{START}{short_path('symptom:fatigue')}"


@pytest.mark.browser
def test_without_scripts_there_is_no_button(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{address}symptoms/fatigue/")
    page.get_by_text("Cite this page").click()
    assert page.locator(".cite-page a").first.is_visible()
    assert page.locator(".cite-page button:visible").count() == 0
    page.close()
