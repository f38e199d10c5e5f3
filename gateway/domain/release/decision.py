"""Whether an order goes to a warehouse, to which, and when; or every reason for which it does not, each with its owner. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from gateway.domain.calendar import due_after
from gateway.domain.release.facts import Demand, Facts
from gateway.domain.release.prices import differences
from gateway.domain.release.sourcing import Portion, Sourcing, source
from gateway.domain.release.terms import BY_WAREHOUSE, HoldRule, Kind, ReleaseTerms

AT_MOST = timedelta(days=1)
"""No order waits longer than that without being looked at again, whatever it waits for."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why it is held: the rule (or the kind, where no rule names it), in words, and who answers for it until when.

    `owner` None leaves it to the customer's owner.
    """

    hold: str
    kind: Kind
    text: str
    owner: str | None
    due: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """`portions` go at their times, unless there are reasons: then goods are only kept for it. `missing` is not to be had now.

    `look_at` is when it is to be looked at again even if nothing happens. It is `held` when nothing of it may go.
    """

    reasons: tuple[Reason, ...]
    portions: tuple[Portion, ...]
    missing: tuple[tuple[Demand, Decimal], ...]
    go_at: datetime
    look_at: datetime

    @property
    def held(self) -> bool:
        """Whether nothing goes before something else has happened."""
        return not self.portions or any(reason.kind not in BY_WAREHOUSE for reason in self.reasons)

    def goes(self, now: datetime) -> bool:
        """Whether something goes now."""
        return not self.held and self.go_at <= now


def decide(facts: Facts, terms: ReleaseTerms) -> Decision:
    """Decide about an order. The same facts always end in the same decision. Where nothing is left to release there is nothing to
    hold either.
    """
    if not facts.demands:
        return Decision((), (), (), facts.now, facts.now + AT_MOST)
    reasons = [_reason(rule, text, facts, terms) for rule, text in _held_by(facts, terms)]
    found = source(facts, terms)
    if found.kind is not None:
        reasons.append(_by_warehouse(found, facts, terms))
    go_at = max((portion.warehouse.window.next_after(facts.now) for portion in found.portions), default=facts.now)
    go_at = min(go_at, facts.planned or go_at)  # a time that was missed is made up for, not put off to the next
    looks = [facts.now + AT_MOST, *(at for at in (go_at, found.expected) if at is not None and at > facts.now)]
    return Decision(tuple(reasons), found.portions, found.missing, go_at, min(looks))


def rank(facts: Facts, terms: ReleaseTerms) -> int:
    """Its place among those that wait for the same goods: the number of the first condition that holds; lower goes first."""
    holding = (place for place, condition in enumerate(terms.priorities) if condition(facts.variables) is None)
    return next(holding, len(terms.priorities))


def _held_by(facts: Facts, terms: ReleaseTerms) -> Iterator[tuple[HoldRule, str]]:
    """The rules about the order that hold it, and why."""
    for rule in terms.holds:
        if rule.kind in BY_WAREHOUSE or rule.id in facts.approved:
            continue
        if rule.partners and facts.customer not in rule.partners:
            continue
        if rule.until is not None and rule.until in facts.steps:
            continue
        if rule.condition is not None and rule.condition(facts.variables) is not None:
            continue
        if (text := _why(rule, facts)) is not None:
            yield rule, text


def _why(rule: HoldRule, facts: Facts) -> str | None:
    """The reason in words; None where there is none after all."""
    until = f" until it is {rule.until.value.replace('_', ' ')}" if rule.until is not None else ""
    match rule.kind:
        case Kind.PRICE:
            found = differences(facts.order, facts.answer or facts.document, rule.tolerance)
            return "Prices differ: " + "; ".join(found)[:900] + "." if found else None
        case Kind.PAYMENT:
            return f"The payment is not authorised: it waits{until}."
        case Kind.CREDIT:
            return f"The customer's credit is to be checked{until}."
        case Kind.CUSTOMER:
            return f"Orders of {facts.customer or 'this customer'} are held{until}."
        case _:
            return f"Somebody has to approve it{until}."


def _reason(rule: HoldRule, text: str, facts: Facts, terms: ReleaseTerms) -> Reason:
    within = rule.within or terms.within
    due = due_after(facts.now, within, facts.calendars.get(rule.calendar or ""))
    return Reason(rule.id, rule.kind, text, rule.owner or terms.owner, due)


def _by_warehouse(found: Sourcing, facts: Facts, terms: ReleaseTerms) -> Reason:
    """The reason that no warehouse can ship all of it, with the owner of the rule of its kind, if there is one."""
    kind = found.kind or Kind.WAREHOUSE
    text = found.text + (f" Expected {found.expected:%Y-%m-%d %H:%M} UTC." if found.expected is not None else "")
    rule = terms.rule_of(kind)
    if rule is not None:
        return _reason(rule, text, facts, terms)
    return Reason(kind.value, kind, text, terms.owner, facts.now + terms.within)
