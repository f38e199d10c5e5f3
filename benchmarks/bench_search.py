"""Messages searched among ten million: how long the first page takes by each thing that callers say, and the pages after it.

`--messages` says among how many. To fill the database takes most of the time, and 20 GB of disk.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Sequence

import asyncpg

from gateway.domain.query import parse
from gateway.store.database import Database
from gateway.store.migrations import migrate
from gateway.store.search import found_messages
from tests.gateway.store.seeded import seed
from tests.servers.postgres import PostgresServer

_PAGE = 50
_MOST_MS = 200.0
"""What the first page may take."""
_QUERIES = (
    "", "order:O-77777", "O-77777", "77777", "control:77777", "despatch:D-1500", "sscc:340000000000001500", "tracking:TR-1500",
    "file-4242.edi", "m-300@as2", "S77776", "partner:bigbox", "partner:partner-3", "partner:rare", "partner:nobody", "type:850",
    "type:RARE", "partner:partner-3 type:850", "partner:partner-3 type:RARE", "state:rejected", "state:conflict", "state:dead",
    "partner:partner-3 state:dead", "target:rare-target", "target:odoo partner:partner-7", "direction:out",
    "direction:out partner:partner-3", "after:2026-11-20 before:2026-11-21", "partner:partner-3 before:2026-11-20",
    "owner:sales", "nowhere-to-be-found", "partner:partner-3 nowhere-to-be-found", "channel:inbox common.edi",
)  # fmt: skip
_PAGES = 20
_WALKED = ("", "partner:partner-3", "type:850 partner:partner-3", "direction:out")


async def _timed(database: Database, text: str, before: str | None = None) -> tuple[float, Sequence[object], str | None]:
    """Milliseconds for a page, its rows, and after which it goes on."""
    started = time.perf_counter()
    rows = await found_messages(database, parse(text), _PAGE, before)
    took = (time.perf_counter() - started) * 1000
    return took, rows, str(rows[-1]["id"]) if len(rows) == _PAGE else None


async def _first_pages(database: Database) -> dict[str, float]:
    found = {}
    for text in _QUERIES:
        took, rows, _ = await _timed(database, text)
        found[text] = round(took, 1)
        print(f"{took:9.1f} ms  {len(rows):3} rows  {text or '(all)'}", file=sys.stderr)
    return found


async def _walk(database: Database, text: str) -> list[float]:
    times, before = [], None
    for _ in range(_PAGES):
        took, _, before = await _timed(database, text, before)
        times.append(took)
        if before is None:
            break
    return times


async def _measure(server: PostgresServer, messages: int) -> dict[str, object]:
    url = server.url(server.create_database())
    database = Database(url, timeout=60)
    await database.open()
    await migrate(database)
    connection = await asyncpg.connect(url)
    started = time.monotonic()
    try:
        await seed(connection, messages)
        size = await connection.fetchval("select pg_database_size(current_database())")
    finally:
        await connection.close()
        await database.close()
    print(f"{messages} messages in {time.monotonic() - started:.0f} s, {size / 1e9:.1f} GB", file=sys.stderr)
    server.stop()
    server.start()  # nothing is in the server's own memory now
    database = Database(url, timeout=60)
    await database.open()
    try:
        cold = await _first_pages(database)
        warm = await _first_pages(database)
        walked = [took for text in _WALKED for took in await _walk(database, text)]
    finally:
        await database.close()
    slowest = max(cold, key=lambda text: cold[text])
    return {
        "benchmark": "search",
        "messages": messages,
        "database_gb": round(size / 1e9, 1),
        "first_page_median_ms": round(statistics.median(warm.values()), 1),
        "first_page_slowest_ms": max(warm.values()),
        "first_page_slowest_after_start_ms": cold[slowest],
        "slowest_query_after_start": slowest,
        "later_page_median_ms": round(statistics.median(walked), 1),
        "later_page_slowest_ms": round(max(walked), 1),
    }


def main() -> int:
    """Fill, search, and fail when a first page takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000_000)
    arguments = parser.parse_args()
    server = PostgresServer(
        durable=True, settings={"shared_buffers": "512MB", "maintenance_work_mem": "256MB", "max_wal_size": "8GB"}
    )
    server.start()
    try:
        figures = asyncio.run(_measure(server, arguments.messages))
    finally:
        server.remove()
    print(json.dumps(figures))
    return 0 if float(str(figures["first_page_slowest_ms"])) <= _MOST_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
