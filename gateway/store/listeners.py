"""What subscribers were given, as people look at it: JSON views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from gateway.store.database import Database, Row

_LATELY = timedelta(days=1)
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilter:
    """Which deliveries to a subscriber; empty: any. `before` continues a list after its last id."""

    states: Sequence[str] = ()
    orders: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    before: UUID | None = None


class ListenerRecords:
    """Deliveries of milestones, in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def levels(self) -> Mapping[str, Json]:
        """How it stands with each subscriber that was given something in the last day, or has something open."""
        return {row["target"]: _plain(row) for row in await self._database.fetch("subscriber_levels", _LATELY)}

    async def notices(self, subscriber: str, wanted: NoticeFilter, limit: int) -> list[Json]:
        """What a subscriber was given, the newest first, with each attempt."""
        chosen = ([*wanted.states] or None, [*wanted.orders] or None, wanted.since, wanted.until, wanted.before)
        rows = await self._database.fetch("notices", subscriber, *chosen, limit)
        return [_plain(row) | {"tries": orjson.loads(row["tries"])} for row in rows]


def _plain(row: Row) -> dict[str, Any]:
    """A row in JSON's own types."""
    return {name: _text(value) for name, value in row.items()}


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
