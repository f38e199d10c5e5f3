"""A transfer → despatch advice, warehouse order or notice of a return, and what it means for the order. Pure."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.changes.facts import Agreed
from gateway.applications.odoo.changes.goods import Moved, Transfer, Warehouses
from gateway.applications.odoo.changes.packing import contents_of, packages_of, sscc_of
from gateway.applications.odoo.changes.parts import (
    content,
    milestone,
    order_reference,
    ordered_item,
    outgoing,
    parties_of,
    product_item,
)
from gateway.applications.odoo.changes.saying import Said, fingerprint, next_said
from gateway.applications.odoo.changes.values import moment, related_name, text
from gateway.domain.order.milestone import Event, Link
from gateway.ports.hearing import HeardDocument, Notice
from translators.canonical.despatch import DespatchLine
from translators.canonical.despatch_advice import DespatchAdvice
from translators.canonical.header import Purpose
from translators.canonical.logistics import Shipment
from translators.canonical.parts import Party, Reference, TransportLeg
from translators.canonical.return_request import ReturnKind, ReturnLine, ReturnRequest
from translators.canonical.warehouse_order import WarehouseLine, WarehouseOrder

DESPATCH, WAREHOUSE, RETURN = "despatch_advice", "warehouse_order", "return_request"
_WAITING = ("confirmed", "waiting")


def subject_of(picking: int) -> str:
    """Under which name a transfer's statements are counted."""
    return f"stock.picking:{picking}"


def tell_transfer(
    transfer: Transfer, before: Said | None, *, source: str, agreed: Agreed, warehouses: Warehouses
) -> Notice | None:
    """What is new about a transfer since it was last told of; None when that is nothing."""
    state = transfer.row.get("state")
    teller = _Teller(transfer, before, source, agreed)
    warehouse = warehouses.partner(transfer)
    if not transfer.outgoing:
        return teller.returned() if state == "done" and any(one.quantity for one in transfer.moved) else None
    if state == "done":
        return teller.shipped()
    if state == "assigned":
        return teller.allocated(warehouse, released=warehouse is not None and not warehouses.gated(warehouse))
    if state == "cancel" and before is not None and before.word == "released" and warehouse:
        return teller.withdrawn(warehouse)
    if state in _WAITING and transfer.row.get("backorder_id"):
        return teller.milestone("back_ordered", Event.BACK_ORDERED, transfer.totals("waiting"))
    return None


class _Teller:
    """Says one thing about one transfer."""

    def __init__(self, transfer: Transfer, before: Said | None, source: str, agreed: Agreed) -> None:
        self.transfer, self.order, self.before = transfer, transfer.order, before
        self.source, self.agreed = source, agreed

    def milestone(self, word: str, event: Event, totals: Any) -> Notice | None:
        """A milestone without a document."""
        said = next_said(self.before, word, [word, _goods(self.transfer)])
        return self._notice(said, event, totals, ()) if said else None

    def allocated(self, warehouse: str | None, *, released: bool) -> Notice | None:
        """Goods are reserved; where somebody else ships them, he is told to: `released`, unless that is decided elsewhere."""
        totals = self.transfer.totals("allocated")
        if warehouse is None or not self.agreed(warehouse, WAREHOUSE):
            return self.milestone("allocated", Event.ALLOCATED, totals)
        order = _warehouse_order(self.transfer)
        said = next_said(self.before, "released", ["released", content(order)])
        if said is None:
            return None
        notice = self._notice(said, Event.ALLOCATED, totals, (outgoing(warehouse, self._numbered(order, said)),))
        if not released:
            return notice
        lines = tuple(line for line in totals if line.quantity)
        own = milestone(self.order, Event.RELEASED, source=self.source, key=f"{notice.key}:released", lines=lines, total=True,
                        occurred=moment(self.transfer.row, "write_date"), links=self._links())  # fmt: skip
        return Notice(notice.key, notice.documents, (*notice.milestones, own))

    def withdrawn(self, warehouse: str) -> Notice | None:
        """Whoever was told to ship is told not to."""
        order = _warehouse_order(self.transfer)
        said = next_said(self.before, "withdrawn", ["withdrawn", self.transfer.name])
        if said is None:
            return None
        cancelled = self._numbered(order, said).model_copy(update={"purpose": Purpose.CANCEL})
        return Notice(said.key(subject_of(self.transfer.id)), (outgoing(warehouse, cancelled),))

    def shipped(self) -> Notice | None:
        """Goods are on their way. A tracking number that comes later changes no despatch advice: only the links are told."""
        goods, tracking = _goods(self.transfer), self.transfer.row.get("carrier_tracking_ref")
        said = next_said(self.before, f"shipped_{fingerprint(goods)}", ["shipped", goods, tracking])
        if said is None:
            return None
        known = self.before is not None and self.before.word == said.word
        partner, advice = self.order.partner, despatch_advice(self.transfer)
        documents = () if known or not self.agreed(partner, DESPATCH) else (outgoing(partner, self._numbered(advice, said)),)
        return self._notice(said, Event.SHIPPED, self.transfer.totals("shipped"), documents)

    def returned(self) -> Notice | None:
        """Goods came back."""
        request = _return(self.transfer)
        said = next_said(self.before, "returned", ["returned", content(request)])
        if said is None:
            return None
        partner = self.order.partner
        documents = (outgoing(partner, self._numbered(request, said)),) if self.agreed(partner, RETURN) else ()
        return self._notice(said, Event.RETURNED, self.transfer.totals("returned"), documents)

    def _notice(self, said: Said, event: Event, totals: Any, documents: tuple[HeardDocument, ...]) -> Notice:
        row = self.transfer.row
        done = moment(row, "date_done") if event in (Event.SHIPPED, Event.RETURNED) else None
        key = said.key(subject_of(self.transfer.id))
        lines = tuple(line for line in totals if line.quantity) if event is not Event.ALLOCATED else totals
        return Notice(key, documents, (milestone(
            self.order, event, source=self.source, key=key, occurred=done or moment(row, "write_date"),
            lines=lines, total=True, links=self._links(),
        ),))  # fmt: skip

    def _numbered(self, document: Any, said: Said) -> Any:
        """The document under its own number: the transfer's, and counted when it is said anew."""
        name = self.transfer.name
        number = name if said.count == 1 or self._first_of(document) else f"{name}-{said.count}"
        purpose = Purpose.ORIGINAL if number == name else Purpose.REPLACE
        written = moment(self.transfer.row, "write_date")
        return document.model_copy(update={"number": number, "issued": written, "purpose": purpose})

    def _first_of(self, document: Any) -> bool:
        """Whether nothing like it was said of this transfer before: a release may go before a despatch."""
        said = self.before.word.partition("_")[0] if self.before else ""
        return said not in {WAREHOUSE: ("released", "withdrawn"), DESPATCH: ("shipped",)}.get(document.NAME, (said,))

    def _links(self) -> tuple[Link, ...]:
        own = [Link(self.source, "shipment", self.transfer.name)]
        if tracking := text(self.transfer.row, "carrier_tracking_ref"):
            own.append(Link(self.source, "tracking", tracking))
        return (*own, *(Link(self.source, "package", sscc) for sscc in sscc_of(self.transfer)))


