"""A filled issue form → a record begun, or what a person has to do: nothing in it is trusted, nothing is made up."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from .fields import Field, described
from .github import escaped, plain, within_comment
from .load import Entry, load_vocabularies, read_document
from .model import KINDS, Record
from .model.field import Markdown
from .new import id_of, new_record
from .problem import Problem, nearest, quoted, suggestion

LARGEST = 64 * 1024
"""Bytes. GitHub takes as many characters in an issue; more was not written by hand."""
MOST_NAMES = 50
"""Of a list of names, one a line. More are left for a person to choose from."""

_EMPTY = "_No response_"  # what GitHub writes for a field that was left empty
_HEADING = re.compile(r"### (.+?)[ \t]*")
_FENCED = re.compile(r"```[\w-]*\n(.*?)\n?```", re.DOTALL)
_TICKED = re.compile(r"^- \[[xX]\] (.+)$", re.MULTILINE)
# What a keyboard or a word processor writes for a space, and the white space at the end of a line.
_SPACES = re.compile("[\t\u00a0\u2007\u202f]")
_LINE_ENDS = re.compile(r" +$", re.MULTILINE)


@dataclass(frozen=True)
class Input:
    """One field of a form, as `.github/ISSUE_TEMPLATE` has it."""

    name: str
    label: str
    type: str
    required: bool
    options: tuple[str, ...]
    multiple: bool
    fenced: bool


@dataclass(frozen=True)
class Form:
    """A form: the word in its file's name, its title, its fields in order."""

    name: str
    title: str
    inputs: tuple[Input, ...]

    @property
    def model(self) -> type[Record] | None:
        """The kind of record that the form is for, if it is for one."""
        return next((model for model in KINDS.values() if model.KIND.singular.lower() == self.name), None)


@dataclass(frozen=True)
class Answer:
    """What was written into one field, and the line of its heading."""

    input: Input
    text: str
    line: int


@dataclass(frozen=True)
class ForAPerson:
    """A form that no record is made of: what it is, the record that it seems to be about, what was said."""

    form: Form
    record: str
    answers: Sequence[Answer]


def from_form(
    root: Path, file: Path, day: datetime.date, entries: Iterable[Entry], name: str = "", title: str = ""
) -> Path | ForAPerson | list[Problem]:
    """Begins the record that the form in `file` asks for.

    Args:
        root: the project's folder.
        file: the text of the issue.
        day: today.
        entries: the records that there are.
        name: the form, where its headings are not to tell it.
        title: the title, where the form itself gives none.
    """
    text = read_issue(file)
    forms = read_forms(root)
    for found in (text, forms):
        if isinstance(found, Problem):
            return [found]
    assert isinstance(text, str)
    assert isinstance(forms, list)
    place = file.name
    form = _form(forms, text, name, place)
    if isinstance(form, Problem):
        return [form]
    title = " ".join(title.split())
    answers, problems = _answers(form, text, place, known={"title"} if title else set())
    if problems:
        return problems
    if form.model is None:
        return ForAPerson(form, _meant(answers, entries), answers)
    return _record(root, form.model, answers, day, title, place)


