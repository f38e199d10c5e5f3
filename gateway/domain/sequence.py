"""The order of control numbers that come from a partner: what is next, what is missing, what comes late, what begins anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class OutOfSequence(StrEnum):
    """What becomes of an interchange whose control number is not the next one. Later members are more lenient.

    `reject`: refused and answered so. `hold`: it waits until the missing ones have come, for an agreed time. `flag`: processed,
    and its owner is told what is missing. `accept`: processed like any other.
    """

    REJECT = "reject"
    HOLD = "hold"
    FLAG = "flag"
    ACCEPT = "accept"


class Place(StrEnum):
    """Where a number stands. `restart`: so far back, or so far ahead, that the partner counts from somewhere else now."""

    NEXT = "next"
    AHEAD = "ahead"
    BEHIND = "behind"
    RESTART = "restart"


FAR = 1_000
"""Numbers further away than this are not missing or late: the partner has begun to count anew."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A number in its order. `last` is the last one from now on, `missing` those that have not come before it."""

    place: Place
    last: int
    missing: Sequence[int] = ()


def arrive(last: int | None, number: int, *, largest: int) -> Arrived:
    """Where a number stands when `last` was the largest before it (None: nothing came yet), counting from 1 up to `largest`.

    Numbers below the last one are late, however often they come; that they are no repeats was decided before.
    """
    if last is None or number == last + 1 or (number in (0, 1) and last == largest):
        return Arrived(Place.NEXT, number)
    if abs(number - last) > FAR:
        return Arrived(Place.RESTART, number)
    if number > last:
        return Arrived(Place.AHEAD, number, range(last + 1, number))
    return Arrived(Place.BEHIND, last)


def counted(control_number: str) -> int | None:
    """A control number that can be counted on: digits only (UNB 0020 may be anything)."""
    return int(control_number) if control_number.isascii() and control_number.isdigit() and len(control_number) < 19 else None
