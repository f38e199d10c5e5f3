"""One AMQP connection that is kept alive over several addresses. Rotating over nodes is ours: aio-pika knows one address."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from aio_pika import Connection
from aio_pika.abc import AbstractConnection
from aio_pika.connection import make_url
from aio_pika.exceptions import (
    AMQPError,
    AuthenticationError,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
    InvalidFrameError,
    ProbableAuthenticationError,
)
from aiormq.connection import TCPTransportFactory, TLSTransportFactory, TransportFactory
from pamqp.common import FieldTable
from yarl import URL

from gateway.broker.settlement import Pause
from gateway.errors import BrokerUnavailable
from gateway.ports import Observer
from gateway.ports.distrust import Distrust, distrust
from gateway.ports.line import notice_silence

log = structlog.get_logger(__name__)

LOST = (AMQPError, OSError, RuntimeError, TimeoutError)
"""What a broken connection or channel raises; aiormq has RuntimeError for 'closed'."""

_GLANCE = 0.05
"""Seconds for finding out what is known already."""

Prepare = Callable[[AbstractConnection], Coroutine[Any, Any, None]]
Result = TypeVar("Result")


async def bounded(operation: Awaitable[Result], *, within: float) -> Result:
    """Wait for an operation of the client library, at most `within` seconds; raises one of LOST.

    When a connection dies, the library ends some of what waits on it with CancelledError, which would look like our own
    cancellation to the task that waits, and some with a bare Exception, which nobody expects; hence a task of its own and
    ConnectionResetError.
    """
    task = asyncio.ensure_future(operation)
    try:
        await asyncio.wait([task], timeout=within)
    finally:
        finished = task.done()
        task.cancel()
    if not finished:
        raise TimeoutError(f"no answer within {within:g} s")
    if task.cancelled() or type(task.exception()) is Exception:
        raise ConnectionResetError("the connection ended")
    return task.result()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds. A hung node is noticed by `publish` when sending, else after three heartbeats.

    A consumer that heard nothing for `silence` asks whether it is still served. `finish` is what the batch in flight has
    when a consumer is stopped; after it, the handler is cancelled.
    """

    connect: float = 5.0
    publish: float = 5.0
    close: float = 3.0
    finish: float = 10.0
    heartbeat: int = 5
    silence: float = 5.0
    first_pause: float = 0.1
    longest_pause: float = 2.0

    def __post_init__(self) -> None:
        if not 1 <= self.heartbeat <= 10:
            raise ValueError("heartbeat is 1 to 10 seconds: a client on a hung node must notice by itself")