def read_issue(path: Path) -> str | Problem:
    """The text of an issue, with line ends and spaces as a record has them."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        return Problem(path.name, 0, f"a file that cannot be read ({error.strerror})", "the form's text", "Name it.")
    if len(data) > LARGEST:
        found, expected = f"more than {LARGEST:,} bytes", f"at most {LARGEST:,}"
        return Problem(path.name, 0, found, expected, "Shorten what stands in the issue.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Problem(path.name, line, "bytes that are not UTF-8", "UTF-8", "Save the file as UTF-8.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _LINE_ENDS.sub("", _SPACES.sub(" ", text))


def read_forms(root: Path) -> list[Form] | Problem:
    """The forms of `.github/ISSUE_TEMPLATE`, in their order."""
    forms = []
    for path in sorted((root / ".github" / "ISSUE_TEMPLATE").glob("*-*.yml")):
        document = read_document(path, root)
        if isinstance(document, Problem):
            return document
        inputs = tuple(_input(one) for one in document.value["body"] if one["type"] != "markdown")
        forms.append(Form(path.stem.partition("-")[2], document.value["name"], inputs))
    return forms


def _input(one: Mapping[str, Any]) -> Input:
    attributes = one["attributes"]
    options = (item["label"] if isinstance(item, dict) else str(item) for item in attributes.get("options", ()))
    return Input(
        one["id"],
        attributes["label"],
        one["type"],
        one.get("validations", {}).get("required", False),
        tuple(options),
        attributes.get("multiple", False) or one["type"] == "checkboxes",
        "render" in attributes,
    )


def _headings(text: str) -> list[tuple[int, str]]:
    """Line (from 1) and words of everything that looks like the heading of a field."""
    lines = enumerate(text.split("\n"), 1)
    return [(number, found[1]) for number, line in lines if (found := _HEADING.fullmatch(line))]


def _form(forms: Sequence[Form], text: str, name: str, place: str) -> Form | Problem:
    """The form that was filled in: the one of that name, or the one whose required fields are all there."""
    names = [form.name for form in forms]
    if name:
        named = next((form for form in forms if form.name == name), None)
        remedy = suggestion(name, names, "Choose one.")
        return named or Problem("--form", 0, quoted(name), f"one of {', '.join(names)}", remedy)
    headings = {words for _, words in _headings(text)}
    lacking = {
        form.name: [one.label for one in form.inputs if one.required and one.label not in headings] for form in forms
    }
    fitting = [form for form in forms if not lacking[form.name]]
    if len(fitting) == 1:
        return fitting[0]
    alike = max(forms, key=lambda form: len(headings & {one.label for one in form.inputs}), default=None)
    if fitting:
        found = f"the headings of {' and '.join(form.title for form in fitting)}"
    elif alike and headings & {one.label for one in alike.inputs}:
        found = f"no heading {quoted(lacking[alike.name][0])}, which the form '{alike.title}' has"
    else:
        found = "a text without the headings of a form"
    expected = f"one filled form: {', '.join(form.title for form in forms)}"
    return Problem(place, 0, found, expected, f"Fill in a form, or name it by --form ({', '.join(names)}).")


def _answers(form: Form, text: str, place: str, known: set[str]) -> tuple[list[Answer], list[Problem]]:
    """What stands under each heading of the form, and what is wrong with it."""
    by_label = {one.label: one for one in form.inputs}
    lines = text.split("\n")
    starts = [(number, by_label[words]) for number, words in _headings(text) if words in by_label]
    problems = _misplaced(lines, starts, place)
    answers = []
    ends = [*(number for number, _ in starts), len(lines) + 1][1:]
    for (number, one), end in zip(starts, ends, strict=True):
        said = _unwrapped("\n".join(lines[number : end - 1]).strip("\n "), one)
        if said:
            answers.append(Answer(one, said, number))
    given = {answer.input.name for answer in answers} | known
    for one in form.inputs:
        if one.required and one.name not in given:
            found = f"nothing under the heading {quoted(one.label)}"
            problems.append(Problem(place, 0, found, "it to be filled in", "Add it to the issue."))
    problems += [unsafe for answer in answers if (unsafe := _unsafe(answer, place))]
    return answers, problems


def _misplaced(lines: Sequence[str], starts: Sequence[tuple[int, Input]], place: str) -> list[Problem]:
    """Headings of which nobody could say which one is the field's own, and text that stands in no field."""
    problems = []
    seen: dict[str, int] = {}
    for number, one in starts:
        if one.name in seen:
            found = f"the heading {quoted(one.label)} twice (first on line {seen[one.name]})"
            problems.append(Problem(place, number, found, "each heading once", "Take one out of the issue."))
        seen.setdefault(one.name, number)
    first = starts[0][0] if starts else len(lines) + 1
    for number, line in enumerate(lines[: first - 1], 1):
        if line:
            found = f"{quoted(line)} before the first heading"
            problems.append(Problem(place, number, found, "the form's fields only", "Take it out of the issue."))
            break
    return problems


