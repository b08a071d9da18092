"""The sheets about a question and not about one record: which there are, and the records that each holds.

Their templates call records and findings by name, as guides do: `record('test:mma')`, `fact('test:mma', 'findings.0')`.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, nodes

from ..compiled import TEMPLATES
from ..knowledge import KnowledgeBase
from ..model import Record
from ..model.record import Change
from ..named import WrongCallError, named_finding, named_record
from ..problem import Problem, quoted

ALL = "*"
"""Stands for every record of a kind: `symptom:*`."""


@dataclass(frozen=True)
class Sheet:
    """A sheet about a question.

    Args:
        id: its name, that of its template, and that of its PDFs.
        title: its title.
        summary: one sentence for the file's description.
        live: the address of its page below the site's root.
        records: the records that it holds; all of a kind as `symptom:*`. They give its dates.
    """

    id: str
    title: str
    summary: str
    live: str
    records: Sequence[str]

    @property
    def template(self) -> str:
        """Its template below `macros/templates/print/`."""
        return f"sheets/{self.id}.html.j2"

    @property
    def edit(self) -> str:
        """Its template, from the project's folder."""
        return f"macros/templates/print/{self.template}"


SHEETS = (
    Sheet(
        "b12-or-ms",
        "Is it B12 or MS? A list for your appointment",
        "A list to fill in before an appointment: urgent signs, symptoms to tick, what to say and what to ask.",
        "is-it-b12-or-ms/",
        (
            "faq:how-are-symptoms-of-ms-and-b12-deficiency-different",
            "faq:can-b12-deficiency-be-mistaken-for-ms",
            "test:general-approach",
            "symptom:*",
        ),
    ),
    Sheet(
        "blood-tests",
        "Your blood tests",
        "What the blood tests for vitamin B12 tell, where their limits lie, what misleads, and what to ask.",
        "guides/blood-tests/",
        (
            "test:general-approach",
            "test:serum-total-b12",
            "test:holotranscobalamin",
            "test:mma",
            "test:full-blood-count-mcv",
        ),
    ),
    Sheet(
        "fridge-door",
        "Foods for the fridge door",
        "How much vitamin B12 is in a portion of everyday food, and how to spread it over the day.",
        "guides/eating-for-b12/",
        (
            "faq:which-foods-have-most-b12",
            "faq:how-much-b12-do-i-need-a-day",
            "treatment:diet-and-fortified-food",
            "food:beef-liver-braised",
            "food:clams-steamed",
            "food:mackerel-atlantic-cooked",
            "food:sardines-in-oil",
            "food:salmon-atlantic-farmed-cooked",
            "food:tuna-light-canned-water",
            "food:beef-ground-90-broiled",
            "food:milk-2-percent",
            "food:yogurt-plain-lowfat",
            "food:egg-boiled",
            "food:cereal-bran-flakes-survey",
        ),
    ),
    Sheet(
        "without-meat",
        "Without meat",
        "How vegetarians and vegans get enough vitamin B12, and which foods do not count.",
        "guides/vegetarian-and-vegan/",
        (
            "faq:i-am-vegan-or-vegetarian-how-much-b12",
            "faq:how-much-b12-do-i-need-a-day",
            "faq:how-do-i-know-if-a-food-is-fortified",
            "faq:do-seaweed-spirulina-tempeh-and-mushrooms-count",
            "treatment:diet-and-fortified-food",
        ),
    ),
    Sheet(
        "medicines",
        "Medicines to mention",
        "A list to tick and take along: which medicines bear on vitamin B12, and what is known of MS medicines.",
        "guides/ms-medicines/",
        (
            "faq:which-medicines-lower-b12",
            "faq:is-b12-safe-with-my-ms-medicine",
            "medicine:*",
        ),
    ),
    Sheet(
        "ms-and-b12",
        "If you have MS: should you take B12?",
        "What is known about taking vitamin B12 with MS: when the level is low, and when it is normal.",
        "guides/ms-and-b12/",
        (
            "faq:i-have-ms-and-low-b12-will-treating-it-help",
            "faq:i-have-ms-and-normal-b12-should-i-take-it",
            "test:serum-total-b12",
        ),
    ),
    Sheet(
        "treatment",
        "Treatment, month by month",
        "What happens when a lack of vitamin B12 is treated, from the start to the years after.",
        "guides/treatment/",
        (
            "treatment:plan-with-nerve-symptoms",
            "treatment:plan-without-nerve-symptoms",
            "treatment:plan-follow-up",
        ),
    ),
    Sheet(
        "for-your-gp",
        "For your GP: a page of evidence with references",
        "For clinicians: thresholds in the UK and the US, test performance, MS, nitrous oxide, treatment, and gaps.",
        "is-it-b12-or-ms/",
        (
            "faq:can-b12-deficiency-be-mistaken-for-ms",
            "test:serum-total-b12",
            "test:holotranscobalamin",
            "test:mma",
            "medicine:nitrous-oxide",
            "treatment:plan-with-nerve-symptoms",
            "faq:i-have-ms-and-normal-b12-should-i-take-it",
        ),
    ),
    Sheet(
        "laughing-gas",
        "Laughing gas",
        "What laughing gas (nitrous oxide) does to vitamin B12 and to nerves, and when to get help.",
        "guides/laughing-gas/",
        (
            "medicine:nitrous-oxide",
            "treatment:plan-after-nitrous-oxide",
            "faq:laughing-gas-legs-numb-will-i-recover",
        ),
    ),
)


