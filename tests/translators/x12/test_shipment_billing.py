"""857 as canonical despatch advice, and back: levels, the bill of each order, its sums, what is said once of lines in parts."""

from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, read, read_set, written
from translators.canonical import model_of
from translators.canonical.despatch_advice import DespatchAdvice
from translators.contract import Document
from translators.finding import Code

SSCCS = ("006141411234567890", "006141411234567906", "006141411234567913")
CASES = {"unit": "CS"}


def advice(document: Document) -> DespatchAdvice:
    """The despatch advice that was read."""
    assert isinstance(document.canonical, DespatchAdvice), document.findings
    return document.canonical


def notice(*segments: str) -> Document:
    """A shipment and billing notice of these segments behind BHT and the level of the shipment."""
    return read_set("BHT*0001*00*B1*20260302*0815", "HL*1**S", *segments, kind="857", group="BS")


def model(value: dict[str, Any]) -> DespatchAdvice:
    """A canonical despatch advice."""
    found = model_of("despatch_advice").model_validate(value)
    assert isinstance(found, DespatchAdvice)
    return found


def amount(value: str) -> dict[str, Any]:
    """Money of the document's currency."""
    return {"amount": Decimal(value), "currency": "USD"}


def sums(document: Document) -> list[tuple[str | None, str | None, int | None]]:
    """What was expected, what was claimed, and in which segment."""
    return [(one.expected, one.actual, one.position.segment) for one in document.findings if one.code is Code.CONTROL_TOTAL]


def quantity(value: int) -> dict[str, Any]:
    """So many cases."""
    return {"value": Decimal(value), **CASES}


def cola(number: str, cases: int, order: str, line: str) -> dict[str, Any]:
    """A line with its price."""
    return {
        "number": number,
        "item": {"identifiers": {"upc": "012000809941"}, "name": "COLA FRIDGE PACK"},
        "quantity": quantity(cases),
        "price": {**amount("13.00")},
        "packaging": [{"per_package": {"value": Decimal(2)}}],
        "order": {"number": order, "line": line},
    }


FULL: dict[str, Any] = {
    "number": "NOTICE-1",
    "purpose": "original",
    "issued": datetime(2026, 3, 2, 8, 15, tzinfo=UTC),
    "kind": "RD",
    "currency": "USD",
    "despatched": datetime(2026, 3, 2, 7, 30, tzinfo=UTC),
    "expected_delivery": date(2026, 3, 4),
    "shipment": {
        "bill_of_lading": "BOL-1",
        "tracking": ["PRO-9"],
        "packages": Decimal(3),
        "package_kind": "PLT94",
        "equipment": [{"kind": "trailer", "number": "MSKU1234567"}],
    },
    "transport": [{"carrier": {"identifiers": {"scac": "UPSN"}}, "mode": "road"}],
    "delivery_terms": {"payment": "prepaid"},
    "contacts": [{"function": "information", "name": "JOHN DOE", "telephone": "5136274503"}],
    "ship_from": {"name": "NORDIC DC", "identifiers": {"duns": "123456789"}},
    "ship_to": {"name": "BIGBOX DC 12", "identifiers": {"buyer": "0012"}},
    "totals": {"measures": {"shipped": quantity(60), "weight": {"value": Decimal(900), "unit": "LBR"}}},
    "orders": [
        {
            "order": {"number": "PO-1", "issued": date(2026, 2, 20)},
            "references": [{"kind": "invoice", "number": "INV-1"}],
            "payment_terms": [
                {"kind": "basic", "basis": "invoice", "discount_percent": Decimal(2), "discount_days": 10, "days": 30}
            ],
            "allowances_charges": [{"charge": True, "code": "D240", "amount": amount("15.00"), "reason": "FREIGHT"}],
            "totals": {"payable": amount("506.20")},
        },
        {"order": {"number": "PO-2"}, "totals": {"payable": amount("260.00")}},
    ],
    "packages": [
        {
            "identifiers": {"sscc": SSCCS[0]},
            "measures": {"tiers": {"value": Decimal(6)}, "sent": quantity(25)},
            "packages": [
                {"number": "1", "identifiers": {"sscc": SSCCS[1]}, "contents": [{"line": "1", "quantity": quantity(25)}]},
            ],
        },
        {"identifiers": {"sscc": SSCCS[2]}, "contents": [{"line": "1", "quantity": quantity(15)}]},
    ],
    "lines": [
        {
            **cola("1", 40, "PO-1", "1"),
            "allowances_charges": [{"charge": False, "code": "A400", "amount": amount("28.80")}],
        },
        cola("2", 20, "PO-2", "1"),
    ],
}


