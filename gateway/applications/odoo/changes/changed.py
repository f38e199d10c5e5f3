"""The order as its customer wants it by now: what was ordered, with the changes that were carried out in Odoo. Pure.

A change that Odoo does not know yet is no part of it: the order there is still the one before.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import orjson
import structlog
from pydantic import ValidationError

from gateway.applications.odoo.rows import line_external_id
from gateway.domain.order.amended import amended
from gateway.domain.order.line import line_key
from gateway.ports.json import Json
from gateway.ports.originals import Change, Original
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.purchase_order_change import PurchaseOrderChange

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order as it is wanted. `places` are those of lines that changes added, by the external id they were added under."""

    original: Original
    places: Mapping[str, int] = field(default_factory=dict)


def carried_out(changes: Iterable[Change], origin: str) -> list[Change]:
    """The changes whose mark stands in the order's source document."""
    return [one for one in changes if f"~{hashlib.sha256(one.key.encode()).hexdigest()[:10]}" in origin]


def as_wanted(original: Original, changes: Sequence[Change]) -> Wanted:
    """The order after changes; as it was where one of them cannot be read, which is logged."""
    if not changes or not original.received:
        return Wanted(original)
    try:
        received = _amended(original.received, [one.received for one in changes])
        delivered = _amended(original.delivered, [one.delivered for one in changes]) if original.delivered else {}
    except ValidationError as error:
        log.warning("changes_not_read", document=str(original.document), error=str(error))
        return Wanted(original)
    return Wanted(replace(original, received=received, delivered=delivered), dict(_places(delivered or received, changes)))


def _amended(order: Json, changes: Iterable[Json]) -> Json:
    later = [
        PurchaseOrderChange.model_validate(one)
        if str(one.get("schema", "")).startswith("purchase_order_change/")
        else PurchaseOrder.model_validate(one)
        for one in changes
        if (one.get("release") or None) == (order.get("release") or None)
    ]
    after: Json = orjson.loads(amended(PurchaseOrder.model_validate(order), later).to_json())
    return after


def _places(order: Json, changes: Sequence[Change]) -> Iterable[tuple[str, int]]:
    """Where the lines stand that changes have added, from 1."""
    by_number = {line_key(str(line["number"])): place for place, line in enumerate(order["lines"], 1) if line.get("number")}
    for change in changes:
        for ordinal, line in enumerate(change.delivered.get("lines") or [], 1):
            place = by_number.get(line_key(str(line["number"]))) if line.get("number") else None
            if place is not None:
                yield line_external_id(change.key, ordinal), place


def readable(document: Json) -> tuple[Json, frozenset[int]]:
    """The order as it can be read for booking, and the places of lines that were taken back: they are read as if of one."""
    lines: list[dict[str, Any]] = [dict(line) for line in document.get("lines") or []]
    gone = {place for place, line in enumerate(lines) if _is_none(line.get("quantity"))}
    for place in gone:
        lines[place]["quantity"] = {**lines[place]["quantity"], "value": "1"}
    return {**document, "lines": lines}, frozenset(gone)


def _is_none(quantity: Any) -> bool:
    return isinstance(quantity, Mapping) and Decimal(str(quantity.get("value", 1))) == 0
