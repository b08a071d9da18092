"""Pathways to take away: the drawing stands by itself, and the graph holds every node and step."""

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import networkx
import pytest
from PIL import Image

from macros.export.drawings import png
from macros.knowledge import KnowledgeBase
from macros.model.kinds.pathway import Pathway

from .conftest import Sample
from .published import HOSTILE, IN_XML, SITE, published, texts, with_text

SVG = "{http://www.w3.org/2000/svg}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
Files = dict[str, str | bytes]


@pytest.fixture(scope="module")
def files(real: KnowledgeBase) -> Files:
    return {path: content for path, content in published(real).items() if path.startswith("pathways/")}


@pytest.fixture(scope="module")
def pathways(real: KnowledgeBase) -> list[Pathway]:
    return [record for record in real.of_kind("pathway") if isinstance(record, Pathway)]


def structure_faults(text: str) -> list[str]:
    """Where a text is not GraphML: the rules of its schema, for the parts of it that the atlas writes."""
    root = ET.fromstring(text)
    inside = {"graphml": "desc key graph", "key": "desc", "graph": "node edge", "node": "data", "edge": "data"}
    needed = {"key": {"id", "for", "attr.name", "attr.type"}, "graph": {"id", "edgedefault"}, "node": {"id"}}
    needed |= {"edge": {"source", "target"}, "data": {"key"}}
    found = []
    for part in root.iter():
        name = part.tag.removeprefix(GRAPHML)
        wrong = {child.tag.removeprefix(GRAPHML) for child in part} - set(inside.get(name, "").split())
        if wrong:
            found.append(f"{wrong} in {name}")
        if name in needed and set(part.attrib) != needed[name]:
            found.append(f"{name} with {set(part.attrib)}")
    keys = {(key.get("id"), key.get("for")): key.get("attr.type") for key in root.iter(f"{GRAPHML}key")}
    ids = [node.get("id") for node in root.iter(f"{GRAPHML}node")]
    if len(ids) != len(set(ids)):
        found.append("a node twice")
    for kind in ("node", "edge"):
        for part in root.iter(GRAPHML + kind):
            for data in part:
                if (data.get("key"), kind) not in keys:
                    found.append(f"data without key: {data.get('key')}")
    for edge in root.iter(f"{GRAPHML}edge"):
        if not {edge.get("source"), edge.get("target")} <= set(ids):
            found.append(f"an edge from or to nowhere: {edge.attrib}")
    return found


def test_the_graph_holds_every_node_and_step(files: Files, pathways: list[Pathway]) -> None:
    for pathway in pathways:
        text = files[f"pathways/{pathway.id}.graphml"]
        assert isinstance(text, str)
        assert structure_faults(text) == []
        graph = networkx.read_graphml(io.BytesIO(text.encode()))
        assert list(graph.nodes) == [node.id for node in pathway.nodes] + [step.id for step in pathway.steps]
        for step in pathway.steps:
            about = graph.nodes[step.id]
            assert (about["relation"], about["evidence"], about["certainty"], about["counter"]) == (
                step.relation,
                step.evidence,
                step.certainty,
                step.counter,
            )
            assert about["sources"].split("; ") == list(step.sources)
            roles = {(start, end): role for start, end, role in graph.edges(data="role")}
            assert roles[step.start, step.id] == "start"
            assert roles[step.id, step.end] == "end"
            assert all(roles[name, step.id] == "with" for name in step.together_with)


def test_a_graph_that_is_not_graphml_is_found(files: Files) -> None:
    text = str(next(content for path, content in files.items() if path.endswith(".graphml")))
    assert structure_faults(text.replace('target="', 'target="no-', 1))
    assert structure_faults(text.replace('<data key="label">', '<data key="lable">', 1))
    assert structure_faults(text.replace("<graph ", "<graf ", 1).replace("</graph>", "</graf>", 1))


def test_the_drawing_stands_by_itself(files: Files, pathways: list[Pathway], real: KnowledgeBase) -> None:
    for pathway in pathways:
        text = files[f"pathways/{pathway.id}.svg"]
        assert isinstance(text, str)
        root = ET.fromstring(text)
        assert root.tag == f"{SVG}svg"
        assert root.findtext(f"{SVG}title") == pathway.title
        assert "https://creativecommons.org/licenses/by/4.0/" in text
        assert "var(" not in text
        assert "<script" not in text
        addresses = re.findall(r' href="([^"]*)"', text)
        assert addresses
        assert all(address.startswith(SITE) for address in addresses)
        labels = {node.id: node.label for node in pathway.nodes}
        drawn = "".join("".join(root.itertext()).split())
        for band in pathway.drawing.bands:
            assert all("".join(labels[name].split()) in drawn for name in band.nodes)


def test_the_key_says_what_each_line_rests_on(files: Files, pathways: list[Pathway], real: KnowledgeBase) -> None:
    words = real.vocabularies["evidence"].words
    for pathway in pathways:
        root = ET.fromstring(str(files[f"pathways/{pathway.id}.svg"]))
        key = [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "key"]
        arrows = {
            name.removeprefix("evidence-")
            for link in root.iter(f"{SVG}a")
            for name in str(link.get("class")).split()
            if name.startswith("evidence-")
        }
        assert arrows
        assert {words[name].label for name in arrows} <= set(key)
        assert ("Not yet reviewed by a clinician." in key) is (not pathway.reviewed_by)


def test_without_the_sites_address_links_lead_along_the_folders(sample: Sample) -> None:
    text = texts(published(sample.base(), ""), ".svg")["pathways/pathway-0.svg"]
    assert 'href="pathway-0/#arrow-1"' in text


def test_the_picture_is_the_drawing_and_the_same_every_time(sample: Sample) -> None:
    found = published(sample.base(), pictures=True)
    content = found["pathways/pathway-0.png"]
    assert isinstance(content, bytes)
    drawn = ET.fromstring(str(found["pathways/pathway-0.svg"]))
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        assert picture.width == pytest.approx(1.5 * float(str(drawn.get("width"))), abs=1)
        assert picture.info["Copyright"].startswith("CC BY 4.0 https://creativecommons.org/")
        assert picture.info["Title"] == "Generated pathway 0"
        assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 20
    png.cache_clear()
    assert published(sample.base(), pictures=True)["pathways/pathway-0.png"] == content


def test_without_the_font_there_is_no_picture(sample: Sample) -> None:
    assert not [path for path in published(sample.base()) if path.endswith(".png")]


def test_text_that_means_harm_is_text(sample: Sample, tmp_path: Path) -> None:
    files = published(with_text(sample.base(), HOSTILE), pictures=True)
    kept = IN_XML
    drawn = ET.fromstring(str(files["pathways/pathway-0.svg"]))
    assert drawn.findtext(f"{SVG}title") == kept
    assert not list(drawn.iter(f"{SVG}script"))
    text = str(files["pathways/pathway-0.graphml"])
    assert structure_faults(text) == []
    graph = networkx.read_graphml(io.BytesIO(text.encode()))
    assert graph.nodes["node-0"]["label"] == kept
    assert isinstance(files["pathways/pathway-0.png"], bytes)
