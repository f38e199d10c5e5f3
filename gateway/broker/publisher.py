"""Publishing with confirms: many in flight at once, each answered by what is known of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import PublishError
from aiormq.abc import AbstractChannel as Wire
from pamqp.commands import Basic

from gateway.broker.session import LOST, Session, bounded
from gateway.broker.topology import Topology
from gateway.ports import Message, Observer, Published

log = structlog.get_logger(__name__)

_IN_FLIGHT = 200
"""More confirms in flight gain nothing (20 do already) and hold more memory."""
_PERSISTENT = 2
"""Delivery mode of AMQP 0-9-1 for messages that survive the server."""


class Publisher:
    """One channel with confirms on a session. `topology` is asked each time, for it grows with new targets."""

    def __init__(
        self,
        session: Session,
        *,
        topology: Callable[[], Topology],
        declare: Callable[[AbstractConnection], Awaitable[None]],
        observer: Observer,
    ) -> None:
        self._session, self._topology, self._declare, self._observer = session, topology, declare, observer
        self._channel: AbstractChannel | None = None
        self._connection: AbstractConnection | None = None
        self._opening = asyncio.Lock()

    async def publish(self, messages: Sequence[Message]) -> list[Published]:
        """One result per message. A message that finds no queue of ours gets it declared again, and a second chance."""
        results: list[Published] = []
        for start in range(0, len(messages), _IN_FLIGHT):
            results += await self._send(messages[start : start + _IN_FLIGHT])
        lost = [i for i, message in enumerate(messages) if results[i] is Published.UNROUTABLE and self._expected(message)]
        if lost and await self._declare_again():
            for i, result in zip(lost, await self._send([messages[i] for i in lost]), strict=True):
                results[i] = result
        for message, result in zip(messages, results, strict=True):
            self._observer.count("edi_published_total", exchange=message.exchange or "reply", outcome=result.value)
        return results

    def _expected(self, message: Message) -> bool:
        return self._topology().expects(message.exchange, message.routing_key)

    async def _declare_again(self) -> bool:
        log.warning("queues_missing", consequence="they are declared again")
        try:
            await self._declare(self._session.present())
        except LOST as error:
            log.warning("queues_not_declared", error=str(error))
            return False
        return True

    async def _send(self, messages: Sequence[Message]) -> list[Published]:
        try:
            wire = await self._open_channel()
        except LOST as error:
            log.info("publish_channel_not_opened", error=str(error))
            return [Published.UNKNOWN] * len(messages)
        topology = self._topology()
        sent = (self._send_one(wire, message, mandatory=topology.owns(message.exchange)) for message in messages)
        outcomes = await asyncio.gather(*sent, return_exceptions=True)
        return [self._known(outcome) for outcome in outcomes]

    async def _send_one(self, wire: Wire, message: Message, *, mandatory: bool) -> None:
        await wire.basic_publish(
            message.body,
            exchange=message.exchange,
            routing_key=message.routing_key,
            properties=Basic.Properties(
                content_type=message.content_type,
                headers=dict(message.headers),
                delivery_mode=_PERSISTENT,
                message_id=message.message_id,
                correlation_id=message.correlation_id,
                reply_to=message.reply_to,
            ),
            mandatory=mandatory,
            timeout=self._session.patience.publish,
        )

    def _known(self, outcome: BaseException | None) -> Published:
        """What an outcome says. One that took too long makes the connection suspect: its node may hang."""
        match outcome:
            case None:
                return Published.CONFIRMED
            case PublishError():
                return Published.UNROUTABLE
            case TimeoutError() if self._connection is not None:
                self._session.suspect(self._connection)
        log.warning("publish_outcome_unknown", error=str(outcome) or type(outcome).__name__)
        return Published.UNKNOWN

    async def _open_channel(self) -> Wire:
        """The open channel, or a new one; after the server closed one, exchanges may be missing, so they are declared."""
        async with self._opening:
            connection = self._session.present()
            if self._channel is None or self._channel.is_closed or self._connection is not connection:
                if self._connection is connection:
                    await self._declare(connection)
                channel = connection.channel(publisher_confirms=True, on_return_raises=True)
                await bounded(channel.initialize(), within=self._session.patience.connect)
                self._channel, self._connection = channel, connection
            return await self._channel.get_underlay_channel()
