"""Milestones for other services: each that holds is published on `edi.events`, with the order as it is then."""

from collections.abc import Callable
from uuid import UUID

import orjson

from gateway.domain.cloud_event import cloud_event
from gateway.domain.order.announcement import (
    SCHEMA,
    AnnouncedLine,
    AnnouncedLink,
    AnnouncedOrder,
    AnnouncedQuantity,
    OrderEvent,
    Verdict,
)
from gateway.domain.order.line import Line
from gateway.domain.order.order import Order
from gateway.domain.order.process import Statement
from gateway.domain.order.record import OrderMessageRow
from gateway.domain.storable import storable_json
from gateway.ports.orders import HeldOrder

EXCHANGE = "edi.events"


def message(
    held: HeldOrder, one: Statement, order: Order, *, version: int, applied: bool, gateway: str, new_id: Callable[[], UUID]
) -> OrderMessageRow:
    """The message of a milestone that holds now, or (`applied` false) turned out not to hold.

    `version` grows with each message about an order: listeners drop what is older than what they know.
    """
    said, identifier = one.said, new_id()
    verdict: Verdict = "applied" if applied else "withdrawn"
    headers = cloud_event(
        identifier,
        source=gateway,
        kind=f"order.{said.event.value}",
        subject=held.number,
        time=said.occurred or one.heard,
        schema=SCHEMA,
        correlation=held.id,
        cause=said.document or said.key,
        more={
            "partner": held.partner,
            "test": "true" if held.test else "false",
            "version": str(version),
            "verdict": verdict,
        },
    )
    body = orjson.dumps(_body(held, one, order, version, verdict))
    return OrderMessageRow(identifier, EXCHANGE, f"{said.event.value}.{held.partner}", storable_json(headers), body)


def _body(held: HeldOrder, one: Statement, order: Order, version: int, verdict: Verdict) -> OrderEvent:
    said = one.said
    return OrderEvent(
        event=said.event,
        verdict=verdict,
        order=AnnouncedOrder(partner=held.partner, number=held.number, state=order.state, version=version, test=held.test),
        source=said.source,
        occurred=said.occurred,
        heard=one.heard,
        reason=said.reason,
        document=said.document,
        lines=tuple(
            AnnouncedQuantity(line=line.line, quantity=str(line.quantity), unit=line.unit, item=line.item) for line in said.lines
        ),
        links=tuple(AnnouncedLink(system=link.system, kind=link.kind, value=link.value) for link in said.links),
        quantities=tuple(_line(line) for line in order.lines.values()),
    )


def _line(line: Line) -> AnnouncedLine:
    quantities = {name: str(getattr(line.quantities, name)) for name in line.quantities.__dataclass_fields__}
    return AnnouncedLine(line=line.number, state=line.state, unit=line.unit, **quantities)
