"""Batches: frozen, confirmed by their count, done once each whatever dies, tried first, cancelled; an empty filter is refused."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.errors import ActionRefused, CommitUnknown, GatewayError, PlanRefused, StoreUnavailable
from gateway.ports import OutcomeKind
from gateway.store.batches import PostgresBatches, PostgresBatchSession
from gateway.store.database import Database
from gateway.store.migrations import migrate
from tests.integration.harness import Running, configuration, running
from tests.integration.replaying import Desk
from tests.integration.test_flow import order
from tests.integration.test_redeliver import delivery_in
from tests.integration.test_replay import configure
from tests.servers.postgres import PostgresServer


@pytest.fixture
async def desk(gateway: Running) -> Desk:
    return Desk(gateway)


async def unrouted(desk: Desk, number: int) -> list[UUID]:
    """So many orders that no route took; there is one now."""
    configure(desk.gateway, configuration(routes=[]))
    sent = [await desk.gateway.send(order(f"N-{n}", control=n)) for n in range(1, number + 1)]
    configure(desk.gateway, configuration())
    return sent


class TestChosen:
    @pytest.mark.parametrize(
        "chosen", [{}, {"query": {}}, {"query": {"direction": ["in"]}}, {"failure": " "}, {"query": {"partner": []}}]
    )
    async def test_an_empty_or_lost_filter_is_refused(self, desk: Desk, chosen: Mapping[str, Any]) -> None:
        await unrouted(desk, 1)
        for plan in (desk.replay, desk.redeliver):
            with pytest.raises(PlanRefused, match="never means everything") as refused:
                await plan(**chosen)
            assert refused.value.exit_status == 2

    async def test_by_a_query_of_messages(self, desk: Desk) -> None:
        await unrouted(desk, 3)
        await desk.gateway.send(order("OTHER", control=9))
        batch = await desk.replay(query={"state": ["unrouted"], "partner": ["bigbox"]}, words="state:unrouted partner:bigbox")
        assert (batch.plan.matched, batch.plan.count) == (3, 3)
        await desk.done(batch)
        view = await desk.view(batch)
        assert (view["filter"], view["items"], view["planned_by"]) == ("state:unrouted partner:bigbox", {"done": 3}, "ann")

    async def test_by_a_failure(self, desk: Desk) -> None:
        sent = await unrouted(desk, 2)
        (failure,) = {f["id"] for s in sent for f in (await desk.gateway.view(s))["failures"]}
        batch = await desk.replay(failure=failure[-12:])
        assert batch.plan.count == 2
        await desk.done(batch)
        with pytest.raises(PlanRefused, match="open about"):
            await desk.replay(failure=failure)

    async def test_deliveries_by_a_failure_and_by_a_query_of_a_target(self, desk: Desk) -> None:
        first = await delivery_in(desk, OutcomeKind.FAILED, number="1", control=1)
        await delivery_in(desk, OutcomeKind.FAILED, number="2", control=2)
        letters = await desk.records.dead_letters()
        assert (await desk.redeliver(failure=letters[0]["failure"])).plan.count == 2
        assert (await desk.redeliver(query={"state": ["failed"], "target": ["odoo"], "words": ["1"]})).items[0].subject == first

    async def test_what_is_not_there_is_said(self, desk: Desk) -> None:
        with pytest.raises(PlanRefused, match="Nothing is stored"):
            await desk.replay(desk.gateway.new_id())
        with pytest.raises(PlanRefused, match="open about"):
            await desk.replay(failure="feedbeadfeed")


class TestConfirmed:
    async def test_by_the_right_count_and_once(self, desk: Desk) -> None:
        batch = await desk.replay(*await unrouted(desk, 2))
        with pytest.raises(PlanRefused, match="has 2 items to do, not 3"):
            await desk.confirm(batch, expect=3)
        await desk.runner.round()
        assert (await desk.view(batch))["items"] == {"planned": 2}, "nothing is done before that"
        await desk.done(batch)
        with pytest.raises(ActionRefused, match="cannot be confirmed"):
            await desk.confirm(batch)
        with pytest.raises(ActionRefused, match="cannot be cancelled"):
            await desk.cancel(batch)

    async def test_an_old_plan_is_made_anew(self, desk: Desk) -> None:
        batch = await desk.replay(*await unrouted(desk, 1))
        async with desk.gateway.database.transaction() as connection:
            await connection.execute("update gateway.batch set planned_at = planned_at - interval '2 days'")
        with pytest.raises(ActionRefused, match="more than a day ago"):
            await desk.confirm(batch)
        await desk.runner.round()
        view = await desk.view(batch)
        assert (view["state"], view["settled_by"], view["items"]) == ("cancelled", "gateway", {"cancelled": 1})

    async def test_a_few_first_and_the_rest_when_it_is_confirmed_again(self, desk: Desk) -> None:
        batch = await desk.replay(*await unrouted(desk, 5), try_first=2)
        await desk.confirm(batch)
        view = await desk.until(batch, "tried")
        assert view["items"] == {"done": 2, "planned": 3}
        await desk.runner.round()
        assert (await desk.view(batch))["items"] == {"done": 2, "planned": 3}, "it waits"
        await desk.confirm(batch, expect=3)
        assert (await desk.until(batch, "done"))["items"] == {"done": 5}

    async def test_one_that_is_cancelled_ends_what_has_begun_and_nothing_else(self, desk: Desk) -> None:
        batch = await desk.replay(*await unrouted(desk, 4), try_first=1)
        await desk.confirm(batch)
        await desk.until(batch, "tried")
        assert await desk.cancel(batch) == 3
        view = await desk.until(batch, "cancelled")
        assert view["items"] == {"done": 1, "cancelled": 3}
        assert len(desk.gateway.targets["odoo"].made) == 1

    async def test_items_begin_no_faster_than_the_rate(self, desk: Desk) -> None:
        batch = await desk.replay(*await unrouted(desk, 4))
        async with desk.gateway.database.transaction() as connection:
            await connection.execute("update gateway.batch set rate = 0.001")
        await desk.confirm(batch)
        for _ in range(3):
            await desk.runner.round()
        assert (await desk.view(batch))["items"]["planned"] == 3


class Flaky(PostgresBatches):
    """A store whose process dies, or whose connection breaks, at drawn moments: before a commit, or after it."""

    def __init__(self, database: Database, fates: list[str]) -> None:
        super().__init__(database)
        self.fates = fates

    @asynccontextmanager
    async def batches(self) -> AsyncIterator[PostgresBatchSession]:
        fate = self.fates.pop() if self.fates else "well"
        async with super().batches() as session:
            yield session
            if fate == "before":
                raise StoreUnavailable("the process died before the commit")
        if fate == "after":
            raise CommitUnknown("the answer to the commit was lost")


@pytest.mark.timeout(240)
@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(fates=st.lists(st.sampled_from(["well", "before", "after"]), max_size=25), seed=st.integers(0, 9))
def test_each_item_is_done_once_whatever_breaks(postgres: PostgresServer, fates: list[str], seed: int) -> None:
    name = postgres.create_database()
    try:
        asyncio.run(_each_once(postgres.url(name), fates, random.Random(seed)))
    finally:
        postgres.drop_database(name)


_ITEMS = 6


async def _each_once(url: str, fates: list[str], chance: random.Random) -> None:
    database = Database(url)
    await database.open()
    await migrate(database)
    async with running(url, database, configuration()) as gateway:
        desk = Desk(gateway)
        batch = await desk.replay(*await unrouted(desk, _ITEMS))
        await desk.confirm(batch)
        nodes = [desk.make_runner(f"node-{n}") for n in range(3)]
        for node in nodes:
            node._store = Flaky(database, [*fates])
        async with asyncio.timeout(60):
            while (await desk.view(batch))["state"] != "done":
                some = chance.sample(nodes, 2)
                results = await asyncio.gather(*(node.round() for node in some), return_exceptions=True)
                assert all(isinstance(result, int | GatewayError) for result in results), results
        items = await desk.records.items(batch.id)
        assert Counter(item["state"] for item in items) == {"done": _ITEMS}
        assert len({item["run"] for item in items}) == _ITEMS
        made = Counter(delivery.idempotency_key for delivery in gateway.targets["odoo"].made)
        assert set(made.values()) == {1}
        assert len(made) == _ITEMS
        async with database.connection() as connection:
            assert await connection.fetchval("select count(*) from gateway.replay") == _ITEMS
    await database.close()
