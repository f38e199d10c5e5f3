"""Deviations of one partner: where a member of the document stands for him, other than the standard mapping says.

    "lines[].item.identifiers.buyer" = "PIA+5[C212.7143='IN'].C212.7140"
    "requested_delivery"             = "DTM+064.02 as date"

The location is looked for among the segments of the loop that the member's level is read from, then in the loops right inside
it. What is found goes before what the standard mapping says, both ways. `as date` and `as number` behind it say what the text is.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from translators.errors import LocationInvalid
from translators.mapping.context import Reading
from translators.mapping.location import Location, Names, location
from translators.mapping.numbers import plain
from translators.mapping.tree import Loop, Written, set_text, text_at
from translators.mapping.value import Value, descend, take

_KINDS = ("text", "number", "date")


@dataclass(frozen=True, slots=True)
class Deviation:
    """One member and where it stands. `lists` are the lists it is in (`lines`), `steps` and `key` the way on from there."""

    lists: tuple[str, ...]
    steps: tuple[str, ...]
    key: str
    location: Location
    kind: str

    def read(self, loop: Loop, target: Value, context: Reading) -> None:
        """Put the first value found in the loop into the target."""
        for index, row in chain(loop.segments, *(inner.segments for inner in loop.loops)):
            place = self.location.place(row)
            if place is not None and (text := text_at(row, place).strip()):
                owner = descend(target, self.steps)
                owner[self.key] = _typed(text, self.kind, context)
                context.index, context.row = index, row
                context.trace(owner, self.key, (place,))
                return

    def taken(self, target: Value) -> str | None:
        """Take the value out of the target before the standard mapping would write it."""
        found = take(target, self.steps, self.key)
        return None if found is None else _text(found)

    def write(self, text: str, out: Written) -> None:
        """Put the value into a segment that fits, or into a new one: in a loop of its own where the standard has it so."""
        for row in chain(out.rows, *(inner.rows for inner in out.loops)):
            place = self.location.place(row)
            if place is not None:
                set_text(row, place, text)
                return
        tag = self.location.tag
        place_of_loop = None if out.has_segment(tag) else out.place_of(tag)
        holder = out if place_of_loop is None else out.loop(tag, place_of_loop)
        holder.rows.append(self.location.segment(text))


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
