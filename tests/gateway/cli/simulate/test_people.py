"""People in a simulated Odoo: a quotation becomes an order, a delivery, a paid invoice; each thing is done once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.applications.odoo.client import OdooClient
from gateway.cli.simulate.people import People
from gateway.simulators.odoo import Account, OdooSimulator

COLUMNS = ["id", "partner_id/.id", "client_order_ref", "order_line/id", "order_line/product_id/.id", "order_line/product_uom_qty"]


@pytest.fixture(params=[17, 18, 19])
async def people(request: pytest.FixtureRequest) -> AsyncIterator[People]:
    """People of an Odoo of each version, in which nobody ordered yet."""
    accounts = (Account("people", "key", groups=("accounting", "purchase")),)
    async with OdooSimulator(version=request.param, accounts=accounts) as simulator:
        client = OdooClient(url=simulator.url, database="odoo", login="people", api_key="key")
        yield People(client)
        await client.close()


async def ordered(people: People, *numbers: str) -> None:
    rows = [[f"edi_gateway.{n}", "1", n, f"edi_gateway.{n}_l1", "1", "2"] for n in numbers]
    loaded = await people.client.call("sale.order", "load", [COLUMNS, rows])
    assert not loaded["messages"]


async def states(people: People, model: str) -> list[str]:
    return [row["state"] for row in await people.client.call(model, "search_read", [[]], fields=["state"])]


async def test_an_order_is_confirmed_delivered_and_billed(people: People) -> None:
    await ordered(people, "4711", "4712")
    assert await people.confirm("4711") == "S00001"
    assert await states(people, "sale.order") == ["sale", "draft"]
    await people.deliver("4711")
    assert await states(people, "stock.picking") == ["done"]
    await people.bill("4711")
    fields = ["state", "payment_state", "invoice_origin"]
    (bill,) = await people.client.call("account.move", "search_read", [[["move_type", "=", "out_invoice"]]], fields=fields)
    assert (bill["state"], bill["invoice_origin"]) == ("posted", "S00001")
    assert bill["payment_state"] in ("paid", "in_payment")


async def test_an_order_that_nobody_placed_cannot_be_worked_on(people: People) -> None:
    await ordered(people, "4711")
    for work in (people.confirm, people.deliver, people.bill):
        with pytest.raises(ValueError, match="not enough values"):
            await work("4712")


class Enough(Exception):
    """The working day is over."""


async def worked(people: People, *, until: int) -> list[tuple[str, str]]:
    """What people did, until they did so much."""
    done: list[tuple[str, str]] = []

    def tell(what: str, number: str) -> None:
        done.append((what, number))
        if len(done) == until:
            raise Enough

    with pytest.raises(Enough):
        await asyncio.wait_for(people.work(every=0, tell=tell), 20)
    return done


async def test_at_work_they_deliver_then_bill_what_is_confirmed_and_nothing_else(people: People) -> None:
    await ordered(people, "4711", "4712", "4713")
    await people.confirm("4711")
    await people.confirm("4713")
    assert sorted(await worked(people, until=4)) == [
        ("billed", "4711"), ("billed", "4713"), ("delivered", "4711"), ("delivered", "4713"),
    ]  # fmt: skip
    await people.confirm("4712")
    assert await worked(people, until=2) == [("delivered", "4712"), ("billed", "4712")]
    rows: list[dict[str, Any]] = await people.client.call("sale.order", "search_read", [[]], fields=["invoice_ids"])
    assert [len(row["invoice_ids"]) for row in rows] == [1, 1, 1]
