"""Backups: brought back to a moment, examined before anybody works on them, and what has to be done then does what it says."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from gateway.bootstrap import examine_backup
from gateway.domain.record import BodyRow, OutboundRow
from gateway.errors import GatewayError, SchemaMismatch, StoreUnavailable
from gateway.operations.check_backup import Checked, check_backup, judged, next_steps
from gateway.operations.diagnose import Diagnosis
from gateway.ports import Settlement
from gateway.ports.backup import BackupFacts
from gateway.store.backup import PostgresBackup
from gateway.store.control_numbers import ControlNumbers
from gateway.store.database import Database
from gateway.store.migrations import migrate
from gateway.store.work import PostgresWork
from tests.gateway.bootstrap.places import ROUTES, environment
from tests.gateway.store import rows
from tests.servers.postgres import PostgresServer, binaries
from tests.servers.process import ServerMissing, repeat, wait_until

UNSENT = """delete from gateway.outbound; insert into gateway.acknowledgement
select gen_random_uuid(), transmission, id, '997', 'accepted', '{}' from gateway.interchange"""
TWICE = """insert into gateway.outbound select gen_random_uuid(), transmission, partner, family, type, sender, receiver,
control_number, test, bytes from gateway.outbound"""
SCOPE = "interchange|x12|ZZ:US|01:BIGBOX|P"
FOREVER = datetime(2999, 1, 1, tzinfo=UTC) - datetime.now(UTC)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def handed_over(database: Database, name: str) -> UUID:
    """A transmission that is recognised by its name."""
    body = f"ISA {name}".encode()
    row = rows.transmission(body, idempotency_key=name)
    receipt = (await PostgresWork(database).receive([row], [(row.id, 0, body)]))[row.id]
    return receipt.transmission


async def a_day(database: Database, name: str) -> UUID:
    """A transmission that was translated and answered, under the next control number."""
    work, claim = PostgresWork(database), rows.new_id()
    transmission = await handed_over(database, name)
    await work.claim_transmissions([transmission], claim=claim, lasting=FOREVER)
    interchange = rows.interchange(transmission)
    document = rows.document(transmission, interchange.id)
    async with work.settlement() as session:
        number = (await session.take_control_numbers({SCOPE: 1}))[SCOPE]
        outbound = OutboundRow(
            rows.new_id(), transmission, "bigbox", "x12", "997", "ZZ:US", "01:BIGBOX", str(number), False, b"ISA 997"
        )
        settlement = Settlement(
            transmissions=[(transmission, "translated")],
            interchanges=[interchange],
            documents=[document],
            canonical=[BodyRow(transmission, document.id, b'{"number": "4711"}')],
            outbounds=[outbound],
            deliveries=[rows.delivery(transmission, document=document.id)],
            events=[rows.event(transmission, transmission)],
        )
        await session.settle(claim, settlement)
    return transmission


def by_name(checked: Checked) -> Mapping[str, Diagnosis]:
    return {line[0]: line for line in checked.found}


class TestPointInTime:
    """Base backup and WAL archive of a real server, restored into another one, up to a named moment."""

    @pytest.fixture
    def servers(self) -> Iterator[tuple[PostgresServer, PostgresServer]]:
        try:
            archive = {"wal_level": "replica", "archive_mode": "on", "archive_command": "cp %p ../archive/%f"}
            first, second = PostgresServer(settings=archive), PostgresServer()
        except ServerMissing as missing:
            pytest.skip(str(missing))
        folder = first.folder / "archive"
        folder.mkdir()
        owner = first.folder.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        first.folder.chmod(0o755)
        try:
            first.start()
            yield first, second
        finally:
            first.remove()
            second.remove()

    def base_backup(self, first: PostgresServer, second: PostgresServer) -> None:
        words = ["-D", str(second.folder / "data"), "-h", "127.0.0.1", "-p", str(first.port), "-U", "edi", "-c", "fast"]
        program = [*second._prefix, str(binaries() / "pg_basebackup"), *words]
        subprocess.run(program, check=True, capture_output=True, env=dict(first.environment()), cwd=second.folder)

    def bring_back(self, first: PostgresServer, second: PostgresServer, *, to: str) -> None:
        data = second.folder / "data"
        recovery = {
            "restore_command": f"cp {first.folder / 'archive'}/%f %p",
            "recovery_target_name": to,
            "recovery_target_action": "promote",
        }
        with (data / "postgresql.auto.conf").open("a") as settings:
            settings.writelines(f"{name} = '{value}'\n" for name, value in recovery.items())
        signal = data / "recovery.signal"
        signal.touch()
        owner = data.stat()
        os.chown(signal, owner.st_uid, owner.st_gid)
        second.start()
        wait_until(lambda: second.execute("select pg_is_in_recovery()") == "f", within=60, what="the end of the recovery")

    async def archived(self, server: PostgresServer) -> None:
        """Everything that was written so far has left the server."""
        wanted = server.execute("select pg_walfile_name(pg_switch_wal())")

        async def there() -> bool:
            return (server.folder / "archive" / wanted).exists()

        await repeat(there)

    async def test_a_moment_comes_back_and_the_numbers_after_it_are_not_given_again(
        self, servers: tuple[PostgresServer, PostgresServer]
    ) -> None:
        first, second = servers
        async with opened(first.url()) as database:
            await migrate(database)
            await a_day(database, "before the backup")
            self.base_backup(first, second)
            await a_day(database, "after the backup")
            first.execute("select pg_create_restore_point('noon')")
            lost = await a_day(database, "after the moment")
            await self.archived(first)
        first.kill()
        self.bring_back(first, second, to="noon")
        async with opened(second.url()) as restored:
            checked = await check_backup(PostgresBackup(restored), sample=50)
            assert {line[1] for line in checked.found} == {"ok", "warn"}
            looked_at = by_name(checked)
            assert looked_at["rows"][2].startswith("2 transmissions, 2 interchanges, 2 documents")
            assert looked_at["bodies"][2] == "4 chosen by chance are what was stored"
            assert looked_at["unfinished"][2] == "2 deliveries"
            assert await ControlNumbers(restored).listed() == [(SCOPE, 2)], "the partner knows number 3"
            assert await ControlNumbers(restored).skip(1000, actor="ann") == 1
            assert await ControlNumbers(restored).listed() == [(SCOPE, 1002)]
            again = await handed_over(restored, "after the backup")
            assert not (await restored.fetch("unfinished_transmissions", -FOREVER, 9, [])), f"{again} is known, and finished"
            new = await handed_over(restored, "after the moment")
            assert new != lost, "what came in the gap is new: it has to be reconciled"
            assert [row["id"] for row in await restored.fetch("unfinished_transmissions", -FOREVER, 9, [])] == [new]


class TestDump:
    async def test_a_dump_is_restored_aside_and_examined(
        self, database: Database, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await a_day(database, "one")
        dump = tmp_path / "gateway.dump"
        words = [str(binaries() / "pg_dump"), "-Fc", "-f", str(dump), "-d", postgres_url]
        await asyncio.to_thread(subprocess.run, words, check=True, capture_output=True)
        for name, value in environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        checked = await examine_backup(str(ROUTES), url="", dump=str(dump), sample=10)
        assert by_name(checked)["bodies"][1:3] == ("ok", "2 chosen by chance are what was stored")
        assert by_name(checked)["schema"][1] == "ok"

    async def test_what_is_not_there_is_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(GatewayError, match=r"There is no nothing\.dump"):
            await examine_backup(str(ROUTES), url="", dump="nothing.dump", sample=1)
        with pytest.raises(GatewayError, match="No database is named"):
            await examine_backup(str(ROUTES), url="", dump="", sample=1)


class TestDamage:
    @pytest.mark.parametrize(
        ("sql", "line", "said"),
        [
            ("update gateway.raw_body set bytes = 'other'", "bodies", "SHA-256"),
            ("update gateway.canonical_body set json = 'no json'", "bodies", "document"),
            ("delete from gateway.canonical_body", "relations", "1 unfinished deliveries without their document"),
            ("delete from gateway.transmission", "relations", "1 interchanges without their transmission"),
            (UNSENT, "relations", "1 acknowledgements without their interchange"),
            (TWICE, "control numbers", "1 given twice"),
            ("delete from gateway.control_number", "control numbers", "1 without a counter"),
        ],
    )  # fmt: skip
    async def test_what_is_wrong_is_found(self, database: Database, sql: str, line: str, said: str) -> None:
        await a_day(database, "one")
        async with database.connection() as connection:
            await connection.execute(sql)
        _, state, found, remedy = by_name(await check_backup(PostgresBackup(database), sample=9))[line]
        assert state == "fail"
        assert said in found
        assert remedy

    async def test_a_backup_of_an_old_release_is_migrated_first(self, empty_url: str) -> None:
        async with opened(empty_url) as empty:
            with pytest.raises(SchemaMismatch, match="schema 0") as told:
                await check_backup(PostgresBackup(empty), sample=1)
            assert "gateway db migrate" in told.value.remedy

    async def test_an_empty_one_is_looked_at_twice(self, database: Database) -> None:
        looked_at = by_name(await check_backup(PostgresBackup(database), sample=1))
        assert looked_at["rows"][1] == looked_at["bodies"][1] == "warn"


def test_the_steps_name_the_moment_up_to_which_the_backup_goes() -> None:
    steps = next_steps(datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
    assert "2026-11-21 12:00:00 UTC" in " ".join(steps)
    assert [step.split(":")[0] for step in steps[1:3]] == ["gateway db migrate", "gateway db restored --skip N"]


def test_facts_are_judged_without_a_database() -> None:
    facts = BackupFacts(
        schema=10, pending=["0011_next.sql"], rows={"transmissions": 3}, unfinished={"deliveries": 0}, last_received=None,
        last_event=None, last_sent=None, orphans={}, numbers=[], checked=0, broken=[],
    )  # fmt: skip
    lines = {name: (state, found) for name, state, found, _ in judged(facts)}
    assert lines["schema"] == ("warn", "1 migrations are outstanding, the first is 0011_next.sql")
    assert lines["unfinished"] == ("ok", "nothing")
    assert lines["goes up to"][1] == "last received never, last written in the journal never, last sent never"


async def test_a_file_that_is_no_dump_is_told_with_what_pg_restore_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "broken.dump").write_bytes(b"no dump")
    with pytest.raises(StoreUnavailable, match="pg_restore said"):
        await examine_backup(str(ROUTES), url="", dump=str(tmp_path / "broken.dump"), sample=1)
