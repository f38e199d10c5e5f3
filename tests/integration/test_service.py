"""The wired service over real servers: roles in several services, refusals while too much waits, its end, what partners read."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from gateway.bootstrap import Settings
from gateway.bootstrap import running as run_service
from gateway.simulators.odoo.seed import read_seed
from gateway.simulators.odoo.server import Account
from gateway.simulators.odoo.simulator import OdooSimulator
from gateway.store.database import Database
from gateway.store.work import PostgresWork
from tests.acceptance.partners import SEED, TOKENS, edifact_orders, x12_orders
from tests.gateway.bootstrap.places import environment, made
from tests.servers.process import free_port, repeat
from tests.servers.rabbitmq import RabbitServer

ALL = ("receive", "translate", "deliver", "relay")


@dataclass
class Ground:
    """The servers that services of a test share."""

    folder: Path
    environ: dict[str, str]
    odoo: OdooSimulator

    @asynccontextmanager
    async def service(self, *roles: str, most_waiting: int | None = None) -> AsyncIterator[str]:
        """A service with these roles; answers where it listens."""
        listen = f"127.0.0.1:{free_port()}"
        settings = made(self.folder, roles=roles, environ={**self.environ, "GATEWAY_LISTEN": listen})
        if most_waiting is not None:
            settings = limited(settings, most_waiting)
        async with run_service(settings):
            yield f"http://{listen}"

    async def booked(self, orders: int) -> None:
        """Wait until so many orders stand in Odoo."""

        async def there() -> bool:
            async with aiohttp.ClientSession() as session, session.get(f"{self.odoo.url}/simulator/counts") as answer:
                return bool((await answer.json())["orders"] == orders)

        await repeat(there, within=10)


def limited(settings: Settings, most: int) -> Settings:
    gateway = replace(settings.snapshot.gateway, max_waiting=most)
    return replace(settings, snapshot=replace(settings.snapshot, gateway=gateway))


@pytest.fixture
async def ground(tmp_path: Path, postgres_url: str, amqp_url: str) -> AsyncIterator[Ground]:
    seed = tmp_path / "seed.json"
    seed.write_bytes(orjson.dumps(SEED))
    accounts = [Account(login="gateway", password="demo")]
    async with OdooSimulator(seed=read_seed(seed), accounts=accounts) as odoo:
        changes = {"DATABASE_URL": postgres_url, "AMQP_URL": amqp_url, "ODOO_URL": odoo.url}
        yield Ground(tmp_path, environment(tmp_path, **changes), odoo)


@dataclass(frozen=True)
class Answer:
    """What was answered, read to its end."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


async def call(method: str, url: str, *, partner: str = "bigbox", body: bytes | None = None) -> Answer:
    headers = {"Authorization": f"Bearer {TOKENS[partner]}"}
    timeout = aiohttp.ClientTimeout(total=15)
    session = aiohttp.ClientSession(headers=headers, timeout=timeout)
    async with session, session.request(method, url, data=body) as answer:
        return Answer(answer.status, answer.headers, await answer.read())


async def post(url: str, body: bytes, *, partner: str = "bigbox", wait: bool = False) -> Answer:
    path = f"{url}/v1/partners/{partner}/interchanges{'?wait=ack' if wait else ''}"
    return await call("POST", path, partner=partner, body=body)


def orders(numbers: Iterable[int]) -> list[bytes]:
    return list(x12_orders(numbers).values())


class TestRoles:
    async def test_roles_that_are_split_over_two_services_still_deliver(self, ground: Ground) -> None:
        async with ground.service("receive", "translate") as front, ground.service("deliver", "relay") as back:
            answers = await asyncio.gather(*(post(front, body, wait=True) for body in orders(range(1, 11))))
            assert {(answer.status, answer.headers["Edi-Verdict"]) for answer in answers} == {(200, "accepted")}
            await ground.booked(10)
            assert (await post(back, orders([11])[0])).status == 404, "it does not receive"
            assert (await call("GET", f"{back}/health/ready")).status == 200

    async def test_what_came_while_nobody_delivered_is_delivered_by_who_comes_later(self, ground: Ground) -> None:
        async with ground.service("receive", "translate") as front:
            assert (await post(front, orders([1])[0], wait=True)).status == 200
        async with ground.service("deliver", "relay"):
            await ground.booked(1)

    async def test_each_of_two_whole_services_takes_part_and_nothing_is_done_twice(self, ground: Ground) -> None:
        async with ground.service(*ALL) as one, ground.service(*ALL) as other:
            bodies = orders(range(1, 21))
            answers = await asyncio.gather(*(post(one if n % 2 else other, body, wait=True) for n, body in enumerate(bodies)))
            assert {answer.status for answer in answers} == {200}
            await ground.booked(20)


class TestReadiness:
    async def test_it_is_false_while_the_broker_is_away_and_true_again_after(
        self, ground: Ground, rabbitmq: RabbitServer, amqp_host: str
    ) -> None:
        async with ground.service(*ALL) as url:
            assert (await call("GET", f"{url}/health/ready")).status == 200
            rabbitmq.delete_host(amqp_host)

            async def is_not() -> bool:
                return (await call("GET", f"{url}/health/ready")).status == 503

            async def is_again() -> bool:
                return (await call("GET", f"{url}/health/ready")).status == 200

            await repeat(is_not, within=8)
            answer = await call("GET", f"{url}/health/ready")
            checks = {check["name"]: check for check in answer.json["checks"]}
            assert (checks["database"]["ok"], checks["broker"]["ok"]) == (True, False)
            assert "worked off when it is back" in checks["broker"]["problem"]
            assert (await call("GET", f"{url}/health/live")).status == 200
            assert (await post(url, orders([1])[0])).status == 202, "what is stored is safe without the broker"
            rabbitmq.manage("PUT", f"vhosts/{amqp_host}", {})
            await repeat(is_again, within=8)
            await ground.booked(1)