SEGMENTS = [
    "BHT*0001*00*NOTICE-1*20260302*0815*RD",
    "HL*1**S*1",
    "G05*60*CA*900*LB",
    "TD1*PLT94*3",
    "TD3*TL*MSKU*1234567",
    "TD5**2*UPSN*M",
    "FOB*PP",
    "DTM*011*20260302*0730",
    "DTM*017*20260304",
    "N9*BM*BOL-1",
    "N9*2I*PRO-9",
    "PER*IC*JOHN DOE*TE*5136274503",
    "CUR*SE*USD",
    "N1*ST*BIGBOX DC 12*92*0012",
    "N1*SF*NORDIC DC*1*123456789",
    "HL*2*1*O*1",
    "TDS*50620",
    "PRF*PO-1***20260220",
    "N9*IV*INV-1",
    "ITD*01*3*2**10**30",
    "SAC*C*D240***1500**********FREIGHT",
    "HL*3*2*T*1",
    "PAL**6",
    "SN1**25*CA",
    f"MAN*GM*00{SSCCS[0]}",
    "HL*4*3*P*1",
    "LX*1",
    f"MAN*GM*00{SSCCS[1]}",
    "HL*5*4*I*0",
    "IT1*1*25*CA*13.00**UP*012000809941",
    "PO4*2",
    "PID*F****COLA FRIDGE PACK",
    "SAC*A*A400***2880",
    "HL*6*2*P*1",
    f"MAN*GM*00{SSCCS[2]}",
    "HL*7*6*I*0",
    "IT1*1*15*CA*13.00**UP*012000809941",
    "PO4*2",
    "PID*F****COLA FRIDGE PACK",
    "HL*8*1*O*1",
    "TDS*26000",
    "PRF*PO-2",
    "HL*9*8*I*0",
    "IT1*1*20*CA*13.00**UP*012000809941",
    "PO4*2",
    "N9*LI*2",
    "PID*F****COLA FRIDGE PACK",
]


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_a_full_notice_is_valid_and_comes_back_the_same(version: str) -> None:
    found = judged(model(FULL), "857", version)
    assert [one.code for one in found] == ([] if version == "004010" else [Code.VERSION_NEAREST])


def test_a_notice_is_written_in_the_order_of_the_standard() -> None:
    assert written(model(FULL), "857") == SEGMENTS


def test_the_number_of_an_invoice_is_a_key_of_the_notice() -> None:
    assert ("invoice", "INV-1") in model(FULL).business_keys


def test_parts_of_a_line_are_one_line_with_its_sums_said_once() -> None:
    rows = written(model(FULL), "857")
    assert rows.count("SAC*A*A400***2880") == 1
    found = advice(read_set(*rows, kind="857", group="BS"))
    assert [(line.number, line.quantity and line.quantity.value, len(line.allowances_charges)) for line in found.lines] == [
        ("1", 40, 1),
        ("2", 20, 0),
    ]


def test_parts_with_sums_of_their_own_are_lines_of_their_own() -> None:
    item = ("IT1*1*5*CA*13**UP*012000809941", "SAC*A*A400***100")
    found = advice(notice("HL*2*1*O", "PRF*P1", "HL*3*2*P", "HL*4*3*I", *item, "HL*5*2*P", "HL*6*5*I", *item))
    assert [(line.number, line.quantity and line.quantity.value) for line in found.lines] == [("1", 5), ("2", 5)]
    assert [line.order and line.order.line for line in found.lines] == ["1", "1"]


def test_an_order_in_several_packages_is_billed_once() -> None:
    value = deepcopy(FULL)
    value["packages"].append({"contents": [{"line": "1", "quantity": quantity(5)}, {"line": "2", "quantity": quantity(20)}]})
    value["packages"][0]["packages"][0]["contents"][0]["quantity"] = quantity(20)
    rows = written(model(value), "857")
    assert "".join(row.split("*")[3] for row in rows if row.startswith("HL*")) == "STOPIPOIPOIOI"
    assert [row for row in rows if row.startswith("TDS*")] == ["TDS*50620", "TDS*26000"]
    found = advice(read_set(*rows, kind="857", group="BS"))
    assert found.orders == model(value).orders


def test_money_of_the_whole_notice_stands_with_the_shipment() -> None:
    value = {name: said for name, said in FULL.items() if name not in ("orders", "packages")}
    value |= {"order": {"number": "PO-2"}, "lines": [{**FULL["lines"][1], "number": "1"}]}
    value |= {"taxes": [{"kind": "ST", "amount": amount("5.00")}], "totals": {"payable": amount("265.00")}}
    rows = written(model(value), "857")
    assert rows.index("TDS*26500") < rows.index("TXI*ST*5.00") < rows.index("HL*2*1*O*1")
    assert judged(model(value), "857", "004010") == ()


