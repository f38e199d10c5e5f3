"""A process that is killed while it works on a request: what it did is not done again, what it did not do is."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from gateway.ports.asked_once import Attempt, KnownRequest
from gateway.store.asked_once import PostgresOnceOnly
from gateway.store.database import Database

PROGRAM = Path(__file__).with_name("asked_once_program.py")


async def killed(url: str, key: str, when: str) -> None:
    """Run the program until it says that it is there, and kill it."""
    words = (sys.executable, str(PROGRAM), url, key, when)
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE, cwd=PROGRAM.parents[3])
    assert process.stdout is not None
    assert await process.stdout.readline() == b"now\n"
    process.kill()
    await process.wait()


async def again(once: PostgresOnceOnly, key: str) -> Attempt | KnownRequest:
    """What the same request is told as soon as the time of the first one is over, whose locks may last a moment longer."""
    while True:
        found = await once.begin(UUID(int=1), key, operation="test", asked=b"a", held=timedelta(1), kept=timedelta(days=1))
        if isinstance(found, Attempt) or (found.lapsed and found.acted):
            return found


async def test_a_request_whose_process_is_killed_is_never_done_twice(database: Database, postgres_url: str) -> None:
    await asyncio.gather(*(killed(postgres_url, when, when) for when in ("before", "after")))
    once = PostgresOnceOnly(database)
    assert isinstance(await again(once, "before"), Attempt), "nothing was written: it may be done"
    known = await again(once, "after")
    assert isinstance(known, KnownRequest)
    assert known.acted, "it was written: it is not done again"
    assert known.status is None
    async with database.connection() as connection:
        assert [row["name"] for row in await connection.fetch("select name from gateway.lease")] == ["after"]
