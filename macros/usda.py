"""USDA FoodData Central's published CSV files → what they say of vitamin B12 in each food, or all that is wrong.

The files are read row by row: the largest has 26 million rows, of which some ten thousand are kept.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TextIO

from .problem import Problem, quoted

NUTRIENT = "1178"
"""Vitamin B12's id. The survey's file names nutrients by their older number instead; no id is so low."""
NUTRIENT_NUMBER = "418"
UNIT = "UG"

_MOST_ROWS = 10
"""Damaged rows that are told of one file: a file of another form has millions."""
_NUMBER = re.compile(r"\d+(\.\d*)?([eE][-+]?\d+)?")
_COUNT = re.compile(r"(\d+)(\.0*)?")
_AGAIN = "The file is cut off or damaged: download it again."


@dataclass(frozen=True)
class Family:
    """One of the datasets that FoodData Central is made of.

    Args:
        name: what USDA calls it.
        table: the file that gives its foods' codes.
        code: the column of the code, which a food keeps when it is published again under a new number.
    """

    name: str
    table: str
    code: str


FAMILIES: Mapping[str, Family] = {
    "sr_legacy_food": Family("SR Legacy", "sr_legacy_food.csv", "NDB_number"),
    "foundation_food": Family("Foundation Foods", "foundation_food.csv", "NDB_number"),
    "survey_fndds_food": Family("FNDDS", "survey_fndds_food.csv", "food_code"),
}
"""By the word for it in food.csv. Branded foods are labels, not analyses: they are left out."""


@dataclass(frozen=True)
class Listed:
    """A food as food.csv lists it."""

    fdc_id: str
    family: str
    name: str
    published: str


@dataclass(frozen=True)
class Value:
    """Vitamin B12 in µg per 100 g; None where the file leaves the column empty."""

    micrograms: float | None
    samples: int | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Serving:
    """A household portion: all that it may be called, and its weight."""

    names: frozenset[str]
    grams: float


@dataclass(frozen=True)
class Release:
    """What a folder of published files says.

    Args:
        foods: number → food, of the datasets in `FAMILIES`.
        codes: number → the code of its dataset, without zeros in front.
        values: number → vitamin B12.
        servings: number → its portions.
        refused: number → what is wrong with what the files say of this food.
    """

    foods: Mapping[str, Listed]
    codes: Mapping[str, str]
    values: Mapping[str, Value]
    servings: Mapping[str, Sequence[Serving]]
    refused: Mapping[str, Sequence[Problem]]

    @property
    def families(self) -> frozenset[str]:
        """The datasets that the folder holds."""
        return frozenset(food.family for food in self.foods.values())


def read_release(folder: Path) -> Release | list[Problem]:
    """Reads a folder of files in FoodData Central's layout, whole or not at all.

    What is wrong with a single food is told in `Release.refused` and spoils no other food.
    """
    if not folder.is_dir():
        return [
            Problem(
                str(folder), 0, "no folder", "FoodData Central's unpacked CSV files", "Name the folder they are in."
            )
        ]
    return _Reader(folder).release()


def plain_code(code: str) -> str:
    """A dataset's code as it can be compared: newer files leave out the zeros in front."""
    return code.strip().lstrip("0")


def plain_name(name: str) -> str:
    """A portion's name as it can be compared."""
    return " ".join(name.split()).casefold()


