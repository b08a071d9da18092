"""A record begun: by options, or asked for in a terminal, each answer checked at once; nothing is left half-way."""

import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from macros.ask import Begun, ask, ask_kind
from macros.cli import main
from macros.load import Document, read_document
from macros.model import KINDS

from .conftest import ROOT, Sample, run

NOTHING_ASKED = "expected it to be given where nobody can be asked"


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")  # 1 June 2026


def values(path: Path, root: Path) -> dict[str, Any]:
    """What stands in a record that was begun, without what is open."""
    document = read_document(path, root)
    assert isinstance(document, Document), document
    return {name: value for name, value in document.value.items() if value is not None}


# By options


def test_options_fill_in_what_they_name(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--title", "Brazil nuts, dried", "--set", "group=Plant foods", "--set", "fortified=no"]
    options += ["--set", "diets=vegan, vegetarian", "--set", "aliases=para nuts", "--set", "aliases=a, b"]
    assert main(["--root", str(sample.root), "new", "food", *options]) == 0
    assert capsys.readouterr().out == "data/foods/brazil-nuts-dried.yml\n"
    assert values(sample.path("food", "brazil-nuts-dried"), sample.root) == {
        "id": "brazil-nuts-dried",
        "title": "Brazil nuts, dried",
        "aliases": ["para nuts", "a, b"],
        "group": "plant",
        "diets": ["vegan", "vegetarian"],
        "fortified": False,
        "checked": "2026-06-01",
        "check_again": "2028-06-01",
        "changes": [{"date": "2026-06-01", "text": "First version."}],
    }


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["food", "--title", "<b>"], "title: found in `title` raw HTML ('<b>'); expected plain text"),
        (["food", "x", "--set", "group=meat"], "group: found 'meat' in `group`; expected one of dairy, eggs"),
        (["food", "x", "--set", "fortified=maybe"], "fortified: found 'maybe' in `fortified`; expected true or false"),
        (["food", "x", "--set", "checked=2026-02-30"], "checked: found in `checked` '2026-02-30', a day that does not"),
        (["food", "x", "--set", "content=5"], "content: found '5' in `content`; expected fields"),
        (
            ["food", "x", "--set", "grup=plant"],
            "--set: found 'grup=plant'; expected field=value with a field of a food",
        ),
        (["food", "x", "--set", "group"], "--set: found 'group'; expected field=value"),
        (["food", "x", "--set", "id=y"], "--set: found 'id=y'; expected field=value"),
        (["food", "x", "--title", "A", "--set", "title=B"], "--set: found the field 'title' twice"),
        (["food", "--title", "🥜"], "new: found no ID; "),
        (["food", "con"], "ID: found 'con', which Windows keeps for a device"),
        (["food", "x" * 81], "ID: found an id of 81 characters; expected at most 80"),
        (["fod", "x"], "KIND: found 'fod'; expected one of"),
        (["--title", "A", "--set", "x"], "new: found no KIND; "),
    ],
)
def test_an_option_that_cannot_stand_is_told(
    sample: Sample, options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(sample.root.rglob("*"))
    assert main(["--root", str(sample.root), "new", *options]) in (1, 2)
    assert capsys.readouterr().out.startswith(told)
    assert sorted(sample.root.rglob("*")) == before


def test_where_nobody_can_be_asked_it_says_what_is_missing(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(sample.root), "new"]) == 2
    kind, record_id = capsys.readouterr().out.splitlines()
    assert kind.startswith(f"new: found no KIND; {NOTHING_ASKED}. Give one of symptom, ")
    assert record_id == f"new: found no ID; {NOTHING_ASKED}. Give it, or --title, from which it is made."
    assert main(["--root", str(sample.root), "new", "food"]) == 2
    assert capsys.readouterr().out == f"{record_id}\n"


# Asked


def answering(*answers: str) -> Callable[[str], str]:
    """Somebody who gives these answers, one after the other, and then leaves."""
    left: Iterator[str] = iter(answers)

    def read(_: str) -> str:
        answer = next(left, None)
        if answer is None:
            raise EOFError
        return answer

    return read


def test_each_answer_is_checked_at_once(sample: Sample) -> None:
    said: list[str] = []
    assert ask_kind(answering("fod", "0", "3"), said.append) == list(KINDS)[2] == "food"
    read = answering("<b>", "Brazil nuts", "Brazil Nuts", "food-0", "", "meat", "9", "maybe", "no")
    begun = ask(sample.root, Begun("food", ""), read, said.append)
    assert begun == Begun("food", "brazil-nuts", {"title": "Brazil nuts", "group": "plant", "fortified": False})
    assert [line.partition(";")[0] for line in said if "Not yet" in line] == [
        "  Not yet: found 'fod'",
        "  Not yet: found '0'",
        "  Not yet: found in `title` raw HTML ('<b>')",
        "  Not yet: found 'Brazil Nuts'",
        "  Not yet: found a record of this id",
        "  Not yet: found 'meat' in `group`",
        "  Not yet: found 'maybe' in `fortified`",
    ]


