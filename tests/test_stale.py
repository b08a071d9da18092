"""What is due: found by day, grouped by kind, the oldest first, whatever else is wrong with a record."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from macros.cli import main
from macros.stale import as_markdown, as_text, stale

from .conftest import Fields, Sample

BEFORE = datetime.date(2026, 12, 30)
DUE = datetime.date(2026, 12, 31)
"""The day on which the generated records are due."""


def set_field(name: str, value: object) -> Callable[[Fields], None]:
    return lambda fields: fields.__setitem__(name, value)


def test_nothing_is_due_before_its_day(sample: Sample) -> None:
    found = stale(sample.root, BEFORE)
    assert not found.due
    assert as_text(found).startswith("No record is due to be checked by 2026-12-30.\n")


def test_on_its_day_a_record_is_due(sample: Sample) -> None:
    assert len(stale(sample.root, DUE).due) == 40


def test_grouped_by_kind_the_oldest_first_with_path(sample: Sample) -> None:
    sample.edit("food", "food-3", set_field("check_again", "2026-05-02"))
    sample.edit("food", "food-1", set_field("check_again", "2026-05-01"))
    sample.edit("symptom", "symptom-0", set_field("check_again", "2026-05-03"))
    text = as_text(stale(sample.root, datetime.date(2026, 6, 1)))
    assert text.startswith(
        "3 records are due to be checked by 2026-06-01.\n"
        "\n"
        "Symptoms (1)\n"
        "  2026-05-03  Generated symptom 0 (data/symptoms/symptom-0.yml)\n"
        "\n"
        "Foods (2)\n"
        "  2026-05-01  Generated food 1 (data/foods/food-1.yml)\n"
        "  2026-05-02  Generated food 3 (data/foods/food-3.yml)\n"
        "\n"
        "Reviewed by a clinician:\n"
    )


def test_reviews_are_counted(sample: Sample) -> None:
    review = {"name": "Dr A", "role": "Neurologist", "date": "2026-02-02", "interests": "none declared"}
    sample.edit("symptom", "symptom-0", set_field("reviewed_by", [review]))
    text = as_text(stale(sample.root, BEFORE))
    assert "  Symptoms: 1 of 2\n" in text
    assert text.endswith("  All: 1 of 40")


def test_a_record_wrong_elsewhere_is_listed_and_one_without_a_day_is_named(sample: Sample) -> None:
    sample.edit("food", "food-1", lambda fields: fields.update(content=7, check_again="2026-01-01"))
    sample.edit("food", "food-2", set_field("check_again", "soon"))
    sample.write("food", "food-3", b"\xff\xfe\x00")
    sample.write("food", "food-4", b"- a list")
    found = stale(sample.root, datetime.date(2026, 6, 1))
    assert [due.path for due in found.due] == ["data/foods/food-1.yml"]
    assert found.undated == ("data/foods/food-2.yml", "data/foods/food-3.yml", "data/foods/food-4.yml")
    assert "No day can be read in:\n  data/foods/food-2.yml\n" in as_text(found)
    assert "### No day can be read\n\n- data/foods/food\\-2.yml\n" in as_markdown(found)


def test_markdown_shows_a_hostile_title_as_its_characters(sample: Sample) -> None:
    sample.edit(
        "food", "food-1", lambda f: f.update(title="<b>|[x](http://e.org) @all #1\nwww.e.org", check_again="2026-01-01")
    )
    row = next(line for line in as_markdown(stale(sample.root, DUE)).splitlines() if "2026-01-01" in line)
    assert row == (
        "| 2026-01-01 | &lt;b&gt;\\|\\[x\\]\\(http:&#8203;//e.org\\) @&#8203;all \\#&#8203;1 www&#8203;.e.org "
        "| data/foods/food\\-1.yml |"
    )


def test_markdown_is_a_table_that_fits_an_issue(sample: Sample) -> None:
    markdown = as_markdown(stale(sample.root, DUE))
    assert (
        "### Symptoms (2)\n\n| Due | Record | File |\n|---|---|---|\n| 2026-12-31 | Generated symptom 0 |" in markdown
    )
    sample.edit("food", "food-0", set_field("title", "long " * 40))
    for number in range(600):
        (sample.root / "data/foods" / f"f-{number}.yml").write_bytes(sample.path("food", "food-0").read_bytes())
    markdown = as_markdown(stale(sample.root, DUE))
    assert len(markdown) < 65_536
    assert markdown.splitlines()[-1].startswith("… and ")
    assert "### Reviewed by a clinician" in markdown


def test_the_command_ends_with_0_whatever_it_finds(
    sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["--root", str(sample.root), "stale", "--by", "2026-12-31"]) == 0
    assert "40 records are due" in capsys.readouterr().out
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert main(["--root", str(sample.root), "stale", "--markdown"]) == 0
    assert "No record is due to be checked by 1970-01-01." in capsys.readouterr().out
    assert main(["--root", str(tmp_path / "nothing"), "stale"]) == 0


def test_a_day_that_is_none_is_a_wrong_call(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--root", str(sample.root), "stale", "--by", "tomorrow"])
    assert ended.value.code == 2
    assert "tomorrow" in capsys.readouterr().err
