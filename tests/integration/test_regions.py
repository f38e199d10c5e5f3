"""What a partner of a region sends and gets is in that region's database alone, and in its backup alone."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gateway.bootstrap import database_status, diagnose, examine_backup, hold_deliveries, settings
from gateway.bootstrap.partners import partners
from gateway.errors import Absent, ConfigurationInvalid
from tests.integration.regions import Region, Regions, at_work, written
from tests.integration.test_flow import order
from tests.servers.postgres import PostgresServer

OURS, THEIRS = "MARKEDOWN4711", "MARKEDEU4712"
"""Numbers that stand in nothing else."""


@pytest.fixture
def regions(postgres: PostgresServer, schema: str, tmp_path: Path) -> Iterator[Regions]:
    names = [postgres.create_database(template=schema) for _ in range(2)]
    yield written(tmp_path, *(postgres.url(name) for name in names))
    for name in names:
        postgres.drop_database(name)


@pytest.fixture
async def working(regions: Regions) -> AsyncIterator[Regions]:
    async with at_work(regions):
        yield regions


def nordmarts(number: str = THEIRS) -> bytes:
    return order(number, 7, sender="ZZ:NORDMART")


def in_region(regions: Regions, region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work with a region from now on."""
    for name in ("OWN_URL", "EU_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in regions.environ_of(region).items():
        monkeypatch.setenv(name, value)


def holds(dump: Path, text: str) -> bool:
    """Whether a dump has a text anywhere, in columns of text or of bytes."""
    content = dump.read_text()
    return text in content or text.encode().hex() in content


async def traded(regions: Regions) -> None:
    """An order each, read, answered, and on its way to an application."""
    for region, partner, body in ((regions.own, "bigbox", order(OURS, 6)), (regions.eu, "nordmart", nordmarts())):
        assert (await region.post(partner, body))[0] == 202
        await region.until(f"select from gateway.delivery where partner = '{partner}' and target = 'odoo'")
        await region.until(f"select from gateway.outbound where partner = '{partner}'")


async def test_a_partner_is_in_its_regions_database_and_dump_alone(
    working: Regions, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await traded(working)
    for region, partner, mark in ((working.own, "bigbox", "HELDOWN"), (working.eu, "nordmart", "HELDEU")):
        in_region(working, region, monkeypatch)
        assert await hold_deliveries(str(working.config), "partner", partner, actor="ann", reason=mark)
    own, eu = working.own.dump(tmp_path / "own.sql"), working.eu.dump(tmp_path / "eu.sql")
    for mark in (OURS, "HELDOWN"):
        assert (holds(own, mark), holds(eu, mark)) == (True, False)
    for mark in (THEIRS, "HELDEU"):
        assert (holds(own, mark), holds(eu, mark)) == (False, True)
    tables = ("transmission", "interchange", "document", "delivery", "outbound", "trade_order")
    for region, partner in ((working.own, "bigbox"), (working.eu, "nordmart")):
        for table in tables:
            (found,) = await region.rows(f"select array_agg(distinct partner) as partners from gateway.{table}")
            assert found["partners"] == [partner], table
    assert len(await working.eu.rows("select from gateway.canonical_body")) == 1


async def test_a_backup_of_a_region_is_checked_in_it(working: Regions, monkeypatch: pytest.MonkeyPatch) -> None:
    await traded(working)
    (working.folder / "backups").mkdir()
    working.own.dump(working.folder / "backups" / "older.dump", "custom")
    working.eu.dump(working.folder / "backups" / "newer.dump", "custom")
    in_region(working, working.eu, monkeypatch)
    lines = {line[0]: line for line in (await examine_backup(str(working.config), url="", dump="", sample=10)).found}
    assert lines["rows"][2].startswith("1 transmissions, 1 interchanges, 1 documents")
    assert lines["region"][1:3] == (
        "ok",
        'the region "eu", at https://eu.edi.nordic.example: 1 partners; 1 are served elsewhere',
    )
    assert "region: bigbox" not in lines
    wrong = await examine_backup(str(working.config), url=working.own.url, dump="", sample=10)
    assert [line[1] for line in wrong.found if line[0] == "region: bigbox"] == ["warn"], "a backup of the other region is noticed"


class TestWhoComesToTheWrongOne:
    async def test_posts_are_refused_before_anything_is_stored(self, working: Regions) -> None:
        status, problem = await working.own.post("nordmart", nordmarts())
        assert (status, problem["type"]) == (421, "urn:edi-gateway:problem:other-region")
        assert problem["detail"] == 'this partner is served by the region "eu", at https://eu.edi.nordic.example'
        status, problem = await working.eu.post("bigbox", order(OURS, 6))
        assert (status, problem["detail"]) == (421, "this partner is served by the gateway without a region")
        assert 'outcome="other-region"' in await working.own.metrics()
        for region in (working.own, working.eu):
            assert not await region.rows("select from gateway.transmission")

    async def test_who_has_no_token_learns_nothing(self, working: Regions) -> None:
        status, problem = await working.own.post("nordmart", nordmarts(), token="guessed")
        assert (status, "eu" in str(problem)) == (401, False)
        assert (await working.own.post("nobody", nordmarts()))[0] == 401

    async def test_messages_by_as2_are_refused_by_their_names(self, working: Regions) -> None:
        status, problem = await working.own.post_as2("NORDMART", nordmarts())
        assert (status, problem["type"]) == (421, "urn:edi-gateway:problem:other-region")
        assert not await working.own.rows("select from gateway.transmission")
        status, _ = await working.eu.post_as2("NORDMART", nordmarts())
        assert (status == 421, len(await working.eu.rows("select from gateway.transmission"))) == (False, 1)

    async def test_a_file_among_others_is_refused_and_its_owner_told_whose_it_is(self, working: Regions) -> None:
        inbox = working.folder / "anybody"
        (inbox / ".writing").write_bytes(nordmarts())
        (inbox / ".writing").rename(inbox / "order.edi")
        (failure,) = await working.own.until("select owner, message from gateway.failure where stage = 'translate'")
        assert failure["owner"] == "edi"
        assert 'ZZ:NORDMART is nordmart, who is served by the region "eu"' in failure["message"]
        assert [row["state"] for row in await working.own.rows("select state from gateway.document")] == ["refused"]
        for table in ("canonical_body", "delivery", "outbound", "trade_order"):
            assert not await working.own.rows(f"select from gateway.{table}"), table
        assert not await working.eu.rows("select from gateway.transmission")


class TestCommands:
    async def test_work_with_the_region_of_the_environment(self, regions: Regions, monkeypatch: pytest.MonkeyPatch) -> None:
        in_region(regions, regions.eu, monkeypatch)
        made = settings(str(regions.config), regions.environ_of(regions.eu))
        assert (made.region, made.snapshot.gateway.database_url) == ("eu", regions.eu.url)
        assert (await database_status(made))["pending"] == []
        (one,) = await partners(str(regions.config))
        assert (one["id"], one["region"]) == ("nordmart", "eu")
        assert await hold_deliveries(str(regions.config), "partner", "nordmart", actor="ann", reason="inventory")
        with pytest.raises(Absent, match="no partner 'bigbox'"):
            await hold_deliveries(str(regions.config), "partner", "bigbox", actor="ann", reason="elsewhere")
        held = [await region.rows("select name from gateway.delivery_hold") for region in (regions.own, regions.eu)]
        assert [[row["name"] for row in rows] for rows in held] == [[], ["nordmart"]]

    def test_an_option_goes_before_the_environment(self, regions: Regions) -> None:
        environ = regions.environ_of(regions.own) | {"EU_URL": regions.eu.url}
        made = settings(str(regions.config), environ, region="eu")
        assert (made.region, [*made.snapshot.partners]) == ("eu", ["nordmart"])
        with pytest.raises(ConfigurationInvalid, match="there is no such region"):
            settings(str(regions.config), environ, region="us")
        with pytest.raises(ConfigurationInvalid, match="has no database"):
            settings(str(regions.config), regions.environ_of(regions.own), region="eu")

    async def test_the_doctor_looks_at_the_region(self, working: Regions, monkeypatch: pytest.MonkeyPatch) -> None:
        await traded(working)
        made = settings(str(working.config), working.environ_of(working.eu))
        found = {line[0]: line for line in await diagnose(made)}
        assert found["region"][1] == "ok"
        assert found["backup"][1:3] == ("fail", "there is no dump in backups")
        (working.folder / "backups").mkdir()
        working.eu.dump(working.folder / "backups" / "tonight.dump", "custom")
        (backup,) = [line for line in await diagnose(made) if line[0] == "backup"]
        assert backup[1:] == ("ok", "tonight.dump is 0 h old", "")

    async def test_history_of_a_partner_that_has_moved_is_named(self, working: Regions) -> None:
        await traded(working)
        text = working.config.read_text()
        working.config.write_text(text.replace('id = "bigbox"\n', 'id = "bigbox"\nregion = "eu"\n'))
        found = {line[0]: line for line in await diagnose(settings(str(working.config), working.environ_of(working.own)))}
        _, state, text, remedy = found["region: bigbox"]
        assert (state, "docs/how-to/regions.md" in remedy) == ("warn", True)
        assert text.startswith('is served by the region "eu"')
