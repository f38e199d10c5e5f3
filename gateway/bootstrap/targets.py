"""Targets for the command line: what waits at each and why; holds, releases, retries on demand."""

import getpass
import os
import socket
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gateway.bootstrap.settings import Settings, read_settings
from gateway.bootstrap.store import open_database, require_schema
from gateway.domain.maintenance import Maintenance
from gateway.errors import ConfigurationInvalid
from gateway.ports.targets import Held, Hold, Order
from gateway.store.target_control import PostgresTargetControl


async def delivery_targets(config: str) -> Sequence[Mapping[str, Any]]:
    """Every target, configured or with something to deliver, with what waits at it and what keeps it."""
    settings = _settings(config)
    async with _control(settings) as control:
        levels = {str(level["target"]): level for level in await control.levels()}
    known = _targets(settings)
    now = datetime.now(UTC)
    return [_view(name, levels.get(name, {}), known.get(name), now) for name in sorted({*known, *levels})]


async def hold_deliveries(config: str, kind: str, name: str, *, actor: str, reason: str) -> bool:
    """Deliver nothing more of a target or a partner; False when it is held already. Raises ConfigurationInvalid."""
    settings = _settings(config)
    _require(kind, name, _targets(settings) if Held(kind) is Held.TARGET else settings.snapshot.partners)
    async with _control(settings) as control:
        return await control.hold(Held(kind), name, _order(settings, actor, reason))


async def release_deliveries(config: str, kind: str, name: str, *, actor: str, reason: str) -> Hold | None:
    """Let a target or partner go; the hold that it was, None when there was none."""
    settings = _settings(config)
    async with _control(settings) as control:
        return await control.release(Held(kind), name, _order(settings, actor, reason))


async def retry_now(
    config: str,
    *,
    actor: str,
    target: str | None = None,
    partner: str | None = None,
    deliveries: Sequence[UUID] | None = None,
) -> Mapping[str, int]:
    """Bring forward what waits for its next attempt; how many deliveries, by target."""
    settings = _settings(config)
    if target is not None:
        _require("target", target, _targets(settings))
    if partner is not None:
        _require("partner", partner, settings.snapshot.partners)
    async with _control(settings) as control:
        return await control.retry_now(_order(settings, actor, ""), target=target, partner=partner, deliveries=deliveries)


def _view(name: str, level: Mapping[str, Any], windows: Maintenance | None, now: datetime) -> Mapping[str, Any]:
    counts = ("waiting", "due", "sending", "in_sequence", "put_aside", "after_others", "dead")
    view: dict[str, Any] = {"target": name, "configured": windows is not None}
    view |= {count: level.get(count) or 0 for count in counts}
    view |= {key: level.get(key) for key in ("rate", "concurrency", "breaker", "held_by", "held_because")}
    view |= {key: _text(level.get(key)) for key in ("oldest", "next_at", "breaker_since", "probe_at", "held_since")}
    return view | {"maintenance_until": _text(windows.until(now) if windows else None)}


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
        raise ConfigurationInvalid(f"there is no {kind} {name!r}", remedy=f"There are: {', '.join(names)}")


def _order(settings: Settings, actor: str, reason: str) -> Order:
    return Order(
        actor=actor or getpass.getuser(), reason=reason, configuration=settings.snapshot.digest, node=socket.gethostname()
    )


def _settings(config: str) -> Settings:
    return read_settings(config, os.environ)


@asynccontextmanager
async def _control(settings: Settings) -> AsyncIterator[PostgresTargetControl]:
    async with open_database(settings, size=1) as (database, _):
        await require_schema(database)
        yield PostgresTargetControl(database)
