"""The data below `/api/v1/`: nothing is lost, every file is as described, and an id keeps its address."""

import copy
import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from macros.export.api import ROOT as API
from macros.export.edition import API_VERSION, edition
from macros.export.guard import json_text
from macros.knowledge import KnowledgeBase
from macros.model import KINDS
from macros.model.vocabulary import Vocabulary
from macros.permanent import short_path
from macros.status import status

from .conftest import ROOT, Sample
from .published import HOSTILE, SITE, published, texts, with_text

Files = dict[str, Any]


@pytest.fixture(scope="module")
def files(real: KnowledgeBase) -> Files:
    """Path below `/api/v1/` → data."""
    found = texts(published(real), ".json")
    return {path.removeprefix(API): json.loads(text) for path, text in found.items() if path.startswith(API)}


def closed(schema: Any) -> Any:
    """The schema with every object held to the fields that it names."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        made["additionalProperties"] = False
    return made


def faults(description: Any, files: Files) -> list[str]:
    """Where a file is not as the description says."""
    schemas = closed(copy.deepcopy(description["components"]["schemas"]))
    validators: dict[str, Draft202012Validator] = {}
    found = []
    for path, data in files.items():
        if path == "openapi.json":
            continue
        folder, _, rest = path.rpartition("/")
        route = description["paths"][f"/{folder}/{{id}}.json" if folder else f"/{rest}"]
        reference = route["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        if reference not in validators:
            validators[reference] = Draft202012Validator({"$ref": reference, "components": {"schemas": schemas}})
        found += [
            f"{path}: {error.json_path} {error.message[:120]}" for error in validators[reference].iter_errors(data)
        ]
    return found


def test_the_records_rebuilt_from_the_files_equal_the_records(files: Files, real: KnowledgeBase) -> None:
    words = files["vocabularies.json"]["vocabularies"]
    vocabularies = {name: Vocabulary.model_validate(words[name]) for name in words}
    assert vocabularies == dict(real.vocabularies)
    for name, model in KINDS.items():
        listed = files[f"{model.KIND.folder}.json"]["items"]
        rebuilt = [model.model_validate(item["record"], context=vocabularies) for item in listed]
        assert rebuilt == real.of_kind(name)
        for item in listed:
            alone = files[f"{model.KIND.folder}/{item['record']['id']}.json"]
            assert {key: alone[key] for key in item} == item
    assert {record["key"] for record in files["index.json"]["records"]} == set(real.entries)


def test_every_file_is_as_its_description_says(files: Files) -> None:
    assert faults(files["openapi.json"], files) == []
    for path in files["openapi.json"]["paths"]:
        assert "{id}" in path or path.removeprefix("/") in files


def test_a_file_with_a_field_too_many_or_too_few_is_found(files: Files) -> None:
    path = next(path for path in files if path.startswith("foods/"))
    spoilt = copy.deepcopy(files[path])
    spoilt["record"]["colour"] = "red"
    spoilt["record"]["content"]["basis"] = "guessed"
    del spoilt["licence"]
    found = "\n".join(faults(files["openapi.json"], {path: spoilt}))
    assert "colour" in found
    assert "guessed" in found
    assert "licence" in found


def test_the_description_is_openapi(files: Files) -> None:
    OpenAPIV31SpecValidator(files["openapi.json"]).validate()
    assert files["openapi.json"]["info"]["version"] == API_VERSION == files["index.json"]["api"]


def test_a_field_has_one_type_and_is_never_null(files: Files) -> None:
    def parts(value: Any) -> list[Any]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [value, *(part for item in inner for part in parts(item))]

    for part in parts(files["openapi.json"]):
        if isinstance(part, dict):
            assert not {"anyOf", "oneOf", "allOf", "x-vocabulary"} & set(part)
            assert not isinstance(part.get("type"), list)
    for path, data in files.items():
        assert None not in parts(data), path


def test_every_file_says_what_it_was_made_from_and_who_may_use_it(files: Files, real: KnowledgeBase) -> None:
    made = edition(real, SITE)
    assert re.fullmatch(r"[0-9a-f]{16}", made.version)
    newest = max(max(e.record.checked, e.record.changes[0].date) for e in real.entries.values())
    for path, data in files.items():
        if path == "openapi.json":
            assert data["info"]["license"]["url"] == "https://creativecommons.org/licenses/by/4.0/"
            continue
        assert data["generated_from"] == {"version": made.version, "date": newest.isoformat()}
        assert data["licence"]["url"] == "https://creativecommons.org/licenses/by/4.0/"


def test_the_version_is_the_data_and_not_how_they_are_written(sample: Sample) -> None:
    before = edition(sample.base(), "")
    path = sample.path("food", "food-0")
    path.write_text("# a comment\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert edition(sample.base(), "") == before
    sample.edit("food", "food-0", lambda fields: fields.update(title="Another name"))
    assert edition(sample.base(), "").version != before.version


def test_addresses_begin_with_the_sites_or_with_nothing(sample: Sample) -> None:
    base = sample.base()
    for site, start in (("https://atlas.example/b12", "https://atlas.example/b12/"), ("", "")):
        item = json.loads(texts(published(base, site), ".json")[f"{API}foods/food-0.json"])
        assert item["page"] == f"{start}foods/food-0/"
        assert item["data"] == f"{start}api/v1/foods/food-0.json"


def test_every_record_tells_its_short_address(files: Files, real: KnowledgeBase) -> None:
    short = {key: f"{SITE}{short_path(key)}" for key in real.entries}
    assert {record["key"]: record["short"] for record in files["index.json"]["records"]} == short
    for model in KINDS.values():
        for item in files[f"{model.KIND.folder}.json"]["items"]:
            assert item["short"] == short[item["key"]]


def test_relations_and_findings_are_those_of_the_graph_and_the_records(files: Files, real: KnowledgeBase) -> None:
    told = [(r["start"], r["relation"], r["end"]) for r in files["relations.json"]["relations"]]
    assert told == [(edge.start, edge.relation, edge.end) for edge in real.graph.edges]
    findings = files["findings.json"]["findings"]
    assert len(findings) == status(real).findings > 0
    records = {
        item["key"]: item["record"] for kind in KINDS.values() for item in files[f"{kind.KIND.folder}.json"]["items"]
    }
    for finding in findings:
        value = records[finding["record"]]
        for part in finding["at"].split("/")[1:]:
            value = value[int(part)] if isinstance(value, list) else value[part]
        assert value == finding["finding"]


def test_the_status_at_the_root_is_the_same_file(real: KnowledgeBase) -> None:
    found = published(real)
    assert found["status.json"] == found[f"{API}status.json"]


def test_every_record_can_be_found_by_its_other_names(sample: Sample) -> None:
    found = json.loads(texts(published(sample.base()), ".json")[f"{API}search-words.json"])
    words = {record["key"]: record["words"] for record in found["records"]}
    assert words["symptom:symptom-0"] == ["everyday word 0", "other word 0"]
    assert words["medicine:medicine-1"] == ["everyday word 1", "other word 1", "Brand 1"]


def test_a_retired_id_keeps_its_address(sample: Sample) -> None:
    text = (
        "- was: food:eel\n  now: food:food-0\n  date: 2026-02-03\n  why: It is the same fish.\n"
        "- was: claim:old\n  date: 2026-02-04\n  why: Nobody says so any more.\n"
    )
    (sample.root / "data" / "retired.yml").write_text(text, encoding="utf-8")
    base = sample.base()
    assert not base.problems
    found = texts(published(base), "")
    moved = json.loads(found[f"{API}foods/eel.json"])
    assert moved["retired"] == {
        "was": "food:eel",
        "now": "food:food-0",
        "date": "2026-02-03",
        "why": "It is the same fish.",
    }
    assert moved["data"] == f"{SITE}api/v1/foods/food-0.json"
    assert moved["short"] == f"{SITE}{short_path('food:eel')}"
    assert 'content="0; url=../../foods/food-0/"' in found["foods/eel/index.html"]
    gone = json.loads(found[f"{API}claims/old.json"])
    assert "data" not in gone
    assert 'http-equiv="refresh"' not in found["claims/old/index.html"]
    retired = json.loads(found[f"{API}retired.json"])
    assert [item["was"] for item in retired["retired"]] == ["food:eel", "claim:old"]
    data = {path.removeprefix(API): json.loads(text) for path, text in found.items() if path.startswith(API)}
    assert faults(data["openapi.json"], data) == []


def test_text_that_means_harm_is_the_same_text_and_harmless(sample: Sample) -> None:
    found = texts(published(with_text(sample.base(), HOSTILE)), ".json")
    one = found[f"{API}foods/food-0.json"]
    assert json.loads(one)["record"]["title"] == HOSTILE
    for path, text in found.items():
        if path.startswith(API):
            assert "<" not in text, path
            assert not re.search("[\x00-\x09\x0b-\x1f\u2028\u202a-\u202e\u2066-\u2069]", text), path


def test_json_text_says_what_json_says() -> None:
    value = {"a": ["<", "\u2028", "\x7f", "ä", "😀", 1.5, True]}
    assert json.loads(json_text(value)) == value
    assert "ä" in json_text(value)
    with pytest.raises(ValueError, match="JSON"):
        json_text(float("nan"))


def test_the_change_log_begins_with_the_version_in_force() -> None:
    text = (ROOT / "CHANGELOG-API.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)", text, re.MULTILINE)[0] == API_VERSION
