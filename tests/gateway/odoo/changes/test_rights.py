"""What `gateway doctor` says of the rights that watching needs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.applications.odoo.changes.rights import check_reading
from gateway.domain.odoo_changes import PUBLISHED, ChangeTerms, Publication, StockReport
from tests.gateway.odoo.changes.conftest import Ground


@pytest.mark.parametrize("version", [17, 19])
async def test_everything_that_is_watched_may_be_read(ground: Ground, version: int) -> None:
    del version
    told = tuple(Publication("bigbox", what, timedelta(hours=1), timedelta(days=7)) for what in PUBLISHED)
    watched = (*ChangeTerms().watch, "transfers", "counts")
    terms = ChangeTerms(watch=watched, stock=(StockReport("bigbox", timedelta(hours=4)),), publications=told)
    found = await check_reading("odoo", ground.connection, terms)
    assert {ok for _, ok, _, _ in found} == {True}
    names = [name for name, *_ in found]
    assert "odoo: may read stock.picking" in names
    assert "odoo: may read stock.quant" in names
    assert "odoo: may read product.pricelist.item" in names
    assert len(names) == len(set(names))


@pytest.mark.parametrize("version", [17, 19])
async def test_a_missing_right_names_what_needs_it(ground: Ground, version: int) -> None:
    del version
    accounts = ground.simulator.odoo._accounts
    for uid, account in accounts.items():
        accounts[uid] = replace(account, groups=())
    found = {name: (ok, remedy) for name, ok, _, remedy in await check_reading("odoo", ground.connection, ChangeTerms())}
    assert found["odoo: may read stock.picking"][0]
    wrong = {name: remedy for name, (ok, remedy) in found.items() if not ok}
    assert all(remedy for remedy in wrong.values())


async def test_an_app_that_is_not_installed_is_named(ground: Ground) -> None:
    models = dict(ground.simulator.odoo.database.models)
    del models["purchase.order"]
    ground.simulator.odoo.database.models = models
    found = {name: (ok, remedy) for name, ok, _, remedy in await check_reading("odoo", ground.connection, ChangeTerms())}
    ok, remedy = found["odoo: may read purchase.order"]
    assert not ok
    assert "purchases" in remedy


async def test_a_database_that_is_away_is_the_connections_trouble(ground: Ground) -> None:
    away = replace(ground.connection, url="http://127.0.0.1:9")
    assert await check_reading("odoo", away, ChangeTerms()) == ()
