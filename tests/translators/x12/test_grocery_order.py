"""875 as canonical purchase orders, and back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import Document
from translators.finding import Code
from translators.x12.sets import codes

CASES = {"unit": "CS"}
ORDER: dict[str, Any] = {
    "number": "59590001",
    "purpose": "original",
    "kind": "stand_alone",
    "issued": date(2026, 3, 2),
    "requested_delivery": date(2026, 3, 10),
    "latest_delivery": date(2026, 3, 12),
    "other_dates": {"cancel_after": date(2026, 3, 20)},
    "references": [{"kind": "department", "number": "38"}],
    "contacts": [{"function": "purchasing", "name": "A SMITH", "telephone": "3102569388"}],
    "texts": [{"purpose": "general", "lines": ["CALL FOR SHORTAGES", "BEFORE SHIPPING"]}],
    "delivery_terms": {"payment": "collect"},
    "transport": [{"mode": "pick_up", "text": "OUR TRUCK"}],
    "payment_terms": [{"kind": "basic", "basis": "invoice", "discount_percent": Decimal(2), "discount_days": 10, "days": 30}],
    "bill_to": {
        "name": "GROCERS UNITED",
        "identifiers": {"duns": "0063333040005"},
        "original_codes": {"identifier": "9"},
        "address": {"lines": ["PO BOX 11111"], "city": "LOS ANGELES", "region": "CA", "postal_code": "90025"},
    },
    "ship_to": {"name": "MECHANISED WAREHOUSE", "identifiers": {"duns": "123456789"}},
    "allowances_charges": [
        {"charge": False, "code": "64", "settlement": "02", "rate": Decimal("0.10"), "quantity": {"value": Decimal(20), **CASES}}
    ],
    "lines": [
        {
            "quantity": {"value": Decimal(12), **CASES},
            "price": {"amount": Decimal("1.57")},
            "item": {"identifiers": {"upc_case": "006121100201", "seller": "AP-1"}, "name": "APPLESAUCE"},
            "packaging": [{"per_package": {"value": Decimal(24)}, "measures": {"size": {"value": Decimal(5), "unit": "ONZ"}}}],
            "attributes": {"price_bracket": "A", "price_list": "2026-1"},
            "schedule": [
                {"ship_to": {"identifiers": {"buyer": "0001"}}, "quantity": {"value": Decimal(8), **CASES}},
                {"ship_to": {"identifiers": {"buyer": "0002"}}, "quantity": {"value": Decimal(4), **CASES}},
            ],
        },
        {
            "quantity": {"value": Decimal(8), **CASES},
            "item": {"identifiers": {"upc": "036000291452"}, "name": "FANCY APPLESAUCE"},
            "allowances_charges": [
                {"charge": True, "code": "504", "settlement": "06", "amount": {"amount": Decimal("2.00")}, "reason": "FREIGHT"}
            ],
        },
    ],
    "totals": {
        "measures": {"ordered": {"value": Decimal(20), **CASES}, "weight": {"value": Decimal(400), "unit": "LBR"}},
        "payable": {"amount": Decimal("31.40")},
    },
}


def order(*rows: str) -> tuple[Document, PurchaseOrder]:
    found = read_set(*rows, kind="875", group="OG")
    assert isinstance(found.canonical, PurchaseOrder), found.findings
    return found, found.canonical


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_what_we_write_passes_our_own_validation_and_is_read_back(version: str) -> None:
    found = judged(PurchaseOrder.model_validate(ORDER), "875", version)
    assert [one.code for one in found if one.code is not Code.VERSION_NEAREST] == []


def test_an_order_is_written_in_the_order_of_the_standard() -> None:
    rows = written(PurchaseOrder.model_validate(ORDER), "875")
    assert rows[0] == "G50*N*20260302*59590001****SA"
    assert "N1*BT*GROCERS UNITED*9*0063333040005" in rows
    assert rows[rows.index("G68*12*CA*1.57*006121100201*VN*AP-1***A***2026-1") :] == [
        "G68*12*CA*1.57*006121100201*VN*AP-1***A***2026-1",
        "G69*APPLESAUCE",
        "G70*24*5*OZ",
        "N1*ST**92*0001",
        "QTY*01*8*CA",
        "N1*ST**92*0002",
        "QTY*01*4*CA",
        "G68*8*CA***UP*036000291452",
        "G69*FANCY APPLESAUCE",
        "G72*504*06******200",
        "G73*FREIGHT",
        "G76*20*CA*400*LB****3140",
    ]


def test_the_quantity_of_all_lines_is_summed_where_it_is_not_said() -> None:
    document = {**ORDER, "totals": {}}
    assert written(PurchaseOrder.model_validate(document), "875")[-1] == "G76*20*CA"


@pytest.mark.parametrize(("code", "purpose"), [*codes.GROCERY_PURPOSES.items(), ("X", "other")])
def test_each_purpose(code: str, purpose: str) -> None:
    _, found = order(f"G50*{code}*20260302*P1", "G68*2*CA*1**VN*A", "G76*2*CA")
    assert found.purpose == purpose
    assert written(found, "875")[0] == f"G50*{code}*20260302*P1"


@pytest.mark.parametrize(
    ("code", "member"),
    [("02", "requested_delivery"), ("68", "requested_delivery"), ("54", "latest_delivery"), ("67", "latest_delivery")],
)
def test_dates_with_a_member(code: str, member: str) -> None:
    _, found = order("G50*N*20260302*P1", f"G62*{code}*20260310", "G68*2*CA*1**VN*A", "G76*2*CA")
    assert getattr(found, member) == date(2026, 3, 10)
    assert f"G62*{code}*20260310" in written(found, "875")


def test_a_quantity_that_the_lines_do_not_come_to_is_noted() -> None:
    found, _ = order("G50*N*20260302*P1", "G68*2*CA*1**VN*A", "G68*3*CA*1**VN*B", "G76*6*CA")
    assert [
        (one.code, one.expected, one.actual, one.position.tag) for one in found.findings if one.code is Code.CONTROL_TOTAL
    ] == [(Code.CONTROL_TOTAL, "5", "6", "G76")]


def test_the_order_of_the_corpus() -> None:
    data = corpus("875__inteligenz-x12parser__AmasoftExample1.txt")
    (document,) = read(data)
    assert isinstance(document.canonical, PurchaseOrder), document.findings
    found = document.canonical
    assert (found.number, found.issued) == ("59590001", date(2007, 12, 30))
    assert found.other_dates == {"requested_shipment": date(2007, 1, 6)}
    assert [line.item.identifiers["upc_case"] for line in found.lines] == ["006121100201", "006121100202"]
    assert found.lines[0].packaging[0].per_package is not None
    assert found.transport[0].mode == "pick_up"
    assert missing(segments(data), written(found, "875")) == []
