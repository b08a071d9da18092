"""Pages: nothing in a record runs, everything in a record is shown, links go both ways."""

import html
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import markdown
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from macros.diagram import rows
from macros.knowledge import KnowledgeBase
from macros.model import KINDS, Record
from macros.model.kinds.pathway import Pathway
from macros.model.kinds.treatment import Treatment
from macros.pages import SHEETS, PageMaker, all_pages

from .conftest import Fields, Sample

EXTENSIONS = ["attr_list", "tables", "toc", "pymdownx.details", "pymdownx.superfences", "meta"]
HOSTILE = [
    "{{ 7*7 }}",
    "{% for x in y %}{% endfor %}",
    "{# comment #}",
    "a ``` b ~~~ c",
    "!!! note",
    "--8<-- 'mkdocs.yml'",
    "[x]: javascript:alert(1)",
    "{: onclick='alert(1)' }",
    "| a | b |",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "*[MS]: x",
    "\\<b\\>",
    '" onmouseover="alert(1)',
]


def texts(value: object) -> Iterator[str]:
    """Every plain text in a record's values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name))


def with_text(fields: object, text: str) -> object:
    """The fields with `text` put into every sentence and label."""
    if isinstance(fields, dict):
        return {key: value if key in KEEP else with_text(value, text) for key, value in fields.items()}
    if isinstance(fields, list):
        return [with_text(item, text) for item in fields]
    if isinstance(fields, str) and " " in fields:
        return f"{text} {fields}"
    return fields


KEEP = {"id", "doi", "url", "unit", "certainty", "sources", "tests", "pathways", "related", "about", "date"}


def page(base: KnowledgeBase, record: Record) -> str:
    """A record's page as HTML, as Python-Markdown makes it."""
    body = PageMaker(base).record(record).markdown
    return markdown.markdown(re.sub(r"\A---\n.*?\n---\n", "", body, flags=re.DOTALL), extensions=EXTENSIONS)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_is_shown_and_not_run(sample: Sample, kind: str, text: str) -> None:
    record_id = f"{kind}-0"

    def spoil(fields: Fields) -> None:
        spoilt = with_text(fields, text)
        assert isinstance(spoilt, dict)
        fields.update(spoilt)

    sample.edit(kind, record_id, spoil)
    base = sample.base()
    if base.problems:
        assert all(problem.path.endswith(f"{record_id}.yml") for problem in base.problems)
        return
    shown = page(base, base.record(f"{kind}:{record_id}"))
    if text.startswith("{"):
        assert text in html.unescape(re.sub("<[^>]+>", "", shown))
    tags = set(re.findall(r"<([a-z0-9]+)", shown))
    assert not tags & {"script", "img", "iframe", "b", "style", "pre"}
    assert not re.search(r"<[^>]*\son[a-z]+=", re.sub(r'"[^"]*"', '""', shown))
    assert 'href="javascript' not in shown


def test_every_page_leaves_macros_alone_and_stands_in_its_folder(sample: Sample) -> None:
    for made in all_pages(sample.base()):
        assert "render_macros: false" in made.markdown.split("\n---\n")[0].splitlines()
        folders = {model.KIND.folder for model in KINDS.values()}
        assert made.path.partition("/")[0] in folders or made.path in SHEETS


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=40))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_text_in_any_field_keeps_the_page_whole(sample: Sample, text: str) -> None:
    text = " ".join(text.split()).replace("<", "< ")
    for kind in ("symptom", "food", "claim"):
        spoil = lambda fields: fields.update(with_text(fields, text))  # noqa: E731
        sample.edit(kind, f"{kind}-0", spoil)
        base = sample.base()
        if not base.problems:
            shown = page(base, base.record(f"{kind}:{kind}-0"))
            # The review note is the last thing of the template: all before it was closed as it was opened.
            assert shown.count("<h1") == 1
            assert shown.rstrip().endswith("</div>")
            ElementTree.fromstring(f"<x>{_as_xml(shown)}</x>")
        sample.restore(kind)


def _as_xml(shown: str) -> str:
    """HTML of ours as XML: void elements closed, named entities written out."""
    shown = re.sub(r"<(br|hr|img|input|wbr)([^>]*?)/?>", r"<\1\2/>", shown)
    return re.sub(r"&(?!amp;|lt;|gt;|quot;|#)(\w+);", lambda match: html.unescape(match[0]), shown)


def test_links_go_both_ways(sample: Sample) -> None:
    base = sample.base()
    there = page(base, base.record("symptom:symptom-0"))
    back = page(base, base.record("test:test-0"))
    assert 'href="../../tests/test-0/"' in there
    assert 'href="../../symptoms/symptom-0/"' in back
    assert "Symptoms it helps to explain" in back


