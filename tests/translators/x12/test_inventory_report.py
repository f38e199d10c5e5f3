"""846 as canonical inventory report, and back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators.canonical.inventory_report import InventoryReport, StockStatus
from translators.contract import Document
from translators.finding import Code

REPORT: dict[str, Any] = {
    "number": "IR-20260302",
    "kind": "distributor",
    "purpose": "original",
    "issued": datetime(2026, 3, 2, 6, 0, tzinfo=UTC),
    "as_of": datetime(2026, 3, 2, 5, 0, tzinfo=UTC),
    "currency": "USD",
    "references": [{"kind": "division", "number": "DVD"}],
    "seller": {"name": "NORDIC DC", "identifiers": {"duns": "123456789"}},
    "warehouse": {"name": "JOLIET", "identifiers": {"buyer": "0012"}},
    "lines": [
        {
            "number": "1",
            "item": {"identifiers": {"upc": "036000291452", "seller": "W-1"}, "name": "WIDGET"},
            "other_prices": [{"kind": "list", "amount": Decimal("9.25"), "currency": "USD"}],
            "lead_days": Decimal(3),
            "stock": [
                {
                    "status": "available",
                    "quantity": {"value": Decimal(8), "unit": "EA"},
                    "location": {"kind": "warehouse", "name": "CHICAGO"},
                    "as_of": date(2026, 3, 2),
                },
                {
                    "status": "available",
                    "quantity": {"value": Decimal(5), "unit": "EA"},
                    "location": {"kind": "warehouse", "name": "DALLAS"},
                    "expected": datetime(2026, 3, 4, 12, 0, tzinfo=UTC),
                },
                {"status": "on_order", "quantity": {"value": Decimal(40), "unit": "EA"}, "expected": date(2026, 3, 20)},
                {"status": "in_transit", "quantity": {"value": Decimal(7), "unit": "EA"}},
            ],
        },
        {
            "number": "2",
            "item": {"identifiers": {"upc": "012345678905"}},
            "stock": [
                {
                    "status": "available",
                    "original_codes": {"status": "SDQ"},
                    "quantity": {"value": Decimal(4), "unit": "EA"},
                    "location": {"identifiers": {"buyer": "0007"}},
                }
            ],
        },
    ],
    "totals": {"line_count": 2},
}


def report(*lines: str, version: str = "004010") -> Document:
    return read_set("BIA*00*DD*R1*20260302", *lines, kind="846", group="IB", version=version)


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_what_we_write_passes_our_own_validation_and_is_read_back(version: str) -> None:
    assert judged(InventoryReport.model_validate(REPORT), "846", version) == ()


def test_the_whole_is_added_up_from_its_places() -> None:
    rows = written(InventoryReport.model_validate(REPORT), "846")
    parts = ["SCH*8*EA*WH*CHICAGO*007*20260302", "SCH*5*EA*WH*DALLAS*017*20260304*1200"]
    assert rows[rows.index("QTY*33*13*EA") + 1 :][:2] == parts
    assert "QTY*63*40*EA" in rows
    assert "SDQ*EA*92*0007*4" in rows


def test_a_place_without_a_date_has_that_of_the_report() -> None:
    stock = {"status": "on_hand", "quantity": {"value": Decimal(1), "unit": "EA"}, "location": {"name": "X"}}
    line = {"item": {"identifiers": {"seller": "A"}}, "stock": [stock]}
    found = InventoryReport.model_validate({"number": "R1", "as_of": date(2026, 3, 2), "lines": [line]})
    assert written(found, "846")[-2:] == ["QTY*17*1*EA", "SCH*1*EA**X*007*20260302"]


def test_quantities_by_place_stand_for_their_sum() -> None:
    found = report("LIN*1*VN*A", "QTY*33*3*EA", "SCH*1*EA*WH*X*007*20260302", "SCH*2*EA*WH*Y*007*20260302").canonical
    assert isinstance(found, InventoryReport)
    line = found.lines[0]
    assert line.quantity_of(StockStatus.AVAILABLE) == 3
    assert [(one.location.name, one.as_of) for one in line.stock if one.location] == [
        ("X", date(2026, 3, 2)),
        ("Y", date(2026, 3, 2)),
    ]


def test_a_whole_that_is_not_the_sum_of_its_places_is_kept() -> None:
    document = report("LIN*1*VN*A", "QTY*33*9*EA", "SCH*1*EA*WH*X*007*20260302")
    assert isinstance(document.canonical, InventoryReport)
    assert [one.quantity.value for one in document.canonical.lines[0].stock if one.quantity] == [9, 1]
    rows = written(document.canonical, "846")
    assert rows[-2:] == ["QTY*33*9*EA", "SCH*1*EA*WH*X*007*20260302"]


def test_a_kind_of_quantity_without_a_word_keeps_its_code() -> None:
    document = report("LIN*1*VN*A", "QTY*QB*9*EA")
    assert isinstance(document.canonical, InventoryReport)
    (stock,) = document.canonical.lines[0].stock
    assert (stock.status, stock.original_codes) == ("other", {"status": "QB"})
    assert written(document.canonical, "846")[-1] == "QTY*QB*9*EA"


def test_wrong_counts_are_found() -> None:
    document = report("LIN*1*VN*A", "QTY*33*9*EA", "CTT*2")
    assert [(found.code, found.expected) for found in document.findings] == [(Code.CONTROL_TOTAL, "1")]


def test_a_report_of_a_film_distributor_comes_back_segment_by_segment() -> None:
    data = corpus("846__eskrano-php-edi-coedition__846-sample.edi")
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, InventoryReport)
    assert found.number == "130402"
    assert found.as_of == date(2013, 4, 2)
    lion_king = found.lines[4]
    assert lion_king.item.identifiers["upc"] == "786936812459"
    assert lion_king.quantity_of(StockStatus.AVAILABLE) == 233
    assert {one.location.name: one.quantity.value for one in lion_king.stock if one.location and one.quantity}["CHICAGO"] == 194
    assert [(extra.path, extra.value) for extra in found.extras] == [("REF", "FI**DVD")]
    lost = missing(segments(data, element="|", terminator="\n"), written(found, "846"))
    assert [row.partition("*")[0] for row in lost] == ["BIA"]  # hundredths of a second


def test_a_report_of_a_contract_manufacturer_has_its_units_from_a_segment_of_their_own() -> None:
    (document,) = read(corpus("846__inteligenz-x12parser___846-Example1.txt"))
    found = document.canonical
    assert isinstance(found, InventoryReport)
    assert found.as_of == datetime(2004, 8, 11, 23, 0, tzinfo=UTC)
    assert found.lines[0].item.identifiers["buyer"] == "46L5055"
    assert [(one.status, one.quantity.value, one.quantity.unit) for one in found.lines[0].stock if one.quantity] == [
        ("other", 5250, "EA"),
        ("blocked", 100, "EA"),
        ("other", 50, "EA"),
        ("received", 75, "EA"),
    ]
