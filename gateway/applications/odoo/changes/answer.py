"""A sale order → the answer to the partner's order: accepted, changed, rejected or cancelled, line by line. Pure."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.changes.facts import Agreed, Line, Order
from gateway.applications.odoo.changes.parts import (
    content,
    is_as_ordered,
    line_quantity,
    milestone,
    order_reference,
    ordered_item,
    outgoing,
    parties_of,
    product_item,
)
from gateway.applications.odoo.changes.saying import Said, next_said
from gateway.applications.odoo.changes.values import moment, quantity
from gateway.applications.odoo.mapping import odoo_datetime
from gateway.domain.order.milestone import Event
from gateway.ports.hearing import Notice
from translators.canonical.header import Purpose
from translators.canonical.order_response import LineResponse, LineStatus, OrderResponse, ResponseLine, ResponseStatus
from translators.canonical.parts import Price, Quantity

DOCUMENT = "order_response"
CONFIRMED = ("sale", "done")
AGREED = ("accepted", "changed")
_HALF_A_CENT = Decimal("0.005")
"""Odoo rounds prices, as a rule to cents: that is no change."""
_TELLING = {
    "accepted": Event.ACCEPTED,
    "changed": Event.CHANGED,
    "rejected": Event.REJECTED,
    "cancelled": Event.CANCELLED,
}


def subject_of(order: int) -> str:
    """Under which name an order's answers are counted."""
    return f"sale.order:{order}"


def tell_order(order: Order, before: Said | None, *, source: str, agreed: Agreed) -> Notice | None:
    """What is new about an order since it was last told of; None when that is nothing, or it is not decided yet."""
    word = _word(order, before)
    if word is None:
        return None
    answer = _answer(order, word)
    said = next_said(before, word, [order.number, content(answer)])
    if said is None:
        return None
    key = said.key(subject_of(order.id))
    number = order.name if said.count == 1 else f"{order.name}-{said.count}"
    written = moment(order.row, "write_date")
    issued = (moment(order.row, "date_order") if word == "accepted" else None) or written
    purpose = Purpose.ORIGINAL if said.count == 1 else Purpose.REPLACE
    answer = answer.model_copy(update={"number": number, "issued": issued, "purpose": purpose})
    ours = [line for line in order.lines if line.ordinal is not None]
    event = milestone(
        order,
        _TELLING[word],
        source=source,
        key=key,
        occurred=issued,
        version=said.count,
        lines=tuple(line_quantity(line, line.quantity) for line in ours) if word in AGREED else (),
        total=word in AGREED,
    )
    documents = (outgoing(order.partner, answer),) if agreed(order.partner, DOCUMENT) else ()
    return Notice(key=key, documents=documents, milestones=(event,))


def _word(order: Order, before: Said | None) -> str | None:
    state = order.row.get("state")
    if state == "cancel" or (state in CONFIRMED and not any(line.quantity for line in order.lines)):
        took_it = before is not None and before.word in (*AGREED, "cancelled")
        return "cancelled" if took_it else "rejected"
    if state in CONFIRMED:
        return "changed" if before is not None and before.word in AGREED else "accepted"
    return None


def _answer(order: Order, word: str) -> OrderResponse:
    refused = word in ("rejected", "cancelled")
    ours = [line for line in order.lines if line.ordinal is not None and not _taken_back(line)]
    lines = [_refused(line, word) if refused else _line(order, line) for line in ours]
    if not refused:
        lines += [_missing(order, ordinal) for ordinal in _gone(order)]
        lines += [_added(line) for line in order.lines if line.ordinal is None and line.quantity and not line.unfinished]
    status = ResponseStatus.REJECTED if refused else _status(lines)
    more: dict[str, Any] = {"reason": "cancelled by the seller"} if word == "cancelled" else {}
    promised = _promised(order)
    if promised is not None and not refused:
        more["delivery"] = promised
    currency = order.original.received.get("currency")
    if currency:
        more["currency"] = currency
    return OrderResponse(
        status=status,
        order=order_reference(order),
        seller_order=order.name,
        lines=lines,
        release=order.release,
        **more,
        **parties_of(order),
    )


def _taken_back(line: Line) -> bool:
    """Whether the customer wants none of a line any more, and gets none."""
    return line.booked is not None and not line.booked.quantity and not line.quantity


def _status(lines: list[ResponseLine]) -> ResponseStatus:
    said = {response.status for line in lines for response in line.responses}
    if said <= {LineStatus.ACCEPTED}:
        return ResponseStatus.ACCEPTED
    return ResponseStatus.REJECTED if said <= {LineStatus.REJECTED} else ResponseStatus.WITH_CHANGES


