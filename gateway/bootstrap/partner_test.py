"""What a test of a partner tries: each channel of a partner, step by step."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from gateway.bootstrap.as2 import relationships
from gateway.bootstrap.office import Where, opened, settings_at
from gateway.channels.as2 import As2Outbound, Receipts
from gateway.channels.as2.probe import echo_content, probe
from gateway.channels.reaching import reach
from gateway.channels.sftp import examination
from gateway.domain.as2_terms import As2Options
from gateway.domain.channel import Channel, FolderOptions, FtpsOptions, HttpOptions, MailOptions, SftpOptions
from gateway.domain.http_terms import ClientTls
from gateway.errors import Absent, ConfigurationInvalid, GatewayError
from gateway.http.tls import client_context
from gateway.operations.diagnose import Diagnosis
from gateway.ports import Parcel
from gateway.store.transfers import PostgresTransfers
from gateway.system import SystemClock, TimeOrderedIds


async def probe_partner(where: Where, partner: str, *, send: bool) -> AsyncIterator[Diagnosis]:
    """The steps of each channel of a partner, by the channel's id. `send`: an AS2 partner gets a message that he is to answer.

    Raises Absent when there is no such partner, ConfigurationInvalid when nothing leads to it.
    """
    snapshot = settings_at(where).snapshot
    if partner not in snapshot.partners:
        known = ", ".join(sorted(snapshot.partners)) or "none"
        raise Absent(f'there is no partner "{partner}"', remedy=f"Known are: {known}.")
    channels = [channel for channel in snapshot.channels.values() if channel.partner == partner]
    if not channels:
        raise ConfigurationInvalid(f'"{partner}" has no channel', remedy="Add a [[channel]] with this partner.")
    for channel in channels:
        async for name, state, found, remedy in _steps(where, channel, send=send):
            yield (f"{channel.id}: {name}", state, found, remedy)


async def _steps(where: Where, channel: Channel, *, send: bool) -> AsyncIterator[Diagnosis]:
    try:
        if isinstance(channel.options, As2Options):
            async for step in _as2(where, channel, send=send):
                yield step
            return
        for step in await _reached(channel):
            yield step
    except GatewayError as error:
        yield ("configuration", "fail", str(error), error.remedy)


async def _reached(channel: Channel) -> Sequence[Diagnosis]:
    match channel.options:
        case SftpOptions() as options:
            return [
                (name, "ok" if ok else "fail", found, remedy) for name, ok, found, remedy in await examination.examine(options)
            ]
        case FtpsOptions(server=server):
            return await reach(server.host, server.port)
        case MailOptions(imap=imap, smtp=smtp):
            return [step for end in (imap, smtp) if end is not None for step in await reach(end.host, end.port)]
        case HttpOptions(send=send, poll=poll):
            return [step for end in (send, poll) if end is not None for step in await _web(end.url, end.client.tls)]
        case FolderOptions(inbox=inbox, outbox=outbox):
            return [_folder(Path(path)) for path in (inbox, outbox) if path]
    return [("channel", "warn", f"nothing can be tried of a channel of type {channel.type}", "")]


async def _web(url: str, tls: ClientTls) -> Sequence[Diagnosis]:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    return await reach(parts.hostname or "", parts.port or (443 if secure else 80), tls=client_context(tls) if secure else None)


def _folder(path: Path) -> Diagnosis:
    if path.is_dir():
        return ("folder", "ok", str(path), "")
    return ("folder", "warn", f"{path} does not exist yet", "It is made when the gateway starts; see that it may be.")


async def _as2(where: Where, channel: Channel, *, send: bool) -> AsyncIterator[Diagnosis]:
    agreed = next(each for each in relationships(settings_at(where).snapshot) if each.channel == channel.id)
    agreed = replace(agreed, options=replace(agreed.options, subject="Test message"))
    new_id, clock = TimeOrderedIds(), SystemClock()
    async with opened(where) as office:
        transfers = PostgresTransfers(office.database)
        receipts = Receipts(transfers, ledger=None, new_id=new_id)
        way = As2Outbound(agreed, transfers=transfers, receipts=receipts, clock=clock, new_id=new_id)
        parcel = Parcel(new_id(), "test.txt", echo_content(), "text/plain", test=True) if send else None
        try:
            async for step in probe(agreed, way, clock=clock, parcel=parcel):
                yield step
        finally:
            await way.close()