def test_a_source_s_page_names_all_that_cite_it(sample: Sample) -> None:
    base = sample.base()
    shown = page(base, base.record("source:source-0"))
    for edge in base.graph.incoming("source:source-0"):
        record = base.record(edge.start)
        assert f'href="../../{record.KIND.folder}/{record.id}/"' in shown


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("source", "term")])
def test_every_citation_has_its_reference(sample: Sample, kind: str) -> None:
    base = sample.base()
    shown = page(base, base.of_kind(kind)[0])
    cited = set(re.findall(r'href="#(ref-[a-z0-9-]+)"', shown))
    assert cited
    assert cited == set(re.findall(r'<li id="(ref-[a-z0-9-]+)"', shown))
    numbers = [int(n) for n in re.findall(r'aria-label="Source (\d+)"', shown)]
    assert list(dict.fromkeys(numbers)) == sorted(set(numbers)), "numbered in the order of appearance"


def test_a_page_not_reviewed_says_so(sample: Sample) -> None:
    for made in all_pages(sample.base()):
        if made.edit:
            assert "Not yet reviewed by a clinician." in made.markdown


def test_a_reviewer_is_named(sample: Sample) -> None:
    review = {"name": "A. Person", "role": "neurologist", "date": "2026-01-03", "interests": "none declared"}
    sample.edit("symptom", "symptom-0", lambda fields: fields.update(reviewed_by=[review]))
    base = sample.base()
    shown = page(base, base.record("symptom:symptom-0"))
    assert "Reviewed by A. Person, neurologist, on 3 January 2026. Interests: none declared." in shown
    assert "Not yet reviewed" not in shown


def test_a_dose_shows_its_amount_or_that_it_is_no_single_figure(sample: Sample) -> None:
    sample.edit("treatment", "treatment-0", lambda fields: fields["doses"][0].update(amount=1000))
    base = sample.base()
    assert "<td>1,000 µg</td>" in page(base, base.record("treatment:treatment-0"))
    sample.edit("treatment", "treatment-0", lambda fields: fields["doses"][0].pop("amount"))
    base = sample.base()
    shown = page(base, base.record("treatment:treatment-0"))
    assert "<td>no single figure</td>" in shown
    assert "doses for groups of people" in shown


def test_the_amount_of_a_dose_is_one_that_its_text_states(real: KnowledgeBase) -> None:
    amounts = 0
    for treatment in real.of_kind("treatment"):
        assert isinstance(treatment, Treatment)
        for dose in treatment.doses:
            if dose.amount is not None:
                stated = (f"{dose.amount:,.0f} µg", f"{dose.amount / 1000:g} mg")
                assert any(amount in dose.text for amount in stated), f"{treatment.id}: {dose.text}"
                amounts += 1
    assert amounts


def test_a_word_is_explained_once_on_a_page(sample: Sample) -> None:
    sample.edit("term", "term-0", lambda fields: fields.update(title="tingling", aliases=[]))
    base = sample.base()
    shown = page(base, base.record("symptom:symptom-0"))
    assert shown.count('class="term"') == 1
    assert 'href="../../glossary/term-0/"' in shown
    assert 'class="term"' not in page(base, base.record("term:term-0"))


def test_a_diagram_is_well_formed_and_whole(sample: Sample) -> None:
    base = sample.base()
    pathway = base.record("pathway:pathway-0")
    assert isinstance(pathway, Pathway)
    shown = page(base, pathway)
    svg = ElementTree.fromstring(shown[shown.index("<svg class=") : shown.index("</svg>") + 6])
    space = "{http://www.w3.org/2000/svg}"
    assert svg[0].tag == f"{space}title"
    assert svg[0].text == pathway.title
    assert svg.find(f"{space}desc").text == pathway.alt_text  # type: ignore[union-attr]
    arrows = [a for a in svg.iter(f"{space}a") if "arrow" in a.get("class", "").split()]
    assert len(arrows) == len(pathway.drawing.arrows)
    assert all("line-dash" in (a.get("class") or "") for a in arrows), "animal evidence is dashed"
    assert "In animals" in (arrows[0].get("aria-label") or "")
    for step in pathway.steps:
        assert step.text in shown


def test_no_row_of_a_diagram_has_more_than_two_nodes(real: KnowledgeBase) -> None:
    for record in real.of_kind("pathway"):
        assert isinstance(record, Pathway)
        for band in record.drawing.bands:
            assert all(len(row) <= 2 for row in rows(band, record.drawing.arrows))


def test_two_makers_make_the_same_pages(sample: Sample) -> None:
    assert list(all_pages(sample.base())) == list(all_pages(sample.base()))


def test_the_field_guide_holds_every_field_of_every_kind(sample: Sample) -> None:
    guide = next(made for made in all_pages(sample.base()) if made.path == "contribute/fields.md")
    text = html.unescape(guide.markdown)
    for form in ("text", "a list: text", "a list: prose", "a day (2026-11-21)", "a list: the id of a test", "a number"):
        assert f"<td>{form}</td>" in text
    for model in KINDS.values():
        for name, field in model.model_fields.items():
            assert f"<code>{name}</code>" in guide.markdown
            assert (field.description or "?") in text
