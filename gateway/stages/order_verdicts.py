"""What judging an order writes: its row, the verdicts on what was said of it, its names, deadlines, failures and messages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from gateway.domain.failure import fingerprint
from gateway.domain.lifecycle import ORDER_EVENT, move
from gateway.domain.order.deadline import dues
from gateway.domain.order.milestone import Link
from gateway.domain.order.order import Order
from gateway.domain.order.process import Judgement, Says, Statement, Verdict, judge
from gateway.domain.order.record import (
    ClockRow,
    FollowUpRow,
    OrderDeadlineRow,
    OrderEventRow,
    OrderLinkRow,
    OrderMessageRow,
    TradeOrderRow,
    milestone_of,
)
from gateway.domain.record import FailureRow
from gateway.domain.storable import storable, storable_json, storable_key
from gateway.ports import Configuration
from gateway.ports.orders import HeldOrder, OrderSettlement
from gateway.stages.order_deadlines import missed_failure, next_state
from gateway.stages.order_follow_ups import settle_follow_ups
from gateway.stages.order_news import STAGE
from gateway.stages.order_publication import message

_EVENTS = {Says.APPLIED: "applied", Says.WAITS: "waits", Says.REFUSED: "refused", Says.REPEATS: "repeats"}
_TROUBLE = frozenset({"refused", "overdue"})
_REMEDIES = {
    "without-authority": "Let the system that may say it say it, or give this one authority: [authority] in routes.toml.",
    "source-unknown": "Add the system to routes.toml, or stop it from telling of orders.",
    "line-unknown": "Let the source name the order's line or an item of it, or have the order changed; then it is judged again.",
    "unit-differs": "Let the source tell it in the unit of the order; units are converted where documents are mapped.",
    "order-ambiguous": "Let the source name the customer beside the order's number, or a shipment.",
}
_REMEDY = "See `gateway order` for what is known: whoever is wrong must say what is right, then all of it is judged again."


@dataclass(frozen=True, slots=True)
class Bench:
    """What verdicts are written with. `owner_of` says who answers for what a source says of a partner's orders."""

    configuration: Configuration
    owner_of: Callable[[str, str | None], str]
    new_id: Callable[[], UUID]
    now: datetime


def settle_order(
    held: HeldOrder,
    before: Sequence[OrderEventRow],
    added: Sequence[OrderEventRow],
    *,
    links: frozenset[OrderLinkRow],
    deadlines: Mapping[str, OrderDeadlineRow],
    followed: Sequence[FollowUpRow],
    settlement: OrderSettlement,
    bench: Bench,
) -> None:
    """Judge all that was said of an order, and write what has changed by what was `added`."""
    rows = [*before, *added]
    statements = [Statement(milestone_of(row), row.heard_at or bench.now) for row in rows]
    judgement = judge(statements, bench.configuration.process.rules)
    new = {row.id for row in added}
    published: list[OrderMessageRow] = []
    version = held.version
    for row, statement in zip(rows, statements, strict=True):
        verdict = judgement.verdicts[statement.name]
        after = _judged(row, verdict, held.id, bench)
        if after != row or row.id in new:
            settlement.events.append(after)
            _tell(row, after, held.partner, settlement, bench)
        if (row.state == "applied") != (after.state == "applied"):
            version += 1
            published.append(message(held, statement, judgement.order, version=version, applied=after.state == "applied",
                                     gateway=bench.configuration.gateway_id, new_id=bench.new_id))  # fmt: skip
    settlement.messages += published
    settlement.orders.append(_order_row(held, judgement.order, version))
    settlement.links += sorted(set(_links(held, statements, judgement)) - links)
    settlement.clocks += clocks(added, bench.now)
    _settle_deadlines(held, statements, judgement, deadlines, settlement, bench)
    _settle_follow_ups(held, statements, judgement, rows=rows, followed=followed, settlement=settlement, bench=bench)


def _judged(row: OrderEventRow, verdict: Verdict, order: UUID, bench: Bench) -> OrderEventRow:
    """The row with its verdict."""
    event = _EVENTS[verdict.says]
    state = move(ORDER_EVENT, row.state, event)
    needs = verdict.needs.value if verdict.needs is not None else None
    judged = row._replace(
        trade_order=order,
        state=state,
        code=verdict.code,
        message=storable(verdict.message)[:2_000],
        needs=needs,
        flags=verdict.flags,
    )
    if state not in ("waiting", "overdue"):
        return judged._replace(look_at=None, due_at=None)
    return waiting(judged, bench)


def waiting(row: OrderEventRow, bench: Bench) -> OrderEventRow:
    """A row that waits: until when it may, and when to look again. What waited for too long is overdue."""
    due = row.due_at or bench.now + bench.configuration.process.wait
    if row.state == "waiting" and due <= bench.now:
        row = row._replace(state=move(ORDER_EVENT, row.state, "waited_out"))
    look = due
    if row.trade_order is None:  # others may make known whose it is at the same moment, unseen
        patience = max((bench.now - (row.heard_at or bench.now)) / 2, timedelta(seconds=1))
        look = min(due, bench.now + patience)
    return row._replace(due_at=due, look_at=look)


