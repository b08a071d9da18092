"""The symptoms compared: the urgent before all else, found by everyday words, ticked, and printed on one page."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from macros.explorer import by_action, compared, signs, uncited
from macros.knowledge import KnowledgeBase
from macros.model.kinds.symptom import Symptom
from macros.prose import plain

from .browser import opened, violations
from .conftest import Sample

PAGE = "symptoms/"
WORST = [
    "weakness",
    "paraesthesia-numbness",
    "ataxia-gait",
    "bladder",
    "vision-loss",
    "lhermitte",
    "cognitive-impairment",
    "fatigue",
]
"""Eight symptoms with more urgent signs than any other eight that one person is likely to tick."""


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page as a visitor meets it; printing is noted, not done."""
    page = opened(browser, address + PAGE, 1280, "light")
    page.evaluate("window.printed = 0; window.print = () => { window.printed += 1; }; undefined")
    yield page
    page.context.close()


def symptoms(base: KnowledgeBase) -> list[Symptom]:
    return [record for record in base.of_kind("symptom") if isinstance(record, Symptom)]


def shown(page: Page) -> list[str]:
    return page.locator("table.explorer tbody tr:visible th a").all_inner_texts()


def tick(page: Page, *ids: str) -> None:
    for name in ids:
        page.locator(f"tr[data-id={name}]").get_by_role("checkbox").check()


def told(page: Page) -> str:
    return page.locator(".ticked [role=status]").inner_text()


def print_list(page: Page) -> str:
    """Presses the button; gives the text of what is then on paper."""
    page.get_by_role("button", name="Print my list").click()
    page.emulate_media(media="print")
    return page.locator("body").inner_text()


def sheets(page: Page, path: Path) -> list[str]:
    """The text of each sheet of paper."""
    page.pdf(path=path, prefer_css_page_size=True)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    return text.split("\f")[:-1]


def test_every_urgent_sign_is_gathered_once_and_leads_to_all_its_symptoms(real: KnowledgeBase) -> None:
    every = symptoms(real)
    for urgency in ("emergency-now", "same-day"):
        cards = [
            (symptom.id, plain(card.text)) for symptom in every for card in symptom.care if card.urgency == urgency
        ]
        gathered = signs(every, urgency)
        assert len({sign.text for sign in gathered}) == len(gathered)
        assert {(symptom.id, sign.text) for sign in gathered for symptom in sign.symptoms} == set(cards)
        assert len(gathered) < len(cards)


def test_a_sign_that_one_card_gives_without_a_source_counts_as_advice(sample: Sample) -> None:
    card = {"urgency": "same-day", "text": "Sudden change.", "basis": "sourced"}
    sample.edit("symptom", "symptom-0", lambda fields: fields.update(care=[card]))
    sample.edit("symptom", "symptom-1", lambda fields: fields.update(care=[card]))
    assert [sign.sourced for sign in signs(symptoms(sample.base()), "same-day")] == [True]
    sample.edit("symptom", "symptom-1", lambda fields: fields.update(care=[{**card, "basis": "editorial"}]))
    found = signs(symptoms(sample.base()), "same-day")
    assert [(sign.sourced, [symptom.id for symptom in sign.symptoms]) for sign in found] == [
        (False, ["symptom-0", "symptom-1"])
    ]


SIGNS_IN_SHORT = {
    "Thoughts of suicide": r"suicide|ending your life|harm to yourself",
    "a drooping face": r"face droops|drooping face|trouble speaking|[Ss]udden (weakness|numbness|dizz|hearing|slurred)",
    "loss of sight": r"loss of sight|Double vision",
    "Chest pain": r"chest pain|[Ff]ainting|collapse|breathless(ness)? at rest",
    "Trouble breathing": r"trouble breathing|cannot swallow|Trouble swallowing",
    "no urine at all": r"genitals|pass(ing)? urine|bladder trouble|same signs without back pain",
    "on both sides": r"on both sides",
    "severe headache": r"headache|confus|a fit",
    "Vomiting blood": r"(?i)vomiting (of )?blood|black stools|heavy bleeding|painful belly|bad belly pain",
    "alemtuzumab": r"alemtuzumab|baclofen|neck injury",
    "cold, pale": r"cold, pale",
}
"""A word of each short line above the signs → how the signs are known that it stands for."""


