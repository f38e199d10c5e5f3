"""What `gateway doctor` looks at."""

import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from gateway.applications.odoo.changes.rights import check_reading
from gateway.bootstrap.applications import make_application
from gateway.bootstrap.brokers import make_broker
from gateway.bootstrap.guard_diagnosis import leases, replicas, room
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.store import open_database
from gateway.bootstrap.upkeep import look_after
from gateway.domain.application import Application as ApplicationSettings
from gateway.domain.application import OdooConnection
from gateway.domain.channel import FolderOptions
from gateway.operations.diagnose import Diagnosis, Look
from gateway.operations.diagnose import diagnose as look_at_all
from gateway.store import migrations
from gateway.telemetry.metrics import PrometheusObserver

_LARGE_SKEW = 2.0
_EMBEDDED_START = 10.0
"""Seconds for the private database: less than the look at it may take, so that it is the start that says what is wrong."""


async def diagnose(settings: Settings) -> list[Diagnosis]:
    """Look at everything this configuration depends on."""
    looks = [
        Look("python", _python),
        Look("database", partial(_database, settings)),
        Look("broker", partial(_broker, settings)),
        Look("room", partial(room, settings)),
        Look("folders", partial(_folders, settings)),
    ]
    used = {(target.to, target.action) for route in settings.snapshot.routes for target in route.targets}
    looks += [
        Look(a.id, partial(_application, a, sorted(action for to, action in used if to == a.id)))
        for a in settings.snapshot.applications.values()
    ]
    return await look_at_all(looks)


async def _python() -> Sequence[Diagnosis]:
    return [("python", "ok", sys.version.split()[0], "")]


async def _database(settings: Settings) -> Sequence[Diagnosis]:
    async with open_database(settings, size=1, within=_EMBEDDED_START) as (database, url):
        waiting = await migrations.pending(database)
        guard = [] if waiting else [*await leases(database), *await replicas(database, url)]
        rows = await database.fetch("server_clock")
        breakers = [] if waiting else await database.fetch("breakers")
        holds = [] if waiting else await database.fetch("delivery_holds")
        stored = [] if waiting else await look_after(database)
        skew = abs((rows[0]["now"] - datetime.now(UTC)).total_seconds())
    found: list[Diagnosis] = [("database", "ok", f"PostgreSQL {rows[0]['version']}", "")]
    if waiting:
        found.append(("schema", "fail", f"{len(waiting)} migrations are outstanding", "Run: gateway db migrate"))
    else:
        found.append(("schema", "ok", "up to date", ""))
    state, remedy = ("warn", "Synchronise the clocks of both machines.") if skew > _LARGE_SKEW else ("ok", "")
    found.append(("clock", state, f"{skew:.2f} s apart from the database", remedy))  # type: ignore[arg-type]
    found += stored
    found += [_hold(row["kind"], row["name"], row["actor"], row["since"], row["reason"]) for row in holds]
    found += guard
    return found + [_breaker(row["target"], row["since"]) for row in breakers if row["state"] != "closed"]


def _hold(kind: str, name: str, actor: str, since: datetime, reason: str) -> Diagnosis:
    text = f"held by {actor} since {since:%Y-%m-%d %H:%M:%S} UTC: {reason}"
    return (f"{name}: deliveries", "warn", text, f"When the reason is gone: gateway {kind}s release {name}")


def _breaker(target: str, since: datetime) -> Diagnosis:
    text = f"unavailable since {since:%Y-%m-%d %H:%M:%S} UTC: its deliveries wait and are probed one at a time"
    return (f"{target}: breaker", "warn", text, f"See that {target} works; deliveries go on by themselves then.")


async def _broker(settings: Settings) -> Sequence[Diagnosis]:
    if settings.embedded_broker:
        return [("broker", "ok", "embedded: for one process, without listeners outside", "")]
    broker = make_broker(settings, PrometheusObserver())
    await broker.start()
    await broker.close()
    return [("broker", "ok", "RabbitMQ takes connections and the topology is declared", "")]


async def _folders(settings: Settings) -> Sequence[Diagnosis]:
    found: list[Diagnosis] = []
    for channel in settings.snapshot.channels.values():
        if isinstance(channel.options, FolderOptions):
            folders = [Path(p) for p in (channel.options.inbox, channel.options.outbox) if p]
            found += [_folder(channel.id, folder) for folder in folders]
    return found


def _folder(channel: str, folder: Path) -> Diagnosis:
    if not folder.is_dir():
        return (channel, "warn", f"{folder} does not exist yet; it is made at the start", "")
    if not os.access(folder, os.W_OK):
        return (channel, "fail", f"{folder} cannot be written", "Give the gateway's user the right to write there.")
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
        return (channel, "ok", str(folder), "")


async def _application(configured: ApplicationSettings, used: Sequence[str]) -> Sequence[Diagnosis]:
    application = make_application(configured, used=used)
    try:
        found = [*await application.check()]
        connection = configured.connection
        if isinstance(connection, OdooConnection) and connection.changes is not None:
            found += await check_reading(configured.id, connection, connection.changes)
        return [(name, "ok" if ok else "fail", what, remedy) for name, ok, what, remedy in found]
    finally:
        await application.close()
