"""HTTP channels with the real store: what is fetched comes once, what was posted and not answered waits in doubt for a person."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from aiohttp import web

from gateway.channels.http import HttpChannel, HttpOutbound, Limits, plain_access
from gateway.domain.http_terms import HttpSendOptions
from gateway.stages.claims import HeldClaims
from gateway.stages.deliver import Deliver
from gateway.stages.targets import channel_target
from gateway.store.body_pieces import PostgresBodyPieces
from gateway.store.database import Database
from gateway.store.positions import PostgresPositions
from gateway.system import SystemClock
from tests.gateway.channels.conftest import server
from tests.gateway.channels.http_mailbox import INSIDE, Files, polling
from tests.gateway.channels.http_partner import answering, partner_server
from tests.integration.harness import HASTY, Running, at_work


async def count(database: Database, sql: str) -> Any:
    async with database.connection() as connection:
        return await connection.fetchval(sql)


async def transmissions(gateway: Running) -> int:
    return int(await count(gateway.database, "select count(*) from gateway.transmission"))


@pytest.mark.parametrize("step", ["before fetch", "after fetch", "before confirm", "after confirm"])
async def test_what_is_fetched_comes_once_though_the_poller_dies(gateway: Running, step: str) -> None:
    files = Files({str(number): f"order {number}".encode() for number in range(20)})
    async with partner_server(files) as partner:
        for _ in range(3):
            files.stop_at = step
            files.reached.clear()
            files.gate.clear()
            async with polling(partner.url, gateway.receive) as poller:
                stopped = asyncio.ensure_future(files.reached.wait())
                ended = asyncio.ensure_future(poller.rounds(1))
                await asyncio.wait({stopped, ended}, return_when=asyncio.FIRST_COMPLETED)
            files.gate.set()
        async with polling(partner.url, gateway.receive) as poller:
            await poller.rounds(2)
    assert files.content == {}
    assert await transmissions(gateway) == 20
    assert await count(gateway.database, "select count(distinct sha256) from gateway.transmission") == 20


async def test_a_cursor_outlives_the_process(gateway: Running) -> None:
    asked: list[str] = []

    async def stream(request: web.Request) -> web.StreamResponse:
        if request.path != "/list":
            return web.Response(body=request.path.encode())
        since = int(request.query.get("since", 0))
        asked.append(str(since))
        found = [{"id": str(n), "href": f"/f{n}", "name": "x"} for n in range(since, min(since + 3, 7))]
        told: dict[str, Any] = {"files": found, "cursor": str(since + len(found))}
        return web.json_response(told | ({"next": f"/list?since={since + len(found)}"} if found else {}))

    terms: dict[str, Any] = {"confirm": "none", "cursor_parameter": "since", "positions": PostgresPositions(gateway.database)}
    async with partner_server(stream) as partner:
        for _ in range(2):
            async with polling(partner.url, gateway.receive, **terms) as poller:
                await poller.rounds(1)
    assert asked == ["0", "3", "6", "7", "7"]
    assert await transmissions(gateway) == 7


async def test_a_large_post_is_stored_in_pieces_and_read_as_one(gateway: Running) -> None:
    body = b"".join(b"%07d\n" % number for number in range(500_000))
    channel = HttpChannel(
        Limits(bytes_in_flight=3 * 1_048_576),
        intake=gateway.receive,
        records=gateway.records,
        access=plain_access({"bigbox": "t"}, channel_of=lambda partner: f"{partner}-http"),
        observer=gateway.observer,
        clock=SystemClock(),
        new_id=gateway.new_id,
        pieces=PostgresBodyPieces(gateway.database),
    )
    web_server = server(channel.routes())
    await web_server.start()
    try:
        headers = {"Authorization": "Bearer t", "Idempotency-Key": "k"}
        async with aiohttp.ClientSession(web_server.url) as client:
            told = []
            for _ in range(2):
                async with client.post("/v1/partners/bigbox/interchanges", data=BytesIO(body), headers=headers) as answer:
                    assert answer.status == 202, await answer.text()
                    told.append(await answer.json())
    finally:
        await web_server.stop()
    assert [one["repeated"] for one in told] == [False, True]
    assert told[0]["transmission"] == told[1]["transmission"]
    assert b"".join([part async for part in gateway.records.raw(UUID(told[0]["transmission"]))]) == body
    assert await count(gateway.database, "select count(*) from gateway.raw_body") == 4


# ------------------------------------------------------------------------------------------------------------- deliveries


async def no_pause(_seconds: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def delivering(gateway: Running, url: str, **options: Any) -> AsyncIterator[Callable[[], Any]]:
    """A delivery to a partner's server; answers its row when it is no longer on its way."""
    clock = SystemClock()
    terms = HttpSendOptions(url, client=INSIDE, **options)
    channel = HttpOutbound(
        "partner-http", terms, partner="bigbox", intake=gateway.receive, clock=clock, new_id=uuid4, pause=no_pause
    )
    deliver = Deliver(
        target=channel_target(channel, policy=HASTY, owner="edi"), work=gateway.work, clock=clock, observer=gateway.observer,
        new_id=gateway.new_id, chance=random.Random(1), node="test", wake=no_wake, configuration=lambda: "test",
        claims=HeldClaims(gateway.work.renew_deliveries), poll=0.05)  # fmt: skip
    delivery = await sent_acknowledgement(gateway)

    async def settled() -> Any:
        async with asyncio.timeout(20):
            while True:
                async with gateway.database.connection() as connection:
                    (row,) = await connection.fetch("select * from gateway.delivery where id = $1", delivery)
                if row["state"] not in ("waiting", "sending"):
                    return row

    try:
        async with at_work(deliver.run()):
            yield settled
    finally:
        await channel.close()


