"""Orders to warehouses among what goes out: to the application that a warehouse has, and past the gate or into it. Pure CPU."""

import hashlib
from dataclasses import replace
from uuid import UUID

from gateway.domain.agreement import Partner
from gateway.domain.release.terms import Warehouse
from gateway.domain.route import Decision, PlannedDelivery
from gateway.domain.service import Service
from gateway.domain.storable import storable_key
from gateway.ports import Configuration
from gateway.stages.judgement import JudgedDocument
from gateway.stages.route import Routing
from translators.canonical.base import CanonicalDocument
from translators.canonical.header import Purpose
from translators.canonical.warehouse_order import WarehouseAction, WarehouseOrder
from translators.contract import Document


def reached_by_application(canonical: CanonicalDocument, partner: Partner, configuration: Configuration) -> Warehouse | None:
    """The warehouse that gets a document by an application of its own, and not as agreed with its partner."""
    warehouse = configuration.release.of_partner(partner.id) if isinstance(canonical, WarehouseOrder) else None
    return warehouse if warehouse is not None and warehouse.application is not None else None


def for_application(document: Document, canonical: CanonicalDocument, warehouse: Warehouse, identifier: UUID) -> JudgedDocument:
    """A document that is delivered to the application of its warehouse. A change or cancellation is not its order again."""
    json, service = canonical.to_json(), Service.REALTIME
    identity = canonical.identity
    purpose = getattr(canonical, "purpose", Purpose.ORIGINAL)
    if purpose is not Purpose.ORIGINAL:
        identity = f"{identity}|{purpose.value}|{hashlib.sha256(json).hexdigest()[:16]}"
    keys = tuple(storable_key(f"{kind}:{value}") for kind, value in canonical.business_keys)
    number = getattr(canonical, "number", "")
    planned = PlannedDelivery(
        target=warehouse.application or "",
        action=_action(warehouse, purpose),
        after=None,
        sequence_key=storable_key(f"{warehouse.application}:{warehouse.partner}:{number}"),
        service=service,
        priority=service.priority,
        options={},
    )
    routing = Routing("routed", Decision(None, (), {}), (planned,), (), None)
    return JudgedDocument(identifier, document, "routed", None, json, storable_key(identity), keys, routing)


def _action(warehouse: Warehouse, purpose: Purpose) -> str:
    """What the application of a warehouse is asked to do."""
    if purpose is Purpose.CANCEL:
        return warehouse.cancel or warehouse.action
    return warehouse.change or warehouse.action if purpose in (Purpose.CHANGE, Purpose.REPLACE) else warehouse.action


def at_gate(judged: JudgedDocument, partner: Partner, configuration: Configuration, *, released: bool) -> JudgedDocument:
    """A document that could go: `held` where it is an order to ship that has to pass the gate first, and has not."""
    order = judged.document.canonical
    if released:
        return replace(judged, released=True)
    if judged.state != "routed" or not isinstance(order, WarehouseOrder):
        return judged
    if order.action is not WarehouseAction.SHIP or not configuration.release.holds_back(partner.id):
        return judged
    return replace(judged, state="held", routing=None, written=None)
