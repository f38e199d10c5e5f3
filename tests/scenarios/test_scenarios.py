"""Plays every scenario on one running site, beside each other, and compares what came of it with what is written."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import pytest_asyncio

import tests.scenarios.phrases
import tests.scenarios.supplies  # noqa: F401 - both declare what can be said
from tests.scenarios.outcome import outcome, wanted
from tests.scenarios.scenario import Scenario, scenarios, spoken
from tests.scenarios.site import PATIENCE, Site, scenario_site
from tests.servers.postgres import PostgresServer
from tests.servers.process import repeat

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow, pytest.mark.timeout(300)]
SCENARIOS = scenarios()


class Stage:
    """Where scenarios are played: all that were asked for at the same time, those that move the clock after them."""

    def __init__(self, site: Site, asked: Sequence[Scenario]) -> None:
        self.site = site
        self._played = {one.name: asyncio.create_task(self._play(one)) for one in asked if not one.alone}
        for one in asked:
            if one.alone:
                self._played[one.name] = asyncio.create_task(self._after([*self._played.values()], one))
        self._still = asyncio.create_task(self._after_all())

    async def end(self, scenario: Scenario) -> tuple[Any, Any]:
        """What came of a scenario when nothing moves on the whole site any more, and what must have come of it."""
        await self._played[scenario.name]
        await self._still
        return await self._outcome(scenario)

    async def _play(self, scenario: Scenario) -> None:
        """All its steps, then patience until everything is as it must be."""
        await asyncio.gather(*(self._tell(history) for history in scenario.histories))
        left = [*scenario.then]  # what was as it must be is looked at again at the end: those who wait here make no load

        async def as_expected() -> bool:
            while left and await outcome(self.site, left[0]) == wanted(left[0]):
                del left[0]
            return not left

        with suppress(TimeoutError):  # the test says what is different
            await repeat(as_expected, within=PATIENCE)

    async def _tell(self, history: Sequence[str]) -> None:
        for step in history:
            await spoken(step)(self.site)

    async def _outcome(self, scenario: Scenario) -> tuple[Any, Any]:
        return [await outcome(self.site, one) for one in scenario.then], [wanted(one) for one in scenario.then]

    async def _after(self, others: Sequence["asyncio.Task[None]"], scenario: Scenario) -> None:
        await asyncio.gather(*others, return_exceptions=True)
        await self._play(scenario)

    async def _after_all(self) -> None:
        await asyncio.gather(*self._played.values(), return_exceptions=True)
        await self.site.still()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(request: pytest.FixtureRequest, postgres: PostgresServer, schema: str) -> AsyncIterator[Stage]:
    name = postgres.create_database(template=schema)
    mine = [item for item in request.session.items if isinstance(item, pytest.Function) and item.module is request.module]
    asked = [item.callspec.params["scenario"] for item in mine]
    with TemporaryDirectory(prefix="edi-scenarios-") as folder:
        try:
            async with scenario_site(Path(folder), postgres.url(name), move_clock=postgres.move_clock) as site:
                yield Stage(site, [one for one in SCENARIOS if one in asked])
        finally:
            postgres.move_clock(0)
    postgres.drop_database(name)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
async def test_it_ends_as_it_is_written(scenario: Scenario, stage: Stage) -> None:
    found, expected = await stage.end(scenario)
    assert found == expected
