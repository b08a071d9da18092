"""The commands, which `make` calls: `python -m macros --help` lists them.

Each command imports what it alone needs: `check` is to answer within a second.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from .knowledge import KnowledgeBase, open_knowledge_base, today
from .load import load_vocabularies, record_files
from .problem import Problem, as_annotations, as_json, as_text
from .whole import write_whole

MARKER = ".atlas-pages"
"""Stands in a folder that `pages` wrote, which alone it may write over."""


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; the exit status is 0 where all is well, 1 where there are problems, 2 for a wrong call."""
    parser = argparse.ArgumentParser(prog="python -m macros", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(), help="the project's folder (here)")
    commands = parser.add_subparsers(dest="command", required=True)

    check = commands.add_parser("check", help="read every record and tell every problem; writes nothing")
    shown_as = check.add_mutually_exclusive_group()
    shown_as.add_argument("--github", action="store_true", help="as annotations of a pull request")
    shown_as.add_argument("--json", action="store_true", help="as JSON")

    formatter = commands.add_parser("format", help="write records and schemas in their canonical form")
    formatter.add_argument("files", nargs="*", type=Path, help="records; all of them where none is named")

    _add_beginnings(commands)
    pages = commands.add_parser("pages", help="write the generated pages to a folder")
    pages.add_argument("--out", type=Path, required=True, help="the folder")

    diff = commands.add_parser("diff", help="say in sentences what changed for a reader, clinical changes first")
    diff.add_argument("revisions", metavar="BASE..HEAD", help="two git revisions; one: from it to the working tree")
    diff.add_argument("--markdown", action="store_true", help="for a comment on GitHub")

    stale = commands.add_parser("stale", help="list the records that are due to be checked")
    stale.add_argument("--by", type=datetime.date.fromisoformat, metavar="YYYY-MM-DD", help="the day (today)")
    stale.add_argument("--markdown", action="store_true", help="for an issue on GitHub")

    _add_comparisons(commands)
    _add_print(commands)
    options = parser.parse_args(arguments)
    # A command reads everything once and ends: looking for garbage on the way would cost a fifth of its time.
    gc.disable()
    options.root = options.root.resolve()
    run = {
        "check": _check,
        "format": _format,
        "new": _new,
        "from-form": _from_form,
        "pages": _pages,
        "diff": _diff,
        "stale": _stale,
    }
    run |= {"dois": _registers, "retractions": _registers}
    run |= {"foods": _foods, "print": _print}
    return run[options.command](options)


