"""Opens what came from a backup, to be examined: a restored database, or a dump in a private server that ends again."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from gateway.bootstrap.regions import newest_dump, region_found
from gateway.bootstrap.settings import read_settings
from gateway.errors import GatewayError
from gateway.operations.check_backup import Checked, check_backup
from gateway.security.body_cipher import body_cipher
from gateway.store.backup import PostgresBackup
from gateway.store.database import Database
from gateway.store.embedded import EmbeddedPostgres

_LONGEST = 24 * 3600.0
"""Seconds that a dump may take to be restored, and each look at what is in it."""


async def examine_backup(config: str, *, url: str, dump: str, sample: int) -> Checked:
    """Examine the database at `url`, or a dump of pg_dump; with neither the newest dump of the region that is worked with, or
    else the database of the configuration.
    """
    settings = read_settings(config, os.environ)
    cipher = body_cipher(settings.snapshot.encryption)
    if not dump and not url:
        dump = str(await asyncio.to_thread(newest_dump, settings) or "")
    async with _opened(dump, url or settings.snapshot.gateway.database_url) as address:
        database = Database(address, size=2, timeout=_LONGEST, cipher=cipher)
        try:
            await database.open()
            checked = await check_backup(PostgresBackup(database), sample=sample)
            return replace(checked, found=[*checked.found, *await region_found(settings.snapshot, database)])
        finally:
            await database.close()


@asynccontextmanager
async def _opened(dump: str, url: str) -> AsyncIterator[str]:
    if not dump:
        if not url:
            raise GatewayError("No database is named.", remedy="Give --url or --dump, or set DATABASE_URL.")
        yield url
        return
    file = Path(dump)
    if not await asyncio.to_thread(file.exists):
        raise GatewayError(f"There is no {dump}.", remedy="Name a file or folder that pg_dump wrote (-Fc, -Ft or -Fd).")
    with tempfile.TemporaryDirectory(prefix="edi-backup-") as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101, S103 - the private server runs as another user when we are root
        server = EmbeddedPostgres(Path(folder), within=_LONGEST)
        try:
            address = await asyncio.to_thread(server.start)
            await asyncio.to_thread(server.restore, file)
            yield address
        finally:
            await asyncio.to_thread(server.stop)
