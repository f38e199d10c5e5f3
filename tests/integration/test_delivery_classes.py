"""A batch never holds up an order: not at delivery, not at translation, not at the release of large interchanges."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from gateway.domain.record import BodyRow
from gateway.ports import ClaimedDelivery, Handover, Outcome, OutcomeKind, Settlement
from gateway.stages.attempt import Target
from gateway.stages.claims import HeldClaims
from gateway.stages.deliver import Deliver
from gateway.stages.translate import Translate
from gateway.stages.translate_apart import TranslateApart
from gateway.store.database import Database
from gateway.store.work import PostgresWork
from gateway.system import SystemClock, TimeOrderedIds
from tests.gateway.store import rows
from tests.integration.harness import Running, Silent, at_work
from tests.translators.x12.orders import order_850

new_id = TimeOrderedIds()
BATCH = 20_000
QUEUED = """
insert into gateway.delivery (id, transmission, partner, route, target, action, idempotency_key, test, options, priority, state,
  place, sequence_key, sequence_wait)
select gen_random_uuid(), $1, 'bigbox', 'stock', 'odoo', 'sale_order', n::text, false, '{}', 2, 'waiting', n,
  case when n % 2 = 0 then 'odoo:bigbox:' || n % 1000 end, '10 minutes'
from generate_series(1, $2::integer) as n"""


class Busy:
    """A target whose batch calls take for ever, until they are let go; orders are answered at once."""

    def __init__(self) -> None:
        self.let, self.begun, self.ordered = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.made: list[UUID] = []

    async def make(self, deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
        self.made += [d.id for d in deliveries]
        if {d.priority for d in deliveries} == {0}:
            self.ordered.set()
        else:
            self.begun.set()
            await self.let.wait()
        return [Outcome(d.id, OutcomeKind.DELIVERED) for d in deliveries]


@asynccontextmanager
async def delivering(work: PostgresWork, target: Busy, *, processes: int = 1) -> AsyncIterator[list[Deliver]]:
    async def wake(_: str) -> None: ...

    delivers = [
        Deliver(
            target=Target(id="odoo", make=target.make, idempotent=True, concurrency=2, owner="operations"),
            work=work, clock=SystemClock(), observer=Silent(), new_id=new_id, chance=random.Random(n), node=f"n{n}",
            configuration=lambda: "digest", claims=HeldClaims(work.renew_deliveries), wake=wake, poll=0.05,
        )
        for n in range(processes)
    ]  # fmt: skip
    async with at_work(*(one.run() for one in delivers)):
        try:
            yield delivers
        finally:
            target.let.set()


async def received(work: PostgresWork) -> UUID:
    row = rows.transmission()
    await work.receive([row], [(row.id, 0, b"ISA...")])
    return row.id


async def settled(work: PostgresWork, transmission: UUID, **order: int) -> UUID:
    claim = rows.new_id()
    await work.claim_transmissions([transmission], claim=claim, lasting=timedelta(minutes=1))
    delivery = rows.delivery(transmission, **order)
    async with work.settlement() as session:
        await session.settle(claim, Settlement(
            transmissions=[(transmission, "translated")], deliveries=[delivery], events=[rows.event(transmission, transmission)]
        ))  # fmt: skip
    return delivery.id


async def test_behind_twenty_thousand_of_a_batch_an_order_is_the_next_call(database: Database) -> None:
    work, target = PostgresWork(database), Busy()
    batch = await received(work)
    await settled(work, batch, priority=2)
    async with database.connection() as connection:
        await connection.execute(QUEUED, batch, BATCH)
    async with delivering(work, target, processes=2) as delivers, asyncio.timeout(60):
        await target.begun.wait()
        before = len(target.made)
        order = await settled(work, await received(work), priority=0)
        delivers[0].wake()
        await target.ordered.wait()  # the calls of the batch are still under way
        assert order in target.made
        assert before <= len(target.made) - 1 <= 2 * 20, "at most one call of each process went before it"


async def test_a_small_transmission_does_not_wait_for_a_large_one(gateway: Running) -> None:
    """The large one is there first, announced in the same breath; what is small is translated and the large one left."""
    left: list[UUID] = []
    translate = _translate(gateway, left)
    large, small = [
        Handover(new_id(), "bigbox-folder", "bigbox", "f.edi", body, wait=False)
        for body in (b"\n" * 1_200_000 + _order(1), _order(2))
    ]
    stored = [
        rows.transmission(one.body, id=one.id, channel=one.channel, partner=one.partner) for one in (large, small)
    ]  # not by the intake, which would announce them
    pieces = [(large.id, n, bytes(large.body[n << 20 : (n + 1) << 20])) for n in range(2)]
    await gateway.work.receive(stored, [*pieces, (small.id, 0, small.body)])
    await translate.handle([large.id, small.id])
    assert left == [large.id]
    states = [(await gateway.view(one.id))["state"] for one in (large, small)]
    assert states == ["received", "translated"]
    apart = TranslateApart(_translate(gateway, None))
    async with at_work(apart.run()):
        apart.leave(left)
        async with asyncio.timeout(20):
            while (await gateway.view(large.id))["state"] == "received":
                await gateway.database.fetch("counts")
    assert (await gateway.view(large.id))["state"] == "translated"


def _order(number: int) -> bytes:
    return order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=number, order_number=f"S{number}")


def _translate(gateway: Running, left: list[UUID] | None) -> Translate:
    return Translate(
        work=gateway.work, publish=gateway.translate._publish, configuration=lambda: gateway.settings, clock=SystemClock(),
        observer=Silent(), new_id=new_id, node="n", claims=HeldClaims(gateway.work.renew_transmissions),
        leave=left.extend if left is not None else None,
    )  # fmt: skip


async def test_large_interchanges_take_turns(database: Database) -> None:
    work = PostgresWork(database)
    interchanges = []
    for _ in range(2):
        transmission, claim = await received(work), rows.new_id()
        interchange = rows.interchange(transmission)
        documents = [rows.document(transmission, interchange.id, ordinal=n, state="pending") for n in range(1, 5)]
        await work.claim_transmissions([transmission], claim=claim, lasting=timedelta(minutes=1))
        async with work.settlement() as session:
            await session.settle(claim, Settlement(
                transmissions=[(transmission, "translated")], interchanges=[interchange], documents=documents,
                events=[rows.event(transmission, transmission)],
                canonical=[BodyRow(transmission, one.id, b"{}") for one in documents],
            ))  # fmt: skip
        interchanges.append(interchange.id)
    first, second = sorted(interchanges)
    async with work.release() as session:
        begun = await session.lock_pending_documents(2, UUID(int=0))
        assert [(one.interchange, one.ordinal) for one in begun] == [(first, 1), (first, 2)]
        next_turn = await session.lock_pending_documents(2, first)
        assert [(one.interchange, one.ordinal) for one in next_turn] == [(second, 1), (second, 2)]
        assert await session.lock_pending_documents(2, second) == []