def _line(order: Order, line: Line) -> ResponseLine:
    """A line that was ordered: as it was, with what became of it."""
    changes = list(_changes(order, line))
    if not line.quantity:
        response = LineResponse(status=LineStatus.REJECTED, quantity=_ordered(line), reason="not available")
        return _shell(line, response)
    status = LineStatus.ACCEPTED if not changes else changes[0] if len(changes) == 1 else LineStatus.CHANGED
    if LineStatus.SUBSTITUTED in changes:
        status = LineStatus.SUBSTITUTED
    more: dict[str, Any] = {}
    if not is_as_ordered(line):
        more["item"] = product_item(line.product)
    if LineStatus.PRICE_CHANGED in changes:
        more["price"] = Price(amount=quantity(line.row, "price_unit"))
    if (promised := _promised(order)) is not None:
        more["delivery"] = promised
    responses = [LineResponse(status=status, quantity=line.stated(line.quantity), **more)]
    short = line.booked.quantity - line.quantity if line.booked else Decimal(0)
    if short > 0:
        responses.append(LineResponse(status=LineStatus.REJECTED, quantity=line.stated(short), reason="not available"))
    return _shell(line, *responses)


def _changes(order: Order, line: Line) -> Iterator[LineStatus]:
    booked = line.booked
    if booked is None:
        return
    if not is_as_ordered(line):
        yield LineStatus.SUBSTITUTED
    if line.quantity != booked.quantity:
        yield LineStatus.QUANTITY_CHANGED
    if booked.price is not None and _differs(line, booked.price, booked.discount):
        yield LineStatus.PRICE_CHANGED
    if _is_redated(order, line):
        yield LineStatus.DATE_CHANGED


def _differs(line: Line, price: Decimal, discount: Decimal) -> bool:
    now, less = quantity(line.row, "price_unit"), quantity(line.row, "discount")
    return abs(now - price) > _HALF_A_CENT or abs(less - discount) > _HALF_A_CENT


def _is_redated(order: Order, line: Line) -> bool:
    """Whether the day asked for is not kept. An order has one day in Odoo: earlier is a change only if that was moved."""
    promised = order.row.get("commitment_date")
    wanted = line.sent.get("requested_delivery") or order.original.received.get("requested_delivery")
    if not promised or not wanted:
        return False
    asked, now = odoo_datetime(str(wanted)), str(promised)[:19]
    moved = order.booked is not None and now != order.booked.commitment_date
    return now[:10] != asked[:10] and (now > asked or moved)


def _promised(order: Order) -> date | datetime | None:
    """When the goods are to come: a day where the partner asked for a day."""
    promised = moment(order.row, "commitment_date")
    wanted = str(order.original.received.get("requested_delivery") or "")
    if promised is None:
        return None
    return promised if len(wanted) > 10 else promised.date()


def _refused(line: Line, word: str) -> ResponseLine:
    status = LineStatus.CANCELLED if word == "cancelled" else LineStatus.REJECTED
    return _shell(line, LineResponse(status=status, quantity=_ordered(line)))


def _ordered(line: Line) -> Quantity:
    return line.stated(line.booked.quantity if line.booked else line.quantity)


def _shell(line: Line, *responses: LineResponse) -> ResponseLine:
    """The line as it was ordered, with responses."""
    price = line.sent.get("price")
    return ResponseLine(
        number=line.number,
        item=ordered_item(line),
        quantity=_ordered(line),
        price=Price.model_validate(price) if price else None,
        responses=list(responses),
    )


def _gone(order: Order) -> Iterator[int]:
    """The places of lines that were booked and are no more in Odoo."""
    there = {line.ordinal for line in order.lines}
    booked = order.booked.lines if order.booked else ()
    return (place for place, line in enumerate(booked, 1) if place not in there and line.quantity)


def _missing(order: Order, ordinal: int) -> ResponseLine:
    assert order.booked is not None
    booked = order.booked.lines[ordinal - 1]
    sent = order.original.received.get("lines") or []
    item = sent[ordinal - 1].get("item") if ordinal <= len(sent) else None
    stated = Quantity(value=booked.quantity, unit=booked.unit)
    response = LineResponse(status=LineStatus.REJECTED, quantity=stated)
    return ResponseLine(number=booked.label, item=item or {}, quantity=stated, responses=[response])


def _added(line: Line) -> ResponseLine:
    stated = line.stated(line.quantity)
    price = Price(amount=quantity(line.row, "price_unit"))
    response = LineResponse(status=LineStatus.ADDED, quantity=stated, price=price)
    return ResponseLine(item=product_item(line.product), quantity=stated, price=price, responses=[response])
