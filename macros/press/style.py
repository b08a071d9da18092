"""The print style sheet: the paper, the size of print and the fonts before the rules that all prints share."""

from __future__ import annotations

from pathlib import Path

from ..compiled import TEMPLATES
from ..printed import PAPERS, PRINTS

RULES = TEMPLATES / "print" / "print.css"

_ATKINSON = "@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next"
_SIGNS = "dejavu-fonts-ttf/ttf/DejaVuSans"
FONTS = (
    *(
        (family, f"{_ATKINSON}-{letters}-{weight}-{slope}.woff", weight, slope)
        for family, letters in (("Atlas", "latin"), ("Atlas Extended", "latin-ext"))
        for weight in ("400", "700")
        for slope in ("normal", "italic")
    ),
    *(("Atlas Pages", f"{_ATKINSON}-latin-{weight}-normal.woff", weight, "normal") for weight in ("400", "700")),
    ("Atlas Signs", f"{_SIGNS}.ttf", "400", "normal"),
    ("Atlas Signs", f"{_SIGNS}-Bold.ttf", "700", "normal"),
)
"""Family, file below `node_modules/`, weight, slope. A variable font would be cut to each weight anew for each PDF, and
WOFF 2 takes each worker a fifth of a second to unpack. The last family has the signs and Greek letters that the site's
own font lacks. "Atlas Pages" shows the numbers of the book's pages and nothing else."""


def font_files(packages: Path) -> list[Path]:
    """The fonts' files, whether they are there or not."""
    return [packages / file for _, file, _, _ in FONTS]


def fonts(packages: Path) -> str:
    """The fonts as rules. Only these are used: a font of the system would change the bytes with the system."""
    return "".join(
        f'@font-face {{ font-family: "{family}"; src: url("{(packages / file).resolve().as_uri()}"); '
        f"font-weight: {weight}; font-style: {style} }}\n"
        for family, file, weight, style in FONTS
    )


_POINTS_PER_MM = 72 / 25.4
_SHEETS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height in millimetres."""
_MARGINS = {"normal": (14.0, 16.0, 16.0), "large": (12.0, 14.0, 16.0)}
"""Above, beside and below the text, in millimetres; the foot of the page stands in the last."""
_LINE = 1.36
"""The height of a line, in sizes of the text."""


def room(paper: str, size: str) -> tuple[float, float]:
    """How wide and how high the text of a page is, in sizes of the text."""
    (width, height), (above, beside, below) = _SHEETS[paper], _MARGINS[size]
    em = PRINTS[size].points / _POINTS_PER_MM
    return (width - 2 * beside) / em, (height - above - below) / em


def style(paper: str, size: str) -> str:
    """The rules for one paper (a key of `PAPERS`) and size of print (of `PRINTS`), without the fonts."""
    points = PRINTS[size].points
    high = _SHEETS[paper][1] - _MARGINS[size][0] - _MARGINS[size][2]
    margin = "{}mm {}mm {}mm".format(*_MARGINS[size])
    foot = f'font: {points}pt "Atlas", "Atlas Extended", "Atlas Signs"; color: #000'
    return (
        f"@page {{ size: {PAPERS[paper].css}; margin: {margin};\n"
        f"  @bottom-left {{ content: string(title); {foot}; width: 74%; white-space: nowrap; overflow: hidden }}\n"
        f'  @bottom-right {{ content: "Page " counter(page) " of " counter(pages); {foot}; white-space: nowrap }}\n'
        "}\n"
        "@page book {\n"
        f"  @bottom-left {{ content: string(chapter) string(title); {foot} }}\n"
        f'  @bottom-right {{ content: "0000"; font: 700 {points}pt "Atlas Pages"; '
        "font-variant-numeric: tabular-nums }\n"
        "}\n"
        "@page cover { @bottom-left { content: none } @bottom-right { content: none } }\n"
        f":root {{ --points: {points}pt; --line: {_LINE}; --high: {high:.1f}mm }}\n"
        f"{RULES.read_text(encoding='utf-8')}"
    )
