"""Decisions of stored traffic replayed under another configuration: documents a second, and the time for 100,000.

A private PostgreSQL is filled with messages that a gateway decided about; then what `gateway config replay` does is measured.
Fewer messages are reckoned up, because the time grows with them alone.
"""

import argparse
import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from gateway.bootstrap.config_replay import replay_decisions
from gateway.store.database import Database
from gateway.store.migrations import migrate
from tests.integration.deciding import configured, decide, snapshot, traffic
from tests.servers.postgres import PostgresServer

_GOAL_SECONDS = 300.0
_GOAL_DOCUMENTS = 100_000


async def _filled(url: str, before: Path, messages: int) -> float:
    started = time.monotonic()
    database = Database(url)
    await database.open()
    await migrate(database)
    arriving = traffic(messages)
    while page := list(islice(arriving, 1_000)):
        await decide(url, database, snapshot(before), page)
    await database.close()
    return time.monotonic() - started


async def _measured(folder: Path, url: str, messages: int, processes: int) -> dict[str, float]:
    before, after = (configured(folder, name) for name in ("before", "after"))
    os.environ["DATABASE_URL"] = url
    filling = await _filled(url, before, messages)
    print(f"{messages} messages decided about in {filling:.0f} s", file=sys.stderr)
    before_cpu, told = _cpu(), time.monotonic()
    answer = await replay_decisions(str(before), str(after), since=datetime.now(UTC) - timedelta(days=1), processes=processes)
    seconds = time.monotonic() - told
    cpu, documents = _cpu() - before_cpu, answer["documents"]
    return {
        "messages": answer["messages"],
        "documents": documents,
        "groups": len(answer["groups"]),
        "processes": processes,
        "seconds": round(seconds, 2),
        "documents_per_second": round(documents / seconds, 1),
        "seconds_for_100000": round(seconds * _GOAL_DOCUMENTS / documents, 1),
        "cpu_ms_per_document": round(cpu * 1000 / documents, 3),
        "worker_memory_mib": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1),
    }


def _cpu() -> float:
    """CPU of this process and of workers that have ended, in seconds; the starts of workers are in it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> int:
    """Measure, and fail when 100,000 documents would take longer than five minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    server = PostgresServer(durable=True)
    server.start()
    try:
        with tempfile.TemporaryDirectory(prefix="edi-bench-") as place:
            url = server.url(server.create_database())
            figures = asyncio.run(_measured(Path(place), url, arguments.messages, arguments.processes))
    finally:
        server.remove()
    print(json.dumps({"benchmark": "config_replay", **figures}))
    return 0 if figures["seconds_for_100000"] <= _GOAL_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
