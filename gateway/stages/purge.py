"""Purge: what is older than its period goes, in small batches, unless something needs it. Its envelope says that it was there.

One process walks from the oldest of each class to what is too young to go, a few batches a round, and rests when it has been
through. What is needed is passed over and met again at the next walk.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog

from gateway.domain.retention import WALKS, Class, Period, Retention, Walk
from gateway.errors import GatewayError
from gateway.ports import Clock, Observer
from gateway.ports.retention import RetentionStore, Seen

log = structlog.get_logger(__name__)

_ORDER = tuple(WALKS)
_START = UUID(int=0)
_BATCH = 500
_LEAST = 10
_SLICE = 2.0
"""Seconds of one round."""
MONTHS_AHEAD = 2
"""Months that are made before they come."""
_MONTHS = (Class.PAYLOAD, Class.CANONICAL, Class.JOURNAL)


class Purge:
    """The rounds of one process that holds the lease."""

    def __init__(
        self,
        *,
        store: RetentionStore,
        retention: Callable[[], Retention],
        observer: Observer,
        clock: Clock,
        node: str,
        batch: int = _BATCH,
        rest: timedelta = timedelta(hours=1),
    ) -> None:
        self._store = store
        self._retention = retention
        self._observer = observer
        self._clock = clock
        self._node = node
        self._most = self._batch = batch
        self._rest = rest.total_seconds()
        self._next_walk = clock.monotonic()
        self._left: list[Walk] = list(_ORDER)
        self._after = _START
        self._gone: Counter[str] = Counter()
        self._needed: Counter[str] = Counter()

    async def round(self) -> int:
        """A few batches; answers how much went. Nothing is done while it rests."""
        if self._clock.monotonic() < self._next_walk:
            return 0
        until, before = self._clock.monotonic() + _SLICE, self._gone.total()
        while self._left and self._clock.monotonic() < until:
            await self._step(self._left[0])
            await asyncio.sleep(0)
        gone = self._gone.total() - before
        if not self._left:
            await self._finish()
        return gone

    async def _step(self, walk: Walk) -> None:
        """One batch of a walk; at its end the next one begins."""
        period = self._retention().period(WALKS[walk])
        seen = await self._look(walk, period) if period.shortest is not None else []
        if not seen:
            self._left.pop(0)
            self._after = _START
            return
        await self._purge(walk, [one for one in seen if one.period is not None])
        self._after = seen[-1].last

    async def _look(self, walk: Walk, period: Period) -> list[Seen]:
        return list(await self._store.look(walk, period, after=self._after, limit=self._batch))

    async def _purge(self, walk: Walk, old: list[Seen]) -> None:
        if not old:
            return
        try:
            done = await self._store.purge(walk, old)
        except GatewayError:
            self._batch = max(self._batch // 2, _LEAST)  # it took too long, or stood in somebody's way: less at once
            raise
        self._batch = min(self._batch + _LEAST, self._most)
        kind = WALKS[walk].value
        if done.gone:
            self._gone[kind] += done.gone
            self._observer.count("edi_purged_total", done.gone, kind=kind)
        for why in done.needed.values():
            self._needed[why] += 1

    async def _finish(self) -> None:
        """What goes by its age alone, the months that are over and those that come; then a rest."""
        retention = self._retention()
        keys = await self._store.purge_keys(retention.period(Class.ENVELOPE), limit=_BATCH * 10)
        audit = retention.period(Class.AUDIT).usual
        entries = await self._store.purge_audit(audit, limit=_BATCH * 10) if audit is not None else 0
        dropped = [name for kind in _MONTHS for name in await self._drop(kind, retention)]
        await self._store.add_months(ahead=MONTHS_AHEAD)
        self._observer.gauge("edi_legal_holds", await self._store.holds())
        if self._gone or dropped or entries:
            detail = {**self._gone, "audit": entries, "months": dropped, "still_needed": dict(self._needed)}
            await self._store.record_purge(self._node, "retention", detail)
            log.info("purged", **{name: value for name, value in detail.items() if value})
        more = bool(dropped) or max(keys, entries) == _BATCH * 10
        self._left, self._gone, self._needed = ([] if more else list(_ORDER)), Counter(), Counter()
        self._next_walk = self._clock.monotonic() + (0 if more else self._rest)

    async def _drop(self, kind: Class, retention: Retention) -> list[str]:
        longest = retention.period(kind).longest
        return list(await self._store.drop_months(kind, longest)) if longest is not None else []
