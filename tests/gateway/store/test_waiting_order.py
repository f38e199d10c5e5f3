"""What a delivery of a sequence key waits for is found by steps in an index: a backlog must not make every claim walk over it."""

from datetime import timedelta

from gateway.store.database import Database

BACKLOG = 20_000
TRANSMISSIONS = """
insert into gateway.transmission (id, channel, partner, name, sha256, size, state)
select gen_random_uuid(), 'files', 'bigbox', 'x', '', 1, 'received' from generate_series(1, $1)
"""
PENDING = """
with t as (
  insert into gateway.transmission (id, channel, partner, name, sha256, size, state, arrived)
  values (gen_random_uuid(), 'files', 'bigbox', 'x', '', 1, 'translated', $2) returning id
), i as (
  insert into gateway.interchange (id, transmission, ordinal, family, sender, receiver, control_number, test, verdict, state,
    documents, start_offset, end_offset)
  select gen_random_uuid(), id, 0, 'x12', 'a', 'b', '1', false, 'accepted', 'accepted', $1, 0, 1 from t returning id, transmission
)
insert into gateway.document (id, transmission, interchange, ordinal, type, version, control_number, partner, test, verdict,
  state, keys)
select gen_random_uuid(), i.transmission, i.id, n, '850', '004010', '1', 'bigbox', false, 'accepted', 'pending', '{}'
from i, generate_series(1, $1) n
"""
DELIVERY = """
insert into gateway.delivery (id, transmission, target, action, idempotency_key, test, options, priority, state, partner,
  sequence_key, sequence_wait, arrived)
values (gen_random_uuid(), gen_random_uuid(), 'odoo', 'sale_order', 'k', false, '{}', 0, 'waiting', 'bigbox', $1, '1 hour', $2)
returning id
"""
LOOKS = """
do $$ begin perform gateway.waits_for_v1(id) from gateway.delivery, generate_series(1, 20); end $$
"""


async def spent(database: Database) -> float:
    """Seconds of some looks, the best of three: what else runs here does not matter then."""
    async with database.connection() as connection:
        rounds: list[float] = []
        for _ in range(3):
            before = await connection.fetchval("select clock_timestamp()")
            await connection.execute(LOOKS)
            after = await connection.fetchval("select clock_timestamp()")
            rounds.append((after - before) / timedelta(seconds=1))
        return min(rounds)


async def test_a_backlog_does_not_make_each_look_longer(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute(DELIVERY, "first", 0)  # nothing came before it, so that all of it is looked through
        alone = await spent(database)
        await connection.execute(TRANSMISSIONS, BACKLOG)
        await connection.execute(PENDING, BACKLOG, BACKLOG * 2)
        await connection.execute("analyze gateway.transmission, gateway.document")
        behind = await spent(database)
    assert behind < 100 * alone  # a walk over the backlog would take more than a thousand times as long


async def test_the_nearest_of_what_came_before_is_named(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute(TRANSMISSIONS, 3)
        ((last, arrived),) = await connection.fetch("select id, arrived from gateway.transmission order by arrived desc limit 1")
        delivery = await connection.fetchval(DELIVERY, "one", arrived + 100)
        waits = "select what, whom from gateway.waits_for_v1($1)"
        assert await connection.fetch(waits, delivery) == [("translation", last)]
        await connection.execute(PENDING, 2, arrived + 50)
        await connection.execute("update gateway.transmission set state = 'translated' where state = 'received'")
        released = await connection.fetchval("select transmission from gateway.document limit 1")
        assert await connection.fetch(waits, delivery) == [("translation", released)]
        await connection.execute("update gateway.document set state = 'routed'")
        assert await connection.fetch(waits, delivery) == [(None, None)]
