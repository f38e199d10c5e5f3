"""How much of an item may be promised: on hand, less what is reserved, plus what comes until a day, less a buffer. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Inbound:
    """So much is expected at a time; None where nobody said when: it counts for no promise then."""

    quantity: Decimal
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """What a warehouse last said of an item, in `unit`, as of a time.

    `reserved` is what is spoken for there by its own account; None where its report says nothing of that.
    """

    on_hand: Decimal
    as_of: datetime
    unit: str | None = None
    reserved: Decimal | None = None
    inbound: tuple[Inbound, ...] = ()

    @property
    def nets(self) -> bool:
        """Whether the report itself takes off what the warehouse was told to ship."""
        return self.reserved is not None

    def coming(self, by: datetime) -> Decimal:
        """What is expected until a time."""
        return sum((one.quantity for one in self.inbound if one.at is not None and one.at <= by), ZERO)


@dataclass(frozen=True, slots=True)
class Buffer:
    """What a channel of sales is not told of: a number of pieces, or a share of what there is, whichever is more."""

    quantity: Decimal = ZERO
    share: Decimal = ZERO

    def taken_from(self, available: Decimal) -> Decimal:
        """What is left of a quantity. Never less than nothing."""
        return max(available - max(self.quantity, available * self.share), ZERO)


NONE = Buffer()


def available(level: Level, ours: Iterable[Decimal], *, by: datetime | None = None, buffer: Buffer = NONE) -> Decimal:
    """What may be promised of an item now, or by a time. `ours` are our own reservations that the level does not know of.

    Never less than nothing: who has promised too much already can promise nothing.
    """
    free = level.on_hand - (level.reserved or ZERO) - sum(ours, ZERO)
    if by is not None:
        free += level.coming(by)
    return buffer.taken_from(max(free, ZERO))


def expected(level: Level, ours: Iterable[Decimal], wanted: Decimal) -> datetime | None:
    """When so much will be there, as far as the inbound goods say; None where they do not suffice, or nobody knows when."""
    free = level.on_hand - (level.reserved or ZERO) - sum(ours, ZERO)
    for one in sorted((one for one in level.inbound if one.at is not None), key=lambda one: (one.at, one.quantity)):
        free += one.quantity
        if free >= wanted:
            return one.at
    return None
