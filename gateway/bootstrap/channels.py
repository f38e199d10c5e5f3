"""Turns configured channels into adapters: what is delivered to, what brings transmissions. The web routes are in `service`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

from gateway.bootstrap.as2 import As2Side
from gateway.bootstrap.remote_folders import RemoteConnections
from gateway.channels.folder import FolderInbound, FolderOutbound, InboundFolder, Pace
from gateway.channels.http import HttpOutbound, HttpPoll
from gateway.channels.mail import Mailbox, MailInbound, MailOutbound, MailTerms
from gateway.channels.remote_folder import RemoteInbound, RemoteOutbound
from gateway.domain.as2_terms import As2Options
from gateway.domain.channel import Channel, FolderOptions, FtpsOptions, HttpOptions, MailOptions, SftpOptions
from gateway.domain.http_terms import HttpPollOptions, HttpSendOptions
from gateway.domain.mail_terms import ImapOptions, SmtpOptions
from gateway.domain.remote_folder_terms import RemoteInbox, RemoteOutbox
from gateway.ports import BodyPieces, Clock, InboundChannel, Intake, Observer, OutboundChannel
from gateway.ports.channel_trouble import ChannelTroubles
from gateway.ports.position import Positions


@dataclass(frozen=True, slots=True)
class Means:
    """What adapters are made with. `most_bytes` is the largest transmission that the intake takes."""

    intake: Intake
    observer: Observer
    clock: Clock
    new_id: Callable[[], UUID]
    most_bytes: int
    troubles: ChannelTroubles
    as2: As2Side
    positions: Positions
    pieces: BodyPieces
    remote: RemoteConnections = field(default_factory=RemoteConnections)


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
        case SftpOptions(outbox=RemoteOutbox()) | FtpsOptions(outbox=RemoteOutbox()):
            return _remote_outbound(channel, channel.options, means)
        case HttpOptions(send=HttpSendOptions() as send):
            return _http_outbound(channel, send, means)
        case MailOptions(smtp=SmtpOptions() as smtp):
            return MailOutbound(channel.id, options=smtp, partner=channel.partner, clock=means.clock)
        case As2Options():
            return means.as2.outbound(channel.id)  # also where he only sends: his receipts go out this way
    return None


def inbound(channel: Channel, means: Means) -> Poller | None:
    """What looks for transmissions; None when the partner brings them to our web server, or nothing comes this way."""
    match channel.options:
        case FolderOptions(inbox=str()):
            return Poller(_folder(channel, channel.options, means), alone=False)  # it claims each file by renaming it
        case SftpOptions(inbox=RemoteInbox()) | FtpsOptions(inbox=RemoteInbox()):
            return Poller(_remote_inbound(channel, channel.options, means), alone=True)
        case HttpOptions(poll=HttpPollOptions() as poll):
            return Poller(_http_poll(channel, poll, means), alone=True)
        case MailOptions(imap=ImapOptions() as imap):
            return Poller(_mail_inbound(channel, imap, means), alone=True)
    return None


def _folder(channel: Channel, options: FolderOptions, means: Means) -> FolderInbound:
    return FolderInbound(
        channel.id,
        folder=InboundFolder(Path(options.inbox or ""), pattern=options.pattern, temporary=options.ignore),
        partner=channel.partner,
        most_bytes=means.most_bytes,
        intake=means.intake,
        troubles=means.troubles,
        observer=means.observer,
        clock=means.clock,
        new_id=means.new_id,
        pace=Pace(settle=options.settle, poll=options.poll),
    )


def _remote_outbound(channel: Channel, options: SftpOptions | FtpsOptions, means: Means) -> OutboundChannel:
    assert options.outbox is not None
    return RemoteOutbound(
        channel.id,
        options.outbox,
        sessions=means.remote.of(channel.id, options),
        troubles=means.troubles,
        partner=channel.partner,
    )


def _remote_inbound(channel: Channel, options: SftpOptions | FtpsOptions, means: Means) -> InboundChannel:
    assert options.inbox is not None
    return RemoteInbound(
        channel.id,
        options.inbox,
        sessions=means.remote.of(channel.id, options),
        partner=channel.partner,
        most_bytes=means.most_bytes,
        intake=means.intake,
        troubles=means.troubles,
        observer=means.observer,
        clock=means.clock,
        new_id=means.new_id,
        batches=options.connections + 1,
    )


def _http_outbound(channel: Channel, options: HttpSendOptions, means: Means) -> OutboundChannel:
    return HttpOutbound(channel.id, options, partner=channel.partner, intake=means.intake, clock=means.clock, new_id=means.new_id)


def _http_poll(channel: Channel, options: HttpPollOptions, means: Means) -> InboundChannel:
    return HttpPoll(
        channel.id,
        options,
        partner=channel.partner,
        most_bytes=means.most_bytes,
        intake=means.intake,
        positions=means.positions,
        pieces=means.pieces,
        troubles=means.troubles,
        observer=means.observer,
        clock=means.clock,
        new_id=means.new_id,
    )


def _mail_inbound(channel: Channel, options: ImapOptions, means: Means) -> InboundChannel:
    return MailInbound(
        channel.id,
        open_mailbox=partial(Mailbox, options),
        terms=MailTerms.of(options),
        partner=channel.partner,
        most_bytes=means.most_bytes,
        intake=means.intake,
        troubles=means.troubles,
        observer=means.observer,
        clock=means.clock,
        new_id=means.new_id,
    )
