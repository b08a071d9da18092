"""Runs a module of docs/assets in Node, so that a test can hold it against the Python that it repeats."""

import json
import subprocess
from pathlib import Path
from typing import Any

from .conftest import ROOT


def in_node(module: str, script: str, given: Any, folder: Path) -> Any:
    """What a script returns that is handed `given`, and `twin`: the exports of `docs/assets/<module>.js`."""
    copy = folder / f"{module}.mjs"  # Node would take .js for CommonJS; the browser is told by the page
    copy.write_text((ROOT / "docs" / "assets" / f"{module}.js").read_text(encoding="utf-8"), encoding="utf-8")
    program = folder / "run.mjs"
    program.write_text(
        f"import * as twin from {json.dumps(copy.as_uri())};\n"
        f"const given = {json.dumps(given)};\n"
        "const refused = (f) => { try { f(); return null } catch (e) { return e.constructor.name } };\n"
        f"const told = (() => {{ {script} }})();\n"
        "process.stdout.write(JSON.stringify(told));\n",
        encoding="utf-8",
    )
    done = subprocess.run(["node", str(program)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
