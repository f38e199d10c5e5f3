"""[application.tables], the protocol, the rule lookup, and the actions that Odoo has."""

from decimal import Decimal
from pathlib import Path

import pytest

from gateway.config import lint, load
from gateway.domain.application import OdooConnection
from gateway.domain.document_path import parse_path
from gateway.domain.lookup_rule import LookupRule
from gateway.domain.odoo_actions import ACTIONS
from gateway.domain.odoo_tables import Rounding, Tables
from tests.gateway.config.conftest import ENVIRON, ROUTES, Project

CONNECTION = 'api_key = "${ODOO_KEY}"\n'
RULES = "rules = ["


def with_tables(tables: str, more: str = "") -> str:
    assert ROUTES.count(CONNECTION) == 1
    return ROUTES.replace(CONNECTION, f"{CONNECTION}{more}\n[application.tables]\n{tables}\n")


def with_rule(rule: str) -> str:
    assert ROUTES.count(RULES) == 1
    return ROUTES.replace(RULES, f"{RULES}\n  {rule},")


def connection(project: Project, routes: str) -> OdooConnection:
    found = load(project(routes), ENVIRON).applications["odoo"].connection
    assert isinstance(found, OdooConnection)
    return found


def complaints(project: Project, routes: str) -> list[tuple[str, str]]:
    return [(item.code, item.message) for item in lint(project(routes), ENVIRON).items if item.severity == "error"]


def test_without_a_word_there_are_no_tables(project: Project) -> None:
    found = connection(project, ROUTES)
    assert (found.tables, found.protocol, found.gln_field, found.remember) == (Tables(), "json-rpc", None, 300.0)


def test_entries_stand_in_the_table_itself(project: Project) -> None:
    said = """
    products = { "bigbox/A1" = "ANVIL" }
    units = { CS = "packaging:Case", EA = "uom.product_uom_unit", PK = "*" }
    factors = { "ANVIL/CS" = "12" }
    customers = { bigbox = "ref:CUST", "gln:5790000000012" = "sales.bigbox", x = "id:7" }
    pricelists = { EUR = "sales.eur" }
    taxes = { "S/25" = "account.vat_25" }
    warehouses = { "gln:5790000000029" = "WH", east = "code:E", west = "stock.west" }
    carriers = { "UPSN/2nd day" = "delivery.ups2", "*" = "id:3" }
    payment_terms = { "30" = "account.days_30" }
    rounding = { mode = "up", decimals = 0 }
    """
    found = connection(project, with_tables(said, 'protocol = "json-2"\ngln_field = "x_gln"\nremember = "1m"'))
    tables = found.tables
    assert (found.protocol, found.gln_field, found.remember) == ("json-2", "x_gln", 60.0)
    assert tables.products == {"bigbox/A1": "ANVIL"}
    assert tables.factors == {"ANVIL/CS": Decimal(12)}
    assert tables.rounding == Rounding("up", 0)
    assert tables.carriers["*"] == "id:3"
    assert tables.warehouses["east"] == "code:E"


def test_or_in_a_file_that_a_table_names(project: Project) -> None:
    path = project(with_tables('products = "sku"\nfactors = "packs"') + TABLES)
    write(path.parent, "sku.csv", "theirs,ours\nbigbox/A1,ANVIL\n")
    write(path.parent, "packs.csv", "item and unit,pieces\nANVIL/CS,12\n")
    found = load(path, ENVIRON).applications["odoo"].connection
    assert isinstance(found, OdooConnection)
    assert (found.tables.products, found.tables.factors) == ({"bigbox/A1": "ANVIL"}, {"ANVIL/CS": Decimal(12)})
    assert not [item for item in lint(path, ENVIRON).items if item.code == "R022" and "packs" in item.message]


