"""Writes an atlas of any size: valid records of every kind, linked and cited as real ones are, the same every time."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from macros.model import KINDS

ROOT = Path(__file__).resolve().parent.parent

Fields = dict[str, object]

SHARES = {
    "food": 30,
    "source": 24,
    "claim": 12,
    "faq": 8,
    "term": 8,
    "medicine": 6,
    "symptom": 5,
    "test": 3,
    "treatment": 3,
    "pathway": 1,
}
"""Records of each kind in a hundred, about as in the real atlas."""

SENTENCE = "Of people with low vitamin B12 in this study, some had tingling in both feet and some had none at all"


def write_atlas(root: Path, records: int) -> Path:
    """Writes an atlas with `records` records below `root`, with MkDocs' configuration, ready to build."""
    write_vocabularies(root)
    shutil.copytree(ROOT / "docs" / "overrides", root / "docs" / "overrides")
    shutil.copytree(ROOT / "docs" / "assets", root / "docs" / "assets")
    shutil.copy(ROOT / "docs" / "sw.js", root / "docs")
    shutil.copytree(ROOT / "macros", root / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    head, _, _ = settings.partition("\nnav:\n")
    (root / "mkdocs.yml").write_text(f"{head}\nnav:\n  - Home: index.md\n", encoding="utf-8")
    (root / "docs" / "index.md").write_text("# Home\n\nA generated atlas.\n", encoding="utf-8")
    for kind, fields in generated(records):
        folder = root / "data" / KINDS[kind].KIND.folder
        folder.mkdir(parents=True, exist_ok=True)
        write_record(folder / f"{fields['id']}.yml", fields)
    return root


def write_vocabularies(root: Path) -> None:
    """Copies the vocabularies, without the telephone numbers: those cite sources that no generated atlas has."""
    shutil.copytree(ROOT / "data" / "vocab", root / "data" / "vocab")
    country = root / "data" / "vocab" / "country.yml"
    country.write_text(
        re.sub(r"    calls:\n(?:      .*\n)+", "", country.read_text(encoding="utf-8")), encoding="utf-8"
    )


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        """Writes a value that stands in two places twice: the atlas refuses aliases."""
        return True


def write_record(path: Path, fields: Fields) -> None:
    """Writes one record."""
    text = yaml.dump(fields, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8")


def generated(records: int) -> Iterator[tuple[str, Fields]]:
    """Kind and fields of each of `records` records, 40 at least."""
    counts = {kind: max(2, records * share // 100) for kind, share in SHARES.items()}
    counts["food"] += records - 2 - sum(counts.values())
    yield "intake", INTAKE
    yield "model", MODEL
    for kind, count in counts.items():
        for number in range(count):
            yield kind, MAKERS[kind](number, counts)


def _common(kind: str, number: int) -> Fields:
    return {
        "id": f"{kind}-{number}",
        "title": f"Generated {kind} {number}",
        "summary": f"{SENTENCE}: number {number}.",
        "aliases": [f"everyday word {number}", f"other word {number}"],
        "checked": "2026-01-02",
        "check_again": "2026-12-31",
        "changes": [{"date": "2026-01-02", "text": "First version."}],
    }


def _source_id(number: int, counts: dict[str, int]) -> str:
    return f"source-{number % counts['source']}"


def _cited(number: int, counts: dict[str, int]) -> str:
    return f"{SENTENCE} [@{_source_id(number, counts)}]. See [this](term:term-{number % counts['term']})."


def finding(number: int, source: str) -> Fields:
    """A finding with a figure."""
    return {
        "text": f"{SENTENCE}, in study {number}.",
        "figure": {
            "of": "tingling",
            "value": 50.5,
            "low": 40,
            "high": 61,
            "interval": "ci95",
            "unit": "percent",
            "population": f"{100 + number} adults",
            "where": "abstract",
        },
        "certainty": "low",
        "why": "One small study.",
        "direction": "for",
        "evidence": "human-observational",
        "sources": [source],
    }


def _symptom(number: int, counts: dict[str, int]) -> Fields:
    side = {
        "occurs": "yes",
        "text": _cited(number, counts),
        "how_often": [finding(number, _source_id(number, counts))],
    }
    return _common("symptom", number) | {
        "body_parts": ["legs-feet"],
        "points": "both",
        "care": [{"urgency": "emergency-now", "text": "Sudden numbness on one side.", "basis": "editorial"}],
        "b12": side,
        "ms": side,
        "tell_apart": {"text": _cited(number + 1, counts), "basis": "sourced"},
        "findings": [finding(number + n, _source_id(number + n, counts)) for n in range(4)],
        "tests": [f"test-{number % counts['test']}"],
        "pathways": [f"pathway-{number % counts['pathway']}"],
    }


def _food(number: int, counts: dict[str, int]) -> Fields:
    return _common("food", number) | {
        "group": "fish",
        "diets": ["pescatarian"],
        "fortified": False,
        "content": {
            "micrograms": 1.25 + number % 40,
            "dataset": _source_id(number, counts),
            "item": f"Fish, number {number}",
            "fdc_id": str(170000 + number),
            "samples": 4,
            "basis": "measured",
        },
        "portion": {"name": "3 oz", "grams": 85},
        "absorption": _cited(number, counts),
    }


def _faq(number: int, counts: dict[str, int]) -> Fields:
    return _common("faq", number) | {
        "topic": "tests",
        "short_answer": _cited(number, counts),
        "findings": [finding(number + n, _source_id(number + n, counts)) for n in range(3)],
        "detail": "\n\n".join(_cited(number + n, counts) for n in range(4)),
        "not_known": "Whether it holds in everybody.",
        "what_to_do": "Ask your doctor.",
        "related": [f"test:test-{number % counts['test']}", f"food:food-{number % counts['food']}"],
    }


def _test(number: int, counts: dict[str, int]) -> Fields:
    source = _source_id(number, counts)
    return _common("test", number) | {
        "measures": _cited(number, counts),
        "thresholds": [
            {
                "issuer": "A guideline",
                "country": "uk",
                "meaning": "deficient",
                "under": 180,
                "unit": "ng/L",
                "other_unit": "pmol/L",
                "other_under": 133,
                "sources": [source],
            }
        ],
        "findings": [finding(number + n, source) for n in range(4)],
        "falsely_low": [_cited(number + 2, counts)],
        "ask": ["What does my result mean?"],
    }


def _medicine(number: int, counts: dict[str, int]) -> Fields:
    return _common("medicine", number) | {
        "group": "disease-modifying",
        "brands": [{"name": f"Brand {number}", "used": [{"country": "us", "source": _source_id(number, counts)}]}],
        "effect": "none-found",
        "effect_text": _cited(number, counts),
        "findings": [finding(number + n, _source_id(number + n, counts)) for n in range(2)],
        "product_information": {
            "says": "none-found",
            "text": _cited(number, counts),
            "looked": [{"source": _source_id(number, counts), "what": "whole leaflet", "when": "2024"}],
        },
        "what_to_do": "Ask your MS team.",
        "pathways": [f"pathway-{number % counts['pathway']}"],
    }


def _treatment(number: int, counts: dict[str, int]) -> Fields:
    return _common("treatment", number) | {
        "aspect": "form",
        "what_it_is": _cited(number, counts),
        "findings": [finding(number + n, _source_id(number + n, counts)) for n in range(4)],
        "doses": [{"issuer": "A licence", "country": "uk", "group": "adults", "text": _cited(number, counts)}],
        "choices": "Talk it over with your doctor.",
    }


def _claim(number: int, counts: dict[str, int]) -> Fields:
    return _common("claim", number) | {
        "topic": "treatment",
        "verdict": "overstated",
        "certainty": "moderate",
        "why": _cited(number, counts),
        "true_version": _cited(number + 1, counts),
        "findings": [finding(number, _source_id(number, counts))],
        "about": [f"treatment:treatment-{number % counts['treatment']}"],
    }


def _source(number: int, counts: dict[str, int]) -> Fields:
    return _common("source", number) | {
        "csl_type": "article-journal",
        "study": "cohort",
        "authors": ["Doe J", "Roe R"],
        "year": 2020,
        "container": "A journal",
        "volume": "1",
        "pages": f"{number}-{number + 9}",
        "doi": f"10.5555/generated.{number}",
        "read": "abstract",
    }


def _term(number: int, counts: dict[str, int]) -> Fields:
    return _common("term", number) | {"about": [f"symptom:symptom-{number % counts['symptom']}"]}


def _pathway(number: int, counts: dict[str, int]) -> Fields:
    source = _source_id(number, counts)
    names = [f"node-{n}" for n in range(8)]
    steps = [
        {
            "id": f"step-{n}",
            "start": names[n],
            "relation": "converts",
            "end": names[n + 1],
            "text": f"In mice, node {n} turns into node {n + 1}.",
            "evidence": "animal",
            "certainty": "low",
            "species": "mouse",
            "sources": [source],
        }
        for n in range(7)
    ]
    return _common("pathway", number) | {
        "explanation": _cited(number, counts),
        "alt_text": "A line of eight nodes.",
        "nodes": [{"id": name, "label": f"The {name}", "kind": "metabolite"} for name in names],
        "steps": steps,
        "drawing": {
            "bands": [{"label": "Cell", "nodes": names[:4]}, {"label": "Blood", "nodes": names[4:]}],
            "arrows": [{"start": s["start"], "end": s["end"], "steps": [s["id"]]} for s in steps],
        },
        "does_not_show": ["That it holds in people."],
    }


INTAKE: Fields = _common("intake", 0) | {
    "issuer": "A ministry",
    "country": "uk",
    "year": 2015,
    "explanation": f"{SENTENCE} [@source-0].",
    "amounts": [
        {
            "group": "adults",
            "stage": "adult",
            "from_months": 228,
            "measure": "RDA",
            "micrograms": 2.4,
            "sources": ["source-0"],
        }
    ],
}

MODEL: Fields = _common("model", 0) | {
    "formula": "capped-and-diffusion",
    "applies_to": "Adults, one meal at a time.",
    "explanation": f"{SENTENCE} [@source-0].",
    "parameters": [
        {
            "id": name,
            "label": f"The {name} of it",
            "low": low,
            "high": high,
            "unit": unit,
            "meaning": SENTENCE,
            "choice": f"{SENTENCE} [@source-1].",
            "certainty": "low",
            "findings": [finding(0, "source-0")],
        }
        for name, low, high, unit in (
            ("share", 40, 60, "percent"),
            ("capacity", 1.5, 2.0, "micrograms"),
            ("diffusion", 1, 1.4, "percent"),
        )
    ],
    "observations": [
        {
            "id": "one",
            "dose": 1,
            "absorbed": {"value": 50, "unit": "percent", "population": "adults with a normal gut"},
            "sources": ["source-0"],
        }
    ],
    "assumptions": [SENTENCE],
    "limits": [SENTENCE],
}

MAKERS: dict[str, Callable[[int, dict[str, int]], Fields]] = {
    "symptom": _symptom,
    "food": _food,
    "faq": _faq,
    "test": _test,
    "medicine": _medicine,
    "treatment": _treatment,
    "claim": _claim,
    "source": _source,
    "term": _term,
    "pathway": _pathway,
}
