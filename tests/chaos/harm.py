"""Makes the faults of a plan happen, each at its moment, and makes well again what it broke."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

from tests.chaos.faults import Fault, Kind, Plan
from tests.chaos.world import World

_OUTBOUND = "edi.outbound"
_COMMIT = b"COMMIT"

Harm = Callable[[World, Fault], Awaitable[None]]


class Injector:
    """Breaks things one at a time for each victim; what comes while a victim is broken waits for it to be well."""

    def __init__(self, world: World, plan: Plan) -> None:
        self._world, self._plan = world, plan
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.done: list[Fault] = []

    async def run(self) -> None:
        """All of the plan; returns when all is well again."""
        began = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            for fault in self._plan.faults:
                group.create_task(self._inflict(fault, began), name=str(fault))

    async def _inflict(self, fault: Fault, began: float) -> None:
        await asyncio.sleep(began + fault.at - asyncio.get_running_loop().time())
        async with self._locks[fault.victim]:
            await HARMS[fault.kind](self._world, fault)
        self.done.append(fault)


# ------------------------------------------------------------------------------------------------------------- nodes


async def _kill(world: World, fault: Fault) -> None:
    node = world.nodes[fault.node]
    if fault.degree < 0.5 and node.kill_worker(world.chance):
        return  # the others go on, and it is started again by the one above it
    node.kill()
    await asyncio.sleep(fault.seconds)
    node.start()
    await node.ready()


async def _kill_starting(world: World, fault: Fault) -> None:
    node = world.nodes[fault.node]
    node.kill()
    node.start()
    await asyncio.sleep(fault.seconds)
    node.kill()
    node.start()
    await node.ready()


async def _stop(world: World, fault: Fault) -> None:
    node = world.nodes[fault.node]
    await node.stop()
    node.start()
    await node.ready()


async def _hang(world: World, fault: Fault) -> None:
    node = world.nodes[fault.node]
    node.pause()
    await asyncio.sleep(fault.seconds)
    node.resume()


async def _old_configuration(world: World, fault: Fault) -> None:
    node = world.nodes[fault.node]
    await node.stop()
    node.start(CHAOS_NORDMART_BY="nordmart-folder")
    await node.ready()
    await asyncio.sleep(fault.seconds)
    await _stop(world, fault)


async def _clock(world: World, fault: Fault) -> None:
    """From an hour behind to an hour ahead, and back."""
    node = world.nodes[fault.node]
    node.move_clock((fault.degree - 0.5) * 7200)
    await asyncio.sleep(fault.seconds)
    node.move_clock(0)


async def _cut(world: World, fault: Fault) -> None:
    for line in world.nodes[fault.node].lines.values():
        line.cut()


async def _silent(world: World, fault: Fault) -> None:
    """The connections of now are forgotten on the way, new ones work: to the database, the broker, or both."""
    lines = world.nodes[fault.node].lines
    kept = {0: "AMQP_URL", 1: "DATABASE_URL"}.get(int(fault.degree * 3))
    for name in lines.keys() - {kept}:
        lines[name].drop()
        lines[name].thaw()


async def _lost_commit(world: World, fault: Fault) -> None:
    """The answer to one COMMIT, or for a while all answers: what was asked is done, and nobody hears of it."""
    line = world.nodes[fault.node].lines["DATABASE_URL"]
    if fault.degree < 0.3:
        line.lose_answer_to(_COMMIT)
        return
    line.swallow_answers()
    await asyncio.sleep(fault.seconds)
    line.cut()
    line.thaw()


# ----------------------------------------------------------------------------------------------------------- servers


async def _broker_restart(world: World, fault: Fault) -> None:
    await asyncio.to_thread(world.servers.rabbitmq.restart)


async def _broker_kill(world: World, fault: Fault) -> None:
    await asyncio.to_thread(world.servers.rabbitmq.kill)
    await asyncio.to_thread(world.servers.rabbitmq.start)


async def _broker_hang(world: World, fault: Fault) -> None:
    world.servers.rabbitmq.pause()
    await asyncio.sleep(fault.seconds)
    world.servers.rabbitmq.resume()


async def _queues_deleted(world: World, fault: Fault) -> None:
    """All but that of `edi.outbound`: what another service knows to be there is there alone, and nothing could bring it back."""

    def delete() -> None:
        for name in world.servers.rabbitmq.queues(world.host):
            if name != _OUTBOUND:
                world.servers.rabbitmq.delete_queue(world.host, name)

    await asyncio.to_thread(delete)


async def _database_restart(world: World, fault: Fault) -> None:
    await asyncio.to_thread(world.servers.postgres.restart)


async def _database_immediate(world: World, fault: Fault) -> None:
    await asyncio.to_thread(world.servers.stop_postgres_immediately)


async def _database_hang(world: World, fault: Fault) -> None:
    world.servers.postgres.pause()
    await asyncio.sleep(fault.seconds)
    world.servers.postgres.resume()


async def _database_clock(world: World, fault: Fault) -> None:
    """Up to an hour ahead, where it stays: every claim and lease ends in this moment."""
    await asyncio.to_thread(world.servers.move_clock, round(5 + fault.degree * 3600))


async def _database_full(world: World, fault: Fault) -> None:
    await asyncio.to_thread(world.servers.disk.fill)
    await asyncio.sleep(fault.seconds)
    await asyncio.to_thread(world.servers.free_disk)


async def _mailbox_full(world: World, fault: Fault) -> None:
    await asyncio.to_thread(world.boxes.fill)
    await asyncio.sleep(fault.seconds)
    await asyncio.to_thread(world.boxes.clear)


# ----------------------------------------------------------------------------------------------------------- targets


async def _odoo_kill(world: World, fault: Fault) -> None:
    world.odoo.kill()
    await asyncio.sleep(fault.seconds)
    await asyncio.to_thread(world.odoo.start)


def _misbehaving(**faults: float) -> Harm:
    """Odoo fails like this, and stops to."""

    async def harm(world: World, fault: Fault) -> None:
        await asyncio.to_thread(world.odoo.misbehave, **faults)
        await asyncio.sleep(fault.seconds)
        await asyncio.to_thread(world.odoo.misbehave, **dict.fromkeys(faults, 0))

    return harm


def _misbehaving_a_few_times(**faults: float) -> Harm:
    """Odoo fails like this so many times."""

    async def harm(world: World, fault: Fault) -> None:
        await asyncio.to_thread(world.odoo.misbehave, **faults)

    return harm


async def _warehouse_down(world: World, fault: Fault) -> None:
    await world.warehouse.simulator.stop()
    await asyncio.sleep(fault.seconds)
    await world.warehouse.simulator.start()


async def _warehouse_forgets(world: World, fault: Fault) -> None:
    """So many orders that it takes are not answered for."""
    world.warehouse.simulator.misbehaviour.lose_answers = 1 + round(fault.degree * 4)


async def _warehouse_holds(world: World, fault: Fault) -> None:
    misbehaviour = world.warehouse.simulator.misbehaviour
    misbehaviour.webhooks_hold = misbehaviour.webhooks_backwards = True
    await asyncio.sleep(fault.seconds)
    await world.warehouse.simulator.webhooks.let_go()


async def _mailbox_fails(world: World, fault: Fault) -> None:
    world.mailboxes.cutting = True
    await asyncio.sleep(fault.seconds)
    world.mailboxes.cutting = False


HARMS: dict[Kind, Harm] = {
    Kind.KILL: _kill,
    Kind.KILL_STARTING: _kill_starting,
    Kind.STOP: _stop,
    Kind.HANG: _hang,
    Kind.OLD_CONFIGURATION: _old_configuration,
    Kind.CLOCK: _clock,
    Kind.CUT: _cut,
    Kind.SILENT: _silent,
    Kind.LOST_COMMIT: _lost_commit,
    Kind.BROKER_RESTART: _broker_restart,
    Kind.BROKER_KILL: _broker_kill,
    Kind.BROKER_HANG: _broker_hang,
    Kind.QUEUES_DELETED: _queues_deleted,
    Kind.DATABASE_RESTART: _database_restart,
    Kind.DATABASE_IMMEDIATE: _database_immediate,
    Kind.DATABASE_HANG: _database_hang,
    Kind.DATABASE_CLOCK: _database_clock,
    Kind.DATABASE_FULL: _database_full,
    Kind.MAILBOX_FULL: _mailbox_full,
    Kind.ODOO_KILL: _odoo_kill,
    Kind.ODOO_SLOW: _misbehaving(latency=0.4),
    Kind.ODOO_FAILS: _misbehaving(status=503),
    Kind.ODOO_FORGETS: _misbehaving(lose_share=0.5),
    Kind.ODOO_CUTS: _misbehaving_a_few_times(cut_requests=4),
    Kind.ODOO_GARBLES: _misbehaving_a_few_times(garble=3),
    Kind.ODOO_CONFLICTS: _misbehaving(conflicts=1),
    Kind.WAREHOUSE_DOWN: _warehouse_down,
    Kind.WAREHOUSE_FORGETS: _warehouse_forgets,
    Kind.WAREHOUSE_HOLDS: _warehouse_holds,
    Kind.MAILBOX_FAILS: _mailbox_fails,
}
