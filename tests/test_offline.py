"""Reading without a connection, in a real Chromium with its network cut: what the worker keeps, and the zip."""

import datetime
import gzip
import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request

from macros import offline
from macros.bundle import bundle
from macros.permanent import short_path

from .browser import violations
from .conftest import ROOT
from .test_browser import TEMPLATES

BELOW = "/name/"
CARD = "symptoms/fatigue/"
READ = ("pathways/methylation/", "guides/older-people/")
UNREAD = "sources/adams-1971/"
KEPT = """async () => {
    const kept = {};
    for (const name of await caches.keys())
        kept[name] = (await (await caches.open(name)).keys()).map(({ url }) => url);
    return kept;
}"""
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".json": "application/json"}


class Host:
    """The site as a host serves it below a project's path, for ten minutes out of a browser's own store; it can go."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.changed: dict[str, bytes] = {}
        self.gone = False
        self.port = 0
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}{BELOW}"

    def start(self) -> None:
        host = self
        host.gone = False

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if host.gone:  # a connection that Chromium had opened beforehand
                    return
                status, kind, content = host.answer(urlsplit(self.path).path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Cache-Control", "max-age=600")
                if status == 301:
                    self.send_header("Location", f"{urlsplit(self.path).path}/")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Answer)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.gone = True
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and content of what a path asks for."""
        name = path.removeprefix(BELOW)
        file = self.site / name
        if file.is_dir() and name and not name.endswith("/"):
            return 301, TYPES[".html"], b""
        file = file / "index.html" if file.is_dir() else file
        if not path.startswith(BELOW) or not file.is_file():
            return 404, TYPES[".html"], b"<!doctype html><title>Not here</title>"
        return 200, TYPES.get(file.suffix, "application/octet-stream"), self.changed.get(name, file.read_bytes())


@pytest.fixture
def host(site: Path) -> Iterator[Host]:
    host = Host(site)
    yield host
    host.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def essential(site: Path) -> set[str]:
    """What every browser keeps, as addresses below the site's root; the home page's is empty."""
    return {offline.address_of(file, site).removeprefix("./") for file in offline.essential(site)}


def kept(page: Page, host: Host) -> dict[str, set[str]]:
    """What is kept: the last word of a cache's name, if it has a version the one before → addresses below the root."""
    found: dict[str, list[str]] = page.evaluate(KEPT)
    return {
        name.removeprefix(f"atlas {BELOW} ").split()[0]: {url.removeprefix(host.address) for url in urls}
        for name, urls in found.items()
    }


def until(page: Page, script: str, argument: object = None) -> None:
    """Waits until an asynchronous function says yes: Playwright's own waiting takes a promise for a yes."""
    for _ in range(300):
        if page.evaluate(script, argument):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {script}")


def visit(page: Page, host: Host, *paths: str) -> None:
    """Reads pages, the first one until all is kept."""
    for path in paths:
        page.goto(host.address + path)
        until(
            page,
            f"""async ([count, url]) => {{
                const kept = await ({KEPT})();
                const names = Object.keys(kept);
                const first = names.find((name) => name.startsWith("atlas {BELOW} essential "));
                return first && kept[first].length === count && names.includes("atlas {BELOW} read") &&
                    Object.values(kept).flat().includes(url);
            }}""",
            [len(essential(host.site)), host.address + path],
        )


def choose(page: Page, host: Host, value: str) -> None:
    """Chooses in the settings what is kept, and waits until it is said that it was done."""
    page.goto(f"{host.address}settings/")
    page.locator(f"input[name=offline][value='{value}']").check()
    said = "All kept pages are deleted." if value == "off" else "Pages are being kept on this device."
    page.locator(".saved", has_text=said).wait_for()


def today(page: Page) -> str:
    day: str = page.evaluate(
        "new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })"
    )
    return day


