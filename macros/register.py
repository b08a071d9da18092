"""What public registers say of the sources' DOIs: which lead nowhere, and which papers were retracted or corrected."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .github import escaped, plain, within_comment
from .load import read_document, record_files
from .problem import Problem, quoted

DOI_ORG = "https://doi.org/api/handles/"
CROSSREF = "https://api.crossref.org/works/"

BETWEEN = 1.0
"""Seconds between two questions: registers are free for all, and ask to be asked slowly."""
LONGEST_WAIT = 60.0
ATTEMPTS = 3
PATIENCE = 30
"""Seconds for an answer."""
MOST_SILENT = 5
"""After so many questions in a row without an answer no more are asked."""
LARGEST_ANSWER = 8 * 1024 * 1024

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PERSON = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
# Crossref's fields: what says something about the paper, and what the paper says something about.
_SAYING = {"updated-by": "{kind}, by {by}{day}", "update-to": "is itself a notice ({kind}), about {by}{day}"}
_LATER = frozenset({429, 500, 502, 503, 504})
_RESOLVES, _NO_SUCH_DOI, _NO_ADDRESS = 1, 100, 200  # doi.org's own codes

# The gravest first: in this order they are told.
_NOTICES = {
    "retraction": "retracted",
    "withdrawal": "withdrawn",
    "removal": "removed",
    "partial_retraction": "retracted in part",
    "expression_of_concern": "expression of concern",
    "correction": "corrected",
    "corrigendum": "corrected",
    "erratum": "corrected",
}


@dataclass(frozen=True)
class Answer:
    """What a register answered: the status, the seconds after which to ask again if it named any, and the text."""

    status: int
    body: bytes
    retry_after: str = ""


Ask = Callable[[str], Answer]
"""Asks an address. An OSError is raised where nobody answers."""


@dataclass(frozen=True)
class Cited:
    """A source with a DOI.

    Args:
        path: its file, relative to the project's folder.
        note: its note, where a notice that somebody has read is named.
    """

    path: str
    doi: str
    note: str


@dataclass(frozen=True)
class Report:
    """What was found out.

    Args:
        subject: what was asked about each DOI, as in "159 DOIs": a noun in the plural.
        good: what holds of those that nothing was found about.
        command: what shows the report again.
        asked: how many there are.
        findings: file, DOI and what is to be mended.
        elsewhere: file and DOI of those that the register does not have.
        unknown: file and reason, where it could not be found out.
    """

    subject: str
    good: str
    command: str
    asked: int
    findings: tuple[tuple[str, str, str], ...]
    elsewhere: tuple[tuple[str, str], ...]
    unknown: tuple[tuple[str, str], ...]


class _UnknownError(Exception):
    pass


class Register:
    """Asks one question after another, slowly; again where it is told to wait; no more where nobody answers."""

    def __init__(self, ask: Ask, pause: Callable[[float], None]) -> None:
        self._ask, self._pause = ask, pause
        self._silent = 0

    def value(self, address: str, *expected: int) -> tuple[int, Any]:
        """The status, which is one of `expected`, and the JSON of the answer (None where it is not 200).

        Raises:
            _UnknownError: it could not be found out, and why.
        """
        if self._silent >= MOST_SILENT:
            raise _UnknownError("not asked, for nobody had answered")
        answer = self._patiently(address)
        if answer.status not in expected:
            raise _UnknownError(f"the register answered {answer.status}")
        try:
            value = json.loads(answer.body)
        except (ValueError, RecursionError):
            value = None
        if answer.status == 200 and not isinstance(value, dict):
            raise _UnknownError("the answer cannot be read")
        return answer.status, value

    def _patiently(self, address: str) -> Answer:
        wait, reason = BETWEEN, ""
        for _ in range(ATTEMPTS):
            self._pause(wait)
            try:
                answer = self._ask(address)
            except OSError as error:
                reason, wait = f"no answer: {quoted(error)}", 4 * wait
                continue
            if answer.status not in _LATER:
                self._silent = 0
                return answer
            named = float(answer.retry_after) if answer.retry_after.isascii() and answer.retry_after.isdigit() else 0.0
            reason, wait = f"the register answered {answer.status}", min(max(4 * wait, named), LONGEST_WAIT)
        self._silent += 1
        raise _UnknownError(reason)


def cited(root: Path) -> tuple[list[Cited], list[tuple[str, str]]]:
    """The sources with a DOI; and those whose DOI cannot be read, with the reason."""
    found: list[Cited] = []
    unread: list[tuple[str, str]] = []
    for path, model in record_files(root):
        if model.KIND.name != "source":
            continue
        name = path.relative_to(root).as_posix()
        document = read_document(path, root)
        if isinstance(document, Problem) or not isinstance(document.value, dict):
            unread.append((name, "its record cannot be read: `check` says why"))
            continue
        doi = document.value.get("doi")
        if isinstance(doi, str) and _DOI.fullmatch(doi):
            found.append(Cited(name, doi, str(document.value.get("note") or "")))
        elif doi is not None:
            unread.append((name, "its DOI cannot be read: `check` says why"))
    return found, unread


def dois(root: Path, register: Register) -> Report:
    """Which DOIs no longer lead anywhere, by doi.org."""
    sources, unknown = cited(root)
    unread = len(unknown)
    findings: list[tuple[str, str, str]] = []
    for source in sources:
        try:
            if fault := _resolution(source, register):
                findings.append((source.path, source.doi, fault))
        except _UnknownError as error:
            unknown.append((source.path, str(error)))
    return Report("DOIs", "resolves", "dois", len(sources) + unread, tuple(findings), (), tuple(unknown))


def _resolution(source: Cited, register: Register) -> str:
    """What is wrong with the DOI; nothing where it resolves."""
    status, value = register.value(f"{DOI_ORG}{quote(source.doi)}?type=URL", 200, 404)
    code = value.get("responseCode") if isinstance(value, dict) else None
    if (status, code) == (200, _RESOLVES):
        return ""
    if code == _NO_SUCH_DOI:
        return "doi.org knows no such DOI"
    if code == _NO_ADDRESS:
        return "doi.org knows the DOI, but no address for it"
    raise _UnknownError("the answer cannot be read")


def retractions(root: Path, register: Register) -> Report:
    """Which papers were retracted or corrected, by Crossref; without the notices that a source's note names."""
    sources, unknown = cited(root)
    unread = len(unknown)
    findings: list[tuple[int, str, str, str]] = []
    elsewhere: list[tuple[str, str]] = []
    for source in sources:
        try:
            status, value = register.value(f"{CROSSREF}{quote(source.doi, safe='')}", 200, 404)
            if status == 404:
                elsewhere.append((source.path, source.doi))
            else:
                findings += [(grade, source.path, source.doi, said) for grade, said in _notices(source, value)]
        except _UnknownError as error:
            unknown.append((source.path, str(error)))
    told = tuple((path, doi, said) for _, path, doi, said in sorted(set(findings)))
    good = "has no notice that its record does not name"
    return Report("papers", good, "retractions", len(sources) + unread, told, tuple(elsewhere), tuple(unknown))


