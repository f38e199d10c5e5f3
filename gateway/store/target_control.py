"""Holds, limits, retries on demand and diversions of deliveries, in PostgreSQL."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from typing_extensions import override

from gateway.domain.record import DiversionRow, EventRow
from gateway.domain.storable import storable, storable_json
from gateway.ports import Json
from gateway.ports.targets import Diversion, Divertible, Held, Hold, Order, TargetControl
from gateway.store.database import Database, Row


class PostgresTargetControl(TargetControl):
    """`gateway.ports.targets.TargetControl` over PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def limit(self, target: str, *, rate: float | None, concurrency: int | None) -> None:
        await self._database.fetch("limit_target", target, rate, concurrency)

    @override
    async def hold(self, kind: Held, name: str, order: Order) -> bool:
        return bool(await self._database.fetch("hold_deliveries", kind.value, name, *_told("held", kind, order)))

    @override
    async def release(self, kind: Held, name: str, order: Order) -> Hold | None:
        rows = await self._database.fetch("release_deliveries", kind.value, name, *_told("released", kind, order))
        return Hold(kind, name, rows[0]["reason"], rows[0]["actor"], rows[0]["since"]) if rows else None

    @override
    async def holds(self) -> Sequence[Hold]:
        rows = await self._database.fetch("delivery_holds")
        return [Hold(Held(row["kind"]), row["name"], row["reason"], row["actor"], row["since"]) for row in rows]

    @override
    async def retry_now(
        self, order: Order, *, target: str | None = None, partner: str | None = None, deliveries: Sequence[UUID] | None = None
    ) -> Mapping[str, int]:
        if target is None and partner is None and deliveries is None:
            raise ValueError("everything at once is nobody's wish: name a target, a partner or deliveries")
        _, *journal = _told("brought_forward", None, order)
        return _by_target(await self._database.fetch("retry_deliveries_now", target, partner, deliveries, *journal))

    @override
    async def unblock(self, *, configuration: str, node: str) -> Mapping[str, int]:
        return _by_target(await self._database.fetch("unblock_deliveries", configuration, node))

    @override
    async def divert(self, decide: Callable[[Divertible], Diversion], *, limit: int = 200) -> Mapping[str, int]:
        async with self._database.transaction() as connection:
            rows = await self._database.within(connection, "divertible_deliveries", limit)
            if not rows:
                return {}
            diversions: list[DiversionRow] = []
            events: list[EventRow] = []
            for row in rows:
                diversion, told = decide(Divertible(**dict(row)))
                diversions.append(diversion)
                events += told
            moved = await self._database.within(connection, "divert_deliveries", diversions, events)
        return Counter(row["target"] for row in moved)

    @override
    async def levels(self) -> Sequence[Json]:
        return [dict(row) for row in await self._database.fetch("target_levels")]


def _told(what: str, kind: Held | None, order: Order) -> tuple[str, str, str, str, str]:
    """Reason, who, and the step of the journal with its configuration and node."""
    reason = storable(order.reason)
    detail = {"by": order.actor, "reason": reason} if reason else {"by": order.actor}
    if kind is not None:
        detail["because_of"] = kind.value
    return reason, order.actor, storable_json([{"what": what, "detail": detail}]), order.configuration, order.node


def _by_target(rows: Sequence[Row]) -> Mapping[str, int]:
    return {row["target"]: row["deliveries"] for row in rows}
