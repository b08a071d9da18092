"""The MkDocs hook: hands the generated pages to MkDocs, and in `serve` shows problems in the browser."""

from __future__ import annotations

import datetime
import gc
import hashlib
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache, Environment, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage

log = logging.getLogger("mkdocs.hooks.atlas")
ROOT = Path(__file__).resolve().parent.parent

if TYPE_CHECKING:
    from macros.export.publication import Publication
    from macros.knowledge import KnowledgeBase
    from macros.load import Records
    from macros.pages import Made, Page
    from macros.printed import Printed
    from macros.problem import Problem


class _Compiled(BytecodeCache):
    """The theme's templates as compiled by an earlier build: compiling them takes a third of a rebuild."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fills the bucket, where the template was compiled from the same text before."""
        if bucket.key + bucket.checksum in self._code:
            bucket.bytecode_from_string(self._code[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what the bucket holds."""
        self._code[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


class _Session:
    """What one run of MkDocs remembers from build to build."""

    def __init__(self) -> None:
        self.serving = False
        self.code_stamp = 0.0
        self.records: Records | None = None
        self.made: Made | None = None
        self.problems: list[Problem] = []
        self.failure = ""
        self.compiled = _Compiled()
        self.hashes: dict[str, str] = {}
        self.new_hashes: dict[str, str] = {}
        self.written: dict[str, tuple[str, str, str]] = {}
        self.told: dict[str, str] = {}
        self.apart: dict[str, str | bytes] = {}
        self.put: dict[str, str | bytes] = {}
        self.blocks: dict[str, list[str]] = {}


session = _Session()


def on_startup(command: str, dirty: bool) -> None:
    """Notes whether this is `serve`, where a problem is shown and not raised."""
    session.serving = command == "serve"


@event_priority(100)
def on_config(config: MkDocsConfig) -> None:
    """Loads edited code anew, and puts the kinds' landing pages into the navigation."""
    # MkDocs loads a hook by its path: the package around it is found only with the project's folder on the path.
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    stamp = max(path.stat().st_mtime for path in (ROOT / "macros").rglob("*.*") if path.suffix in (".py", ".j2"))
    if stamp != session.code_stamp:
        for name in [name for name in sys.modules if name == "macros" or name.startswith("macros.")]:
            del sys.modules[name]
        session.code_stamp = stamp
        session.records = session.made = None
    from macros.model import KINDS

    atlas = [{model.KIND.plural: f"{model.KIND.folder}/index.md"} for model in KINDS.values()]
    config.nav = [*(config.nav or []), {"All records": ["everything.md", *atlas]}]
    for folder in ("data", "macros"):
        config.watch.append(str(_root(config) / folder))


@event_priority(100)  # before the other plugins, so that they see the generated pages
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds every generated page; refuses to cover a hand-written one."""
    from macros.export.frame import Frames
    from macros.knowledge import open_knowledge_base
    from macros.load import Records
    from macros.pages import Made, all_pages
    from macros.problem import Problem, as_text

    root = _root(config)
    session.records = session.records or Records(root)
    session.made = session.made or Made()
    # Records stay until the end and make no garbage: the collector need not look at them on the way, nor ever again.
    gc.disable()
    base = open_knowledge_base(root, records=session.records)
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000)  # a build makes and drops much at a time: looking after every 700 objects is too often
    printed = [] if base.problems else _print(base, files, config)
    pages: list[Page] = [] if base.problems else list(all_pages(base, session.made, printed))
    session.problems = list(base.problems) + [
        Problem(
            f"docs/{page.path}",
            0,
            "a hand-written page where the atlas makes one",
            "a path of its own",
            f"Move it; the generated page comes from {page.edit or 'the landing page of its kind'}.",
        )
        for page in pages
        if files.get_file_from_path(page.path) is not None
    ]
    if session.problems:
        if session.serving:
            return Files([file for file in files if not file.is_documentation_page()])
        raise BuildError(
            f"{as_text(session.problems)}\n{len(session.problems)} problems in the data: nothing was built."
        )
    session.new_hashes = {}
    for page in pages:
        files.append(_generated(config, page.path, page.markdown, page.edit))
    everything = _hash("".join(session.new_hashes.values()))
    for file in files.documentation_pages():
        if file.generated_by is None:
            _remember(file, _hash(file.content_string + everything))
    _add_assets(base, pages, files, config)
    publication = _publication(config)
    _add_beside(base, publication, files, config)
    config.extra["frames"] = Frames(base, publication)
    config.extra["knowledge_base"] = base
    config.extra["printed"] = printed
    config.extra["updated"] = {page.path: page.updated.isoformat() for page in pages}
    return files


def _add_assets(base: KnowledgeBase, pages: Iterable[Page], files: Files, config: MkDocsConfig) -> None:
    from macros.assets import assets, missing
    from macros.offline import ARCHIVE, EMPTY

    files.append(File.generated(config, ARCHIVE, content=EMPTY))  # so that links find it; filled when all is built
    packages = ROOT / "node_modules"
    for package in missing(packages):
        log.info("%s is not installed, so the site does without it: `make setup` installs it.", package)
    written = [(file.src_uri, file.content_string) for file in files.documentation_pages() if not file.generated_by]
    for asset in assets(base, pages, written, packages, config.site_name, config.site_url or ""):
        if _apart(asset.path) and not isinstance(asset.content, Path):
            session.apart[asset.path] = asset.content
        elif isinstance(asset.content, Path):
            files.append(File.generated(config, asset.path, abs_src_path=str(asset.content)))
        else:
            files.append(File.generated(config, asset.path, content=asset.content))


def _print(base: KnowledgeBase, files: Files, config: MkDocsConfig) -> Sequence[Printed]:
    """Prints before the pages are made, which tell how long each PDF is. Only `make site` asks for it (PRINT=yes)."""
    if session.serving or os.environ.get("PRINT") != "yes":
        return ()
    from macros.press.run import run
    from macros.problem import as_text

    site = (config.site_url or "").rstrip("/")
    made = run(base, _root(config), ROOT / "node_modules", f"{site}/")
    if made.problems:
        raise BuildError(f"{as_text(made.problems)}\n{len(made.problems)} problems in the PDFs: nothing was built.")
    for place, file in made.files.items():
        files.append(File.generated(config, place, abs_src_path=str(file)))
    return made.printed


def _publication(config: MkDocsConfig) -> Publication:
    from macros.export.publication import Publication

    site = (config.site_url or "").rstrip("/")
    return Publication(config.site_name, f"{site}/", config.site_description or "", config.repo_url or "")


def _add_beside(base: KnowledgeBase, publication: Publication, files: Files, config: MkDocsConfig) -> None:
    from macros.export.beside import beside

    written = [(file.src_uri, file.content_string) for file in files.documentation_pages() if not file.generated_by]
    unchanged = {file.src_uri for file in files.documentation_pages() if file.generated_by and not file.is_modified()}
    for path, content in beside(base, publication, written, unchanged):
        if _apart(path):
            session.apart[path] = content
            continue
        # MkDocs would take a Markdown file for a page, and leaves out what begins with a dot.
        place = f"{path}.txt" if path.endswith(".md") else path
        file = File.generated(config, place, content=content, inclusion=InclusionLevel.INCLUDED)
        file.dest_uri = path
        files.append(file)


_APART = re.compile(r"api/v1/[\w-]+/[\w-]+\.json|[\w-]+/[\w-]+/index\.html(\.md)?|r/\w+\.html")


def _apart(path: str) -> bool:
    """Whether a file belongs to a single record. No Markdown names it: that MkDocs does not know it spares work."""
    return bool(_APART.fullmatch(path))


def _put(site: Path) -> None:
    """Writes the files that MkDocs does not know, those only that the last build did not write alike."""
    for path, content in session.apart.items():
        file = site / path
        if session.put.get(path) != content or not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
    session.put |= session.apart
    session.apart = {}


def _generated(config: MkDocsConfig, path: str, content: str, edit: str | None) -> File:
    level = InclusionLevel.INCLUDED if path.endswith("/index.md") else InclusionLevel.NOT_IN_NAV
    file = File.generated(config, path, content=content, inclusion=level)
    if edit:
        file.edit_uri = f"../{edit}"
    _remember(file, _hash(content))
    return file


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _remember(file: File, digest: str) -> None:
    """Makes `serve --dirty` build the page again when its own text has changed, and only then."""
    session.new_hashes[file.src_uri] = digest
    modified = session.hashes.get(file.src_uri) != digest or not Path(file.abs_dest_path).exists()
    file.is_modified = lambda: modified  # type: ignore[method-assign]


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Keeps the theme's compiled templates from build to build; tells them the name of the theme's style sheet."""
    env.bytecode_cache = session.compiled
    env.globals["kept"] = _kept()
    env.globals["theme_stylesheet"] = next(
        file.url for file in files if re.fullmatch(r"assets/stylesheets/main\.\w+\.min\.css", file.src_uri)
    )


def _kept() -> Callable[..., str]:
    """A macro for the frame: makes a part of it once for all pages that have it alike.

    These are the pages of a folder that are not in the navigation: their heads and feet have the same links.
    """
    made: dict[tuple[str, str], str] = {}

    @pass_context
    def kept(context: Context, name: str, caller: Callable[[], str]) -> str:
        page = context["page"]
        within = page and page.parent is None and page not in context["nav"].items
        key = name, "404" if not page else page.url.rstrip("/").rpartition("/")[0] + "/*" if within else page.url
        if key not in made:
            made[key] = caller()
        return made[key]

    return kept


def on_page_markdown(markdown: str, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str | None:
    """Dates a page by its record, for the sitemap: MkDocs would take the day of the build. Takes a page's HTML out."""
    from macros.blocks import lifted

    page.update_date = config.extra["updated"].get(page.file.src_uri, "")
    if page.file.generated_by is None:
        return None
    markdown, session.blocks[page.file.src_uri] = lifted(markdown)
    return markdown


def on_page_context(context: dict[str, Any], page: MkDocsPage, config: MkDocsConfig, nav: Navigation) -> dict[str, Any]:
    """Gives the page's frame what it tells machines, and how to cite the page."""
    above = [(config.site_name, "")]
    if page.parent and page.parent.children and isinstance(page.parent.children[0], MkDocsPage):
        first = page.parent.children[0]
        above += [(page.parent.title, first.url)] if first is not page else []
    context["frame"] = config.extra["frames"].of(
        page.file.src_uri,
        str(page.meta.get("title") or page.title or config.site_name),
        str(page.meta.get("description") or config.site_description),
        above,
    )
    return context


def on_page_content(html: str, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
    """Puts the HTML of a generated page back; lets the keyboard into what scrolls on a hand-written one.

    A hand-written page is kept, so that its links are looked at when the site stands; so are all pages that are not a
    record's, of which machines are given the text.
    """
    from macros.blocks import restored
    from macros.pages import SHEETS

    name = page.file.src_uri
    if page.file.generated_by is None:
        html = _scrolling(html)
        session.written[name] = (html, page.file.url, page.file.content_string)
    else:
        html = restored(html, session.blocks.pop(name))
    if page.file.generated_by is None or name in SHEETS:
        session.told[page.file.url.removeprefix("./")] = html
    return html


def _scrolling(html: str) -> str:
    """Markdown's tables and blocks of code, as regions that the keyboard reaches: on a narrow screen they scroll."""

    def region(table: re.Match[str]) -> str:
        heads = ", ".join(re.findall(r"<th[^>]*>(.*?)</th>", table[0], re.DOTALL))
        label = escape(unescape(re.sub(r"<[^>]*>", "", heads)), quote=True)
        rows = table[0].replace("<table>", '<table class="atlas">', 1)
        return f'<div class="table" role="region" tabindex="0" aria-label="{label}">{rows}</div>'

    html = re.sub(r"<table>.*?</table>", region, html, flags=re.DOTALL)
    return re.sub(r"(<pre[^>]*>(?:<span></span>)?<code)>", r'\1 tabindex="0">', html)


def on_post_build(config: MkDocsConfig) -> None:
    """Looks at the links that MkDocs does not check; from now on the pages that were built count as built."""
    from macros.anchors import broken_links
    from macros.export.from_html import as_markdown
    from macros.export.markdown import TWIN
    from macros.problem import as_text

    session.hashes = session.new_hashes
    _put(Path(config.site_dir))
    for address, html in session.told.items():
        twin = Path(config.site_dir) / address / TWIN
        twin.write_text(as_markdown(html, _publication(config).address(address)), encoding="utf-8")
    _complete(config)
    problems = [
        problem
        for path, (html, address, text) in session.written.items()
        for problem in broken_links(html, address, Path(config.site_dir), f"docs/{path}", text)
    ]
    session.written, session.told = {}, {}
    if problems:
        raise BuildError(as_text(problems))


def _complete(config: MkDocsConfig) -> None:
    """Makes the built site ready for reading without a connection; a preview has an empty zip."""
    from macros.export.edition import edition
    from macros.offline import WORKER, complete

    site = Path(config.site_dir)
    made = edition(config.extra["knowledge_base"], config.site_url or "")
    if made.date and not session.serving and (site / WORKER).is_file():
        complete(site, made.site, datetime.date.fromisoformat(made.date))


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: Callable[..., None]) -> LiveReloadServer:
    """Keeps the preview alive: a broken record or page is shown in the browser until it is mended."""
    build = server.builder

    def guarded() -> None:
        session.failure = ""
        try:
            build()
        except (Exception, SystemExit) as error:
            session.failure = str(error)

    server.builder = guarded
    application = server.get_app()
    assert application is not None

    def show_problems_first(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if (session.problems or session.failure) and path.endswith(("/", ".html")):
            start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
            return [_problem_page().encode()]
        return application(environ, start_response)

    server.set_app(show_problems_first)
    return server


def _problem_page() -> str:

    def item(problem: Problem) -> str:
        place = f"{problem.path}:{problem.line}" if problem.line else problem.path
        return (
            f"<li><code>{escape(place)}</code><br>Found {escape(problem.found)}; "
            f"expected {escape(problem.expected)}.<br><strong>{escape(problem.remedy)}</strong></li>"
        )

    items = "".join(item(problem) for problem in session.problems)
    if session.failure:
        items += f"<li>{escape(session.failure)}. See the terminal.</li>"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="1">'
        "<title>Problems in the data</title><style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:50rem;"
        "margin:2rem auto;padding:0 1rem}li{margin:0 0 1rem}</style></head><body><h1>Problems in the data</h1>"
        f"<p>The page comes back by itself when they are mended.</p><ol>{items}</ol></body></html>"
    )


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path or ROOT / "mkdocs.yml").resolve().parent