def _goods(transfer: Transfer) -> list[object]:
    """What makes two statements about a transfer differ: not what other transfers have done meanwhile."""
    return [
        (one.line.id, one.quantity, one.demand, [(detail.get("lot_id"), detail.get("result_package_id"), detail.get("quantity"))
                                                for detail in one.details])
        for one in transfer.moved
    ]  # fmt: skip


def despatch_advice(transfer: Transfer) -> DespatchAdvice:
    """What a transfer sent, and how it is packed."""
    order, row = transfer.order, transfer.row
    sent = [one for one in transfer.moved if one.quantity]
    numbers = {one.line.id: str(place) for place, one in enumerate(sent, 1)}
    lines = [_despatched(transfer, one, numbers[one.line.id]) for one in sent]
    more: dict[str, Any] = {}
    if done := moment(row, "date_done"):
        more["despatched"] = done
    legs, tracking = list(_legs(transfer)), text(row, "carrier_tracking_ref")
    return DespatchAdvice(
        number=transfer.name,
        complete=not any(transfer.outstanding(line) for line in order.lines if line.ordinal is not None),
        order=order_reference(order),
        shipment=Shipment(number=transfer.name, tracking=[tracking] if tracking else []),
        transport=legs,
        packages=packages_of(transfer, numbers),
        lines=lines,
        references=[Reference(kind="seller_order", number=order.name)],
        **more,
        **parties_of(order),
    )


def _despatched(transfer: Transfer, moved: Moved, number: str) -> DespatchLine:
    line = moved.line
    rest = transfer.outstanding(line)
    return DespatchLine(
        number=number,
        item=ordered_item(line),
        quantity=line.stated(moved.quantity),
        ordered=line.stated(line.booked.quantity if line.booked else line.quantity),
        outstanding=line.stated(rest),
        status="partial" if rest else "complete",
        order=order_reference(transfer.order, line),
        lots=contents_of(transfer, moved),
    )


def _legs(transfer: Transfer) -> Iterator[TransportLeg]:
    carrier, tracking = related_name(transfer.row, "carrier_id"), text(transfer.row, "carrier_tracking_ref")
    if carrier or tracking:
        yield TransportLeg(stage="main", carrier=Party(name=carrier) if carrier else None, tracking=tracking)


def _warehouse_order(transfer: Transfer) -> WarehouseOrder:
    order = transfer.order
    wanted = [one for one in transfer.moved if one.quantity]
    planned = moment(transfer.row, "scheduled_date")
    more: dict[str, Any] = {"requested_despatch": planned} if planned else {}
    return WarehouseOrder(
        number=transfer.name,
        order=order_reference(order),
        references=[Reference(kind="seller_order", number=order.name)],
        attributes={"transfer": transfer.name},
        lines=[
            WarehouseLine(
                number=str(place),
                item=_for_warehouse(one),
                quantity=one.line.stated(one.quantity),
                order=order_reference(order, one.line),
                lots=contents_of(transfer, one),
            )
            for place, one in enumerate(wanted, 1)
        ],
        **more,
        **parties_of(order),
    )


def _for_warehouse(moved: Moved) -> Any:
    """A warehouse knows our items by our codes."""
    own = product_item(moved.line.product)
    return own if own.identifiers else ordered_item(moved.line)


def _return(transfer: Transfer) -> ReturnRequest:
    order = transfer.order
    done = moment(transfer.row, "date_done")
    more: dict[str, Any] = {"returned": done} if done else {}
    return ReturnRequest(
        number=transfer.name,
        kind=ReturnKind.NOTIFICATION,
        order=order_reference(order),
        lines=[
            ReturnLine(
                number=one.line.number,
                item=ordered_item(one.line),
                quantity=one.line.stated(one.quantity),
                order=order_reference(order, one.line),
                lots=contents_of(transfer, one),
            )
            for one in transfer.moved
            if one.quantity > Decimal(0)
        ],
        **more,
        **parties_of(order),
    )