class _Reader:
    """Reads the files of one folder and notes what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.refused: dict[str, list[Problem]] = defaultdict(list)

    def release(self) -> Release | list[Problem]:
        """All of it, or the problems of all the files."""
        self._unit()
        foods = self._foods()
        codes = self._codes({food.family for food in foods.values()})
        values = self._values(foods)
        servings = self._servings(foods)
        if self.problems:
            return sorted(self.problems)
        return Release(foods, codes, values, servings, dict(self.refused))

    def _unit(self) -> None:
        """Tells a nutrient list in which vitamin B12 is missing or not counted in micrograms."""
        before = len(self.problems)
        found = None
        for line, (nutrient, number, unit) in self._rows("nutrient.csv", ("id", "nutrient_nbr", "unit_name")):
            if nutrient == NUTRIENT:
                found = (line, number.partition(".")[0], unit)
        if len(self.problems) > before:
            return
        if found is None:
            self._tell("nutrient.csv", 0, f"no nutrient {NUTRIENT} (vitamin B12)", "one row of it", _AGAIN)
        elif found[1] != NUTRIENT_NUMBER:
            remedy = "Has USDA numbered its nutrients anew? Then macros/usda.py has to follow."
            what = f"the number {quoted(found[1])} for nutrient {NUTRIENT}"
            self._tell("nutrient.csv", found[0], what, f"{NUTRIENT_NUMBER}, vitamin B12", remedy)
        elif found[2].upper() != UNIT:
            remedy = "An amount in another unit is never taken over: ask USDA, or wait for the next release."
            what = f"the unit {quoted(found[2])} for vitamin B12"
            self._tell("nutrient.csv", found[0], what, f"{UNIT} (micrograms)", remedy)

    def _foods(self) -> dict[str, Listed]:
        before = len(self.problems)
        foods: dict[str, Listed] = {}
        columns = ("fdc_id", "data_type", "description", "publication_date")
        for line, (fdc_id, family, name, published) in self._rows("food.csv", columns):
            if family not in FAMILIES:
                continue
            food = Listed(fdc_id, family, _shown(name), _shown(published))
            if foods.setdefault(fdc_id, food) != food:
                self._refuse(fdc_id, "food.csv", line, "a second food of this number", "each number once")
        if not foods and len(self.problems) == before:
            wanted = ", ".join(family.name for family in FAMILIES.values())
            self._tell("food.csv", 0, "no food of a dataset that the atlas uses", wanted, "Download one of these.")
        return foods

    def _codes(self, families: Iterable[str]) -> dict[str, str]:
        return {
            fdc_id: plain_code(code)
            for family in sorted(families)
            for _, (fdc_id, code) in self._rows(FAMILIES[family].table, ("fdc_id", FAMILIES[family].code))
        }

    def _values(self, foods: Mapping[str, Listed]) -> dict[str, Value]:
        before = len(self.problems)
        values: dict[str, Value] = {}
        columns = ("nutrient_id", "fdc_id", "amount", "data_points", "min", "max")
        for line, (nutrient, fdc_id, *cells) in self._rows("food_nutrient.csv", columns):
            if nutrient not in (NUTRIENT, NUTRIENT_NUMBER) or fdc_id not in foods:
                continue
            value = self._value(fdc_id, line, cells)
            if value and values.setdefault(fdc_id, value) != value:
                what = f"a second figure for vitamin B12 in food {fdc_id}"
                self._refuse(fdc_id, "food_nutrient.csv", line, what, "one, or the same again")
        if foods and not values and not self.refused and len(self.problems) == before:
            self._tell("food_nutrient.csv", 0, "vitamin B12 for none of the foods", f"rows of {NUTRIENT}", _AGAIN)
        return values

    def _value(self, fdc_id: str, line: int, cells: Sequence[str]) -> Value | None:
        amount, samples, low, high = cells
        name = "food_nutrient.csv"
        numbers = [self._number(fdc_id, name, line, text) for text in (amount, low, high)]
        count = _COUNT.fullmatch(samples)
        if samples and not count:
            self._refuse(fdc_id, name, line, f"{quoted(samples)} data points", "a whole number")
        if numbers[1] is not None and numbers[2] is not None and numbers[1] > numbers[2]:
            self._refuse(fdc_id, name, line, f"a lowest value ({low}) above the highest ({high})", "min up to max")
        if fdc_id in self.refused:
            return None
        return Value(numbers[0], int(count[1]) if count else None, numbers[1], numbers[2])

    def _servings(self, foods: Mapping[str, Listed]) -> dict[str, list[Serving]]:
        units = {key: name for _, (key, name) in self._rows("measure_unit.csv", ("id", "name"))}
        servings: dict[str, list[Serving]] = defaultdict(list)
        columns = ("fdc_id", "amount", "measure_unit_id", "portion_description", "modifier", "gram_weight")
        for line, (fdc_id, amount, unit, description, modifier, weight) in self._rows("food_portion.csv", columns):
            if fdc_id not in foods:
                continue
            grams = self._number(fdc_id, "food_portion.csv", line, weight)
            if grams:
                names = _names(amount, units.get(unit, ""), description, modifier)
                servings[fdc_id].append(Serving(names, grams))
        return dict(servings)

    def _number(self, fdc_id: str, name: str, line: int, text: str) -> float | None:
        """An amount that is not negative; None where there is none, or where it is told to be wrong."""
        if not text.strip():
            return None
        if not _NUMBER.fullmatch(text.strip()) or float(text) == float("inf"):
            self._refuse(fdc_id, name, line, f"{quoted(text)} for food {fdc_id}", "an amount of 0 or more")
            return None
        return float(text)

    def _refuse(self, fdc_id: str, name: str, line: int, found: str, expected: str) -> None:
        remedy = "This food is left as it is: look it up on the USDA site."
        self.refused[fdc_id].append(Problem(str(self.folder / name), line, found, expected, remedy))

    def _tell(self, name: str, line: int, found: str, expected: str, remedy: str) -> None:
        self.problems.append(Problem(str(self.folder / name), line, found, expected, remedy))

    def _rows(self, name: str, columns: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Line and wanted columns of each row of a file; what is wrong with the file as a whole is told."""
        path = self.folder / name
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from self._read(name, file, columns)
        except FileNotFoundError:
            self._tell(name, 0, "no such file", "every file of the download", "Unpack the whole download here.")
        except OSError as error:
            self._tell(name, 0, f"a file that cannot be read ({error.strerror})", "a readable file", "Mend that.")
        except UnicodeDecodeError:
            self._tell(name, _undecodable(path), "bytes that are not UTF-8", "UTF-8, as USDA publishes it", _AGAIN)

    def _read(self, name: str, file: TextIO, columns: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
        reader = csv.reader(file, strict=True)
        read, damaged = 0, 0
        try:
            header = [cell.strip() for cell in next(reader, [])]
            missing = [column for column in columns if column not in header]
            if missing:
                what = f"no column {', '.join(quoted(column) for column in missing)}" if header else "an empty file"
                remedy = "Take USDA's own files, unchanged; if USDA changed them, macros/usda.py has to follow."
                self._tell(name, 1, what, f"the columns {', '.join(columns)}", remedy)
                return
            wanted, width = itemgetter(*(header.index(column) for column in columns)), len(header)
            for row in reader:
                read = reader.line_num
                if len(row) == width:
                    yield read, wanted(row)
                elif row:
                    damaged += 1
                    self._tell(name, read, f"a row of {len(row)} columns", f"{width}, as in the first line", _AGAIN)
                    if damaged == _MOST_ROWS:
                        return
        except csv.Error:
            self._tell(name, read + 1, "a quotation mark without its other half", "text in quotes closed", _AGAIN)


def _shown(text: str) -> str:
    """A text of the files as a terminal may show it."""
    return "".join(filter(str.isprintable, " ".join(text.split())))


def _names(amount: str, unit: str, description: str, modifier: str) -> frozenset[str]:
    """All that a portion may be called: each dataset fills in other columns."""
    number = re.sub(r"\.0*$", "", amount)
    unit = "" if unit == "undetermined" else unit
    names = [description, f"{number} {unit} {modifier}"]
    if unit and modifier:
        names += [f"{number} {unit}, {modifier}"]
    return frozenset(filter(None, map(plain_name, names)))


def _undecodable(path: Path) -> int:
    """The first line that is not UTF-8."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 0
