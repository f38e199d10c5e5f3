"""X12 855: the seller's answer to a purchase order."""

from decimal import Decimal

from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import ReferenceOf
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, purchase_order, shared
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.moment_parts import Moment, Promise
from translators.x12.sets.parts import ReferencesOf
from translators.x12.sets.shared import units

STATUS = Coded(2, Words(codes.RESPONSES), other="other")
"""What became of the order (587)."""
_DATES = Qualified("DTM", 1, Moment(2, 3, 4), fields=codes.PROMISES, others="other_dates", names=shared.DATES)
RESPONSES = Group(
    "ACK",
    [
        Once(
            "ACK",
            {
                "status": Coded(1, Words(codes.LINE_RESPONSES)),
                "quantity": units(2, 3),
                "": Promise(4, 5),
                "references": ReferencesOf((ReferenceOf(6, "request"),)),
                "item": ItemNumbers(7),
                "original_codes.reason_agency": Text(27),
                "original_codes.reason_list": Text(28),
                "reason": Text(29),
            },
        ),
        _DATES,
    ],
    into="responses",
    needs=("status",),
)
"""What becomes of a line: so much now, so much later, the rest not at all."""
HEADER: list[Clause] = [shared.dates(codes.PROMISES), *purchase_order.HEADER]
"""The header as in orders, with what the seller promises for the whole of it."""


def whole(response: Value, context: Reading) -> Value:
    """The status where none was sent; lines and sums as in orders."""
    response.setdefault("status", "other")
    return purchase_order.whole(response, context, _hashed(response))


def _hashed(response: Value) -> list[Value]:
    """Whose quantities the hash total adds up: senders take those of the lines, or those they promise."""
    lines = response.get("lines", [])
    answers = [answer for line in lines for answer in line.get("responses", ()) if "quantity" in answer]
    promised = sum((answer["quantity"]["value"] for answer in answers), Decimal(0))
    return answers if answers and response.get("totals", {}).get("quantity") == promised else lines


def in_segments(response: Value, context: Writing) -> Value:
    """The order is named with a date, the answer by the seller's number of the order."""
    order = response.setdefault("order", {})
    if "issued" in response:
        order.setdefault("issued", response["issued"])
    number = response.get("number")
    if number is not None and response.setdefault("seller_order", number) == number:
        del response["number"]
    return purchase_order.counted(response, context)


MAPPING = DocumentMapping(
    "order_response",
    [
        Once(
            "BAK",
            {
                "purpose": Coded(1, shared.PURPOSES, other="other"),
                "status": STATUS,
                "order.number": Text(3),
                "order.issued": Moment(4),
                "order.release": Text(5),
                "references": ReferencesOf((ReferenceOf(6, "request"), ReferenceOf(7, "contract"))),
                "seller_order": Text(8),
                "issued": Moment(9),
            },
            default={1: "00"},
        ),
        *HEADER,
        purchase_order.lines(purchase_order.LINE_BEGINNING, RESPONSES),
        *purchase_order.SUMMARY,
    ],
    unfold=whole,
    fold=in_segments,
)
