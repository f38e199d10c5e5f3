"""Configurations that follow each other in a process that works: nothing is lost or doubled, a broken one changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.store.database import Database
from tests.integration.activating import Site, new_site
from tests.servers.process import repeat


@pytest.fixture
async def site(tmp_path: Path, database: Database, postgres_url: str) -> AsyncIterator[Site]:
    async with new_site(tmp_path, database, postgres_url) as site:
        yield site


async def test_orders_go_on_while_configurations_follow_each_other_and_each_is_handled_once(site: Site) -> None:
    site.write("first")
    marks = {site.settings().snapshot.digest: "first"}
    async with site.process():
        posted: dict[int, str] = {}
        enough = asyncio.Event()

        async def partner(begin: int) -> None:
            number = begin
            while not enough.is_set():
                status, told = await site.post(number)
                assert status == 202, told
                posted[number] = told
                number += 4

        partners = [asyncio.create_task(partner(begin)) for begin in range(1, 5)]
        for mark in ("second", "third", "fourth"):
            digest = (await site.propose(mark))["digest"]
            marks[digest] = mark
            await site.runs(digest)
        enough.set()
        await asyncio.gather(*partners)
        sent = await site.delivered(len(posted))
    assert all(len(by) == 1 for by in sent.values()), "the system was told of one twice"
    events = await site.rows("select transmission, configuration from gateway.event where stage = 'translate'")
    assert sorted(str(event["transmission"]) for event in events) == sorted(posted.values()), "each was read once"
    routed = await site.rows("select route, transmission from gateway.document")
    by = {event["transmission"]: marks[event["configuration"]] for event in events}
    assert all(row["route"] == by[row["transmission"]] for row in routed), "each by the configuration that it records"
    assert len({row["route"] for row in routed}) >= 2, "more than one of them had something to do"


async def test_a_proposal_with_errors_changes_nothing(site: Site) -> None:
    site.write("first")
    async with site.process():
        site.write("second", change='\n[[route]]\nid = "third"\npartner = "nobody"\ndeliver = [{ to = "wms", as = "order" }]\n')
        with pytest.raises(Exception, match="nobody"):
            await site.activate()
        assert (await site.post(1))[0] == 202
        assert await site.delivered(1) == {"PO-1": ["first"]}
    assert len(await site.rows("select * from gateway.activation")) == 1


async def test_what_cannot_be_built_here_leaves_the_one_from_before_and_its_owner_is_told_until_it_can(site: Site) -> None:
    (site.folder / "place.txt").write_text("x")
    site.write("first")
    async with site.process():
        site.write("second-${file:place.txt}")
        activation = await site.activate()
        await site.runs(activation["digest"])
        (site.folder / "place.txt").write_text("y")
        site.reload.set()
        await repeat(lambda: failure(site, "open"), within=10)
        (row,) = await site.rows("select * from gateway.failure")
        assert (row["stage"], row["code"], row["owner"]) == ("configuration", "not-taken", "edi")
        assert "would not decide as it did" in row["message"]
        assert (await site.post(1))[0] == 202
        assert await site.delivered(1) == {"PO-1": ["second-x"]}
        (site.folder / "place.txt").write_text("x")
        site.reload.set()
        await repeat(lambda: failure(site, "resolved"), within=10)


async def failure(site: Site, state: str) -> bool:
    return [row["state"] for row in await site.rows("select state from gateway.failure")] == [state]


async def test_files_are_taken_when_the_process_is_told_to_look(site: Site) -> None:
    site.write("first", managed=False)
    async with site.process():
        site.write("second", managed=False)
        digest = site.settings().snapshot.digest
        site.reload.set()
        await site.runs(digest)
        assert (await site.post(1))[0] == 202
        assert await site.delivered(1) == {"PO-1": ["second"]}
        site.file.write_text("[gateway")
        site.reload.set()
        await repeat(lambda: failure(site, "open"), within=10)
        assert (await site.post(2))[0] == 202
        assert (await site.delivered(2))["PO-2"] == ["second"]
    kinds = await site.rows("select kind, state, proposed_by from gateway.activation order by id")
    assert [tuple(row) for row in kinds] == [("start", "ended", None), ("start", "in_force", None)]


async def test_a_start_takes_what_is_in_force_in_the_database_and_not_its_files(site: Site) -> None:
    site.write("first")
    async with site.process():
        activation = await site.propose("second")
        await site.runs(activation["digest"])
    site.write("third")
    async with site.process():
        await site.runs(activation["digest"])
        assert (await site.post(1))[0] == 202
        assert await site.delivered(1) == {"PO-1": ["second"]}


async def test_a_machine_without_files_runs_what_is_in_force(site: Site) -> None:
    site.write("first")
    async with site.process():
        activation = await site.propose("second")
    site.file.unlink()
    async with site.process():
        await site.runs(activation["digest"])
        assert (await site.post(1))[0] == 202
        assert await site.delivered(1) == {"PO-1": ["second"]}


async def test_what_becomes_due_while_nobody_works_is_in_force_at_the_next_start(site: Site) -> None:
    site.write("first")
    async with site.process():
        pass
    activation = await site.propose("second")
    assert activation["state"] == "in_force"
    await site.rows("update gateway.activation set state = 'ended' where state = 'in_force'")
    await site.rows(
        "insert into gateway.activation (digest, kind, state, managed, approval, reason, effective_from)"
        " values ($1, 'proposal', 'approved', true, 'nobody', 'later', now() - interval '1 s')",
        activation["digest"],
    )
    async with site.process():
        await site.runs(activation["digest"])
