"""Every broker: wake-ups reach their stage at least once, in batches, one batch at a time, and failing hurts nobody else."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from gateway.broker import wake_up
from gateway.ports import Broker, Message, Published
from tests.conformance.broker.place import Counts, Gathered, Place


def ids(number: int) -> list[UUID]:
    return [uuid4() for _ in range(number)]


async def test_announced_rows_reach_whoever_consumes_their_queue_and_nobody_else(broker: Broker) -> None:
    translate, odoo = Gathered[UUID](), Gathered[UUID]()
    rows, deliveries = ids(250), ids(3)
    async with broker.consume("translate", translate, batch=100), broker.consume("deliver.odoo", odoo, batch=100):
        await broker.announce("translate", rows)
        await broker.announce("deliver.odoo", deliveries)
        await translate.has(rows)
        await odoo.has(deliveries)
    assert set(translate.all) == set(rows)
    assert set(odoo.all) == set(deliveries)


async def test_rows_announced_before_anybody_consumes_wait_in_the_queue(broker: Broker) -> None:
    rows, gathered = ids(5), Gathered[UUID]()
    await broker.announce("translate", rows)
    async with broker.consume("translate", gathered, batch=100):
        await gathered.has(rows)


async def test_what_many_announce_at_once_goes_out_together(place: Place) -> None:
    gathered = Gathered[UUID]()
    rows = ids(300)
    async with place.broker.consume("translate", gathered, batch=100):
        await asyncio.gather(*(place.broker.announce("translate", [row]) for row in rows))
        await gathered.has(rows)
    assert len(gathered.batches) < 20
    assert place.counts.counted["edi_hints_announced_total", "translate", "confirmed"] == 300
    assert place.counts.counted["edi_published_total", "edi.work", "confirmed"] < 20


async def test_a_bare_wake_up_calls_the_handler_with_nothing(broker: Broker) -> None:
    gathered = Gathered[UUID]()
    async with broker.consume("deliver.odoo", gathered, batch=100):
        await broker.announce("deliver.odoo", [])
        await gathered.calls(1)
    assert gathered.batches == [[]]


async def test_a_target_that_was_unknown_at_the_start_has_its_queue(broker: Broker) -> None:
    rows, gathered = ids(2), Gathered[UUID]()
    await broker.announce("deliver.carrier", rows)
    async with broker.consume("deliver.carrier", gathered, batch=100):
        await gathered.has(rows)


async def test_one_batch_is_in_flight_and_none_is_larger_than_asked(broker: Broker) -> None:
    gathered = Gathered[UUID]()
    gathered.open.clear()
    rows = ids(95)
    async with broker.consume("translate", gathered, batch=10):
        for start in range(0, 90, 9):
            await broker.announce("translate", rows[start : start + 9])
        await broker.announce("translate", rows[90:])
        await gathered.calls(1)
        assert gathered.running == 1
        gathered.open.set()
        await gathered.has(rows)
    assert gathered.most_running == 1
    assert max(len(batch) for batch in gathered.batches) <= 10


async def test_a_batch_holds_each_row_once(broker: Broker) -> None:
    gathered = Gathered[UUID]()
    [row] = ids(1)
    await broker.announce("translate", [row, row])
    async with broker.consume("translate", gathered, batch=100):
        await gathered.has([row])
    assert gathered.batches == [[row]]


async def test_several_consumers_share_a_queue(broker: Broker) -> None:
    held, free = Gathered[UUID](), Gathered[UUID]()
    held.open.clear()
    async with broker.consume("translate", held, batch=1):
        await broker.announce("translate", ids(1))
        await held.calls(1)
        rows = ids(4)
        async with broker.consume("translate", free, batch=1):
            await broker.publish([Message("edi.work", "translate", wake_up.encode([row]), str(row)) for row in rows])
            await free.calls(2)
            held.open.set()
    assert not set(held.all) & set(free.all)


async def test_a_failing_handler_settles_its_batch_and_the_next_one_comes(place: Place) -> None:
    gathered = Gathered[UUID]()
    bad, good = ids(1), ids(1)

    async def handler(rows: Sequence[UUID]) -> None:
        if set(bad) & set(rows):
            raise RuntimeError("the database is away")
        await gathered(rows)

    async with place.broker.consume("translate", handler, batch=1):
        await place.broker.announce("translate", bad)
        await place.broker.announce("translate", good)
        await gathered.has(good)
    assert place.counts.counted["edi_consumer_failures_total", "translate"] == 1


async def test_a_consumer_that_always_fails_makes_no_hot_loop(place: Place) -> None:
    failed = Gathered[UUID]()

    async def handler(rows: Sequence[UUID]) -> None:
        await failed(rows)
        raise RuntimeError("the database is away")

    loop = asyncio.get_running_loop()
    async with place.broker.consume("translate", handler, batch=1):
        began = loop.time()
        for row in ids(3):
            await place.broker.announce("translate", [row])
        await failed.calls(3)
        assert loop.time() - began >= 0.1 + 0.2
    assert len(failed.batches) == 3


async def test_leaving_lets_the_batch_in_flight_end(broker: Broker) -> None:
    gathered, committed = Gathered[UUID](), Gathered[UUID]()
    gathered.open.clear()

    async def handler(rows: Sequence[UUID]) -> None:
        await gathered(rows)
        await committed(rows)

    [row] = ids(1)
    async with broker.consume("translate", handler, batch=10):
        await broker.announce("translate", [row])
        await gathered.calls(1)
        asyncio.get_running_loop().call_later(0.05, gathered.open.set)
    assert committed.all == [row]


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'["nobody"]', b"\xff"])
async def test_a_wake_up_that_cannot_be_read_is_counted_and_passed_over(place: Place, body: bytes) -> None:
    gathered, rows = Gathered[UUID](), ids(1)
    async with place.broker.consume("translate", gathered, batch=100):
        assert await place.broker.publish([Message("edi.work", "translate", body, "x")]) == [Published.CONFIRMED]
        await place.broker.announce("translate", rows)
        await gathered.has(rows)
    assert gathered.all == rows
    assert place.counts.counted["edi_messages_unreadable_total", "edi.work"] == 1


async def test_announcing_before_the_start_and_after_the_end_drops_and_counts(place: Place) -> None:
    other, counts = place.make(), place.counts
    await other.announce("translate", ids(2))
    assert counts.counted["edi_hints_announced_total", "translate", "dropped"] == 2
    await other.start()
    await other.close()
    await other.announce("translate", ids(3))
    assert counts.counted["edi_hints_announced_total", "translate", "dropped"] == 5


async def test_what_waits_is_bounded(place: Place, counts: Counts) -> None:
    await place.broker.announce("deliver.wms", ids(120_000))
    assert counts.counted["edi_hints_announced_total", "deliver.wms", "dropped"] >= 20_000


async def test_it_is_connected_between_start_and_close_only(place: Place) -> None:
    other, seen = place.make(), []
    seen.append(other.connected)
    await other.start()
    seen.append(other.connected)
    await other.close()
    seen.append(other.connected)
    assert seen == [False, True, False]
