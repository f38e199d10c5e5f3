"""Tables that grow are made of months: made ahead, found by their ids, dropped whole; what was there stays in its place."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from gateway.errors import StoreUnavailable
from gateway.store import migrations
from gateway.store.database import Database
from gateway.store.migrations import known, migrate
from gateway.store.queries import queries
from gateway.store.retention import PostgresRetention
from gateway.store.work import PostgresWork
from tests.gateway.store import rows

TABLES = ["attempt", "canonical_body", "event", "finding", "milestone", "raw_body", "routed_body", "transfer_body"]


def id_at(moment: datetime, number: int = 0) -> UUID:
    """A time-ordered id of that moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | number)


def months_on(months: int) -> datetime:
    """A day in a later (or earlier) month."""
    now = datetime.now(UTC)
    year, month = divmod(now.year * 12 + now.month - 1 + months, 12)
    return datetime(year, month + 1, 15, tzinfo=UTC)


async def execute(database: Database, sql: str, *arguments: object) -> list[asyncpg.Record]:
    async with database.connection() as connection:
        return list(await connection.fetch(sql, *arguments))


async def force(database: Database, sql: str, *arguments: object) -> None:
    """Change what no way of the gateway leads to; its own triggers are told nothing."""
    async with database.transaction() as connection:
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(sql, *arguments)


async def partitions(database: Database, table: str) -> list[str]:
    found = await execute(
        database,
        "select c.relname from pg_inherits i join pg_class c on c.oid = inhrelid where inhparent = $1::text::regclass order by 1",
        f"gateway.{table}",
    )
    return [row["relname"] for row in found]


async def where_is(database: Database, table: str, key: str, value: UUID) -> str:
    found = await execute(database, f"select tableoid::regclass::text as name from gateway.{table} where {key} = $1", value)
    return str(found[0]["name"]).removeprefix("gateway.")


async def store_raw(database: Database, transmission: UUID, content: bytes = b"bytes") -> None:
    await execute(database, "insert into gateway.raw_body values ($1, 0, $2)", transmission, content)


async def test_every_table_that_grows_has_this_month_and_the_next(database: Database) -> None:
    months = [f"{months_on(n):%Y_%m}" for n in range(2)]
    for table in TABLES:
        assert await partitions(database, table) == [*(f"{table}_{month}" for month in months), f"{table}_default"]


async def test_a_row_lies_in_the_month_of_its_id_and_one_of_no_month_is_not_lost(database: Database) -> None:
    now, old = id_at(datetime.now(UTC)), id_at(months_on(-30))
    await store_raw(database, now)
    await store_raw(database, old)
    assert await where_is(database, "raw_body", "transmission", now) == f"raw_body_{months_on(0):%Y_%m}"
    assert await where_is(database, "raw_body", "transmission", old) == "raw_body_default"


async def test_the_lowest_id_of_a_moment_is_that_of_the_code(database: Database) -> None:
    moment = datetime(2026, 11, 21, 12, 0, 0, 123000, tzinfo=UTC)
    (row,) = await execute(database, "select gateway.id_at_v1($1) as id", moment)
    assert row["id"] == UUID(int=int(moment.timestamp() * 1000) << 80)
    assert row["id"] < id_at(moment)


async def test_months_are_made_once_and_take_what_lay_in_the_default_partition(database: Database) -> None:
    late = id_at(months_on(5))
    await store_raw(database, late)
    retention = PostgresRetention(database)
    made = await retention.add_months(ahead=5)
    assert len(made) == 4 * len(TABLES)
    assert await where_is(database, "raw_body", "transmission", late) == f"raw_body_{months_on(5):%Y_%m}"
    assert await retention.add_months(ahead=5) == []


async def test_who_reads_for_long_is_not_waited_for(database: Database, postgres_url: str) -> None:
    reader = await asyncpg.connect(postgres_url)
    try:
        await reader.execute("begin; lock table gateway.raw_body_default in access share mode")
        with pytest.raises(Exception, match="lock timeout"):
            await execute(database, "select gateway.add_months_v1('raw_body', 4)")
    finally:
        await reader.close()
    assert len(await execute(database, "select unnest(gateway.add_months_v1('raw_body', 4))")) == 3


async def test_only_months_are_dropped(database: Database) -> None:
    for name in ("transmission", "raw_body", "raw_body_default", "nothing"):
        with pytest.raises(StoreUnavailable, match="is no month"):
            await database.fetch("drop_month", name, "payload", id_at(months_on(0)), id_at(months_on(1)), timedelta(days=1), "x")


