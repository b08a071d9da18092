"""The page that explains the data: what it tells to type gives what it says, and it names every file."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from bench.lighthouse import served
from macros.export.api import WHOLE
from macros.export.tables import TABLES
from macros.knowledge import KnowledgeBase
from macros.model.finding import Finding
from macros.model.walk import parts

from .browser import Quiet
from .conftest import ROOT
from .published import published

PAGE = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def address(real: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    for path, content in published(real, "").items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.encode() if isinstance(content, str) else content)
    with served(folder, Quiet) as at:
        yield at


def example(language: str, address: str) -> str:
    """The page's example in this language, with the address of the files."""
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert found
    text = found[1]
    assert "{{ config.site_url }}" in text
    return text.replace("{{ config.site_url }}", address)


def test_the_python_example_prints_every_finding_in_animals(address: str, real: KnowledgeBase, tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-I", "-c", example("python", address)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
    )
    assert result.returncode == 0, result.stderr
    head, *lines = result.stdout.splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d CC BY 4\.0", head)
    found = [
        f"{part.certainty} | {part.species} | {key} | {' | '.join(part.sources)}"
        for key, entry in real.entries.items()
        for _, part in parts(entry.record)
        if isinstance(part, Finding) and part.evidence == "animal"
    ]
    assert found
    assert sorted(lines) == sorted(found)


def test_the_curl_example_brings_a_record(address: str, tmp_path: Path) -> None:
    result = subprocess.run(
        ["sh", "-c", example("sh", address)], capture_output=True, text=True, timeout=60, cwd=tmp_path
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["key"] == "test:serum-total-b12"


def test_the_r_example_names_columns_that_are_there(address: str) -> None:
    table = next(table for table in TABLES if table.name == "foods")
    text = example("r", address)
    named = set(re.findall(r"\$(\w+)", text)) | set(re.findall(r'"(\w+)"', text)) - {"true", "measured"}
    assert named == {"shown", "basis", "micrograms_per_portion", "title", "portion", "sources"}
    assert named <= {column.name for column in table.columns}


def test_the_steps_for_a_spreadsheet_name_columns_and_values_that_are_there(address: str) -> None:
    (steps,) = re.findall(r"^In a \*\*spreadsheet\*\*.*?\n\n", PAGE, re.DOTALL | re.MULTILINE)
    named = re.findall(r"`(\w+)`", steps)
    with urlopen(f"{address}data/foods.csv") as answer:  # noqa: S310 - this machine
        rows = list(csv.DictReader(io.TextIOWrapper(answer, encoding="utf-8-sig", newline="")))
    assert named == ["shown", "measured", "basis", "micrograms_per_portion", "fdc_id"]
    left = [row for row in rows if row["shown"] == "true" and row["basis"] == "measured"]
    assert len(left) > 50
    assert max(float(row["micrograms_per_portion"]) for row in left) > 10


def test_the_page_names_every_file_about_the_whole_and_every_table() -> None:
    for name in (*WHOLE, "openapi"):
        assert f"`{name}.json`" in PAGE
    for table in TABLES:
        assert f"(data/{table.name}.csv)" in PAGE
        assert f"(data/{table.name}.csv-metadata.json)" in PAGE


def test_every_table_that_a_reader_sees_can_be_taken_away_where_it_stands(site: Path) -> None:
    folders = {"foods", "symptoms", "claims", "tests", "intakes", "pathways"}
    assert {table.name for table in TABLES} == folders
    for name in folders:
        page = (site / name / "index.html").read_text(encoding="utf-8")
        assert f'href="../data/{name}.csv"' in page
        assert (site / "data" / f"{name}.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_table_of_one_food_test_or_authority_leads_to_that_of_all(site: Path, real: KnowledgeBase) -> None:
    for kind, folder in (("food", "foods"), ("intake", "intakes"), ("test", "tests")):
        for record in real.of_kind(kind):
            page = (site / folder / record.id / "index.html").read_text(encoding="utf-8")
            table = "Limits by guideline" in page if kind == "test" else True
            assert page.count('</table></div>\n\n<p class="take">') == table, record.key
            assert (f'href="../../data/{folder}.csv"' in page) == table, record.key


def test_every_pathway_can_be_taken_away_from_its_page(site: Path, real: KnowledgeBase) -> None:
    for pathway in real.of_kind("pathway"):
        page = (site / "pathways" / pathway.id / "index.html").read_text(encoding="utf-8")
        for address in [f"pathways/{pathway.id}{ending}" for ending in (".svg", ".png", ".graphml")] + [
            f"api/v1/pathways/{pathway.id}.json"
        ]:
            assert f'href="../../{address}"' in page
            assert (site / address).stat().st_size > 1000
