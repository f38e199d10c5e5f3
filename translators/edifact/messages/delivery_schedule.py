"""DELFOR: what a buyer will want and when.

Lines stand in the group of the point they are delivered to: in D.96A a NAD, later a GIS with its NAD. In D.96A those led by
products stand beside these groups. Either kind may say the points of its quantities.
"""

from itertools import groupby

from translators.edifact.messages import lines, schedules, shared, transport
from translators.edifact.messages.clauses import Spans
from translators.edifact.messages.items import ItemNumber
from translators.edifact.messages.parts import Moment
from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.tree import Written
from translators.mapping.value import Value, take
from translators.mapping.words import Words

KINDS = Words({"241": "delivery", "236": "forecast", "242": "just_in_time"})
_HORIZON = {"158": "horizon.start", "159": "horizon.end"}


def header(usual: str) -> list[Clause]:
    """What stands before the delivery points; `usual` is the name (1001) of such messages."""
    return [
        Once(
            "BGM",
            {
                "kind": Coded((1, 1), KINDS, other="other"),
                "number": Text((2, 1)),
                "purpose": Coded((3, 1), shared.PURPOSES, other="other"),
            },
            default={(1, 1): usual},
        ),
        Spans("DTM", dict.fromkeys(("158", "323"), ("horizon.start", "horizon.end"))),
        Qualified("DTM", (1, 1), Moment(), fields={"137": "issued", **_HORIZON}, others="other_dates", names=shared.DATES),
        shared.FREE_TEXT,
        shared.ORDER,
        shared.document("CT", "contract"),
        shared.REFERENCE_GROUP,
        shared.parties(),
    ]


LINE: list[Clause] = [
    Once("LIN", {"number": Text((1, 1)), "action": Text((2, 1)), "item": ItemNumber(3, configuration=(6, 1))}, always=True),
    *lines.ITEM,
    transport.place("location", "11"),
    Qualified("DTM", (1, 1), Moment(), others="other_dates", names=shared.DATES),
    shared.FREE_TEXT,
    shared.CONTACT,
    shared.ORDER,
    shared.REFERENCE_GROUP,
    shared.TRANSPORT,
    *schedules.QUANTITIES,
    shared.PACKAGES,
]
"""What is said of an item, wherever its line stands."""


def _read_points(line: Value) -> None:
    """The schedule of a line: the parts of each point name it."""
    lines.whole_item(line)
    for point in line.pop("points", ()):
        for part in point.get("schedule", ()):
            line.setdefault("schedule", []).append({**part, "ship_to": point.get("ship_to", {})})
        _hand_up(point, line)


def _points_to_write(line: Value) -> None:
    """Parts of one point that follow each other stand in its group."""
    lines.item_in_segments(line)
    parts = line.pop("schedule", None) or ()
    if own := [part for part in parts if "ship_to" not in part]:
        line["schedule"] = own
    pointed = groupby((part for part in parts if "ship_to" in part), key=lambda part: part["ship_to"])
    points = [{"ship_to": where, "schedule": [_without(part, "ship_to") for part in members]} for where, members in pointed]
    if points:
        line["points"] = points


def _hand_up(inner: Value, around: Value) -> None:
    """What was kept of a group that has no place of its own stays with what is around it."""
    if extras := inner.get("extras"):
        around.setdefault("extras", []).extend(extras)


def _without(value: Value, *names: str) -> Value:
    return {name: inner for name, inner in value.items() if name not in names}


class _ProductLed(Group):
    """Lines beside the groups of delivery points: they come after these, so that none of them may have a point."""

    __slots__ = ()

    def write_loop(self, target: Value, out: Written, context: Writing) -> None:
        """Write the lines when none has a point."""
        points = target.get("points") or []
        if points and all(point.keys() == {"lines"} for point in points):
            target["lines"] = [line for point in target.pop("points") for line in point["lines"]]
            Group.write_loop(self, target, out, context)


_POINT = Group("NAD", [schedules.POINT, *schedules.QUANTITIES], into="points")
_LINES = Group("LIN", [*LINE, _POINT], into="lines", unfold=_read_points, fold=_points_to_write)


def _whole(schedule: Value, _context: Reading) -> Value:
    """Lines of all delivery points, each with its own."""
    found: list[Value] = []
    for point in schedule.pop("points", ()):
        code = take(point, ("original_codes",), "instruction")
        for line in point.get("lines", ()):
            if code is not None:
                line.setdefault("original_codes", {})["instruction"] = code
            found.append({**({"ship_to": point["ship_to"]} if "ship_to" in point else {}), **line})
        _hand_up(point, schedule)
    schedule["lines"] = found + schedule.get("lines", [])
    return schedule


def _in_points(schedule: Value, _context: Writing) -> Value:
    """Lines of one delivery point that follow each other stand in its group. What says nothing else is a forecast."""
    schedule.setdefault("kind", "forecast")

    def head(line: Value) -> Value:
        code = line.get("original_codes", {}).get("instruction")
        return {
            **({"ship_to": line["ship_to"]} if "ship_to" in line else {}),
            **({"original_codes": {"instruction": code}} if code else {}),
        }

    points = []
    for point, members in groupby(schedule.pop("lines", None) or (), key=head):
        own = [_without(line, "ship_to") for line in members]
        for line in own:
            take(line, ("original_codes",), "instruction")
        points.append({**point, "lines": own})
    if points:
        schedule["points"] = points
    return schedule


MAPPING = DocumentMapping(
    "delivery_schedule",
    [
        *header("241"),
        Once("UNS", fixed={1: "D"}, always=True),
        _ProductLed("LIN", [*LINE, _POINT], into="lines", unfold=_read_points, fold=_points_to_write),
        Group(
            "GIS",
            [
                Once("GIS", shared.beside("instruction", (1, 1), "37"), default={(1, 1): "37"}, always=True),
                Group("NAD", [schedules.POINT]),
                _LINES,
            ],
            into="points",
        ),
        Group("NAD:2", [schedules.ANY_POINT, shared.FREE_TEXT, _LINES], into="points"),
        lines.SECTION,
        lines.CONTROL,
    ],
    unfold=_whole,
    fold=_in_points,
    wire={"points": ""},
)
