"""Webhooks: who is let in, what is stored before the answer, and what becomes of those that are repeated, late or strange."""

import asyncio
import hashlib
import hmac
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from gateway.applications.http import WebhookReceiver
from gateway.config.applications.http import ReadingTable
from gateway.config.applications.http_terms import reading_terms
from gateway.domain.http_application import WebhookTerms
from gateway.domain.http_terms import HttpCertificate, HttpSignature, ServerTls
from gateway.domain.order.milestone import Event
from gateway.domain.token import hash_token
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from gateway.http.caller import Callers
from gateway.simulators.rest import Subscriber
from gateway.simulators.wms import WmsSimulator
from gateway.system import SystemClock
from tests.gateway.applications.documented import Page, connection_of, snapshot_of
from tests.gateway.applications.fakes import RecordingHearing
from tests.gateway.channels.conftest import server
from tests.gateway.channels.fakes import Counts
from tests.gateway.channels.http_partner import issue

READING = reading_terms(
    ReadingTable.model_validate(
        {"key": "id", "kind": "kind", "number": "order", "event": [{"kind": "sent", "milestone": "shipped"}], "ignore": ["seen"]}
    ),
    {},
)
TOKEN = (hash_token("token"),)
EVENT = {"id": 1, "kind": "sent", "order": "4711"}
HERE = "/v1/applications/wms/webhook"


@dataclass
class Site:
    """The receiver behind the real server."""

    url: str
    client: aiohttp.ClientSession
    hearing: RecordingHearing
    counts: Counts
    refusals: list[Refused] = field(default_factory=list)

    async def post(self, value: Any = EVENT, path: str = HERE, *, token: str = "token", **headers: str) -> tuple[int, Any]:
        body = value if isinstance(value, bytes) else orjson.dumps(value)
        told = {"Authorization": f"Bearer {token}"} if token else {}
        told |= {name.replace("_", "-"): text for name, text in headers.items()}
        async with self.client.post(self.url + path, data=body, headers=told) as answer:
            return answer.status, await answer.json(content_type=None)


@asynccontextmanager
async def site(
    terms: WebhookTerms, *, name: str = "wms", callers: Callers | None = None, tls: ServerTls | None = None
) -> AsyncIterator[Site]:
    hearing, counts, refusals = RecordingHearing(), Counts(), list[Refused]()
    receiver = WebhookReceiver(
        {name: terms},
        hearing=hearing,
        callers=callers or Callers(),
        admit=lambda _application: refusals.pop(0) if refusals else None,
        observer=counts,
        clock=SystemClock(),
    )
    made = server(receiver.routes(), tls=tls)
    await made.start()
    async with aiohttp.ClientSession() as client:
        try:
            yield Site(made.url, client, hearing, counts, refusals)
        finally:
            await made.stop()


def by_token(**changes: Any) -> WebhookTerms:
    return WebhookTerms(READING, **{"token_hashes": TOKEN, **changes})


# -------------------------------------------------------------------------------------------------------- who is let in


async def test_a_token_lets_in_and_nothing_else_does() -> None:
    async with site(by_token()) as here:
        assert await here.post() == (200, {"taken": 1})
        for token in ("", "other", "TOKEN"):
            assert (await here.post(token=token))[0] == 401
        assert (await here.post(path="/v1/applications/other/webhook"))[0] == 401
        assert (await here.post(path=HERE + "/token"))[0] == 404
        assert len(here.hearing.takes) == 1


async def test_a_secret_address_is_its_own_proof() -> None:
    async with site(WebhookTerms(READING, url_hashes=(hash_token("long-secret"),))) as here:
        assert (await here.post(path=HERE + "/long-secret", token=""))[0] == 200
        assert (await here.post(path=HERE + "/wrong", token=""))[0] == 404
        assert (await here.post(token="long-secret"))[0] == 401


def signed(body: bytes, secret: bytes = b"s", seconds: float = 0) -> dict[str, str]:
    at = str(int((datetime.now(UTC) + timedelta(seconds=seconds)).timestamp()))
    return {"X_Timestamp": at, "X_Signature": hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()}


async def test_a_signature_lets_in_what_was_signed() -> None:
    body = orjson.dumps(EVENT)
    async with site(WebhookTerms(READING, signature=HttpSignature((b"s",)))) as here:
        assert (await here.post(body, token="", **signed(body)))[0] == 200
        for headers in (signed(body, b"other"), signed(body + b" "), signed(body, seconds=-3600), {"X_Signature": "00"}, {}):
            assert (await here.post(body, token="", **headers))[0] == 401
        assert len(here.hearing.takes) == 1


