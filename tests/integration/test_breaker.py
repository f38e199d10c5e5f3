"""The breaker over real servers: Odoo is down, two services deliver to it, and neither wears its orders out."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from gateway.bootstrap import Settings, diagnose
from gateway.bootstrap import running as run_service
from gateway.domain.breaker import BreakerPolicy
from gateway.domain.retry import RetryPolicy
from gateway.simulators.odoo.seed import read_seed
from gateway.simulators.odoo.server import Account
from gateway.simulators.odoo.simulator import OdooSimulator
from gateway.store.database import Database
from tests.acceptance.partners import SEED, TOKENS, x12_orders
from tests.gateway.bootstrap.places import environment, made
from tests.servers.process import free_port, repeat

EAGER = BreakerPolicy(failures=3, first=timedelta(seconds=0.2), factor=1, longest=timedelta(seconds=0.2))
"""Opens early and probes often, so that a test sees many probes."""
BRISK = RetryPolicy(first=timedelta(seconds=0.1), factor=1, attempts=6)
"""Without a breaker an order would be dead in less than a second."""

COUNTS = """
select count(*) as deliveries, count(*) filter (where state = 'dead') as dead, coalesce(sum(attempt), 0) as attempts,
  coalesce(sum(attempt - probes), 0) as tried, coalesce(sum(probes), 0) as probes,
  count(*) filter (where state = 'delivered') as delivered
from gateway.delivery where target = 'odoo'"""


@dataclass
class Ground:
    """Odoo, a database and a broker that the services of a test share."""

    folder: Path
    environ: dict[str, str]
    odoo: OdooSimulator
    database: Database

    def settings(self, *roles: str) -> Settings:
        listen = f"127.0.0.1:{free_port()}"
        settings = made(self.folder, roles=roles, environ={**self.environ, "GATEWAY_LISTEN": listen})
        odoo = replace(settings.snapshot.applications["odoo"], breaker=EAGER, retry=BRISK, owner="sales", rate=None, max_batch=4)
        return replace(settings, snapshot=replace(settings.snapshot, applications={"odoo": odoo}))

    @asynccontextmanager
    async def service(self, *roles: str) -> AsyncIterator[str]:
        """A service with these roles; answers where it listens."""
        settings = self.settings(*roles)
        async with run_service(settings):
            yield f"http://{settings.snapshot.gateway.host}:{settings.snapshot.gateway.port}"

    async def row(self, sql: str) -> Mapping[str, Any]:
        async with self.database.connection() as connection:
            return dict((await connection.fetch(sql))[0])

    async def counts(self) -> Mapping[str, Any]:
        return await self.row(COUNTS)

    async def value(self, sql: str) -> Any:
        async with self.database.connection() as connection:
            return await connection.fetchval(sql)

    async def until(self, sql: str, *, within: float = 20) -> None:
        """Wait until this is true in the database."""

        async def there() -> bool:
            return bool(await self.value(f"select {sql}"))

        await repeat(there, within=within)

    async def state(self) -> str | None:
        state: str | None = await self.value("select state from gateway.breaker where target = 'odoo'")
        return state


async def post(url: str, bodies: Mapping[str, bytes]) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['bigbox']}"}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def one(number: str, body: bytes) -> None:
            path = f"{url}/v1/partners/bigbox/interchanges"
            async with session.post(path, data=body, headers={"Idempotency-Key": number}) as answer:
                assert answer.status == 202, await answer.text()

        await asyncio.gather(*(one(number, body) for number, body in bodies.items()))


@pytest.fixture
async def ground(tmp_path: Path, postgres_url: str, amqp_url: str) -> AsyncIterator[Ground]:
    seed = tmp_path / "seed.json"
    seed.write_bytes(orjson.dumps(SEED))
    accounts = [Account(login="gateway", password="demo")]
    database = Database(postgres_url, size=1)
    await database.open()
    async with OdooSimulator(seed=read_seed(seed), accounts=accounts) as odoo:
        changes = {"DATABASE_URL": postgres_url, "AMQP_URL": amqp_url, "ODOO_URL": odoo.url}
        yield Ground(tmp_path, environment(tmp_path, **changes), odoo, database)
    await database.close()


@asynccontextmanager
async def two(ground: Ground) -> AsyncIterator[str]:
    """Two services that deliver; one of them receives as well."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(ground.service("receive", "translate", "deliver", "relay"))
        await stack.enter_async_context(ground.service("deliver"))
        yield url


