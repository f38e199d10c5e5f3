"""`gateway doctor`: each thing is looked at, its fault told with a remedy, and no look takes longer than it may."""

import asyncio
import fcntl
import os
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from gateway.bootstrap import Settings, diagnose, diagnosis, guard_diagnosis, migrate
from gateway.operations.diagnose import Diagnosis, Look
from gateway.simulators.odoo.server import Account
from gateway.simulators.odoo.simulator import OdooSimulator
from gateway.store.database import Database
from gateway.store.work import PostgresWork
from tests.gateway.bootstrap.places import environment, made, silent_port

Found = dict[str, Diagnosis]
QUICK = 1.0


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks end soon, so that a test of one that hangs does too."""
    monkeypatch.setattr(diagnosis, "Look", partial(Look, within=QUICK))


async def found(settings: Settings) -> Found:
    """Diagnoses by name; the last of several under one name."""
    return {diagnosis[0]: diagnosis for diagnosis in await diagnose(settings)}


async def test_where_all_is_well_everything_is_ok(postgres_url: str, amqp_url: str, place: Path) -> None:
    environ = environment(place, DATABASE_URL=postgres_url, AMQP_URL=amqp_url)
    await migrate(made(place, environ=environ), dry_run=False)
    async with OdooSimulator(accounts=[Account(login="gateway", password="demo")], database="odoo") as odoo:
        settings = made(place, environ={**environ, "ODOO_URL": odoo.url})
        for channel in ("bigbox", "nordmart"):
            for box in ("inbox", "outbox"):
                (place / "partners" / channel / box).mkdir(parents=True)
        looked_at = await diagnose(settings)
    assert [d for d in looked_at if d[1] != "ok"] == []
    names = {name for name, *_ in looked_at}
    assert {"python", "database", "schema", "clock", "broker", "data folder", "bigbox-folder"} <= names
    assert any("odoo" in name.lower() for name in names)


async def test_the_embedded_broker_is_named_as_what_it_is(embedded: Path) -> None:
    looked_at = await found(made(embedded))
    assert looked_at["broker"][1:3] == ("ok", "embedded: for one process, without listeners outside")
    assert looked_at["database"][1] == "ok"


async def test_outstanding_migrations_fail_with_the_command_that_applies_them(postgres_url: str, place: Path) -> None:
    looked_at = await found(made(place, DATABASE_URL=postgres_url))
    assert looked_at["database"][1] == "ok"
    _, state, text, remedy = looked_at["schema"]
    assert (state, remedy) == ("fail", "Run: gateway db migrate")
    assert "migrations are outstanding" in text


async def test_clocks_apart_are_a_warning(postgres_url: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_LARGE_SKEW", -1.0)
    assert (await found(made(place, DATABASE_URL=postgres_url)))["clock"][1] == "warn"


async def test_a_full_disk_is_a_warning(place: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = made(place, DATABASE_URL=postgres_url)
    for free, state in ((3 << 29, "warn"), (1 << 20, "fail"), (1 << 40, "ok")):
        monkeypatch.setattr(guard_diagnosis, "free_space", lambda folder, free=free: free if folder == settings.data else 1 << 50)
        looked_at = await found(settings)
        assert looked_at["data folder"][1] == state
        assert f"{free / 1e9:.1f} GB free" in looked_at["data folder"][2]
        assert "closes below 512 MiB" in looked_at["data folder"][2]
        assert bool(looked_at["data folder"][3]) is (state != "ok")
        assert looked_at["temporary folder"][1] == "ok"


async def test_leases_that_lapsed_and_nobody_took_are_a_warning(place: Path, postgres_url: str) -> None:
    settings = made(place, DATABASE_URL=postgres_url)
    await migrate(settings, dry_run=False)
    assert (await found(settings))["leases"][1:3] == ("ok", "none held: no gateway runs")
    database = Database(postgres_url)
    await database.open()
    work = PostgresWork(database)
    assert await work.take_lease("sweep", holder="host-1:7:abc", lasting=timedelta(minutes=1))
    assert await work.take_lease("relay", holder="host-2:8:def", lasting=timedelta(seconds=-1))
    await database.close()
    looked_at = await found(settings)
    assert looked_at["leases"][2] == "1 held by host-1:7"
    assert looked_at["lease relay"][1] == "warn"
    assert "not renewed by host-2:8 since" in looked_at["lease relay"][2]


@pytest.mark.parametrize(
    ("replicas", "synchronous", "hidden", "hosts", "state", "words"),
    [
        (0, 0, 0, "one", "ok", "no replica"),
        (1, 1, 0, "one", "warn", "Name all of them"),
        (1, 0, 0, "one,two", "warn", "synchronous_standby_names"),
        (1, 0, 1, "one,two", "ok", "pg_monitor"),
        (1, 1, 0, "one,two", "ok", "1 of them synchronously; DATABASE_URL names 2"),
    ],
)
async def test_whether_another_server_would_take_over(
    replicas: int, synchronous: int, hidden: int, hosts: str, state: str, words: str
) -> None:
    class Told:
        async def fetch(self, _query: str) -> list[dict[str, int]]:
            return [{"replicas": replicas, "synchronous": synchronous, "hidden": hidden}]

    ((name, found_state, text, remedy),) = await guard_diagnosis.replicas(Told(), f"postgresql://edi@{hosts}/edi")  # type: ignore[arg-type]
    assert (name, found_state) == ("failover", state)
    assert words in f"{text} {remedy}"


async def test_folders_that_do_not_exist_yet_warn_and_those_that_cannot_be_written_fail(
    place: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = made(place, DATABASE_URL=postgres_url)
    assert (await found(settings))["bigbox-folder"][1] == "warn"
    outbox = place / "partners" / "bigbox" / "outbox"
    outbox.mkdir(parents=True)
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != outbox and access(path, mode))
    looked_at = [d for d in await diagnose(settings) if d[0] == "bigbox-folder"]
    assert [state for _, state, _, _ in looked_at] == ["warn", "fail"]
    assert "right to write" in looked_at[1][3]


@pytest.mark.usefixtures("_quick")
async def test_what_is_away_fails_by_itself_and_each_look_goes_on(place: Path) -> None:
    dead = "127.0.0.1:9"
    settings = made(place, DATABASE_URL=f"postgresql://u@{dead}/x", AMQP_URL=f"amqp://u:p@{dead}/", ODOO_URL=f"http://{dead}")
    looked_at = await diagnose(settings)
    failed = {name: remedy for name, state, _, remedy in looked_at if state == "fail"}
    assert {"database", "broker"} <= failed.keys()
    assert any("odoo" in name.lower() for name in failed)
    assert all(failed.values())
    assert {name for name, state, *_ in looked_at if state == "ok"} >= {"python", "data folder"}


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("name", ["database", "broker", "odoo"])
async def test_what_takes_connections_and_says_nothing_is_left_after_the_time_of_a_look(
    place: Path, postgres_url: str, amqp_url: str, name: str
) -> None:
    with silent_port() as port:
        environ = environment(place, DATABASE_URL=postgres_url, AMQP_URL=amqp_url)
        silent = {
            "database": ("DATABASE_URL", f"postgresql://u@127.0.0.1:{port}/x?sslmode=disable"),
            "broker": ("AMQP_URL", f"amqp://u:p@127.0.0.1:{port}/"),
            "odoo": ("ODOO_URL", f"http://127.0.0.1:{port}"),
        }
        key, url = silent[name]
        begun = asyncio.get_running_loop().time()
        looked_at = await diagnose(made(place, environ={**environ, key: url}))
        assert asyncio.get_running_loop().time() - begun < QUICK + 4
    failed = [d for d in looked_at if d[1] == "fail" and name in d[0].lower()]
    assert len(failed) == 1
    assert failed[0][3]


def test_the_command_ends_though_the_embedded_server_does_not_start(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_EMBEDDED_START", 0.2)
    with (place / "postgresql.users").open("a", encoding="ascii") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)  # as another process that starts it and never ends
        looked_at = asyncio.run(found(made(place)))  # waits for its threads before it returns
    name, state, text, remedy = looked_at["database"]
    assert (name, state) == ("database", "fail")
    assert "within 0.2 s" in text
    assert "server.log" in remedy


def test_the_start_says_what_is_wrong_before_its_look_is_over() -> None:
    assert Look("database", diagnosis._python).within > diagnosis._EMBEDDED_START
