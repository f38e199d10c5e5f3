"""X12 860: the buyer's change of a purchase order, or its cancellation."""

from translators.mapping.clauses import Once
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import ReferenceOf
from translators.mapping.mapping import DocumentMapping
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, purchase_order, shared
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import ReferencesOf
from translators.x12.sets.shared import price, units

REFERENCES = ReferencesOf((ReferenceOf(7, "request"), ReferenceOf(8, "contract"), ReferenceOf(9, "seller_order")))
CHANGED_LINE = Once(
    "POC",
    {
        "number": Text(1),
        "action": Coded(2, Words(codes.CHANGES), other="other"),
        "quantity": units(3, (5, 1)),
        "left_to_receive": units(4, (5, 1)),
        "price": price(6, 7, (5, 1)),
        "item": ItemNumbers(8),
    },
    default={2: "CA"},
)
"""A line as it is to be, and what becomes of it."""


def left_to_receive(document: Value) -> Value:
    """What is left to receive is said where it is not the whole quantity."""
    for line in document["lines"]:
        if "left_to_receive" in line and line["left_to_receive"] == line.get("quantity"):
            del line["left_to_receive"]
    return document


def changed_lines(document: Value) -> Value:
    """A quantity comes with what is left to receive of it (POC04), a change of quantity with its direction (POC02)."""
    for line in document.get("lines", ()):
        quantity, before = line.get("quantity"), line.get("before", {}).get("quantity")
        if quantity:
            line.setdefault("left_to_receive", dict(quantity))
        if line.get("action") == "quantity" and "action" not in line.get("original_codes", {}):
            difference = line.get("difference", {}).get("value")
            if difference is None and before and quantity:
                difference = quantity["value"] - before["value"]
            if difference is not None and difference < 0:
                line.setdefault("original_codes", {})["action"] = "QD"
    return document


def _whole(change: Value, context: Reading) -> Value:
    return left_to_receive(purchase_order.whole(change, context))


def _in_segments(change: Value, context: Writing) -> Value:
    if "issued" in change:  # a change must name the day of the order
        change.setdefault("ordered", change["issued"])
    return changed_lines(purchase_order.counted(change, context))


MAPPING = DocumentMapping(
    "purchase_order_change",
    [
        Once(
            "BCH",
            {
                "purpose": Coded(1, shared.PURPOSES, other="other"),
                "kind": Coded(2, Words(codes.CHANGE_KINDS), other="other"),
                "number": Text(3),
                "release": Text(4),
                "sequence": Text(5),
                "ordered": Moment(6),
                "references": REFERENCES,
                "other_dates.acknowledgement": Moment(10),
                "issued": Moment(11),
            },
            default={1: "04", 2: "SA"},
        ),
        shared.dates(),
        *purchase_order.HEADER,
        purchase_order.lines(CHANGED_LINE),
        *purchase_order.SUMMARY,
    ],
    unfold=_whole,
    fold=_in_segments,
)
