"""What GitHub runs and shows: workflows that can do no harm, forms that are short, files that say what they must."""

import datetime
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from macros.model import KINDS
from macros.register import Report
from macros.register import as_markdown as told_of_registers
from macros.stale import Due, Stale, as_markdown

from .conftest import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")

PINS = {
    "actions/attest-build-provenance": ("4d101475d8b20a2381f78447822ac1eab6504dd8", "v4.2.2"),
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/configure-pages": ("983d7736d9b0ae728b81ab479565c72886d7745b", "v5.0.0"),
    "actions/deploy-pages": ("cd2ce8fcbc39b97be8ca5fce6e763baed58fa128", "v5.0.0"),
    "actions/download-artifact": ("3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
    "actions/github-script": ("3a2844b7e9c422d3c10d287c895573f7108da1b3", "v9.0.0"),
    "actions/setup-python": ("5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"),
    "actions/upload-artifact": ("043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "v7.0.1"),
    "actions/upload-pages-artifact": ("fc324d3547104276b827a68afc52ff2a11cc49c9", "v5.0.0"),
    "peter-evans/create-pull-request": ("5f6978faf089d4d20b00c7766989d076bb2fc7f1", "v8.1.1"),
    "lycheeverse/lychee-action": ("e7477775783ea5526144ba13e8db5eec57747ce8", "v2.9.0"),
}
"""The commit of each action that a workflow may use, and its version; to be changed together with the workflows."""

COMMANDS = {
    'SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)" make site',
    'make diff ARGS="HEAD^1..HEAD --markdown" >>"$GITHUB_STEP_SUMMARY"',
    "make diff ARGS=HEAD^1..HEAD >diff.txt",
    "git ls-files -z --others --exclude-standard data | xargs -0r cp -P --parents -t accepted",
    "make form FILE=issue.md ARGS=--markdown >accepted/said.md",
    "make dois ARGS=--markdown >dois.md",
    "make retractions ARGS=--markdown >retractions.md",
    "make stale ARGS=--markdown >due.md",
}
"""What a workflow may run besides plain calls of `make`."""

WRITES = {
    ("accept.yml", "propose", "contents"),
    ("accept.yml", "propose", "issues"),
    ("accept.yml", "propose", "pull-requests"),
    ("comment.yml", "comment", "pull-requests"),
    ("publish.yml", "attest", "id-token"),
    ("publish.yml", "attest", "attestations"),
    ("publish.yml", "deploy", "pages"),
    ("publish.yml", "deploy", "id-token"),
    ("weekly.yml", "tell", "issues"),
}
"""Every permission to write; none stands in a job that runs code of the project."""

CHECKED_OUT = {("accept.yml", "propose")}
"""The job that may write and has the project checked out: what it pushes is a commit with one new record on top of it.
It runs actions only; its first script refuses all but one new file under data/, and the next action adds that alone."""

EVENT = {
    ("accept.yml", "github.event.issue.number"),
    ("accept.yml", "github.event.label.name"),  # which only people with triage rights put on
    ("comment.yml", "github.event.workflow_run.conclusion"),
    ("comment.yml", "github.event.workflow_run.event"),
    ("comment.yml", "github.event.workflow_run.head_sha"),
    ("comment.yml", "github.event.workflow_run.id"),
}
"""What a workflow may read of the event that began it: what GitHub itself says, and never what a stranger wrote."""

PAYLOAD = {
    "accept.yml": {"context.payload.issue.body", "context.payload.issue.number"},
    "comment.yml": {"context.payload.workflow_run"},
}
"""What a workflow's scripts may read of it, as a value that no shell and no expression holds."""

Yaml = dict[Any, Any]


def read(path: Path) -> Yaml:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict), path
    return found


def jobs(path: Path) -> dict[str, Yaml]:
    found: dict[str, Yaml] = read(path)["jobs"]
    return found


def steps(path: Path) -> list[Yaml]:
    return [step for job in jobs(path).values() for step in job["steps"]]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def labels() -> set[str]:
    found = yaml.safe_load((GITHUB / "labels.yml").read_text(encoding="utf-8"))
    names = [label["name"] for label in found]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[0-9a-f]{6}", label["color"]) for label in found)
    assert all(0 < len(label["description"]) <= 100 for label in found)
    return set(names)


every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
every_form = pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)


