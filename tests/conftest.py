"""What many tests need: a small valid atlas to spoil, and the real site, built once."""

import datetime
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, settings

from bench.atlas import generated, write_record, write_vocabularies
from macros.knowledge import KnowledgeBase, open_knowledge_base
from macros.model import KINDS
from macros.problem import Problem

from .browser import address as address  # the fixtures of every test that opens pages
from .browser import browser as browser

# No test is timed, for machines are noisy; and the same code has the same result.
settings.register_profile("atlas", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("atlas")

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives a browser's test a second try: Chromium is not ours. The report shows every first one that failed."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


DAY = datetime.date(2026, 6, 1)
"""The day by which the generated records' dates are judged."""


Fields = dict[str, Any]


class Sample:
    """A small valid atlas in a folder of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        write_vocabularies(root)
        for kind, fields in generated(40):
            self.path(kind, str(fields["id"])).parent.mkdir(exist_ok=True)
            write_record(self.path(kind, str(fields["id"])), fields)

    def path(self, kind: str, record_id: str) -> Path:
        return self.root / "data" / KINDS[kind].KIND.folder / f"{record_id}.yml"

    def edit(self, kind: str, record_id: str, change: Callable[[Fields], object]) -> None:
        """Changes the plain values of a record and writes it again."""
        path = self.path(kind, record_id)
        fields = yaml.safe_load(path.read_text(encoding="utf-8"))
        # PyYAML reads dates and yes/no as YAML 1.1 does; the atlas writes them as text.
        for name in ("checked", "check_again"):
            fields[name] = str(fields[name])
        for item in fields["changes"]:
            item["date"] = str(item["date"])
        change(fields)
        write_record(path, fields)

    def restore(self, kind: str) -> None:
        """Writes the records of a kind as they were at first."""
        for made, fields in generated(40):
            if made == kind:
                write_record(self.path(kind, str(fields["id"])), fields)

    def write(self, kind: str, record_id: str, data: bytes) -> Path:
        path = self.path(kind, record_id)
        path.write_bytes(data)
        return path

    def base(self) -> KnowledgeBase:
        return open_knowledge_base(self.root, DAY)

    def problems(self) -> list[Problem]:
        return list(self.base().problems)

    def messages(self) -> list[str]:
        return [str(problem) for problem in self.problems()]


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return Sample(tmp_path)


@pytest.fixture(scope="session")
def real() -> KnowledgeBase:
    """The real data."""
    return open_knowledge_base(ROOT)


def run(*command: str | Path, cwd: Path, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command with this Python's environment."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        check=check,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1", **environment},
    )


def build(root: Path, site: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Builds the site of the project in `root` into `site`."""
    return run(sys.executable, "-m", "mkdocs", "build", "--site-dir", site, *options, cwd=root, check=False)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site, built strictly, once for all of pytest's workers."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / "site"
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker builds, the others wait
        if not (shared / "site.built").exists():
            result = build(ROOT, folder, "--strict")
            assert result.returncode == 0, result.stderr
            (shared / "site.built").touch()
    return folder
