"""The foods held against FoodData Central's published files: what changed there, and the records brought up to date.

Figures are taken over. What somebody has to decide (a vanished food, another name, a mistake of unit) is told only.
"""

from __future__ import annotations

import copy
import datetime
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .changes import Comparing
from .figure import number
from .format import ValueChangedError, edited
from .load import Document, Entry, Location, load_vocabularies, read_document, read_record, read_text, record_files
from .model.kinds.food import Content, Food
from .model.vocabulary import Vocabulary
from .phrase import Words
from .problem import Problem, quoted
from .usda import FAMILIES, Listed, Release, Value, plain_code, plain_name, read_release

_DATASETS = {
    "usda-sr-legacy": "sr_legacy_food",
    "usda-foundation": "foundation_food",
    "usda-fndds": "survey_fndds_food",
}
"""How the ids of source records begin → the dataset that they are editions of."""
_SLIP = 100
"""So many times as much, or as little, is a mistake of unit, not a new analysis. (Micrograms and milligrams: 1,000.)"""
_PORTION_SLIP = 10
_HIGHEST = 1000
"""µg per 100 g. The richest food, clams, has a tenth of it."""
_TEXTS = ("summary", "disagreement", "absorption", "note")
_NUMBER = re.compile(r"(?<![\d.,])\d+(?:\.\d+)?(?![\d.]*\d)")


@dataclass(frozen=True)
class Edit:
    """A value of a record that changes."""

    location: Location
    value: float | int


@dataclass(frozen=True)
class Update:
    """A record whose figures change.

    Args:
        path: the file.
        title: the food.
        lines: what changes, in words.
        before, after: the text of the file.
        still: texts of the record that quote the old figure, or what else does not follow by itself.
    """

    path: Path
    title: str
    lines: tuple[str, ...]
    before: str
    after: str
    still: tuple[str, ...]


@dataclass
class Comparison:
    """What the foods and a release say of each other.

    Args:
        figures: how many figures were held against the files.
        updates: the records that would change.
        open: what somebody has to decide, each with file and line.
        absent: dataset → how many figures name it, where the folder does not hold it.
        unweighed: ids of foods whose portion the files do not name.
        problems: what is wrong with the files, or with records.
    """

    figures: int = 0
    updates: list[Update] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    absent: Counter[str] = field(default_factory=Counter)
    unweighed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def compare(root: Path, folder: Path, day: datetime.date) -> Comparison:
    """Holds every figure with a FoodData Central number against the files in `folder`. Writes nothing."""
    vocabularies, problems = load_vocabularies(root)
    paths = [path for path, model in record_files(root) if model is Food and not problems]
    entries: list[Entry] = []
    for path in paths:
        result = read_record(path, root, Food, vocabularies)
        if isinstance(result, Entry):
            entries.append(result)
        else:
            problems += result
    release = read_release(folder)
    if isinstance(release, list):
        return Comparison(problems=sorted(problems + release))
    if problems:
        return Comparison(problems=sorted(problems))
    found = Comparison()
    for entry in entries:
        _Comparer(root, entry, release, vocabularies, day, found).compare()
    found.problems = sorted(set(found.problems))
    return found


