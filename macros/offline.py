"""The built site for reading without a connection: what the service worker keeps, and the zip that needs no server."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import io
import json
import posixpath
import re
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from .bundle import as_script, bundle

ARCHIVE = "b12-ms-atlas.zip"
EMPTY = b"PK\x05\x06" + bytes(18)
"""A zip with nothing in it."""
WORKER = "sw.js"
SLOT = 'const KEPT = { version: "", files: [] };'
"""The line of `docs/sw.js` that the build writes anew."""

ESSENTIAL = (
    "index.html",
    "symptoms/index.html",
    "symptoms/*/index.html",  # they hold the care cards
    "is-it-b12-or-ms/index.html",
    "foods/index.html",
    "glossary/index.html",
    "offline/index.html",
    "search/index.html",
    "settings/index.html",
    "assets/*.css",
    "assets/*.js",
    "assets/*.svg",
    "assets/search.json",
    "assets/fonts/*",
    "assets/stylesheets/main.*.css",
)
"""What every reader's browser keeps."""
WEIGHED = ("offline/index.html", "settings/index.html")
"""The pages that tell a weight."""

LEFT_OUT = re.compile(r"^(api|feeds|r|assets/(preview|javascripts))/|\.(js|map|md|pdf|zip|gz|txt|webmanifest)$")
"""Files that the zip does without: for programs, for the browser's scripts, short addresses, or large."""
LEFT_OUT_TOO = ("404.html", "sitemap.xml", "assets/search.json", "assets/search-sources.json")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'none'"
)
SCRIPT = "assets/from-a-folder.js"
"""All modules in one, which the zip has in their place."""
SETTINGS = "assets/settings.js"
"""The one script that is no module. Without it a page is as for a reader without JavaScript."""
SERVED_ONLY = frozenset({"keep.js", "offline.js", "settings-form.js", "settings-page.js", "settings-window.js"})
"""Modules that have nothing to do in a folder: nothing is kept there, and settings may hold for one page only."""

# What is looked for begins with plain letters: among 1,300 pages that saves a second.
_LINK = re.compile(r'(="(?:(?<=\shref=")|(?<=\ssrc=")))(?![a-z][a-z0-9+.-]*:|[/#"])([^"#?]*)')
_FOLLOW = re.compile(r'(http-equiv="refresh" content="0; url=)([^"#?]*)')
_SCRIPTS = re.compile(r"<script\b(.*?)>.*?</script>\s*", re.DOTALL)
_MODULE = re.compile(r' type="module" src="[./]*assets/([\w-]+\.js)"')
_FOR_SERVERS = re.compile(r'<link rel="(?:preload|manifest)"[^>]*>\s*')
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")[^"]*')
_MAIN = re.compile(r"<main\b[^>]*>")
_WEIGHT = re.compile(r'(<span data-weight="([a-z]+)">)[^<]*')


@dataclass(frozen=True)
class Copy:
    """What a page of the zip is made with.

    Args:
        files: every file of the zip, as a path below the site's root.
        site: the address of the site, with a slash at its end: where links to what is left out lead.
        date: the newest day that a record names.
    """

    files: Collection[str]
    site: str
    date: datetime.date


def complete(site: Path, address: str, date: datetime.date) -> None:
    """Adds the zip to a built site, tells the weights where pages ask for them, and hands the worker its list."""
    archive = zipped(site, address, date)
    _write(site / ARCHIVE, archive)
    weights = {"zip": len(archive), "essential": sum(_packed(file) for file in essential(site))}
    for name in WEIGHED:
        if (site / name).is_file():
            _write(site / name, weighed((site / name).read_text(encoding="utf-8"), weights).encode())
    kept = {address_of(file, site): file.read_bytes() for file in essential(site)}
    _write(site / WORKER, worker((site / WORKER).read_text(encoding="utf-8"), kept).encode())


def essential(site: Path) -> list[Path]:
    """The files that every reader's browser keeps, in a fixed order."""
    return [file for pattern in ESSENTIAL for file in sorted(site.glob(pattern))]


def address_of(file: Path, site: Path) -> str:
    """The address of a file below the site's root: a page's is its folder; that of the home page is './'."""
    path = file.relative_to(site).as_posix()
    return (path.removesuffix("index.html") or "./") if path.endswith("index.html") else path


def worker(source: str, kept: Mapping[str, bytes]) -> str:
    """The service worker with its list, and a version that changes when, and only when, it or a file does.

    Args:
        source: `docs/sw.js`.
        kept: address below the site's root → content.
    """
    if source.count(SLOT) != 1:
        raise ValueError(f"docs/{WORKER} must hold this line once: {SLOT}")
    digest = hashlib.blake2b(source.encode(), digest_size=8)
    for address, content in kept.items():
        digest.update(f"\n{address} {len(content)}\n".encode())
        digest.update(content)
    listed = json.dumps({"version": digest.hexdigest(), "files": list(kept)})
    return source.replace(SLOT, f"const KEPT = {listed};")


