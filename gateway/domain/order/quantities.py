"""How much of a line was ordered and what became of it, and the laws that these quantities obey whoever says what."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from gateway.domain.order.milestone import Event

ZERO = Decimal(0)


class Basis(StrEnum):
    """What may be invoiced: what was shipped, or what was ordered, as where it is paid in advance."""

    SHIPPED = "shipped"
    ORDERED = "ordered"


@dataclass(frozen=True, slots=True)
class Quantities:
    """One line, in the unit of the order. `rejected` is what the seller refused, `cancelled` what was taken back by either."""

    ordered: Decimal = ZERO
    accepted: Decimal = ZERO
    rejected: Decimal = ZERO
    cancelled: Decimal = ZERO
    allocated: Decimal = ZERO
    back_ordered: Decimal = ZERO
    shipped: Decimal = ZERO
    delivered: Decimal = ZERO
    invoiced: Decimal = ZERO
    returned: Decimal = ZERO

    @property
    def open(self) -> Decimal:
        """What is to come, or has come: ordered, and neither rejected nor cancelled."""
        return self.ordered - self.rejected - self.cancelled

    @property
    def outstanding(self) -> Decimal:
        """What is still to be shipped."""
        return self.open - self.shipped


@dataclass(frozen=True, slots=True)
class Law:
    """Something that must hold. What breaks it waits for an event (`needs`), or is a conflict. `text` says the law."""

    name: str
    holds: Callable[[Quantities, Basis], bool]
    text: str
    needs: Event | None = None


LAWS: tuple[Law, ...] = (
    Law("more-accepted-than-ordered", lambda q, _: q.accepted <= q.open, "accepted + rejected + cancelled <= ordered"),
    Law("more-shipped-than-ordered", lambda q, _: q.shipped <= q.open, "shipped + rejected + cancelled <= ordered"),
    Law("more-allocated-than-ordered", lambda q, _: q.allocated <= q.open, "allocated + rejected + cancelled <= ordered"),
    Law("more-back-ordered-than-outstanding", lambda q, _: q.back_ordered <= q.outstanding, "back-ordered + shipped <= ordered"),
    Law("more-delivered-than-shipped", lambda q, _: q.delivered <= q.shipped, "delivered <= shipped", Event.SHIPPED),
    Law("more-returned-than-delivered", lambda q, _: q.returned <= q.delivered, "returned <= delivered", Event.SHIPPED),
    Law(
        "more-invoiced-than-shipped",
        lambda q, basis: basis is Basis.ORDERED or q.invoiced <= q.shipped,
        "invoiced <= shipped",
        Event.SHIPPED,
    ),
    Law("more-invoiced-than-ordered", lambda q, _: q.invoiced <= q.ordered, "invoiced <= ordered"),
)
"""All laws of one line. No sequence of events leaves a line that breaks one."""


def broken(quantities: Quantities, basis: Basis) -> Law | None:
    """The first law that does not hold."""
    return next((law for law in LAWS if not law.holds(quantities, basis)), None)
