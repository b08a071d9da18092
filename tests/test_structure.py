"""The house: modules stand on floors, say what they are for, and none is a drawer for odds and ends."""

import ast
import re
from pathlib import Path

import pytest

from .conftest import ROOT

FLOORS = [
    ["problem", "model", "github", "blocks", "bundle", "compiled", "whole"],
    ["load", "prose", "permanent", "preview", "printed", "offline", "absorption", "chart", "intakes", "units", "usda"],
    [
        "graph",
        "format",
        "figure",
        "cite",
        "diagram",
        "schema",
        "fields",
        "example",
        "reading",
        "anchors",
        "stale",
        "revision",
        "register",
    ],
    ["check", "phrase", "new", "uptake", "strength"],
    ["knowledge", "changes", "ask", "form"],
    ["bloodtests", "explorer", "finder", "overview", "news", "status", "diff", "foods", "search", "named"],
    ["pages"],
    ["calls", "export"],
    ["assets", "press"],
    ["__init__", "hook", "cli"],
    ["__main__"],
]
MODULES = sorted((ROOT / "macros").rglob("*.py"))
CODE = [*MODULES, *sorted((ROOT / "tests").glob("*.py")), *sorted((ROOT / "bench").glob("*.py"))]


def name(path: Path) -> str:
    """The module's name on its floor: `model` stands for all that is in it."""
    parts = path.relative_to(ROOT / "macros").with_suffix("").parts
    return parts[0]


def floor(module: str) -> int:
    return next(number for number, names in enumerate(FLOORS) if module in names)


def imported(path: Path) -> set[str]:
    """The modules of macros/ that a module imports."""
    found: set[str] = set()
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        base = package[: len(package) - node.level + 1] if node.level else ()
        target = (*base, *(node.module or "").split(".")) if node.module else base
        if target[:1] == ("macros",):
            found |= {target[1]} if len(target) > 1 else {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_floors_below(path: Path) -> None:
    own = name(path)
    for other in imported(path) - {own}:
        assert floor(other) < floor(own), f"{own} (floor {floor(own)}) imports {other} (floor {floor(other)})"


def test_the_contribute_page_names_every_module_on_its_floor() -> None:
    page = (ROOT / "docs" / "contribute" / "index.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| (.+?) \|", page, re.MULTILINE)
    told = {module: int(number) for number, cell in rows for module in re.findall(r"`(\w+)(?:\.py|/)`", cell)}
    modules = {name(path) for path in MODULES} - {"__main__"}
    assert {module: told.get(module) for module in modules} == {module: floor(module) for module in modules}


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_a_sentence(path: Path) -> None:
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert re.match(r"[A-Z`].+[.:)]", doc), f"{path} does not say what it is for"


def test_no_module_is_a_drawer() -> None:
    assert not [path for path in CODE if re.search(r"util|helper|misc|manager|common", path.stem)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_function_fits_on_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno
            assert length <= 60, f"{path.name}: {node.name} is {length} lines long"


def test_every_dependency_is_explained() -> None:
    page = (ROOT / "docs" / "contribute" / "index.md").read_text(encoding="utf-8").lower()
    names = re.findall(r"^([A-Za-z][\w.-]*)", (ROOT / "requirements.in").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(names) > 10
    assert not [dependency for dependency in names if dependency.lower() not in page]
