"""The partners of a trial: they send until they are believed, and their mailboxes keep what comes."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count, cycle
from pathlib import Path

import aio_pika
import aiohttp
from aio_pika.exceptions import AMQPError
from aiohttp import web

from tests.acceptance.collecting import found_in
from tests.chaos.load import Load, Sending, Way
from tests.chaos.record import Letter

TOKEN = "a-token-of-the-chaos-suite"
TOKEN_HASH = f"sha256:{hashlib.sha256(TOKEN.encode()).hexdigest()}"
_PAUSE = 0.1


class Senders:
    """All partners. `receivers` names the addresses that may be posted to now; `boxes` holds their folders."""

    def __init__(self, load: Load, *, receivers: Callable[[], Sequence[str]], boxes: Path, amqp_url: str) -> None:
        self.repeats = 0
        self.refusals: list[str] = []
        self._load, self._receivers, self._boxes = load, receivers, boxes
        self._brokers = cycle(amqp_url.split(","))
        self._taken = {sending.id: asyncio.Event() for sending in load.sendings}
        self._turns = asyncio.Semaphore(24)
        self._services = asyncio.Lock()
        self._connection: aio_pika.abc.AbstractConnection | None = None
        self._channel: aio_pika.abc.AbstractChannel | None = None

    def left(self) -> list[str]:
        """What was not taken yet."""
        return [name for name, taken in self._taken.items() if not taken.is_set()]

    async def run(self) -> None:
        """Send all, each at its time, until it is taken."""
        began = asyncio.get_running_loop().time()
        headers = {"Authorization": f"Bearer {TOKEN}"}
        try:
            timeout = aiohttp.ClientTimeout(total=8)
            async with aiohttp.ClientSession(timeout=timeout, headers=headers) as session, asyncio.TaskGroup() as group:
                for sending in self._load.sendings:
                    group.create_task(self._send(sending, session, began))
        finally:
            await self._hang_up()

    async def _send(self, sending: Sending, session: aiohttp.ClientSession, began: float) -> None:
        await asyncio.sleep(began + sending.at - asyncio.get_running_loop().time())
        if sending.after:
            await self._taken[sending.after].wait()
        for _ in range(sending.times):
            for number in count():
                async with self._turns:
                    if await self._taken_now(sending, session, number):
                        break
                self.repeats += 1
                await asyncio.sleep(_PAUSE * min(number + 1, 10))
        self._taken[sending.id].set()

    async def _taken_now(self, sending: Sending, session: aiohttp.ClientSession, number: int) -> bool:
        try:
            if sending.way is Way.FOLDER:
                await asyncio.to_thread(self._put, sending)
                return True
            if sending.way is Way.PUBLISHED:
                async with self._services:
                    await self._publish(sending)
                return True
            return await self._post(sending, session, number)
        except (aiohttp.ClientError, AMQPError, OSError, RuntimeError, TimeoutError):
            return False

    async def _post(self, sending: Sending, session: aiohttp.ClientSession, number: int) -> bool:
        receivers = self._receivers()
        url = f"{receivers[(number + len(sending.body)) % len(receivers)]}/v1/partners/{sending.partner}/interchanges"
        async with session.post(url, data=sending.body, headers={"Idempotency-Key": sending.id}) as answer:
            if answer.status in (200, 202):
                return True
            if answer.status < 500 and answer.status != 429:
                self.refusals.append(f"{sending.id}: {answer.status} {await answer.text()}")
                return True
            return False

    def _put(self, sending: Sending) -> None:
        inbox = self._boxes / sending.partner / "inbox"
        inbox.mkdir(parents=True, exist_ok=True)
        temporary = inbox / f"{sending.id}.tmp"
        temporary.write_bytes(sending.body)
        temporary.rename(inbox / f"{sending.id}.edi")

    async def _publish(self, sending: Sending) -> None:
        """A confirm that is lost means that nobody knows: it is published again under the same message id."""
        try:
            async with asyncio.timeout(5):
                channel = await self._open()
                exchange = await channel.get_exchange("edi.outbound", ensure=False)
                message = aio_pika.Message(sending.body, message_id=sending.id, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
                await exchange.publish(message, f"purchase_order.{sending.partner}", mandatory=True)
        except BaseException:
            await self._hang_up()
            raise

    async def _hang_up(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with suppress(AMQPError, OSError, RuntimeError, TimeoutError):
                async with asyncio.timeout(1):
                    await connection.close()

    async def _open(self) -> aio_pika.abc.AbstractChannel:
        if self._channel is None or self._channel.is_closed:
            self._connection = await aio_pika.connect(next(self._brokers), timeout=3)
            self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        return self._channel


class Mailboxes:
    """What the partners got: files in their folders, and posts to a server of theirs that takes each key once.

    `cutting`: that server keeps what is posted and cuts the connection without an answer.
    """

    def __init__(self, boxes: Path, partners: Sequence[str]) -> None:
        self.cutting = False
        self.url = ""
        self._boxes, self._partners = boxes, partners
        self._posted: dict[Letter, None] = {}
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_post("/{partner}/{name}", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        body = (await request.read()).decode("latin-1")
        self._posted[Letter(request.match_info["partner"], request.headers["Idempotency-Key"], body)] = None
        if self.cutting and request.transport is not None:
            request.transport.abort()
        return web.Response(status=200)

    def letters(self) -> tuple[Letter, ...]:
        """All of it."""
        return (
            *self._posted,
            *(
                Letter(partner, file.name, file.content.decode("latin-1"))
                for partner in self._partners
                for file in found_in(self._boxes / partner / "outbox")
            ),
        )
