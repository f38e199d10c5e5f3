"""What is told of the database before it hurts: dead rows, rows outside of their month, connections that run out."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest

from gateway.bootstrap.store import open_database
from gateway.bootstrap.upkeep import look_after
from gateway.store.database import Database
from gateway.store.records import AcknowledgementBell
from gateway.store.retention import PostgresRetention
from gateway.store.upkeep import CONNECTIONS, ConnectionRoom, DeadRows, PostgresUpkeep
from gateway.telemetry.metrics import PrometheusObserver
from tests.gateway.bootstrap.places import made
from tests.gateway.store.test_partitions import execute, id_at, months_on

OURS = "select count(*) from pg_stat_activity where application_name = 'edi-gateway' and datname = current_database()"


async def test_a_process_opens_no_more_connections_than_are_counted_for_it(postgres_url: str, tmp_path: Path) -> None:
    async with open_database(made(tmp_path, DATABASE_URL=postgres_url)) as (database, url):
        bell = AcknowledgementBell(database, url)
        await bell._listen()

        async def busy() -> None:
            async with database.connection() as connection:
                await connection.execute("select pg_sleep(0.2)")

        statements = [asyncio.create_task(busy()) for _ in range(12)]
        outside = await asyncpg.connect(postgres_url)
        seen = 0
        while not all(statement.done() for statement in statements):
            seen = max(seen, await outside.fetchval(OURS))
        await asyncio.gather(*statements)
        await outside.close()
        await bell.close()
    assert seen == CONNECTIONS


async def test_the_room_for_connections_is_told(database: Database) -> None:
    room = await PostgresUpkeep(database).connections()
    assert 0 < room.ours <= room.open < room.most
    lines = {name: (state, text) for name, state, text, _ in await look_after(database)}
    assert lines["connections"][0] == "ok"
    assert "room for" in lines["connections"][1]


@pytest.mark.parametrize(("most", "state"), [(100, "ok"), (30, "ok"), (29, "warn"), (10, "warn")])
async def test_where_no_further_process_fits_it_is_said(
    database: Database, monkeypatch: pytest.MonkeyPatch, most: int, state: str
) -> None:
    async def room(_self: PostgresUpkeep) -> ConnectionRoom:
        return ConnectionRoom(most, 20, 15)

    monkeypatch.setattr(PostgresUpkeep, "connections", room)
    (line,) = [line for line in await look_after(database) if line[0] == "connections"]
    assert line[1] == state
    assert "max_connections" in line[3]


async def test_a_table_of_dead_rows_is_told_until_it_was_cleaned(database: Database) -> None:
    await execute(database, "alter table gateway.outbox set (autovacuum_enabled = false)")
    values = "select gen_random_uuid(), '', '', '{}' from generate_series(1, 15000)"
    fill = f"insert into gateway.outbox (id, exchange, routing_key, headers) {values}"
    async with database.connection() as connection:
        await connection.execute(fill)
        await connection.execute("delete from gateway.outbox")
        await connection.execute("select pg_stat_force_next_flush()")
        await connection.execute("select 1")
    observer = PrometheusObserver(strict=True)
    upkeep = PostgresUpkeep(database, observer)
    assert [(one.name, one.share) for one in await upkeep.dead_rows()] == [("outbox", 1.0)]
    assert await upkeep.round() == 1
    assert b'edi_table_dead_share{table="outbox"} 1.0' in observer.render()[1]
    (line,) = [line for line in await look_after(database) if line[0] == "table outbox"]
    assert line[1:3] == ("warn", "100% of its rows are dead (15000 of 15000), never cleaned")
    await execute(database, "vacuum gateway.outbox")
    assert await upkeep.round() == 0
    assert b'edi_table_dead_share{table="outbox"} 0.0' in observer.render()[1]


def test_few_dead_rows_are_no_share_of_an_empty_table() -> None:
    assert DeadRows("t", 0, 0, None).share == 0.0
    assert DeadRows("t", 3, 1, None).share == 0.25


async def test_rows_outside_of_their_month_are_told_until_they_are_moved(database: Database) -> None:
    await execute(database, "insert into gateway.raw_body values ($1, 0, '')", id_at(months_on(4)))
    await execute(database, "analyze gateway.raw_body_default")
    upkeep = PostgresUpkeep(database)
    assert (await upkeep.strays())["raw_body"] == 1
    assert "table raw_body" in {line[0] for line in await look_after(database)}
    await PostgresRetention(database).add_months(ahead=4)
    await execute(database, "vacuum analyze gateway.raw_body_default")
    assert (await upkeep.strays())["raw_body"] == 0


async def test_a_key_that_is_missing_fails_and_one_in_use_is_named(database: Database) -> None:
    assert "encryption" not in {line[0] for line in await look_after(database)}
    await execute(database, "insert into gateway.body_key (id) values ('2025')")
    (line,) = [line for line in await look_after(database) if line[0] == "encryption"]
    assert line[1] == "fail"
    assert '"2025"' in line[2]


SETTINGS: Mapping[str, str] = {
    "transmission": "autovacuum_vacuum_scale_factor=0.02",
    "delivery": "autovacuum_vacuum_scale_factor=0.02",
    "outbox": "autovacuum_vacuum_threshold=2000",
    "lease": "autovacuum_vacuum_threshold=200",
    "control_number": "autovacuum_vacuum_threshold=500",
}


async def test_tables_that_are_written_all_the_time_are_cleaned_early(database: Database) -> None:
    rows = await execute(database, "select relname, reloptions from pg_class where relnamespace = 'gateway'::regnamespace")
    options = {row["relname"]: row["reloptions"] or [] for row in rows}
    assert {table for table, setting in SETTINGS.items() if setting not in options[table]} == set()
