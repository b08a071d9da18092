"""The QR codes of the sheets. To draw one takes longer than all else of a sheet's HTML: it is drawn when it is set."""

from __future__ import annotations

import functools
import io
import re
from html import escape, unescape

import segno
from markupsafe import Markup

_STAND_IN = re.compile(r'<svg class="qr" data-address="([^"]*)"><title>[^<]*</title></svg>')


def qr_code(address: str) -> Markup:
    """What stands in the HTML for the address as a QR code."""
    told = f'data-address="{escape(address)}"><title>QR code of {escape(address)}</title>'
    return Markup(f'<svg class="qr" {told}</svg>')  # noqa: S704 - escaped


def with_codes(html: str) -> str:
    """The HTML with its QR codes drawn."""
    return _STAND_IN.sub(lambda found: _drawn(unescape(found[1])), html)


@functools.lru_cache(maxsize=4)
def _drawn(address: str) -> str:
    code = segno.make(address, error="m", micro=False)
    title = f"QR code of {address}"
    drawn = io.BytesIO()
    code.save(drawn, "svg", border=0, omitsize=True, title=title, svgclass="qr", lineclass="", xmldecl=False, nl=False)
    return drawn.getvalue().decode()