class _Comparer:
    """Holds one food against the files."""

    def __init__(
        self,
        root: Path,
        entry: Entry,
        release: Release,
        vocabularies: Mapping[str, Vocabulary],
        day: datetime.date,
        found: Comparison,
    ) -> None:
        assert isinstance(entry.record, Food)
        self.root, self.entry, self.food, self.release = root, entry, entry.record, release
        self.vocabularies, self.day, self.found = vocabularies, day, found

    def compare(self) -> None:
        """Adds to what was found."""
        edits: list[Edit] = []
        contents: list[tuple[Location, Content]] = [(("content",), self.food.content)]
        contents += [(("other_values", i), content) for i, content in enumerate(self.food.other_values)]
        for location, content in contents:
            listed = self._listed(location, content)
            if listed:
                edits += self._value(location, content, listed)
                edits += self._portion(listed) if location == ("content",) else ()
        if edits:
            self._update(edits)

    def _listed(self, location: Location, content: Content) -> Listed | None:
        """The food in the files; None where there is none of this number, or where it may be another food."""
        fdc_id, place = content.fdc_id, (*location, "fdc_id")
        if fdc_id is None:
            return None
        family = next((family for start, family in _DATASETS.items() if content.dataset.startswith(start)), None)
        if family and family not in self.release.families:
            self.found.absent[FAMILIES[family].name] += 1
            return None
        self.found.figures += 1
        if fdc_id in self.release.refused:
            self.found.problems += self.release.refused[fdc_id]
            return None
        listed = self.release.foods.get(fdc_id)
        if listed is None:
            self._open(
                place, f"{self._called(content)} is not in the files any more. {self._successors(content, family)}"
            )
        elif family and listed.family != family:
            names = (FAMILIES[listed.family].name, FAMILIES[family].name)
            self._open(place, f"{self._called(content)} is a food of {names[0]}, not of {names[1]}. Correct the two.")
        elif listed.name != content.item:
            told = f"{self._called(content)} is now called “{listed.name}”{self._other_figure(content, fdc_id)}."
            self._open(
                (*location, "item"), f"{told} If it is the same food, give `item` the new name and run this again."
            )
        else:
            return listed
        return None

    def _called(self, content: Content) -> str:
        return f"“{content.item}” (number {content.fdc_id})"

    def _successors(self, content: Content, family: str | None) -> str:
        """Which food of the dataset has the same code, or else the same name."""
        foods = [food for food in self.release.foods.values() if food.family == family]
        code = plain_code(content.code or "")
        same = [food for food in foods if code and self.release.codes.get(food.fdc_id) == code]
        how = f"the code {content.code}"
        if not same:
            same, how = [food for food in foods if food.name == content.item], "the name"
        if not same:
            return (
                "No other food there has its code or its name: look for it on the USDA site, or name another dataset."
            )
        food = max(same, key=lambda food: (food.published, food.fdc_id))
        figure = self._other_figure(content, food.fdc_id)
        return (
            f"With {how} there is number {food.fdc_id}, “{food.name}”{figure}. "
            "A new number is a new analysis: if it is the same food, enter number, figure and source."
        )

    def _other_figure(self, content: Content, fdc_id: str) -> str:
        """The figure under another number or name: ', 0.54 → 0.56 µg per 100 g'."""
        value = self.release.values.get(fdc_id)
        if value is None or value.micrograms is None:
            return ", without a figure for vitamin B12"
        if content.micrograms is None:
            return f", {number(value.micrograms)} µg per 100 g"
        same = value.micrograms == content.micrograms
        return f", {'still ' if same else number(content.micrograms) + ' → '}{number(value.micrograms)} µg per 100 g"

    def _value(self, location: Location, content: Content, listed: Listed) -> Iterator[Edit]:
        self._newer(location, content, listed)
        value = self.release.values.get(listed.fdc_id)
        old, place = content.micrograms, (*location, "micrograms")
        if value is None or value.micrograms is None:
            self._open(
                place, f"{self._called(content)} has no figure for vitamin B12 in the files. The record keeps its own."
            )
            return
        new = value.micrograms
        if old is None:
            self._open(
                location,
                f"{self._called(content)} has a figure now, {number(new)} µg per 100 g; the record has a range.",
            )
        elif new > _HIGHEST or _far_apart(old, new, _SLIP):
            told = f"{self._called(content)}: {number(old)} → {number(new)} µg per 100 g looks like a mistake of unit."
            self._open(place, f"{told} Ask USDA; nothing of it is taken over.")
            return
        elif new != old:
            yield Edit(place, _plain(new))
        yield from self._range(location, content, value)
        yield from self._samples(location, content, value)

    def _newer(self, location: Location, content: Content, listed: Listed) -> None:
        """Tells a later analysis of the same food in the same dataset: the files keep the older one."""
        code = self.release.codes.get(listed.fdc_id)
        same = [
            food
            for food in self.release.foods.values()
            if food.family == listed.family
            and food.published > listed.published
            and code
            and self.release.codes.get(food.fdc_id) == code
        ]
        if same:
            food = max(same, key=lambda food: (food.published, food.fdc_id))
            told = f"{self._called(content)} was published again on {food.published} as {food.fdc_id}, “{food.name}”"
            figure = self._other_figure(content, food.fdc_id)
            self._open((*location, "fdc_id"), f"{told}{figure}. If it is to be shown, enter number, figure and source.")

    def _range(self, location: Location, content: Content, value: Value) -> Iterator[Edit]:
        if content.low is None or content.high is None:
            return
        if value.low is None or value.high is None:
            if value.micrograms != content.micrograms:
                told = f"{self._called(content)} has a new figure and no lowest and highest in the files"
                self._open((*location, "low"), f"{told}: the record's range belongs to the old one.")
            return
        for name, new in (("low", value.low), ("high", value.high)):
            if new != getattr(content, name):
                yield Edit((*location, name), _plain(new))

    def _samples(self, location: Location, content: Content, value: Value) -> Iterator[Edit]:
        """A count of 0 is never taken over: the files write it also where nobody knows the count."""
        if value.samples:
            if value.samples != content.samples:
                yield Edit((*location, "samples"), value.samples)
        elif value.samples == 0 and content.samples:
            told = f"{self._called(content)}: samples {content.samples} → 0"
            self._open((*location, "samples"), f"{told}. The files write 0 also where the number is not known.")

    def _portion(self, listed: Listed) -> Iterator[Edit]:
        portion = self.food.portion
        servings = self.release.servings.get(listed.fdc_id, ())
        weights = sorted({serving.grams for serving in servings if plain_name(portion.name) in serving.names})
        if not weights:
            self.found.unweighed.append(self.food.id)
        elif portion.grams in weights:
            return
        elif len(weights) > 1 or _far_apart(portion.grams, weights[0], _PORTION_SLIP):
            told = " or ".join(number(weight) for weight in weights)
            place = ("portion", "grams")
            self._open(
                place, f"the portion {quoted(portion.name)}: {number(portion.grams)} → {told} g. Choose a weight."
            )
        else:
            yield Edit(("portion", "grams"), _plain(weights[0]))

    def _open(self, location: Location, sentence: str) -> None:
        self.found.open.append(f"{self.entry.document.path}:{self.entry.line(location)}: {self.food.title}: {sentence}")

    def _update(self, edits: Sequence[Edit]) -> None:
        """Adds the record as it will stand, or why it cannot."""
        path = self.root / self.entry.document.path
        document = read_document(path, self.root)
        if isinstance(document, Problem):
            self.found.problems.append(document)
            return
        changed = copy.deepcopy(document.value)
        for edit in edits:
            _set(changed, edit)
        words = Words(self.vocabularies)
        lines = tuple(map(str, Comparing(words, words).lines(document.value, changed, Food)))

        def write(value: Any) -> None:
            for edit in edits:
                _set(value, edit)
            text = f"Brought up to date with FoodData Central: {'; '.join(lines)}."
            value["changes"].insert(0, {"date": self.day, "text": text})
            if self._checked_until(self.day):
                value["checked"] = self.day

        before = path.read_text(encoding="utf-8")
        try:
            after = edited(before, Food, write)
            result = read_text(after, document.path)
            assert isinstance(result, Document)  # `edited` has read it
            Food.model_validate(result.value, context=self.vocabularies)
        except (ValueChangedError, ValidationError):
            what = f"a record that would not be valid with the new figures ({'; '.join(lines)})"
            self.found.problems.append(Problem(document.path, 0, what, "a valid record", "Change it by hand."))
            return
        still = tuple(self._still(edits))
        self.found.updates.append(Update(path, self.food.title, lines, before, after, still))

    def _checked_until(self, day: datetime.date) -> bool:
        """Whether the record is not yet due: one that is stays so, for its words were not read again."""
        return self.food.checked <= day < self.food.check_again

    def _still(self, edits: Sequence[Edit]) -> Iterator[str]:
        """Where the record's own words hold a figure that changed."""
        old = [_get(self.food, edit.location) for edit in edits]
        if self.food.per_portion is not None:
            old.append(self.food.per_portion)
        values = [value for value in old if value is not None]
        texts: list[tuple[Location, str | None]] = [((name,), getattr(self.food, name)) for name in _TEXTS]
        texts += [(("content", "note"), self.food.content.note)]
        texts += [(("other_values", i, "note"), content.note) for i, content in enumerate(self.food.other_values)]
        for location, text in texts:
            if quotes := _quotes(text or "", values):
                place = f"{self.entry.document.path}:{self.entry.line(location)}"
                name = ".".join(map(str, location))
                yield f"{place}: {self.food.title}: `{name}` says {', '.join(quotes)}. Read it against the new figure."
        if not self._checked_until(self.day):
            place = f"{self.entry.document.path}:{self.entry.line(('check_again',))}"
            yield f"{place}: {self.food.title}: was due to be checked on {self.food.check_again}, and still is."