# Workflows


def test_there_are_the_workflows_that_the_project_describes() -> None:
    assert [path.stem for path in WORKFLOWS] == ["accept", "audit", "check", "comment", "publish", "weekly"]


@every_workflow
def test_a_workflow_begins_without_any_permission(path: Path) -> None:
    assert read(path)["permissions"] == {}


@every_workflow
def test_a_workflow_never_runs_strangers_code_with_rights(path: Path) -> None:
    triggers = read(path)[True]  # YAML 1.1 reads `on` as true
    assert not {"pull_request_target", "issue_comment"} & set(triggers)
    assert ("workflow_run" in triggers) == (path.name == "comment.yml")
    assert "secrets." not in path.read_text(encoding="utf-8")


@every_workflow
def test_a_job_has_its_own_permissions_and_an_end(path: Path) -> None:
    for name, job in jobs(path).items():
        assert isinstance(job["permissions"], dict), name
        assert 0 < job["timeout-minutes"] <= 60, name


def test_only_named_jobs_may_write() -> None:
    found = {
        (path.name, name, scope)
        for path in WORKFLOWS
        for name, job in jobs(path).items()
        for scope, level in job["permissions"].items()
        if level != "read"
    }
    assert found == WRITES


def test_a_job_that_may_write_runs_nothing_of_the_project() -> None:
    for file, name, _ in WRITES:
        for step in jobs(GITHUB / "workflows" / file)[name]["steps"]:
            assert "run" not in step
            assert (file, name) in CHECKED_OUT or not step["uses"].startswith("actions/checkout@")


def test_what_a_stranger_wrote_goes_into_a_file_and_nowhere_else() -> None:
    naming = [
        (path.name, name, step)
        for path in WORKFLOWS
        for name, job in jobs(path).items()
        for step in job["steps"]
        if "payload.issue.body" in json.dumps(step)
    ]
    ((file, name, step),) = naming
    assert (file, name) == ("accept.yml", "record")
    assert step["with"]["script"].splitlines()[1:] == [
        'fs.mkdirSync("accepted");',
        'fs.writeFileSync("issue.md", context.payload.issue.body ?? "");',
    ]
    assert jobs(GITHUB / "workflows" / file)[name]["permissions"] == {"contents": "read"}


@every_workflow
def test_an_action_is_pinned_to_its_commit(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert len(lines) == sum("uses" in step for step in steps(path))
    for line in lines:
        found = re.fullmatch(r" +(?:- )?uses: ([\w./-]+)@([0-9a-f]{40}) # (v[\d.]+)", line)
        assert found, line
        assert PINS[found[1]] == (found[2], found[3]), line


def test_every_pin_is_used() -> None:
    used = {step["uses"].split("@")[0] for path in WORKFLOWS for step in steps(path) if "uses" in step}
    assert used == set(PINS)


@every_workflow
def test_a_checkout_leaves_no_credentials_behind(path: Path) -> None:
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@every_workflow
def test_no_expression_reaches_a_shell_or_a_script(path: Path) -> None:
    for step in steps(path):
        assert "${{" not in step.get("run", "")
        assert "${{" not in step.get("with", {}).get("script", "")


@every_workflow
def test_a_workflow_reads_nothing_that_a_stranger_writes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for expression in re.findall(r"\$\{\{(.*?)\}\}", text, re.DOTALL):
        for name in re.findall(r"github\.event[\w.-]+", expression.replace("github.event_name", "")):
            assert (path.name, name) in EVENT
        assert not re.search(r"head_ref|title|body|\.message|comment\.", expression), expression
    assert set(re.findall(r"context\.payload[\w.?]*", text)) == PAYLOAD.get(path.name, set())


def test_what_may_be_read_of_an_event_is_read() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in WORKFLOWS}
    assert all(name in texts[file] for file, name in EVENT)


@every_workflow
def test_a_workflow_only_calls_make_and_what_is_listed(path: Path) -> None:
    for step in steps(path):
        for line in step.get("run", "").splitlines():
            if line in COMMANDS:
                continue
            found = re.fullmatch(r"make ([a-z-]+)( ARGS=--[a-z]+)?", line)
            assert found, line
            assert found[1] in make_targets(), line


