"""A restored database, examined: nothing is changed in it."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
from typing_extensions import override

from gateway.errors import BodyUnreadable, SchemaMismatch
from gateway.ports.backup import Backup, BackupFacts
from gateway.store import migrations
from gateway.store.bodies import CANONICAL, RAW
from gateway.store.database import Connection, Database, Row

_PATIENCE = 3600.0
"""Seconds for one look: a backup is large, and nobody waits for it."""
_FIRST = 10
"""The schema with which this became possible."""


class PostgresBackup(Backup):
    """A database that nobody works on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def examine(self, *, sample: int) -> BackupFacts:
        pending = await migrations.pending(self._database)
        known = max(m.version for m in migrations.known())
        schema = min((m.version for m in pending), default=known + 1) - 1
        if schema < _FIRST:
            raise SchemaMismatch(
                f"The backup has schema {schema}: it is examined from schema {_FIRST} on.",
                remedy="Run `gateway db migrate` on the restored database first; it is a copy.",
            )
        async with self._database.connection() as connection:
            await connection.execute("set statement_timeout = 0")
            rows, unfinished = [dict((await self._rows(connection, name))[0]) for name in ("backup_rows", "backup_unfinished")]
            times = {name: rows.pop(name) for name in ("last_event", "last_received", "last_sent")}
            orphans = {row["what"]: row["rows"] for row in await self._rows(connection, "backup_orphans")}
            numbers = [(row["what"], row["whose"], row["rows"]) for row in await self._rows(connection, "backup_numbers")]
            checked, broken = await self._bodies(connection, sample)
            await connection.execute("reset statement_timeout")
        return BackupFacts(
            schema=schema,
            pending=[m.name for m in pending],
            rows=rows,
            unfinished=unfinished,
            orphans=orphans,
            numbers=numbers,
            checked=checked,
            broken=broken,
            **times,
        )

    async def _rows(self, connection: Connection, query: str, *arguments: Any) -> Sequence[Row]:
        return await self._database.within(connection, query, *arguments, patience=_PATIENCE)

    async def _bodies(self, connection: Connection, sample: int) -> tuple[int, list[str]]:
        """How many bodies were read, and those that are not what was stored."""
        broken = []
        transmissions = await self._rows(connection, "backup_sample", sample)
        for row in transmissions:
            problem = await self._received(connection, row)
            broken += [f"transmission {row['id']}: {problem}"] if problem else []
        documents = await self._rows(connection, "backup_documents", sample)
        for row in documents:
            try:
                orjson.loads(self._database.bodies.open(CANONICAL, row["document"], row["json"]))
            except (BodyUnreadable, orjson.JSONDecodeError) as error:
                broken.append(f"document {row['document']}: {error}")
        return len(transmissions) + len(documents), broken

    async def _received(self, connection: Connection, row: Row) -> str:
        """What is wrong with the bytes of a transmission; they are hashed piece by piece."""
        digest, size = hashlib.sha256(), 0
        try:
            ordinal = 0
            while pieces := await self._rows(connection, "raw_piece", row["id"], ordinal):
                piece = self._database.bodies.open(RAW, row["id"], pieces[0]["bytes"], ordinal)
                digest.update(piece)
                size, ordinal = size + len(piece), ordinal + 1
        except BodyUnreadable as error:
            return str(error)
        if digest.digest() == row["sha256"] and size == row["size"]:
            return ""
        return f"its {size} bytes are not the {row['size']} that were received (SHA-256)"
