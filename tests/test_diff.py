"""What changed for a reader: a golden sentence for each kind of change, hostile text, and revisions that are none."""

import html
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.atlas import generated, write_record
from macros.cli import main
from macros.diff import as_markdown, as_text, difference
from macros.github import LONGEST
from macros.revision import Side, two_sides

from .conftest import Fields, Sample

Act = Callable[[Sample], object]


def git(root: Path, *arguments: str) -> str:
    names = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *names, *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(root: Path) -> str:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "State")
    return git(root, "rev-parse", "HEAD")


def start(sample: Sample) -> None:
    """Makes the sample a repository, with records that say more than the generated ones."""
    sample.edit("food", "food-0", both(put("title", to="Beef liver"), put("content", "micrograms", to=70.6)))
    sample.edit("symptom", "symptom-0", lambda f: f["findings"].append(VITAMIN))
    sample.edit("symptom", "symptom-0", lambda f: f["care"].append(DOCTOR))
    sample.edit("treatment", "treatment-0", lambda f: f["doses"][0].update(amount=1000))
    git(sample.root, "init", "-q", "-b", "main")
    commit(sample.root)


VITAMIN: Fields = {
    "text": "Vitamin D made no difference to tiredness in one trial.",
    "certainty": "moderate",
    "direction": "against",
    "evidence": "human-trial",
    "sources": ["source-1"],
}
DOCTOR: Fields = {"urgency": "routine", "text": "Tell your doctor at your next visit.", "basis": "editorial"}


def edit(kind: str, change: Callable[[Fields], object], number: int = 0) -> Act:
    return lambda sample: sample.edit(kind, f"{kind}-{number}", change)


def put(*way: str | int, to: Any) -> Callable[[Fields], object]:
    """Sets the value at `way`; takes it out where `to` is None."""

    def change(fields: Any) -> None:
        for step in way[:-1]:
            fields = fields[step]
        if to is None:
            del fields[way[-1]]
        else:
            fields[way[-1]] = to

    return change


def both(*changes: Callable[[Fields], object]) -> Callable[[Fields], object]:
    return lambda fields: [change(fields) for change in changes]


def moved(sample: Sample, kind: str, old: str, new: str, **fields: Any) -> None:
    sample.edit(kind, old, lambda f: f.update(id=new, **fields))
    sample.path(kind, old).rename(sample.path(kind, new))


def retire(sample: Sample, entry: Fields) -> None:
    text = yaml.safe_dump([{**entry, "date": "2026-05-01"}], sort_keys=False)
    (sample.root / "data" / "retired.yml").write_text(text, encoding="utf-8")


def remove(kind: str, number: int) -> Act:
    return lambda sample: sample.path(kind, f"{kind}-{number}").unlink()


def added(sample: Sample) -> None:
    fields = dict(next(fields for kind, fields in generated(40) if kind == "claim"))
    fields.update(id="sunlight", title="Sunlight makes vitamin B12", care=[DOCTOR])
    write_record(sample.path("claim", "sunlight"), fields)


def rename_and_retire(sample: Sample) -> None:
    moved(sample, "food", "food-0", "liver-beef", title="Liver, beef")
    retire(sample, {"was": "food:food-0", "now": "food:liver-beef", "why": "Named like the other livers."})


def merge(sample: Sample) -> None:
    remove("term", 1)(sample)
    retire(sample, {"was": "term:term-1", "now": "term:term-0", "why": "The same word."})


def retire_for_good(sample: Sample) -> None:
    remove("term", 1)(sample)
    retire(sample, {"was": "term:term-1", "why": "Nobody asks for it."})


def vocabulary(name: str, old: str, new: str) -> Act:
    def act(sample: Sample) -> None:
        path = sample.root / "data" / "vocab" / f"{name}.yml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return act