def _add_beginnings(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands that begin a record."""
    new = commands.add_parser("new", help="begin a record; in a terminal, what is not given is asked for")
    new.add_argument("kind", nargs="?", default="")
    new.add_argument("id", nargs="?", default="", help="made from the title where it is not given")
    new.add_argument("--title", default="", help="the heading of the page")
    new.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="a value; may be repeated")

    from_form = commands.add_parser(
        "from-form",
        help="begin a record from a filled issue form; exit status 3 where a person has to do it",
    )
    from_form.add_argument("file", type=Path, help="the text of the issue")
    from_form.add_argument("--form", default="", help="which form it is, where its headings are not to tell")
    from_form.add_argument("--title", default="", help="the title, where the form itself gives none")
    from_form.add_argument("--markdown", action="store_true", help="for a comment on GitHub")


def _add_comparisons(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands that hold records against what others publish."""
    for name, told in (
        ("dois", "ask doi.org which DOIs of sources no longer resolve"),
        ("retractions", "ask Crossref which cited papers were retracted or corrected"),
    ):
        asking = commands.add_parser(name, help=f"{told}; needs the network, and takes minutes")
        asking.add_argument("--markdown", action="store_true", help="for an issue on GitHub")

    foods = commands.add_parser("foods", help="the foods and USDA FoodData Central")
    importing = foods.add_subparsers(dest="what", required=True).add_parser(
        "import", help="hold the foods against FoodData Central's CSV files and say what changed"
    )
    importing.add_argument("folder", type=Path, metavar="DIR", help="the folder of the unpacked download")
    importing.add_argument("--write", action="store_true", help="bring the records up to date")


def _add_print(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command that prints."""
    printing = commands.add_parser("print", help="make the PDFs; what is unchanged is not made again")
    printing.add_argument("--only", nargs="+", action="extend", default=[], metavar="ID", help="kind:id (all)")
    printing.add_argument("--out", type=Path, default=Path("build"), help="the folder (build)")
    printing.add_argument("--workers", type=int, default=0, metavar="N", help="processes (as many as there are cores)")
    address = os.environ.get("SITE_URL", "http://localhost:8000/")
    printing.add_argument("--site-url", default=address, metavar="URL", help=f"the site's address ({address})")


def _check(options: argparse.Namespace) -> int:
    base = open_knowledge_base(options.root)
    if options.json:
        print(as_json(base.problems))
    elif base.problems:
        print((as_annotations if options.github else as_text)(base.problems))
    else:
        _tell_reading(base)
    return _status(base)


def _tell_reading(base: KnowledgeBase) -> None:
    """How hard the text for patients is: told, never held against an edit."""
    from .reading import HIGHEST_GRADE, LONGEST_SENTENCE, read

    for_patients = (entry.record for entry in base.entries.values() if entry.record.KIND.for_patients)
    found = read(for_patients)
    print(
        f"Patient text: US grade {found.grade:.1f} on average, {found.sentence:.0f} words a sentence; "
        f"{found.long} sentences over {LONGEST_SENTENCE} words; above grade {HIGHEST_GRADE:.0f}: "
        f"{', '.join(found.hard) or 'none'}.",
        file=sys.stderr,
    )


def _status(base: KnowledgeBase) -> int:
    print(f"{len(base.entries):,} records, {_counted(base.problems)}.", file=sys.stderr)
    return 1 if base.problems else 0


def _counted(problems: Iterable[Problem]) -> str:
    number = len(list(problems))
    return "no problems" if number == 0 else "1 problem" if number == 1 else f"{number:,} problems"


def _format(options: argparse.Namespace) -> int:
    from .format import format_record

    named = {path.resolve() for path in options.files}
    unknown = set(named)
    problems: list[Problem] = []
    changed = 0
    for path, model in record_files(options.root):
        if named and path.resolve() not in named:
            continue
        unknown.discard(path.resolve())
        result = format_record(path, options.root, model)
        if isinstance(result, Problem):
            problems.append(result)
        elif result != path.read_text(encoding="utf-8"):
            write_whole(path, result.encode())
            changed += 1
    problems += [
        Problem(str(path), 0, "a file that is not a record", "files under data/", "Name a record.")
        for path in sorted(unknown)
    ]
    if not options.files:
        changed += _write_schemas(options.root)
    if problems:
        print(as_text(problems))
    print(f"{changed:,} files changed, {_counted(problems)}.", file=sys.stderr)
    return 1 if problems else 0


def _write_schemas(root: Path) -> int:
    """Brings `data/schema/` up to date; the number of files changed."""
    from .schema import schema_files

    vocabularies, problems = load_vocabularies(root)
    if problems:
        return 0  # `check` tells them; a schema without its words would be wrong
    folder = root / "data" / "schema"
    folder.mkdir(exist_ok=True)
    changed = 0
    for name, text in schema_files(vocabularies).items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_whole(path, text.encode())
            changed += 1
    return changed


def _new(options: argparse.Namespace) -> int:
    from .ask import ask, ask_kind, from_options, lacking
    from .new import new_record

    in_terminal = os.isatty(0)
    try:
        kind = options.kind or (ask_kind(_typed, _said) if in_terminal else "")
        begun = from_options(options.root, kind, options.id, options.title, options.set)
        if not isinstance(begun, list) and in_terminal and not (options.kind and begun.record_id):
            begun = ask(options.root, begun, _typed, _said)
    except (EOFError, KeyboardInterrupt):
        print("\nNothing was written.", file=sys.stderr)
        return 1
    if not isinstance(begun, list) and lacking(begun):
        print(as_text(lacking(begun)))
        return 2
    result = (
        begun
        if isinstance(begun, list)
        else new_record(options.root, begun.kind, begun.record_id, today(), begun.values)
    )
    if isinstance(result, list):
        print(as_text(result))
        return 1
    print(result.relative_to(options.root).as_posix())
    return 0


def _said(line: str) -> None:
    print(line, file=sys.stderr)


def _typed(prompt: str) -> str:
    """A line typed in the terminal; the prompt does not mix with the answer of the command."""
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.buffer.readline()
    if not line:
        raise EOFError
    return line.decode("utf-8", "replace").rstrip("\r\n")


def _from_form(options: argparse.Namespace) -> int:
    from .form import ForAPerson, as_markdown, as_text, from_form

    before = open_knowledge_base(options.root)
    result = from_form(
        options.root, options.file, today(), before.entries.values(), name=options.form, title=options.title
    )
    missing: list[Problem] = []
    if isinstance(result, Path):
        missing = sorted(set(open_knowledge_base(options.root).problems) - set(before.problems))
    if options.markdown:
        print(as_markdown(result, options.root, missing))
    else:
        print(as_text(result, options.root))
        if missing:
            print("To be filled in:", as_text(missing, options.root), sep="\n", file=sys.stderr)
    return 0 if isinstance(result, Path) else 3 if isinstance(result, ForAPerson) else 1


def _pages(options: argparse.Namespace) -> int:
    from .pages import all_pages

    out: Path = options.out
    if out.exists() and any(out.iterdir()) and not (out / MARKER).exists():
        print(Problem(str(out), 0, "a folder with files of its own", "a new or empty folder", "Name another folder."))
        return 1
    base = open_knowledge_base(options.root)
    if base.problems:
        print(as_text(base.problems))
        return _status(base)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as temporary:
        whole = Path(temporary) / "pages"
        number = 0
        for page in all_pages(base):
            path = whole / page.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page.markdown, encoding="utf-8")
            number += 1
        (whole / MARKER).touch()
        if out.exists():
            shutil.rmtree(out)
        whole.rename(out)
    print(f"{number:,} pages in {out}.", file=sys.stderr)
    return 0


def _diff(options: argparse.Namespace) -> int:
    from .diff import as_markdown, as_text, difference
    from .revision import RevisionError, two_sides

    try:
        found = difference(*two_sides(options.root, options.revisions))
    except RevisionError as error:
        print(error, file=sys.stderr)
        return 2
    print((as_markdown if options.markdown else as_text)(found))
    return 0


def _stale(options: argparse.Namespace) -> int:
    from .stale import as_markdown, as_text, stale

    found = stale(options.root, options.by or today())
    print((as_markdown if options.markdown else as_text)(found))
    return 0


def _print(options: argparse.Namespace) -> int:
    from .press.workers import begin

    begin()  # the workers' own libraries load while this process loads its own and the records
    from .press.run import hand_out, run

    base = open_knowledge_base(options.root)
    if base.problems:
        print(as_text(base.problems))
        return _status(base)
    address = options.site_url.rstrip("/") + "/"
    try:
        made = run(base, options.root, options.root / "node_modules", address, options.only, options.workers)
    except KeyboardInterrupt:
        print("\nInterrupted. What was made is kept: the next run goes on from there.", file=sys.stderr)
        return 1
    problems = list(made.problems) or hand_out(made, options.out)
    if problems:
        print(as_text(problems))
        return 1
    size = sum(one.size for one in made.printed) / 1e6
    print(f"{len(made.printed):,} PDFs ({made.made:,} new, {size:.1f} MB) in {options.out}/print.", file=sys.stderr)
    return 0


def _foods(options: argparse.Namespace) -> int:
    from .foods import as_text as told
    from .foods import compare, write

    found = compare(options.root, options.folder, today())
    fault = write(options.root, found.updates) if options.write else None
    problems = [*found.problems, *([fault] if fault else [])]
    if found.figures or not problems:
        print(told(found, options.folder, options.write and not fault))
    if problems:
        print(as_text(problems))
    print(f"{_counted(problems)}.", file=sys.stderr)
    return 1 if problems else 0


def _registers(options: argparse.Namespace) -> int:
    from .register import Register, as_markdown, as_text, dois, over_https, retractions

    try:
        register = Register(over_https(os.environ.get("CROSSREF_MAILTO", "")), time.sleep)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    found = (dois if options.command == "dois" else retractions)(options.root, register)
    print((as_markdown if options.markdown else as_text)(found))
    return 0
