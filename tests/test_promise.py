"""What `/api/v1/` and the tables promise: `golden/api-1.txt` has a line for each address, field, word and column.

A line may be added, and then it is promised as well. None goes away within version 1 (see CHANGELOG-API.md).
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from macros.export.api import ROOT as API
from macros.export.tables import ROOT as TABLES
from macros.knowledge import KnowledgeBase

from .conftest import ROOT
from .published import published, texts

PROMISED = ROOT / "tests" / "golden" / "api-1.txt"


def addresses(description: Any) -> Iterator[str]:
    for path, item in description["paths"].items():
        content = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        yield f"address {path}: {kind(content)}"


def kind(schema: Any) -> str:
    """The type of a value, in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if schema.get("type") == "array":
        return f"list of {kind(schema['items'])}" if "items" in schema else "list"
    if isinstance(inner := schema.get("additionalProperties"), dict):
        return f"object of {kind(inner)}"
    return str(schema.get("type", "anything"))


def words(schema: Any) -> list[str]:
    inner = schema.get("items", schema)
    return [str(word) for word in (*inner.get("enum", ()), *([inner["const"]] if "const" in inner else ()))]


def fields(description: Any) -> Iterator[str]:
    for name, schema in description["components"]["schemas"].items():
        for field, value in schema.get("properties", {}).items():
            always = "" if field in schema.get("required", ()) else ", not always"
            yield f"field {name}.{field}: {kind(value)}{always}"
            yield from (f"word {name}.{field}: {word}" for word in words(value))


def columns(tables: dict[str, str]) -> Iterator[str]:
    for path, text in tables.items():
        head = next(csv.reader([text.splitlines()[0].removeprefix("\ufeff")]))
        yield from (f"column {path.removeprefix(TABLES)} {place}: {name}" for place, name in enumerate(head, 1))


@pytest.fixture(scope="module")
def made(real: KnowledgeBase) -> set[str]:
    files = published(real)
    description = json.loads(texts(files, ".json")[f"{API}openapi.json"])
    return {*addresses(description), *fields(description), *columns(texts(files, ".csv"))}


def broken(promised: set[str], made: set[str]) -> set[str]:
    """What was promised and holds no longer. A field that was not always there may be there always from now on."""
    always = {line.removesuffix(", not always") for line in promised if line.endswith(", not always")}
    return {line for line in promised - made if line.removesuffix(", not always") not in made & always}


def test_nothing_that_was_promised_is_gone_or_of_another_type(made: set[str]) -> None:
    gone = broken(set(PROMISED.read_text(encoding="utf-8").splitlines()), made)
    assert gone == set(), "Others build on these lines: see the promise in CHANGELOG-API.md"


def test_what_is_added_is_promised_from_now_on(made: set[str], tmp_path: Path) -> None:
    whole = tmp_path / PROMISED.name
    whole.write_text("\n".join(sorted(made)) + "\n", encoding="utf-8")
    new = made - set(PROMISED.read_text(encoding="utf-8").splitlines())
    assert new == set(), f"Copy {whole} over {PROMISED}, and tell what was added in CHANGELOG-API.md"


def test_a_field_that_goes_or_changes_and_a_column_that_moves_are_found() -> None:
    promised = {"field A.b: string", "field A.c: string, not always", "column x.csv 1: id", "word A.d: yes"}
    assert broken(promised, {*promised, "field A.e: number"}) == set()
    assert broken(promised, promised - {"field A.c: string, not always"} | {"field A.c: string"}) == set()
    for line, other in (
        ("field A.b: string", "field A.b: string, not always"),
        ("field A.b: string", "field A.b: number"),
        ("column x.csv 1: id", "column x.csv 2: id"),
        ("word A.d: yes", "word A.d: no"),
        ("field A.c: string, not always", "field A.c: number"),
    ):
        assert broken(promised, promised - {line} | {other}) == {line}
