"""The simulated warehouse of a trial. Its people ship whatever comes, and its system tells of each step until it is taken."""

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import count

from gateway.simulators.rest import Subscriber
from gateway.simulators.wms import WmsSimulator

STOCK = {f"WIDGET-{number:04}": Decimal(1_000_000) for number in range(1, 6)}
SECRET = "a-secret-of-the-chaos-suite"
_LOOKS = 0.1


class Warehouse:
    """It recognises no repeat: an order that is sent twice is there twice. Some of what it tells, it tells twice."""

    def __init__(self) -> None:
        self.simulator = WmsSimulator(stock=STOCK)
        self.simulator.misbehaviour.duplicates = "double"
        self.simulator.misbehaviour.webhooks_twice = 5

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.simulator.url

    def references(self) -> tuple[str, ...]:
        """The order numbers that it was given, each as often as it was."""
        return tuple(order.reference for order in self.simulator.warehouse.orders.values())

    async def work(self, receivers: Callable[[], Sequence[str]]) -> None:
        """Ship what comes, for ever. Each look it tells another node, so that one that is gone holds nothing up."""
        people = self.simulator.warehouse
        for turn in count():
            nodes = receivers()
            url = f"{nodes[turn % len(nodes)]}/v1/applications/wms/webhook"
            self.simulator.webhooks.subscriber = Subscriber(url, secret=SECRET)
            for order in [one for one in people.orders.values() if one.state == "RECEIVED"]:
                await people.start(order.id)
                await people.pick(order.id)
                await people.pack(order.id, f"{turn:018}")
                await people.ship(order.id, tracking=f"1Z{order.reference}")
            await asyncio.sleep(_LOOKS)
