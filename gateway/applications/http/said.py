"""What the answer to a call says happened to the order. Pure."""

from datetime import datetime
from typing import Any

from gateway.applications.http.links import links_in
from gateway.domain.http_application import HttpAction
from gateway.domain.order.milestone import Event, Link, Milestone
from gateway.ports import ApplicationCall


def milestone_of(
    call: ApplicationCall, action: HttpAction, event: Event, *, body: Any, reference: str | None, source: str, now: datetime
) -> Milestone:
    """The milestone of an answer. Told again for the same delivery it is the same. Raises QueryFailed."""
    links = [Link(source, "order", reference)] if reference is not None else []
    links += [link for link in links_in(action.answer.links, body, source=source) if link not in links]
    return Milestone(
        source=source,
        key=f"{call.idempotency_key}:{event}",
        event=event,
        partner=_customer(call),
        number=_number(call, action),
        occurred=now,
        links=tuple(links),
        test=call.test,
    )


def _customer(call: ApplicationCall) -> str | None:
    """Whose order it is: of an order to a warehouse the partner is the warehouse, and the order is found by its number."""
    return None if str(call.document.get("schema", "")).startswith("warehouse_order") else call.partner or None


def _number(call: ApplicationCall, action: HttpAction) -> str | None:
    """The customer's order number: of orders their own, of other documents that of the order they serve."""
    if action.number is not None:
        found = action.number(call.document)
    else:
        order = call.document.get("order")
        is_order = str(call.document.get("schema", "")).startswith("purchase_order")
        found = call.document.get("number") if is_order else order.get("number") if isinstance(order, dict) else None
    return str(found) if isinstance(found, str | int) and found != "" else None
