"""What charts are drawn from."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from gateway.api.calling import permit
from gateway.api.table import BY_NAME
from gateway.bootstrap.charts import RANGES, SPANS
from gateway.errors import Denied
from tests.world.day import BIGBOX, World, rows_of

CHARTS = ("figures.volumes", "figures.latencies", "figures.acknowledgement_delays")


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("span", SPANS)
async def test_steps_fill_the_time_up_to_now(standing: World, name: str, span: str) -> None:
    told = await standing.ask(name, range=span)
    step = timedelta(seconds=told.step_seconds)
    begins = [one.begins for one in told.steps]
    assert (step, len(begins)) == (RANGES[span].step, RANGES[span].steps)  # type: ignore[index]
    assert all(later - earlier == step for earlier, later in itertools.pairwise(begins))
    assert begins[-1] <= datetime.now(UTC) < begins[-1] + step + step
    assert begins[-1].timestamp() % told.step_seconds == 0


async def test_what_came_was_sent_and_failed_is_counted(standing: World) -> None:
    steps = (await standing.ask("figures.volumes")).steps
    assert tuple(sum(getattr(one, name) for one in steps) for name in ("received", "sent", "failed")) == (5, 6, 3)


async def test_what_took_long_shows_in_the_highest_percentile(world: World) -> None:
    before = [one for one in (await world.ask("figures.latencies")).steps if one.measured]
    assert before
    await world.rows(
        "update gateway.delivery set settled_at = created_at + interval '1 hour' where id = $1", await world.delivery("4711")
    )
    after = [one for one in (await world.ask("figures.latencies")).steps if one.measured]
    assert sum(one.measured for one in after) == sum(one.measured for one in before)
    slowest = max(after, key=lambda one: one.p99)
    assert slowest.p50 < 60 < slowest.p95 < slowest.p99 <= 3600 + 60


async def test_delays_are_those_of_what_was_acknowledged(world: World) -> None:
    assert not any(one.measured for one in (await world.ask("figures.acknowledgement_delays")).steps)
    await world.rows(
        """update gateway.expectation set state = 'accepted', acknowledgement = gen_random_uuid(), layer = 'functional',
        sent_at = gateway.now(), changed_at = gateway.now() + interval '90 seconds' where state = 'overdue'"""
    )
    (one,) = [one for one in (await world.ask("figures.acknowledgement_delays")).steps if one.measured]
    assert (one.measured, round(one.p50), round(one.p99)) == (1, 90, 90)


async def test_failures_are_counted_by_partner(world: World) -> None:
    first = (await world.ask("figures.failures", range="7d")).partners
    assert next((one.partner, one.failed, one.open) for one in first) == ("bigbox", 3, 3)
    await world.rows("update gateway.failure_case set closed_at = gateway.now()")
    (one,) = [one for one in (await world.ask("figures.failures")).partners if one.partner == "bigbox"]
    assert (one.failed, one.open) == (3, 0)


async def test_a_time_without_bounds_is_not_asked_for(standing: World) -> None:
    with pytest.raises(ValidationError):
        await standing.ask("figures.volumes", range="10y")


def test_partners_have_none_and_charts_wait_for_nobody() -> None:
    for row in rows_of("figures"):
        assert row.slow
        with pytest.raises(Denied):
            permit(BY_NAME[row.name], BIGBOX)
