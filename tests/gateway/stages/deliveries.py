"""Deliveries without a database: a table that hands them out once, and keeps what is written about them."""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.domain.order.record import OrderEventRow
from gateway.domain.record import EventRow, FailureRow, OutboxRow, ResultRow
from gateway.errors import DataRefused
from gateway.ports import BreakerMove, ClaimedDelivery, Due, Probe, Settled
from gateway.system import TimeOrderedIds

new_id = TimeOrderedIds()
_LONG_AGO = datetime(2026, 3, 1, tzinfo=UTC)


def delivery(**changes: Any) -> ClaimedDelivery:
    """An order for an application, at its first attempt."""
    made = ClaimedDelivery(
        id=new_id(),
        transmission=new_id(),
        document=new_id(),
        outbound=None,
        partner="bigbox",
        route="orders",
        action="sale_order",
        idempotency_key="purchase_order/bigbox/4711",
        test=False,
        options={},
        attempt=1,
        age=timedelta(),
        first_attempt_at=_LONG_AGO,
        started_at=_LONG_AGO,
        json=b'{"number":"4711"}',
        content=None,
        name="",
    )
    return replace(made, **changes)


class Table:
    """The deliveries of one target. `refusals` are raised by the next writes, one each; `lost` ids no longer move."""

    def __init__(self, due: Iterable[ClaimedDelivery] = (), *, refusals: Iterable[Exception] = ()) -> None:
        self.due = deque(due)
        self.refusals = deque(refusals)
        self.claim_refusals: deque[Exception] = deque()
        self.lost: set[UUID] = set()
        self.poisoned: set[UUID] = set()
        self.released: list[tuple[UUID, str]] = []
        self.results: list[ResultRow] = []
        self.events: list[EventRow] = []
        self.failures: list[FailureRow] = []
        self.outbox: list[OutboxRow] = []
        self.milestones: dict[UUID, Sequence[OrderEventRow]] = {}
        self.claims: list[tuple[float, UUID, int]] = []
        self.settled: list[tuple[UUID, int]] = []
        self.strains: list[float] = []
        self.level: float | None = None
        self.held = False
        self.probes: deque[Probe] = deque()
        self.beaten = False
        self.moves: list[BreakerMove] = []
        self.move_refusals: deque[Exception] = deque()
        self.followers: dict[UUID, int] = {}
        self.idle = asyncio.Event()
        self.written = asyncio.Event()

    async def claim_deliveries(
        self, target: str, *, limit: int, claim: UUID, lasting: timedelta, lowest: int = 2
    ) -> Sequence[ClaimedDelivery]:
        if self.claim_refusals:
            raise self.claim_refusals.popleft()
        first = min((d.priority for d in self.due), default=lowest + 1)
        taken = [d for d in self.due if d.priority == first][:limit] if first <= lowest else []
        for one in taken:
            self.due.remove(one)
        if taken:
            self.claims.append((asyncio.get_running_loop().time(), claim, len(taken)))
        return taken

    async def claim_probe(self, target: str, *, claim: UUID, lasting: timedelta, lowest: int = 2) -> Probe | None:
        return self.probes.popleft() if self.probes else None

    async def count_followers(self, deliveries: Sequence[UUID]) -> Mapping[UUID, int]:
        return {one: self.followers[one] for one in deliveries if one in self.followers}

    async def next_due(self, target: str, *, lowest: int = 2) -> Due:
        self.idle.set()
        return Due(None, self.held)

    async def renew_deliveries(self, ids: Sequence[UUID], claims: Sequence[UUID], lasting: timedelta) -> None: ...

    async def settle_deliveries(
        self,
        results: Sequence[ResultRow],
        *,
        claim: UUID,
        node: str,
        events: Sequence[EventRow],
        failures: Sequence[FailureRow],
        outbox: Sequence[OutboxRow],
        target: str,
        strain: float,
        milestones: Mapping[UUID, Sequence[OrderEventRow]] | None = None,
    ) -> Settled:
        if self.refusals:
            raise self.refusals.popleft()
        if poisoned := self.poisoned & {row.delivery for row in results}:
            raise DataRefused(f"{len(poisoned)} cannot be stored")
        moved = frozenset(row.delivery for row in results) - self.lost
        self.settled.append((claim, len(results)))
        self.results += [row for row in results if row.delivery in moved]
        self.events += events
        self.failures += failures
        self.outbox += outbox
        self.milestones |= milestones or {}
        self.strains.append(strain)
        self.written.set()
        return Settled(moved, self.released, self.level)

    async def move_breaker(self, move: BreakerMove) -> bool:
        if self.move_refusals:
            raise self.move_refusals.popleft()
        if not self.beaten:
            self.moves.append(move)
            self.held = move.after != "closed"
        return not self.beaten
