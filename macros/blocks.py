"""HTML blocks of a generated page, taken out while Markdown is converted: they would only be read through, slowly."""

from __future__ import annotations

import re

_NAME = re.compile(r"<([a-z][a-z0-9]*)\b")
_PLACE = re.compile(r"<!--block (\d+)-->")


def lifted(markdown: str) -> tuple[str, list[str]]:
    """The page with a comment for each whole HTML block, and the blocks.

    A block is what stands between blank lines. It is lifted only where it is one element, opened and closed within it:
    then Markdown would have handed it on as it is.
    """
    blocks: list[str] = []
    parts = markdown.split("\n\n")
    for place, part in enumerate(parts):
        block = part.strip("\n")
        if _is_one_element(block):
            parts[place] = f"<!--block {len(blocks)}-->"
            blocks.append(block)
    return "\n\n".join(parts), blocks


def restored(html: str, blocks: list[str]) -> str:
    """The converted page with its blocks in their places."""
    return _PLACE.sub(lambda place: blocks[int(place[1])], html)


def _is_one_element(block: str) -> bool:
    """Whether the block begins with a tag whose element ends only where the block ends."""
    name = _NAME.match(block)
    if name is None or not block.endswith(end := f"</{name[1]}>"):
        return False
    depth = 0
    for tag in re.finditer(rf"<(/?){name[1]}\b", block):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.start() == len(block) - len(end)
    return False
