"""Requests under keys in PostgreSQL: done once by many at a time, never twice after a break, never silently."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from gateway.errors import LeaseLost
from gateway.ports.asked_once import Attempt, KnownRequest, attempted
from gateway.store.asked_once import PostgresOnceOnly
from gateway.store.database import Database

ANN = UUID(int=1)
DAY, HELD, OVER = timedelta(days=1), timedelta(seconds=120), timedelta(seconds=-1)


@pytest.fixture
def once(database: Database) -> PostgresOnceOnly:
    return PostgresOnceOnly(database)


async def begin(
    once: PostgresOnceOnly,
    key: str = "k",
    *,
    asked: bytes = b"a",
    held: timedelta = HELD,
    account: UUID = ANN,
    kept: timedelta = DAY,
) -> Attempt | KnownRequest:
    return await once.begin(account, key, operation="test", asked=asked, held=held, kept=kept)


async def begun(once: PostgresOnceOnly, key: str = "k", **terms: timedelta) -> Attempt:
    attempt = await begin(once, key, **terms)  # type: ignore[arg-type]
    assert isinstance(attempt, Attempt)
    return attempt


async def write(database: Database, name: str = "one") -> None:
    """Something that stays: a lease, as good as anything."""
    async with database.transaction() as connection:
        await connection.execute("insert into gateway.lease values ($1, 'me', 1, gateway.now())", name)


async def written(database: Database) -> int:
    async with database.connection() as connection:
        return int(await connection.fetchval("select count(*) from gateway.lease"))


async def test_one_of_many_at_the_same_time_does_it(once: PostgresOnceOnly) -> None:
    found = await asyncio.gather(*(begin(once) for _ in range(12)))
    assert sum(isinstance(one, Attempt) for one in found) == 1
    assert {(one.status, one.acted, one.lapsed) for one in found if isinstance(one, KnownRequest)} == {(None, False, False)}


async def test_what_was_answered_is_known_with_its_answer(once: PostgresOnceOnly) -> None:
    attempt = await begun(once)
    await once.finish(attempt, status=200, media_type="application/json", answer=b"{}")
    known = await begin(once, asked=b"other")
    assert known == KnownRequest(b"a", acted=False, lapsed=False, status=200, media_type="application/json", answer=b"{}")
    assert isinstance(await begin(once, account=uuid4()), Attempt), "another's key is another key"


async def test_what_only_reads_has_done_nothing(once: PostgresOnceOnly, database: Database) -> None:
    with attempted(await begun(once, held=OVER)):
        await database.fetch("api_call", ANN, "k")
        async with database.transaction() as connection:
            await connection.fetch("select * from gateway.lease")
    again = await begun(once)
    assert again.number == 2, "it is taken up anew"


async def test_what_wrote_and_was_broken_off_is_not_done_again(once: PostgresOnceOnly, database: Database) -> None:
    with attempted(await begun(once, held=OVER)):
        await write(database)
    known = await begin(once)
    assert isinstance(known, KnownRequest)
    assert (known.acted, known.lapsed, known.status) == (True, True, None)


async def test_a_statement_by_itself_counts_as_well(once: PostgresOnceOnly, database: Database) -> None:
    with attempted(await begun(once, held=OVER)):
        await database.fetch("begin_api_call", uuid4(), "other", "test", b"x", HELD, DAY)
    known = await begin(once)
    assert isinstance(known, KnownRequest)
    assert known.acted


async def test_what_was_rolled_back_has_done_nothing(once: PostgresOnceOnly, database: Database) -> None:
    async def break_off() -> None:
        async with database.transaction() as connection:
            await connection.execute("insert into gateway.lease values ('one', 'me', 1, gateway.now())")
            raise RuntimeError("killed")

    with attempted(await begun(once, held=OVER)), pytest.raises(RuntimeError):
        await break_off()
    assert isinstance(await begin(once), Attempt)
    assert await written(database) == 0


async def test_who_was_overtaken_writes_nothing_any_more(once: PostgresOnceOnly, database: Database) -> None:
    slow = await begun(once, held=OVER)
    quick = await begun(once)
    with attempted(quick):
        await write(database, "by the second")
    with attempted(slow), pytest.raises(LeaseLost):
        await write(database, "by the first")
    assert await written(database) == 1


async def test_who_takes_over_waits_for_a_commit_under_way(once: PostgresOnceOnly, database: Database) -> None:
    slow = await begun(once, held=OVER)
    noted, go_on = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with database.transaction() as connection:
            await connection.execute("insert into gateway.lease values ('one', 'me', 1, gateway.now())")
            await database.within(connection, "note_api_call", slow.account, slow.key, slow.number)
            noted.set()
            await go_on.wait()

    task = asyncio.create_task(first())
    await noted.wait()
    second = asyncio.create_task(begin(once))
    async with database.connection() as connection:
        waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%gateway.api_call%'"
        while not await connection.fetchval(waiting):
            await asyncio.sleep(0)
    go_on.set()
    await task
    known = await second
    assert isinstance(known, KnownRequest)
    assert known.acted
    assert await written(database) == 1


async def test_what_ended_without_doing_anything_frees_its_key(once: PostgresOnceOnly) -> None:
    await once.give_up(await begun(once))
    assert (await begun(once)).number == 1


async def test_what_failed_after_it_did_something_is_known_as_that_at_once(once: PostgresOnceOnly, database: Database) -> None:
    attempt = await begun(once)
    with attempted(attempt):
        await write(database)
    await once.give_up(attempt)
    known = await begin(once)
    assert isinstance(known, KnownRequest)
    assert (known.acted, known.lapsed) == (True, True)


async def test_an_answer_that_comes_late_is_still_kept(once: PostgresOnceOnly, database: Database) -> None:
    attempt = await begun(once, held=OVER)
    with attempted(attempt):
        await write(database)
    assert isinstance(await begin(once), KnownRequest)
    await once.finish(attempt, status=204, media_type="", answer=b"")
    known = await begin(once)
    assert isinstance(known, KnownRequest)
    assert (known.status, known.answer) == (204, b"")


async def test_keys_are_forgotten_after_their_day_a_few_at_a_time(once: PostgresOnceOnly, database: Database) -> None:
    for number in range(30):
        await once.finish(await begun(once, f"k-{number}"), status=200, media_type="", answer=b"")
    async with database.connection() as connection:
        await connection.execute("update gateway.api_call set begun_at = begun_at - interval '25 hours'")
    assert isinstance(await begin(once, "k-29", asked=b"other"), Attempt), "a key whose day is over may stand for something else"
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from gateway.api_call") == 10
    await begin(once, "new")
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from gateway.api_call") == 2
