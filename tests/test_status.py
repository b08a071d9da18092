"""The trust page's numbers and the news, counted on a small atlas whose numbers are known."""

import datetime
import json
from pathlib import Path

from macros.knowledge import KnowledgeBase
from macros.model import KINDS
from macros.news import news
from macros.status import OLD, as_data, status

from .conftest import DAY, Sample


def test_each_record_is_counted_once_under_its_kind(sample: Sample) -> None:
    base = sample.base()
    found = status(base)
    assert found.records == len(base.entries)
    assert {kind.name: kind.records for kind in found.kinds} == {kind: len(base.of_kind(kind)) for kind in KINDS}
    assert found.addresses == len(base.of_kind("source"))


def test_a_review_is_counted_when_a_record_names_one(sample: Sample) -> None:
    assert status(sample.base()).reviewed == 0
    review = {"name": "A. Name", "role": "Neurologist", "date": "2026-05-01", "interests": "none declared"}
    sample.edit("symptom", "symptom-0", lambda fields: fields.update(reviewed_by=[review]))
    found = status(sample.base())
    assert found.reviewed == 1
    assert [kind.name for kind in found.kinds if kind.reviewed] == ["symptom"]


def test_a_check_is_overdue_by_the_newest_day_in_the_records(sample: Sample) -> None:
    assert all(kind.overdue == 0 for kind in status(sample.base()).kinds)
    before = status(sample.base()).day

    def neglected(fields: dict[str, object]) -> None:
        fields["checked"] = "2020-01-01"
        fields["check_again"] = "2021-01-01"

    sample.edit("food", "food-0", neglected)
    found = status(sample.base())
    assert found.day == before <= DAY
    assert {kind.name: kind.overdue for kind in found.kinds if kind.overdue} == {"food": 1}
    assert (found.oldest_check.key, found.oldest_check.checked) == ("food:food-0", datetime.date(2020, 1, 1))


def test_what_was_checked_longest_ago_is_a_number_where_many_share_the_day(sample: Sample) -> None:
    base = sample.base()
    found = status(base)
    assert found.checked_longest_ago == sum(
        e.record.checked == found.oldest_check.checked for e in base.entries.values()
    )
    sample.edit("food", "food-0", lambda fields: fields.update(checked="2020-01-01"))
    assert status(sample.base()).checked_longest_ago == 1


def test_the_next_checks_are_told_by_day_and_kind(sample: Sample) -> None:
    for name in ("food-0", "food-1"):
        sample.edit("food", name, lambda fields: fields.update(checked="2025-12-01", check_again="2026-12-01"))
    due = status(sample.base()).next_due
    assert (due.day, due.kinds, due.records) == (datetime.date(2026, 12, 1), {"food": 2}, 2)


def test_old_sources_stand_by_how_much_rests_on_them(real: KnowledgeBase) -> None:
    found = status(real)
    assert len(found.old_sources) > 10
    assert all(one.source.year and one.source.year <= found.day.year - OLD for one in found.old_sources)
    counts = [one.cited_by for one in found.old_sources]
    assert counts == sorted(counts, reverse=True)
    first = found.old_sources[0]
    citing = [
        k for k, e in real.entries.items() if first.source.id in e.record.model_dump_json() and k != first.source.key
    ]
    assert first.cited_by == len(citing)
    assert as_data(found)["old_sources"][0] == {
        "record": first.source.key,
        "year": first.source.year,
        "cited_by": first.cited_by,
    }


def test_certainty_is_counted_for_every_finding_step_and_verdict(sample: Sample) -> None:
    before = {kind.name: dict(kind.certainty) for kind in status(sample.base()).kinds}
    sample.edit("claim", "claim-0", lambda fields: fields.update(certainty="very-low"))
    after = {kind.name: dict(kind.certainty) for kind in status(sample.base()).kinds}
    assert sum(after["claim"].values()) == sum(before["claim"].values())
    assert after["claim"] != before["claim"]
    assert after["symptom"] == before["symptom"]


def test_the_data_for_machines_say_the_same(sample: Sample) -> None:
    found = status(sample.base())
    told = as_data(found)
    assert told["records"] == found.records
    assert told["kinds"][0]["certainty"] == dict(found.kinds[0].certainty)
    assert told == as_data(status(sample.base()))


def test_news_are_told_newest_first_and_once_for_many_records(sample: Sample) -> None:
    def changed(fields: dict[str, object]) -> None:
        changes = fields["changes"]
        assert isinstance(changes, list)
        changes.insert(0, {"date": "2026-05-30", "text": "A figure was corrected."})

    sample.edit("food", "food-1", changed)
    sample.edit("food", "food-0", changed)
    first, *rest = news(sample.base())
    assert (first.text, [record.key for record in first.records]) == (
        "A figure was corrected.",
        ["food:food-0", "food:food-1"],
    )
    assert [one.date for one in rest] == sorted((one.date for one in rest), reverse=True)
    assert sum(len(one.records) for one in [first, *rest]) == len(sample.base().entries) + 2


def test_the_site_holds_the_status_of_its_records(site: Path) -> None:
    told = json.loads((site / "status.json").read_text(encoding="utf-8"))
    page = (site / "trust" / "index.html").read_text(encoding="utf-8")
    assert f"{told['records']:,} records with {told['findings']:,} findings" in page
    assert "None has been reviewed by a clinician yet" in page
    assert f"{told['next_due']['day'][:4]}: " in page
    assert page.count('class="old-sources"') == 1
    assert [one["text"] in page for one in told["changed_lately"]] == [True] * len(told["changed_lately"])
    assert len(told["changed_lately"]) == page.count("<time datetime=")
