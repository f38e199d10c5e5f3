"""An acknowledgement read out: what it says line by line, beside the lines of the document that it is about. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

Way = Literal["given", "received"]
"""`given` by us to a partner, or `received` from one."""

_AROUND: Final = 3
"""So many lines are shown before and after one that is meant: enough to see which item it belongs to."""
_WHOLE: Final = 80
"""A document of no more lines than these is shown whole."""
_MOST_BESIDE: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """One thing it says. `verdict` is set where it is a verdict, not an error. `quote` is the line of what is answered, `offset`
    its place in those bytes; both only for who may see what documents hold.
    """

    level: str
    subject: str
    sentence: str
    remedy: str = ""
    verdict: str | None = None
    code: str = ""
    quote: str = ""
    offset: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredLine:
    """A line (segment) of what is answered. `meant`: the acknowledgement speaks of it."""

    number: int
    offset: int
    depth: int
    name: str
    raw: str
    meant: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What is answered: an interchange by its number, `typed` where its type is known, one that is `unknown` here, or an AS2
    message.
    """

    kind: Literal["interchange", "typed", "unknown", "as2"]
    number: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an acknowledgement says. `beside` are the lines of what is answered that it speaks of, with those around them, out of
    `beside_of` in all. `message` is the transmission in which it came, `answered` that of what it answers, where there is one.
    """

    kind: str
    way: Way
    partner: str | None
    about: About
    verdict: str
    lines: tuple[ReadLine, ...]
    beside: tuple[AnsweredLine, ...] = ()
    beside_of: int = 0
    message: UUID | None = None
    answered: UUID | None = None


def beside(answered: Iterable[AnsweredLine], lines: Sequence[ReadLine]) -> tuple[tuple[AnsweredLine, ...], int]:
    """The lines of a document to be shown beside what is said of it, and how many it has: all of a short one, else those that
    are meant with a few around each.
    """
    meant = {line.offset for line in lines if line.offset is not None}
    every = [_as_meant(one) if one.offset in meant else one for one in answered]
    if len(every) <= _WHOLE:
        return tuple(every), len(every)
    shown: dict[int, AnsweredLine] = {}
    for place, one in enumerate(every):
        if one.meant:
            shown.update(enumerate(every[max(place - _AROUND, 0) : place + _AROUND + 1], max(place - _AROUND, 0)))
        if len(shown) >= _MOST_BESIDE:
            break
    return tuple(one for _, one in sorted(shown.items())), len(every)


def _as_meant(one: AnsweredLine) -> AnsweredLine:
    return AnsweredLine(number=one.number, offset=one.offset, depth=one.depth, name=one.name, raw=one.raw, meant=True)
