"""Pages as JSON-LD in the words of schema.org, for machines that read pages: only what the records say.

No organisation is named, because none stands behind the atlas; no reviewer, where no clinician has reviewed; and no
`ClaimReview`, because the claims are in our own words and not those of one work that could be named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .. import cite
from ..knowledge import KnowledgeBase
from ..model import KINDS, Record
from ..model.kinds.claim import Claim
from ..model.kinds.faq import Faq
from ..model.kinds.food import Food
from ..model.kinds.intake import Intake
from ..model.kinds.medicine import Medicine
from ..model.kinds.source import Source
from ..model.kinds.test import Test
from ..model.kinds.treatment import Treatment
from ..permanent import short_path
from ..prose import plain
from . import tables
from .api import ROOT, page_address
from .edition import LICENCE
from .publication import Publication, page_url

Node = dict[str, Any]
Crumbs = Sequence[tuple[str, str]]
"""The way to a page: title and address below the site's root of each page above it, the home page first."""

_WORKS = {
    "article-journal": "ScholarlyArticle",
    "article": "ScholarlyArticle",
    "paper-conference": "ScholarlyArticle",
    "webpage": "WebPage",
    "report": "Report",
    "book": "Book",
    "chapter": "Chapter",
    "dataset": "Dataset",
    "thesis": "Thesis",
}
"""CSL's type of item → schema.org's; every other is a `CreativeWork`."""
_PLAIN_PAGES = frozenset({"food", "model", "source", "term"})
"""Kinds whose pages are about no medical matter of their own."""


def of_record(base: KnowledgeBase, site: Publication, record: Record) -> Node:
    """The page of a record."""
    kind = record.KIND
    address = site.address(page_address(record))
    page = _page(
        "WebPage" if kind.name in _PLAIN_PAGES else "MedicalWebPage",
        site,
        address,
        record.title,
        record.summary or record.title,
        [(site.name, ""), (kind.plural, f"{kind.folder}/")],
    )
    page["identifier"] = site.address(short_path(record.key))
    page["datePublished"] = min(change.date for change in record.changes).isoformat()
    page["dateModified"] = max(change.date for change in record.changes).isoformat()
    if record.reviewed_by:
        page["lastReviewed"] = max(review.date for review in record.reviewed_by).isoformat()
        page["reviewedBy"] = [
            {"@type": "Person", "name": review.name, "jobTitle": review.role} for review in record.reviewed_by
        ]
    if cited := _citations(base, site, record):
        page["citation"] = cited
    return page | _SUBJECTS.get(kind.name, _thing)(base, site, record)


def of_kind(base: KnowledgeBase, site: Publication, name: str) -> Node:
    """The landing page of a kind."""
    kind = KINDS[name].KIND
    address = site.address(f"{kind.folder}/")
    page = _page("CollectionPage", site, address, kind.plural, kind.intro, [(site.name, "")])
    records = base.of_kind(name)
    if records:
        page["dateModified"] = max(record.changes[0].date for record in records).isoformat()
    if name == "term":
        page["mainEntity"] = _term_set(site)
    if name == "food":
        page["mainEntity"] = _foods(base, site, page)
    return page


def of_page(site: Publication, path: str, title: str, description: str, crumbs: Crumbs) -> Node:
    """A page that is neither a record's nor a kind's, by its path below `docs/`."""
    medical = path.startswith("guides/") or path == "is-it-b12-or-ms.md"
    kind = "AboutPage" if path == "about.md" else "MedicalWebPage" if medical else "WebPage"
    return _page(kind, site, site.address(page_url(path)), title, description, crumbs)


def of_home(base: KnowledgeBase, site: Publication) -> Node:
    """The home page: the atlas as a whole, as a site and as a dataset."""
    page = _page("WebPage", site, site.site, site.name, site.description, [])
    days = [entry.record.changes[0].date for entry in base.entries.values()]
    page["mainEntity"] = _dataset(site, site.name, site.description, "", "index") | (
        {"dateModified": max(days).isoformat()} if days else {}
    )
    return page


