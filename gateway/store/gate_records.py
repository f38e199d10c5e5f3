"""Orders to warehouses as people see them: what is held, by what, whose it is, until when; and where it went."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from gateway.ports import Json
from gateway.store.database import Database, Row

_HOLD = (
    "hold", "kind", "reason", "owner", "state", "since", "due_at", "ended_at", "actor", "note", "number", "order_number",
    "customer", "warehouse", "release_state", "go_at", "test",
)  # fmt: skip


async def list_holds(
    database: Database,
    *,
    standing: bool,
    kinds: Sequence[str],
    owners: Sequence[str],
    customers: Sequence[str],
    numbers: Sequence[str],
    limit: int,
    after: tuple[datetime, UUID] | None = None,
    only: Sequence[UUID] = (),
) -> list[Json]:
    """Holds, those due first; `after` is the due time and id of the last one of the list that goes on."""
    wanted = [list(values) or None for values in (kinds, owners, customers, numbers)]
    rows = await database.fetch("list_holds", standing, *wanted, *(after or (None, None)), limit, list(only) or None)
    return [_hold(row) for row in rows]


async def releases_of(database: Database, orders: Sequence[UUID]) -> dict[str, list[Json]]:
    """What warehouses were or are to be told of orders, by the order."""
    found: dict[str, list[Json]] = {}
    for row in await database.fetch("releases_of_orders", list(orders)):
        found.setdefault(str(row["trade_order"]), []).append(_release(row))
    return found


def _hold(row: Row) -> dict[str, Any]:
    ids = {name: str(row[name]) for name in ("id", "release", "transmission")}
    return {**ids, **{name: row[name] for name in _HOLD}}


def _release(row: Row) -> dict[str, Any]:
    names = ("number", "state", "created_at", "go_at", "note")
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in names},
        "warehouse": row["partner"],
        "holds": orjson.loads(row["holds"]) if row["holds"] else [],
        "parts": orjson.loads(row["parts"]) if row["parts"] else [],
    }
