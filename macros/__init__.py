"""The atlas: records in, pages out. Here stands what hand-written pages may call (mkdocs-macros' `define_env`).

A wrong argument stops the build with the page's file and line.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .knowledge import KnowledgeBase


class MacroError(SystemExit):
    """A macro was called wrongly: file, line, found, expected, remedy.

    It ends the build as `sys.exit` does, because mkdocs-macros would wrap any other error in a traceback.
    """


class MacrosEnvironment(Protocol):
    """The part of mkdocs-macros' environment that is used here."""

    project_dir: str
    page: Any
    conf: Mapping[str, Any]

    def macro(self, function: Callable[..., str], name: str = "") -> Callable[..., str]:
        """Makes a function known to pages under `name`."""


def define_env(env: MacrosEnvironment) -> None:
    """Registers the macros. mkdocs-macros calls it once for each build."""
    from .calls import Calls

    calls = Calls(
        lambda: env.page.file.src_uri,
        functools.cache(lambda: _base(env)),
        lambda: env.conf["extra"].get("printed", ()),  # the hook prints after this is read
    )
    for name in Calls.NAMES:
        env.macro(_told_where(getattr(calls, name), env), name)


def _base(env: MacrosEnvironment) -> KnowledgeBase:
    """The knowledge base that the hook has loaded for this build; loaded here where the hook is not in use."""
    from .knowledge import KnowledgeBase, open_knowledge_base

    loaded = env.conf["extra"].get("knowledge_base")
    return loaded if isinstance(loaded, KnowledgeBase) else open_knowledge_base(Path(env.project_dir))


def _told_where(function: Callable[..., str], env: MacrosEnvironment) -> Callable[..., str]:
    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> str:
        from .named import WrongCallError

        try:
            return function(*args, **kwargs)
        except (WrongCallError, TypeError) as error:
            found = str(error) if isinstance(error, WrongCallError) else f"found a wrong call ({error})"
            raise MacroError(f"docs/{env.page.file.src_uri}:{_line(env)}: {found}") from None

    return called


def _line(env: MacrosEnvironment) -> int:
    """The line of the page on which the macro that is running was called."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            text = Path(env.page.file.abs_src_path).read_text(encoding="utf-8")
            return int(template.get_corresponding_lineno(frame.f_lineno)) + _front_matter_lines(text.splitlines())
    return 0


def _front_matter_lines(lines: Sequence[str]) -> int:
    """How many lines MkDocs takes off a page before a macro sees it: its front matter and the blank lines after."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    end = next(i for i, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "..."))
    while end + 1 < len(lines) and not lines[end + 1].strip():
        end += 1
    return end + 1
