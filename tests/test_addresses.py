"""Addresses: "Edit this page" opens the right file, and a copy of the project has addresses of its own throughout."""

import functools
import gzip
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import urlopen

import pytest
import yaml
from playwright.sync_api import Browser

from bench.atlas import write_atlas
from macros.knowledge import KnowledgeBase
from macros.permanent import FOLDER

from .browser import Quiet
from .conftest import ROOT, run

DEFAULTS = re.findall(r"!ENV \[\w+, \"([^\"]+)\"\]", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
"""The addresses that stand in a build for which nobody gave any: of the site, of the repository."""

LINK = re.compile(r"\b(?:href|src)=\"([^\"]*)\"")
EDIT = re.compile(r"<a rel=\"edit\" href=\"([^\"]*)\"")
CANONICAL = re.compile(r"<link rel=\"canonical\" href=\"([^\"]*)\"")
LOADED = re.compile(
    r"<(?:script|img|link(?! rel=\"(?:canonical|cite-as|edit|prev|next)\"))\b[^>]*?\b(?:href|src)=\"([^\"]*)\""
)
IN_A_STYLE = re.compile(r"url\(\"?(?!data:)([^)\"]+)\"?\)")

TEXT = {".html", ".xml", ".json", ".js", ".css", ".txt", ".svg", ".ics", ".csv", ".webmanifest"}


def addresses(site: Path) -> dict[str, str]:
    """Address below the site's root → HTML, of every page that says something of its own."""
    return {
        path.relative_to(site).as_posix().removesuffix("index.html"): path.read_text(encoding="utf-8")
        for path in sorted(site.rglob("*.html"))
        if path != site / "404.html" and not path.is_relative_to(site / FOLDER)
    }


# Edit this page


@pytest.fixture(scope="module")
def edited(site: Path) -> dict[str, list[str]]:
    """Page → the files that its "Edit this page" opens, from the project's folder."""
    start = f"{DEFAULTS[1]}/edit/main/"
    found = {}
    for address, html in addresses(site).items():
        links = EDIT.findall(html)
        assert all(link.startswith(start) for link in links), address
        found[address] = [link.removeprefix(start) for link in links]
    return found


def test_edit_this_page_opens_the_record_s_own_file(edited: dict[str, list[str]], real: KnowledgeBase) -> None:
    for entry in real.entries.values():
        record = entry.record
        (path,) = edited[f"{record.KIND.folder}/{record.id}/"]
        assert path == entry.document.path
        assert yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))["id"] == record.id


def test_edit_this_page_opens_the_hand_written_page(edited: dict[str, list[str]]) -> None:
    written = [path for path in (ROOT / "docs").rglob("*.md") if "overrides" not in path.parts]
    assert len(written) > 10
    for path in written:
        address = path.relative_to(ROOT / "docs").as_posix().removesuffix(".md").removesuffix("index")
        address = f"{address}/" if address and not address.endswith("/") else address
        assert edited[address] == [path.relative_to(ROOT).as_posix()]


def test_a_page_made_of_many_records_has_no_file_to_edit_and_says_how_to_take_part(
    edited: dict[str, list[str]], site: Path
) -> None:
    without = [address for address, paths in edited.items() if not paths]
    assert {"foods/", "sources/", "contribute/fields/"} <= set(without)
    for address in without:
        assert address.count("/") == 1 or address == "contribute/fields/", address
        html = (site / address / "index.html").read_text(encoding="utf-8")
        links = {urljoin(f"http://here/{address}", link) for link in LINK.findall(html)}
        assert {"http://here/contribute/", f"{DEFAULTS[1]}/issues/new/choose"} <= links, address


def test_every_file_that_is_opened_is_there_and_its_address_is_plain(edited: dict[str, list[str]]) -> None:
    paths = {path for paths in edited.values() for path in paths}
    assert all((ROOT / path).is_file() and ".." not in path for path in paths)


def test_the_page_for_what_is_not_there_leads_to_pages_that_are(site: Path) -> None:
    links = [unescape(link) for link in LINK.findall((site / "404.html").read_text(encoding="utf-8"))]
    own = [urldefrag(link)[0] for link in links if link.startswith("/")]
    assert len(own) > 10
    for link in own:
        target = site / link.removeprefix("/")
        assert target.is_file() or (target / "index.html").is_file(), link


# A copy with addresses of its own


@dataclass(frozen=True)
class Copy:
    """A small atlas as somebody else builds and serves it.

    Args:
        site: its folder.
        url: its public address.
        repository: the address of its repository.
        served: where it stands on this machine.
    """

    site: Path
    url: str
    repository: str
    served: str

    @property
    def path(self) -> str:
        """The path of its home page."""
        return urlsplit(self.url).path


COPIES = {
    "under a project's path": ("https://someone.example/their-atlas/", "https://code.example/someone/their-atlas"),
    "at a domain's root": ("https://atlas.example/", "https://code.example/somebody/name"),
}


