"""Plan a purge: what would go now, and what stays though it is old enough, and why."""

from collections import Counter
from uuid import UUID

from gateway.domain.retention import WALKS, Period, Retention, Walk
from gateway.ports import Json
from gateway.ports.retention import RetentionStore

_BATCH = 1_000
_MOST = 200_000
"""Rows of one walk that are looked at; a plan says when there are more."""


async def plan_purge(store: RetentionStore, retention: Retention) -> list[Json]:
    """One entry a walk: its class, how many are old enough, how many of them would go, why the others stay."""
    return [await _walked(store, walk, retention.period(kind)) for walk, kind in WALKS.items()]


async def _walked(store: RetentionStore, walk: Walk, period: Period) -> Json:
    old, looked, after, needed = 0, 0, UUID(int=0), Counter[str]()
    while period.shortest is not None and looked < _MOST:
        seen = await store.look(walk, period, after=after, limit=_BATCH)
        if not seen:
            break
        looked, after = looked + len(seen), seen[-1].last
        due = [one.id for one in seen if one.period is not None]
        old += len(due)
        needed += Counter((await store.needed(walk, due)).values()) if due else Counter()
    return {
        "class": WALKS[walk].value,
        "what": walk.value,
        "old": old,
        "goes": old - needed.total(),
        "stays": dict(needed),
        "more": looked >= _MOST,
    }
