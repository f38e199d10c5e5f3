"""The gateway at the end of lines that swallow everything or lose one answer: it says so, and loses and doubles nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import asyncpg
import orjson
import pytest

from gateway.simulators.odoo.seed import read_seed
from gateway.simulators.odoo.server import Account
from gateway.simulators.odoo.simulator import OdooSimulator
from tests.acceptance.partners import SEED, TOKENS
from tests.gateway.bootstrap.places import environment
from tests.integration.test_service import ALL, Ground, call, orders
from tests.servers.line import Line
from tests.servers.process import repeat


@dataclass(frozen=True)
class Lines:
    """Where the service runs, and the lines to its database and its broker."""

    ground: Ground
    database: Line
    broker: Line


@pytest.fixture
async def lines(tmp_path: Path, postgres_url: str, amqp_url: str) -> AsyncIterator[Lines]:
    seed = tmp_path / "seed.json"
    seed.write_bytes(orjson.dumps(SEED))
    accounts = [Account(login="gateway", password="demo")]
    async with (
        Line(urlsplit(postgres_url).port or 0) as database,
        Line(urlsplit(amqp_url).port or 0) as broker,
        OdooSimulator(seed=read_seed(seed), accounts=accounts) as odoo,
    ):
        changes = {"DATABASE_URL": over(postgres_url, database), "AMQP_URL": over(amqp_url, broker), "ODOO_URL": odoo.url}
        yield Lines(Ground(tmp_path, environment(tmp_path, **changes), odoo), database, broker)


def over(url: str, line: Line) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{line.port}")).geturl()


async def problems(url: str) -> dict[str, str]:
    """What readiness says is wrong, by its parts."""
    answer = await call("GET", f"{url}/health/ready")
    return {check["name"]: check["problem"] for check in answer.json["checks"] if not check["ok"]}


async def says(url: str, part: str, words: str) -> bool:
    return words in (await problems(url)).get(part, "")


async def post_until_stored(url: str, body: bytes, key: str) -> list[int]:
    """As a partner does: the same again until it is told that it is stored. Answers all statuses."""
    statuses: list[int] = []
    headers: dict[str, Any] = {"Authorization": f"Bearer {TOKENS['bigbox']}", "Idempotency-Key": key}
    timeout = aiohttp.ClientTimeout(total=30)

    async def stored() -> bool:
        session = aiohttp.ClientSession(headers=headers, timeout=timeout)
        async with session, session.post(f"{url}/v1/partners/bigbox/interchanges", data=body) as answer:
            statuses.append(answer.status)
            assert answer.status in (202, 503), await answer.text()
            return answer.status == 202

    await repeat(stored, within=50)
    return statuses


async def test_a_commit_whose_answer_is_lost_is_never_said_to_be_stored_and_never_stored_twice(lines: Lines) -> None:
    body = orders([1])[0]
    async with lines.ground.service(*ALL) as url:
        lines.database.lose_answer_to(body[:60])
        statuses = await post_until_stored(url, body, "order-1")
        assert (statuses[0], statuses[-1]) == (503, 202)
        assert lines.database.answers_lost == 1
        await lines.ground.booked(1)


@pytest.mark.slow
@pytest.mark.timeout(90)
async def test_a_database_behind_a_line_that_swallows_everything_is_told_within_seconds_and_found_again(lines: Lines) -> None:
    before, during = orders([1, 2])
    async with lines.ground.service(*ALL) as url:
        await post_until_stored(url, before, "order-1")
        await lines.ground.booked(1)
        lines.database.drop()
        async with asyncio.timeout(6):
            await repeat(lambda: says(url, "database", "did not answer"))
        posting = asyncio.create_task(post_until_stored(url, during, "order-2"))
        await asyncio.sleep(0)
        lines.database.thaw()

        async def ready() -> bool:
            return not await problems(url)

        await repeat(ready, within=30)
        assert (await posting)[-1] == 202
        await repeat_booked(lines.ground, 2)


async def repeat_booked(ground: Ground, count: int) -> None:
    """Claims that were taken over the lost line lapse first."""

    async def there() -> bool:
        async with aiohttp.ClientSession() as session, session.get(f"{ground.odoo.url}/simulator/counts") as answer:
            found = (await answer.json())["orders"]
            assert found <= count
            return bool(found == count)

    await repeat(there, within=40)


@pytest.mark.timeout(90)
async def test_a_broker_behind_a_line_that_swallows_everything_is_told_within_seconds_and_costs_no_order(lines: Lines) -> None:
    async with lines.ground.service(*ALL) as url:
        lines.broker.drop()
        async with asyncio.timeout(10):
            await repeat(lambda: says(url, "broker", "does not answer"))
        assert "database" not in await problems(url)
        await post_until_stored(url, orders([1])[0], "order-1")
        lines.broker.thaw()

        async def ready() -> bool:
            return not await problems(url)

        await repeat(ready, within=30)
        await repeat_booked(lines.ground, 1)


async def test_a_machine_without_room_takes_nothing_says_so_and_goes_on_by_itself(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [1 << 40]
    monkeypatch.setattr("gateway.bootstrap.room.free_space", lambda _folder: free[0])
    async with lines.ground.service(*ALL) as url:
        assert await problems(url) == {}
        free[0] = 3 << 20
        await repeat(lambda: says(url, "room", "Only 3 MiB are free"), within=20)
        statuses = asyncio.create_task(post_until_stored(url, orders([1])[0], "order-1"))

        async def refused() -> bool:
            return (await call("POST", f"{url}/v1/partners/bigbox/interchanges", body=b"ISA")).status == 503

        await repeat(refused, within=10)
        await repeat(lambda: failures(lines.ground, [("disk-full", "open")]), within=10)
        free[0] = 1 << 40
        assert (await statuses)[-1] == 202
        await lines.ground.booked(1)
        assert await problems(url) == {}
        await repeat(lambda: failures(lines.ground, [("disk-full", "resolved")]), within=10)


async def failures(ground: Ground, expected: list[tuple[str, str]]) -> bool:
    """Whether these are all failures there are, with their states."""
    connection = await asyncpg.connect(ground.environ["DATABASE_URL"])
    try:
        rows = await connection.fetch("select code, state from gateway.failure")
    finally:
        await connection.close()
    return [tuple(row) for row in rows] == expected
