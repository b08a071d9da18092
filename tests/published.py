"""What the tests of the published files share: the files of an atlas, and one with text that means harm."""

import re
from collections.abc import Mapping
from typing import Any

from macros.assets import FONT
from macros.export import exports
from macros.knowledge import KnowledgeBase
from macros.load import Entry

from .conftest import ROOT

SITE = "https://atlas.example/"
HOSTILE = (
    "=cmd|'/c calc'!A1 \"quoted\", ]]> </script><script>alert(1)</script> \u202eback\u202c \u2028 \x00 & <b> {{ 1 }}"
)
"""What a record's text can never hold, for the loader refuses it: the exports do not lean on that."""
IN_XML = re.sub("[\x00\u202a-\u202e]", "\ufffd", HOSTILE)
"""The same as it stands in XML."""


def published(base: KnowledgeBase, site: str = SITE, *, pictures: bool = False) -> dict[str, str | bytes]:
    """Path → content of every file made from a knowledge base."""
    return dict(exports(base, site, ROOT / "node_modules" / FONT if pictures else None))


def texts(files: Mapping[str, str | bytes], ending: str) -> dict[str, str]:
    """The files with this ending, as text."""
    return {path: text for path, text in files.items() if path.endswith(ending) and isinstance(text, str)}


def with_text(base: KnowledgeBase, text: str) -> KnowledgeBase:
    """The atlas with `text` in place of every title, summary and explanation, and of the pathways' labels and words."""

    def changed(entry: Entry) -> Entry:
        record = entry.record
        update: dict[str, Any] = {"title": text, "summary": text}
        if record.KIND.name == "pathway":
            update |= {
                "alt_text": text,
                "nodes": tuple(n.model_copy(update={"label": text, "note": text}) for n in record.nodes),  # type: ignore[attr-defined]
                "steps": tuple(s.model_copy(update={"text": text, "place": text}) for s in record.steps),  # type: ignore[attr-defined]
            }
        return Entry(record.model_copy(update=update), entry.document)

    entries = [changed(entry) for entry in base.entries.values()]
    return KnowledgeBase(entries, base.graph, base.vocabularies, base.retired, ())
