"""Leases in the database: its clock and its locks say who may write, whatever a process believes of itself."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.lifecycle import LEASE, move
from gateway.domain.sign_in import SessionTerms
from gateway.errors import LeaseLost
from gateway.ports import Handover, Published
from gateway.ports.fence import Fence, fence, fenced
from gateway.stages.receive import Receive
from gateway.store.access import PostgresAccounts
from gateway.store.audit import PostgresAudit
from gateway.store.body_pieces import PostgresBodyPieces
from gateway.store.channel_failures import PostgresChannelFailures
from gateway.store.database import Database
from gateway.store.expectations import PostgresExpectations
from gateway.store.migrations import migrate
from gateway.store.positions import PostgresPositions
from gateway.store.transfers import PostgresTransfers
from gateway.store.work import PostgresWork
from gateway.system import SystemClock
from gateway.telemetry.metrics import PrometheusObserver
from tests.gateway.store.rows import new_id
from tests.servers.process import repeat

MINUTE = timedelta(minutes=1)


async def taken(work: PostgresWork, holder: str = "a", lasting: timedelta = MINUTE) -> Fence:
    token = await work.take_lease("sweep", holder=holder, lasting=lasting)
    assert token is not None
    return Fence("sweep", token)


async def lapse(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute("update gateway.lease set until = gateway.now() - interval '1 second'")


async def positions(database: Database) -> list[str]:
    async with database.connection() as connection:
        return [row["position"] for row in await connection.fetch("select position from gateway.channel_position")]


async def test_who_holds_a_lease_writes_and_who_lost_it_does_not(work: PostgresWork, database: Database) -> None:
    store = PostgresPositions(database)
    first = await taken(work, "a")
    with fenced(first):
        await store.move_position("bank", "1")
    await lapse(database)
    with fenced(first), pytest.raises(LeaseLost, match="sweep is no longer held under token 1"):
        await store.move_position("bank", "2")
    second = await taken(work, "b")
    with fenced(first), pytest.raises(LeaseLost):
        await store.move_position("bank", "3")
    with fenced(second):
        await store.move_position("bank", "4")
    assert await positions(database) == ["4"]
    assert fence() is None


async def test_a_lease_does_not_change_hands_while_its_holder_is_writing(work: PostgresWork, database: Database) -> None:
    first = await taken(work, "a")
    with fenced(first):
        async with database.transaction() as connection:
            await database.within(connection, "move_channel_position", "bank", "1")
            with fenced(None):
                await lapse(database)
                assert await work.take_lease("sweep", holder="b", lasting=MINUTE) is None, "nobody waits for the writer either"
    assert await positions(database) == ["1"]
    assert (await taken(work, "b")).token == 2


async def test_a_holder_renews_its_lease_while_it_is_writing(work: PostgresWork, database: Database) -> None:
    first = await taken(work, "a")
    with fenced(first):
        async with database.transaction() as connection:
            await database.within(connection, "move_channel_position", "bank", "1")
            with fenced(None):
                assert await taken(work, "a") == first
    assert await positions(database) == ["1"]


async def test_what_began_to_wait_before_the_lease_changed_hands_is_refused_after(work: PostgresWork, database: Database) -> None:
    first = await taken(work, "a")
    async with database.connection() as other:
        change = other.transaction()
        await change.start()
        await other.execute("select from gateway.lease where name = 'sweep' for update")
        with fenced(first):
            waiting = asyncio.ensure_future(PostgresPositions(database).move_position("bank", "1"))
        await _until_somebody_waits(database)
        await other.execute("update gateway.lease set holder = 'b', token = token + 1 where name = 'sweep'")
        await change.commit()
        with pytest.raises(LeaseLost):
            await waiting
    assert await positions(database) == []


async def _until_somebody_waits(database: Database) -> None:
    async with database.connection() as connection:

        async def waits() -> bool:
            return bool(await connection.fetchval("select count(*) from pg_locks where not granted"))

        await repeat(waits, within=10)


def _leased_work(database: Database) -> dict[str, Callable[[], Awaitable[object]]]:
    """What the processes of a gateway do under leases, each by the first thing that it asks of the store."""
    work = PostgresWork(database)

    async def publish(_messages: object) -> list[Published]:
        raise AssertionError("nothing is published without the lease")

    async def chase() -> None:
        async with PostgresExpectations(database).reconciling() as session:
            await session.due_expectations(limit=1)

    return {
        "relay": lambda: work.relay_outbox(publish, older=timedelta(0), limit=1),
        "sweep": lambda: work.expire_deliveries(repeatable=[], node="n", failure=lambda _: None),  # type: ignore[arg-type,return-value]
        "staged-bodies": PostgresBodyPieces(database, abandoned=timedelta(0)).remove_abandoned,
        "chase": chase,
        "certificates": lambda: PostgresTransfers(database).quarantined(lately=MINUTE),
        "audit-seals": lambda: PostgresAudit(database).seal(limit=1),
        "sign-ins": lambda: PostgresAccounts(database).forget(SessionTerms()),
        "poll: what failed": lambda: PostgresChannelFailures(database).keep(new_id(), [], True),
        "poll: a large body": lambda: PostgresBodyPieces(database).stage(new_id(), 0, b"piece"),
    }


async def test_no_leased_work_writes_without_its_lease(database: Database) -> None:
    for name, do in _leased_work(database).items():
        with fenced(Fence("sweep", 7)):
            (said,) = await asyncio.gather(do(), return_exceptions=True)
        assert isinstance(said, LeaseLost), f"{name} wrote"
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from gateway.raw_body") == 0


async def test_a_poller_that_lost_its_lease_stores_nothing_and_its_neighbours_do(work: PostgresWork, database: Database) -> None:
    held, lost = await taken(work, "a"), Fence("sweep", 99)

    async def announce(_ids: object) -> None:
        """Nobody listens."""

    receive = Receive(work=work, announce=announce, observer=PrometheusObserver(), clock=SystemClock())

    def hand_over(under: Fence | None, name: str) -> "asyncio.Task[object]":
        with fenced(under):
            return asyncio.create_task(receive.receive(Handover(new_id(), "bank", "bigbox", name, b"ISA")))

    tasks = [hand_over(under, name) for name in ("1", "2", "3") for under in (held, lost, None)]
    await asyncio.sleep(0)  # all wait before the first is written
    running = asyncio.create_task(receive.run())
    results = await asyncio.gather(*tasks, return_exceptions=True)
    running.cancel()
    assert [isinstance(result, LeaseLost) for result in results] == [False, True, False] * 3
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from gateway.transmission") == 6


events = st.lists(st.tuples(st.sampled_from(["take", "give_back", "lapse"]), st.sampled_from("abc")), max_size=12)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=events)
def test_any_walk_of_holders_follows_the_table_and_the_token_rises_with_each_change(
    steps: list[tuple[str, str]], postgres_walk: Callable[[list[tuple[str, str]]], list[int | None]]
) -> None:
    state, holder, token = "free", "", 0
    expected: list[int | None] = []
    for step, who in steps:
        if step == "take":
            if state == "held" and holder == who:
                state = move(LEASE, state, "renewed")
            elif state != "held":
                state, holder, token = move(LEASE, state, "taken"), who, token + 1
            expected.append(token if holder == who and state == "held" else None)
        elif step == "give_back" and state == "held" and holder == who:
            state = move(LEASE, state, "given_back")
        elif step == "lapse" and state == "held":
            state = move(LEASE, state, "lapsed")
    assert postgres_walk(steps) == expected


@pytest.fixture
def postgres_walk(postgres_url: str) -> Callable[[list[tuple[str, str]]], list[int | None]]:
    """Does the same to a fresh lease of a real database; answers what each taking said."""

    async def walk(steps: list[tuple[str, str]]) -> list[int | None]:
        database = Database(postgres_url, size=1)
        await database.open()
        try:
            async with database.connection() as connection:
                await connection.execute("delete from gateway.lease")
            work, answers = PostgresWork(database), list[int | None]()
            for step, who in steps:
                if step == "take":
                    answers.append(await work.take_lease("walk", holder=who, lasting=MINUTE))
                elif step == "give_back":
                    await work.release_lease("walk", holder=who)
                else:
                    await _lapse_held(database)
            return answers
        finally:
            await database.close()

    asyncio.run(_migrated(postgres_url))
    return lambda steps: asyncio.run(walk(steps))


async def _migrated(url: str) -> None:
    database = Database(url, size=1)
    await database.open()
    await migrate(database)
    await database.close()


async def _lapse_held(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute(
            "update gateway.lease set until = gateway.now() - interval '1 second' where until > gateway.now()"
        )
