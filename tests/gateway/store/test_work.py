"""The state rows over a real PostgreSQL: what moved nothing writes nothing, and nobody does work twice."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from gateway.domain.record import FailureRow, ResultRow
from gateway.errors import DataRefused
from gateway.ports import Expired, Message, Published, Settlement
from gateway.store.database import Database
from gateway.store.records import PostgresRecords
from gateway.store.work import PostgresWork
from tests.gateway.store import rows

MINUTE = timedelta(minutes=1)


async def received(work: PostgresWork, *, body: bytes = b"ISA...", **changes: object) -> UUID:
    row = rows.transmission(body, **changes)
    receipt = await work.receive([row], [(row.id, 0, body)])
    assert receipt[row.id].transmission == row.id
    return row.id


async def settled_with_delivery(work: PostgresWork, **changes: object) -> UUID:
    transmission = await received(work)
    claim = rows.new_id()
    await work.claim_transmissions([transmission], claim=claim, lasting=MINUTE)
    delivery = rows.delivery(transmission, **changes)
    async with work.settlement() as session:
        await session.settle(claim, Settlement(transmissions=[(transmission, "translated")], deliveries=[delivery]))
    return delivery.id


async def settled(work: PostgresWork, claim: UUID, settlement: Settlement) -> None:
    async with work.settlement() as session:
        await session.settle(claim, settlement)


async def claim_and_fail(work: PostgresWork, interchange: UUID) -> None:
    async with work.settlement() as session:
        await session.claim_interchange_keys([rows.interchange_key(interchange)])
        raise RuntimeError


async def take_and_fail(work: PostgresWork) -> None:
    async with work.settlement() as session:
        await session.take_control_numbers({"a": 5})
        raise RuntimeError


async def deliver(work: PostgresWork, claim: UUID, *results: ResultRow) -> frozenset[UUID]:
    settled = await work.settle_deliveries(
        list(results),
        claim=claim,
        node="n",
        events=[],
        failures=[],
        outbox=[],
        target="odoo",
        strain=0,
    )
    return settled.moved


def doubt(expired: Expired) -> FailureRow:
    return rows.failure(expired.transmission, expired.id, code="in-doubt")


class TestReceive:
    async def test_the_same_id_is_stored_once(self, work: PostgresWork) -> None:
        row = rows.transmission()
        first = await work.receive([row], [(row.id, 0, b"ISA...")])
        second = await work.receive([row], [(row.id, 0, b"ISA...")])
        assert not first[row.id].repeated
        assert second[row.id].repeated

    async def test_the_same_idempotency_key_answers_the_first_transmission(self, work: PostgresWork) -> None:
        one, two = rows.transmission(idempotency_key="k"), rows.transmission(idempotency_key="k")
        await work.receive([one], [(one.id, 0, b"ISA...")])
        receipt = (await work.receive([two], [(two.id, 0, b"ISA...")]))[two.id]
        assert receipt.transmission == one.id
        assert receipt.repeated

    async def test_the_same_key_with_other_content_is_a_conflict(self, work: PostgresWork) -> None:
        one, two = rows.transmission(idempotency_key="k"), rows.transmission(b"other", idempotency_key="k")
        await work.receive([one], [(one.id, 0, b"ISA...")])
        assert (await work.receive([two], [(two.id, 0, b"other")]))[two.id].conflict

    async def test_the_same_key_of_two_partners_on_one_channel_is_no_repeat(self, work: PostgresWork) -> None:
        one = rows.transmission(idempotency_key="k")
        two = rows.transmission(idempotency_key="k", partner="nordmart")
        receipts = await work.receive([one, two], [])
        assert receipts[two.id].transmission == two.id

    async def test_one_batch_may_hold_the_same_key_twice(self, work: PostgresWork) -> None:
        one, two = rows.transmission(idempotency_key="k"), rows.transmission(idempotency_key="k")
        receipts = await work.receive([one, two], [(one.id, 0, b"ISA..."), (two.id, 0, b"ISA...")])
        assert receipts[two.id].transmission == one.id

    async def test_a_large_body_comes_back_whole(self, work: PostgresWork) -> None:
        body = bytes(range(256)) * 12_000
        pieces = [body[start : start + 1_048_576] for start in range(0, len(body), 1_048_576)]
        row = rows.transmission(body)
        await work.receive([row], [(row.id, n, piece) for n, piece in enumerate(pieces)])
        claimed = await work.claim_transmissions([row.id], claim=rows.new_id(), lasting=MINUTE)
        assert claimed[0].body == body


class TestClaims:
    async def test_a_claimed_transmission_is_not_claimed_again(self, work: PostgresWork) -> None:
        transmission = await received(work)
        first = await work.claim_transmissions([transmission], claim=rows.new_id(), lasting=MINUTE)
        second = await work.claim_transmissions([transmission], claim=rows.new_id(), lasting=MINUTE)
        assert (len(first), len(second)) == (1, 0)

    async def test_an_expired_claim_counts_another_start(self, work: PostgresWork) -> None:
        transmission = await received(work)
        await work.claim_transmissions([transmission], claim=rows.new_id(), lasting=timedelta(0))
        again = await work.claim_transmissions([transmission], claim=rows.new_id(), lasting=MINUTE)
        assert again[0].starts == 2

    async def test_a_handed_back_claim_counts_no_start(self, work: PostgresWork) -> None:
        transmission, claim = await received(work), rows.new_id()
        await work.claim_transmissions([transmission], claim=claim, lasting=MINUTE)
        await work.hand_back_transmissions([transmission], claim=claim)
        assert (await work.claim_transmissions([transmission], claim=rows.new_id(), lasting=MINUTE))[0].starts == 1

    async def test_a_renewed_claim_holds_and_another_claim_is_not_renewed_with_it(self, work: PostgresWork) -> None:
        slow, lost, claim = await received(work), await received(work), rows.new_id()
        await work.claim_transmissions([slow], claim=claim, lasting=timedelta(0))
        await work.claim_transmissions([lost], claim=rows.new_id(), lasting=timedelta(0))
        await work.renew_transmissions([slow, lost], [claim], MINUTE)
        free = await work.claim_transmissions([slow, lost], claim=rows.new_id(), lasting=MINUTE)
        assert [transmission.id for transmission in free] == [lost]

    async def test_a_renewed_delivery_does_not_expire(self, work: PostgresWork) -> None:
        slow, lost, claim = await settled_with_delivery(work), await settled_with_delivery(work, target="wms"), rows.new_id()
        await work.claim_deliveries("odoo", limit=1, claim=claim, lasting=timedelta(0))
        await work.claim_deliveries("wms", limit=1, claim=rows.new_id(), lasting=timedelta(0))
        await work.renew_deliveries([slow, lost], [claim], MINUTE)
        assert [e.id for e in await work.expire_deliveries(repeatable=["odoo", "wms"], node="n", failure=doubt)] == [lost]

    async def test_many_claimers_at_once_share_without_overlap(self, work: PostgresWork) -> None:
        ids = [await received(work) for _ in range(20)]
        taken = await asyncio.gather(*(work.claim_transmissions(ids, claim=rows.new_id(), lasting=MINUTE) for _ in range(4)))
        assert sorted(t.id for some in taken for t in some) == sorted(ids)


class TestSettlement:
    async def test_a_lost_claim_writes_nothing(self, work: PostgresWork, database: Database) -> None:
        transmission = await received(work)
        late = rows.new_id()
        await work.claim_transmissions([transmission], claim=late, lasting=timedelta(0))
        await work.claim_transmissions([transmission], claim=rows.new_id(), lasting=MINUTE)
        settlement = Settlement(transmissions=[(transmission, "translated")], deliveries=[rows.delivery(transmission)])
        async with work.settlement() as session:
            assert await session.settle(late, settlement) == frozenset()
        assert (await PostgresRecords(database).counts())["unfinished"] == 0

    async def test_a_claim_settles_once(self, work: PostgresWork) -> None:
        transmission, claim = await received(work), rows.new_id()
        await work.claim_transmissions([transmission], claim=claim, lasting=MINUTE)
        settlement = Settlement(transmissions=[(transmission, "translated")])
        async with work.settlement() as session:
            first = await session.settle(claim, settlement)
        async with work.settlement() as session:
            second = await session.settle(claim, settlement)
        assert (first, second) == (frozenset({transmission}), frozenset())

    async def test_everything_of_a_document_is_written(self, work: PostgresWork, database: Database) -> None:
        transmission, claim = await received(work), rows.new_id()
        await work.claim_transmissions([transmission], claim=claim, lasting=MINUTE)
        interchange = rows.interchange(transmission)
        document = rows.document(transmission, interchange.id)
        settlement = Settlement(
            transmissions=[(transmission, "translated")],
            interchanges=[interchange],
            documents=[document],
            deliveries=[rows.delivery(transmission, document=document.id)],
            events=[rows.event(transmission, document.id)],
            failures=[rows.failure(transmission, document.id), rows.failure(transmission, interchange.id)],
        )
        async with work.settlement() as session:
            await session.settle(claim, settlement)
        story = await PostgresRecords(database).trace("4711")
        assert story is not None
        assert story["transmissions"][0]["interchanges"][0]["documents"][0]["keys"] == {"order": "4711"}
        assert [failure["count"] for failure in story["failures"]] == [2, 2]
        assert len(story["events"]) == 1

    async def test_data_the_database_refuses_is_told_apart_from_an_absent_database(self, work: PostgresWork) -> None:
        transmission, claim = await received(work), rows.new_id()
        await work.claim_transmissions([transmission], claim=claim, lasting=MINUTE)
        bad = Settlement(
            transmissions=[(transmission, "translated")], events=[rows.event(transmission, transmission, steps='"\\u0000"')]
        )
        with pytest.raises(DataRefused):
            await settled(work, claim, bad)

    async def test_a_failed_settlement_frees_its_keys(self, work: PostgresWork) -> None:
        first, second = rows.new_id(), rows.new_id()
        with pytest.raises(RuntimeError):
            await claim_and_fail(work, first)
        async with work.settlement() as session:
            assert await session.claim_interchange_keys([rows.interchange_key(second)]) == {}


class TestKeys:
    async def test_the_second_interchange_learns_who_was_first(self, work: PostgresWork) -> None:
        first, second = rows.new_id(), rows.new_id()
        async with work.settlement() as session:
            assert await session.claim_interchange_keys([rows.interchange_key(first)]) == {}
        async with work.settlement() as session:
            lost = await session.claim_interchange_keys([rows.interchange_key(second, digest=b"other")])
        assert (lost[second].id, lost[second].digest) == (first, b"digest")

    async def test_a_copy_waits_for_an_undecided_first(self, work: PostgresWork) -> None:
        first, second = rows.new_id(), rows.new_id()
        claimed = asyncio.Event()
        decide = asyncio.Event()

        async def undecided() -> None:
            async with work.settlement() as session:
                await session.claim_interchange_keys([rows.interchange_key(first)])
                claimed.set()
                await decide.wait()
                raise RuntimeError

        task = asyncio.create_task(undecided())
        await claimed.wait()

        async def copy() -> object:
            async with work.settlement() as session:
                return await session.claim_interchange_keys([rows.interchange_key(second)])

        waiting = asyncio.create_task(copy())
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
        decide.set()
        assert await waiting == {}
        with pytest.raises(RuntimeError):
            await task

    async def test_an_expired_key_is_free_again(self, work: PostgresWork) -> None:
        async with work.settlement() as session:
            await session.claim_interchange_keys([rows.interchange_key(rows.new_id(), period=timedelta(0))])
        async with work.settlement() as session:
            assert await session.claim_interchange_keys([rows.interchange_key(rows.new_id())]) == {}

    async def test_test_and_production_documents_are_not_duplicates_of_each_other(self, work: PostgresWork) -> None:
        keys = [rows.document_key(rows.new_id()), rows.document_key(rows.new_id(), test=True)]
        async with work.settlement() as session:
            assert await session.claim_document_keys(keys) == {}

    async def test_control_numbers_are_never_given_twice(self, work: PostgresWork) -> None:
        async def take() -> int:
            async with work.settlement() as session:
                return (await session.take_control_numbers({"b": 1, "a": 3}))["a"]

        last = await asyncio.gather(*(take() for _ in range(8)))
        assert sorted(last) == [3 * n for n in range(1, 9)]

    async def test_a_rolled_back_number_is_given_again(self, work: PostgresWork) -> None:
        with pytest.raises(RuntimeError):
            await take_and_fail(work)
        async with work.settlement() as session:
            assert (await session.take_control_numbers({"a": 1}))["a"] == 1


class TestDeliveries:
    async def test_a_result_ends_a_delivery(self, work: PostgresWork) -> None:
        delivery, claim = await settled_with_delivery(work), rows.new_id()
        claimed = await work.claim_deliveries("odoo", limit=10, claim=claim, lasting=MINUTE)
        assert [c.id for c in claimed] == [delivery]
        assert await deliver(work, claim, rows.result(delivery)) == {delivery}
        assert await work.claim_deliveries("odoo", limit=10, claim=rows.new_id(), lasting=MINUTE) == []

    async def test_a_late_result_of_a_lost_claim_moves_nothing(self, work: PostgresWork) -> None:
        delivery, late = await settled_with_delivery(work), rows.new_id()
        await work.claim_deliveries("odoo", limit=10, claim=late, lasting=timedelta(0))
        expired = await work.expire_deliveries(repeatable=["odoo"], node="n", failure=doubt)
        assert [e.state for e in expired] == ["waiting"]
        again = rows.new_id()
        await work.claim_deliveries("odoo", limit=10, claim=again, lasting=MINUTE)
        assert await deliver(work, late, rows.result(delivery)) == frozenset()
        assert await deliver(work, again, rows.result(delivery, attempt=2)) == {delivery}

    async def test_a_target_that_cannot_repeat_is_in_doubt(self, work: PostgresWork) -> None:
        await settled_with_delivery(work)
        await work.claim_deliveries("odoo", limit=10, claim=rows.new_id(), lasting=timedelta(0))
        assert [e.state for e in await work.expire_deliveries(repeatable=[], node="n", failure=doubt)] == ["in_doubt"]

    async def test_a_retry_waits_for_its_time(self, work: PostgresWork) -> None:
        delivery, claim = await settled_with_delivery(work), rows.new_id()
        await work.claim_deliveries("odoo", limit=10, claim=claim, lasting=MINUTE)
        retry = rows.result(delivery, state="waiting", outcome="retry", delay=timedelta(hours=1))
        await deliver(work, claim, retry)
        assert await work.claim_deliveries("odoo", limit=10, claim=rows.new_id(), lasting=MINUTE) == []
        due = await work.next_due("odoo")
        assert due.seconds is not None
        assert 3500 < due.seconds <= 3600

    async def test_a_sequence_goes_one_after_the_other(self, work: PostgresWork) -> None:
        first = await settled_with_delivery(work, sequence_key="4711")
        second = await settled_with_delivery(work, sequence_key="4711")
        other = await settled_with_delivery(work, sequence_key="4712")
        claim = rows.new_id()
        claimed = await work.claim_deliveries("odoo", limit=10, claim=claim, lasting=MINUTE)
        assert [c.id for c in claimed] == [first, other]
        await deliver(work, claim, rows.result(first))
        after = await work.claim_deliveries("odoo", limit=10, claim=rows.new_id(), lasting=MINUTE)
        assert [c.id for c in after] == [second]

    async def test_a_failed_one_holds_its_successors(self, work: PostgresWork) -> None:
        first = await settled_with_delivery(work, sequence_key="4711")
        await settled_with_delivery(work, sequence_key="4711")
        claim = rows.new_id()
        await work.claim_deliveries("odoo", limit=10, claim=claim, lasting=MINUTE)
        await deliver(work, claim, rows.result(first, state="failed", outcome="failed"))
        assert await work.claim_deliveries("odoo", limit=10, claim=rows.new_id(), lasting=MINUTE) == []

    async def test_a_delivery_after_another_is_released_by_its_success(self, work: PostgresWork) -> None:
        first = await settled_with_delivery(work)
        blocked = await settled_with_delivery(work, target="wms", after=first, state="blocked")
        assert await work.claim_deliveries("wms", limit=10, claim=rows.new_id(), lasting=MINUTE) == []
        claim = rows.new_id()
        await work.claim_deliveries("odoo", limit=10, claim=claim, lasting=MINUTE)
        settled = await work.settle_deliveries(
            [rows.result(first)], claim=claim, node="n", events=[], failures=[], outbox=[], target="odoo", strain=0
        )
        assert settled.released == [(blocked, "wms")]

    async def test_priority_goes_before_age(self, work: PostgresWork) -> None:
        await settled_with_delivery(work, priority=2)
        urgent = await settled_with_delivery(work, priority=0)
        claimed = await work.claim_deliveries("odoo", limit=1, claim=rows.new_id(), lasting=MINUTE)
        assert [c.id for c in claimed] == [urgent]


class TestSweeping:
    async def test_unfinished_work_is_found(self, work: PostgresWork) -> None:
        transmission = await received(work, channel="orders")
        assert await work.unfinished_transmissions(older=timedelta(0), limit=10) == [("orders", transmission)]
        assert await work.unfinished_transmissions(older=MINUTE, limit=10) == []

    async def test_what_is_urgent_is_found_first_although_it_came_last(self, work: PostgresWork) -> None:
        for channel in ("nightly", "hourly", "orders"):
            await received(work, channel=channel)
        found = await work.unfinished_transmissions(older=timedelta(0), limit=2, patient=["nightly", "hourly"])
        assert [channel for channel, _ in found] == ["orders", "nightly"]

    async def test_only_confirmed_messages_leave_the_outbox(self, work: PostgresWork, database: Database) -> None:
        async with database.connection() as connection:
            await connection.execute(
                "insert into gateway.outbox (id, exchange, routing_key, headers, body, created_at) "
                "select gen_random_uuid(), 'edi.canonical', n::text, '{}', 'x', now() - interval '1 hour' "
                "from generate_series(1, 3) n"
            )

        async def publish(messages: Sequence[Message]) -> Sequence[Published]:
            return [Published.CONFIRMED, Published.UNROUTABLE, Published.UNKNOWN][: len(messages)]

        assert await work.relay_outbox(publish, older=MINUTE, limit=10) == 2
        assert {level.stage: level.rows for level in await work.queue_levels()}["outbox"] == 1

    async def test_a_lease_has_one_holder_and_a_rising_token(self, work: PostgresWork) -> None:
        assert await work.take_lease("sweep", holder="a", lasting=timedelta(0)) == 1
        assert await work.take_lease("sweep", holder="b", lasting=MINUTE) == 2
        assert await work.take_lease("sweep", holder="a", lasting=MINUTE) is None
        await work.release_lease("sweep", holder="b")
        assert await work.take_lease("sweep", holder="a", lasting=MINUTE) == 3