class TestEnd:
    async def test_a_request_that_waits_is_answered_before_the_service_ends(self, ground: Ground) -> None:
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(ground.service("receive"))
            waiting = asyncio.create_task(post(url, orders([1])[0], wait=True))
            await repeat(lambda: received(ground, 1), within=8)
            await stack.aclose()
            answer = await waiting
        assert answer.status == 202
        assert answer.json["transmission"] == answer.headers["Edi-Transmission"]
        with pytest.raises(aiohttp.ClientError):
            await post(url, orders([2])[0])
        async with ground.service(*ALL):
            await ground.booked(1)


async def received(ground: Ground, most: int) -> bool:
    """Whether so many transmissions wait for translation."""
    return await untranslated(ground, most) == most


async def untranslated(ground: Ground, limit: int) -> int:
    database = Database(ground.environ["DATABASE_URL"], size=1)
    await database.open()
    try:
        return await PostgresWork(database).count_untranslated(limit=limit)
    finally:
        await database.close()


class TestAdmission:
    async def test_when_too_many_wait_senders_are_asked_to_come_later_and_let_in_again(self, ground: Ground) -> None:
        async with ground.service("receive", most_waiting=2) as url:
            bodies = iter(orders(range(1, 200)))
            for _ in range(3):
                assert (await post(url, next(bodies))).status == 202
            assert [await untranslated(ground, limit) for limit in (1, 3, 9)] == [1, 3, 3]
            refused: list[Answer] = []

            async def is_refused() -> bool:
                answer = await post(url, next(bodies))
                refused.extend([answer] if answer.status == 503 else [])
                return bool(refused)

            await repeat(is_refused, within=8)
            assert int(refused[0].headers["Retry-After"]) > 0
            assert "More than 2 transmissions wait" in refused[0].json["detail"]
            stored = await untranslated(ground, 999)
            assert (await post(url, next(bodies))).status == 503
            assert await untranslated(ground, 999) == stored, "what was refused is not kept"

            async def is_taken() -> bool:
                return (await post(url, next(bodies))).status == 202

            async with ground.service("translate", "relay"):
                await repeat(is_taken, within=8)


class TestReading:
    """What a partner is told of a transmission, from the rows that the service itself wrote."""

    async def test_each_part_of_a_transmission_and_the_bytes_of_its_acknowledgement(self, ground: Ground) -> None:
        bad = orders([1])[0].replace(b"BEG*00*", b"BEG**")
        async with ground.service(*ALL) as url:
            posted = await post(url, bad, wait=True)
            base = f"{url}/v1/partners/bigbox/transmissions/{posted.headers['Edi-Transmission']}"
            parts = ("", "/interchanges", "/documents", "/findings", "/acknowledgements")
            answers = await asyncio.gather(*(call("GET", base + part) for part in parts))
            assert {answer.status for answer in answers} == {200}
            whole, interchanges, documents, findings, acknowledgements = (answer.json for answer in answers)
            assert (whole["state"], whole["size"]) == ("translated", len(bad))
            assert whole["interchanges"] == interchanges
            assert [(d["type"], d["state"], d["interchange"]) for d in documents] == [("850", "rejected", interchanges[0]["id"])]
            assert [(f["code"], f["document"]) for f in findings] == [("element-missing", documents[0]["id"])]
            assert [(a["type"], a["verdict"]) for a in acknowledgements] == [("997", "rejected")]
            content = await call("GET", url + acknowledgements[0]["content"])
            assert (content.status, content.headers["Content-Type"]) == (200, "application/EDI-X12")
            assert content.body == posted.body
            told = b"".join(answer.body for answer in answers)
            assert not [word for word in (b"owner", b"failure", b"odoo") if word in told]

    async def test_another_partners_transmission_does_not_exist(self, ground: Ground) -> None:
        async with ground.service(*ALL) as url:
            mine = await post(url, orders([1])[0], wait=True)
            theirs = await post(url, edifact_orders([1])["NM-1"], partner="nordmart", wait=True)
            assert theirs.status == 200
            base = f"{url}/v1/partners/nordmart/transmissions/{mine.headers['Edi-Transmission']}"
            own = f"{url}/v1/partners/nordmart/transmissions/{theirs.headers['Edi-Transmission']}"
            path = f"/v1/partners/bigbox/transmissions/{mine.headers['Edi-Transmission']}/acknowledgements"
            (acknowledgement,) = (await call("GET", url + path)).json
            for part in ("", "/interchanges", "/documents", "/findings", "/acknowledgements"):
                assert (await call("GET", base + part, partner="nordmart")).status == 404
            stolen = f"{own}/acknowledgements/{acknowledgement['id']}/content"
            assert (await call("GET", stolen, partner="nordmart")).status == 404
            assert (await call("GET", base.replace("nordmart", "bigbox"), partner="nordmart")).status == 401
            assert (await call("GET", f"{own}", partner="nordmart")).status == 200
            assert (await call("GET", f"{own[:-12]}{'0' * 12}", partner="nordmart")).status == 404