def test_every_listed_command_is_used() -> None:
    assert {line for path in WORKFLOWS for step in steps(path) for line in step.get("run", "").splitlines()} >= COMMANDS


def test_a_pull_request_is_checked_in_this_order() -> None:
    assert [step["run"] for step in steps(GITHUB / "workflows" / "check.yml") if "run" in step] == [
        "make check ARGS=--github",
        'make diff ARGS="HEAD^1..HEAD --markdown" >>"$GITHUB_STEP_SUMMARY"\nmake diff ARGS=HEAD^1..HEAD >diff.txt\n',
        "make test",
        "make site",
    ]


def test_the_site_is_published_under_its_own_addresses() -> None:
    path = GITHUB / "workflows" / "publish.yml"
    (build,) = [step for step in steps(path) if "make site" in step.get("run", "")]
    assert build["env"] == {
        "SITE_URL": "${{ steps.pages.outputs.base_url }}",
        "REPO_URL": "${{ github.server_url }}/${{ github.repository }}",
        "CONTACT": "${{ vars.CONTACT }}",
    }
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert all(f"!ENV [{name}," in config for name in build["env"])
    (sent,) = [step for step in steps(path) if step.get("uses", "").startswith("actions/upload-pages-artifact@")]
    assert sent["with"] == {"path": "site/", "include-hidden-files": True}, "security.txt stands in a hidden folder"
    assert read(path)["concurrency"]["cancel-in-progress"] is False
    assert set(jobs(path)["deploy"]["needs"]) == {"build", "attest"}


# The standing issues of the weekly workflow: its script, as it stands there, against a repository that is pretended

PRETENDED = """
const pretended = JSON.parse(process.env.PRETENDED), calls = [];
const core = { setFailed: (message) => calls.push(["failed", message]) };
const context = { repo: { owner: "o", repo: "r" } };
const github = {
  paginate: async (method, query) => pretended.issues.filter((one) => one.label === query.labels),
  rest: { issues: {
    listForRepo: null,
    update: async (change) => calls.push(["update", change]),
    create: async (change) => calls.push(["create", change]),
  } },
};
"""
RUN = """
const Script = Object.getPrototypeOf(async () => {}).constructor;
new Script("core", "context", "github", "require", process.env.SCRIPT)(core, context, github, require)
  .then(() => console.log(JSON.stringify(calls)));
"""


