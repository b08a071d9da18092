"""The permanent short address of a record: six signs worked out from its kind and id, and so never another's."""

from __future__ import annotations

import hashlib

FOLDER = "r/"
LENGTH = 6
"""Among 5,000 records two share their signs in one atlas of forty: `check` then refuses the id of the newer one."""
_SIGNS = "23456789bcdfghjkmnpqrstvwxyz"
"""Without vowels, which could make words, and without 0, 1 and l, which are taken for others."""


def code(key: str) -> str:
    """The signs of the record `kind:id`. They hold no name of a folder, so they stay when a page moves."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    signs = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[place])
    return "".join(signs)


def short_path(key: str) -> str:
    """The short address of the record `kind:id`, below the site's root: a file, which every host serves by its name."""
    return f"{FOLDER}{code(key)}.html"
