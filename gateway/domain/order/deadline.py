"""What must have happened to an order by when: found from what is known of it, never remembered beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.calendar import Calendar, due_after
from gateway.domain.order.milestone import Event
from gateway.domain.order.process import Judgement, Says, Statement, happened


@dataclass(frozen=True, slots=True)
class Deadline:
    """`milestone` must come within a time after `after`. With `by`, only that source's word counts. Empty `partners` are all.

    The time is that of the clock, or the open hours of a `calendar`. `owner` answers when it is missed; None is the partner's.
    """

    id: str
    milestone: Event
    after: Event
    within: timedelta
    by: str | None = None
    calendar: str | None = None
    owner: str | None = None
    partners: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline of one order: when it is due, and when what it is about happened, if it has."""

    deadline: str
    due: datetime
    met: datetime | None


_OVER = frozenset({"cancelled", "rejected", "closed"})
"""States of orders that nothing is expected of any more."""


def dues(
    statements: Iterable[Statement],
    judgement: Judgement,
    deadlines: Iterable[Deadline],
    *,
    partner: str | None,
    calendars: Mapping[str, Calendar],
) -> Iterator[Due]:
    """The deadlines that run for an order, or ran until they were met. One that nothing is expected of has those it met."""
    known = list(statements)
    times = happened(known)
    held = [one for one in known if judgement.verdicts[one.name].says in (Says.APPLIED, Says.REPEATS)]
    for deadline in deadlines:
        begun = judgement.order.steps.get(deadline.after)
        if begun is None or (deadline.partners and partner not in deadline.partners):
            continue
        met = min((times[one.name] for one in held if _is_about(one, deadline)), default=None)
        if met is not None or judgement.order.state not in _OVER:
            yield Due(deadline.id, due_after(begun, deadline.within, calendars.get(deadline.calendar or "")), met)


def _is_about(one: Statement, deadline: Deadline) -> bool:
    return one.said.event is deadline.milestone and deadline.by in (None, one.said.source)
