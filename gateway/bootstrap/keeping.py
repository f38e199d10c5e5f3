"""Wires what looks after what is stored: retention, keys, months, and the database's own health."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from gateway.bootstrap.office import Where, opened
from gateway.config import Snapshot
from gateway.domain.retention import HOLDS, Class, in_words
from gateway.errors import Contention
from gateway.operations.plan_purge import plan_purge
from gateway.ports import Clock, Json, Observer
from gateway.stages.purge import MONTHS_AHEAD, Purge
from gateway.store.database import Database
from gateway.store.records import PostgresRecords
from gateway.store.recryption import PostgresRecryption
from gateway.store.retention import Hold, PostgresRetention
from gateway.store.upkeep import PostgresUpkeep
from gateway.system import TimeOrderedIds

log = structlog.get_logger(__name__)

Round = tuple[str, Callable[[], Awaitable[int]], float]
"""A round's name, what it does, and every how many seconds."""

_PAGE = 1_000


def rounds(
    database: Database, configuration: Callable[[], Snapshot], *, observer: Observer, clock: Clock, node: str
) -> list[Round]:
    """What one process does for all, under a lease each."""
    purge = Purge(
        store=PostgresRetention(database),
        retention=lambda: configuration().retention,
        observer=observer,
        clock=clock,
        node=node,
    )
    return [
        ("retention", purge.round, 1.0),
        ("encryption", PostgresRecryption(database, observer).round, 1.0),
        ("upkeep", PostgresUpkeep(database, observer).round, 60.0),
    ]


async def prepare_store(database: Database) -> None:
    """Before work begins: the months that are missing, and the keys. Raises ConfigurationInvalid when a key is not there."""
    try:
        await PostgresRetention(database).add_months(ahead=MONTHS_AHEAD)
    except (
        Contention
    ) as error:  # somebody reads for long: a round makes them later, and until then the default partition takes all
        log.info("months_not_made", reason=str(error))
    await PostgresRecryption(database).use_keys()


async def retention_status(where: Where) -> list[Json]:
    """Each class: what is in it, how long it is kept, since when there is anything, how much went lately."""
    async with opened(where) as office:
        retention = office.snapshot.retention
        return [
            {
                "class": row["class"],
                "holds": HOLDS[Class(row["class"])],
                "kept": _kept(retention.period(Class(row["class"])).usual),
                "partners": {name: in_words(one) for name, one in retention.period(Class(row["class"])).partners.items()},
                "since": _since(row["oldest"], row["oldest_at"]),
                "purged_in_30_days": row["purged"],
            }
            for row in await PostgresRetention(office.database).kept_since()
        ]


def _kept(period: Any) -> str:
    return in_words(period) if period is not None else "for ever"


def _since(oldest: UUID | None, at: datetime | None) -> str | None:
    if oldest is not None:
        return datetime.fromtimestamp((oldest.int >> 80) / 1000).astimezone().isoformat(timespec="seconds")
    return at.isoformat(timespec="seconds") if at is not None else None


async def retention_plan(where: Where) -> list[Json]:
    """What would go now, and what is kept though it is old, and why."""
    async with opened(where) as office:
        return await plan_purge(PostgresRetention(office.database), office.snapshot.retention)


async def place_hold(
    where: Where, *, partner: str | None, after: datetime | None, before: datetime | None, query: Mapping[str, Any],
    written: str, ids: Sequence[UUID], actor: str, reason: str,
) -> tuple[UUID, int]:  # fmt: skip
    """Hold what is a partner's, what a query finds now, or what has these ids; answers the hold, and how many it chose."""
    hold = TimeOrderedIds()()
    async with opened(where) as office:
        chosen = [*ids, *(await _found(office.database, query) if query else ())]
        placed = await PostgresRetention(office.database).place_hold(
            Hold(
                id=hold,
                reason=reason,
                actor=actor,
                partner=partner,
                after=after,
                before=before,
                transmissions=chosen,
                query=written or None,
            )
        )
    return hold, placed


async def _found(database: Database, query: Mapping[str, Any]) -> list[UUID]:
    """The transmissions of everything that a query finds."""
    records, found, before = PostgresRecords(database), dict[UUID, None](), None
    while page := await records.messages(query, _PAGE, before):
        found |= {UUID(str(one["transmission"])): None for one in page}
        before = str(page[-1]["id"])
    return list(found)


async def release_hold(where: Where, hold: UUID, *, actor: str, reason: str) -> bool:
    """End a hold; False when none of that id is in force."""
    async with opened(where) as office:
        return await PostgresRetention(office.database).release_hold(hold, actor=actor, reason=reason)


async def legal_holds(where: Where, *, released: bool = False) -> list[Json]:
    """The holds, those in force first."""
    async with opened(where) as office:
        return [dict(row) for row in await PostgresRetention(office.database).listed_holds(released=released)]
