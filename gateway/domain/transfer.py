"""Transfers: AS2 messages in and out as the store keeps them, and the life of their receipts."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID


class TransferRow(NamedTuple):
    """A message in or out, in the order of `gateway.transfer_v1`.

    `message_id` is as it was written, `message_key` what a copy is recognised by (None when the same may come again).
    `sha256` and `size` are of the body on the wire, `content_sha256` of what it held. Certificates are SHA-256 fingerprints.
    """

    id: UUID
    direction: str
    channel: str
    partner: str | None
    as2_from: str
    as2_to: str
    message_id: str
    message_key: str | None
    subject: str
    sha256: bytes
    size: int
    content_sha256: bytes | None
    mic: str | None
    mic_algorithm: str | None
    algorithms: str
    signed_by: str | None
    encrypted_for: str | None
    receipt_signed_by: str | None
    disposition: str
    remote: str | None
    transmissions: tuple[UUID, ...]
    outbound: UUID | None
    delivery: UUID | None
    state: str
    receipt_state: str


class TransferBodyRow(NamedTuple):
    """A piece of a message as it went over the wire; the header block stands in the first one."""

    transfer: UUID
    ordinal: int
    headers: bytes | None
    bytes: bytes | memoryview


class TransferReceiptRow(NamedTuple):
    """A receipt (MDN), ours or the partner's, as it went over the wire."""

    transfer: UUID
    sha256: bytes
    headers: bytes
    bytes: bytes
    disposition: str


def receipt_row(transfer: UUID, headers: Sequence[tuple[str, str]], body: bytes, disposition: str) -> TransferReceiptRow:
    """A receipt as it is stored."""
    return TransferReceiptRow(transfer, hashlib.sha256(body).digest(), header_block(headers), body, disposition)


def message_key(message_id: str, mic: str) -> str:
    """What a copy of a message is recognised by: its id without brackets, or what it holds when it has none."""
    bare = message_id.strip().strip("<>").strip()
    return f"id:{bare}" if bare else f"mic:{mic}"


def header_block(headers: Sequence[tuple[str, str]]) -> bytes:
    """Headers as they went over the wire, a line each; bytes that are not UTF-8 come back as they were."""
    return "".join([f"{name}: {value}\r\n" for name, value in headers]).encode("utf-8", "surrogateescape")


def read_header_block(block: bytes) -> list[tuple[str, str]]:
    """The headers of a stored block."""
    lines = block.decode("utf-8", "surrogateescape").split("\r\n")
    return [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines if line)]
