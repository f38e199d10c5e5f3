"""What was shipped of an order, and what happened to it on its way. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from gateway.domain.order.line import line_key
from gateway.domain.order.making.truth import NotMakeable, Truth, stated
from gateway.domain.order.milestone import Event
from gateway.domain.order.quantities import ZERO
from translators.canonical.despatch import Despatch, DespatchLine
from translators.canonical.despatch_advice import DespatchAdvice
from translators.canonical.logistics import Content, Milestone, Package, Shipment
from translators.canonical.parts import Quantity
from translators.canonical.transport_status import StatusLine, TransportStatus

_HAPPENED = {
    Event.SHIPPED: "picked_up",
    Event.IN_TRANSIT: "in_transit",
    Event.DELIVERY_EXCEPTION: "exception",
    Event.DELIVERED: "delivered",
}
"""What carriers call it. Goods that were shipped have left with the carrier."""
_KEPT = (
    "despatched", "expected_delivery", "transport", "packages", "delivery_terms", "packaging", "carrier", "freight_forwarder",
    "warehouse", "texts", "locations", "other_dates", "references",
)  # fmt: skip
"""What the warehouse says of a shipment that the customer is told as well."""


def despatch_advice(truth: Truth) -> DespatchAdvice:
    """What a statement says was shipped: as the warehouse packed it, where its document says so. Raises NotMakeable."""
    told, lines = truth.told, list(_lines(truth))
    if not lines:
        raise NotMakeable("nothing-shipped", "the statement does not say what was shipped")
    more: dict[str, Any] = {"despatched": truth.said.occurred or truth.at}
    if isinstance(told, Despatch) and (own := _as_packed(truth, told)) is not None:
        lines = own
        more |= {name: getattr(told, name) for name in _KEPT if getattr(told, name)}
        more["shipment"] = _shipment(truth, told.shipment)
    else:
        more["packages"] = list(_packages(truth, lines))
        more["shipment"] = _shipment(truth, None)
    parties = truth.parties()
    if isinstance(told, Despatch) and told.ship_from is not None:
        parties["ship_from"] = told.ship_from
    return DespatchAdvice(
        number=truth.number,
        issued=truth.at,
        currency=truth.order.currency,
        complete=all(known.of("shipped") >= known.open for known in truth.lines),
        order=truth.reference(),
        lines=lines,
        **{**more, **parties},
    )


def _lines(truth: Truth) -> Iterator[DespatchLine]:
    for place, (known, ordered, quantity) in enumerate(truth.covered("shipped"), 1):
        yield DespatchLine(
            number=str(place),
            item=ordered.item,
            quantity=stated(quantity, known, ordered),
            ordered=stated(known.of("ordered"), known, ordered),
            outstanding=stated(max(known.open - known.of("shipped"), ZERO), known, ordered),
            order=truth.reference(known.number),
        )


def _as_packed(truth: Truth, told: Despatch) -> list[DespatchLine] | None:
    """The warehouse's own lines, which its packages name; None where they are of more than this order, or not what is due.

    The customer's name for the item comes before the warehouse's.
    """
    sums: dict[str, Decimal] = {}
    lines: list[DespatchLine] = []
    for line in told.lines:
        key = line_key(line.order.line) if line.order is not None and line.order.line else None
        if key is None or key not in truth.ordered or line.quantity is None:
            return None
        sums[key] = sums.get(key, ZERO) + line.quantity.value
        ordered = truth.ordered[key]
        item = ordered.item.model_copy(update={"identifiers": {**line.item.identifiers, **ordered.item.identifiers}})
        lines.append(line.model_copy(update={"item": item, "order": truth.reference(ordered.number)}))
    due = {line_key(known.number): quantity for known, _, quantity in truth.covered("shipped")}
    return lines if {key: value for key, value in sums.items() if value} == due else None


def _shipment(truth: Truth, told: Shipment | None) -> Shipment | None:
    """The shipment by the names that the statement gave it."""
    numbers, tracking = _named(truth, "shipment"), _named(truth, "tracking")
    if told is not None:
        return told.model_copy(update={"tracking": list(dict.fromkeys([*told.tracking, *tracking]))})
    return Shipment(number=numbers[0] if numbers else None, tracking=tracking) if numbers or tracking else None


def _named(truth: Truth, kind: str) -> list[str]:
    return [link.value for link in truth.said.links if link.kind == kind]


def _packages(truth: Truth, lines: Sequence[DespatchLine]) -> Iterator[Package]:
    """The packages that the statement names, with what is in them as far as it says so."""
    places = {line_key(line.order.line): line for line in lines if line.order is not None and line.order.line}
    tracking = set(_named(truth, "tracking"))
    contents: dict[tuple[str, ...], list[Content]] = {}
    for portion in truth.said.lines:
        key = truth.line_meant(portion)
        line = places.get(key) if key is not None else None
        if portion.packages and line is not None and line.quantity is not None:
            much = Quantity(value=portion.quantity, unit=line.quantity.unit)
            contents.setdefault(tuple(portion.packages), []).append(Content(line=line.number, quantity=much))
    named = {name for names in contents for name in names}
    alone = [name for kind in ("package", "tracking") for name in _named(truth, kind) if name not in named]
    if not contents and len(alone) == 1:
        held = [Content(line=line.number, quantity=line.quantity) for line in lines]
        yield Package(number="1", identifiers=_identifiers(alone, tracking), contents=held)
        return
    for place, (names, held) in enumerate(contents.items(), 1):
        yield Package(number=str(place), identifiers=_identifiers(names, tracking), contents=held)


def _identifiers(names: Sequence[str], tracking: set[str]) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for name in names:
        found.setdefault("tracking" if name in tracking else "sscc", name)
    return found


def transport_status(truth: Truth) -> TransportStatus:
    """What happened to goods of the order on their way. Raises NotMakeable for what does not happen on a way."""
    happened = _HAPPENED.get(truth.said.event)
    if happened is None:
        raise NotMakeable("no-transport", f"{truth.said.event.value} is nothing that happens to goods on their way")
    event = Milestone(event=happened, occurred=truth.said.occurred or truth.at, reason=truth.said.reason)
    tracking, shipments = _named(truth, "tracking"), _named(truth, "shipment")
    packages = [Package(number=str(n), identifiers={"sscc": name}) for n, name in enumerate(_named(truth, "package"), 1)]
    measure = "delivered" if truth.said.event is Event.DELIVERED else "shipped"
    covered = list(truth.covered(measure))
    lines = [
        StatusLine(
            number=str(place),
            item=ordered.item,
            quantity=stated(quantity, known, ordered),
            order=truth.reference(known.number),
            milestones=[event],
            packages=packages if place == 1 else [],
        )
        for place, (known, ordered, quantity) in enumerate(covered, 1)
    ] or [StatusLine(number="1", order=truth.reference(), milestones=[event], packages=packages)]
    return TransportStatus(
        number=tracking[0] if tracking else truth.number,
        issued=truth.at,
        shipment=Shipment(number=shipments[0] if shipments else truth.number, tracking=tracking),
        lines=lines,
        **truth.parties(),
    )
