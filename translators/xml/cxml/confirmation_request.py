"""cXML ConfirmationRequest to the canonical response to an order, and back."""

from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.xml.codecs import Digits, Instant, Known, Number
from translators.xml.context import Reading, Writing
from translators.xml.cxml import codes
from translators.xml.cxml.parts import (
    BESIDE,
    ORDER_REFERENCE,
    PRICE,
    Roles,
    currency_of,
    item_detail,
    item_id,
    order_again,
    order_of,
    price_read,
    price_written,
    references,
    shipping,
    tax,
)
from translators.xml.cxml.rules import Money, Remarks, Unit
from translators.xml.node import Node
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside
from translators.xml.values import Code, Item, Leaf

OPERATIONS = Words({"new": "original", "update": "replace"})
_OF_A_LINE = {"accepted": "accepted", "rejected": "rejected", "with_changes": "changed"}


class Substitute:
    """What comes instead of the ordered item; its price goes with it."""

    __slots__ = ("inner", "path", "tags")

    def __init__(self) -> None:
        self.tags = ("ItemIn",)
        self.path = "item"
        detail = item_detail(Leaf("UnitOfMeasure", "unit_again"), extrinsics=False)
        self.inner = Aggregate(Leaf("@quantity", "again", Number()), item_id(), detail)

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take the item; its quantity is that of the answer."""
        self.inner.read(node, target, context)
        quantity = target.get("quantity", {})
        for again, member in (("again", "value"), ("unit_again", "unit")):
            quantity.setdefault(member, target.pop(again, quantity.get(member)))
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """The item, with the quantity once more."""
        if source.get("item") and source.get("quantity"):
            quantity = source.get("quantity") or {}
            source |= {again: quantity[m] for again, m in (("again", "value"), ("unit_again", "unit")) if m in quantity}
            self.inner.write(source, parent.add(self.tags[0]), context)


STATUS = (
    Substitute(),
    Leaf("@quantity", "quantity.value", Number()),
    Unit("quantity"),
    Code("@type", "status", codes.LINE_RESPONSES, other="other", coarser=codes.COARSER_RESPONSES),
    Leaf("@deliveryDate", "delivery", Instant()),
    Leaf("@shipmentDate", "despatch", Instant()),
    PRICE,
    Remarks(),
)


def _after_reading(value: Value) -> None:
    """Lines are known by the numbers they were ordered under."""
    currency_of(value)
    order_of(value)
    value.setdefault("status", "with_changes")
    for line in value.get("lines", ()):
        line.setdefault("item", {})
        for response in line.get("responses", ()):
            price_read(response)
            response.setdefault("status", _OF_A_LINE.get(value["status"], "other"))


def _before_writing(value: Value) -> None:
    """Each line has an answer for its quantity."""
    value.pop("currency", None)
    order_again(value, value)
    for line in value.get("lines") or ():
        order = line.get("order") or {}
        if not line.get("number") and order.get("line"):
            line["number"] = order.pop("line")
        if not line.get("quantity"):
            quantities = [r["quantity"] for r in line.get("responses") or () if r.get("quantity")]
            if quantities:
                line["quantity"] = {**quantities[0], "value": sum(q["value"] for q in quantities)}
        if not line.get("responses"):
            line["responses"] = [{"status": _OF_A_LINE.get(value.get("status", ""), "other")}]
        for response in line["responses"]:
            price_written(response)
            if not response.get("quantity") and line.get("quantity"):
                response["quantity"] = dict(line["quantity"])


MAPPING = DocumentMapping(
    Aggregate(
        Inside(
            "ConfirmationHeader",
            Leaf("@confirmID", "number"),
            Code("@operation", "purpose", OPERATIONS),
            Code("@type", "status", codes.RESPONSES, other="other"),
            Leaf("@noticeDate", "issued", Instant()),
            Leaf("@incoTerms", "delivery_terms.incoterm", Known(codes.INCOTERMS)),
            Item("@invoiceID", "references", "number", means={"kind": "invoice"}),
            Money("Total", "totals.tax_exclusive"),
            shipping("amounts.shipping"),
            tax("totals.tax"),
            Roles(),
            *references(),
            *BESIDE,
        ),
        ORDER_REFERENCE,
        Each(
            "ConfirmationItem",
            "lines",
            Leaf("@lineNumber", "number", Digits()),
            Leaf("@quantity", "quantity.value", Number()),
            Unit("quantity"),
            Roles(without=tuple(codes.ROLES.values())),
            Each("ConfirmationStatus", "responses", *STATUS),
            scope=True,
        ),
    ),
    _after_reading,
    _before_writing,
)
