"""References for reference managers: BibTeX, RIS and CSL-JSON, of the sources and of the atlas's own pages."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from .. import cite
from ..model.kinds.source import Source
from ..model.vocabulary import Vocabulary
from ..pages import day
from .guard import json_text

Item = Mapping[str, Any]
"""One reference in the form of CSL-JSON: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html"""

_BIBTEX = {
    "article-journal": "article",
    "book": "book",
    "chapter": "incollection",
    "paper-conference": "inproceedings",
    "report": "techreport",
    "thesis": "phdthesis",
}
"""CSL's type of item → BibTeX's; every other is `misc`."""
_RIS = {
    "article-journal": "JOUR",
    "webpage": "ELEC",
    "report": "RPRT",
    "book": "BOOK",
    "chapter": "CHAP",
    "dataset": "DATA",
    "paper-conference": "CPAPER",
    "thesis": "THES",
}
"""CSL's type of item → RIS's; every other is `GEN`."""
_MEDIA = {"bib": "application/x-bibtex", "ris": "application/x-research-info-systems", "json": "application/json"}
_LABELS = {"bib": "BibTeX", "ris": "RIS", "json": "CSL-JSON"}
_MONTHS = [day(datetime.date(2000, month, 1)).split()[1].lower() for month in range(1, 13)]
_PERSON = re.compile(
    r"(?P<family>(?:(?:de|der|den|van|von|da|di|la|le) )*[^\W\d_]\S*(?: \S+)?) "
    r"(?P<initials>[^\W\d_a-z][^\W\d_a-z]{0,4}(?:-[A-Z])?)"
)
_COMPANY = frozenset({"AB", "AG", "AS", "BV", "KG", "LLC", "LTD", "NV", "PLC", "SA", "SE"})
"""What follows the name of a company and looks like initials."""
_MORE = "More authors follow."
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "%&$#_"}


def one_line(text: str) -> str:
    """The text on one line, without signs that cannot be seen: none may end a field or turn what stands around it."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def author(name: str) -> dict[str, str]:
    """A name as CSL takes it: a person's in parts, or a body's as a whole.

    A person's is a family name and initials ('Kihara Y'); whatever does not look like one stays whole.
    """
    found = _PERSON.fullmatch(name)
    if found is None or found["family"].isupper() or (" " in found["family"] and found["initials"] in _COMPANY):
        return {"literal": name}
    given = re.sub(r"([^\W\d_])(?=[^\W\d_])", r"\1. ", found["initials"]).replace("-", ".-") + "."
    return {"family": found["family"], "given": given}


def of_source(source: Source, read: Vocabulary) -> Item:
    """A source as CSL-JSON. What was not confirmed is left out; the note says what of it was read."""
    issued = _date(source)
    notes = [f"{read[source.read].label} for the atlas."]
    if source.supplied_title:
        notes.append("The title is the atlas's description.")
    if source.more_authors:
        notes.append(_MORE)
    if source.date and len(issued) < 2:
        notes.append(f"Date as given: {source.date}.")
    fields: dict[str, Any] = {
        "id": source.id,
        "type": source.csl_type,
        "title": cite.title(source),
        "author": [author(name) for name in source.authors],
        "issued": {"date-parts": [issued]} if issued else None,
        "container-title": source.container,
        "volume": source.volume,
        "issue": source.issue,
        "page": source.pages,
        "publisher": source.publisher,
        "DOI": source.doi,
        "PMID": source.pmid,
        "URL": source.url,
        "note": " ".join(notes),
    }
    return {name: value for name, value in fields.items() if value}


def _date(source: Source) -> list[int]:
    """Year, month and day, as far as the source's words for its date are one; else its year, or nothing."""
    text = (source.date or "").lower()
    if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text):
        parts = [int(part) for part in found.groups()]
    elif found := re.fullmatch(rf"(?:(\d{{1,2}}) )?({'|'.join(_MONTHS)}) (\d{{4}})", text):
        parts = [int(found[3]), _MONTHS.index(found[2]) + 1, *([int(found[1])] if found[1] else [])]
    else:
        parts = []
    if parts and source.year in (None, parts[0]):
        return parts
    return [source.year] if source.year is not None else []


def of_page(title: str, path: str, address: str, name: str, day: datetime.date | None, reviewed: bool) -> Item:
    """A page of the atlas as CSL-JSON.

    Args:
        title: the page's.
        path: where it stands below the site's root.
        address: the one to cite it by.
        name: the atlas's.
        day: the day of the page's last change, where it is known.
        reviewed: whether a clinician has reviewed it.
    """
    fields: dict[str, Any] = {
        "id": "-".join(["b12-ms-atlas", *re.findall(r"[a-z0-9]+", path)]),
        "type": "webpage",
        "title": title,
        "author": [{"literal": f"{name} contributors"}],
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "container-title": name,
        "URL": address,
        "language": "en-GB",
        "note": "" if reviewed else "Not reviewed by a clinician.",
    }
    return {name: value for name, value in fields.items() if value}


