"""Sets one document on one paper in one size of print: HTML → a PDF with its makers, dates and licence.

It runs in the workers of the pool. Each keeps its fonts and style sheets, which every document shares.
"""

from __future__ import annotations

import contextlib
import copy
import datetime
import functools
import io
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

import pikepdf
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from ..printed import PRINTS
from ..problem import Problem, quoted
from ..whole import Before
from . import fit
from .bind import bind
from .breaks import torn
from .code import with_codes
from .estimate import Estimate
from .folio import Digits, UnboundError
from .job import AUTHOR, LICENCE, Binding, Job, Outcome, Part
from .proof import bound_proof, proof
from .quire import Folded, Quire, packed, quire_of
from .style import fonts, room, style

LANGUAGE = "en-GB"


@functools.cache
def _fonts(packages: Path) -> tuple[FontConfiguration, CSS]:
    configuration = FontConfiguration()
    with _dated(datetime.date(1970, 1, 1)):  # unpacked, each font is dated: by the clock where no day is told
        return configuration, CSS(string=fonts(packages), font_config=configuration)


@functools.cache
def _style(packages: Path, paper: str, size: str) -> CSS:
    return CSS(string=style(paper, size), font_config=_fonts(packages)[0])


def ready(packages: Path, day: datetime.date) -> None:
    """Loads the fonts and lays out a page, the first of which takes longest."""
    digits(packages, day)


def typeset(job: Job) -> Outcome:
    """Sets, stamps and checks a document."""
    complaints = _Complaints()
    try:
        _parsed(job.html)
    except ParseError as error:
        found = f"HTML that is not well-formed: {error} ({job.name})"
        expected = "each element closed, as in <br/>, and each attribute with a value"
        return Outcome(b"", 0, (Problem(job.edit, 0, found, expected, _REMEDY),))
    with complaints, _dated(job.updated):
        setting = _fitted(job) if job.limited else _set(job, (), "")
        body, document = setting.body, setting.document
        data = _stamped(document.write_pdf(pdf_variant="pdf/ua-1"))
    faults = [*complaints.texts, *_beyond_the_edge(document), *proof(data, body, job.created, job.updated)]
    if job.limited:
        faults += torn(document.pages)
    if job.part:
        try:
            data = packed(_quire(data, job))
        except UnboundError as error:
            faults.append(str(error))
    problems = [Problem(job.edit, 0, f"{fault} ({job.name})", "a clean print", _REMEDY) for fault in faults]
    if job.limited and len(document.pages) > PRINTS[job.print].most_pages:
        problems.append(_too_long(job, len(document.pages)))
    return Outcome(data, len(document.pages), tuple(dict.fromkeys(problems)))


def _quire(data: bytes, job: Job) -> Quire:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return quire_of(pdf, job.part, digits(job.packages, job.created), job.asked)


def bound(binding: Binding) -> Outcome:
    """Binds the book, and proves what its parts could not."""
    data, pages = b"", 0
    before = Before(binding.before, binding.made_with)
    try:
        parts = [(_opened(part), part.asked) for part in binding.parts]
        data, pages = bind(parts, binding.entries, digits(binding.packages, binding.created), before)
        faults = bound_proof(data, pages, binding.created, binding.updated) if binding.thorough else []
    except UnboundError as error:
        faults = [str(error)]
    before.write()
    problems = (Problem(binding.edit, 0, f"{fault} ({binding.name})", "a clean print", _REMEDY) for fault in faults)
    return Outcome(data, pages, tuple(dict.fromkeys(problems)))


def _opened(part: Part) -> Folded:
    try:
        return Folded(part.file.read_bytes())
    except UnboundError as error:
        raise UnboundError(f"{error}: '{part.name}'; remove {part.file} and print again") from None


@functools.cache
def digits(packages: Path, day: datetime.date) -> Digits:
    """The fonts of the numbers of the book's pages, from a page that shows the ten digits in each."""
    shown = "".join(f'<p class="number" style="font-weight: {weight}">0123456789</p>' for weight in (400, 700))
    html = HTML(string=f'<html lang="{LANGUAGE}"><title>Digits</title><body>{shown}</body></html>', base_url=None)
    configuration, faces = _fonts(packages)
    sheets = [faces, _style(packages, "a4", "normal")]
    with _dated(day):
        return Digits(html.write_pdf(stylesheets=sheets, font_config=configuration))


_REMEDY = "Mend the record, or the template in macros/templates/print/."


