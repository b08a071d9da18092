"""Text made harmless in the format that it goes into, without losing any of it."""

from __future__ import annotations

import json
import re
from html import escape

_NOT_PLAIN_IN_JSON = re.compile("[<\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_NOT_IN_XML = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""What XML cannot hold, and the marks that turn the direction of text: what is XML is shown to readers as it is."""
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20']|[\t\r\n]")
_QUOTED = re.compile('[",\r\n\t]|^\\s|\\s$')


def json_text(value: object) -> str:
    """Compact JSON. It may stand inside a `<script>`, and no mark in it turns the direction of the text around it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # These signs stand only inside strings, where JSON has another way to write them.
    return _NOT_PLAIN_IN_JSON.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def xml_text(text: str) -> str:
    """Text for an XML element or attribute; U+FFFD stands where `xml_characters` says."""
    return escape(xml_characters(text))


def xml_characters(text: str) -> str:
    """XML or text without what XML cannot hold, nor marks of direction: U+FFFD stands in their place."""
    return _NOT_IN_XML.sub("\ufffd", text)


def cell(text: str) -> str:
    """A text for a cell: one that a spreadsheet could take for a formula gets an apostrophe before it.

    So does a text that begins with an apostrophe: whoever takes one away from the front has the text as it was. A null,
    at which many programs end the text, becomes U+FFFD.
    """
    text = text.replace("\0", "\ufffd")
    return f"'{text}" if _FORMULA.match(text) else text


def uncell(text: str) -> str:
    """The text that `cell` was given."""
    return text.removeprefix("'")


def csv_line(cells: list[str]) -> str:
    """A line of a CSV file, as RFC 4180 has it."""
    return ",".join(f'"{c.replace(chr(34), chr(34) * 2)}"' if _QUOTED.search(c) else c for c in cells) + "\r\n"
