"""What `gateway doctor` says of the standing guard: leases, the servers that would take over, room on this machine."""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from gateway.bootstrap.room import memory_limit
from gateway.bootstrap.settings import Settings
from gateway.operations.diagnose import Diagnosis
from gateway.store.connecting import addresses
from gateway.store.database import Database
from gateway.system import free_space

_MIB = 1 << 20


async def leases(database: Database) -> Sequence[Diagnosis]:
    """Who does what one process does for all."""
    rows = await database.fetch("leases")
    held = [row for row in rows if row["state"] == "held"]
    lapsed = [_lapsed(row["name"], row["holder"], row["until"]) for row in rows if row["state"] == "lapsed"]
    holders = sorted({str(row["holder"]).rpartition(":")[0] for row in held})
    text = f"{len(held)} held by {', '.join(holders)}" if held else "none held: no gateway runs"
    return [("leases", "ok", text, ""), *lapsed]


def _lapsed(name: str, holder: str, until: datetime) -> Diagnosis:
    text = f"not renewed by {holder.rpartition(':')[0]} since {until:%Y-%m-%d %H:%M:%S} UTC, and nobody took over"
    return (f"lease {name}", "warn", text, "Start a gateway; if one runs, look for `lease_not_renewed` in its log.")


async def replicas(database: Database, url: str) -> Sequence[Diagnosis]:
    """Whether another server could take over, and whether commits wait for it."""
    (found,) = await database.fetch("replication")
    named = len(addresses(url))
    if not found["replicas"] and named == 1:
        return [("failover", "ok", "one server, no replica: after its loss a backup is restored", "")]
    text = (
        f"{found['replicas']} replicas follow, {found['synchronous']} of them synchronously; DATABASE_URL names {named} servers"
    )
    if found["replicas"] and named == 1:
        return [("failover", "warn", text, "Name all of them in DATABASE_URL: postgresql://edi@one,two/edi")]
    if found["hidden"]:
        return [("failover", "ok", f"{text}; of {found['hidden']} we are not told more: grant pg_monitor to our role", "")]
    if not found["synchronous"]:
        return [("failover", "warn", text, "Set synchronous_standby_names: what was acknowledged last would be lost.")]
    return [("failover", "ok", text, "")]


async def room(settings: Settings) -> Sequence[Diagnosis]:
    """Whether more would be taken on this machine."""
    limits = settings.snapshot.gateway.room
    settings.data.mkdir(parents=True, exist_ok=True)
    folders = {Path(tempfile.gettempdir()): "temporary folder", settings.data: "data folder"}
    limit = memory_limit(limits)
    memory = (
        f"{limit // _MIB} MiB for a process"
        if limit is not None
        else "no limit: set [gateway.room] memory, or run in a container"
    )
    disks = [_disk(name, folder, limits.disk) for folder, name in folders.items()]
    return [*disks, ("memory", "ok", memory, "")]


def _disk(name: str, folder: Path, least: int) -> Diagnosis:
    free = free_space(folder)
    text = f"{free / 1e9:.1f} GB free at {folder}; the intake closes below {least // _MIB} MiB"
    if free < least:
        return (name, "fail", text, "Make room there; the gateway goes on by itself then.")
    return (name, "warn" if free < 4 * least else "ok", text, "Make room before the intake closes." if free < 4 * least else "")
