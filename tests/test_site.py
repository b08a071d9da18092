"""The built site: links lead somewhere, nothing comes from elsewhere, the same input gives the same bytes."""

import functools
import hashlib
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
import yaml

from macros.cli import main
from macros.knowledge import KnowledgeBase
from macros.model import KINDS
from macros.permanent import FOLDER

from .conftest import ROOT, build


class Document(HTMLParser):
    """What the tests ask of a page: links, ids, headings, visible text, what it fetches."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.language = ""
        self.words: list[str] = []
        self._silent = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "html":
            self.language = values.get("lang", "")
        if tag == "link" and values.get("rel") not in ("canonical", "cite-as", "prev", "next", "edit"):
            self.fetched.append(values["href"])
        if "src" in values:
            self.fetched.append(values["src"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("script", "style"):
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Document]:
    """Every page by its address below the site's root."""
    return {
        path.relative_to(site).as_posix().removesuffix("index.html"): Document(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
    }


def test_every_record_has_a_page(pages: dict[str, Document], real: KnowledgeBase) -> None:
    for entry in real.entries.values():
        assert f"{entry.record.KIND.folder}/{entry.record.id}/" in pages


def test_every_link_and_anchor_leads_somewhere(pages: dict[str, Document], site: Path) -> None:
    @cache
    def exists(path: str) -> bool:
        return path in pages or (site / unquote(path)).is_file()

    @cache
    def anchors(path: str) -> frozenset[str]:
        return frozenset(pages[path].ids)

    broken = []
    for address, page in pages.items():
        if address == "404.html":  # its links are from the site's root: it is shown at any address
            continue
        for link in dict.fromkeys([*page.links, *page.fetched]):
            target, anchor = urldefrag(urljoin(f"https://atlas.test/{address}", link))
            if urlsplit(target).netloc != "atlas.test":
                continue
            path = urlsplit(target).path.removeprefix("/")
            if not exists(path) or (anchor and path in pages and unquote(anchor) not in anchors(path)):
                broken.append(f"{address}: {link}")
    assert not broken


def test_no_page_fetches_anything_from_elsewhere(pages: dict[str, Document]) -> None:
    outside = {
        link
        for page in pages.values()
        for link in page.fetched
        if urlsplit(link).netloc and not link.startswith("data:")
    }
    assert not outside


def test_no_template_is_left_over(pages: dict[str, Document]) -> None:
    for address, page in pages.items():
        text = "".join(page.words)
        assert not re.search(r"\{\{|\{%|\{#", text), address


def test_headings_are_in_order(pages: dict[str, Document]) -> None:
    for address, page in pages.items():
        if address.startswith(FOLDER):
            continue  # it only leads on
        assert page.headings.count(1) == 1, address
        assert page.headings[0] == 1, address
        assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False)), (
            address
        )


def test_ids_stand_once(pages: dict[str, Document]) -> None:
    for address, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), address


def test_every_page_tells_its_language(pages: dict[str, Document]) -> None:
    assert {page.language for page in pages.values()} == {"en"}


def test_the_sitemap_has_the_records_dates(site: Path, real: KnowledgeBase) -> None:
    text = (site / "sitemap.xml").read_text(encoding="utf-8")
    record = real.of_kind("symptom")[0]
    place = text.index(f"/symptoms/{record.id}/</loc>")
    assert f"<lastmod>{record.changes[0].date}</lastmod>" in text[place : place + 200]


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_two_builds_are_byte_identical(site: Path, tmp_path: Path) -> None:
    result = build(ROOT, tmp_path / "again", "--strict")
    assert result.returncode == 0, result.stderr
    assert digests(tmp_path / "again") == digests(site)


def test_plain_material_makes_the_same_pages(site: Path, tmp_path: Path) -> None:
    assert main(["--root", str(ROOT), "pages", "--out", str(tmp_path / "docs")]) == 0
    settings = {
        "site_name": "The same pages, without the atlas's code",
        "theme": {"name": "material", "font": False},
        "markdown_extensions": yaml.safe_load(_extensions()),
        "plugins": [],
        # Without a navigation of its own MkDocs writes every page into every page.
        "nav": [f"{model.KIND.folder}/index.md" for model in KINDS.values()],
    }
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    result = build(tmp_path, tmp_path / "site")
    assert result.returncode == 0, result.stderr
    compared = 0
    for path in (tmp_path / "site").rglob("index.html"):
        name = path.relative_to(tmp_path / "site")
        if (site / name).exists() and name != Path("index.html"):
            # How heavy the pages to keep are is known only when the site stands.
            weights = functools.partial(re.sub, r'(data-weight="\w+">)[^<]*', r"\1")
            assert weights(article(path)) == weights(article(site / name)), name
            compared += 1
    assert compared > 40


def _extensions() -> str:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    return text.partition("\nmarkdown_extensions:\n")[2].partition("\n\n")[0]


def article(path: Path) -> str:
    """The text of a page from its title to its end, without the theme's buttons around it."""
    html = path.read_text(encoding="utf-8")
    return html[html.index("<h1") : html.index("</article>")].strip()


def test_a_hand_written_page_is_never_covered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.atlas import write_atlas

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    project = write_atlas(tmp_path / "atlas", 40)
    (project / "docs" / "symptoms").mkdir()
    (project / "docs" / "symptoms" / "symptom-0.md").write_text("# Mine\n", encoding="utf-8")
    result = build(project, tmp_path / "site")
    assert result.returncode == 1
    assert (
        "docs/symptoms/symptom-0.md: found a hand-written page where the atlas makes one; expected a path of its own. "
        "Move it; the generated page comes from data/symptoms/symptom-0.yml." in result.stderr
    )
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("[x](symptoms/symptom-9.md)", "symptoms/symptom-9.md"),
        ("[x](symptoms/symptom-0.md#nowhere)", "nowhere"),
    ],
)
def test_a_broken_link_in_a_hand_written_page_stops_the_build(
    tmp_path: Path, page: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bench.atlas import write_atlas

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    project = write_atlas(tmp_path / "atlas", 40)
    (project / "docs" / "index.md").write_text(f"# Home\n\n{page}\n", encoding="utf-8")
    result = build(project, tmp_path / "site", "--strict")
    assert result.returncode == 1
    assert "index.md" in result.stderr
    assert told in result.stderr


def test_a_raw_link_to_nowhere_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.atlas import write_atlas

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    project = write_atlas(tmp_path / "atlas", 40)
    (project / "docs" / "index.md").write_text('# Home\n\n<p><a href="nowhere/">x</a></p>\n', encoding="utf-8")
    result = build(project, tmp_path / "site", "--strict")
    assert result.returncode == 1
    assert "docs/index.md:3: found a link to 'nowhere/'; expected an address of this site." in result.stderr


def test_a_broken_record_stops_the_build_without_a_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.atlas import write_atlas

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    project = write_atlas(tmp_path / "atlas", 40)
    (project / "data" / "symptoms" / "symptom-0.yml").write_text("id: symptom-0\n\tx: y\n", encoding="utf-8")
    result = build(project, tmp_path / "site")
    assert result.returncode == 1
    assert "data/symptoms/symptom-0.yml:2: found a tab; expected spaces." in result.stderr
    assert "Traceback" not in result.stderr
    assert not list((tmp_path / "site").rglob("*.html"))
