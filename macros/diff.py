"""What changed for a reader between two states of `data/`, in sentences, clinical changes first."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from pydantic import ValidationError

from .changes import CLINICAL_VOCABULARIES, Comparing, Line, fields_of, plain_values
from .github import escaped, plain, within_comment
from .load import read_text
from .model import KINDS, Record
from .model.vocabulary import Vocabulary
from .phrase import SHORT, Fields, Words, said, shortened
from .problem import Problem
from .revision import Side

MARK = "CLINICAL"
"""Stands before a change of an amount, threshold, dose, certainty, verdict or care card."""

# Vocabularies whose labels stand beside amounts and advice: another label is another amount, other advice.
CLINICAL_LABELS = CLINICAL_VOCABULARIES | {
    "basis",
    "intake-measure",
    "interval",
    "life-stage",
    "qualifier",
    "result-meaning",
    "unit",
    "urgency",
}
RETIRED = "data/retired.yml"
_HOUSEKEEPING = frozenset({"id", "title", "summary", "checked", "check_again", "changes", "covers"})
_FOLDERS = {model.KIND.folder: model for model in KINDS.values()}


@dataclass(frozen=True)
class Change:
    """A change of one record or file, as a sentence."""

    path: str
    sentence: str
    clinical: bool = False


@dataclass(frozen=True)
class Difference:
    """All that changed between two sides.

    Args:
        base, head: what the sides are called.
        counts: how many records were added, removed, renamed, changed.
        unsaid: how many files are written differently and say the same.
        changes: record by record.
    """

    base: str
    head: str
    counts: Mapping[str, int]
    unsaid: int
    changes: tuple[Change, ...]


class _UnreadableError(Exception):
    pass


def difference(base: Side, head: Side) -> Difference:
    """What changed from `base` to `head`."""
    return _Differ(base, head).difference()


class _Differ:
    """Goes through the files that differ."""

    def __init__(self, base: Side, head: Side) -> None:
        self.base, self.head = base, head
        self.compare = Comparing(_words(base), _words(head))
        self.counts: Counter[str] = Counter()
        self.unsaid = 0

    def difference(self) -> Difference:
        base, head = self.base.files, self.head.files
        paths = {path for path in {*base, *head} if base.get(path) != head.get(path)}
        retired = _entries(self.head)
        renamed = self._renamed(paths, retired)
        former = {now: was for was, now in renamed.items()}
        changes: list[Change] = []
        for path in sorted(paths - {*renamed}, key=_place):
            model = _model(path)
            if model:
                changes += self._record(former.get(path, path), path, model, retired)
            elif path.startswith("data/vocab/"):
                changes += self._vocabulary(path)
            elif path != RETIRED and not path.startswith("data/schema/"):  # which is derived
                state = "added" if path not in base else "removed" if path not in head else "changed"
                changes.append(Change(path, f"a file that is not a record: {state}"))
        if RETIRED in paths:
            changes += self._retirements(retired)
        return Difference(self.base.name, self.head.name, dict(self.counts), self.unsaid, tuple(changes))

    # Records

    def _renamed(self, paths: set[str], retired: Mapping[str, Fields]) -> dict[str, str]:
        """Old path → new path of records that live on under another id: by the list of retired ids, or by title."""
        gone = [path for path in sorted(paths) if _model(path) and path not in self.head.files]
        come = [path for path in sorted(paths) if _model(path) and path not in self.base.files]
        titles = {(_folder(path), _title(_fields_or_none(self.head, path), "").casefold()): path for path in come}
        renamed: dict[str, str] = {}
        for path in gone:
            now = _path(str(retired.get(_reference(path), {}).get("now", "")))
            same = titles.get((_folder(path), _title(_fields_or_none(self.base, path), "").casefold() or "\0"))
            successor = now if now in come else same
            if successor and successor not in set(renamed.values()):
                renamed[path] = successor
        return renamed

    def _record(self, was: str, path: str, model: type[Record], retired: Mapping[str, Fields]) -> Iterator[Change]:
        try:
            old, new = self._read(self.base, was), self._read(self.head, path)
        except _UnreadableError as error:
            self.counts["changed"] += 1
            yield Change(path, f"{error}, so what changed cannot be told", clinical=True)
            return
        if old is None or new is None:
            yield from self._whole(path, old, new, model, retired)
            return
        if was != path:
            self.counts["renamed"] += 1
            yield Change(path, self._rename(was, path, old, new, retired))
            old, new = ({**fields, "id": None, "title": _title(new, path)} for fields in (old, new))  # said
        lines = list(self.compare.lines(old, new, model))
        if was == path:
            self.counts["changed"] += bool(lines)
            self.unsaid += not lines
        yield from _told(path, _title(new, path), lines)

    def _read(self, side: Side, path: str) -> Fields | None:
        """The plain values of a record; None where the side has none.

        Raises:
            _UnreadableError: there is one that cannot be read.
        """
        value = _value(side, path)
        if value is not None and not isinstance(value, dict):
            raise _UnreadableError(f"{path} in {side.name} is not a record")
        return value

    def _whole(
        self, path: str, old: Fields | None, new: Fields | None, model: type[Record], retired: Mapping[str, Fields]
    ) -> Iterator[Change]:
        """A record that came or went."""
        kind = model.KIND.singular.lower()
        if new is not None:
            self.counts["added"] += 1
            clinical = [line for line in self.compare.lines({}, _subject(new), model) if line.clinical]
            told = [f"New {kind}: {_title(new, path)}.", str(new.get("summary", ""))]
            rest = [field.label for name, field in fields_of(model).items() if name in _subject(new)]
            if rest:
                told.append(f"It fills in: {', '.join(rest)}.")
            yield Change(path, " ".join(filter(None, told)), bool(clinical))
            yield from _told(path, _title(new, path), clinical)
        elif old is not None:
            self.counts["removed"] += 1
            lists = {field.label: _subject(old).get(name) for name, field in fields_of(model).items() if field.part}
            lost = [_counted(len(items), label.removesuffix("s")) for label, items in lists.items() if _filled(items)]
            clinical = [line for line in self.compare.lines(_subject(old), {}, model) if line.clinical]
            sentence = f"Removed {kind}: {_title(old, path)}" + (f", with {', '.join(lost)}" if lost else "") + "."
            entry = retired.get(_reference(path))
            yield Change(path, f"{sentence} {self._address(path, entry)}", bool(clinical))

    def _address(self, path: str, entry: Fields | None) -> str:
        """Where the address of a record that is gone leads."""
        if entry is None:
            return f"Its id is not in {RETIRED}: its address will lead nowhere."
        why = str(entry.get("why", "no reason given"))
        now = entry.get("now")
        if now is None:
            return f"Retired, with nothing in its place: {why}"
        lost = "" if _path(str(now)) in self.head.files else " (which does not exist)"
        return f"Its address goes on to {now}{lost}: {why}"

    def _rename(self, was: str, path: str, old: Fields, new: Fields, retired: Mapping[str, Fields]) -> str:
        entry = retired.get(_reference(was))
        sentence = f"Renamed: {_title(old, was)} ({_reference(was)}) is now {_title(new, path)} ({_reference(path)})."
        return f"{sentence} {self._address(was, entry)}"

    # The list of retired ids

    def _retirements(self, retired: Mapping[str, Fields]) -> Iterator[Change]:
        """What changed in the list, beside the records that went with it."""
        for side in (self.base, self.head):
            try:
                _value(side, RETIRED)
            except _UnreadableError as error:
                yield Change(RETIRED, str(error))
        before = _entries(self.base)
        for was in sorted({*before, *retired}):
            old, new = before.get(was), retired.get(was)
            went = _path(was) in self.base.files and _path(was) not in self.head.files
            if old is None and new is not None and not went:
                yield Change(RETIRED, f"Retired: {was}. {self._address(_path(was), new)}")
            elif new is None:
                yield Change(RETIRED, f"No longer in the list of retired ids: {was}; its old address leads nowhere")
            elif old is not None and old != new:
                yield Change(RETIRED, f"Retired {was}: {_changed(old, new)}")

    # Vocabularies

    def _vocabulary(self, path: str) -> Iterator[Change]:
        name = path.removeprefix("data/vocab/").removesuffix(".yml")
        clinical = name in CLINICAL_LABELS
        try:
            old, new = (_mapping(_value(side, path)) for side in (self.base, self.head))
        except _UnreadableError as error:
            yield Change(path, f"{error}, so what changed cannot be told", clinical=True)
            return
        if old == new:
            self.unsaid += 1
        for field in _differing(old, new):
            if field != "words":
                told = f"{field}: {said(old.get(field))} → {said(new.get(field))}"
                yield Change(path, f"Vocabulary {name}: {told}", clinical)
        before, after = _mapping(old.get("words")), _mapping(new.get("words"))
        for word in [*after, *(word for word in before if word not in after)]:
            if before.get(word) != after.get(word):
                yield Change(path, f"Vocabulary {name}: {_word(word, before.get(word), after.get(word))}", clinical)
        if list(before) != list(after) and {*before} == {*after}:
            yield Change(path, f"Vocabulary {name}: words in another order")


def _word(word: str, old: Any, new: Any) -> str:
    if old is None or new is None:
        return f"{said(word)} {'added' if old is None else 'removed'}: {said(new if old is None else old)}"
    if not isinstance(old, dict) or not isinstance(new, dict):
        return f"{said(word)}: {said(old)} → {said(new)}"
    return f"{said(word)}: {_changed(old, new)}"


def _changed(old: Fields, new: Fields) -> str:
    return "; ".join(f"{name}: {said(old.get(name))} → {said(new.get(name))}" for name in _differing(old, new))


def _differing(old: Fields, new: Fields) -> list[str]:
    return [name for name in dict.fromkeys([*new, *old]) if old.get(name) != new.get(name)]


# Reading a side


def _value(side: Side, path: str) -> Any:
    """The plain value of a file, as changes are told of it; None where the side has none. It raises as `_read` does."""
    value = _read(side, path)
    return None if value is None else plain_values(value)


def _read(side: Side, path: str) -> Any:
    """The value of a file as the loader reads it; None where the side has none.

    Raises:
        _UnreadableError: there is one that cannot be read.
    """
    content = side.files.get(path)
    if content is None:
        return None
    place = f"{path} in {side.name}"
    if isinstance(content, str):
        raise _UnreadableError(f"{place} is {content}")
    try:
        document = read_text(content.decode("utf-8"), path)
    except UnicodeDecodeError:
        raise _UnreadableError(f"{place} holds bytes that are not UTF-8") from None
    if isinstance(document, Problem):
        raise _UnreadableError(f"{place} cannot be read ({document.found}, line {document.line})")
    return document.value


def _mapping(value: Any) -> Fields:
    return value if isinstance(value, dict) else {}


def _fields_or_none(side: Side, path: str) -> Fields:
    try:
        return _mapping(_value(side, path))
    except _UnreadableError:
        return {}


def _words(side: Side) -> Words:
    """The vocabularies of a side, as far as they are valid."""
    found: dict[str, Vocabulary] = {}
    for path in side.files:
        if path.startswith("data/vocab/") and path.endswith(".yml"):
            try:
                value = _read(side, path)
                found[path.removeprefix("data/vocab/").removesuffix(".yml")] = Vocabulary.model_validate(value)
            except (_UnreadableError, ValidationError):
                continue
    return Words(found)


def _entries(side: Side) -> dict[str, Fields]:
    """The entries of the list of retired ids, by the record that each retires."""
    try:
        value = _value(side, RETIRED)
    except _UnreadableError:
        return {}
    items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    return {str(item.get("was", "nothing")): item for item in items}


# Paths


def _folder(path: str) -> str:
    return path.split("/")[1]


def _model(path: str) -> type[Record] | None:
    """The model of the record in a file; None where it is no record's file."""
    parts = path.split("/")
    return _FOLDERS.get(parts[1]) if len(parts) == 3 and parts[2].endswith(".yml") else None


