"""A simulated partner's AS2 system (RFC 4130) on a port of its own: messages signed and encrypted, receipts signed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
    Attachment,
    Encryption,
    Policy,
    ReceiptRequest,
    Sent,
    Signing,
    build,
    build_mdn,
    judge_mdn,
    load_certificate,
    load_own_key,
    read,
    read_envelope,
)

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

    `certificate` is to be agreed with the other side; `theirs` is the other side's. `receipts` counts those given and taken.
    """

    def __init__(self, name: str, other: str, *, theirs: bytes, take: Callable[[bytes], Awaitable[None]]) -> None:
        pair = new_pair(name)
        self.certificate, self.receipts = pair.certificate, 0
        self._name, self._other, self._take = name, other, take
        self._key, self._theirs = load_own_key(pair.certificate, pair.key), load_certificate(theirs)
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where it takes messages."""
        if self._runner is None:
            raise RuntimeError("it does not listen")
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/as2"

    def trust(self, theirs: bytes) -> None:
        """Agree on another certificate with the other side."""
        self._theirs = load_certificate(theirs)

    async def send(self, url: str, contents: bytes, *, file_name: str) -> None:
        """Post a message, and see that its receipt proves what arrived. Raises NotReceived, aiohttp.ClientError."""
        if self._session is None:
            raise RuntimeError("it does not run")
        message = build(
            [Attachment(contents, "application/EDI-X12", file_name)],
            sender=self._name,
            recipient=self._other,
            message_id=f"<{uuid4()}@{self._name}>",
            at=datetime.now(UTC),
            signing=Signing(self._key),
            encryption=Encryption((self._theirs,)),
            receipt=_ASKED,
        )
        async with self._session.post(url, data=message.body, headers=list(message.headers)) as answer:
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
        app.router.add_post("/as2", self._receive)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        envelope, body, now = read_envelope(request.headers.items()), await request.read(), datetime.now(UTC)
        policy = Policy(require_signature=True, require_encryption=True)
        received = read(envelope, body, keys=[self._key], certificates=[self._theirs], at=now, policy=policy)
        for part in received.parts:
            await self._take(part.content)
        receipt = build_mdn(
            envelope,
            disposition=received.disposition,
            mic=received.mic,
            at=now,
            message_id=f"<{uuid4()}@{self._name}>",
            signing=Signing(self._key),
        )
        self.receipts += 1
        return web.Response(body=receipt.body, headers=list(receipt.headers))
