"""861 as canonical receiving advice, and back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import judged, read_set, written
from translators.canonical import model_of
from translators.finding import Code


def quantity(value: int) -> dict[str, Any]:
    """So many each."""
    return {"value": Decimal(value), "unit": "EA"}


ADVICE: dict[str, Any] = {
    "number": "RA-1",
    "purpose": "original",
    "issued": date(2026, 3, 5),
    "kind": "1",
    "received": date(2026, 3, 4),
    "order": {"number": "PO-1", "issued": date(2026, 2, 20)},
    "despatch": {"number": "SHP-1"},
    "shipment": {"bill_of_lading": "BOL-1"},
    "transport": [{"carrier": {"identifiers": {"scac": "ABCD"}}, "mode": "road"}],
    "ship_to": {"name": "BIGBOX DC 12", "identifiers": {"buyer": "0012"}},
    "ship_from": {"name": "NORDIC DC", "identifiers": {"duns": "123456789"}},
    "lines": [
        {
            "number": "1",
            "item": {"identifiers": {"upc": "036000291452", "buyer": "B-1"}, "name": "WIDGET"},
            "quantity": quantity(10),
            "despatched": quantity(12),
            "order": {"number": "PO-1", "line": "1"},
            "conditions": [
                {"status": "damaged", "quantity": quantity(1)},
                {"status": "short", "quantity": quantity(2)},
                {"status": "other", "original_codes": {"status": "04"}, "quantity": quantity(1)},
            ],
        },
        {"number": "2", "item": {"identifiers": {"seller": "V-2"}}, "quantity": quantity(5)},
    ],
    "totals": {"line_count": 2, "quantity": Decimal(15)},
}


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_a_full_advice_is_valid_and_comes_back_the_same(version: str) -> None:
    assert judged(model_of("receiving_advice").model_validate(ADVICE), "861", version) == ()


def test_what_is_wrong_stands_beside_what_was_received() -> None:
    rows = written(model_of("receiving_advice").model_validate(ADVICE), "861")
    assert "RCD*1*10*EA***1*EA*01*2*EA*02*1*EA*04" in rows
    assert "SN1**12*EA" in rows


def test_a_count_that_does_not_fit_is_found() -> None:
    rows = written(model_of("receiving_advice").model_validate(ADVICE), "861")
    document = read_set(*rows[:-1], "CTT*3*15", kind="861", group="RC")
    assert [one.actual for one in document.findings if one.code is Code.CONTROL_TOTAL] == ["3"]


def test_a_quantity_in_question_without_a_condition_is_kept() -> None:
    document: Any = read_set(
        "BRA*RA-1*20260305*00*1", "DTM*050*20260304", "RCD*1*10*EA***3*EA", "LIN**VN*A", kind="861", group="RC"
    ).canonical
    assert [(one.path, one.value) for one in document.lines[0].extras] == [("RCD/RCD/06", "3"), ("RCD/RCD/07/1", "EA")]
