"""Interchanges to a partner by AS2, and receipts that he asked to be sent by a request of their own.

Message-ID, MIC and what is hashed are committed before the first byte leaves, so that no receipt can overtake us. Whether to try
again is decided by the table of the protocol; when is decided by the deliver stage.
"""

import asyncio
import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

import orjson
import structlog

from gateway.channels.as2.answering import host_of
from gateway.channels.as2.arrival import content_digest
from gateway.channels.as2.connection import AddressRefused, Answer, Connection, NoAnswer, check_receipt_url
from gateway.channels.as2.inbound import IN_A_THREAD
from gateway.channels.as2.receipts import Receipts
from gateway.channels.as2.relationship import Relationship
from gateway.domain.storable import storable
from gateway.domain.transfer import TransferRow, message_key
from gateway.errors import GatewayError
from gateway.ports import Clock, Outcome, OutcomeKind, Parcel
from gateway.ports.transfers import SentTransfer, Transfers, Wire
from gateway.protocols.as2 import (
    Attachment,
    Broken,
    BuiltMessage,
    CannotBuild,
    Cipher,
    Compression,
    Digest,
    Encryption,
    KeyTransport,
    MdnOutcome,
    ReceiptRequest,
    Received,
    SignatureScheme,
    Signing,
    TransferEncoding,
    build,
    decide_retry,
    encryption_certificate,
    read,
    read_envelope,
    signing_key,
)

_log = structlog.get_logger(__name__)

_PROVEN = frozenset({"verified", "warned"})


