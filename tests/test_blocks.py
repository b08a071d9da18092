"""HTML blocks that are taken out of a page and put back: the page is the same as if they had stayed."""

import re

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.blocks import lifted, restored
from macros.knowledge import KnowledgeBase
from macros.pages import all_pages

from .conftest import Sample


def converted(text: str) -> str:
    return markdown.markdown(text, extensions=["attr_list", "tables", "toc"])


def through(text: str) -> str:
    """The page as it is made with its blocks taken out."""
    without, blocks = lifted(text)
    return restored(converted(without), blocks)


def same(text: str) -> bool:
    """Whether it is the same page; empty lines between blocks mean nothing in HTML."""
    return re.sub(r"\n+", "\n", through(text)) == re.sub(r"\n+", "\n", converted(text))


def body(page: str) -> str:
    return page.split("\n---\n", 1)[1]


def test_a_page_of_every_kind_comes_out_the_same(real: KnowledgeBase) -> None:
    seen: dict[str, str] = {}
    for page in all_pages(real):
        seen.setdefault(page.path.partition("/")[0], body(page.markdown))
    assert len(seen) > 10
    assert [name for name, text in seen.items() if not same(text)] == []
    assert all(lifted(text)[1] for text in seen.values())


def test_generated_pages_come_out_the_same(sample: Sample) -> None:
    pages = [page for page in all_pages(sample.base()) if "/" in page.path]
    assert [page.path for page in pages if not same(body(page.markdown))] == []


@pytest.mark.parametrize(
    "text",
    [
        "<div>a\n\nb</div>\n\n*c*",
        "<div>\n\n<p>a</p>\n\n*b*\n\n</div>\n\n*c*",
        "<div>a</div><div>b</div>\n\n*c*",
        "<p>a</p> *b*\n\n<p>c</p>",
        "*a*\n<p>b</p>\n\n<p>c</p>",
        "<pre>a\n\n<p>b</p>\n\n</pre>\n\n<p>c</p>",
        "    <p>code</p>\n\n<p>a</p>",
        "- item\n\n    <p>inside</p>\n\n<p>a</p>",
        "",
    ],
)
def test_what_is_not_one_element_stays(text: str) -> None:
    assert same(text)


@given(
    st.lists(
        st.sampled_from(
            ["<div>", "</div>", "<p>a</p>", "<ul><li>b</li></ul>", "*c*", "## d", "<section>", "</section>", "e"]
        ),
        max_size=8,
    )
)
def test_any_blocks_are_put_back_once_and_in_order(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    without, blocks = lifted(text)
    assert restored(without, blocks) == text