@pytest.mark.browser
def test_after_one_visit_the_essential_pages_open_without_a_network_and_say_from_when_they_are(
    page: Page, host: Host
) -> None:
    visit(page, host, "")
    host.stop()
    for path in ("", "symptoms/", "is-it-b12-or-ms/", "foods/", "glossary/", "settings/", CARD):
        page.goto(host.address + path)
        assert page.locator(".kept-copy").inner_text().startswith(f"You are reading a copy saved on {today(page)}.")
        assert page.locator("h1").inner_text()
        assert page.evaluate("getComputedStyle(document.querySelector('.kept-copy')).borderInlineStartWidth") == "4px"
        assert page.evaluate("[...document.fonts].some(({ status }) => status === 'loaded')")
    cards = page.locator("section.care")
    assert cards.count() > 1
    assert all(f"Saved on {today(page)}." in text for text in cards.all_inner_texts())
    page.goto(f"{host.address}symptoms/")
    page.locator("form.filter input[type=search]").fill("tingling")
    assert 0 < page.locator("table.explorer tbody tr:visible").count() < page.locator("table.explorer tbody tr").count()
    page.goto(f"{host.address}search/?q=tingling")
    page.locator(".results a").first.click()
    page.locator(".kept-copy").wait_for()
    host.start()


@pytest.mark.browser
def test_a_page_that_was_read_opens_even_if_it_was_the_first(page: Page, host: Host) -> None:
    visit(page, host, *READ)
    host.stop()
    for path in READ:
        page.goto(f"{host.address}{path}?from=elsewhere#references")
        assert "saved on" in page.locator(".kept-copy").inner_text()
    page.goto(host.address + READ[1].removesuffix("/"))
    assert page.locator(".kept-copy").count() == 1
    page.goto(f"{host.address}{READ[1]}index.html")
    assert page.locator(".kept-copy").count() == 1
    host.start()


@pytest.mark.browser
def test_a_short_address_that_was_followed_leads_on_without_a_network_and_is_not_listed(page: Page, host: Host) -> None:
    short = short_path("pathway:methylation")
    visit(page, host, "")
    page.goto(host.address + short)
    page.wait_for_url(host.address + READ[0])
    until(page, "async (url) => Boolean(await caches.match(url))", host.address + READ[0])
    assert short in kept(page, host)["read"]
    host.stop()
    page.goto(host.address + short)
    page.wait_for_url(host.address + READ[0])
    assert page.locator(".kept-copy").count() == 1
    page.goto(f"{host.address}offline/")
    page.locator(".kept-here li a").first.wait_for()
    listed = {link.get_attribute("href") for link in page.locator(".kept-here li a").all()}
    assert host.address + READ[0] in listed
    assert host.address + short not in listed
    host.start()


@pytest.mark.browser
def test_a_page_that_is_not_kept_shows_one_that_helps_and_comes_with_the_network(page: Page, host: Host) -> None:
    visit(page, host, READ[0])
    host.stop()
    answer = page.goto(host.address + UNREAD)
    assert answer is not None
    assert answer.status == 503
    assert page.url == host.address + UNREAD
    assert "this page is not kept on this device" in page.locator(".kept-copy").inner_text()
    assert page.title().startswith("No connection")
    assert "999" in page.locator(".care-emergency-now").inner_text()
    links = page.locator(".kept-here li a")
    links.first.wait_for()
    listed = {link.get_attribute("href") for link in links.all()}
    assert listed == {
        host.address + path for path in essential(host.site) | {READ[0]} if path.endswith("/") or path == ""
    }
    assert page.evaluate("getComputedStyle(document.querySelector('.kept-copy')).borderInlineStartWidth") == "4px"
    for link in page.locator(".md-header a, .site-map a").all():
        assert (link.get_attribute("href") or "").startswith((BELOW, "#"))
    page.locator(".site-map a", has_text="Settings").first.click()
    assert page.url == f"{host.address}settings/"
    page.go_back()
    host.start()
    page.locator(".kept-copy a").click()
    until(page, "() => !document.querySelector('.kept-copy')")
    assert page.url == host.address + UNREAD
    assert "this page is not" not in page.locator("body").inner_text().lower()
    assert page.locator(".cite-page").count() == 1


@pytest.mark.browser
def test_with_the_network_a_care_card_is_always_the_newest(page: Page, host: Host) -> None:
    visit(page, host, "", CARD)
    old = host.answer(BELOW + CARD)[2].decode()
    assert 'class="care ' in old
    host.changed[CARD] = re.sub(r'(<section class="care [^>]*>)', r"\1<p>Newer advice.</p>", old).encode()
    page.goto(host.address)
    page.goto(host.address + CARD)
    assert "Newer advice." in page.locator("section.care").first.inner_text()
    assert page.locator(".kept-copy").count() == 0
    until(page, "async () => (await (await caches.match(location.href)).text()).includes('Newer advice.')")
    host.stop()
    page.reload()
    assert "Newer advice." in page.locator("section.care").first.inner_text()
    assert page.locator(".kept-copy").count() == 1
    host.start()
    page.reload()
    assert page.locator(".kept-copy").count() == 0


