"""JSON-LD: true in schema.org's own words, whole on every page, and harmless whatever the text."""

import json
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from macros.export import linked
from macros.export.guard import json_text
from macros.export.publication import Publication
from macros.knowledge import KnowledgeBase
from macros.model import KINDS
from macros.model.record import Review

from .conftest import DAY, ROOT, Sample

SITE = Publication("The B12 & MS Atlas", "https://atlas.test/", "What is known.", "https://example.org/atlas")
HOSTILE = "</script><!-- <script>alert(1)</script> --> \u2028 \u202e ]]> {{ 7 }} \x00 \" ' \\ & end"


class Blocks(HTMLParser):
    """The blocks of JSON-LD in a page, as a browser parts it into elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and ("type", "application/ld+json") in attrs:
            self._inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def nodes(value: object) -> list[dict[str, Any]]:
    """Every object in JSON-LD that says what it is, from the outside in."""
    if isinstance(value, list):
        return [node for item in value for node in nodes(item)]
    if not isinstance(value, dict):
        return []
    inner = [node for item in value.values() for node in nodes(item)]
    return [value, *inner] if "@type" in value else inner


def every_kind_of_page(base: KnowledgeBase) -> list[dict[str, Any]]:
    """Of each kind of record the page that says most and the one that says least; the landing pages and the others."""
    made = [linked.of_home(base, SITE)]
    for path in ("guides/ms-and-b12.md", "about.md", "contribute/index.md", "trust.md"):
        made.append(linked.of_page(SITE, path, "A title", "A sentence.", [(SITE.name, ""), ("Guides", "guides/")]))
    for kind in KINDS:
        made.append(linked.of_kind(base, SITE, kind))
        pages = sorted((linked.of_record(base, SITE, record) for record in base.of_kind(kind)), key=json_text)
        by_type = {tuple(node["@type"] for node in nodes(page)): page for page in pages}
        made += sorted(by_type.values(), key=lambda page: len(json_text(page)))[:: max(1, len(by_type) - 1)]
        made += {str(page.get("about", {}).get("@type")): page for page in pages}.values()
    return made


def reviewed(base: KnowledgeBase) -> dict[str, Any]:
    """The page of a record that two clinicians have reviewed."""
    reviews = tuple(
        Review.model_validate({"name": "A Name", "role": "A role", "date": date, "interests": "none declared"})
        for date in ("2026-02-03", "2026-04-05")
    )
    return linked.of_record(base, SITE, base.of_kind("symptom")[0].model_copy(update={"reviewed_by": reviews}))


def test_schema_dts_finds_nothing_wrong(real: KnowledgeBase, tmp_path: Path) -> None:
    pages = [*every_kind_of_page(real), reviewed(real)]
    types = sorted({str(page["@type"]) for page in pages})
    lines = [f"import type {{ WithContext, {', '.join(types)} }} from 'schema-dts';"]
    lines += [
        f"export const page{n}: WithContext<{page['@type']}> = {json_text(page)};" for n, page in enumerate(pages)
    ]
    assert {"MedicalWebPage", "FAQPage", "WebPage", "CollectionPage", "AboutPage"} <= set(types)
    assert typed("\n".join(lines), tmp_path) == ""
    wrong = lines[1].replace('"inLanguage":', '"inTongue":')
    assert "inTongue" in typed(f"{lines[0]}\n{wrong}", tmp_path), "the check would not see a word that does not exist"


def typed(text: str, folder: Path) -> str:
    """What TypeScript says of a file that uses schema-dts."""
    (folder / "pages.ts").write_text(text, encoding="utf-8")
    options = {
        "strict": True,
        "noEmit": True,
        "module": "nodenext",
        "types": [],
        "skipLibCheck": True,
        "paths": {"schema-dts": [str(ROOT / "node_modules/schema-dts/dist/schema.d.ts")]},
    }
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["pages.ts"]}))
    compiler = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
    result = subprocess.run(
        ["node", compiler, "--project", folder / "tsconfig.json"], capture_output=True, text=True, timeout=300
    )
    return result.stdout + result.stderr


def test_every_kind_says_what_its_pages_are_about(real: KnowledgeBase) -> None:
    told = {
        kind: {node["@type"] for record in real.of_kind(kind) for node in nodes(linked.of_record(real, SITE, record))}
        for kind in KINDS
    }
    for kind, word in {
        "symptom": "MedicalSignOrSymptom",
        "test": "MedicalTest",
        "medicine": "Drug",
        "treatment": "DietarySupplement",
        "claim": "Claim",
        "faq": "Answer",
        "food": "PropertyValue",
        "intake": "Dataset",
        "term": "DefinedTerm",
        "source": "ScholarlyArticle",
    }.items():
        assert word in told[kind]
    for kind in KINDS:
        assert "BreadcrumbList" in told[kind]
    everything = set().union(*told.values())
    assert not everything & {"Organization", "Person", "ClaimReview", "MedicalOrganization", "AggregateRating"}


def test_only_a_reviewed_page_names_reviewers(real: KnowledgeBase) -> None:
    for entry in real.entries.values():
        page = linked.of_record(real, SITE, entry.record)
        assert ("reviewedBy" in page) == ("lastReviewed" in page) == bool(entry.record.reviewed_by)
    page = reviewed(real)
    assert page["lastReviewed"] == "2026-04-05"
    assert page["reviewedBy"][0] == {"@type": "Person", "name": "A Name", "jobTitle": "A role"}


def test_a_claim_never_stands_without_its_verdict(real: KnowledgeBase) -> None:
    for record in real.of_kind("claim"):
        claim = linked.of_record(real, SITE, record)["mainEntity"]
        verdict = real.vocabularies["verdict"][record.verdict].label  # type: ignore[attr-defined]
        assert claim["description"].startswith(f"Verdict: {verdict} (")


def test_a_page_cites_each_of_its_sources_once(real: KnowledgeBase) -> None:
    for entry in real.entries.values():
        cited = {edge.end for edge in real.graph.outgoing(entry.record.key) if edge.relation == "cites"}
        told = [node["@id"] for node in linked.of_record(real, SITE, entry.record).get("citation", [])]
        assert sorted(told) == sorted(f"https://atlas.test/sources/{key.partition(':')[2]}/#work" for key in cited)


def test_dates_come_from_the_records(sample: Sample) -> None:
    def twice(fields: dict[str, Any]) -> None:
        fields["changes"] = [{"date": "2026-03-04", "text": "A figure was corrected."}, *fields["changes"]]

    sample.edit("food", "food-0", twice)
    base = sample.base()
    page = linked.of_record(base, SITE, base.record("food:food-0"))
    assert (page["datePublished"], page["dateModified"]) == ("2026-01-02", "2026-03-04")
    assert linked.of_kind(base, SITE, "food")["dateModified"] == "2026-03-04"
    assert "dateModified" not in linked.of_page(SITE, "guides/x.md", "A guide", "A sentence.", [])


def test_hostile_text_stays_inside_its_block(real: KnowledgeBase) -> None:
    record = real.of_kind("symptom")[0].model_copy(update={"title": HOSTILE, "aliases": (HOSTILE,)})
    text = json_text(linked.of_record(real, SITE, record))
    assert json.loads(text)["name"] == HOSTILE
    assert json.loads(Blocks(f'<script type="application/ld+json">{text}</script>').found[0])["name"] == HOSTILE
    assert not set(text) & set("<\u2028\u2029\u202e\x00\n")


def test_every_page_of_the_site_has_one_block(site: Path) -> None:
    pages = [path for path in site.rglob("index.html") if 'name="robots"' not in path.read_text("utf-8")]
    assert len(pages) > 1000
    for path in pages:
        blocks = Blocks(path.read_text(encoding="utf-8")).found
        assert len(blocks) == 1, path
        page = json.loads(blocks[0])
        assert page["@context"] == "https://schema.org"
        assert page["url"].endswith(f"/{path.relative_to(site).as_posix().removesuffix('index.html')}")


def test_its_data_files_are_there(site: Path, real: KnowledgeBase) -> None:
    start = "http://localhost:8000/"
    pages = [path.read_text(encoding="utf-8") for path in (site / "index.html", site / "foods" / "index.html")]
    pages += [(site / "intakes" / record.id / "index.html").read_text("utf-8") for record in real.of_kind("intake")]
    found = [
        node["contentUrl"]
        for text in pages
        for node in nodes(json.loads(Blocks(text).found[0]))
        if "contentUrl" in node
    ]
    assert len(found) == len(pages) + 1, "foods are there as a table as well"
    assert all((site / address.removeprefix(start)).is_file() for address in found)


@pytest.mark.browser
def test_the_content_security_policy_lets_it_stand(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.add_init_script(
        "window.refused = [];"
        "document.addEventListener('securitypolicyviolation', event => refused.push(event.violatedDirective))"
    )
    page.goto(f"{address}symptoms/fatigue/")
    text = page.locator('script[type="application/ld+json"]').text_content()
    assert json.loads(text or "")["about"]["@type"] == "MedicalSignOrSymptom"
    assert page.evaluate("refused") == []
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
    assert page.evaluate("refused") == ["script-src-elem"], "a script in the page is refused, and the test sees it"
    page.close()


def test_two_runs_say_the_same(sample: Sample) -> None:
    first, second = ([json_text(page) for page in every_kind_of_page(sample.base())] for _ in range(2))
    assert first == second
    assert DAY.isoformat() not in "".join(first)