def calls(pretended: str, script: str, state: Yaml, folder: Path, **environment: str) -> list[tuple[str, Any]]:
    """What a workflow's script does in a repository that is pretended: its calls, in order."""
    node = subprocess.run(["bash", "-c", "command -v node"], check=True, capture_output=True, text=True).stdout.strip()
    done = subprocess.run(
        [node, "-e", pretended + RUN],
        cwd=folder,
        env={"SCRIPT": script, "PRETENDED": json.dumps(state), **environment},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return [(name, what) for name, what in json.loads(done.stdout)]


LOOKED = "| Total | 450 |"
"""What stands in lychee's report where it looked at something."""

DAY = datetime.date(2026, 6, 1)
NONE_DUE = as_markdown(Stale(DAY, (), (), ()))
DUE = as_markdown(Stale(DAY, (Due(DAY, "data/foods/liver.yml", "Liver", "food"),), (), ()))
UNDATED = as_markdown(Stale(DAY, (), ("data/foods/liver.yml",), ()))


def tell(
    folder: Path,
    links: str = LOOKED,
    due: str = NONE_DUE,
    issues: tuple[Yaml, ...] = (),
    status: str = "0",
    results: tuple[str, str] = ("success", "success"),
    dois: str = "",
    retractions: str = "",
    registers: str = "success",
) -> list[tuple[str, Any]]:
    """What the script does with these reports: its calls, in order."""
    (folder / "links.md").write_text(links, encoding="utf-8")
    (folder / "due.md").write_text(due, encoding="utf-8")
    (folder / "dois.md").write_text(dois or report("dois"), encoding="utf-8")
    (folder / "retractions.md").write_text(retractions or report("retractions"), encoding="utf-8")
    (step,) = [s for s in steps(GITHUB / "workflows" / "weekly.yml") if "script" in s.get("with", {})]
    values = {
        "LINKS_RESULT": results[0],
        "LINKS_STATUS": status,
        "DUE_RESULT": results[1],
        "REGISTERS_RESULT": registers,
    }
    assert set(step["env"]) == set(values)
    return calls(PRETENDED, step["with"]["script"], {"issues": issues}, folder, **values)


def report(command: str, found: bool = False, unknown: bool = False) -> str:
    """What `make dois` or `make retractions` writes."""
    findings = (("data/sources/a.yml", "10.1/a", "retracted"),) if found else ()
    reasons = (("data/sources/b.yml", "no answer"),) if unknown else ()
    return told_of_registers(Report("DOIs", "resolves", command, 9, findings, (), reasons))


def test_nothing_to_tell_opens_no_issue(tmp_path: Path) -> None:
    assert tell(tmp_path) == []


def test_findings_open_one_issue_each(tmp_path: Path) -> None:
    made = tell(tmp_path, links=f"{LOOKED}\n* gone", due=DUE, status="2")
    assert [name for name, _ in made] == ["create", "create"]
    assert [what["labels"] for _, what in made] == [["weekly: links"], ["weekly: due"]]
    assert made[0][1]["body"].endswith("* gone")
    assert made[1][1]["body"].endswith(DUE)
    assert {label for _, what in made for label in what["labels"]} <= labels()


def test_an_issue_that_stands_is_written_anew(tmp_path: Path) -> None:
    standing: Yaml = {"label": "weekly: due", "number": 7}
    ((name, what),) = tell(tmp_path, due=DUE, issues=(standing,))
    assert (name, what["issue_number"], what["state"]) == ("update", 7, "open")
    ((name, what),) = tell(tmp_path, issues=(standing,))
    assert (name, what["issue_number"], what["state"]) == ("update", 7, "closed")


def test_a_record_without_a_day_is_something_to_tell(tmp_path: Path) -> None:
    assert [name for name, _ in tell(tmp_path, due=UNDATED)] == ["create"]


def test_a_pull_request_is_never_taken_for_the_issue(tmp_path: Path) -> None:
    request: Yaml = {"label": "weekly: due", "number": 7, "pull_request": {}}
    assert [name for name, _ in tell(tmp_path, due=DUE, issues=(request,))] == ["create"]


@pytest.mark.parametrize(
    ("links", "results", "status"),
    [
        (LOOKED, ("failure", "success"), ""),
        (LOOKED, ("success", "success"), "1"),
        ("| Total | 0 |", ("success", "success"), "0"),
        ("", ("success", "success"), "0"),
    ],
)
def test_links_that_were_not_looked_at_are_not_called_well(
    tmp_path: Path, links: str, results: tuple[str, str], status: str
) -> None:
    standing: Yaml = {"label": "weekly: links", "number": 7}
    made = tell(tmp_path, links, issues=(standing,), results=results, status=status)
    assert [name for name, _ in made] == ["failed"]


def test_a_due_list_that_failed_leaves_its_issue_alone(tmp_path: Path) -> None:
    standing: Yaml = {"label": "weekly: due", "number": 7}
    assert [name for name, _ in tell(tmp_path, issues=(standing,), results=("success", "failure"))] == ["failed"]


@pytest.mark.parametrize("name", ["dois", "retractions"])
def test_what_a_register_says_has_an_issue_of_its_own(tmp_path: Path, name: str) -> None:
    ((call, what),) = tell(tmp_path, **{name: report(name, found=True)})  # type: ignore[arg-type] # all are texts
    assert (call, what["labels"]) == ("create", [f"weekly: {name}"])
    assert set(what["labels"]) <= labels()
    standing: Yaml = {"label": f"weekly: {name}", "number": 7}
    ((call, what),) = tell(tmp_path, issues=(standing,))
    assert (call, what["state"]) == ("update", "closed")


def test_what_a_register_could_not_say_neither_opens_nor_closes_an_issue(tmp_path: Path) -> None:
    unknown = report("dois", unknown=True)
    assert tell(tmp_path, dois=unknown) == []
    standing: Yaml = {"label": "weekly: dois", "number": 7}
    ((call, what),) = tell(tmp_path, dois=unknown, issues=(standing,))
    assert (call, "state" in what) == ("update", False)
    assert "Not known: 1 of 9 DOIs" in what["body"]


@pytest.mark.parametrize(("dois", "result"), [("", "failure"), ("Traceback", "success"), ("constructor: x", "success")])
def test_registers_that_were_not_asked_leave_their_issues_alone(tmp_path: Path, dois: str, result: str) -> None:
    standing: Yaml = {"label": "weekly: dois", "number": 7}
    made = tell(tmp_path, dois=dois, registers=result, issues=(standing,))
    assert {name for name, _ in made} == {"failed"}


def test_a_long_report_fits_into_an_issue(tmp_path: Path) -> None:
    ((_, what),) = tell(tmp_path, due="é" * 100_000)
    assert len(what["body"]) < 65536
    assert "Cut here" in what["body"]


# The standing comment of a pull request: its script, as it stands there, against a repository that is pretended

PRETENDED_PULLS = """
const pretended = JSON.parse(process.env.PRETENDED), calls = [];
const core = { notice: (message) => calls.push(["notice", message]), info: () => null };
const context = {
  repo: { owner: "o", repo: "r" }, serverUrl: "https://github.com", payload: { workflow_run: pretended.run },
};
const does = (name) => async (change) => calls.push([name, change]);
const github = {
  paginate: async (which) => pretended[which],
  rest: {
    pulls: { list: "pulls", listFiles: "files" },
    actions: { listWorkflowRunArtifacts: "artifacts" },
    issues: {
      listComments: "comments", createComment: does("create"), updateComment: does("update"), addLabels: does("label"),
    },
  },
};
"""
PULL: Yaml = {"number": 5, "head": {"sha": "abc", "repo": {"id": 3}}}
BOT = {"login": "github-actions[bot]"}
WORDS = (
    "What changes for a reader between HEAD^1 and HEAD: records 1 changed. Nothing clinical.\n"
    "\nOther changes\n\ndata/claims/a.yml\n- Title: the text: was → is\n"
)
CLINICAL = "Sum.\n\nClinical changes\n\ndata/foods/liver.yml\n- CLINICAL Liver: 70.6 → 83.1 µg per 100 g\n"


def comment(
    folder: Path, diff: str | None, *paths: str, conclusion: str = "success", **state: Any
) -> list[tuple[str, Any]]:
    """What the script does about a pull request that touches `paths`."""
    if diff is not None:
        (folder / "diff").mkdir(exist_ok=True)
        (folder / "diff" / "diff.txt").write_text(diff, encoding="utf-8")
    (step,) = [s for s in steps(GITHUB / "workflows" / "comment.yml") if "script" in s.get("with", {})]
    assert "env" not in step
    pretended = {
        "run": {"id": 77, "head_sha": "abc", "head_repository": {"id": 3}, "conclusion": conclusion},
        "pulls": [PULL],
        "files": [{"filename": path} for path in paths],
        "artifacts": [{"id": 9, "name": "diff"}, {"id": 11, "name": "site", "expired": False}],
        "comments": [],
        **state,
    }
    return calls(PRETENDED_PULLS, step["with"]["script"], pretended, folder)


def body(made: list[tuple[str, Any]]) -> str:
    (text,) = [what["body"] for name, what in made if name in ("create", "update")]
    assert len(text) < 65536
    return str(text)


def test_a_pull_request_gets_one_comment_with_all_that_a_reviewer_needs(tmp_path: Path) -> None:
    made = comment(tmp_path, WORDS, "data/claims/a.yml")
    assert [(name, what["issue_number"]) for name, what in made] == [("create", 5)]
    text = body(made)
    assert text.startswith("<!-- atlas: check -->\n")
    assert "- Title&#58;&#8203; the text&#58;&#8203; was &#8594; is\n" in text
    assert "https://github.com/o/r/actions/runs/77/artifacts/11" in text
    assert "found nothing wrong" in text
    assert "- [ ] One approval: words only, with the same meaning" in text
    assert "**Statements**\n\n- [ ] Each statement was read in its source" in text


def test_the_comment_that_stands_is_written_anew(tmp_path: Path) -> None:
    comments = [
        {"id": 1, "user": {"login": "somebody"}, "body": "<!-- atlas: check -->"},
        {"id": 2, "user": BOT, "body": "Something else"},
        {"id": 3, "user": None, "body": None},
        {"id": 4, "user": BOT, "body": "<!-- atlas: check -->\nold"},
    ]
    ((name, what),) = comment(tmp_path, WORDS, "data/claims/a.yml", comments=comments)
    assert (name, what["comment_id"]) == ("update", 4)
    assert [name for name, _ in comment(tmp_path, WORDS, "data/claims/a.yml", comments=comments[:3])] == ["create"]


@pytest.mark.parametrize(
    "pulls",
    [
        [],
        [PULL, {**PULL, "number": 6}],
        [{"number": 5, "head": {"sha": "abc", "repo": {"id": 4}}}],
        [{"number": 5, "head": {"sha": "abd", "repo": {"id": 3}}}],
        [{"number": 5, "head": {"sha": "abc", "repo": None}}],
    ],
)
def test_nothing_is_written_where_it_is_not_sure_whose_it_is(tmp_path: Path, pulls: list[Yaml]) -> None:
    assert [name for name, _ in comment(tmp_path, WORDS, "data/claims/a.yml", pulls=pulls)] == ["notice"]


def test_a_run_of_a_repository_that_is_gone_is_nobodys(tmp_path: Path) -> None:
    run: Yaml = {"id": 77, "head_sha": "abc", "head_repository": None, "conclusion": "success"}
    gone: Yaml = {"number": 5, "head": {"sha": "abc", "repo": None}}
    assert [name for name, _ in comment(tmp_path, WORDS, "a", run=run, pulls=[gone])] == ["notice"]


HOSTILE = (
    "@everyone @o/team GH-1 #1 o/r#2 www.evil.example http://evil.example user@evil.example\n"
    "- CLINICAL <img src=x onerror=alert(1)> ![x](http://evil.example/x.png) [ok](javascript:alert(1))\n"
    "- [x] Two approvals ```\n- :tada: $x$ <!-- atlas: check --> <!-- atlas: clinical --> `a` ~~b~~ &lt;b&gt; | a | \n"
    "### Checklist\n</details>\n\u202egnihtemos\u202c\x1b[31m\x00\u200b\n"
    "    code\n1. one\n> quote\n---\n{{ x }} ${{ y }}\n"
)


def test_the_comment_goes_by_what_github_says_of_the_run() -> None:
    text = (GITHUB / "workflows" / "comment.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\brun\.(\w+)", text)) == {"conclusion", "head_repository", "head_sha", "id"}


