"""Canonical form: it changes how a file is written and never what it says."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.cli import main
from macros.format import format_record, format_text
from macros.load import Document, read_text
from macros.model import KINDS

from .conftest import ROOT, Sample

TERM = KINDS["term"]


def test_fields_stand_in_the_model_s_order_and_comments_stay() -> None:
    text = """\
checked: 2026-01-02   # held against the guideline
title: "B12"
# why this one
id: b12
summary: 'It is a vitamin.'
check_again: 2026-12-31
changes: [{text: First version., date: 2026-01-02}]
"""
    formatted = format_text(text, TERM)
    names = [line.split(":")[0] for line in formatted.splitlines() if line and line[0].isalpha()]
    assert names == ["id", "title", "summary", "checked", "check_again", "changes"]
    assert "# held against the guideline" in formatted
    assert "# why this one" in formatted


def test_text_of_several_lines_is_a_block() -> None:
    text = 'id: x\ntitle: X\nsummary: S\nnote: "One.\\n\\nTwo [@a]."\n'
    assert "note: |-\n  One.\n\n  Two [@a].\n" in format_text(text, TERM)


def test_every_field_has_a_line_of_its_own() -> None:
    formatted = format_text("{id: x, title: X, changes: [{date: 2026-01-02, text: '?0'}], aliases: []}\n", TERM)
    fields = "id: x\ntitle: X\naliases: []\nchanges:\n  - date: 2026-01-02\n    text: ?0\n"
    assert formatted == f"{TERM.KIND.first_line}\n{fields}"


def test_a_record_begins_with_the_line_by_which_editors_find_its_schema() -> None:
    first = "# yaml-language-server: $schema=../schema/term.schema.json\n"
    for before in ("", first, "# yaml-language-server: $schema=../schema/food.schema.json\n", f"{first}# why\n{first}"):
        comment = "# why\n" if "why" in before else ""
        assert format_text(f"{before}id: x\ntitle: X\n", TERM) == f"{first}{comment}id: x\ntitle: X\n"


def test_long_text_is_wrapped_without_spaces_at_the_ends_of_lines() -> None:
    formatted = format_text(f"id: x\ntitle: X\nsummary: {'word ' * 60}\n", TERM)
    assert all(len(line) <= 101 and line == line.rstrip() for line in formatted.splitlines())


VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=150).filter(lambda t: t == t.strip()),
    st.sampled_from(
        ["no", "off", "012", "1e3", "~", "null", "2026-01-02", "a: b", "- a", "#a", "'", '"', "a\n\nb", "{x}"]
    ),
)


@given(title=VALUES, note=VALUES, number=st.floats(1e-6, 1e9))
def test_any_values_survive_formatting(title: str, note: str, number: float) -> None:
    import json

    text = json.dumps({"note": note, "id": "x", "title": title, "n": number}, ensure_ascii=False)
    before = read_text(text, "before")
    if not isinstance(before, Document):
        return  # YAML itself refuses it, such as a character that is not printable
    formatted = format_text(text, TERM)
    after = read_text(formatted, "after")
    assert isinstance(after, Document)
    assert after.value == before.value
    assert format_text(formatted, TERM) == formatted


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_survives_load_format_load(sample: Sample, kind: str) -> None:
    before = {record.key: record for record in sample.base().of_kind(kind)}
    for record in before.values():
        path = sample.path(kind, record.id)
        text = format_record(path, sample.root, KINDS[kind])
        assert isinstance(text, str)
        path.write_text(text, encoding="utf-8")
    after = sample.base()
    assert not after.problems
    assert {record.key: record for record in after.of_kind(kind)} == before


def test_the_command_writes_only_what_changes(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    root = ["--root", str(sample.root)]
    assert main([*root, "format"]) == 0
    times = {path: path.stat().st_mtime_ns for path in sample.root.rglob("*") if path.is_file()}
    assert main([*root, "format"]) == 0
    assert capsys.readouterr().err.endswith("0 files changed, no problems.\n")
    assert {path: path.stat().st_mtime_ns for path in sample.root.rglob("*") if path.is_file()} == times


def test_only_the_named_files_are_formatted(sample: Sample) -> None:
    other = sample.path("symptom", "symptom-1").read_bytes()
    assert main(["--root", str(sample.root), "format", str(sample.path("symptom", "symptom-0"))]) == 0
    assert sample.path("symptom", "symptom-1").read_bytes() == other
    assert b"  - everyday word 0" in sample.path("symptom", "symptom-0").read_bytes()


def test_a_file_that_cannot_be_read_is_left_as_it_is(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    path = sample.write("symptom", "spoilt", b"id: x\n\ttitle: y\n")
    assert main(["--root", str(sample.root), "format"]) == 1
    assert path.read_bytes() == b"id: x\n\ttitle: y\n"
    assert "spoilt.yml:2: found a tab" in capsys.readouterr().out


def test_the_real_records_are_in_canonical_form() -> None:
    from macros.load import record_files

    changed = []
    for path, model in record_files(ROOT):
        # A sample of each kind by name: formatting every record takes a minute.
        if path.stem[0] in "bh":
            text = format_record(path, ROOT, model)
            if text != path.read_text(encoding="utf-8"):
                changed.append(path.relative_to(ROOT))
    assert not changed, "run `make format`"


def test_a_value_that_would_change_is_told(sample: Sample) -> None:
    path = sample.write("term", "term-0", b"id: term-0\nnote: |-\n  a \n  b\n")
    problem = format_record(path, sample.root, TERM)
    assert str(problem) == (
        "data/glossary/term-0.yml: found a value that the canonical form would change; expected text and plain "
        "numbers. Put the text in quotes, or write the number with fewer digits; the file is left as it was."
    )


def test_nothing_is_left_behind(sample: Sample) -> None:
    main(["--root", str(sample.root), "format"])
    assert not [path for path in sample.root.rglob("tmp*") if path.is_file()]


def test_a_path_that_is_no_record_is_told(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(sample.root), "format", str(Path("/nowhere.yml"))]) == 1
    assert "found a file that is not a record" in capsys.readouterr().out
