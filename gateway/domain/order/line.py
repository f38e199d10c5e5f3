"""A line of an order: its state, its quantities, and who says what of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from gateway.domain.order.lifecycle import EARLY, GONE, IN_PART, LINE, NEEDS
from gateway.domain.order.milestone import Event, LineQuantity
from gateway.domain.order.quantities import ZERO, Basis, Quantities, broken

SUMS = ("shipped", "delivered", "invoiced", "returned", "cancelled")
"""Quantities that add up statement by statement. All others are stated anew each time."""


_BY_RETURN = "by return"
"""Who says that goods were delivered which came back."""


def plain(quantity: Decimal) -> Decimal:
    """The same number as people write it: systems that only know floating point say 10.0."""
    whole = quantity.to_integral_value()
    return whole if whole == quantity else quantity.normalize()


class Early(Exception):
    """A statement that needs another one first."""

    def __init__(self, needs: Event, reason: str) -> None:
        super().__init__(reason)
        self.needs = needs


class Contradiction(Exception):
    """A statement that excludes what is known. `code` is for machines."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Line:
    """A line as far as it is known. `number` is the customer's, `items` are all identifiers of what was ordered.

    `said` holds per quantity what each voice has said so far. Several systems tell of the same goods, each on its own: the
    quantity is the largest of what they say, never their sum.
    """

    number: str
    unit: str | None = None
    items: frozenset[str] = frozenset()
    state: str = "received"
    quantities: Quantities = field(default_factory=Quantities)
    said: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)

    def told(self, measure: str, voice: str) -> Decimal:
        """What a voice has said of a quantity so far."""
        return self.said.get((measure, voice), ZERO)

    def saying(self, measure: str, voice: str, quantity: Decimal) -> "Line":
        """The line when a voice says so much of a quantity, all in all."""
        said = {**self.said, (measure, voice): plain(quantity)}
        most = max(value for (of, _), value in said.items() if of == measure)
        return replace(self, said=said, quantities=replace(self.quantities, **{measure: most}))

    def level(self, measure: str, quantity: Decimal) -> "Line":
        """The line when a quantity that is stated anew each time is so much."""
        return replace(self, quantities=replace(self.quantities, **{measure: plain(quantity)}))

    def come_back(self) -> "Line":
        """The line with what a return proves: what came back had arrived, though no carrier said so.

        Where nobody tells of deliveries, or of trouble with them, all that was shipped had; else no more than came back.
        """
        q = self.quantities
        untold = not q.delivered and self.state != "delivery_exception"
        arrived = min(q.shipped if untold else q.returned, q.shipped)
        return self.saying("delivered", _BY_RETURN, arrived) if arrived > q.delivered else self

    def fitted(self, stated: str | None = None) -> "Line":
        """The line without promises for what is gone: no more is accepted, allocated or back-ordered than can come.

        What was `stated` just now stays, and is judged.
        """
        q = self.quantities
        most = {"accepted": q.open, "allocated": q.open, "back_ordered": q.outstanding}
        over = {name: max(limit, ZERO) for name, limit in most.items() if name != stated and getattr(q, name) > limit}
        return replace(self, quantities=replace(q, **over)) if over else self

    def moved(self, event: Event, basis: Basis) -> "Line":
        """The line in its next state. Raises Early or Contradiction, by the table and by the laws of quantities."""
        name = event.value + (IN_PART if _in_part(event, self.quantities) else "")
        if (self.state, name) in EARLY:
            raise Early(NEEDS[event], f"line {self.number} is {_words(self.state)}")
        if (self.state, name) not in LINE:
            text = f"Line {self.number} is {_words(self.state)}: it cannot be {_words(event.value)} any more."
            raise Contradiction(f"{_code(event.value)}-after-{_code(self.state)}", text)
        law = broken(self.quantities, basis)
        if law is not None and law.needs is not None:
            raise Early(law.needs, f"line {self.number} would break: {law.text}")
        if law is not None:
            raise Contradiction(law.name, f"Line {self.number} would break: {law.text}{_figures(self.quantities)}.")
        return replace(self, state=LINE[self.state, name]).completed()

    def completed(self) -> "Line":
        """The line in the state that its quantities have come to, when what was open of it has grown or shrunk."""
        line = self
        while (event := _completion(line.state, line.quantities)) is not None:
            line = replace(line, state=LINE[line.state, event])
        return line