@dataclass(frozen=True)
class Holding:
    """What a sheet says of itself, from the records that it holds; no clinician has reviewed the sheet as such."""

    changes: Sequence[Change]
    checked: datetime.date
    check_again: datetime.date
    reviewed_by: Sequence[Any] = ()


def held(base: KnowledgeBase, sheet: Sheet) -> list[Record]:
    """The records of a sheet, in its order; those that are not there are left out (see `problems`)."""
    found: list[Record] = []
    for key in sheet.records:
        kind, _, name = key.partition(":")
        if name == ALL:
            found += base.of_kind(kind)
        elif key in base.entries:
            found.append(base.record(key))
    return found


def sheets(base: KnowledgeBase) -> list[Sheet]:
    """The sheets of this atlas. Another one, such as the small one of the tests, has none of their records."""
    return [sheet for sheet in SHEETS if any(key in base.entries for key in sheet.records)]


def context(base: KnowledgeBase, sheet: Sheet) -> dict[str, Any]:
    """What its template is given: its records, the findings in them, and what it says of itself."""
    records = held(base, sheet)
    keys = {record.key: record for record in records}
    changes = sorted((change for record in records for change in record.changes), key=lambda c: c.date, reverse=True)

    def of_kind(kind: str) -> list[Record]:
        return [record for record in records if record.KIND.name == kind]

    return {
        "r": Holding(changes, min(r.checked for r in records), min(r.check_again for r in records)),
        "record": keys.__getitem__,
        "records": of_kind,
        "fact": functools.partial(named_finding, base),
    }


@dataclass(frozen=True)
class Call:
    """A record, or a finding in it, that a template calls by name.

    Args:
        line: where in the template.
        key: the record.
        where: the finding in it; empty where the record itself is called.
    """

    line: int
    key: str
    where: str


def calls(sheet: Sheet) -> list[Call]:
    """What a sheet's template calls by name, in its order."""
    text = (TEMPLATES / "print" / sheet.template).read_text(encoding="utf-8")
    found = []
    for node in Environment(autoescape=True).parse(text).find_all(nodes.Call):
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name in ("record", "fact"):
            values = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
            found.append(Call(node.lineno, str(values[0]), str(values[1]) if name == "fact" else ""))
    return found


def problems(base: KnowledgeBase) -> Iterator[Problem]:
    """Every record or finding that a sheet names and that is not there, or that stands outside its list."""
    for sheet in sheets(base):
        for key in sheet.records:
            if not key.endswith(f":{ALL}"):
                yield from _lost(base, "macros/press/sheets.py", Call(0, key, ""))
        keys = {record.key for record in held(base, sheet)}
        for call in calls(sheet):
            yield from _lost(base, sheet.edit, call)
            if call.key in base.entries and call.key not in keys:
                found, expected = f"the record {quoted(call.key)}", f"one that the sheet {quoted(sheet.id)} lists"
                yield Problem(sheet.edit, call.line, found, expected, "Add it to `records` in macros/press/sheets.py.")


def _lost(base: KnowledgeBase, path: str, call: Call) -> Iterator[Problem]:
    try:
        if call.where:
            named_finding(base, call.key, call.where)
        else:
            named_record(base, call.key)
    except WrongCallError as error:
        yield Problem(path, call.line, error.found, error.expected, error.remedy)
