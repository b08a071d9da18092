"""The site's modules as one plain script: from a folder a browser runs no module and fetches nothing, but runs this."""

from __future__ import annotations

import re
from collections.abc import Mapping

_IMPORT = re.compile(r'^import (?:\{([^}]*)\}|(\w+)) from "\./([\w-]+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|class|const) (\w+)", re.MULTILINE)
_DEFAULT = re.compile(r"^export \{ (\w+) as default \};$", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*|\bimport\.(?!meta\.url).*", re.MULTILINE)

_FRAME = """\
// Made by the build from the scripts in docs/assets/, for the copy that opens from a folder.
"use strict";
(() => {{
const here = document.currentScript.src;
const asked = document.currentScript.dataset.run.split(" ");
const ready = {{}};
const use = (name) => (ready[name] ??= modules[name]());
const later = async (path) => use(path.slice(2));

// Data stand in a script beside the file that was asked for (`as_script`).
const fetch = (address) =>
  new Promise((resolve, reject) => {{
    if (!`${{address}}`.endsWith(".json")) throw new TypeError(`${{address}} cannot be read from a folder`);
    const script = document.createElement("script");
    script.src = `${{address}}.js`;
    script.onload = () => resolve({{ ok: true, json: async () => script.data }});
    script.onerror = reject;
    document.head.append(script);
  }});

// From a folder an address without a file's name would list the folder.
for (const kind of ["click", "auxclick"]) {{
  addEventListener(kind, (event) => {{
    const link = event.target.closest?.("a[href]");
    if (link?.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
  }}, true);
}}

const modules = {{
{modules}
}};
asked.forEach(use);
}})();
"""


def bundle(modules: Mapping[str, str]) -> str:
    """A script that runs those of the modules that its element names: `<script defer src="…" data-run="a.js b.js">`.

    Args:
        modules: name → text of every module of one folder.

    Raises:
        ValueError: a module imports or exports in a way that is not known here.
    """
    return _FRAME.format(modules=",\n".join(_module(name, text) for name, text in sorted(modules.items())))


def as_script(data: str) -> str:
    """JSON as a script that hands it to the element which loaded it."""
    return f"document.currentScript.data = {data.strip()};\n"


def _module(name: str, text: str) -> str:
    """A module as a function that runs it, and gives what it exports."""
    given = {exported: exported for _, exported in _EXPORT.findall(text)}
    if default := _DEFAULT.search(text):
        given["default"] = default[1]

    def imported(found: re.Match[str]) -> str:
        names, default, other = found.groups()
        wanted = f"default: {default}" if default else " ".join(names.split()).replace(" as ", ": ")
        return f'const {{ {wanted} }} = use("{other}");'

    text = _DEFAULT.sub("", _EXPORT.sub(r"\1 \2", _IMPORT.sub(imported, text)))
    text = re.sub(r"\bimport\(", "later(", text).replace("import.meta.url", "here")
    if other := _OTHER.search(text):
        raise ValueError(f"docs/assets/{name} holds {other[0][:60]!r}, which macros/bundle.py does not know")
    returned = ", ".join(f"{outer}: {inner}" for outer, inner in given.items())
    return f'"{name}": () => {{\n{text.strip()}\nreturn {{ {returned} }};\n}}'
