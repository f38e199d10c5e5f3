"""News of failures and messages to owners, over PostgreSQL: each method is one named query or one transaction."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import orjson
from typing_extensions import override

from gateway.domain.effect import Waiting
from gateway.domain.notification import News
from gateway.domain.storable import storable, storable_json
from gateway.ports.failures import Notification, Notifications, OwnerNews, TellingSession
from gateway.store.database import Connection, Database, Row


class PostgresTelling(TellingSession):
    """A transaction on a connection, in which news become messages."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    @override
    async def news(self, owners: Sequence[str]) -> Sequence[News]:
        return [_news(row) for row in await self._database.within(self._connection, "lock_news", owners)]

    @override
    async def effects(self, failures: Sequence[UUID]) -> Sequence[Waiting]:
        return [Waiting(**dict(row)) for row in await self._database.within(self._connection, "failure_effects", list(failures))]

    @override
    async def told(self, events: Sequence[int], notifications: Sequence[Notification]) -> None:
        if notifications:
            n = notifications
            await self._database.within(
                self._connection, "add_notifications", [m.id for m in n], [m.owner for m in n], [m.address for m in n],
                [m.mark for m in n], [bool(m.message["urgent"]) for m in n], [storable_json(m.message) for m in n],
            )  # fmt: skip
        await self._database.within(self._connection, "mark_told", events)


class PostgresNotifications(Notifications):
    """Messages to owners as rows, which outlive whoever was sending them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def owners_with_news(self) -> Sequence[OwnerNews]:
        return [OwnerNews(**dict(row)) for row in await self._database.fetch("owners_with_news")]

    @override
    @asynccontextmanager
    async def telling(self) -> AsyncIterator[PostgresTelling]:
        async with self._database.transaction() as connection:
            yield PostgresTelling(self._database, connection)

    @override
    async def claim(self, claim: UUID, *, lasting: timedelta, limit: int) -> Sequence[Notification]:
        rows = await self._database.fetch("claim_notifications", claim, lasting, limit)
        return [Notification(**{**dict(row), "message": orjson.loads(row["message"])}) for row in rows]

    @override
    async def settle(
        self, notification: Notification, claim: UUID, *, state: str, delay: timedelta, code: str, answer: str
    ) -> bool:
        async with self._database.transaction() as connection:
            settled = await self._database.within(
                connection, "settle_notification", notification.id, claim, notification.attempt, state, delay, code,
                storable(answer),
            )  # fmt: skip
            if settled and state == "sent":
                await self._database.within(connection, "close_cases", [notification.id], "gateway", "the message was sent")
        return bool(settled)

    @override
    async def waiting(self) -> int:
        return int((await self._database.fetch("notification_levels"))[0]["rows"])


def _news(row: Row) -> News:
    return News(reason=orjson.loads(row["detail"]).get("reason", ""), **{k: v for k, v in dict(row).items() if k != "detail"})
