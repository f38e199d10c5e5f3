"""What Odoo holds against what it was given: an order that was deleted, doubled, cancelled or changed there by hand is found."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.applications.odoo.client import OdooClient
from gateway.bootstrap import running as run_service
from gateway.bootstrap.reconciliation import Reconciler
from gateway.config.snapshot import Snapshot
from gateway.domain.reconciliation import Kind
from gateway.simulators.odoo.seed import read_seed
from gateway.simulators.odoo.server import Account
from gateway.simulators.odoo.simulator import OdooSimulator
from gateway.store.database import Database
from gateway.system import SystemClock, TimeOrderedIds
from tests.acceptance.partners import SEED, x12_orders
from tests.gateway.bootstrap.places import environment, made
from tests.integration.harness import Silent
from tests.integration.test_service import Ground, post
from tests.servers.process import free_port, repeat

OPEN = """select c.subject, f.code, f.partner, f.owner from gateway.failure_case c join gateway.failure f using (fingerprint)
  where f.stage = 'reconcile' and c.closed_at is null order by f.code"""
KNOWN = "select count(*) from gateway.order_event where event = 'received' and trade_order is not null"


@asynccontextmanager
async def booked(
    folder: Path, database: Database, postgres_url: str, amqp_url: str, count: int
) -> AsyncIterator[tuple[Snapshot, Ground]]:
    """A site whose Odoo has taken so many orders, and whose gateway has ended."""
    seed = folder / "seed.json"
    seed.write_text(json.dumps(SEED))
    async with OdooSimulator(seed=read_seed(seed), accounts=[Account(login="gateway", password="demo")]) as odoo:
        environ = environment(folder, DATABASE_URL=postgres_url, AMQP_URL=amqp_url, ODOO_URL=odoo.url)
        ground = Ground(folder, environ, odoo)
        listen = f"127.0.0.1:{free_port()}"
        settings = made(folder, environ={**environ, "GATEWAY_LISTEN": listen})
        async with run_service(settings):
            for body in x12_orders(range(1, count + 1)).values():
                assert (await post(f"http://{listen}", body)).status == 202
            await ground.booked(count)

            async def known() -> bool:
                async with database.connection() as connection:
                    return bool(await connection.fetchval(KNOWN) == count)

            await repeat(known, within=20)
        (agreed,) = settings.snapshot.reconciliations
        soon = replace(agreed, terms=replace(agreed.terms, settling=timedelta(0)))
        yield replace(settings.snapshot, reconciliations=(soon,)), ground


async def told(database: Database) -> list[tuple[str, str]]:
    async with database.connection() as connection:
        return [(row["code"], row["owner"]) for row in await connection.fetch(OPEN)]


@pytest.mark.slow
async def test_what_was_changed_in_odoo_by_hand_is_found_told_and_over_when_it_is_right_again(
    tmp_path: Path, database: Database, postgres_url: str, amqp_url: str
) -> None:
    async with booked(tmp_path, database, postgres_url, amqp_url, 5) as (snapshot, ground):
        reconciler = Reconciler(snapshot, database, observer=Silent(), clock=SystemClock(), new_id=TimeOrderedIds())
        assert await reconciler.make("odoo-orders") == []
        odoo = OdooClient(url=ground.odoo.url, database="odoo", login="gateway", api_key="demo")
        try:
            orders = await odoo.call("sale.order", "search_read", [[], ["name", "client_order_ref", "order_line", "partner_id"]])
            changed, cancelled, twin, *_ = orders
            before = await _quantity(odoo, changed["order_line"][0], 77.0)
            await odoo.call("sale.order", "action_cancel", [[cancelled["id"]]], context={"disable_cancel_warning": True})
            shared = {"client_order_ref": twin["client_order_ref"], "partner_id": twin["partner_id"][0]}
            extra = await odoo.call("sale.order", "create", [shared])

            found = await reconciler.make("odoo-orders")
            kinds = sorted((one.difference.kind, one.difference.key, one.difference.what) for one in found)
            assert kinds == sorted([
                (Kind.DIFFERENT, changed["client_order_ref"], "ordered"),
                (Kind.DIFFERENT, cancelled["client_order_ref"], "cancelled"),
                *((Kind.MISSING, cancelled["client_order_ref"], "") for _ in cancelled["order_line"]),
                (Kind.DOUBLED, twin["client_order_ref"], ""),
            ])  # fmt: skip
            assert any("77" in one.message and "gateway order" in one.suggestion for one in found)
            assert {owner for _, owner in await told(database)} == {"edi"}
            again = await reconciler.make("odoo-orders")
            assert [one.message for one in again] == [one.message for one in found]
            assert len(await told(database)) == len(found), "found again it is the same"

            await _quantity(odoo, changed["order_line"][0], before)
            await odoo.call("sale.order", "action_cancel", [[extra]])
            left = await reconciler.make("odoo-orders")
            assert {one.difference.key for one in left} == {cancelled["client_order_ref"]}
            assert len(await told(database)) == len(left)
        finally:
            await odoo.close()


async def _quantity(odoo: OdooClient, line: Any, quantity: float) -> float:
    """Write a line's quantity; what it was before."""
    (row,) = await odoo.call("sale.order.line", "read", [[line], ["product_uom_qty"]])
    await odoo.call("sale.order.line", "write", [[line], {"product_uom_qty": quantity}])
    return float(row["product_uom_qty"])


async def test_what_the_gateway_knows_of_itself_is_listed(database: Database, postgres_url: str, tmp_path: Path) -> None:
    settings = made(tmp_path, environ=environment(tmp_path, DATABASE_URL=postgres_url))
    reconciler = Reconciler(settings.snapshot, database, observer=Silent(), clock=SystemClock(), new_id=TimeOrderedIds())
    for name in ("processed", "acknowledged", "numbers"):
        assert await reconciler.make(name) == []
    async with database.connection() as connection:
        await connection.execute(
            "insert into gateway.transmission (id, channel, partner, name, sha256, size, state, received_at) "
            "values (gen_random_uuid(), 'bigbox-http', 'bigbox', 'f.edi', '', 1, 'failed', gateway.now() - interval '1 day')"
        )
    (found,) = await reconciler.make("processed")
    assert found.message == "transmission f.edi is failed."
    assert found.suggestion == f"gateway trace {found.difference.key}"
