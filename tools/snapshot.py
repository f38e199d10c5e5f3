"""Writes what a release promises to the ones after it: the database's schema, canonical documents, public messages, the API.

    python -m tools.snapshot v0.1.0

Compatibility tests compare later releases with the snapshot of the last tag, so a snapshot is never changed.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from gateway.api.table import OPERATIONS
from gateway.broker.topology import EXCHANGES, WORK
from gateway.contract.schemas import bodies, documents, headers
from gateway.store.database import Database
from gateway.store.embedded import EmbeddedPostgres
from gateway.store.migrations import migrate

SNAPSHOTS = Path(__file__).parents[1] / "tests/compatibility/snapshots"
COLUMNS = """
select table_name as owner, column_name as name,
  data_type || coalesce(' of ' || nullif(trim(leading '_' from udt_name), data_type), '')
  || case is_nullable when 'NO' then ' not null' else '' end as type
from information_schema.columns where table_schema = 'gateway'
union all
select udt_name, attribute_name, data_type from information_schema.attributes where udt_schema = 'gateway'
order by 1, 2"""


async def columns(url: str) -> dict[str, dict[str, str]]:
    """Every column of every table and row type, with its type, of a migrated database."""
    database = Database(url, size=1)
    await database.open()
    try:
        await migrate(database)
        async with database.connection() as connection:
            rows = await connection.fetch(COLUMNS)
    finally:
        await database.close()
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["owner"], {})[row["name"]] = row["type"]
    return found


def messages() -> dict[str, Any]:
    """What is published where: schemas of headers and bodies, and the exchanges that others use."""
    public = {entry.name: {"kind": entry.kind.value, "key": entry.key} for entry in EXCHANGES if entry.name != WORK}
    return {"headers": headers(), "bodies": bodies(), "exchanges": public}


def api() -> dict[str, Any]:
    """What can be asked over HTTP: where, by which right, with what, and what is answered."""
    return {
        "operations": {row.name: [row.method, row.path, row.right.value, row.partners] for row in OPERATIONS},
        "asked": {row.name: row.asked.model_json_schema() for row in OPERATIONS},
        "answered": {row.name: row.answers.model_json_schema(mode="serialization") for row in OPERATIONS if row.answers},
    }


def main() -> None:
    """Write the snapshot of a release that has none yet."""
    folder = SNAPSHOTS / sys.argv[1]
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as data:
        os.chmod(data, 0o755)  # noqa: PTH101 - the embedded server runs as another user when we are root
        server = EmbeddedPostgres(Path(data))
        found = asyncio.run(columns(server.start()))
        server.stop()
    _write(folder / "database.json", found)
    _write(folder / "canonical.json", documents())
    _write(folder / "messages.json", messages())
    _write(folder / "api.json", api())


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