def _page(kind: str, site: Publication, address: str, title: str, description: str, crumbs: Crumbs) -> Node:
    """What every page says."""
    page: Node = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": address,
        "url": address,
        "name": title,
        "description": description,
        "inLanguage": "en-GB",
        "license": LICENCE["url"],
        "creditText": site.credit,
        "isAccessibleForFree": True,
        "isPartOf": {"@type": "WebSite", "@id": site.site, "url": site.site, "name": site.name},
    }
    if crumbs:
        way = [*((name, site.address(path)) for name, path in crumbs), (title, address)]
        page["breadcrumb"] = {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": place, "name": name, "item": item}
                for place, (name, item) in enumerate(way, 1)
            ],
        }
    return page


def _citations(base: KnowledgeBase, site: Publication, record: Record) -> list[Node]:
    """The sources that a record cites, each once: its page here says the rest of each."""
    keys = dict.fromkeys(edge.end for edge in base.graph.outgoing(record.key) if edge.relation == "cites")
    cited = []
    for key in keys:
        source = base.record(key)
        assert isinstance(source, Source)
        cited.append(_work(site, source))
    return cited


def _work(site: Publication, source: Source) -> Node:
    known = cite.addresses(source)
    return {
        "@type": _WORKS.get(source.csl_type, "CreativeWork"),
        "@id": f"{site.address(page_address(source))}#work",
        "name": cite.title(source),
    } | ({"sameAs": known[0][1]} if known else {})


def _named(kind: str, record: Record, **more: object) -> Node:
    """Something of schema.org's that has the record's names."""
    return {
        name: value
        for name, value in {"@type": kind, "name": record.title, "alternateName": list(record.aliases), **more}.items()
        if value
    }


def _thing(base: KnowledgeBase, site: Publication, record: Record) -> Node:
    return {"about": _named("Thing", record)}


def _symptom(base: KnowledgeBase, site: Publication, record: Record) -> Node:
    return {"about": _named("MedicalSignOrSymptom", record)}


def _test(base: KnowledgeBase, site: Publication, record: Record) -> Node:
    assert isinstance(record, Test)
    # A record may be about testing as such, or about what disturbs tests; what has a threshold or a unit is one test.
    kind = "MedicalTest" if record.thresholds or record.conversions else "MedicalEntity"
    return {"about": _named(kind, record)}


def _medicine(base: KnowledgeBase, site: Publication, record: Record) -> Node:
    """A class where it names its members; a drug where it has brand names; else neither is said."""
    assert isinstance(record, Medicine)
    names = [one.name for one in record.brands]
    if record.substances:
        members = [{"@type": "Drug", "name": one.name} for one in record.substances]
        return {"about": _named("DrugClass", record, drug=members)}
    if not names:
        return {"about": _named("MedicalEntity", record)}
    more = {"drugClass": {"@type": "DrugClass", "name": record.medicine_class}} if record.medicine_class else {}
    return {"about": _named("Drug", record, proprietaryName=names, administrationRoute=record.route, **more)}


def _treatment(base: KnowledgeBase, site: Publication, record: Record) -> Node:
    assert isinstance(record, Treatment)
    kinds = {"form": "DietarySupplement", "route": "MedicalTherapy", "plan": "MedicalTherapy"}
    kind = kinds.get(record.aspect, "MedicalTherapy" if record.aspect == "cause-specific" else "MedicalEntity")
    return {"about": _named(kind, record)}


def _claim(base: KnowledgeBase, site: Publication, record: Record) -> Node:
    """The claim, never without what the evidence says of it."""
    assert isinstance(record, Claim)
    verdict = base.vocabularies["verdict"][record.verdict].label
    certainty = base.vocabularies["certainty"][record.certainty].label
    judged = f"Verdict: {verdict} ({certainty.lower()}). {record.summary}"
    return {"mainEntity": _named("Claim", record, description=judged)}


def _faq(base: KnowledgeBase, site: Publication, record: Record) -> Node:
    assert isinstance(record, Faq)
    answer = {
        "@type": "Answer",
        "text": plain(record.short_answer),
        "url": site.address(page_address(record)),
        "inLanguage": "en-GB",
    }
    question = _named("Question", record, acceptedAnswer=answer)
    return {"@type": "FAQPage", "mainEntity": [question]}


