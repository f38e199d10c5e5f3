"""The answer to an order, as it follows from what was accepted, rejected and back-ordered of it. Pure."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from gateway.domain.order.line import line_key
from gateway.domain.order.making.truth import KnownLine, NotMakeable, Truth, stated
from gateway.domain.order.quantities import ZERO
from translators.canonical.header import Purpose
from translators.canonical.order import OrderLine
from translators.canonical.order_response import LineResponse, LineStatus, OrderResponse, ResponseLine, ResponseStatus

_AS_ORDERED = frozenset(OrderLine.model_fields) - {"action", "sub_lines", "schedule", "ship_to"}


def order_response(truth: Truth) -> OrderResponse:
    """The answer as it stands: one for each line. What is not decided of it yet is on hold. Raises NotMakeable."""
    lines = [line for known in truth.lines if (line := _line(truth, known)) is not None]
    if not lines:
        raise NotMakeable("nothing-to-answer", "no line of the order is known")
    more: dict[str, Any] = {"reason": truth.said.reason} if truth.said.reason else {}
    if truth.order.currency:
        more["currency"] = truth.order.currency
    return OrderResponse(
        number=truth.number,
        purpose=Purpose.ORIGINAL if truth.first else Purpose.REPLACE,
        issued=truth.at,
        status=_status(lines),
        order=truth.reference(),
        seller_order=truth.seller_order,
        release=truth.order.release,
        lines=lines,
        **more,
        **truth.parties(),
    )


def _status(lines: list[ResponseLine]) -> ResponseStatus:
    said = {response.status for line in lines for response in line.responses}
    if said <= {LineStatus.ACCEPTED}:
        return ResponseStatus.ACCEPTED
    return ResponseStatus.REJECTED if said <= {LineStatus.REJECTED, LineStatus.CANCELLED} else ResponseStatus.WITH_CHANGES


def _line(truth: Truth, known: KnownLine) -> ResponseLine | None:
    """A line as it was ordered, with its answers; None for one that the customer took back before anything was said of it."""
    ordered = truth.ordered.get(line_key(known.number))
    if ordered is None or not known.of("ordered"):
        return None
    responses = [
        LineResponse(status=status, quantity=stated(quantity, known, ordered)) for status, quantity in _answers(known) if quantity
    ]
    as_ordered = {name: getattr(ordered, name) for name in ordered.model_fields_set & _AS_ORDERED}
    as_ordered |= {"number": known.number, "quantity": stated(known.of("ordered"), known, ordered)}
    return ResponseLine(**as_ordered, responses=responses) if responses else None


def _answers(known: KnownLine) -> Iterator[tuple[LineStatus, Decimal]]:
    """So much comes, so much later, so much not at all."""
    later, refused, cancelled = known.of("back_ordered"), known.of("rejected"), known.of("cancelled")
    coming = max(known.of("accepted"), known.of("shipped")) - (later if known.of("accepted") else ZERO)
    coming = max(coming, ZERO)
    whole = coming == known.of("ordered")
    yield LineStatus.ACCEPTED if whole else LineStatus.QUANTITY_CHANGED, coming
    yield LineStatus.BACK_ORDERED, later
    yield LineStatus.REJECTED, refused
    yield LineStatus.CANCELLED, cancelled
    yield LineStatus.ON_HOLD, max(known.open - coming - later, ZERO)
