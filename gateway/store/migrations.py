"""Brings the schema to what this code knows: numbered SQL files, one transaction each, under an advisory lock, with checksums."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from gateway.errors import SchemaMismatch
from gateway.store.database import Connection, Database, Row, translated

_LOCK = 0x6564_6967  # "edig": one migration at a time in a database
_LONGEST = 3600.0
"""Seconds that migrations may take."""
_RUNS_WITH = 1
"""The newest schema that the last release knows. It works on with the one that this release makes: changes only add."""
_APPLIED = """
select version, checksum, (to_jsonb(m) ->> 'runs_with')::integer as runs_with from gateway.migration m
"""
_RIGHTS = """
do $$ begin
  if to_regprocedure('gateway.grant_rights_v1()') is not null then perform gateway.grant_rights_v1(); end if;
end $$
"""
_LEDGER = """
create schema if not exists gateway;
create table if not exists gateway.migration (
  version integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now());
alter table gateway.migration add column if not exists runs_with integer;
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """What proves that an applied file was not changed afterwards."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def known() -> list[Migration]:
    """All migrations that come with this code, in order."""
    folder = files("gateway.store").joinpath("migrations")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [Migration(int(n[:4]), n, folder.joinpath(n).read_text(encoding="utf-8")) for n in names]


async def pending(database: Database) -> list[Migration]:
    """What has not been applied yet. Raises SchemaMismatch for a changed file, or a newer schema that this code cannot run on."""
    async with database.connection() as connection:
        with translated():
            there = await connection.fetchval("select to_regclass('gateway.migration') is not null")
            rows = await connection.fetch(_APPLIED) if there else []
    return _outstanding(rows)


async def _is_whole(database: Database) -> bool:
    async with database.connection() as connection:
        with translated():
            there = await connection.fetchval("select to_regclass('gateway.migration') is not null")
    return bool(there) and not await pending(database)


async def migrate(database: Database) -> list[str]:
    """Apply what is outstanding and answer the names; processes that start together wait for the first.

    Where nothing is, nothing but reading is asked of the database: a role that may change no table will do.
    """
    applied: list[str] = []
    if await _is_whole(database):
        return applied
    async with database.connection() as connection:
        with translated():
            # Who migrates may take longer than any other statement of ours, and the others wait for it.
            await connection.execute("set statement_timeout = 0; set lock_timeout = 0")
            await connection.execute("select pg_advisory_lock($1)", _LOCK, timeout=_LONGEST)
        try:
            with translated():
                await connection.execute(_LEDGER)
                rows = await connection.fetch(_APPLIED)
            for migration in _outstanding(rows):
                await _apply(connection, migration)
                applied.append(migration.name)
            with translated():
                # Roles get their rights on what there is now: none can be given on a table before there is one.
                await connection.execute(_RIGHTS, timeout=_LONGEST)
        finally:
            with translated():
                await connection.execute("select pg_advisory_unlock($1)", _LOCK)
                await connection.execute("reset statement_timeout; reset lock_timeout")
                # Row types were made after the driver looked at the schema.
                await connection.reload_schema_state()
    return applied


def _outstanding(rows: Sequence[Row]) -> list[Migration]:
    migrations = known()
    newest = max((m.version for m in migrations), default=0)
    applied = {row["version"]: row["checksum"] for row in rows}
    if any(row["version"] > newest and not _runs_with(row["runs_with"], newest) for row in rows):
        raise SchemaMismatch(
            f"The database has schema {max(applied)}, this gateway knows {newest}.",
            remedy="Run the release that migrated this database, or a newer one.",
        )
    changed = [m.name for m in migrations if applied.get(m.version, m.checksum) != m.checksum]
    if changed:
        raise SchemaMismatch(
            f"Migration {changed[0]} was changed after it had been applied.",
            remedy="Restore the file; a change of the schema is a new migration.",
        )
    return [m for m in migrations if m.version not in applied]


def _runs_with(oldest: int | None, newest: int) -> bool:
    """Whether a release that knows schemas up to `newest` works on with a later change; null: it does not say so."""
    return oldest is not None and oldest <= newest


async def _apply(connection: Connection, migration: Migration) -> None:
    with translated(committing=True):
        async with connection.transaction():
            await connection.execute(migration.sql, timeout=_LONGEST)
            await connection.execute(
                "insert into gateway.migration (version, name, checksum, runs_with) values ($1, $2, $3, $4)",
                migration.version,
                migration.name,
                migration.checksum,
                _RUNS_WITH,
            )
