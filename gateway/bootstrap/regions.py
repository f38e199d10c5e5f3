"""The region that is worked with: what `gateway doctor` and `gateway db backup-check` say of it, and where its dumps are."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.bootstrap.settings import Settings
from gateway.config import Snapshot
from gateway.domain.region import Region
from gateway.operations.diagnose import Diagnosis
from gateway.store.database import Database
from gateway.store.figures import Figures

_OLD = timedelta(hours=26)
"""A dump of every night is a day old at most, and takes its time."""
_STAYS = "It stays until it is purged; docs/how-to/regions.md says how a partner moves."


async def region_found(snapshot: Snapshot, database: Database) -> Sequence[Diagnosis]:
    """Whom the region serves, and whose history is in its database although another one serves them; nothing without regions."""
    elsewhere = snapshot.elsewhere.partners
    if not snapshot.region.id and not elsewhere:
        return []
    text = f"{snapshot.region}: {len(snapshot.partners)} partners; {len(elsewhere)} are served elsewhere"
    held = await Figures(database, []).exchanged_with(sorted(elsewhere))
    return [("region", "ok", text, ""), *(_history(partner, elsewhere[partner]) for partner in held)]


def _history(partner: str, served_by: Region) -> Diagnosis:
    return (f"region: {partner}", "warn", f"is served by {served_by}; what was exchanged with it here lies here", _STAYS)


async def backup_found(settings: Settings) -> Sequence[Diagnosis]:
    """How old the newest dump of the region is; nothing where no folder of dumps is named."""
    if not settings.snapshot.region.backup:
        return []
    dump = await asyncio.to_thread(newest_dump, settings)
    if dump is None:
        remedy = "Write one by pg_dump -Fc; a backup of another region's database does not hold these partners."
        return [("backup", "fail", f"there is no dump in {settings.snapshot.region.backup}", remedy)]
    age = datetime.now(UTC) - datetime.fromtimestamp(dump.stat().st_mtime, UTC)
    text = f"{dump.name} is {age.total_seconds() / 3600:.0f} h old"
    remedy = "" if age < _OLD else "Look why no newer one was written, and try this one: gateway db backup-check"
    return [("backup", "warn" if remedy else "ok", text, remedy)]


def newest_dump(settings: Settings) -> Path | None:
    """The newest of what pg_dump wrote into the region's folder, a file or a folder; None without one."""
    if not settings.snapshot.region.backup:
        return None
    folder = settings.config.parent / settings.snapshot.region.backup
    written = [path for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []
    return max(written, key=lambda path: path.stat().st_mtime, default=None)
