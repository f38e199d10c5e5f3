"""`load()` in batches: bad rows cost the good ones nothing; against every kind of server."""

import asyncio
from typing import Any

from gateway.applications.odoo.dialect import dialect_of
from gateway.applications.odoo.fault import OdooFault
from gateway.applications.odoo.loading import Loaded, OrderLoader
from gateway.applications.odoo.order import LoadRows
from gateway.applications.odoo.scope import Scope
from gateway.ports import OutcomeKind


def rows(bench: Any, key: str, *, product: int | str | None = None, date: str = "", column: str = "") -> LoadRows:
    unit = "product_uom_id" if bench.version >= 19 else "product_uom"
    columns: tuple[str, ...] = (
        "id",
        "partner_id/.id",
        "client_order_ref",
        "commitment_date",
        "order_line/id",
        "order_line/product_id/.id",
    )
    columns += ("order_line/product_uom_qty", f"order_line/{unit}/.id", column or "order_line/price_unit")
    name = f"edi_gateway.{key}_{bench.suffix}"
    head = (name, str(bench.customer), f"{key}-{bench.suffix}", date)
    products = (product or bench.products["anvil"], bench.products["rocket"])
    lines = [(f"{name}_l{n}", str(one), "2", "1", "9.5") for n, one in enumerate(products, 1)]
    return LoadRows(columns, (head + lines[0], ("",) * 4 + lines[1]))


async def load(bench: Any, orders: list[LoadRows]) -> tuple[list[Any], int]:
    application = bench.application()
    await application._client.authenticate()
    before = application._client.calls
    loader = OrderLoader(application._client, sleep=asyncio.sleep, random=lambda: 0.0)
    results = await loader.load(orders, Scope(dialect_of([bench.version], gln=None)))
    return results, application._client.calls - before


async def test_a_whole_batch_takes_one_call(bench: Any) -> None:
    results, calls = await load(bench, [rows(bench, f"k{n}") for n in range(20)])
    assert calls == 1
    assert len({one.id for one in results if isinstance(one, Loaded)}) == 20


async def test_a_bad_row_in_the_middle_is_found_by_halving(bench: Any) -> None:
    orders = [rows(bench, f"k{n}") for n in range(20)]
    orders[13] = rows(bench, "k13", date="yesterday")
    results, calls = await load(bench, orders)
    assert [index for index, one in enumerate(results) if isinstance(one, OdooFault)] == [13]
    assert results[13].kind is OutcomeKind.FAILED
    assert "'yesterday' does not seem to be a valid datetime" in results[13].text
    assert calls <= 11
    assert len(await bench.orders("")) == 19


async def test_a_record_that_is_gone_is_worth_a_repeat_with_a_fresh_look_up(bench: Any) -> None:
    results, _ = await load(bench, [rows(bench, "a", product=99999999)])
    assert (results[0].kind, results[0].code) == (OutcomeKind.RETRY, "stale-reference")


async def test_an_unknown_column_fails_all_and_makes_nothing(bench: Any) -> None:
    results, _ = await load(bench, [rows(bench, f"k{n}", column="order_line/prize") for n in range(3)])
    assert {one.code for one in results} == {"odoo-fault"}
    assert results[0].text == "Invalid field name 'prize'"
    assert await bench.orders("") == []


async def test_a_second_load_changes_nothing_though_its_rows_differ(bench: Any) -> None:
    first, _ = await load(bench, [rows(bench, "a")])
    second, _ = await load(bench, [rows(bench, "a", product=bench.products["twin1"])])
    (order,) = await bench.orders("a")
    assert first == second
    assert [line["product_id"][0] for line in order["lines"]] == [bench.products["anvil"], bench.products["rocket"]]


async def test_known_and_new_orders_share_a_batch(bench: Any) -> None:
    first, _ = await load(bench, [rows(bench, "a")])
    both, _ = await load(bench, [rows(bench, "b"), rows(bench, "a")])
    assert both[1] == first[0]
    assert both[0] != first[0]
    assert len(await bench.orders("b")) == 1
