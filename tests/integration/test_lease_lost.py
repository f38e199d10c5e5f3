"""A process that is frozen for longer than its lease lasts: another takes over, and what the first writes later is refused."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from gateway.store.database import Database
from gateway.store.migrations import migrate
from tests.acceptance.site import Program
from tests.servers.postgres import PostgresServer
from tests.servers.process import wait_until


@contextmanager
def writer(folder: Path, url: str, holder: str) -> Iterator[Program]:
    program = Program(
        ["-m", "tests.integration.leased_writer", url, holder], output=folder / f"{holder}.log", environment={}
    )  # fmt: skip
    try:
        yield program
    finally:
        program.kill()


async def migrated(url: str) -> None:
    database = Database(url, size=1)
    await database.open()
    await migrate(database)
    await database.close()


@pytest.fixture
def name(postgres_url: str) -> str:
    asyncio.run(migrated(postgres_url))
    return postgres_url.rpartition("/")[2]


def test_a_frozen_process_cannot_write_once_another_has_taken_over(
    tmp_path: Path, postgres_url: str, postgres: PostgresServer, name: str
) -> None:
    def written(holder: str) -> int:
        return int(postgres.execute(f"select count(*) from gateway.audit where actor = '{holder}'", database=name))

    with writer(tmp_path, postgres_url, "first") as first:
        wait_until(lambda: written("first") > 20, within=20, what="writing")
        with writer(tmp_path, postgres_url, "second"):
            frozen = psutil.Process(first.process.pid)
            frozen.suspend()
            wait_until(lambda: written("second") > 20, within=30, what="the second one taking over")
            frozen.resume()
            wait_until(lambda: has_ended(tmp_path), within=20, what="its end")
            before = written("second")
            wait_until(lambda: written("second") > before, within=20, what="the second one going on")
    handed_over = "select string_agg(distinct detail->>'token', ',') from gateway.audit where actor = "
    assert postgres.execute(f"{handed_over} 'first'", database=name) == "1"
    assert postgres.execute(f"{handed_over} 'second'", database=name) == "2"
    late = """select count(*) from gateway.audit where actor = 'first'
              and id > (select min(id) from gateway.audit where actor = 'second')"""
    assert postgres.execute(late, database=name) == "0", "nothing of the first comes after something of the second"
    assert "Traceback" not in log(tmp_path)
    assert '"level":"error"' not in log(tmp_path)


def has_ended(folder: Path) -> bool:
    """Its write was refused, or it asked for its lease first, or the server had ended its session."""
    return any(f'"{event}"' in log(folder) for event in ("lease_lost", "leased_task_ended", "leased_task_failed"))


def log(folder: Path) -> str:
    return (folder / "first.log").read_text(errors="replace")
