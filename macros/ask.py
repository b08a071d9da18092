"""What a new record begins with: taken from options, or asked for in a terminal and checked at once."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from .fields import Field, described
from .load import given_problems, load_vocabularies
from .model import KINDS
from .model.vocabulary import Vocabulary
from .new import id_of, id_problem, kind_problem, plain
from .problem import Problem, quoted, suggestion

Read = Callable[[str], str]
"""Shows a prompt and gives the line that is typed; EOFError where nothing more comes."""
Tell = Callable[[str], None]

_NUMBER = re.compile(r"[-+]?(0|[1-9]\d{0,8})(\.\d{1,8})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Begun:
    """What is known of a new record: its kind, its id and some values; "" where one is not known yet."""

    kind: str
    record_id: str
    values: Mapping[str, Any] = field(default_factory=dict)


def from_options(root: Path, kind: str, record_id: str, title: str, pairs: Iterable[str]) -> Begun | list[Problem]:
    """What the options say; the id is made from the title where it is not given.

    Args:
        root: the project's folder.
        kind: the kind of record; "" where it was not given.
        record_id: its id, or "".
        title: its title, or "".
        pairs: `field=value` each; a list's field may come several times.
    """
    if kind and (found := kind_problem(kind)):
        return [found]
    if not kind:  # nothing else can be understood
        return Begun("", record_id or id_of(title))
    vocabularies, problems = load_vocabularies(root)
    if problems:
        return problems
    values = _values(kind, [*([f"title={title}"] if title else []), *pairs], vocabularies)
    if isinstance(values, list):
        return values
    return Begun(kind, record_id or id_of(str(values.get("title", ""))), values)


def lacking(begun: Begun) -> list[Problem]:
    """What must be known before a record can be begun, and is not."""
    problems = []
    if not begun.kind:
        problems.append(_lacking("KIND", f"Give one of {', '.join(KINDS)}"))
    if not begun.record_id:
        problems.append(_lacking("ID", "Give it, or --title, from which it is made"))
    return problems


def _lacking(name: str, remedy: str) -> Problem:
    return Problem("new", 0, f"no {name}", "it to be given where nobody can be asked", f"{remedy}.")


def _values(kind: str, pairs: Iterable[str], vocabularies: Mapping[str, Vocabulary]) -> dict[str, Any] | list[Problem]:
    fields = {one.name: one for one in described(KINDS[kind], vocabularies).fields}
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or name not in fields or name == "id":
            remedy = suggestion(name, fields, "See the list of fields.")
            return [Problem("--set", 0, quoted(pair), f"field=value with a field of a {kind}", remedy)]
        value = read_value(fields[name], text)
        if name in values and not isinstance(value, list):
            return [Problem("--set", 0, f"the field {quoted(name)} twice", "each field once", "Leave one out.")]
        values[name] = [*values[name], *value] if name in values else value
    problems = given_problems(KINDS[kind], plain(values), vocabularies)
    return problems or values


def read_value(one: Field, text: str) -> Any:
    """The value that was meant by `text`; the text itself where that cannot be told, for the model to refuse."""
    if one.form.startswith("a list"):
        parts = text.split(",") if one.words else [text]
        return [_word(one, part.strip()) for part in parts if part.strip()]
    text = text.strip()
    if one.form == "true or false":
        return {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}.get(text.lower(), text)
    if one.form in ("a number", "a whole number") and _NUMBER.fullmatch(text):
        return Decimal(text) if "." in text or one.form == "a number" else int(text)
    if one.form.startswith("a day") and _DAY.fullmatch(text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return text
    return _word(one, text)


def _word(one: Field, text: str) -> str:
    """A word of a vocabulary, given by its number, its name or its label."""
    words = dict(one.words)
    if text in words or not words:
        return text
    if text.isascii() and text.isdigit() and 0 < int(text[:4]) <= len(words):
        return list(words)[int(text[:4]) - 1]
    return next((word for word, label in words.items() if label.casefold() == text.casefold()), text)


def ask(root: Path, begun: Begun, read: Read, tell: Tell) -> Begun | list[Problem]:
    """Asks what is not known yet of a record whose kind is known, until each answer can stand.

    Raises:
        EOFError: no more answers come.
    """
    vocabularies, problems = load_vocabularies(root)
    if problems:
        return problems
    kind, model = begun.kind, KINDS[begun.kind]
    values = dict(begun.values)
    guide = described(model, vocabularies).fields
    asked = [one for one in guide if one.name not in values and (one.name == "title" or _known_at_once(one))]
    record_id = begun.record_id
    for one in sorted(asked, key=lambda one: one.name != "title"):
        value = _ask_field(one, model, vocabularies, read, tell)
        if value is not None:
            values[one.name] = value
        if one.name == "title":
            record_id = record_id or _ask_id(root, kind, id_of(str(value)), read, tell)
    return Begun(kind, record_id or _ask_id(root, kind, id_of(str(values["title"])), read, tell), values)


def _known_at_once(one: Field) -> bool:
    """What a record cannot do without and takes no writing: a word to choose, yes or no, a number."""
    return one.required and (bool(one.words) or one.form in ("true or false", "a number", "a whole number"))


def ask_kind(read: Read, tell: Tell) -> str:
    """Asks which kind of record it is to be.

    Raises:
        EOFError: no more answers come.
    """
    tell("What kind of record?")
    kinds = list(KINDS)
    for line in _numbered((name, model.KIND.intro) for name, model in KINDS.items()):
        tell(line)
    while True:
        answer = read("Kind (number or name): ").strip()
        if answer.isascii() and answer.isdigit() and 0 < int(answer[:4]) <= len(kinds):
            return kinds[int(answer[:4]) - 1]
        if not (found := kind_problem(answer)):
            return answer
        tell(_told(found))


def _ask_id(root: Path, kind: str, proposed: str, read: Read, tell: Tell) -> str:
    if proposed and id_problem(root, kind, proposed):
        proposed = ""
    tell("The id is the file's name and the page's address; it never changes.")
    while True:
        answer = read(f"Id [{proposed}]: " if proposed else "Id: ").strip() or proposed
        if not (found := id_problem(root, kind, answer)):
            return answer
        tell(_told(found))


def _ask_field(one: Field, model: Any, vocabularies: Mapping[str, Vocabulary], read: Read, tell: Tell) -> Any:
    """The answer as a value; None where it is left open."""
    needed = one.name == "title"
    tell(f"\n{one.name}: {one.about}")
    for line in _numbered(one.words):
        tell(line)
    how = "yes or no" if one.form == "true or false" else "number or name" if one.words else one.form
    if one.words and one.form.startswith("a list"):
        how = "numbers or names, with commas between them"
    while True:
        answer = read(f"{one.name} ({how}{'' if needed else '; Enter leaves it open'}): ").strip()
        if not answer and not needed:
            return None
        value = read_value(one, answer)
        problems = given_problems(model, plain({one.name: value}), vocabularies)
        if not problems:
            return value
        for found in problems:
            tell(_told(replace(found, path=one.name)))


def _numbered(words: Iterable[tuple[str, str]]) -> Iterator[str]:
    for number, (word, label) in enumerate(words, 1):
        yield f"  {number:>2}  {word}: {label}"


def _told(found: Problem) -> str:
    return f"  Not yet: found {found.found}; expected {found.expected}. {found.remedy}"
