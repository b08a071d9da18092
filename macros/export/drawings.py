"""Pathways to take away: the diagram as SVG and PNG, and all of its steps as GraphML."""

from __future__ import annotations

import functools
import io
import struct
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import resvg_py
from fontTools.ttLib import TTFont

from ..diagram import draw, weakest
from ..knowledge import KnowledgeBase
from ..model.kinds.pathway import Node, Pathway, Step
from ..model.vocabulary import Vocabulary
from ..prose import plain
from .api import page_address
from .edition import CREDIT, LICENCE, Edition
from .guard import xml_characters, xml_text

FAMILY = "Atkinson Hyperlegible Next"
SCALE = 1.5
"""Pixels of the PNG to a unit of the drawing: each costs time in every build. Who needs more takes the SVG."""
KEY_WIDTH = 300
"""What the longest line of the key needs, in units of the drawing."""
LINE = 17.0
"""Height of a line of the key, in units of the drawing."""

# The site's own style sheet says the same with variables, which renderers of plain SVG do not know.
_STYLE = f"""
text{{font:14.5px "{FAMILY}",sans-serif;fill:#1d1a1b}}
.band rect{{fill:#f7f2ec;stroke:#d9cfc6}} .band text{{font-size:12px;fill:#55494c}}
.node rect{{fill:#fffdfa;stroke:#1d1a1b;stroke-width:1.2}} .node-drug rect{{fill:#f8e9ec}}
.node-process rect{{stroke-dasharray:3 2}} .node-nutrient rect{{stroke:#8f1534;stroke-width:2}}
.line{{fill:none;stroke:#1f4e3d;stroke-width:2}} .head{{fill:#1f4e3d}}
.head-line{{fill:none;stroke:#1f4e3d;stroke-width:2.5}} .head-open{{fill:#fffdfa;stroke:#1f4e3d;stroke-width:2}}
circle.number{{fill:#fffdfa;stroke:#1f4e3d;stroke-width:1.2}} text.number{{font-size:11px}} .key{{font-size:11.5px}}
"""
_STRENGTHS: Mapping[str, tuple[str, ...]] = {
    "#1f4a7a": ("human-tissue",),
    "#7a4a00": ("animal",),
    "#6b2f7a": ("in-vitro",),
    "#6a5f62": ("hypothesis", "inference", "expert-opinion"),
}
_DASHES = {"long-dash": "12 4", "dash": "6 4", "dash-dot": "8 3 2 3", "short-dash": "3 3", "dot": "1.5 4"}


def _rules() -> Iterator[str]:
    for colour, kinds in _STRENGTHS.items():
        for kind in kinds:
            lines = ",".join(f".evidence-{kind} {part}" for part in (".line", ".head-line", ".head-open", "circle"))
            yield f"{lines}{{stroke:{colour}}} .evidence-{kind} .head{{fill:{colour}}}"
    for line, dashes in _DASHES.items():
        yield f".line-{line} .line{{stroke-dasharray:{dashes}}}"


STYLE = _STYLE + "\n".join(_rules())


def files(base: KnowledgeBase, edition: Edition, font: Path | None) -> Iterator[tuple[str, str | bytes]]:
    """Path below the site's root → content: for every pathway SVG and GraphML, and PNG where there is a font.

    Args:
        base: the knowledge base, without problems.
        edition: the edition.
        font: the site's font, as WOFF2; None where it is not installed.
    """
    for record in base.of_kind("pathway"):
        if isinstance(record, Pathway):
            drawn = svg(record, base, edition)
            path = f"{record.KIND.folder}/{record.id}"
            yield f"{path}.svg", drawn
            yield f"{path}.graphml", graphml(record, base.vocabularies, edition)
            if font is not None:
                yield f"{path}.png", png(drawn, record.title, font)


