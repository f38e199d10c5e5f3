"""A running gateway with two warehouses behind a gate: east and west, each reached by an application of its own."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from gateway.config.condition import compile_condition
from gateway.domain.agreement import Agreement, Direction, Partner, Partnerships
from gateway.domain.order.milestone import Event, LineQuantity, Milestone
from gateway.domain.provenance import UNNAMED, by_way, this_gateway
from gateway.domain.release.record import LevelRow
from gateway.domain.release.terms import HoldRule, Kind, ReleaseTerms, Warehouse
from gateway.operations.release_holds import HoldDesk
from gateway.ports import Message
from gateway.ports.hearing import Notice
from gateway.stages.gate import Gate
from gateway.stages.hear import Hear
from gateway.stages.lanes import Lanes
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.process import ProcessOrders
from gateway.store import gate_records
from gateway.store.database import Database
from gateway.store.gate import PostgresReleases
from gateway.store.orders import PostgresOrders
from gateway.system import SystemClock
from tests.integration.harness import BIGBOX, US_X12, Running, Settings, configuration, running
from tests.integration.test_flow import order
from tests.integration.test_outgoing import Publisher
from translators.contract import Family
from translators.provenance import Provenance

EAST = Warehouse("east", "east", application="odoo", identifiers={"seller": "E"})
WEST = Warehouse("west", "west", application="nordmart-folder", identifiers={"seller": "W"})
GATE = ReleaseTerms(gated=True, warehouses=(EAST, WEST), owner="warehouse")


def hold(kind: Kind, when: str | None = None, **more: Any) -> HoldRule:
    """A rule that holds orders."""
    named = {"id": kind.value, **more}
    return HoldRule(kind=kind, condition=compile_condition(when) if when else None, **named)


def two_warehouses(terms: ReleaseTerms) -> Settings:
    """The configuration: a customer, and the partners that the warehouses are."""
    settings = configuration()
    partners = [
        Partner("bigbox", "BigBox", "sales", {Family.X12: (BIGBOX,)}),
        Partner("east", "East", "warehouse", {Family.JSON: (by_way("east"),)}),
        Partner("west", "West", "warehouse", {}),
    ]
    agreements = [
        Agreement("bigbox-850", "bigbox", Direction.IN, "purchase_order", Family.X12, "850", "004010"),
        Agreement("east-stock", "east", Direction.IN, "inventory_report", Family.JSON, "inventory_report", "1"),
    ]
    ours = this_gateway("nordic-dc")
    partnerships = Partnerships.build(
        partners,
        agreements,
        identities={Family.X12: [US_X12], Family.JSON: (ours, UNNAMED)},
        ways={"east-wms": Provenance(None, {Family.JSON: (by_way("east"), ours)})},
    )
    return replace(settings, partnerships=partnerships, release=terms)


def warehouse_order(number: str, **items: int) -> dict[str, Any]:
    """An order to a warehouse for the customer's order `4711`: so much of each item, its lines numbered as there."""
    return {
        "schema": "warehouse_order/1",
        "number": number,
        "order": {"number": "4711"},
        "lines": [
            {
                "number": str(place),
                "item": {"identifiers": {"seller": item}},
                "quantity": {"value": str(quantity), "unit": "EA"},
                "order": {"number": "4711", "line": str(place)},
            }
            for place, (item, quantity) in enumerate(items.items(), 1)
        ],
    }


