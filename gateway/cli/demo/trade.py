"""Who trades in the second part of the demo, beside the gateway: two customers, a warehouse, a carrier, and people in Odoo."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.cli.simulate.people import People

if TYPE_CHECKING:
    from gateway.simulators.as2 import As2Partner
    from gateway.simulators.carrier import CarrierSimulator
    from gateway.simulators.odoo import OdooSimulator
    from gateway.simulators.partner import TradingPartner
    from gateway.simulators.wms import WmsSimulator
    from translators.contract import Document

SECRET = "demo-secret"  # noqa: S105 (of simulators on this machine)
_LOOK_EVERY = 0.05


@dataclass(slots=True)
class Customer:
    """A customer that acknowledges at once what it is sent. `got` is all of it, `answered` counts its acknowledgements."""

    side: "TradingPartner"
    answer: Callable[[bytes], Awaitable[None]]
    got: "list[Document]" = field(default_factory=list)
    answered: int = 0

    async def take(self, body: bytes) -> None:
        """Read what came, and acknowledge it."""
        self.got += self.side.read(body)
        for acknowledgement in self.side.acknowledged(body, prepared=datetime.now(UTC)):
            await self.answer(acknowledgement)
            self.answered += 1

    def documents(self, kind: str) -> "list[Document]":
        """What came of a type (`855`, `DESADV`)."""
        return [one for one in self.got if one.type == kind]


@dataclass(frozen=True, slots=True)
class Trade:
    """All of them, ready. `lakeside` sends over `as2`; NordMart posts, and finds its mail in a folder."""

    wms: "WmsSimulator"
    carrier: "CarrierSimulator"
    as2: "As2Partner"
    lakeside: Customer
    nordmart: Customer
    people: People

    def tell(self, url: str) -> None:
        """Where warehouse and carrier tell what happens."""
        from gateway.simulators.rest import Subscriber

        self.wms.webhooks.subscriber = Subscriber(f"{url}/v1/applications/wms-east/webhook", secret=SECRET)
        self.carrier.webhooks.subscriber = Subscriber(f"{url}/v1/applications/parcels/webhook", secret=SECRET)

    async def problems(self) -> Sequence[str]:
        """What the gateway did not take of what it was told."""
        await self.wms.webhooks.settled()
        await self.carrier.webhooks.settled()
        told = [*self.wms.webhooks.sent, *self.carrier.webhooks.sent]
        return [f"the gateway answered {status} to the message {event}" for event, status in told if status != 200]


@asynccontextmanager
async def trade_of_demo(certificate: bytes, odoo: "OdooSimulator", *, login: str, key: str) -> AsyncIterator[Trade]:
    """Start all that trade; `certificate` is the gateway's. How the customers answer is set when the gateway runs."""
    from gateway.applications.odoo.client import OdooClient
    from gateway.simulators.as2 import As2Partner
    from gateway.simulators.carrier import CarrierSimulator
    from gateway.simulators.partner import TradingPartner
    from gateway.simulators.wms import WmsSimulator
    from translators.contract import Family, Identity

    async def nowhere(_body: bytes) -> None:
        raise RuntimeError("the gateway does not run yet")

    us = {Family.X12: Identity("ZZ", "NORDICDC"), Family.EDIFACT: Identity("14", "5790000000012")}
    x12 = TradingPartner(Family.X12, identity=Identity("01", "777777777"), other=us[Family.X12], first=101)
    edifact = TradingPartner(Family.EDIFACT, identity=Identity("14", "5798000000025"), other=us[Family.EDIFACT], first=9101)
    lakeside, nordmart = Customer(x12, nowhere), Customer(edifact, nowhere)
    client = OdooClient(url=odoo.url, database="odoo", login=login, api_key=key)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(client.close)
        wms = await stack.enter_async_context(WmsSimulator())
        carrier = await stack.enter_async_context(CarrierSimulator())
        as2 = await stack.enter_async_context(As2Partner("LAKESIDE", "NORDICDC", theirs=certificate, take=lakeside.take))
        yield Trade(wms, carrier, as2, lakeside, nordmart, People(client))


async def fetch_mail(customer: Customer, outbox: Path) -> None:
    """Take out of a folder what lies there, for ever."""
    while True:
        for path in sorted(await asyncio.to_thread(lambda: [*outbox.glob("[!.]*")])):
            body = await asyncio.to_thread(path.read_bytes)
            await asyncio.to_thread(path.unlink)
            await customer.take(body)
        await asyncio.sleep(_LOOK_EVERY)
