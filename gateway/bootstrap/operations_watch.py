"""Wires what tells operators first: service levels, silence, and the figures of the business."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from gateway.bootstrap.business import MeasureBusiness
from gateway.bootstrap.channel_troubles import keep_standing
from gateway.bootstrap.effects import name_in
from gateway.ports.channel_trouble import ChannelSide
from gateway.ports.service_levels import STAGE as LEVELS
from gateway.ports.traffic import STAGE as SILENCE
from gateway.stages.channel_trouble import KeepChannelTroubles
from gateway.stages.service_levels import WatchServiceLevels
from gateway.stages.silence import NoticeSilence
from gateway.store.service_levels import PostgresServiceLevels
from gateway.store.traffic import PostgresTraffic

if TYPE_CHECKING:
    from gateway.bootstrap.service import Service

Round = tuple[str, Callable[[], Awaitable[int]], float]
"""A round's name, what it does, and every how many seconds."""


def rounds(service: "Service") -> Sequence[Round]:
    """What one process does for all, under a lease each."""
    return [
        ("service-levels", service_levels(service).round, 30.0),
        ("silence", silence(service).round, 120.0),
        ("business", MeasureBusiness(service.database, lambda: service.snapshot, service.observer).round, 60.0),
    ]


def service_levels(service: "Service") -> WatchServiceLevels:
    """The round over what was promised."""

    def owner(side: ChannelSide) -> str | None:
        return next((level.owner for level in service.snapshot.service_levels if level.id == side.channel), None)

    return WatchServiceLevels(
        store=PostgresServiceLevels(service.database),
        configuration=lambda: service.snapshot,
        name_of=lambda partner: name_in(service.snapshot, partner),
        troubles=_troubles(service, LEVELS, owner),
        observer=service.observer,
    )


def silence(service: "Service") -> NoticeSilence:
    """The round over those who send nothing."""

    def owner(side: ChannelSide) -> str | None:
        expected = {one.id: one.owner for one in service.snapshot.silence.expected}
        applications = {one.id: one.owner for one in service.snapshot.applications.values()}
        return expected.get(side.channel) or applications.get(side.channel)

    return NoticeSilence(
        store=PostgresTraffic(service.database),
        configuration=lambda: service.snapshot,
        partners=lambda: {partner: name_in(service.snapshot, partner) for partner in service.snapshot.partners},
        applications=lambda: list(service.snapshot.applications),
        channels=lambda: list(service.snapshot.channels),
        troubles=_troubles(service, SILENCE, owner),
        observer=service.observer,
    )


def _troubles(service: "Service", stage: str, owner: Callable[[ChannelSide], str | None]) -> KeepChannelTroubles:
    """Failures whose messages say themselves what they are about; `owner` is who is named for them."""
    return keep_standing(
        service.database,
        stage=stage,
        owner_of=lambda side: owner(side) or service.snapshot.owner_of(side.partner, stage=stage),
        observer=service.observer,
        new_id=service.new_id,
        begins_with=lambda _side: "",
    )
