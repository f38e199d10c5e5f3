"""Turns configured channels into adapters: what is delivered to, what brings transmissions. The web routes are in `service`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from gateway.channels.folder import FolderInbound, FolderOutbound, InboundFolder, Pace
from gateway.domain.channel import Channel, FolderOptions
from gateway.ports import Clock, InboundChannel, Intake, Observer, OutboundChannel


@dataclass(frozen=True, slots=True)
class Means:
    """What adapters are made with. `most_bytes` is the largest transmission that the intake takes."""

    intake: Intake
    observer: Observer
    clock: Clock
    new_id: Callable[[], UUID]
    most_bytes: int


@dataclass(frozen=True, slots=True)
class Poller:
    """What brings transmissions by itself. `alone`: only one process at a time may run it, under a lease."""

    channel: InboundChannel
    alone: bool


def outbound(channel: Channel, means: Means) -> OutboundChannel | None:
    """The way to the partner; None when the channel only receives."""
    match channel.options:
        case FolderOptions(outbox=str(outbox)):
            return FolderOutbound(channel.id, path=Path(outbox), clock=means.clock, new_id=means.new_id)
    return None


def inbound(channel: Channel, means: Means) -> Poller | None:
    """What looks for transmissions; None when the partner brings them to our web server, or nothing comes this way."""
    match channel.options:
        case FolderOptions(inbox=str()):
            return Poller(_folder(channel, channel.options, means), alone=False)  # it claims each file by renaming it
    return None


def _folder(channel: Channel, options: FolderOptions, means: Means) -> FolderInbound:
    return FolderInbound(
        channel.id,
        folder=InboundFolder(Path(options.inbox or ""), pattern=options.pattern, temporary=options.ignore),
        partner=channel.partner,
        most_bytes=means.most_bytes,
        intake=means.intake,
        observer=means.observer,
        clock=means.clock,
        new_id=means.new_id,
        pace=Pace(settle=options.settle, poll=options.poll),
    )