def test_each_emergency_sign_is_under_what_to_do_with_nothing_lost(real: KnowledgeBase) -> None:
    found = signs(symptoms(real), "emergency-now")
    groups = by_action(found)
    assert sorted(sign.text for _, group in groups for sign in group) == sorted(sign.text for sign in found)
    assert groups[0][0] == "Call the emergency number or a crisis line now."
    for action, group in groups:
        for sign in group:
            assert " ".join(text for text, _ in sign.sentences(action)) == sign.text
            assert not all(said for _, said in sign.sentences(action))
            told = " ".join(text for text, said in sign.sentences(action) if not said)
            number = "emergency number" in sign.text and "crisis line" not in sign.text
            assert ("emergency number" in action) >= number  # nobody is sent on foot who ought to call
            assert "emergency department" in action + told or "emergency department" not in sign.text


def test_the_short_signs_above_the_list_leave_no_sign_out(real: KnowledgeBase) -> None:
    left = [
        sign.text
        for sign in signs(symptoms(real), "emergency-now")
        if not any(re.search(pattern, sign.text) for pattern in SIGNS_IN_SHORT.values())
    ]
    assert left == []


def test_prose_without_citations_keeps_its_stops_and_marks() -> None:
    assert uncited("**MS:** one eye [@a; @b]. It heals [@c], mostly.") == "**MS:** one eye. It heals, mostly."


def test_an_atlas_without_the_general_questions_has_a_list_without_them(sample: Sample, real: KnowledgeBase) -> None:
    assert compared(sample.base())["questions"] == ()
    assert compared(sample.base())["visit"] is None
    assert compared(real)["questions"]
    assert compared(real)["visit"]


@pytest.mark.browser
def test_emergencies_stand_before_all_else_and_none_is_folded(page: Page, real: KnowledgeBase) -> None:
    first = page.locator("article .care").first
    assert first.get_attribute("aria-label") == "Emergency: call now"
    assert first.get_by_text("This may be a stroke").first.is_visible()
    short = first.locator(".signs-in-short li").all_inner_texts()
    assert len(short) == len(SIGNS_IN_SHORT)
    assert all(word in line for word, line in zip(SIGNS_IN_SHORT, short, strict=True))
    listed = first.locator("ul.gathered > li")
    assert listed.count() == len(signs(symptoms(real), "emergency-now"))
    assert all(item.locator(".sign").is_visible() for item in listed.all())
    ours = first.locator("ul.gathered > li[data-advice]")
    assert ours.get_by_text("◇").count() == ours.count()
    assert (
        first.locator("ul.gathered > li:not([data-advice])").get_by_text("◆").count() == listed.count() - ours.count()
    )
    top = first.bounding_box()
    table = page.locator("table.explorer").bounding_box()
    assert top
    assert table
    assert top["y"] < 500
    assert top["y"] < table["y"]
    folded = page.locator("details.care-same-day")
    assert not folded.locator("li").first.is_visible()
    folded.locator("summary").click()
    assert folded.locator("li").first.is_visible()
    page.get_by_role("link", name="go on to the symptoms").click()
    assert page.url.endswith("#every-symptom")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("pins and needles", "Tingling, pins and needles, numbness"),
        ("pins and neeedles", "Tingling, pins and needles, numbness"),
        ("electric shock", "Electric shock on bending the neck (Lhermitte’s sign)"),
        ("wobbly", "Unsteady walking and balance problems"),
        ("woblby", "Unsteady walking and balance problems"),
        ("BRAIN-FOG", "Memory and thinking problems (brain fog)"),
    ],
)
def test_a_symptom_is_found_by_everyday_words_and_with_a_slip(page: Page, words: str, title: str) -> None:
    page.get_by_label("Find a symptom").fill(words)
    assert title in shown(page)
    assert 0 < len(shown(page)) < 10


@pytest.mark.browser
def test_words_that_no_symptom_has_get_a_helpful_line(page: Page, real: KnowledgeBase) -> None:
    page.get_by_label("Find a symptom").fill("xyzzy 1e9")
    assert shown(page) == []
    assert page.locator("form.filter [role=status]").inner_text().startswith("No symptom fits.")
    page.get_by_role("button", name="Show all").click()
    page.locator("form.filter [role=status]").get_by_text(f"{len(symptoms(real))} of").wait_for()
    assert len(shown(page)) == len(symptoms(real))


@pytest.mark.browser
def test_filters_work_together(page: Page, real: KnowledgeBase) -> None:
    page.get_by_label("Part of the body").select_option("legs-feet")
    page.get_by_role("checkbox", name="Towards MS").check()
    page.get_by_role("checkbox", name="Both").check()
    page.get_by_role("checkbox", name="Within days").check()
    expected = [
        symptom.title
        for symptom in symptoms(real)
        if "legs-feet" in symptom.body_parts
        and symptom.points in ("towards-ms", "both")
        and any(card.urgency == "days" for card in symptom.care)
    ]
    assert 1 < len(expected) < 15
    assert shown(page) == expected
    page.get_by_label("Find a symptom").fill("tingling")
    assert "Tingling, pins and needles, numbness" in shown(page)
    assert len(shown(page)) < len(expected)