def _far_apart(old: float, new: float, times: float) -> bool:
    """Whether one is so many times the other; nothing and something are never compared so."""
    return min(old, new) > 0 and max(old, new) / min(old, new) >= times


def _plain(value: float) -> float | int:
    """The number as a record has it: 12, not 12.0."""
    return int(value) if value == int(value) else value


def _set(value: Any, edit: Edit) -> None:
    *outer, last = edit.location
    for step in outer:
        value = value[step]
    assert isinstance(value, MutableMapping)
    value[last] = edit.value


def _get(record: Any, location: Location) -> float | None:
    for step in location:
        record = record[step] if isinstance(step, int) else getattr(record, step)
    return None if record is None else float(record)


def _quotes(text: str, values: Sequence[float]) -> list[str]:
    """The numbers of a text that are one of the values, rounded to their own last digit.

    A number of one digit is a count of something more often than not: it has to be the value itself.
    """
    found = []
    for match in _NUMBER.finditer(text):
        digits, decimals = match[0].replace(".", "").lstrip("0"), len(match[0].partition(".")[2])
        apart = 0.5 * 10**-decimals if len(digits) > 1 else 0
        if any(abs(float(match[0]) - value) <= apart for value in values if value):
            found.append(match[0])
    return list(dict.fromkeys(found))