@pytest.mark.browser
def test_a_new_version_of_the_site_takes_the_place_of_the_old(page: Page, host: Host) -> None:
    visit(page, host, "", READ[0])
    page.evaluate("caches.open('atlas /other/ read')")
    before = set(page.evaluate(KEPT))
    source = host.answer(f"{BELOW}sw.js")[2]
    host.changed["sw.js"] = source.replace(b'"version": "', b'"version": "new-')
    host.changed[CARD] = host.answer(BELOW + CARD)[2].replace(b"</h1>", b", anew</h1>")
    page.goto(host.address)
    until(
        page,
        "async () => (names => names.length === 3 && names.some(name => name.includes(' new-')))(await caches.keys())",
    )
    after = set(page.evaluate(KEPT))
    assert after & before == {f"atlas {BELOW} read", "atlas /other/ read"}
    visit(page, host, READ[1])
    host.stop()
    page.goto(host.address + CARD)
    assert ", anew" in page.locator("h1").inner_text()
    page.goto(host.address + READ[0])
    assert page.locator(".kept-copy").count() == 1
    host.start()


@pytest.mark.browser
def test_switched_off_all_is_deleted_and_nothing_is_kept_again(page: Page, host: Host) -> None:
    visit(page, host, "", READ[0])
    page.evaluate("caches.open('atlas /other/ read')")
    choose(page, host, "off")
    assert kept(page, host) == {"atlas": set()}
    assert json.loads(page.evaluate("localStorage.getItem('atlas-settings')"))["offline"] == "off"
    for path in (READ[0], ""):
        page.goto(host.address + path, wait_until="networkidle")
        assert page.evaluate("navigator.serviceWorker.controller") is None
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
        assert kept(page, host) == {"atlas": set()}
    host.stop()
    with pytest.raises(Error, match=r"ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE)"):
        page.goto(f"{host.address}symptoms/tremor/")
    host.start()


@pytest.mark.browser
def test_switched_off_and_on_again_on_one_page_all_is_kept_again(page: Page, host: Host) -> None:
    visit(page, host, "", READ[0])
    choose(page, host, "off")
    page.locator("input[name=offline][value='']").check()
    page.locator(".saved", has_text="being kept").wait_for()
    visit(page, host, READ[1])
    assert READ[0] not in kept(page, host)["read"]
    assert kept(page, host)["essential"] == essential(host.site)
    assert page.evaluate("localStorage.getItem('atlas-settings')") is None


@pytest.mark.browser
def test_with_the_essential_pages_only_nothing_shows_what_was_read(page: Page, host: Host) -> None:
    visit(page, host, READ[0])
    choose(page, host, "essential")
    until(page, "async () => (await caches.keys()).length === 1")
    before = page.evaluate("caches.match('../symptoms/').then((found) => found.headers.get('X-Saved'))")
    for path in (READ[1], "symptoms/", READ[0]):
        page.goto(host.address + path, wait_until="networkidle")
    assert kept(page, host) == {"essential": essential(host.site)}
    assert page.evaluate("caches.match('../../symptoms/').then((found) => found.headers.get('X-Saved'))") == before
    host.stop()
    page.goto(host.address + CARD)
    assert page.locator(".kept-copy").count() == 1
    page.goto(host.address + READ[0])
    assert "not kept on this device" in page.locator(".kept-copy").inner_text()
    host.start()


@pytest.mark.browser
def test_neither_what_was_asked_nor_downloads_nor_what_is_not_there_is_kept(page: Page, host: Host) -> None:
    visit(page, host, "")
    page.goto(f"{host.address}search/?q=my+secret", wait_until="networkidle")
    page.evaluate("Promise.all(['data/foods.csv', 'api/v1/index.json'].map((path) => fetch(`../${path}`)))")
    page.goto(f"{host.address}not-there/", wait_until="networkidle")
    page.goto(host.address + READ[0].removesuffix("/"), wait_until="networkidle")
    assert page.url == host.address + READ[0]
    addresses = set().union(*kept(page, host).values())
    assert not [one for one in addresses if re.search(r"[?#]|secret|\.csv|api/|not-there", one)]
    assert READ[0] in addresses