ITEM = ("IT1*1*40*CA*13.00**UP*012000809941", "SAC*A*A400***2880")


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ("49120", []),
        ("-49120", []),
        ("49520", [("491.20", "495.20", 5)]),
        ("-49520", [("491.20", "495.20", 5)]),
    ],
)
def test_the_total_of_an_order_is_judged_by_its_lines(total: str, expected: list[Any]) -> None:
    document = notice(
        "HL*2*1*O", f"TDS*{total}", "PRF*P1", "HL*3*2*T", "HL*4*3*I", *ITEM, "HL*5*1*O", "PRF*P2", "HL*6*5*I", ITEM[0]
    )
    assert sums(document) == expected


def test_the_total_of_all_is_judged_by_all_lines() -> None:
    rows = ("HL*2*1*O", "PRF*P1", "HL*3*2*I", ITEM[0], "HL*4*1*O", "PRF*P2", "HL*5*4*I", ITEM[0])
    assert sums(notice("TDS*104000", *rows)) == []
    assert sums(notice("TDS*52000", *rows)) == [("1040.00", "520.00", 4)]


def test_a_level_of_an_order_that_has_no_number_has_a_bill_all_the_same() -> None:
    found = advice(notice("HL*2*1*O", "TDS*52000", "HL*3*2*T", "PAL**6", "HL*4*3*I", ITEM[0]))
    (order,) = found.orders
    assert order.totals is not None
    assert order.totals.payable is not None
    assert (order.order.number, order.totals.payable.amount) == ("", Decimal("520.00"))
    assert advice(read_set(*written(found, "857"), kind="857", group="BS")) == found


def test_a_line_number_of_the_senders_own_stands_in_a_reference() -> None:
    found = advice(notice("HL*2*1*O", "PRF*P1", "HL*3*2*I", ITEM[0], "N9*LI*77"))
    (line,) = found.lines
    assert (line.number, line.order and line.order.line, line.references) == ("77", "1", [])


def test_what_was_sent_and_how_it_differs_stands_beside_the_quantity() -> None:
    (line,) = advice(notice("HL*2*1*I", ITEM[0], "IT3*38*CA*BP*2*01", "TXI*ST*5.00", "CTP**CAT*14.5", "TC2*J*2202")).lines
    assert {name: one.value for name, one in line.other_quantities.items()} == {"units_shipped": 38, "difference": 2}
    assert (line.status, line.reason) == ("partial", "01")
    assert [one.amount and one.amount.amount for one in line.taxes] == [Decimal("5.00")]
    assert line.item.identifiers["harmonised_system"] == "2202"


def test_lots_components_and_hazards_are_read() -> None:
    rows = (
        ITEM[0],
        "TD4**9*3*FLAMMABLE",
        "N9*LT*L1",
        "N9*SE*S1",
        "DTM*036*20270131",
        "PID*F****COLA",
        "SLN*A**I*2*EA****VN*PART",
        "PID*F****BOTTLE",
    )
    found = advice(notice("HL*2*1*I", *rows))
    first, second = found.lines
    (lot,) = first.lots
    assert (lot.number, lot.expiry, lot.serials) == ("L1", date(2027, 1, 31), ["S1"])
    assert first.item.hazard is not None
    assert (first.item.hazard.regulation, first.item.hazard.text) == ("9", "FLAMMABLE")
    assert (second.number, second.part_of, second.item.name) == ("A", "1", "BOTTLE")
    assert advice(read_set(*written(found, "857"), kind="857", group="BS")).lines == found.lines


def test_accounting_of_an_order_survives() -> None:
    found = advice(notice("HL*2*1*O", "PRF*P1", "FA1*DY*D340*A", "FA2*18*ACCOUNT"))
    assert {row for row in written(found, "857") if row.startswith("FA")} == {"FA1*DY*D340*A", "FA2*18*ACCOUNT"}


def test_the_file_of_the_corpus() -> None:
    """It is of a release before all that we read and has words for a unit: here it is of a later one, with a unit."""
    data = corpus("857__inteligenz-x12parser__Kroger_CreditExample.txt")
    (document,) = read(data.replace(b"*003030~", b"*004010~").replace(b"*CA or PL~", b"*CA~"))
    found = advice(document)
    (order,), (package,), (line,) = found.orders, found.packages, found.lines
    assert order.totals is not None
    assert order.totals.payable is not None
    assert (found.number, found.kind, order.totals.payable.amount) == ("TESTASN0001", "RD", Decimal("-464.00"))
    assert (package.identifiers, line.price and line.price.amount) == ({"sscc": "100123456789000000"}, Decimal("13.00"))
    assert [(one.charge, one.code, one.rate) for one in line.allowances_charges] == [(False, "A400", Decimal("-0.62"))]
    rows = written(found, "857")
    assert advice(read_set(*rows, kind="857", group="BS")) == found
    assert {"TDS*-46400", "IT1*1*40*CA*13.00**UP*001200080994", "SAC*A*A400******-0.62"} <= set(rows)
