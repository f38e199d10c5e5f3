"""The guard of lifecycles: every row of every test database moves as its table says, or the statement fails."""

import asyncpg
import pytest

from gateway.domain.lifecycle import LIFECYCLES
from gateway.store.database import Database
from gateway.store.migrations import migrate

DELIVERY = """
insert into gateway.delivery (id, transmission, target, action, idempotency_key, test, options, priority, state)
values (gen_random_uuid(), gen_random_uuid(), 'odoo', 'sale_order', 'k', false, '{}', 0, 'waiting') returning id
"""


@pytest.fixture
async def migrated(postgres_url: str) -> asyncpg.Connection:
    database = Database(postgres_url)
    await database.open()
    await migrate(database)
    await database.close()
    return await asyncpg.connect(postgres_url)


async def test_a_move_that_no_lifecycle_knows_is_refused(migrated: asyncpg.Connection) -> None:
    delivery = await migrated.fetchval(DELIVERY)
    with pytest.raises(asyncpg.PostgresError, match="the lifecycle of a delivery knows no way from waiting to delivered"):
        await migrated.execute("update gateway.delivery set state = 'delivered' where id = $1", delivery)
    assert await migrated.fetchval("select state from gateway.delivery") == "waiting"
    await migrated.close()


async def test_a_move_that_it_knows_goes_through_and_staying_is_no_move(migrated: asyncpg.Connection) -> None:
    delivery = await migrated.fetchval(DELIVERY)
    for state in ("waiting", "sending", "delivered", "delivered"):
        await migrated.execute("update gateway.delivery set state = $2 where id = $1", delivery, state)
    assert await migrated.fetchval("select state from gateway.delivery") == "delivered"
    await migrated.close()


async def test_every_table_with_a_lifecycle_is_guarded(migrated: asyncpg.Connection) -> None:
    found = await migrated.fetch("select tgrelid::regclass::text as name from pg_trigger where tgname = 'lifecycle'")
    assert {row["name"].removeprefix("gateway.") for row in found} == set(LIFECYCLES)
    await migrated.close()