@pytest.mark.browser
def test_of_what_was_read_only_the_last_stays(page: Page, host: Host) -> None:
    visit(page, host, READ[0])
    page.evaluate(
        """async () => {
            const cache = await caches.open("atlas /name/ read");
            const old = await cache.keys();
            for (let i = 0; i < 200; i += 1) await cache.put(`/name/old-${i}/`, new Response("old"));
            for (const one of old) await cache.delete(one);
        }"""
    )
    visit(page, host, READ[1])
    until(page, "async () => (await (await caches.open('atlas /name/ read')).keys()).length <= 150")
    assert READ[1] in kept(page, host)["read"]
    assert "old-0/" not in kept(page, host)["read"]
    assert "old-199/" in kept(page, host)["read"]


@pytest.mark.browser
@pytest.mark.parametrize(
    "script",
    [
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('off') } })",
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })",
    ],
    ids=["no storage", "data saver"],
)
def test_where_no_could_not_be_remembered_or_data_is_to_be_saved_nothing_is_kept(
    page: Page, host: Host, script: str
) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(script)
    page.goto(host.address, wait_until="networkidle")
    page.wait_for_timeout(500)
    assert kept(page, host) == {}
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    assert errors == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_a_kept_page_nor_on_the_one_that_helps(page: Page, host: Host, width: int) -> None:
    visit(page, host, "")
    page.set_viewport_size({"width": width, "height": 800})
    host.stop()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for path in (CARD, "symptoms/", UNREAD, "offline/"):
            page.goto(host.address + path)
            assert page.locator(".kept-copy").is_visible()
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.emulate_media(media="print")
    page.goto(host.address + CARD)
    assert page.locator(".kept-copy").is_visible()  # paper, too, says from when it is
    host.start()


@pytest.mark.browser
def test_the_window_of_the_settings_leads_to_what_is_kept_from_any_page(page: Page, host: Host) -> None:
    page.goto(host.address + CARD)
    page.locator(".open-settings").click()
    page.locator("dialog[open] form.settings a", has_text="More about it").click()
    page.wait_for_url(f"{host.address}offline/")
    assert page.locator(".kept-here").is_visible()


def test_the_pages_tell_the_weights_that_the_files_have(site: Path) -> None:
    files = offline.essential(site)
    sent = sum(len(gzip.compress(file.read_bytes())) for file in files)
    told = {
        name: re.findall(r'data-weight="(\w+)"> \(about (\d+) (kB|MB)\)', (site / name).read_text())
        for name in offline.WEIGHED
    }
    assert all(told.values())
    sizes = {"essential": sent, "zip": (site / offline.ARCHIVE).stat().st_size}
    assert {what for found in told.values() for what, _, _ in found} == set(sizes)
    for what, number, unit in (one for found in told.values() for one in found):
        assert int(number) * {"kB": 1_000, "MB": 1_000_000}[unit] == pytest.approx(sizes[what], rel=0.06)
    assert sent < 1_000_000


def test_every_page_with_what_is_essential_is_in_the_list(site: Path) -> None:
    listed = essential(site)
    symptoms = {f"symptoms/{path.stem}/" for path in (ROOT / "data" / "symptoms").glob("*.yml")}
    assert len(symptoms) > 20
    assert (
        symptoms | {"", "symptoms/", "foods/", "glossary/", "offline/", "assets/atlas.css", "assets/search.json"}
        <= listed
    )
    named = {
        path
        for page in listed
        if page.endswith("/")
        for path in re.findall(r'(?:\.\./)+(assets/[\w./-]+)"', (site / page / "index.html").read_text())
    }
    assert {path for path in named if not path.startswith("assets/preview/")} <= listed


def test_the_version_changes_when_a_file_or_the_worker_does_and_only_then() -> None:
    source = f"first\n{offline.SLOT}\nlast\n"
    made = offline.worker(source, {"./": b"home", "a/": b"one"})
    assert made == offline.worker(source, {"./": b"home", "a/": b"one"})
    assert json.loads(re.findall(r"const KEPT = (.*);", made)[0])["files"] == ["./", "a/"]
    others = [
        offline.worker(source, {"./": b"home", "a/": b"two"}),
        offline.worker(source, {"./": b"home", "b/": b"one"}),
        offline.worker(f"{source}more\n", {"./": b"home", "a/": b"one"}),
    ]
    versions = {re.findall(r'"version": "(\w+)"', text)[0] for text in (made, *others)}
    assert len(versions) == 4
    with pytest.raises(ValueError, match="must hold this line once"):
        offline.worker("no line", {})


