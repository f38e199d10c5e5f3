"""A process that works at the gate of a database until nothing waits there: `python -m tests.integration.gate_process URL`.

It says `ready`, begins when it is told to, and says how many orders it has looked at.
"""

import asyncio
import sys
from collections.abc import Sequence

from gateway.stages.gate import Gate
from gateway.stages.lanes import Arrived
from gateway.store.database import Database
from gateway.store.gate import PostgresReleases
from gateway.system import TimeOrderedIds
from tests.integration.at_the_gate import GATE, two_warehouses
from tests.integration.harness import Silent


async def _unheard(_arrived: Sequence[Arrived]) -> None:
    """Nobody is told: the test sweeps."""


async def work(url: str) -> int:
    """Look at all that waits; answers how much that was."""
    configuration, database = two_warehouses(GATE), Database(url)
    await database.open()
    try:
        gate = Gate(
            store=PostgresReleases(database), configuration=lambda: configuration, owner_of=lambda _: "sales", announce=_unheard,
            judge=lambda: None, observer=Silent(), new_id=TimeOrderedIds(), node="another",
        )  # fmt: skip
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        total = 0
        while await _waits(database):
            total += await gate.round()
        return total
    finally:
        await database.close()


async def _waits(database: Database) -> bool:
    """Whether something has not been looked at: others may have hold of it."""
    async with database.connection() as connection:
        query = "select exists (select from gateway.warehouse_release where state = 'arrived')"
        waits: bool = await connection.fetchval(query)
        return waits


if __name__ == "__main__":
    print(asyncio.run(work(sys.argv[1])), flush=True)
