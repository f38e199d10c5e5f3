"""Which orders will likely be late: from how long the same steps took before, at the same partner and warehouse.

Nothing is learned but distributions, so that each answer can be told in one sentence. An order is judged by those before that
took at least as long as it has taken already: what is slow so far is not compared with what was quick.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from uuid import UUID

from gateway.domain.service_level_words import span

STEPS: Final = (
    "received", "accepted", "allocated", "released", "picking", "picked", "packed", "shipped", "in_transit", "delivered",
)  # fmt: skip
"""What happens to an order, in its usual course."""
LEAST: Final = 10
"""So few orders before say nothing."""
LIKELY: Final = 0.5
"""Late is likely when more than this share of those before took longer than is left."""
_HALF, _MOST = 0.5, 0.9

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Past:
    """An order as far as it came: its steps with their times, and the warehouse, where one is known."""

    partner: str
    place: str | None
    steps: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Due:
    """What must have happened by when, and who wants that: `requested` by the customer, or a deadline's id."""

    goal: str
    at: datetime
    wanted_by: str


@dataclass(frozen=True, slots=True)
class Underway:
    """An order that is not there yet."""

    id: UUID
    partner: str
    place: str | None
    steps: Mapping[str, datetime]
    dues: Sequence[Due]


@dataclass(frozen=True, slots=True)
class Usual:
    """How long it takes from one step to another: of `orders`, at `place` or for `partner` where they are enough for that."""

    seconds: tuple[float, ...]
    place: str | None
    partner: str | None

    def quantile(self, share: float) -> timedelta:
        """The time within which that share of them was done."""
        return timedelta(seconds=self.seconds[min(int(share * len(self.seconds)), len(self.seconds) - 1)])

    def longer(self, *, than: timedelta, already: timedelta) -> float:
        """Of those that took longer than `already`, the share that took longer `than` that; all, where none did."""
        begun = len(self.seconds) - bisect_right(self.seconds, already.total_seconds())
        if not begun:
            return 1.0
        return (len(self.seconds) - bisect_right(self.seconds, max(than, already).total_seconds())) / begun


@dataclass(frozen=True, slots=True)
class Outlook:
    """That an order will likely be late, and why."""

    order: UUID
    partner: str
    place: str | None
    since: str
    begun: datetime
    due: Due
    usually: timedelta
    mostly: timedelta
    left: timedelta
    chance: float
    orders: int

    @property
    def because(self) -> str:
        """The reason in a sentence, for people who have to tell it on."""
        at = f" at {self.place}" if self.place else ""
        goal, since = self.due.goal.replace("_", " "), self.since.replace("_", " ")
        return (
            f"usually {span(self.usually)} from {since} to {goal}{at}, 90 %: {span(self.mostly)}; "
            f"{span(self.left)} are left of {span(self.due.at - self.begun)}"
        )


class History:
    """How long steps took, by partner and place."""

    def __init__(self, past: Iterable[Past]) -> None:
        self._past = list(past)
        self._known: dict[tuple[str, str], Mapping[tuple[str | None, str | None], tuple[float, ...]]] = {}

    def usual(self, since: str, goal: str, *, partner: str, place: str | None) -> Usual | None:
        """From the orders that are most like it: same partner and place, same place, same partner, all; None: too few."""
        groups = self._groups(since, goal)
        scopes = ((partner, place), (None, place), (partner, None), (None, None)) if place else ((partner, None), (None, None))
        for of_partner, at in scopes:
            if len(seconds := groups.get((of_partner, at), ())) >= LEAST:
                return Usual(seconds, at, of_partner)
        return None

    def _groups(self, since: str, goal: str) -> Mapping[tuple[str | None, str | None], tuple[float, ...]]:
        if (since, goal) not in self._known:
            found: defaultdict[tuple[str | None, str | None], list[float]] = defaultdict(list)
            for one in self._past:
                begun, ended = one.steps.get(since), one.steps.get(goal)
                if begun is None or ended is None or ended < begun:
                    continue
                scopes = {(one.partner, one.place), (None, one.place), (one.partner, None), (None, None)}
                for scope in scopes:
                    found[scope].append((ended - begun).total_seconds())
            self._known[since, goal] = {scope: tuple(sorted(seconds)) for scope, seconds in found.items()}
        return self._known[since, goal]


def outlook(order: Underway, history: History, *, now: datetime) -> Outlook | None:
    """That it will likely be late for something that is due; of several the most likely. None: it will not, or nobody knows.

    What is over its time already is late, not likely to be, and is told elsewhere.
    """
    found = [one for due in order.dues if due.at > now and (one := _outlook(order, due, history, now)) is not None]
    return max(found, key=lambda one: (one.chance, -one.left.total_seconds()), default=None)


def _outlook(order: Underway, due: Due, history: History, now: datetime) -> Outlook | None:
    if due.goal in order.steps or due.goal not in STEPS:
        return None
    for since in reversed(STEPS[: STEPS.index(due.goal)]):
        begun = order.steps.get(since)
        usual = history.usual(since, due.goal, partner=order.partner, place=order.place) if begun is not None else None
        if begun is None or usual is None:
            continue
        chance = usual.longer(than=due.at - begun, already=max(now - begun, timedelta()))
        if chance <= LIKELY:
            return None
        return Outlook(
            order.id, order.partner, usual.place, since, begun, due, usual.quantile(_HALF), usual.quantile(_MOST), due.at - now,
            chance, len(usual.seconds),
        )  # fmt: skip
    return None


def requested_of(documents: Iterable[Json], zone: tzinfo) -> datetime | None:
    """When the customer wants to have the goods: the last word of an order and its changes. A day ends with its last moment."""
    wanted: datetime | None = None
    for document in documents:
        lines = document.get("lines") or ()
        texts = [document.get("requested_delivery")] if document.get("requested_delivery") else []
        texts = texts or [line["requested_delivery"] for line in lines if line.get("requested_delivery")]
        texts = texts or [part["requested"] for line in lines for part in line.get("schedule") or () if part.get("requested")]
        moments = [moment for text in texts if (moment := _moment(str(text), zone)) is not None]
        wanted = min(moments, default=wanted)
    return wanted


def _moment(text: str, zone: tzinfo) -> datetime | None:
    try:
        if len(text) == len("2026-11-22"):
            moment = datetime.combine(date.fromisoformat(text), time.max, zone)
        else:
            moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year in (MINYEAR, MAXYEAR):  # how some systems write that there is no date
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def summary(name: str, outlooks: Sequence[tuple[str, Outlook]], zone: tzinfo) -> str:
    """What customer service can tell a customer: its orders that will likely be late, without what is ours alone."""
    begin = f"{name}: {len(outlooks)} order{'s' if len(outlooks) != 1 else ''} will likely be late."
    return "\n".join([begin, *(_told(number, one, zone) for number, one in outlooks)])


def _told(number: str, one: Outlook, zone: tzinfo) -> str:
    goal, expected = one.due.goal.replace("_", " "), max(one.begun + one.usually, one.due.at)
    wanted = "requested" if one.due.wanted_by == "requested" else "due"
    return (
        f"- Order {number}: {wanted} for {one.due.at.astimezone(zone):%Y-%m-%d %H:%M}, "
        f"likely {goal} after {expected.astimezone(zone):%Y-%m-%d %H:%M}."
    )
