"""Foods held against FoodData Central's files, in a folder of the official layout: right every time, nothing lost."""

import csv
import datetime
import io
import os
import shutil
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.atlas import write_vocabularies
from macros.cli import main
from macros.foods import Comparison, compare, write
from macros.knowledge import open_knowledge_base
from macros.usda import Release, read_release

from .conftest import ROOT

DAY = datetime.date(2026, 12, 1)

FOOD = """\
id: {id}
title: {title}
summary: It holds about 71 micrograms per 100 g, and 60 in 3 oz.
group: offal
fortified: false
content:
  micrograms: {amount}{range}
  dataset: {dataset}
  item: {item}
  fdc_id: '{number}'{code}{samples}
  basis: measured # as the file says
portion:
  name: 3 oz
  grams: 85
checked: 2026-01-02
check_again: 2027-12-31
changes:
  # the oldest last
  - date: 2026-01-02
    text: First version.
"""
LIVER = {
    "id": "liver",
    "title": "Liver",
    "amount": "70.58",
    "range": "",
    "dataset": "usda-sr-legacy-2018",
    "item": "Beef, liver, cooked",
    "number": "168626",
    "code": "\n  code: '01326'",
    "samples": "\n  samples: 4",
}
MILK = LIVER | {
    "id": "milk",
    "title": "Milk",
    "amount": "0.54",
    "dataset": "usda-foundation-2024",
    "item": "Milk, whole",
    "number": "746782",
    "code": "\n  code: '1077'",
}
YOGURT = LIVER | {
    "id": "yogurt",
    "title": "Yogurt",
    "amount": "0.28",
    "dataset": "usda-fndds-2021-2023",
    "item": "Yogurt, soy",
    "number": "2707444",
    "code": "",
    "samples": "",
}

FILES = {
    "nutrient.csv": ["id", "name", "unit_name", "nutrient_nbr", "rank"],
    "food.csv": ["fdc_id", "data_type", "description", "food_category_id", "publication_date"],
    "sr_legacy_food.csv": ["fdc_id", "NDB_number"],
    "foundation_food.csv": ["fdc_id", "NDB_number", "footnote"],
    "survey_fndds_food.csv": ["fdc_id", "food_code", "wweia_category_number", "start_date", "end_date"],
    "food_nutrient.csv": [
        *("id", "fdc_id", "nutrient_id", "amount", "data_points"),
        *("derivation_id", "min", "max", "median", "footnote"),
    ],
    "measure_unit.csv": ["id", "name"],
    "food_portion.csv": [
        *("id", "fdc_id", "seq_num", "amount", "measure_unit_id"),
        *("portion_description", "modifier", "gram_weight", "data_points"),
    ],
}
ROWS = {
    "nutrient.csv": [["1177", "Folate, total", "UG", "417", "6500.0"], ["1178", "Vitamin B-12", "UG", "418", "7300.0"]],
    "food.csv": [
        ["168626", "sr_legacy_food", "Beef, liver, cooked", "13", "2019-04-01"],
        ["746782", "foundation_food", "Milk, whole", "1", "2019-12-16"],
        ["2707444", "survey_fndds_food", "Yogurt, soy", "", "2024-10-31"],
        ["1105904", "branded_food", 'Oil, "best"', "", "2020-11-13"],
    ],
    "sr_legacy_food.csv": [["168626", "1326"]],
    "foundation_food.csv": [["746782", "1077", ""]],
    "survey_fndds_food.csv": [["2707444", "11420000", "8002", "2021-01-01", "2023-12-31"]],
    "food_nutrient.csv": [
        ["1", "168626", "1177", "253", "4", "1", "", "", "", ""],
        ["2", "168626", "1178", "70.58", "4", "1", "", "", "", ""],
        ["3", "746782", "1178", "0.54", "4", "1", "", "", "", ""],
        ["4", "2707444", "418", "0.28", "", "", "", "", "", ""],
        ["5", "1105904", "1178", "a", "", "", "", "", "", ""],
    ],
    "measure_unit.csv": [["1043", "oz"], ["9999", "undetermined"]],
    "food_portion.csv": [
        ["1", "168626", "1", "3.0", "9999", "", "oz", "85.0", ""],
        ["2", "168626", "2", "1", "9999", "", "slice", "68", ""],
        ["3", "746782", "1", "3.0", "1043", "", "", "85.0", ""],
        ["4", "2707444", "1", "", "9999", "3 oz", "61667", "85", ""],
    ],
}


