"""Any walk of a failure: the database moves as its table says, whatever happens to it and whatever people do."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.lifecycle import FAILURE, move
from gateway.errors import GatewayError
from tests.gateway.store.failure_ground import ANNA, Ground, migrated_url, opened
from tests.gateway.store.rows import failure, new_id

__all__ = ["migrated_url"]

Steps = Sequence[tuple[str, int]]

EVENTS = st.one_of(
    st.tuples(st.sampled_from(["happens", "ends"]), st.integers(0, 2)),
    st.tuples(st.sampled_from(["acknowledge", "assign", "mute", "resolve", "time_passes"]), st.just(0)),
)


class Model:
    """What a failure should be: moved by the table alone, with its open cases and whether a silence is in force."""

    def __init__(self) -> None:
        self.state, self.owner, self.regressions = "", "edi", 0
        self.open: set[int] = set()
        self.silent = False

    def happens(self, case: int) -> None:
        if not self.state:
            self.state = "open"
        elif self.state == "resolved":
            self.state = move(FAILURE, "resolved", "came_back_muted" if self.silent else "came_back")
            self.regressions += 1
        self.open.add(case)

    def ends(self, case: int) -> None:
        if case in self.open:
            self.open.discard(case)
            if not self.open:
                self.state = move(FAILURE, self.state, "resolved")

    def person(self, event: str) -> None:
        """Raises IllegalTransition."""
        self.state = move(FAILURE, self.state, event)
        if event == "resolved":
            self.open.clear()
        self.silent = event == "muted" or (self.silent and self.state == "muted")
        if event == "assigned":
            self.owner = "warehouse" if self.owner == "edi" else "edi"

    def time_passes(self) -> None:
        self.silent = False
        if self.state == "muted":
            self.state = move(FAILURE, "muted", "unmuted")


class TestAnyWalk:
    @pytest.fixture
    def walk(self, migrated_url: str) -> Callable[[Steps], None]:
        async def walked(steps: Steps) -> None:
            async with opened(migrated_url) as ground:
                await Walk(ground).run(steps)

        return lambda steps: asyncio.run(walked(steps))

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=st.lists(EVENTS, max_size=12))
    def test_the_database_moves_as_the_table_says(self, walk: Callable[[Steps], None], steps: Steps) -> None:
        walk(steps)


class Walk:
    """One failure in the database beside its model."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.model = ground, Model()
        self.mark = new_id().hex[-16:]
        self.subjects = [new_id() for _ in range(3)]

    async def run(self, steps: Steps) -> None:
        for event, case in steps:
            await self.step(event, case)
            await self.compare(event)

    async def step(self, event: str, case: int) -> None:
        if event == "happens":
            self.model.happens(case)
            await self.ground.record(failure(new_id(), self.subjects[case], fingerprint=self.mark))
        elif event == "ends":
            self.model.ends(case)
            await self.ground.close(self.subjects[case])
        elif event == "time_passes":
            self.model.time_passes()
            await self.ground.later(hours=3)
            await self.ground.failures.unmute()
        elif self.model.state:
            await self.person(event)

    async def person(self, event: str) -> None:
        desk, one = self.ground.desk, await self.ground.value("select id from gateway.failure where fingerprint = $1", self.mark)
        now = await self.ground.value("select gateway.now()")
        other = "warehouse" if self.model.owner == "edi" else "edi"
        acts: dict[str, tuple[str, Callable[[], Awaitable[object]]]] = {
            "acknowledge": ("acknowledged", lambda: desk.acknowledge(one, by=ANNA)),
            "assign": ("assigned", lambda: desk.assign(one, other, by=ANNA)),
            "mute": ("muted", lambda: desk.mute(one, now + timedelta(hours=1), by=ANNA, reason="x")),
            "resolve": ("resolved", lambda: desk.resolve(one, by=ANNA, reason="x")),
        }
        name, act = acts[event]
        if (self.model.state, name) in FAILURE:
            self.model.person(name)
            await act()
        else:
            with pytest.raises(GatewayError, match=f"it is {self.model.state}"):
                await act()

    async def compare(self, event: str) -> None:
        sql = (
            "select f.state, f.owner, f.regressions, (select count(*) from gateway.failure_case c"
            " where c.fingerprint = f.fingerprint and c.closed_at is null)::int from gateway.failure f where fingerprint = $1"
        )
        found = await self.ground.rows(sql, self.mark)
        model = self.model
        expected = [(model.state, model.owner, model.regressions, len(model.open))] if model.state else []
        assert found == expected, event
