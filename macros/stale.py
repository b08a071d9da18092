"""What is due to be held against its sources again, and how much of the atlas a clinician has reviewed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .github import escaped, plain, within_comment
from .load import read_document, record_files
from .model import KINDS
from .problem import Problem


@dataclass(frozen=True, order=True)
class Due:
    """A record whose day has come.

    Args:
        day: its `check_again`.
        path: its file, relative to the project's folder.
        title: its title.
        kind: its kind.
    """

    day: datetime.date
    path: str
    title: str
    kind: str


@dataclass(frozen=True)
class Reviewed:
    """How many records of a kind there are, and how many of them a named clinician has reviewed."""

    kind: str
    records: int
    reviewed: int


@dataclass(frozen=True)
class Stale:
    """What is due by a day.

    Args:
        by: the day.
        due: the records, the oldest first.
        undated: the files of records whose day cannot be read: `check` says why.
        reviewed: for each kind that has records, how many are reviewed.
    """

    by: datetime.date
    due: tuple[Due, ...]
    undated: tuple[str, ...]
    reviewed: tuple[Reviewed, ...]


def stale(root: Path, by: datetime.date) -> Stale:
    """Reads the dates of all records. A record that is wrong elsewhere counts like any other."""
    due: list[Due] = []
    undated: list[str] = []
    counts: dict[str, list[int]] = {}
    for path, model in record_files(root):
        document = read_document(path, root)
        fields = document.value if not isinstance(document, Problem) and isinstance(document.value, dict) else {}
        kind = model.KIND.name
        count = counts.setdefault(kind, [0, 0])
        count[0] += 1
        count[1] += bool(fields.get("reviewed_by"))
        name = path.relative_to(root).as_posix()
        day = _day(fields.get("check_again"))
        if day is None:
            undated.append(name)
        elif day <= by:
            due.append(Due(day, name, str(fields.get("title") or path.stem), kind))
    reviewed = tuple(Reviewed(kind, *numbers) for kind, numbers in counts.items())
    return Stale(by, tuple(sorted(due)), tuple(undated), reviewed)


def _day(value: object) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def as_text(found: Stale) -> str:
    """The list as a person reads it in a terminal."""
    lines = [_headline(found)]
    for label, group in _groups(found.due):
        lines += ["", label, *(f"  {due.day}  {plain(due.title)} ({plain(due.path)})" for due in group)]
    if found.undated:
        lines += ["", "No day can be read in:", *(f"  {plain(path)}" for path in found.undated)]
    return "\n".join([*lines, "", "Reviewed by a clinician:", *(f"  {words}" for words in _reviews(found))])


def as_markdown(found: Stale) -> str:
    """The list as GitHub's Markdown, for the body of a standing issue."""
    lines = [_headline(found), "", "### Reviewed by a clinician", "", *(f"- {words}" for words in _reviews(found))]
    for label, group in _groups(found.due):
        lines += ["", f"### {label}", "", "| Due | Record | File |", "|---|---|---|"]
        lines += [f"| {due.day} | {escaped(due.title)} | {escaped(due.path)} |" for due in group]
    if found.undated:
        lines += ["", "### No day can be read", "", *(f"- {escaped(path)}" for path in found.undated)]
    return within_comment(lines, "python -m macros stale")


def _headline(found: Stale) -> str:
    number = len(found.due)
    if not number:
        return f"No record is due to be checked by {found.by}."
    return f"{number:,} {'record is' if number == 1 else 'records are'} due to be checked by {found.by}."


def _groups(due: Iterable[Due]) -> list[tuple[str, list[Due]]]:
    """By kind, in the order of the navigation: label and records."""
    groups: dict[str, list[Due]] = {kind: [] for kind in KINDS}
    for one in due:
        groups[one.kind].append(one)
    return [(f"{KINDS[kind].KIND.plural} ({len(group):,})", group) for kind, group in groups.items() if group]


def _reviews(found: Stale) -> list[str]:
    total = Reviewed("", sum(kind.records for kind in found.reviewed), sum(kind.reviewed for kind in found.reviewed))
    return [
        f"{KINDS[count.kind].KIND.plural if count.kind else 'All'}: {count.reviewed:,} of {count.records:,}"
        for count in (*found.reviewed, total)
    ]
