"""One configuration after the other in a process: who begins and ends when, and what does not end the process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway.bootstrap import succession
from gateway.bootstrap.in_force import note_start
from gateway.bootstrap.service import ProcessOwned
from gateway.bootstrap.settings import Settings, read_settings
from gateway.bootstrap.succession import Succession
from gateway.errors import GatewayError
from gateway.store.database import Database
from tests.gateway.bootstrap.places import SMALL
from tests.servers.process import repeat


@dataclass
class Process:
    """A process whose services say when they begin and end; `hangs`, `fails` and `leaves` name what some of them do."""

    file: Path
    database: Database
    environ: dict[str, str]
    said: list[str] = field(default_factory=list)
    hangs: str = ""
    fails: str = ""
    leaves: str = ""
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    reload: asyncio.Event = field(default_factory=asyncio.Event)

    def write(self, name: str) -> None:
        self.file.write_text(SMALL.replace('id = "us"', f'id = "{name}"'))

    @asynccontextmanager
    async def work(self, settings: Settings, _own: ProcessOwned) -> AsyncIterator[None]:
        name = settings.snapshot.gateway_id
        if name == self.hangs:
            self.said.append(f"{name} hangs")
            await asyncio.Event().wait()
        if name == self.fails:
            raise RuntimeError("out of the blue")
        await note_start(settings, self.database)
        self.said.append(f"{name} begins")
        yield
        self.said.append(f"{name} ends")
        if name == self.leaves:
            raise GatewayError("Not everything ended.")

    def run(self) -> "asyncio.Task[None]":
        settings = read_settings(str(self.file), self.environ)
        made = Succession(settings, self.database, self.work, stop=self.stop, reload=self.reload)
        return asyncio.create_task(made.run())

    async def until(self, *said: str) -> None:
        async def told() -> bool:
            return self.said == [*said]

        await repeat(told, within=20)

    async def next(self, name: str) -> None:
        self.write(name)
        self.reload.set()

    async def refused(self) -> str:
        """The message of the failure that its owner gets."""

        async def is_open() -> bool:
            return bool(await self.failures())

        await repeat(is_open, within=20)
        return (await self.failures())[0]

    async def failures(self) -> list[str]:
        async with self.database.connection() as connection:
            return [row["message"] for row in await connection.fetch("select message from gateway.failure where state = 'open'")]


@pytest.fixture
async def process(tmp_path: Path, migrated_url: str) -> AsyncIterator[Process]:
    database = Database(migrated_url)
    await database.open()
    made = Process(tmp_path / "routes.toml", database, {"DATABASE_URL": migrated_url, "GATEWAY_DATA": str(tmp_path / "var")})
    made.write("one")
    yield made
    await database.close()


async def test_the_next_one_works_before_the_last_one_ends(process: Process) -> None:
    running = process.run()
    await process.until("one begins")
    await process.next("two")
    await process.until("one begins", "two begins", "one ends")
    process.stop.set()
    await running
    assert process.said[3:] == ["two ends"]


async def test_one_that_cannot_begin_at_the_start_ends_the_process(process: Process) -> None:
    process.fails = "one"
    with pytest.raises(RuntimeError, match="out of the blue"):
        await process.run()


async def test_one_that_fails_later_changes_nothing_and_its_owner_is_told_until_another_is_taken(process: Process) -> None:
    process.fails = "two"
    running = process.run()
    await process.until("one begins")
    await process.next("two")
    assert "RuntimeError: out of the blue" in await process.refused()
    assert process.said == ["one begins"]
    await process.next("three")
    await process.until("one begins", "three begins", "one ends")

    async def is_over() -> bool:
        return not await process.failures()

    await repeat(is_over, within=20)
    process.stop.set()
    await running


async def test_a_process_that_is_told_to_end_does_not_wait_for_one_that_hangs(process: Process) -> None:
    process.hangs = "two"
    running = process.run()
    await process.until("one begins")
    await process.next("two")
    await process.until("one begins", "two hangs")
    process.stop.set()
    await running
    assert process.said == ["one begins", "two hangs", "one ends"]


async def test_one_that_takes_too_long_is_given_up(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(succession, "_LONGEST_START", 0.05)
    process.hangs = "two"
    running = process.run()
    await process.until("one begins")
    await process.next("two")
    assert "did not work within 0.05 s" in await process.refused()
    assert not running.done()
    process.stop.set()
    await running


async def test_one_that_leaves_work_when_it_ends_does_not_end_the_process(process: Process) -> None:
    process.leaves = "one"
    running = process.run()
    await process.until("one begins")
    await process.next("two")
    await process.until("one begins", "two begins", "one ends")
    await process.next("three")
    await process.until("one begins", "two begins", "one ends", "three begins", "two ends")
    process.stop.set()
    await running


async def test_where_the_data_and_the_database_are_stays_as_it_was(process: Process, tmp_path: Path) -> None:
    seen: list[Path] = []

    @asynccontextmanager
    async def work(settings: Settings, _own: ProcessOwned) -> AsyncIterator[None]:
        seen.append(settings.data)
        yield

    made = Succession(
        read_settings(str(process.file), process.environ), process.database, work, stop=process.stop, reload=process.reload
    )
    running = asyncio.create_task(made.run())
    await repeat(lambda: _seen(seen, 1), within=20)
    process.file.write_text(SMALL.replace("${GATEWAY_DATA}", "elsewhere"))
    process.reload.set()
    await repeat(lambda: _seen(seen, 2), within=20)
    process.stop.set()
    await running
    assert seen == [tmp_path / "var"] * 2


async def _seen(seen: list[Path], count: int) -> bool:
    return len(seen) == count