def _reference(path: str) -> str:
    """`kind:id` of a record's file."""
    model = _model(path)
    assert model is not None
    return f"{model.KIND.name}:{path.split('/')[2].removesuffix('.yml')}"


def _path(reference: str) -> str:
    """The file of the record `kind:id`; "" where there is no such kind."""
    kind, _, name = reference.partition(":")
    return f"data/{KINDS[kind].KIND.folder}/{name}.yml" if kind in KINDS else ""


def _place(path: str) -> tuple[int, str]:
    model = _model(path)
    return (model.KIND.order if model else 0, path)


def _title(fields: Fields, otherwise: str) -> str:
    title = fields.get("title")
    text = title if isinstance(title, str) else otherwise.rpartition("/")[2].removesuffix(".yml")
    return text if len(text) <= SHORT else text[:SHORT] + "…"


def _subject(fields: Fields) -> Fields:
    """What a record says beside its title and its dates."""
    return {name: value for name, value in fields.items() if name not in _HOUSEKEEPING}


def _filled(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _told(path: str, title: str, lines: Iterable[Line]) -> Iterator[Change]:
    for line in lines:
        yield Change(path, f"{title}: {line}", line.clinical)


# Showing


def as_text(found: Difference) -> str:
    """What changed, as a person reads it in a terminal."""
    return "\n".join(_shown(found, plain, "", MARK))


def as_markdown(found: Difference) -> str:
    """What changed, as GitHub's Markdown; cut off at its end where it is too long for a comment."""
    return within_comment(_shown(found, _escaped, "#### ", f"**{MARK}**"), "python -m macros diff")


def _escaped(text: str) -> str:
    # One endless sentence would leave no room for the others.
    return escaped(shortened(text, 4000))


def _shown(found: Difference, safe: Callable[[str], str], heading: str, mark: str) -> list[str]:
    """The lines: the sum, then the clinical changes, then the others, by file."""
    clinical = [change for change in found.changes if change.clinical]
    others = [change for change in found.changes if not change.clinical]
    lines = [safe(_sum(found, len(clinical)))]
    for title, changes, before in [("Clinical changes", clinical, f"{mark} "), ("Other changes", others, "")]:
        if changes:
            lines += ["", f"{heading[1:]}{title}"]
        for path, group in itertools.groupby(changes, key=lambda change: change.path):
            lines += ["", f"{heading}{safe(path)}", ""] if heading else ["", safe(path)]
            lines += [f"- {before}{safe(change.sentence)}" for change in group]
    return lines


def _sum(found: Difference, clinical: int) -> str:
    sides = f"between {found.base} and {found.head}"
    unsaid = f" {_counted(found.unsaid, 'file')} written differently, saying the same." if found.unsaid else ""
    if not found.changes:
        return f"Nothing changes for a reader {sides}.{unsaid}"
    records = [
        f"{number:,} {what}"
        for what in ("added", "removed", "renamed", "changed")
        if (number := found.counts.get(what))
    ]
    sentence = f"What changes for a reader {sides}: {'records ' + ', '.join(records) if records else 'no record'}."
    marked = f" {_counted(clinical, 'clinical change')}, marked {MARK}." if clinical else " Nothing clinical."
    return f"{sentence}{marked}{unsaid}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