async def test_an_address_that_was_not_agreed_is_not_let_in() -> None:
    async with site(by_token(addresses=("198.51.100.0/24",))) as here:
        assert (await here.post())[0] == 401
    proxied = Callers(trusted=["127.0.0.1"])
    async with site(by_token(addresses=("198.51.100.0/24",)), callers=proxied) as here:
        assert (await here.post(X_Forwarded_For="198.51.100.7"))[0] == 200


async def test_a_certificate_lets_in_alone(tmp_path: Path) -> None:
    authority = issue(tmp_path, "authority", authority=True)
    ours, theirs, strange = (issue(tmp_path, name, by=authority) for name in ("us", "wms", "strange"))
    rule = HttpCertificate(certificates=(str(theirs.certificate),))
    tls = ServerTls(str(ours.certificate), str(ours.key), authorities=(str(authority.certificate),))
    async with site(WebhookTerms(READING, certificate=rule), tls=tls) as here:
        for shown, status in ((theirs, 200), (strange, 401)):
            context = ssl.create_default_context(cafile=str(authority.certificate))
            context.load_cert_chain(shown.certificate, shown.key)
            url = here.url.replace("127.0.0.1", "localhost") + HERE
            async with here.client.post(url, data=orjson.dumps(EVENT), ssl=context) as answer:
                assert answer.status == status


# ------------------------------------------------------------------------------------------------ stored, then answered


@pytest.mark.parametrize(
    ("trouble", "status"),
    [
        (StoreUnavailable("away"), 503),
        (CommitUnknown("who knows"), 503),
        (Refused("full", status=503), 503),
        (Refused("quota", status=429), 429),
    ],
)
async def test_what_is_not_stored_is_not_taken_and_is_recognised_when_it_comes_again(trouble: Exception, status: int) -> None:
    async with site(by_token()) as here:
        here.hearing.troubles = [trouble]
        assert (await here.post())[0] == status
        assert (await here.post())[0] == 200
        assert (await here.post())[0] == 200
        assert [one.event for one in here.hearing.milestones] == [Event.SHIPPED]


async def test_a_full_gateway_reads_no_body() -> None:
    async with site(by_token()) as here:
        here.refusals.append(Refused("full", status=503))
        assert (await here.post())[0] == 503
        assert not here.hearing.takes


async def test_what_is_not_understood_is_taken_and_told() -> None:
    async with site(by_token()) as here:
        for value in (b"<html>", {"id": 2, "kind": "brand-new"}, {"id": 3, "kind": "sent"}):
            assert await here.post(value) == (200, {"taken": 1})
        assert [one.code for one in here.hearing.unread] == ["body-not-json", "event-unknown", "order-unnamed"]
        assert here.hearing.unread[0].body == b"<html>"


async def test_what_means_nothing_is_answered_and_not_stored() -> None:
    async with site(by_token()) as here:
        assert await here.post({"id": 2, "kind": "seen"}) == (200, {"taken": 0})
        assert not here.hearing.takes


async def test_a_body_that_is_too_large_is_refused() -> None:
    async with site(by_token(most_bytes=100)) as here:
        assert (await here.post(b"x" * 101))[0] == 413

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b"x" * 10

        async with here.client.post(here.url + HERE, data=pieces(), headers={"Authorization": "Bearer token"}) as answer:
            assert answer.status == 413


async def test_more_at_once_than_agreed_are_told_to_wait() -> None:
    async with site(by_token(at_once=1)) as here:
        arrived, go_on = asyncio.Event(), asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield b'{"id": 1,'
            arrived.set()
            await go_on.wait()
            yield b'"kind": "sent", "order": 1}'

        headers = {"Authorization": "Bearer token"}
        first = asyncio.create_task(here.client.post(here.url + HERE, data=slow(), headers=headers).__aenter__())
        await arrived.wait()
        while (status := (await here.post())[0]) == 200:  # until the first one is at work
            pass
        assert status == 429
        go_on.set()
        assert (await first).status == 200
        assert (await here.post())[0] == 200


async def test_refusals_and_what_was_stored_are_counted() -> None:
    async with site(by_token()) as here:
        await here.post()
        await here.post(token="wrong")
        await here.post(path="/v1/applications/made-up-by-a-stranger/webhook")
        counted = [(labels["application"], labels["outcome"]) for name, labels in here.counts.counted if "webhooks" in name]
        assert counted == [("wms", "stored"), ("wms", "unauthenticated"), ("(unknown)", "unauthenticated")]


