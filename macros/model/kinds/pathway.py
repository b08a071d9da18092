"""Pathways: how B12 moves and works, as nodes and steps, each step with its own evidence."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from ..field import (
    CitedMarkdown,
    Identifier,
    InVocabulary,
    LinksTo,
    Markdown,
    Part,
    RecordReference,
    SourceId,
    Text,
    problem,
)
from ..finding import CareCard, Certainty, Evidence, Figure, Finding
from ..record import Kind, Record


class Identifiers(Part):
    """Names of a node in the databases of the field; only what was seen confirmed."""

    hgnc_symbol: Text | None = Field(None, description="Gene symbol(s), HGNC.")
    hgnc_id: Text | None = Field(None, description="Such as HGNC:16692.")
    uniprot: Text | None = Field(None, description="Such as Q9NPF0.")
    chebi: Text | None = Field(None, description="Such as CHEBI:28115.")
    ec: Text | None = Field(None, description="Enzyme number, such as 2.1.1.13.")
    reactome: Text | None = Field(None, description="Such as R-HSA-3359469.")
    rhea: Text | None = Field(None, description="Such as RHEA:11172.")
    complex_portal: Text | None = Field(None, description="Such as CPX-5774.")
    drugbank: Text | None = Field(None, description="Such as DB03614.")
    atc: Text | None = Field(None, description="Such as B03BA05.")


class Node(Part):
    """A molecule, cell, organ, process or state."""

    id: Identifier = Field(description="Unique in the pathway.")
    label: Text = Field(description="What the diagram shows; short.")
    kind: Annotated[str, InVocabulary("node-kind")] = Field(description="What it is.")
    note: Text | None = Field(None, description="One plain sentence, where the label is not enough.")
    synonyms: tuple[Text, ...] = Field((), description="Other names.")
    identifiers: Identifiers = Field(default_factory=Identifiers, description="Names in databases.")
    records: tuple[
        Annotated[RecordReference, LinksTo("", here="Named in the diagram", there="Pathways it is part of")], ...
    ] = Field((), description="Symptoms, foods, medicines and tests that attach here, as kind:id.")


class Step(Part):
    """One arrow: what acts on what, how sure that is, and who says so."""

    id: Identifier = Field(description="Unique in the pathway; never used again for another step.")
    start: Identifier = Field(description="The node that acts or is changed.")
    together_with: tuple[Identifier, ...] = Field((), description="Nodes that take part beside `start`.")
    relation: Annotated[str, InVocabulary("step-relation")] = Field(
        description="What happens. An enzyme `catalyses` a step; it does not convert its substrate."
    )
    end: Identifier = Field(description="The node that results or is acted on; a step's id after `catalyses`.")
    place: Text | None = Field(None, description="Where in the cell or body.")
    text: Markdown = Field(
        description="The step as a plain sentence. Says so itself where it was seen in animals only."
    )
    evidence: Evidence = Field(description="The kind of evidence.")
    certainty: Certainty = Field(description="How sure we can be.")
    species: Text | None = Field(None, description="In whom or in what it was found.")
    figure: Figure | None = Field(None, description="The number behind it, if any.")
    counter: Annotated[bool, Field(strict=True)] = Field(
        False, description="Evidence against: it is shown as large as the finding that it counters."
    )
    note: CitedMarkdown | None = Field(None, description="What to keep in mind.")
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)] = Field(description="Who says so.")


class Band(Part):
    """A part of the diagram from side to side: a compartment."""

    label: Text = Field(description="The compartment.")
    nodes: Annotated[tuple[Identifier, ...], Field(min_length=1)] = Field(
        description="The nodes drawn in it, in reading order; others appear in the table only."
    )


class Arrow(Part):
    """An arrow of the diagram that stands for one or more steps."""

    start: Identifier = Field(description="A node that is drawn.")
    end: Identifier = Field(description="A node that is drawn.")
    steps: Annotated[tuple[Identifier, ...], Field(min_length=1)] = Field(
        description="The steps that it stands for. It is drawn in the style of the weakest evidence among them."
    )


class Drawing(Part):
    """What of the pathway the diagram shows: the main line, readable on a phone."""

    bands: Annotated[tuple[Band, ...], Field(min_length=1)] = Field(description="Compartments from top to bottom.")
    arrows: Annotated[tuple[Arrow, ...], Field(min_length=1)] = Field(description="The arrows.")


class Pathway(Record):
    """A pathway as a graph of nodes and steps."""

    KIND: ClassVar[Kind] = Kind(
        name="pathway",
        folder="pathways",
        singular="Pathway",
        plural="Pathways",
        intro="How vitamin B12 moves through the body and what it does there, with the evidence for each step.",
        order=2,
        for_patients=False,
    )

    explanation: CitedMarkdown = Field(description="The pathway in about 60 plain words.")
    alt_text: Text = Field(description="The diagram in one sentence, for those who cannot see it.")
    nodes: Annotated[tuple[Node, ...], Field(min_length=2)] = Field(description="The nodes.")
    steps: Annotated[tuple[Step, ...], Field(min_length=1)] = Field(description="The steps.")
    drawing: Drawing = Field(description="What the diagram shows.")
    counter_evidence: tuple[Finding, ...] = Field((), description="What speaks against it.")
    does_not_show: Annotated[tuple[Markdown, ...], Field(min_length=1)] = Field(
        description="What a reader might conclude and must not."
    )
    care: tuple[CareCard, ...] = Field((), description="What to do, the most urgent first.")
    wikipathways: tuple[Text, ...] = Field((), description="WikiPathways ids with titles, where confirmed.")
    reactome: tuple[Text, ...] = Field((), description="Reactome ids with titles, where confirmed.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        nodes = [node.id for node in self.nodes]
        steps = [step.id for step in self.steps]
        for name in {*nodes, *steps}:
            if (nodes + steps).count(name) > 1:
                raise problem(f"the id '{name}' twice", "an id for one node or step only", "Rename one of them.")
        for step in self.steps:
            ends = [*nodes, *steps] if step.relation == "catalyses" else nodes
            for name, known in [(step.start, nodes), (step.end, ends), *((n, nodes) for n in step.together_with)]:
                if name not in known:
                    raise problem(
                        f"'{name}' in step '{step.id}'",
                        "the id of a node of this pathway",
                        "Add the node or correct the id.",
                    )
        self._check_drawing(set(nodes), set(steps))
        return self

    def _check_drawing(self, nodes: set[str], steps: set[str]) -> None:
        drawn = [name for band in self.drawing.bands for name in band.nodes]
        for name in drawn:
            if name not in nodes or drawn.count(name) > 1:
                raise problem(f"'{name}' in `drawing.bands`", "each drawn node once", "Correct or delete it.")
        for arrow in self.drawing.arrows:
            for name in (arrow.start, arrow.end):
                if name not in drawn:
                    raise problem(
                        f"an arrow from or to '{name}'",
                        "a node that stands in a band",
                        "Add it to a band, or correct the id.",
                    )
            for name in arrow.steps:
                if name not in steps:
                    raise problem(f"the step '{name}' in an arrow", "a step of this pathway", "Correct the id.")
