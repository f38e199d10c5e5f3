"""Books of REST systems and what is compared with them: two sides that keep such books, or a complaint where they do not."""

from datetime import timedelta
from decimal import Decimal

import pytest

from gateway.config import lint, load
from gateway.domain.http_application import HttpConnection
from gateway.domain.reconciliation import Scope, Side, Terms
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

WMS = """
[[application]]
id = "wms"
type = "http"
url = "https://wms.example/api"

[[application.books]]
of = "stock"
path = "/stock"
query = { page = "{{ page }}" }
numbered = true
entries = "items"
key = ["sku", "lot"]
values = { on_hand = "quantity" }
schema = "stock.json"

[[application.books]]
of = "parcels"
path = "/parcels/{{ key }}"
key = "number"
values = { status = "state" }
words = { status = { GONE = "delivered" } }
partner = "bigbox"
lines = { each = "lines", key = "sku", aliases = ["gtin"], values = { ordered = "wanted" } }
"""
COMPARED = """
[[reconciliation]]
id = "stock"
what = "stock"
application = "odoo"
against = "wms"
warehouse = "WH"
lots = false
item = "gtin"
measure = "available"
company = "base.main_company"
tolerance = 2
share = 0.1

[[reconciliation]]
id = "parcels"
what = "parcels"
application = "wms"

[[reconciliation]]
id = "pickings"
what = "pickings"
application = "odoo"
partner = "bigbox"

[[reconciliation]]
id = "invoices"
what = "invoices"
settling = "2d"
"""


def complaints(project: Project, text: str) -> dict[str, list[str]]:
    path = project(text, stock_dot_json='{"type": "object"}')
    found: dict[str, list[str]] = {}
    for one in lint(path, ENVIRON).items:
        if one.code not in {"R022", "R061", "R065"}:
            found.setdefault(one.code, []).append(str(one))
    return found


def test_what_stands_there_is_what_is_compared(project: Project) -> None:
    assert complaints(project, ROUTES + WMS + COMPARED) == {}
    snapshot = load(project(ROUTES + WMS + COMPARED, stock_dot_json="{}"), ENVIRON)
    stock, parcels, pickings, invoices = snapshot.reconciliations
    assert stock.sides == (Side("odoo"), Side("wms"))
    assert stock.scope == Scope("WH", lots=False, item="gtin", company="base.main_company", measure="available")
    assert stock.terms == Terms(
        Decimal(2), Decimal("0.1"), timedelta(minutes=30), ours_add_up=True, theirs_add_up=True, nothing_is_zero=True
    )
    assert parcels.sides == (Side(), Side("wms"))
    assert pickings.sides == (Side("odoo"), Side(partner="bigbox"))
    assert (pickings.terms.theirs_add_up, pickings.terms.nothing_is_zero) == (True, True)
    assert (invoices.sides, invoices.terms.settling) == ((Side(), Side()), timedelta(days=2))


def test_how_books_are_read(project: Project) -> None:
    connection = load(project(ROUTES + WMS + COMPARED, stock_dot_json="{}"), ENVIRON).applications["wms"].connection
    assert isinstance(connection, HttpConnection)
    stock, parcels = connection.books
    assert (stock.of, stock.asks, stock.numbered, len(stock.key), parcels.asks) == ("stock", False, True, 2, True)
    assert parcels.path({"key": "T/1", "name": ""}) == "/parcels/T%2F1"
    assert parcels.words == {"status": {"GONE": "delivered"}}
    assert parcels.lines is not None
    assert parcels.lines.values["ordered"]({"wanted": 3}) == 3


def reconciliation(**keys: str) -> str:
    return '\n[[reconciliation]]\nid = "wrong"\n' + "".join(f'{name} = "{value}"\n' for name, value in keys.items())


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"what": "orders"}, "nobody is named whose orders these are"),
        ({"what": "stock", "application": "odoo"}, "the gateway itself keeps no stock"),
        ({"what": "stock", "application": "odoo", "against": "wms", "partner": "bigbox"}, "not with both"),
        ({"what": "orders", "application": "odoo", "partner": "bigbox"}, "no document of a partner tells of orders"),
        ({"what": "pickings", "application": "odoo", "against": "wms"}, 'application "wms" has no books of pickings'),
        ({"what": "parcels", "application": "odoo"}, 'application "odoo" has no books of parcels'),
        ({"what": "parcels", "application": "wms", "partner": "bigbox"}, "it answers about what others have"),
        ({"what": "invoices", "application": "odoo"}, "name no other side"),
        ({"what": "shipments", "application": "odoo", "against": "odoo"}, "it answers about what others have"),
    ],
)
def test_sides_that_keep_no_such_books_are_complained_of(project: Project, keys: dict[str, str], why: str) -> None:
    (complaint,) = complaints(project, ROUTES + WMS + COMPARED + reconciliation(**keys))["R150"]
    assert why in complaint


@pytest.mark.parametrize(
    ("right", "wrong", "code", "why"),
    [
        ('against = "wms"', 'against = "wmss"', "R021", 'no application "wmss"'),
        ('\npartner = "bigbox"\nlines', '\npartner = "bigbx"\nlines', "R021", 'no partner "bigbx"'),
        ('entries = "items"', 'entries = "items["', "R092", "does not compile"),
        ('"lot"]', '"lot["]', "R092", "does not compile"),
        ('ordered = "wanted"', 'ordered = "a b"', "R092", "does not compile"),
        ('"/parcels/{{ key }}"', '"/parcels/{{ document }}"', "R091", 'no "document" here'),
        ("numbered = true", "numbered = false", "R097", "belong together"),
        ('of = "parcels"', 'of = "stock"', "R020", 'other books of "stock"'),
        ('schema = "stock.json"', 'schema = "none.json"', "R090", "cannot be read"),
        (
            'id = "parcels"\nwhat = "parcels"\napplication = "wms"',
            'id = "parcels"\nwhat = "invoices"',
            "R151",
            "nothing is compared",
        ),
    ],
)
def test_what_is_wrong_with_books_is_found_in_its_place(project: Project, right: str, wrong: str, code: str, why: str) -> None:
    assert right in WMS + COMPARED
    found = complaints(project, ROUTES + (WMS + COMPARED).replace(right, wrong))
    assert any(why in one for one in found[code])
