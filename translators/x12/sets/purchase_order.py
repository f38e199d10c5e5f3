"""X12 850: the purchase order."""

from collections.abc import Iterable

from translators.mapping.binding import begins
from translators.mapping.clauses import Once, ReadOnly
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import ReferenceOf
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.usual import Unless
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, sums
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.shared import alone, price, units

COMMERCIAL: list[Clause] = [
    shared.NOTE_TEXTS,
    shared.REF,
    shared.NOTE_REFERENCES,
    shared.CHARGE,
    shared.TAX,
    shared.MESSAGE_TEXT,
    shared.MESSAGE,
]
"""What stands in the header and in lines alike."""

LINE: list[Clause] = [
    *shared.ITEM,
    Group("PID", [*(clause for clause in shared.ITEM if clause.tag == "PID"), ReadOnly(shared.ITEM_MEASURES)]),
    *alone(*(clause for clause in shared.ITEM if clause.tag != "PID")),
    shared.CONTACT,
    shared.PAYMENT_TERMS,
    shared.DELIVERY_TERMS,
    shared.TRANSPORT,
    shared.OTHER_PRICE,
    *alone(shared.OTHER_PRICE),
    shared.PACK,
    *alone(shared.PACKAGING_TEXT),
    shared.PACKAGING_TEXT,
    *alone(shared.LINE_QUANTITIES, shared.SCHEDULE),
    shared.STORES,
    shared.PACKAGES,
    shared.LINE_AMOUNTS,
    *alone(shared.LINE_AMOUNTS),
    shared.parties("ship_to"),
    shared.dates(),
    *COMMERCIAL,
]
"""What stands in lines and in sub-lines alike."""


HEADER: list[Clause] = [
    shared.CURRENCY,
    shared.CONTACT,
    shared.PAYMENT_TERMS,
    shared.DELIVERY_TERMS,
    shared.TRANSPORT,
    shared.PACKAGES,
    shared.DESCRIPTION_TEXT,
    shared.PACKAGING_TEXT,
    shared.parties(),
    *COMMERCIAL,
]
"""What stands in the header, behind the segment that begins it, but for the dates."""

LINE_BEGINNING = Once("PO1", {"number": Text(1), "quantity": units(2, 3), "price": price(4, 5, 3), "item": ItemNumbers(6)})
SUMMARY: list[Clause] = [Group("CTT", [sums.COUNTS, shared.TOTALS]), *alone(ReadOnly(shared.TOTALS))]
"""Counts and sums."""


def sub_lines(*more: Clause) -> Group:
    """Components of a line (SLN), each with what lines have."""
    return Group(
        "SLN",
        [
            Once(
                "SLN",
                {
                    "number": Text(1),
                    "original_codes.relationship": Unless(3, "I"),
                    "quantity": units(4, (5, 1)),
                    "price": price(6, 7, (5, 1)),
                    "item": ItemNumbers(9),
                },
                default={3: "I"},
            ),
            *more,
            *LINE,
        ],
        into="sub_lines",
        where=begins("SLN"),
    )


def lines(first: Once, *more: Clause) -> Group:
    """The lines, each of which begins with `first`."""
    return Group(first.tag, [shared.LINE_CURRENCY, first, *more, sub_lines(*more), *LINE], into="lines", where=begins(first.tag))


def whole(order: Value, context: Reading, hashed: Iterable[Value] | None = None) -> Value:
    """Every line has an item, also when nothing is said of it; counts and sums are judged, the hash total by `hashed`."""
    for line in order.setdefault("lines", []):
        line.setdefault("item", {})
        for sub_line in line.get("sub_lines", ()):
            sub_line.setdefault("item", {})
    sums.check(order, context, lines=order["lines"], hashed=hashed)
    return order


def counted(order: Value, _context: Writing) -> Value:
    """Totals come with the number of lines."""
    totals = order.get("totals")
    if totals and "line_count" not in totals:
        totals["line_count"] = len(order.get("lines", ()))
    return order


MAPPING = DocumentMapping(
    "purchase_order",
    [
        Once(
            "BEG",
            {
                "purpose": Coded(1, shared.PURPOSES, other="other"),
                "kind": Coded(2, Words(codes.ORDER_KINDS), other="other"),
                "number": Text(3),
                "release": Text(4),
                "issued": Moment(5),
                "references": ReferenceOf(6, "contract"),
            },
            default={1: "00", 2: "SA"},
        ),
        shared.dates(),
        *HEADER,
        lines(LINE_BEGINNING),
        *SUMMARY,
    ],
    unfold=whole,
    fold=counted,
)