class Atlas:
    """Three foods of three datasets, and a download in which each stands as it does in the atlas."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / "download"
        (root / "data" / "foods").mkdir(parents=True)
        write_vocabularies(root)
        (root / "data" / "sources").mkdir()
        for source in (ROOT / "data" / "sources").glob("usda-*.yml"):
            shutil.copy(source, root / "data" / "sources")
        self.folder.mkdir()
        self.rows = {name: [list(row) for row in rows] for name, rows in ROWS.items()}
        for fields in (LIVER, MILK, YOGURT):
            self.food(fields)
        self.publish(*FILES)

    def food(self, fields: dict[str, str]) -> None:
        """Writes a record."""
        self.path(fields["id"]).write_text(FOOD.format(**fields), encoding="utf-8")

    def path(self, food: str) -> Path:
        return self.root / "data" / "foods" / f"{food}.yml"

    def set(self, name: str, key: str, column: str, value: str) -> None:
        """Another value in the rows of a file that have `key` among their first three columns."""
        for row in self.rows[name]:
            if key in row[:2] and (name != "food_nutrient.csv" or row[2] in ("1178", "418")):
                row[FILES[name].index(column)] = value
        self.publish(name)

    def add(self, name: str, *row: str) -> None:
        self.rows[name].append([*row, *[""] * (len(FILES[name]) - len(row))])
        self.publish(name)

    def drop(self, name: str, *keys: str) -> None:
        """Deletes the rows of a file that have one of `keys` among their first two columns."""
        self.rows[name] = [row for row in self.rows[name] if not {*keys} & {*row[:2]}]
        self.publish(name)

    def publish(self, *names: str) -> None:
        """Writes files, each value in quotes, as USDA does."""
        for name in names:
            text = io.StringIO()
            writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerows([FILES[name], *self.rows[name]])
            (self.folder / name).write_text(text.getvalue(), encoding="utf-8")

    def compare(self) -> Comparison:
        return compare(self.root, self.folder, DAY)

    def run(self, *options: str) -> int:
        return main(["--root", str(self.root), "foods", "import", str(self.folder), *options])

    def state(self) -> dict[Path, bytes]:
        """Every file of the data, byte for byte."""
        return {path: path.read_bytes() for path in sorted((self.root / "data").rglob("*")) if path.is_file()}


@pytest.fixture
def atlas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Atlas:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC).timestamp())))
    return Atlas(tmp_path)


@contextmanager
def fresh() -> Iterator[Atlas]:
    """An atlas for one example of a property."""
    with tempfile.TemporaryDirectory() as folder:
        yield Atlas(Path(folder))


def sentences(found: Comparison) -> list[str]:
    return [f"{update.title}: {line}" for update in found.updates for line in update.lines]


def test_the_same_figures_are_no_change(atlas: Atlas) -> None:
    found = atlas.compare()
    assert (found.figures, found.updates, found.open, found.problems, found.unweighed) == (3, [], [], [], [])


def test_a_changed_amount_is_told_and_written_with_a_dated_line(
    atlas: Atlas, capsys: pytest.CaptureFixture[str]
) -> None:
    atlas.set("food_nutrient.csv", "168626", "amount", "83.130")
    assert atlas.run() == 0
    assert capsys.readouterr().out == (
        f"3 figures held against the files in {atlas.folder}: 1 food changed.\n"
        "\n"
        "Liver: 70.58 → 83.13 µg per 100 g\n"
        "\n"
        "To be read again by hand:\n"
        "  data/foods/liver.yml:3: Liver: `summary` says 71, 60. Read it against the new figure.\n"
        "\n"
        "Nothing is written. To write it, run this again with --write (make: ARGS=--write).\n"
    )
    assert atlas.run("--write") == 0
    assert capsys.readouterr().out.endswith("\nWritten, each with a dated line in `changes`.\n")
    text = atlas.path("liver").read_text(encoding="utf-8")
    assert "  micrograms: 83.13\n" in text
    assert "  basis: measured # as the file says\n" in text
    assert text.endswith(
        "checked: 2026-12-01\n"
        "check_again: 2027-12-31\n"
        "changes:\n"
        "  # the oldest last\n"
        "  - date: 2026-12-01\n"
        "    text: 'Brought up to date with FoodData Central: 70.58 → 83.13 µg per 100 g.'\n"
        "  - date: 2026-01-02\n"
        "    text: First version.\n"
    )
    assert not open_knowledge_base(atlas.root, DAY).problems


def test_only_the_changed_record_is_written_and_a_second_run_finds_nothing(atlas: Atlas) -> None:
    atlas.set("food_nutrient.csv", "168626", "amount", "83.13")
    before = atlas.state()
    assert atlas.run("--write") == 0
    after = atlas.state()
    assert [path.name for path in after if before.get(path) != after[path]] == ["liver.yml"]
    assert not atlas.compare().updates
    assert atlas.run("--write") == 0
    assert atlas.state() == after


def test_samples_range_and_portion_change_in_one_record(atlas: Atlas) -> None:
    atlas.food(LIVER | {"range": "\n  low: 72\n  high: 104"})
    atlas.set("food_nutrient.csv", "168626", "data_points", "6")
    atlas.set("food_nutrient.csv", "168626", "min", "71.5")
    atlas.set("food_nutrient.csv", "168626", "max", "104")
    atlas.set("food_portion.csv", "168626", "gram_weight", "84")
    found = atlas.compare()
    assert sentences(found) == [
        "Liver: 70.58 (72 to 104) → 70.58 (71.5 to 104) µg per 100 g; samples: 4 → 6",
        "Liver: portion: “3 oz”, 85 g → “3 oz”, 84 g",
    ]
    assert write(atlas.root, found.updates) is None
    assert not atlas.compare().updates


def test_a_value_beside_the_one_shown_is_compared_too(atlas: Atlas) -> None:
    other = "other_values:\n  - micrograms: 0.5\n    dataset: usda-foundation-2024\n    item: Milk, whole\n"
    other += "    fdc_id: '746782'\n    basis: measured\ndisagreement: They differ. [@usda-sr-legacy-2018]\n"
    text = FOOD.format(**LIVER).replace("checked:", f"{other}checked:")
    atlas.path("liver").write_text(text, encoding="utf-8")
    (line,) = sentences(atlas.compare())
    assert line == "Liver: other value “Milk, whole”: 0.5 → 0.54 µg per 100 g; samples added: 4"


def test_a_count_of_no_samples_is_told_and_never_taken_over(atlas: Atlas) -> None:
    atlas.set("food_nutrient.csv", "168626", "data_points", "0")
    atlas.set("food_nutrient.csv", "2707444", "data_points", "0")
    found = atlas.compare()
    assert not found.updates
    assert found.open == [
        "data/foods/liver.yml:12: Liver: “Beef, liver, cooked” (number 168626): samples 4 → 0. "
        "The files write 0 also where the number is not known."
    ]


def test_a_vanished_food_is_told_and_keeps_its_figure(atlas: Atlas) -> None:
    before = atlas.state()
    atlas.drop("food.csv", "746782")
    atlas.add("food.csv", "9", "foundation_food", "Cheese", "1", "2024-10-31")
    assert atlas.run("--write") == 0
    assert atlas.state() == before
    assert atlas.compare().open == [
        "data/foods/milk.yml:10: Milk: “Milk, whole” (number 746782) is not in the files any more. "
        "No other food there has its code or its name: look for it on the USDA site, or name another dataset."
    ]


@pytest.mark.parametrize(
    ("code", "name", "how"),
    [("01077", "Milk, whole, 3.25%", "the code 1077"), ("5", "Milk, whole", "the name")],
)
def test_a_food_under_a_new_number_is_found_by_code_or_name_and_left_to_somebody(
    atlas: Atlas, code: str, name: str, how: str
) -> None:
    before = atlas.state()
    atlas.drop("food.csv", "746782")
    atlas.add("food.csv", "2705385", "foundation_food", name, "1", "2024-10-31")
    atlas.add("foundation_food.csv", "2705385", code)
    atlas.add("food_nutrient.csv", "9", "2705385", "1178", "0.56", "26")
    assert atlas.run("--write") == 0
    assert atlas.state() == before
    assert atlas.compare().open == [
        "data/foods/milk.yml:10: Milk: “Milk, whole” (number 746782) is not in the files any more. "
        f"With {how} there is number 2705385, “{name}”, 0.54 → 0.56 µg per 100 g. "
        "A new number is a new analysis: if it is the same food, enter number, figure and source."
    ]


def test_a_later_analysis_beside_the_old_one_is_told(atlas: Atlas) -> None:
    atlas.add("food.csv", "2705385", "foundation_food", "Milk, whole", "1", "2024-10-31")
    atlas.add("foundation_food.csv", "2705385", "1077")
    found = atlas.compare()
    assert not found.updates
    (told,) = found.open
    assert "was published again on 2024-10-31 as 2705385, “Milk, whole”, without a figure for vitamin B12." in told


def test_a_renamed_food_is_told_and_none_of_its_figures_is_taken_over(atlas: Atlas) -> None:
    before = atlas.state()
    atlas.set("food.csv", "2707444", "description", "Yogurt, oat\x1b[2J")
    atlas.set("food_nutrient.csv", "2707444", "amount", "0.5")
    assert atlas.run("--write") == 0
    assert atlas.state() == before
    assert atlas.compare().open == [
        "data/foods/yogurt.yml:9: Yogurt: “Yogurt, soy” (number 2707444) is now called “Yogurt, oat[2J”, "
        "0.28 → 0.5 µg per 100 g. If it is the same food, give `item` the new name and run this again."
    ]


def test_a_number_of_another_dataset_is_told(atlas: Atlas) -> None:
    atlas.food(LIVER | {"dataset": "usda-foundation-2024"})
    (told,) = atlas.compare().open
    assert "is a food of SR Legacy, not of Foundation Foods" in told


@pytest.mark.parametrize("amount", ["70580", "0.07058", "1001"])
def test_an_amount_in_another_unit_is_told_and_not_taken_over(atlas: Atlas, amount: str) -> None:
    before = atlas.state()
    atlas.set("food_nutrient.csv", "168626", "amount", amount)
    assert atlas.run("--write") == 0
    assert atlas.state() == before
    (told,) = atlas.compare().open
    assert told.startswith("data/foods/liver.yml:7: Liver: “Beef, liver, cooked” (number 168626): 70.58 → ")
    assert told.endswith(" µg per 100 g looks like a mistake of unit. Ask USDA; nothing of it is taken over.")


@pytest.mark.parametrize(("old", "new"), [("0", "12"), ("12", "0.0")])
def test_nothing_that_becomes_something_is_a_change_like_any(atlas: Atlas, old: str, new: str) -> None:
    atlas.food(LIVER | {"amount": old})
    atlas.set("food_nutrient.csv", "168626", "amount", new)
    assert sentences(atlas.compare()) == [f"Liver: {old} → {new.removesuffix('.0')} µg per 100 g"]


def test_a_food_without_a_figure_keeps_its_own(atlas: Atlas) -> None:
    atlas.set("food_nutrient.csv", "168626", "amount", "")
    atlas.drop("food_nutrient.csv", "4")
    found = atlas.compare()
    assert not found.updates
    assert [told.partition(") ")[2] for told in found.open] == [
        "has no figure for vitamin B12 in the files. The record keeps its own."
    ] * 2


def test_a_dataset_that_the_folder_does_not_hold_is_not_called_vanished(
    atlas: Atlas, capsys: pytest.CaptureFixture[str]
) -> None:
    atlas.drop("food.csv", "746782")
    atlas.drop("food.csv", "2707444")
    (atlas.folder / "foundation_food.csv").unlink()
    assert atlas.run() == 0
    assert capsys.readouterr().out == (
        f"1 figure held against the files in {atlas.folder}: nothing changed.\n"
        "\n"
        "Figures that were not compared:\n"
        "  1 of FNDDS, which the folder does not hold\n"
        "  1 of Foundation Foods, which the folder does not hold\n"
    )


def test_a_portion_that_the_files_do_not_name_or_give_two_weights_is_not_changed(atlas: Atlas) -> None:
    atlas.drop("food_portion.csv", "746782")
    atlas.set("food_portion.csv", "168626", "gram_weight", "84")
    atlas.add("food_portion.csv", "9", "168626", "3", "3", "9999", "", "OZ", "86")
    found = atlas.compare()
    assert not found.updates
    assert found.unweighed == ["milk"]
    assert found.open == ["data/foods/liver.yml:16: Liver: the portion '3 oz': 85 → 84 or 86 g. Choose a weight."]


def test_a_record_that_is_due_to_be_checked_stays_due(atlas: Atlas) -> None:
    atlas.set("food_nutrient.csv", "168626", "amount", "83.13")
    (update,) = compare(atlas.root, atlas.folder, datetime.date(2028, 1, 1)).updates
    assert "checked: 2026-01-02\n" in update.after
    assert "  - date: 2028-01-01\n" in update.after
    assert update.still[-1] == "data/foods/liver.yml:18: Liver: was due to be checked on 2027-12-31, and still is."


# Files that are not as they should be


def spoil(name: str, change: Callable[[bytes], bytes]) -> Callable[[Atlas], object]:
    return lambda atlas: (atlas.folder / name).write_bytes(change((atlas.folder / name).read_bytes()))


SPOILT: dict[str, tuple[Callable[[Atlas], object], str]] = {
    "another unit": (
        lambda atlas: atlas.set("nutrient.csv", "1178", "unit_name", "MG"),
        "nutrient.csv:3: found the unit 'MG' for vitamin B12; expected UG (micrograms).",
    ),
    "another nutrient": (
        lambda atlas: atlas.set("nutrient.csv", "1178", "nutrient_nbr", "417"),
        "nutrient.csv:3: found the number '417' for nutrient 1178; expected 418, vitamin B12.",
    ),
    "no nutrient": (
        lambda atlas: atlas.drop("nutrient.csv", "1178"),
        "nutrient.csv: found no nutrient 1178 (vitamin B12); expected one row of it.",
    ),
    "no file": (
        lambda atlas: (atlas.folder / "food_portion.csv").unlink(),
        "food_portion.csv: found no such file; expected every file of the download.",
    ),
    "no table of codes": (
        lambda atlas: (atlas.folder / "sr_legacy_food.csv").unlink(),
        "sr_legacy_food.csv: found no such file; expected every file of the download.",
    ),
    "a folder in place of a file": (
        lambda atlas: (atlas.folder / "food.csv").rename(atlas.folder / "old").with_name("food.csv").mkdir(),
        "food.csv: found a file that cannot be read (Is a directory); expected a readable file.",
    ),
    "an empty file": (spoil("food.csv", lambda _: b""), "food.csv:1: found an empty file; expected the columns"),
    "no column": (
        spoil("food_nutrient.csv", lambda data: data.replace(b'"amount"', b'"value"')),
        "food_nutrient.csv:1: found no column 'amount'; expected the columns nutrient_id, fdc_id, amount,",
    ),
    "a last row cut off": (
        spoil("food_nutrient.csv", lambda data: data[: data.index(b',"0.28"')]),
        "food_nutrient.csv:5: found a row of 3 columns; expected 10, as in the first line. "
        "The file is cut off or damaged: download it again.",
    ),
    "cut off in the middle of a value": (
        spoil("food_nutrient.csv", lambda data: data[: data.index(b'28"')]),
        "food_nutrient.csv:5: found a quotation mark without its other half; expected text in quotes closed.",
    ),
    "a quotation mark left open": (
        spoil("food.csv", lambda data: data.replace(b'whole"', b"whole")),
        "food.csv:3: found a quotation mark without its other half; expected text in quotes closed.",
    ),
    "another encoding": (
        spoil("food.csv", lambda data: data.replace(b"Milk", b"Cr\xe8me")),
        "food.csv:3: found bytes that are not UTF-8; expected UTF-8, as USDA publishes it.",
    ),
    "UTF-16": (
        spoil("food.csv", lambda data: data.decode().encode("utf-16")),
        "food.csv:1: found bytes that are not UTF-8; expected UTF-8, as USDA publishes it.",
    ),
    "no dataset of use": (
        lambda atlas: atlas.drop("food.csv", "168626", "746782", "2707444"),
        "food.csv: found no food of a dataset that the atlas uses; expected SR Legacy, Foundation Foods, FNDDS.",
    ),
    "no row of the vitamin": (
        lambda atlas: atlas.drop("food_nutrient.csv", "168626", "746782", "2707444"),
        "food_nutrient.csv: found vitamin B12 for none of the foods; expected rows of 1178.",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_files_are_told_with_their_line_and_nothing_is_written(
    atlas: Atlas, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    atlas.set("food_nutrient.csv", "746782", "amount", "0.9")
    before = atlas.state()
    change, message = SPOILT[name]
    change(atlas)
    assert atlas.run("--write") == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"{atlas.folder}/{message}")
    assert err == "1 problem.\n"
    assert atlas.state() == before


REFUSED = {
    "not a number": ("amount", "n.a.", "'n.a.' for food 168626; expected an amount of 0 or more"),
    "negative": ("amount", "-1.5", "'-1.5' for food 168626; expected an amount of 0 or more"),
    "not finite": ("amount", "nan", "'nan' for food 168626; expected an amount of 0 or more"),
    "too large": ("amount", "1e999", "'1e999' for food 168626; expected an amount of 0 or more"),
    "half a sample": ("data_points", "2.5", "'2.5' data points; expected a whole number"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_figure_is_refused_and_spoils_no_other_food(
    atlas: Atlas, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    column, value, message = REFUSED[name]
    atlas.set("food_nutrient.csv", "168626", column, value)
    atlas.set("food_nutrient.csv", "746782", "amount", "0.56")
    before = atlas.state()
    assert atlas.run("--write") == 1
    out = capsys.readouterr().out
    assert out.endswith(
        f"{atlas.folder}/food_nutrient.csv:3: found {message}. "
        "This food is left as it is: look it up on the USDA site.\n"
    )
    after = atlas.state()
    assert [path.name for path in after if before[path] != after[path]] == ["milk.yml"]


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ([("food_nutrient.csv", "9", "168626", "1178", "99", "4")], "food_nutrient.csv:7: found a second figure"),
        ([("food.csv", "168626", "sr_legacy_food", "Kidney")], "food.csv:6: found a second food of this number"),
        ([("food_portion.csv", "9", "168626", "3", "1", "", "", "", "x")], "food_portion.csv:6: found 'x' for food"),
        ([("food_nutrient.csv", "9", "168626", "1178", "70.58", "4", "2")], None),
    ],
)
def test_two_rows_that_contradict_each_other_are_refused(
    atlas: Atlas, rows: list[tuple[str, ...]], refused: str | None
) -> None:
    for name, *row in rows:
        atlas.add(name, *row)
    found = atlas.compare()
    assert not found.updates
    assert [str(problem).removeprefix(f"{atlas.folder}/")[: len(refused or "")] for problem in found.problems] == (
        [refused] if refused else []
    )


def test_a_range_the_wrong_way_round_is_refused(atlas: Atlas) -> None:
    atlas.set("food_nutrient.csv", "168626", "min", "80")
    atlas.set("food_nutrient.csv", "168626", "max", "60")
    (problem,) = atlas.compare().problems
    assert problem.found == "a lowest value (80) above the highest (60)"


def test_all_problems_are_told_at_once(atlas: Atlas, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("another unit", "no file", "a quotation mark left open"):
        SPOILT[name][0](atlas)
    for food in ("milk", "yogurt"):
        atlas.path(food).write_text("id: x\n\ttitle: X\n", encoding="utf-8")
    assert atlas.run() == 1
    out, err = capsys.readouterr()
    assert [line.partition(":")[0].rpartition("/")[2] for line in out.splitlines()] == [
        "food.csv",
        "food_portion.csv",
        "nutrient.csv",
        "milk.yml",
        "yogurt.yml",
    ]
    assert err == "5 problems.\n"


def test_rows_of_another_form_are_told_ten_times_at_most(atlas: Atlas) -> None:
    spoil("food_nutrient.csv", lambda data: data + b"1;2;3\n" * 1000)(atlas)
    problems = atlas.compare().problems
    assert [problem.line for problem in problems] == list(range(7, 17))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data + b"\n",
        lambda data: data.rstrip(b"\n"),
        lambda data: data.replace(b'"id"', b'"new_column","id"').replace(b'\n"', b'\n"","'),
    ],
    ids=["byte-order mark", "line ends of Windows", "an empty line", "no last line end", "a column more"],
)
def test_what_changes_no_figure_is_read(atlas: Atlas, change: Callable[[bytes], bytes]) -> None:
    spoil("food_nutrient.csv", change)(atlas)
    found = atlas.compare()
    assert (found.figures, found.updates, found.open, found.problems) == (3, [], [], [])


def test_a_folder_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(tmp_path), "foods", "import", "/nowhere"]) == 1
    assert capsys.readouterr().out.startswith("/nowhere: found no folder; expected FoodData Central's unpacked CSV")


def test_a_record_that_cannot_be_read_stops_the_import(atlas: Atlas) -> None:
    atlas.set("food_nutrient.csv", "168626", "amount", "83.13")
    atlas.path("milk").write_bytes(b"\xff\xfe")
    before = atlas.state()
    assert atlas.run("--write") == 1
    assert atlas.state() == before


# Writing: all or nothing


def changed(atlas: Atlas) -> Comparison:
    atlas.set("food_nutrient.csv", "168626", "amount", "83.13")
    atlas.set("food_nutrient.csv", "746782", "amount", "0.56")
    found = atlas.compare()
    assert len(found.updates) == 2
    return found


def test_a_file_that_changed_meanwhile_is_not_written_over_and_no_other_is_written(atlas: Atlas) -> None:
    found = changed(atlas)
    atlas.path("milk").write_text(FOOD.format(**MILK | {"amount": "0.55"}), encoding="utf-8")
    before = atlas.state()
    problem = write(atlas.root, found.updates)
    assert problem is not None
    assert str(problem).startswith("data/foods/milk.yml: found a file that changed meanwhile;")
    assert atlas.state() == before


def test_a_file_that_cannot_be_replaced_leaves_all_as_they_were(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    found = changed(atlas)
    before = atlas.state()
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "milk.yml":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    problem = write(atlas.root, found.updates)
    assert problem is not None
    assert problem.path == "data/foods/milk.yml"
    assert atlas.state() == before


def test_a_full_disk_leaves_nothing_behind(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    found = changed(atlas)
    before = atlas.state()

    def failing(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", failing)
    assert write(atlas.root, found.updates) is not None
    assert atlas.state() == before


# Properties

AMOUNTS = st.one_of(
    st.floats(0, 500).map(repr), st.sampled_from(["0", "0.0", "70.58", "1E-3", "-1", "x", "", "1e400", "70,58"])
)
TEXTS = st.one_of(st.sampled_from(["Milk, whole", "Milk"]), st.text(max_size=8))


@given(amount=AMOUNTS, samples=st.sampled_from(["", "0", "4", "7", "1.5"]), name=TEXTS, grams=AMOUNTS)
@settings(max_examples=20)
def test_whatever_the_files_say_nothing_is_written_unasked_and_a_second_run_finds_nothing(
    amount: str, samples: str, name: str, grams: str
) -> None:
    with fresh() as atlas:
        for number in ("168626", "2707444"):
            atlas.set("food_nutrient.csv", number, "amount", amount)
            atlas.set("food_nutrient.csv", number, "data_points", samples)
            atlas.set("food_portion.csv", number, "gram_weight", grams)
        atlas.set("food.csv", "746782", "description", name.encode("utf-8", "replace").decode())
        before = atlas.state()
        atlas.run()
        assert atlas.state() == before
        atlas.run("--write")
        assert not open_knowledge_base(atlas.root).problems
        after = atlas.state()
        assert after.keys() == before.keys()
        assert not atlas.compare().updates
        atlas.run("--write")
        assert atlas.state() == after


@given(st.data())
@settings(max_examples=30)
def test_wherever_a_file_is_cut_off_no_wrong_figure_is_taken_over(data: st.DataObject) -> None:
    with fresh() as atlas:
        atlas.set("food_nutrient.csv", "168626", "amount", "83.13")
        (right,) = [update.after for update in atlas.compare().updates]
        name = data.draw(st.sampled_from(sorted(FILES)))
        content = (atlas.folder / name).read_bytes()
        (atlas.folder / name).write_bytes(content[: data.draw(st.integers(0, len(content)))])
        found = atlas.compare()
        assert [update.after for update in found.updates] in ([], [right])
        assert found.figures or found.problems


def test_a_large_file_is_read_row_by_row(atlas: Atlas) -> None:
    row = b'"7","1105904","1003","12.5","","","","","",""\n'
    with (atlas.folder / "food_nutrient.csv").open("ab") as file:
        file.write(row * 100_000)
    tracemalloc.start()
    release = read_release(atlas.folder)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(release, Release)
    assert set(release.values) == {"168626", "746782", "2707444"}
    assert peak < len(row) * 100_000 / 10