class AtTheGate:
    """A gateway whose warehouse orders pass a gate, and what a test does there."""

    def __init__(self, gateway: Running) -> None:
        self.gateway, self.store = gateway, PostgresReleases(gateway.database)
        self.publisher, orders = Publisher(gateway), PostgresOrders(gateway.database)
        self.process = ProcessOrders(
            store=orders,
            configuration=lambda: gateway.settings,
            source_owner=lambda _: None,
            broker=gateway.broker,
            forget=gateway.work.delete_outbox,
            observer=gateway.observer,
            clock=SystemClock(),
            new_id=gateway.new_id,
        )
        self.hear = Hear(
            intake=gateway.receive, orders=orders, wake=self.process.wake, tell=gateway.work.record_failures,
            owner_of=self.process.owner_of, new_id=gateway.new_id, ships=gateway.settings.release.ships,
        )  # fmt: skip
        self.gate = self.gate_of(gateway.database)
        self.desk = HoldDesk(self.store.at_gate, find=self.store.find_hold, configuration="digest", node="person")
        self._said = 0

    def gate_of(self, database: Database) -> Gate:
        """A gate as another process has it."""
        gateway = self.gateway
        lanes = Lanes(gateway.broker.announce, services=dict)
        return Gate(
            store=PostgresReleases(database), configuration=lambda: gateway.settings,
            owner_of=lambda customer: self.process.owner_of("", customer), announce=lanes.arrived, judge=self.process.wake,
            observer=gateway.observer, new_id=gateway.new_id, node="test",
        )  # fmt: skip

    async def ordered(self, number: str = "4711") -> None:
        """The customer's order is known."""
        await self.gateway.send(order(number))
        await self.process.round()

    async def publish(self, document: Mapping[str, Any], *, to: str = "east", look: bool = True) -> None:
        """A warehouse order comes, and is looked at."""
        self._said += 1
        body = json.dumps(document).encode()
        name = f"w-{self._said}-{document['number']}"
        await self.publisher.publish(Message(OUTBOUND, f"warehouse_order.{to}", body, name))
        if look:
            await self.look()

    async def look(self) -> None:
        """Look at all that is due, let the order process judge what was said, and look again at what that has woken."""
        await self.gate.round()
        await self.settled()
        while await self.process.round():
            await self.gate.round()
        await self.settled()

    async def settled(self) -> None:
        """Until what was released has been delivered."""
        for row in await self.rows("select transmission from gateway.release_part"):
            while (await self.gateway.view(row["transmission"]))["state"] == "received":
                await self.gateway.sweep.round()
            await self.gateway.delivered(row["transmission"])

    async def say(self, event: Event, by: str, *lines: LineQuantity, **more: Any) -> None:
        """A system tells a milestone of the customer's order, which is judged."""
        self._said += 1
        said = Milestone(by, f"{event.value}-{self._said}", event, "bigbox", "4711", lines=lines, **more)
        await self.hear.take(by, [Notice(said.key, milestones=[said])])
        await self.process.round()

    async def stock(self, warehouse: str, *, as_of: datetime | None = None, reserved: int | None = None, **items: int) -> None:
        """A warehouse tells of its stock."""
        at = as_of or datetime.now(UTC)
        rows = [
            LevelRow(
                warehouse, f"seller:{item}", (f"seller:{item}",), "EA", Decimal(much),
                None if reserved is None else Decimal(reserved), "[]", at, UUID(int=self._said),
            )
            for item, much in items.items()
        ]  # fmt: skip
        async with self.store.at_gate() as session:
            await session.set_levels(
                rows, warehouse=warehouse, whole=True, settles=timedelta(minutes=30), sources=[warehouse]
            )  # fmt: skip

    async def rows(self, query: str, *arguments: object) -> list[Any]:
        """What stands in the database."""
        return await self.publisher.rows(query, *arguments)

    async def states(self) -> dict[str, str]:
        """The state of each order at the gate, by its number."""
        return {
            row["number"]: row["state"]
            for row in await self.rows("select number, state from gateway.warehouse_release order by arrived")
        }

    async def held(self) -> dict[str, str]:
        """What holds orders now: the reason of each hold by its name."""
        holds = await gate_records.list_holds(
            self.gateway.database, standing=True, kinds=(), owners=(), customers=(), numbers=(), limit=50
        )
        return {one["hold"]: one["reason"] for one in holds}

    async def hold_id(self, name: str) -> str:
        """The id of a hold that stands."""
        (row,) = await self.rows("select id from gateway.release_hold where hold = $1 and state in ('open', 'overdue')", name)
        return str(row["id"])

    def sent(self, warehouse: str) -> Sequence[tuple[str, dict[str, str]]]:
        """What a warehouse was told to ship: numbers, with how much of each item."""
        target = {"east": "odoo", "west": "nordmart-folder"}[warehouse]
        found = []
        for delivery in self.gateway.targets[target].made:
            document = json.loads(delivery.json or b"{}")
            if document.get("schema") == "warehouse_order/1":
                lines = document.get("lines", ())
                found.append(
                    (document["number"], {line["item"]["identifiers"]["seller"]: line["quantity"]["value"] for line in lines})
                )
        return found

    async def order_state(self) -> str:
        """What has become of the customer's order."""
        (row,) = await self.rows("select state from gateway.trade_order where number = '4711'")
        return str(row["state"])

    async def later(self, offset: str) -> None:
        """Let so much time pass for the database."""
        async with self.gateway.database.connection() as connection:
            name = await connection.fetchval("select current_database()")
            await connection.execute(f"alter database \"{name}\" set gateway.clock_offset = '{offset}'")
        await self.gateway.database._leave()


@asynccontextmanager
async def at_the_gate(url: str, database: Database, terms: ReleaseTerms = GATE) -> AsyncIterator[AtTheGate]:
    """The gateway, running."""
    async with running(url, database, two_warehouses(terms)) as gateway:
        yield AtTheGate(gateway)
