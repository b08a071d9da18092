"""The maps of the pathways in a real Chromium: moved, chosen from, filtered by evidence; and the map of all of them."""

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from macros import prose
from macros.knowledge import KnowledgeBase
from macros.model.kinds.pathway import Pathway, Step
from macros.overview import shared
from macros.strength import IN_PEOPLE, counted, ladder

from .browser import opened, violations

pytestmark = pytest.mark.browser

FINGOLIMOD = "pathways/fingolimod-cd320/"


def pathways(base: KnowledgeBase) -> list[Pathway]:
    return [record for record in base.of_kind("pathway") if isinstance(record, Pathway)]


def pathway(base: KnowledgeBase, name: str) -> Pathway:
    record = base.record(f"pathway:{name}")
    assert isinstance(record, Pathway)
    return record


def number_of(page: Page, arrow: int) -> None:
    """Clicks the number on an arrow, which stands clear of all else."""
    page.locator(f'svg a.arrow[href="#arrow-{arrow}"] circle.number').click()


def cited(step: Step) -> set[str]:
    """The sources of a step and of its note."""
    return {*step.sources, *re.findall(r"@([\w-]+)", step.note or "")}


def test_choosing_an_arrow_shows_its_sentences_evidence_certainty_and_sources(
    browser: Browser, address: str, real: KnowledgeBase
) -> None:
    record = pathway(real, "fingolimod-cd320")
    steps = {step.id: step for step in record.steps}
    page = opened(browser, address + FINGOLIMOD, 1280, "light")
    for number, arrow in enumerate(record.drawing.arrows, 1):
        number_of(page, number)
        panel = page.locator(".chosen")
        shown = " ".join(panel.inner_text().split())
        assert shown.startswith(f"Arrow {number} of {len(record.drawing.arrows)} ")
        sources = set()
        for step in (steps[name] for name in arrow.steps):
            assert prose.plain(step.text) in shown
            assert real.vocabularies["evidence"][step.evidence].label in shown
            assert real.vocabularies["certainty"][step.certainty].label in shown
            sources |= cited(step)
        links = panel.locator(".rests-on li > a:first-child").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        assert {link.rstrip("/").rpartition("/")[2] for link in links} == sources
        assert panel.locator(f'a[href="#arrow-{number}"]').is_visible()
    assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size") == page.evaluate(
        "document.querySelectorAll('[id]').length"
    ), "nothing was copied with its name"
    page.context.close()


_LABELS = """all => all.map(node => {
  const widths = [...node.querySelectorAll("text, tspan")].map(text => text.getBBox().width);
  return [node.textContent, Math.max(...widths), node.querySelector("rect").getBBox().width];
})"""


def test_every_label_has_room_in_its_box(browser: Browser, address: str, real: KnowledgeBase) -> None:
    """In the site's own font: one of the system might be wider."""
    for record in pathways(real):
        page = opened(browser, f"{address}pathways/{record.id}/", 1280, "light")
        labels = page.locator("svg.pathway .node").evaluate_all(_LABELS)
        assert len(labels) == len({name for band in record.drawing.bands for name in band.nodes})
        assert [label for label, wide, box in labels if not 0 < wide <= box - 6] == []
        font = "getComputedStyle(document.querySelector('svg.pathway .node text')).fontFamily"
        assert page.evaluate(font).startswith('"Atkinson Hyperlegible Next"')
        page.context.close()


def test_choosing_a_box_shows_what_it_is_and_leads_on_to_its_arrows(
    browser: Browser, address: str, real: KnowledgeBase
) -> None:
    record = pathway(real, "fingolimod-cd320")
    node = next(node for node in record.nodes if node.id == "cd320")
    page = opened(browser, address + FINGOLIMOD, 1280, "light")
    page.locator('svg a.node[data-node="cd320"] rect').click()
    panel = page.locator(".chosen")
    assert panel.locator(".heading").inner_text() == node.label
    assert str(node.identifiers.uniprot) in panel.inner_text()
    own = {step.id for step in record.steps if node.id in (step.start, *step.together_with, step.end)}
    arrows = [n for n, arrow in enumerate(record.drawing.arrows, 1) if own & {*arrow.steps}]
    listed = panel.locator('ul a[href^="#arrow-"]')
    assert listed.evaluate_all("all => all.map(a => a.getAttribute('href'))") == [f"#arrow-{n}" for n in arrows]
    listed.first.click()
    assert panel.locator(".heading").inner_text().startswith(f"Arrow {arrows[0]} of")
    assert page.url.endswith(FINGOLIMOD), "nothing was left"
    page.context.close()


