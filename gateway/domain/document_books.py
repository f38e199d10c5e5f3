"""What canonical documents say that somebody holds: invoices, despatches of a warehouse, stock. Pure, over their JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from gateway.domain.document_path import Json
from gateway.domain.reconciliation import Entry, Scope, Value

Document = Mapping[str, Json]
"""A canonical document, or a part of one."""

_CANCEL, _DUPLICATE = "cancel", "duplicate"


def invoice(document: Document, *, since: datetime, name: str = "invoice") -> Entry:
    """An invoice with its sums, and the net amount of each line."""
    totals = _part(document, "totals")
    values: dict[str, Value] = {
        "net": _amount(totals, "tax_exclusive"),
        "tax": _amount(totals, "tax"),
        "total": _amount(totals, "tax_inclusive") or _amount(totals, "payable"),
        "currency": _text(document, "currency") or _currency(totals),
        "kind": "credit" if name == "credit_note" else "invoice",
    }
    lines = [_invoice_line(line, place) for place, line in enumerate(_parts(document, "lines"), 1)]
    return Entry(_text(document, "number") or "", None, values, since=since, lines=lines or None, changed=since)


def _invoice_line(line: Document, place: int) -> Entry:
    return Entry(f"line {_text(line, 'number') or place}", values={"net": _amount(line, "net")}, aliases=tuple(_items(line)))


def billed(order: str, partner: str | None, documents: Iterable[tuple[str, datetime, Document]]) -> Entry | None:
    """What of an order was invoiced, less what was credited, by line; None where nothing was.

    `documents` are its invoices and credit notes by name and time, in the order in which they were made. One that takes an
    invoice back counts as if that had not been; one that replaces it stands in its place.
    """
    standing: dict[tuple[str, str], tuple[datetime, Document]] = {}
    for name, at, document in documents:
        key, purpose = (name, _text(document, "number") or ""), _text(document, "purpose")
        if purpose == _DUPLICATE:
            continue
        if purpose == _CANCEL:
            standing.pop(key, None)
        else:
            standing[key] = (at, document)
    if not standing:
        return None
    lines: list[Entry] = []
    for (name, _), (_, document) in standing.items():
        lines += _billed_lines(order, document, credit=name == "credit_note")
    names = ", ".join(number for _, number in standing)
    return Entry(order, partner, name=names, since=min(at for at, _ in standing.values()), lines=lines)


def _billed_lines(order: str, document: Document, *, credit: bool) -> Iterator[Entry]:
    usual = order_named(_part(document, "order"))
    for line in _parts(document, "lines"):
        about = _part(line, "order")
        if line.get("part_of") is not None or (order_named(about) or usual) != order:
            continue
        quantity, number, items = _value(line, "quantity"), _text(about, "line"), list(_items(line))
        if quantity is None:
            continue
        key = f"line {number.lstrip('0') or '0'}" if number else next(iter(items), "a line")
        values: dict[str, Value] = {"quantity": -quantity if credit else quantity}
        if not credit:
            values["price"] = price_of(line)
        yield Entry(key, values=values, aliases=tuple(items))


def price_of(line: Document) -> Decimal | None:
    """The price of one unit."""
    price = _part(line, "price")
    amount, basis = _number(price.get("amount")), _value(price, "basis")
    return amount if amount is None or not basis else amount / basis


def prices_of(order: Document) -> Mapping[str, Decimal | None]:
    """The prices of an order, by line."""
    lines = enumerate(_parts(order, "lines"), 1)
    return {(_text(line, "number") or str(place)).lstrip("0") or "0": price_of(line) for place, line in lines}


def order_named(reference: Document) -> str:
    """The number that an order is known by: releases of a blanket order are orders of their own."""
    number, release = _text(reference, "number"), _text(reference, "release")
    return f"{number}/{release}" if number and release else number or ""


def warehouse_shipment(document: Document, scope: Scope, *, since: datetime) -> Entry:
    """What a warehouse says it shipped, under the number of the order that it was given."""
    key = _text(_part(document, "warehouse_order"), "number") or _text(_part(document, "order"), "number") or ""
    lines = [
        Entry(item_key(line, scope), values={"shipped": _value(line, "quantity")}, aliases=tuple(_items(line)))
        for line in _parts(document, "lines")
        if line.get("part_of") is None and _value(line, "quantity") is not None
    ]
    return Entry(key, None, name=_text(document, "number") or "", since=since, lines=lines, changed=since)


def stock(document: Document, scope: Scope, *, told: datetime) -> Iterator[Entry]:
    """What a stock report says of each item, and of each lot where these are looked at."""
    usual = _moment(document.get("as_of"))
    for line in _parts(document, "lines"):
        spoken = _moment(line.get("as_of")) or usual or told
        for lot, quantity in _by_lot(line, scope).items():
            key = item_key(line, scope)
            yield Entry(f"{key} lot {lot}" if lot else key, None, {scope.measure: quantity}, as_of=min(spoken, told))


def _by_lot(line: Document, scope: Scope) -> Mapping[str, Decimal]:
    """By lot (nothing: without one), how much there is. A quantity that names its lots is told lot by lot."""
    found: dict[str, Decimal] = {}
    for stated in _parts(line, "stock"):
        whole = _value(stated, "quantity")
        if _text(stated, "status") != scope.measure or whole is None:
            continue
        named = (_parts(stated, "lots") or _parts(line, "lots")) if scope.lots else ()
        parts = [(_text(lot, "number") or "", _value(lot, "quantity")) for lot in named]
        if len(parts) == 1 and parts[0][1] is None:
            parts = [(parts[0][0], whole)]
        elif not parts or any(quantity is None for _, quantity in parts):
            parts = [("", whole)]
        for number, quantity in parts:
            found[number] = found.get(number, Decimal(0)) + (quantity or Decimal(0))
    return found


def item_key(line: Document, scope: Scope) -> str:
    """What an item is called: by the identifier that the scope names, else by any."""
    return item_of(_part(_part(line, "item"), "identifiers"), scope)


def item_of(identifiers: Document, scope: Scope) -> str:
    """The same of its identifiers."""
    found = identifiers.get(scope.item) or next(iter(identifiers.values()), None)
    first = next(iter(found), None) if isinstance(found, list) else found
    return str(first) if first else "an item without a number"


def _items(line: Document) -> Iterator[str]:
    for scheme, found in _part(_part(line, "item"), "identifiers").items():
        for value in found if isinstance(found, list) else [found]:
            yield f"{scheme}:{value}"
            yield str(value)


def _part(of: Document, name: str) -> Document:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _parts(of: Document, name: str) -> Sequence[Document]:
    found = of.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(of: Document, name: str) -> str | None:
    found = of.get(name)
    return str(found) if isinstance(found, str | int) and found != "" else None


def _value(of: Document, name: str) -> Decimal | None:
    return _number(_part(of, name).get("value"))


def _amount(of: Document, name: str) -> Decimal | None:
    return _number(_part(of, name).get("amount"))


def _currency(totals: Document) -> str | None:
    return next((found for name in totals if (found := _text(_part(totals, name), "currency"))), None)


def _number(value: Json) -> Decimal | None:
    try:
        found = Decimal(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def _moment(value: Json) -> datetime | None:
    """An instant; of a day its end, for the report was made in its course."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) <= len("2026-01-01"):
            return datetime.combine(date.fromisoformat(value), time.max, UTC)
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
