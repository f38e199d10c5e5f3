"""One trial: a world, a load, the faults of a plan; then the auditor's word on what partners and target hold."""

import asyncio
import logging
import time
import traceback
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from tests.chaos import upkeep
from tests.chaos.auditor import Complaint, Kind, audit
from tests.chaos.faults import Plan
from tests.chaos.harm import Injector
from tests.chaos.load import Load, draw_load
from tests.chaos.partners import Senders
from tests.chaos.record import Record
from tests.chaos.servers import Servers
from tests.chaos.world import World, made_world

PATIENCE = 90.0
"""Seconds from the moment when all is well again to the moment when all is done, at most."""

_LOOKS = 0.25
_CALM = 1.0
"""So long everything stays done before the last look, in which what is done twice would show."""


@dataclass(slots=True)
class Outcome:
    """What became of a trial. It went well when there are no complaints.

    `restarts` counts nodes that ended by themselves and were started again, `left_out` names faults this machine cannot have.
    `recovery`: seconds from the moment when nothing was broken any more and everything sent, to the moment when all was done.
    """

    seed: int
    arrangement: str
    faults: list[str]
    kinds: list[str]
    sendings: int
    orders: int = 0
    letters: int = 0
    repeats: int = 0
    restarts: int = 0
    left_out: list[str] = field(default_factory=list)
    recovery: float = 0.0
    seconds: float = 0.0
    complaints: list[str] = field(default_factory=list)
    logs: dict[str, str] = field(default_factory=dict)
    record: dict[str, Any] | None = None

    @property
    def well(self) -> bool:
        """Nothing to complain of."""
        return not self.complaints


async def run_trial(plan: Plan, servers: Servers) -> Outcome:
    """Break what the plan says, and see whether all came out right. Whatever goes wrong belongs to this trial and its outcome."""
    for name in ("aio_pika", "aiormq", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # that connections break is what we are here for
    began = time.monotonic()
    load = draw_load(plan.seed, parts=plan.size.parts, seconds=plan.size.seconds, folders=plan.folders)
    kinds = [fault.kind.value for fault in plan.faults]
    outcome = Outcome(plan.seed, plan.arrangement, [str(fault) for fault in plan.faults], kinds, len(load.sendings))
    outcome.left_out = [kind.value for kind in plan.left_out]
    try:
        await asyncio.to_thread(servers.move_clock, 0)
        async with made_world(plan, servers) as world:
            await _tried(world, plan, load, outcome)
    except Exception as error:  # noqa: BLE001
        outcome.complaints.append(_told(error))
        await asyncio.to_thread(servers.restore)
    outcome.seconds = round(time.monotonic() - began, 2)
    return outcome


async def _tried(world: World, plan: Plan, load: Load, outcome: Outcome) -> None:
    senders = Senders(load, receivers=world.receivers, boxes=world.boxes.folder, amqp_url=world.amqp_url)
    try:
        await _break_and_mend(world, plan, senders, outcome)
        record = await _settled(world, load, outcome)
        outcome.complaints += await _last_words(world, load, record)
        outcome.orders, outcome.letters = len(record.orders), len(record.letters)
        outcome.complaints += await _ended(world)
        if not outcome.well:
            outcome.record = record.to_json()
    finally:
        outcome.repeats = senders.repeats
        outcome.restarts = sum(node.ended for node in world.nodes.values())
        outcome.complaints += [f"not taken: {name}" for name in senders.left()]
        outcome.logs = {name: node.log() for name, node in world.nodes.items()}


def _told(error: Exception) -> str:
    return "".join(traceback.format_exception(error))[-4000:]


async def _break_and_mend(world: World, plan: Plan, senders: Senders, outcome: Outcome) -> None:
    patience = plan.size.seconds + PATIENCE * (1 + len(plan.faults))  # what happens to one victim happens one after the other
    async with asyncio.timeout(patience), asyncio.TaskGroup() as group:
        group.create_task(senders.run())
        group.create_task(Injector(world, plan).run())
    outcome.complaints += senders.refusals


async def _settled(world: World, load: Load, outcome: Outcome) -> Record:
    """Wait until nothing is missing and nothing is left to do, or patience ends."""
    began = time.monotonic()
    while True:
        record = await _record(world, load)
        missing = any(complaint.kind is Kind.LOST for complaint in audit(record))
        if time.monotonic() - began > PATIENCE or not (missing or await _left(world)):
            break
        await asyncio.sleep(_LOOKS)
    outcome.recovery = round(time.monotonic() - began, 2)
    await asyncio.sleep(_CALM)
    return await _record(world, load)


async def _left(world: World) -> dict[str, int]:
    try:
        return await upkeep.left_to_do(world.database_url)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        return {f"the database does not answer: {error}": 1}


async def _record(world: World, load: Load) -> Record:
    """What can be seen from outside now."""
    orders = await asyncio.to_thread(world.odoo.orders)
    letters = await asyncio.to_thread(world.mailboxes.letters)
    try:
        followed = await upkeep.followed(world.database_url)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        followed = ()
    return Record(load.owed, orders, letters, world.warehouse.references(), followed)


async def _last_words(world: World, load: Load, record: Record) -> list[str]:
    complaints: list[Complaint] = audit(record)
    left = await _left(world)
    inside = await upkeep.wrong(world.database_url, load)
    return [*map(str, complaints), *(f"left: {name}: {count}" for name, count in left.items()), *inside]


async def _ended(world: World) -> list[str]:
    """Every node ends when it is asked to."""
    statuses = await asyncio.gather(*(node.stop() for node in world.nodes.values()))
    return [f"{name} ended with status {status}" for name, status in zip(world.nodes, statuses, strict=True) if status]
