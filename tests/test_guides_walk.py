"""Each guide of docs/contribute is followed to the letter in a copy of the repository, and gets what it promises.

A guide is its own script. Of its blocks, `sh` is typed; `yaml` with a file's name is what the file holds from then on;
`diff` with a file's name is changed in it; `text` is what the command before it says, with … for anything. Where a
guide says `<!-- on GitHub: … -->`, the test does to a repository beside the copy what GitHub would do. What a guide
tells to do on GitHub's website, in prose, cannot be walked.
"""

import datetime
import functools
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from jinja2 import Environment

from .conftest import ROOT, run

GUIDES = ROOT / "docs" / "contribute"


@functools.cache
def noon() -> str:
    """Midday of the newest day in the records, by which none is of a day to come: then the guides are followed."""
    texts = (file.read_text(encoding="utf-8") for file in (ROOT / "data").glob("*/*.yml"))
    day = max(
        day for text in texts for day in re.findall(r"^(?:  - date|checked): (\d{4}-\d\d-\d\d)$", text, re.MULTILINE)
    )
    return str(int(datetime.datetime.fromisoformat(f"{day}T12:00Z").timestamp()))


BLOCK = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$|^<!-- on GitHub: (?P<event>.*?) -->$',
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A piece of a guide that its reader acts on.

    Args:
        language: sh, yaml, diff or text; `github` for what happens there.
        title: the name of the file that a block is about.
        line: where it stands in the guide.
    """

    language: str
    title: str
    text: str
    line: int


def blocks(guide: str) -> Iterator[Block]:
    text = (GUIDES / f"{guide}.md").read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if found["event"]:
            yield Block("github", "", found["event"], line)
        else:
            yield Block(found["language"], found["title"] or "", found["text"], line)


class Walk:
    """One copy of the repository, in which a guide is followed."""

    def __init__(self, folder: Path, origin: Path) -> None:
        self.folder = folder
        self.origin = origin
        self.said = ""

    def follow(self, guide: str) -> None:
        steps = list(blocks(guide))
        for step, after in zip(steps, [*steps[1:], None], strict=True):
            where = f"{guide}.md:{step.line}"
            if step.language == "sh":
                self._type(step.text, after.text if after and after.language == "text" else "…", where)
            elif step.language in ("yaml", "diff") and step.title:
                (self._write if step.language == "yaml" else self._change)(step, where)
            elif step.language == "github":
                EVENTS[step.text](self)

    def _type(self, command: str, expected: str, where: str) -> None:
        result = self.run("bash", "-euo", "pipefail", "-c", command)
        said = result.stdout
        self.said += said
        pattern = ".*?".join(re.escape(part) for part in expected.strip().split("…"))
        assert re.fullmatch(pattern, said.strip(), re.DOTALL), f"{where}: the guide says\n{expected}\nit said\n{said}"
        fails = "Error " in expected
        assert (result.returncode != 0) == fails, f"{where}: it ended with {result.returncode}\n{said}"

    def _write(self, block: Block, where: str) -> None:
        path = self.folder / block.title
        assert path.exists(), f"{where}: {block.title} is to be there already, begun by `make new`"
        path.write_text(block.text, encoding="utf-8")

    def _change(self, block: Block, where: str) -> None:
        path = self.folder / block.title
        text = path.read_text(encoding="utf-8")
        lines = block.text.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] != "+")
        new = "".join(line[1:] for line in lines if line[0] != "-")
        assert text.count(old) == 1, f"{where}: {block.title} holds this {text.count(old)} times, and not once:\n{old}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs a command as a reader's shell would, and gives all that it says."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "TMPDIR")}
        return subprocess.run(
            [str(part) for part in command],
            cwd=self.folder,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            env={
                **kept,
                "HOME": str(self.folder.parent),
                "LANG": "C.UTF-8",
                "SOURCE_DATE_EPOCH": noon(),
                "GIT_CONFIG_GLOBAL": os.devnull,
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONUNBUFFERED": "1",  # the two outputs in their order, as a terminal shows them
            },
        )

    def pages(self) -> Path:
        """The pages that the records of this copy make."""
        out = self.folder.parent / "pages"
        made = self.run(".venv/bin/python", "-m", "macros", "pages", "--out", out)
        assert made.returncode == 0, made.stdout
        return out

    def page(self, path: str) -> str:
        return (self.pages() / path).read_text(encoding="utf-8")

    def pushed(self, branch: str) -> str:
        """The files that a branch changes on the server, as git lists them."""
        return git("diff", "--name-status", f"main...{branch}", cwd=self.origin)


def git(*arguments: str | Path, cwd: Path) -> str:
    """Runs git as somebody, whoever runs the test."""
    somebody = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "core.hooksPath=/dev/null")
    return run("git", *somebody, *arguments, cwd=cwd, GIT_CONFIG_GLOBAL=os.devnull).stdout


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as GitHub would hold it: one commit, of the files as they are now."""
    folder = tmp_path_factory.mktemp("origin")
    left_out = [".git", ".venv", "node_modules", "site", "build", ".cache", ".*_cache", ".hypothesis", "__pycache__"]
    shutil.copytree(ROOT, folder / "files", ignore=shutil.ignore_patterns(*left_out), symlinks=True)
    git("init", "--quiet", "--initial-branch=main", cwd=folder / "files")
    git("add", "--all", cwd=folder / "files")
    git("commit", "--quiet", "--message=The atlas", cwd=folder / "files")
    git("clone", "--quiet", "--bare", "files", "origin.git", cwd=folder)
    return folder / "origin.git"