def test_a_weight_is_told_as_a_reader_wants_it() -> None:
    assert [offline.weight(size) for size in (1, 654_321, 994_999, 1_000_000, 10_443_318)] == [
        "about 10 kB",
        "about 650 kB",
        "about 990 kB",
        "about 1 MB",
        "about 10 MB",
    ]


# The zip


DAY = datetime.date(2026, 11, 20)
COPY = offline.Copy(
    frozenset(
        {"index.html", "a/index.html", "a/b/index.html", "a/b.svg", "assets/x.css", offline.SETTINGS, offline.SCRIPT}
    ),
    "https://atlas.example/n/",
    DAY,
)


@pytest.mark.parametrize(
    ("path", "link", "expected"),
    [
        ("a/b/index.html", "../../", "../../index.html"),
        ("a/b/index.html", "../..", "../../index.html"),
        ("a/b/index.html", "../", "../../a/index.html"),
        ("a/b/index.html", "../b/#part", "../../a/b/index.html#part"),
        ("a/b/index.html", "../../a/?q=1#part", "../../a/index.html?q=1#part"),
        ("a/b/index.html", "../../assets/x.css", "../../assets/x.css"),
        ("a/b/index.html", "../b.svg", "../../a/b.svg"),
        ("a/b/index.html", "../../print/x.pdf", "https://atlas.example/n/print/x.pdf"),
        ("a/b/index.html", "../../api/", "https://atlas.example/n/api/"),
        ("index.html", ".", "index.html"),
        ("index.html", "./", "index.html"),
        ("index.html", "./a/", "a/index.html"),
        ("index.html", "a/b", "a/b/index.html"),
        ("a/index.html", "#part", "#part"),
        ("a/index.html", "?q=1", "?q=1"),
        ("a/index.html", "tel:999", "tel:999"),
        ("a/index.html", "https://other.example/a/", "https://other.example/a/"),
        ("a/index.html", "data:text/plain,a/", "data:text/plain,a/"),
    ],
)
def test_a_link_of_the_zip_names_a_file_or_leads_to_the_site(path: str, link: str, expected: str) -> None:
    page = f'<p><a class="x" href="{link}">a</a> <img src="{link}"></p>'
    assert offline.unserved(page, path, COPY) == f'<p><a class="x" href="{expected}">a</a> <img src="{expected}"></p>'


def page_with(*modules: str) -> str:
    """A page with what the frame of every page has, and these modules."""
    scripts = "".join(f'<script type="module" src="../assets/{name}"></script>\n' for name in modules)
    return (
        '<html class="no-js"><head><meta http-equiv="Content-Security-Policy" content="script-src \'self\'">'
        '<link rel="preload" href="../f.woff2" as="font" crossorigin><link rel="manifest" href="../m.webmanifest">'
        '<script src="../assets/settings.js"></script><script type="application/ld+json">{"a": "</p>"}</script></head>'
        f'<body><main class="x"><p>&lt;script&gt; text</p></main>{scripts}</body>'
    )


def test_a_page_of_the_zip_has_plain_scripts_only_and_says_from_when_it_is() -> None:
    made = offline.unserved(page_with("atlas.js", "food-finder.js"), "a/index.html", COPY)
    assert re.findall(r"<script.*?</script>", made) == [
        '<script src="../assets/settings.js"></script>',
        '<script defer src="../assets/from-a-folder.js" data-run="atlas.js food-finder.js"></script>',
    ]
    assert "preload" not in made
    assert "manifest" not in made
    assert "content=\"default-src 'none'; script-src 'self'; style" in made
    assert "<p>&lt;script&gt; text</p>" in made
    assert (
        '<main class="x"><p class="kept-copy" role="note"><strong>You are reading a copy of the atlas as of 20 Nov'
        in made
    )
    for modules in ((), ("atlas.js", "offline.js"), ("atlas.js", "settings-page.js")):
        assert "<script" not in offline.unserved(page_with(*modules), "a/index.html", COPY), "what needs a server"
    leading = '<meta http-equiv="refresh" content="0; url=../../a/b/"><a href="../../a/b/">'
    assert offline.unserved(leading, "a/old/index.html", COPY) == leading.replace("b/", "b/index.html")


