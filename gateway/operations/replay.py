"""Replay: process transmissions again from their stored bytes. Here it is planned; `stages.run_batches` does it.

Nothing happens without a plan: it says how many, what will be left out because it was done, who would be answered again, and what
cannot be done and why. Its items are frozen with it.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.domain.reassignment import JudgedReassignment, judge_reassignment, plan_of_reassignment, routes_taken, unknown_route
from gateway.domain.replay import Plan, ReplayFacts, ReplayOptions, Verdict, effects_of_replay, judge_replay, plan_of
from gateway.domain.route import Route
from gateway.errors import PlanRefused
from gateway.operations.selecting import MOST, Selection, chosen_transmissions
from gateway.ports import Configuration
from gateway.ports.batches import BatchStore, Choices, ItemRow, NewBatch

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for a batch, why, and how fast. `rate` is in items a second; `try_first` are done before it asks again."""

    by: str
    reason: str
    rate: float = 20.0
    try_first: int | None = None

    def require(self) -> None:
        """Raises PlanRefused for a rate or a number that means nothing, or when nobody says why."""
        if self.rate <= 0 or (self.try_first is not None and self.try_first < 1):
            raise PlanRefused("The rate and the number to try first must be above 0.", remedy="Say for example: --rate 5 --try 5")
        if not self.reason.strip():
            raise PlanRefused("A reason is needed.", remedy='Say why: --reason "the route was corrected"')


async def plan_replay(
    store: BatchStore,
    choices: Choices,
    selection: Selection,
    options: ReplayOptions,
    asked: Asked,
    *,
    new_id: Callable[[], UUID],
    routes: Sequence[Route] = (),
) -> NewBatch:
    """The plan of a replay, not yet stored; `routes` are those there are, where `options` name one. Raises PlanRefused."""
    asked.require()
    subjects = await chosen_transmissions(choices, selection)
    _require_few(subjects)
    facts = await facts_of(store, subjects)
    plan, items = _judged(facts, options) if options.route is None else _reassigned(facts, options, routes)
    kept = {"acknowledge": options.acknowledge, "configuration": options.configuration, "route": options.route}
    return planned("replay", selection.words, kept, (plan, items), asked, new_id())


def _judged(facts: Sequence[ReplayFacts], options: ReplayOptions) -> tuple[Plan, Sequence[ItemRow]]:
    judged = [(one, judge_replay(one, options)) for one in facts]
    plan = plan_of([(verdict, effects_of_replay(one, options)) for one, verdict in judged])
    return plan, frozen([(one.id, one.id, verdict) for one, verdict in judged])


def _reassigned(facts: Sequence[ReplayFacts], options: ReplayOptions, routes: Sequence[Route]) -> tuple[Plan, Sequence[ItemRow]]:
    """The same where a route is named: each item keeps the routes that its documents took before."""
    route = route_named(options.route or "", routes)
    judged = [JudgedReassignment(one, judge_reassignment(one, options, route, routes)) for one in facts]
    took = {one.id: routes_taken(one) for one in facts}
    items = frozen([(one.facts.id, one.facts.id, one.verdict) for one in judged])
    return plan_of_reassignment(judged, options, route), [item._replace(took=took[item.subject]) for item in items]


def route_named(name: str, routes: Sequence[Route]) -> Route:
    """The route of this name. Raises PlanRefused where there is none, with those that there are."""
    found = next((route for route in routes if route.id == name), None)
    if found is None:
        raise PlanRefused(f"There is no route {name}.", remedy=unknown_route(name, [route.id for route in routes]))
    return found


async def keep(store: BatchStore, batch: NewBatch, body: tuple[UUID, bytes] | None = None) -> NewBatch:
    """Store a plan, so that it can be confirmed. Raises PlanRefused when there is nothing to do."""
    if not batch.plan.count:
        reasons = "; ".join(f"{number}: {reason}" for reason, number in batch.plan.refused.items())
        raise PlanRefused(f"Nothing can be done of {batch.plan.matched}. {reasons}".strip(), remedy="Choose something else.")
    await store.store_batch(batch, body)
    return batch


async def require_configuration(
    digest: str, *, earlier: Callable[[str], Awaitable[Configuration]], targets: Collection[str]
) -> None:
    """Raises ConfigurationInvalid when an earlier configuration cannot be built, PlanRefused when it delivers to nobody known."""
    configuration = await earlier(digest)
    wanted = {target.to for route in configuration.routes for target in route.targets}
    wanted |= {a.channel for a in configuration.partnerships.agreements.values() if a.channel is not None}
    gone = sorted(wanted - set(targets))
    if gone:
        raise PlanRefused(
            f"Configuration {digest[:12]} delivers to {', '.join(gone)}, which is no longer configured.",
            remedy="Replay with the present configuration, or configure it again.",
        )


async def facts_of(store: BatchStore, transmissions: Sequence[UUID]) -> list[ReplayFacts]:
    """What there is to know of transmissions, a few hundred at a time."""
    facts: list[ReplayFacts] = []
    for start in range(0, len(transmissions), _AT_ONCE):
        async with store.batches() as session:
            facts += await session.replay_facts(transmissions[start : start + _AT_ONCE])
    return facts


def frozen(items: Sequence[tuple[UUID, UUID, Verdict]]) -> list[ItemRow]:
    """(thing, its transmission, verdict) as the items of a batch: those that are done first in their order, then the others."""
    ordered = sorted(items, key=lambda item: not item[2].possible)
    return [
        ItemRow(ordinal, subject, transmission, "planned" if verdict.possible else "skipped", verdict.reason)
        for ordinal, (subject, transmission, verdict) in enumerate(ordered, 1)
    ]


def planned(
    action: str, words: str, kept: Mapping[str, object], judged: tuple[Plan, Sequence[ItemRow]], asked: Asked, identifier: UUID
) -> NewBatch:
    """A batch of what was planned: `kept` are the options that stay with it."""
    plan, items = judged
    return NewBatch(
        id=identifier,
        action=action,
        filter=words,
        options={name: value for name, value in kept.items() if value is not None},
        plan=plan,
        items=items,
        rate=asked.rate,
        by=asked.by,
        reason=asked.reason.strip(),
        try_first=asked.try_first,
    )


def _require_few(subjects: Sequence[object]) -> None:
    if len(subjects) > MOST:
        raise PlanRefused(f"{len(subjects)} match, a batch has {MOST} at most.", remedy="Narrow the filter.")
