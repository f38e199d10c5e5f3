"""What was promised, and how the business stands, as the API tells it."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.service_level import Tally
from gateway.errors import Absent
from gateway.store.service_levels import PostgresServiceLevels
from tests.world.day import World


async def test_sums_by_partner_and_day_within_the_time_that_is_asked_for(world: World) -> None:
    today, store = datetime.now(UTC).date(), PostgresServiceLevels(world.office.database)
    await store.keep("orders-in-odoo", today, {("bigbox", "bigbox-850"): Tally(9, 1, 2), ("", ""): Tally(10)})
    await store.keep("orders-in-odoo", today - timedelta(days=1), {("bigbox", "bigbox-850"): Tally(0, 5)})
    await store.keep("orders-in-odoo", today - timedelta(days=40), {("bigbox", "bigbox-850"): Tally(0, 500)})
    (one,) = (await world.ask("service_levels.list")).levels
    assert (one.id, one.measure, one.about, one.to, one.within_seconds, one.goal) == (
        "orders-in-odoo", "delivery", "purchase_order", "odoo", 1800, 95,
    )  # fmt: skip
    assert (one.met, one.missed, one.running, one.percent, one.reached) == (19, 6, 2, 76.0, False)
    assert [(part.partner, part.agreement, part.percent) for part in one.partners] == [
        (None, None, 100.0), ("bigbox", "bigbox-850", 60.0),
    ]  # fmt: skip
    assert [(day.day, day.met) for day in one.days] == [(today - timedelta(days=1), 0), (today, 19)]
    (one,) = (await world.ask("service_levels.list", days=1)).levels
    assert (one.percent, one.reached) == (95.0, True)


async def test_of_nothing_nothing_is_decided(standing: World) -> None:
    (one,) = (await standing.ask("service_levels.list", level="orders-in-odoo")).levels
    assert (one.percent, one.reached, one.partners) == (None, None, ())


async def test_a_level_that_there_is_not(standing: World) -> None:
    with pytest.raises(Absent, match="no service level"):
        await standing.ask("service_levels.list", level="other")


async def test_how_the_business_stands(standing: World) -> None:
    told = await standing.ask("business")
    assert told.orders_open == told.orders == 3
    assert told.untouched == 1.0
    assert {one.stage for one in told.failure_ages} >= {"deliver"}
