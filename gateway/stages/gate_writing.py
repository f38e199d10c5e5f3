"""What a decision at the gate writes: the order's state and holds, goods that are kept, what goes to warehouses, what is said."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import orjson

from gateway.domain.lifecycle import move
from gateway.domain.order.authority import GATEWAY
from gateway.domain.order.milestone import Event, LineQuantity, Milestone
from gateway.domain.order.record import event_row
from gateway.domain.record import EventRow
from gateway.domain.release.decision import Decision, Reason
from gateway.domain.release.facts import Demand
from gateway.domain.release.lifecycle import RELEASE_HOLD, WAREHOUSE_RELEASE
from gateway.domain.release.opening import addressed_to, part_of
from gateway.domain.release.parts import PartLine, dumped
from gateway.domain.release.record import (
    STAGE,
    HoldRow,
    PartRow,
    ReleasedTransmission,
    ReleaseRow,
    ReservationRow,
    overdue_mark,
)
from gateway.domain.release.sourcing import Portion
from gateway.domain.release.terms import BY_WAREHOUSE, Kind, Warehouse
from gateway.domain.storable import storable, storable_json, storable_key
from gateway.ports import Configuration, Json
from gateway.ports.release import AtGate, ReleaseSettlement
from gateway.stages.gate_facts import Known

_STANDING = frozenset({"open", "overdue"})
_BACK_ORDERED = frozenset({Kind.AVAILABILITY, Kind.WAREHOUSE})
"""What the customer hears of as a back order rather than as a hold."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What is written with. `owner_of` says who answers for the orders of a customer."""

    configuration: Configuration
    settlement: ReleaseSettlement
    owner_of: Callable[[str | None], str]
    new_id: Callable[[], UUID]
    node: str


def write(known: Known, decision: Decision, rank: int, row: ReleaseRow, desk: Desk) -> None:
    """Write a decision about an order; `row` is what it is known by."""
    settlement, now = desk.settlement, known.one.now
    goes = decision.goes(now)
    settlement.parts += known.refused
    settlement.given_up += [part.id for part in known.refused if part.state == "refused"]
    changed = settle_holds(known, decision.reasons, desk)
    event = _event(known, decision, goes=goes)
    after = row._replace(
        state=move(WAREHOUSE_RELEASE, known.one.row.state, event),
        rank=rank,
        look_at=None if event == "released" else _look_at(known, decision, goes=goes),
        go_at=None if goes or decision.held else decision.go_at,
        note="",
    )
    if goes:
        for portion in decision.portions:
            after = send(known, portion.warehouse, portion, after, desk)
    reserve(known, decision, desk, goes=goes)
    after = _tell(known, decision, after, desk, goes=goes)
    settlement.rows.append(after)
    if changed or known.refused or after.state != known.one.row.state or goes:
        detail = {
            "number": after.number,
            "because": [reason.text for reason in decision.reasons],
            "to": [portion.warehouse.id for portion in decision.portions],
            "at": decision.go_at.isoformat() if event == "planned" else None,
            "refused": [part.note for part in known.refused],
        }
        journal(known.one, f"gate_{after.state}", detail, desk)


def identified(known: Known) -> ReleaseRow:
    """The row with all that it is known by."""
    says, served = known.says, known.served
    return known.one.row._replace(
        purpose=says.purpose,
        subject=says.subject,
        number=says.number,
        order_number=says.order_number,
        trade_order=served.id if served is not None else None,
        customer=served.partner if served is not None else None,
        items=tuple(sorted({name for demand in says.demands for name in demand.names})),
        wants=dumped(part_lines((demand, demand.quantity) for demand in says.demands)),
    )


def _event(known: Known, decision: Decision, *, goes: bool) -> str:
    """What happens to it, as an event of `WAREHOUSE_RELEASE`."""
    if not known.facts.demands:
        return "released"
    if goes:
        return "released_in_part" if decision.missing else "released"
    if any(line_stands(part) for part in known.parts):
        return "released_in_part"
    return "held" if decision.held else "planned"


def line_stands(part: PartRow) -> bool:
    """Whether a warehouse is to ship something of a part."""
    return part.state == "sent"


def _look_at(known: Known, decision: Decision, *, goes: bool) -> datetime:
    """When to look again. As long as the customer's order is not known here, nothing that is said of it wakes this one."""
    now, one = known.one.now, known.one
    if goes:
        return now + timedelta(seconds=1)
    if known.served is not None:
        return decision.look_at
    return min(decision.look_at, now + max(timedelta(seconds=1), (now - one.created_at) / 2))


def settle_holds(known: Known, reasons: Sequence[Reason], desk: Desk) -> bool:
    """Open, keep and end holds; answers whether that changed anything."""
    by_name, changed = {hold.hold: hold for hold in known.holds}, False
    customer = known.served.partner if known.served is not None else None
    for reason in reasons:
        before = by_name.get(reason.hold)
        text = storable(reason.text)[:2_000]
        if before is None or before.state == "cleared":
            owner = reason.owner or desk.owner_of(customer)
            identifier = before.id if before is not None else desk.new_id()
            row = HoldRow(identifier, known.one.row.id, reason.hold, reason.kind.value, text, owner, "open", reason.due)
            desk.settlement.holds.append(row)
            changed = True
        elif before.state in _STANDING and before.reason != text:
            desk.settlement.holds.append(before._replace(reason=text))
    standing = {reason.hold for reason in reasons}
    for hold in known.holds:
        if hold.state in _STANDING and hold.hold not in standing:
            end_hold(hold, "cleared", customer, desk, note="it holds no more")
            changed = True
    return changed