def write(root: Path, updates: Sequence[Update]) -> Problem | None:
    """Writes every update, or none of them and why."""
    staged: list[tuple[Path, Update]] = []
    replaced: list[Update] = []
    name = ""
    try:
        for update in updates:
            name = update.path.relative_to(root).as_posix()
            if update.path.read_text(encoding="utf-8") != update.before:
                remedy = "Nothing was written: run this again."
                return Problem(name, 0, "a file that changed meanwhile", "it as it was read", remedy)
            staged.append((_staged(update), update))
        for temporary, update in staged:
            name = update.path.relative_to(root).as_posix()
            temporary.replace(update.path)
            replaced.append(update)
    except OSError as error:
        for update in replaced:
            update.path.write_text(update.before, encoding="utf-8")
        remedy = "Nothing was written: mend that, and run this again."
        return Problem(name, 0, f"a file that cannot be written ({error.strerror})", "a writable file", remedy)
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
    return None


def _staged(update: Update) -> Path:
    """The new text in a file beside the old one."""
    handle, name = tempfile.mkstemp(dir=update.path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(update.after)
        temporary.chmod(update.path.stat().st_mode)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def as_text(found: Comparison, folder: Path, written: bool) -> str:
    """All of it for a terminal: what changes, what somebody has to decide, what was not compared."""
    number_of = len(found.updates)
    what = "nothing changed" if not number_of else f"{number_of:,} food{'s' * (number_of > 1)} changed"
    lines = [f"{found.figures:,} figure{'s' * (found.figures != 1)} held against the files in {folder}: {what}."]
    if found.updates:
        lines.append("")
    for update in found.updates:
        lines += [f"{update.title}: {line}" for line in update.lines]
    lines += _section("For somebody to decide; nothing of it is written:", found.open)
    lines += _section("To be read again by hand:", [line for update in found.updates for line in update.still])
    absent = [f"{count:,} of {name}, which the folder does not hold" for name, count in sorted(found.absent.items())]
    lines += _section("Figures that were not compared:", absent)
    if found.unweighed:
        lines += ["", f"Portions that the files do not name: {', '.join(found.unweighed)}."]
    if found.updates:
        again = "Nothing is written. To write it, run this again with --write (make: ARGS=--write)."
        lines += ["", "Written, each with a dated line in `changes`." if written else again]
    return "\n".join(lines)


def _section(heading: str, lines: Sequence[str]) -> list[str]:
    return ["", heading, *(f"  {line}" for line in lines)] if lines else []
