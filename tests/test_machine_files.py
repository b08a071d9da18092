"""Files for machines: a Markdown file for each page, llms.txt, the sitemap, the manifest and the notices."""

import datetime
import gzip
import io
import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from PIL import Image

from macros import cite
from macros.export import notices
from macros.export.from_html import as_markdown
from macros.export.markdown import TWIN, Writer, words
from macros.export.publication import Publication, page_url
from macros.knowledge import KnowledgeBase
from macros.model import KINDS
from macros.model.finding import Finding
from macros.model.kinds.source import Source
from macros.model.walk import parts
from macros.prose import plain

from .conftest import ROOT, Sample
from .published import HOSTILE, with_text

START = "http://localhost:8000/"
SITE = Publication("The B12 & MS Atlas", "https://atlas.test/", "What is known.", "https://example.org/atlas")
COMMON_MARK = MarkdownIt("commonmark")
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def shown(markdown: str) -> str:
    """The words that a reader of the Markdown sees, as CommonMark has it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", COMMON_MARK.render(markdown))).split())


def lines_of(writer: Writer, key: str, base: KnowledgeBase) -> list[str]:
    return writer.record(base.record(key)).splitlines()


def test_every_page_has_a_markdown_file(site: Path) -> None:
    pages = [path for path in site.rglob("index.html") if 'name="robots"' not in path.read_text("utf-8")]
    assert len(pages) > 1000
    for path in pages:
        address = path.relative_to(site).as_posix().removesuffix("index.html")
        twin = path.with_name(TWIN)
        named = '<link rel="alternate" type="text/markdown" href="index.html.md">' in path.read_text(encoding="utf-8")
        assert named, address
        text = twin.read_text(encoding="utf-8")
        assert text.count("\n# ") + text.startswith("# ") == 1, address
        assert f"The page: <{START}{address}>" in text
        assert "not medical advice" in text


def test_a_finding_keeps_its_certainty_and_its_sources_in_its_line(real: KnowledgeBase) -> None:
    writer = Writer(real, SITE)
    seen = 0
    for key, entry in real.entries.items():
        findings = [part for _, part in parts(entry.record) if isinstance(part, Finding)]
        lines = [(line, shown(line)) for line in lines_of(writer, key, real)] if findings else []
        for finding in findings:
            sentence = " ".join(plain(finding.text).split())[:60]
            found = [line for line, text in lines if sentence in text]
            assert found, f"{key}: {sentence}"
            certainty = real.vocabularies["certainty"][finding.certainty].label
            assert any(
                certainty in line and all(f"/sources/{source}/)" in line for source in finding.sources)
                for line in found
            )
            seen += 1
    assert seen > 1000


def test_a_record_says_who_reviewed_it_and_lists_its_sources(real: KnowledgeBase) -> None:
    text = Writer(real, SITE).record(real.record("symptom:fatigue"))
    assert "Not yet reviewed by a clinician." in text
    assert "**Emergency: call now.** Tiredness with breathlessness" in text
    cited = {edge.end for edge in real.graph.outgoing("symptom:fatigue") if edge.relation == "cites"}
    listed = shown(text.partition("## Sources")[2])
    for key in cited:
        source = real.record(key)
        assert isinstance(source, Source)
        assert cite.vancouver(source) in listed


@pytest.mark.parametrize(
    "text",
    [
        "# not a heading",
        "1. not a list",
        "- not a list",
        "*not* _emphasis_ `not code` ~~not struck~~",
        "[not a link](http://elsewhere.test) ![not a picture](x)",
        "<b>not a tag</b> <!-- not a comment --> &amp; &#60;",
        "| not | a table |",
        "back\\slash \\* and ``` fence",
        "> not a quotation",
    ],
)
def test_plain_text_is_shown_as_the_characters_that_it_is(text: str) -> None:
    assert shown(words(text)) == text
    assert shown(f"- {words(text)} ({words(text)})") == f"{text} ({text})"


def test_hostile_text_is_one_line_without_hidden_signs() -> None:
    assert words("a\u202eb\x00c\nd\u2028e") == "a b c d e"


def test_text_that_means_harm_is_text_in_every_markdown_file_and_in_llms_txt(sample: Sample) -> None:
    base = with_text(sample.base(), HOSTILE)
    harmless = " ".join(re.sub("[\x00\u202a-\u202e\u2028]", " ", HOSTILE).split())
    named = Publication(HOSTILE, SITE.site, HOSTILE, SITE.repository)
    written = [("a.md", f"---\ntitle: {json.dumps(HOSTILE)}\n---\n")]
    made = [Writer(base, named).record(entry.record) for entry in base.entries.values()]
    made += [Writer(base, named).kind(name) for name in KINDS]
    made.append(str(dict(notices.files(base, named, written))["llms.txt"]))
    for text in made:
        assert "<script" not in COMMON_MARK.render(text)
        assert harmless in shown(text)
        assert not re.search("[\x00-\x09\x0b-\x1f\u2028\u202a-\u202e]", text)


def test_links_and_lists_of_prose_survive(sample: Sample) -> None:
    prose = "One **strong** and [a food](food:food-0) `x*y`.\n\n- first [@source-1]\n- second\n\n"
    prose += "A 3 * 4 [@source-2; @source-3]."
    sample.edit("food", "food-1", lambda fields: fields.update(absorption=prose))
    text = Writer(sample.base(), SITE).record(sample.base().record("food:food-1"))
    assert "One **strong** and [a food](https://atlas.test/foods/food-0/) `x*y`." in text
    assert "- first ([Doe et al. 2020](https://atlas.test/sources/source-1/))" in text
    assert "A 3 \\* 4 ([Doe et al. 2020](https://atlas.test/sources/source-2/); [Doe" in text


def test_a_hand_written_page_keeps_what_its_macros_show() -> None:
    html = (
        '<h1 id="a">A <em>page</em><a class="headerlink" href="#a">¶</a></h1><script>no()</script>'
        '<p>Some 5 &lt; 6 <a href="../foods/">foods</a>.<sup class="cite"><a href="#ref-x">1</a></sup></p>'
        '<p><span class="mark certainty"><span aria-hidden="true">●</span> Low certainty</span> why</p>'
        "<table><thead><tr><th>A</th><th>B</th></tr></thead>"
        "<tbody><tr><td>1 | 2</td><td><p>x</p></td></tr></tbody></table>"
        "<pre><code>a *b*\n  c</code></pre><ol><li>one</li><li>two</li></ol>"
    )
    text = as_markdown(html, "https://atlas.test/guides/x/")
    assert text.startswith("# A *page*\n\nSome 5 \\< 6 [foods](https://atlas.test/guides/foods/). [1]\n")
    assert "(Low certainty) why" in text
    assert "| A | B |\n| --- | --- |\n| 1 \\| 2 | x |" in text
    assert "```\na *b*\n  c\n```" in text
    assert "1. one\n2. two" in text
    assert "no()" not in text


def test_a_guide_keeps_certainty_and_references(site: Path) -> None:
    text = (site / "guides" / "ms-and-b12" / TWIN).read_text(encoding="utf-8")
    assert "certainty)" in text
    assert "\n1. [" in text
    assert "{{" not in text
    assert not re.search(r"</?(?:div|p|span|section|li|ul)\b", text)


def test_llms_txt_leads_to_files_that_are_there(site: Path) -> None:
    text = (site / "llms.txt").read_text(encoding="utf-8")
    assert text.startswith("# The B12 & MS Atlas\n\n> ")
    links = re.findall(r"^- \[.+?\]\((\S+?)\)", text, re.MULTILINE)
    assert len(links) == len(set(links)) == len(re.findall("^- ", text, re.MULTILINE))
    assert all((site / link.removeprefix(START)).is_file() for link in links)
    for model in KINDS.values():
        assert f"{START}{model.KIND.folder}/{TWIN}" in links
    written = [path for path in (ROOT / "docs").rglob("*.md") if "overrides" not in path.parts]
    for path in written:
        assert f"{START}{page_url(path.relative_to(ROOT / 'docs').as_posix())}{TWIN}" in links


def test_from_llms_txt_every_record_is_reached(site: Path, real: KnowledgeBase) -> None:
    for model in KINDS.values():
        text = (site / model.KIND.folder / TWIN).read_text(encoding="utf-8")
        for record in real.of_kind(model.KIND.name):
            assert f"({START}{model.KIND.folder}/{record.id}/{TWIN})" in text


def test_the_sitemap_dates_records_and_nothing_else(site: Path, real: KnowledgeBase) -> None:
    text = (site / "sitemap.xml").read_bytes()
    assert gzip.decompress((site / "sitemap.xml.gz").read_bytes()) == text
    found = {
        entry.findtext(f"{SPACE}loc", "").removeprefix(START): entry.findtext(f"{SPACE}lastmod")
        for entry in ElementTree.fromstring(text)
    }
    pages = {path.relative_to(site).as_posix().removesuffix("index.html") for path in site.rglob("index.html")}
    moved = {page for page in pages if 'name="robots"' in (site / page / "index.html").read_text("utf-8")}
    assert set(found) == pages - moved
    assert not [page for page in found if "404" in page]
    for entry in real.entries.values():
        assert found[f"{entry.record.KIND.folder}/{entry.record.id}/"] == entry.record.changes[0].date.isoformat()
    for path in (ROOT / "docs").rglob("*.md"):
        assert found[page_url(path.relative_to(ROOT / "docs").as_posix())] is None, "nobody knows its day"


def test_every_page_names_its_canonical_address(site: Path) -> None:
    for path in site.rglob("index.html"):
        text = path.read_text(encoding="utf-8")
        if 'name="robots"' not in text:
            address = START + path.relative_to(site).as_posix().removesuffix("index.html")
            assert text.count(f'<link rel="canonical" href="{address}">') == 1, path


def test_robots_may_read_everything(site: Path) -> None:
    rules = RobotFileParser()
    rules.parse((site / "robots.txt").read_text(encoding="utf-8").splitlines())
    assert rules.can_fetch("any", "/symptoms/fatigue/")
    assert rules.site_maps() == [f"{START}sitemap.xml"]


def test_the_manifest_names_icons_of_the_sizes_that_it_says(site: Path) -> None:
    manifest = json.loads((site / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        with Image.open(site / icon["src"]) as image:
            assert image.format == "PNG"
            assert "{}x{}".format(*image.size) == icon["sizes"]
    assert (manifest["start_url"], manifest["scope"], manifest["lang"]) == ("./", "./", "en-GB")
    page = (site / "symptoms" / "fatigue" / "index.html").read_text(encoding="utf-8")
    assert '<link rel="manifest" href="../../manifest.webmanifest">' in page
    assert '<link rel="apple-touch-icon" href="../../apple-touch-icon.png">' in page


def test_a_maskable_icon_can_be_cut_to_a_circle() -> None:
    with Image.open(io.BytesIO(notices.icon(512, True))) as image:
        flat = image.convert("RGBA").convert("RGB")
        paper = flat.getpixel((0, 0))
        drawn = [(x, y) for x in range(512) for y in range(512) if flat.getpixel((x, y)) != paper]
    assert drawn
    # The safe zone of a maskable icon: a circle of 40% of its width around its centre.
    assert all((x - 255.5) ** 2 + (y - 255.5) ** 2 <= (0.4 * 512) ** 2 for x, y in drawn)


def test_security_txt_has_what_rfc_9116_asks_for(site: Path, real: KnowledgeBase) -> None:
    fields = security((site / ".well-known" / "security.txt").read_text(encoding="utf-8"))
    assert fields["Contact"] == "https://example.org/b12-ms-atlas/security/advisories/new"
    expires = datetime.datetime.fromisoformat(fields["Expires"]).date()
    newest = max(max(entry.record.checked, entry.record.changes[0].date) for entry in real.entries.values())
    assert expires == newest + datetime.timedelta(days=365)
    assert "Canonical" not in fields, "its address would have to begin with https"


def security(text: str) -> dict[str, str]:
    lines = text.splitlines()
    pairs = [line.split(": ", 1) for line in lines]
    assert all(len(pair) == 2 for pair in pairs)
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names)
    return dict(pairs)


def test_a_published_copy_names_its_own_addresses(sample: Sample) -> None:
    made = dict(
        notices.files(sample.base(), SITE, [("guides/x.md", "---\ntitle: X [y]\n---\n"), ("a.md", "# A *b*\n")])
    )
    fields = security(str(made[".well-known/security.txt"]))
    assert fields["Canonical"] == "https://atlas.test/.well-known/security.txt"
    assert fields["Contact"].startswith("https://example.org/atlas/")
    assert "- [X \\[y\\]](https://atlas.test/guides/x/index.html.md)" in str(made["llms.txt"])
    nowhere = Publication("A", "http://localhost/", "", "")
    assert ".well-known/security.txt" not in dict(notices.files(sample.base(), nowhere, [])), (
        "there is nobody to write to"
    )


def test_two_runs_write_the_same(sample: Sample) -> None:
    def made() -> list[object]:
        base = sample.base()
        notices.icon.cache_clear()
        writer = Writer(base, SITE)
        return [*notices.files(base, SITE, []), *(writer.record(entry.record) for entry in base.entries.values())]

    assert made() == made()


def test_links_lead_to_https_or_this_site(real: KnowledgeBase) -> None:
    writer = Writer(real, SITE)
    for entry in real.entries.values():
        for target in re.findall(r"\]\(([^)\s]*)\)", writer.record(entry.record)):
            assert urlsplit(target).netloc == "atlas.test", f"{entry.record.key}: {target}"
