"""Reads the proof of a PDF: what validators find, and what they do not.

A PDF/UA-1 validator passes a file whose table heads are plain cells or whose links lead nowhere. So the text that the
PDF says is also held against the text that was set: every word in its order, headings, heads of tables, pictures.
"""

from __future__ import annotations

import datetime
import io
import multiprocessing
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import page as validator
import pikepdf

from ..problem import quoted
from .tagged import Reader, Tagged

_SPACE = re.compile(r"\s+")
_HEADS = {"h1": "H1", "h2": "H2", "h3": "H3", "th": "TH"}
_GENERATED = {
    ("sup", "cite"): ("[", "]"),
    ("h1", "again"): ("", " (continued)"),
    ("h1", "again chapter"): ("", " (continued)"),
}
"""Text that the style sheet adds: element and class → before it and after it."""


def proof(data: bytes, body: Any, created: datetime.date, updated: datetime.date) -> list[str]:
    """Everything that is wrong with a PDF, each in a phrase.

    Args:
        data: the PDF.
        body: the HTML that was set, as a tree.
        created: the day that it has to give as that of its making.
        updated: the day that it has to give as that of its last change.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [*_invalid(data), *_frame(pdf, created, updated), *_said(Reader(pdf).parts(), body)]


def bound_proof(data: bytes, pages: int, created: datetime.date, updated: datetime.date) -> list[str]:
    """Everything that is wrong with a bound book, whose parts said what they should.

    Each half takes hundreds of megabytes, which only the end of its process gives back.

    Args:
        data: the PDF.
        pages: how many pages it has to have.
        created: see `proof`.
        updated: see `proof`.

    Raises:
        BrokenProcessPool: there was not enough memory.
    """
    return [*_apart(_bound_frame, data, pages, created, updated), *_apart(_invalid, data)]


def _apart(check: Callable[..., Iterable[str]], *args: object) -> list[str]:
    """What a check finds, from a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_listed, check, *args).result()


def _listed(check: Callable[..., Iterable[str]], *args: object) -> list[str]:
    return list(check(*args))


def _bound_frame(data: bytes, pages: int, created: datetime.date, updated: datetime.date) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if len(pdf.pages) != pages:
            yield f"{len(pdf.pages)} pages where there should be {pages}"
        yield from _frame(pdf, created, updated)


def _invalid(data: bytes) -> Iterator[str]:
    limits = validator.SafetyLimits.unlimited()
    report = validator.validate_pdf_bytes(data, profile=validator.ValidationProfile.PDF_UA_1, limits=limits)
    yield from (f"PDF/UA-1: {failure.message}" for failure in report.failures)


def _frame(pdf: pikepdf.Pdf, created: datetime.date, updated: datetime.date) -> Iterator[str]:
    """What is wrong with a PDF whatever it says."""
    yield from (*_metadata(pdf, created, updated), *_links(pdf), *_fonts(pdf))


def _said(parts: list[Tagged], body: Any) -> Iterator[str]:
    """Whether the PDF says what was set."""
    wanted = [(_HEADS[name], _SPACE.sub("", _text(element))) for name, element in _named(body) if name in _HEADS]
    found = [(part.tag, _SPACE.sub("", part.text)) for part in parts if part.tag in _HEADS.values()]
    if found != wanted:
        yield "headings or heads of tables that differ from the text set: " + _difference(wanted, found)
    pictures = [_title(element) for name, element in _named(body) if name == "svg"]
    told = [part.alternative for part in parts if part.tag == "Figure"]
    if told != pictures or not all(told):
        yield f"pictures that say {quoted(told)} where they should say {quoted(pictures)}"
    text = _SPACE.sub("", "".join(part.text for part in parts if part.tag == "Document"))
    whole = _SPACE.sub("", _text(body))
    if text != whole:
        pairs = enumerate(zip(text, whole, strict=False))
        place = next((i for i, (a, b) in pairs if a != b), min(len(text), len(whole)))
        there, here = text[place : place + 30], whole[place : place + 30]
        yield f"text that differs from what was set: {quoted(there)}, not {quoted(here)}"


def _difference(wanted: list[tuple[str, str]], found: list[tuple[str, str]]) -> str:
    missing = [text for text in wanted if text not in found]
    added = [text for text in found if text not in wanted]
    return f"missing {quoted(missing)}, added {quoted(added)}" if missing or added else "their order or number"


def _named(body: Any) -> Iterator[tuple[str, Any]]:
    """Each element with its name."""
    return ((element.tag.rpartition("}")[2], element) for element in body.iter())


def _title(picture: Any) -> str:
    return next((child.text for child in picture if child.tag.endswith("title")), "")


def _text(element: Any) -> str:
    """The text of an element with all that is in it, pictures left out."""
    name = element.tag.rpartition("}")[2]
    if name == "svg":
        return ""
    before, after = _GENERATED.get((name, element.get("class", "")), ("", ""))
    inner = "".join(_text(child) + (child.tail or "") for child in element)
    return before + (element.text or "") + inner + after


def _metadata(pdf: pikepdf.Pdf, created: datetime.date, updated: datetime.date) -> Iterator[str]:
    with pdf.open_metadata() as metadata:
        for key in ("dc:title", "dc:creator", "dc:description", "dc:rights", "xmpRights:WebStatement"):
            if not metadata.get(key):
                yield f"no {key} in its metadata"
        for key, day in (("xmp:CreateDate", created), ("xmp:ModifyDate", updated)):
            if str(metadata.get(key, ""))[:10] != day.isoformat():
                yield f"{key} {quoted(metadata.get(key))} where it should be {day}"
    if not str(pdf.Root.get("/Lang", "")):
        yield "no language"


def _links(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Links that lead nowhere, or to a file of whoever made it."""
    names = set(_names(pdf.Root.Names.Dests)) if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names else set()
    pages = {page.objgen for page in pdf.pages}
    for page in pdf.pages:
        for annotation in page.get("/Annots", pikepdf.Array()):
            action = annotation.get("/A", pikepdf.Dictionary())
            address = str(action.get("/URI", ""))
            target = annotation.get("/Dest", action.get("/D"))
            if address and not re.match(r"(https?|mailto|tel):.", address):
                yield f"a link to {quoted(address)}"
            elif isinstance(target, pikepdf.Array):
                if target[0].objgen not in pages:
                    yield "a link to a page that is not there"
            elif not address and str(target) not in names:
                yield f"a link to {quoted(target)}, which is nowhere in it"


def _names(tree: pikepdf.Object) -> Iterator[str]:
    if "/Names" in tree:
        yield from (str(name) for name in list(tree.Names)[::2])
    for kid in tree.get("/Kids", pikepdf.Array()):
        yield from _names(kid)


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Fonts that are not embedded, or that are none of ours."""
    for page in pdf.pages:
        for font in page.resources.get("/Font", pikepdf.Dictionary()).values():
            for inner in font.get("/DescendantFonts", [font]):
                name = str(inner.get("/BaseFont"))
                if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.get("/FontDescriptor", {}).keys()):
                    yield f"the font {name}, which is not embedded"
                elif "+Atlas" not in name:
                    yield f"the font {name} of this computer, because none of the atlas has one of the signs"
