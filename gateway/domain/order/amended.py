"""The order as the customer wants it by now: as it was ordered, and changed by what came after. Pure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from gateway.domain.order.line import line_key
from translators.canonical.header import Purpose
from translators.canonical.order import OrderHeader, OrderLine
from translators.canonical.parts import Quantity
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.purchase_order_change import ChangedLine, LineAction, PurchaseOrderChange

_HEADER = frozenset(OrderHeader.model_fields) - {"schema_", "number", "purpose", "issued", "release", "totals", "extras"}
_LINE = frozenset(OrderLine.model_fields) - {"number", "action", "sub_lines"}
_NOTHING = Decimal(0)


def amended(order: PurchaseOrder, later: Iterable[PurchaseOrder | PurchaseOrderChange]) -> PurchaseOrder:
    """The order after what came later, in that order. Lines keep their places; those that were taken back are of nothing."""
    for one in later:
        if isinstance(one, PurchaseOrderChange):
            order = _changed(order, one)
        elif one.purpose in (Purpose.CHANGE, Purpose.REPLACE):
            order = _replaced(order, one)
        elif one.purpose is Purpose.CANCEL:
            order = _cancelled(order)
    return order


def _changed(order: PurchaseOrder, change: PurchaseOrderChange) -> PurchaseOrder:
    if change.purpose is Purpose.CANCEL:
        return _cancelled(order)
    lines = {line_key(line.number or str(place)): line for place, line in enumerate(order.lines, 1)}
    for line in change.lines:
        key = line_key(line.number) if line.number is not None else _same_item(lines, line)
        known = lines.get(key) if key is not None else None
        if known is not None and key is not None:
            lines[key] = _line_after(known, line)
        elif line.action is not LineAction.DELETE:
            lines[key or f"+{len(lines) + 1}"] = OrderLine.model_validate(_said(line, _LINE) | {"number": line.number})
    return order.model_copy(update={**_header(change), "lines": list(lines.values())})


def _replaced(order: PurchaseOrder, by: PurchaseOrder) -> PurchaseOrder:
    """With `replace` only what the new one says holds; with `change` lines that are not named stay."""
    lines = {line_key(line.number or str(place)): line for place, line in enumerate(order.lines, 1)}
    if by.purpose is Purpose.REPLACE:
        lines = {key: _none_of(line) for key, line in lines.items()}
    lines |= {line_key(line.number or str(place)): line for place, line in enumerate(by.lines, 1)}
    return order.model_copy(update={**_header(by), "lines": list(lines.values())})


def _cancelled(order: PurchaseOrder) -> PurchaseOrder:
    return order.model_copy(update={"lines": [_none_of(line) for line in order.lines]})


def _line_after(line: OrderLine, change: ChangedLine) -> OrderLine:
    """A line after what a change says of it; what it leaves open stays."""
    if change.action is LineAction.DELETE:
        return _none_of(line)
    wanted = {name: getattr(change, name) for name in _said(change, _LINE)}
    if change.action in (LineAction.RESCHEDULE, LineAction.PRICE):
        wanted.pop("quantity", None)
    elif change.quantity is None and change.difference is not None:
        before = change.before.quantity if change.before is not None and change.before.quantity is not None else line.quantity
        if before is not None:
            wanted["quantity"] = Quantity(value=before.value + change.difference.value, unit=before.unit)
    if not change.item.identifiers:
        wanted.pop("item", None)
    return line.model_copy(update=wanted)


def _none_of(line: OrderLine) -> OrderLine:
    unit = line.quantity.unit if line.quantity is not None else None
    return line.model_copy(update={"quantity": Quantity(value=_NOTHING, unit=unit), "schedule": []})


def _same_item(lines: dict[str, OrderLine], change: ChangedLine) -> str | None:
    """The only line of the item, where a change names no line."""
    names = set(map(str, change.item.identifiers.items()))
    found = [key for key, line in lines.items() if names & set(map(str, line.item.identifiers.items()))]
    return found[0] if len(found) == 1 else None


def _header(said: OrderHeader) -> dict[str, Any]:
    return {name: getattr(said, name) for name in _said(said, _HEADER)}


def _said(part: Any, names: frozenset[str]) -> dict[str, Any]:
    """The members that a document says something of: absent and empty ones say nothing."""
    return {name: value for name in part.model_fields_set & names if (value := getattr(part, name)) not in (None, [], {}, "")}