@pytest.mark.browser
def test_every_row_tells_how_often_in_both_or_that_no_figure_was_found(page: Page, real: KnowledgeBase) -> None:
    for symptom in symptoms(real):
        row = page.locator(f"tr[data-id={symptom.id}]")
        for side, name in ((symptom.b12, "b12"), (symptom.ms, "ms")):
            cell = row.locator(f"td.{name}")
            text = cell.inner_text()
            if not side.how_often:
                assert "figure found" in text
                assert cell.locator("svg").count() == 0
                continue
            figure = side.how_often[0].figure
            assert figure
            assert figure.population in text
            assert "certainty" in text
            sure = side.how_often[0].certainty != "very-low"
            drawn = figure.unit == "percent" and side.occurs == "yes" and sure
            assert cell.locator(f"svg.share.{name}[aria-hidden=true]").count() == drawn


@pytest.mark.browser
def test_what_the_filter_hides_stays_ticked_and_is_told(page: Page) -> None:
    assert told(page) == "Nothing ticked."
    tick(page, "fatigue", "bladder", "tremor")
    assert told(page) == "3 ticked."
    page.get_by_label("Find a symptom").fill("fatigue")
    assert told(page) == "3 ticked, 2 of them hidden by the filter."
    assert "Shaking (tremor)" in print_list(page)
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Clear").click()
    assert told(page) == "Nothing ticked."
    assert page.locator(".tick :checked").count() == 0


@pytest.mark.browser
def test_nothing_is_kept_of_what_one_ticks(page: Page) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    tick(page, "fatigue", "bladder")
    print_list(page)
    assert requests == []
    assert page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0
    assert "nothing is stored or sent" in page.locator(".ticked").text_content()  # type: ignore[operator]
    page.reload()
    assert page.locator(".tick :checked").count() == 0


@pytest.mark.browser
def test_with_nothing_ticked_there_is_a_helpful_line_and_no_printing(page: Page) -> None:
    page.get_by_role("button", name="Print my list").click()
    assert told(page) == "Tick what you have first: then there is a list to print."
    assert page.evaluate("window.printed") == 0


@pytest.mark.browser
def test_the_list_holds_what_is_ticked_and_the_urgent_first(page: Page) -> None:
    tick(page, "hair-changes", "paraesthesia-numbness")
    text = print_list(page)
    assert page.evaluate("window.printed") == 1
    order = [
        "My symptoms: a list to take to a doctor",
        "Not a diagnosis.",
        "Emergency: call now",
        "Sudden numbness of one side, even if it passes.",
        "Today",
        "New numbness or tingling after using laughing gas",
        "Tingling, pins and needles, numbness Since when: How often:",
        "both feet first, both sides alike",
        "Early greying and dull hair Since when: How often:",
        "Tests a doctor may choose from",
        "Methylmalonic acid (MMA)",
        "What to ask",
        "Which B12 test did I have",
        "Our advice, not yet reviewed by a clinician",
        page.url,
    ]
    places = [" ".join(text.split()).find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)
    assert "Slurred speech" not in text
    assert "Who to test" not in text
    assert "Every symptom" not in text
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert "Every symptom" in page.locator("body").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("ids", [WORST, WORST[:5], ["fatigue"]], ids=len)
def test_the_list_is_large_enough_to_read_and_fits_two_sheets_with_no_row_torn(
    page: Page, tmp_path: Path, ids: list[str]
) -> None:
    assert shutil.which("pdftotext"), "Install poppler-utils."
    tick(page, *ids)
    print_list(page)
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.my-list *')].filter((it) => it.checkVisibility())"
        ".map((it) => parseFloat(getComputedStyle(it).fontSize)))"
    )
    assert 11 <= smallest * 72 / 96 <= 12
    found = [" ".join(text.split()) for text in sheets(page, tmp_path / "list.pdf")]
    assert len(found) == (1 if len(ids) == 1 else 2)
    assert "Not a diagnosis." in found[0]
    whole = " ".join(found)
    assert whole.find("Emergency: call now") < whole.find("Since when")
    assert page.url in found[-1]
    rows = ["".join(text.split()) for text in page.locator(".my-list .apart").all_inner_texts()]
    assert len(rows) == len(ids)
    for row in rows:
        assert any(row in sheet.replace(" ", "") for sheet in found)


