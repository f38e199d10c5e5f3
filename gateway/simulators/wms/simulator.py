"""A simulated warehouse on a port of its own, for tests and the demo."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from gateway.simulators.rest import Misbehaviour, Place, Webhooks
from gateway.simulators.wms.server import Server
from gateway.simulators.wms.warehouse import STOCK, Warehouse

ZONE = ZoneInfo("America/Chicago")


class WmsSimulator:
    """Starts and stops. `warehouse` is what it holds and what its people do; `webhooks.subscriber` is who is told of it.

    Its orders count from `first`.
    """

    def __init__(
        self,
        *,
        token: str = "wms-token",  # noqa: S107 (of a simulator on loopback)
        zone: ZoneInfo = ZONE,
        port: int = 0,
        stock: Mapping[str, Decimal] = STOCK,
        first: int = 1001,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.misbehaviour = Misbehaviour()
        self.webhooks = Webhooks(self.misbehaviour, now)
        self.warehouse = Warehouse(misbehaviour=self.misbehaviour, now=now, tell=self.webhooks.tell, stock=stock, first=first)
        server = Server(self.warehouse, zone=zone)
        self.place = Place(server.routes, token=token, misbehaviour=self.misbehaviour, webhooks=self.webhooks, port=port)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.place.url

    async def start(self) -> None:
        """Listen; a second start listens on the port of the first."""
        await self.place.start()

    async def stop(self) -> None:
        """Stop listening and drop all connections."""
        await self.place.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()