class Session:
    """A connection named `purpose`. `prepare` runs on each new one (declares the topology) before anybody gets it."""

    def __init__(self, urls: Sequence[str], *, purpose: str, prepare: Prepare, patience: Patience, observer: Observer) -> None:
        if not urls:
            raise ValueError("no AMQP address")
        self._urls = list(urls)
        self.patience = patience
        self._purpose, self._prepare, self._observer = purpose, prepare, observer
        self._connection: AbstractConnection | None = None
        self._up = asyncio.Event()
        self._lost = asyncio.Event()
        self._suspected = False
        self._keeper: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether a prepared connection is there now."""
        return self._up.is_set()

    async def start(self) -> None:
        """Try each address once, then keep the connection until `close`. Raises BrokerUnavailable."""
        refusals: list[str] = []
        untrusted: Distrust | None = None
        for _ in range(len(self._urls)):
            try:
                await self._connect()
                break
            except LOST as error:
                refusals.append(f"{_address(self._urls[0])}: {_reason(error)}")
                untrusted = distrust(error) or untrusted
                self._rotate()
        else:
            raise BrokerUnavailable("no RabbitMQ node takes us: " + "; ".join(refusals), remedy=_remedy(refusals, untrusted))
        self._keeper = asyncio.create_task(self._keep(), name=f"amqp-{self._purpose}")

    async def close(self) -> None:
        """Say goodbye and end."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None
        await self._drop()

    async def connection(self) -> AbstractConnection:
        """The connection, as soon as there is one."""
        while self._connection is None:
            await self._up.wait()
        return self._connection

    def present(self) -> AbstractConnection:
        """The connection of this moment; raises ConnectionResetError when there is none."""
        if self._connection is None:
            raise ConnectionResetError("not connected")
        return self._connection

    def suspect(self, connection: AbstractConnection) -> None:
        """This connection does not answer: leave it for the next address, unless its server only has no room for messages."""
        if connection is self._connection:
            self._suspected = True
            self._lost.set()

    async def problem(self, *, within: float) -> str:
        """What is wrong with the connection, asked of the server now; empty when it answers.

        One that does not is left for the next address. A server that takes no messages for a while (its memory or disk is full)
        does not read what is asked, and is not left: it would be no better for a new connection.
        """
        connection = self._connection
        if connection is None:
            return "RabbitMQ is not connected."
        if await self._is_full(connection):
            return "RabbitMQ takes no messages: its memory or disk is full."
        try:
            channel = connection.channel(publisher_confirms=False)
            await bounded(channel.initialize(), within=within)
            await bounded(channel.close(), within=within)
        except LOST as error:
            self.suspect(connection)
            return f"RabbitMQ does not answer: {_reason(error)}."
        return ""

    async def has_queue(self, name: str) -> bool:
        """Whether the server has a queue of this name. Raises BrokerUnavailable."""
        within = self.patience.connect
        try:
            channel = self.present().channel(publisher_confirms=False)
            await bounded(channel.initialize(), within=within)
            try:
                wire = await channel.get_underlay_channel()
                await bounded(wire.queue_declare(name, passive=True), within=within)
            except ChannelNotFoundEntity:
                return False
            finally:
                if not channel.is_closed:
                    await bounded(channel.close(), within=within)
        except LOST as error:
            raise BrokerUnavailable(f"RabbitMQ does not answer: {_reason(error)}", remedy="See with: gateway doctor") from error
        return True

    async def _only_full(self) -> bool:
        """Whether a suspect connection lives, and its server has told that it takes no messages now."""
        self._suspected = False
        connection = self._connection
        if connection is None or connection.is_closed or not await self._is_full(connection):
            return False
        self._lost.clear()
        return not connection.is_closed

    @staticmethod
    async def _is_full(connection: AbstractConnection) -> bool:
        if connection.transport is None:
            return False
        try:
            await bounded(connection.transport.ready(), within=_GLANCE)
        except TimeoutError:
            return True
        except LOST:
            return False
        return False

    async def _keep(self) -> None:
        while True:
            await self._lost.wait()
            if self._suspected and await self._only_full():
                continue
            log.warning("broker_connection_lost", purpose=self._purpose, address=_address(self._urls[0]))
            self._rotate()
            await self._drop()
            await self._reconnect()
            self._observer.count("edi_broker_reconnects_total", purpose=self._purpose)

    async def _reconnect(self) -> None:
        pause = Pause(first=self.patience.first_pause, longest=self.patience.longest_pause)
        while True:
            for _ in range(len(self._urls)):
                try:
                    return await self._connect()
                except LOST as error:
                    log.info("broker_refused", purpose=self._purpose, address=_address(self._urls[0]), error=_reason(error))
                    self._rotate()
            await pause.wait()

    async def _connect(self) -> None:
        """Connect to the first address and prepare; raises one of LOST."""
        url, patience = self._urls[0], self.patience
        name: FieldTable = {"connection_name": f"edi-gateway {self._purpose}"}
        connection = Connection(make_url(url, heartbeat=patience.heartbeat), client_properties=name)
        factory = TLSTransportFactory() if url.startswith("amqps") else TCPTransportFactory()
        connection.kwargs["transport_factory"] = _Watched(factory)
        self._lost = lost = asyncio.Event()
        connection.close_callbacks.add(lambda *_: lost.set())
        try:
            await bounded(connection.connect(), within=patience.connect)
            await bounded(self._prepare(connection), within=patience.connect * 2)
        except BaseException:
            await self._say_goodbye(connection)
            raise
        self._connection = connection
        self._up.set()
        log.info("broker_connected", purpose=self._purpose, address=_address(url))

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._up.clear()
        if connection is not None:
            await self._say_goodbye(connection)

    async def _say_goodbye(self, connection: AbstractConnection) -> None:
        with suppress(*LOST):
            await bounded(connection.close(), within=self.patience.close)

    def _rotate(self) -> None:
        self._urls.append(self._urls.pop(0))


class _Watched(TransportFactory):
    """Makes the line to a server, and lets the kernel watch it."""

    def __init__(self, factory: TransportFactory) -> None:
        self._factory = factory

    async def create(self, url: URL, **terms: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """As the library does it."""
        reader, writer = await self._factory.create(url, **terms)
        notice_silence(writer.get_extra_info("socket"))
        return reader, writer


def _address(url: str) -> str:
    """Host, port and virtual host, without the password."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (5671 if parts.scheme == 'amqps' else 5672)}{parts.path or '/'}"


def _reason(error: BaseException) -> str:
    if isinstance(error, AuthenticationError | ProbableAuthenticationError):
        return "wrong user or password"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, InvalidFrameError) and "Connection.OpenOk" in str(error):
        return "no such virtual host, or not for this user"  # the library hides the server's words behind its own
    if isinstance(error, ChannelPreconditionFailed):
        return f"an exchange or queue exists with other properties: {error}"
    if (why := distrust(error)) is not None:
        return why.why
    return str(error) or type(error).__name__


def _remedy(refusals: Sequence[str], untrusted: Distrust | None) -> str:
    if untrusted is not None:
        return untrusted.remedy
    text = " ".join(refusals)
    if "other properties" in text:
        return "delete the named queue or exchange when it is empty (the gateway declares it again), or use another virtual host"
    if "wrong user" in text:
        return "correct user and password in AMQP_URL, or `rabbitmqctl change_password` on the server"
    if "virtual host" in text:
        return "create it and allow the user on it: `rabbitmqctl add_vhost`, `rabbitmqctl set_permissions`"
    return "start RabbitMQ or correct AMQP_URL; without AMQP_URL the gateway uses its embedded broker"