def svg(pathway: Pathway, base: KnowledgeBase, edition: Edition) -> str:
    """The diagram as a file of its own: with its styles, its title and its licence, and links that lead to the site."""
    page = edition.address(page_address(pathway)) if edition.site else f"{pathway.id}/"

    def address(node: Node) -> str:
        if len(node.records) != 1:
            return f"{page}#node-{node.id}"
        record = base.record(node.records[0])
        return edition.address(page_address(record)) if edition.site else f"../{page_address(record)}"

    drawn = draw(pathway, base.vocabularies, address).replace('href="#', f'href="{page}#')
    opening, _, rest = drawn.removesuffix("</svg>").partition(">")
    before, _, size = opening.partition('viewBox="0 0 ')
    dimensions, _, after = size.partition(chr(34))
    width, height = max(KEY_WIDTH, int(dimensions.split()[0])), dimensions.split()[1]
    key, bottom = _key(pathway, base.vocabularies, float(height))
    return xml_characters(
        f'{before}viewBox="0 0 {width} {bottom:.0f}"{after} width="{width}" height="{bottom:.0f}">'
        f"{_metadata(pathway, page)}<style>{STYLE}</style>"
        f'<rect width="100%" height="100%" fill="#fffdfa"/>{rest}{key}</svg>\n'
    )


def _key(pathway: Pathway, vocabularies: Mapping[str, Vocabulary], top: float) -> tuple[str, float]:
    """What the lines mean, and whose drawing it is, below the drawing; and how far down that reaches."""
    evidence = vocabularies["evidence"]
    steps = {step.id: step for step in pathway.steps}
    shown = {weakest([steps[name] for name in arrow.steps], evidence) for arrow in pathway.drawing.arrows}
    parts: list[str] = []
    for value, word in evidence.words.items():
        if value in shown:
            parts.append(
                f'<g class="evidence-{value} line-{word.mark}"><path class="line" d="M10 {top + 9:.0f}h40"/>'
                f'<text class="key" x="58" y="{top + 13:.0f}">{xml_text(word.label)}</text></g>'
            )
            top += LINE
    review = () if pathway.reviewed_by else ("Not yet reviewed by a clinician.",)
    for line in (*_HEADS, *review, f"{CREDIT}, {LICENCE['name']}"):
        parts.append(f'<text class="key" x="10" y="{top + 13:.0f}">{xml_text(line)}</text>')
        top += LINE
    return "".join(parts), top + 8


_HEADS = (
    "Triangle: leads there. Bar: less of it. Circle: helps.",
    "Cross: no clear link found. No head: they go together.",
)


def _metadata(pathway: Pathway, page: str) -> str:
    return (
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#">'
        f'<cc:Work rdf:about=""><dc:title>{xml_text(pathway.title)}</dc:title>'
        f"<dc:creator>{xml_text(CREDIT)}</dc:creator>"
        f"<dc:source>{xml_text(page)}</dc:source><dc:date>{pathway.changes[0].date.isoformat()}</dc:date>"
        f'<cc:license rdf:resource="{LICENCE["url"]}"/></cc:Work></rdf:RDF></metadata>'
    )


