"""Orders that will likely be late, told from a day's work: what is due, by what it is judged, and what nobody can know."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.bootstrap.lateness import likely_late, outlook_of
from tests.world.day import World
from tests.world.slow_warehouse import USUAL, slow_warehouse


@pytest.fixture
async def order(world: World) -> UUID:
    """4711 of BigBox, which will likely be late."""
    return UUID(str(await slow_warehouse(world)))


async def told_of(world: World, order: UUID) -> dict[str, Any]:
    told = await outlook_of(world.office, order)
    assert told is not None
    return dict(told)


async def test_one_order_is_told_as_in_the_list(world: World, order: UUID) -> None:
    listed = await likely_late(world.office)
    alone = await told_of(world, order)
    (row,) = [one for one in listed["orders"] if one["id"] == str(order)]
    moving = {"left_seconds", "because"}  # the clock goes on between two questions
    assert {name: alone[name] for name in alone.keys() - moving} == {name: row[name] for name in row.keys() - moving}
    assert alone["usual_seconds"] == alone["most_seconds"] == USUAL.total_seconds()
    assert isinstance(alone["due_at"], datetime)
    assert isinstance(alone["begun_at"], datetime)
    assert 0 < alone["left_seconds"] < timedelta(days=4).total_seconds()
    assert (alone["chance"], alone["learned_from"]) == (1.0, 12)


async def test_the_list_is_by_partner_with_a_text_for_each(world: World, order: UUID) -> None:
    told = await likely_late(world.office)
    partners = [one["partner"] for one in told["orders"]]
    assert partners == sorted(partners)
    assert [one["partner"] for one in told["summaries"]] == sorted(set(partners))
    assert {one["partner"]: one["orders"] for one in told["summaries"]} == {name: partners.count(name) for name in partners}
    assert str(order) in {one["id"] for one in told["orders"]}
    assert (await likely_late(world.office, partners=["nobody"]))["looked_at"] == 0


async def test_where_deliveries_are_heard_of_the_delivery_is_what_is_due(world: World, order: UUID) -> None:
    await world.rows(
        "update gateway.trade_order set steps = steps || jsonb_build_object('delivered', gateway.now()), state = 'delivered'"
        " where number like 'old-%'"
    )
    told = await told_of(world, order)
    assert (told["goal"], told["wanted_by"]) == ("delivered", "requested")


async def test_a_date_that_means_none_is_not_due(world: World, order: UUID) -> None:
    """Some systems write the last day there is where nothing was entered."""
    wanted = f"{(await told_of(world, order))['due_at']:%Y-%m-%d}"
    await world.rows(
        "update gateway.canonical_body set json = convert_to(replace(convert_from(json, 'UTF8'), $1, '9999-12-31'), 'UTF8')",
        wanted,
    )
    long_ago = "jsonb_build_object('received', gateway.now() - interval '80 days')"
    await world.rows(f"update gateway.trade_order set steps = {long_ago} where id = $1", order)
    assert await outlook_of(world.office, order) is None
    assert str(order) not in {one["id"] for one in (await likely_late(world.office))["orders"]}


async def test_what_was_purged_and_deadlines_that_are_configured_no_more_are_passed_over(world: World, order: UUID) -> None:
    await world.rows("delete from gateway.canonical_body")
    assert await outlook_of(world.office, order) is None
    columns = "trade_order, deadline, due_at, state"
    soon = "gateway.now() + interval '2 hours'"
    await world.rows(f"insert into gateway.order_deadline ({columns}) values ($1, 'of-last-year', {soon}, 'open')", order)
    assert await outlook_of(world.office, order) is None


async def test_what_is_shipped_and_what_is_unknown_is_not_told(world: World, order: UUID) -> None:
    shipped = "steps || jsonb_build_object('shipped', gateway.now())"
    await world.rows(f"update gateway.trade_order set steps = {shipped} where id = $1", order)
    assert await outlook_of(world.office, order) is None
    assert await outlook_of(world.office, UUID(int=7)) is None