def test_what_a_stranger_wrote_is_shown_as_its_characters(tmp_path: Path) -> None:
    text = body(comment(tmp_path, HOSTILE, "data/foods/a.yml"))
    told = text.partition("### What changes for a reader\n\n")[2].partition("\n\n### Checklist")[0]
    assert "evil" in told
    # Our own: list items, bold lines, numbered characters. Nothing else has a sign in it that means something.
    lines = [line.removeprefix("- ").removeprefix("**CLINICAL** ") for line in told.splitlines()]
    words = [line[2:-2] if line.startswith("**") else line for line in lines]
    assert all(re.fullmatch(r"(&#\d+;|[\w ,;%])*", line) for line in words), words
    for sign in "@#:":
        assert f"&#{ord(sign)};" in told
        assert not re.search(f"&#{ord(sign)};(?!&#8203;)", told)
    assert "GH&#8203;&#45;1" in told
    assert "www&#8203;&#46;" in told
    assert "&#8238;" not in told
    assert text.count("<!--") == 2
    assert text.count("](https://github.com/o/r/actions/runs/77") == text.count("](")


def test_a_difference_that_is_too_long_is_cut_and_taken_for_clinical(tmp_path: Path) -> None:
    for diff in ("Sum.\n" + "- é<\n" * 100_000, "Sum.\n- " + "<" * 150_000 + "\n" + "- more <<<<<\n" * 9000):
        made = comment(tmp_path, diff, "data/claims/a.yml")
        assert "Cut here: [the rest]" in body(made)
        assert "so it is taken for clinical" in body(made)


