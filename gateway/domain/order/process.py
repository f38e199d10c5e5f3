"""The order process: what has become of an order follows from all that was ever said of it, not from the order in which it came.

Statements are applied by the time at which things happened. What needs something else first waits for it, what contradicts is
refused; each statement that is accepted gives those before it another chance. So every arrival order of the same statements ends
in the same state.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from gateway.domain.order.line import Contradiction, Early, meant
from gateway.domain.order.milestone import Event, Milestone
from gateway.domain.order.order import SUMS, Order, Rules, apply
from gateway.domain.order.quantities import ZERO

_RANKS = {event: rank for rank, event in enumerate(Event)}
_SKEW = timedelta(minutes=5)
"""By how much clocks may differ before somebody is told."""
_WISHES = frozenset(
    {Event.ACCEPTED, Event.REJECTED, Event.CHANGED, Event.CANCELLED, Event.ALLOCATED, Event.BACK_ORDERED, Event.HELD}
)
"""What somebody wants holds at its time or not at all; what happened to goods stays true, and may become possible by a change."""


class Says(StrEnum):
    """What becomes of a statement."""

    APPLIED = "applied"
    WAITS = "waiting"
    REFUSED = "refused"
    REPEATS = "repeated"


@dataclass(frozen=True, slots=True)
class Statement:
    """A milestone as it was heard here."""

    said: Milestone
    heard: datetime

    @property
    def name(self) -> tuple[str, str]:
        """What it is known by: its source, and its key there."""
        return self.said.source, self.said.key


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a statement and why. `needs` is what it waits for. `flags` are oddities of its time."""

    says: Says
    code: str = ""
    message: str = ""
    needs: Event | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """An order, and the verdict on each statement about it by its name.

    `effects` are the quantities that statements added, by line and measure (`1:shipped`): nothing where others had said so.
    """

    order: Order
    verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict)
    effects: dict[tuple[str, str], Mapping[str, Decimal]] = field(default_factory=dict)


def judge(statements: Iterable[Statement], rules: Rules) -> Judgement:
    """The order that follows from statements. Of several with the same name the one that was heard first counts."""
    known = _once(statements)
    times = happened(known)
    ordered = sorted(known, key=lambda one: _place(one, times[one.name]))
    voiced = [one for one in ordered if _may_speak(one, rules)]
    replaced = _replaced(voiced, rules)
    voiced = [one for one in voiced if one.name not in replaced]
    effects = dict[tuple[str, str], Mapping[str, Decimal]]()
    order, verdicts = _settled(voiced, times, rules, effects)
    verdicts |= replaced
    verdicts |= _unauthorised([one for one in ordered if one.name not in verdicts], order, rules)
    flags = {one.name: tuple(_flags(one, order)) for one in known}
    return Judgement(order, {name: _flagged(verdict, flags[name]) for name, verdict in verdicts.items()}, effects)


def happened(statements: Sequence[Statement]) -> dict[tuple[str, str], datetime]:
    """When what statements say happened: as they say, else when they were heard.

    Where a source counts its statements they happened in that order, whatever its clock says.
    """
    times = {one.name: one.said.occurred or one.heard for one in statements}
    counted = [one for one in statements if one.said.version is not None]
    latest: dict[str, datetime] = {}
    for one in sorted(counted, key=lambda one: (one.said.version or 0, times[one.name])):
        source = one.said.source
        times[one.name] = latest[source] = max(times[one.name], latest.get(source, times[one.name]))
    return times


def _once(statements: Iterable[Statement]) -> list[Statement]:
    first: dict[tuple[str, str], Statement] = {}
    for one in sorted(statements, key=lambda one: one.heard):
        first.setdefault(one.name, one)
    return list(first.values())


def _place(one: Statement, at: datetime) -> tuple[bool, datetime, int, int, bool, str, str]:
    """An order begins with its receipt; at the same time the usual course of things counts, and the whole before its lines."""
    said = one.said
    return said.event is not Event.RECEIVED, at, _RANKS[said.event], said.version or 0, bool(said.lines), said.source, said.key


def _may_speak(one: Statement, rules: Rules) -> bool:
    authority = rules.authority
    return authority.knows(one.said.source) and authority.may_say(one.said.source, one.said.event)


