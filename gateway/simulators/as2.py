"""A simulated partner's AS2 system (RFC 4130) on a port of its own: messages signed and encrypted, receipts signed, unless it is
told to misbehave.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import TracebackType
from typing import Self
from uuid import uuid4

import aiohttp
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from gateway.protocols.as2 import (
    DECRYPTION_FAILED,
    Attachment,
    BuiltMdn,
    Encryption,
    Envelope,
    OwnKey,
    Policy,
    ReceiptRequest,
    Received,
    Sent,
    Signing,
    build,
    build_mdn,
    compute_mic,
    judge_mdn,
    load_certificate,
    load_own_key,
    read,
    read_envelope,
)
from gateway.simulators.partner.manners import Manners, Receipting, Sending

_BEHAVED = Manners()
_USUAL = Policy(require_signature=True, require_encryption=True)
_ASKED = ReceiptRequest(notify="edi@partner.example", protocol="pkcs7-signature", micalgs=("sha-256",))


class NotReceived(Exception):
    """The other side did not give a receipt that proves what it got; the text says what it did instead."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A key with its self-signed certificate, as PEM."""

    certificate: bytes
    key: bytes


def new_pair(name: str) -> Pair:
    """A key of 2,048 bits, and a certificate that holds for a year from an hour ago."""
    key, now = rsa.generate_private_key(public_exponent=65537, key_size=2048), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Pair(certificate.public_bytes(pem), secret)


class As2Partner:
    """A partner under an AS2 name. `take` is handed what comes, once it is opened, before its receipt is given.

    `certificate` is to be agreed with the other side; `theirs` is the other side's. `receipts` counts those given and taken. It
    listens at `port` (0: a free one), and misbehaves as `manners` say, which may change, also in receipts that are asked for on
    another connection.
    """

    def __init__(
        self,
        name: str,
        other: str,
        *,
        theirs: bytes,
        take: Callable[[bytes], Awaitable[None]],
        pair: Pair | None = None,
        port: int = 0,
        manners: Manners = _BEHAVED,
        policy: Policy = _USUAL,
    ) -> None:
        pair = pair or new_pair(name)
        self.certificate, self.receipts = pair.certificate, 0
        self._name, self._other, self._take, self._port, self.manners = name, other, take, port, manners
        self._policy = policy
        self._key, self._theirs = load_own_key(pair.certificate, pair.key), load_certificate(theirs)
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None
        self._late: set[asyncio.Task[None]] = set()

    @cached_property
    def _stranger(self) -> OwnKey:
        """A key that nobody agreed on."""
        pair = new_pair(self._name)
        return load_own_key(pair.certificate, pair.key)

    @property
    def url(self) -> str:
        """Where it takes messages."""
        if self._runner is None:
            raise RuntimeError("it does not listen")
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/as2"

    def trust(self, theirs: bytes) -> None:
        """Agree on another certificate with the other side."""
        self._theirs = load_certificate(theirs)

    async def send(self, url: str, contents: bytes, *, file_name: str, finish: asyncio.Event | None = None) -> None:
        """Post a message, and see that its receipt proves what arrived. Raises NotReceived, aiohttp.ClientError.

        With `finish` the second half of it is kept back until that is set.
        """
        if self._session is None:
            raise RuntimeError("it does not run")
        sending = self.manners.sending
        key = self._stranger if Sending.WRONG_KEY in sending else self._key
        message = build(
            [Attachment(contents, "application/EDI-X12", file_name)],
            sender=self._name,
            recipient=self._other,
            message_id=f"<{uuid4()}@{self._name}>",
            at=datetime.now(UTC),
            signing=None if Sending.UNSIGNED in sending else Signing(key),
            encryption=None if Sending.UNENCRYPTED in sending else Encryption((self._theirs,)),
            receipt=_ASKED,
        )
        data = message.body if finish is None else _halting(message.body, finish)
        async with self._session.post(url, data=data, headers=list(message.headers)) as answer:
            body, headers = await answer.read(), tuple(answer.headers.items())
            if answer.status != 200:
                raise NotReceived(f"the gateway answered {answer.status}: {body[:300].decode(errors='replace')}")
        received = read(read_envelope(headers), body, keys=[self._key], certificates=[self._theirs], at=datetime.now(UTC))
        verdict = judge_mdn(received, Sent(message.message_id, message.mic, signed_receipt=True))
        if not verdict.accepted:
            raise NotReceived(f"the receipt proves nothing: {verdict.reason}")
        self.receipts += 1

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        envelope, body, now = read_envelope(request.headers.items()), await request.read(), datetime.now(UTC)
        received = read(envelope, body, keys=[self._key], certificates=[self._theirs], at=now, policy=self._policy)
        if received.mdn is not None:
            self.receipts += 1
            return web.Response()
        for part in received.parts:
            await self._take(part.content)
        asynchronous = envelope.receipt.url if envelope.receipt is not None else None
        if Receipting.MISSING in self.manners.receipts or envelope.receipt is None:
            return web.Response()
        receipt = self._receipt(envelope, received)
        if asynchronous is not None:
            task = asyncio.create_task(self._hand_in(asynchronous, receipt))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            return web.Response()
        await self._wait()
        self.receipts += 1
        return web.Response(body=receipt.body, headers=list(receipt.headers))

    def _receipt(self, envelope: Envelope, received: Received) -> BuiltMdn:
        manners = self.manners.receipts
        mic, key = received.mic, self._stranger if Receipting.WRONG_KEY in manners else self._key
        if Receipting.WRONG_MIC in manners and mic is not None:
            mic = compute_mic(b"other content", mic.algorithm, spelling=mic.spelling)
        return build_mdn(
            envelope,
            disposition=DECRYPTION_FAILED if Receipting.REFUSED in manners else received.disposition,
            mic=None if Receipting.REFUSED in manners else mic,
            at=datetime.now(UTC),
            message_id=f"<{uuid4()}@{self._name}>",
            signing=None if Receipting.UNSIGNED in manners else Signing(key),
        )

    async def _hand_in(self, url: str, receipt: BuiltMdn) -> None:
        """A receipt by a request of its own."""
        await self._wait()
        if self._session is not None:
            async with self._session.post(url, data=receipt.body, headers=list(receipt.headers)) as answer:
                await answer.read()
        self.receipts += 1

    async def _wait(self) -> None:
        if Receipting.LATE in self.manners.receipts:
            await asyncio.sleep(self.manners.delay)


async def _halting(body: bytes, finish: asyncio.Event) -> AsyncIterator[bytes]:
    """A message whose second half comes only when it is told to."""
    yield body[: len(body) // 2]
    await finish.wait()
    yield body[len(body) // 2 :]
