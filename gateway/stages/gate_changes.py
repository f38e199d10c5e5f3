"""What warehouses are told when an order that they have, or a part of it, is changed or cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

import orjson

from gateway.domain.lifecycle import move
from gateway.domain.release.changes import HeldPart, Moved, have_left, says_the_same, shared_again, taken_away
from gateway.domain.release.facts import Demand
from gateway.domain.release.lifecycle import RELEASE_PART
from gateway.domain.release.opening import addressed_to, part_of, remaining
from gateway.domain.release.parts import PartLine, dumped, parsed
from gateway.domain.release.record import PartRow, PromiseRow, ReleaseRow
from gateway.ports import Json
from gateway.ports.release import AtGate, ReleaseSession
from gateway.stages.gate_facts import Known, parts_now, speaking
from gateway.stages.gate_writing import Desk, transmit

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Told:
    """A part that a warehouse has, with the order that it is of, that order's document, and whether it has left."""

    part: PartRow
    of: AtGate
    document: Json
    left: bool = False

    @property
    def held(self) -> HeldPart:
        """As decisions see it."""
        return HeldPart(parsed(self.part.lines), self.left)


@dataclass(slots=True)
class Changed:
    """What came of a change: the order's row, and whom it was told to."""

    row: ReleaseRow
    warehouses: list[str] = field(default_factory=list)
    kept: list[PartLine] = field(default_factory=list)


async def told_of(session: ReleaseSession, orders: Sequence[AtGate], desk: Desk) -> list[Told]:
    """What warehouses have of orders, those that came first before the others; without what they refuse."""
    terms = desk.configuration.release
    found: list[Told] = []
    for order in sorted(orders, key=lambda order: order.arrived):
        parts, _ = await parts_now(session, order.row.id, terms)
        document = orjson.loads(order.json) if order.json is not None else {}
        found += [Told(part, order, document) for part in parts if part.state == "sent"]
    shipped = await session.shipped_of([order.row.id for order in orders], speaking(terms)) if found else {}
    left: dict[str, list[bool]] = {}
    for warehouse in {one.part.warehouse for one in found}:
        mine = [one for one in found if one.part.warehouse == warehouse]
        said = shipped.get(mine[0].part.id, ())  # what it has said is the same for all that it has
        left[warehouse] = have_left([parsed(one.part.lines) for one in mine], said)
    return [Told(one.part, one.of, one.document, left[one.part.warehouse].pop(0)) for one in found]


def change(known: Known, parts: Sequence[Told], row: ReleaseRow, desk: Desk) -> Changed:
    """Share out a changed order over the parts that there are: who has something else by now is told.

    The rest is not decided here.
    """
    done = Changed(row._replace(rounds=max([row.rounds, *(one.of.row.rounds for one in parts)])))
    for one, lines in zip(parts, shared_again([one.held for one in parts], known.says.demands), strict=True):
        after = [moved.after for moved in lines if moved.after is not None]
        if after:
            _keep(known, one, after, done, desk)
        elif one.left:
            continue  # nobody can take back what is gone
        else:
            _cancel(known, one, done, desk)
        _promise(one, lines, known.one.row.id, desk)
        done.kept += after
    return done


def cancel(known: Known, parts: Sequence[Told], row: ReleaseRow, desk: Desk) -> Changed:
    """Tell everybody who has something, and has not shipped it, not to ship it."""
    done = Changed(row)
    for one in parts:
        if not one.left:
            _cancel(known, one, done, desk)
            _promise(one, [Moved(line, None) for line in one.held.lines], known.one.row.id, desk)
    return done


def take_back(known: Known, parts: Sequence[Told], goods: Sequence[PartLine], row: ReleaseRow, desk: Desk) -> Changed:
    """Tell those who have goods of another order that so much of them is not to be shipped, the last first."""
    done = Changed(row)
    demands = [Demand(line.place, line.line, line.names, line.quantity, None, line.order_line) for line in goods]
    for one, lines in zip(parts, taken_away([one.held for one in parts], demands), strict=True):
        after = [moved.after for moved in lines if moved.after is not None]
        if all(moved.after == moved.before for moved in lines):
            continue
        if after:
            document = _portion(one.document, after, one, "replace")
            sent = _tell(known, one, document, done, desk)
            desk.settlement.parts.append(one.part._replace(transmission=sent or one.part.transmission, lines=dumped(after)))
        else:
            _cancel(known, one, done, desk)
        _promise(one, lines, one.of.row.id, desk)
    return done


def still_wanted(known: Known, done: Changed, desk: Desk) -> Known:
    """What is left of a changed order that nobody has."""
    own = [part for part in desk.settlement.parts if part.release == known.one.row.id]
    return known.wanting(remaining(known.facts.demands, done.kept), own)


def _keep(known: Known, one: Told, lines: Sequence[PartLine], done: Changed, desk: Desk) -> None:
    """The part is one of the changed order; its warehouse is told what is different, if anything is."""
    document = _portion(known.document, lines, one, "replace")
    sent = None
    if not one.left and not says_the_same(_portion(one.document, one.held.lines, one, "replace"), document):
        sent = _tell(known, one, document, done, desk)
    _end(one, f"goes on in {known.says.number}", desk)
    done.row = done.row._replace(rounds=done.row.rounds + 1)
    successor = one.part._replace(
        id=desk.new_id(),
        release=known.one.row.id,
        ordinal=done.row.rounds,
        lines=dumped(lines),
        transmission=sent or one.part.transmission,
    )
    desk.settlement.parts.append(successor)


def _cancel(known: Known, one: Told, done: Changed, desk: Desk) -> None:
    """Its warehouse is told to ship nothing of a part."""
    document = _portion(one.document, one.held.lines, one, "cancel") if one.document else known.document
    _tell(known, one, {**document, "number": one.part.number, "purpose": "cancel"}, done, desk)
    _end(one, f"cancelled by {known.says.number}", desk)


def _end(one: Told, note: str, desk: Desk) -> None:
    desk.settlement.parts.append(one.part._replace(state=move(RELEASE_PART, one.part.state, "withdrawn"), note=note))


def _portion(document: Mapping[str, Json], lines: Sequence[PartLine], one: Told, purpose: str) -> Json:
    """So much of a document, under the number by which its warehouse knows the part."""
    return {**part_of(document, {line.place: line.stands for line in lines}, number=one.part.number), "purpose": purpose}


def _tell(known: Known, one: Told, document: Json, done: Changed, desk: Desk) -> UUID | None:
    """Send a document to the warehouse that has a part; None where that is none any more."""
    warehouse = desk.configuration.release.named(one.part.warehouse)
    if warehouse is None:
        return None
    addressed = desk.configuration.release.of_partner(one.of.partner)
    if addressed is None or addressed.id != warehouse.id:
        document = addressed_to(document, warehouse.identifiers)
    done.warehouses.append(warehouse.id)
    key = f"release:{one.part.id}:{known.one.row.id}"
    return transmit(known, warehouse, one.part.number, orjson.dumps(document), desk, key=key)


def _promise(one: Told, lines: Sequence[Moved], successor: UUID, desk: Desk) -> None:
    """Goods that the part keeps are promised by who goes on with it; the others to nobody."""
    for moved in lines:
        place, quantity = (moved.before.place, ZERO) if moved.after is None else (moved.after.place, moved.after.stands)
        row = PromiseRow(one.of.row.id, one.part.warehouse, moved.before.place, successor, place, quantity)
        desk.settlement.promises.append(row)