def _unwrapped(text: str, one: Input) -> str:
    """What was typed, without what GitHub puts around it; "" where nothing was."""
    if one.fenced and (found := _FENCED.fullmatch(text)):
        text = found[1].strip("\n ")
    if one.type == "checkboxes":
        text = ", ".join(_TICKED.findall(text))
    return "" if text == _EMPTY else text


_VISIBLE: TypeAdapter[str] = TypeAdapter(Markdown)


def _unsafe(answer: Answer, place: str) -> Problem | None:
    """What no text of a record may hold, and no comment in one either; and a choice that the form does not offer."""
    try:
        _VISIBLE.validate_python(answer.text)
    except ValidationError as error:
        told = error.errors(include_url=False)[0]["ctx"]
        found = f"{told['found']} under {quoted(answer.input.label)}"
        return Problem(place, answer.line, found, str(told["expected"]), str(told["remedy"]))
    if answer.input.options and _chosen(answer) is None:
        expected = f"one of {', '.join(answer.input.options)}"
        found = f"{quoted(answer.text)} under {quoted(answer.input.label)}"
        return Problem(place, answer.line, found, expected, "Choose what the form offers.")
    return None


def _chosen(answer: Answer) -> list[str] | None:
    """The options that were chosen; None where one of them is none."""
    if answer.text in answer.input.options:
        return [answer.text]
    chosen = answer.text.split(", ") if answer.input.multiple else [answer.text]
    return chosen if set(chosen) <= set(answer.input.options) else None


def _record(
    root: Path, model: type[Record], answers: Sequence[Answer], day: datetime.date, title: str, place: str
) -> Path | list[Problem]:
    """Writes the record, or tells what is wrong at the line of the issue where it stands."""
    vocabularies, problems = load_vocabularies(root)
    if problems:
        return problems
    fields = {one.name: one for one in described(model, vocabularies).fields}
    # Nobody has held it against its sources yet: the days stay open.
    values: dict[str, Any] = {"title": title, "checked": None, "check_again": None}
    notes: dict[str, list[str]] = {}
    for answer in answers:
        if filled := _read(model, fields.get(answer.input.name), answer):
            values |= filled
        else:
            notes.setdefault(_beside(model, answer.input.name), []).extend(_note(answer))
    lines = {answer.input.name: answer.line for answer in answers}
    record_id = id_of(values["title"])
    if not record_id:
        found, expected = f"the title {quoted(values['title'])}", "a title with letters from a to z, or digits"
        return [Problem(place, lines.get("title", 0), found, expected, "Name it in the Latin alphabet, too.")]
    result = new_record(root, model.KIND.name, record_id, day, values, notes)
    if isinstance(result, Path):
        return result
    # A problem of a value is told where it was written.
    return [
        replace(one, path=place, line=lines.get(one.path, 0)) if one.path in model.model_fields else one
        for one in result
    ]


def _read(model: type[Record], field: Field | None, answer: Answer) -> dict[str, Any]:
    """The fields that an answer fills; none where a person has to read it."""
    name = answer.input.name
    if reader := _READERS.get((model.KIND.name, name)):
        return reader[0](answer.text)
    if field is None:
        return {}
    if name == "title":
        return {name: answer.text}
    labels = {label: word for word, label in field.words}
    if labels and set(answer.input.options) <= set(labels):
        words = [labels[label] for label in _chosen(answer) or ()]
        return {name: words if field.form.startswith("a list") else words[0]}
    if field.form == "a list: text" and not labels and len(names := _names(answer.text)) <= MOST_NAMES:
        return {name: names}
    return {}


def _beside(model: type[Record], name: str) -> str:
    """The field above which an answer stands that fills none."""
    if reader := _READERS.get((model.KIND.name, name)):
        return reader[1]
    return name if name in model.model_fields else "summary"


