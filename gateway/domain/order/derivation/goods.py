"""Goods: released to a warehouse, shipped, on their way, received."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gateway.domain.order.derivation.about import About, line_quantity, order_number
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from translators.canonical.despatch import Despatch, DespatchLine
from translators.canonical.header import Purpose, all_identifiers
from translators.canonical.logistics import Package, Shipment, every_package
from translators.canonical.parts import DocumentReference, Quantity, TransportLeg
from translators.canonical.receipt import Discrepancy, Receipt, ReceiptLine
from translators.canonical.transport_status import StatusLine, TransportStatus
from translators.canonical.warehouse_order import WarehouseAction, WarehouseOrder
from translators.canonical.warehouse_shipment import WarehouseShipment

_TAKEN_BACK = frozenset({Purpose.CANCEL, Purpose.DUPLICATE})
_ON_THE_WAY = frozenset(
    {
        "arrived",
        "arrived_at_delivery",
        "departed",
        "departed_from_delivery",
        "despatched",
        "gate_out",
        "in_transit",
        "loaded",
        "loaded_on_truck",
        "out_for_delivery",
        "picked_up",
        "transhipped",
    }
)
_TROUBLE = frozenset(
    {
        "accident",
        "customs_hold",
        "customs_refusal",
        "damaged",
        "delayed",
        "delivery_attempted",
        "delivery_not_completed",
        "exception",
        "incorrect_address",
        "lost",
        "missed_delivery",
        "not_delivered",
        "refused",
        "unable_to_locate",
    }
)
"""Events of carriers that somebody has to know of. Others (appointments, estimates) are no milestones of an order."""
_AMISS = frozenset({Discrepancy.DAMAGED, Discrepancy.REFUSED, Discrepancy.SHORT, Discrepancy.WRONG_ITEM, Discrepancy.EXPIRED})


def warehouse_order(document: WarehouseOrder, about: About) -> Iterator[Milestone]:
    """An order to a warehouse to ship: what the customer ordered is released. The warehouse order names the shipment."""
    if document.action is not WarehouseAction.SHIP or document.purpose is not Purpose.ORIGINAL:
        return
    number = order_number(document.order) or next((n for line in document.lines if (n := order_number(line.order))), None)
    links = tuple(about.link("shipment", document.number))
    named = [(line, line.order.line if line.order is not None else None) for line in document.lines]
    lines: list[LineQuantity | None] = []
    if all(place for _, place in named):
        lines = [line_quantity(place, line.quantity, line.item) for line, place in named]
    yield about.milestone(
        Event.RELEASED, order=number, anyones=True, lines=[line for line in lines if line is not None], links=links
    )


def despatch(document: Despatch, about: About) -> Iterator[Milestone]:
    """What was shipped, order by order, with the packages that it travels in."""
    if document.purpose in _TAKEN_BACK:
        return
    anyones = isinstance(document, WarehouseShipment)
    links = tuple(_shipment_links(document, about))
    for number, lines in _by_order(document).items():
        shipped = [one for line in lines for one in _shipped(line, document.packages)]
        if shipped or not document.lines:
            yield about.milestone(
                Event.SHIPPED, order=number, anyones=anyones, lines=shipped, links=links, occurred=document.despatched
            )


def _by_order(document: Despatch) -> Mapping[str | None, list[DespatchLine]]:
    """The lines of each order: as they say themselves, else of the order that the document names, or the part of it."""
    usual = order_number(document.order)
    if usual is None and len(document.orders) == 1:
        usual = order_number(document.orders[0].order)
    parts = {line: order_number(part.order) for part in document.orders for line in part.lines}
    found: dict[str | None, list[DespatchLine]] = {} if document.lines else {usual: []}
    for line in document.lines:
        if line.part_of is None:
            number = order_number(line.order) or parts.get(line.number or "") or usual
            found.setdefault(number, []).append(line)
    return found


def _shipped(line: DespatchLine, packages: Iterable[Package]) -> Iterator[LineQuantity]:
    """A line by the packages that it is in; what is in none of them, as far as is said, travels without a name."""
    place = line.order.line if line.order is not None else None
    left = line.quantity
    for package, names in _named(packages):
        for content in package.contents:
            if content.line is None or content.line != line.number or left is None:
                continue
            held = content.quantity if content.quantity is not None else left
            if held.unit is not None and left.unit is not None and held.unit != left.unit:
                continue
            much = Quantity(value=min(held.value, left.value), unit=left.unit)
            left = Quantity(value=left.value - much.value, unit=left.unit)
            packed = line_quantity(place, much, line.item, line.substitute_for, packages=names)
            if packed is not None and packed.quantity > 0:
                yield packed
    loose = line_quantity(place, left, line.item, line.substitute_for)
    if loose is not None and (loose.quantity > 0 or left is line.quantity):
        yield loose


def _named(packages: Iterable[Package], around: Sequence[str] = ()) -> Iterator[tuple[Package, Sequence[str]]]:
    """Each package of a tree with its names and those of the packages around it."""
    waiting = [(package, tuple(around)) for package in packages][::-1]
    while waiting:
        package, outer = waiting.pop()
        names = (*_names(package), *outer)
        yield package, names
        waiting += [(inner, names) for inner in package.packages[::-1]]


def _names(package: Package) -> tuple[str, ...]:
    return tuple(name for scheme in ("tracking", "sscc") for name in all_identifiers(package.identifiers, scheme) if name)


def _shipment_links(document: Despatch, about: About) -> Iterator[Link]:
    yield from about.link("shipment", document.number)
    if isinstance(document, WarehouseShipment) and document.warehouse_order is not None:
        yield from about.link("shipment", document.warehouse_order.number)
    yield from _names_of_shipment(document.shipment, about)
    yield from about.links("tracking", (leg.tracking for leg in document.transport))
    for part in document.orders:
        yield from about.link("order", part.seller_order)
    yield from _package_links(document.packages, about)


def _names_of_shipment(shipment: Shipment | None, about: About) -> Iterator[Link]:
    if shipment is not None:
        yield from about.link("shipment", shipment.number)
        yield from about.link("shipment", shipment.bill_of_lading)
        yield from about.links("tracking", shipment.tracking)


def _package_links(packages: Iterable[Package], about: About) -> Iterator[Link]:
    for package in every_package(packages):
        yield from about.links("tracking", all_identifiers(package.identifiers, "tracking"))
        yield from about.links("package", all_identifiers(package.identifiers, "sscc"))


def transport_status(document: TransportStatus, about: About) -> Iterator[Milestone]:
    """What a carrier says happened. It knows its own numbers, and sometimes those of orders."""
    for position, line in enumerate(document.lines):
        own = tuple(_status_links(line.shipment, line.transport, line.packages, about))
        whole = tuple(_status_links(document.shipment, document.transport, (), about))
        for place, happened in enumerate(line.milestones):
            event = _carried(happened.event)
            if event is None or happened.occurred is None:
                continue
            pieces = tuple(_package_links(happened.packages, about))
            links = pieces or own or (*whole, *about.link("tracking", document.number))
            number = order_number(line.order) or _order_of(line, document)
            yield about.milestone(
                event,
                part=f"{position}.{place}",
                order=number,
                anyones=True,
                links=links,
                occurred=happened.occurred,
                reason=happened.reason,
            )


def _carried(event: str) -> Event | None:
    if event == "delivered":
        return Event.DELIVERED
    if event in _TROUBLE:
        return Event.DELIVERY_EXCEPTION
    return Event.IN_TRANSIT if event in _ON_THE_WAY else None


def _status_links(
    shipment: Shipment | None, legs: Iterable[TransportLeg], packages: Iterable[Package], about: About
) -> Iterator[Link]:
    yield from _names_of_shipment(shipment, about)
    yield from about.links("tracking", (leg.tracking for leg in legs))
    yield from _package_links(packages, about)


def _order_of(line: StatusLine, document: TransportStatus) -> str | None:
    """The one order that a report refers to; several are found by their shipments."""
    numbers = {each.number for each in (*line.references, *document.references) if each.kind == "order" and each.number}
    return numbers.pop() if len(numbers) == 1 else None


def receipt(document: Receipt, about: About) -> Iterator[Milestone]:
    """What arrived at the buyer, at our own warehouse, or came back; and what of it is not as it should be."""
    if document.purpose in _TAKEN_BACK:
        return
    anyones = about.name == "warehouse_receipt"
    event = Event.RETURNED if "return" in (document.kind or "") else Event.DELIVERED
    usual = order_number(document.order)
    links = tuple(_receipt_links(document, about))
    by_order: dict[str | None, list[ReceiptLine]] = {}
    for line in document.lines:
        by_order.setdefault(order_number(line.order) or usual, []).append(line)
    for number, lines in by_order.items():
        came = [one for line in lines if (one := _came(line, line.quantity)) is not None]
        if came:
            yield about.milestone(event, order=number, anyones=anyones, lines=came, links=links, occurred=document.received)
        amiss = [(one, case.reason) for line in lines for case in line.conditions if case.status in _AMISS
                 if (one := _came(line, case.quantity)) is not None]  # fmt: skip
        if amiss and event is Event.DELIVERED:
            reason = next((text for _, text in amiss if text), None)
            yield about.milestone(
                Event.DELIVERY_EXCEPTION,
                order=number,
                anyones=anyones,
                lines=[one for one, _ in amiss],
                links=links,
                occurred=document.received,
                reason=reason,
            )


def _came(line: ReceiptLine, quantity: Quantity | None) -> LineQuantity | None:
    return line_quantity(line.order.line if line.order is not None else None, quantity, line.item)


def _receipt_links(document: Receipt, about: About) -> Iterator[Link]:
    yield from _despatch_link(document.despatch, about)
    yield from _names_of_shipment(document.shipment, about)
    yield from _package_links(document.packages, about)


def _despatch_link(reference: DocumentReference | None, about: About) -> Iterator[Link]:
    if reference is not None:
        yield from about.link("shipment", reference.number)
