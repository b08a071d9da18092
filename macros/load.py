"""YAML files → typed records, with the file and line of every value; every fault is told, none is raised.

The files are read as a strict subset of YAML 1.2: mappings, sequences and scalars. Anchors, aliases, tags,
several documents and duplicate keys are refused, and `no`, `off` and `012` stay the text that they are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from pydantic import BaseModel, RootModel, ValidationError
from yaml import CSafeLoader as Loader  # no fallback: without libyaml reading takes ten times as long
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from .model import KINDS, Record
from .model.retired import Retired
from .model.vocabulary import Vocabulary
from .problem import Problem, quoted, suggestion
from .whole import Before

Location = tuple[str | int, ...]
"""The way to a value inside a record, such as `("findings", 0, "figure", "unit")`."""

LARGEST_FILE = 256 * 1024
"""Bytes. The longest record is a tenth of it; anything larger was put here by mistake or in malice."""
DEEPEST = 24
"""Levels of nesting. A record needs eight."""

OWN = Path(__file__).resolve().parent.parent
"""The project's folder, whose code this is."""

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass(frozen=True)
class Document:
    """A file as read: its value, and the line of each part of it."""

    path: str
    value: Any
    lines: Mapping[Location, int]

    def line(self, location: Location) -> int:
        """The line of the value at `location`, or of the nearest part around it that has one."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)


@dataclass(frozen=True, eq=False)
class Entry:
    """A record together with the document that it was read from; compared by identity, for a file is read once."""

    record: Record
    document: Document

    def line(self, location: Location) -> int:
        """The line of the field at `location`."""
        return self.document.line(location)


class _RefusedError(Exception):
    def __init__(self, line: int, found: str, expected: str, remedy: str) -> None:
        super().__init__(found)
        self.parts = (line, found, expected, remedy)


class _Reader:
    """Builds a value from YAML's events, noting lines and refusing what the atlas does not use."""

    def __init__(self, text: str) -> None:
        # The parser's own events: `yaml.parse` wraps each in two more calls.
        self._next: Callable[[], Event | None] = Loader(text).get_event
        self.lines: dict[Location, int] = {}

    def _event(self) -> Event:
        event = self._next()
        assert event is not None  # the stream's end was met before
        return event

    def read(self) -> Any:
        """The value of the one document in the text."""
        value: Any = None
        documents = 0
        while not isinstance(event := self._event(), StreamEndEvent):
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _RefusedError(
                        _line(event),
                        "a second document ('---')",
                        "one document in a file",
                        "Put it in a file of its own.",
                    )
                value = self._value(self._event(), ())
        if value is None or value == "":
            raise _RefusedError(
                1, "an empty file", "a record", "Fill it in (make new KIND=… ID=… writes a form), or delete it."
            )
        return value

    def _value(self, event: Event, location: Location) -> Any:
        if len(location) > DEEPEST:
            raise _RefusedError(
                _line(event),
                "nesting deeper than any field goes",
                "the fields of a record",
                "Delete the inner levels.",
            )
        self.lines[location] = _line(event)
        if isinstance(event, ScalarEvent):
            _refuse_node_properties(event)
            return _scalar(event)
        if isinstance(event, SequenceStartEvent):
            _refuse_node_properties(event)
            return self._sequence(location)
        if isinstance(event, MappingStartEvent):
            _refuse_node_properties(event)
            return self._mapping(location)
        assert isinstance(event, AliasEvent)
        raise _anchored(event)

    def _sequence(self, location: Location) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._event(), SequenceEndEvent):
            items.append(self._value(event, (*location, len(items))))
        return items

    def _mapping(self, location: Location) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := self._event(), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                raise _RefusedError(
                    _line(event), "a list or mapping as a field's name", "a word", "Put the text in quotes."
                )
            key = event.value
            if key in mapping:
                raise _RefusedError(
                    _line(event),
                    f"the field {quoted(key)} twice (first on line {self.lines[(*location, key)]})",
                    "each field once",
                    "Delete one of them.",
                )
            mapping[key] = self._value(self._event(), (*location, key))
            self.lines[(*location, key)] = _line(event)
        return mapping


