"""The relay: what a dead writer left is published, once, as long as the broker takes it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from gateway.ports import Message, Published
from gateway.stages.relay_outbox import RelayOutbox
from tests.integration.harness import Silent

Publish = Callable[[Sequence[Message]], Awaitable[Sequence[Published]]]


class Outbox:
    """Messages in the database, as `Work.relay_outbox` handles them: unknown ones stay."""

    def __init__(self, messages: int) -> None:
        self.rows = [Message("edi.canonical", f"k.{n}", b"{}", str(n)) for n in range(messages)]
        self.older: set[timedelta] = set()
        self.rounds = 0
        self.replies: list[Message] = []

    async def relay_outbox(self, publish: Publish, *, older: timedelta, limit: int) -> int:
        self.rounds += 1
        self.older.add(older)
        taken = self.rows[:limit]
        results = await publish(taken) if taken else []
        done = [m for m, result in zip(taken, results, strict=True) if result is not Published.UNKNOWN]
        self.rows = [m for m in self.rows if m not in done]
        return len(done)

    async def relay_replies(self, publish: Publish, *, older: timedelta, limit: int) -> int:
        taken, self.replies = self.replies[:limit], self.replies[limit:]
        await publish(taken)
        return len(taken)


class Exchange:
    """A broker that answers as told and may go away."""

    def __init__(self, *, capacity: int = 10_000, connected: bool = True) -> None:
        self.capacity = capacity
        self.connected = connected
        self.published: list[str] = []

    async def publish(self, messages: Sequence[Message]) -> Sequence[Published]:
        results = []
        for message in messages:
            if len(self.published) >= self.capacity:
                self.connected = False
                results.append(Published.UNKNOWN)
            else:
                self.published.append(message.message_id)
                results.append(Published.CONFIRMED)
        return results


def relay(outbox: Outbox, exchange: Exchange, observer: Silent) -> RelayOutbox:
    return RelayOutbox(work=outbox, broker=exchange, observer=observer, batch=10)  # type: ignore[arg-type]


async def test_all_of_a_long_outbox_goes_out_in_batches_each_once() -> None:
    outbox, exchange, observer = Outbox(37), Exchange(), Silent()
    assert await relay(outbox, exchange, observer).round() == 37
    assert exchange.published == [str(n) for n in range(37)]
    assert outbox.rounds == 4
    assert observer.counts["edi_outbox_relayed_total"] == 37


async def test_only_what_its_writer_had_time_to_publish_itself_is_relayed() -> None:
    outbox = Outbox(1)
    await relay(outbox, Exchange(), Silent()).round()
    assert outbox.older == {timedelta(seconds=2)}


async def test_an_exact_batch_is_followed_by_one_more_look() -> None:
    outbox = Outbox(10)
    assert await relay(outbox, Exchange(), Silent()).round() == 10
    assert outbox.rounds == 2


async def test_a_broker_that_goes_away_keeps_the_rest_for_later_under_the_same_ids() -> None:
    outbox, exchange = Outbox(25), Exchange(capacity=13)
    assert await relay(outbox, exchange, Silent()).round() == 13
    assert [m.message_id for m in outbox.rows] == [str(n) for n in range(13, 25)]
    exchange.capacity, exchange.connected = 100, True
    assert await relay(outbox, exchange, Silent()).round() == 12
    assert exchange.published == [str(n) for n in range(25)]


async def test_without_a_broker_nothing_is_taken() -> None:
    outbox, observer = Outbox(3), Silent()
    assert await relay(outbox, Exchange(connected=False), observer).round() == 0
    assert outbox.rounds == 0
    assert observer.counts == {}


async def test_answers_are_relayed_as_well() -> None:
    outbox, broker = Outbox(1), Exchange()
    outbox.replies = [Message("", "orders.replies", b"{}", f"r.{n}") for n in range(5)]
    answers = RelayOutbox(work=outbox, broker=broker, observer=Silent(), batch=2)  # type: ignore[arg-type]
    assert await answers.round() == 6
    assert sorted(broker.published) == ["0", "r.0", "r.1", "r.2", "r.3", "r.4"]
