"""An order as far as it is known, and what one statement makes of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from gateway.domain.order.authority import Authority
from gateway.domain.order.lifecycle import DONE, GONE, NEEDS, order_state
from gateway.domain.order.line import Contradiction, Early, Line, line_key, meant, same_unit, shared_out
from gateway.domain.order.milestone import Event, LineQuantity, Milestone
from gateway.domain.order.quantities import ZERO, Basis, Quantities
from gateway.domain.order.shipment import Portion, Shipment, arrived_by_line, names_of


@dataclass(frozen=True, slots=True)
class Rules:
    """What of the process is configured."""

    authority: Authority = field(default_factory=Authority)
    basis: Basis = Basis.SHIPPED


@dataclass(frozen=True, slots=True)
class Order:
    """An order: its lines by key, what was shipped together, and when each event was first said to have happened."""

    lines: Mapping[str, Line] = field(default_factory=dict)
    shipments: tuple[Shipment, ...] = ()
    steps: Mapping[Event, datetime] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """What has become of it."""
        invoiced = all(line.quantities.invoiced >= line.quantities.shipped for line in self.lines.values())
        return order_state([line.state for line in self.lines.values()], self.steps, invoiced=invoiced)


_OF_THE_WHOLE = frozenset({Event.PAYMENT_AUTHORISED, Event.PAID, Event.REFUNDED})
"""Money is not counted by line."""
SUMS = {
    Event.SHIPPED: "shipped",
    Event.DELIVERED: "delivered",
    Event.INVOICED: "invoiced",
    Event.RETURNED: "returned",
    Event.CANCELLED: "cancelled",
}
"""The quantities that add up statement by statement."""
LEVELS = {
    Event.ACCEPTED: "accepted",
    Event.REJECTED: "rejected",
    Event.ALLOCATED: "allocated",
    Event.BACK_ORDERED: "back_ordered",
}
"""The quantities that are stated anew each time."""
_BY_CARRIERS = frozenset({Event.IN_TRANSIT, Event.DELIVERY_EXCEPTION, Event.DELIVERED})
"""What is said of packages rather than of lines."""


def apply(order: Order, said: Milestone, rules: Rules, at: datetime) -> Order:
    """The order after a statement. Raises Early or Contradiction: it changes nothing then."""
    event = said.event
    if event is Event.RECEIVED:
        changed = _received(order, said)
    elif Event.RECEIVED not in order.steps:
        raise Early(Event.RECEIVED, "the order has not come yet")
    elif event in _OF_THE_WHOLE:
        changed = order
    elif event is Event.CLOSED:
        changed = _closed(order)
    elif event is Event.CHANGED:
        changed = _changed(order, said, rules)
    elif event in _BY_CARRIERS and not said.lines:
        changed = _by_carrier(order, said, rules)
    else:
        changed = _goods(order, said, rules)
    return changed if event in order.steps else replace(changed, steps={**changed.steps, event: at})


def _received(order: Order, said: Milestone) -> Order:
    """The lines as they were ordered. Said again by another system it adds nothing."""
    if order.lines:
        return order
    return replace(order, lines={line_key(line.number): line for line in _ordered(said.lines)})


def _ordered(wanted: Iterable[LineQuantity]) -> Iterator[Line]:
    for position, one in enumerate(wanted, 1):
        same_unit(Line(str(position)), one)
        items = frozenset(name for name in (one.item, *one.also) if name)
        line = Line(one.line or str(position), one.unit, items).level("ordered", one.quantity)
        yield line if one.quantity > ZERO else replace(line, state="cancelled")


def _closed(order: Order) -> Order:
    waiting = sum(line.state not in DONE for line in order.lines.values())
    if waiting:
        raise Early(NEEDS[Event.CLOSED], f"something of {waiting} of its lines is still to come")
    return order


def _changed(order: Order, said: Milestone, rules: Rules) -> Order:
    """Lines as they are to be from now on; new ones are added, what is not named stays."""
    if Event.CLOSED in order.steps:
        raise Contradiction("changed-after-closed", "The order is closed: it cannot be changed any more.")
    lines = dict(order.lines)
    for wanted in said.lines:
        key = line_key(wanted.line) if wanted.line is not None else ""
        if key and key not in lines:
            (lines[key],) = _ordered([wanted])
            continue
        (key, *others) = meant(lines, wanted)
        if others:
            raise Contradiction("line-unknown", f"Several lines are of {wanted.item}: the change must name its line.")
        same_unit(lines[key], wanted)
        lines[key] = lines[key].level("ordered", wanted.quantity).fitted().moved(Event.CHANGED, rules.basis)
    return replace(order, lines=lines)


def _by_carrier(order: Order, said: Milestone, rules: Rules) -> Order:
    """What a carrier says of packages; without any name it is about all that was shipped until then."""
    names = names_of(said.links)
    if not names:
        return _goods(order, said, rules)
    about = [shipment for shipment in order.shipments if shipment.names & names]
    if not about:
        raise Early(Event.SHIPPED, "nothing is known of the shipment it is about")
    touched = {shipment.portions[place].line for shipment in about for place in shipment.holds(names)}
    lines = dict(order.lines)
    if said.event is Event.DELIVERED:
        shipments = tuple(s.arriving(names) if s in about else s for s in order.shipments)
        order = replace(order, shipments=shipments)
        for (key, voice), quantity in arrived_by_line(shipments).items():
            lines[key] = lines[key].saying("delivered", f"by {voice}", quantity)
    for key in sorted(touched):
        lines[key] = lines[key].moved(said.event, rules.basis)
    return replace(order, lines=lines)


def _goods(order: Order, said: Milestone, rules: Rules) -> Order:
    voice = rules.authority.voice(said.source, said.event)
    if said.lines:
        return _by_line(order, said, voice, rules)
    return _of_all_lines(order, said, voice, rules)


def _by_line(order: Order, said: Milestone, voice: str, rules: Rules) -> Order:
    """A statement about lines: all of it holds, or nothing."""
    if not order.lines:
        raise Early(Event.CHANGED, "the lines of the order are not known")
    portions = list(_portions(order.lines, said, voice, rules.basis))
    sums: dict[str, Decimal] = {}
    for portion in portions:
        sums[portion.line] = sums.get(portion.line, ZERO) + portion.quantity
    changed = {key: _said_of(order.lines[key], said, voice, quantity, rules) for key, quantity in sums.items()}
    return _with_shipment(replace(order, lines={**order.lines, **changed}), said, voice, order.lines, portions)


def _portions(lines: Mapping[str, Line], said: Milestone, voice: str, basis: Basis) -> Iterator[Portion]:
    """How much a statement says of each line; what it says of an item that several lines are of is shared out."""
    taken: dict[str, Decimal] = {}
    for wanted in said.lines:
        keys = meant(lines, wanted)
        same_unit(lines[keys[0]], wanted)
        room = [(key, _room(lines[key], said, voice, basis) - taken.get(key, ZERO)) for key in keys]
        for key, quantity in shared_out(wanted.quantity, room):
            taken[key] = taken.get(key, ZERO) + quantity
            yield Portion(key, quantity, frozenset(wanted.packages))


def _room(line: Line, said: Milestone, voice: str, basis: Basis) -> Decimal:
    """How much of a line a statement may still be about."""
    measure = SUMS.get(said.event)
    told = line.told(measure, voice) if measure is not None and not said.total else ZERO
    return _most(line, said.event, basis) - told


def _said_of(line: Line, said: Milestone, voice: str, quantity: Decimal, rules: Rules) -> Line:
    """The line after a statement about so much of it. Nothing shipped is no shipment: the line stays where it is then."""
    level, counted = LEVELS.get(said.event), _counted(line, said, voice, quantity)
    if quantity > ZERO or (level is None and said.event not in SUMS):
        return counted.fitted(level).moved(said.event, rules.basis)
    return counted.fitted().completed()


def _counted(line: Line, said: Milestone, voice: str, quantity: Decimal) -> Line:
    """The line with the quantity that a statement says of it."""
    if (measure := SUMS.get(said.event)) is not None:
        told = line.told(measure, voice)
        line = line.saying(measure, voice, max(told, quantity) if said.total else told + quantity)
        return line.come_back() if said.event is Event.RETURNED else line
    if (measure := LEVELS.get(said.event)) is None:
        return line
    line = line.level(measure, quantity)
    if said.event is Event.ACCEPTED:  # a new answer takes back the one before
        q = line.quantities
        return line.level("rejected", max(min(q.rejected, q.ordered - q.cancelled - quantity), ZERO))
    return line


def _with_shipment(order: Order, said: Milestone, voice: str, before: Mapping[str, Line], portions: Iterable[Portion]) -> Order:
    """The order with what a shipment held, as far as it is new: later statements name it by its packages."""
    if said.event is not Event.SHIPPED:
        return order
    new = {key: line.told("shipped", voice) - before[key].told("shipped", voice) for key, line in order.lines.items()}
    held: list[Portion] = []
    for portion in portions:
        quantity = min(portion.quantity, new[portion.line])
        new[portion.line] -= quantity
        held += [replace(portion, quantity=quantity)] if quantity > ZERO else []
    return replace(order, shipments=(*order.shipments, Shipment(voice, names_of(said.links), tuple(held))))


_MOST: Mapping[Event, Callable[[Quantities], Decimal]] = {
    Event.ACCEPTED: lambda q: q.open,
    Event.REJECTED: lambda q: q.outstanding + q.rejected,
    Event.CANCELLED: lambda q: q.outstanding + q.cancelled,
    Event.ALLOCATED: lambda q: q.outstanding,
    Event.BACK_ORDERED: lambda q: q.outstanding,
    Event.SHIPPED: lambda q: q.open,
    Event.DELIVERED: lambda q: q.shipped,
    Event.INVOICED: lambda q: q.shipped,
    Event.RETURNED: lambda q: q.delivered or q.shipped,
}
"""How much of a line a statement about the whole order is about, all in all."""


def _most(line: Line, event: Event, basis: Basis) -> Decimal:
    if event is Event.INVOICED and basis is Basis.ORDERED:
        return line.quantities.open
    return _MOST[event](line.quantities) if event in _MOST else ZERO


def _of_all_lines(order: Order, said: Milestone, voice: str, rules: Rules) -> Order:
    """A statement about the whole order: it holds for the lines that it can be about; when there is none it does not hold."""
    said = replace(said, total=True)
    lines, portions = dict(order.lines), []
    reason: Early | Contradiction | None = None
    anew = said.event is Event.ACCEPTED and order.state == "rejected"
    for key, line in order.lines.items():
        quantity = line.quantities.ordered - line.quantities.cancelled if anew else _most(line, said.event, rules.basis)
        try:
            changed = _all_of(line, said, voice, quantity, rules)
        except (Early, Contradiction) as why:
            reason = why if reason is None or isinstance(why, Early) else reason
            continue
        if changed is not None:
            lines[key] = changed
            portions.append(Portion(key, quantity))
    if reason is not None and not portions:
        raise reason
    return _with_shipment(replace(order, lines=lines), said, voice, order.lines, portions)


def _all_of(line: Line, said: Milestone, voice: str, quantity: Decimal, rules: Rules) -> Line | None:
    """A line after a statement about all of it; None when there is nothing of it that the statement could be about."""
    if said.event not in _MOST or quantity > ZERO:
        return _said_of(line, said, voice, quantity, rules)
    if said.event in _COMES_FROM and line.state not in DONE:
        raise Early(_COMES_FROM[said.event], f"nothing of line {line.number} can be {said.event.value} yet")
    if said.event not in LEVELS or line.state in GONE:
        line.moved(said.event, rules.basis)  # to be told why not
    return None


_COMES_FROM = {Event.DELIVERED: Event.SHIPPED, Event.INVOICED: Event.SHIPPED, Event.RETURNED: Event.SHIPPED}
"""What must have happened before there is a quantity that an event can be about."""
