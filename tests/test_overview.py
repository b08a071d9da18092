"""What is derived from all pathways: which parts they share, the drawing of it, and how strong their evidence is."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest

from macros.knowledge import KnowledgeBase
from macros.model.kinds.pathway import Pathway
from macros.overview import arranged, draw, main_links, row_name, shared, told
from macros.strength import IN_PEOPLE, bar, counted, ladder


def pathways(base: KnowledgeBase) -> list[Pathway]:
    return [record for record in base.of_kind("pathway") if isinstance(record, Pathway)]


def test_two_pathways_are_linked_by_the_nodes_that_both_have(real: KnowledgeBase) -> None:
    links = shared(pathways(real))
    found = {(link.start.id, link.end.id): {part.id for part in link.parts} for link in links}
    for start in pathways(real):
        for end in pathways(real):
            common = {node.id for node in start.nodes} & {node.id for node in end.nodes}
            either = found.get((start.id, end.id)) or found.get((end.id, start.id), set())
            if start.id != end.id:
                assert either == common
    assert [len(link.parts) for link in links] == sorted((len(link.parts) for link in links), reverse=True)


def test_every_pathway_that_shares_anything_has_a_line_and_every_link_of_two_parts_is_drawn(
    real: KnowledgeBase,
) -> None:
    links = shared(pathways(real))
    drawn = main_links(links)
    ends = {end.id for link in drawn for end in (link.start, link.end)}
    assert ends == {end.id for link in links for end in (link.start, link.end)}
    assert [link for link in drawn if len(link.parts) > 1] == [link for link in links if len(link.parts) > 1]
    for link in drawn:
        if len(link.parts) == 1:
            others = Counter(end.id for other in drawn for end in (other.start, other.end))
            assert 1 in (others[link.start.id], others[link.end.id]), "drawn only for one that has no other line"


def test_pairs_stand_near_each_other_but_not_side_by_side() -> None:
    pairs = [("a", "b"), ("c", "d"), ("e", "d")]
    places = {name: number for number, row in enumerate(arranged("abcdef", pairs)) for name in row}
    assert sorted(places) == list("abcdef")
    assert all(abs(places[a] - places[b]) == 1 for a, b in pairs)


def test_the_drawing_of_all_pathways_is_well_formed_without_styles(real: KnowledgeBase) -> None:
    links = main_links(shared(pathways(real)))
    svg = ElementTree.fromstring(draw(pathways(real), links, lambda one: f"{one.id}/"))
    anchors = [a for a in svg.iter() if a.tag.endswith("}a")]
    addresses = {a.get("href") for a in anchors}
    assert addresses == {f"{one.id}/" for one in pathways(real)} | {f"#{row_name(link)}" for link in links}
    assert not [element for element in svg.iter() if "style" in element.attrib]
    assert {told(link) for link in links} <= {a.get("aria-label") for a in anchors}


def test_the_filter_starts_with_people_and_ends_with_everything(real: KnowledgeBase) -> None:
    evidence = real.vocabularies["evidence"]
    for one in pathways(real):
        first, *between, last = ladder(one, evidence)
        in_people = [step for step in one.steps if evidence.rank(step.evidence) <= evidence.rank(IN_PEOPLE)]
        assert first.count == len(in_people)
        assert (last.kinds, last.count) == ((), len(one.steps))
        counts = [rung.count for rung in (first, *between, last)]
        assert counts == sorted(set(counts)), "each choice shows more than the one before it"
        for rung in between:
            assert rung.count == sum(step.evidence in rung.kinds for step in one.steps)


def test_a_bar_has_a_piece_for_each_kind_of_evidence_as_long_as_its_share(real: KnowledgeBase) -> None:
    evidence = real.vocabularies["evidence"]
    for one in pathways(real):
        counts = counted(one, evidence)
        assert sum(counts.values()) == len(one.steps)
        pieces = re.findall(
            r'<g class="evidence-([\w-]+) line-([\w-]+)"><path class="line" d="M([\d.]+) 6H([\d.]+)"',
            bar(counts, evidence),
        )
        assert [(kind, line) for kind, line, _, _ in pieces] == [(kind, evidence[kind].mark) for kind in counts]
        lengths = [float(end) - float(start) for _, _, start, end in pieces]
        whole = sum(lengths)
        for length, count in zip(lengths, counts.values(), strict=True):
            assert length / whole == pytest.approx(count / len(one.steps), abs=0.002)
