"""What `gateway doctor` looks at."""

import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from gateway.applications.odoo.bulk_books import for_books
from gateway.applications.odoo.changes.rights import for_changes
from gateway.applications.odoo.reading import check_models, for_lookups, for_tables
from gateway.bootstrap.applications import make_application
from gateway.bootstrap.brokers import make_broker
from gateway.bootstrap.guard_diagnosis import leases, replicas, room
from gateway.bootstrap.regions import backup_found, region_found
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.store import open_database
from gateway.bootstrap.upkeep import look_after
from gateway.domain.application import Application as ApplicationSettings
from gateway.domain.application import OdooConnection
from gateway.domain.channel import FolderOptions
from gateway.domain.lookup import Record
from gateway.domain.lookup_rule import LookupRule
from gateway.operations.diagnose import Diagnosis, Look
from gateway.operations.diagnose import diagnose as look_at_all
from gateway.ports.line_trust import BROKER_REMEDY, DATABASE_REMEDY, LineTrust, Trust, broker_line, database_line
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
        Look("backup", partial(backup_found, settings)),
        Look("folders", partial(_folders, settings)),
    ]
    routes = settings.snapshot.routes
    used = {(target.to, target.action) for route in routes for target in route.targets}
    asked = {(rule.application, rule.record) for route in routes for rule in route.rules if isinstance(rule, LookupRule)}
    looks += [
        Look(
            a.id,
            partial(
                _application,
                a,
                sorted(action for to, action in used if to == a.id),
                sorted(record for name, record in asked if name == a.id),
                sorted({one.what for one in settings.snapshot.reconciliations if a.id in (one.application, one.against)}),
            ),
        )
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
        stored = [] if waiting else [*await look_after(database), *await region_found(settings.snapshot, database)]
        skew = abs((rows[0]["now"] - datetime.now(UTC)).total_seconds())
    found: list[Diagnosis] = [("database", "ok", f"PostgreSQL {rows[0]['version']}", ""), *_lines(settings)]
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


def _lines(settings: Settings) -> Sequence[Diagnosis]:
    """How far the address of the database vouches for it; nothing where it is private to this machine's gateway."""
    url = settings.snapshot.gateway.database_url
    return [_line("database: line", database_line(url), DATABASE_REMEDY)] if url else []


def _line(name: str, line: LineTrust, remedy: str) -> Diagnosis:
    return (name, "ok", line.told, "") if line.safe else (name, "warn", line.told, remedy)


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
    found: list[Diagnosis] = [("broker", "ok", "RabbitMQ takes connections and the topology is declared", "")]
    worst = max((broker_line(url) for url in settings.snapshot.gateway.amqp_urls), key=lambda line: list(Trust).index(line.trust))
    return [*found, _line("broker: line", worst, BROKER_REMEDY)]


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


async def _application(
    configured: ApplicationSettings, used: Sequence[str], lookups: Sequence[Record], books: Sequence[str]
) -> Sequence[Diagnosis]:
    application = make_application(configured, used=used)
    try:
        found = [*await application.check()]
        connection = configured.connection
        if isinstance(connection, OdooConnection):
            watched = for_changes(connection.changes) if connection.changes is not None else ()
            needed = [*for_lookups(lookups), *for_tables(connection.tables), *watched, *for_books(books)]
            found += await check_models(configured.id, connection, needed) if needed else ()
        return [(name, "ok" if ok else "fail", what, remedy) for name, ok, what, remedy in found]
    finally:
        await application.close()