@pytest.fixture(scope="module", params=COPIES.values(), ids=list(COPIES))
def copy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    url, repository = request.param
    folder = tmp_path_factory.mktemp("copy")
    project = write_atlas(folder / "project", 40)
    (project / "node_modules").symlink_to(ROOT / "node_modules")  # the font and the search
    root = folder / "served"
    site = root / urlsplit(url).path.strip("/")
    command = (sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", site)
    day = {"SOURCE_DATE_EPOCH": "1780272000"}
    result = run(*command, cwd=project, check=False, SITE_URL=url, REPO_URL=repository, **day)
    assert result.returncode == 0, result.stderr
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Copy(site, url, repository, f"http://127.0.0.1:{server.server_port}{urlsplit(url).path}")
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_copy_s_canonical_addresses_are_its_own(copy: Copy) -> None:
    found = {address: CANONICAL.findall(html) for address, html in addresses(copy.site).items()}
    assert len(found) > 40
    assert found == {address: [copy.url + address] for address in found}


def test_a_copy_s_sitemap_lists_its_own_pages(copy: Copy) -> None:
    text = (copy.site / "sitemap.xml").read_text(encoding="utf-8")
    assert set(re.findall(r"<loc>(.*?)</loc>", text)) == {copy.url + address for address in addresses(copy.site)}
    assert gzip.decompress((copy.site / "sitemap.xml.gz").read_bytes()).decode() == text


def test_a_copy_s_edit_links_open_its_own_repository(copy: Copy) -> None:
    pages = addresses(copy.site)
    assert EDIT.findall(pages["foods/food-0/"]) == [f"{copy.repository}/edit/main/data/foods/food-0.yml"]
    assert EDIT.findall(pages[""]) == [f"{copy.repository}/edit/main/docs/index.md"]
    links = {link for html in pages.values() for link in LINK.findall(html) if "//code.example" in link}
    assert all(link == copy.repository or link.startswith(f"{copy.repository}/") for link in links)


def test_a_copy_holds_no_address_of_the_project_that_it_was_copied_from(copy: Copy) -> None:
    others = [part for pair in COPIES.values() for part in pair if part not in (copy.url, copy.repository)]
    read = 0
    for path in copy.site.rglob("*"):
        if path.suffix in TEXT:
            text = path.read_text(encoding="utf-8")
            assert not [address for address in [*DEFAULTS, *others] if address in text], path
            read += 1
    assert read > 60


def test_a_copy_s_page_for_what_is_not_there_works_at_any_depth(copy: Copy) -> None:
    html = (copy.site / "404.html").read_text(encoding="utf-8")
    for link in map(unescape, LINK.findall(html)):
        assert link.startswith((copy.path, "#", copy.repository)), link
    for link in LOADED.findall(html):
        assert fetched(urljoin(copy.served + "foods/nothing/here/", unescape(link))), link


def fetched(address: str) -> bytes:
    """What is served at an address of this machine."""
    assert address.startswith("http://127.0.0.1:")
    try:
        with urlopen(address, timeout=30) as answer:  # noqa: S310 - this machine, as asserted
            return bytes(answer.read())
    except HTTPError as error:
        error.close()
        raise AssertionError(f"{address}: {error.code}") from None


def test_every_page_of_a_copy_loads_what_it_needs_and_leads_nowhere_outside(copy: Copy) -> None:
    needed: set[str] = set()
    for address in addresses(copy.site):
        here = copy.served + address
        html = fetched(here).decode()
        needed |= {urljoin(here, unescape(link)) for link in LOADED.findall(html) if not link.startswith("data:")}
        for link in map(unescape, LINK.findall(html)):
            target = urljoin(here, link)
            assert urlsplit(target).scheme != "http" or target.startswith(copy.served), f"{address}: {link}"
    styles = {address for address in needed if address.endswith(".css")}
    assert styles
    for address in styles:
        needed |= {urljoin(address, link) for link in IN_A_STYLE.findall(fetched(address).decode())}
    assert len(needed) > 3
    for address in needed:
        assert address.startswith(copy.served)
        assert fetched(address)


@pytest.mark.browser
def test_the_scripts_of_a_copy_find_what_they_fetch(copy: Copy, browser: Browser) -> None:
    page = browser.new_context().new_page()
    answers: list[tuple[int, str]] = []
    errors: list[str] = []
    page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    page.on("pageerror", lambda error: errors.append(str(error)))
    for address in ("", "search/?q=tingling", "foods/", "symptoms/symptom-0/"):
        page.goto(copy.served + address, wait_until="networkidle")
    assert [url for _, url in answers if url.endswith("search.json")]
    assert [answer for answer in answers if answer[0] >= 400 or not answer[1].startswith(copy.served)] == []
    assert errors == []
    page.context.close()
