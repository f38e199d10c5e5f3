"""Reconciliations made by schedule and by command: a system that is down, a table for machines, an exit status."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.operations.repairs import REPAIRS
from gateway.store.database import Database
from tests.gateway.cli.invented import Result, run_command
from tests.integration.book_site import Site, open_site


@pytest.fixture
async def site(tmp_path: Path, database: Database) -> AsyncIterator[Site]:
    async with open_site(tmp_path, database) as site:
        yield site


async def test_a_system_that_is_down_fails_the_run_and_changes_no_difference(site: Site) -> None:
    del site.wms.warehouse.stock["TNT-12"]
    await site.make("warehouse-stock")
    before = await site.told()
    assert before
    await site.wms.stop()
    run = await site.run("warehouse-stock", "odoo-posted")
    assert run["state"] == "failed"
    assert run["message"].startswith("warehouse-stock could not be compared: ")
    assert "(1 others were)" in run["message"]
    assert await site.told() == sorted([*before, ("not-compared", "edi")]), "nothing is over because nobody could be asked"
    assert await site.told("schedule") == [("schedule-failed", "sales")]

    await site.wms.start()
    site.wms.misbehaviour.status = 503
    assert "HTTP 503" in (await site.run("warehouse-stock"))["message"]
    site.wms.misbehaviour.status = 0
    site.wms.misbehaviour.rename = 1
    assert "there are no entries where they were declared to be" in (await site.run("warehouse-stock"))["message"]
    run = await site.run("warehouse-stock", "odoo-posted")
    assert (run["state"], run["result"]) == ("done", {"warehouse-stock": len(before), "odoo-posted": 0})
    assert await site.told() == before
    assert await site.told("schedule") == []


async def test_every_kind_is_made_by_schedule(site: Site) -> None:
    await site.document("inventory_report", {"number": "I-1", "lines": []}, partner="east")
    run = await site.run()
    assert run["state"] == "done", run["message"]
    assert sorted(run["result"]) == sorted(one.id for one in site.snapshot.reconciliations)
    assert {one.what for one in site.snapshot.reconciliations} == set(REPAIRS)


async def test_the_command_lists_what_differs_as_a_table_for_machines_and_ends_with_3(
    site: Site, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**site.environ, "DATABASE_URL": postgres_url}.items():
        monkeypatch.setenv(name, value)
    site.wms.warehouse.stock["DYNAMITE"] = site.wms.warehouse.stock["ROCKET"]

    async def command(*words: str) -> Result:
        names = ("warehouse-stock", "odoo-posted", "--config", str(tmp_path / "routes.toml"))
        return await asyncio.to_thread(run_command, "reconcile", *names, *words)

    listed = await command("-o", "csv")
    assert listed.status == 3, listed.err
    rows = list(csv.DictReader(io.StringIO(listed.out)))
    assert [(row["key"], row["kind"], row["what"], row["left"], row["right"]) for row in rows] == [
        ("DYNAMITE", "different", "on_hand", "0", "100"),
        ("TNT-12", "different", "on_hand", "0", "500"),
    ]
    assert rows[0]["suggestion"].startswith("Count it")
    shown = await command()
    assert shown.status == 3
    first, second, *_ = shown.out.splitlines()
    assert first == "warehouse-stock  2 differences"
    assert second == "  DYNAMITE: on_hand is 0 in odoo and 100 in wms-east (+100)."
    assert await site.told() == [("stock-different", "edi")] * 2

    await site.wms.stop()
    away = await command()
    assert (away.status, "warehouse-stock could not be made" in away.err) == (6, True)
