"""A new record, begun: a commented file that holds every required field and says what belongs there."""

from __future__ import annotations

import datetime
import re
import textwrap
from pathlib import Path
from typing import Any

from .model import KINDS, Record
from .model.field import ID_PATTERN
from .problem import Problem, quoted, suggestion


def new_record(root: Path, kind: str, record_id: str, day: datetime.date) -> Path | Problem:
    """Writes `data/<folder>/<id>.yml` for a record that is to be filled in; never over a file that exists.

    Args:
        root: the project's folder.
        kind: the kind of record.
        record_id: its id.
        day: today, for `checked` and `changes`.
    """
    if kind not in KINDS:
        return Problem("KIND", 0, quoted(kind), f"one of {', '.join(KINDS)}", suggestion(kind, KINDS, "Choose one."))
    if not re.fullmatch(ID_PATTERN, record_id):
        return Problem(
            "ID",
            0,
            quoted(record_id),
            "small letters, digits and single hyphens (a-z, 0-9, -)",
            "Write it like brazil-nut.",
        )
    model = KINDS[kind]
    path = root / "data" / model.KIND.folder / f"{record_id}.yml"
    name = path.relative_to(root).as_posix()
    if path.exists():
        return Problem(name, 0, "a record of this id", "an id not in use", "Edit that record, or choose another id.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(form(model, record_id, day))
    return path


def form(model: type[Record], record_id: str, day: datetime.date) -> str:
    """The text of a record to be filled in: required fields open, the others as comments, each explained."""
    filled: dict[str, str] = {
        "id": record_id,
        "checked": day.isoformat(),
        "check_again": _in_months(day, model.KIND.check_months).isoformat(),
        "changes": f"\n  - date: {day.isoformat()}\n    text: First version.",
    }
    lines = [f"# A new {model.KIND.singular.lower()}. Fill in what is open; delete the comments. Then: make check"]
    for name in model.field_order():
        field = model.model_fields[name]
        lines += [f"# {line}" for line in textwrap.wrap(field.description or "", 96)]
        if name in filled:
            separator = "" if filled[name].startswith("\n") else " "
            lines.append(f"{name}:{separator}{filled[name]}")
        else:
            lines.append(f"{name}:" if field.is_required() else f"# {name}: {_example(field.annotation)}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _example(annotation: Any) -> str:
    return "[]" if "tuple" in str(annotation) else ""


def _in_months(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the 28th where the day is later than that: every month has one."""
    month = day.month - 1 + months
    return datetime.date(day.year + month // 12, month % 12 + 1, min(day.day, 28))