def _notices(source: Cited, value: Any) -> Iterator[tuple[int, str]]:
    """The notices about a paper that its record does not name yet: how grave each is, and in words."""
    message = value.get("message")
    if not isinstance(message, dict) or not isinstance(message.get("DOI"), str):
        raise _UnknownError("the answer cannot be read")
    if message["DOI"].casefold() != source.doi.casefold():
        raise _UnknownError(f"the answer is about {quoted(message['DOI'])}")
    for field, words in _SAYING.items():
        notices = message.get(field, [])
        if not isinstance(notices, list) or not all(isinstance(notice, Mapping) for notice in notices):
            raise _UnknownError("the answer cannot be read")
        for notice in notices:
            kind, by, day = str(notice.get("type") or "unnamed"), str(notice.get("DOI") or ""), _day(notice)
            if _named(by or day, source.note):
                continue
            grade = list(_NOTICES).index(kind) if kind in _NOTICES else len(_NOTICES)
            said = _NOTICES.get(kind, kind.replace("_", " "))
            yield grade, words.format(kind=said, by=by or "a paper without a DOI", day=f", {day}" if day else "")


def _named(name: str, note: str) -> bool:
    return bool(name) and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", note, re.IGNORECASE))


def _day(notice: Mapping[str, Any]) -> str:
    """The day of a notice as far as it is told: 2010, 2010-02 or 2010-02-06."""
    updated = notice.get("updated")
    parts = updated.get("date-parts") if isinstance(updated, Mapping) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    return "-".join(f"{part:02d}" for part in first[:3] if isinstance(part, int))


