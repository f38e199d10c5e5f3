"""What runs under a lease: rounds that one process does for all, and pollers that one process runs at a time."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from gateway.bootstrap import channels
from gateway.bootstrap.audit import rounds as audit_rounds
from gateway.bootstrap.keeping import rounds as keeping_rounds
from gateway.bootstrap.operations_watch import rounds as operations_rounds
from gateway.bootstrap.reconciliation import run_schedules
from gateway.bootstrap.replay import batch_runner
from gateway.stages.admission import PacedIntake
from gateway.stages.relay_outbox import RelayOutbox
from gateway.stages.schedule import repeat_leased, run_leased
from gateway.stages.sweep import Sweep

if TYPE_CHECKING:
    from gateway.bootstrap.service import Service

Run = Callable[[], Coroutine[Any, Any, None]]
"""Starts what runs for ever."""

_ANNOUNCED_AGAIN = 1_000
"""Transmissions that a round of the sweep announces again."""
_POLLER = 900.0
"""Seconds that a poller may go on without handing anything over or waiting: a large file over a slow line."""


def rounds(service: "Service") -> list[tuple[str, Run]]:
    """What one process does for all, whoever holds the lease of it."""
    tasks: list[tuple[str, Run]] = []
    relay = RelayOutbox(work=service.work, broker=service.broker, observer=service.observer)
    sweep = Sweep(
        work=service.work,
        observer=service.observer,
        announce=service.translation.found if service.translation else service.lanes.arrived,
        patient=service.lanes.patient,
        wake=service.wake,
        repeatable=lambda: [name for name, repeatable in service.delivery.idempotent.items() if repeatable],
        targets=lambda: list(service.delivery.idempotent),
        owner_of=lambda e: service.delivery.owner_of(e.partner, e.route, e.target),
        new_id=service.new_id,
        node=service.node,
        clock=service.clock,
        batch=0 if service.forwarding else _ANNOUNCED_AGAIN,
    )
    tasks.append(("relay", _repeat(service, "relay", relay.round)))
    tasks.append(("staged-bodies", _repeat(service, "staged-bodies", service.pieces.remove_abandoned, every=60.0)))
    tasks.append(("sweep", _repeat(service, "sweep", sweep.round)))
    tasks.append(("chase", _repeat(service, "chase", service.chase.round)))
    tasks.append(("source-clocks", _repeat(service, "source-clocks", service.orders.measure, every=15.0)))
    tasks.append(("onward", _repeat(service, "onward", service.delivery.onward().round)))
    batches = batch_runner(service, idempotent=lambda: service.delivery.idempotent)
    tasks.append(("batches", _repeat(service, "batches", batches.round)))
    tasks.append(("escalate", _repeat(service, "escalate", service.owners.escalate.round, every=5.0)))
    tasks.append(("notify", _repeat(service, "notify", service.owners.notify.round)))
    tasks.append(("certificates", _repeat(service, "certificates", service.as2.watch().round, every=3600.0)))
    keeping = keeping_rounds(
        service.database, lambda: service.snapshot, observer=service.observer, clock=service.clock, node=service.node
    )
    quiet = [*keeping, *operations_rounds(service), *audit_rounds(service.database, service.snapshot.gateway.sessions)]
    tasks += [(name, _repeat(service, name, make_round, every=every)) for name, make_round, every in quiet]
    return [*tasks, *_schedules(service)]


def _schedules(service: "Service") -> list[tuple[str, Run]]:
    """What is done at certain times."""
    if not service.snapshot.schedules:
        return []
    schedules = run_schedules(
        service.snapshot,
        service.database,
        observer=service.observer,
        clock=service.clock,
        new_id=service.new_id,
        node=service.node,
    )
    return [leased(service, "schedules", partial(service.watchdog.keep, "schedules", schedules.run, within=_POLLER))]


def _repeat(service: "Service", name: str, make_round: Callable[[], Awaitable[int]], *, every: float = 1.0) -> Run:
    return partial(repeat_leased, name, make_round, work=service.work, holder=service.holder, every=every)


def pollers(service: "Service") -> list[tuple[str, Run]]:
    """Who fetches waits for room, and one that goes on by itself is watched under its lease, beside its lease."""
    tasks: list[tuple[str, Run]] = []
    means = replace(service.means, intake=PacedIntake(service.receive, service.admission))
    for channel in service.snapshot.channels.values():
        poller = channels.inbound(channel, means)
        if poller is None:
            continue
        name = f"poll:{channel.id}"
        run = partial(service.watchdog.keep, name, poller.channel.run, within=_POLLER)
        tasks.append(leased(service, name, run) if poller.alone else (f"start:{name}", run))
    for source in service.watching.sources:
        name = f"watch:{source.id}"
        tasks.append(leased(service, name, partial(service.watchdog.keep, name, source.run, within=_POLLER)))
    return tasks


def leased(service: "Service", name: str, run: Run) -> tuple[str, Run]:
    """What only one process does at a time."""
    return f"lease:{name}", partial(run_leased, name, run, work=service.work, holder=service.holder)
