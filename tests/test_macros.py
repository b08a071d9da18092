"""The macros of hand-written pages: each by building a small site, and what a wrong call gets."""

from pathlib import Path

import pytest

from bench.atlas import write_atlas

from .conftest import build

EPOCH = "1780272000"  # 1 June 2026, by which the generated records' dates are judged


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_atlas(tmp_path_factory.mktemp("atlas"), 40)


def built(project: Path, page: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    """Exit status, messages and the home page's HTML of a build with `page` as home page."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    (project / "docs" / "index.md").write_text(page, encoding="utf-8")
    result = build(project, project / "site", "--strict")
    home = project / "site" / "index.html"
    return result.returncode, result.stderr + result.stdout, home.read_text(encoding="utf-8") if home.exists() else ""


@pytest.fixture(scope="module")
def home(project: Path) -> str:
    """A page that calls every macro."""
    patch = pytest.MonkeyPatch()
    page = """---
title: Home
---

# Home

A: {{ record("symptom:symptom-0") }}, {{ record("symptom:symptom-0", "other words") }}.

{{ records("symptom", points="both") }}

{{ table("food", ["group", "diets", "fortified"], group="fish") }}

B: {{ figure("symptom:symptom-0", "ms.how_often.0") }}.

<ul>{{ finding("symptom:symptom-0", "findings.1") }}</ul>

{{ care("symptom:symptom-0") }}

C: {{ count("symptom") }} and {{ count("food", group="fish") }}. D{{ cite("source-3") }}

## References

{{ references() }}
"""
    status, messages, html = built(project, page, patch)
    patch.undo()
    assert status == 0, messages
    return html


@pytest.mark.parametrize(
    "shown",
    [
        'A: <a href="./symptoms/symptom-0/">Generated symptom 0</a>, <a href="./symptoms/symptom-0/">other words</a>.',
        '<ul class="records"><li><a href="./symptoms/symptom-0/">Generated symptom 0</a><span>',
        '<th scope="col">Food</th><th scope="col">Group</th><th scope="col">Diets</th><th scope="col">Fortified</th>',
        '<a href="./foods/food-0/">Generated food 0</a></th><td>Fish</td><td>Pescatarian</td><td>No</td>',
        "<strong>50.5% (95% confidence interval 40 to 61)</strong> tingling",
        "(100 adults)</span></span>",
        "in study 1.",
        '<section class="care care-emergency-now"',
        "C: 2 and 9.",
        'D<sup class="cite"><a href="#ref-source-3" aria-label="Source 3">3</a></sup>',
        '<li id="ref-source-3"><a href="./sources/source-3/">Doe J, Roe R.',
    ],
)
def test_a_macro_shows_records(home: str, shown: str) -> None:
    assert shown in home


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            'record("symptom:symptom-9")',
            "found the record 'symptom:symptom-9'; expected kind:id of a record. Did you mean 'symptom:symptom-1'?",
        ),
        ('records("symptoms")', "found the kind 'symptoms'; expected one of symptom, pathway, food, "),
        ('records("food", grop="fish")', "found the field 'grop' of 'food'; expected one of id, title, "),
        (
            'records("food", group="meat")',
            "found no food with group='meat'; expected a condition that some record meets.",
        ),
        ('table("food", ["gruop"])', "found the field 'gruop' of 'food'; expected one of id, title, "),
        (
            'figure("symptom:symptom-0", "ms.how_often.3")',
            "found 'ms.how_often.3', which does not lead to a finding of 'symptom:symptom-0'; "
            "expected fields and places, such as ms.how_often.0. There are 1 there, counted from 0.",
        ),
        ('care("food:food-0")', "found 'food:food-0', which has no care card; expected a record that has one."),
        ('cite("source-99")', "found the record 'source:source-99'; expected kind:id of a record."),
        ("record()", "found a wrong call (Calls.record() missing 1 required positional argument: 'key')"),
        ("recrod('symptom:symptom-0')", "'recrod' is undefined"),
    ],
)
def test_a_wrong_call_stops_the_build(project: Path, call: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = f"---\ntitle: Home\n---\n\n# Home\n\nText.\n\nSo: {{{{ {call} }}}}\n"
    status, messages, _ = built(project, page, monkeypatch)
    assert status != 0
    assert told in " ".join(messages.split())
    assert "docs/index.md:9" in messages or "recrod" in call
