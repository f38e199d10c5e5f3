"""cXML OrderRequest to the canonical purchase order, and back; what changes of orders share with it."""

from decimal import Decimal

from translators.mapping.value import Value
from translators.xml.codecs import Digits, Instant, Number
from translators.xml.cxml import codes
from translators.xml.cxml.parts import (
    BESIDE,
    DELIVERY_TERMS,
    PAYMENT_TERM,
    Roles,
    currency_of,
    item_detail,
    item_id,
    party,
    price_read,
    price_written,
    references,
    shipping,
    tax,
    terms_read,
    terms_written,
)
from translators.xml.cxml.rules import Money, Unit
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside, Rule
from translators.xml.values import Code, Fixed, Item, Leaf

SCHEDULE: tuple[Rule, ...] = (
    Leaf("@quantity", "quantity.value", Number()),
    Unit("quantity"),
    Leaf("@requestedDeliveryDate", "requested", Instant()),
    party("ShipTo", "ship_to"),
)

LINE: tuple[Rule, ...] = (
    Leaf("@lineNumber", "number", Digits()),
    Leaf("@quantity", "quantity.value", Number()),
    Leaf("@requestedDeliveryDate", "requested_delivery", Instant()),
    Leaf("@requestedShipmentDate", "other_dates.requested_despatch", Instant()),
    Item("@requisitionID", "references", "number", means={"kind": "requisition"}),
    item_id(),
    item_detail(Unit("quantity"), extrinsics=False),
    party("ShipTo", "ship_to"),
    shipping("amounts.shipping"),
    tax("amounts.tax"),
    Roles(without=tuple(codes.ROLES.values())),
    DELIVERY_TERMS,
    BESIDE[0],
    Each("ScheduleLine", "schedule", *SCHEDULE),
)


SELLER_ORDER: Rule = Each(
    "SupplierOrderInfo",
    "references",
    Leaf("@orderID", "number"),
    Leaf("@orderDate", "issued", Instant()),
    means={"kind": "seller_order"},
    needs=("number",),
    most=1,
)

DELIVERY_PERIOD: Rule = Inside(
    "DeliveryPeriod",
    Inside(
        "Period",
        Leaf("@startDate", "other_dates.delivery_from", Instant()),
        Leaf("@endDate", "other_dates.delivery_until", Instant()),
    ),
)


def order(kind: Rule, version: Rule, action: tuple[Rule, ...] = ()) -> Aggregate:
    """An order; `kind` says whether it is new, `action` what becomes of a line."""
    return Aggregate(
        Inside(
            "OrderRequestHeader",
            Leaf("@orderID", "number"),
            Leaf("@orderDate", "issued", Instant()),
            kind,
            version,
            Code("@orderType", "kind", codes.ORDER_KINDS, other="other"),
            Item("@requisitionID", "references", "number", means={"kind": "requisition"}),
            Item("@agreementID", "references", "number", means={"kind": "contract"}),
            Leaf("@effectiveDate", "other_dates.valid_from", Instant()),
            Leaf("@expirationDate", "other_dates.valid_until", Instant()),
            Leaf("@requestedDeliveryDate", "requested_delivery", Instant()),
            Leaf("@pickUpDate", "other_dates.pick_up", Instant()),
            Money("Total", "totals.tax_exclusive"),
            party("ShipTo", "ship_to"),
            party("BillTo", "bill_to"),
            shipping("amounts.shipping"),
            tax("totals.tax"),
            PAYMENT_TERM,
            Roles(),
            *references(),
            SELLER_ORDER,
            DELIVERY_TERMS,
            DELIVERY_PERIOD,
            *BESIDE,
        ),
        Each("ItemOut", "lines", *LINE, *action, scope=True),
    )


def after_reading(value: Value) -> None:
    """The currency of the sum is that of the order; discounts have days of their own."""
    currency_of(value)
    terms_read(value)
    value.setdefault("lines", [])
    for line in value["lines"]:
        line.setdefault("item", {})
        price_read(line)


def before_writing(value: Value) -> None:
    """Somebody pays, and a sum is stated: that of the lines where the order has no other."""
    terms_written(value)
    for line in value.get("lines") or ():
        price_written(line)
    currency = value.pop("currency", None)
    totals = value.setdefault("totals", {})
    if not totals.get("tax_exclusive"):
        named = next((totals.pop(name) for name in ("lines", "payable") if totals.get(name)), None)
        totals["tax_exclusive"] = named or {"amount": _sum(value), **({"currency": currency} if currency else {})}
    buyer = {key: said for key, said in (value.get("buyer") or {}).items() if key != "identifiers"}
    if not value.get("bill_to") and buyer:
        value["bill_to"] = value.pop("buyer")


def _sum(value: Value) -> Decimal:
    total = Decimal(0)
    for line in value.get("lines") or ():
        price, quantity = line.get("price"), line.get("quantity")
        if price and quantity:
            basis = (price.get("basis") or {}).get("value") or 1
            total += price["amount"] * quantity["value"] / basis
    return total.quantize(Decimal("0.01"))


MAPPING = DocumentMapping(
    order(Fixed("@type", "new"), Leaf("@orderVersion", "attributes.orderVersion")), after_reading, before_writing
)
