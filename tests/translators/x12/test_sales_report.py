"""852 as canonical sales report, and back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators.canonical.sales_report import SalesReport
from translators.contract import Document

REPORT: dict[str, Any] = {
    "kind": "H",
    "period": {"start": date(2026, 2, 23), "end": date(2026, 3, 1)},
    "references": [{"kind": "seller_number", "number": "V-17"}],
    "contacts": [{"function": "sales", "name": "J SMITH", "telephone": "3125550100"}],
    "buyer": {"name": "BIGBOX STORES", "identifiers": {"duns": "123456789"}, "references": [{"kind": "store", "number": "0007"}]},
    "lines": [
        {
            "number": "1",
            "item": {"identifiers": {"upc": "036000291452", "seller": "W-1"}},
            "other_prices": [{"kind": "retail", "amount": Decimal("12.99")}],
            "other_quantities": {"on_hand": {"value": Decimal(1000), "unit": "EA"}},
            "activities": [
                {
                    "kind": "sold",
                    "quantity": {"value": Decimal(9), "unit": "EA"},
                    "location": {"identifiers": {"buyer": "0007"}},
                },
                {
                    "kind": "sold",
                    "quantity": {"value": Decimal(4), "unit": "EA"},
                    "location": {"identifiers": {"buyer": "0012"}},
                },
                {"kind": "on_hand", "quantity": {"value": Decimal(55), "unit": "EA"}, "as_of": date(2026, 3, 1)},
                {
                    "kind": "on_order",
                    "quantity": {"value": Decimal(24), "unit": "EA"},
                    "references": [{"kind": "order", "number": "PO-4711"}],
                    "other_quantities": {"discrete": {"value": Decimal(2)}},
                },
            ],
        }
    ],
    "totals": {"line_count": 1},
}


def report(*lines: str) -> Document:
    return read_set("XQ*H*20260223*20260301", "LIN*1*VN*A", *lines, kind="852", group="PD")


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_what_we_write_passes_our_own_validation_and_is_read_back(version: str) -> None:
    assert judged(SalesReport.model_validate(REPORT), "852", version) == ()


def test_sales_by_store_are_written_behind_each_other() -> None:
    rows = written(SalesReport.model_validate(REPORT), "852")
    assert rows[0] == "XQ*H*20260223*20260301"
    assert rows[rows.index("ZA*QS") + 1] == "SDQ*EA*92*0007*9*0012*4"
    assert "ZA*QP*24*EA***PO*PO-4711" in rows


def test_stores_stand_for_their_sum() -> None:
    found = report("ZA*QS*13*EA", "SDQ*EA*92*0007*9*0012*4").canonical
    assert isinstance(found, SalesReport)
    assert [one.quantity.value for one in found.lines[0].activities if one.quantity] == [9, 4]


def test_a_whole_that_is_not_the_sum_of_its_stores_is_kept() -> None:
    found = report("ZA*QS*99*EA", "SDQ*EA*92*0007*9*0012*4").canonical
    assert isinstance(found, SalesReport)
    assert [one.quantity.value for one in found.lines[0].activities if one.quantity] == [99, 9, 4]
    assert written(found, "852")[-2:] == ["ZA*QS*99*EA", "SDQ*EA*92*0007*9*0012*4"]


def test_an_activity_without_a_word_keeps_its_code() -> None:
    found = report("ZA*QC*3*EA").canonical
    assert isinstance(found, SalesReport)
    (activity,) = found.lines[0].activities
    assert (activity.kind, activity.original_codes) == ("other", {"kind": "QC"})
    assert written(found, "852")[-1] == "ZA*QC*3*EA"


def test_a_report_of_a_distributor() -> None:
    data = corpus("852__inteligenz-x12parser__hdexchange.txt")
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, SalesReport)
    assert found.period is not None
    assert found.period.start == date(1999, 12, 5)
    first, second = found.lines
    assert first.other_quantities["on_hand"].value == 1000
    assert [(one.kind, one.quantity.value) for one in first.activities if one.quantity] == [("on_hand", 1000), ("on_order", 100)]
    assert [one.kind for one in second.activities] == ["on_hand", "received", "sold"]
    assert {extra.path for extra in (*found.extras, *first.extras)} == {"XPO", "LIN/CTP/09"}
    assert {row[:3] for row in missing(segments(data, terminator="^"), written(found, "852"))} <= {"LIN", "ZA*"}
