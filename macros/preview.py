"""The picture that a chat or a social network shows beside a link to a page: drawn here, fetched from nowhere."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
"""Width and height in pixels, as Open Graph's consumers expect them."""
PAPER, INK, SOFT, RED = "#fffdfa", "#1d1a1b", "#55494c", "#8f1534"
MARGIN = 90


def preview(title: str, line: str, font: Path) -> bytes:
    """A PNG with a title of a few words and a line below it.

    Args:
        title: set large, on at most three lines.
        line: set small, on at most three lines.
        font: a variable font with a weight axis.
    """
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0], 22), fill=RED)
    _logo(draw, MARGIN, 92)
    draw.text((MARGIN + 80, 96), "The B12 & MS Atlas", font=_font(font, 38, 500), fill=SOFT)
    bottom = _lines(draw, title, _font(font, 78, 750), INK, 208)
    _lines(draw, line, _font(font, 36, 400), SOFT, bottom + 26)
    file = io.BytesIO()
    image.quantize(32, dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


def _font(path: Path, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(path, size)
    font.set_variation_by_axes([weight])
    return font


def _lines(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, colour: str, top: float) -> float:
    """Sets text on up to three lines; the place below the last. What does not fit ends in three dots."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and draw.textlength(longer, font=font) > SIZE[0] - 2 * MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) > 3:
        lines = [*lines[:2], f"{lines[2]} …"]
    for line in lines:
        draw.text((MARGIN, top), line, font=font, fill=colour)
        top += font.size * 1.22
    return top


def _logo(draw: ImageDraw.ImageDraw, left: float, top: float) -> None:
    """Cobalt in its ring of four."""
    centre, arm = (left + 28, top + 28), 22
    ends = [(centre[0] + x * arm, centre[1] + y * arm) for x, y in ((0, -1), (1, 0), (0, 1), (-1, 0))]
    draw.polygon(ends, outline=SOFT, width=3)
    for x, y in ends:
        draw.circle((x, y), 6, fill=SOFT)
    draw.circle(centre, 10, fill=RED)
