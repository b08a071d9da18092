"""A newcomer adds a kind of record by adding a model, a template and a folder, and touches no other file."""

import hashlib
import sys
from pathlib import Path

import pytest

from bench.atlas import write_atlas

from .conftest import build, run

MODEL = '''"""Organisations that help people."""

from typing import ClassVar

from pydantic import Field

from ..field import CitedMarkdown
from ..record import Kind, Record


class Organisation(Record):
    """A body that helps people."""

    KIND: ClassVar[Kind] = Kind(
        name="organisation", folder="organisations", singular="Organisation", plural="Organisations",
        intro="Bodies that help.", order=12,
    )

    offers: CitedMarkdown = Field(description="What it offers.")
'''
TEMPLATE = """{% import '_parts.md.j2' as parts with context %}
{{ parts.head(r) }}
{{- parts.in_short(r) }}
{{ parts.section('What it offers', r.offers) }}
{{- parts.related_records(related) }}
{{- parts.foot(r) }}
"""
RECORD = """id: helpers
title: The helpers
summary: They help.
offers: A telephone line [@source-0]; see [a symptom](symptom:symptom-0).
checked: 2026-01-02
check_again: 2026-12-31
changes:
  - date: 2026-01-02
    text: First version.
"""


def test_a_model_a_template_and_a_folder_make_a_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    project = write_atlas(tmp_path / "atlas", 40)
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in project.rglob("*") if path.is_file()}
    (project / "macros" / "model" / "kinds" / "organisation.py").write_text(MODEL, encoding="utf-8")
    (project / "macros" / "templates" / "organisation.md.j2").write_text(TEMPLATE, encoding="utf-8")
    folder = project / "data" / "organisations"
    folder.mkdir()
    (folder / "helpers.yml").write_text(RECORD, encoding="utf-8")

    result = build(project, project / "site", "--strict")
    assert result.returncode == 0, result.stderr
    page = (project / "site" / "organisations" / "helpers" / "index.html").read_text(encoding="utf-8")
    landing = (project / "site" / "organisations" / "index.html").read_text(encoding="utf-8")
    symptom = (project / "site" / "symptoms" / "symptom-0" / "index.html").read_text(encoding="utf-8")
    assert "A telephone line" in page
    assert 'href="#ref-source-0"' in page
    assert 'href="helpers/"' in landing or 'href="../organisations/helpers/"' in landing
    assert "organisations/helpers/" in symptom, "the link is derived on the other side"
    assert "organisations/" in (project / "site" / "index.html").read_text(encoding="utf-8"), (
        "it stands in the navigation"
    )
    assert {path: hashlib.sha256(path.read_bytes()).digest() for path in before} == before

    run(sys.executable, "-m", "macros", "format", cwd=project)
    assert (project / "data" / "schema" / "organisation.schema.json").is_file(), "editors know its fields"
    first, _, rest = (folder / "helpers.yml").read_text(encoding="utf-8").partition("\n")
    assert (first, rest) == ("# yaml-language-server: $schema=../schema/organisation.schema.json", RECORD)