def _replaced(statements: Iterable[Statement], rules: Rules) -> dict[tuple[str, str], Verdict]:
    """Of several versions of one invoice the one that was heard last counts: what is posted again is not billed twice."""
    verdicts, last = dict[tuple[str, str], Verdict](), dict[tuple[str, str], Statement]()
    for one in sorted(statements, key=lambda one: (one.heard, one.name)):
        number = next((link.value for link in one.said.links if link.kind == "invoice"), None)
        if one.said.event is not Event.INVOICED or number is None:
            continue
        place = (rules.authority.voice(one.said.source, one.said.event), number)
        if (before := last.get(place)) is not None:
            verdicts[before.name] = Verdict(Says.REPEATS, "replaced", f"a later version of {number} takes its place")
        last[place] = one
    return verdicts


def _settled(
    statements: Sequence[Statement],
    times: dict[tuple[str, str], datetime],
    rules: Rules,
    effects: dict[tuple[str, str], Mapping[str, Decimal]],
) -> tuple[Order, dict[tuple[str, str], Verdict]]:
    """Apply the first statement that can be applied, as long as there is one."""
    order, verdicts = Order(), dict[tuple[str, str], Verdict]()
    left, place = list(statements), 0
    while place < len(left):
        one = left[place]
        try:
            after = apply(order, one.said, rules, times[one.name])
        except Early as early:
            verdicts[one.name] = Verdict(Says.WAITS, f"waits-for-{early.needs.value}".replace("_", "-"), str(early), early.needs)
        except Contradiction as contradiction:
            verdicts[one.name] = Verdict(Says.REFUSED, contradiction.code, str(contradiction))
            if one.said.event in _WISHES:
                del left[place]
                continue
        else:
            verdicts[one.name] = Verdict(Says.APPLIED)
            effects[one.name] = _effect(order, after, one.said.event)
            order = after
            del left[place]
            place = 0
            continue
        place += 1
    return order, verdicts


def _effect(before: Order, after: Order, event: Event) -> Mapping[str, Decimal]:
    """The quantities that a statement has added, by line and measure."""
    if (measure := SUMS.get(event)) is None:
        return {}
    had = {key: getattr(line.quantities, measure) for key, line in before.lines.items()}
    has = {key: getattr(line.quantities, measure) for key, line in after.lines.items()}
    return {f"{key}:{measure}": quantity - had[key] for key, quantity in has.items() if quantity > had.get(key, quantity)}


def _unauthorised(statements: Sequence[Statement], order: Order, rules: Rules) -> dict[tuple[str, str], Verdict]:
    """Who has no authority may repeat what is true. Anything else is refused, and moves nothing either way."""
    verdicts, told = dict[tuple[str, str], Verdict](), dict[tuple[str, Event, str], Decimal]()
    for one in statements:
        source, event = one.said.source, one.said.event
        if not rules.authority.knows(source):
            text = f"{source} is neither an application nor a partner of this gateway."
            verdicts[one.name] = Verdict(Says.REFUSED, "source-unknown", text)
        elif _is_true(one.said, order, told):
            verdicts[one.name] = Verdict(Says.REPEATS)
        else:
            may = ", ".join(sorted(rules.authority.sources[event])) or "nobody"
            text = f"{source} may not say that something was {event.value.replace('_', ' ')}: {may} may."
            verdicts[one.name] = Verdict(Says.REFUSED, "without-authority", text)
    return verdicts


def _is_true(said: Milestone, order: Order, told: dict[tuple[str, Event, str], Decimal]) -> bool:
    """Whether a statement says nothing that is not known; what one source says of one line is added up in `told`."""
    if said.event not in order.steps:
        return False
    for wanted in said.lines:
        try:
            keys = meant(order.lines, wanted)
        except Contradiction:
            return False
        true = sum((getattr(order.lines[key].quantities, said.event.value, wanted.quantity) for key in keys), ZERO)
        place = (said.source, said.event, keys[0])
        told[place] = wanted.quantity + (ZERO if said.total else told.get(place, ZERO))
        if told[place] > true:
            return False
    return True


def _flags(one: Statement, order: Order) -> Iterable[str]:
    """Times that cannot be right: the clock of the source is wrong, or ours."""
    occurred, began = one.said.occurred, order.steps.get(Event.RECEIVED)
    if occurred is None:
        return
    if occurred > one.heard + _SKEW:
        yield "future"
    if began is not None and one.said.event is not Event.RECEIVED and occurred < began - _SKEW:
        yield "before-order"


def _flagged(verdict: Verdict, flags: tuple[str, ...]) -> Verdict:
    return Verdict(verdict.says, verdict.code, verdict.message, verdict.needs, flags) if flags else verdict
