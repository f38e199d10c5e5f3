"""Deliveries for tests of REST systems."""

from typing import Any
from uuid import uuid4

from gateway.ports import ApplicationCall


def line(number: str = "1", sku: str = "ANVIL", quantity: str = "3", unit: str = "EA") -> dict[str, Any]:
    return {"number": number, "item": {"identifiers": {"seller": sku}}, "quantity": {"value": quantity, "unit": unit}}


def order(number: str = "4711", *lines: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A purchase order as deliveries carry it."""
    return {"schema": "purchase_order/1", "number": number, "lines": list(lines or (line(),)), **members}


def call(
    document: dict[str, Any] | None = None, *, key: str = "edi_a", action: str = "warehouse_order", attempt: int = 1, **terms: Any
) -> ApplicationCall:
    return ApplicationCall(
        delivery=uuid4(),
        action=action,
        partner=terms.get("partner", "bigbox"),
        document=document if document is not None else order(),
        idempotency_key=key,
        attempt=attempt,
        test=terms.get("test", False),
        options=terms.get("options", {}),
    )
