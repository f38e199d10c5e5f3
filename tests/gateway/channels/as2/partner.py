"""A partner made by hand: builds messages by the protocol's core, changes them as a test wants, and reads what is answered."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import aiohttp
from aiohttp import web

from gateway.channels.as2.relationship import load_agreed, load_pair
from gateway.protocols.as2 import (
    Attachment,
    BuiltMessage,
    Disposition,
    Encryption,
    Envelope,
    Mdn,
    MdnVerdict,
    Mic,
    Policy,
    ReceiptRequest,
    Received,
    Sent,
    Signing,
    build,
    build_mdn,
    judge_mdn,
    read,
    read_envelope,
)
from tests.gateway.channels.as2.certificates import pair

ASKED = ReceiptRequest(notify="edi@bigbox.example", protocol="pkcs7-signature", micalgs=("sha-256",))
UNSIGNED = ReceiptRequest(notify="edi@bigbox.example")


@dataclass(frozen=True)
class Answered:
    """What the gateway answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    received: Received | None = None

    @property
    def mdn(self) -> Mdn:
        assert self.received is not None
        assert self.received.mdn is not None, (self.status, self.body)
        return self.received.mdn

    @property
    def disposition(self) -> str:
        return self.mdn.disposition_text.partition(";")[2].strip()

    @property
    def signed(self) -> bool:
        assert self.received is not None
        return self.received.signature is not None


class Partner:
    """A partner under a name. `send` builds and posts; `requests` are those that came to his `listen`er."""

    def __init__(self, name: str, other: str) -> None:
        self.name, self.other = name, other
        self.key, self.certificate = load_pair(pair(name).own), load_agreed(pair(other).agreed)
        self.requests: list[tuple[web.Request, bytes]] = []
        self._session: aiohttp.ClientSession
        self._runners: list[web.AppRunner] = []

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._session.close()
        for runner in self._runners:
            await runner.cleanup()

    def build(self, *contents: bytes, names: Sequence[str | None] = (), **changes: Any) -> BuiltMessage:
        parts = contents or (b"ISA*00*",)
        named = [*names, *(["orders.edi"] * len(parts))]
        usual: dict[str, Any] = {
            "sender": self.name,
            "recipient": self.other,
            "message_id": f"<{uuid4()}@{self.name}>",
            "at": datetime.now(UTC),
            "signing": Signing(self.key),
            "encryption": Encryption((self.certificate,)),
            "receipt": ASKED,
        }
        attachments = [Attachment(part, "application/EDI-X12", name) for part, name in zip(parts, named, strict=False)]
        return build(attachments, **{**usual, **changes})

    async def post(
        self, url: str, built: BuiltMessage, *, headers: Mapping[str, str | None] | None = None, body: Any = None
    ) -> Answered:
        """Post a message, some of its headers changed (None: left out), or with another body."""
        changed = {name.lower(): value for name, value in (headers or {}).items()}
        sent = [(name, value) for name, value in built.headers if name.lower() not in changed]
        sent += [(name, value) for name, value in changed.items() if value is not None]
        content = BytesIO(built.body) if body is None else body
        async with self._session.post(url, data=content, headers=sent, skip_auto_headers=["User-Agent"]) as answer:
            return self.read(answer.status, tuple(answer.headers.items()), await answer.read())

    async def send(self, url: str, *contents: bytes, **changes: Any) -> Answered:
        return await self.post(url, self.build(*contents, **changes))

    def read(self, status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> Answered:
        received = None
        if body and any("multipart" in value or "pkcs7" in value for name, value in headers if name.lower() == "content-type"):
            received = read(read_envelope(headers), body, keys=[self.key], certificates=[self.certificate], at=datetime.now(UTC))
        return Answered(status, headers, body, received)

    def judge(self, answered: Answered, built: BuiltMessage) -> MdnVerdict:
        assert answered.received is not None
        signed = built.receipt is not None and built.receipt.signed
        return judge_mdn(answered.received, Sent(built.message_id, built.mic, signed_receipt=signed))

    async def listen(self, handle: Callable[[web.Request, bytes], Awaitable[web.Response]]) -> str:
        """Serve on a free port; answers the address. What came is in `requests` before it is handled."""

        async def serve(request: web.Request) -> web.Response:
            body = await request.read()
            self.requests.append((request, body))
            return await handle(request, body)

        application = web.Application(client_max_size=10**8)
        application.router.add_post("/in", serve)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        self._runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/in"

    def open(self, envelope: Envelope, body: bytes) -> Received:
        """Read a message that came, whatever it lacks."""
        lenient = Policy(require_signature=False, require_encryption=False)
        return read(envelope, body, keys=[self.key], certificates=[self.certificate], at=datetime.now(UTC), policy=lenient)

    def receipt(
        self, request: web.Request, body: bytes, *, disposition: Disposition | None = None, mic: Mic | None = None, **changes: Any
    ) -> web.Response:
        """The receipt for a message that was posted here, true unless told otherwise."""
        envelope = read_envelope(request.headers.items())
        received = self.open(envelope, body)
        mdn = build_mdn(
            changes.pop("original", envelope),
            disposition=disposition or received.disposition,
            mic=mic or received.mic,
            at=datetime.now(UTC),
            **{"message_id": f"<{uuid4()}@{self.name}>", "signing": Signing(self.key), **changes},
        )
        return web.Response(body=mdn.body, headers=list(mdn.headers))


@dataclass
class Gathered:
    """Posts that came to a listener, each answered as the test says next; 204 when it says nothing."""

    answers: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def handle(self, _request: web.Request, body: bytes) -> web.Response:
        self.bodies.append(body)
        return web.Response(status=self.answers.pop(0) if self.answers else 204)
