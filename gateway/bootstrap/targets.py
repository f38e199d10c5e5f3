"""Targets for people: what waits at each and why; holds, releases, retries on demand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gateway.bootstrap.office import Office, Where, opened
from gateway.bootstrap.partners import places_of, server_of
from gateway.bootstrap.settings import Settings
from gateway.config import Snapshot
from gateway.domain.maintenance import Maintenance
from gateway.errors import Absent
from gateway.ports.targets import Held, Hold, Order
from gateway.store.target_control import PostgresTargetControl


async def delivery_targets(where: Where) -> Sequence[Mapping[str, Any]]:
    """Every target, configured or with something to deliver, with what waits at it and what keeps it."""
    async with opened(where) as office:
        settings = office.settings
        levels = {str(level["target"]): level for level in await PostgresTargetControl(office.database).levels()}
    known = _targets(settings)
    now = datetime.now(UTC)
    return [
        {**_view(name, levels.get(name, {}), known.get(name), now), **_what(name, settings.snapshot)}
        for name in sorted({*known, *levels})
    ]


async def hold_deliveries(where: Where, kind: str, name: str, *, actor: str, reason: str) -> bool:
    """Deliver nothing more of a target or a partner; False when it is held already. Raises Absent."""
    async with opened(where) as office:
        _require(kind, name, _targets(office.settings) if Held(kind) is Held.TARGET else office.snapshot.partners)
        return await PostgresTargetControl(office.database).hold(Held(kind), name, _order(office, actor, reason))


async def release_deliveries(where: Where, kind: str, name: str, *, actor: str, reason: str) -> Hold | None:
    """Let a target or partner go; the hold that it was, None when there was none."""
    async with opened(where) as office:
        return await PostgresTargetControl(office.database).release(Held(kind), name, _order(office, actor, reason))


async def retry_now(
    where: Where,
    *,
    actor: str,
    target: str | None = None,
    partner: str | None = None,
    deliveries: Sequence[UUID] | None = None,
) -> Mapping[str, int]:
    """Bring forward what waits for its next attempt; how many deliveries, by target."""
    async with opened(where) as office:
        if target is not None:
            _require("target", target, _targets(office.settings))
        if partner is not None:
            _require("partner", partner, office.snapshot.partners)
        return await PostgresTargetControl(office.database).retry_now(
            _order(office, actor, ""), target=target, partner=partner, deliveries=deliveries
        )


def _view(name: str, level: Mapping[str, Any], windows: Maintenance | None, now: datetime) -> Mapping[str, Any]:
    counts = ("waiting", "due", "sending", "in_sequence", "put_aside", "after_others", "dead")
    view: dict[str, Any] = {"target": name, "configured": windows is not None}
    view |= {count: level.get(count) or 0 for count in counts}
    view |= {key: level.get(key) for key in ("rate", "concurrency", "breaker", "held_by", "held_because")}
    view |= {key: _text(level.get(key)) for key in ("oldest", "next_at", "breaker_since", "probe_at", "held_since")}
    return view | {"maintenance_until": _text(windows.until(now) if windows else None)}


def _what(name: str, snapshot: Snapshot) -> Mapping[str, Any]:
    """What a target is, and where, without anything that lets somebody in."""
    view: dict[str, Any] = {"kind": None, "type": None, "partner": None, "places": []}
    if application := snapshot.applications.get(name):
        view |= {"kind": "application", "type": application.type, "places": [server_of(application.connection.url)]}
    elif subscriber := snapshot.subscribers.get(name):
        view |= {"kind": "subscriber", "type": "webhook", "places": [server_of(subscriber.url)]}
    elif channel := snapshot.channels.get(name):
        view |= {"kind": "channel", "type": channel.type, "partner": channel.partner, "places": places_of(channel)}
    return view


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _targets(settings: Settings) -> dict[str, Maintenance]:
    """All that deliveries can go to, with the maintenance windows of each."""
    snapshot = settings.snapshot
    windows = {name: one.maintenance for name, one in snapshot.applications.items()}
    windows |= {name: one.maintenance for name, one in snapshot.subscribers.items()}
    return windows | {name: channel.delivery.maintenance for name, channel in snapshot.channels.items() if channel.sends}


def _require(kind: str, name: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if name not in names:
        raise Absent(f"there is no {kind} {name!r}", remedy=f"There are: {', '.join(names)}")


def _order(office: Office, actor: str, reason: str) -> Order:
    return Order(actor=actor, reason=reason, configuration=office.snapshot.digest, node=office.node)
