"""A site of its own for one trial, on servers that others used before: nodes, target, partners' mailboxes."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.faults import Kind, Plan
from tests.chaos.node import Node
from tests.chaos.odoo import Odoo
from tests.chaos.partners import TOKEN_HASH, Mailboxes
from tests.chaos.servers import Servers, SmallDisk
from tests.chaos.warehouse import SECRET, Warehouse
from tests.servers.line import Line
from tests.servers.rabbitmq import RabbitCluster, RabbitServer

CONFIG = Path(__file__).parent / "site.toml"
PARTNERS = ("bigbox", "nordmart", "greengrocer")
_BOXES_SIZE = 64


@dataclass
class World:
    """All that a fault may break and an auditor may look at."""

    servers: Servers
    folder: Path
    host: str
    database: str
    odoo: Odoo
    mailboxes: Mailboxes
    boxes: SmallDisk
    warehouse: Warehouse
    chance: random.Random
    nodes: dict[str, Node] = field(default_factory=dict)

    @property
    def amqp_url(self) -> str:
        """Straight to the broker."""
        return self.servers.rabbitmq.url(self.host)

    @property
    def database_url(self) -> str:
        """Straight to the database."""
        return self.servers.postgres.url(self.database)

    def receivers(self) -> Sequence[str]:
        """Where partners may post."""
        return [node.url for node in self.nodes.values() if node.receives]


@asynccontextmanager
async def made_world(plan: Plan, servers: Servers) -> AsyncIterator[World]:
    """Everything is up and ready; gone afterwards, the servers excepted."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="edi-chaos-")))
        world = await asyncio.to_thread(_bare_world, plan, servers, folder)
        stack.callback(_remove_host, servers.rabbitmq, world.host)
        stack.callback(servers.postgres.drop_database, world.database)
        stack.callback(world.boxes.unmount)
        world.boxes.mount()
        await world.mailboxes.start()
        stack.push_async_callback(world.mailboxes.stop)
        await stack.enter_async_context(world.warehouse.simulator)
        stack.callback(world.odoo.kill)
        for node_plan in plan.nodes:
            lines = {name: await stack.enter_async_context(Line(port)) for name, port in servers.ports().items()}
            faked = any(fault.kind is Kind.CLOCK and fault.node == node_plan.name for fault in plan.faults)
            node = Node(node_plan, folder=folder, config=CONFIG, environment=_environment(world), lines=lines, faked=faked)
            stack.callback(node.kill)
            world.nodes[node_plan.name] = node
        async with AsyncExitStack() as kept:
            await _start(world, kept)
            kept.callback(asyncio.create_task(world.warehouse.work(world.receivers)).cancel)
            yield world


async def _start(world: World, kept: AsyncExitStack) -> None:
    """All of it, each node kept alive from now on. The first has a moment's start: it migrates the database."""
    first, *others = world.nodes.values()
    first.start()
    await asyncio.to_thread(world.odoo.start)
    for node in others:
        node.start()
    for node in world.nodes.values():
        kept.callback(asyncio.create_task(node.keep()).cancel)
    await asyncio.gather(*(node.ready() for node in world.nodes.values()))


def _bare_world(plan: Plan, servers: Servers, folder: Path) -> World:
    folder.chmod(0o755)
    boxes = folder / "boxes"
    boxes.mkdir(mode=0o755)
    return World(
        servers,
        folder,
        host=servers.rabbitmq.create_host(),
        database=servers.postgres.create_database(),
        odoo=Odoo(folder),
        mailboxes=Mailboxes(boxes, PARTNERS),
        boxes=SmallDisk(boxes, size=_BOXES_SIZE),
        warehouse=Warehouse(),
        chance=random.Random(f"harm {plan.seed}"),
    )


def _environment(world: World) -> dict[str, str]:
    return {
        "DATABASE_URL": world.database_url,
        "AMQP_URL": world.amqp_url,
        "ODOO_URL": world.odoo.url,
        "ODOO_API_KEY": "demo",
        "CHAOS_BOXES": str(world.boxes.folder),
        "CHAOS_MAILBOX": world.mailboxes.url,
        "CHAOS_WMS_URL": world.warehouse.url,
        "CHAOS_WMS_TOKEN": "wms-token",
        "CHAOS_WMS_SECRET": SECRET,
        "CHAOS_TOKEN_SHA256": TOKEN_HASH,
        "CHAOS_NORDMART_BY": "nordmart-push",
        "NO_COLOR": "1",
    }


def _remove_host(server: RabbitServer | RabbitCluster, host: str) -> None:
    if server.running:
        server.delete_host(host)