async def no_wake(_target: str) -> None: ...


async def sent_acknowledgement(gateway: Running) -> UUID:
    """A delivery of an outbound interchange to the partner's server."""
    transmission, outbound, delivery = gateway.new_id(), gateway.new_id(), gateway.new_id()
    async with gateway.database.connection() as connection:
        await connection.execute(
            "insert into gateway.outbound (id, partner, family, type, control_number, sender, receiver, test, bytes)"
            " values ($1, 'bigbox', 'x12', '997', '1', 'us', 'them', false, 'ISA*997')",
            outbound,
        )
        await connection.execute(
            "insert into gateway.delivery (id, transmission, outbound, partner, target, action, idempotency_key, test, state,"
            " priority, options)"
            " values ($1, $2, $3, 'bigbox', 'partner-http', 'transmit', 'k', false, 'waiting', 0, '{}')",
            delivery, transmission, outbound,
        )  # fmt: skip
    return delivery


async def failure_codes(gateway: Running) -> list[str]:
    async with gateway.database.connection() as connection:
        return [row["code"] for row in await connection.fetch("select code from gateway.failure order by code")]


async def test_a_post_without_an_answer_waits_in_doubt_and_is_not_repeated(gateway: Running) -> None:
    async with partner_server(answering(502)) as partner, delivering(gateway, partner.url) as settled:
        row = await settled()
        await gateway.sweep.round()
        assert (await settled())["state"] == "in_doubt"
    assert (row["state"], row["attempt"], len(partner.requests)) == ("in_doubt", 1, 1)
    assert await failure_codes(gateway) == ["in-doubt"]


async def test_an_idempotent_post_is_repeated_with_the_same_key_until_it_is_answered(gateway: Running) -> None:
    answers = [502, 503, 200]

    async def recovering(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=answers.pop(0))

    async with partner_server(recovering) as partner, delivering(gateway, partner.url, idempotent=True) as settled:
        row = await settled()
    assert (row["state"], row["attempt"]) == ("delivered", 3)
    assert len({request.headers["Idempotency-Key"] for request in partner.requests}) == 1
    assert {request.body for request in partner.requests} == {b"ISA*997"}


async def test_the_acknowledgement_in_an_answer_is_stored_when_the_delivery_is_done(gateway: Running) -> None:
    partner_says = b"ISA*00*answer"
    terms = {"answer": "acknowledgement"}
    async with partner_server(answering(200, partner_says)) as partner, delivering(gateway, partner.url, **terms) as settled:
        assert (await settled())["state"] == "delivered"
        stored = await count(gateway.database, "select count(*) from gateway.transmission where channel = 'partner-http'")
    assert stored == 1
