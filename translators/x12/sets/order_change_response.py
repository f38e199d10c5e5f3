"""X12 865: the seller's answer to the change of a purchase order, or a change by the seller."""

from translators.mapping.clauses import Once
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import ReferenceOf
from translators.mapping.mapping import DocumentMapping
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, order_response, purchase_order, shared
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import ReferencesOf
from translators.x12.sets.shared import price, units

_LINE = Once(
    "POC",
    {
        "number": Text(1),
        "action": Coded(2, Words(codes.CHANGES), other="other"),
        "quantity": units(3, (5, 1)),
        "other_quantities.left_to_receive": units(4, (5, 1)),
        "price": price(6, 7, (5, 1)),
        "item": ItemNumbers(8),
    },
    default={2: "NC"},
)


def _whole(response: Value, context: Reading) -> Value:
    """The change that is answered is known by the order and by its sequence or date."""
    change, order = response.get("order_change"), response.get("order", {})
    if change is not None and "number" in order:
        change["number"] = order["number"]
    for line in response.get("lines", ()):
        others = line.get("other_quantities", {})
        if others.get("left_to_receive", 0) == line.get("quantity"):
            del others["left_to_receive"]
            if not others:
                del line["other_quantities"]
    return order_response.whole(response, context)


def _in_segments(response: Value, context: Writing) -> Value:
    """The number of the change where it has no sequence; a quantity comes with what is left to receive of it (POC04)."""
    change, number = response.get("order_change"), response.get("order", {}).get("number")
    if change is not None and (change.get("number") == number or "sequence" not in change):
        own = change.pop("number", number)
        if own != number:
            change["sequence"] = own
    for line in response.get("lines", ()):
        if "quantity" in line:
            line.setdefault("other_quantities", {}).setdefault("left_to_receive", dict(line["quantity"]))
    if response.get("status") == "other" and "status" not in response.get("original_codes", {}):
        del response["status"]
    return order_response.in_segments(response, context)


MAPPING = DocumentMapping(
    "order_response",
    [
        Once(
            "BCA",
            {
                "purpose": Coded(1, shared.PURPOSES, other="other"),
                "status": order_response.STATUS,
                "order.number": Text(3),
                "order.release": Text(4),
                "order_change.sequence": Text(5),
                "order.issued": Moment(6),
                "references": ReferencesOf((ReferenceOf(7, "request"), ReferenceOf(8, "contract"))),
                "seller_order": Text(9),
                "issued": Moment(10),
                "order_change.issued": Moment(11),
                "kind": Coded(13, Words(codes.CHANGE_KINDS), other="other"),
            },
            default={1: "00"},
        ),
        *order_response.HEADER,
        purchase_order.lines(_LINE, order_response.RESPONSES),
        *purchase_order.SUMMARY,
    ],
    unfold=_whole,
    fold=_in_segments,
)
