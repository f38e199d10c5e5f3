"""Run batches: replays and redeliveries that a person confirmed begin one after the other, each once, at the agreed rate.

Which items there are was frozen when they were planned. An item begins and is marked as begun in one transaction, under the lock
of its batch, so a process that dies leaves nothing half done and the next one goes on behind it. What can no longer be done when
its turn comes is skipped, with the reason.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

import structlog

from gateway.domain.lifecycle import BATCH, move
from gateway.domain.reassignment import judge_reassignment
from gateway.domain.replay import (
    FRESH,
    RedeliverOptions,
    ReplayFacts,
    ReplayOptions,
    Verdict,
    due_after,
    judge_correction,
    judge_redelivery,
    judge_replay,
    may_begin,
    outcome_of_delivery,
    outcome_of_run,
)
from gateway.domain.route import Route
from gateway.errors import GatewayError, LeaseLost
from gateway.ports import Message, Observer, Published
from gateway.ports.batches import BatchSession, BatchStore, BegunRow, EndedRow, HeldBatch, ItemRow, KeptMessage

log = structlog.get_logger(__name__)

_CHUNK = 50
"""So many items begin in one transaction at most."""
_ENDED = 500
_ANNOUNCED = 1_000
_AT_ONCE = 40
"""So many chunks of a batch are begun in one round: then the others have their turn."""


HearAgain = Callable[[str, UUID], Awaitable[tuple[bool, str]]]
"""Hears what an application said in a transmission again: whether it is understood now, and what came of it, or why not."""


class RunBatches:
    """One round of it begins what is due, and writes down what has ended. Held by a lease."""

    def __init__(
        self,
        *,
        store: BatchStore,
        announce: Callable[[Sequence[UUID]], Awaitable[None]],
        publish: Callable[[Sequence[Message]], Awaitable[Sequence[Published]]],
        hear_again: HearAgain,
        wake: Callable[[str], Awaitable[None]],
        idempotent: Callable[[], Mapping[str, bool]],
        configuration: Callable[[], str],
        new_id: Callable[[], UUID],
        observer: Observer,
        node: str,
        routes: Callable[[], Sequence[Route]] = tuple,
    ) -> None:
        self._store = store
        self._announce = announce
        self._publish, self._hear_again = publish, hear_again
        self._wake = wake
        self._idempotent = idempotent
        self._configuration = configuration
        self._routes = routes
        self._new_id = new_id
        self._observer = observer
        self._node = node

    async def round(self) -> int:
        """Go on with all batches; answers how many items began. One that fails does not stop the others."""
        begun = 0
        for batch in await self._store.unfinished_batches():
            try:
                await self._end_items(batch)
                for _ in range(_AT_ONCE):
                    some = await self._begin_items(batch)
                    begun += some
                    if not some:
                        break
                await self._end_batch(batch)
            except LeaseLost:
                raise
            except GatewayError as error:
                log.warning("batch_waits", batch=str(batch), error=str(error))
        unread = await self._store.unread_runs(limit=_ANNOUNCED)
        if unread:
            await self._announce(unread)
        return begun

    async def _begin_items(self, batch: UUID) -> int:
        """Begin the next items that are due; answers how many were dealt with."""
        async with self._store.batches() as session:
            held = await session.lock_batch(batch)
            if held is None or held.state != "running":
                return 0
            number = may_begin(waited=held.waited, rate=held.rate, most=min(_CHUNK, held.allowed - held.begun))
            items = await session.next_items(batch, number) if number > 0 else []
            if not items:
                return 0
            targets: Sequence[str] = ()
            begun = len(items)
            match held.action:
                case "redeliver":
                    targets = await self._redeliver(session, held, items)
                case "events":
                    begun = await self._publish_again(session, held, items)
                case _:
                    targets = await self._process_again(session, held, items)
            await session.advance(batch, next_in=due_after(waited=held.waited, rate=held.rate, begun=begun))
        for target in targets:
            await self._wake(target)
        self._observer.count("edi_batch_items_total", begun, action=held.action)
        return begun

    async def _process_again(self, session: BatchSession, held: HeldBatch, items: Sequence[ItemRow]) -> Sequence[str]:
        subjects = [item.subject for item in items]
        await session.lock_lines(subjects)
        facts = {one.id: one for one in await session.replay_facts(subjects, apart_from=held.id)}
        corrected = held.action == "correct"
        options = ReplayOptions.of(held.options)
        judge = judge_correction if corrected else judge_replay
        verdicts = {one.id: self._by_named_route(one, options, judge(one, options)) for one in facts.values()}
        heard = await self._hear(facts, verdicts) if held.action == "replay" else {}
        rows = [
            BegunRow(item.ordinal, item.subject, self._run(held, in_place=in_place) or item.subject, in_place)
            for item in items
            if verdicts.get(item.subject, _GONE).possible
            for in_place in [facts[item.subject].in_place and not corrected]
        ]
        begin = session.begin_corrections if corrected else session.begin_replays
        if rows:
            await begin(held.id, rows, configuration=self._configuration(), node=self._node)
        if heard:
            await session.settle_heard(heard, configuration=self._configuration(), node=self._node)
            ended = [EndedRow(held.id, item.ordinal, "done", heard[item.subject]) for item in items if item.subject in heard]
            await session.end_items(ended)
            await session.close_cases(list(heard), by=f"batch {held.id}", reason="it was understood when it was heard again")
        await session.end_items(_skipped(held.id, items, verdicts))
        return ()

    def _by_named_route(self, facts: ReplayFacts, options: ReplayOptions, verdict: Verdict) -> Verdict:
        """The verdict with what has become of the route that a person named; an earlier configuration has it for ever."""
        if options.route is None or options.configuration is not None or not verdict.possible:
            return verdict
        routes = self._routes()
        route = next((route for route in routes if route.id == options.route), None)
        if route is None:
            return Verdict(f"route {options.route} is no longer configured")
        return judge_reassignment(facts, options, route, routes)

    async def _hear(self, facts: Mapping[UUID, ReplayFacts], verdicts: dict[UUID, Verdict]) -> Mapping[UUID, str]:
        """Hear again what applications said and nobody understood; what still is not, is not begun. What is told on is known by
        its keys, so a process that dies in between does no harm.
        """
        heard: dict[UUID, str] = {}
        for one in facts.values():
            if one.unread_of is None or not verdicts[one.id].possible:
                continue
            understood, words = await self._hear_again(one.unread_of, one.id)
            if understood:
                heard[one.id] = words
            else:
                verdicts[one.id] = Verdict(words)
        return heard

    def _run(self, held: HeldBatch, *, in_place: bool) -> UUID | None:
        """The id of an item's run; None when it goes on as itself. The bytes of a correction are stored under its id already."""
        if in_place:
            return None
        return UUID(held.options["run"]) if held.action == "correct" else self._new_id()

    async def _redeliver(self, session: BatchSession, held: HeldBatch, items: Sequence[ItemRow]) -> Sequence[str]:
        facts = await session.delivery_facts([item.subject for item in items], self._idempotent(), apart_from=held.id)
        options = RedeliverOptions.of(held.options)
        verdicts = {one.id: judge_redelivery(one, options) for one in facts}
        rows = [
            BegunRow(item.ordinal, item.subject, item.subject, in_place=True)
            for item in items
            if verdicts.get(item.subject, _GONE).possible
        ]
        targets: Sequence[str] = ()
        if rows:
            targets = await session.begin_redeliveries(held.id, rows, configuration=self._configuration(), node=self._node)
        await session.end_items(_skipped(held.id, items, verdicts))
        return targets

    async def _publish_again(self, session: BatchSession, held: HeldBatch, items: Sequence[ItemRow]) -> int:
        """Publish kept messages to the one queue that asked, in order; answers how many were dealt with.

        An item has begun, and ended, when the broker has confirmed it. All before this transaction's commit, so that a process
        that dies in between leaves items which another one publishes again, under the same ids.
        """
        queue, place = str(held.options["queue"]), {item.subject: item.ordinal for item in items}
        kept = {one.subject: one for one in await session.kept_messages(list(place))}
        sent = [(place[one.subject], again(one, queue)) for item in items if (one := kept.get(item.subject)) and can_go(one)]
        lost = [ordinal for subject, ordinal in place.items() if not (one := kept.get(subject)) or not can_go(one)]
        ended = [EndedRow(held.id, ordinal, "skipped", _PURGED) for ordinal in lost]
        results = await self._publish([message for _, message in sent])
        known = [(ordinal, result) for (ordinal, _), result in zip(sent, results, strict=True) if result is not Published.UNKNOWN]
        await session.begin_publications(held.id, [ordinal for ordinal, _ in known])
        words = {Published.CONFIRMED: ("done", "published"), Published.UNROUTABLE: ("failed", f"there is no queue {queue}")}
        ended += [EndedRow(held.id, ordinal, *words[result]) for ordinal, result in known]
        await session.end_items(ended)
        return len(ended)

    async def _end_items(self, batch: UUID) -> None:
        """Write down what has ended, and end the failures of what went well."""
        for run in await self._store.ended_runs(batch, limit=_ENDED):
            state, words = outcome_of_run(run.end)
            async with self._store.batches() as session:
                await session.end_items([EndedRow(batch, run.ordinal, state, words)])
                if state == "done":
                    why = f"replayed as {run.transmission}, which went well"
                    await session.close_cases_of_line([run.transmission], by=f"batch {batch}", reason=why)
        ended = await self._store.ended_deliveries(batch, limit=_ENDED)
        if not ended:
            return
        outcomes = [(one, *outcome_of_delivery(one.state, one.code, one.message)) for one in ended]
        async with self._store.batches() as session:
            await session.end_items([EndedRow(batch, one.ordinal, state, words) for one, state, words in outcomes])
            done = [one.subject for one, state, _ in outcomes if state == "done"]
            if done:
                await session.close_cases(done, by=f"batch {batch}", reason="it was redelivered")

    async def _end_batch(self, batch: UUID) -> None:
        """End a batch of which nothing is left, or a plan that nobody confirmed; let one wait whose first few have ended."""
        async with self._store.batches() as session:
            held = await session.lock_batch(batch)
            if held is not None and held.state == "planned" and held.age > FRESH:
                await session.move_batch(
                    batch, before=held.state, after=move(BATCH, held.state, "cancelled"), by="gateway", allowed=0
                )
                return
            if held is None or held.state != "running" or held.unfinished or held.begun < held.allowed:
                return
            event = "all_ended" if held.begun >= held.count else "first_ones_ended"
            after = move(BATCH, held.state, event)
            await session.move_batch(batch, before=held.state, after=after, by="gateway", allowed=held.allowed)
        log.info("batch_moved", batch=str(batch), state=after)


_GONE = Verdict("it is no longer there")
_PURGED = "what was published was purged"


def can_go(kept: KeptMessage) -> bool:
    """Whether all of a message is there."""
    return kept.headers is not None and kept.body is not None


def again(kept: KeptMessage, queue: str) -> Message:
    """A message as it was published, for one queue, marked as a replay."""
    headers = {**(kept.headers or {}), "replay": "true"}
    return Message("", queue, kept.body or b"", headers["id"], headers)


def _skipped(batch: UUID, items: Sequence[ItemRow], verdicts: Mapping[UUID, Verdict]) -> list[EndedRow]:
    judged = [(item, verdicts.get(item.subject, _GONE)) for item in items]
    return [EndedRow(batch, item.ordinal, "skipped", verdict.reason) for item, verdict in judged if not verdict.possible]
