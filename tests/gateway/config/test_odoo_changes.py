"""[application.changes]: what is watched of an Odoo database."""

from datetime import timedelta
from decimal import Decimal

import pytest

from gateway.config import lint, load
from gateway.domain.application import OdooConnection
from gateway.domain.odoo_changes import ChangeTerms, Publication, StockReport
from gateway.domain.token import hash_token
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

HASH = hash_token("0123456789abcdef")
AGREED = """
[[agreement]]
id = "{document}"
partner = "bigbox"
direction = "out"
document = "{document}"
format = "x12/004010/{type}"
channel = "bigbox-folder"
expect = []
"""
AGREEMENTS = "".join(
    AGREED.format(document=document, type=type_)
    for document, type_ in (("inventory_report", "846"), ("warehouse_order", "940"), ("price_catalogue", "832"))
)


def _routes(changes: str, agreements: str = AGREEMENTS) -> str:
    connection = 'api_key = "${ODOO_KEY}"\n'
    assert ROUTES.count(connection) == 1
    return ROUTES.replace(connection, f"{connection}\n[application.changes]\n{changes}\n") + agreements


def _terms(project: Project, changes: str) -> ChangeTerms | None:
    connection = load(project(_routes(changes)), {**ENVIRON, "HINT": HASH}).applications["odoo"].connection
    assert isinstance(connection, OdooConnection)
    return connection.changes


def _codes(project: Project, changes: str, agreements: str = AGREEMENTS) -> list[tuple[str, str]]:
    items = lint(project(_routes(changes, agreements)), {**ENVIRON, "HINT": HASH}).items
    return [(item.code, item.message) for item in items if item.code not in {"R061", "R022"}]


def test_nothing_is_watched_unless_it_is_said(project: Project) -> None:
    connection = load(project(ROUTES), ENVIRON).applications["odoo"].connection
    assert isinstance(connection, OdooConnection)
    assert connection.changes is None


def test_an_empty_table_watches_everything(project: Project) -> None:
    assert _terms(project, "") == ChangeTerms()


def test_everything_can_be_said(project: Project) -> None:
    terms = _terms(
        project,
        """
        watch = ["orders", "deliveries"]
        every = "30s"
        window = "5m"
        page = 500
        company = "base.main_company"
        partners = { bigbox = "ref:BB" }
        warehouses = { WH = "bigbox" }
        hint_hashes = ["${HINT}"]
        [[application.changes.stock]]
        partner = "bigbox"
        every = "4h"
        warehouses = ["WH"]
        by_location = true
        show = "all"
        buffer = 5
        [[application.changes.publish]]
        partner = "bigbox"
        records = ["items", "units", "items"]
        every = "15m"
        warehouses = ["WH"]
        """,
    )
    assert terms == ChangeTerms(
        watch=("orders", "deliveries"),
        every=timedelta(seconds=30),
        window=timedelta(minutes=5),
        page=500,
        company="base.main_company",
        partners={"bigbox": "ref:BB"},
        warehouses={"WH": "bigbox"},
        stock=(StockReport("bigbox", timedelta(hours=4), ("WH",), by_location=True, show="all", buffer=Decimal(5)),),
        publications=tuple(
            Publication("bigbox", what, timedelta(minutes=15), timedelta(days=7), ("WH",)) for what in ("items", "units")
        ),
        hint_hashes=(HASH,),
    )


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ('watch = ["quotations"]', "R005", "quotations"),
        ('every = "100ms"', "R005", "more than once a second"),
        ('window = "10s"', "R110", "more than 10 s"),
        ('partners = { nobody = "ref:X" }', "R021", 'no partner "nobody"'),
        ('partners = { bigbox = "id:x" }', "R005", "names no record"),
        ('partners = { bigbox = "name:x" }', "R005", "names no record"),
        ('warehouses = { WH = "bigbocks" }', "R021", 'no partner "bigbocks"'),
        ('stock = [{ partner = "bigbocks" }]', "R021", 'no partner "bigbocks"'),
        ('stock = [{ partner = "bigbox", every = "2d" }]', "R005", "at least once a day"),
        ('publish = [{ partner = "bigbocks", records = ["catalogue"] }]', "R021", 'no partner "bigbocks"'),
        ('publish = [{ partner = "bigbox", records = ["lots"] }]', "R111", "no agreement about a lot_master"),
        ('publish = [{ partner = "bigbox", records = ["catalogue"], every = "2d" }]', "R005", "at least once a day"),
        ('publish = [{ partner = "bigbox", records = ["catalogue"], every = "24h", full = "1h" }]', "R005", "more often"),
        ('publish = [{ partner = "bigbox", records = [] }]', "R005", "records"),
        ('publish = [{ partner = "bigbox", records = ["people"] }]', "R005", "people"),
        (f'hint_hashes = ["{HASH}"]', "R013", "stands here in the open"),
        ("pages = 3", "R003", "pages"),
    ],
)
def test_each_fault_is_found(project: Project, changes: str, code: str, message: str) -> None:
    found = _codes(project, changes)
    assert [one for one, _ in found] == [code]
    assert message in found[0][1]


def test_what_nobody_agreed_is_no_use(project: Project) -> None:
    found = _codes(project, 'warehouses = { WH = "bigbox" }\nstock = [{ partner = "bigbox" }]', agreements="")
    assert [code for code, _ in found] == ["R111", "R111"]
    assert "warehouse_order" in found[0][1]
    assert "inventory_report" in found[1][1]


def test_a_hash_that_is_none_is_refused(project: Project) -> None:
    items = lint(project(_routes('hint_hashes = ["${HINT}"]')), {**ENVIRON, "HINT": "secret"}).items
    assert "R005" in [item.code for item in items]
