"""Partners for people: what was agreed, the ways to them, their certificates, and how it stands with each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from gateway.bootstrap.certificates import certificates_of
from gateway.bootstrap.office import Office, Where, opened
from gateway.config import Snapshot
from gateway.domain.agreement import Agreement, Partner
from gateway.domain.as2_terms import As2Options
from gateway.domain.channel import Channel, FolderOptions, FtpsOptions, HttpOptions, MailOptions, SftpOptions
from gateway.domain.partner_health import Signs, health_of
from gateway.domain.provenance import by_way
from gateway.errors import Absent
from gateway.ports import Json
from gateway.store.figures import Figures
from gateway.store.target_control import PostgresTargetControl


async def partners(where: Where) -> list[Json]:
    """Every partner of the configuration with how it stands with it, without its agreements, channels and certificates."""
    async with opened(where) as office:
        return [_overview(one) for one in await _views(office, list(office.snapshot.partners.values()))]


async def partner(where: Where, name: str) -> Json:
    """One partner with all that was agreed. Raises Absent."""
    async with opened(where) as office:
        known = office.snapshot.partners
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise Absent(f'There is no partner "{name}".', remedy=f"There are: {there}")
        (view,) = await _views(office, [known[name]])
        return view


def _overview(view: Json) -> Json:
    return {name: value for name, value in view.items() if name not in ("agreements", "channels", "certificates")}


async def _views(office: Office, wanted: Sequence[Partner]) -> list[Json]:
    snapshot, now = office.snapshot, datetime.now(UTC)
    figures = await Figures(office.database, list(snapshot.channels)).partners([one.id for one in wanted])
    levels = {str(level["target"]): level for level in await PostgresTargetControl(office.database).levels()}
    return [_view(one, snapshot, figures[one.id], levels, now) for one in wanted]


def _view(one: Partner, snapshot: Snapshot, figures: Json, levels: Mapping[str, Json], now: datetime) -> dict[str, Any]:
    channels = [channel for channel in snapshot.channels.values() if channel.partner == one.id]
    certificates = [view for channel in channels for view in certificates_of(channel, now)]
    breakers = {channel.id: levels.get(channel.id, {}).get("breaker") for channel in channels}
    health, reasons = health_of(
        Signs(
            held=figures["held_by"] is not None,
            unavailable=[name for name, breaker in breakers.items() if breaker not in (None, "closed")],
            failures=figures["failures"],
            overdue=figures["overdue"],
            rejected=figures["rejected"],
            ending=[view["name"] for view in certificates if view["ends_soon"]],
        )
    )
    return {
        "id": one.id,
        "name": one.name,
        "owner": one.owner,
        "region": snapshot.region.id or None,
        "timezone": str(one.timezone),
        "test": one.test,
        "identities": _identities(one),
        "health": health.value,
        "reasons": reasons,
        **{name: value for name, value in figures.items() if name != "partner"},
        "agreements": [_agreement(agreed) for agreed in _agreements(snapshot, one.id)],
        "channels": [_channel(channel, breakers[channel.id], levels.get(channel.id, {})) for channel in channels],
        "certificates": certificates,
        "certificate_ends": min((view["not_after"] for view in certificates if not view["has_successor"]), default=None),
    }


def _identities(one: Partner) -> Mapping[str, Sequence[str]]:
    """What its envelopes name it by; formats without envelopes name nobody, there the way says who it is."""
    own = by_way(one.id)
    named = {family.value: [str(each) for each in known if each != own] for family, known in one.identities.items()}
    return {family: known for family, known in named.items() if known}


def _agreements(snapshot: Snapshot, partner: str) -> Iterable[Agreement]:
    return (agreed for agreed in snapshot.agreements if agreed.partner == partner)


def _agreement(agreed: Agreement) -> Json:
    owed = [agreed.acknowledgement.functional] if agreed.acknowledgement.functional else []
    return {
        "id": agreed.id,
        "direction": agreed.direction.value,
        "document": agreed.document,
        "format": f"{agreed.family.value}/{agreed.version}/{agreed.type}",
        "channel": agreed.channel,
        "acknowledge": owed,
        "duplicates": agreed.duplicates.value,
        "expects": [
            {"kind": one.kind, "within_seconds": one.within.total_seconds(), "calendar": one.calendar} for one in agreed.expect
        ],
    }


def _channel(channel: Channel, breaker: str | None, level: Json) -> Json:
    return {
        "id": channel.id,
        "type": channel.type,
        "receives": channel.receives,
        "sends": channel.sends,
        "places": places_of(channel),
        "breaker": breaker,
        "waiting": (level.get("waiting") or 0) + (level.get("sending") or 0),
        "dead": level.get("dead") or 0,
        "held_by": level.get("held_by"),
    }


def places_of(channel: Channel) -> list[str]:
    """Where a channel leads to, without anything that lets somebody in: of a URL only the server, its path may be a secret."""
    match channel.options:
        case SftpOptions(server=server) | FtpsOptions(server=server):
            return [server.place]
        case MailOptions(imap=imap, smtp=smtp):
            return [f"{end.host}:{end.port}" for end in (imap, smtp) if end is not None]
        case HttpOptions(send=send, poll=poll):
            return [server_of(end.url) for end in (send, poll) if end is not None]
        case As2Options(url=url, ours=ours, theirs=theirs):
            return [*([server_of(url)] if url else []), f"{ours} → {theirs}"]
        case FolderOptions(inbox=inbox, outbox=outbox):
            return [path for path in (inbox, outbox) if path]
    return []


def server_of(url: str) -> str:
    """The server of a URL: its path, its query and the user in it may be secrets."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}" + (f":{parts.port}" if parts.port else "")