def test_the_map_by_keyboard_alone(browser: Browser, address: str) -> None:
    page = opened(browser, address + FINGOLIMOD, 1280, "light")
    page.locator(".canvas").focus()
    focused = "document.activeElement"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.getAttribute('href')") == "#arrow-1"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(f"{focused}.textContent").startswith("Arrow 2 of ")
    assert page.locator('svg a[aria-current="true"]').get_attribute("href") == "#arrow-2"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Next
    assert page.evaluate(f"{focused}.textContent") == "Next"
    assert page.locator(".chosen .heading").inner_text().startswith("Arrow 3 of ")
    assert page.locator(".chosen + [role=status]").inner_text().startswith("3. ")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")  # Previous
    assert page.locator(".chosen .heading").inner_text().startswith("Arrow 2 of ")
    page.keyboard.press("Escape")
    assert page.evaluate(f"{focused}.getAttribute('href')") == "#arrow-2"
    assert "Choose an arrow" in page.locator(".chosen").inner_text()
    for _ in range(60):  # out at the other end: nobody is held
        page.keyboard.press("Tab")
        if not page.evaluate(f"{focused}.closest('figure.map') !== null"):
            break
    assert not page.evaluate(f"{focused}.closest('figure.map') !== null")
    assert page.evaluate(f"{focused} !== document.body")
    page.context.close()


def test_at_either_end_of_the_pathway_there_is_no_further(browser: Browser, address: str) -> None:
    page = opened(browser, address + FINGOLIMOD, 1280, "light")
    number_of(page, 1)
    previous = page.get_by_role("button", name="Previous")
    assert previous.get_attribute("aria-disabled") == "true"
    previous.click(force=True)
    assert page.locator(".chosen .heading").inner_text().startswith("Arrow 1 of ")
    page.get_by_role("button", name="Close").click()
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#arrow-1"
    page.context.close()


def place(page: Page) -> str:
    """Where the drawing stands in its frame; empty where all of it shows."""
    moved: str = page.locator("svg.pathway g.view").evaluate("view => view.style.transform")
    return moved


def until(page: Page, condition: str) -> None:
    """Waits for what the browser does in its own time: Playwright's own way needs `eval`, which the page forbids."""
    for _ in range(250):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"never: {condition}")


def test_buttons_zoom_and_fit_shows_everything_again(browser: Browser, address: str) -> None:
    page = opened(browser, address + FINGOLIMOD, 1280, "light")
    frame = "(box => [box.left + scrollX, box.top + scrollY, box.width, box.height])(svg.getBoundingClientRect())"
    before = page.locator("svg.pathway").evaluate(f"svg => {frame}")
    closer = page.get_by_role("button", name="Zoom in")
    closer.click()
    closer.click()
    assert "scale(1.96)" in place(page)
    assert page.locator(".look [role=status]").inner_text() == "196%"
    page.get_by_role("button", name="Zoom out").click()
    assert "scale(1.4)" in place(page)
    assert page.locator("svg.pathway").evaluate(f"svg => {frame}") == before, "nothing around the drawing moves"
    page.get_by_role("button", name="Fit").click()
    assert place(page) == ""
    for _ in range(20):
        closer.click()
    assert "scale(6)" in place(page)
    for _ in range(20):
        page.get_by_role("button", name="Zoom out").click()
    assert place(page) == ""
    page.context.close()


def test_keys_move_the_drawing_only_in_its_frame_and_only_as_far_as_it_goes(browser: Browser, address: str) -> None:
    page = opened(browser, address + FINGOLIMOD, 1280, "light")
    page.locator(".canvas").focus()
    before = page.evaluate("scrollY")
    page.keyboard.press("ArrowDown")
    until(page, f"scrollY > {before}")  # all of it shows: the key scrolls the page
    assert place(page) == ""
    page.keyboard.press("+")
    middle = place(page)
    page.keyboard.press("ArrowRight")
    moved = place(page)
    assert moved != middle
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    edge = place(page)
    page.keyboard.press("ArrowRight")
    assert place(page) == edge
    page.keyboard.press("0")
    assert place(page) == ""
    page.locator("h1").click()
    page.keyboard.press("+")
    assert place(page) == "", "no single key does anything elsewhere"
    page.context.close()