@pytest.mark.browser
def test_no_number_on_the_list_looks_like_a_score(page: Page, real: KnowledgeBase) -> None:
    tick(page, *(symptom.id for symptom in symptoms(real)))
    text = print_list(page)
    assert "Slurred speech" in text
    assert re.findall(r"\d+ ?%|\d+ ?/ ?\d+|\d+ (?:of|out of|points|ticked|symptoms)\b", text) == []
    assert re.findall(r"(?i)\bscore|probabilit|towards (?:B12|MS): ?\d|(?:B12|MS): ?\d", text) == []


@pytest.mark.browser
def test_the_keyboard_alone_filters_ticks_and_prints(page: Page) -> None:
    page.get_by_label("Find a symptom").focus()
    page.keyboard.type("pins and needles")
    page.keyboard.press("Enter")  # the form stays
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == (
            "I have: Tingling, pins and needles, numbness"
        ):
            break
    page.keyboard.press("Space")
    assert told(page) == "1 ticked."
    for _ in range(60):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            "(() => { const bar = document.querySelector('.ticked'), it = document.activeElement;"
            " return !bar.contains(it) && it.getBoundingClientRect().bottom > bar.getBoundingClientRect().top + 1 &&"
            " it.getBoundingClientRect().top < bar.getBoundingClientRect().bottom && it.className !== 'table'; })()"
        )
        assert not covered
        if page.evaluate("document.activeElement.textContent") == "Print my list":
            break
    page.keyboard.press("Enter")
    assert page.evaluate("window.printed") == 1
    assert page.evaluate("document.activeElement.textContent") == "Print my list"


@pytest.mark.browser
def test_without_script_all_is_there_and_prints_with_boxes_for_a_pen(browser: Browser, address: str) -> None:
    page = opened(browser, address + PAGE, 320, "light", script=False)
    assert not page.locator("form.filter").is_visible()
    assert not page.locator(".ticked").is_visible()
    assert page.locator(".tick:visible").count() == 0
    assert page.locator("table.explorer tbody tr:visible").count() == page.locator("table.explorer tbody tr").count()
    page.emulate_media(media="print")
    boxes = page.locator(".by-pen")
    assert boxes.count() == page.locator("table.explorer tbody tr").count()
    assert boxes.first.is_visible()
    assert not page.locator(".my-list").is_visible()
    page.context.close()


@pytest.mark.browser
def test_a_phone_shows_each_symptom_as_a_card_without_scrolling_sideways(browser: Browser, address: str) -> None:
    page = opened(browser, address + PAGE, 320, "light")
    tick(page, "fatigue")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("(t => t.scrollWidth - t.clientWidth)(document.querySelector('.compared .table'))") == 0
    row = page.locator("tr[data-id=fatigue]")
    boxes = [cell.bounding_box() for cell in row.locator("th, td").all()]
    assert all(box and box["width"] > 250 for box in boxes)
    label = "getComputedStyle(document.querySelector('tr[data-id=fatigue] td.ms'), '::before').content"
    assert "In MS" in page.evaluate(label)
    target = row.locator(".tick").bounding_box()
    assert target
    assert min(target["width"], target["height"]) >= 44
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_with_everything_open(browser: Browser, address: str, width: int, scheme: str) -> None:
    page = opened(browser, address + PAGE, width, scheme)
    page.evaluate("document.querySelectorAll('article details').forEach(one => { one.open = true; })")
    tick(page, "fatigue", "bladder")
    for row in page.locator("table.explorer tbody tr").all():
        row.scroll_into_view_if_needed()  # a card that was never seen has only a guess for its height
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.browser
def test_a_symptom_s_page_opens_with_the_emergency_then_the_answer_then_both_at_a_glance(
    browser: Browser, address: str
) -> None:
    page = opened(browser, address + "symptoms/glossitis/", 320, "light")
    parts = [".care-emergency-now", ".in-short", "table.compare", ".care-days"]
    boxes = [page.locator(part).first.bounding_box() for part in parts]
    tops = [box["y"] for box in boxes if box]
    assert len(tops) == len(parts)
    assert tops == sorted(tops)
    assert page.locator(".in-short .mark.pointing").inner_text() == "◀ Towards B12"
    assert page.evaluate("(t => t.scrollWidth - t.clientWidth)(document.querySelector('.table:has(.compare)'))") == 0
    assert page.locator("table.compare svg.share.b12").count() == 2
    page.context.close()