# ------------------------------------------------------------------------------------------- the warehouse of the page


@asynccontextmanager
async def told_by_the_warehouse(folder: Path) -> AsyncIterator[tuple[WmsSimulator, RecordingHearing]]:
    """The simulated warehouse tells a gateway that is configured as the page says."""
    page = Page("connect-a-warehouse.md")
    environ = {"WMS_EAST_URL": "http://wms", "WMS_EAST_TOKEN": "t", "WMS_EAST_SECRET": "shared"}
    snapshot = snapshot_of(folder, page.routes("[[application]]", "[application.webhook]"), page.files, environ)
    terms = connection_of(snapshot.applications["wms-east"]).webhook
    assert terms is not None
    async with site(terms, name="wms-east") as here, WmsSimulator() as wms:
        wms.webhooks.subscriber = Subscriber(here.url + "/v1/applications/wms-east/webhook", secret="shared")
        yield wms, here.hearing


async def worked_off(wms: WmsSimulator) -> None:
    """An order is picked short, packed and shipped."""
    request = {"reference": "4711", "customer": "bigbox", "lines": [{"line": "1", "sku": "ANVIL", "quantity": 3}]}
    order, _ = wms.warehouse.release(request)
    await wms.warehouse.accept(order.id)
    await wms.warehouse.start(order.id)
    await wms.warehouse.pick(order.id, ANVIL=2)
    await wms.warehouse.pack(order.id, "00357")
    await wms.warehouse.ship(order.id, carrier="ups", tracking="1Z")
    await wms.warehouse.count()


async def test_the_warehouse_tells_everything_once(tmp_path: Path) -> None:
    async with told_by_the_warehouse(tmp_path) as (wms, hearing):
        wms.misbehaviour.webhooks_twice = 3
        await worked_off(wms)
        await wms.webhooks.settled()
        assert [one.event for one in hearing.milestones] == [Event.PICKING, Event.PICKED, Event.PACKED, Event.SHIPPED]
        picked = hearing.milestones[1]
        assert [(one.line, one.quantity, one.unit) for one in picked.lines] == [("1", 2, "EA")]
        assert [orjson.loads(one.body)["schema"] for one in hearing.documents] == ["warehouse_shipment/1", "inventory_report/1"]
        assert not hearing.unread
        assert [status for _, status in wms.webhooks.sent] == [200] * 9


async def test_backwards_and_late_it_is_told_with_the_times_and_numbers_it_happened_at(tmp_path: Path) -> None:
    async with told_by_the_warehouse(tmp_path) as (wms, hearing):
        wms.misbehaviour.webhooks_hold = wms.misbehaviour.webhooks_backwards = True
        await worked_off(wms)
        assert not hearing.told
        await wms.webhooks.let_go()
        await wms.webhooks.settled()
        assert [one.event for one in hearing.milestones] == [Event.SHIPPED, Event.PACKED, Event.PICKED, Event.PICKING]
        versions = [one.version for one in hearing.milestones if one.version is not None]
        assert versions == sorted(versions, reverse=True)
        times = [one.occurred for one in hearing.milestones if one.occurred is not None]
        assert times == sorted(times, reverse=True)


async def test_the_warehouse_tells_again_what_was_not_stored(tmp_path: Path) -> None:
    async with told_by_the_warehouse(tmp_path) as (wms, hearing):
        hearing.troubles = [StoreUnavailable("away"), CommitUnknown("who knows")]
        await worked_off(wms)
        await wms.webhooks.settled()
        assert [one.event for one in hearing.milestones] == [Event.PICKING, Event.PICKED, Event.PACKED, Event.SHIPPED]
        assert [status for _, status in wms.webhooks.sent].count(503) == 2


async def test_what_nobody_knows_the_warehouse_is_told_it_was_taken_and_a_person_sees_it(tmp_path: Path) -> None:
    async with told_by_the_warehouse(tmp_path) as (wms, hearing):
        await wms.warehouse.say("order.teleported", order={"id": "W", "reference": "1", "customer": "bigbox"})
        await wms.warehouse.say("order.picked", order={"id": "W"})
        await wms.webhooks.settled()
        assert [one.code for one in hearing.unread] == ["event-unknown", "event-unexpected"]
