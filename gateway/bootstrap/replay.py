"""Replays, redeliveries, corrections and dead letters for people: planning, confirming, looking."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from gateway.bootstrap.configurations import EarlierConfigurations
from gateway.bootstrap.office import Where, opened
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.watching import Watching
from gateway.config import Snapshot
from gateway.domain.as2_terms import As2Options
from gateway.domain.channel import HttpOptions, MailOptions
from gateway.domain.replay import RedeliverOptions, ReplayOptions
from gateway.errors import Absent, PlanRefused
from gateway.operations import batches as batch_actions
from gateway.operations import dead_letters as dead_letter_actions
from gateway.operations.correct import bytes_of, plan_correction
from gateway.operations.redeliver import plan_redelivery
from gateway.operations.replay import Asked, keep, plan_replay, require_configuration
from gateway.operations.selecting import Selection
from gateway.ports import Broker, Json
from gateway.ports.batches import NewBatch
from gateway.stages.lanes import Lanes
from gateway.stages.run_batches import RunBatches
from gateway.store.batch_records import BatchRecords
from gateway.store.batches import PostgresBatches
from gateway.store.database import Database
from gateway.system import TimeOrderedIds
from gateway.telemetry.metrics import PrometheusObserver


def idempotence(snapshot: Snapshot) -> dict[str, bool]:
    """Whether each target recognises a repeat, as the adapters that are made for it say of themselves."""
    known = dict.fromkeys((*snapshot.applications, *snapshot.subscribers), True)
    for channel in snapshot.channels.values():
        match channel.options:
            case As2Options(recognises_copies=recognises):
                known[channel.id] = recognises
            case HttpOptions(send=send):
                known |= {channel.id: send.idempotent} if send is not None else {}
            case MailOptions():
                known |= {channel.id: False} if channel.sends else {}
            case _:
                known |= {channel.id: True} if channel.sends else {}
    return known


@dataclass(frozen=True, slots=True)
class Desk:
    """What planning needs."""

    settings: Settings
    database: Database
    store: PostgresBatches
    records: BatchRecords
    earlier: EarlierConfigurations
    new_id: TimeOrderedIds
    node: str


class Process(Protocol):
    """What of a running process batches need."""

    database: Database
    broker: Broker
    snapshot: Snapshot
    watching: Watching
    lanes: Lanes
    new_id: TimeOrderedIds
    observer: PrometheusObserver
    node: str

    async def wake(self, target: str) -> None:
        """Something is due for a target."""


def batch_runner(process: Process, *, idempotent: Callable[[], Mapping[str, bool]]) -> RunBatches:
    """What does the confirmed batches in a process; `idempotent` says of each target whether it recognises a repeat."""
    return RunBatches(
        store=PostgresBatches(process.database),
        announce=process.lanes.in_bulk,
        publish=process.broker.publish,
        hear_again=process.watching.hear_again(partial(bytes_of, BatchRecords(process.database))),
        wake=process.wake,
        idempotent=idempotent,
        configuration=lambda: process.snapshot.digest,
        routes=lambda: process.snapshot.routes,
        new_id=process.new_id,
        observer=process.observer,
        node=process.node,
    )


async def plan_replay_of(
    where: Where, selection: Mapping[str, Any], *, by: str, reason: str, rate: float, try_first: int | None = None,
    acknowledge: bool = False, configuration: str = "", route: str = "", keep_it: bool = True,
) -> Json:  # fmt: skip
    """Plan a replay of what `selection` names (`words`, and `ids`, `failure` or `query`); it is kept, or only shown.

    `route` names the one that its documents are to take, whatever its condition, partner and agreement are.
    """
    async with desk(where) as o:
        digest = await o.earlier.digest(configuration) if configuration else None
        if digest is not None:
            await require_configuration(digest, earlier=o.earlier, targets=o.settings.targets)
        options = ReplayOptions(acknowledge=acknowledge, configuration=digest, route=route.strip() or None)
        deciding = await o.earlier(digest) if digest is not None else o.settings.snapshot
        asked = Asked(by=by, reason=reason, rate=rate, try_first=try_first)
        batch = await plan_replay(
            o.store, o.records, Selection(**selection), options, asked, new_id=o.new_id, routes=deciding.routes
        )  # fmt: skip
        return await kept_or_shown(o.store, batch, keep_it=keep_it)


async def plan_redelivery_of(
    where: Where, selection: Mapping[str, Any], *, by: str, reason: str, rate: float, try_first: int | None = None,
    in_doubt: bool = False, delivered: bool = False, keep_it: bool = True,
) -> Json:  # fmt: skip
    """The same for a redelivery."""
    async with desk(where) as o:
        options = RedeliverOptions(in_doubt=in_doubt, delivered=delivered)
        asked = Asked(by=by, reason=reason, rate=rate, try_first=try_first)
        known = idempotence(o.settings.snapshot)
        batch = await plan_redelivery(
            o.store, o.records, Selection(**selection), options, asked, idempotent=known, new_id=o.new_id
        )
        return await kept_or_shown(o.store, batch, keep_it=keep_it)


async def plan_correction_of(
    where: Where, original: UUID, body: bytes, *, by: str, reason: str, acknowledge: bool = False, keep_it: bool = True
) -> Json:
    """Plan the replay of a corrected copy of a message."""
    async with desk(where) as o:
        gateway = o.settings.snapshot.gateway
        batch, content = await plan_correction(
            o.store, o.records, original, body, Asked(by=by, reason=reason), acknowledge=acknowledge,
            second_person=gateway.second_person, most_bytes=gateway.max_transmission, new_id=o.new_id,
        )  # fmt: skip
        return await kept_or_shown(o.store, batch, content, keep_it=keep_it)


async def message_bytes(where: Where, number: str) -> tuple[UUID, bytes]:
    """A message, by an id of something in it, with its bytes as received. Raises PlanRefused or BodyPurged."""
    async with desk(where) as o:
        view = await o.records.message(number)
        if view is None:
            raise PlanRefused(f"No message is stored under {number}.", remedy="Look for it: gateway messages --wide")
        transmission = UUID(str(view["id"]))
        return transmission, await bytes_of(o.records, transmission)


async def confirm_batch(where: Where, batch: UUID, *, expect: int, by: str) -> int:
    """Let a batch run; answers how many items may begin by this."""
    async with desk(where) as o:
        return await batch_actions.confirm(o.store, batch, expect=expect, by=by)


async def cancel_batch(where: Where, batch: UUID, *, by: str) -> int:
    """Do nothing more of a batch; answers how many items will not be done."""
    async with desk(where) as o:
        return await batch_actions.cancel(o.store, batch, by=by)


async def batches(where: Where, *, states: Sequence[str] = (), before: UUID | None = None, limit: int = 50) -> list[Json]:
    """The newest batches, with how far they are."""
    async with desk(where) as o:
        return await o.records.batches(states=states, before=before, limit=limit)


async def batch(where: Where, named: str) -> Json:
    """One batch, by its id or the end of it. Raises Absent."""
    async with desk(where) as o:
        found = await o.records.batches_like(named)
        if len(found) != 1:
            what = "Several batches end in" if found else "There is no batch"
            raise Absent(f"{what} {named}.", remedy="Look for it: gateway batches list --wide")
        return await o.records.batch(found[0]) or {}


async def batch_items(where: Where, batch: UUID, *, states: Sequence[str] = (), after: int = 0, limit: int = 1000) -> list[Json]:
    """The items of a batch, with what became of each."""
    async with desk(where) as o:
        return await o.records.items(batch, states=states, after=after, limit=limit)


@asynccontextmanager
async def watching_batch(where: Where, batch: UUID) -> AsyncIterator[Any]:
    """Answers, as often as it is called, how far a batch is."""
    async with desk(where) as o:

        async def look() -> Json:
            return await o.records.batch(batch) or {}

        yield look


async def dead_letters(where: Where, **wanted: Any) -> list[Json]:
    """What somebody must look after before it goes on, by `partners`, `targets`, `states`, `codes`, `needs`, `ids`, `before` and
    `limit`.
    """
    async with desk(where) as o:
        return await o.records.dead_letters(**wanted)


async def dead_letter_needs(where: Where) -> dict[str, int]:
    """How many dead letters there are, by what they need."""
    async with desk(where) as o:
        return await o.records.dead_letter_needs()


async def discard_dead_letter(where: Where, letter: UUID, *, by: str, reason: str) -> str:
    """Give up a delivery, or what could not be read; answers the state that it was in."""
    async with desk(where) as o:
        return await dead_letter_actions.discard(o.store, o.records, letter, by=by, reason=reason, node=o.node)


async def found_delivered(where: Where, delivery: UUID, *, by: str, reason: str, reference: str | None = None) -> None:
    """The target has what is in doubt."""
    async with desk(where) as o:
        await dead_letter_actions.found_delivered(o.store, delivery, by=by, reason=reason, reference=reference, node=o.node)


async def approve_delivery(where: Where, delivery: UUID, *, by: str, reason: str) -> None:
    """What waits for a person's approval is done."""
    async with desk(where) as o:
        await dead_letter_actions.approve(o.store, delivery, by=by, reason=reason, node=o.node)


async def kept_or_shown(
    store: PostgresBatches, batch: NewBatch, body: tuple[UUID, bytes] | None = None, *, keep_it: bool
) -> Json:
    """The plan as a view; stored when it is to be kept and there is something to do."""
    kept = keep_it and batch.plan.count > 0
    if kept:
        await keep(store, batch, body)
    return {
        "id": str(batch.id),
        "kept": kept,
        "action": batch.action,
        "filter": batch.filter,
        "options": batch.options,
        "plan": asdict(batch.plan),
        "count": batch.plan.count,
        "try": batch.try_first,
        "rate": batch.rate,
        "second_person": batch.second_person,
        "planned_by": batch.by,
        "reason": batch.reason,
        "state": "planned",
    }


@asynccontextmanager
async def desk(where: Where) -> AsyncIterator[Desk]:
    """What planning needs, of a configuration and its database."""
    async with opened(where) as office:
        database, settings = office.database, office.settings
        earlier = EarlierConfigurations(database, settings)
        yield Desk(settings, database, PostgresBatches(database), BatchRecords(database), earlier, TimeOrderedIds(), office.node)
