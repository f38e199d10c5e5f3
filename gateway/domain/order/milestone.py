"""What happened to an order, as a system says it: the events of the order process.

A milestone is a statement, not yet the truth: the lifecycle decides what it changes, by who says it, when it happened and what is
known already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Event(StrEnum):
    """What can happen to an order or to some of its lines."""

    RECEIVED = "received"
    VALIDATED = "validated"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    ALLOCATED = "allocated"
    BACK_ORDERED = "back_ordered"
    HELD = "held"
    RELEASED = "released"
    PICKING = "picking"
    PICKED = "picked"
    PACKED = "packed"
    SHIPPED = "shipped"
    IN_TRANSIT = "in_transit"
    DELIVERY_EXCEPTION = "delivery_exception"
    DELIVERED = "delivered"
    INVOICED = "invoiced"
    PAYMENT_AUTHORISED = "payment_authorised"
    PAID = "paid"
    REFUNDED = "refunded"
    RETURNED = "returned"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class LineQuantity:
    """How much of a line an event is about, in the unit of the order. `line` is the number of the order's line.

    `item` is any identifier of it (`gtin:…`, `seller:…`), for systems that know no line numbers; `also` are further ones.
    `packages` are the names (SSCC, tracking number) of the one package that it travels in, where goods are shipped.
    """

    line: str | None
    quantity: Decimal
    unit: str | None = None
    item: str | None = None
    also: Sequence[str] = ()
    packages: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """The name that a system has for an order or something of it.

    `system` is the id of the application or partner, or "gateway"; `kind` is `order`, `shipment`, `package`, `invoice`,
    `tracking`, `return` or `payment`; `value` is written as that system writes it.
    """

    system: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """One event. `source` is who says so: the id of an application or partner, or "gateway".

    `key` is the event's own name at its source: the same again is the same event. The order is found by `partner` (the customer,
    by its id here) and `number` (its order number), or else by any of the `links`. `occurred` is aware; None where the source
    does not know it. `version` grows with each statement of a source about an order, where the source counts.

    Without `lines` it is about the whole order. With `total`, quantities are what has come together until then, not what was
    added. `document` is the id of the document here that says so, `reason` what the source gives as the reason. What is said of
    `test` orders never touches others.
    """

    source: str
    key: str
    event: Event
    partner: str | None = None
    number: str | None = None
    occurred: datetime | None = None
    version: int | None = None
    lines: Sequence[LineQuantity] = ()
    total: bool = False
    links: Sequence[Link] = ()
    document: str | None = None
    reason: str | None = None
    test: bool = False
