"""Failures of channels in the database: open while the trouble lasts, over with their cases, open again if it comes back."""

from typing import Any

import pytest

from gateway.ports.channel_trouble import ChannelTrouble
from gateway.stages.channel_trouble import KeepChannelTroubles
from gateway.store.channel_failures import PostgresChannelFailures
from gateway.store.database import Database
from tests.gateway.channels.fakes import Counts
from tests.gateway.store.rows import new_id


@pytest.fixture
async def troubles(database: Database) -> KeepChannelTroubles:
    failures = PostgresChannelFailures(database)
    return KeepChannelTroubles(
        record=failures.record, resolve=failures.resolve, owner_of=lambda _: "edi", observer=Counts(), new_id=new_id
    )


def trouble(channel: str, code: str = "login-refused") -> ChannelTrouble:
    return ChannelTrouble(channel, "bigbox", code, f"{channel} {code}", "Ask the partner.")


async def found(database: Database) -> list[tuple[Any, ...]]:
    async with database.connection() as connection:
        rows = await connection.fetch("select route, code, state, count from gateway.failure order by first_at, route, code")
    return [tuple(row) for row in rows]


async def test_a_failure_is_open_until_the_channel_works(database: Database, troubles: KeepChannelTroubles) -> None:
    await troubles.begun(trouble("a"))
    await troubles.begun(trouble("a"))
    await troubles.begun(trouble("b"))
    assert await troubles.over("a")
    assert await found(database) == [("a", "login-refused", "resolved", 2), ("b", "login-refused", "open", 1)]
    async with database.connection() as connection:
        closed = await connection.fetch("select closed_at is not null as closed from gateway.failure_case order by message")
    assert [row["closed"] for row in closed] == [True, True, False]


async def test_trouble_that_comes_back_is_a_failure_again(database: Database, troubles: KeepChannelTroubles) -> None:
    await troubles.begun(trouble("a"))
    await troubles.over("a")
    await troubles.begun(trouble("a"))
    assert [(code, state) for _, code, state, _ in await found(database)] == [
        ("login-refused", "resolved"),
        ("login-refused", "open"),
    ]


async def test_a_channel_that_had_no_trouble_has_nothing_to_end(database: Database, troubles: KeepChannelTroubles) -> None:
    assert await troubles.over("a")
    assert await found(database) == []
