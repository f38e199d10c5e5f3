"""The schema: brought up once whoever starts first, and never run on what this release does not understand."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from gateway.errors import SchemaMismatch
from gateway.store import migrations
from gateway.store.database import Database
from gateway.store.migrations import Migration, known, migrate, pending


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    database = Database(empty_url)
    await database.open()
    yield database
    await database.close()


async def execute(database: Database, sql: str) -> list[tuple[object, ...]]:
    async with database.connection() as connection:
        return [tuple(row) for row in await connection.fetch(sql)]


async def test_an_empty_database_gets_everything_once(empty: Database) -> None:
    names = [m.name for m in known()]
    assert [m.name for m in await pending(empty)] == names
    assert await migrate(empty) == names
    assert await pending(empty) == []
    assert await migrate(empty) == []
    assert await execute(empty, "select version, name, checksum from gateway.migration order by version") == [
        (m.version, m.name, m.checksum) for m in known()
    ]


async def test_asking_what_is_outstanding_changes_nothing(empty: Database) -> None:
    await pending(empty)
    assert await execute(empty, "select to_regnamespace('gateway') is null") == [(True,)]


async def test_processes_that_start_together_apply_each_file_once(empty: Database, empty_url: str) -> None:
    others = [Database(empty_url, size=1) for _ in range(4)]
    for other in others:
        await other.open()
    try:
        applied = await asyncio.gather(*(migrate(one) for one in (empty, *others)))
    finally:
        for other in others:
            await other.close()
    assert sorted(map(len, applied)) == [0, 0, 0, 0, len(known())]


async def test_a_changed_file_is_refused_by_its_name(empty: Database) -> None:
    await migrate(empty)
    await execute(empty, "update gateway.migration set checksum = 'other' where version = 1")
    for act in (pending, migrate):
        with pytest.raises(SchemaMismatch, match=r"0001_spine\.sql was changed") as told:
            await act(empty)
        assert "new migration" in told.value.remedy


async def test_a_newer_schema_is_refused_with_both_numbers(empty: Database) -> None:
    await migrate(empty)
    await execute(empty, "insert into gateway.migration (version, name, checksum) values (99, '0099_future.sql', 'x')")
    for act in (pending, migrate):
        with pytest.raises(SchemaMismatch, match=rf"schema 99, this gateway knows {known()[-1].version}") as told:
            await act(empty)
        assert "newer" in told.value.remedy


@pytest.mark.parametrize(("runs_with", "runs"), [(0, True), (1, True), (99, False)])
async def test_a_newer_schema_is_run_on_where_it_says_that_this_release_works_on_with_it(
    empty: Database, runs_with: int, runs: bool
) -> None:
    await migrate(empty)
    newest = known()[-1].version
    oldest = newest if runs_with == 1 else runs_with
    columns = "(version, name, checksum, runs_with)"
    await execute(empty, f"insert into gateway.migration {columns} values ({newest + 1}, 'next.sql', 'x', {oldest})")
    if runs:
        assert (await pending(empty), await migrate(empty)) == ([], [])
    else:
        with pytest.raises(SchemaMismatch, match=f"schema {newest + 1}"):
            await migrate(empty)


async def test_each_change_says_which_release_works_on_with_it(empty: Database) -> None:
    await migrate(empty)
    assert await execute(empty, "select distinct runs_with from gateway.migration") == [(1,)]


async def test_a_refusal_lets_go_of_the_lock(empty: Database) -> None:
    await migrate(empty)
    await execute(empty, "update gateway.migration set checksum = 'other'")
    with pytest.raises(SchemaMismatch):
        await migrate(empty)
    assert await execute(empty, "select count(*) from pg_locks where locktype = 'advisory'") == [(0,)]


async def test_a_file_that_fails_leaves_nothing_of_itself_and_the_ones_before_stay(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = known()
    broken = Migration(real[-1].version + 1, "0002_broken.sql", "create table gateway.half (n integer); select 1/0;")
    monkeypatch.setattr(migrations, "known", lambda: [*real, broken])
    with pytest.raises(Exception, match="division by zero"):
        await migrate(empty)
    assert await execute(empty, "select to_regclass('gateway.half') is null") == [(True,)]
    assert [m.name for m in await pending(empty)] == ["0002_broken.sql"]
    mended = Migration(broken.version, broken.name, "create table gateway.half (n integer);")
    monkeypatch.setattr(migrations, "known", lambda: [*real, mended])
    assert await migrate(empty) == ["0002_broken.sql"]


def test_files_are_numbered_without_gaps_and_named_by_their_number() -> None:
    files = known()
    assert [m.version for m in files] == list(range(1, len(files) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.sql", m.name) for m in files)
