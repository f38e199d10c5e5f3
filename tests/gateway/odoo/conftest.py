"""Purchase orders in their JSON form, as the connector gets them."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest

from gateway.applications.odoo.mapping import read_order
from gateway.applications.odoo.order import Problem, SaleOrder
from gateway.applications.odoo.tables import Tables
from translators.canonical.purchase_order import PurchaseOrder

Document = dict[str, Any]


@pytest.fixture
def line() -> Callable[..., Document]:
    def make(number: str | None = "1", **changes: Any) -> Document:
        parts: Document = {
            "number": number,
            "item": {"identifiers": {"seller": "ANVIL"}},
            "quantity": {"value": "3", "unit": "EA"},
            "price": {"amount": "9.95"},
        }
        return {name: value for name, value in (parts | changes).items() if value is not None}

    return make


@pytest.fixture
def document(line: Callable[..., Document]) -> Callable[..., Document]:
    def make(**changes: Any) -> Document:
        parts: Document = {
            "number": "4711",
            "buyer": {"identifiers": {"gln": "5790000000012"}, "name": "BigBox"},
            "lines": [line()],
        }
        wanted = {name: value for name, value in (parts | changes).items() if value is not None}
        made: Document = orjson.loads(PurchaseOrder.model_validate(wanted).to_json())
        return made

    return make


@pytest.fixture
def read() -> Callable[..., Any]:
    def make(document: Mapping[str, Any], **changes: Any) -> SaleOrder | tuple[Problem, ...]:
        settings: Document = {"key": "purchase_order_1", "partner": "bigbox", "test": False, "options": {}, "tables": Tables()}
        return read_order(document, **(settings | changes))

    return make
