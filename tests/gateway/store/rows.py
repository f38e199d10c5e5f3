"""Rows for store tests: each with defaults that a test overrides where it matters."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.domain.record import (
    DeliveryRow,
    DocumentKeyRow,
    DocumentRow,
    EventRow,
    FailureRow,
    InterchangeKeyRow,
    InterchangeRow,
    ResultRow,
    TransmissionRow,
)
from gateway.system import TimeOrderedIds

new_id = TimeOrderedIds()


def transmission(body: bytes = b"ISA...", **changes: Any) -> TransmissionRow:
    row = TransmissionRow(
        new_id(), "inbox", "bigbox", "orders.edi", None, None, None, False, hashlib.sha256(body).digest(), len(body)
    )
    return row._replace(**changes)


def interchange(of: UUID, **changes: Any) -> InterchangeRow:
    row = InterchangeRow(
        new_id(), of, 1, "x12", "01:BIGBOX", "ZZ:US", "1", False, "bigbox", "accepted", "accepted", 1, 0, 6, None
    )
    return row._replace(**changes)


def document(of: UUID, within: UUID, **changes: Any) -> DocumentRow:
    row = DocumentRow(
        new_id(), of, within, 1, "850", "004010", "0001", "purchase_order", "bigbox", "bigbox-850", "orders", False,
        "accepted", "routed", ("order:4711",),
    )  # fmt: skip
    return row._replace(**changes)


def delivery(of: UUID, **changes: Any) -> DeliveryRow:
    row = DeliveryRow(
        new_id(), of, None, None, "bigbox", "orders", "odoo", "sale_order", "key_1", False, "{}", 0, None, None, "waiting"
    )
    return row._replace(**changes)


def result(of: UUID, attempt: int = 1, **changes: Any) -> ResultRow:
    started = datetime(2026, 11, 21, tzinfo=UTC)
    row = ResultRow(of, attempt, "delivered", timedelta(), "delivered", "", "", "S00001", "{}", started)
    return row._replace(**changes)


def event(of: UUID, subject: UUID, **changes: Any) -> EventRow:
    return EventRow(of, "translate", subject, '[{"what": "interchange"}]', "digest", "node-1")._replace(**changes)


def failure(of: UUID, sample: UUID, **changes: Any) -> FailureRow:
    row = FailureRow(new_id(), "fp-1", "route", "no-route", "bigbox", None, "edi", "No route.", "Add a route.", sample, of)
    return row._replace(**changes)


def interchange_key(within: UUID, **changes: Any) -> InterchangeKeyRow:
    row = InterchangeKeyRow("x12", "01:BIGBOX", "ZZ:US", False, "1", b"digest", within, timedelta(days=400))
    return row._replace(**changes)


def document_key(of: UUID, **changes: Any) -> DocumentKeyRow:
    return DocumentKeyRow("bigbox", "purchase_order", False, "4711", b"digest", of)._replace(**changes)
