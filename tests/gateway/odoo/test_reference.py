"""What routes look up in Odoo, against the simulators: found as orders find it, in one call for all, dropped when it changes."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.reference import OdooReference
from gateway.domain.application import OdooConnection
from gateway.domain.lookup import FIELDS, Missing, Question
from gateway.domain.odoo_tables import Tables
from gateway.simulators.odoo import Account, OdooSimulator

SEED = {
    "companies": [{"name": "West", "code": "WE", "external_id": "base.west"}],
    "pricelists": [{"currency": "EUR"}],
    "products": [
        {"default_code": "ANVIL", "barcode": "5790000000012", "name": "Anvil", "list_price": 100.0},
        {"default_code": "TWIN", "name": "One"},
        {"default_code": "TWIN", "name": "Two"},
        {"default_code": "WIDE", "name": "East's", "company_id": 1},
        {"default_code": "WIDE", "name": "West's", "company_id": 2},
    ],
    "partners": [{"name": "BigBox", "ref": "CUST-7", "vat": "DK12345678"}, {"name": "Eurobox", "ref": "EU", "currency": "EUR"}],
}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["17", "19", "19-json-2"])
async def simulator(request: pytest.FixtureRequest) -> AsyncIterator[OdooSimulator]:
    async with OdooSimulator(version=int(request.param[:2]), seed=SEED) as one:
        one.odoo.add_account(Account("admin", "admin", groups=("products", "contacts")))
        yield one


@pytest.fixture
async def reference(request: pytest.FixtureRequest, simulator: OdooSimulator, clock: Clock) -> AsyncIterator[OdooReference]:
    protocol: Any = "json-2" if "json-2" in request.node.callspec.id else "json-rpc"
    tables = Tables(products={"bigbox/THEIRS": "ANVIL"})
    one = OdooReference(OdooConnection(simulator.url, "odoo", "edi", "key", protocol=protocol, tables=tables), clock=clock)
    yield one
    await one.close()


@pytest.fixture
async def people(simulator: OdooSimulator) -> AsyncIterator[OdooClient]:
    client = OdooClient(url=simulator.url, database="odoo", login="admin", api_key="admin")
    yield client
    await client.close()


def item(code: str, scheme: str = "seller", **changes: Any) -> Question:
    about = {"of": {"identifiers": {scheme: code}}, **changes}
    company = about.pop("company", "")
    return Question("odoo", changes.get("record", "product"), "bigbox", json.dumps(about), company)


def price(code: str, customer: str | None = None, quantity: str = "1") -> Question:
    about: dict[str, Any] = {"of": {"identifiers": {"seller": code}}, "quantity": {"value": quantity}}
    about |= {"customer": {"identifiers": {"seller": customer}}} if customer else {}
    return Question("odoo", "price", "bigbox", json.dumps(about))


async def test_products_are_found_as_orders_find_them_in_one_call(reference: OdooReference, simulator: OdooSimulator) -> None:
    questions = [item("ANVIL"), item("THEIRS", "buyer"), item("5790000000012", "gtin"), item("NONE"), item("TWIN")]
    simulator.odoo.calls.clear()
    answers = await reference.answers(questions)
    for one in questions[:3]:
        answer = answers[one]
        assert not isinstance(answer, Missing)
        assert (answer["code"], answer["name"], answer["unit"], answer["list_price"]) == ("ANVIL", "Anvil", "Units", "100")
        assert set(answer) == set(FIELDS["product"])
    assert [answers[one].code for one in questions[3:]] == ["product-unknown", "product-ambiguous"]  # type: ignore[union-attr]
    calls = simulator.odoo.calls
    assert calls["product.product.read"] == 1


async def test_a_customer_is_told_with_what_the_site_knows(reference: OdooReference) -> None:
    question = Question("odoo", "customer", "bigbox", json.dumps({"of": {"identifiers": {"seller": "CUST-7"}, "name": "x"}}))
    answer = (await reference.answers([question]))[question]
    assert not isinstance(answer, Missing)
    assert (answer["reference"], answer["name"], answer["vat"]) == ("CUST-7", "BigBox", "DK12345678")
    assert set(answer) == set(FIELDS["customer"])


async def test_a_price_follows_the_customers_pricelist_and_the_quantity(
    reference: OdooReference, simulator: OdooSimulator, people: OdooClient
) -> None:
    (pricelist,) = await people.call("product.pricelist", "search", [[["name", "=", "EUR"]]])
    rule = {"pricelist_id": pricelist, "applied_on": "3_global", "compute_price": "fixed"}
    for least, fixed in ((0, 90.0), (10, 80.0)):
        simulator.odoo.database.insert("product.pricelist.item", {**rule, "min_quantity": least, "fixed_price": fixed})
    simulator.odoo.database.commit()
    questions = [price("ANVIL"), price("ANVIL", "EU"), price("ANVIL", "EU", "12")]
    answers = await reference.answers(questions)
    assert [answers[one] for one in questions] == [
        {"amount": "100", "currency": "USD"},
        {"amount": "90", "currency": "EUR"},
        {"amount": "80", "currency": "EUR"},
    ]


async def test_what_is_known_is_not_asked_again_until_it_is_old(
    reference: OdooReference, simulator: OdooSimulator, clock: Clock
) -> None:
    await reference.answers([item("ANVIL")])
    simulator.odoo.calls.clear()
    await reference.answers([item("ANVIL")])
    assert sum(simulator.odoo.calls.values()) == 0
    clock.now = 301.0
    await reference.answers([item("ANVIL")])
    assert simulator.odoo.calls["product.product.read"] == 1


async def test_a_change_in_odoo_is_seen_before_what_is_known_is_old(
    reference: OdooReference, people: OdooClient, clock: Clock
) -> None:
    await reference.answers([item("ANVIL"), price("ANVIL")])
    (product,) = await people.call("product.product", "search", [[["default_code", "=", "ANVIL"]]])
    await people.call("product.product", "write", [[product], {"name": "Anvil, forged", "list_price": 110.0}])
    clock.now = 16.0
    answers = await reference.answers([item("ANVIL"), price("ANVIL")])
    assert answers[item("ANVIL")]["name"] == "Anvil, forged"  # type: ignore[index]
    assert answers[price("ANVIL")]["amount"] == "110"  # type: ignore[index]


async def test_what_did_not_change_stays_known(reference: OdooReference, simulator: OdooSimulator, clock: Clock) -> None:
    await reference.answers([item("ANVIL")])
    simulator.odoo.calls.clear()
    for moment in (16.0, 32.0, 48.0):
        clock.now = moment
        await reference.answers([item("ANVIL")])
    assert simulator.odoo.calls["product.product.read"] <= 1  # once more for what was written in the second of the first look


async def test_a_record_made_now_is_found_now(reference: OdooReference, people: OdooClient) -> None:
    assert isinstance((await reference.answers([item("NEW")]))[item("NEW")], Missing)
    await people.call("product.product", "create", [{"name": "New", "default_code": "NEW", "uom_id": 1}])
    assert (await reference.answers([item("NEW")]))[item("NEW")]["name"] == "New"  # type: ignore[index]


async def test_two_companies_never_answer_for_each_other(reference: OdooReference) -> None:
    questions = [item("WIDE", company=company) for company in ("base.main_company", "base.west", "")]
    answers = await reference.answers(questions)
    assert [answers[one]["name"] for one in questions] == ["East's", "West's", "East's"]  # type: ignore[index]
