"""A consumer goes on, whatever the library or the network raises: a queue that nobody consumes would fill in silence."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.broker import consumer as consumers
from gateway.broker.feed import Feed, open_feed
from gateway.broker.rabbitmq import RabbitMQ
from gateway.broker.session import LOST, bounded
from tests.conformance.broker.place import Gathered
from tests.conformance.broker.test_lost_connections import connect
from tests.servers.rabbitmq import RabbitServer

__all__ = ["connect"]

Connect = Callable[..., AbstractAsyncContextManager[RabbitMQ]]


async def test_a_bare_exception_of_the_library_is_a_lost_connection() -> None:
    """So it ends what waits on a connection that was closed without a reason (aiormq)."""

    async def ended() -> None:
        raise Exception from ConnectionError()  # noqa: TRY002 - as it does

    with pytest.raises(ConnectionResetError) as raised:
        await bounded(ended(), within=5)
    assert isinstance(raised.value, LOST)


async def test_any_other_error_is_what_it_is() -> None:
    async def wrong() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await bounded(wrong(), within=5)


@pytest.mark.parametrize("error", [Exception(), KeyError("x"), ConnectionResetError("gone")])
async def test_a_consumer_that_could_not_be_opened_is_opened_again(
    rabbitmq: RabbitServer,
    amqp_host: str,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    really, tries = open_feed, 0

    async def opened(*given: Any, **named: Any) -> Feed[Any]:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise error
        return await really(*given, **named)

    monkeypatch.setattr(consumers, "open_feed", opened)
    gathered, row = Gathered[UUID](), uuid4()
    async with connect(amqp_host, rabbitmq.port) as broker, broker.consume("translate", gathered, batch=10):
        await broker.announce("translate", [row])
        await gathered.has([row])
    assert tries == 3


async def test_a_consumer_whose_channel_breaks_unexpectedly_is_opened_again(
    rabbitmq: RabbitServer,
    amqp_host: str,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    really, broken = Feed.acknowledge, False

    async def acknowledge(feed: Feed[Any], batch: Any) -> None:
        nonlocal broken
        if not broken:
            broken = True
            raise Exception  # noqa: TRY002 - as the library does
        await really(feed, batch)

    monkeypatch.setattr(Feed, "acknowledge", acknowledge)
    gathered, row = Gathered[UUID](), uuid4()
    async with connect(amqp_host, rabbitmq.port) as broker, broker.consume("translate", gathered, batch=10):
        await broker.announce("translate", [row])
        await gathered.calls(2)  # what was not acknowledged comes again
    assert set(gathered.all) == {row}
