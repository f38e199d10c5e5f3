"""Control numbers that come out of their order: processed, flagged, held or refused, over a real database."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.domain.agreement import SequenceTerms
from gateway.domain.sequence import OutOfSequence
from gateway.ports import Handover
from gateway.store.database import Database
from tests.integration.harness import Running, configuration, running
from tests.translators.x12.orders import order_850

Agreed = Callable[..., AbstractAsyncContextManager[Running]]


@pytest.fixture
def agreed(postgres_url: str, database: Database) -> Agreed:
    """A gateway whose partner's control numbers are treated by a policy."""

    @asynccontextmanager
    async def started(policy: OutOfSequence, *, wait: timedelta = timedelta(hours=1)) -> AsyncIterator[Running]:
        settings = configuration(sequence=SequenceTerms(policy, wait))
        async with running(postgres_url, database, settings) as gateway:
            yield gateway

    return started


def order(control: int) -> bytes:
    return order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=control, order_number=f"PO-{control}")


async def come(gateway: Running, *numbers: int) -> list[UUID]:
    """Interchanges with these numbers come one after the other, each when the one before was settled."""
    return [await gateway.send(order(number)) for number in numbers]


async def hand_over(gateway: Running, number: int) -> UUID:
    """One comes and nobody waits for it."""
    handover = Handover(gateway.new_id(), "bigbox-folder", "bigbox", f"{number}.edi", order(number))
    return (await gateway.receive.receive(handover)).transmission


async def rows(gateway: Running, query: str, *arguments: object) -> list[Any]:
    async with gateway.database.transaction() as connection:
        return [dict(row) for row in await connection.fetch(query, *arguments)]


async def until(gateway: Running, query: str, wanted: Sequence[Any]) -> None:
    """Wait until a query of one column answers this."""
    async with asyncio.timeout(20):
        while [next(iter(row.values())) for row in await rows(gateway, query)] != list(wanted):
            await gateway.sweep.round()


ORDERS = "select d.keys[1] from gateway.document d where state = 'routed' order by d.id"
OPEN = "select code from gateway.failure where state <> 'resolved' order by code"
MISSING = "select number from gateway.missing_number order by number"
WAITING = "select name from gateway.transmission where held_for is not null and state = 'received' order by name"


async def test_whoever_agrees_on_nothing_may_count_as_they_like(agreed: Agreed) -> None:
    async with agreed(OutOfSequence.ACCEPT) as gateway:
        await come(gateway, 5, 9, 2)
        assert await rows(gateway, OPEN) == []


class TestFlag:
    async def test_a_gap_is_processed_and_told_and_closed_when_all_has_come(self, agreed: Agreed) -> None:
        async with agreed(OutOfSequence.FLAG) as gateway:
            await come(gateway, 1, 4)
            await until(gateway, OPEN, ["control-number-gap"])
            await until(gateway, MISSING, [2, 3])
            await come(gateway, 3)
            await until(gateway, OPEN, ["control-number-gap"])
            await come(gateway, 2)
            await until(gateway, OPEN, [])
            await until(gateway, MISSING, [])
            assert len(await rows(gateway, ORDERS)) == 4

    async def test_the_message_names_what_is_missing_and_it_has_an_owner(self, agreed: Agreed) -> None:
        async with agreed(OutOfSequence.FLAG) as gateway:
            await come(gateway, 1, 4)
            (failure,) = await rows(gateway, "select owner, message from gateway.failure")
            assert failure == {"owner": "sales", "message": "Interchange 000000004 came and 2, 3 did not."}

    async def test_a_partner_who_counts_anew_is_told_once(self, agreed: Agreed) -> None:
        async with agreed(OutOfSequence.FLAG) as gateway:
            await come(gateway, 50_000, 1, 2)
            await until(gateway, OPEN, ["control-numbers-restarted"])
            await until(gateway, MISSING, [])


class TestReject:
    @pytest.mark.parametrize("number", [4, 1])
    async def test_another_number_than_the_next_is_refused_and_has_an_owner(self, agreed: Agreed, number: int) -> None:
        async with agreed(OutOfSequence.REJECT) as gateway:
            await come(gateway, 2)
            (refused,) = await come(gateway, number)
            view = await gateway.delivered(refused)
            assert [i["state"] for i in view["interchanges"]] == ["refused"]
            assert [f["code"] for f in view["failures"]] == ["interchange-out-of-sequence"]

    async def test_what_was_refused_may_come_again_in_its_turn(self, agreed: Agreed) -> None:
        async with agreed(OutOfSequence.REJECT) as gateway:
            await come(gateway, 1, 3, 2, 3)
            assert [row["keys"] for row in await rows(gateway, ORDERS)] == ["order:PO-1", "order:PO-2", "order:PO-3"]


class TestHold:
    async def test_what_came_too_early_waits_for_what_is_missing(self, agreed: Agreed) -> None:
        async with agreed(OutOfSequence.HOLD) as gateway:
            await come(gateway, 1)
            for number in (4, 3):
                await hand_over(gateway, number)
                await until(gateway, f"select count(*) from ({WAITING}) as t", [1 if number == 4 else 2])
            assert gateway.observer.counts.get("edi_acknowledgements_total") == 1
            await until(gateway, OPEN, ["control-number-awaited"])
            await come(gateway, 2)
            await until(gateway, ORDERS, ["order:PO-1", "order:PO-2", "order:PO-3", "order:PO-4"])
            await until(gateway, OPEN, [])

    async def test_it_is_processed_and_flagged_when_it_has_waited_long_enough(self, agreed: Agreed) -> None:
        async with agreed(OutOfSequence.HOLD, wait=timedelta(milliseconds=50)) as gateway:
            await come(gateway, 1)
            await hand_over(gateway, 3)
            await until(gateway, ORDERS, ["order:PO-1", "order:PO-3"])
            await until(gateway, OPEN, ["control-number-gap"])
            await come(gateway, 2)
            await until(gateway, OPEN, [])

    async def test_many_in_any_order_are_all_processed_once_and_in_order(self, agreed: Agreed) -> None:
        async with agreed(OutOfSequence.HOLD) as gateway:
            await come(gateway, 1)
            await asyncio.gather(*(hand_over(gateway, number) for number in (7, 3, 9, 2, 8, 5, 10, 4, 6)))
            await until(gateway, f"select count(*) from ({ORDERS}) as t", [10])
            settled = await rows(gateway, "select i.control_number as n from gateway.interchange i order by created_at, id")
            assert [int(row["n"]) for row in settled] == list(range(1, 11))
            await until(gateway, OPEN, [])

    async def test_a_duplicate_is_no_gap(self, agreed: Agreed) -> None:
        async with agreed(OutOfSequence.HOLD) as gateway:
            await come(gateway, 1, 2, 2)
            assert [i["state"] for i in await rows(gateway, "select state from gateway.interchange order by id")] == [
                "accepted", "accepted", "duplicate",
            ]  # fmt: skip
