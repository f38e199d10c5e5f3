"""What is known of an order when a document is made of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.domain.order.derivation.about import item_names
from gateway.domain.order.follow_up import Cover
from gateway.domain.order.line import line_key
from gateway.domain.order.milestone import LineQuantity, Link, Milestone
from gateway.domain.order.quantities import ZERO
from translators.canonical.base import CanonicalDocument
from translators.canonical.order import OrderLine
from translators.canonical.parts import DocumentReference, Party, Quantity
from translators.canonical.purchase_order import PurchaseOrder

ROLES = ("buyer", "seller", "ship_to", "ship_from", "bill_to", "ordering_party", "final_consignee")
"""The parties of an order that stand in what answers it."""


class NotMakeable(Exception):
    """Why nothing can be made. `code` is for machines."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line of the order as it was judged: its number, state, unit, and quantities by name."""

    number: str
    state: str
    unit: str | None
    quantities: Mapping[str, Decimal]

    def of(self, name: str) -> Decimal:
        """One of its quantities, by name."""
        return self.quantities.get(name, ZERO)

    @property
    def open(self) -> Decimal:
        """What is to come, or has come."""
        return self.of("ordered") - self.of("rejected") - self.of("cancelled")


@dataclass(frozen=True, slots=True)
class Truth:
    """An order, and the statement that something follows from: what it is about (`cover`), the names that it gave (`links`).

    `order` is the order as the customer wants it by now, `told` the document that made the statement, where there was one.
    `ordinal` counts what followed from milestones of the order, `first`: nothing of the kind went out before. `at` is when it
    became due to be done.
    """

    order: PurchaseOrder
    lines: Sequence[KnownLine]
    said: Milestone
    cover: Cover
    ordinal: int
    at: datetime
    first: bool = True
    links: Sequence[Link] = ()
    told: CanonicalDocument | None = None
    ordered: Mapping[str, OrderLine] = field(init=False)

    def __post_init__(self) -> None:
        by_key = {line_key(line.number or str(place)): line for place, line in enumerate(self.order.lines, 1)}
        object.__setattr__(self, "ordered", by_key)

    @property
    def number(self) -> str:
        """The number of what is made: the order's, and which of its answers and notices it is."""
        return f"{self.order.number}-{self.ordinal}"

    @property
    def seller_order(self) -> str | None:
        """What the seller calls the order."""
        return next((link.value for link in self.links if link.kind == "order" and link.value != self.order.number), None)

    def parties(self) -> dict[str, Any]:
        """The parties of the order, by role."""
        named: dict[str, Party | None] = {role: getattr(self.order, role) for role in ROLES}
        return {role: party for role, party in named.items() if party is not None}

    def reference(self, line: str | None = None) -> DocumentReference:
        """The customer's order, or a line of it."""
        return DocumentReference(number=self.order.number, release=self.order.release, line=line, issued=self.order.issued)

    def covered(self, measure: str) -> Iterator[tuple[KnownLine, OrderLine, Decimal]]:
        """The lines that the statement is about, as known and as ordered, with how much of them."""
        for known in self.lines:
            key = line_key(known.number)
            quantity = self.cover.get(f"{key}:{measure}", ZERO)
            if quantity > ZERO:
                yield known, self.ordered.get(key) or OrderLine.model_validate({"number": known.number, "item": {}}), quantity

    def line_meant(self, wanted: LineQuantity) -> str | None:
        """The key of the order's line that is meant by number, else by item."""
        if wanted.line is not None and line_key(wanted.line) in self.ordered:
            return line_key(wanted.line)
        names = {name for name in (wanted.item, *wanted.also) if name}
        found = [key for key, line in self.ordered.items() if names & set(item_names(line.item.identifiers))]
        return found[0] if len(found) == 1 else next(iter(self.ordered)) if len(self.ordered) == 1 and not names else None


def stated(value: Decimal, known: KnownLine, ordered: OrderLine) -> Quantity:
    """A quantity of a line, as the customer counts it."""
    unit = known.unit or (ordered.quantity.unit if ordered.quantity is not None else None)
    return Quantity(value=value, unit=unit)