# Showing


def as_text(found: Report) -> str:
    """The report as a person reads it in a terminal."""
    lines = [_headline(found)]
    lines += [f"  {plain(path)}: {plain(doi)}: {plain(said)}" for path, doi, said in found.findings]
    if found.elsewhere:
        lines += ["", _ELSEWHERE, *(f"  {plain(path)}: {plain(doi)}" for path, doi in found.elsewhere)]
    if found.unknown:
        lines += ["", _UNKNOWN, *(f"  {plain(path)}: {plain(reason)}" for path, reason in found.unknown)]
    return "\n".join(lines)


def as_markdown(found: Report) -> str:
    """The report as GitHub's Markdown, for the body of a standing issue; the workflow Weekly reads its first words."""
    lines = [_headline(found)]
    if found.findings:
        lines += ["", "| File | DOI | What |", "|---|---|---|"]
        lines += [f"| {escaped(path)} | {escaped(doi)} | {escaped(said)} |" for path, doi, said in found.findings]
    if found.findings and found.command == "retractions":
        lines += [
            "",
            "Read the notice, mend what rests on the paper, and name the notice's DOI in the `note` of the source.",
        ]
    if found.elsewhere:
        lines += ["", f"### {_ELSEWHERE}", "", *(f"- {escaped(path)}: {escaped(doi)}" for path, doi in found.elsewhere)]
    if found.unknown:
        lines += ["", f"### {_UNKNOWN}", "", *(f"- {escaped(path)}: {escaped(why)}" for path, why in found.unknown)]
    return within_comment(lines, f"python -m macros {found.command}")


_ELSEWHERE = "Not in Crossref, so that nothing is known of notices"
_UNKNOWN = "Could not be found out"


def _headline(found: Report) -> str:
    """The sum, which opens with what is to be done: never "nothing to mend" where something could not be found out."""
    files = len({path for path, _, _ in found.findings})
    unknown = f" Could not be found out: {len(found.unknown):,}." if found.unknown else ""
    elsewhere = f" Not in Crossref: {len(found.elsewhere):,}." if found.elsewhere else ""
    if found.findings:
        return f"To mend: {files:,} of {found.asked:,} {found.subject}.{unknown}{elsewhere}"
    if found.unknown:
        others = f"; each of the others {found.good}" if found.asked > len(found.unknown) + len(found.elsewhere) else ""
        return f"Not known: {len(found.unknown):,} of {found.asked:,} {found.subject}{others}.{elsewhere}"
    return f"Nothing to mend: each of {found.asked - len(found.elsewhere):,} {found.subject} {found.good}.{elsewhere}"


# Asking


def over_https(mailto: str) -> Ask:
    """Asks over the network; `mailto`, where there is one, tells the registers whom to write to about it.

    Raises:
        ValueError: it is no address of a person.
    """
    if mailto and not _PERSON.fullmatch(mailto):
        raise ValueError(f"CROSSREF_MAILTO is {quoted(mailto)}, which is no address for mail.")
    agent = f"b12-ms-atlas (mailto:{mailto})" if mailto else "b12-ms-atlas"

    def ask(address: str) -> Answer:
        request = urllib.request.Request(  # noqa: S310 - both registers are asked over https
            address, headers={"User-Agent": agent, "Accept": "application/json"}
        )
        try:
            return _answer(request)
        except http.client.HTTPException as error:
            raise OSError(f"{type(error).__name__} {error}") from None

    return ask


def _answer(request: urllib.request.Request) -> Answer:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as reply:  # noqa: S310 - as above
            return Answer(reply.status, _body(reply))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, _body(error), error.headers.get("Retry-After", ""))


def _body(reply: Any) -> bytes:
    body: bytes = reply.read(LARGEST_ANSWER + 1)
    if len(body) > LARGEST_ANSWER:
        raise OSError(f"an answer of more than {LARGEST_ANSWER:,} bytes")
    return body
