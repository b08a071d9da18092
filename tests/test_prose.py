"""Prose: what it may hold, what it becomes, and that no text whatever breaks a page."""

import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.pages import heading
from macros.prose import parse, plain, render, render_inline


class Around:
    """A page that links and cites plainly."""

    def link(self, reference: str) -> str:
        return f"/{reference}/"

    def cite(self, ids: Sequence[str]) -> str:
        return f"<sup>{','.join(ids)}</sup>"

    def words(self, text: str) -> str:
        return escape(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Plain.", "<p>Plain.</p>"),
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("*a* **b** `c*`", "<p><em>a</em> <strong>b</strong> <code>c*</code></p>"),
        ("See [it](symptom:fatigue).", '<p>See <a href="/symptom:fatigue/">it</a>.</p>'),
        ("So [@a-1].", "<p>So.<sup>a-1</sup></p>"),
        ("So [@a-1; @b-2], yes.", "<p>So,<sup>a-1,b-2</sup> yes.</p>"),
        ("{{ 7*7 }} {% x %} {# y #}", "<p>{{ 7*7 }} {% x %} {# y #}</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("# No heading", "<p># No heading</p>"),
        ("| no | table |", "<p>| no | table |</p>"),
        ("[x]: javascript:alert(1)", "<p>[x]: javascript:alert(1)</p>"),
        ("{: onclick=x }", "<p>{: onclick=x }</p>"),
        ("--8<-- 'file'", "<p>--8&lt;-- &#x27;file&#x27;</p>"),
        ("```\ncode\n```", "<p><code>code</code></p>"),
    ],
)
def test_prose_becomes_html(text: str, html: str) -> None:
    assert render(text, Around()) == html


def test_links_and_citations_are_found() -> None:
    parsed = parse("See [it](symptom:fatigue) and [that](test:mma) [@a; @b]. Then [@c].")
    assert parsed.links == ("symptom:fatigue", "test:mma")
    assert parsed.citations == ("a", "b", "c")
    assert not parsed.faults


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org",
        "javascript:x",
        "JAVASCRIPT:x",
        "data:text/html,x",
        "//example.org",
        "/a",
        "#a",
        "mailto:a@b",
        "",
    ],
)
def test_a_link_to_anything_but_a_record_is_a_fault(target: str) -> None:
    assert parse(f"[x]({target})").faults


def test_inline_prose_is_one_line() -> None:
    assert render_inline("One.\n\n- a\n- b", Around()) == "One. a b"


def test_plain_prose_is_words_only() -> None:
    assert plain("**So** it [is](test:mma) [@a].") == "So it is."


class Tags(HTMLParser):
    """Collects tags and refuses an end without a beginning."""

    VOID = frozenset({"br", "hr", "img", "input", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


ALLOWED = {"p", "ul", "ol", "li", "em", "strong", "code", "a", "sup"}
SPECIAL = st.text(st.sampled_from("*_`[](){}<>&#!|\\-+.:;@~^=\"'$%/ \nab1"), max_size=60)


@given(st.one_of(SPECIAL, st.text(max_size=60)))
def test_any_text_gives_balanced_html_of_few_tags(text: str) -> None:
    if parse(text).faults:
        return
    tags = Tags()
    tags.feed(render(text, Around()))
    tags.close()
    assert not tags.open
    assert tags.seen <= ALLOWED


@given(st.one_of(SPECIAL, st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)))
def test_any_title_is_shown_as_it_is(title: str) -> None:
    title = " ".join(title.split())
    if not title:
        return
    html = markdown.markdown(f"# {heading(title)}\n", extensions=["attr_list", "tables", "toc", "pymdownx.superfences"])
    inner = re.fullmatch(r"<h1[^>]*>(.*)</h1>", html, re.DOTALL)
    assert inner is not None, html
    assert "<" not in inner[1]


@given(st.one_of(SPECIAL, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)))
def test_any_prose_in_a_page_passes_markdown_unchanged(text: str) -> None:
    if parse(text).faults:
        return
    block = f'<div class="prose">{render(text, Around())}</div>'
    html = markdown.markdown(
        f"# Title\n\n{block}\n\n## After\n",
        extensions=["attr_list", "tables", "toc", "pymdownx.details", "pymdownx.superfences"],
    )
    assert block in html
    assert '<h2 id="after">After</h2>' in html