class As2Outbound:
    """The way to one partner. `idempotent` as agreed: he does nothing twice under one Message-ID."""

    def __init__(
        self,
        relationship: Relationship,
        *,
        transfers: Transfers,
        receipts: Receipts,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        options = relationship.options
        self.id = relationship.channel
        self.idempotent = options.recognises_copies
        self._relationship, self._options = relationship, options
        self._transfers, self._receipts = transfers, receipts
        self._clock, self._new_id = clock, new_id
        self._connection = Connection(tls=options.tls, timeout=options.timeout, at_once=options.concurrency)
        self._guarded = Connection(tls=options.tls, timeout=options.timeout, guarded=relationship.agreed_hosts)
        self._slots = asyncio.Semaphore(options.concurrency)

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        """Send messages, or receipts (action "receipt"); one outcome per parcel."""
        return await asyncio.gather(*(self._send(parcel) for parcel in parcels))

    async def close(self) -> None:
        """End the connections."""
        await self._connection.close()
        await self._guarded.close()

    async def _send(self, parcel: Parcel) -> Outcome:
        async with self._slots:
            try:
                return await (self._send_receipt(parcel) if parcel.action == "receipt" else self._send_message(parcel))
            except CannotBuild as error:
                message = f"{error} {error.remedy}".strip()
                return Outcome(parcel.delivery, OutcomeKind.FAILED, "message-not-built", message)
            except NoAnswer as error:
                return self._unanswered(parcel, error)
            except GatewayError as error:  # the evidence could not be written: nothing may leave, or nothing is proved yet
                return Outcome(parcel.delivery, OutcomeKind.RETRY, "evidence-not-written", str(error))

    # -------------------------------------------------------------------------------------------- messages

    async def _send_message(self, parcel: Parcel) -> Outcome:
        making = partial(self.build, parcel)
        built = await asyncio.to_thread(making) if len(parcel.content) > IN_A_THREAD else making()
        row = self._row(parcel, built)
        sent = await self._transfers.prepare(row, Wire(built.headers, built.hashed))
        if sent.receipt_state in _PROVEN:
            await self._receipts.tell(sent, sent.receipt_state, sent.disposition)
            return self._proven(parcel, sent, "a receipt had come already")
        answer = await self._connection.post(self._options.url or "", built.headers, built.body, more=self._login())
        return await self._answered(parcel, sent, answer)

    def build(self, parcel: Parcel) -> BuiltMessage:
        """The message of a parcel as it is sent. Its Message-ID and MIC are the same at every attempt. Raises CannotBuild."""
        options, at = self._options, self._clock.now()
        attachment = Attachment(parcel.content, parcel.media_type, parcel.name, TransferEncoding(options.encoding))
        return build(
            [attachment],
            sender=options.ours,
            recipient=options.theirs,
            message_id=f"<{parcel.outbound or parcel.delivery}@{host_of(options.ours)}>",
            at=at,
            signing=self._signing(),
            encryption=self._encryption(),
            compression=Compression(options.compress),
            receipt=self._receipt_request(),
            subject=options.subject.replace("{name}", parcel.name),
            # Who wants text wants it in the layers around the document, too.
            encoding=TransferEncoding.BINARY if options.encoding == "binary" else TransferEncoding.BASE64,
        )

    def _signing(self) -> Signing | None:
        options = self._options
        if options.sign is None:
            return None
        return Signing(
            signing_key(self._relationship.keys, self._clock.now()),
            digest=Digest(options.sign),
            scheme=SignatureScheme(options.signature_scheme) if options.signature_scheme else None,
            opaque=options.opaque,
            micalg=options.micalg,
        )

    def _encryption(self) -> Encryption | None:
        options = self._options
        if options.encrypt is None:
            return None
        certificate = encryption_certificate(self._relationship.certificates, self._clock.now())
        return Encryption((certificate,), Cipher(options.encrypt), KeyTransport(options.key_transport))

    def _receipt_request(self) -> ReceiptRequest | None:
        options = self._options
        if options.mdn == "none":
            return None
        return ReceiptRequest(
            notify=options.ours,
            url=options.receipt_url if options.mdn == "async" else None,
            protocol="pkcs7-signature" if options.signed_receipt else "",
            micalgs=(options.micalg or Digest(options.sign or "sha256").micalg,) if options.signed_receipt else (),
        )

    def _row(self, parcel: Parcel, built: BuiltMessage) -> TransferRow:
        mic = str(built.mic).partition(",")[0]
        signing, encryption = built.signing, built.encryption
        return TransferRow(
            id=self._new_id(),
            direction="out",
            channel=self.id,
            partner=self._relationship.partner,
            as2_from=self._options.ours,
            as2_to=self._options.theirs,
            message_id=built.message_id,
            message_key=message_key(built.message_id, mic),
            subject=storable(self._options.subject),
            sha256=Digest.SHA256.of(built.body),
            size=len(built.body),
            content_sha256=content_digest([parcel.content]),
            mic=mic,
            mic_algorithm=built.mic.algorithm.micalg,
            algorithms=orjson.dumps(_algorithms(built)).decode(),
            signed_by=signing.key.certificate.fingerprint if signing else None,
            encrypted_for=encryption.certificates[0].fingerprint if encryption else None,
            receipt_signed_by=None,
            disposition="",
            remote=self._options.url,
            transmissions=(),
            outbound=parcel.outbound,
            delivery=parcel.delivery,
            state="sending",
            receipt_state="none" if self._options.mdn == "none" else "awaited",
        )

    def _login(self) -> dict[str, str]:
        if self._options.login is None:
            return {}
        pair = f"{self._options.login}:{self._options.password or ''}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}

    # -------------------------------------------------------------------------------------------- answers

    async def _answered(self, parcel: Parcel, sent: SentTransfer, answer: Answer) -> Outcome:
        if not 200 <= answer.status < 300:
            outcome = self._again(parcel, answer.status, "", retry_after=answer.get("Retry-After"))
            if outcome.kind is OutcomeKind.FAILED:
                await self._transfers.sent(sent.id, state="refused")
            return outcome
        if self._options.mdn == "sync":
            return await self._receipt(parcel, sent, answer)
        await self._transfers.sent(sent.id, state="sent")
        awaited = "its receipt is awaited" if self._options.mdn == "async" else "no receipt was asked for"
        return self._delivered(parcel, sent, f"taken with status {answer.status}; {awaited}")

    async def _receipt(self, parcel: Parcel, sent: SentTransfer, answer: Answer) -> Outcome:
        """The receipt in the answer. Whatever else the server says, without it nothing is proved."""
        received = self._read(answer)
        if received is None or received.mdn is None:
            await self._transfers.sent(sent.id, state="refused", receipt_state="missing")
            reason = f"the server answered {answer.status}, but without the receipt (MDN) that was asked for"
            remedy = "Ask the partner whether it was processed; if it was not, redeliver."
            return Outcome(parcel.delivery, OutcomeKind.FAILED, "receipt-missing", f"{reason}. {remedy}", response=_told(sent))
        verdict = await self._receipts.judge(sent, received, signed=self._options.signed_receipt)
        wire = Wire(answer.headers, answer.body or b"")
        judged = await self._receipts.record(sent, wire, received, verdict, relationship=self._relationship, alone=False)
        if verdict.accepted:
            return self._proven(parcel, sent, verdict.reason)
        if verdict.outcome in (MdnOutcome.UNVERIFIED, MdnOutcome.OTHER_MESSAGE, MdnOutcome.UNREADABLE):
            await self._transfers.sent(sent.id, state="refused")
        _log.warning("receipt_refuses", channel=self.id, message_id=sent.message_id, outcome=verdict.outcome, state=judged.state)
        message = f"{verdict.reason} {verdict.remedy}".strip()
        return Outcome(parcel.delivery, OutcomeKind.FAILED, f"receipt-{verdict.outcome}", message, response=_told(sent))

    def _read(self, answer: Answer) -> Received | None:
        if not answer.body:
            return None
        options, pairs = self._options, list(answer.headers)
        names = {name.lower() for name, _ in pairs}
        # Some servers leave the names off a synchronous answer: whose it is we know from the connection.
        pairs += [(n, v) for n, v in (("AS2-From", options.theirs), ("AS2-To", options.ours)) if n.lower() not in names]
        return read(
            read_envelope(pairs),
            answer.body,
            keys=self._relationship.keys,
            certificates=self._relationship.certificates,
            at=self._clock.now(),
            policy=self._relationship.policy,
            limits=self._relationship.limits,
        )

    def _again(self, parcel: Parcel, result: int | Broken, told: str, *, retry_after: str = "") -> Outcome:
        decision = decide_retry(result, at=self._clock.now(), retry_after=retry_after)
        kind = OutcomeKind.RETRY if decision.again else OutcomeKind.FAILED
        code = f"http-{result}" if isinstance(result, int) else f"no-answer-{result}"
        message = f"{decision.reason}{f': {told}' if told else ''}"
        return Outcome(parcel.delivery, kind, code, message, retry_after=decision.after, unavailable=decision.again)

    def _unanswered(self, parcel: Parcel, error: NoAnswer) -> Outcome:
        """Sent again under the same Message-ID; but not where a second one would be done a second time."""
        outcome = self._again(parcel, Broken.TIME_OUT if error.timed_out else Broken.CONNECTION, str(error))
        if error.sent and not self.idempotent and parcel.action != "receipt":
            return replace(outcome, kind=OutcomeKind.IN_DOUBT)
        return outcome

    def _proven(self, parcel: Parcel, sent: SentTransfer, reason: str) -> Outcome:
        return self._delivered(parcel, sent, f"the partner's receipt proves that it arrived: {reason}")

    def _delivered(self, parcel: Parcel, sent: SentTransfer, message: str) -> Outcome:
        return Outcome(parcel.delivery, OutcomeKind.DELIVERED, message=message, reference=sent.message_id, response=_told(sent))

    # -------------------------------------------------------------------------------------------- receipts of ours

    async def _send_receipt(self, parcel: Parcel) -> Outcome:
        url, transfer = str(parcel.options.get("url", "")), UUID(str(parcel.options.get("transfer", "")))
        try:
            check_receipt_url(url, self._relationship.agreed_hosts)
        except AddressRefused as error:
            return Outcome(parcel.delivery, OutcomeKind.FAILED, "receipt-address-refused", f"{error}. {error.remedy}".strip())
        receipt = await self._transfers.stored_receipt(transfer)
        if receipt is None:
            return Outcome(parcel.delivery, OutcomeKind.FAILED, "payload-gone", "The receipt was purged before it was sent.")
        answer = await self._guarded.post(url, receipt.headers, receipt.body)
        if not 200 <= answer.status < 300:
            return self._again(parcel, answer.status, "", retry_after=answer.get("Retry-After"))
        await self._transfers.receipt_delivered(transfer)
        return Outcome(
            parcel.delivery, OutcomeKind.DELIVERED, message=f"taken with status {answer.status}", reference=str(transfer)
        )


def _told(sent: SentTransfer) -> dict[str, str | None]:
    return {"message_id": sent.message_id, "mic": sent.mic, "mic_algorithm": sent.mic_algorithm}


def _algorithms(built: BuiltMessage) -> list[dict[str, str | bool]]:
    """What a message was secured with, the outermost layer first, as `arrival.algorithms` tells it of those that come in."""
    layers: list[dict[str, str | bool]] = []
    if built.encryption is not None:
        layers.append({"encrypted": str(built.encryption.cipher), "transport": str(built.encryption.transport)})
    if built.signing is not None:
        layers.append({"signed": str(built.signing.scheme or "as the key"), "digest": str(built.signing.digest)})
    if built.compression is not Compression.NONE:
        layers.append({"compressed": str(built.compression)})
    return layers