@contextlib.contextmanager
def _dated(day: datetime.date) -> Iterator[None]:
    """Fonts are dated by the day of the version, not by the clock: the same text gives the same bytes."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    os.environ["SOURCE_DATE_EPOCH"] = str(int(midnight.timestamp()))
    try:
        yield
    finally:
        del os.environ["SOURCE_DATE_EPOCH"]
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before


class _Complaints(logging.Handler):
    """Collects what WeasyPrint warns of meanwhile: a missing picture, a rule that it does not know."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def __enter__(self) -> None:
        logging.getLogger("weasyprint").addHandler(self)

    def __exit__(self, *_: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps a warning."""
        self.texts.append(quoted(record.getMessage()))


@dataclass(frozen=True)
class _Setting:
    """A document as it was laid out."""

    body: Any
    document: Any


def _read(job: Job) -> HTML:
    """The HTML as a tree of its own. It may fetch nothing, from the network or the disk."""
    read = copy.copy(_blank())
    tree = copy.deepcopy(_parsed(job.html))
    read.wrapper_element = type(read.wrapper_element).from_html_root(tree, content_language=None)
    read.etree_element = read.wrapper_element.etree_element
    return read


@functools.lru_cache(maxsize=2)
def _parsed(html: str) -> Element:
    """What each laying out begins with, on every paper: the HTML read as XML, as the templates write it.

    WeasyPrint's own reader, which forgives everything, takes forty times as long, a tenth of all that a sheet takes.
    """
    return fromstring(with_codes(html))  # noqa: S314 - our templates' text, whose data is escaped


@functools.cache
def _blank() -> HTML:
    """What WeasyPrint knows of a document besides its tree."""
    return HTML(string="", base_url=None, url_fetcher=URLFetcher(allowed_protocols=frozenset()))


def _body(html: HTML, size: str) -> Any:
    """The text, made ready for a size of print: flat lists, parts named."""
    body = next(element for element in html.etree_element if element.tag.endswith("body"))
    fit.keep_for(body, size)
    fit.flatten(body)
    fit.number_parts(body)
    return body


def _set(job: Job, gone: Iterable[str], line: str) -> _Setting:
    """Lays the document out without some of its parts."""
    html = _read(job)
    body = _body(html, job.print)
    fit.leave_out(body, gone, line)
    configuration, faces = _fonts(job.packages)
    sheets = [faces, _style(job.packages, job.paper, job.print)]
    return _Setting(body, html.render(stylesheets=sheets, font_config=configuration))


def _fitted(job: Job) -> _Setting:
    """Lays out what is likely to fit; where it is too much more is left out, where it is too little some put back."""
    most = PRINTS[job.print].most_pages
    wide, high = room(job.paper, job.print)
    em = PRINTS[job.print].points * 4 / 3
    body = _body(_read(job), job.print)
    plan, estimate = fit.Plan(body), Estimate(body, wide, high)
    heights = {name: height * em for name, height in estimate.parts.items()}
    likely = estimate.pictures + (most * high - estimate.pictures) * _LIKELY[job.print]
    first = gone = plan.likely(estimate.whole * em, heights, likely * em)
    while True:
        setting = _set(job, plan.gone(gone), plan.line(gone))
        pages = setting.document.pages
        heights |= fit.heights(pages)
        freed = plan.freed(heights)
        if len(pages) <= most or gone == len(plan.order):
            break
        # What did not fit is often one block, for which the room at the foot of the last page was not enough.
        last = [high * em, *_texts(pages)[: most - len(pages)]][-1]
        excess = sum(_texts(pages)[most - len(pages) :]) - (high * em - last) + (_SPARE if gone else _LINE) * em
        enough = (more for more in range(gone + 1, len(plan.order)) if freed[more] - freed[gone] >= excess)
        gone = next(enough, len(plan.order))
    space = (most - len(pages)) * high * em + high * em - _texts(pages)[-1]
    fuller = next((n for n in range(gone) if 0 < freed[gone] - freed[n] <= space * _SURE), gone)
    if gone > first or fuller == gone or space < _WORTH_IT * high * em:
        return setting
    again = _set(job, plan.gone(fuller), plan.line(fuller))
    return again if len(again.document.pages) <= most else setting


def _texts(pages: Iterable[Any]) -> list[float]:
    """How much of each page is taken; a page that holds a picture alone is none of these."""
    return [height for page in pages if (height := fit.used(page))]


_LIKELY = {"normal": 0.885, "large": 0.84}
"""How much of its pages a text is first laid out for. What can't be parted leaves room at their feet, in large print
more of it; to put a part back takes no longer than to take one out."""
_LINE, _SPARE = 3, 1
"""What is needed besides, in sizes of the text: for the line that says that something was left out, or for chance."""
_SURE = 0.9
"""How much of the room that is left over is filled again: parts stand apart, and do not break over pages."""
_WORTH_IT = 0.15
"""How much of a page has to be empty for that."""


def _too_long(job: Job, pages: int) -> Problem:
    return Problem(
        job.edit,
        0,
        f"{pages} pages as {job.name}, with everything left out that can be",
        f"at most {PRINTS[job.print].most_pages}",
        "Shorten its care cards, its summary or what it says to do.",
    )


def _beyond_the_edge(document: Any) -> Iterator[str]:
    """Text that is wider than its page: the first of each page."""
    for page in document.pages:
        edge = page.width - page._page_box.margin_right + 1
        for box in fit.boxes(page):
            text = getattr(box, "text", "")
            if text and box.position_x + box.width > edge:
                yield f"text beyond the page's edge: {quoted(text)}"
                break


def _stamped(data: bytes) -> bytes:
    """The PDF with its licence, and an identity that comes from its content."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["dc:rights"] = f"{AUTHOR}. Licence: Creative Commons Attribution 4.0 International (CC BY 4.0)."
            metadata["dc:language"] = [LANGUAGE]
            metadata["xmpRights:Marked"] = "True"
            metadata["xmpRights:WebStatement"] = LICENCE
        file = io.BytesIO()
        pdf.save(file, deterministic_id=True, linearize=False)
    return file.getvalue()
