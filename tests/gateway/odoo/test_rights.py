"""The access rights that actions need, as the page says them; and that a user with just these is enough."""

import re
import uuid
from pathlib import Path
from typing import Any

import pytest

from gateway.applications.odoo import OdooApplication
from gateway.applications.odoo.bulk_books import READ_BY_BOOKS, for_books
from gateway.domain.application import OdooConnection
from gateway.ports import ApplicationCall, OutcomeKind
from gateway.simulators.odoo import OdooSimulator

PAGE = Path(__file__).parents[3] / "docs/how-to/odoo.md"
NAMES = (
    "sale_order",
    "sale_order_change",
    "picking",
    "purchase_confirmation",
    "expected_receipt",
    "inventory_adjustment",
    "vendor_bill",
    "return",
    "remittance",
    "transport_status",
    "invoice_request",
)


def application(url: str = "http://127.0.0.1:9", used: tuple[str, ...] = NAMES) -> OdooApplication:
    return OdooApplication("odoo", OdooConnection(url, "odoo", "edi", "key"), used=used)


def stated() -> dict[str, set[tuple[str, str]]]:
    """The table of the page: `read, write sale.order; create stock.lot, stock.package`."""
    found: dict[str, set[tuple[str, str]]] = {}
    for name, rights in re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        if "." not in rights or name in found:
            continue
        pairs = set()
        for part in rights.split(";"):
            words = [word.strip(", ") for word in part.split()]
            operations = [word for word in words if "." not in word]
            pairs |= {(model, operation) for model in words if "." in model for operation in operations}
        found[name] = pairs
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_the_rights_of_each_action(name: str) -> None:
    assert stated()[name] == set(application()._actions[name].rights)


def test_the_page_names_all_actions() -> None:
    assert tuple(application()._actions) == NAMES
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in NAMES)


@pytest.mark.parametrize("version", [17, 19])
async def test_the_doctor_asks_for_the_rights_of_the_actions_in_use_only(version: int) -> None:
    async with OdooSimulator(version=version) as simulator:
        one = application(simulator.url, ("picking", "vendor_bill", "something"))
        results = {name: (ok, remedy) for name, ok, _, remedy in await one.check()}
        await one.close()
    package = "stock.package" if version >= 19 else "stock.quant.package"
    assert results[f"odoo: may create {package}"] == (True, "")
    assert results["odoo: may create account.move"] == (
        False,
        "Give the gateway's user the right to create account.move in Odoo: vendor_bill needs it.",
    )
    assert "odoo: may create sale.order" not in results


async def test_an_action_that_there_is_none_of_names_those_there_are() -> None:
    one = application()
    call: dict[str, Any] = {"action": "sale_ordre", "partner": "p", "document": {}, "idempotency_key": "k", "attempt": 1}
    (outcome,) = await one.deliver([ApplicationCall(delivery=uuid.uuid4(), test=False, options={}, **call)])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "action-unsupported")
    assert "'sale_order', 'sale_order_change', 'picking'" in outcome.message


def test_the_page_names_the_rights_of_what_is_compared() -> None:
    page = (PAGE.parent / "reconciliation.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| `(\w+)` \| ((?:[a-z]+\.[a-z.]+(?:, )?)+) \|$", page, re.MULTILINE))
    usual = {"product.product", "uom.uom"}
    assert {what: set(models.split(", ")) | usual for what, models in stated.items()} == {
        what: set(models) for what, models in READ_BY_BOOKS.items()
    }
    assert next(iter(for_books(["stock", "parcels"]))) == ("stock.quant", "[[reconciliation]] of stock")