CASES: dict[str, Act] = {
    "amount and source": edit(
        "food", both(put("content", "micrograms", to=83.1), put("content", "dataset", to="source-3"))
    ),
    "amount becomes a range": edit("food", lambda f: f["content"].update(micrograms=None, low=60, high=80.5)),
    "how the amount was found": edit(
        "food", both(put("content", "basis", to="calculated"), put("content", "samples", to=12))
    ),
    "another dataset's value": edit(
        "food",
        put("other_values", to=[{"micrograms": 59.3, "dataset": "source-2", "item": "Liver", "basis": "measured"}]),
    ),
    "portion": edit("food", put("portion", to={"name": "1 slice", "grams": 68})),
    "fortified": edit("food", put("fortified", to=True)),
    "words of a vocabulary in a list": edit("food", put("diets", to=["vegan", "pescatarian"])),
    "certainty": edit("symptom", put("findings", 4, "certainty", to="low")),
    "direction and evidence": edit(
        "symptom",
        both(
            put("findings", 4, "direction", to="for"),
            put("findings", 4, "evidence", to="animal"),
            put("findings", 4, "species", to="mouse"),
        ),
    ),
    "value": edit("symptom", put("findings", 0, "figure", "value", to=52.25)),
    "unit": edit("symptom", put("findings", 0, "figure", "unit", to="people")),
    "interval": edit("symptom", put("findings", 0, "figure", "high", to=66)),
    "kind of interval": edit("symptom", put("findings", 0, "figure", "interval", to="range")),
    "population and place": edit(
        "symptom",
        both(
            put("findings", 0, "figure", "population", to="90 children"),
            put("findings", 0, "figure", "where", to="table 2"),
        ),
    ),
    "count, qualifier, comparison": edit(
        "symptom",
        lambda f: f["findings"][0]["figure"].update(
            qualifier="about", count=50, total=99, versus={"value": 30, "population": "others"}
        ),
    ),
    "figure removed": edit("symptom", put("findings", 0, "figure", to=None)),
    "figure added": edit(
        "symptom", put("findings", 4, "figure", to={"value": 3, "unit": "points", "population": "80 adults"})
    ),
    "finding removed": edit("symptom", put("findings", 4, to=None)),
    "finding added": edit(
        "symptom",
        lambda f: f["findings"].insert(0, {**VITAMIN, "text": "Sleep helped in another trial.", "id": "sleep"}),
    ),
    "finding reworded": edit(
        "symptom", put("findings", 4, "text", to="Vitamin D made a small difference to tiredness in one trial.")
    ),
    "finding rewritten in its place": edit("symptom", put("findings", 4, "text", to="Nothing helped.")),
    "findings in another order": edit("symptom", lambda f: f["findings"].reverse()),
    "how often, in one condition": edit("symptom", put("ms", "how_often", 0, "figure", "value", to=41)),
    "occurrence": edit("symptom", put("b12", "occurs", to="rarely")),
    "sources of a finding": edit("symptom", put("findings", 4, "sources", to=["source-2", "source-3"])),
    "care card": edit(
        "symptom", both(put("care", 1, "urgency", to="same-day"), put("care", 1, "text", to="Tell your doctor today."))
    ),
    "care card removed": edit("symptom", put("care", 0, to=None)),
    "care card added": edit("test", put("care", to=[DOCTOR])),
    "care cards in another order": edit("symptom", lambda f: f["care"].reverse()),
    "threshold": edit("test", both(put("thresholds", 0, "under", to=200), put("thresholds", 0, "other_under", to=148))),
    "threshold's unit": edit("test", put("thresholds", 0, "unit", to="pmol/L")),
    "threshold's meaning and source": edit(
        "test",
        both(put("thresholds", 0, "meaning", to="indeterminate"), put("thresholds", 0, "sources", to=["source-9"])),
    ),
    "threshold added": edit(
        "test",
        lambda f: f["thresholds"].append(
            {
                "issuer": "Another",
                "country": "us",
                "meaning": "normal",
                "over": 300,
                "unit": "pg/mL",
                "sources": ["source-1"],
            }
        ),
    ),
    "conversion": edit(
        "test", put("conversions", to=[{"start": "ng/L", "end": "pmol/L", "factor": 0.738, "basis": "Molar mass"}])
    ),
    "dose": edit(
        "treatment",
        both(put("doses", 0, "amount", to=100), put("doses", 0, "text", to="1 mg every 3 months [@source-0].")),
    ),
    "dose removed": edit("treatment", put("doses", to=None)),
    "recommended amount": lambda s: s.edit(
        "intake", "intake-0", both(put("amounts", 0, "micrograms", to=4), put("amounts", 0, "from_months", to=216))
    ),
    "verdict": edit("claim", both(put("verdict", to="wrong"), put("certainty", to="high"))),
    "effect of a medicine": edit("medicine", put("effect", to="lowers")),
    "advice": edit("medicine", put("what_to_do", to="Ask your MS team, or your pharmacist.")),
    "what was read": edit("medicine", put("product_information", "looked", 0, "when", to="2025")),
    "title, summary": edit(
        "faq", both(put("title", to="Which test is best?"), put("summary", to="The level in blood, to begin with."))
    ),
    "aliases": edit("faq", put("aliases", to=["other word 0", "which test", "best test"])),
    "links": edit("faq", put("related", to=["food:food-0", "claim:claim-1"])),
    "prose, word by word": edit(
        "faq", lambda f: f.update(detail=f["detail"].replace("had none at all", "had hardly any", 1))
    ),
    "prose with an amount": edit("faq", put("not_known", to="Whether 50 micrograms hold in everybody.")),
    "prose added and removed": edit("faq", both(put("clinical", to="Some words."), put("what_to_do", to=None))),
    "a list of texts": edit("test", put("ask", to=["What does my result mean for me?", "Is another test needed?"])),
    "line breaks only": edit("faq", lambda f: f.update(detail=f["detail"].replace("\n\n", "\n", 1))),
    "nodes and steps": edit(
        "pathway",
        both(
            put("nodes", 0, "label", to="Transcobalamin"),
            put("steps", 0, "certainty", to="high"),
            put("steps", 0, "relation", to="binds"),
        ),
    ),
    "drawing": edit("pathway", put("drawing", "bands", 0, "label", to="Gut")),
    "bibliography": edit(
        "source",
        both(
            put("year", to=2021),
            put("authors", to=["Doe J", "Poe P"]),
            put("read", to="full"),
            put("doi", to="10.5555/other"),
        ),
    ),
    "dates and changes": edit(
        "term",
        lambda f: f.update(
            checked="2026-05-01", changes=[{"date": "2026-05-01", "text": "Checked again."}, *f["changes"]]
        ),
    ),
    "review": edit(
        "term",
        put(
            "reviewed_by",
            to=[{"name": "Dr A", "role": "Haematologist", "date": "2026-05-01", "interests": "none declared"}],
        ),
    ),
    "record added": added,
    "record removed": remove("symptom", 1),
    "record renamed and retired": rename_and_retire,
    "record renamed, not retired": lambda s: moved(s, "food", "food-0", "liver-beef", content={"micrograms": 83.1}),
    "record merged": merge,
    "record retired": retire_for_good,
    "label of a vocabulary": vocabulary("unit", "label: '%'", "label: percent"),
    "word of a vocabulary": vocabulary("food-group", "Clams, mussels, oysters, crab, squid.", "Clams and crab."),
    "unknown fields and wrong types": edit(
        "food",
        lambda f: f.update(colour={"skin": 1}, content=[1], aliases="one", portion="1 cup", fortified="maybe"),
    ),
    "list of retired ids": lambda sample: retire(sample, {"was": "food:never", "now": "food:gone", "why": "A slip."}),
    "a record that cannot be read": lambda s: s.write("food", "food-0", b"id: [\n"),
    "a record that is a list": lambda s: s.write("food", "food-0", b"- id\n"),
    "a file that is not a record": lambda s: (s.root / "data" / "foods" / "notes.txt").write_text("x"),
    "form only": lambda s: s.write("food", "food-0", s.path("food", "food-0").read_bytes() + b"\n# A comment.\n"),
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    sample = Sample(tmp_path_factory.mktemp("repository"))
    start(sample)
    return sample


@pytest.fixture
def fresh(repository: Sample) -> Iterator[Sample]:
    """The repository as committed; what a test does to its files or branches is undone after it."""
    yield repository
    git(repository.root, "checkout", "-q", "-f", "main")
    git(repository.root, "clean", "-fdq")


GOLDEN: dict[str, list[str]] = {
    part.split("\n")[0]: part.split("\n")[1:]
    for part in (Path(__file__).parent / "golden" / "diff.txt").read_text(encoding="utf-8").strip().split("\n\n")
}
"""For each kind of change its sentences, as they are to be."""


def told(sample: Sample, revisions: str = "HEAD") -> list[str]:
    found = difference(*two_sides(sample.root, revisions))
    return [f"- {'CLINICAL ' if change.clinical else ''}{change.sentence}" for change in found.changes]


def test_every_kind_of_change_has_its_sentences() -> None:
    assert list(GOLDEN) == list(CASES)
    assert len(CASES) >= 30


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_told_as_it_is_to_be(fresh: Sample, case: str) -> None:
    CASES[case](fresh)
    assert told(fresh) == GOLDEN[case]


def test_no_change_of_a_value_goes_untold(fresh: Sample) -> None:
    """Every line of a record of each kind, changed one at a time."""
    for kind in ("symptom", "test", "medicine", "pathway", "claim", "food", "intake", "treatment", "source", "faq"):
        path = fresh.path(kind, f"{kind}-0")
        name = path.relative_to(fresh.root).as_posix()
        text = path.read_text(encoding="utf-8")
        base, lines = Side("a", {name: text.encode()}), text.splitlines()
        for number, line in enumerate(lines):
            changed = [*lines[:number], f"{line}x", *lines[number + 1 :]]
            if line.endswith(":"):
                continue
            head = Side("b", {name: "\n".join(changed).encode()})
            assert difference(base, head).changes, line


def test_clinical_changes_stand_first(fresh: Sample) -> None:
    CASES["aliases"](fresh)
    CASES["amount and source"](fresh)
    assert as_text(difference(*two_sides(fresh.root, "HEAD"))) == (
        "What changes for a reader between HEAD and the working tree: records 2 changed. "
        "1 clinical change, marked CLINICAL.\n"
        "\n"
        "Clinical changes\n"
        "\n"
        "data/foods/food-0.yml\n"
        "- CLINICAL Beef liver: 70.6 → 83.1 µg per 100 g; source changed: source-0 → source-3\n"
        "\n"
        "Other changes\n"
        "\n"
        "data/questions/faq-0.yml\n"
        "- Generated faq 0: aliases added: “which test”, “best test”; removed: “everyday word 0”"
    )


def test_as_markdown(fresh: Sample) -> None:
    CASES["verdict"](fresh)
    assert as_markdown(difference(*two_sides(fresh.root, "HEAD"))) == (
        "What changes for a reader between HEAD and the working tree: records 1 changed. "
        "2 clinical changes, marked CLINICAL.\n"
        "\n"
        "### Clinical changes\n"
        "\n"
        "#### data/claims/claim\\-0.yml\n"
        "\n"
        "- **CLINICAL** Generated claim 0: verdict: Overstated → Wrong\n"
        "- **CLINICAL** Generated claim 0: Moderate certainty → High certainty"
    )


def test_nothing_changed_is_said(fresh: Sample) -> None:
    assert as_text(difference(*two_sides(fresh.root, "HEAD"))) == (
        "Nothing changes for a reader between HEAD and the working tree."
    )
    CASES["form only"](fresh)
    assert as_text(difference(*two_sides(fresh.root, "HEAD"))).endswith(
        "working tree. 1 file written differently, saying the same."
    )


HOSTILE = (
    "# <script>alert(1)</script> @org/team me@example.org [a](javascript:x) ![b](https://e.org/x.png) www.e.org "
    "`c` | d ~~e~~ $f$ **g** #12 GH-7 o/r#3 :tada: https://e.org &lt;b&gt; <!-- \x1b[31m \u202e ##[error]h [^1]"
)


def test_hostile_text_is_shown_as_its_characters(fresh: Sample) -> None:
    fresh.edit(
        "food", "food-0", lambda f: f.update(title=HOSTILE, note=f"{HOSTILE}\n\n# i\n- [ ] j", **{"<k>": HOSTILE})
    )
    (fresh.root / "data" / "foods" / "@l <m> `n`\n# o.txt").touch()
    found = difference(*two_sides(fresh.root, "HEAD"))
    text, markdown = as_text(found), as_markdown(found)
    for shown in (text, markdown):
        assert all(character.isprintable() or character == "\n" for character in shown)
        assert "##[" not in shown
        assert "\\u202e" in shown
    for line in markdown.splitlines():
        assert line == "" or line.startswith(("- ", "### ", "#### data/", "What changes"))
    bare = markdown.replace("**CLINICAL**", "")
    assert "<" not in bare
    read = html.unescape(bare).replace("\\", "")  # as GitHub sees it when it looks for names, numbers and addresses
    for active in ("@org", "@example", "@l", "www.", "GH-7", "#12", "#3", ":tada:", "://"):
        assert active not in read, active
    assert "&amp;lt;b&amp;gt;" in bare
    unescaped = bare.replace("\\\\", "")
    for mark in "`|*[]~_!":
        assert f"{mark}" not in unescaped.replace(f"\\{mark}", ""), mark


def test_long_markdown_is_cut_to_a_comment(fresh: Sample) -> None:
    for number in range(9):
        fresh.edit("food", f"food-{number}", put("aliases", to=[f"{word} " * 300 for word in range(60)]))
    CASES["verdict"](fresh)
    found = difference(*two_sides(fresh.root, "HEAD"))
    assert len(as_text(found)) > LONGEST
    markdown = as_markdown(found)
    assert len(markdown) < 65_536
    assert "verdict: Overstated → Wrong" in markdown
    assert "4000" not in markdown


# Revisions


def test_two_revisions(fresh: Sample) -> None:
    base = commit(fresh.root)
    git(fresh.root, "checkout", "-q", "-b", "topic")
    CASES["verdict"](fresh)
    topic = commit(fresh.root)
    git(fresh.root, "checkout", "-q", "-b", "other", base)
    CASES["amount and source"](fresh)
    other = commit(fresh.root)
    verdict = GOLDEN["verdict"]
    assert told(fresh, f"{base}..{topic}") == verdict
    assert told(fresh, f"{base[:10]}..topic") == verdict
    assert len(told(fresh, f"{other}..{topic}")) == 3
    assert told(fresh, f"{other}...{topic}") == verdict  # from where they parted
    assert told(fresh, "topic~1..") == GOLDEN["amount and source"]  # to HEAD, which is `other`


def test_the_project_may_stand_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "atlas").mkdir()
    sample = Sample(tmp_path / "atlas")
    git(tmp_path, "init", "-q")
    base = commit(tmp_path)
    CASES["verdict"](sample)
    commit(tmp_path)
    assert told(sample, f"{base}..HEAD") == GOLDEN["verdict"]


