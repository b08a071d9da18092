"""References in the style of the field (Vancouver, as the US National Library of Medicine sets it out)."""

from __future__ import annotations

from dataclasses import dataclass, field

from .model.kinds.source import Source

MOST_AUTHORS = 6
"""Vancouver names six authors, then 'et al.'."""


@dataclass
class Bibliography:
    """The sources of one page, numbered in the order in which they first appear."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, source_id: str) -> int:
        """The reference number of a source, from 1; a new one where it was not cited before."""
        return self.numbers.setdefault(source_id, len(self.numbers) + 1)


def authors(source: Source) -> str:
    """The authors as Vancouver lists them: six, then 'et al.'; empty where none is confirmed."""
    named = list(source.authors[:MOST_AUTHORS])
    if source.more_authors or len(source.authors) > MOST_AUTHORS:
        named.append("et al")
    return ", ".join(named)


def title(source: Source) -> str:
    """The title; in square brackets where it is the atlas's description of the work."""
    return f"[{source.title}]" if source.supplied_title else source.title


def place(source: Source) -> str:
    """Where it appeared: journal, date;volume(issue):pages, as far as confirmed."""
    date = source.date or (str(source.year) if source.year is not None else "")
    volume = (source.volume or "") + (f"({source.issue})" if source.issue else "")
    when = ";".join(part for part in (date, volume) if part)
    if source.pages:
        when = f"{when}:{source.pages}" if when else source.pages
    return ". ".join(part for part in (source.container, source.publisher, when) if part)


def vancouver(source: Source) -> str:
    """The whole reference as plain text, without addresses.

    Example: `Li X, Yuan J, Han J, Hu W. Serum levels of homocysteine. Mult Scler. 2020;26(3):1-9.`
    """
    parts = (authors(source), title(source), place(source))
    return " ".join(_ended(part) for part in parts if part)


def _ended(part: str) -> str:
    """The part with one full stop at its end, or the question mark that it has."""
    part = part.rstrip(". ")
    return part if part.endswith(("?", "!")) else f"{part}."


def addresses(source: Source) -> list[tuple[str, str]]:
    """Where to find it, best first: (label, URL) for its DOI, PubMed record and address, as far as known."""
    found: list[tuple[str, str]] = []
    if source.doi:
        found.append((f"doi:{source.doi}", f"https://doi.org/{source.doi}"))
    if source.pmid:
        found.append((f"PMID {source.pmid}", f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/"))
    known = {url for _, url in found}
    if source.url and source.url not in known and not (source.doi and "doi.org" in source.url):
        found.append((_host(source.url), source.url))
    return found


def _host(url: str) -> str:
    return url.split("/")[2].removeprefix("www.")
