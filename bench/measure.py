"""What a command costs."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": "1780272000", "NO_MKDOCS_2_WARNING": "1"}
"""1 June 2026: the day by which the generated records' dates are judged."""


@dataclass(frozen=True)
class Cost:
    """What a command cost: seconds by the clock and of the processor, and megabytes of memory at its peak."""

    seconds: float
    megabytes: float
    work: float


def measured(command: list[str], folder: Path, repeats: int = 1, environment: Mapping[str, str] = ENVIRONMENT) -> Cost:
    """The least of a command's costs over several runs.

    Raises:
        SystemExit: the command failed; it says what the command said.
    """
    costs = []
    for _ in range(repeats):
        with tempfile.TemporaryFile() as said:
            start = time.perf_counter()
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=said)
            _, status, usage = os.wait4(process.pid, 0)
            said.seek(0)
            if status:
                raise SystemExit(f"{said.read().decode()}\n{' '.join(command)} failed in {folder}")
        work = usage.ru_utime + usage.ru_stime
        costs.append(Cost(time.perf_counter() - start, usage.ru_maxrss / 1024, work))
    return min(costs, key=lambda cost: cost.seconds)
