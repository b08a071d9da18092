"""An accepted issue becomes a pull request: the workflow's steps and scripts, run from its own file."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT, run
from .test_form import FOOD, FORMS, filled, told
from .test_github import calls, jobs
from .workflow import Job, Ran, copied

WORKFLOW = ROOT / ".github" / "workflows" / "accept.yml"
RECORD = "data/foods/brazil-nuts-dried.yml"

PRETENDED = """
const pretended = JSON.parse(process.env.PRETENDED), calls = [];
const context = {
  repo: { owner: "o", repo: "r" }, serverUrl: "https://github.com", runId: 5, payload: { issue: pretended.issue },
};
const core = {
  setFailed: (message) => calls.push(["failed", message]),
  setOutput: (name, value) => calls.push(["output", `${name}=${value}`]),
};
const matching = (start) => pretended.refs.filter(({ ref }) => ref.startsWith(`refs/${start}`));
const github = { rest: {
  git: { listMatchingRefs: async ({ ref }) => ({ data: matching(ref) }) },
  issues: { createComment: async (change) => calls.push(["comment", change]) },
} };
"""


def script(job: str, number: int, folder: Path, body: str | None = None, *refs: str, **env: str) -> list[Any]:
    """What a script of the workflow does: its calls, in order."""
    step = [step for step in jobs(WORKFLOW)[job]["steps"] if "script" in step.get("with", {})][number]
    assert set(step.get("env", {})) <= set(env)
    state = {"issue": {"number": 12, "body": body}, "refs": [{"ref": ref} for ref in refs]}
    return calls(PRETENDED, step["with"]["script"], state, folder, **env)


# The job that reads what a stranger wrote


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, checked out."""
    path = tmp_path_factory.mktemp("accept") / "tree"
    path.mkdir()
    copied(ROOT, path)
    for arguments in (
        ["init", "--quiet"],
        ["add", "."],
        ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "commit", "--quiet", "--message=all"],
    ):
        run("git", *arguments, cwd=path)
    return path


def accept(tree: Path, body: str | None) -> dict[str, Ran]:
    """Runs the first job for an issue with this text in a clean tree; its steps by name."""
    run("git", "clean", "--quiet", "--force", "-d", "data", "accepted", "issue.md", cwd=tree)
    assert script("record", 0, tree, body) == []
    steps = {step.name: step for step in Job(tree / WORKFLOW.relative_to(ROOT), "record", tree, {}).run()}
    assert steps["The records as they stand"].outcome == "success", steps["The records as they stand"].output
    assert steps["The new record"].outcome == "success", steps["The new record"].output
    return steps


def taken(tree: Path) -> set[str]:
    """The files that the artifact takes along."""
    folder = tree / "accepted"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_a_form_becomes_one_record_and_what_is_missing_is_told(tree: Path) -> None:
    hostile = "$(touch /tmp/x) `id` '; rm -rf . #\n\n${{ github.token }}\n::set-output name=x::y\n@everybody"
    steps = accept(tree, filled(FORMS["food"], {**FOOD, "source": hostile}).replace("\n", "\r\n"))
    assert steps["The record, or why there is none"].outcome == "success"
    assert steps["The check"].outcome == "failure"
    assert f"::error file={RECORD},line=" in steps["The check"].output
    assert taken(tree) == {"said.md", RECORD}
    assert told((tree / "accepted" / RECORD).read_text(encoding="utf-8")).popitem()[1] == hostile
    said = (tree / "accepted" / "said.md").read_text(encoding="utf-8")
    assert said.startswith(f"Begun: `{RECORD}`.")
    assert "fortified" in said


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (filled(FORMS["food"], {**FOOD, "title": "<script>"}), "raw HTML"),
        (filled(FORMS["correct"], {"page": "x", "correction": "y"}), "A person has to do this (Correct a fact)"),
        (None, "a text without the headings of a form"),
    ],
)
def test_where_there_is_no_record_only_the_reason_goes_on(tree: Path, body: str | None, reason: str) -> None:
    assert accept(tree, body)["The record, or why there is none"].outcome == "failure"
    assert taken(tree) == {"said.md"}
    assert reason in (tree / "accepted" / "said.md").read_text(encoding="utf-8").replace("\\", "")


