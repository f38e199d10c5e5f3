"""ORDERS: the purchase order. Groups are told by their triggers, so one declaration serves all directories."""

from translators.edifact.messages import codes, lines, shared
from translators.edifact.messages.parts import When
from translators.mapping.clauses import Once
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value, take
from translators.mapping.words import Words

RELEASE = "226"

BEGINNING = Once(
    "BGM",
    {
        "kind": Coded((1, 1), Words(codes.KINDS), other="other"),
        "number": Text((2, 1)),
        "release": When(Text((2, 3)), (1, 1), RELEASE),
        "purpose": Coded((3, 1), shared.PURPOSES, other="other"),
        "original_codes.4343": Text((4, 1)),
    },
    default={(1, 1): "220"},
)

HEADER: list[Clause] = [
    *shared.dates({"137": "issued"}),
    shared.FREE_TEXT,
    shared.REFERENCE_GROUP,
    shared.parties(),
    shared.CONTACT,
    shared.TAX,
    shared.CURRENCY,
    shared.PAYMENT_TERMS,
    shared.TRANSPORT,
    shared.DELIVERY_TERMS,
    shared.PACKAGES,
    shared.ALLOWANCE,
]
"""What stands in the header of an order, of its change, and of the response to it."""

SUMMARY: list[Clause] = [lines.SECTION, lines.TOTALS, lines.CONTROL]


def whole(order: Value, context: Reading) -> Value:
    """Sub-lines in their lines, totals judged; the date of the order stands in for that of the document."""
    order.setdefault("lines", [])
    order.setdefault("kind", "stand_alone")
    lines.nested(order)
    lines.check_totals(order, context)
    if "issued" not in order and (issued := take(order, ("other_dates",), "order")) is not None:
        order["issued"] = issued
        order.setdefault("original_codes", {})["issued"] = "4"
    return order


def in_segments(order: Value, _context: Writing) -> Value:
    """Lines and sub-lines one behind the other; the date under the meaning it was sent with."""
    lines.in_sequence(order)
    if order.get("original_codes", {}).get("issued") == "4" and "issued" in order:
        take(order, ("original_codes",), "issued")
        order.setdefault("other_dates", {}).setdefault("order", order.pop("issued"))
    return order


MAPPING = DocumentMapping(
    "purchase_order",
    [BEGINNING, *HEADER, lines.lines([lines.line_segment(), *lines.ORDER_LINE]), *SUMMARY],
    unfold=whole,
    fold=in_segments,
)