def test_a_link_in_the_artifact_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("- a token", encoding="utf-8")
    (tmp_path / "diff").mkdir()
    (tmp_path / "diff" / "diff.txt").symlink_to(tmp_path / "secret")
    text = body(comment(tmp_path, None, "data/claims/a.yml"))
    assert "token" not in text
    assert "That was not told: see the check." in text


def test_without_a_difference_and_a_site_it_says_so(tmp_path: Path) -> None:
    made = comment(tmp_path, None, "data/claims/a.yml", conclusion="failure", artifacts=[])
    text = body(made)
    assert "did not end well" in text
    assert "there are no pages to look at" in text
    assert [name for name, _ in made] == ["create", "label"]


def test_a_clinical_change_gets_its_label_once(tmp_path: Path) -> None:
    made = comment(tmp_path, CLINICAL, "data/foods/liver.yml")
    assert [name for name, _ in made] == ["create", "label"]
    assert set(made[1][1]["labels"]) <= labels()
    text = body(made)
    assert "- **CLINICAL** Liver&#58;&#8203; 70&#46;6 &#8594; 83&#46;1 µg per 100 g" in text
    assert "- [ ] Two approvals" in text
    assert "One approval" not in text
    again = comment(tmp_path, CLINICAL, "data/foods/liver.yml", comments=[{"id": 4, "user": BOT, "body": text}])
    assert [name for name, _ in again] == ["update"]
    grown = comment(
        tmp_path, CLINICAL, "data/foods/liver.yml", comments=[{"id": 4, "user": BOT, "body": "<!-- atlas: check -->"}]
    )
    assert [name for name, _ in grown] == ["update", "label"]


