"""What `gateway doctor` and `gateway db status` say of what is stored: keys, months, dead rows, room for connections."""

from collections.abc import Sequence
from typing import Any

from gateway.errors import ConfigurationInvalid
from gateway.operations.diagnose import Diagnosis
from gateway.store.database import Database
from gateway.store.recryption import PostgresRecryption
from gateway.store.upkeep import CONNECTIONS, PostgresUpkeep

_FEW_PROCESSES = 2
"""Room for fewer further processes is worth a word: one that starts while another ends needs some."""


async def look_after(database: Database) -> Sequence[Diagnosis]:
    """One line for each thing that is not as it should be, and one for what there is room for."""
    upkeep = PostgresUpkeep(database)
    found: list[Diagnosis] = [await _room(upkeep), *await _keys(database)]
    for table in await upkeep.dead_rows():
        when = f"cleaned last {table.cleaned:%Y-%m-%d %H:%M}" if table.cleaned else "never cleaned"
        text = f"{table.share:.0%} of its rows are dead ({table.dead} of {table.live + table.dead}), {when}"
        remedy = "Look for a transaction that is open for long (pg_stat_activity), then: vacuum gateway." + table.name
        found.append((f"table {table.name}", "warn", text, remedy))
    for name, rows in (await upkeep.strays()).items():
        if rows:
            text = f"{rows} rows are outside of their month"
            found.append((f"table {name}", "warn", text, "They are moved when their month is made; see that a relay runs."))
    return found


async def _room(upkeep: PostgresUpkeep) -> Diagnosis:
    room = await upkeep.connections()
    more = max(room.most - room.open, 0) // CONNECTIONS
    text = f"{room.open} of {room.most} connections are open, {room.ours} of them gateways'; room for {more} more processes"
    remedy = f"A process opens up to {CONNECTIONS}: raise max_connections, or put fewer processes on this server."
    return ("connections", "ok" if more >= _FEW_PROCESSES else "warn", text, remedy)


async def _keys(database: Database) -> Sequence[Diagnosis]:
    recryption = PostgresRecryption(database)
    try:
        await recryption.require_keys()
    except ConfigurationInvalid as error:
        return [("encryption", "fail", str(error), error.remedy)]
    status = await recryption.status()
    if not status["active"] and not status["in_use"]:
        return []
    others = [name for name in status["in_use"] if name != status["active"]]
    text = f'new bodies with "{status["active"]}"' if status["active"] else "new bodies in the clear"
    return [("encryption", "ok", text + (f"; still in use: {', '.join(others)}" if others else ""), "")]


async def encryption_status(database: Database) -> dict[str, Any]:
    """For `gateway db status`: nothing where there never was a key."""
    status = await PostgresRecryption(database).status()
    if not status["active"] and not status["in_use"] and not status["tables"]:
        return {}
    words = {"encryption": status["active"] or "off", "keys_in_use": status["in_use"]}
    return words | {f"recrypted_{name}": text for name, text in status["tables"].items()}