@pytest.fixture
def walk(tmp_path: Path, origin: Path) -> Walk:
    """A fresh copy, as somebody has it who has cloned the repository and run `make` once."""
    mine, folder = tmp_path / "origin.git", tmp_path / "atlas"
    git("clone", "--quiet", "--bare", origin, mine, cwd=tmp_path)
    git("clone", "--quiet", mine, folder, cwd=tmp_path)
    git("config", "user.name", "Somebody", cwd=folder)
    git("config", "user.email", "somebody@example.org", cwd=folder)
    for name in (".venv", "node_modules"):
        (folder / name).symlink_to(ROOT / name)
    with (folder / ".git" / "info" / "exclude").open("a", encoding="utf-8") as exclude:
        exclude.write(".venv\nnode_modules\n")
    for name in ("requirements.txt", "package-lock.json"):
        os.utime(folder / name, (0, 0))  # older than what was set up from it
    return Walk(folder, mine)


# What happens on GitHub


def somebody_swaps_two_digits(walk: Walk) -> None:
    """Pull request 12: an amount with two digits exchanged."""
    clone = walk.folder.parent / "theirs"
    git("clone", "--quiet", walk.origin, clone, cwd=walk.folder.parent)
    record = clone / "data" / "foods" / "quail-cooked.yml"
    text = record.read_text(encoding="utf-8")
    assert text.count("micrograms: 0.36\n") == 1
    record.write_text(text.replace("micrograms: 0.36\n", "micrograms: 0.63\n"), encoding="utf-8")
    git("commit", "--quiet", "--all", "--message=Quail: a newer figure", cwd=clone)
    git("push", "--quiet", "origin", "HEAD:refs/pull/12/head", cwd=clone)


def the_release_is_merged(walk: Walk) -> None:
    git("update-ref", "refs/heads/main", "refs/heads/release-0.2.0", cwd=walk.origin)


EVENTS: dict[str, Callable[[Walk], None]] = {
    "somebody opened pull request 12, which swaps two digits": somebody_swaps_two_digits,
    "the pull request is merged": the_release_is_merged,
}


# What each guide promises


def a_sentence_is_mended(walk: Walk) -> None:
    assert walk.pushed("anaemia-in-fewer-words") == "M\tdata/glossary/anaemia.yml\n"
    page = walk.page("glossary/anaemia.md")
    assert "Too little haemoglobin in the blood, so it carries less oxygen." in page
    assert "so that the blood carries" not in page


def the_food_has_a_page(walk: Walk) -> None:
    assert walk.pushed("raw-haddock") == "A\tdata/foods/haddock-raw.yml\n"
    page = walk.page("foods/haddock-raw.md")
    assert "# Haddock, raw" in page
    assert "1.83" in page
    assert "haddock-raw" in (walk.folder.parent / "pages" / "foods" / "index.md").read_text(encoding="utf-8")


def the_symptom_has_a_page(walk: Walk) -> None:
    assert walk.pushed("loss-of-smell").split() == [
        *("A", "data/sources/derin-2016.yml"),
        *("A", "data/sources/mirmosayyeb-2022.yml"),
        *("A", "data/symptoms/loss-of-smell.yml"),
    ]
    page = walk.page("symptoms/loss-of-smell.md")
    assert "27.2" in page
    assert "56.4" in page
    source = (walk.folder.parent / "pages" / "sources" / "derin-2016.md").read_text(encoding="utf-8")
    assert "symptoms/loss-of-smell" in source


