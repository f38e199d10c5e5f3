"""Deviations of one partner: where a member of the document stands for him, other than the standard mapping says.

    "lines[].item.identifiers.buyer" = "PIA+5[C212.7143='IN'].C212.7140"
    "requested_delivery"             = "DTM+064.02 as date"

The location is looked for among the segments of the loop that the member's level is read from, then in the loops right inside
it. What is found goes before what the standard mapping says, both ways. `as date` and `as number` behind it say what the text is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from translators.errors import LocationInvalid
from translators.mapping.context import Reading
from translators.mapping.location import Location, Names, location
from translators.mapping.numbers import plain
from translators.mapping.tree import Loop, Written, first_tag, set_text, text_at
from translators.mapping.value import Value, descend, look, take

_KINDS = ("text", "number", "date")


@dataclass(frozen=True, slots=True)
class Deviation:
    """One member and where it stands. `lists` are the lists it is in (`lines`), `steps` and `key` the way on from there."""

    lists: tuple[str, ...]
    steps: tuple[str, ...]
    key: str
    location: Location
    kind: str

    @property
    def member(self) -> str:
        """The member, as the guide names it."""
        return "[].".join((*self.lists, ".".join((*self.steps, self.key))))

    def present(self, document: Value) -> bool:
        """Whether a document has the member, in any item of its lists."""
        owners: list[Value] = [document]
        for name in self.lists:
            *steps, key = name.split(".")
            owners = [item for owner in owners for item in (look(owner, tuple(steps)) or {}).get(key) or ()]
        return any((look(owner, self.steps) or {}).get(self.key) is not None for owner in owners)

    def read(self, loop: Loop, target: Value, context: Reading) -> None:
        """Put the first value found in the loop into the target."""
        for index, row in chain(loop.segments, *(inner.segments for inner in _parts(loop))):
            place = self.location.place(row)
            if place is not None and (text := text_at(row, place).strip()):
                owner = descend(target, self.steps)
                owner[self.key] = _typed(text, self.kind, context)
                context.index, context.row = index, row
                context.trace(owner, self.key, (place,))
                return

    def taken(self, target: Value, out: Written) -> str | None:
        """Take the value out of the target before the standard mapping would write it; not where its segment has no place."""
        found = take(target, self.steps, self.key) if self._stands_in(out) else None
        return None if found is None else _text(found)

    def _stands_in(self, out: Written) -> bool:
        tag = self.location.tag
        inside = (child.children for child in out.node.children if child.children)
        return out.has_segment(tag) or any(first_tag(child) == tag for part in inside for child in part if not child.children)

    def write(self, text: str, out: Written) -> None:
        """Put the value into a segment that fits, or into a new one: in a loop of its own where the standard has it so."""
        for row in chain(out.rows, *(inner.rows for inner in _parts(out))):
            place = self.location.place(row)
            if place is not None:
                set_text(row, place, text)
                return
        self._holder(out).rows.append(self.location.segment(text))

    def _holder(self, out: Written) -> Written:
        """Where a new segment stands: in the loop, in a new one inside that begins so, or in the first inside that has room."""
        tag = self.location.tag
        if out.has_segment(tag):
            return out
        if any(child.children and first_tag(child) == tag for child in out.node.children):
            return out.loop(tag, out.place_of(tag) or out.node)
        return next((inner for inner in _parts(out) if inner.has_segment(tag)), out)


def _parts(loop: Any) -> Iterator[Any]:
    """The loops right inside one, which are a part of it: levels in a level are not."""
    tag = loop.key.partition(":")[0]
    return (inner for inner in loop.loops if inner.key.partition(":")[0] != tag)


@dataclass(frozen=True, slots=True)
class Deviations:
    """The deviations about a level and about what is inside it, each with the lists on the way from there to its member.

    `wire` are lists that only the wire has, each with the list of the document that its items become (empty for none). What is
    inside such an item is inside the document all the same: `lines[]` reaches lines in blocks, in packages, at places.
    """

    found: tuple[tuple[tuple[str, ...], Deviation], ...] = ()
    wire: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.found)

    @property
    def here(self) -> tuple[Deviation, ...]:
        """Those about members of the level itself."""
        return tuple(one for lists, one in self.found if not lists)

    def inside(self, member: str) -> "Deviations":
        """Those about the items of a list, or, without one, about a loop that is a part of what is around it."""
        left = [(lists, one) for lists, one in self.found if lists]
        if not member:
            return Deviations(tuple(left), self.wire)
        wire = dict(self.wire)
        entered = [(lists[1:], one) for lists, one in left if lists[0] in (member, wire.get(member))]
        return Deviations((*entered, *(left if member in wire else ())), self.wire)


def deviation(member: str, path: str, names: Names) -> Deviation:
    """Understand one deviation. Raises LocationInvalid, with the reason in plain words."""
    place, _, kind = path.partition(" as ")
    if kind and kind not in _KINDS:
        raise LocationInvalid(f"{path!r}: {kind!r} is not one of {', '.join(_KINDS)}")
    *lists, rest = member.split("[].")
    *steps, key = rest.split(".")
    return Deviation(tuple(lists), tuple(steps), key, location(place, names), kind or "text")


def _text(value: Any) -> str:
    """A canonical value as it stands in a segment."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.strftime("%Y%m%d")
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    return str(value)


def _typed(text: str, kind: str, context: Reading) -> Any:
    """A text as a value; the text itself where it cannot be one, so that the document's model refuses it by name."""
    if kind == "number":
        value = context.number(text)
        return text if value is None else value
    if kind == "date" and len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text
