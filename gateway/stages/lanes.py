"""Wakes translation by class of service: each class has a queue of its own, so that nothing urgent stands behind the rest."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from gateway.domain.service import Service

Arrived = tuple[str, UUID]
"""A transmission: the channel it came by, and its id."""


class Lanes:
    """Tells who translates what has arrived. `announce` is that of the broker, by queue; `services` the class of each channel.

    What comes by a channel that is not among them is in a hurry.
    """

    def __init__(
        self, announce: Callable[[str, Sequence[UUID]], Awaitable[None]], *, services: Callable[[], Mapping[str, Service]]
    ) -> None:
        self._announce, self._services = announce, services

    async def arrived(self, transmissions: Sequence[Arrived]) -> None:
        """Announce each in the lane of its channel; returns at once, and never raises for a broker that is away."""
        services = self._services()
        lanes: dict[str, list[UUID]] = {}
        for channel, transmission in transmissions:
            lanes.setdefault(services.get(channel, Service.REALTIME).lane, []).append(transmission)
        for lane, ids in lanes.items():
            await self._announce(lane, ids)

    async def in_bulk(self, transmissions: Sequence[UUID]) -> None:
        """Announce what a person does again, many at a time: it is behind what partners send."""
        await self._announce(Service.BATCH.lane, transmissions)

    def patient(self) -> Sequence[str]:
        """The channels that bring nothing urgent."""
        return [channel for channel, service in self._services().items() if service is not Service.REALTIME]