def test_a_list_takes_numbers_and_names_and_an_empty_answer_leaves_it_open(sample: Sample) -> None:
    begun = ask(sample.root, Begun("symptom", "numb-toes"), answering("Numb toes", "1, legs-feet", ""), print)
    assert begun == Begun("symptom", "numb-toes", {"title": "Numb toes", "body_parts": ["arms-hands", "legs-feet"]})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_begun_with_a_title_alone(sample: Sample, kind: str) -> None:
    asked: list[str] = []

    def read(prompt: str) -> str:
        asked.append(prompt.partition(" (")[0])
        return "A new one" if len(asked) == 1 else ""

    begun = ask(sample.root, Begun(kind, ""), read, lambda _: None)
    assert begun == Begun(kind, "a-new-one", {"title": "A new one"})
    required = {name for name, field in KINDS[kind].model_fields.items() if field.is_required()}
    assert asked[:2] == ["title", "Id [a-new-one]: "]
    assert set(asked[2:]) <= required - {"id", "summary", "checked", "check_again", "changes"}


def test_what_was_given_is_not_asked_again(sample: Sample) -> None:
    begun = ask(sample.root, Begun("food", "", {"title": "X", "group": "plant"}), answering("yes", "x"), print)
    assert begun == Begun("food", "x", {"title": "X", "group": "plant", "fortified": True})


# In a terminal


class Terminal:
    """`python -m macros new` in a terminal of its own."""

    def __init__(self, root: Path, *options: str) -> None:
        self.shown = ""
        self.process, self.master = os.forkpty()
        if self.process == 0:
            os.chdir(ROOT)
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # who runs the tests in the background has it ignored
            command = [sys.executable, "-B", "-m", "macros", "--root", str(root), "new", *options]
            os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted

    def until(self, wanted: str) -> None:
        """Reads until `wanted` is shown."""
        while wanted not in self.shown:
            part = self._read()
            assert part, f"it ended before {wanted!r}: {self.shown}"
            self.shown += part

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def end(self) -> int:
        """Reads to the end; the exit status."""
        while part := self._read():
            self.shown += part
        os.close(self.master)
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])

    def _read(self) -> str:
        ready, _, _ = select.select([self.master], [], [], 60)
        assert ready, self.shown
        try:
            return os.read(self.master, 65536).decode("utf-8", "replace")
        except OSError:  # Linux says so when the other end is closed
            return ""


def test_in_a_terminal_it_asks_and_writes_one_record(sample: Sample) -> None:
    before = set(sample.root.rglob("*"))
    terminal = Terminal(sample.root)
    for prompt, answer in (
        ("Kind (number or name): ", "food"),
        ("title (text): ", "Brazil nuts"),
        ("Id [brazil-nuts]: ", ""),
        ("group (number or name; Enter leaves it open): ", "Plant foods"),
        ("fortified (yes or no; Enter leaves it open): ", "perhaps"),
        ("expected true or false. ", "no"),
    ):
        terminal.until(prompt)
        terminal.type(f"{answer}\n")
    assert terminal.end() == 0
    assert terminal.shown.endswith("data/foods/brazil-nuts.yml\r\n")
    assert set(sample.root.rglob("*")) - before == {sample.path("food", "brazil-nuts")}
    found = values(sample.path("food", "brazil-nuts"), sample.root)
    assert (found["title"], found["group"], found["fortified"]) == ("Brazil nuts", "plant", False)


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("prompt", ["Kind (number", "title (text): "])
def test_who_leaves_writes_nothing(sample: Sample, key: str, prompt: str) -> None:
    before = sorted(sample.root.rglob("*"))
    terminal = Terminal(sample.root, *(["food"] if prompt.startswith("title") else []))
    terminal.until(prompt)
    terminal.type(key)
    assert terminal.end() == 1
    assert "Nothing was written." in terminal.shown
    assert "Traceback" not in terminal.shown
    assert sorted(sample.root.rglob("*")) == before


def test_bytes_that_are_no_text_are_asked_for_again(sample: Sample) -> None:
    terminal = Terminal(sample.root, "food")
    terminal.until("title (text): ")
    os.write(terminal.master, b"cr\xe8me \xff\n")
    terminal.until("Id [")
    terminal.type("\x04")
    assert terminal.end() == 1
    assert "Traceback" not in terminal.shown


def test_make_new_passes_on_what_it_is_given_and_needs_nothing() -> None:
    recipe = run("make", "--dry-run", "new", "ARGS=--title=x", cwd=ROOT).stdout
    assert recipe.splitlines()[-1].endswith('-m macros new "${KIND:-}" "${ID:-}" --title=x')


def test_without_a_terminal_it_ends(sample: Sample) -> None:
    for closed in ("</dev/null", "<&-"):
        command = f'"$0" -B -m macros --root "$1" new "" "" {closed}'
        done = run("bash", "-c", command, sys.executable, sample.root, cwd=ROOT, check=False)
        assert (done.returncode, done.stderr) == (2, "")
        assert done.stdout.startswith("new: found no KIND; ")
