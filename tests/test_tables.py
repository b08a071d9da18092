"""The tables to take away: what a spreadsheet, a program and the W3C's rules make of them."""

import csv
import io
import json
import warnings
from collections.abc import Mapping
from pathlib import Path

import pytest
from csvw import CSVW
from hypothesis import given
from hypothesis import strategies as st

from macros.export.guard import cell, csv_line, uncell
from macros.export.tables import TABLES
from macros.knowledge import KnowledgeBase
from macros.model.kinds.food import Food
from macros.model.kinds.pathway import Pathway
from macros.model.kinds.symptom import Symptom

from .conftest import Sample
from .published import HOSTILE, published, texts, with_text

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def rows(files: Mapping[str, str], name: str) -> list[dict[str, str]]:
    text = files[f"data/{name}.csv"]
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.fixture(scope="module")
def files(real: KnowledgeBase) -> dict[str, str]:
    found = texts(published(real), "")
    return {path: text for path, text in found.items() if path.startswith("data/")}


@pytest.fixture(scope="module")
def folder(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tables")
    for path, text in files.items():
        (root / Path(path).name).write_text(text, encoding="utf-8", newline="")
    return root


def faults(path: Path) -> list[str]:
    """Where a table is not as its description says, by the rules of CSV on the Web."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # it tells faults as warnings, and counts those that it sees
        found = CSVW(str(path), validate=True)
        assert found.is_valid is (not found.warnings)
    return [str(warning.message) for warning in found.warnings]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_as_its_description_says(folder: Path, table: object) -> None:
    path = folder / f"{table.name}.csv"  # type: ignore[attr-defined]
    assert faults(path) == []
    assert len(list(CSVW(str(path)).tables[0])) > 10


def test_a_table_that_is_not_as_described_is_found(folder: Path, tmp_path: Path) -> None:
    text = (folder / "foods.csv").read_text(encoding="utf-8")
    (tmp_path / "foods.csv").write_text(text.replace(",true,", ",perhaps,", 1), encoding="utf-8")
    described = (folder / "foods.csv-metadata.json").read_text(encoding="utf-8")
    (tmp_path / "foods.csv-metadata.json").write_text(described, encoding="utf-8")
    assert "perhaps" in faults(tmp_path / "foods.csv")[0]


def test_every_table_says_whose_it_is_and_what_its_columns_mean(files: dict[str, str]) -> None:
    for table in TABLES:
        told = json.loads(files[f"data/{table.name}.csv-metadata.json"])
        assert told["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
        assert told["dc:source"]["@id"].endswith("/api/v1/sources.json")
        columns = told["tableSchema"]["columns"]
        assert [column["name"] for column in columns] == list(rows(files, table.name)[0])
        assert all(column["dc:description"].endswith(".") for column in columns)
    units = {
        column["name"]: column["schema:unitText"]
        for column in json.loads(files["data/foods.csv-metadata.json"])["tableSchema"]["columns"]
        if "schema:unitText" in column
    }
    assert units["micrograms_per_100_g"] == "µg/100 g"
    assert units["portion_grams"] == "g"


def test_the_tables_hold_every_record_and_its_figures(files: dict[str, str], real: KnowledgeBase) -> None:
    foods = [food for food in real.of_kind("food") if isinstance(food, Food)]
    shown = {row["food"]: row for row in rows(files, "foods") if row["shown"] == "true"}
    assert len(shown) == len(foods)
    for food in foods:
        row = shown[food.id]
        told = row["micrograms_per_100_g"]
        assert (float(told) if told else None) == food.content.micrograms
        if food.per_portion is not None:
            assert float(row["micrograms_per_portion"]) == pytest.approx(food.per_portion)
    assert len(rows(files, "foods")) == sum(1 + len(food.other_values) for food in foods)

    symptoms = {row["symptom"]: row for row in rows(files, "symptoms")}
    for symptom in real.of_kind("symptom"):
        assert isinstance(symptom, Symptom)
        for side, name in ((symptom.b12, "b12"), (symptom.ms, "ms")):
            row = symptoms[symptom.id]
            first = side.how_often[0].figure if side.how_often else None
            told = row[f"{name}_value"]
            assert (float(told) if told else None) == (first.value if first else None)
            assert row[f"{name}_population"] == (cell(first.population) if first else "")

    steps = [step for pathway in real.of_kind("pathway") if isinstance(pathway, Pathway) for step in pathway.steps]
    assert [row["step"] for row in rows(files, "pathways")] == [step.id for step in steps]
    assert {row["test"] for row in rows(files, "tests")} == {test.id for test in real.of_kind("test")}
    assert len(rows(files, "claims")) == len(real.of_kind("claim"))
    assert {row["intake"] for row in rows(files, "intakes")} == {intake.id for intake in real.of_kind("intake")}


def test_no_cell_of_the_real_tables_can_run(files: dict[str, str]) -> None:
    for table in TABLES:
        text = {column.name for column in table.columns if column.datatype == "string"}
        for row in rows(files, table.name):
            assert not [name for name in text if row[name].startswith(STARTS_A_FORMULA)]


def test_a_text_that_means_harm_is_a_text_and_no_formula(sample: Sample) -> None:
    files = texts(published(with_text(sample.base(), HOSTILE)), ".csv")
    for name in ("foods", "claims", "tests", "intakes", "symptoms", "pathways"):
        for row in rows(files, name):
            assert row["title"].startswith("'=")
            assert uncell(row["title"]) == HOSTILE.replace("\x00", "\ufffd")


def test_a_negative_number_stays_a_number(sample: Sample) -> None:
    sample.edit("test", "test-0", lambda fields: fields["thresholds"][0].update(over=-2.5))
    files = texts(published(sample.base()), ".csv")
    assert rows(files, "tests")[0]["over"] == "-2.5"


def test_a_number_has_the_digits_of_the_record(sample: Sample) -> None:
    sample.edit("food", "food-0", lambda fields: fields["content"].update(micrograms=0.0000001))
    sample.edit("food", "food-1", lambda fields: fields["content"].update(micrograms=1200.10))
    found = {row["food"]: row for row in rows(texts(published(sample.base()), ".csv"), "foods")}
    assert found["food-0"]["micrograms_per_100_g"] == "0.0000001"
    assert found["food-1"]["micrograms_per_100_g"] == "1200.1"
    assert found["food-1"]["micrograms_per_portion"] == "1020.085"


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_any_text_comes_back_whole_and_cannot_run(values: list[str]) -> None:
    guarded = [cell(text) for text in values]
    assert not [text for text in guarded if text.lstrip().startswith(STARTS_A_FORMULA[:4])]
    line = csv_line(["first", *guarded])
    assert "\x00" not in line
    ((_, *read),) = csv.reader(io.StringIO(line, newline=""))
    wanted = [text.replace("\x00", "\ufffd") for text in values]
    assert [uncell(text) if cell(whole) != whole else text for text, whole in zip(read, wanted, strict=True)] == wanted
