"""What every published file says of itself: the version of the data that it was made from, its licence, its address."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..knowledge import KnowledgeBase
from ..load import Entry
from .guard import json_text

API_VERSION = "1.1.0"
"""The version of the form of the files, not of what they say: `CHANGELOG-API.md` says what changed in it."""
LICENCE: Mapping[str, str] = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
CREDIT = "The B12 & MS Atlas"


@dataclass(frozen=True)
class Edition:
    """One state of the data, at one address.

    Args:
        version: a digest of all that the records say; it changes when, and only when, they do.
        date: the newest day that a record names.
        site: the address of the site, with a slash at its end; "" where it is not known: addresses then are paths
            below the site's root.
    """

    version: str
    date: str
    site: str

    @property
    def head(self) -> dict[str, Any]:
        """What stands first in every JSON file."""
        return {"generated_from": {"version": self.version, "date": self.date}, "licence": LICENCE, "credit": CREDIT}

    def address(self, path: str) -> str:
        """The address of `path` below the site's root."""
        return self.site + path


def edition(base: KnowledgeBase, site: str) -> Edition:
    """The edition of a knowledge base that has no problems."""
    digest = hashlib.sha256()
    for key, entry in sorted(base.entries.items()):
        digest.update(f"{key} {values(entry)}".encode())
    for name, vocabulary in sorted(base.vocabularies.items()):
        digest.update(f"{name} {vocabulary.model_dump_json()}".encode())
    for retired in base.retired:
        digest.update(retired.model_dump_json().encode())
    days = [max(entry.record.checked, entry.record.changes[0].date) for entry in base.entries.values()]
    date = max(days).isoformat() if days else ""
    if site and not site.endswith("/"):
        site += "/"
    return Edition(digest.hexdigest()[:16], date, site)


@functools.lru_cache(maxsize=65536)
def values(entry: Entry) -> str:
    """A record as JSON: what is not known is left out, never null; lists and true or false are always there."""
    return json_text(entry.record.model_dump(mode="json", exclude_none=True))
