"""A milestone as other services read it: the body of what is published on `edi.events`. Pure.

Quantities are decimal numbers as text. Readers ignore members that they do not know.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from gateway.domain.order.milestone import Event

SCHEMA: Final = "order_event/1"

Verdict = Literal["applied", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedOrder:
    """The order as it is with this event. `partner` is the customer, `number` its own; `version` grows with each event."""

    partner: str
    number: str
    state: str
    version: int
    test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedQuantity:
    """How much of a line the event is about. `item` is an identifier of it (`gtin:…`), where no line was named."""

    line: str | None
    quantity: str
    unit: str | None
    item: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedLink:
    """The name that a system has for the order, or for a shipment, package, invoice or payment of it."""

    system: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedLine:
    """A line of the order as it is with this event, in the unit of the order."""

    line: str
    state: str
    unit: str | None
    ordered: str
    accepted: str
    rejected: str
    cancelled: str
    allocated: str
    back_ordered: str
    shipped: str
    delivered: str
    invoiced: str
    returned: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent:
    """What happened, who said so, and the order as it is then. `withdrawn`: it turned out not to hold.

    `occurred` is when, as far as the source knows; `heard` is when it came to the gateway.
    """

    schema: Literal["order_event/1"] = SCHEMA
    event: Event
    verdict: Verdict
    order: AnnouncedOrder
    source: str
    occurred: datetime | None
    heard: datetime
    reason: str | None
    document: str | None
    lines: tuple[AnnouncedQuantity, ...]
    links: tuple[AnnouncedLink, ...]
    quantities: tuple[AnnouncedLine, ...]
