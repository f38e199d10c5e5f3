"""The how-to page about other systems: what a shop tells becomes an order, and what finance is sent and answers."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.applications.http import HttpApplication
from gateway.applications.http.events import heard_in
from gateway.config import Snapshot, lint, load
from gateway.domain.http_application import HttpConnection
from gateway.domain.subscriber import given
from gateway.http.client import HttpClient
from gateway.ports import OutcomeKind
from gateway.system import SystemClock
from tests.gateway.applications.conftest import told
from tests.gateway.applications.documented import FRAME, Page, connection_of, written
from tests.gateway.applications.orders import call
from tests.gateway.applications.test_pages import WORLD
from tests.gateway.channels.http_partner import Handler, partner_server

SHOP = """
[[partner]]
id = "shop-customers"
owner = "edi"
identities = {}

[[partner]]
id = "small-suppliers"
owner = "edi"
identities = {}

[[agreement]]
id = "shop-orders"
partner = "shop-customers"
direction = "in"
document = "purchase_order"
format = "json/purchase_order"

[[agreement]]
id = "confirmations"
partner = "small-suppliers"
direction = "in"
document = "order_response"
format = "json/order_response"

"""
ORDER = {
    "id": 900,
    "topic": "order/created",
    "name": "#1001",
    "created_at": "2026-11-21T10:00:00Z",
    "currency": "DKK",
    "shipping_address": {"name": "Åse Ring", "street": "Havnegade 1", "city": "Århus", "zip": "8000", "country_code": "DK"},
    "line_items": [
        {"sku": "ANVIL", "title": "Anvil", "quantity": 2, "price": "99.50"},
        {"sku": "ROCKET", "title": "Rocket", "quantity": 1, "price": "25.00"},
    ],
}
INVOICE = {
    "schema": "invoice/1",
    "number": "INV/7",
    "currency": "EUR",
    "totals": {"payable": {"amount": "1234.5"}},
    "payment_terms": [{"due": "2026-12-24"}],
    "lines": [],
}


SHIPMENT = {
    "schema": "warehouse_shipment/1",
    "number": "S-1",
    "order": {"number": "#1001"},
    "shipment": {"tracking": ["1Z9"]},
    "lines": [{"number": "1", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": "2.0", "unit": "EA"}}],
}


@pytest.fixture
def page(tmp_path: Path) -> Snapshot:
    """The whole page as a configuration, which has nothing to complain of but what a page cannot show."""
    shown = Page("connect-other-systems.md")
    path = written(tmp_path, FRAME + SHOP + "\n".join(shown.blocks), shown.files)
    report = lint(path, WORLD)
    assert not report.errors, [str(one) for one in report.errors]
    return load(path, WORLD)


@pytest.fixture
def connections(page: Snapshot) -> dict[str, HttpConnection]:
    """The applications of the page, by their ids."""
    return {name: connection_of(one) for name, one in page.applications.items()}


@pytest.mark.parametrize("way", ["webhook", "poll"])
def test_an_order_of_the_shop_is_a_purchase_order(connections: dict[str, HttpConnection], way: str) -> None:
    shop = connections["shop"]
    assert shop.webhook is not None
    reading, body = (shop.webhook.reading, ORDER) if way == "webhook" else (shop.polls[0].reading, {"orders": [ORDER]})
    (notice,) = heard_in(orjson.dumps(body), reading, source="shop").notices
    assert notice.unread is None, notice.unread
    (document,) = notice.documents
    order = orjson.loads(document.body)
    assert (document.partner, notice.key, order["number"], order["currency"]) == ("shop-customers", "order:900", "#1001", "DKK")
    assert order["ship_to"]["address"] == {"lines": ["Havnegade 1"], "city": "Århus", "postal_code": "8000", "country": "DK"}
    lines = [(one["number"], one["item"]["identifiers"], one["quantity"], one["price"]["amount"]) for one in order["lines"]]
    assert lines == [
        ("1", {"seller": "ANVIL"}, {"value": "2", "unit": "EA"}, "99.50"),
        ("2", {"seller": "ROCKET"}, {"value": "1", "unit": "EA"}, "25.00"),
    ]
    if way == "webhook":
        assert heard_in(orjson.dumps({**ORDER, "topic": "order/updated"}), reading, source="shop").notices == []


async def asked(connection: HttpConnection, answer: Handler, action: str, document: dict[str, Any]) -> Any:
    """The outcome and the request, of a system at another address and without its login."""
    async with partner_server(answer) as server:
        client = replace(connection.client, login=None, internal=True)
        application = HttpApplication("rest", replace(connection, url=server.url, client=client), clock=SystemClock())
        assert isinstance(application._client, HttpClient)
        (outcome,) = await application.deliver([call(document, action=action)])
        await application.close()
        return outcome, server.requests[-1]


async def test_an_invoice_is_posted_in_finance(connections: dict[str, HttpConnection]) -> None:
    outcome, request = await asked(connections["finance"], told({"posting_id": 77}), "posting", INVOICE)
    assert (outcome.kind, outcome.reference, request.path) == (OutcomeKind.DELIVERED, "77", "/suppliers/bigbox/postings/INV/7")
    assert orjson.loads(request.body) == {"due": "2026-12-24", "amount": "1234.50", "currency": "EUR"}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (409, {"code": "POSTED"}, OutcomeKind.DELIVERED),
        (423, {}, OutcomeKind.RETRY),
        (422, {"errors": [{"text": "no such customer"}]}, OutcomeKind.FAILED),
    ],
)
async def test_what_finance_answers(
    connections: dict[str, HttpConnection], status: int, body: dict[str, Any], kind: OutcomeKind
) -> None:
    outcome, _ = await asked(connections["finance"], told(body, status), "posting", INVOICE)
    assert outcome.kind is kind
    assert ("no such customer" in outcome.message) == (status == 422)


async def test_stock_goes_to_the_shop(connections: dict[str, HttpConnection]) -> None:
    lines = [{"item": {"identifiers": {"seller": "ANVIL"}}, "stock": [{"status": "available", "quantity": {"value": "4.0"}}]}]
    outcome, request = await asked(connections["shop"], told({}), "stock", {"schema": "inventory_report/1", "lines": lines})
    assert outcome.kind is OutcomeKind.DELIVERED
    assert orjson.loads(request.body) == {"items": [{"sku": "ANVIL", "available": 4}]}


async def test_prices_and_shipments_go_to_the_shop(connections: dict[str, HttpConnection]) -> None:
    lines = [{"item": {"identifiers": {"seller": "ANVIL"}}, "price": {"amount": "99.5"}}]
    _, request = await asked(connections["shop"], told({}), "prices", {"schema": "price_catalogue/1", "lines": lines})
    assert orjson.loads(request.body) == {"items": [{"sku": "ANVIL", "price": "99.50"}]}
    outcome, request = await asked(connections["shop"], told({"id": "F-1"}, 201), "fulfilment", SHIPMENT)
    assert (outcome.kind, outcome.reference) == (OutcomeKind.DELIVERED, "F-1")
    assert request.path == "/orders/#1001/fulfilments"
    assert orjson.loads(request.body) == {"number": "S-1", "tracking": "1Z9", "lines": [{"sku": "ANVIL", "quantity": 2}]}


@pytest.mark.parametrize(("number", "route"), [("#1001", "shop-shipments"), ("PO-1", None)])
def test_only_its_own_shipments_go_to_the_shop(page: Snapshot, number: str, route: str | None) -> None:
    shipment = {**SHIPMENT, "order": {"number": number}}
    context = page.context(document="warehouse_shipment", partner="east", agreement=None, test=False, message={})
    decision = page.decide(shipment, context)
    assert decision.route == route


async def test_a_load_that_the_tms_has_is_not_made_again(connections: dict[str, HttpConnection]) -> None:
    load_order = {"schema": "transport_order/1", "number": "L-1", "stops": [{"number": "1", "party": {"name": "East"}}]}
    outcome, request = await asked(connections["tms"], told({"loads": [{"id": 5}], "id": 9}), "load", load_order)
    assert (outcome.kind, outcome.reference, request.method) == (OutcomeKind.DELIVERED, "5", "GET")
    assert dict(request.query) == {"reference": "L-1"}
    outcome, request = await asked(connections["tms"], told({"loads": [], "id": 9}), "load", load_order)
    assert (outcome.reference, request.method) == ("9", "POST")
    assert orjson.loads(request.body) == {"reference": "L-1", "customer": "bigbox", "stops": [{"name": "East"}]}


@pytest.mark.parametrize(("status", "kind"), [("filed", OutcomeKind.DELIVERED), ("rejected", OutcomeKind.FAILED)])
async def test_taxes_are_filed_or_refused(connections: dict[str, HttpConnection], status: str, kind: OutcomeKind) -> None:
    line = {"item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": "2"}, "net": {"amount": "199"}}
    ship_to = {"address": {"country": "DK"}}
    invoice = {"schema": "invoice/1", "number": "7", "issued": "2026-11-21", "ship_to": ship_to, "lines": [line]}
    answer = {"status": status, "summary": "no such country", "transaction": "T-1"}
    outcome, request = await asked(connections["tax"], told(answer), "file", invoice)
    assert outcome.kind is kind
    assert orjson.loads(request.body) == {
        "date": "2026-11-21", "country": "DK", "lines": [{"sku": "ANVIL", "quantity": 2, "amount": "199.00"}],
    }  # fmt: skip


async def test_a_portal_gets_orders_and_what_it_tells_is_the_suppliers_answer(connections: dict[str, HttpConnection]) -> None:
    line = {"number": "1", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": "2", "unit": "EA"}}
    order = {"schema": "purchase_order/1", "number": "P-1", "seller": {"name": "Ringhoff"}, "lines": [line]}
    outcome, request = await asked(connections["portal"], told({}), "order", order)
    assert (outcome.kind, request.path) == (OutcomeKind.DELIVERED, "/orders/P-1")
    assert orjson.loads(request.body)["lines"] == [{"line": "1", "sku": "ANVIL", "quantity": 2}]
    portal = connections["portal"].webhook
    assert portal is not None
    said = {"id": "C-1", "type": "order.confirmed", "order": "P-1"}
    (notice,) = heard_in(orjson.dumps(said), portal.reading, source="portal").notices
    (document,) = notice.documents
    assert (document.partner, orjson.loads(document.body)["order"]) == ("small-suppliers", {"number": "P-1"})


def test_listeners_get_what_they_are_to_know_and_no_more(page: Snapshot) -> None:
    news, ledger = page.subscribers["customer-news"], page.subscribers["ledger"]
    attributes = {"id": "m", "type": "order.shipped", "subject": "4711", "partner": "bigbox", "test": "false"}
    data = {
        "event": "shipped", "verdict": "applied", "order": {"number": "4711"}, "lines": [{"quantity": "2"}],
        "links": [{"system": "carrier", "kind": "tracking", "value": "1Z9"}], "occurred": None, "reason": None,
    }  # fmt: skip
    assert (news.wants(attributes, data), ledger.wants(attributes, data)) == (True, False)
    assert not news.wants(attributes, {**data, "verdict": "withdrawn"})
    assert ledger.wants(attributes, {**data, "event": "paid"})
    told_news = given(attributes, data, news.fields)["data"]
    assert set(told_news) == {"event", "occurred", "reason", "links"}
    assert told_news["links"] == [{"kind": "tracking", "value": "1Z9"}]
    assert "quantity" not in str(told_news)
