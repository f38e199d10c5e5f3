"""The database as commands open it: embedded and external; what is stored without a gateway is found by one."""

import fcntl
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import asyncpg
import pytest

from gateway.bootstrap import database_status, migrate, open_intake, open_records
from gateway.errors import SchemaMismatch, StoreUnavailable
from gateway.ports import Handover
from gateway.store import embedded as embedded_store
from gateway.store import migrations
from gateway.store.embedded import EmbeddedPostgres
from gateway.system import TimeOrderedIds
from tests.gateway.bootstrap.places import ROUTES, environment, made
from tests.integration.test_flow import order
from tests.servers.process import free_port

new_id = TimeOrderedIds()


@pytest.fixture(params=["external", "embedded"])
async def environ(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """The environment of an empty database."""
    if request.param == "external":
        yield environment(tmp_path, DATABASE_URL=request.getfixturevalue("postgres_url"))
        return
    folder = request.getfixturevalue("embedded")
    yield environment(folder)
    connection = await asyncpg.connect(EmbeddedPostgres(folder).url)
    await connection.execute("drop schema if exists gateway cascade")
    await connection.close()


async def stored(environ: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Handover:
    """A transmission handed over without a gateway."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    handover = Handover(new_id(), "bigbox-folder", "bigbox", "order.edi", order())
    async with open_intake(str(ROUTES)) as intake:
        receipt = await intake.receive(handover)
        again = await intake.receive(handover)
    assert (receipt.transmission, receipt.repeated, again.repeated) == (handover.id, False, True)
    return handover


async def test_what_is_handed_over_is_read_back(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    await migrate(made(Path(), environ=environ), dry_run=False)
    handover = await stored(environ, monkeypatch)
    async with open_records(str(ROUTES), environ) as records:
        view = await records.transmission(handover.id)
        raw = b"".join([piece async for piece in records.raw(handover.id)])
    assert view is not None
    assert (view["state"], view["name"], raw) == ("received", "order.edi", handover.body)


async def test_nothing_is_read_or_written_while_migrations_are_outstanding(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SchemaMismatch, match="migrations are outstanding, the first is") as reading:
        async with open_records(str(ROUTES), environ):
            pytest.fail("it opened")
    with pytest.raises(SchemaMismatch):
        await stored(environ, monkeypatch)
    assert reading.value.exit_status == 6
    assert "gateway db migrate" in reading.value.remedy


async def test_the_status_tells_what_is_outstanding_and_then_what_is_stored(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = made(Path(), environ=environ)
    names = [m.name for m in migrations.known()]
    before = await database_status(settings)
    assert (before["schema"], before["pending"]) == (0, names)
    dry = await migrate(settings, dry_run=True)
    assert all(text.startswith(f"-- {name}\n") for text, name in zip(dry, names, strict=True))
    assert await migrate(settings, dry_run=False) == names
    assert await migrate(settings, dry_run=False) == []
    await stored(environ, monkeypatch)
    after = await database_status(settings)
    assert (after["schema"], after["pending"], after["untranslated"]) == (max(m.version for m in migrations.known()), [], 1)
    assert after["server"] == ("external" if environ["DATABASE_URL"] else "embedded")


async def test_a_database_that_is_away_is_named_with_its_remedy(tmp_path: Path) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    with pytest.raises(StoreUnavailable) as away:
        async with open_records(str(ROUTES), environment(tmp_path, DATABASE_URL=url)):
            pytest.fail("it opened")
    assert "DATABASE_URL" in away.value.remedy


def test_a_start_by_another_process_is_waited_for_no_longer_than_allowed(place: Path) -> None:
    with (place / "postgresql.users").open("a", encoding="ascii") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(StoreUnavailable, match=r"within 0\.1 s: another process") as late:
            EmbeddedPostgres(place, within=0.1).start()
    assert late.value.exit_status == 6


def test_a_program_of_the_server_that_hangs_is_ended_and_leaves_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = place / "bin" / "initdb"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    program.chmod(0o755)
    monkeypatch.setattr(embedded_store, "_LEAST", 0.2)
    server = EmbeddedPostgres(place, within=0.1)
    monkeypatch.setattr(server, "_find_binaries", lambda: program.parent)
    for _ in range(2):  # the second finds the folder as the first did
        with pytest.raises(StoreUnavailable, match=r"within 0\.1 s: initdb has not ended"):
            server.start()
        assert list(place.glob("postgresql*")) == [place / "postgresql.users"]