def end_hold(hold: HoldRow, event: str, customer: str | None, desk: Desk, *, note: str, actor: str | None = None) -> None:
    """End a hold that stands, and the failure of one that took too long."""
    after = hold._replace(state=move(RELEASE_HOLD, hold.state, event), note=storable(note)[:500], actor=actor)
    desk.settlement.holds.append(after)
    if hold.state == "overdue":
        desk.settlement.closed.append((hold.id, overdue_mark(hold, customer), f"the hold is {after.state} by now"))


def reserve(known: Known, decision: Decision, desk: Desk, *, goes: bool) -> None:
    """Keep goods for it, or count them as promised to the warehouse; where that tells of its stock."""
    for portion in decision.portions:
        for demand, quantity in portion.goods:
            item = known.items.get((portion.warehouse.id, demand.place))
            if item is not None:
                row = ReservationRow(known.one.row.id, portion.warehouse.id, item, demand.place, quantity, goes)
                desk.settlement.kept.append(row)


def send(known: Known, warehouse: Warehouse, portion: Portion | None, row: ReleaseRow, desk: Desk) -> ReleaseRow:
    """Let the document, or a portion of it, go to a warehouse: as a transmission of its own, made by this transaction.

    The first keeps the document's number.
    """
    ordinal = row.rounds + 1
    name = known.says.number if ordinal == 1 else storable_key(f"{known.says.number}.{ordinal}")
    goods = {demand.place: quantity for demand, quantity in portion.goods} if portion is not None else None
    part = desk.new_id()
    transmission = transmit(known, warehouse, name, _body(known, warehouse, goods, name), desk, key=f"release:{part}")
    lines = portion.goods if portion is not None else [(demand, demand.quantity) for demand in known.says.demands]
    desk.settlement.parts.append(
        PartRow(part, row.id, ordinal, warehouse.id, warehouse.partner, name, transmission, dumped(part_lines(lines)), "sent")
    )
    return row._replace(rounds=ordinal)


def transmit(known: Known, warehouse: Warehouse, name: str, body: bytes, desk: Desk, *, key: str) -> UUID:
    """A document that goes to a warehouse with this transaction; answers the id of its transmission."""
    transmission, digest = desk.new_id(), hashlib.sha256(body).digest()
    desk.settlement.transmissions.append(
        ReleasedTransmission(transmission, warehouse.partner, name, key, digest, len(body), known.one.row.id)
    )
    desk.settlement.bodies.append((transmission, body))
    return transmission


def part_lines(goods: Iterable[tuple[Demand, Decimal]]) -> list[PartLine]:
    """The lines of a part."""
    return [
        PartLine(demand.place, demand.line, demand.names, quantity, order_line=demand.order_line) for demand, quantity in goods
    ]


def _body(known: Known, warehouse: Warehouse, goods: Mapping[int, Decimal] | None, number: str) -> bytes:
    """The document as this warehouse gets it: the very bytes where nothing about it differs."""
    document: Json = known.document
    whole = {demand.place: demand.quantity for demand in known.says.demands}
    if goods is not None and goods != whole:
        document = part_of(document, goods, number=number)
    elif number != known.says.number:
        document = {**document, "number": number}
    if goods is not None and known.says.purpose != "original":  # to this warehouse it is new, whatever it changes
        document = {**document, "purpose": "original"}
    if warehouse.id != known.facts.addressed:
        document = addressed_to(document, warehouse.identifiers)
    return (known.one.json or b"") if document is known.document else orjson.dumps(document)


def _tell(known: Known, decision: Decision, row: ReleaseRow, desk: Desk, *, goes: bool) -> ReleaseRow:
    """Say that the customer's order is held, or that something of it is not to be had; what is released says so itself."""
    served = known.served
    said = _said(decision, goes=goes)
    if served is None or said is None or row.told == f"{said.value}:{row.rounds}":
        return row
    wanted = decision.missing if said is Event.BACK_ORDERED else tuple((one, one.quantity) for one in known.facts.demands)
    reason = "; ".join(reason.text for reason in decision.reasons)
    milestone = say(known, said, wanted, reason, f"{said.value}:{row.rounds}")
    desk.settlement.says.append(event_row(milestone, desk.new_id()))
    return row._replace(told=f"{said.value}:{row.rounds}")


def _said(decision: Decision, *, goes: bool) -> Event | None:
    kinds = {reason.kind for reason in decision.reasons}
    if kinds - BY_WAREHOUSE or Kind.MASTER_DATA in kinds:
        return Event.HELD if not goes else None
    return Event.BACK_ORDERED if kinds & _BACK_ORDERED else None


def say(known: Known, event: Event, goods: Iterable[tuple[Demand, Decimal]], reason: str, name: str) -> Milestone:
    """A statement of this gateway about lines of the customer's order."""
    served = known.served
    lines = tuple(
        LineQuantity(demand.order_line, quantity, demand.unit, demand.names[0] if demand.names else None, demand.names[1:])
        for demand, quantity in goods
    )
    return Milestone(
        source=GATEWAY,
        key=f"warehouse_release:{known.one.row.id}:{name}",
        event=event,
        partner=served.partner if served is not None else None,
        number=served.number if served is not None else known.says.order_number,
        occurred=known.one.now,
        lines=lines,
        document=str(known.one.row.id),
        reason=storable(reason)[:2_000],
        test=known.one.test,
    )


def journal(one: AtGate, what: str, detail: Mapping[str, object], desk: Desk) -> None:
    """Write into the journal of the document what became of it."""
    said = {name: value for name, value in detail.items() if value}
    steps = storable_json([{"what": what, "detail": said}])
    desk.settlement.events.append(
        EventRow(one.transmission, STAGE, one.row.id, steps, desk.configuration.digest, desk.node)
    )  # fmt: skip
