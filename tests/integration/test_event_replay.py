"""What was published, once more, for one listener: the same messages, to its queue alone, each once by one run."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.broker.rabbitmq import RabbitMQ
from gateway.errors import PlanRefused
from gateway.operations import batches
from gateway.operations.replay import Asked, keep
from gateway.operations.replay_events import plan_event_replay
from gateway.ports import Message, Published
from gateway.ports.batches import MessageFilter, NewBatch
from gateway.stages.run_batches import RunBatches
from tests.integration.harness import Running, Silent
from tests.integration.replaying import Desk
from tests.integration.test_flow import order
from tests.integration.test_orders import Orders, lines

QUEUE = "billing.events"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ALL = MessageFilter(types=("order.*",), since=LONG_AGO)
Publish = Callable[[Sequence[Message]], Awaitable[Sequence[Published]]]


class Listener:
    """Somebody who listens, and remembers."""

    def __init__(self) -> None:
        self.heard: list[Message] = []

    async def take(self, messages: Sequence[Message]) -> None:
        self.heard += messages

    async def of(self, count: int) -> list[Message]:
        """What was heard, once it is so many."""
        async with asyncio.timeout(10):
            while len(self.heard) < count:
                await asyncio.sleep(0)
        return self.heard

    @property
    def ids(self) -> list[str]:
        return [message.message_id for message in self.heard]


class Scene:
    """A gateway with an order of some milestones, and listeners of its exchanges."""

    def __init__(self, gateway: Running, stack: AsyncExitStack) -> None:
        self.desk, self.orders, self.stack = Desk(gateway), Orders(gateway), stack
        self.gateway = gateway

    async def listen(self, queue: str, exchange: str = "edi.events") -> Listener:
        listener = Listener()
        await self.stack.enter_async_context(self.gateway.broker.subscribe(exchange, "#", listener.take, queue=queue))
        return listener

    async def history(self, number: str = "4711", control: int = 1) -> None:
        """received, accepted, shipped, delivered: four milestones."""
        await self.gateway.send(order(number, control=control))
        await self.orders.process.round()
        for event in ("accepted", "shipped", "delivered"):
            await self.orders.say(event, number=number, lines=lines(line1=10) if event != "accepted" else ())

    async def plan(self, wanted: MessageFilter = ALL, *, queue: str = QUEUE) -> NewBatch:
        asked = Asked(by="ann", reason="its database was restored", rate=1_000)
        return await plan_event_replay(
            self.desk.records, self.gateway.broker.has_queue, queue, wanted, asked, new_id=self.gateway.new_id
        )

    async def confirmed(self, wanted: MessageFilter = ALL) -> NewBatch:
        batch = await keep(self.desk.store, await self.plan(wanted))
        await batches.confirm(self.desk.store, batch.id, expect=batch.plan.count, by="ann")
        async with self.gateway.database.connection() as connection:  # a second ago, so that all of it is due
            await connection.execute("update gateway.batch set next_start_at = next_start_at - interval '1 second'")
        return batch

    def runner(self, publish: Publish) -> RunBatches:
        """The stage, with a broker that a test holds in hand."""
        runner = self.desk.make_runner("other")
        runner._publish = publish
        return runner


@pytest.fixture
async def scene(gateway: Running) -> Any:
    async with AsyncExitStack() as stack:
        yield Scene(gateway, stack)


class TestSame:
    async def test_milestones_come_again_as_they_were_and_to_one_queue_alone(self, scene: Scene) -> None:
        mine, other = await scene.listen(QUEUE), await scene.listen("crm.events")
        await scene.history()
        first = [*await mine.of(4)]
        batch = await scene.confirmed()
        assert batch.plan.effects == {"order.received": 1, "order.accepted": 1, "order.shipped": 1, "order.delivered": 1}
        view = await scene.desk.until(batch, "done")
        assert (view["action"], view["items"], view["reason"]) == ("events", {"done": 4}, "its database was restored")
        again = (await mine.of(8))[4:]
        assert [(m.message_id, m.body) for m in again] == [(m.message_id, m.body) for m in first]
        assert [m.headers for m in again] == [{**m.headers, "replay": "true"} for m in first]
        assert len(other.heard) == 4, "nobody else asked"

    async def test_documents_come_again_as_they_were(self, scene: Scene) -> None:
        mine = await scene.listen(QUEUE, "edi.canonical")
        await scene.history()
        (first,) = await mine.of(1)
        batch = await scene.confirmed(MessageFilter(types=("document.*",), since=LONG_AGO))
        assert batch.plan.effects == {"document.purchase_order.received": 1}
        await scene.desk.until(batch, "done")
        _, again = await mine.of(2)
        assert (again.message_id, again.body) == (first.message_id, first.body)
        assert again.headers == {**first.headers, "replay": "true"}


class TestChosen:
    async def test_by_type_order_partner_and_time(self, scene: Scene) -> None:
        await scene.listen(QUEUE)
        await scene.history()
        await scene.history("4712", control=2)

        async def count(**changed: Any) -> int:
            return (await scene.plan(replace(ALL, **changed))).plan.count

        assert await count() == 8
        assert await count(types=("order.shipped", "order.delivered")) == 4
        assert await count(types=("*",)) == 10, "documents as well"
        assert await count(orders=("4712",), since=None) == 4
        assert await count(partners=("nordmart",)) == 0
        assert await count(until=datetime(2021, 1, 1, tzinfo=UTC)) == 0
        assert await count(since=datetime.now(UTC) + timedelta(hours=1)) == 0
        assert await count(types=("order.s_ipped",)) == 0, "what looks like a pattern of the database is none"

    async def test_what_an_earlier_release_published_is_said_to_be_not_there(self, scene: Scene) -> None:
        await scene.listen(QUEUE)
        await scene.history()
        async with scene.gateway.database.connection() as connection:
            await connection.execute("update gateway.canonical_body set published = null")
        plan = (await scene.plan(replace(ALL, types=("document.*",)))).plan
        (reason,) = plan.refused
        assert (plan.matched, plan.count) == (1, 0)
        assert "replay the message" in reason

    @pytest.mark.parametrize(
        ("queue", "wanted", "says"),
        [
            ("nobody.events", ALL, "There is no queue nobody.events"),
            ("edi.outbound", ALL, "no queue of a listener"),
            ("", ALL, "no queue of a listener"),
            (QUEUE, MessageFilter(types=("order.*",)), "never means everything"),
            (QUEUE, replace(ALL, until=LONG_AGO), "ends before it begins"),
            (QUEUE, replace(ALL, types=("orders",)), "orders is no type"),
            (QUEUE, replace(ALL, types=()), "no type"),
        ],
    )
    async def test_what_makes_no_sense_is_refused(self, scene: Scene, queue: str, wanted: MessageFilter, says: str) -> None:
        await scene.listen(QUEUE)
        with pytest.raises(PlanRefused, match=says):
            await scene.plan(wanted, queue=queue)


class Killed(BaseException):
    """The process is gone."""


class TestOnce:
    async def test_by_two_processes_at_once(self, scene: Scene) -> None:
        mine = await scene.listen(QUEUE)
        for number in range(1, 6):
            await scene.history(f"47{number}", control=number)
        before = len(await mine.of(20))
        await scene.confirmed()
        runners = [scene.desk.make_runner(f"node-{n}") for n in range(3)]
        async with asyncio.timeout(20):
            while any(await asyncio.gather(*(runner.round() for runner in runners))):
                continue
        again = (await mine.of(40))[before:]
        assert sorted(Counter(m.message_id for m in again).values()) == [1] * 20

    @pytest.mark.parametrize("sent", [0, 2, 4])
    async def test_a_process_that_dies_in_the_middle_loses_nothing_and_what_it_had_sent_has_the_same_id(
        self, scene: Scene, sent: int
    ) -> None:
        mine = await scene.listen(QUEUE)
        await scene.history()
        ids = [m.message_id for m in await mine.of(4)]
        batch = await scene.confirmed()

        async def die(messages: Sequence[Message]) -> Sequence[Published]:
            await scene.gateway.broker.publish(messages[:sent])
            raise Killed

        with pytest.raises(Killed):
            await scene.runner(die).round()
        assert (await scene.desk.view(batch))["items"] == {"planned": 4}, "nothing is taken for done that may not be"
        await scene.desk.until(batch, "done")
        again = [m.message_id for m in (await mine.of(8 + sent))[4:]]
        assert again[sent:] == ids
        assert again[:sent] == ids[:sent]

    async def test_what_nobody_knows_the_end_of_is_sent_again_and_the_rest_is_not(self, scene: Scene) -> None:
        await scene.listen(QUEUE)
        await scene.history()
        batch, seen = await scene.confirmed(), list[str]()

        async def half(messages: Sequence[Message]) -> Sequence[Published]:
            seen.extend(m.message_id for m in messages)
            return [Published.CONFIRMED if n % 2 else Published.UNKNOWN for n in range(len(messages))]

        runner = scene.runner(half)
        await runner._begin_items(batch.id)
        first = list(seen)
        await scene.desk.until(batch, "done")
        assert (await scene.desk.view(batch))["items"] == {"done": 4}
        assert len(first) == 4
        for ordinal, item in enumerate(await scene.desk.records.items(batch.id)):
            assert item["state"] == "done", ordinal

    async def test_a_queue_that_is_gone_is_told(self, scene: Scene) -> None:
        await scene.listen(QUEUE)
        await scene.history()
        batch = await scene.confirmed()

        async def unroutable(messages: Sequence[Message]) -> Sequence[Published]:
            return [Published.UNROUTABLE] * len(messages)

        await scene.runner(unroutable).round()
        view = await scene.desk.view(batch)
        assert (view["state"], view["items"]) == ("done", {"failed": 4})
        assert {item["outcome"] for item in await scene.desk.records.items(batch.id)} == {f"there is no queue {QUEUE}"}

    async def test_what_was_purged_since_is_left_out(self, scene: Scene) -> None:
        mine = await scene.listen(QUEUE)
        await scene.history()
        batch = await scene.confirmed()
        async with scene.gateway.database.connection() as connection:
            await connection.execute("delete from gateway.milestone where type = 'order.shipped'")
        await scene.desk.until(batch, "done")
        assert (await scene.desk.view(batch))["items"] == {"done": 3, "skipped": 1}
        assert len(await mine.of(7)) == 7


async def test_rabbitmq_says_whether_there_is_a_queue_and_takes_what_is_for_it(amqp_url: str) -> None:
    broker = RabbitMQ([amqp_url], targets=[], observer=Silent())
    await broker.start()
    listener = Listener()
    try:
        assert not await broker.has_queue(QUEUE)
        async with broker.subscribe("edi.events", "shipped.*", listener.take, queue=QUEUE):
            assert await broker.has_queue(QUEUE)
            given = [Message("", queue, b"{}", "m1", {"replay": "true"}) for queue in (QUEUE, "nobody.events")]
            assert await broker.publish(given) == [Published.CONFIRMED, Published.UNROUTABLE]
            (heard,) = await listener.of(1)
        assert (heard.message_id, heard.headers["replay"]) == ("m1", "true")
        assert not await broker.has_queue("nobody.events"), "asking for one that is not there ends nothing"
    finally:
        await broker.close()