TABLES = '\n[[table]]\nid = "packs"\nfile = "packs.csv"\n'


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ('products = "skew"', "R021", 'no table "skew"'),
        ('units = { CS = "case" }', "R112", '"case" for "CS" names no record'),
        ('units = { CS = "packaging:" }', "R112", "packaging:<name>"),
        ('customers = { bigbox = "ref:" }', "R112", "ref:<reference>"),
        ('pricelists = { EUR = "id:7" }', "R112", "module.name"),
        ('taxes = { "S/25" = "25" }', "R112", "id:<number>"),
        ('warehouses = { east = "ref:WH" }', "R112", "its code"),
        ('carriers = { UPSN = "id:UPS" }', "R112", "id:<number>"),
        ('factors = { "ANVIL/CS" = "a dozen" }', "R113", "no number above zero"),
        ('factors = { "ANVIL/CS" = "0" }', "R113", "no number above zero"),
        ('factors = { "ANVIL" = "12" }', "R113", "no product and unit"),
        ("rounding = { decimals = 9 }", "R005", ""),
    ],
)
def test_what_can_mean_nothing_is_complained_of(project: Project, said: str, code: str, words: str) -> None:
    found = complaints(project, with_tables(said))
    assert [one for one, _ in found] == [code]
    assert words in found[0][1]


def test_what_is_wrong_in_a_file_is_complained_of_where_it_is_named(project: Project) -> None:
    path = project(with_tables('factors = "packs"') + TABLES)
    write(path.parent, "packs.csv", "item and unit,pieces\nANVIL/CS,many\n")
    assert [item.code for item in lint(path, ENVIRON).items if item.severity == "error"] == ["R113"]


class TestActions:
    @pytest.mark.parametrize("action", ACTIONS)
    def test_what_odoo_can_be_asked(self, project: Project, action: str) -> None:
        assert complaints(project, ROUTES.replace('as = "sale_order"', f'as = "{action}"')) == []

    def test_what_it_cannot_is_refused_with_a_guess(self, project: Project) -> None:
        routes = ROUTES.replace('as = "sale_order"', 'as = "sale_ordre"')
        (item,) = [one for one in lint(project(routes), ENVIRON).items if one.code == "R093"]
        assert 'did you mean "sale_order"' in item.message


class TestLookups:
    RULE = '{ lookup = "lines[].item.name", in = "odoo", record = "product", field = "name" }'

    def rule(self, project: Project, text: str) -> LookupRule:
        (found,) = [
            rule
            for route in load(project(with_rule(text)), ENVIRON).routes
            for rule in route.rules
            if isinstance(rule, LookupRule)
        ]
        return found

    def test_an_item_is_looked_up_by_itself(self, project: Project) -> None:
        assert self.rule(project, self.RULE) == LookupRule(
            parse_path("lines[].item.name"), parse_path("lines[].item"), "odoo", "product", "name"
        )

    def test_a_customer_is_the_buyer_and_a_price_is_his(self, project: Project) -> None:
        customer = self.rule(
            project,
            '{ lookup = "buyer.name", in = "odoo", record = "customer", field = "name", '
            'company = "base.west", otherwise = "keep" }',
        )
        assert (str(customer.source), customer.company, customer.keep) == ("buyer", "base.west", True)
        price = self.rule(
            project,
            '{ lookup = "lines[].price.amount", in = "odoo", record = "price", field = "amount", default = "0" }',
        )
        assert (str(price.source), str(price.customer), str(price.quantity)) == ("lines[].item", "buyer", "lines[].quantity")
        assert price.default == "0"

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ('field = "name"', 'field = "colour"', "R114"),
            ('in = "odoo"', 'in = "odo"', "R021"),
            ('lookup = "lines[].item.name"', 'lookup = "lines[].item.nam"', "R054"),
            ('lookup = "lines[].item.name"', 'lookup = "buyer.name"', "R055"),
            ('field = "name"', 'field = "name", default = "x", otherwise = "keep"', "R005"),
            ('field = "name"', 'field = "name", otherwise = "failure:nobody"', "R021"),
            ('record = "product"', 'record = "colour"', "R005"),
        ],
    )
    def test_what_cannot_be_is_complained_of(self, project: Project, old: str, new: str, code: str) -> None:
        assert code in [one for one, _ in complaints(project, with_rule(self.RULE.replace(old, new)))]

    def test_documents_that_go_out_look_nothing_up(self, project: Project) -> None:
        routes = with_rule(self.RULE).replace('id = "orders"\n', 'id = "orders"\ndirection = "out"\n')
        assert routes != with_rule(self.RULE)
        assert "R114" in [one for one, _ in complaints(project, routes)]
