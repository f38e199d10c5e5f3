"""The how-to page about carriers, as it stands there, against the simulated carrier."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from gateway.applications.http import HttpApplication, HttpPoll, WebhookReceiver
from gateway.domain.http_application import HttpConnection
from gateway.domain.order.milestone import Event, Link
from gateway.http.caller import Callers
from gateway.ports import Outcome, OutcomeKind
from gateway.simulators.carrier import CarrierSimulator
from gateway.simulators.rest import Subscriber
from gateway.system import SystemClock
from tests.gateway.applications.documented import Page, connection_of, snapshot_of
from tests.gateway.applications.fakes import RecordingHearing
from tests.gateway.applications.orders import call
from tests.gateway.channels.conftest import server
from tests.gateway.channels.fakes import Counts, Told

DOCUMENT = {
    "schema": "transport_order/1",
    "number": "S-1001",
    "ship_to": {"name": "Ring (& Sons)", "address": {"country": "DK"}},
    "packages": [
        {"identifiers": {"sscc": "00357"}, "measures": {"gross_weight": {"value": "2.5", "unit": "KGM"}}},
        {"measures": {"gross_weight": {"value": "1", "unit": "KGM"}}},
    ],
}


@dataclass
class Site:
    carrier: CarrierSimulator
    application: HttpApplication
    connection: HttpConnection

    async def ask(self, action: str, document: dict[str, Any] = DOCUMENT, **terms: Any) -> Outcome:
        (outcome,) = await self.application.deliver([call(document, action=action, **terms)])
        return outcome


@asynccontextmanager
async def opened(folder: Path, *more: str) -> AsyncIterator[Site]:
    page = Page("connect-a-carrier.md")
    async with CarrierSimulator() as carrier:
        environ = {"PARCELS_URL": carrier.url, "PARCELS_TOKEN": "carrier-token", "PARCELS_SECRET": "shared"}
        snapshot = snapshot_of(folder, page.routes("[[application]]", *more), page.files, environ)
        connection = connection_of(snapshot.applications["parcels"])
        application = HttpApplication("parcels", connection, clock=SystemClock())
        yield Site(carrier, application, connection)
        await application.close()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(tmp_path) as made:
        yield made


async def test_the_cheapest_rate_is_named_and_all_are_kept(site: Site) -> None:
    outcome = await site.ask("rate")
    assert (outcome.kind, outcome.reference) == (OutcomeKind.DELIVERED, "standard")
    rates = outcome.response["body"]["rates"]
    assert [(rate["service"], rate["amount"]) for rate in rates] == [("standard", 12.775), ("express", 23.9)]


@pytest.mark.parametrize(("form", "opening", "end"), [("PDF", b"%PDF-1.4", b"%%EOF\n"), ("ZPL", b"^XA", b"^XZ")])
async def test_a_label_is_bought_and_kept(site: Site, form: str, opening: bytes, end: bytes) -> None:
    outcome = await site.ask("label", options={"label_format": form})
    assert (outcome.kind, outcome.reference) == (OutcomeKind.DELIVERED, "SIM000000001")
    label = base64.b64decode(outcome.response["body"]["label"]["content"])
    assert label.startswith(opening)
    assert label.endswith(end)
    assert b"SIM000000001" in label
    (shipment,) = site.carrier.carrier.shipments.values()
    assert shipment.request["parcels"] == [{"weight": 2.5, "sscc": "00357"}, {"weight": 1}]


async def test_a_pdf_is_one_that_readers_open(site: Site) -> None:
    await site.ask("label")
    (shipment,) = site.carrier.carrier.shipments.values()
    label = shipment.label()
    start = int(label.rpartition(b"startxref\n")[2].split(b"\n")[0])
    assert label[start:].startswith(b"xref\n0 6\n")
    for number, row in enumerate(label[start:].split(b"\n")[3:8], 1):
        assert label[int(row[:10]) :].startswith(b"%d 0 obj\n" % number)
    assert rb"(Ring \(& Sons\)) Tj" in label


@pytest.mark.parametrize("duplicates", ["refuse", "double", "recognise"])
async def test_a_label_whose_answer_was_lost_is_not_bought_again(site: Site, duplicates: str) -> None:
    site.carrier.misbehaviour.duplicates = duplicates
    site.carrier.misbehaviour.lose_answers = 1
    assert (await site.ask("label")).kind is OutcomeKind.RETRY
    again = await site.ask("label", attempt=2)
    assert (again.kind, again.reference) == (OutcomeKind.DELIVERED, "SIM000000001")
    assert len(site.carrier.carrier.shipments) == 1


async def test_a_carrier_that_says_what_was_bought_before_needs_no_question(tmp_path: Path) -> None:
    page = Page("connect-a-carrier.md")
    routes = page.routes("[[application]]")
    start, end = routes.index("[application.action.look_up]"), routes.index("[application.action.body]\nreference")
    routes = (routes[:start] + routes[end:]).replace('as = "label"\n', 'as = "label"\nidempotent = true\nkey_header = "X-Key"\n')
    async with CarrierSimulator() as carrier:
        environ = {"PARCELS_URL": carrier.url, "PARCELS_TOKEN": "carrier-token"}
        connection = connection_of(snapshot_of(tmp_path, routes, page.files, environ).applications["parcels"])
        application = HttpApplication("parcels", connection, clock=SystemClock())
        first, second = [(await application.deliver([call(DOCUMENT, action="label")]))[0] for _ in range(2)]
        await application.close()
        assert (first.code, second.code, first.reference) == ("done", "already", second.reference)
        assert carrier.place.calls["GET /v1/shipments"] == 0


async def test_a_label_is_given_back_once_and_again_and_not_when_it_is_on_its_way(site: Site) -> None:
    await site.ask("label")
    document = {**DOCUMENT, "shipment": {"number": "shp-1"}}
    assert [(await site.ask("cancel", document)).response["status"] for _ in range(2)] == [200, 202]
    await site.ask("label", {**DOCUMENT, "number": "S-1002"})
    await site.carrier.carrier.scan("shp-2", "in_transit")
    late = await site.ask("cancel", {**DOCUMENT, "shipment": {"number": "shp-2"}})
    assert (late.kind, late.code) == (OutcomeKind.FAILED, "refused")
    assert "on its way" in late.message


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"shipment": {"service": "rocket"}}, "no service rocket"), ({"packages": []}, "nothing to carry")],
)
async def test_what_the_carrier_refuses_it_says_itself(site: Site, changes: dict[str, Any], words: str) -> None:
    outcome = await site.ask("label", {**DOCUMENT, **changes})
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "http-422")
    assert words in outcome.message


ALL = [Event.IN_TRANSIT, Event.DELIVERY_EXCEPTION, Event.IN_TRANSIT, Event.DELIVERED]


async def travel(carrier: CarrierSimulator) -> None:
    """A parcel goes astray, is found, and handed over."""
    request = {"reference": "S-1", "to": {"name": "Ring"}, "parcels": [{"weight": 1}]}
    wanted = carrier.carrier.purchase(request).id
    await carrier.carrier.scan(wanted, "in_transit", place="Hub")
    await carrier.carrier.scan(wanted, "exception", reason="address unknown")
    await carrier.carrier.scan(wanted, "out_for_delivery")
    await carrier.carrier.deliver(wanted, signed_by="J. Ring")


async def test_tracking_and_the_proof_of_delivery_are_told(tmp_path: Path) -> None:
    async with opened(tmp_path, "[application.webhook]") as site:
        assert site.connection.webhook is not None
        hearing = RecordingHearing()
        receiver = WebhookReceiver(
            {"parcels": site.connection.webhook},
            hearing=hearing,
            callers=Callers(),
            admit=lambda _application: None,
            observer=Counts(),
            clock=SystemClock(),
        )
        gateway = server(receiver.routes())
        await gateway.start()
        site.carrier.webhooks.subscriber = Subscriber(gateway.url + "/v1/applications/parcels/webhook", secret="shared")
        site.carrier.misbehaviour.webhooks_twice = 2
        await travel(site.carrier)
        await site.carrier.webhooks.settled()
        await gateway.stop()
    assert [one.event for one in hearing.milestones] == ALL
    assert hearing.milestones[1].reason == "address unknown"
    assert hearing.milestones[-1].links == (Link("parcels", "tracking", "SIM000000001"), Link("parcels", "shipment", "shp-1"))
    (document,) = hearing.documents
    told = orjson.loads(document.body)
    assert (document.partner, told["schema"], told["number"]) == ("parcels-co", "transport_status/1", "SIM000000001")
    assert told["lines"][0]["milestones"][0]["signed_by"] == "J. Ring"
    assert not hearing.unread


async def test_tracking_is_asked_for_where_there_are_no_webhooks(tmp_path: Path) -> None:
    async with opened(tmp_path, "[[application.poll]]") as site:
        hearing = RecordingHearing()
        terms = site.connection.polls[0]
        poll = HttpPoll(
            "parcels", site.connection, terms, hearing=hearing, troubles=Told(), observer=Counts(), clock=SystemClock()
        )
        await travel(site.carrier)
        await poll.look()
        await site.carrier.carrier.scan("shp-1", "eaten_by_a_dog")
        await poll.look()
        await poll._client.close()
    assert [one.event for one in hearing.milestones] == ALL
    assert hearing.positions == {"parcels/tracking": "5"}
    assert [one.code for one in hearing.unread] == ["event-unknown"]


async def test_the_carrier_s_other_answers(site: Site) -> None:
    await travel(site.carrier)
    headers = {"Authorization": "Bearer carrier-token"}
    async with aiohttp.ClientSession(site.carrier.url, headers=headers) as client:
        async with client.get("/v1/tracking/SIM000000001") as answer:
            assert [scan["status"] for scan in (await answer.json())["events"]][-1] == "delivered"
        async with client.get("/v1/tracking/shp-1/proof") as answer:
            assert (await answer.json())["signed_by"] == "J. Ring"
        async with client.get("/v1/shipments/shp-1/label") as answer:
            assert (answer.content_type, (await answer.read())[:4]) == ("application/pdf", b"%PDF")
        async with client.get("/v1/tracking/nowhere/proof") as answer:
            assert answer.status == 404
