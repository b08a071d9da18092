"""Runs the steps of a workflow from its own file, as GitHub's runner would, in a copy of the project.

    .venv/bin/python -m tests.workflow .github/workflows/weekly.yml due

What a job runs is run; an action (`uses:`) is not, and is named. Expressions are those that the project's workflows
use: a name or a function that is not known here is an error, never an empty text.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Value = str | bool | int | None

ROOT = Path(__file__).resolve().parent.parent
CONTEXT: Mapping[str, Value] = {
    "github.event_name": "pull_request",
    "github.ref": "refs/pull/1/merge",
    "github.repository": "somebody/atlas",
    "github.server_url": "https://github.com",
    "vars.CONTACT": "",
    "vars.CROSSREF_MAILTO": "",
}
"""What an expression may name, beside the steps before it."""

# GitHub's own: without `shell:` the shell ends at a command that fails, with `shell: bash` at one in a pipe too.
SHELLS = {None: ["bash", "-e"], "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"]}

_TOKEN = re.compile(r"\s*(?:(&&|\|\||[!=]=|[!(),])|'((?:[^']|'')*)'|([A-Za-z_][\w.-]*)|(\d+)|(\S))")
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_STEP_KEYS = {"name", "id", "if", "run", "uses", "with", "env", "shell", "working-directory", "continue-on-error"}


class WorkflowError(Exception):
    """Something in a workflow that cannot be run here."""


@dataclass
class Ran:
    """A step and what came of it.

    Args:
        name: its name, or else its first line.
        outcome: "success", "failure", "skipped" by its condition, or "not run" where it is an action.
        output: what it said.
        outputs: what it wrote to GITHUB_OUTPUT.
    """

    name: str
    outcome: str
    output: str = ""
    outputs: dict[str, str] = field(default_factory=dict)


# Expressions


class _Expression:
    """One expression: comparisons, `!`, `&&`, `||`, brackets, texts, names, and the functions that ask how it went."""

    def __init__(self, text: str, names: Mapping[str, Value], functions: Mapping[str, Callable[[], bool]]) -> None:
        self._tokens = [match for match in _TOKEN.finditer(text.strip()) if match[0]]
        self._names, self._functions = names, functions
        self._text = text.strip()

    def value(self) -> Value:
        result = self._or()
        if self._tokens:
            raise self._refused()
        return result

    def _refused(self) -> WorkflowError:
        return WorkflowError(f"the expression '{self._text}' is not one that can be read here")

    def _take(self, *signs: str) -> bool:
        if self._tokens and self._tokens[0][1] in signs:
            del self._tokens[0]
            return True
        return False

    def _or(self) -> Value:
        result = self._and()
        while self._take("||"):
            other = self._and()
            result = result or other
        return result

    def _and(self) -> Value:
        result = self._equal()
        while self._take("&&"):
            other = self._equal()
            result = result and other
        return result

    def _equal(self) -> Value:
        result = self._unary()
        if self._take("=="):
            return _same(result, self._unary())
        if self._take("!="):
            return not _same(result, self._unary())
        return result

    def _unary(self) -> Value:
        if self._take("!"):
            return not self._unary()
        if self._take("("):
            result = self._or()
            if not self._take(")"):
                raise self._refused()
            return result
        if not self._tokens or self._tokens[0][1] or self._tokens[0][5]:
            raise self._refused()
        token = self._tokens.pop(0)
        if token[3]:
            return self._called(token[3])
        return int(token[4]) if token[4] else token[2].replace("''", "'")

    def _called(self, name: str) -> Value:
        if self._take("("):
            if name not in self._functions or not self._take(")"):
                raise WorkflowError(f"the function {name}() in '{self._text}' is not known here")
            return self._functions[name]()
        if name in ("true", "false"):
            return name == "true"
        if name not in self._names:
            raise WorkflowError(f"{name} in '{self._text}' is not known here")
        return self._names[name]


def _same(one: Value, other: Value) -> bool:
    # GitHub compares texts without regard to case.
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return one == other


# A job


def read(workflow: Path, name: str) -> Mapping[str, Any]:
    """A workflow that has a job of this name."""
    found: Mapping[str, Any] = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    if name not in found["jobs"]:
        raise WorkflowError(f"{workflow.name} has no job '{name}': {', '.join(found['jobs'])}")
    return found


class Job:
    """A job of a workflow, to be run in `tree`, which is a copy of the project."""

    def __init__(self, workflow: Path, name: str, tree: Path, context: Mapping[str, Value]) -> None:
        found = read(workflow, name)
        self._job: Mapping[str, Any] = found["jobs"][name]
        self._tree = tree
        self._names: dict[str, Value] = {**CONTEXT, **context}
        self._failed = False
        self._path: list[str] = []
        self._folder = Path(tempfile.mkdtemp(prefix="runner-", dir=tree.parent))
        self._env = {"GITHUB_WORKSPACE": str(tree), "RUNNER_TEMP": str(self._folder), "CI": "true"}
        for env in (found.get("env", {}), self._job.get("env", {})):
            self._env |= self._texts(env)

    @property
    def wanted(self) -> bool:
        """Whether the job's own condition holds."""
        return self._wanted(self._job.get("if"))

    @property
    def summary(self) -> str:
        """What the steps wrote into the job's summary."""
        path = self._folder / "step_summary"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def run(self, only: Callable[[str], bool] = lambda name: True) -> list[Ran]:
        """Runs the steps in their order; those that `only` refuses are left out as actions are."""
        return [self._step(step, only) for step in self._job["steps"]]

    def _step(self, step: Mapping[str, Any], only: Callable[[str], bool]) -> Ran:
        if unknown := set(step) - _STEP_KEYS:
            raise WorkflowError(f"a step with {', '.join(sorted(unknown))} cannot be run here")
        name = step.get("name") or step.get("uses") or str(step["run"]).splitlines()[0]
        if not self._wanted(step.get("if")):
            ran = Ran(name, "skipped")
        elif "uses" in step or not only(name):
            ran = Ran(name, "not run")
        else:
            ran = self._shell(name, step)
        if ran.outcome == "failure" and not step.get("continue-on-error"):
            self._failed = True
        if "id" in step:
            # What is not run here went well there, or the steps after it would not be tried.
            self._names[f"steps.{step['id']}.outcome"] = "success" if ran.outcome == "not run" else ran.outcome
            self._names |= {f"steps.{step['id']}.outputs.{key}": text for key, text in ran.outputs.items()}
        return ran

    def _wanted(self, condition: object) -> bool:
        text = "success()" if condition is None else str(condition).strip()
        whole = _EXPRESSION.fullmatch(text)
        text = whole[1] if whole else text
        if not re.search(r"\b(success|failure|always|cancelled)\(", text):
            text = f"success() && ({text})"
        return bool(self._value(text))

    def _value(self, text: str) -> Value:
        how = {
            "success": lambda: not self._failed,
            "failure": lambda: self._failed,
            "always": lambda: True,
            "cancelled": lambda: False,
        }
        return _Expression(text, self._names, how).value()

    def _texts(self, env: Mapping[str, Any]) -> dict[str, str]:
        return {name: _EXPRESSION.sub(lambda found: self._text(found[1]), _plain(value)) for name, value in env.items()}

    def _text(self, expression: str) -> str:
        return _plain(self._value(expression))

    def _shell(self, name: str, step: Mapping[str, Any]) -> Ran:
        if step.get("shell") not in SHELLS:
            raise WorkflowError(f"the shell '{step['shell']}' is not known here")
        if "${{" in step["run"]:
            raise WorkflowError(f"an expression in what '{name}' runs: put it into `env`")
        files = {f"GITHUB_{key}": self._folder / key.lower() for key in ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY")}
        for key in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH"):
            files[key].write_text("", encoding="utf-8")
        script = self._folder / "script.sh"
        script.write_text(step["run"], encoding="utf-8")
        done = subprocess.run(
            [*SHELLS[step.get("shell")], str(script)],
            cwd=self._tree / step.get("working-directory", "."),
            env={**self._inherited(), **self._env, **self._texts(step.get("env", {})), **_as_texts(files)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self._env |= _written(files["GITHUB_ENV"])
        self._path = [*files["GITHUB_PATH"].read_text(encoding="utf-8").split("\n")[:-1], *self._path]
        outcome = "failure" if done.returncode else "success"
        return Ran(name, outcome, done.stdout, _written(files["GITHUB_OUTPUT"]))

    def _inherited(self) -> dict[str, str]:
        """The little that a step finds there, beside what the workflow gives it."""
        kept = {key: os.environ[key] for key in ("HOME", "LANG", "CHROMIUM", "SOURCE_DATE_EPOCH") if key in os.environ}
        return {**kept, "PATH": os.pathsep.join([*self._path, os.environ["PATH"]])}


def _plain(value: object) -> str:
    """A value as GitHub writes it into a text."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _as_texts(files: Mapping[str, Path]) -> dict[str, str]:
    return {key: str(path) for key, path in files.items()}


def _written(path: Path) -> dict[str, str]:
    """What a step wrote there: `name=value`, or `name<<END`, lines, and `END`."""
    found: dict[str, str] = {}
    lines = iter(path.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if match := re.fullmatch(r"([^=]+?)<<(.+)", line):
            value = []
            while (inner := next(lines, None)) != match[2]:
                if inner is None:
                    raise WorkflowError(f"'{line}' has no end")
                value.append(inner)
            found[match[1]] = "\n".join(value)
        elif "=" in line:
            found[line.partition("=")[0]] = line.partition("=")[2]
        elif line:
            raise WorkflowError(f"'{line}' is neither name=value nor name<<END")
    return found


def copied(project: Path, tree: Path) -> None:
    """Copies what git has or would take, and links what is set up, so that nothing is installed anew."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=project, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (project / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(project / name, tree / name, follow_symlinks=False)
    for name in (".venv", "node_modules"):
        (tree / name).symlink_to((project / name).resolve(), target_is_directory=True)
    for name in ("requirements.txt", "package-lock.json"):  # older than the set-up, which `make` then leaves alone
        os.utime(tree / name, (0, 0))


def main(arguments: list[str] | None = None) -> int:
    """Runs a job; the exit status is 1 where a step failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workflow", type=Path)
    parser.add_argument("job")
    parser.add_argument(
        "--set", action="append", type=_pair, default=[], metavar="NAME=VALUE", help="what an expression names"
    )
    options = parser.parse_args(arguments)
    try:
        read(options.workflow, options.job)  # before anything is copied
        return _told(options.workflow, options.job, dict(options.set))
    except (WorkflowError, OSError) as error:
        print(f"{options.workflow}: {error}", file=sys.stderr)
        return 2


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError("it is not NAME=VALUE")
    return name, value


def _told(workflow: Path, name: str, context: Mapping[str, Value]) -> int:
    """Runs a job in a copy of the project, and tells what ran and what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        tree.mkdir()
        copied(ROOT, tree)
        shutil.copytree(ROOT / ".git", tree / ".git")
        before = set(tree.iterdir())
        job = Job(workflow, name, tree, context)
        if not job.wanted:
            print(f"skipped: the job {name}, by its condition")
            return 0
        steps = job.run()
        told = {f"{step.outcome}: {step.name}": step.output for step in steps}
        made = {path.name: path.read_text(encoding="utf-8") for path in set(tree.iterdir()) - before if path.is_file()}
        for title, text in [*told.items(), ("the job's summary", job.summary), *made.items()]:
            print(title, *text.splitlines(), sep="\n    ")
    return 1 if any(step.outcome == "failure" for step in steps) else 0


if __name__ == "__main__":
    sys.exit(main())
