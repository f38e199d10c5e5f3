"""Failures of channels in the database: open while the trouble lasts, over with their cases, open again if it comes back."""

from collections.abc import Sequence
from typing import Any

import pytest

from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble
from gateway.stages.channel_trouble import KeepChannelTroubles
from gateway.store.channel_failures import PostgresChannelFailures
from gateway.store.database import Database
from tests.gateway.channels.fakes import Counts
from tests.gateway.store.rows import new_id


class Kept:
    """Troubles of channels in a database, and what it says of them."""

    def __init__(self, database: Database) -> None:
        self._database, self.counts = database, Counts()
        failures = PostgresChannelFailures(database)
        self._keeping = KeepChannelTroubles(keep=failures.keep, owner_of=lambda _: "edi", observer=self.counts, new_id=new_id)

    async def tell(self, channel: str, *about: str, side: str = "in", all_of_them: bool = True) -> None:
        """These things cannot be taken; "" is the channel itself."""
        troubles = [ChannelTrouble("file-not-taken" if name else "login-refused", name or "no", "Ask.", name) for name in about]
        assert await self._keeping.keep(ChannelSide(channel, "bigbox", side), troubles, all_of_them=all_of_them)

    async def failures(self) -> list[tuple[Any, ...]]:
        return await self._rows("select route, code, state, count from gateway.failure order by route, code")

    async def open_cases(self) -> list[str]:
        """What the open cases are about."""
        found = await self._rows("select message from gateway.failure_case where closed_at is null order by message")
        return [message.partition(": ")[2] for (message,) in found]

    async def _rows(self, query: str) -> list[tuple[Any, ...]]:
        async with self._database.connection() as connection:
            return [tuple(row) for row in await connection.fetch(query)]

    def codes(self) -> Sequence[str]:
        return [labels["code"] for _, labels in self.counts.counted]


@pytest.fixture
async def kept(database: Database) -> Kept:
    return Kept(database)


async def test_a_failure_is_open_until_the_channel_works(kept: Kept) -> None:
    for _ in range(2):
        await kept.tell("a", "")
    await kept.tell("b", "")
    assert await kept.failures() == [("a", "login-refused", "open", 1), ("b", "login-refused", "open", 1)]
    await kept.tell("a")
    assert await kept.failures() == [("a", "login-refused", "resolved", 1), ("b", "login-refused", "open", 1)]
    assert await kept.open_cases() == ["no"]
    assert kept.codes() == ["login-refused"] * 2


async def test_each_file_is_a_case_of_one_failure_which_ends_with_the_last(kept: Kept) -> None:
    await kept.tell("a", "1.edi", "2.edi")
    await kept.tell("a", "2.edi", "3.edi")
    assert await kept.open_cases() == ["2.edi", "3.edi"]
    assert await kept.failures() == [("a", "file-not-taken", "open", 3)]
    await kept.tell("a", "4.edi")
    assert await kept.failures() == [("a", "file-not-taken", "open", 4)]
    await kept.tell("a")
    assert await kept.failures() == [("a", "file-not-taken", "resolved", 4)]
    assert await kept.open_cases() == []


async def test_as_long_as_a_channel_was_not_seen_to_work_nothing_is_over(kept: Kept) -> None:
    await kept.tell("a", "1.edi")
    await kept.tell("a", "", all_of_them=False)
    assert await kept.open_cases() == ["1.edi", "no"]


async def test_trouble_that_comes_back_is_open_again(kept: Kept) -> None:
    for _ in range(2):
        await kept.tell("a", "")
        await kept.tell("a")
    await kept.tell("a", "")
    assert await kept.failures() == [("a", "login-refused", "open", 3)]
    assert await kept.open_cases() == ["no"]


async def test_each_side_of_a_channel_ends_its_own(kept: Kept) -> None:
    await kept.tell("a", "1.edi", side="in")
    await kept.tell("a", "", side="out")
    await kept.tell("a", side="out")
    assert await kept.open_cases() == ["1.edi"]
    await kept.tell("a", "", side="in", all_of_them=False)
    await kept.tell("a", "", side="out")
    await kept.tell("a", side="out")
    assert ("a", "login-refused", "open", 3) in await kept.failures()


async def test_a_channel_that_had_no_trouble_has_nothing_to_end(kept: Kept) -> None:
    await kept.tell("a")
    assert await kept.failures() == []
