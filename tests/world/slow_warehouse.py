"""A history in which shipping took long, and an order of BigBox that is wanted sooner than that."""

from datetime import date, timedelta
from typing import Any

from tests.world.day import World

USUAL = timedelta(hours=200)


async def slow_warehouse(world: World) -> Any:
    """Twelve orders that took eight days from receipt to shipment; answers the id of order 4711, which is wanted in two days."""
    await world.rows(
        "insert into gateway.trade_order (id, partner, number, test, state, lines, steps)"
        " select gen_random_uuid(), 'bigbox', 'old-' || n, false, 'shipped', '[]', jsonb_build_object("
        " 'received', gateway.now() - interval '30 days', 'shipped', gateway.now() - interval '30 days' + $1::interval)"
        " from generate_series(1, 12) as n",
        USUAL,
    )
    document = (await world.document("4711"))["id"]
    wanted = (date.today() + timedelta(days=2)).isoformat()  # noqa: DTZ011 - a day of the partner's calendar
    await world.rows(
        "update gateway.canonical_body set json = convert_to(replace(convert_from(json, 'UTF8'), '2026-03-16', $1), 'UTF8')"
        " where document = $2", wanted, document,
    )  # fmt: skip
    return await world.value("select id from gateway.trade_order where number = '4711' and partner = 'bigbox'")