def test_the_wheel_scrolls_the_page_and_zooms_only_with_ctrl(browser: Browser, address: str) -> None:
    page = opened(browser, address + FINGOLIMOD, 1280, "light")
    page.locator("svg.pathway").hover()
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 120)
    until(page, f"scrollY > {before}")
    assert place(page) == ""
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    until(page, "document.querySelector('svg.pathway g.view').style.transform !== ''")
    page.keyboard.up("Control")
    page.context.close()


def test_a_drag_moves_a_zoomed_drawing_and_opens_nothing(browser: Browser, address: str) -> None:
    page = opened(browser, address + FINGOLIMOD, 1280, "light")
    page.get_by_role("button", name="Zoom in").click()
    node = page.locator('svg a.node[data-node="cd320"] rect')
    node.scroll_into_view_if_needed()
    box = node.bounding_box()
    assert box
    before = place(page)
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] - 20, box["y"] - 20, steps=5)
    page.mouse.up()
    assert place(page) != before
    assert "Choose an arrow" in page.locator(".chosen").inner_text()
    node.click()
    assert page.locator(".chosen.open").is_visible(), "the next click is one again"
    page.context.close()


def test_two_fingers_zoom(browser: Browser, address: str) -> None:
    page = opened(browser, address + FINGOLIMOD, 320, "light")
    page.locator("svg.pathway").evaluate(
        """svg => {
            const at = (name, id, x, y) => svg.dispatchEvent(new PointerEvent(name,
                { pointerId: id, pointerType: "touch", clientX: x, clientY: y, button: 0, bubbles: true }));
            svg.setPointerCapture = () => {}; // these fingers are not the browser's own
            const { left, top } = svg.getBoundingClientRect();
            at("pointerdown", 11, left + 100, top + 100);
            at("pointerdown", 12, left + 150, top + 100);
            at("pointermove", 12, left + 200, top + 100);
            at("pointerup", 11, 0, 0);
            at("pointerup", 12, 0, 0);
        }"""
    )
    assert "scale(2)" in place(page)
    page.context.close()


def test_a_finger_at_the_edge_of_the_drawing_scrolls_the_page_on(browser: Browser, address: str) -> None:
    page = opened(browser, address + FINGOLIMOD, 320, "light")
    page.get_by_role("button", name="Zoom in").click()
    moved = page.locator("svg.pathway").evaluate(
        """svg => {
            const at = (name, y) => svg.dispatchEvent(new PointerEvent(name,
                { pointerId: 11, pointerType: "touch", clientX: 100, clientY: y, button: 0, bubbles: true }));
            svg.setPointerCapture = () => {};
            const places = [scrollY];
            at("pointerdown", 700);
            for (const y of [690, 0, -400, -700]) {
                at("pointermove", y);
                places.push(scrollY);
            }
            at("pointerup", -700);
            return places;
        }"""
    )
    assert moved[1] == moved[0], "first the drawing moves"
    assert moved[-1] > moved[0], "then the page"
    page.context.close()


def test_the_drawing_glides_only_for_those_who_want_motion(browser: Browser, address: str) -> None:
    durations = []
    for motion in ("reduce", "no-preference"):
        page = opened(browser, address + FINGOLIMOD, 1280, "light")
        page.emulate_media(reduced_motion="reduce" if motion == "reduce" else "no-preference")
        durations.append(page.locator("g.view").evaluate("view => getComputedStyle(view).transitionDuration"))
        page.context.close()
    assert durations == ["0s", "0.15s"]


def test_what_takes_the_focus_comes_into_sight(browser: Browser, address: str) -> None:
    page = opened(browser, address + FINGOLIMOD, 1280, "light")
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()
    for node in page.locator("svg a.node").all():
        node.focus()
        inside = node.evaluate(
            """node => {
                const [box, frame] = [node, node.ownerSVGElement].map(one => one.getBoundingClientRect());
                return box.right > frame.left && box.left < frame.right
                    && box.bottom > frame.top && box.top < frame.bottom;
            }"""
        )
        assert inside
    page.context.close()


def kept(record: Pathway, kinds: tuple[str, ...]) -> set[str]:
    """The steps that a choice of the filter leaves: those, and what speaks against one of them."""
    strong = {step.id for step in record.steps if step.evidence in kinds}
    for step in record.steps:
        countered = {other.id for other in record.steps if other.end == step.end and not other.counter}
        if step.counter and (not countered or countered & strong):
            strong = strong | {step.id}
    return strong