def _food(base: KnowledgeBase, site: Publication, record: Record) -> Node:
    """The food, with the figure that the atlas shows and how it was found."""
    assert isinstance(record, Food)
    content = record.content
    amount = {"value": content.micrograms, "minValue": content.low, "maxValue": content.high}
    value = {
        "@type": "PropertyValue",
        "name": "Vitamin B12",
        **{name: number for name, number in amount.items() if number is not None},
        "unitText": "µg per 100 g",
        "measurementTechnique": base.vocabularies["food-basis"][content.basis].label,
    }
    return {"about": _named("Thing", record), "mainEntity": value}


def _intake(base: KnowledgeBase, site: Publication, record: Record) -> Node:
    assert isinstance(record, Intake)
    return {
        "mainEntity": _dataset(
            site, record.title, record.summary, page_address(record), f"{record.KIND.folder}/{record.id}"
        )
        | {
            "variableMeasured": "Recommended vitamin B12, in micrograms a day",
            "spatialCoverage": {"@type": "Place", "name": base.vocabularies["country"][record.country].label},
        }
    }


def _source(base: KnowledgeBase, site: Publication, record: Record) -> Node:
    assert isinstance(record, Source)
    work = _work(site, record)
    if names := cite.authors(record):
        work["creditText"] = names
    if record.year is not None:
        work["datePublished"] = str(record.year)
    if record.container:
        work["isPartOf"] = {
            "@type": "Periodical" if record.csl_type == "article-journal" else "CreativeWork",
            "name": record.container,
        }
    if record.doi:
        work["identifier"] = {"@type": "PropertyValue", "propertyID": "DOI", "value": record.doi}
    return {"mainEntity": work}


def _term(base: KnowledgeBase, site: Publication, record: Record) -> Node:
    whole = {"@id": _term_set(site)["@id"]}
    return {"mainEntity": _named("DefinedTerm", record, description=record.summary, inDefinedTermSet=whole)}


def _term_set(site: Publication) -> Node:
    kind = KINDS["term"].KIND
    address = site.address(f"{kind.folder}/")
    return {
        "@type": "DefinedTermSet",
        "@id": f"{address}#terms",
        "name": f"{kind.plural} of {site.name}",
        "description": kind.intro,
        "url": address,
    }


def _foods(base: KnowledgeBase, site: Publication, page: Node) -> Node:
    """All foods as one dataset, with the datasets that it was taken from."""
    kind = KINDS["food"].KIND
    taken = dict.fromkeys(record.content.dataset for record in base.of_kind("food") if isinstance(record, Food))
    sources = [base.record(f"source:{source_id}") for source_id in taken]
    return _dataset(site, "Vitamin B12 in foods", kind.intro, f"{kind.folder}/", kind.folder) | {
        "variableMeasured": "Vitamin B12, in micrograms per 100 g",
        "isBasedOn": [_work(site, source) for source in sources if isinstance(source, Source)],
        **({"dateModified": page["dateModified"]} if "dateModified" in page else {}),
    }


def _dataset(site: Publication, name: str, description: str, path: str, file: str) -> Node:
    """A dataset and its file; the tables that readers see are there as CSV as well."""
    files = [("application/json", f"{ROOT}{file}.json")]
    if file in {table.name for table in tables.TABLES}:
        files.append(("text/csv", f"{tables.ROOT}{file}.csv"))
    return {
        "@type": "Dataset",
        "@id": f"{site.address(path)}#data",
        "name": name,
        "description": description,
        "url": site.address(path),
        "inLanguage": "en-GB",
        "license": LICENCE["url"],
        "creditText": site.credit,
        "isAccessibleForFree": True,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": form, "contentUrl": site.address(place)}
            for form, place in files
        ],
    }


_SUBJECTS: Mapping[str, Callable[[KnowledgeBase, Publication, Record], Node]] = {
    "symptom": _symptom,
    "test": _test,
    "medicine": _medicine,
    "treatment": _treatment,
    "claim": _claim,
    "faq": _faq,
    "food": _food,
    "intake": _intake,
    "source": _source,
    "term": _term,
}
"""Kind → what its page is about, in schema.org's words; of every other kind it is told that it is about its subject."""
