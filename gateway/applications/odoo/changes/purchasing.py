"""A confirmed purchase order of Odoo → our order to a supplier. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.applications.odoo.changes.facts import Agreed, Lookup
from gateway.applications.odoo.changes.parts import content, outgoing, product_item
from gateway.applications.odoo.changes.saying import Said, next_said
from gateway.applications.odoo.changes.values import Row, day, moment, money, quantity, related_name, text
from gateway.ports.hearing import Notice
from translators.canonical.header import Purpose
from translators.canonical.order import OrderLine
from translators.canonical.parts import Amount, Item, Party, Price, Reference, Totals
from translators.canonical.purchase_order import PurchaseOrder

DOCUMENT = "purchase_order"
CONFIRMED = ("purchase", "done")


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase order for a partner. `codes` are the supplier's own codes of products by database id."""

    row: Row
    lines: Sequence[Row]
    partner: str
    lookup: Lookup
    codes: dict[int, str]
    unit_field: str
    buyer: Party | None = None
    seller: Party | None = None
    ship_to: Party | None = None


def subject_of(order: int) -> str:
    """Under which name a purchase order's statements are counted."""
    return f"purchase.order:{order}"


def tell_purchase(purchase: Purchase, before: Said | None, *, agreed: Agreed) -> Notice | None:
    """What is new about a purchase order since it was last told of; None when that is nothing, or nobody is to be told."""
    if not agreed(purchase.partner, DOCUMENT):
        return None
    state = purchase.row.get("state")
    withdrawn = state == "cancel" and before is not None and before.word == "ordered"
    if state not in CONFIRMED and not withdrawn:
        return None
    order = _order(purchase)
    word = "withdrawn" if withdrawn else "ordered"
    said = next_said(before, word, [word, content(order)])
    if said is None:
        return None
    purpose = Purpose.CANCEL if withdrawn else Purpose.ORIGINAL if said.count == 1 else Purpose.REPLACE
    again = {} if said.count == 1 else {"release": str(said.count)}  # each statement is a document of its own
    issued = day(purchase.row, "date_approve") or day(purchase.row, "write_date")
    order = order.model_copy(update={"purpose": purpose, "issued": issued, **again})
    return Notice(said.key(subject_of(int(purchase.row["id"]))), (outgoing(purchase.partner, order),))


def _order(purchase: Purchase) -> PurchaseOrder:
    row = purchase.row
    currency = related_name(row, "currency_id") or None
    more: dict[str, Any] = {"requested_delivery": planned} if (planned := moment(row, "date_planned")) else {}
    more |= {role: party for role, party in (("buyer", purchase.buyer), ("seller", purchase.seller),
                                            ("ship_to", purchase.ship_to)) if party}  # fmt: skip
    references = [Reference(kind="quote", number=ref)] if (ref := text(row, "partner_ref")) else []
    lines = [line for line in purchase.lines if not line.get("display_type") and quantity(line, "product_qty")]
    return PurchaseOrder(
        number=str(row["name"]),
        currency=currency,
        references=references,
        lines=[_line(purchase, line, place, currency) for place, line in enumerate(lines, 1)],
        totals=Totals(tax_exclusive=Amount(amount=money(row, "amount_untaxed", currency), currency=currency)),
        **more,
    )


def _line(purchase: Purchase, row: Row, place: int, currency: str | None) -> OrderLine:
    more: dict[str, Any] = {"requested_delivery": planned} if (planned := moment(row, "date_planned")) else {}
    return OrderLine(
        number=str(place),
        item=_item(purchase, row),
        quantity=purchase.lookup.unit(row, purchase.unit_field).quantity(quantity(row, "product_qty")),
        price=Price(amount=quantity(row, "price_unit"), currency=currency),
        **more,
    )


def _item(purchase: Purchase, row: Row) -> Item:
    """We are the buyer here: our own code is the buyer's, the supplier's is the seller's."""
    product = purchase.lookup.product(row)
    item = product_item(product)
    known = {("buyer" if scheme == "seller" else scheme): value for scheme, value in item.identifiers.items()}
    theirs = purchase.codes.get(int(product.get("id") or 0))
    if theirs:
        known["seller"] = theirs
    return item.model_copy(update={"identifiers": known})