@pytest.mark.parametrize("name", ["abcd", "homocysteine", "absorption", "methylation"])
def test_the_filter_leaves_the_steps_that_rest_on_this_evidence_and_what_speaks_against_them(
    browser: Browser, address: str, real: KnowledgeBase, name: str
) -> None:
    record = pathway(real, name)
    page = opened(browser, f"{address}pathways/{name}/", 1280, "light")
    shown = "all => all.filter(row => row.checkVisibility()).map(row => row.dataset.step)"
    for place, rung in enumerate(ladder(record, real.vocabularies["evidence"])):
        page.locator('input[name="rests-on"]').nth(place).check()
        left = kept(record, rung.kinds) if rung.kinds else {step.id for step in record.steps}
        assert set(page.locator("tr[data-step]").evaluate_all(shown)) == left
        drawn = {f"#arrow-{n}" for n, arrow in enumerate(record.drawing.arrows, 1) if {*arrow.steps} <= left}
        arrows = page.locator("svg a.arrow:not([aria-hidden])")
        assert set(arrows.evaluate_all("all => all.map(a => a.getAttribute('href'))")) == drawn
        status = page.locator("form .left").inner_text()
        if rung.kinds:
            count = f"{rung.count} of {len(record.steps)} steps" if rung.count else f"None of the {len(record.steps)}"
            assert status.startswith(count)
            assert "not false" in status
        else:
            assert status == ""
    page.context.close()


def test_weak_evidence_against_a_step_stays_as_long_as_that_step(
    browser: Browser, address: str, real: KnowledgeBase
) -> None:
    record = pathway(real, "abcd")
    against = next(step for step in record.steps if step.id == "abcd-07")
    assert against.counter
    assert any(other.end == against.end and other.evidence == IN_PEOPLE for other in record.steps if not other.counter)
    page = opened(browser, address + "pathways/abcd/", 1280, "light")
    row = page.locator('tr[data-step="abcd-07"]')
    row.evaluate("row => { row.dataset.evidence = 'hypothesis'; }")
    page.locator('input[name="rests-on"]').first.check()
    assert row.is_visible()
    assert "stays with it: 1 more" in page.locator("form .left").inner_text()
    page.locator(f'tr[data-nodes$="{against.end}"]:not([data-counter])').evaluate_all(
        "rows => rows.forEach(row => { row.dataset.evidence = 'hypothesis'; })"
    )
    page.locator('input[name="rests-on"]').nth(1).check()
    assert not row.is_visible()
    page.context.close()


def test_what_is_left_out_is_not_reached_and_what_was_chosen_of_it_closes(
    browser: Browser, address: str, real: KnowledgeBase
) -> None:
    record = pathway(real, "fingolimod-cd320")
    steps = {step.id: step for step in record.steps}
    hypothesis = next(
        n for n, a in enumerate(record.drawing.arrows, 1) if any(steps[s].evidence == "hypothesis" for s in a.steps)
    )
    page = opened(browser, address + FINGOLIMOD, 1280, "light")
    number_of(page, hypothesis)
    page.locator('input[name="rests-on"]').nth(1).check()
    assert "Choose an arrow" in page.locator(".chosen").inner_text()
    hidden = page.locator(f'svg a[href="#arrow-{hypothesis}"]')
    assert hidden.get_attribute("tabindex") == "-1"
    assert not hidden.locator("circle.number").is_visible()
    number_of(page, 1)
    numbers = [page.locator(".chosen .heading").inner_text()]
    while page.get_by_role("button", name="Next").get_attribute("aria-disabled") == "false":
        page.get_by_role("button", name="Next").click()
        numbers.append(page.locator(".chosen .heading").inner_text())
    assert len(numbers) == page.locator("svg a.arrow:not([aria-hidden])").count()
    assert not [text for text in numbers if text.startswith(f"Arrow {hypothesis} of")]
    page.context.close()


