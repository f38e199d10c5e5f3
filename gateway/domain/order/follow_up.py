"""What must be done because a milestone of an order holds, once each: found when an order is judged, carried out later. Pure.

Several sources tell of the same goods, what was said is said again, and all of it is judged anew with each statement. So a rule
does not follow statements but what they changed: of quantities that add up (shipped, delivered …) it follows what no follow-up
of it covers yet; of those that are stated anew (accepted, back-ordered …) it follows a difference to what its last one covered;
of anything else, the statements of whoever said it first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from uuid import UUID

from gateway.domain.calendar import Calendar, due_after
from gateway.domain.order.authority import GATEWAY
from gateway.domain.order.milestone import Event
from gateway.domain.order.order import LEVELS, SUMS, Order
from gateway.domain.order.process import Judgement, Says, Statement
from gateway.domain.order.quantities import ZERO
from gateway.domain.route import Condition

Cover = Mapping[str, Decimal]
"""What a follow-up is about, by line and measure: so much more (`1:shipped`), or how much it was then (`1:accepted`)."""
LIVE = frozenset({"waiting", "failed", "done", "withdrawn"})
"""States of follow-ups that cover something; `withdrawn` was done, and what it followed from turned out not to hold."""
_UNDONE = frozenset({"waiting", "failed"})


@dataclass(frozen=True, slots=True)
class FollowUpRule:
    """`kind` says who carries it out; what that takes stands in the configuration under `id`.

    It follows any of `milestones`; with `by` only where one of these says so, without it from everybody but this gateway: what it
    sent is no reason to send it. It is due after a time, of the clock or in the open hours of a `calendar`. Empty `partners` are
    all. `condition` is asked of the order's document when it is due. `each`: every statement counts, whatever it changes.
    `owner` answers for what cannot be done; None is the partner's.
    """

    id: str
    kind: str
    milestones: frozenset[Event]
    by: frozenset[str] = frozenset()
    after: timedelta = timedelta()
    calendar: str | None = None
    owner: str | None = None
    partners: frozenset[str] = frozenset()
    condition: Condition | None = None
    when: str = ""
    each: bool = False

    def is_about(self, one: Statement, partner: str) -> bool:
        """Whether a statement is of the kind that it follows."""
        if one.said.event not in self.milestones or (self.partners and partner not in self.partners):
            return False
        return one.said.source in self.by if self.by else one.said.source != GATEWAY


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One thing to do. `statement` is what it follows from, by source and key; `ordinal` counts those of its order.

    `id` is None for a new one. What it is to be now is its `state`, one of `FOLLOW_UP`.
    """

    rule: str
    kind: str
    statement: tuple[str, str]
    event: Event
    ordinal: int
    cover: Cover
    due: datetime
    state: str = "waiting"
    id: UUID | None = None

    @property
    def key(self) -> str:
        """Its name among those of its rule and order: the same statement leads to one only, however often it is judged."""
        return key_of(self.statement)


def key_of(statement: tuple[str, str]) -> str:
    """The name of what follows from a statement."""
    return blake2b("\x1f".join(statement).encode(errors="replace"), digest_size=12).hexdigest()


@dataclass(slots=True)
class Followed:
    """What judging comes to: follow-ups that are new, and those that something happens to, by the events of `FOLLOW_UP`."""

    made: list[FollowUp] = field(default_factory=list)
    moved: list[tuple[FollowUp, str]] = field(default_factory=list)


