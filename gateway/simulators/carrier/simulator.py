"""A simulated carrier on a port of its own, for tests and the demo."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from gateway.simulators.carrier.carrier import Carrier
from gateway.simulators.carrier.server import Server
from gateway.simulators.rest import Misbehaviour, Place, Webhooks


class CarrierSimulator:
    """Starts and stops. `carrier` is what it holds and what happens there; `webhooks.subscriber` is who is told of it."""

    def __init__(
        self,
        *,
        token: str = "carrier-token",  # noqa: S107 (of a simulator on loopback)
        port: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.misbehaviour = Misbehaviour()
        self.webhooks = Webhooks(self.misbehaviour, now)
        self.carrier = Carrier(misbehaviour=self.misbehaviour, now=now, tell=self.webhooks.tell)
        routes = Server(self.carrier).routes
        self.place = Place(routes, token=token, misbehaviour=self.misbehaviour, webhooks=self.webhooks, port=port)

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