def plain(item: Item) -> str:
    """A page of the atlas as a sentence, in the style of the atlas's own references."""
    place = item["container-title"]
    where = "" if item["title"] == place else f" In: {place}."
    ended = item["title"] if item["title"][-1] in ".?!" else f"{item['title']}."
    parts = item["issued"]["date-parts"][0] if "issued" in item else []
    updated = f" Updated {day(datetime.date(*parts))}." if parts else ""
    return f"{item['author'][0]['literal']}. {ended}{where}{updated} Available from: {item['URL']}"


def csl(items: Iterable[Item]) -> str:
    """References as a CSL-JSON file."""
    return "[" + ",\n".join(json_text(item) for item in items) + "]\n"


def bibtex(items: Iterable[Item]) -> str:
    """References as a BibTeX file, in UTF-8."""
    return "\n".join(_bibtex(item) for item in items)


def _bibtex(item: Item) -> str:
    kind = _BIBTEX.get(item["type"], "misc")
    parts = item["issued"]["date-parts"][0] if "issued" in item else []
    more = _MORE in item.get("note", "")
    names = [_tex_name(name) for name in item.get("author", ())] + (["others"] if more else [])
    container = {"article": "journal", "incollection": "booktitle", "inproceedings": "booktitle"}.get(
        kind, "howpublished"
    )
    publisher = {"techreport": "institution", "phdthesis": "school"}.get(kind, "publisher")
    fields = {
        "author": " and ".join(names),
        "title": f"{{{_tex(item['title'])}}}",  # a second pair of braces keeps its capitals
        container: _tex(item.get("container-title", "")),
        "year": str(parts[0]) if parts else "",
        "month": str(parts[1]) if len(parts) > 1 else "",
        "volume": _tex(item.get("volume", "")),
        "number": _tex(item.get("issue", "")),
        "pages": _tex(item.get("page", "")),
        publisher: _tex(item.get("publisher", "")),
        "doi": _address(item.get("DOI", "")),
        "pmid": _tex(item.get("PMID", "")),
        "url": _address(item.get("URL", "")),
        "note": _tex(item.get("note", "")),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{kind}{{{item['id']},\n{lines}\n}}\n"


def _tex_name(name: Mapping[str, str]) -> str:
    if "literal" in name:
        return f"{{{_tex(name['literal'])}}}"  # in braces, so that an 'and' or a comma in it parts nothing
    return f"{_tex(name['family'])}, {_tex(name['given'])}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in one_line(text))


def _address(text: str) -> str:
    """An address: BibTeX takes it as it is, so what would end the field is written in its other form."""
    return re.sub(r"[{}\\\s]", lambda sign: quote(sign[0]), one_line(text))


def ris(items: Iterable[Item]) -> str:
    """References as a RIS file."""
    return "\r\n".join(_ris(item) for item in items)


def _ris(item: Item) -> str:
    parts = item["issued"]["date-parts"][0] if "issued" in item else []
    first, dash, last = item.get("page", "").partition("-")
    paged = bool(dash and first.isalnum() and last.isalnum())
    found = [
        ("TY", _RIS.get(item["type"], "GEN")),
        ("ID", item["id"]),
        *(
            ("AU", ", ".join(filter(None, (n.get("family"), n.get("given")))) or n["literal"])
            for n in item.get("author", ())
        ),
        ("TI", item["title"]),
        ("T2", item.get("container-title", "")),
        ("PY", str(parts[0]) if parts else ""),
        ("DA", "/".join([*(f"{part:02}" for part in parts), *[""] * (4 - len(parts))]) if len(parts) > 1 else ""),
        ("VL", item.get("volume", "")),
        ("IS", item.get("issue", "")),
        ("SP", first if paged else item.get("page", "")),
        ("EP", last if paged else ""),
        ("PB", item.get("publisher", "")),
        ("DO", item.get("DOI", "")),
        ("AN", item.get("PMID", "")),
        ("UR", item.get("URL", "")),
        ("LA", item.get("language", "")),
        ("N1", item.get("note", "")),
    ]
    lines = [f"{tag}  - {one_line(value)}" for tag, value in found if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def downloads(item: Item, file: str) -> list[tuple[str, str, str]]:
    """A reference as files that stand in the page itself, so that they are there with no connection too.

    Returns:
        For each form its label, the name of the file and its address, which holds the file.
    """
    texts = {"bib": bibtex([item]), "ris": ris([item]), "json": json_text([item])}
    return [
        (_LABELS[end], f"{file}.{end}", f"data:{_MEDIA[end]};charset=utf-8,{quote(text, safe=_SAFE)}")
        for end, text in texts.items()
    ]


_SAFE = "/:,;=@()!*'$?+"
"""Signs that may stand in the address as they are."""