@functools.lru_cache(maxsize=256)  # `serve` builds again and again, and few edits change a picture
def png(drawn: str, title: str, font: Path) -> bytes:
    """The picture of an SVG, drawn with the site's font and no other, so that it is the same on every machine."""
    picture = resvg_py.svg_to_bytes(
        svg_string=drawn,
        zoom=SCALE,
        background="#fffdfa",
        skip_system_fonts=True,
        font_files=[_unpacked(font)],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
    told = {"Title": title, "Author": CREDIT, "Copyright": f"{LICENCE['name']} {LICENCE['url']}"}
    # The text stands after the picture's head, which is 33 bytes long.
    return picture[:33] + b"".join(_text_chunk(name, text) for name, text in told.items()) + picture[33:]


def _text_chunk(name: str, text: str) -> bytes:
    """A piece of PNG that holds text in UTF-8."""
    data = b"iTXt" + name.encode("ascii") + b"\0\0\0\0\0" + text.replace("\0", "\ufffd").encode()
    return struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


_FOLDER = tempfile.TemporaryDirectory(prefix="atlas-font-")


@functools.cache
def _unpacked(font: Path) -> str:
    """The font as the renderer reads it: a file in TrueType's form, kept while the program runs."""
    unpacked = TTFont(io.BytesIO(font.read_bytes()))
    unpacked.flavor = None
    path = Path(_FOLDER.name) / f"{font.stem}.ttf"
    unpacked.save(path)
    return str(path)


_NODE_KEYS = {
    "class": "node: a molecule, cell, organ, process or state; step: what happens",
    "label": "What a reader sees",
    "kind": "What a node is",
    "note": "What to know about it",
    "synonyms": "Other names, joined by '; '",
    "identifiers": "Names in databases, joined by '; '",
    "records": "Records of the atlas, joined by '; '",
    "relation": "What happens in a step",
    "text": "The step as a sentence",
    "place": "Where in the cell or body",
    "evidence": "The kind of evidence",
    "certainty": "How sure we can be",
    "species": "In whom or in what it was found",
    "counter": "true where it is evidence against",
    "sources": "Who says so: ids of sources, joined by '; '",
    "arrow": "The number of the arrow of the diagram that stands for the step",
}


def graphml(pathway: Pathway, vocabularies: Mapping[str, Vocabulary], edition: Edition) -> str:
    """The whole pathway as a graph. A step is a node too: it can have several beginnings, or act on another step."""
    arrows = {step: number for number, arrow in enumerate(pathway.drawing.arrows, 1) for step in arrow.steps}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation='
        '"http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">',
        f"<desc>{xml_text(pathway.title)}. {xml_text(CREDIT)}, {LICENCE['name']}, {LICENCE['url']}."
        f" Data of {edition.date}, version {edition.version}."
        " Every step is a node too: edges lead from what takes part to the step, and from the step to its end.</desc>",
        *(
            f'<key id="{name}" for="node" attr.name="{name}" attr.type="{_type(name)}">'
            f"<desc>{xml_text(about)}</desc></key>"
            for name, about in _NODE_KEYS.items()
        ),
        '<key id="role" for="edge" attr.name="role" attr.type="string"><desc>start, with or end</desc></key>',
        f'<graph id="{pathway.id}" edgedefault="directed">',
        *(_node(node.id, _node_data(node)) for node in pathway.nodes),
        *(_node(step.id, _step_data(step, vocabularies, arrows)) for step in pathway.steps),
        *(line for step in pathway.steps for line in _edges(step)),
        "</graph>",
        "</graphml>",
    ]
    return "\n".join(lines) + "\n"


def _type(name: str) -> str:
    return {"counter": "boolean", "arrow": "int"}.get(name, "string")


def _node(name: str, data: Mapping[str, str | None]) -> str:
    inner = "".join(f'<data key="{key}">{xml_text(value)}</data>' for key, value in data.items() if value)
    return f'<node id="{name}">{inner}</node>'


def _node_data(node: Node) -> dict[str, str | None]:
    identifiers = node.identifiers.model_dump(exclude_none=True)
    return {
        "class": "node",
        "label": node.label,
        "kind": node.kind,
        "note": node.note,
        "synonyms": "; ".join(node.synonyms),
        "identifiers": "; ".join(f"{database}: {name}" for database, name in identifiers.items()),
        "records": "; ".join(node.records),
    }


def _step_data(step: Step, vocabularies: Mapping[str, Vocabulary], arrows: Mapping[str, int]) -> dict[str, str | None]:
    return {
        "class": "step",
        "label": vocabularies["step-relation"][step.relation].label,
        "relation": step.relation,
        "text": plain(step.text),
        "place": step.place,
        "evidence": step.evidence,
        "certainty": step.certainty,
        "species": step.species,
        "counter": "true" if step.counter else "false",
        "note": plain(step.note) if step.note else None,
        "sources": "; ".join(step.sources),
        "arrow": str(arrows[step.id]) if step.id in arrows else None,
    }


def _edges(step: Step) -> Iterator[str]:
    ends = [(step.start, step.id, "start"), *((name, step.id, "with") for name in step.together_with)]
    for start, end, role in [*ends, (step.id, step.end, "end")]:
        yield f'<edge source="{start}" target="{end}"><data key="role">{role}</data></edge>'