@pytest.mark.parametrize("path", ["macros/diff.py", "Makefile", "requirements.txt", ".github/workflows/check.yml"])
def test_where_what_tells_is_changed_too_a_change_of_records_is_taken_for_clinical(tmp_path: Path, path: str) -> None:
    made = comment(tmp_path, WORDS, "data/claims/a.yml", path)
    assert [name for name, _ in made] == ["create", "label"]
    assert "This was told by code that the pull request may change" in body(made)
    assert [name for name, _ in comment(tmp_path, WORDS, path)] == ["create"]


@pytest.mark.parametrize("folder", sorted({model.KIND.folder for model in KINDS.values()} | {"vocab"}))
def test_every_kind_of_record_has_its_checklist(tmp_path: Path, folder: str) -> None:
    titles = re.findall(
        r"^\*\*(.+)\*\*\n\n- \[ \]", body(comment(tmp_path, WORDS, f"data/{folder}/a.yml")), re.MULTILINE
    )
    assert titles[0] == "Approvals"
    assert len(titles) > 1


@pytest.mark.parametrize(
    ("path", "title", "item"),
    [
        ("data/foods/a.yml", "Foods", "The dataset's row was looked up"),
        ("data/sources/a.yml", "Sources", "The DOI or address opens this source"),
        ("data/tests/a.yml", "Tests", "Each threshold has its issuer"),
        ("docs/contribute/index.md", "Hand-written pages", "Plain British English"),
        ("docs/assets/a.css", "Code, tests and look", "A test fails without the change"),
        ("requirements.txt", "Packages", "`make lock` wrote the hashes"),
        (".github/workflows/check.yml", "Workflows and rules", "A maintainer approves"),
        ("GOVERNANCE.md", "Workflows and rules", "A maintainer approves"),
    ],
)
def test_the_checklist_goes_by_what_is_touched(tmp_path: Path, path: str, title: str, item: str) -> None:
    assert f"**{title}**\n\n- [ ] {item}" in body(comment(tmp_path, WORDS, path))
    moved = comment(tmp_path, WORDS, files=[{"filename": "elsewhere", "previous_filename": path}])
    assert f"**{title}**" in body(moved)


# Forms


def fields(path: Path) -> list[Yaml]:
    return [field for field in read(path)["body"] if field["type"] != "markdown"]


