"""Records in an editor: the YAML language server completes, explains and checks every field by the derived schemas."""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from macros.load import load_vocabularies, record_files
from macros.model import KINDS
from macros.new import form
from macros.schema import schema_files

from .conftest import DAY, ROOT

SERVER = ROOT / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
SCHEMAS = {
    KINDS[kind]: json.loads(text)
    for kind, text in zip(KINDS, schema_files(load_vocabularies(ROOT)[0]).values(), strict=True)
}

Message = dict[str, Any]


def settings() -> Message:
    """The committed settings as a language server asks for them: `yaml.validate` as `validate` in `yaml`."""
    found: Message = {}
    for name, value in json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8")).items():
        *sections, last = [name] if name.startswith("[") else name.split(".")
        place = found
        for section in sections:
            place = place.setdefault(section, {})
        place[last] = value
    return found


class Editor:
    """An editor as the YAML language server knows it: it opens records and asks about places in them.

    Args:
        root: a folder with `data/schema/`; a record's file need not exist, for an editor hands over its text.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._settings = settings()
        found = subprocess.run(["bash", "-c", "command -v node"], check=True, capture_output=True, text=True)
        command: list[str | Path] = [found.stdout.strip(), SERVER, "--stdio"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        self._numbers = count(1)
        self._marked: dict[str, list[Message]] = {}
        items = {"documentationFormat": ["markdown"], "snippetSupport": True}
        able = {"workspace": {"configuration": True}, "textDocument": {"completion": {"completionItem": items}}}
        self._ask("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": able})
        self._send({"method": "initialized", "params": {}})

    def close(self) -> int:
        """Ends the server; its exit status."""
        try:
            self._ask("shutdown", None)
            self._send({"method": "exit", "params": None})
            return self._process.wait(30)
        finally:
            self._process.kill()
            self._process.wait()
            self._to.close()
            self._from.close()

    def opened(self, kind: str, text: str) -> str:
        """The address of a new file of this kind with this text."""
        path = self._root / "data" / KINDS[kind].KIND.folder / f"record-{next(self._numbers)}.yml"
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        return path.as_uri()

    def marked(self, file: str) -> list[tuple[int, str]]:
        """Line (from 1) and message of everything that is marked as wrong."""
        while file not in self._marked:
            self._read()
        return sorted((one["range"]["start"]["line"] + 1, one["message"]) for one in self._marked[file])

    def offered(self, file: str, line: int, column: int) -> dict[str, tuple[str, str]]:
        """What is offered at this place: label → what is told of it, and what is put in."""
        items = self._ask("textDocument/completion", _place(file, line, column))["items"]
        return {item["label"]: (_words(item.get("documentation", "")), item["insertText"]) for item in items}

    def told(self, file: str, line: int, column: int) -> str:
        """What is told of the word at this place."""
        return _words(self._ask("textDocument/hover", _place(file, line, column))["contents"])

    def _ask(self, method: str, what: Message | None) -> Any:
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": what})
        while True:
            message = self._read()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._to.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._to.flush()

    def _read(self) -> Message:
        """One message of the server; what it asks of an editor is answered."""
        length = 0
        while header := self._from.readline().strip():
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the server has ended"
        message: Message = json.loads(self._from.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self._marked[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            asked = message["params"].get("items", []) if message["method"] == "workspace/configuration" else []
            self._send({"id": message["id"], "result": [self._settings.get(item["section"]) for item in asked]})
        return message


def _place(file: str, line: int, column: int) -> Message:
    return {"textDocument": {"uri": file}, "position": {"line": line - 1, "character": column}}


def _words(told: str | Message) -> str:
    return told if isinstance(told, str) else str(told["value"])


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    root = tmp_path_factory.mktemp("editor")
    (root / "data" / "schema").mkdir(parents=True)
    for model, schema in SCHEMAS.items():
        (root / "data" / "schema" / model.KIND.schema).write_text(json.dumps(schema), encoding="utf-8")
    editor = Editor(root)
    yield editor
    assert editor.close() == 0


def longest(kind: str) -> str:
    """The longest real record of a kind."""
    return max(
        (path.read_text(encoding="utf-8") for path, model in record_files(ROOT) if model is KINDS[kind]), key=len
    )


every_kind = pytest.mark.parametrize("kind", KINDS)

FOOD = f"""{KINDS["food"].KIND.first_line}
id: liver
title: Liver
summary: Much of it.
group: offal
fortified: false
content:
  micrograms: 70.6
  dataset: usda-sr
  item: Liver
  fdc_id: '169451'
  basis: measured
