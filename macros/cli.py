"""The commands: `python -m macros check`, and the others that `make` calls."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .knowledge import open_knowledge_base
from .problem import as_annotations, as_json, as_text


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; the exit status is 0 where all is well, 1 where there are problems, 2 for a wrong call."""
    parser = argparse.ArgumentParser(prog="python -m macros", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(), help="the project's folder")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="read every record and tell every problem")
    form = check.add_mutually_exclusive_group()
    form.add_argument("--github", action="store_true", help="as annotations of a pull request")
    form.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(arguments)
    return _check(options)


def _check(options: argparse.Namespace) -> int:
    base = open_knowledge_base(options.root.resolve())
    show = as_annotations if options.github else as_json if options.json else as_text
    if base.problems or options.json:
        print(show(base.problems))
    if not options.json:
        print(f"{len(base.entries)} records, {len(base.problems)} problems", file=sys.stderr)
    return 1 if base.problems else 0