def _refuse_node_properties(event: ScalarEvent | SequenceStartEvent | MappingStartEvent) -> None:
    if event.anchor is not None:
        raise _anchored(event)
    if event.tag not in (None, "!"):
        raise _RefusedError(
            _line(event),
            f"the tag {quoted(event.tag)}",
            "values without tags",
            "Delete the tag, or put the text in quotes.",
        )


def _anchored(event: Event) -> _RefusedError:
    return _RefusedError(
        _line(event), "an anchor or alias (& or *)", "plain values", "Write the value out, or put the text in quotes."
    )


def _line(event: Event) -> int:
    assert event.start_mark is not None
    return int(event.start_mark.line) + 1


def _scalar(event: ScalarEvent) -> Any:
    text: str = event.value
    if not event.implicit[0]:  # quoted: text, whatever it looks like
        return text
    if text in ("", "~", "null"):
        return None
    if text == "true":
        return True
    if text == "false":
        return False
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 20 else text
    if _FLOAT.fullmatch(text):
        return float(text)
    if _NOT_A_NUMBER.fullmatch(text):
        raise _RefusedError(_line(event), quoted(text), "a number", "Leave the field out where there is no number.")
    return text


def read_document(path: Path, root: Path, before: Before | None = None) -> Document | Problem:
    """Reads one YAML file below `root`, whole or not at all; a text that was read before is not parsed again."""
    name = path.relative_to(root).as_posix()
    if path.is_symlink():
        return Problem(name, 0, "a symbolic link", "a file", "Put the file itself here.")
    try:
        if (size := path.stat().st_size) > LARGEST_FILE:
            return Problem(
                name,
                0,
                f"a file of {size:,} bytes",
                f"at most {LARGEST_FILE:,}",
                "Split it, or delete what does not belong.",
            )
        data = path.read_bytes()
    except OSError as error:
        return Problem(
            name, 0, f"a file that cannot be read ({error.strerror})", "a readable file", "Mend its permissions."
        )
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return Problem(name, 1, "a byte-order mark", "UTF-8 without one", "Save the file as plain UTF-8.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Problem(name, line, "bytes that are not UTF-8", "UTF-8", "Save the file as UTF-8.")
    if before and (known := before.find(data)):
        return Document(name, known[0], MappingProxyType(known[1]))
    document = read_text(text, name)
    if before and isinstance(document, Document):
        before.keep(data, (document.value, dict(document.lines)))
    return document


def read_text(text: str, name: str) -> Document | Problem:
    """Reads the text of one YAML file; `name` stands in problems."""
    reader = _Reader(text)
    try:
        value = reader.read()
    except _RefusedError as refused:
        return Problem(name, *refused.parts)
    except yaml.YAMLError as error:
        return _yaml_problem(name, text, error)
    return Document(name, value, MappingProxyType(reader.lines))


def _yaml_problem(name: str, text: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = int(mark.line) + 1 if mark else 1
    lines = text.splitlines()
    if line <= len(lines) and "\t" in lines[line - 1]:
        return Problem(name, line, "a tab", "spaces", "Indent with two spaces for each level.")
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "a fault"
    remedy = "Check the indentation, and put text that holds ': ' or begins with a sign in quotes."
    return Problem(name, line, f"something that is not YAML ({what})", "YAML", remedy)


def load_vocabularies(root: Path) -> tuple[dict[str, Vocabulary], list[Problem]]:
    """Reads `data/vocab/*.yml`: name → vocabulary."""
    vocabularies: dict[str, Vocabulary] = {}
    problems: list[Problem] = []
    for path in sorted((root / "data" / "vocab").glob("*.yml")):
        document = read_document(path, root)
        if isinstance(document, Problem):
            problems.append(document)
            continue
        try:
            vocabularies[path.stem] = Vocabulary.model_validate(document.value)
        except ValidationError as error:
            problems += _validation_problems(document, Vocabulary, error)
    return vocabularies, problems


class _RetiredList(RootModel[tuple[Retired, ...]]):
    pass


def load_retired(root: Path) -> tuple[Sequence[Retired], list[Problem]]:
    """Reads `data/retired.yml`, the list of ids that were published and are no more; it may be missing."""
    path = root / "data" / "retired.yml"
    if not path.exists():
        return (), []
    document = read_document(path, root)
    if isinstance(document, Problem):
        return (), [document]
    try:
        return _RetiredList.model_validate(document.value).root, []
    except ValidationError as error:
        return (), _validation_problems(document, Retired, error)


@dataclass(frozen=True)
class Loaded:
    """What was found under `data/`: the records that could be read, and all that is wrong with the others.

    Args:
        unreadable: the keys of records whose files could not be read, so that links to them are not called unknown.
    """

    entries: list[Entry]
    problems: list[Problem]
    unreadable: frozenset[str]


class Records:
    """The records of one data folder. Files that did not change since the last `load` are not read again.

    The first `load` does not parse again what an earlier run parsed: that is kept in `.cache/read`, for the project's
    own data alone. Who sends in a folder of records does not get to say what was read in it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        code = Path(__file__).read_bytes() + yaml.__version__.encode()
        self._before = Before(root / ".cache" / "read", code) if root.resolve() == OWN else None
        self._known: dict[Path, tuple[tuple[int, int], Entry | list[Problem]]] = {}

    def load(self, vocabularies: Mapping[str, Vocabulary]) -> Loaded:
        """Reads every record file, by kind and id."""
        entries: list[Entry] = []
        problems: list[Problem] = []
        unreadable: list[str] = []
        seen: dict[Path, tuple[tuple[int, int], Entry | list[Problem]]] = {}
        before, self._before = self._before, None  # parsed values are not held longer than that
        for path, model in record_files(self._root):
            stat = path.lstat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            known = self._known.get(path)
            if known and known[0] == stamp:
                result = known[1]
            else:
                result = read_record(path, self._root, model, vocabularies, before)
            seen[path] = (stamp, result)
            if isinstance(result, Entry):
                entries.append(result)
            else:
                problems += result
                unreadable.append(f"{model.KIND.name}:{path.stem}")
        self._known = seen
        if before:
            before.write()
        return Loaded(entries, problems + _strays(self._root), frozenset(unreadable))


def record_files(root: Path) -> Iterator[tuple[Path, type[Record]]]:
    """Every record file with the model of its kind, by kind and name."""
    for model in KINDS.values():
        folder = root / "data" / model.KIND.folder
        if folder.is_dir():
            with os.scandir(folder) as items:
                names = sorted(item.name for item in items if item.name.endswith(".yml"))
            for name in names:
                yield folder / name, model


def _strays(root: Path) -> list[Problem]:
    """Files and folders under `data/` that nothing would ever read."""
    folders = {model.KIND.folder for model in KINDS.values()}
    problems = []
    for item in sorted((root / "data").iterdir()) if (root / "data").is_dir() else []:
        name = item.relative_to(root).as_posix()
        if item.is_dir() and item.name in folders:
            problems += [
                Problem(
                    (child.relative_to(root)).as_posix(),
                    0,
                    "a file that is not a record",
                    "files named id.yml",
                    "Give it the ending .yml, or move it elsewhere.",
                )
                for child in sorted(item.iterdir())
                if not child.name.endswith(".yml")
            ]
        elif item.is_dir() and item.name not in ("vocab", "schema"):
            remedy = suggestion(item.name, folders, "Add a model for it in macros/model/kinds/, or delete it.")
            problems.append(Problem(name, 0, "a folder for no kind of record", "a kind's folder", remedy))
    return problems


def read_record(
    path: Path, root: Path, model: type[Record], vocabularies: Mapping[str, Vocabulary], before: Before | None = None
) -> Entry | list[Problem]:
    """Reads one record, or says all that is wrong with it; `before` knows what its file was read to."""
    document = read_document(path, root, before)
    if isinstance(document, Problem):
        return [document]
    if not isinstance(document.value, dict):
        return [
            Problem(
                document.path,
                1,
                "a file that is not a mapping",
                f"the fields of a {model.KIND.name}",
                "Write 'field: value' lines.",
            )
        ]
    try:
        record = model.model_validate(document.value, context=vocabularies)
        # The record holds the values now: keeping them twice would double the memory of a large atlas.
        return Entry(record, replace(document, value=None))
    except ValidationError as error:
        return _validation_problems(document, model, error)


def given_problems(
    model: type[BaseModel], values: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]
) -> list[Problem]:
    """What is wrong with values that were given, each under its field's name; what is still open is not looked at."""
    try:
        model.model_validate(values, context=vocabularies)
    except ValidationError as error:
        return [
            Problem(str(detail["loc"][0]), 0, *_told(model, detail["loc"], detail))
            for detail in error.errors(include_url=False)
            if detail["loc"] and detail["type"] != "missing" and detail["input"] is not None
        ]
    return []


def _validation_problems(document: Document, model: type[BaseModel], error: ValidationError) -> list[Problem]:
    problems = []
    for detail in error.errors(include_url=False):
        location = detail["loc"]
        found, expected, remedy = _told(model, location, detail)
        problems.append(Problem(document.path, document.line(location), found, expected, remedy))
    return problems


def _told(model: type[BaseModel], location: Location, detail: Any) -> tuple[str, str, str]:
    """Found, expected and remedy of one of pydantic's errors."""
    name = ".".join(str(part) for part in location) or "the record"
    context = detail.get("ctx", {})
    if detail["input"] is None and detail["type"] not in ("extra_forbidden", "missing"):
        return f"`{name}` without a value", "it to be filled in", _description(model, location)
    match detail["type"]:
        case "atlas":
            prefix = f"in `{name}` " if location else ""
            return prefix + str(context["found"]), str(context["expected"]), str(context["remedy"])
        case "vocabulary":
            allowed = context["allowed"]
            remedy = suggestion(str(detail["input"]), allowed, "Choose one of them.")
            return f"{quoted(detail['input'])} in `{name}`", f"one of {', '.join(allowed)}", remedy
        case "extra_forbidden":
            fields = _fields_at(model, location)
            remedy = suggestion(str(location[-1]), fields, "Delete it, or see the field guide.")
            return f"the unknown field `{name}`", f"one of {', '.join(sorted(fields))}", remedy
        case "missing":
            return f"no field `{name}`", "it to be filled in", _description(model, location)
    expected, remedy = _EXPECTED.get(detail["type"], (detail["msg"], "Correct the value."))
    return f"{quoted(_shown(detail['input']))} in `{name}`", expected.format(**context), remedy


_EXPECTED: Mapping[str, tuple[str, str]] = {
    "string_type": ("text", "Put it in quotes."),
    "float_type": ("a number", "Write the number alone; the unit has a field of its own."),
    "int_type": ("a whole number", "Write the number alone."),
    "int_from_float": ("a whole number", "Write the number alone."),
    "bool_type": ("true or false", "Write true or false."),
    "list_type": ("a list", "Begin each item on a line of its own with '- '."),
    "tuple_type": ("a list", "Begin each item on a line of its own with '- '."),
    "dict_type": ("fields", "Write 'field: value' lines, indented by two spaces."),
    "model_type": ("fields", "Write 'field: value' lines, indented by two spaces."),
    "model_attributes_type": ("fields", "Write 'field: value' lines, indented by two spaces."),
    "finite_number": ("a finite number", "Leave the field out where there is no number."),
    "greater_than_equal": ("at least {ge:g}", "Check it against the source."),
    "string_too_short": ("at least {min_length} characters", "Fill it in, or leave the field out."),
    "string_too_long": ("at most {max_length} characters", "Shorten it, or move the rest to the detail."),
    "too_short": ("at least {min_length} of them", "Add what is missing."),
    "string_pattern_mismatch": ("the form {pattern}", "Correct it."),
}


def _shown(value: object) -> object:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return "nothing" if value is None else value


def _fields_at(model: type[BaseModel], location: Location) -> list[str]:
    """The names of the fields that may stand where `location` ends."""
    return list(_model_at(model, location[:-1]).model_fields)


def _description(model: type[BaseModel], location: Location) -> str:
    field = _model_at(model, location[:-1]).model_fields.get(str(location[-1]))
    return f"Add it: {field.description}" if field and field.description else "Add it."


def _model_at(model: type[BaseModel], location: Location) -> type[BaseModel]:
    """The model of the part at `location`, found by walking the annotations."""
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            inner = inner_model(model.model_fields[part].annotation)
            if inner is not None:
                model = inner
    return model


def inner_model(annotation: Any) -> type[BaseModel] | None:
    """The model that a field of this annotation holds, if it holds one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if (inner := inner_model(argument)) is not None:
            return inner
    return None
