"""X12 850: the purchase order."""

from translators.mapping.clauses import Once
from translators.mapping.context import Reading
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, ReferenceOf, Text
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared
from translators.x12.sets.parts import ItemNumbers, Moment
from translators.x12.sets.shared import alone, price, units

COMMERCIAL: list[Clause] = [
    shared.dates(),
    shared.NOTE_TEXTS,
    shared.REF,
    shared.NOTE_REFERENCES,
    *alone(shared.ALLOWANCE),
    shared.TAX,
    shared.MESSAGE_TEXT,
    shared.MESSAGE,
]
"""What stands in the header and in lines alike."""

LINE: list[Clause] = [
    *alone(*shared.ITEM),
    *shared.ITEM,
    shared.LINE_CURRENCY,
    *alone(shared.OTHER_PRICE),
    shared.PACK,
    *alone(shared.LINE_QUANTITIES, shared.SCHEDULE),
    shared.STORES,
    shared.PACKAGES,
    *alone(shared.LINE_AMOUNTS),
    shared.parties("ship_to"),
    *COMMERCIAL,
]
"""What stands in lines and in sub-lines alike."""


def _whole(order: Value, _context: Reading) -> Value:
    """Every line has an item, also when nothing is said of it."""
    for line in order.setdefault("lines", []):
        line.setdefault("item", {})
        for sub_line in line.get("sub_lines", ()):
            sub_line.setdefault("item", {})
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
        Group(
            "PO1",
            [
                Once("PO1", {"number": Text(1), "quantity": units(2, 3), "price": price(4, 5, 3), "item": ItemNumbers(6)}),
                Group(
                    "SLN",
                    [
                        Once(
                            "SLN",
                            {"number": Text(1), "quantity": units(4, (5, 1)), "price": price(6, 7, 5), "item": ItemNumbers(9)},
                            default={3: "I"},
                        ),
                        *LINE,
                    ],
                    into="sub_lines",
                ),
                *LINE,
            ],
            into="lines",
        ),
        Group("CTT", [shared.COUNTS, shared.TOTALS]),
    ],
    unfold=_whole,
)