def follow_ups(
    statements: Sequence[Statement],
    judgement: Judgement,
    rules: Iterable[FollowUpRule],
    known: Sequence[FollowUp],
    *,
    partner: str,
    before: Collection[tuple[str, str]],
    calendars: Mapping[str, Calendar],
    now: datetime,
) -> Followed:
    """What is to be done after an order was judged. `before` are the statements that held until now; `known` all follow-ups.

    Only what holds newly leads to something new: a rule that is added does not answer what is long over. Where what is not done
    yet is withdrawn, somebody else may have said the same: then everything that holds is looked at.
    """
    holds = [one for one in statements if judgement.verdicts[one.name].says is Says.APPLIED]
    names, result = {one.name for one in holds}, Followed()
    result.moved += [(one, event) for one in known if (event := _happens(one, names)) is not None]
    lost = {id(one) for one, event in result.moved if event == "withdrawn" and one.state in _UNDONE}
    for rule in rules:
        mine = [one for one in known if one.rule == rule.id]
        retracted = any(id(one) in lost for one in mine)
        wanted = [one for one in holds if rule.is_about(one, partner) and (retracted or one.name not in before)]
        if wanted:
            live = [one for one in mine if one.state in LIVE and id(one) not in lost]
            due = due_after(now, rule.after, calendars.get(rule.calendar or "")) if rule.after else now
            _Follower(rule, judgement, mine, live, due, len(known), result).follow(wanted)
    return result


def _happens(one: FollowUp, holds: Collection[tuple[str, str]]) -> str | None:
    """What happens to a follow-up because what it followed from holds no longer, or does again."""
    if one.statement in holds:
        return "holds" if one.state == "withdrawn" else None
    return "withdrawn" if one.state in _UNDONE or one.state == "done" else None


@dataclass(slots=True)
class _Follower:
    """One rule at work at one order."""

    rule: FollowUpRule
    judgement: Judgement
    mine: Sequence[FollowUp]
    live: list[FollowUp]
    due: datetime
    numbered: int
    result: Followed

    def follow(self, wanted: Iterable[Statement]) -> None:
        """Note what is to be done for statements that hold."""
        void = {one.key: one for one in self.mine if one.state == "void"}
        known = {one.key for one in self.mine} - void.keys()
        for one in wanted:
            key = key_of(one.name)
            cover = self._cover(one) if key not in known else None
            if cover is None:
                continue
            if key in void:
                made = replace(void[key], cover=cover, due=self.due)
                self.result.moved.append((made, "holds"))
            else:
                ordinal = 1 + self.numbered + len(self.result.made)
                made = FollowUp(self.rule.id, self.rule.kind, one.name, one.said.event, ordinal, cover, self.due)
                self.result.made.append(made)
            self.live.append(made)

    def _cover(self, one: Statement) -> Cover | None:
        """What is to be done for a statement is about this much; None: nothing is to be done."""
        event, order = one.said.event, self.judgement.order
        effect = self.judgement.effects.get(one.name, {})
        if self.rule.each:
            return effect
        if event in SUMS and order.lines:
            return self._not_covered(SUMS[event], effect) or None
        if event in LEVELS and order.lines:
            return self._changed(order)
        first = next((known.statement[0] for known in self.live if known.event is event), one.said.source)
        return effect if first == one.said.source else None

    def _not_covered(self, measure: str, effect: Cover) -> Cover:
        """As much of what a statement added as no follow-up is about yet."""
        cover: dict[str, Decimal] = {}
        for place, added in effect.items():
            line = place.removesuffix(f":{measure}")
            total: Decimal = getattr(self.judgement.order.lines[line].quantities, measure)
            left = min(added, total - sum((known.cover.get(place, ZERO) for known in self.live), ZERO))
            if left > ZERO:
                cover[place] = left
        return cover

    def _changed(self, order: Order) -> Cover | None:
        """The quantities as they stand, where they are others than when the last follow-up was made."""
        measures = sorted({LEVELS[event] for event in self.rule.milestones if event in LEVELS})
        cover = {
            f"{key}:{measure}": quantity
            for key, line in order.lines.items()
            for measure in measures
            if (quantity := getattr(line.quantities, measure))
        }
        last = max((one for one in self.live if one.event in LEVELS), key=lambda one: one.ordinal, default=None)
        if last is None or last.cover == cover:
            return cover if last is None else None
        if last.state in _UNDONE:  # it will tell all of it
            if last.id is not None:
                self.result.moved.append((replace(last, cover=cover), "changed"))
            return None
        return cover
