"""Transfers for store tests: each with defaults that a test overrides where it matters."""

import hashlib
from typing import Any

from gateway.domain.record import DeliveryRow
from gateway.domain.transfer import TransferReceiptRow, TransferRow, message_key, receipt_row
from gateway.ports import Handover
from gateway.ports.transfers import ArrivedTransfer, Wire
from tests.gateway.store.rows import delivery, failure, new_id

MDN = Wire((("Content-Type", "multipart/report"), ("AS2-From", "NORDIC")), b"processed")


def transfer(body: bytes = b"cipher", *, holds: bytes = b"ISA...", **changes: Any) -> TransferRow:
    identity = changes.pop("message_id", f"<{new_id()}@bigbox>")
    mic = changes.pop("mic", hashlib.sha256(holds).hexdigest())
    row = TransferRow(
        new_id(), "in", "bigbox-as2", "bigbox", "BIGBOX", "NORDIC", identity, message_key(identity, mic), "orders",
        hashlib.sha256(body).digest(), len(body), hashlib.sha256(holds).digest(), mic, "sha-256", '{"digest": "sha256"}',
        "aa" * 32, "bb" * 32, "cc" * 32, "processed", "192.0.2.1", (), None, None, "processed", "answered",
    )  # fmt: skip
    return row._replace(**changes)


def sending(**changes: Any) -> TransferRow:
    started = {"direction": "out", "as2_from": "NORDIC", "as2_to": "BIGBOX", "state": "sending", "receipt_state": "awaited"}
    return transfer(**{**started, "outbound": new_id(), "delivery": new_id(), "disposition": "", **changes})


def arrived(
    body: bytes = b"cipher", *held: bytes, receipt: Wire | None = MDN, failed: bool = False, owed: bool = False, **changes: Any
) -> ArrivedTransfer:
    parts = held or (b"ISA...",)
    handovers = [Handover(new_id(), "bigbox-as2", "bigbox", "orders.edi", part) for part in parts]
    ids = tuple(handover.id for handover in handovers)
    row = transfer(body, holds=b"".join(parts), transmissions=ids, **changes)
    failures, deliveries = [], []
    if failed:
        row = row._replace(state="failed", message_key=None)
        failures.append(failure(ids[0], row.id))
    if owed:
        row = row._replace(receipt_state="owed")
        deliveries.append(owed_receipt(row))
    wire = Wire((("AS2-From", "BIGBOX"), ("Content-Type", "application/pkcs7-mime")), body)
    return ArrivedTransfer(row=row, wire=wire, receipt=receipt, handovers=handovers, failures=failures, deliveries=deliveries)


def owed_receipt(row: TransferRow) -> DeliveryRow:
    options = f'{{"transfer": "{row.id}", "url": "https://as2.bigbox.example/mdn"}}'
    return delivery(row.transmissions[0], target="bigbox-as2", action="receipt", options=options)


def mdn(of: TransferRow, text: bytes = b"processed") -> TransferReceiptRow:
    return receipt_row(of.id, (("Content-Type", "multipart/report"),), text, text.decode())
