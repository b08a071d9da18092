"""Files that are whole or not there: written so; and what is kept from run to run: parsed texts, compiled templates."""

import errno
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment

from macros import compiled, load, whole
from macros.compiled import environment
from macros.load import Records, load_vocabularies
from macros.problem import Problem
from macros.whole import Before, write_whole

from .conftest import Sample


def test_what_was_made_of_a_text_is_found_by_the_text_and_the_code_alone(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "kept"
    first = Before(path, b"code")
    assert first.find(b"text") is None
    first.keep(b"text", ({"a": [1, None, "ä"]}, {("a", 0): 2}))
    first.write()
    assert Before(path, b"code").find(b"text") == ({"a": [1, None, "ä"]}, {("a", 0): 2})
    assert Before(path, b"code").find(b"other text") is None
    assert Before(path, b"other code").find(b"text") is None


SPOILT: list[Callable[[bytes], bytes]] = [
    lambda kept: kept[:-1],
    lambda kept: kept[:25] + b"\xff" + kept[26:],
    lambda _: b"x",
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_what_is_not_whole_counts_for_nothing(spoil: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "kept"
    first = Before(path, b"code")
    first.keep(b"text", "made")
    first.write()
    path.write_bytes(spoil(path.read_bytes()))
    assert Before(path, b"code").find(b"text") is None


def test_only_what_was_used_is_kept_and_nothing_is_written_where_nothing_changed(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    first = Before(path, b"code")
    first.keep(b"one", 1)
    first.keep(b"two", 2)
    first.write()
    written = path.stat().st_ino
    second = Before(path, b"code")
    assert (second.find(b"one"), second.find(b"two")) == (1, 2)
    second.write()
    assert path.stat().st_ino == written
    third = Before(path, b"code")
    assert third.find(b"one") == 1
    third.write()
    assert Before(path, b"code").find(b"two") is None


@pytest.fixture(autouse=True)
def own(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small atlas as the project whose code this is: of another nothing is kept."""
    if "sample" in request.fixturenames:
        monkeypatch.setattr(load, "OWN", request.getfixturevalue("sample").root.resolve())


def loaded(sample: Sample) -> Any:
    vocabularies, _ = load_vocabularies(sample.root)
    return Records(sample.root).load(vocabularies)


def test_a_second_run_parses_only_what_changed_and_reads_the_same(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = loaded(sample)
    sample.edit("claim", "claim-0", lambda fields: fields.update(summary="Other words."))
    parsed: list[str] = []
    read_text = load.read_text

    def noted(text: str, name: str) -> load.Document | Problem:
        parsed.append(name)
        return read_text(text, name)

    monkeypatch.setattr(load, "read_text", noted)
    second = loaded(sample)
    changed = sample.path("claim", "claim-0").relative_to(sample.root).as_posix()
    assert [name for name in parsed if "vocab" not in name] == [changed]
    assert [entry.record.key for entry in second.entries] == [entry.record.key for entry in first.entries]
    for before, after in zip(first.entries, second.entries, strict=True):
        if before.record.key != "claim:claim-0":
            assert after.record == before.record
            assert after.document.lines == before.document.lines


def test_of_a_folder_that_somebody_sent_nothing_is_kept_or_believed(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(sample)
    kept = sample.root / ".cache" / "read"
    before = kept.read_bytes()
    monkeypatch.setattr(load, "OWN", sample.root.parent)
    asked: list[bytes] = []
    monkeypatch.setattr(Before, "find", lambda _, text: asked.append(text))
    sample.edit("claim", "claim-0", lambda fields: fields.update(summary="Other words."))
    assert loaded(sample).problems == []
    assert (asked, kept.read_bytes()) == ([], before)


def test_a_fault_is_told_again_in_the_next_run(sample: Sample) -> None:
    sample.write("claim", "claim-0", b"id: [\n")
    first, second = loaded(sample), loaded(sample)
    assert [str(problem) for problem in first.problems] == [str(problem) for problem in second.problems] != []


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whole, "write_whole", full)
    assert loaded(sample).problems == []
    monkeypatch.setattr(compiled, "KEPT", sample.path("claim", "claim-0") / "no folder")
    assert environment(DictLoader({"a": "{{ 1 + 1 }}"})).get_template("a").render() == "2"


def test_a_template_is_compiled_once_and_again_when_it_or_the_options_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "KEPT", tmp_path)
    made: list[str] = []
    generate = Environment._generate

    def noted(self: Environment, *args: Any, **options: Any) -> str:
        made.append(str(args[1]))
        return generate(self, *args, **options)

    monkeypatch.setattr(Environment, "_generate", noted)

    def filled(text: str, **options: Any) -> str:
        return environment(DictLoader({"page": text}), **options).get_template("page").render(a="<")

    assert (filled("{{ a }}"), filled("{{ a }}")) == ("<", "<")
    assert made == ["page"]
    assert filled("{{ a }}.") == "<."
    assert filled("{{ a }}.", autoescape=True) == "&lt;."
    assert made == ["page"] * 3


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")
    path.chmod(0o600)
    write_whole(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)
    real = tempfile.NamedTemporaryFile

    def full(*args: Any, **options: Any) -> Any:
        file = real(*args, **options)

        def write(_: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(file, "write", write)
        return file

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"newer")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"new"
