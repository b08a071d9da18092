"""The files under `data/` as they stood in a git revision, or as they stand in the working tree."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .load import LARGEST_FILE
from .problem import quoted

WORKING_TREE = "the working tree"

_RANGE = re.compile(r"(.*?)(\.{2,3})(.*)", re.DOTALL)
_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_PATIENCE = 120
"""Seconds. Reading ten thousand records takes one."""
# Git is to answer in English, from what is here: without asking anybody and without fetching.
_SETTINGS = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}


class RevisionError(Exception):
    """Why two revisions cannot be compared, in one line."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Args:
        name: what to call it.
        files: path → content; or, as text, why there is none.
    """

    name: str
    files: Mapping[str, bytes | str]


def two_sides(root: Path, wanted: str) -> tuple[Side, Side]:
    """Both sides of `BASE..HEAD`; of `BASE...HEAD`, from where HEAD branched off; of `BASE`, to the working tree.

    Raises:
        RevisionError: there is no such revision, or nothing to look it up in.
    """
    _git(root, "rev-parse", "--git-dir")
    parts = _RANGE.fullmatch(wanted)
    if not parts:
        return _of_commit(root, wanted, _commit(root, wanted)), _of_working_tree(root)
    base, head = parts[1] or "HEAD", parts[3] or "HEAD"
    commit, other = _commit(root, base), _commit(root, head)
    if parts[2] == "...":
        commit = _git(root, "merge-base", commit, other).decode("ascii", "replace").strip()
    return _of_commit(root, base, commit), _of_commit(root, head, other)


def _commit(root: Path, name: str) -> str:
    # A leading hyphen would make it an option; git knows no name with a control character in it.
    if not name or name.startswith("-") or not name.isprintable():
        raise RevisionError(f"{quoted(name)} is not a revision: name a commit, a branch or a tag.")
    try:
        found = _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode("ascii", "replace").strip()
    except RevisionError:
        found = ""
    if not _COMMIT.fullmatch(found):
        raise RevisionError(f"{quoted(name)} is not a revision of this repository (in a shallow copy, fetch it first).")
    return found


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What git answers.

    Raises:
        RevisionError: it does not, and says why.
    """
    try:
        result = subprocess.run(  # noqa: S603 - a list of arguments; no shell reads them
            ["git", *arguments],  # noqa: S607 - the git of whoever calls
            cwd=root,
            input=given,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            env={**os.environ, **_SETTINGS},
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise RevisionError(f"git could not be asked: {quoted(error)}.") from None
    if result.returncode:
        lines = result.stderr.decode("utf-8", "replace").splitlines() or ["it gave no reason"]
        raise RevisionError(f"git could not answer: {quoted(lines[0].removeprefix('fatal: '))}.")
    return result.stdout


def _of_commit(root: Path, name: str, commit: str) -> Side:
    files: dict[str, bytes | str] = {}
    blobs: dict[str, str] = {}
    listing = _git(root, "ls-tree", "-r", "-z", "--long", commit, "--", "data/")
    for item in listing.split(b"\0")[:-1]:
        about, _, path_bytes = item.partition(b"\t")
        mode, kind, blob, size = about.decode("ascii").split()
        path = path_bytes.decode("utf-8", "surrogateescape")
        if kind != "blob" or mode == "120000":
            files[path] = "a symbolic link" if kind == "blob" else "a repository in the repository"
        elif size == "-" or int(size) > LARGEST_FILE:
            files[path] = _too_large(size)
        else:
            blobs[path] = blob
    contents = dict(_contents(root, set(blobs.values())))
    files |= {path: contents.get(blob, "a file that this copy of the repository lacks") for path, blob in blobs.items()}
    return Side(name, files)


def _contents(root: Path, blobs: set[str]) -> Iterator[tuple[str, bytes]]:
    """Blob → content, of all of them from one process."""
    answer = _git(root, "cat-file", "--batch", given="".join(f"{blob}\n" for blob in sorted(blobs)).encode("ascii"))
    position = 0
    while position < len(answer):
        end = answer.index(b"\n", position)
        blob, what, *size = answer[position:end].decode("ascii").split()
        position = end + 1
        if what == "blob":
            length = int(size[0])
            yield blob, answer[position : position + length]
            position += length + 1


def _of_working_tree(root: Path) -> Side:
    files: dict[str, bytes | str] = {}
    for folder, folders, names in os.walk(root / "data"):
        for name in [*names, *(name for name in folders if (Path(folder) / name).is_symlink())]:
            path = Path(folder) / name
            files[path.relative_to(root).as_posix()] = _content(path)
    return Side(WORKING_TREE, files)


def _content(path: Path) -> bytes | str:
    try:
        about = path.lstat()
        if stat.S_ISLNK(about.st_mode):
            return "a symbolic link"
        if not stat.S_ISREG(about.st_mode):
            return "not a file"
        return _too_large(str(about.st_size)) if about.st_size > LARGEST_FILE else path.read_bytes()
    except OSError as error:
        return f"a file that cannot be read ({error.strerror})"


def _too_large(size: str) -> str:
    return f"a file of {size} bytes, where {LARGEST_FILE} are allowed"
