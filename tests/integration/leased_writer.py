"""A process that writes under a lease, for tests that freeze it: `python -m tests.integration.leased_writer URL HOLDER`."""

import asyncio
import sys
from datetime import timedelta

import orjson

from gateway.ports.fence import fence
from gateway.stages.schedule import run_leased
from gateway.store.database import Database
from gateway.store.work import PostgresWork
from gateway.telemetry.logging import LogFormat, configure


async def main(url: str, holder: str) -> None:
    """Write a line into the audit as fast as it goes, while the lease is ours, until killed."""
    configure(sys.stderr, log_format=LogFormat.JSON, level="INFO", colours=False)
    database = Database(url)
    await database.open()

    async def write() -> None:
        held = fence()
        assert held is not None
        while True:
            await database.fetch("write_audit", holder, "wrote", held.lease, orjson.dumps({"token": held.token}).decode())

    await run_leased("writer", write, work=PostgresWork(database), holder=holder, lasting=timedelta(seconds=1))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
