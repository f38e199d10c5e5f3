"""The how-to page about other systems: what a shop tells becomes an order, and what finance is sent and answers."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.applications.http import HttpApplication
from gateway.applications.http.events import heard_in
from gateway.config import lint, load
from gateway.domain.http_application import HttpConnection
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

[[agreement]]
id = "shop-orders"
partner = "shop-customers"
direction = "in"
document = "purchase_order"
format = "json/purchase_order"

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


@pytest.fixture
def connections(tmp_path: Path) -> dict[str, HttpConnection]:
    """The applications of the page, by their ids."""
    page = Page("connect-other-systems.md")
    path = written(tmp_path, FRAME + SHOP + "\n".join(page.blocks), page.files)
    report = lint(path, WORLD)
    assert not report.errors, [str(one) for one in report.errors]
    return {name: connection_of(one) for name, one in load(path, WORLD).applications.items()}


def test_an_order_of_the_shop_is_a_purchase_order(connections: dict[str, HttpConnection]) -> None:
    webhook = connections["shop"].webhook
    assert webhook is not None
    (notice,) = heard_in(orjson.dumps(ORDER), webhook.reading, source="shop").notices
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
    assert heard_in(orjson.dumps({**ORDER, "topic": "order/updated"}), webhook.reading, source="shop").notices == []


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