def _in_part(event: Event, q: Quantities) -> bool:
    """Whether an event leaves something of the line open that others of its kind do not."""
    match event:
        case Event.REJECTED | Event.CANCELLED:
            return q.open > ZERO
        case Event.SHIPPED | Event.IN_TRANSIT:
            return q.shipped < q.open
        case Event.DELIVERED:
            return q.delivered < q.open
        case Event.RETURNED:
            return q.returned < q.open
        case Event.ALLOCATED:
            return q.allocated < q.outstanding
        case Event.BACK_ORDERED:
            return q.back_ordered < q.outstanding
    return False


def _completion(state: str, q: Quantities) -> str | None:
    """The event of the table by which a state follows the quantities; None when they fit."""
    if q.open <= ZERO:
        return None if state in GONE else "cancelled"
    match state:
        case "partly_shipped" | "shipped" | "in_transit" if q.delivered > ZERO:
            return "delivered_in_part"
        case "partly_shipped" if q.shipped >= q.open:
            return "rest_dropped"
        case "partly_delivered" | "delivery_exception" if q.delivered >= q.open:
            return "rest_dropped"
        case "shipped" | "in_transit" | "rejected" | "cancelled" if q.shipped < q.open:
            return "more_ordered"
        case "delivered" | "partly_returned" | "returned" if q.delivered < q.open:
            return "more_ordered"
        case "delivered" if q.returned > ZERO:
            return "returned" if q.returned >= q.open else "returned_in_part"
    return None


def _figures(q: Quantities) -> str:
    known = ((name.replace("_", "-"), getattr(q, name)) for name in Quantities.__dataclass_fields__)
    return " (" + ", ".join(f"{name} {value.normalize():f}" for name, value in known if value) + ")"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _code(name: str) -> str:
    return name.replace("_", "-")


def line_key(number: str) -> str:
    """A line's number without the zeros that some systems put in front."""
    return number.strip().lstrip("0") or "0"


def meant(lines: Mapping[str, Line], wanted: LineQuantity) -> list[str]:
    """The keys of the lines that are meant: by number, else by item, else the only one. Raises Contradiction."""
    if wanted.line is not None and line_key(wanted.line) in lines:
        return [line_key(wanted.line)]
    names = {name for name in (wanted.item, *wanted.also) if name}
    if names:
        found = [key for key, line in lines.items() if line.items & names]
        if found:
            return found
    elif wanted.line is None and len(lines) == 1:
        return list(lines)
    text = f"line {wanted.line}" if wanted.line is not None else ", ".join(sorted(names)) or "a line without number or item"
    raise Contradiction("line-unknown", f"The order has no such line: {text}.")


def same_unit(line: Line, wanted: LineQuantity) -> None:
    """Raises Contradiction when two quantities cannot be compared."""
    if wanted.unit is not None and line.unit is not None and wanted.unit != line.unit:
        text = f"Line {line.number} is ordered in {line.unit}, and this is in {wanted.unit}."
        raise Contradiction("unit-differs", text)
    if not wanted.quantity.is_finite() or wanted.quantity < ZERO:
        raise Contradiction("quantity-invalid", f"Line {line.number}: {wanted.quantity} is no quantity.")


def shared_out(quantity: Decimal, room: Iterable[tuple[str, Decimal]]) -> list[tuple[str, Decimal]]:
    """A quantity over the lines that it may be for, in order, each no more than it has room for; the last takes the rest."""
    left, parts = quantity, list(room)
    shares: list[tuple[str, Decimal]] = []
    for position, (key, most) in enumerate(parts, 1):
        share = left if position == len(parts) else max(min(left, most), ZERO)
        left -= share
        if share or position == 1:
            shares.append((key, share))
    return shares
