"""A process that works on a request under a key until it is killed: `python asked_once_program.py URL KEY before|after`.

It is killed in the transaction that writes, or after its commit and before the answer is kept; it says when.
"""

import asyncio
import sys
from datetime import timedelta
from uuid import UUID

from gateway.ports.asked_once import Attempt, attempted
from gateway.store.asked_once import PostgresOnceOnly
from gateway.store.database import Database

INSERT = "insert into gateway.lease values ($1, 'me', 1, gateway.now())"


async def main(url: str, key: str, when: str) -> None:
    database = Database(url)
    await database.open()
    once, day = PostgresOnceOnly(database), timedelta(days=1)
    attempt = await once.begin(UUID(int=1), key, operation="test", asked=b"a", held=timedelta(seconds=1), kept=day)
    assert isinstance(attempt, Attempt)
    with attempted(attempt):
        async with database.transaction() as connection:
            await connection.execute(INSERT, key)
            if when == "before":
                await wait_to_be_killed()
        await wait_to_be_killed()


async def wait_to_be_killed() -> None:
    print("now", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