def weighed(html: str, weights: Mapping[str, int]) -> str:
    """A page with the weights filled in where it asks for them: `<span data-weight="zip"></span>`."""
    return _WEIGHT.sub(lambda found: f"{found[1]} ({weight(weights[found[2]])})", html)


def weight(size: int) -> str:
    """A number of bytes as a reader wants it: 'about 640 kB', 'about 9 MB'."""
    if size < 995_000:
        return f"about {max(1, round(size / 10_000)) * 10} kB"
    return f"about {round(size / 1_000_000)} MB"


def zipped(site: Path, address: str, date: datetime.date) -> bytes:
    """The whole site as a zip that opens from a folder; the same bytes for the same site."""
    paths = sorted(file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file())
    kept = [path for path in paths if not LEFT_OUT.search(path) and path not in LEFT_OUT_TOO]
    made = _scripts(site)
    copy = Copy(frozenset([*kept, *made]), address, date)
    folder = ARCHIVE.removesuffix(".zip")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted([*kept, *made]):
            content = made.get(path) or (site / path).read_bytes()
            if path.endswith(".html"):
                content = unserved(content.decode(), path, copy).encode()
            entry = zipfile.ZipInfo(f"{folder}/{path}", (date.year, date.month, date.day, 0, 0, 0))
            entry.create_system = 3  # as on Unix, wherever it is made
            entry.external_attr = 0o644 << 16
            packed = path.endswith((".png", ".woff2"))
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()


def _scripts(site: Path) -> dict[str, bytes]:
    """What the zip has in place of the modules, and of the data that they fetch."""
    modules = {file.name: file for file in (site / "assets").glob("*.js") if file.name not in SERVED_ONLY}
    made = {}
    if plain := modules.pop(posixpath.basename(SETTINGS), None):
        made[SETTINGS] = plain.read_bytes()
        texts = {name: file.read_text(encoding="utf-8") for name, file in modules.items()}
        made[SCRIPT] = bundle(texts).encode()
    for file in sorted((site / "assets").glob("search*.json")):
        made[f"assets/{file.name}.js"] = as_script(file.read_text(encoding="utf-8")).encode()
    return made


def unserved(html: str, path: str, copy: Copy) -> str:
    """A page as it works from a folder: links name files, and one plain script stands in the place of modules.

    What needs a server has no script: it stays hidden, as for a reader without JavaScript.

    Args:
        html: the page.
        path: its file below the site's root.
        copy: the zip that it stands in.
    """
    folder = path.rpartition("/")[0]
    up = "../" * path.count("/")

    def relinked(found: re.Match[str]) -> str:
        return found[1] + _target(found[2], folder, up, copy)

    modules = _MODULE.findall(html)
    runs = bool(modules) and SERVED_ONLY.isdisjoint(modules) and SCRIPT in copy.files
    html = _SCRIPTS.sub(lambda found: found[0] if runs and SETTINGS in found[1] else "", html)
    if runs:
        script = f'<script defer src="{up}{SCRIPT}" data-run="{" ".join(modules)}"></script>\n'
        html = html.replace("</head>", f"{script}</head>", 1)
    html = _FOR_SERVERS.sub("", html)
    html = _POLICY.sub(lambda found: found[1] + POLICY, html, count=1)
    html = _FOLLOW.sub(relinked, _LINK.sub(relinked, html))
    return _MAIN.sub(lambda found: found[0] + _strip(copy), html, count=1)


def _target(link: str, folder: str, up: str, copy: Copy) -> str:
    """Where a relative link leads from a folder: to a file of the zip, or to the site for what is left out."""
    if not link:
        return link
    if up and link.startswith(up):
        target = link[len(up) :]
    else:
        target = posixpath.normpath(posixpath.join(folder, link)).removeprefix("./")
        target = "" if target == "." else target + ("/" if link.endswith("/") else "")
    if target in copy.files:
        return up + target
    page = f"{target.rstrip('/')}/index.html".lstrip("/")
    return up + page if page in copy.files else copy.site + target


def _strip(copy: Copy) -> str:
    day = f"{copy.date.day} {copy.date:%B %Y}"
    return (
        f'<p class="kept-copy" role="note"><strong>You are reading a copy of the atlas as of {day}.</strong> '
        f'Care advice may have changed: <a href="{escape(copy.site)}">the newest is online</a>.</p>'
    )


def _packed(file: Path) -> int:
    """How many bytes of a file are sent."""
    data = file.read_bytes()
    return len(data) if file.suffix in (".woff2", ".png") else len(gzip.compress(data, 6, mtime=0))


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)