def the_source_is_cited(walk: Walk) -> None:
    assert walk.pushed("burning-mouth").split() == [
        *("A", "data/sources/morr-verenzuela-2017.yml"),
        *("M", "data/symptoms/glossitis.yml"),
    ]
    assert "0.8" in walk.page("symptoms/glossitis.md")
    source = (walk.folder.parent / "pages" / "sources" / "morr-verenzuela-2017.md").read_text(encoding="utf-8")
    assert "10.1111/ijd.13634" in source
    assert "symptoms/glossitis" in source


def the_certainty_is_shown(walk: Walk) -> None:
    page = walk.page("symptoms/glossitis.md")
    assert "All had come because of a sore mouth: it says little of other people." in page
    assert walk.pushed("sore-tongue-certainty") == "M\tdata/symptoms/glossitis.yml\n"


def the_slip_is_found_and_nothing_is_changed(walk: Walk) -> None:
    assert "0.36" in walk.said
    assert "0.63" in walk.said
    assert git("branch", "--show-current", cwd=walk.folder) == "main\n"
    assert git("status", "--porcelain", cwd=walk.folder) == ""


def the_release_is_named_everywhere(walk: Walk) -> None:
    assert "v0.2.0" in git("tag", cwd=walk.origin).split()
    tagged = git("show", "v0.2.0:CITATION.cff", cwd=walk.origin)
    assert "version: 0.2.0\n" in tagged
    assert 'date-released: "2026-12-01"\n' in tagged
    assert '\nversion = "0.2.0"\n' in git("show", "v0.2.0:pyproject.toml", cwd=walk.origin)
    assert "\n## 0.2.0 (2026-12-01)\n" in git("show", "v0.2.0:CHANGELOG.md", cwd=walk.origin)


PROMISES: dict[str, Callable[[Walk], None]] = {
    "mend-a-typo": a_sentence_is_mended,
    "add-a-food": the_food_has_a_page,
    "add-a-symptom": the_symptom_has_a_page,
    "cite-a-source": the_source_is_cited,
    "rate-certainty": the_certainty_is_shown,
    "review-a-change": the_slip_is_found_and_nothing_is_changed,
    "release": the_release_is_named_everywhere,
}
NOTHING_TO_TYPE = {
    "index": "it says which guide is for whom",
    "records": "it explains the form of a record",
    "your-own-copy": "its steps are settings on GitHub's website and at a seller of domains",
}


@pytest.mark.parametrize("guide", PROMISES)
def test_who_follows_a_guide_to_the_letter_gets_what_it_promises(guide: str, walk: Walk) -> None:
    walk.follow(guide)
    PROMISES[guide](walk)
    checked = walk.run("make", "check")
    assert checked.returncode == 0, checked.stdout


def test_every_guide_is_walked_or_has_nothing_to_type() -> None:
    guides = {path.stem for path in GUIDES.glob("*.md")}
    assert guides == {*PROMISES, *NOTHING_TO_TYPE}
    for guide in guides:
        typed = [block for block in blocks(guide) if block.language == "sh"]
        assert bool(typed) == (guide in PROMISES), guide


@pytest.mark.parametrize("guide", sorted({*PROMISES, "your-own-copy"}))
def test_a_guide_says_first_what_its_reader_will_have_and_how_long_it_takes(guide: str) -> None:
    text = (GUIDES / f"{guide}.md").read_text(encoding="utf-8")
    before_the_steps = text[: text.index("\n## ")]
    assert "**You will have:**" in before_the_steps
    assert re.search(r"\*\*It takes:\*\* .*(minute|hour)", before_the_steps)
    assert "\n## What can go wrong\n" in text
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert f"contribute/{guide}.md" in navigation


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("editors@example.org", 'href="mailto:editors@example.org"'),
        ("https://example.org/write", 'href="https://example.org/write"'),
        ("PO box 1, Example Town", "PO box 1, Example Town"),
        ("", "names no address to write to"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
    ],
)
def test_who_has_no_account_is_told_where_to_write_or_that_there_is_no_such_place(contact: str, told: str) -> None:
    page = (GUIDES / "index.md").read_text(encoding="utf-8")
    shown = Environment(autoescape=False).from_string(page).render(contact=contact)  # noqa: S701 -- as the plugin does
    assert told in shown
    assert ("names no address to write to" in shown) == (not contact)
    assert "<script>" not in shown
