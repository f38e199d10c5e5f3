"""Parts that all documents have in common: the parties of an order, its items, the references to it. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gateway.applications.odoo.changes.facts import Line, Order
from gateway.applications.odoo.changes.values import Row, day, text
from gateway.applications.odoo.identification import identifiers
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from gateway.ports.hearing import HeardDocument
from translators.canonical.base import CanonicalDocument
from translators.canonical.parts import Address, DocumentReference, Item, Party

ROLES = ("buyer", "seller", "ship_to", "ship_from", "bill_to", "ordering_party", "final_consignee")
"""The parties of an order that stand in what answers it."""

_ENDS = frozenset({Event.REJECTED, Event.CANCELLED})


def parties_of(order: Order, *roles: str) -> dict[str, Party]:
    """The parties of the order as the partner named them."""
    sent = order.original.received
    return {role: Party.model_validate(sent[role]) for role in roles or ROLES if sent.get(role)}


def party_of(row: Row, *, gln: str | None = None) -> Party | None:
    """A record of `res.partner`; None when it says nothing."""
    if not row:
        return None
    known = {"gln": text(row, gln) if gln else None, "seller": text(row, "ref")}
    lines = [line for line in (text(row, "street"), text(row, "street2")) if line]
    place = {
        "city": text(row, "city"),
        "postal_code": text(row, "zip"),
        "region": text(row, "state_code"),
        "country": text(row, "country_code"),
    }
    address = Address(lines=lines, **place) if lines or any(place.values()) else None
    return Party(
        identifiers={scheme: value for scheme, value in known.items() if value},
        name=text(row, "name"),
        address=address,
        tax_registration=text(row, "vat"),
    )


def merged(own: Party | None, other: Party | None) -> Party | None:
    """A party as the partner named it, with what Odoo knows beyond that."""
    if own is None or other is None:
        return own or other
    missing = {
        name: getattr(other, name) for name in ("name", "address", "tax_registration") if not getattr(own, name)
    }  # fmt: skip
    return own.model_copy(update={name: value for name, value in missing.items() if value})


def product_item(product: Row) -> Item:
    """A product of Odoo as an item: our code, its GTIN, its name."""
    known: dict[str, str | list[str]] = {}
    if code := text(product, "default_code"):
        known["seller"] = code
    barcode = text(product, "barcode") or ""
    if barcode.isdigit() and len(barcode) in (8, 12, 13, 14):
        known["gtin"] = barcode
    return Item(identifiers=known, name=text(product, "name"))


def ordered_item(line: Line) -> Item:
    """The item of a line as the partner identified it, with our own code beside it."""
    own = product_item(line.product)
    sent = line.sent.get("item")
    if not isinstance(sent, Mapping):
        return own
    item = Item.model_validate(sent)
    if is_as_ordered(line) and "seller" not in item.identifiers and "seller" in own.identifiers:
        return item.model_copy(update={"identifiers": {**item.identifiers, "seller": own.identifiers["seller"]}})
    return item


def is_as_ordered(line: Line) -> bool:
    """Whether the product is still the one that was ordered. Where nobody knows what was ordered, it is."""
    wanted = line.booked.product if line.booked else None
    if wanted is None or not line.product:
        return True
    barcode, code = text(line.product, "barcode"), text(line.product, "default_code")
    if wanted.barcodes or wanted.codes:
        return barcode in wanted.barcodes or code in wanted.codes
    return code in wanted.buyer_codes or not wanted.buyer_codes


def order_reference(order: Order, line: Line | None = None) -> DocumentReference:
    """The partner's order, or a line of it."""
    issued = order.original.received.get("issued") or day(order.row, "date_order")
    more = {"issued": issued} if issued else {}
    return DocumentReference.model_validate(
        {"number": order.number, "release": order.release, "line": line.number if line else None, **more}
    )


def any_identifier(line: Line) -> str | None:
    """An identifier of a line's item, for systems without line numbers."""
    item = ordered_item(line)
    for scheme in ("gtin", "seller", "buyer", "upc"):
        values = identifiers({"identifiers": item.identifiers}, scheme)
        if values:
            return f"{scheme}:{values[0]}"
    return None


def line_quantity(line: Line, value: Any) -> LineQuantity:
    """So much of a line, for a milestone."""
    stated = line.stated(value)
    return LineQuantity(line=line.number, quantity=stated.value, unit=stated.unit, item=any_identifier(line))


def milestone(order: Order, event: Event, *, source: str, key: str, occurred: datetime | None = None, **more: Any) -> Milestone:
    """Something that happened to an order, said by Odoo, which tells moments to the second.

    What ends an order did so by the end of its second: what others, more exactly, say of the same second came before it.
    """
    if occurred is not None and event in _ENDS:
        occurred = occurred.replace(microsecond=999_999)
    links = (Link(source, "order", order.name), *more.pop("links", ()))
    more |= {"partner": order.partner, "number": order.number, "test": order.original.test}
    return Milestone(source=source, key=key, event=event, links=links, occurred=occurred, **more)


def outgoing(partner: str, document: CanonicalDocument) -> HeardDocument:
    """A document for a partner."""
    return HeardDocument(partner=partner, body=document.to_json(), outgoing=True)


def content(document: CanonicalDocument) -> object:
    """What a document says, without its own number and when it was written."""
    return document.model_dump(mode="json", exclude={"number", "issued", "purpose"}, exclude_unset=True)
