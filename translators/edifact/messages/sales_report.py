"""SLSRPT: what was sold, returned or on hand, by place and item. Lines stand in the group of their place."""

from itertools import groupby

from translators.edifact.messages import lines, shared, transport
from translators.edifact.messages.clauses import Spans
from translators.edifact.messages.items import ItemNumber, PriceDetails
from translators.edifact.messages.parts import Moment
from translators.mapping.binding import none_of
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value
from translators.mapping.words import Words

_REPORT, _POINT_OF_SALE = "73E", "162"
_ACTIVITIES = {
    "153": "sold",
    "25": "sold",
    "55": "sold",
    "61": "returned",
    "145": "on_hand",
    "17": "on_hand",
    "152": "on_hand",
    "57": "in_transit",
    "48": "received",
    "12": "shipped",
    "154": "forecast",
    "191": "adjusted",
}
"""What happened to an item (6063)."""
_PERIOD = {"90": "period.start", "91": "period.end"}
_DAYS: list[Clause] = [
    Spans("DTM", dict.fromkeys(("90", "324", "354"), ("period.start", "period.end"))),
    Qualified("DTM", (1, 1), Moment(), fields={"356": "as_of", **_PERIOD}, others="other_dates", names=shared.DATES),
]
_ACTIVITY = Group(
    "QTY",
    [
        Once("QTY", {"kind": Coded((1, 1), Words(_ACTIVITIES), other="other"), "quantity": shared.QUANTITY}),
        Qualified("DTM", (1, 1), Moment(), fields={"356": "as_of", **_PERIOD}, others="other_dates", names=shared.DATES),
    ],
    into="activities",
    needs=("kind",),
    where=none_of((1, 2), ""),
)
_LINE: list[Clause] = [
    Once("LIN", {"number": Text((1, 1)), "item": ItemNumber(3, configuration=(6, 1))}, always=True),
    *lines.ITEM,
    transport.REFERENCE_LIST,
    shared.AMOUNT_BY_MEANING,
    Each("PRI", "prices", {"": PriceDetails()}, needs=("amount",)),
    shared.PRICES,
    _ACTIVITY,
]
_PLACE = Group(
    "LOC",
    [
        transport.place("location", _POINT_OF_SALE, always=True),
        *_DAYS,
        Group("LIN", _LINE, into="lines", unfold=lines.whole_item, fold=lines.item_in_segments),
    ],
    into="places",
)
_OF_PLACE = ("location", "as_of", "period", "other_dates")
"""Members that a place has for all of its lines."""


def _whole(report: Value, _context: Reading) -> Value:
    """Lines of all places, each with the place and the days it is about."""
    found: list[Value] = []
    for place in report.pop("places", ()):
        own = {name: place[name] for name in _OF_PLACE if name in place}
        found += [{**own, **line} for line in place.get("lines", ())]
        if extras := place.get("extras"):
            report.setdefault("extras", []).extend(extras)
    report["lines"] = found
    return report


def _in_places(report: Value, _context: Writing) -> Value:
    """Lines of one place that follow each other in its group."""

    def place_of(line: Value) -> Value:
        return {name: line[name] for name in _OF_PLACE if name in line}

    places = []
    for place, members in groupby(report.pop("lines", None) or (), key=place_of):
        own = [{name: value for name, value in line.items() if name not in _OF_PLACE} for line in members]
        places.append({**place, "lines": own})
    if places:
        report["places"] = places
    return report


MAPPING = DocumentMapping(
    "sales_report",
    [
        Once(
            "BGM",
            {
                "number": Text((2, 1)),
                "purpose": Coded((3, 1), shared.PURPOSES, other="other"),
                **shared.beside("kind", (1, 1), _REPORT),
            },
            default={(1, 1): _REPORT},
        ),
        Spans("DTM", dict.fromkeys(("90", "324", "354"), ("period.start", "period.end"))),
        Qualified("DTM", (1, 1), Moment(), fields={"137": "issued", **_PERIOD}, others="other_dates", names=shared.DATES),
        shared.parties(),
        shared.REFERENCE_GROUP,
        shared.CURRENCY,
        _PLACE,
    ],
    unfold=_whole,
    fold=_in_places,
    wire={"places": ""},
)
