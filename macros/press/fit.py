"""Makes a handout fit its pages: what matters least is left out whole, and a line says so; nothing is cut or shrunk.

What may go carries `data-drop` in the template, the least important the highest number. It goes in that order, so that
how much is left out is one number: how many of the order are gone. A section with `data-shell="3"` keeps three of what
may go, or none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any
from xml.etree.ElementTree import Element

Heights = Mapping[str, float]
"""How high each part was set, by its `data-n`."""


class Plan:
    """What of a document may be left out, in which order, and how much room that frees.

    Args:
        body: the document, as `number_parts` left it.
    """

    def __init__(self, body: Element) -> None:
        parts = [element for element in body.iter() if "data-drop" in element.attrib]
        parts.reverse()  # of equals the last goes first
        ordered = sorted(parts, key=lambda part: int(part.attrib["data-drop"]), reverse=True)
        self._parts = {part.attrib["data-n"]: part for part in ordered}
        sections = [section for section in body.iter() if "data-shell" in section.attrib]
        self.order = _together([part.attrib["data-n"] for part in ordered], [_few(section) for section in sections])
        self._link = _tag(body, "a")
        self._cited = Counter(link.get("href", "") for link in body.iter(self._link))
        self._shells = [_shell(section) for section in sections]

    def likely(self, whole: float, heights: Heights, most: float) -> int:
        """How many have to go for the rest to be at most so high, by heights that are estimated."""
        freed = self.freed(heights)
        return next((gone for gone, room in enumerate(freed) if whole - room <= most), len(self.order))

    def freed(self, heights: Heights) -> list[float]:
        """How much room it frees that the first 0, 1, 2 … are gone, with their headings and their sources."""
        cited, frees, gone = Counter(self._cited), [], set[str]()
        for group in self.order:
            room = sum(heights.get(name, 0.0) for name in group)
            gone |= set(group)
            for target in (link.get("href", "") for name in group for link in self._parts[name].iter(self._link)):
                cited[target] -= 1
                room += heights.get(target, 0.0) if not cited[target] else 0.0
            for inside, headings in self._shells:
                if inside & set(group) and inside <= gone:
                    room += sum(heights.get(heading, 0.0) for heading in headings)
            frees.append(room)
        return list(accumulate(frees, initial=0.0))

    def gone(self, number: int) -> list[str]:
        """The first so many of the order, part by part."""
        return [name for group in self.order[:number] for name in group]

    def line(self, number: int) -> str:
        """The line that says what was left out; empty where nothing was."""
        what = Counter(self._parts[name].attrib["data-what"] for name in self.gone(number))
        told = [name if n == 1 and name.startswith("the ") else f"{n} {plural(name, n)}" for name, n in what.items()]
        listed = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}" if told else ""
        return f"More on the page: {listed} did not fit here." if listed else ""


def _together(order: Sequence[str], few: Sequence[frozenset[str]]) -> list[tuple[str, ...]]:
    """What goes one by one, except that of a section of which only few are left they go at once."""
    groups: list[tuple[str, ...]] = []
    for place, name in enumerate(order):
        mine = next((names for names in few if name in names), frozenset({name}))
        left = [other for other in order[place:] if other in mine]
        if len(left) == len(mine):
            groups.append(tuple(left))
    return groups


def _few(section: Element) -> frozenset[str]:
    """Of what may go, the last to go: as many as have to be left of the section, if any is."""
    inside = [e for e in section.iter() if "data-drop" in e.attrib]
    first = sorted(inside, key=lambda part: int(part.attrib["data-drop"]))
    return frozenset(part.attrib["data-n"] for part in first[: int(section.attrib["data-shell"] or 1)])


def _shell(section: Element) -> tuple[frozenset[str], tuple[str, ...]]:
    """What of a section may go, and the headings that go when all of it has."""
    inside = frozenset(e.attrib["data-n"] for e in section.iter() if "data-drop" in e.attrib)
    return inside, tuple(e.attrib["data-n"] for e in section.iter() if e.tag.endswith("h2"))


def plural(noun: str, number: int) -> str:
    """A noun as counted: '1 limit of the table', '3 limits of the table'."""
    first, of, rest = noun.partition(" of ")
    return noun if number == 1 else f"{first}s{of}{rest}"


def number_parts(body: Element) -> None:
    """Gives each part whose height matters a name, the same each time: what may go, headings, sources."""
    for place, element in enumerate(body.iter()):
        if element.get("id", "").startswith("ref-"):
            element.set("data-n", f"#{element.get('id')}")
        elif "data-drop" in element.attrib or element.tag.endswith("h2"):
            element.set("data-n", str(place))


def keep_for(body: Element, size: str) -> None:
    """Takes out what is meant for another size of print."""
    for element in [e for e in body.iter() if e.get("data-print", size) != size]:
        _remove(body, element)


def leave_out(body: Element, gone: Iterable[str], line: str) -> None:
    """Takes parts out, with the sections of which nothing is left, and says so."""
    names = set(gone)
    for element in [element for element in body.iter() if element.get("data-n") in names]:
        _remove(body, element)
    for section in [element for element in body.iter() if "data-shell" in element.attrib]:
        if not any("data-drop" in element.attrib for element in section.iter()):
            _remove(body, section)
    for element in [element for element in body.iter() if "data-more" in element.attrib]:
        element.text = line
        if not line:
            _remove(body, element)
    _renumber(body)


def _remove(body: Element, element: Element) -> None:
    parent = next((parent for parent in body.iter() if element in list(parent)), None)
    if parent is not None:
        parent.remove(element)


def _renumber(body: Element) -> None:
    """Numbers the sources that are still cited by where each is first cited, and leaves the others out."""
    numbers: dict[str, int] = {}
    for link in body.iter(_tag(body, "a")):
        target = link.get("href", "")
        if target.startswith("#ref-"):
            link.text = str(numbers.setdefault(target[1:], len(numbers) + 1))
    for section in [element for element in body.iter() if element.get("class") == "sources"]:
        listed = next(child for child in section if child.tag == _tag(body, "ol"))
        kept = sorted((e for e in listed if e.get("id") in numbers), key=lambda e: numbers[str(e.get("id"))])
        listed[:] = kept
        if not kept:
            _remove(body, section)


def flatten(body: Element) -> None:
    """Makes lists flat and their items one run of text: anything else in an item fails PDF/UA-1."""
    for item in list(body.iter(_tag(body, "li"))):
        for child in [child for child in item if child.tag == _tag(body, "p")]:
            _unwrap(item, child)
    parents = {child: parent for parent in body.iter() for child in parent}
    lists = [e for e in body.iter() if e.tag in (_tag(body, "ul"), _tag(body, "ol"))]
    for nested in reversed([e for e in lists if parents[e].tag == _tag(body, "li")]):
        item = parents[nested]
        around = parents[item]
        place = list(around).index(item) + 1
        around[place:place] = list(nested)
        item.remove(nested)


def _unwrap(item: Element, child: Element) -> None:
    """Puts what is in a paragraph of an item into the item itself; a second paragraph begins a new line."""
    place = list(item).index(child)
    inside = list(child)
    if place or (item.text or "").strip():
        line = Element(_tag(child, "br"))
        line.tail = child.text
        inside = [line, *inside]
    else:
        item.text = child.text
    item[place : place + 1] = inside


def _tag(body: Element, name: str) -> str:
    """A tag's name as this tree writes it."""
    space, brace, _ = body.tag.rpartition("}")
    return f"{space}{brace}{name}"


def heights(pages: Iterable[Any]) -> dict[str, float]:
    """How high each part was set."""
    found: dict[str, float] = {}
    for page in pages:
        for box in boxes(page):
            name = box.element.get("data-n") if box.element is not None else None
            if name and not box.element_tag.endswith("::marker"):
                found[name] = max(found.get(name, 0.0), box.margin_height())
    return found


def used(page: Any) -> float:
    """How much of a page's height is taken, from the top of its text to the end of the last line."""
    root = page._page_box.children[0]
    bottoms = [box.position_y + box.height for box in boxes(page) if hasattr(box, "text")]
    return float(max(bottoms, default=root.position_y) - root.position_y)


def boxes(page: Any) -> Iterator[Any]:
    """The boxes of a page's text: its header and footer left out."""
    for child in page._page_box.children:
        if type(child).__name__ != "MarginBox":
            yield child
            if hasattr(child, "descendants"):
                yield from child.descendants()
