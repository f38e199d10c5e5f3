"""The intake: stored before answered, in groups, and honest about what nobody knows."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from gateway.domain.record import TransmissionRow
from gateway.errors import CommitUnknown, Contention, DataRefused, Refused, StoreUnavailable
from gateway.ports import Handover, Receipt
from gateway.stages.lanes import Arrived
from gateway.stages.receive import Receive
from gateway.system import SystemClock, TimeOrderedIds
from tests.integration.harness import Silent

new_id = TimeOrderedIds()


class Store:
    """Remembers batches; a test may hold it closed, make it refuse, or make it lose an answer."""

    def __init__(self) -> None:
        self.batches: list[list[TransmissionRow]] = []
        self.pieces: list[list[tuple[UUID, int, bytes]]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.entered = asyncio.Event()
        self.trouble: Callable[[Sequence[TransmissionRow]], Exception | None] = lambda _: None
        self.known: dict[str, tuple[UUID, bytes]] = {}

    async def receive(self, rows: Sequence[TransmissionRow], pieces: Sequence[tuple[UUID, int, bytes]]) -> dict[UUID, Receipt]:
        self.entered.set()
        await self.open.wait()
        error = self.trouble(rows)
        if error is not None:
            raise error
        self.batches.append(list(rows))
        self.pieces.append(list(pieces))
        return {row.id: self._receipt(row) for row in rows}

    def _receipt(self, row: TransmissionRow) -> Receipt:
        if row.idempotency_key is None:
            return Receipt(row.id)
        first, digest = self.known.setdefault(row.idempotency_key, (row.id, row.sha256))
        if first == row.id:
            return Receipt(row.id)
        return Receipt(first, repeated=digest == row.sha256, conflict=digest != row.sha256)


class Desk:
    """A running intake over a store."""

    def __init__(self, **settings: Any) -> None:
        self.store, self.observer = Store(), Silent()
        self.announced: list[Arrived] = []
        self.counted: list[tuple[str, str]] = []
        self.intake = Receive(
            work=self.store,  # type: ignore[arg-type]
            announce=self._announce,
            observer=self,
            clock=SystemClock(),
            **settings,
        )

    async def _announce(self, arrived: Sequence[Arrived]) -> None:
        self.announced += arrived

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        if name == "edi_transmissions_received_total":
            self.counted.append((labels["channel"], labels["outcome"]))

    def observe(self, name: str, value: float, **labels: str) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None: ...

    def send(self, body: bytes = b"ISA", **more: Any) -> "asyncio.Task[Receipt]":
        handover = Handover(more.pop("id", new_id()), "in", "bigbox", more.pop("name", "f.edi"), body, **more)
        return asyncio.create_task(self.intake.receive(handover))


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk(batch=10, batch_bytes=1_000, max_bytes=4 << 20, max_waiting=50)
    task = asyncio.create_task(made.intake.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_answer_comes_after_the_commit_and_the_stage_is_woken(desk: Desk) -> None:
    desk.store.open.clear()
    answer = desk.send(b"ISA*1", name="orders.edi", remote="10.0.0.1", traceparent="00-aa")
    await desk.store.entered.wait()
    assert not answer.done()
    assert desk.announced == []
    desk.store.open.set()
    receipt = await answer
    ((row,),) = desk.store.batches
    assert receipt == Receipt(row.id)
    assert desk.announced == [("in", row.id)]
    assert (row.name, row.size, row.sha256, row.remote) == ("orders.edi", 5, hashlib.sha256(b"ISA*1").digest(), "10.0.0.1")
    assert desk.counted == [("in", "stored")]


async def test_what_arrives_during_a_commit_goes_into_the_next_one(desk: Desk) -> None:
    desk.store.open.clear()
    first = desk.send()
    await desk.store.entered.wait()
    others = [desk.send() for _ in range(7)]
    await asyncio.sleep(0)
    desk.store.open.set()
    await asyncio.gather(first, *others)
    assert [len(batch) for batch in desk.store.batches] == [1, 7]


async def test_a_batch_ends_at_its_number_and_at_its_bytes(desk: Desk) -> None:
    desk.store.open.clear()
    first = desk.send()
    await desk.store.entered.wait()
    others = [desk.send() for _ in range(11)] + [desk.send(b"x" * 600) for _ in range(3)]
    await asyncio.sleep(0)
    desk.store.open.set()
    await asyncio.gather(first, *others)
    assert [len(batch) for batch in desk.store.batches] == [1, 10, 2, 1, 1]


async def test_a_transmission_above_the_batch_is_a_batch_of_its_own_in_pieces(desk: Desk) -> None:
    body = bytes(range(256)) * 10_000
    await desk.send(body)
    ((row,),) = desk.store.batches
    (pieces,) = desk.store.pieces
    assert [(owner, ordinal) for owner, ordinal, _ in pieces] == [(row.id, 0), (row.id, 1), (row.id, 2)]
    assert b"".join(part for _, _, part in pieces) == body
    assert max(len(part) for _, _, part in pieces) == 1 << 20


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
async def test_every_body_has_its_pieces_also_the_empty_one(desk: Desk, size: int) -> None:
    await desk.send(b"x" * size)
    (pieces,) = desk.store.pieces
    assert sum(len(part) for _, _, part in pieces) == size
    assert len(pieces) == (2 if size > 1 << 20 else 1)


async def test_too_large_is_refused_before_anything_is_stored(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        await desk.send(b"x" * ((4 << 20) + 1))
    assert refused.value.status == 413
    assert str(4 << 20) in refused.value.remedy
    assert desk.store.batches == []


async def test_a_full_intake_says_so_at_once(desk: Desk) -> None:
    desk.store.open.clear()
    first = desk.send()
    await desk.store.entered.wait()
    waiting = [desk.send() for _ in range(50)]
    await asyncio.sleep(0)
    with pytest.raises(Refused) as refused:
        await desk.send()
    assert refused.value.status == 503
    desk.store.open.set()
    await asyncio.gather(first, *waiting)
    assert sum(map(len, desk.store.batches)) == 51


@pytest.mark.parametrize(
    "error", [StoreUnavailable("PostgreSQL does not answer"), CommitUnknown("the answer was lost")], ids=["away", "unknown"]
)
async def test_a_store_that_is_away_is_told_to_all_of_the_batch_and_the_next_is_tried(desk: Desk, error: Exception) -> None:
    desk.store.open.clear()
    desk.store.trouble = lambda _: error
    answers = [desk.send() for _ in range(3)]
    await desk.store.entered.wait()
    desk.store.open.set()
    results = await asyncio.gather(*answers, return_exceptions=True)
    assert [type(result) for result in results] == [type(error)] * 3
    assert desk.announced == []
    assert desk.counted == [], "the channel refuses, and counts what it refuses"
    desk.store.trouble = lambda _: None
    assert isinstance(await desk.send(), Receipt)


@pytest.mark.parametrize("bad", range(10))
async def test_one_that_cannot_be_stored_is_refused_alone_in_any_position(desk: Desk, bad: int) -> None:
    desk.store.open.clear()
    first = desk.send()
    await desk.store.entered.wait()
    ids = [new_id() for _ in range(10)]
    desk.store.trouble = lambda rows: DataRefused("bad row") if any(row.id == ids[bad] for row in rows) else None
    answers = [desk.send(id=each) for each in ids]
    await asyncio.sleep(0)
    desk.store.open.set()
    results = await asyncio.gather(*answers, return_exceptions=True)
    await first
    refused = results.pop(bad)
    assert isinstance(refused, Refused)
    assert refused.status == 422
    assert all(isinstance(result, Receipt) for result in results)
    assert len(desk.announced) == 10


async def test_when_the_store_goes_away_between_two_halves_the_first_keeps_its_answers(desk: Desk) -> None:
    desk.store.open.clear()
    first = desk.send()
    await desk.store.entered.wait()
    ids = [new_id() for _ in range(8)]

    def trouble(rows: Sequence[TransmissionRow]) -> Exception | None:
        given = [row.id for row in rows]
        if len(given) == 8:
            return DataRefused("something in here")
        return StoreUnavailable("away") if ids[7] in given else None

    desk.store.trouble = trouble
    answers = [desk.send(id=each) for each in ids]
    await asyncio.sleep(0)
    desk.store.open.set()
    results = await asyncio.gather(*answers, return_exceptions=True)
    await first
    assert [type(result) for result in results] == [Receipt] * 4 + [StoreUnavailable] * 4
    assert [outcome for _, outcome in desk.counted] == ["stored"] * 5


async def test_contention_is_repeated_unseen(desk: Desk) -> None:
    lost = iter([Contention("deadlock"), Contention("deadlock"), None])
    desk.store.trouble = lambda _: next(lost)
    assert isinstance(await desk.send(), Receipt)
    assert len(desk.store.batches) == 1


async def test_a_repeat_and_a_conflict_are_told_apart_and_wake_nobody(desk: Desk) -> None:
    first = await desk.send(b"A", idempotency_key="k")
    repeat = await desk.send(b"A", idempotency_key="k")
    conflict = await desk.send(b"B", idempotency_key="k")
    assert repeat == Receipt(first.transmission, repeated=True)
    assert conflict == Receipt(first.transmission, conflict=True)
    assert desk.announced == [("in", first.transmission)]
    assert [outcome for _, outcome in desk.counted] == ["stored", "repeated"]


async def test_whoever_went_away_is_not_stored_in_vain_nor_in_the_way(desk: Desk) -> None:
    desk.store.open.clear()
    first = desk.send()
    await desk.store.entered.wait()
    gone, stays = desk.send(), desk.send()
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    desk.store.open.set()
    await asyncio.gather(first, stays)
    assert [len(batch) for batch in desk.store.batches] == [1, 1]


async def test_names_are_made_storable_and_keep_their_difference(desk: Desk) -> None:
    await asyncio.gather(desk.send(name="a\x00b", remote="h\ud800"), desk.send(name="n" * 300), desk.send(name="n" * 299 + "m"))
    names = [row.name for batch in desk.store.batches for row in batch]
    assert names[0] == "a\ufffdb"
    assert desk.store.batches[0][0].remote == "h\ufffd"
    assert all(len(name) <= 200 for name in names)
    assert names[1] != names[2]


async def test_stopping_sends_the_waiting_away_and_takes_no_more() -> None:
    desk = Desk()
    task = asyncio.create_task(desk.intake.run())
    desk.store.open.clear()
    first = desk.send()
    await desk.store.entered.wait()
    second = desk.send()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    with pytest.raises(StoreUnavailable, match="stopping"):
        await second
    with pytest.raises(Refused):
        await desk.send()
    with pytest.raises((StoreUnavailable, CommitUnknown)):
        await asyncio.wait_for(first, 1)  # its commit was under way: nobody may be left waiting for ever
