"""Spans over real servers: one connected trace of an order, from its receipt to Odoo and the 997, at a real collector."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import orjson
import pytest

from gateway.bootstrap import Settings
from gateway.bootstrap import running as run_service
from gateway.domain.tracing_terms import TracingTerms
from gateway.simulators.odoo.seed import read_seed
from gateway.simulators.odoo.server import Account
from gateway.simulators.odoo.simulator import OdooSimulator
from gateway.store.database import Database
from tests.acceptance.partners import SEED, TOKENS, x12_orders
from tests.gateway.bootstrap.places import environment, made
from tests.servers.otlp import Collector, Seen
from tests.servers.process import free_port, repeat

CALLERS = "4bf92f3577b34da6a3ce929d0e0e4736"
"""The trace of a caller who records it."""
WITHIN = 10.0
ALL = ("receive", "translate", "deliver", "relay")


@dataclass
class Ground:
    """A gateway between a partner and an Odoo, watched by a collector."""

    folder: Path
    environ: dict[str, str]
    odoo: OdooSimulator
    database: Database
    collector: Collector
    url: str = ""

    def settings(self, roles: tuple[str, ...], *, ratio: float = 1.0) -> Settings:
        self.url = f"http://127.0.0.1:{free_port()}"
        settings = made(self.folder, roles=roles, environ={**self.environ, "GATEWAY_LISTEN": self.url.removeprefix("http://")})
        tracing = TracingTerms(self.collector.url, ratio)
        gateway = replace(settings.snapshot.gateway, tracing=tracing)
        return replace(settings, snapshot=replace(settings.snapshot, gateway=gateway))

    @asynccontextmanager
    async def service(self, *roles: str, ratio: float = 1.0) -> AsyncIterator[None]:
        """A gateway; when the block ends it has sent all its spans."""
        async with run_service(self.settings(roles or ALL, ratio=ratio)):
            yield

    async def post(self, number: int, *, trace: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {TOKENS['bigbox']}"}
        if trace is not None:
            headers["traceparent"] = trace
        (body,) = x12_orders([number]).values()
        path = f"{self.url}/v1/partners/bigbox/interchanges"
        async with aiohttp.ClientSession() as session, session.post(path, data=body, headers=headers) as answer:
            assert answer.status == 202, await answer.text()

    async def translated(self) -> None:
        """Wait until nothing waits for translation."""

        async def there() -> bool:
            async with self.database.connection() as connection:
                return [row["state"] for row in await connection.fetch("select state from gateway.transmission")] == [
                    "translated"
                ]

        await repeat(there, within=WITHIN)

    async def all_delivered(self, deliveries: int) -> None:
        """Wait until so many deliveries are made, to Odoo and to partners."""

        async def there() -> bool:
            async with self.database.connection() as connection:
                rows = await connection.fetch("select state from gateway.delivery")
            return [row["state"] for row in rows] == ["delivered"] * deliveries

        await repeat(there, within=WITHIN)


@pytest.fixture
async def ground(tmp_path: Path, migrated_url: str) -> AsyncIterator[Ground]:
    seed = tmp_path / "seed.json"
    seed.write_bytes(orjson.dumps(SEED))
    database = Database(migrated_url)
    await database.open()
    accounts = [Account(login="gateway", password="demo")]
    async with OdooSimulator(seed=read_seed(seed), accounts=accounts) as odoo, Collector() as collector:
        environ = environment(tmp_path, DATABASE_URL=migrated_url, ODOO_URL=odoo.url)
        yield Ground(tmp_path, environ, odoo, database, collector)
    await database.close()


def unconnected(spans: list[Seen]) -> list[str]:
    """The names of spans whose parent is not among them."""
    known = {span.id for span in spans}
    return [span.name for span in spans if span.parent not in known]


class TestOneOrder:
    async def test_is_one_connected_trace_from_its_receipt_to_odoo_and_the_997(self, ground: Ground) -> None:
        async with ground.service():
            await ground.post(1, trace=f"00-{CALLERS}-00f067aa0ba902b7-01")
            await ground.all_delivered(2)
        spans = ground.collector.in_trace(CALLERS)
        names = {span.name for span in spans}
        stages = {
            "POST /v1/partners/{partner}/interchanges", "receive bigbox-http", "process translate", "send edi.canonical",
            "send odoo", "send bigbox-folder",
        }  # fmt: skip
        assert stages | {"settle_translation", "settle_deliveries", "commit", "POST"} <= names
        assert unconnected(spans) == ["POST /v1/partners/{partner}/interchanges"], "its parent is the caller's span"
        assert not [span for span in spans if span.error]
        assert {span.resource["service.name"] for span in spans} == {"edi-gateway"}

    async def test_calls_of_applications_carry_the_trace_on(self, ground: Ground) -> None:
        async with ground.service():
            await ground.post(1, trace=f"00-{CALLERS}-00f067aa0ba902b7-01")
            await ground.all_delivered(2)
        sent = {span.id: span for span in ground.collector.in_trace(CALLERS)}
        calls = [span for span in sent.values() if span.name == "POST" and span.attributes["http.response.status_code"] == 200]
        assert {sent[call.parent].name for call in calls} == {"send odoo"}

    async def test_goes_on_in_the_same_trace_where_another_process_delivers(self, ground: Ground) -> None:
        async with ground.service("receive", "translate"):
            await ground.post(1, trace=f"00-{CALLERS}-00f067aa0ba902b7-01")
            await ground.translated()
        assert "send odoo" not in {span.name for span in ground.collector.spans}
        async with ground.service("deliver", "relay"):
            await ground.all_delivered(2)
        assert {"process translate", "send odoo"} <= {span.name for span in ground.collector.in_trace(CALLERS)}

    async def test_spans_hold_nothing_of_what_was_sent(self, ground: Ground) -> None:
        async with ground.service():
            await ground.post(1)
            await ground.all_delivered(2)
        told = repr([span.attributes for span in ground.collector.spans])
        assert "PO-1" not in told
        assert "BigBox" not in told


class TestManyOrders:
    async def test_each_has_a_trace_of_its_own_and_batches_are_told_once(self, ground: Ground) -> None:
        async with ground.service():
            await asyncio.gather(*(ground.post(n) for n in range(1, 21)))
            await ground.all_delivered(40)
        spans = ground.collector.spans
        translated = [span for span in spans if span.name == "process translate"]
        assert len({span.trace for span in translated}) == len(translated) == 20
        settled = [span for span in spans if span.name == "settle_translation"]
        leaders = {span.id for span in translated}
        assert {span.parent for span in settled} <= leaders
        linked = {span.trace for span in translated if span.links} | {span.parent for span in settled}
        assert len(linked) >= len(settled)

    async def test_a_ratio_of_nothing_records_nothing(self, ground: Ground) -> None:
        async with ground.service(ratio=0.0):
            await ground.post(1)
            await ground.all_delivered(2)
        assert ground.collector.spans == []


class TestACollectorInTrouble:
    async def test_harms_nothing(self, ground: Ground) -> None:
        ground.collector.status = 400
        async with ground.service():
            await ground.post(1)
            await ground.all_delivered(2)
        assert ground.collector.asked
