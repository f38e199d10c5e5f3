"""Deadlines of orders: missed ones are told to their owner, and are over when what they are about has happened."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from gateway.domain.failure import fingerprint
from gateway.domain.lifecycle import ORDER_DEADLINE, move
from gateway.domain.order.deadline import Deadline, Due
from gateway.domain.order.record import OrderDeadlineRow
from gateway.domain.record import FailureRow
from gateway.domain.storable import storable
from gateway.stages.order_news import STAGE

CODE = "deadline-missed"


def next_state(order: UUID, before: OrderDeadlineRow | None, due: Due | None, now: datetime) -> OrderDeadlineRow | None:
    """A deadline as it is now; None when there is none. `due` is None where nothing is expected of the order any more."""
    if due is None:
        if before is None:
            return None
        return before._replace(state=_moved(before.state, "order_over"), met_at=None)
    event = "missed" if due.met is None and due.due <= now else "runs"
    if due.met is not None:
        event = "met" if due.met <= due.due else "met_late"
    state = _moved(before.state if before is not None else "open", event)
    return OrderDeadlineRow(order, due.deadline, due.due, state, due.met)


def _moved(state: str, event: str) -> str:
    return move(ORDER_DEADLINE, state, event)


def missed_failure(
    row: OrderDeadlineRow,
    deadline: Deadline,
    partner: str,
    number: str,
    owner_of: Callable[[str, str | None], str],
    new_id: Callable[[], UUID],
) -> FailureRow:
    """The failure of a missed deadline; those of one deadline and partner are one."""
    what, since = deadline.milestone.value.replace("_", " "), deadline.after.value.replace("_", " ")
    by = f" by {deadline.by}" if deadline.by else ""
    text = f"Order {number} of {partner} should have been {what}{by} by {row.due_at:%Y-%m-%d %H:%M} UTC, after it was {since}."
    return FailureRow(
        id=new_id(),
        fingerprint=fingerprint(stage=STAGE, code=CODE, partner=partner, route=deadline.id),
        stage=STAGE,
        code=CODE,
        partner=partner,
        route=None,
        owner=deadline.owner or owner_of(deadline.by or "", partner),
        message=storable(text),
        remedy=f"See `gateway order {storable(number)}` for where it stopped. The failure ends by itself when it was {what}.",
        sample=row.trade_order,
        transmission=row.trade_order,
    )