async def test_while_odoo_is_down_only_probes_go_out_and_then_every_order_is_booked_once(ground: Ground) -> None:
    async with two(ground) as url:
        await ground.odoo.stop()
        await post(url, x12_orders(range(1, 41)))
        await ground.until("exists (select from gateway.breaker where failed_probes >= 2)")
        await post(url, x12_orders(range(41, 61)))  # those never meet it but as probes
        opened = await ground.counts()
        await ground.until("exists (select from gateway.breaker where failed_probes >= 12)")
        held = await ground.counts()

        assert held["tried"] == opened["tried"], "an attempt was burnt while the breaker was open"
        assert held["attempts"] - opened["attempts"] == held["probes"] - opened["probes"] >= 9
        assert (held["dead"], held["delivered"]) == (0, 0)
        assert held["probes"] > BRISK.attempts, "more probes than any order has attempts"

        await ground.odoo.start()
        await ground.until("count(*) = 60 from gateway.delivery where target = 'odoo' and state = 'delivered'")
        assert await ground.state() == "closed"
    booked = [order.client_order_ref for order in ground.odoo.odoo.orders()]
    assert sorted(booked) == sorted(x12_orders(range(1, 61)))


async def test_both_services_obey_the_one_row_and_each_may_probe(ground: Ground) -> None:
    async with two(ground) as url:
        await ground.odoo.stop()
        await post(url, x12_orders(range(1, 21)))
        await ground.until("exists (select from gateway.breaker where failed_probes >= 8)")
        overlapping = """
          select count(*) from gateway.attempt a join gateway.attempt b
            on (a.delivery, a.attempt) < (b.delivery, b.attempt) and a.started_at < b.ended_at and b.started_at < a.ended_at
          where least(a.started_at, b.started_at) > (
            select max(d.settled) from (
              select max(ended_at) as settled from gateway.attempt x join gateway.delivery y on y.id = x.delivery
              where x.attempt <= y.attempt - y.probes) d)"""
        assert await ground.value(overlapping) == 0, "two probes at once"
        assert await ground.value('select count(*) from gateway.event where steps @> \'[{"what": "breaker_opened"}]\'') == 1
        await ground.odoo.start()
        await ground.until("count(*) = 20 from gateway.delivery where target = 'odoo' and state = 'delivered'")


async def test_it_is_told_with_an_owner_in_metrics_and_by_doctor_and_ends_by_itself(ground: Ground) -> None:
    async def metric(url: str, value: int) -> None:
        async def there() -> bool:
            async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as answer:
                return f'edi_breaker_state{{target="odoo"}} {value}.0' in await answer.text()

        await repeat(there, within=10)

    async with ground.service("receive", "translate", "deliver", "relay") as url:
        await metric(url, 0)
        ground.odoo.odoo.misbehaviour.status = 503
        await post(url, x12_orders(range(1, 31)))
        await ground.until("exists (select from gateway.breaker where state = 'open')")
        failure = await ground.row("select owner, state, code, message from gateway.failure where code = 'target-unavailable'")
        assert (failure["owner"], failure["state"]) == ("sales", "open")
        assert "HTTP 503" in failure["message"]
        assert await ground.value("select count(*) from gateway.failure_case") == 0, "no order is to blame"
        looked_at = {name: (state, text) for name, state, text, _ in await diagnose(ground.settings())}
        assert looked_at["odoo: breaker"][0] == "warn"
        assert "unavailable since" in looked_at["odoo: breaker"][1]

        ground.odoo.odoo.misbehaviour.status = 0
        await ground.until("count(*) = 30 from gateway.delivery where target = 'odoo' and state = 'delivered'")
        await metric(url, 0)
        assert await ground.value("select array_agg(distinct state) from gateway.failure") == ["resolved"]
        assert "odoo: breaker" not in {name for name, *_ in await diagnose(ground.settings())}
        told = 'select count(*) from gateway.event where steps @> \'[{"what": "breaker_closed"}]\''
        assert await ground.value(told) == 1


async def test_orders_that_odoo_refuses_never_open_it(ground: Ground) -> None:
    async with ground.service("receive", "translate", "deliver", "relay") as url:
        strange = {n: body.replace(b"ITEM-", b"WHAT-") for n, body in x12_orders(range(1, 21)).items()}
        unknown = {n: body.replace(b"*UP*", b"*ZZ*").replace(b"*EN*", b"*ZZ*") for n, body in strange.items()}
        await post(url, unknown)
        await ground.until("count(*) = 20 from gateway.delivery where target = 'odoo' and state in ('failed', 'delivered')")
        assert await ground.value("select count(*) from gateway.delivery where target = 'odoo' and state = 'failed'") == 20
        assert await ground.state() is None, "refusals are not even counted"
