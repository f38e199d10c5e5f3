"""DELJIT: what a buyer wants just in time, in the sequence of his line. Lines stand in the group (SEQ) of their place in it."""

from itertools import groupby

from translators.edifact.messages import shared, transport
from translators.edifact.messages.delivery_schedule import LINE, header
from translators.edifact.messages.lines import item_in_segments, whole_item
from translators.edifact.messages.parts import Unless
from translators.mapping.clauses import Once
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import DocumentMapping, Group
from translators.mapping.parts import Text
from translators.mapping.value import Value, take

_NO_ACTION = "4"
_SEQUENCE = Group(
    "SEQ",
    [
        Once("SEQ", {"status": Unless(1, _NO_ACTION), "attributes.sequence": Text((2, 1))}, default={1: _NO_ACTION}, always=True),
        Group(
            "LIN",
            [*LINE, Group("LOC", [transport.place("location", "11"), shared.CONTACT])],
            into="lines",
            unfold=whole_item,
            fold=item_in_segments,
        ),
    ],
    into="sequences",
)


def _whole(schedule: Value, _context: Reading) -> Value:
    """Lines of all places in the sequence, each with its own."""
    found: list[Value] = []
    for place in schedule.pop("sequences", ()):
        own = {name: place[name] for name in ("status", "attributes") if name in place}
        found += [{**own, **line} for line in place.get("lines", ())]
        if extras := place.get("extras"):
            schedule.setdefault("extras", []).extend(extras)
    schedule["lines"] = found
    return schedule


def _in_sequence(schedule: Value, _context: Writing) -> Value:
    """Lines of one place that follow each other stand in its group."""

    def place_of(line: Value) -> tuple[str, str]:
        return line.pop("status", None) or "", take(line, ("attributes",), "sequence") or ""

    marked = [(place_of(line), line) for line in schedule.pop("lines", None) or ()]
    places = []
    for (status, sequence), members in groupby(marked, key=lambda each: each[0]):
        place: Value = {"lines": [line for _, line in members]}
        if status:
            place["status"] = status
        if sequence:
            place["attributes"] = {"sequence": sequence}
        places.append(place)
    if places:
        schedule["sequences"] = places
    return schedule


MAPPING = DocumentMapping(
    "delivery_schedule", [*header("242"), _SEQUENCE], unfold=_whole, fold=_in_sequence, wire={"sequences": ""}
)
