"""Places of a document in the words of a partner's guide: `PIA+5[C212.7143='IN'].C212.7140`, `REF+DP.02`, `N1+ST.04`.

A location names a segment, then texts its first elements must have (after `+`), conditions on other places in brackets, and
behind the dot the element and component that is meant: by number (`02`, `02.1`) or by the identifiers of the standard.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from translators.errors import LocationInvalid
from translators.mapping.tree import Place, Row, set_text, text_at

Names = Callable[[str, str], Iterable[Place]]
"""The places of a segment, by its tag, that a name (`02`, `02.1`, `C212.7140`) means; several where a composite repeats."""
Conditions = tuple[tuple[Place, str], ...]

_PATH = re.compile(
    r"(?P<tag>[A-Z][A-Z0-9]{1,2})(?P<texts>(?:\+[^+\[\].]*)*)(?P<conditions>(?:\[[^\]]*\])*)\.(?P<place>[A-Z0-9]+(?:\.[A-Z0-9]+)?)\Z"
)
_CONDITION = re.compile(r"\[(?P<place>[A-Z0-9.]+)='(?P<text>[^']*)'\]")


@dataclass(frozen=True, slots=True)
class Location:
    """A place in segments of one kind. `choices` are conditions and the place when they hold, several where composites repeat."""

    path: str
    tag: str
    texts: Conditions
    choices: tuple[tuple[Conditions, Place], ...]

    def means(self, row: Row) -> bool:
        """Whether it is about this segment, whatever stands at the place."""
        return row[0] == self.tag and all(text_at(row, place).strip() == text for place, text in self.texts)

    def place(self, row: Row) -> Place | None:
        """The place in this segment, None when the segment is not meant."""
        if not self.means(row):
            return None
        for conditions, place in self.choices:
            if all(text_at(row, where).strip() == text for where, text in conditions):
                return place
        return None

    def segment(self, text: str) -> Row:
        """A new segment with a text at the place."""
        conditions, place = self.choices[0]
        row = [self.tag]
        for where, wanted in (*self.texts, *conditions, (place, text)):
            set_text(row, where, wanted)
        return row


def location(path: str, names: Names) -> Location:
    """Understand a path. Raises LocationInvalid, with the reason and what to write instead."""
    match = _PATH.match(path)
    if match is None:
        raise LocationInvalid(f"{path!r} is no place: write TAG+qualifier[place='text'].element.component, as REF+DP.02")
    tag = match["tag"]
    places = list(names(tag, match["place"]))
    if not places:
        raise LocationInvalid(f"{path!r}: segment {tag} has no element {match['place']}")
    conditions = [(found["place"], found["text"]) for found in _CONDITION.finditer(match["conditions"])]
    if len(conditions) != match["conditions"].count("["):
        raise LocationInvalid(f"{path!r}: {match['conditions']} is no condition; write [place='text']")
    texts = tuple(((n, 1), text) for n, text in enumerate(match["texts"].split("+")[1:], 1) if text)
    return Location(path, tag, texts, tuple(_choices(path, places, conditions, names)))


def _choices(
    path: str, places: list[Place], conditions: list[tuple[str, str]], names: Names
) -> Iterator[tuple[Conditions, Place]]:
    """For each place, the conditions on the places beside it: of the same occurrence where a composite repeats."""
    tag = path.partition(".")[0].partition("+")[0].partition("[")[0]
    found = [(list(names(tag, name)), text) for name, text in conditions]
    for (name, _), (candidates, _) in zip(conditions, found, strict=True):
        if not candidates:
            raise LocationInvalid(f"{path!r}: segment {tag} has no element {name}")
    for index, place in enumerate(places):
        yield tuple((each[min(index, len(each) - 1)], text) for each, text in found), place