def _names(text: str) -> list[str]:
    """One name a line, whether or not it was written as a list."""
    lines = (re.sub(r"^[-*] +", "", line.strip()).strip() for line in text.split("\n"))
    return [line for line in lines if line]


def _note(answer: Answer) -> list[str]:
    """An answer as a comment: each line marked, so that none can be taken for anything else."""
    return [f'In the form, under "{answer.input.label}":', *(f"> {line}" for line in answer.text.split("\n"))]


def _micrograms(text: str) -> dict[str, Any]:
    found = re.fullmatch(r"((?:0|[1-9]\d{0,5})(?:\.\d{1,6})?) ?(?:µg|μg|ug|mcg|micrograms?)?", text)
    return {"content": {"micrograms": Decimal(found[1])}} if found else {}


def _portion(text: str) -> dict[str, Any]:
    found = re.fullmatch(r"(\S[^\n()]*?) *\(((?:0|[1-9]\d{0,4})(?:\.\d{1,3})?) ?g\)", text)
    return {"portion": {"name": found[1], "grams": Decimal(found[2])}} if found else {}


def _address(text: str) -> dict[str, Any]:
    if found := re.fullmatch(r"(?:https?://(?:dx\.)?doi\.org/|doi: ?)?(10\.\d{4,9}/\S+)", text, re.IGNORECASE):
        return {"doi": found[1]}
    if found := re.fullmatch(r"(?:https://pubmed\.ncbi\.nlm\.nih\.gov/|PMID:? ?)?(\d{1,8})/?", text, re.ASCII):
        return {"pmid": found[1]}
    return {"url": text} if re.fullmatch(r"https?://[^\s\"'<>]+", text) else {}


_READERS: Mapping[tuple[str, str], tuple[Callable[[str], dict[str, Any]], str]] = {
    ("food", "micrograms"): (_micrograms, "content"),
    ("food", "portion"): (_portion, "portion"),
    ("source", "address"): (_address, "url"),
}
"""What reads a field whose text holds more than one thing, and the field beside which the text stands if it cannot."""


def _meant(answers: Sequence[Answer], entries: Iterable[Entry]) -> str:
    """The file of the record that a form about a page names, by its address or title; "" where it names none."""
    page = next((answer.text for answer in answers if answer.input.name == "page"), "").casefold()
    files: dict[str, str] = {}
    for entry in entries:
        record = entry.record
        files[record.title.casefold()] = entry.document.path
        if re.search(rf"(^|[\s/]){record.KIND.folder}/{record.id}([/\s#?]|$)", page):
            return entry.document.path
    near = nearest(page, files) if len(page) < 200 else None
    return files[near] if near else ""


def as_text(result: Path | ForAPerson | list[Problem], root: Path) -> str:
    """What came of a form, for a terminal."""
    if isinstance(result, Path):
        return result.relative_to(root).as_posix()
    if isinstance(result, ForAPerson):
        said = [
            line
            for answer in result.answers
            for line in (f"{answer.input.label}", *(f"  {plain(line)}" for line in answer.text.split("\n")))
        ]
        return "\n".join([_who(result, result.record or "No record has this title or address"), *said])
    return "\n".join(plain(str(problem)) for problem in result)


def as_markdown(result: Path | ForAPerson | list[Problem], root: Path, missing: Iterable[Problem] = ()) -> str:
    """What came of a form, as a comment on its issue: the words of strangers are words there, and nothing else."""
    if isinstance(result, Path):
        name = result.relative_to(root).as_posix()
        head = f"Begun: `{name}`. Only what the form says stands in it. To be filled in by a person:"
        problems = missing
    elif isinstance(result, ForAPerson):
        where = f"`{result.record}`" if result.record else "No record has this title or address"
        return f"{_who(result, where)} What is to be done stands in the issue above."
    else:
        head = "No record was made of this form. Edit the issue, then put the label on again:"
        problems = result
    return within_comment([head, "", *(f"- {escaped(str(one))}" for one in problems)], "make check")


def _who(result: ForAPerson, where: str) -> str:
    return f"A person has to do this ({result.form.title}): no record is made of it. The record: {where}."
