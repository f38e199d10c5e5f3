"""Reassignment: a message is processed again, and its documents take the route that a person names for them. Pure.

A route that took a document wrongly, or left it to nobody, is what its condition, partner and agreement are for; a person's word
stands in for these. What a route is made for is not theirs to say: its kind of document, its direction, test or production.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from gateway.domain.agreement import Direction
from gateway.domain.history import is_history
from gateway.domain.order import trigger
from gateway.domain.replay import (
    Effect,
    Move,
    Plan,
    ReplayFacts,
    ReplayOptions,
    TakenDocuments,
    Verdict,
    effects_of_replay,
    judge_replay,
    plan_of,
)
from gateway.domain.route import Context, Route, as_named, mismatch

_PUBLISHED: Final = "edi.outbound"
"""The channel of documents that services of ours hand over for partners: the only ones that go out by routes."""
_TO_WAREHOUSES: Final = "warehouse_order"
_SHOWN: Final = 8
"""So many names of routes are shown where one is not known."""


def unknown_route(named: str, known: Collection[str]) -> str:
    """What to choose instead of a route that there is none of: the names that are close to it, else those there are."""
    if not known:
        return "This configuration has no routes: add one to routes.toml."
    close = get_close_matches(named, known, _SHOWN)
    shown = close or sorted(known)[:_SHOWN]
    more = len(known) - len(shown)
    rest = f" and {more} more in routes.toml" if more and not close else ""
    return f"{'Did you mean' if close else 'There are'} {', '.join(shown)}{rest}{'?' if close else '.'}"


def judge_reassignment(facts: ReplayFacts, options: ReplayOptions, route: Route, routes: Sequence[Route]) -> Verdict:
    """Whether a transmission can be processed again now with all its documents by this route: what stands in the way first.

    `routes` are all there are: where this one cannot take the documents, those are told that could.
    """
    verdict = judge_replay(facts, options)
    return verdict if not verdict.possible else Verdict(_not_taken(facts, route, routes))


def _not_taken(facts: ReplayFacts, route: Route, routes: Sequence[Route]) -> str:
    """Why a route cannot take all documents of a transmission; empty when it can."""
    if facts.in_place:
        return "nothing of it was read, so nobody knows what it holds: replay it without a route first"
    if is_history(facts.channel) or facts.channel.startswith(trigger.CHANNEL):
        return "it goes by no route"
    if not facts.taken:
        return "it holds no document that a route could take"
    if facts.channel == _PUBLISHED and any(one.name == _TO_WAREHOUSES for one in facts.taken):
        return "orders to warehouses go by the gate and to their warehouse, not by a named route"
    if facts.channel == _PUBLISHED and facts.sealed >= _documents(facts):
        return "its documents were sent to their partner already: no route is asked for them again"
    reason = _misfit(facts, route)
    if reason is None:
        return ""
    fitting = [other.id for other in routes if _misfit(facts, other) is None][:_SHOWN]
    return f"route {route.id} cannot take it: {reason}; {'these can: ' + ', '.join(fitting) if fitting else 'none can'}"


def _misfit(facts: ReplayFacts, route: Route) -> str | None:
    """The first criterion that a route keeps when it is named, and that a document does not meet."""
    reasons = (mismatch(as_named(route), _context(one, facts.channel)) for one in facts.taken)
    return next((reason for reason in reasons if reason is not None), None)


def _context(documents: TakenDocuments, channel: str) -> Context:
    """As much of where documents stand as a route asks that was named for them."""
    direction = Direction.OUT if channel == _PUBLISHED else Direction.IN
    return Context(documents.name, None, "", direction=direction.value, test=documents.test)


def effects_of_reassignment(facts: ReplayFacts, options: ReplayOptions, route: Route) -> Counter[Effect]:
    """What it comes to. Deliveries that were made at targets which the route does not have stay made: nothing undoes them."""
    effects = effects_of_replay(facts, options)
    targets = {target.to for target in route.targets}
    stay = sum(one.delivered for one in facts.made if one.target not in targets)
    return effects + Counter({Effect.NOT_UNDONE: stay}) - Counter({Effect.SKIPPED: stay})


def deliveries_to_make(facts: ReplayFacts, route: Route) -> Counter[str]:
    """How many deliveries follow, by target: one for each document, without those that the target has or may have already.

    It is foretold before rules are applied: a document that one of them stops is not delivered.
    """
    there = {one.target: one.delivered + one.kept for one in facts.made}
    documents = _documents(facts) - facts.sealed
    return Counter({target.to: max(0, documents - there.get(target.to, 0)) for target in route.targets})


def _documents(facts: ReplayFacts) -> int:
    return sum(one.count for one in facts.taken)


def routes_taken(facts: ReplayFacts) -> Sequence[str]:
    """The routes that the documents of a transmission took, each once; an empty one for documents that none took."""
    return sorted({one.route or "" for one in facts.taken})


@dataclass(frozen=True, slots=True)
class JudgedReassignment:
    """A transmission that a route was named for, with what was decided about that."""

    facts: ReplayFacts
    verdict: Verdict


def plan_of_reassignment(judged: Sequence[JudgedReassignment], options: ReplayOptions, route: Route) -> Plan:
    """The plan of a batch whose documents take this route."""
    plan = plan_of([(one.verdict, effects_of_reassignment(one.facts, options, route)) for one in judged])
    took: Counter[str | None] = Counter()
    deliveries: Counter[str] = Counter()
    for one in judged:
        if one.verdict.possible:
            for documents in one.facts.taken:
                took[documents.route] += documents.count
            deliveries += deliveries_to_make(one.facts, route)
    moves = [Move(name, route.id, count) for name, count in sorted(took.items(), key=lambda item: item[0] or "")]
    return Plan(plan.matched, plan.count, plan.effects, plan.refused, moves, dict(sorted(deliveries.items())))
