"""Process: what documents and applications say of orders is judged, order by order; milestones that hold are published.

Several processes share the work: each takes what nobody else holds, in batches, in one transaction with all that follows.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

import orjson
import structlog
from typing_extensions import override

from gateway.domain.lifecycle import ORDER_EVENT, move
from gateway.domain.order.record import FollowUpRow, OrderDeadlineRow, OrderEventRow, OrderLinkRow
from gateway.domain.record import FailureRow
from gateway.errors import Contention, DataRefused, GatewayError
from gateway.ports import Broker, Clock, Configuration, Message, Observer, Published
from gateway.ports.orders import HeldOrder, Name, OrderSession, OrderSettlement, OrderStore
from gateway.stages.order_deadlines import missed_failure, next_state
from gateway.stages.order_news import NotRead, told, unread_failure
from gateway.stages.order_notices import notices
from gateway.stages.order_relation import AMBIGUOUS, about_each, by_place, key_of, names_wanted, related
from gateway.stages.order_verdicts import Bench, event_failure, settle_order, waiting
from gateway.stages.woken import Woken

log = structlog.get_logger(__name__)

_BATCH = 100
_SLICE = 0.02
"""Seconds of CPU after which the loop gets a turn."""
_REFUSED = "not-storable"


OfOrder = TypeVar("OfOrder", OrderEventRow, OrderLinkRow, OrderDeadlineRow, FollowUpRow)


async def _found_by_itself(_target: str) -> None:
    """Nobody is woken: whoever delivers to a target looks every second."""


@dataclass(slots=True)
class _Batch:
    """What one transaction works on: statements with an order, those without, and what is written."""

    settlement: OrderSettlement = field(default_factory=OrderSettlement)
    rows: list[OrderEventRow] = field(default_factory=list)
    taken: int = 0


class ProcessOrders(Woken):
    """Judges what is said of orders."""

    FAILED = "orders_not_judged"

    def __init__(
        self,
        *,
        store: OrderStore,
        configuration: Callable[[], Configuration],
        source_owner: Callable[[str], str | None],
        broker: Broker,
        forget: Callable[[Sequence[UUID]], Awaitable[None]],
        follow: Callable[[], None] = lambda: None,
        wake_target: Callable[[str], Awaitable[None]] = _found_by_itself,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
        poll: float = 0.5,
    ) -> None:
        """`source_owner` says who answers for an application; `forget` removes messages that were confirmed.

        `follow` is called when there is something to do because of what was judged, `wake_target` when a subscriber gets it.
        """
        super().__init__(poll=poll)
        self._store, self._configuration, self._source_owner = store, configuration, source_owner
        self._broker, self._forget, self._follow, self._wake_target = broker, forget, follow, wake_target
        self._observer, self._clock, self._new_id = observer, clock, new_id

    @override
    async def round(self) -> int:
        """Judge until nothing is left; answers how many statements and documents. Raises GatewayError."""
        total = 0
        while judged := await self._batch():
            total += judged
        return total + await self.deadlines()

    async def _batch(self) -> int:
        """One batch; when the database refuses it for reasons of data, one by one, and the one that is refused alone is told."""
        try:
            return await self._judge(_BATCH)
        except Contention:
            return await self._judge(_BATCH)
        except DataRefused:
            self._observer.count("edi_stage_halvings_total", stage="process")
            try:
                return await self._judge(1)
            except DataRefused as error:
                log.exception("statement_refused_by_store")
                return await self._judge(1, refused=f"the database refused it: {error}")

    async def _judge(self, limit: int, *, refused: str = "") -> int:
        started = self._clock.monotonic()
        batch = _Batch()
        async with self._store.judging() as session:
            bench = Bench(self._configuration(), self.owner_of, self._new_id, await session.now())
            await self._take(session, batch, limit, refused)
            if not batch.taken:
                return 0
            if refused:
                self._give_up(batch, refused, bench)
            else:
                await self._relate(session, batch, bench)
                await self._settle_orders(session, batch, bench)
            subscribers = bench.configuration.subscribers.values()
            batch.settlement.notices = notices(batch.settlement.messages, subscribers, self._new_id)
            await session.settle(batch.settlement)
        if any(row.state == "waiting" for row in batch.settlement.follow_ups):
            self._follow()
        for target in {notice.target for notice in batch.settlement.notices}:
            await self._wake_target(target)
        await self._publish(batch.settlement)
        self._count(batch.settlement)
        self._observer.observe("edi_stage_seconds", self._clock.monotonic() - started, stage="process")
        self._observer.observe("edi_stage_batch_size", batch.taken, stage="process")
        return batch.taken

    async def _take(self, session: OrderSession, batch: _Batch, limit: int, refused: str) -> None:
        """Documents first, then what was heard, then what waits and is due: one of them at a time."""
        news = await session.take_news(limit)
        batch.taken = len(news)
        if not news:
            batch.rows = [*await session.take_heard(limit)] or [*await session.take_waiting(limit)]
            batch.taken = len(batch.rows)
            return
        rows: dict[tuple[str, str], OrderEventRow] = {}
        for one in news:
            try:
                stated = told(one, self._new_id) if not refused else []
                problem = refused
            except NotRead as error:
                stated, problem = [], str(error)
            rows |= {(row.source, row.key): row for row in stated if (row.source, row.key) not in rows}
            if problem:
                owner = self.owner_of("", one.partner)
                batch.settlement.failures.append(unread_failure(one, problem, owner=owner, new_id=self._new_id))
        known = await session.known(list(rows)) if rows else frozenset()
        batch.rows = [row for place, row in enumerate(rows.values()) if place not in known]

    def _give_up(self, batch: _Batch, reason: str, bench: Bench) -> None:
        """Refuse the one statement that cannot be stored as it was judged."""
        for row in batch.rows:
            ended = row._replace(
                state=move(ORDER_EVENT, row.state, "refused"), code=_REFUSED, message=reason, look_at=None, due_at=None
            )
            batch.settlement.events.append(ended)
            batch.settlement.failures.append(event_failure(ended, row.partner, bench))

    async def _relate(self, session: OrderSession, batch: _Batch, bench: Bench) -> None:
        """Find the order of each statement; those that have none wait, those that may have several are refused."""
        loose = [(place, row) for place, row in enumerate(batch.rows) if row.trade_order is None and key_of(row) is None]
        found = by_place(await session.find(names_wanted(loose)))
        rows = [row for row in batch.rows if row.trade_order is not None or key_of(row) is not None]
        for place, row in loose:
            orders = related(row, found.get(place, ()))
            if orders:
                rows += about_each(row, orders, self._new_id)
            else:
                self._leave(row, batch.settlement, bench, ambiguous=orders is None)
        batch.rows = rows

    def _leave(self, row: OrderEventRow, settlement: OrderSettlement, bench: Bench, *, ambiguous: bool) -> None:
        """A statement without an order."""
        if ambiguous:
            text = "Several orders have the names that it gives."
            after = row._replace(state=move(ORDER_EVENT, row.state, "refused"), code=AMBIGUOUS, message=text, look_at=None)
        else:
            state = move(ORDER_EVENT, row.state, "waits")
            text = "no order is known by the names that it gives"
            after = waiting(row._replace(state=state, code="waits-for-order", message=text), bench)
        settlement.events.append(after)
        if after.state in ("refused", "overdue") and after.state != row.state:
            settlement.failures.append(event_failure(after, row.partner, bench))

    async def _settle_orders(self, session: OrderSession, batch: _Batch, bench: Bench) -> None:
        """Judge every order that something was said of, and whatever its new names lead to."""
        keys = sorted({key for row in batch.rows if row.trade_order is None and (key := key_of(row)) is not None})
        ids = sorted({row.trade_order for row in batch.rows if row.trade_order is not None})
        held = [*await session.hold(keys, ids)]
        unknown = sorted(set(keys) - {order.key for order in held})
        held += [HeldOrder(self._new_id(), *key, "expected", 0, bench.now) for key in unknown]
        by_key = {order.key: order.id for order in held}
        added = defaultdict[UUID, list[OrderEventRow]](list)
        for row in batch.rows:
            key = key_of(row)
            added[row.trade_order or by_key[key or ("", "", False)]].append(row)
        names = sorted({name for row in batch.rows for name in _names(row)} | {("order", order.number) for order in held})
        await self._add_unrelated(session, names, held, batch, added, bench)
        orders = [order.id for order in held]
        before, links = _grouped(await session.events_of(orders)), _grouped(await session.links_of(orders))
        deadlines = _grouped((await session.deadlines_of(orders)).values())
        followed = _grouped(await session.follow_ups_of(orders))
        turn = self._clock.monotonic()
        for order in held:
            new = {row.id for row in added[order.id]}
            settle_order(
                order,
                [row for row in before[order.id] if row.id not in new],
                added[order.id],
                links=frozenset(links[order.id]),
                deadlines={row.deadline: row for row in deadlines[order.id]},
                followed=followed[order.id],
                settlement=batch.settlement,
                bench=bench,
            )
            if self._clock.monotonic() - turn > _SLICE:
                await asyncio.sleep(0)
                turn = self._clock.monotonic()

    async def _add_unrelated(
        self,
        session: OrderSession,
        names: Sequence[Name],
        held: Sequence[HeldOrder],
        batch: _Batch,
        added: Mapping[UUID, list[OrderEventRow]],
        bench: Bench,
    ) -> None:
        """Statements that waited for a name of these orders: they belong to them, or are looked at again soon."""
        taken = {row.id for row in batch.rows} | {row.id for row in batch.settlement.events}
        mine = {order.id for order in held}
        loose = [(place, row) for place, row in enumerate(await session.take_unrelated(names)) if row.id not in taken]
        found = by_place(await session.find(names_wanted(loose)))
        for place, row in loose:
            orders = related(row, found.get(place, ()))
            if orders and set(orders) <= mine:
                for one in about_each(row, orders, self._new_id):
                    if one.trade_order is not None:
                        added[one.trade_order].append(one)
            elif row.state != "refused":  # its order becomes known with this commit, or is held by somebody else
                batch.settlement.events.append(row._replace(look_at=bench.now))

    def owner_of(self, source: str, partner: str | None) -> str:
        """Who answers: the owner of whoever says it, else that of whose order it is."""
        configuration = self._configuration()
        if source in configuration.partnerships.partners:
            return configuration.owner_of(source, stage="process")
        return self._source_owner(source) or configuration.owner_of(partner, stage="process")

    async def deadlines(self) -> int:
        """Tell of deadlines that nothing met in time; answers how many."""
        total = 0
        while True:
            configuration, settlement = self._configuration(), OrderSettlement()
            by_id = {deadline.id: deadline for deadline in configuration.process.deadlines}
            async with self._store.judging() as session:
                due = await session.due_deadlines(_BATCH)
                if not due:
                    return total
                for one in due:
                    deadline = by_id.get(one.row.deadline)
                    if deadline is None:  # it is no longer in the configuration
                        row = next_state(one.row.trade_order, one.row, None, one.row.due_at)
                    else:
                        row = one.row._replace(state="missed")
                        settlement.failures.append(
                            missed_failure(row, deadline, one.partner, one.number, self.owner_of, self._new_id)
                        )
                    settlement.deadlines += [row] if row is not None else []
                await session.settle(settlement)
            self._count(settlement)
            total += len(due)

    async def _publish(self, settlement: OrderSettlement) -> None:
        """Publish what was written; what is not confirmed is published by the relay."""
        if not settlement.messages:
            return
        messages = [Message(m.exchange, m.routing_key, m.body, str(m.id), _headers(m.headers)) for m in settlement.messages]
        results = await self._broker.publish(messages)
        confirmed = [m.id for m, result in zip(settlement.messages, results, strict=True) if result is not Published.UNKNOWN]
        try:
            await self._forget(confirmed)
        except GatewayError as error:
            log.warning("outbox_not_cleared", messages=len(confirmed), error=str(error))

    def _count(self, settlement: OrderSettlement) -> None:
        verdicts = Counter((row.event, row.state) for row in settlement.events)
        for (event, verdict), number in verdicts.items():
            self._observer.count("edi_order_events_total", number, event=event, verdict=verdict)
        for failure in settlement.failures:
            self._count_failure(failure)

    def _count_failure(self, failure: FailureRow) -> None:
        self._observer.count("edi_failures_total", stage=failure.stage, code=failure.code)


def _names(row: OrderEventRow) -> list[Name]:
    """The names that a statement gives to its order: others may have waited for them."""
    return [(kind, value) for _, kind, value in orjson.loads(row.links)]


def _headers(text: str) -> dict[str, str]:
    headers: dict[str, str] = orjson.loads(text)
    return headers


def _grouped(rows: Iterable[OfOrder]) -> Mapping[UUID, list[OfOrder]]:
    """Rows by their order."""
    grouped = defaultdict[UUID, list[OfOrder]](list)
    for row in rows:
        if row.trade_order is not None:
            grouped[row.trade_order].append(row)
    return grouped