def test_the_zip_of_the_same_site_is_the_same(tmp_path: Path, site: Path) -> None:
    for name in ("one", "two"):
        for path in ("index.html", "a/index.html", "assets/x.css", "sw.js", "a/big.pdf")[:: 1 if name == "one" else -1]:
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(f'<main><a href="a/">{path}</a></main>')
    first = offline.zipped(tmp_path / "one", "https://atlas.example/", DAY)
    assert first == offline.zipped(tmp_path / "two", "https://atlas.example/", DAY)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == [f"b12-ms-atlas/{path}" for path in ("a/index.html", "assets/x.css", "index.html")]
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 20, 0, 0, 0)}
    with zipfile.ZipFile(site / offline.ARCHIVE) as archive:
        assert archive.testzip() is None


@pytest.fixture(scope="module")
def folder(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip, unpacked under a path with a space and an umlaut in it."""
    place = tmp_path_factory.mktemp("zip") / "Bücher und mehr"
    with zipfile.ZipFile(site / offline.ARCHIVE) as archive:
        archive.extractall(place)
    return place / "b12-ms-atlas"


def test_every_page_is_in_the_zip_and_every_link_in_it_leads_to_a_file(site: Path, folder: Path) -> None:
    pages = {page.relative_to(site) for page in site.rglob("index.html")}
    assert {page.relative_to(folder) for page in folder.rglob("index.html")} == pages
    dead = set()
    seen = 0
    for page in sorted(pages):
        text = (folder / page).read_text(encoding="utf-8")
        scripts = re.findall(r"<script\b([^>]*)>", text)
        assert [("module" in one, "ld+json" in one) for one in scripts] == [(False, False)] * len(scripts)
        assert len(scripts) == (0 if page.parent.name in ("offline", "settings") else 2), page
        for link in re.findall(r'\s(?:href|src)="([^"#?]+)', text):
            if re.match(r"[a-z]+:", link):
                continue
            seen += 1
            if not (folder / page.parent / link).is_file():
                dead.add((str(page), link))
    assert seen > 10_000
    assert dead == set()


@pytest.mark.browser
def test_the_unpacked_zip_opens_from_its_folder_page_by_page(page: Page, folder: Path) -> None:
    page.context.set_offline(True)
    told: list[str] = []
    asked: list[str] = []

    def failed(request: Request) -> None:
        # The icon of a page that was left before it came is "aborted": only a file that is not there counts.
        if request.failure != "net::ERR_ABORTED":
            told.append(f"{request.failure}: {request.url}")

    page.on("console", lambda message: told.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: told.append(f"{page.url}: {error}"))
    page.on("requestfailed", failed)
    page.on("request", lambda request: asked.append(request.url))
    for path in TEMPLATES:
        page.goto((folder / path / "index.html").as_uri())
        assert page.locator("h1").inner_text()
        assert page.locator(".kept-copy").is_visible()
        assert (page.locator("html.js").count() == 1) == (path not in ("offline/", "settings/")), path
        assert page.evaluate("getComputedStyle(document.querySelector('.kept-copy')).borderInlineStartWidth") == "4px"
    for path in ("offline/", "settings/"):
        page.goto((folder / path / "index.html").as_uri())
        assert page.locator(".js-only:visible").count() == 0
    assert told == []
    assert {url for url in asked if not url.startswith(folder.as_uri())} == set()


@pytest.mark.browser
def test_the_tools_work_from_the_folder(page: Page, folder: Path) -> None:
    page.context.set_offline(True)
    told: list[str] = []
    page.on("console", lambda message: told.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: told.append(f"{page.url}: {error}"))

    def shown(path: str, rows: str, word: str) -> None:
        page.goto((folder / path / "index.html").as_uri())
        before = page.locator(f"{rows}:visible").count()
        page.locator("form.filter input[type=search]").first.fill(word)
        assert 0 < page.locator(f"{rows}:visible").count() < before, path

    shown("symptoms", "table.explorer tbody tr", "tingling")
    page.locator("table.explorer tbody tr:visible input[type=checkbox]").first.check()
    assert "1 ticked" in page.locator(".ticked").inner_text()
    shown("claims", "table.claims tbody tr", "vegan")
    shown("foods", "table.foods tbody tr", "salmon")
    page.locator("table.foods tbody tr:visible td.do button").nth(1).click()
    page.locator(".tray button", has_text="My plate").click()  # its modules are loaded when they are needed
    assert "salmon" in page.locator("dialog[open]").inner_text().lower()
    page.goto((folder / "tests" / "index.html").as_uri())
    page.locator("form.figure input").first.fill("150")
    assert "150 ng/L" in page.locator(".result").first.inner_text()
    page.goto((folder / "pathways" / "methylation" / "index.html").as_uri())
    page.locator(".look button[data-look=closer]").click()
    assert page.locator(".look .share").inner_text() != "100%"
    page.locator("a.term").first.focus()
    assert page.locator("#explanation").is_visible()
    assert told == []


@pytest.mark.browser
def test_the_search_works_from_the_folder_and_leads_to_pages(page: Page, folder: Path) -> None:
    page.context.set_offline(True)
    page.goto((folder / CARD / "index.html").as_uri())
    page.locator(".open-search").click()
    page.locator("dialog[open] input[type=search]").fill("pins and neddles")
    page.locator("dialog[open] .results a").first.click()
    page.wait_for_url(f"{folder.as_uri()}/symptoms/*/index.html")
    page.goto((folder / "search" / "index.html").as_uri())
    page.locator(".search-here input[type=search]").fill("smith")
    page.locator(".results li", has_text="Smith").locator("a").first.click()  # sources stand in a file of their own
    page.wait_for_url(f"{folder.as_uri()}/sources/*/index.html")
    page.locator(".open-settings").click()
    page.wait_for_url(f"{folder.as_uri()}/settings/index.html")
    assert page.locator(".js-only:visible").count() == 0


def test_modules_become_one_plain_script() -> None:
    made = bundle(
        {
            "a.js": 'import { b, c as d } from "./b.js";\nimport E from "./e.js";\nd(b, E, import.meta.url);\n'
            'import("./b.js");\n',
            "b.js": "export const b = 1;\nexport async function c() {}\nexport class F {}\n",
            "e.js": "class G {}\nexport { G as default };\n//# sourceMappingURL=e.js.map",
        }
    )
    assert (
        'const { b, c: d } = use("b.js");\nconst { default: E } = use("e.js");\nd(b, E, here);\nlater("./b.js");'
        in made
    )
    assert "const b = 1;\nasync function c() {}\nclass F {}\nreturn { b: b, c: c, F: F };" in made
    assert "return { default: G };" in made
    for unknown in ('import "./x.js";', "export default 1;", "export let a, b;", 'import * as x from "./x.js";'):
        with pytest.raises(ValueError, match=r"docs/assets/x\.js holds"):
            bundle({"x.js": f"a();\n{unknown}\n"})


@pytest.mark.browser
def test_a_reader_clicks_through_ten_pages_of_the_unpacked_zip(page: Page, folder: Path) -> None:
    page.goto((folder / "index.html").as_uri())
    walk = [
        (".doors a >> nth=0", "symptoms/index.html"),
        ("table.explorer tbody th a >> nth=0", "symptoms/"),
        (".crumbs a >> text=Home", "index.html"),
        (".sections a >> text=Food", "foods/index.html"),
        ("article table a[href*='foods/'] >> nth=0", "foods/"),
        (".sections a >> text=Blood tests", "tests/index.html"),
        (".sections a >> text=Claims", "claims/index.html"),
        (".site-map a >> text=Glossary", "glossary/index.html"),
        (".site-map a >> text=Settings", "settings/index.html"),
        (".open-search", "search/index.html"),
        (".wordmark", "index.html"),
    ]
    for selector, begins in walk:
        with page.expect_navigation():
            page.locator(selector).first.click()
        place = page.url.split("?")[0].split("#")[0].removeprefix(folder.as_uri() + "/")
        assert place.startswith(begins)
        assert place.endswith("index.html")
        assert page.locator("h1").count() == 1
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="print")
    assert page.locator(".kept-copy").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["", CARD, "offline/"])
def test_axe_finds_nothing_in_the_unpacked_zip(browser: Browser, folder: Path, path: str) -> None:
    for width, scheme in ((320, "light"), (1280, "dark")):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            bypass_csp=True,
        )
        page = context.new_page()
        page.goto((folder / path / "index.html").as_uri())
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()
