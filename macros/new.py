"""A new record, begun: a commented file that holds every required field and says what belongs there."""

from __future__ import annotations

import datetime
import json
import os
import re
import tempfile
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from .format import ValueChangedError, format_text
from .load import given_problems, inner_model, load_retired, load_vocabularies
from .model import KINDS, Record
from .model.field import ID_PATTERN
from .problem import Problem, quoted, suggestion

Values = Mapping[str, Any]
"""Field → plain value; a `Decimal` keeps the digits that were given, and None leaves a field open."""
Notes = Mapping[str, Sequence[str]]
"""Field → lines of a comment that stands above it."""

_LONGEST_ID = 80
# A file of such a name cannot be made, or not be opened again, on Windows.
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
# Letters that have no accent to lose.
_FOLDED = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d"})


def new_record(
    root: Path, kind: str, record_id: str, day: datetime.date, values: Values | None = None, notes: Notes | None = None
) -> Path | list[Problem]:
    """Writes `data/<folder>/<id>.yml` for a record that is to be filled in; never over a file that exists.

    Args:
        root: the project's folder.
        kind: the kind of record.
        record_id: its id.
        day: today, for `checked` and `changes`.
        values: what is known already; it may have come from anybody, and is refused where the model refuses it.
        notes: what stands as a comment above a field.
    """
    root = root.resolve()
    if found := kind_problem(kind):
        return [found]
    if found := id_problem(root, kind, record_id):
        return [found]
    model = KINDS[kind]
    vocabularies, problems = load_vocabularies(root)
    problems += given_problems(model, plain(values or {}), vocabularies) if not problems else []
    if problems:
        return problems
    path = _path(root, kind, record_id)
    name = path.relative_to(root).as_posix()
    try:
        text = format_text(form(model, record_id, day, values or {}, notes or {}), model)
    except ValueChangedError:
        return [Problem(name, 0, "a value that YAML cannot hold", "text and plain numbers", "Write it more plainly.")]
    written = _write(path, name, text)
    return [written] if written else path


def kind_problem(kind: str) -> Problem | None:
    """What is wrong with the name of a kind."""
    if kind in KINDS:
        return None
    return Problem("KIND", 0, quoted(kind), f"one of {', '.join(KINDS)}", suggestion(kind, KINDS, "Choose one."))


def id_problem(root: Path, kind: str, record_id: str) -> Problem | None:
    """Why a new record of this kind cannot have this id."""
    if not re.fullmatch(ID_PATTERN, record_id):
        expected = "small letters, digits and single hyphens (a-z, 0-9, -)"
        return Problem("ID", 0, quoted(record_id), expected, "Write it like brazil-nut.")
    if len(record_id) > _LONGEST_ID:
        expected = f"at most {_LONGEST_ID}"
        return Problem("ID", 0, f"an id of {len(record_id):,} characters", expected, "Choose a shorter one.")
    if _RESERVED.fullmatch(record_id):
        found = f"{quoted(record_id)}, which Windows keeps for a device"
        return Problem("ID", 0, found, "the name of a file", "Add a word to it.")
    path = _path(root, kind, record_id)
    if os.path.lexists(path):
        return _taken(path.relative_to(root).as_posix())
    retired, problems = load_retired(root)
    if problems:
        return problems[0]
    if f"{kind}:{record_id}" in {item.was for item in retired}:
        found = f"the id '{kind}:{record_id}', retired in data/retired.yml"
        return Problem("ID", 0, found, "an id never used before", "Choose another id.")
    return None


def id_of(title: str) -> str:
    """An id made of a title: its letters without accents, its digits, and hyphens; "" where it has neither."""
    folded = unicodedata.normalize("NFKD", title.casefold().translate(_FOLDED))
    plain_letters = re.sub(r"['’]", "", folded).encode("ascii", "ignore").decode("ascii")
    # An accent is dropped from its letter; any other sign parts words.
    words = re.findall(r"[a-z0-9]+", plain_letters)
    while len("-".join(words)) > _LONGEST_ID and len(words) > 1:
        words.pop()
    return "-".join(words)[:_LONGEST_ID]


def plain(value: Any) -> Any:
    """A value as the models read it."""
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _path(root: Path, kind: str, record_id: str) -> Path:
    return root / "data" / KINDS[kind].KIND.folder / f"{record_id}.yml"


def _taken(name: str) -> Problem:
    return Problem(name, 0, "a record of this id", "an id not in use", "Edit that record, or choose another id.")


def _write(path: Path, name: str, text: str) -> Problem | None:
    """Writes a file whole or not at all, never over another one, and nowhere else than it seems."""
    folder = path.parent
    if folder.resolve() != folder:
        return Problem(name, 0, "a folder that is a link to another place", "a folder", "Put the folder itself there.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            Path(file.name).chmod(0o644)
            # Unlike a rename, a second name is refused where the first stands already.
            os.link(file.name, path)
    except FileExistsError:
        return _taken(name)
    except OSError as error:
        found = f"a file that cannot be written ({error.strerror})"
        return Problem(name, 0, found, "a folder to write to", "Mend its permissions.")
    return None


def form(
    model: type[Record], record_id: str, day: datetime.date, values: Values | None = None, notes: Notes | None = None
) -> str:
    """The text of a record to be filled in: required fields open, the others as comments, each explained."""
    filled: dict[str, Any] = {
        "id": record_id,
        "checked": day,
        "check_again": _in_months(day, model.KIND.check_months),
        "changes": [{"date": day, "text": "First version."}],
        **(values or {}),
    }
    lines = [model.KIND.first_line]
    lines += [f"# A new {model.KIND.singular.lower()}. Fill in what is open; delete the comments. Then: make check"]
    for name in model.field_order():
        field = model.model_fields[name]
        lines += [f"# {line}" for line in textwrap.wrap(field.description or "", 96)]
        lines += [f"# {line}".rstrip() for line in (notes or {}).get(name, ())]
        if filled.get(name) is not None:
            lines.append(f"{name}: {_flow(_opened(field.annotation, filled[name]))}")
        else:
            lines.append(f"{name}:" if field.is_required() else f"# {name}: {_example(field.annotation)}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _opened(annotation: Any, value: Any) -> Any:
    """A part with those of its fields open that it must have and that are not known."""
    part = inner_model(annotation)
    if part is None or not isinstance(value, Mapping):
        return value
    return {
        name: value.get(name) for name, field in part.model_fields.items() if name in value or field.is_required()
    } | dict(value)


def _flow(value: Any) -> str:
    """A value on one line, as both JSON and YAML read it; `format` gives it its canonical form."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(name)}: {_flow(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def _example(annotation: Any) -> str:
    return "[]" if "tuple" in str(annotation) else ""


def _in_months(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the 28th where the day is later than that: every month has one."""
    month = day.month - 1 + months
    return datetime.date(day.year + month // 12, month % 12 + 1, min(day.day, 28))