# The job that may write


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What the second job checks out, as far as its script looks at it."""
    path = tmp_path / "project"
    (path / "data" / "foods").mkdir(parents=True)
    (path / "data" / "foods" / "liver.yml").write_text("id: liver\n", encoding="utf-8")
    (path / ".github").mkdir()
    return path


def bring(folder: Path, *names: str, text: str = "id: x\n") -> dict[str, str]:
    """An artifact with these files; where the script finds it."""
    for name in ("said.md", *names):
        path = folder / "temp" / "accepted" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {"RUNNER_TEMP": str(folder / "temp")}


def everything(folder: Path) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}


def test_one_new_record_is_taken_over(project: Path, tmp_path: Path) -> None:
    before = everything(project)
    assert script("propose", 0, project, "", "refs/heads/accept/issue-123", **bring(tmp_path, RECORD)) == [
        ("output", "branch=accept/issue-12"),
        ("output", f"record={RECORD}"),
    ]
    assert everything(project) == {**before, project / RECORD: "id: x\n"}
    assert not (project / RECORD).stat().st_mode & 0o133


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ((RECORD, "data/foods/other.yml"), "2 files"),
        ((".github/workflows/evil.yml",), "a name that no record has"),
        (("macros/cli.py",), "a name that no record has"),
        (("data/foods/deep/x.yml",), "a name that no record has"),
        (("data/foods/X.yml",), "a name that no record has"),
        (("data/foods/-x.yml",), "a name that no record has"),
        (("data/foods/x.yml\n.yml",), "a name that no record has"),
        (("data/retired.yml",), "a name that no record has"),
        (("data/vocabs/x.yml",), "a folder that the project does not have"),
        (("data/foods/liver.yml",), "a record that there is already"),
    ],
)
def test_anything_else_is_refused(names: tuple[str, ...], reason: str, project: Path, tmp_path: Path) -> None:
    before = everything(project)
    ((name, message),) = script("propose", 0, project, "", **bring(tmp_path, *names))
    assert name == "failed"
    assert reason in message
    assert everything(project) == before


@pytest.mark.parametrize(("text", "reason"), [("", "a file of 0 bytes"), ("x" * 262_145, "a file of 262145 bytes")])
def test_a_record_of_no_size_is_refused(text: str, reason: str, project: Path, tmp_path: Path) -> None:
    assert script("propose", 0, project, "", **bring(tmp_path, RECORD, text=text)) == [
        ("failed", f"Instead of one new record: {reason}.")
    ]


def test_a_link_is_refused(project: Path, tmp_path: Path) -> None:
    where = bring(tmp_path, RECORD)
    path = tmp_path / "temp" / "accepted" / RECORD
    path.unlink()
    path.symlink_to("/etc/hostname")
    ((name, message),) = script("propose", 0, project, "", **where)
    assert name == "failed"
    assert "a link" in message
    assert not (project / RECORD).exists()


def test_a_branch_that_stands_is_left_as_it_is(project: Path, tmp_path: Path) -> None:
    where = bring(tmp_path, RECORD)
    assert script("propose", 0, project, "", "refs/heads/accept/issue-12", **where) == [
        ("failed", "The branch accept/issue-12 exists already, and is left as it is.")
    ]
    assert not (project / RECORD).exists()


def test_where_there_is_no_record_nothing_is_proposed(project: Path, tmp_path: Path) -> None:
    assert script("propose", 0, project, "", RUNNER_TEMP=str(tmp_path / "none")) == []
    assert script("propose", 0, project, "", **bring(tmp_path)) == []


def test_the_pull_request_takes_the_record_alone_and_asks_for_a_person() -> None:
    (step,) = [step for step in jobs(WORKFLOW)["propose"]["steps"] if step.get("id") == "pull"]
    assert step["if"] == "${{ steps.look.outputs.record }}"
    assert step["with"]["add-paths"] == "${{ steps.look.outputs.record }}"
    assert step["with"]["branch"] == "${{ steps.look.outputs.branch }}"
    assert step["with"]["draft"] is True
    assert "token" not in step["with"]


@pytest.mark.parametrize(
    ("text", "pull", "proposed", "expected"),
    [
        (
            "Begun.",
            "https://github.com/o/r/pull/13",
            "true",
            "Begun.\n\nThe pull request: https://github.com/o/r/pull/13",
        ),
        ("No record was made.", "", "true", "No record was made."),
        ("Begun.", "", "false", "A record was made, but no pull request: [the run]("),
        ("", "", "true", "The form could not be read: [the run](https://github.com/o/r/actions/runs/5) says why."),
        ("é" * 70_000, "", "true", "é" * 62_000),
    ],
)
def test_the_issue_is_told_what_came_of_it(
    text: str, pull: str, proposed: str, expected: str, project: Path, tmp_path: Path
) -> None:
    where = bring(tmp_path, text=text)
    *failed, (name, comment) = script("propose", 1, project, "", PULL=pull, PROPOSED=proposed, **where)
    assert failed == ([] if text else [("failed", "Nothing was said of the form.")])
    assert (name, comment["issue_number"]) == ("comment", 12)
    assert comment["body"].startswith(expected)
    assert len(comment["body"]) < 65_536


def test_a_script_that_breaks_is_seen_here(tmp_path: Path) -> None:
    """The harness itself: a fault of a script is a fault of the test."""
    with pytest.raises(subprocess.CalledProcessError):
        calls(PRETENDED, "throw new Error('x')", {"issue": {}, "refs": []}, tmp_path)
