"""What canonical documents say of orders: each becomes the milestones that it states. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gateway.domain.order.derivation.about import About
from gateway.domain.order.derivation.goods import despatch, receipt, transport_status, warehouse_order
from gateway.domain.order.derivation.money import billing, remittance_advice
from gateway.domain.order.derivation.orders import order_response, purchase_order, purchase_order_change
from gateway.domain.order.milestone import Milestone

__all__ = ["TELLING", "About", "milestones"]

_READ: Mapping[str, Callable[[Any, About], Iterable[Milestone]]] = {
    "purchase_order": purchase_order,
    "purchase_order_change": purchase_order_change,
    "order_response": order_response,
    "warehouse_order": warehouse_order,
    "warehouse_shipment": despatch,
    "despatch_advice": despatch,
    "transport_status": transport_status,
    "receiving_advice": receipt,
    "warehouse_receipt": receipt,
    "invoice": billing,
    "credit_note": billing,
    "remittance_advice": remittance_advice,
}

TELLING = tuple(_READ)
"""The documents that say something of orders."""


def milestones(document: object, about: About) -> tuple[Milestone, ...]:
    """What a canonical document states, in its order. Of what it leaves open nothing is made up."""
    read = _READ.get(about.name)
    return tuple(read(document, about)) if read is not None else ()
