"""A database with failures in it, for the tests of what becomes of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.domain.record import FailureRow
from gateway.operations.failures import By, FailureDesk
from gateway.store.database import Database
from gateway.store.failures import PostgresFailures
from gateway.store.migrations import migrate
from gateway.store.work import PostgresWork
from tests.gateway.store.rows import failure, new_id, transmission
from tests.servers.postgres import PostgresServer

ANNA = By(actor="anna", configuration="digest", node="test")
TABLES = (
    "failure",
    "failure_case",
    "failure_event",
    "notification",
    "delivery",
    "transmission",
    "raw_body",
    "event",
    "audit",
    "audit_unsealed",
)
OWNERS = ("edi", "warehouse", "operations")


class Ground:
    """A database with failures in it. `url` and one connection, whose clock can be moved."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.failures = PostgresFailures(database)
        self.desk = FailureDesk(self.failures, owners=OWNERS)

    async def rows(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        async with self.database.connection() as connection:
            return [tuple(row) for row in await connection.fetch(sql, *arguments)]

    async def value(self, sql: str, *arguments: Any) -> Any:
        ((value,),) = await self.rows(sql, *arguments)
        return value

    async def record(self, *rows: FailureRow) -> None:
        await self.failures.record_failures(rows)

    async def happened(self, **changes: Any) -> tuple[UUID, UUID]:
        """A failure of a transmission that is there; answers the ids of the failure and of the case's subject."""
        sent, subject = transmission(), new_id()
        await PostgresWork(self.database).receive([sent], [(sent.id, 0, b"ISA")])
        row = failure(sent.id, subject, **changes)
        await self.record(row)
        return await self.value("select id from gateway.failure where fingerprint = $1", row.fingerprint), subject

    async def delivery(self, **changes: Any) -> UUID:
        """A delivery to odoo that waits."""
        named = {"id": new_id(), "transmission": new_id(), "target": "odoo", "action": "a", "idempotency_key": str(new_id())}
        named |= {"test": False, "options": "{}", "priority": 0, "state": "waiting", "code": "http-500", **changes}
        values = ", ".join(f"${n}" for n in range(1, len(named) + 1))
        await self.rows(f"insert into gateway.delivery ({', '.join(named)}) values ({values})", *named.values())
        return UUID(str(named["id"]))

    async def close(self, *subjects: UUID) -> Any:
        return await self.value("select gateway.close_cases_v1($1::uuid[], 'replay', 'replayed well')", list(subjects))

    async def later(self, **lengths: float) -> None:
        """Let time pass for this connection."""
        passed = f"{timedelta(**lengths).total_seconds()} seconds"
        sql = "select set_config('gateway.clock_offset', (gateway.now() - clock_timestamp() + $1::text::interval)::text, false)"
        await self.rows(sql, passed)

    async def history(self, of: UUID) -> list[tuple[str, str, str | None]]:
        sql = "select action, actor, tell from gateway.failure_event where failure = $1 order by id"
        return [(action, actor, tell) for action, actor, tell in await self.rows(sql, of)]

    async def state(self, of: UUID) -> str:
        return str(await self.value("select state from gateway.failure where id = $1", of))

    async def journal(self) -> list[tuple[str, Any]]:
        rows = await self.rows("select steps->0->>'what', steps->0->'detail'->>'by' from gateway.event order by id")
        return [(what, by) for what, by in rows]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Ground]:
    database = Database(url, size=1)
    await database.open()
    try:
        yield Ground(database)
    finally:
        await database.close()


@pytest.fixture(scope="module")
def migrated_url(postgres: PostgresServer) -> str:
    """A database that is migrated once, for what leaves nothing behind."""
    url = postgres.url(postgres.create_database())

    async def prepared() -> None:
        async with opened(url) as ground:
            await migrate(ground.database)

    asyncio.run(prepared())
    return url


@pytest.fixture
async def ground(migrated_url: str) -> AsyncIterator[Ground]:
    async with opened(migrated_url) as ground:
        await ground.rows("set session_replication_role = replica")  # the audit can be emptied by nothing less
        await ground.rows(f"truncate {', '.join(f'gateway.{table}' for table in TABLES)}")
        await ground.rows("set session_replication_role = origin")
        yield ground
