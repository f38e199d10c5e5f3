"""Senders are asked to wait while too much waits, and let in again when it was worked off."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from gateway.errors import StoreUnavailable
from gateway.ports import Handover, Receipt
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble
from gateway.stages.admission import Admission, Lack, PacedIntake
from gateway.system import TimeOrderedIds
from gateway.telemetry.metrics import PrometheusObserver

new_id = TimeOrderedIds()
FULL = Lack("disk-full", "Only 3 MiB are free at /data.", "Make room there.", "/data")


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


def admission(waiting: Waiting, **more: Any) -> Admission:
    return Admission(work=waiting, most=10, observer=PrometheusObserver(strict=True), **more)  # type: ignore[arg-type]


class Machine:
    """What lacks, and what was told of it."""

    def __init__(self, *lacks: Lack) -> None:
        self.lacks: list[Lack] = list(lacks)
        self.told: list[list[tuple[str, str]]] = []
        self.stored = True

    def look(self) -> Sequence[Lack]:
        return list(self.lacks)

    async def keep(self, side: ChannelSide, troubles: Sequence[ChannelTrouble], *, all_of_them: bool) -> bool:
        assert (side.channel, side.partner, side.side, all_of_them) == ("gateway", None, "room on node-1", True)
        if self.stored:
            self.told.append([(trouble.code, trouble.about) for trouble in troubles])
        return self.stored

    def gate(self, waiting: Waiting | None = None) -> Admission:
        return admission(waiting or Waiting(), look=self.look, troubles=self, machine="node-1")


async def test_what_this_machine_lacks_closes_the_intake_and_is_told_once_until_it_is_over() -> None:
    machine = Machine()
    gate = machine.gate()
    await gate.measure()
    machine.lacks = [FULL]
    for _ in range(3):
        await gate.measure()
    refusal = gate.admit("bigbox")
    assert refusal is not None
    assert "Only 3 MiB are free at /data." in str(refusal)
    assert gate.lacking == "Only 3 MiB are free at /data."
    machine.lacks = []
    await gate.measure()
    assert gate.admit("bigbox") is None
    assert gate.lacking == ""
    assert machine.told == [[], [("disk-full", "/data")], []], "the first look ends what a process before us told"


async def test_what_could_not_be_told_is_told_later() -> None:
    machine = Machine(FULL)
    machine.stored = False
    gate = machine.gate()
    await gate.measure()
    machine.stored = True
    await gate.measure()
    await gate.measure()
    assert machine.told == [[("disk-full", "/data")]]


async def test_two_reasons_are_both_told_and_a_backlog_is_no_lack_of_this_machine() -> None:
    machine, waiting = Machine(FULL), Waiting(11)
    gate = machine.gate(waiting)
    await gate.measure()
    assert "More than 10 transmissions wait" in str(gate.admit("bigbox"))
    assert "3 MiB" in str(gate.admit("bigbox"))
    machine.lacks = []
    await gate.measure()
    assert gate.admit("bigbox") is not None
    assert gate.lacking == "", "other machines would be as full"


async def test_large_work_waits_for_memory_and_for_nothing_else() -> None:
    machine = Machine(FULL, Lack("memory-full", "The process holds too much.", "Wait."))
    gate = machine.gate(Waiting(11))
    await gate.measure()
    large = asyncio.create_task(gate.memory())
    await asyncio.sleep(0)
    await gate.measure()
    await asyncio.sleep(0)
    assert not large.done()
    machine.lacks = [FULL]
    await gate.measure()
    await asyncio.wait_for(large, 10)
    assert gate.admit("bigbox") is not None


async def test_what_we_fetch_waits_for_room() -> None:
    taken: list[str] = []

    class Store:
        async def receive(self, handover: Handover) -> Receipt:
            taken.append(handover.name)
            return Receipt(handover.id)

    waiting = Waiting(11)
    gate = admission(waiting)
    intake = PacedIntake(Store(), gate)
    await intake.receive(Handover(new_id(), "bank", None, "before the first look", b""))
    await gate.measure()
    later = asyncio.create_task(intake.receive(Handover(new_id(), "bank", None, "later", b"")))
    await asyncio.sleep(0)
    assert taken == ["before the first look"]
    waiting.rows = 0
    await gate.measure()
    await asyncio.wait_for(later, 10)
    assert taken == ["before the first look", "later"]


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