def test_odd_things_in_a_revision_are_told(fresh: Sample) -> None:
    base = commit(fresh.root)
    git(fresh.root, "checkout", "-q", "-b", "odd")
    fresh.path("food", "food-0").unlink()
    fresh.path("food", "food-0").symlink_to("/etc/passwd")
    fresh.write("food", "food-1", b"x" * 300_000)
    fresh.write("food", "food-2", b"\xff")
    fresh.write("food", "food-3", b"")
    working = told(fresh)
    commit(fresh.root)
    committed = told(fresh, f"{base}..odd")
    assert len(working) == len(committed) == 4
    assert committed[0] == (
        "- CLINICAL data/foods/food-0.yml in odd is a symbolic link, so what changed cannot be told"
    )
    assert "a file of 300000 bytes, where 262144 are allowed" in committed[1]
    assert "bytes that are not UTF-8" in committed[2]
    assert "an empty file" in committed[3]
    assert [line.replace("the working tree", "odd") for line in working] == committed


@pytest.mark.parametrize(
    "wanted",
    ["nothing", "HEAD..nothing", "nothing..HEAD", "-h..HEAD", "--output=x", "", "a....b", "HEAD:data", "^HEAD",
     "HEAD\n", "a\0b", "\udcff", "$(touch x)", "x" * 300_000, ":/x", "HEAD~999", "..nothing", "HEAD;id"],
)  # fmt: skip
def test_a_revision_that_is_none(fresh: Sample, wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(fresh.root), "diff", "--", wanted]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "is not a revision" in said.err
    assert len(said.err) < 300
    assert not (fresh.root / "x").exists()