def test_without_script_arrows_and_boxes_lead_to_the_tables(browser: Browser, address: str) -> None:
    page = opened(browser, address + FINGOLIMOD, 1280, "light", script=False)
    for control in (".look", ".chosen", "figure.map form"):
        assert not page.locator(control).is_visible()
    page.locator("svg a.arrow").first.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#arrow-1")
    assert page.locator("#arrow-1").is_visible()
    links = page.locator("svg a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    ids = set(page.locator("[id]").evaluate_all("all => all.map(one => '#' + one.id)"))
    assert [link for link in links if link.startswith("#") and link not in ids] == []
    page.context.close()


def test_on_a_phone_what_is_chosen_stands_below_and_covers_nothing_of_it(browser: Browser, address: str) -> None:
    page = opened(browser, address + "pathways/absorption/", 320, "light")
    for arrow in (1, 9, 16):
        number_of(page, arrow)
        chosen = page.locator('svg a[aria-current="true"] circle.number').bounding_box()
        panel = page.locator(".chosen").bounding_box()
        assert chosen
        assert panel
        assert chosen["y"] + chosen["height"] <= panel["y"]
        assert panel["y"] + panel["height"] <= 801
        page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.close()


def test_all_of_a_zoomed_and_filtered_diagram_is_printed(browser: Browser, address: str) -> None:
    page = opened(browser, address + "pathways/absorption/", 1280, "dark")
    page.get_by_role("button", name="Zoom in").click()
    assert place(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 720, "height": 1000})
    frame = page.locator("svg.pathway").bounding_box()
    assert frame
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= 720
    assert frame["height"] <= 21 / 2.54 * 96 + 1, "it fits a sheet"
    for drawn in page.locator("svg.pathway :is(.node, .band)").all():
        box = drawn.bounding_box()
        assert box
        assert frame["x"] <= box["x"] + 1
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
        assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 1
    for control in (".look", ".chosen", "figure.map form"):
        assert not page.locator(control).is_visible()
    page.locator('input[name="rests-on"]').nth(1).evaluate("choice => choice.click()")
    assert page.locator("form .left").is_visible(), "the paper says what it leaves out"
    page.context.close()


@pytest.mark.parametrize("name", ["absorption", "methylation", "medicines"])
def test_a_diagram_is_printed_on_one_sheet(browser: Browser, address: str, name: str) -> None:
    page = opened(browser, f"{address}pathways/{name}/", 1280, "light")
    page.get_by_role("button", name="Zoom in").click()
    page.evaluate("document.body.replaceChildren(document.querySelector('svg.pathway').closest('.md-typeset'))")
    page.evaluate("document.querySelector('.md-typeset').replaceChildren(document.querySelector('.canvas'))")
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert len(sheets) == 1
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_an_open_and_filtered_map(browser: Browser, address: str, width: int, scheme: str) -> None:
    page = opened(browser, address + FINGOLIMOD, width, scheme)
    page.locator('input[name="rests-on"]').nth(2).check()
    page.get_by_role("button", name="Zoom in").click()
    page.locator("svg a.arrow").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".chosen.open").is_visible()
    assert violations(page) == []
    page.locator('svg a.node[data-node="cd320"]').focus()
    page.keyboard.press("Enter")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_the_map_of_all_pathways_leads_to_each_and_to_what_they_share(
    browser: Browser, address: str, real: KnowledgeBase
) -> None:
    page = opened(browser, address + "pathways/", 320, "light")
    boxes = page.locator("svg.overview a.node").evaluate_all("all => all.map(a => a.href.baseVal)")
    assert len(boxes) == len(pathways(real))
    for box in boxes:
        assert page.request.get(f"{address}pathways/{box}").ok
    lines = page.locator("svg.overview a.arrow")
    ids = set(page.locator("table.shared tr[id]").evaluate_all("all => all.map(one => '#' + one.id)"))
    assert len(ids) == len(shared(pathways(real)))
    assert set(lines.evaluate_all("all => all.map(a => a.getAttribute('href'))")) <= ids
    lines.first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('table.shared tr:target') !== null")
    for one in pathways(real):
        item = page.locator("ul.pathways > li", has=page.get_by_role("link", name=one.title, exact=True))
        words = item.locator("p.why").inner_text()
        for kind, count in counted(one, real.vocabularies["evidence"]).items():
            assert f"{count} {real.vocabularies['evidence'][kind].label}" in words
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.close()


def test_a_pathway_page_stays_light(site: Path) -> None:
    for path in (site / "pathways").glob("*/index.html"):
        assert len(gzip.compress(path.read_bytes())) <= 30_000
        assert " style=" not in path.read_text(encoding="utf-8")
