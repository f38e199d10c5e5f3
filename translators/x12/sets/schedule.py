"""What X12 830 and 862 have in common: the quantities of a line, day by day or week by week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, Group
from translators.mapping.parts import Coded, Number, Part, Text
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, sums
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import CodedReference
from translators.x12.sets.price_parts import UnitPrice


@dataclass(frozen=True, slots=True)
class Window:
    """One day that a quantity is wanted, or the period it is wanted in, from the first to the last day."""

    start: int
    end: int

    @property
    def places(self) -> tuple[Place, ...]:
        """Both days."""
        return (self.start, self.end)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The day, or the period."""
        start, end = Moment(self.start).read(row, context), Moment(self.end).read(row, context)
        if start is None and end is None:
            return None
        return {"requested": start} if end is None else {"period": {"start": start, "end": end} if start else {"end": end}}

    def write(self, part: Value, row: Row, context: Writing) -> bool:
        """The period, or the day."""
        period = part.get("period", {})
        owner, names = (period, ("start", "end")) if period else (part, ("requested",))
        written = False
        for place, name in zip(self.places, names, strict=False):
            if isinstance(owner.get(name), date) and not isinstance(owner[name], datetime):
                Moment(place).write(owner.pop(name), row, context)
                written = True
        if "period" in part and not period:
            del part["period"]
        return written


@dataclass(frozen=True, slots=True)
class Shipped:
    """What a shipment was (011: despatched, else received) and when: a moment, or from one day to another."""

    qualifier: int
    day: int
    time: int
    end: int

    @property
    def places(self) -> tuple[Place, ...]:
        """Qualifier, first day and time, last day."""
        return (self.qualifier, self.day, self.time, self.end)

    def read(self, row: Row, context: Reading) -> Value | None:
        """Kind and time."""
        code = text_at(row, self.qualifier).strip()
        found: Value = {"kind": _PAST.get(code, "received")}
        if code and _PAST_CODES[found["kind"]] != code:
            found["original_codes"] = {"kind": code}
        when = Moment(self.day, self.time).read(row, context)
        last = Moment(self.end).read(row, context)
        if last is not None:
            found["period"] = {"start": when, "end": last} if when else {"end": last}
        elif when is not None:
            found["on"] = when
        return found

    def write(self, past: Value, row: Row, context: Writing) -> bool:
        """Qualifier and time."""
        kept = past.get("original_codes", {}).pop("kind", None)
        if not past.get("original_codes", True):
            del past["original_codes"]
        kind, period = past.get("kind"), past.get("period", {})
        if kind not in _PAST_CODES:
            return False
        del past["kind"]
        when = period.pop("start", None) if period else past.pop("on", None)
        if when is not None:
            Moment(self.day, self.time).write(when, row, context)
            set_text(row, self.qualifier, kept or _PAST_CODES[kind])
        if "end" in period:
            Moment(self.end).write(period.pop("end"), row, context)
        if "period" in past and not period:
            del past["period"]
        return True


_PAST = {"011": "despatched", "050": "received"}
_PAST_CODES = {word: code for code, word in _PAST.items()}

PATTERN: dict[str, Part] = {
    "commitment": Coded(2, Words(codes.COMMITMENTS)),
    "interval": Coded(3, Words(codes.INTERVALS)),
    "": Window(4, 5),
    "references": CodedReference(8, 9, shared.REFERENCES),
}
WANTED = Once("FST", {"quantity.value": Number(1), **PATTERN}, default={2: "D", 3: "D"})
SCHEDULE = Group("FST", [WANTED, shared.LINE_QUANTITIES], into="schedule")
PATTERNED = Group("SDP", [Each("FST", "schedule", {"quantity.value": Number(1), **PATTERN})])
"""Quantities behind a delivery pattern: they are written without one."""

PAST = Group(
    "SHP",
    [
        Once(
            "SHP",
            {
                "count": Coded(1, Words({"01": "discrete", "02": "cumulative"})),
                "quantity.value": Number(2),
                "": Shipped(3, 4, 5, 6),
            },
        ),
        shared.REF,
    ],
    into="past",
    needs=("kind",),
)

UNIT = Once(
    "UIT",
    {
        "unit": Coded((1, 1), shared.UNITS),
        "price": UnitPrice(2, 3, (1, 1), shared.UNITS, Words(codes.PRICE_KINDS_BY_BASIS)),
    },
)
"""The unit of all quantities of a line."""

LINE: list[Clause] = [
    Once("LIN", {"number": Text(1), "item": ItemNumbers(2, 15)}),
    UNIT,
    shared.PACK,
    Once("PRS", {"status": Text(1)}),
    shared.LINE_QUANTITIES,
    Once("REF", {"order.number": Text(2)}, fixed={1: "PO"}),
    shared.references("PO"),
    shared.CONTACT,
    shared.TRANSPORT,
    SCHEDULE,
    PAST,
]


def quantities(line: Value) -> Iterator[tuple[Value, str]]:
    """The quantities that the unit of a line is that of, and the members that hold them."""
    for part in line.get("schedule", ()):
        yield part, "quantity"
    for part in line.get("past", ()):
        yield part, "quantity"
    for part in line.get("authorisations", ()):
        yield part, "quantity"
        yield part, "maximum"


def unfold(document: Value, context: Reading) -> Value:
    """Give every quantity its unit; say what is cumulative."""
    lines = document.get("lines", [])
    _check(document, lines, context)
    for line in lines:
        _with_units(line)
        for past in line.get("past", ()):
            count = past.pop("count", None)
            if count is not None:
                past["cumulative"] = count == "cumulative"
    return document


def _check(document: Value, lines: list[Value], context: Reading) -> None:
    """The hash total of schedules is the sum of the quantities that are wanted."""
    if "totals" in document:
        counted = [one for line in lines for one in line.get("schedule", ())]
        sums.check(document, context, lines=lines, hashed=counted)
    document.pop("standing", None)


def _with_units(line: Value) -> None:
    unit, kept = line.pop("unit", None), line.get("original_codes", {}).pop("unit", None)
    if not line.get("original_codes", True):
        del line["original_codes"]
    told = {name: value for name, value in (("unit", unit), ("original", kept)) if value is not None}
    held = False
    for owner, member in quantities(line):
        if member in owner:
            owner[member].update(told)
            held = True
    if told and not held:
        line.setdefault("attributes", {})["unit"] = unit
        if kept is not None:
            line.setdefault("original_codes", {})["unit"] = kept


def fold(document: Value) -> Value:
    """Say the unit of all quantities once; one of another unit keeps it, and cannot be written."""
    for line in document.get("lines", ()):
        _without_units(line)
        for past in line.get("past", ()):
            if "cumulative" in past:
                past["count"] = "cumulative" if past.pop("cumulative") else "discrete"
    return document


def _without_units(line: Value) -> None:
    held = [owner[member] for owner, member in quantities(line) if member in owner]
    unit = next((one["unit"] for one in held if "unit" in one), None)
    kept = next((one["original"] for one in held if "original" in one), None)
    if unit is None:
        unit = line.get("attributes", {}).pop("unit", None)
        if not line.get("attributes", True):
            del line["attributes"]
    if unit is None:
        return
    for one in held:
        if one.get("unit") == unit and one.get("original") == kept:
            one.pop("unit")
            one.pop("original", None)
    line["unit"] = unit
    if kept is not None:
        line.setdefault("original_codes", {})["unit"] = kept


CHANGES = Qualified("DTM", 1, Moment(2, 3, 4), others="other_dates", names=shared.DATES)