class TestExisting:
    """A database of the last release, with rows in it."""

    @pytest.fixture
    async def old(self, empty_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
        database = Database(empty_url)
        await database.open()
        before = [m for m in known() if m.version < 10]
        with monkeypatch.context() as patched:
            patched.setattr(migrations, "known", lambda: before)
            await migrate(database)
        yield database
        await database.close()

    async def test_its_rows_stay_where_they_are_and_the_next_month_has_its_own(self, old: Database) -> None:
        ancient, present = id_at(months_on(-14)), id_at(datetime.now(UTC))
        for one in (ancient, present):
            await store_raw(old, one)
        (file,) = await execute(old, "select pg_relation_filenode('gateway.raw_body') as node")
        await migrate(old)
        assert await where_is(old, "raw_body", "transmission", ancient) == "raw_body_before"
        assert await where_is(old, "raw_body", "transmission", present) == "raw_body_before"
        (same,) = await execute(old, "select pg_relation_filenode('gateway.raw_body_before') as node")
        assert same["node"] == file["node"], "attached, not copied"
        following = id_at(months_on(1))
        await store_raw(old, following)
        assert await where_is(old, "raw_body", "transmission", following) == f"raw_body_{months_on(1):%Y_%m}"
        assert await partitions(old, "raw_body") == [
            f"raw_body_{months_on(1):%Y_%m}", "raw_body_before", "raw_body_default",
        ]  # fmt: skip

    async def test_a_row_that_is_not_of_the_past_finds_its_place(self, old: Database) -> None:
        odd = UUID("ffffffff-0000-4000-8000-000000000000")
        await store_raw(old, odd)
        await migrate(old)
        assert await where_is(old, "raw_body", "transmission", odd) == "raw_body_default"

    async def test_the_journal_goes_on_counting(self, old: Database) -> None:
        one = id_at(datetime.now(UTC))
        columns = "transmission, stage, subject, steps, configuration, node"
        write = f"insert into gateway.event ({columns}) values ($1, 's', $1, '[]', '', 'n')"
        for _ in range(3):
            await execute(old, write, one)
        await migrate(old)
        await execute(old, write, one)
        numbers = [row["id"] for row in await execute(old, "select id from gateway.event order by transmission, id")]
        assert numbers == sorted(set(numbers))
        assert len(numbers) == 4

    async def test_what_was_promised_before_still_holds(self, old: Database) -> None:
        await migrate(old)
        work = PostgresWork(old)
        row = rows.transmission(b"again")
        assert not (await work.receive([row], [(row.id, 0, b"again")]))[row.id].repeated
        assert (await work.receive([row], [(row.id, 0, b"again")]))[row.id].repeated
        with pytest.raises(Exception, match="raw_body"):
            await store_raw(old, row.id)


PARAMETER = re.compile(r"\$\d+")


@pytest.mark.parametrize(
    ("query", "arguments"),
    [
        ("raw_piece", ("uuid", "integer")),
        ("transmission_events", ("uuid",)),
        ("transmission_findings", ("uuid",)),
        ("transfer_pieces", ("uuid",)),
    ],
)
async def test_only_the_month_that_is_meant_is_read(database: Database, query: str, arguments: tuple[str, ...]) -> None:
    values = {"uuid": f"'{id_at(datetime.now(UTC))}'", "integer": "0"}
    text = PARAMETER.sub(lambda match: values[arguments[int(match[0][1:]) - 1]], queries()[query])
    (row,) = await execute(database, f"explain (format json) {text}")
    read = set(re.findall(r'"Relation Name": "(\w+)"', json.dumps(json.loads(row["QUERY PLAN"]))))
    assert {name for name in read if re.search(r"_(\d{4}_\d\d|default)$", name)} == {
        name for name in read if name.endswith(f"{months_on(0):%Y_%m}")
    }


async def test_a_join_looks_only_into_months_that_its_ids_lead_to(database: Database, work: PostgresWork) -> None:
    row = rows.transmission(b"here")
    await work.receive([row], [(row.id, 0, b"here")])
    (explained,) = await execute(
        database,
        "explain (analyze, format json, timing off, costs off) select b.bytes from gateway.transmission t "
        "left join gateway.raw_body b on b.transmission = t.id and b.ordinal = 0 where t.id = any($1::uuid[])",
        [row.id],
    )
    plan = json.dumps(json.loads(explained["QUERY PLAN"]))
    never = plan.count('"Actual Loops": 0')
    assert never >= 2, "the other months are in the plan and are never begun"
