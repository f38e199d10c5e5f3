"""Counters in the database: seeded, skipped, and numbers that are voided."""

from uuid import UUID

import pytest

from gateway.store.control_numbers import ControlNumbers, Seeded
from gateway.store.database import Database
from gateway.system import TimeOrderedIds

SCOPE = "interchange|x12|ZZ:NORDICDC|01:123456789|P"
new_id = TimeOrderedIds()


@pytest.fixture
async def numbers(database: Database) -> ControlNumbers:
    return ControlNumbers(database)


async def rows(database: Database, query: str, *arguments: object) -> list[dict[str, object]]:
    async with database.transaction() as connection:
        return [dict(row) for row in await connection.fetch(query, *arguments)]


async def seed(numbers: ControlNumbers, last: int, *, back: bool = False) -> Seeded:
    return await numbers.seed(SCOPE, last, actor="ann", reason="taken over", back=back)


async def sealed(database: Database, *states: str) -> UUID:
    """An interchange under number 7 with deliveries in these states."""
    outbound = new_id()
    async with database.transaction() as connection:
        await connection.execute(
            "insert into gateway.outbound (id, partner, family, type, sender, receiver, control_number, test, bytes) "
            "values ($1, 'bigbox', 'x12', '810', 'us', 'them', '7', false, 'ISA')",
            outbound,
        )
        for state in states:
            await connection.execute(
                "insert into gateway.delivery (id, transmission, outbound, partner, target, action, idempotency_key, test, "
                "options, priority, state) values ($1, $1, $2, 'bigbox', 'sftp', 'transmit', $3, false, '{}', 0, $4)",
                new_id(), outbound, outbound.hex, state,
            )  # fmt: skip
    return outbound


async def test_a_new_counter_begins_after_the_last_number_of_the_system_before(
    numbers: ControlNumbers, database: Database
) -> None:
    assert await seed(numbers, 4711) == Seeded(None, 4711)
    (row,) = await database.fetch("take_control_numbers", [SCOPE], [1])
    assert row["value"] == 4712


async def test_a_counter_goes_forward_and_only_on_request_back(numbers: ControlNumbers) -> None:
    await seed(numbers, 10)
    assert await seed(numbers, 20) == Seeded(10, 20)
    assert await seed(numbers, 5) == Seeded(20, None)
    assert await numbers.listed() == [(SCOPE, 20)]
    assert await seed(numbers, 5, back=True) == Seeded(20, 5)


async def test_after_a_restore_all_counters_are_moved_on(numbers: ControlNumbers, database: Database) -> None:
    await seed(numbers, 10)
    await numbers.seed("group|x12|A|B|IN", 3, actor="ann", reason="")
    assert await numbers.skip(1000, actor="ann") == 2
    assert dict(await numbers.listed()) == {SCOPE: 1010, "group|x12|A|B|IN": 1003}
    audited = await rows(database, "select actor, action from gateway.audit order by id desc limit 1")
    assert audited == [{"actor": "ann", "action": "control_numbers_skipped"}]


@pytest.mark.parametrize("state", ["waiting", "blocked", "in_doubt", "failed", "dead"])
async def test_what_was_never_sent_can_be_voided_with_a_reason(numbers: ControlNumbers, database: Database, state: str) -> None:
    outbound = await sealed(database, state)
    done = await numbers.void(outbound, actor="ann", reason="sent by mail")
    assert done is not None
    assert (done.control_number, done.voided, done.hindered) == ("7", True, "")
    (delivery,) = await rows(database, "select state, message from gateway.delivery where outbound = $1", outbound)
    assert delivery == {"state": "voided", "message": "sent by mail"}
    assert await rows(database, "select reason, actor from gateway.voided_outbound") == [
        {"reason": "sent by mail", "actor": "ann"}
    ]


@pytest.mark.parametrize("states", [("delivered",), ("sending",), ("waiting", "delivered")])
async def test_what_has_left_cannot_be_voided(numbers: ControlNumbers, database: Database, states: tuple[str, ...]) -> None:
    outbound = await sealed(database, *states)
    done = await numbers.void(outbound, actor="ann", reason="sent by mail")
    assert done is not None
    assert not done.voided
    assert done.hindered in ("delivered", "sending")
    assert {row["state"] for row in await rows(database, "select state from gateway.delivery")} == set(states)


async def test_voiding_twice_keeps_the_first_reason(numbers: ControlNumbers, database: Database) -> None:
    outbound = await sealed(database, "waiting")
    await numbers.void(outbound, actor="ann", reason="first")
    done = await numbers.void(outbound, actor="bob", reason="second")
    assert done is not None
    assert (done.voided, done.before) == (False, True)
    assert await rows(database, "select reason from gateway.voided_outbound") == [{"reason": "first"}]


async def test_what_is_not_there_cannot_be_voided(numbers: ControlNumbers) -> None:
    assert await numbers.void(new_id(), actor="ann", reason="x") is None
