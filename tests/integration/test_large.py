"""Large interchanges: stored while they are read, released only when their trailer proved them whole."""

import asyncio
from collections import Counter
from collections.abc import Mapping

import pytest

from gateway.ports import Handover
from gateway.stages.hold import LARGE, derived_id
from gateway.store.database import Database
from gateway.system import TimeOrderedIds
from tests.integration.harness import Running, configuration, running
from tests.translators.x12.orders import body_850, order_850

COUNT = 1_300


def large(*, control: int = 7, bad: frozenset[int] = frozenset(), trailer: str | None = None) -> bytes:
    """One interchange of many orders, above the size at which it is held."""
    envelope = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=control, order_number="X").decode()
    head, rest = envelope.split("ST*", 1)
    tail = rest.split("GE*1", 1)[1]
    sets = []
    for number in range(1, COUNT + 1):
        segments = body_850(order_number=f"L{control}-{number}", reference=f"{number:04}")
        if number in bad:
            segments[1] = segments[1].replace("BEG*00*", "BEG**")
        sets.append("~".join(segments) + "~")
    body = head + "".join(sets) + f"GE*{COUNT}" + tail
    if trailer is not None:
        body = body[: body.rindex("IEA")] + trailer
    assert len(body) > LARGE
    return body.encode()


async def released(gateway: Running, *, within: float = 60) -> None:
    async with asyncio.timeout(within):
        while (await levels(gateway)).get("release", 0):
            await gateway.database.fetch("counts")


async def levels(gateway: Running) -> Mapping[str, int]:
    return {level.stage: level.rows for level in await gateway.work.queue_levels()}


async def states(gateway: Running) -> Counter[str]:
    async with gateway.database.connection() as connection:
        rows = await connection.fetch("select state from gateway.document")
    return Counter(row["state"] for row in rows)


@pytest.mark.timeout(120)
class TestLarge:
    async def test_every_order_is_delivered_once_and_the_bad_one_is_rejected(self, gateway: Running) -> None:
        transmission = await gateway.send(large(bad=frozenset({600})))
        await released(gateway)
        view = await gateway.delivered(transmission)
        assert await states(gateway) == {"routed": COUNT - 1, "rejected": 1}
        async with gateway.database.connection() as connection:
            published = await connection.fetchval("select count(*) from gateway.canonical_body where published ->> 'id' <> ''")
        assert published == COUNT - 1, "they can be published again"
        numbers = Counter(delivery.idempotency_key for delivery in gateway.targets["odoo"].made)
        async with asyncio.timeout(60):
            while len(numbers) < COUNT - 1:
                await gateway.database.fetch("counts")
                numbers = Counter(delivery.idempotency_key for delivery in gateway.targets["odoo"].made)
        assert set(numbers.values()) == {1}
        acknowledgement = view["interchanges"][0]["acknowledgements"][0]
        assert acknowledgement["verdict"] == "partly_accepted"
        content = gateway.targets["bigbox-folder"].made[0].content
        assert content is not None
        assert f"AK9*P*{COUNT}*{COUNT}*{COUNT - 1}".encode() in content
        assert b"AK2*850*0600" in content

    async def test_nothing_goes_further_when_the_trailer_is_wrong(self, gateway: Running) -> None:
        transmission = await gateway.send(large(trailer="IEA*1*000000999~"))
        view = await gateway.view(transmission)
        assert view["interchanges"][0]["state"] == "refused"
        assert await states(gateway) == {"refused": COUNT}
        assert gateway.targets["odoo"].made == []

    async def test_a_repeat_is_recognised_and_its_documents_are_refused(self, gateway: Running) -> None:
        await gateway.send(large())
        await released(gateway)
        view = await gateway.view(await gateway.send(large()))
        assert view["interchanges"][0]["state"] == "duplicate"
        assert await states(gateway) == {"routed": COUNT, "refused": COUNT}

    async def test_orders_known_already_are_skipped_one_by_one(self, gateway: Running) -> None:
        one = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=99, order_number="L7-5")
        await gateway.delivered(await gateway.send(one))
        await gateway.send(large())
        await released(gateway)
        assert await states(gateway) == {"routed": COUNT, "duplicate": 1}

    async def test_a_reading_that_broke_off_is_continued_without_doubling(self, postgres_url: str, database: Database) -> None:
        async with running(postgres_url, database, configuration()) as gateway:
            hold, stored = gateway.translate._hold, 0
            original = hold._write

            async def breaking(*arguments: object) -> None:
                nonlocal stored
                await original(*arguments)  # type: ignore[arg-type]
                stored += 1
                if stored == 3:
                    raise ConnectionResetError

            hold._write = breaking  # type: ignore[method-assign,assignment]
            handover = Handover(gateway.new_id(), "bigbox-folder", "bigbox", "large.edi", large(), wait=True)
            gateway.receive._announce = ignore
            await gateway.receive.receive(handover)
            claim = gateway.new_id()
            lasting = gateway.translate._claims.lasting
            claimed = await gateway.work.claim_transmissions([handover.id], claim=claim, lasting=lasting)
            with pytest.raises(ConnectionResetError):
                await hold.read(claimed[0], claim, gateway.settings)
            assert 0 < sum((await states(gateway)).values()) < COUNT
            await gateway.work.hand_back_transmissions([handover.id], claim=claim)
            await gateway.translate.handle([handover.id])
            await released(gateway)
            assert await states(gateway) == {"routed": COUNT}


async def ignore(_ids: object) -> None:
    """Nobody is told."""


def test_the_interchanges_of_a_held_transmission_have_the_same_ids_at_every_reading() -> None:
    transmission = TimeOrderedIds()()
    ids = [derived_id(transmission, ordinal) for ordinal in range(1, 50)]
    assert len(set(ids)) == 49
    assert ids == [derived_id(transmission, ordinal) for ordinal in range(1, 50)]
    assert all(identifier.version == 7 for identifier in ids)
