"""What is committed of a message before it is answered: pure, from what was read to the rows of the evidence."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import NamedTuple
from uuid import UUID

import orjson

from gateway.channels.as2.relationship import Relationship
from gateway.domain.failure import fingerprint
from gateway.domain.record import DeliveryRow, EventRow, FailureRow
from gateway.domain.storable import storable, storable_json, storable_key
from gateway.domain.transfer import TransferRow, message_key
from gateway.ports import Handover
from gateway.ports.transfers import ArrivedTransfer, Wire
from gateway.protocols.as2 import CompressedLayer, Disposition, EncryptedLayer, Received, SignedLayer

_PLAIN_NAME = re.compile(r"[^/\\:.][^/\\:]*")
"""A name without folders or drives, as nearly all are."""

STRANGERS = "as2"
"""The channel of messages from senders that no channel is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with a message: for its owner. `state` is what the transfer ends in."""

    code: str
    message: str
    remedy: str
    state: str = "failed"


class Arrival(NamedTuple):
    """A message as it came, with what was read of it, what is answered, and what is wrong with it, if anything."""

    id: UUID
    received: Received
    wire: Wire
    relationship: Relationship | None
    disposition: Disposition
    trouble: Trouble | None = None
    receipt: Wire | None = None
    receipt_signed_by: str | None = None
    owed_to: str | None = None
    remote: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """What rows are made with. `owner` answers for strangers."""

    new_id: Callable[[], UUID]
    owner: str
    node: str
    configuration: Callable[[], str]

    def transfer(self, arrival: Arrival) -> ArrivedTransfer:
        """All that commits with a message."""
        handovers, secured = self._handovers(arrival), algorithms(arrival.received)
        row = _row(arrival, tuple([handover.id for handover in handovers]), secured)
        return ArrivedTransfer(
            row=row,
            wire=arrival.wire,
            receipt=arrival.receipt,
            handovers=handovers,
            deliveries=[self.owed(row.transmissions[0], row.id, arrival)] if arrival.owed_to else (),
            failures=[self._failure(arrival, arrival.trouble, row)] if arrival.trouble else (),
            events=[self._event(row, arrival, secured)],
        )

    def owed(self, transmission: UUID, transfer: UUID, arrival: Arrival) -> DeliveryRow:
        """An asynchronous receipt: a delivery like any other, with retries of its own."""
        channel = arrival.relationship.channel if arrival.relationship else STRANGERS
        url = arrival.owed_to or ""
        identity = self.new_id()
        return DeliveryRow(
            id=identity,
            transmission=transmission,
            document=None,
            outbound=None,
            partner=arrival.relationship.partner if arrival.relationship else None,
            route=None,
            target=channel,
            action="receipt",
            idempotency_key=f"receipt_{identity.hex}",
            test=False,
            options=storable_json({"transfer": str(transfer), "url": url}),
            priority=0,
            sequence_key=None,
            after=None,
            state="waiting",
        )

    def _handovers(self, arrival: Arrival) -> list[Handover]:
        envelope = arrival.received.envelope
        parts = [(part.content, part.name) for part in arrival.received.parts]
        if arrival.trouble is not None or not parts:
            parts = [(arrival.wire.body, None)]
        return [
            Handover(
                id=self.new_id(),
                channel=arrival.relationship.channel if arrival.relationship else STRANGERS,
                partner=arrival.relationship.partner if arrival.relationship else None,
                name=file_name(name) or envelope.message_id or str(arrival.id),
                body=content,
                traceparent=arrival.traceparent,
                remote=arrival.remote,
            )
            for content, name in parts
        ]

    def _failure(self, arrival: Arrival, trouble: Trouble, row: TransferRow) -> FailureRow:
        owner = arrival.relationship.owner if arrival.relationship else self.owner
        return FailureRow(
            id=self.new_id(),
            fingerprint=fingerprint(stage="receive", code=trouble.code, partner=row.partner, route=None),
            stage="receive",
            code=trouble.code,
            partner=row.partner,
            route=None,
            owner=owner,
            message=storable(trouble.message),
            remedy=storable(trouble.remedy) or f"See what was tried: gateway as2 doctor '{row.message_id or row.id}'.",
            sample=row.id,
            transmission=row.transmissions[0],
        )

    def _event(self, row: TransferRow, arrival: Arrival, secured: list[dict[str, object]]) -> EventRow:
        detail = {
            "message_id": row.message_id,
            "from": row.as2_from,
            "to": row.as2_to,
            "mic": row.mic,
            "disposition": row.disposition,
            "signed_by": row.signed_by,
            "encrypted_for": row.encrypted_for,
            "algorithms": secured,
            "receipt": "asynchronous" if arrival.owed_to else row.receipt_state,
        }
        steps = storable_json([{"what": "as2_message", "detail": {name: value for name, value in detail.items() if value}}])
        return EventRow(row.transmissions[0], "receive", row.id, steps, self.configuration(), self.node)


def _row(arrival: Arrival, transmissions: tuple[UUID, ...], secured: list[dict[str, object]]) -> TransferRow:
    received, envelope, body = arrival.received, arrival.received.envelope, arrival.wire.body
    mic = None if received.mic is None else str(received.mic).partition(",")[0]
    signature, encryption = received.signature, received.encryption
    state = arrival.trouble.state if arrival.trouble else "processed"
    digest = hashlib.sha256(body).digest()
    return TransferRow(
        id=arrival.id,
        direction="in",
        channel=arrival.relationship.channel if arrival.relationship else STRANGERS,
        partner=arrival.relationship.partner if arrival.relationship else None,
        as2_from=storable_key(envelope.sender),
        as2_to=storable_key(envelope.recipient),
        message_id=storable_key(envelope.message_id),
        message_key=storable_key(message_key(envelope.message_id, mic or digest.hex())) if state == "processed" else None,
        subject=storable_key(envelope.subject),
        sha256=digest,
        size=len(body),
        content_sha256=content_digest([part.content for part in received.parts]) if received.parts else None,
        mic=mic,
        mic_algorithm=None if received.mic is None else received.mic.algorithm.micalg,
        algorithms=orjson.dumps(secured).decode(),
        signed_by=signature.certificate.fingerprint if signature else None,
        encrypted_for=encryption.certificate.fingerprint if encryption else None,
        receipt_signed_by=arrival.receipt_signed_by,
        disposition=storable_key(str(arrival.disposition)),
        remote=arrival.remote,
        transmissions=transmissions,
        outbound=None,
        delivery=None,
        state=state,
        receipt_state="owed" if arrival.owed_to else "answered" if arrival.receipt else "none",
    )


def content_digest(contents: Sequence[bytes]) -> bytes:
    """What tells whether two messages hold the same, whatever their MICs were made with."""
    if len(contents) == 1:
        return hashlib.sha256(contents[0]).digest()
    return hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in contents)).digest()


def algorithms(received: Received) -> list[dict[str, object]]:
    """What a message was secured with, the outermost layer first."""
    return [_layer(layer) for layer in received.layers]


def _layer(layer: SignedLayer | EncryptedLayer | CompressedLayer) -> dict[str, object]:
    match layer:
        case SignedLayer():
            return {"signed": str(layer.scheme), "digest": str(layer.digest), "opaque": layer.opaque}
        case EncryptedLayer():
            return {"encrypted": str(layer.cipher), "transport": str(layer.transport)}
        case CompressedLayer():
            return {"compressed": layer.compressed, "inflated": layer.inflated}


def file_name(name: str | None) -> str:
    """The last part of a name as it was sent: folders are none of the sender's business."""
    if not name or _PLAIN_NAME.fullmatch(name):
        return name or ""
    return PureWindowsPath(name).name