def _tell(before: OrderEventRow, after: OrderEventRow, partner: str | None, settlement: OrderSettlement, bench: Bench) -> None:
    """Open the failure of what is refused or overdue now; end the one of what no longer is."""
    was = before.state in _TROUBLE
    is_now = after.state in _TROUBLE
    if was and (not is_now or after.code != before.code):
        reason = "it was judged anew" if after.state == "waiting" else f"it is {after.state} by now"
        settlement.closed.append((before.id, event_fingerprint(before), reason))
    if is_now and (not was or after.code != before.code):
        settlement.failures.append(event_failure(after, partner, bench))


def event_fingerprint(row: OrderEventRow) -> str:
    """The failure that a statement belongs to: those of one source with one cause are one."""
    return fingerprint(stage=STAGE, code=row.code, partner=row.partner, route=row.source)


def event_failure(row: OrderEventRow, partner: str | None, bench: Bench) -> FailureRow:
    """The failure of a statement that is refused, or has waited for too long."""
    number = f"order {row.number} of {partner}" if row.number and partner else f"order {row.number}" if row.number else "an order"
    what = f"{row.source} says that {number} was {row.event.replace('_', ' ')}. "
    if row.state == "overdue":
        what += f"It has waited for too long: {row.message}. "
    else:
        what += row.message
    return FailureRow(
        id=bench.new_id(),
        fingerprint=event_fingerprint(row),
        stage=STAGE,
        code=row.code,
        partner=partner,
        route=None,
        owner=bench.owner_of(row.source, partner),
        message=storable(what.strip())[:2_000],
        remedy=_REMEDIES.get(row.code, _REMEDY),
        sample=row.id,
        transmission=row.transmission or row.id,
    )


def _order_row(held: HeldOrder, order: Order, version: int) -> TradeOrderRow:
    lines = [
        {
            "line": line.number,
            "state": line.state,
            "unit": line.unit,
            "items": sorted(line.items),
            **{name: str(value) for name in line.quantities.__dataclass_fields__ if (value := getattr(line.quantities, name))},
        }
        for line in order.lines.values()
    ]
    steps = {event.value: at.isoformat() for event, at in sorted(order.steps.items(), key=lambda step: step[1])}
    return TradeOrderRow(held.id, *held.key, order.state, version, storable_json(lines), orjson.dumps(steps).decode())


def _links(held: HeldOrder, statements: Iterable[Statement], judgement: Judgement) -> Iterable[OrderLinkRow]:
    """The names in what holds or waits. What is refused may name the things of others."""
    for one in statements:
        if judgement.verdicts[one.name].says is Says.REFUSED:
            continue
        named = [*one.said.links]
        if one.said.number is not None and one.said.number != held.number:
            named.append(Link(one.said.source, "order", one.said.number))
        for link in named:
            yield OrderLinkRow(held.id, storable_key(link.system), storable_key(link.kind), storable_key(link.value))


def clocks(rows: Iterable[OrderEventRow], now: datetime) -> list[ClockRow]:
    """By how much each source is ahead at least, as its events say."""
    most: dict[str, timedelta] = {}
    for row in rows:
        if row.occurred is not None:
            ahead = row.occurred - (row.heard_at or now)
            most[row.source] = max(ahead, most.get(row.source, ahead))
    return [ClockRow(source, ahead) for source, ahead in most.items()]


def _settle_follow_ups(
    held: HeldOrder,
    statements: Sequence[Statement],
    judgement: Judgement,
    *,
    rows: Sequence[OrderEventRow],
    followed: Sequence[FollowUpRow],
    settlement: OrderSettlement,
    bench: Bench,
) -> None:
    held_before = {(row.source, row.key) for row in rows if row.state == "applied"}
    settle_follow_ups(
        held,
        statements,
        judgement,
        followed,
        before=held_before,
        configuration=bench.configuration,
        owner_of=bench.owner_of,
        new_id=bench.new_id,
        now=bench.now,
        settlement=settlement,
    )


def _settle_deadlines(
    held: HeldOrder,
    statements: Sequence[Statement],
    judgement: Judgement,
    known: Mapping[str, OrderDeadlineRow],
    settlement: OrderSettlement,
    bench: Bench,
) -> None:
    terms, calendars = bench.configuration.process.deadlines, bench.configuration.calendars
    running = {due.deadline: due for due in dues(statements, judgement, terms, partner=held.partner, calendars=calendars)}
    by_id = {deadline.id: deadline for deadline in terms}
    for name in known.keys() | running.keys():
        before, due = known.get(name), running.get(name)
        row = next_state(held.id, before, due, bench.now)
        if row is None or row == before:
            continue
        settlement.deadlines.append(row)
        was, late = before is not None and before.state == "missed", row.state == "missed"
        mark = fingerprint(stage=STAGE, code="deadline-missed", partner=held.partner, route=name)
        if was and not late:
            settlement.closed.append((held.id, mark, f"{name}: it is {row.state} by now"))
        if late and not was and name in by_id:
            settlement.failures.append(missed_failure(row, by_id[name], held.partner, held.number, bench.owner_of, bench.new_id))