def test_there_is_a_form_for_each_thing_to_say() -> None:
    assert [read(path)["name"] for path in FORMS] == [
        "Correct a fact",
        "New food",
        "New symptom",
        "New question",
        "New source",
        "Report a problem",
    ]


@every_form
def test_a_form_is_short(path: Path) -> None:
    assert 2 <= len(fields(path)) <= 7
    assert sum(field.get("validations", {}).get("required", False) for field in fields(path)) == 2


@every_form
def test_a_form_opens_with_the_notice(path: Path) -> None:
    notice = read(path)["body"][0]
    assert notice["type"] == "markdown"
    assert "no place for medical advice" in notice["attributes"]["value"]
    assert "emergency number" in notice["attributes"]["value"]


@every_form
def test_a_forms_fields_can_be_told_apart(path: Path) -> None:
    for key in ("id", "label"):
        found = [field["attributes"]["label"] if key == "label" else field["id"] for field in fields(path)]
        assert len(found) == len(set(found))
    assert all(field["attributes"]["description"] for field in fields(path))


@every_form
def test_a_forms_labels_exist(path: Path) -> None:
    assert set(read(path)["labels"]) <= labels()


@pytest.mark.parametrize(
    ("kind", "field", "vocabulary"),
    [
        ("food", "group", "food-group"),
        ("food", "diets", "diet"),
        ("question", "topic", "topic"),
        ("source", "study", "study-design"),
    ],
)
def test_a_form_offers_the_words_of_the_atlas(kind: str, field: str, vocabulary: str) -> None:
    (path,) = [path for path in FORMS if path.stem.endswith(kind)]
    (found,) = [one for one in fields(path) if one["id"] == field]
    words = read(ROOT / "data" / "vocab" / f"{vocabulary}.yml")["words"]
    assert found["attributes"]["options"] == [word["label"] for word in words.values()]


def test_an_issue_begins_with_a_form() -> None:
    assert read(GITHUB / "ISSUE_TEMPLATE" / "config.yml") == {"blank_issues_enabled": False}


# The other files


def test_dependabot_looks_after_all_three() -> None:
    updates = read(GITHUB / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"pip", "npm", "github-actions"}
    for update in updates:
        assert update["schedule"]["interval"] == "weekly"
        assert update["groups"]
        assert set(update["labels"]) <= labels()
        for folder in update.get("directories", [update.get("directory")]):
            assert (ROOT / folder.lstrip("/")).is_dir()


def test_code_owners_name_folders_that_exist_and_nobody_who_does_not() -> None:
    lines = (GITHUB / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("#") for line in lines if line)
    paths = [line.removeprefix("# ") for line in lines if line.startswith("# /")]
    assert len(paths) > 10
    for path in paths:
        assert (ROOT / path.strip("/")).exists(), path


def test_the_citation_has_what_it_needs() -> None:
    citation = read(ROOT / "CITATION.cff")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert {"cff-version", "message", "title", "authors", "type", "license", "date-released"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert citation["authors"] == [{"name": "The B12 & MS Atlas contributors"}]
    assert f'\nversion = "{citation["version"]}"\n' in project
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+) \((\S+)\)$", changes, re.MULTILINE)
    assert newest
    assert newest.groups() == (citation["version"], citation["date-released"])


def test_the_licences_say_what_they_cover() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n\nCopyright (c) 2026 The B12 & MS")
    content = (ROOT / "LICENSE-CONTENT").read_text(encoding="utf-8")
    assert "https://creativecommons.org/licenses/by/4.0/" in content
    assert all(word in content for word in ("data/", "docs/", "CC BY 4.0"))


@pytest.mark.parametrize("name", ["CODE_OF_CONDUCT.md", "SECURITY.md", "GOVERNANCE.md", "CONTRIBUTING.md"])
def test_a_page_of_rules_links_to_files_that_exist_and_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert (ROOT / target).exists(), target
    assert not re.search(r"[\w.]+@[\w-]+\.\w|https?://", text)


def test_what_contributors_are_told_to_type_exists() -> None:
    pages = [ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", GITHUB / "PULL_REQUEST_TEMPLATE.md"]
    for page in pages:
        found = re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))
        assert found
        assert set(found) <= make_targets()
