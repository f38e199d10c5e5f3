"""Orders, their changes, and the answers to them."""

from collections.abc import Iterable, Iterator

from gateway.domain.order.derivation.about import About, counted, line_quantity, named, order_number, total_of
from gateway.domain.order.milestone import Event, LineQuantity, Milestone
from translators.canonical.header import Purpose
from translators.canonical.order import OrderLine
from translators.canonical.order_response import LineStatus, OrderResponse, ResponseLine, ResponseStatus
from translators.canonical.parts import Quantity
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.purchase_order_change import ChangedLine, LineAction, PurchaseOrderChange

_ANSWERS = {
    LineStatus.ACCEPTED: Event.ACCEPTED,
    LineStatus.ADDED: Event.ACCEPTED,
    LineStatus.QUANTITY_CHANGED: Event.ACCEPTED,
    LineStatus.DATE_CHANGED: Event.ACCEPTED,
    LineStatus.PRICE_CHANGED: Event.ACCEPTED,
    LineStatus.CHANGED: Event.ACCEPTED,
    LineStatus.SUBSTITUTED: Event.ACCEPTED,
    LineStatus.BACK_ORDERED: Event.BACK_ORDERED,
    LineStatus.ON_HOLD: Event.HELD,
    LineStatus.CANCELLED: Event.REJECTED,
    LineStatus.REJECTED: Event.REJECTED,
}
"""What an answer to a line comes to. What a seller cancels is rejected: the customer had ordered it."""
_WHOLE = {
    ResponseStatus.ACCEPTED: Event.ACCEPTED,
    ResponseStatus.WITH_CHANGES: Event.ACCEPTED,
    ResponseStatus.REJECTED: Event.REJECTED,
}


def purchase_order(document: PurchaseOrder, about: About) -> Iterator[Milestone]:
    """An order that came, or was sent to a supplier; one that replaces or cancels an earlier one changes it."""
    number = named(document.number, document.release)
    match document.purpose:
        case Purpose.DUPLICATE | Purpose.CONFIRMATION:
            return
        case Purpose.CANCEL:
            yield about.milestone(Event.CANCELLED, order=number)
            return
        case Purpose.CHANGE | Purpose.REPLACE:
            event = Event.CHANGED
        case _:
            event = Event.RECEIVED
    yield about.milestone(event, order=number, lines=_ordered(document.lines))


def _ordered(lines: Iterable[OrderLine]) -> Iterator[LineQuantity]:
    """The lines as ordered; one without a quantity of its own has that of its schedule."""
    for position, line in enumerate(lines, 1):
        quantity = line.quantity or total_of(part.quantity for part in line.schedule)
        ordered = line_quantity(line.number or str(position), quantity, line.item)
        if ordered is not None:
            yield ordered


def purchase_order_change(document: PurchaseOrderChange, about: About) -> Iterator[Milestone]:
    """What the buyer wants otherwise."""
    number, version = named(document.number, document.release), counted(document.sequence)
    if document.purpose is Purpose.CANCEL:
        yield about.milestone(Event.CANCELLED, order=number, version=version, reason=document.reason)
        return
    lines = [changed for line in document.lines if (changed := _changed(line)) is not None]
    yield about.milestone(Event.CHANGED, order=number, lines=lines, version=version, reason=document.reason)


def _changed(line: ChangedLine) -> LineQuantity | None:
    """A line as it is to be; None where its quantity stays."""
    if line.action is LineAction.DELETE:
        return line_quantity(line.number, Quantity(value=0, unit=line.quantity.unit if line.quantity else None), line.item)
    if line.action in (LineAction.NONE, LineAction.RESCHEDULE, LineAction.PRICE):
        return None
    wanted = line.quantity
    before = line.before.quantity if line.before is not None else None
    if wanted is None and before is not None and line.difference is not None:
        wanted = Quantity(value=before.value + line.difference.value, unit=before.unit)
    return line_quantity(line.number, wanted, line.item)


def order_response(document: OrderResponse, about: About) -> Iterator[Milestone]:
    """The seller's answer: to the whole, and to the lines that it names. Lines that are not named share the fate of the whole."""
    number = order_number(document.order, document.release)
    links = tuple(about.link("order", document.seller_order))
    if (whole := _WHOLE.get(document.status)) is not None:
        yield about.milestone(whole, part="0", order=number, links=links, reason=document.reason)
    answers: dict[Event, list[LineQuantity]] = {}
    reasons: dict[Event, str] = {}
    for line in document.lines:
        for event, answered, reason in _answers(line):
            answers.setdefault(event, []).append(answered)
            if reason:
                reasons.setdefault(event, reason)
    for event, lines in answers.items():
        # Said of lines after what was said of the whole, at the same time: the key is what tells them apart.
        yield about.milestone(event, part="lines", order=number, lines=lines, links=links, reason=reasons.get(event))


def _answers(line: ResponseLine) -> Iterator[tuple[Event, LineQuantity, str | None]]:
    number = (line.order.line if line.order is not None else None) or line.number
    for response in line.responses:
        event = _ANSWERS.get(response.status)
        answered = line_quantity(number, response.quantity or line.quantity, line.item, response.item)
        if event is not None and answered is not None:
            yield event, answered, response.reason
