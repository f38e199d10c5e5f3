"""832 as canonical price catalogue, and back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, read, read_set, written
from translators.canonical.price_catalogue import PriceCatalogue
from translators.finding import Code

USD = {"currency": "USD"}
CATALOGUE: dict[str, Any] = {
    "number": "CAT-2026",
    "kind": "price_catalogue",
    "version": "2",
    "name": "SPRING",
    "purpose": "original",
    "currency": "USD",
    "effective": date(2026, 4, 1),
    "valid": {"end": date(2026, 9, 30)},
    "references": [{"kind": "contract", "number": "C-1"}],
    "seller": {"name": "NORDIC DC", "identifiers": {"duns": "123456789"}},
    "delivery_terms": {"payment": "prepaid"},
    "payment_terms": [{"kind": "basic", "days": 30}],
    "lines": [
        {
            "number": "1",
            "action": "change",
            "item": {"identifiers": {"upc": "036000291452", "seller": "W-1"}, "name": "WIDGET"},
            "price": {
                "kind": "catalogue", "amount": Decimal("99.99"), **USD, "basis": {"value": Decimal(1), "unit": "CS"},
                "valid": {"start": date(2026, 4, 1), "end": date(2026, 6, 30)}, "original_codes": {"class": "DI"},
            },
            "other_prices": [{"kind": "retail", "amount": Decimal(149), **USD}],
            "packaging": [{"per_package": {"value": Decimal(10)}, "measures": {"size": {"value": Decimal(1000), "unit": "EA"}}}],
            "valid": {"start": date(2026, 4, 1)},
            "lead_days": Decimal(5),
        },
        {"number": "2", "action": "delete", "item": {"identifiers": {"upc": "012345678905"}}},
    ],
    "totals": {"line_count": 2},
}  # fmt: skip


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_what_we_write_passes_our_own_validation_and_is_read_back(version: str) -> None:
    assert judged(PriceCatalogue.model_validate(CATALOGUE), "832", version) == ()


def test_a_catalogue_is_written_in_the_order_of_the_standard() -> None:
    rows = written(PriceCatalogue.model_validate(CATALOGUE), "832")
    assert rows[0] == "BCT*PC*CAT-2026*2******SPRING*00"
    price = rows.index("CTP*DI*CAT*99.99*1*CA")
    assert rows[price + 1 : price + 4] == ["DTM*007*20260401", "DTM*036*20260630", "CTP**RTL*149"]
    assert "G53*002" in rows
    assert rows[-1] == "CTT*2"


def test_the_first_price_is_what_an_item_costs() -> None:
    found = read_set("BCT*PC", "LIN*1*VN*A", "CTP**CAT*3", "CTP**RTL*5", kind="832", group="SC").canonical
    assert isinstance(found, PriceCatalogue)
    assert found.lines[0].price is not None
    assert found.lines[0].price.amount == 3
    assert [price.kind for price in found.lines[0].other_prices] == ["retail"]
    assert written(found, "832")[-2:] == ["CTP**CAT*3", "CTP**RTL*5"]


def test_a_catalogue_of_a_food_service_wholesaler() -> None:
    (document,) = read(corpus("832__kputnam-stupidedi__fail-1.edi"))
    found = document.canonical
    assert isinstance(found, PriceCatalogue)
    assert found.effective == date(2010, 1, 18)
    assert found.ordering_party is not None
    assert found.ordering_party.identifiers == {"partner": "9999999999"}
    assert [line.price.amount for line in found.lines if line.price] == [Decimal("99.99"), Decimal("9.9")]
    assert found.lines[0].valid is not None
    assert found.lines[0].valid.start == date(2010, 1, 18)
    assert found.lines[0].packaging[0].measures["unit_weight"].value == 12
    assert [one.expected for one in document.findings if one.code is Code.CONTROL_TOTAL] == ["2"]
    assert "PO4*10*1000*CA**U*12*CA" in written(found, "832")
