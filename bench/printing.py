"""How long the PDFs take: one sheet in a warm worker, a small atlas from nothing, after an edit and after none."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from macros.knowledge import open_knowledge_base
from macros.press.document import BOOK, PrintMaker, documents
from macros.press.job import Job
from macros.press.typeset import typeset

from .atlas import ROOT, write_atlas
from .measure import ENVIRONMENT, Cost, measured

SITE = "https://example.org/atlas/"
_RECORDS = 40
_SHEETS = 6


def sheet() -> float:
    """Seconds of the processor for a sheet of the real atlas, over papers and sizes of print, in a warm worker."""
    base = open_knowledge_base(ROOT)
    maker = PrintMaker(base, SITE)
    singles = [document for document in documents(base) if document.id != BOOK]
    jobs = [
        Job(
            one.edit, one.id, maker.html(one), paper, size, one.limited, one.created, one.updated, ROOT / "node_modules"
        )
        for one in singles[:: len(singles) // _SHEETS]
        for paper in one.papers
        for size in one.prints
    ]
    typeset(jobs[0])
    gc.freeze()
    gc.disable()
    start = time.process_time()
    for job in jobs:
        typeset(job)
        gc.collect()
    return (time.process_time() - start) / len(jobs)


@dataclass(frozen=True)
class Printing:
    """What an atlas takes to print: from nothing, after an edit of one record, and after none."""

    full: Cost
    edited: Cost
    unchanged: Cost
    pdfs: int
    megabytes: float


def printing(root: Path, environment: Mapping[str, str]) -> Printing:
    """Prints the atlas in a folder of its own, where nothing was printed before; its first FAQ is edited."""
    command = [sys.executable, "-m", "macros", "print"]
    full = measured(command, root, environment=environment)
    record = min((root / "data" / "questions").glob("*.yml"))
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("\nshort_answer: ", "\nshort_answer: In short. ", 1), encoding="utf-8")
    edited = measured(command, root, environment=environment)
    unchanged = measured(command, root, environment=environment)
    files = list((root / "build" / "print").rglob("*.pdf"))
    return Printing(full, edited, unchanged, len(files), sum(file.stat().st_size for file in files) / 1e6)


def show(whole: bool) -> None:
    """Measures and prints; the whole of the real atlas where asked, which takes minutes."""
    print(f"one sheet in a warm worker: {sheet():.2f} s of the processor", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "atlas"
        if whole:
            for part in ("macros", "data", "docs"):
                shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
            shutil.copy(ROOT / "mkdocs.yml", root)
        else:
            write_atlas(root, _RECORDS)
            (root / "docs" / "how-we-know.md").write_text("# How we know\n\nBy reading.\n", encoding="utf-8")
        (root / "node_modules").symlink_to(ROOT / "node_modules")
        made = printing(root, os.environ if whole else ENVIRONMENT)  # the real records are of today
    name = "the whole atlas" if whole else f"an atlas of {_RECORDS} records"
    print(
        f"{name}: {made.pdfs:,} PDFs, {made.megabytes:.1f} MB; from nothing {made.full.seconds:.1f} s, "
        f"after an edit {made.edited.seconds:.1f} s ({made.edited.seconds / made.full.seconds:.0%}), "
        f"after none {made.unchanged.seconds:.1f} s; at most {made.full.megabytes:.0f} MB in one process"
    )