def test_no_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["--root", str(tmp_path), "diff", "HEAD"]) == 2
    assert capsys.readouterr().err.startswith("git could not answer: 'not a git repository")
    assert main(["--root", str(tmp_path / "none"), "diff", "HEAD"]) == 2
    assert capsys.readouterr().err.startswith("git could not be asked: ")
    git(tmp_path, "init", "-q")
    assert main(["--root", str(tmp_path), "diff", "HEAD"]) == 2  # a repository without a commit
    assert "is not a revision" in capsys.readouterr().err
    monkeypatch.setenv("PATH", "")
    assert main(["--root", str(tmp_path), "diff", "HEAD"]) == 2
    assert capsys.readouterr().err.startswith("git could not be asked: ")


def test_the_command(fresh: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    CASES["verdict"](fresh)
    assert main(["--root", str(fresh.root), "diff", "HEAD"]) == 0
    assert "\n- CLINICAL Generated claim 0: verdict: Overstated → Wrong\n" in capsys.readouterr().out
    assert main(["--root", str(fresh.root), "diff", "HEAD..HEAD", "--markdown"]) == 0
    assert capsys.readouterr().out == "Nothing changes for a reader between HEAD and HEAD.\n"


# Whatever stands in the files

NAMES = ["id", "title", "findings", "text", "figure", "value", "unit", "care", "content", "thresholds", "words", "x y"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["low", "1e999", "a b c"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=20,
)
PATHS = st.sampled_from(
    ["data/foods/a.yml", "data/symptoms/b.yml", "data/vocab/unit.yml", "data/retired.yml", "data/x"]
)
SIDES = st.dictionaries(PATHS, st.binary(max_size=60) | VALUES.map(lambda value: yaml.dump(value).encode()) | st.text())


@settings(max_examples=300)
@given(SIDES, SIDES)
def test_nothing_makes_it_fail(base: dict[str, bytes | str], head: dict[str, bytes | str]) -> None:
    found = difference(Side("a", base), Side("b", head))
    assert all(character.isprintable() or character == "\n" for character in as_text(found))
    assert "<" not in as_markdown(found)


def test_a_text_made_to_be_slow_is_compared_in_time() -> None:
    old, new = "a " * 60_000, "a b " * 30_000
    record = b"id: faq-0\ndetail: %s\n"
    name = "data/questions/faq-0.yml"
    base, head = (Side(side, {name: record % text.encode()}) for side, text in (("a", old), ("b", new)))
    started = time.monotonic()
    assert difference(base, head).changes
    assert time.monotonic() - started < 5