portion:
  name: 3 oz
  grams: 85
absorption: Well [@usda-sr].
related:
  - symptom:fatigue
checked: 2026-01-02
check_again: 2026-12-31
changes:
  - date: 2026-01-02
    text: First version.
"""


def test_every_record_begins_by_naming_its_schema() -> None:
    without = [
        path.relative_to(ROOT).as_posix()
        for path, model in record_files(ROOT)
        if not path.read_text(encoding="utf-8").startswith(f"{model.KIND.first_line}\n")
    ]
    assert not without, "run `make format`"


@every_kind
def test_nothing_is_marked_in_a_good_record(editor: Editor, kind: str) -> None:
    assert editor.marked(editor.opened(kind, longest(kind))) == []


def test_nothing_is_marked_in_the_example(editor: Editor) -> None:
    assert editor.marked(editor.opened("food", FOOD)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "line", "told"),
    [
        ("fortified: false\n", "fortified: false\ncooked: true\n", 7, "Property cooked is not allowed."),
        ("group: offal", "group: organ", 5, 'Value is not accepted. Valid values: "shellfish", "fish", "offal", '),
        ("fortified: false\n", "", 2, 'Missing property "fortified".'),
        ("  item: Liver\n", "", 7, 'Missing property "item".'),
        ("micrograms: 70.6", "micrograms: much", 8, 'Incorrect type. Expected "number".'),
        ("micrograms: 70.6", "micrograms: -1", 8, "Value is below the minimum of 0."),
        ("fdc_id: '169451'", "fdc_id: 169451", 11, 'Incorrect type. Expected "string".'),
        ("fortified: false", "fortified: no", 6, 'Incorrect type. Expected "boolean".'),
        ("id: liver", "id: Beef liver", 2, "Small letters, digits and single hyphens, like vision-loss."),
        ("[@usda-sr]", "(usda-sr)", 16, "Cite who says it, as [@source-id]."),
        ("symptom:fatigue", "fatigue", 18, "A record as kind:id, like symptom:fatigue."),
        ("checked: 2026-01-02", "checked: yesterday", 19, "A day as year-month-day, like 2026-11-21."),
        (
            "  - date: 2026-01-02\n    text: First version.\n",
            "  First version.\n",
            22,
            'Incorrect type. Expected "array".',
        ),
    ],
)
def test_a_fault_is_marked_on_its_line(editor: Editor, right: str, wrong: str, line: int, told: str) -> None:
    assert FOOD.count(right) == 1
    ((found, message),) = editor.marked(editor.opened("food", FOOD.replace(right, wrong)))
    assert message.startswith(told)
    assert found == line


def test_all_faults_are_marked_at_once(editor: Editor) -> None:
    text = FOOD.replace("group: offal", "group: organ").replace("70.6", "much").replace("grams: 85", "gram: 85")
    assert [line for line, _ in editor.marked(editor.opened("food", text))] == [5, 8, 13, 15]


@every_kind
def test_what_is_open_in_a_new_record_is_marked_and_nothing_else(editor: Editor, kind: str) -> None:
    text = form(KINDS[kind], "new-one", DAY)
    still_open = {number for number, line in enumerate(text.splitlines(), 1) if re.fullmatch(r"\w+:", line)}
    marked = editor.marked(editor.opened(kind, text))
    assert {line for line, _ in marked} == still_open
    assert not [message for _, message in marked if "property" in message.lower()]


@every_kind
def test_every_field_is_offered_with_what_belongs_there(editor: Editor, kind: str) -> None:
    model = KINDS[kind]
    offered = editor.offered(editor.opened(kind, f"{model.KIND.first_line}\nid: new-one\n\n"), 3, 0)
    # Nothing else: a tag of mkdocs.yml, were it among the settings, would be offered in every record.
    assert set(offered) - {model.__name__} == set(model.model_fields) - {"id"}
    for name, field in model.model_fields.items():
        if name != "id":  # it stands there
            told, put_in = offered[name]
            assert told == field.description
            assert re.match(rf"{name}:(\s|$)", put_in)


@every_kind
def test_every_word_of_a_vocabulary_is_offered_with_its_meaning(editor: Editor, kind: str) -> None:
    model = KINDS[kind]
    for name, field in SCHEMAS[model]["properties"].items():
        words = field.get("enum") or field.get("items", {}).get("enum")
        if words:
            meanings = (field if "enum" in field else field["items"])["markdownEnumDescriptions"]
            value = f"{name}: " if "enum" in field else f"{name}:\n  - "
            file = editor.opened(kind, f"{model.KIND.first_line}\n{value}\n")
            offered = editor.offered(file, 2 + value.count("\n"), len(value.splitlines()[-1]))
            assert {word: offered[word][0] for word in words} == dict(zip(words, meanings, strict=True)), name


def test_fields_and_words_inside_a_finding_are_offered(editor: Editor) -> None:
    file = editor.opened("claim", f"{KINDS['claim'].KIND.first_line}\nfindings:\n  - text: x\n    certainty: \n    \n")
    assert {"high", "moderate", "low", "very-low"} <= set(editor.offered(file, 4, 15))
    assert {"figure", "direction", "sources"} <= set(editor.offered(file, 5, 4))


def test_no_number_is_ever_filled_in(editor: Editor) -> None:
    file = editor.opened("food", f"{KINDS['food'].KIND.first_line}\ncontent:\n  item: x\n  \n")
    offered = editor.offered(file, 4, 2)
    assert {"micrograms", "samples"} <= set(offered)
    assert not [put_in for _, put_in in offered.values() if re.search(r": *(\$\{\d+:)?\d", put_in)]


@every_kind
def test_a_field_is_explained_in_the_model_s_words(editor: Editor, kind: str) -> None:
    text = longest(kind)
    file = editor.opened(kind, text)
    asked = 0
    for number, line in enumerate(text.splitlines(), 1):
        if name := re.match(r"\w+(?=:)", line):
            told = " ".join(editor.told(file, number, 1).split())
            assert plain(KINDS[kind].model_fields[name[0]].description or "?") in plain(told), name[0]
            asked += 1
    assert asked > 5


def plain(text: str) -> str:
    """Without the backslashes that keep a sign from being Markdown."""
    return re.sub(r"\\(?=\W)", "", text).replace("&lt;", "<").replace("&gt;", ">")


# What is committed for editors


def test_the_dev_container_brings_what_is_recommended_and_sets_up() -> None:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    recommended = json.loads((ROOT / ".vscode" / "extensions.json").read_text(encoding="utf-8"))["recommendations"]
    assert container["customizations"]["vscode"]["extensions"] == recommended
    command, target = container["postCreateCommand"].split()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert (command, re.findall(rf"^{target}:", makefile, re.MULTILINE)) == ("make", [f"{target}:"])
    (port,) = container["forwardPorts"]
    assert f"http://127.0.0.1:{port}" in makefile
    oldest = re.search(r"sys.version_info < \(3, (\d+)\)", (ROOT / "tools" / "setup").read_text(encoding="utf-8"))
    assert oldest is not None
    assert f":1-3.{oldest[1]}-" in container["image"]


def test_an_editor_opens_no_connection_and_leaves_the_form_to_make_format() -> None:
    yaml = settings()["yaml"]
    assert yaml["schemaStore"] == {"enable": False}
    assert yaml["kubernetesCRDStore"] == {"enable": False}
    assert yaml["format"] == {"enable": False}


def test_editors_indent_as_the_formatters_do() -> None:
    config = ConfigParser()
    config.read_string("[top]\n" + (ROOT / ".editorconfig").read_text(encoding="utf-8"))
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]
    assert int(config["*.py"]["max_line_length"]) == ruff["line-length"]
    assert (config["*.py"]["indent_size"], config["*"]["indent_size"]) == ("4", "2")
    assert config["Makefile"]["indent_style"] == "tab"
