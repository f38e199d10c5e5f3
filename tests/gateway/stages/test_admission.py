"""Senders are asked to wait while too much waits, and let in again when it was worked off."""

import asyncio

import pytest

from gateway.errors import StoreUnavailable
from gateway.stages.admission import Admission


class Waiting:
    """A store of which only the number of waiting transmissions is known."""

    def __init__(self, rows: int = 0) -> None:
        self.rows, self.asked, self.away = rows, asyncio.Event(), False
        self.limits: list[int] = []

    async def count_untranslated(self, *, limit: int) -> int:
        self.limits.append(limit)
        self.asked.set()
        if self.away:
            raise StoreUnavailable("away")
        return min(self.rows, limit)


def admission(waiting: Waiting, *, every: float = 2.0) -> Admission:
    return Admission(work=waiting, most=10, every=every)  # type: ignore[arg-type]


async def test_everybody_is_admitted_before_the_first_look() -> None:
    assert admission(Waiting(1_000)).admit("bigbox") is None


@pytest.mark.parametrize(("rows", "admitted"), [(0, True), (10, True), (11, False), (100_000, False)])
async def test_the_limit_itself_may_wait_and_no_more(rows: int, admitted: bool) -> None:
    gate = admission(Waiting(rows))
    await gate.measure()
    assert (gate.admit("bigbox") is None) is admitted


async def test_the_refusal_is_temporary_and_says_why() -> None:
    gate = admission(Waiting(11))
    await gate.measure()
    refusal = gate.admit("bigbox")
    assert refusal is not None
    assert refusal.status == 503
    assert "More than 10 transmissions wait" in str(refusal)
    assert "Retry-After" in refusal.remedy


async def test_who_was_refused_is_admitted_when_the_backlog_is_worked_off() -> None:
    waiting = Waiting(11)
    gate = admission(waiting)
    await gate.measure()
    waiting.rows = 10
    await gate.measure()
    assert gate.admit("bigbox") is None


async def test_nothing_is_counted_further_than_needed() -> None:
    waiting = Waiting(1_000_000)
    await admission(waiting).measure()
    assert waiting.limits == [11]


async def test_a_database_that_is_away_changes_nothing_and_ends_nothing() -> None:
    waiting = Waiting(11)
    gate = admission(waiting, every=0)
    task = asyncio.create_task(gate.run())
    await waiting.asked.wait()
    waiting.away = True
    for _ in range(2):
        waiting.asked.clear()
        await waiting.asked.wait()
    assert not task.done()
    assert gate.admit("bigbox") is not None
    waiting.away, waiting.rows = False, 0
    for _ in range(2):
        waiting.asked.clear()
        await waiting.asked.wait()
    assert gate.admit("bigbox") is None
    task.cancel()
