"""The numbers that people type: read as they were meant, or sent back with a line that helps."""

from pathlib import Path
from typing import Any

import pytest

from .browser_twin import in_node

GRAMS = {"min": 1, "max": 2000, "units": ["g", "gram", "grams"]}
UNDERSTOOD = {
    "80": 80,
    " 80 ": 80,
    "12,5": 12.5,
    "12.5": 12.5,
    "80 g": 80,
    "80g": 80,
    "80 Grams": 80,
    "80 g.": 80,
    "+80": 80,
    "1e2": 100,
    "1 234": 1234,
    "1\u202f234,5": 1234.5,
    "1'234": 1234,
    "1,234.5": 1234.5,
    "1.234,5": 1234.5,
    "12,": 12,
}
REFUSED = {
    "": "Type a number from 1 to 2\u00a0000 g.",
    "   ": "Type a number from 1 to 2\u00a0000 g.",
    "abc": "“abc” is not a number.",
    "NaN": "“NaN” is not a number.",
    "Infinity": "“Infinity” is not a number.",
    "-5": "-5 is too little here.",
    "\u22125": "\u22125 is too little here.",
    "0": "0 is too little here.",
    "1e9": "1e9 is too much here.",
    "1e999": "1e999 is too much here.",
    "1,234,567": "1,234,567 is too much here.",
    "1,234": "“1,234” may mean 1234 or 1.234. Type it without a comma.",
    "1.2.3": "“1.2.3” is not a number.",
    "1,23,4": "“1,23,4” is not a number.",
    "80µg": "“µg” is not the unit of this field.",
    "80 mg": "“mg” is not the unit of this field.",
    "½": "“½” is not a number.",
    "80 (or so)": "“(or so)” does not belong to a number.",
    "50-60": "Type one number, not a range",
    "50 to 60 g": "Type one number, not a range",
    "<150": "Leave out “<”.",
    "x" * 5000: "“" + "x" * 24 + "…” is not a number.",
}


def read(texts: list[str], limits: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    given = {"texts": texts, "limits": limits}
    told: list[dict[str, Any]] = in_node(
        "number", "return given.texts.map((text) => twin.readNumber(text, given.limits));", given, folder
    )
    return told


def test_a_number_is_read_as_it_was_meant(tmp_path: Path) -> None:
    told = read(list(UNDERSTOOD), GRAMS, tmp_path)
    assert {text: one.get("value") for text, one in zip(UNDERSTOOD, told, strict=True)} == UNDERSTOOD


def test_what_is_no_number_of_the_field_gets_one_line_that_says_what_to_type(tmp_path: Path) -> None:
    told = read(list(REFUSED), GRAMS, tmp_path)
    for (text, line), one in zip(REFUSED.items(), told, strict=True):
        assert "value" not in one, text
        assert line in one["problem"], text
        assert one["problem"].endswith("."), text
        assert "without a comma" in line or "from 1 to 2\u00a0000 g" in one["problem"], text


@pytest.mark.parametrize(
    ("text", "unit"),
    [("300 pmol/l", "pmol/L"), ("0.3 umol/L", "µmol/L"), ("0.3 \u03bcmol / L", "µmol/L"), ("300", None)],
)
def test_the_unit_that_was_typed_is_told_as_the_field_writes_it(tmp_path: Path, text: str, unit: str | None) -> None:
    [told] = read([text], {"min": 0, "max": 1e5, "units": ["pmol/L", "µmol/L"]}, tmp_path)
    assert told.get("unit") == unit
    assert isinstance(told["value"], float | int)


def test_a_field_without_a_unit_takes_none(tmp_path: Path) -> None:
    [told] = read(["3 g"], {"min": 0, "max": 9}, tmp_path)
    assert told["problem"] == "Leave out “g”. Type a number from 0 to 9."
