"""210 as canonical freight invoice, and back."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators.canonical.freight_invoice import FreightInvoice
from translators.finding import Code

INVOICE: dict[str, Any] = {
    "number": "FI-1",
    "issued": date(2026, 3, 9),
    "delivered": date(2026, 3, 6),
    "despatched": date(2026, 3, 3),
    "currency": "USD",
    "charges_payment": "prepaid",
    "shipment": {"number": "BOL-1"},
    "carrier": {"identifiers": {"scac": "RDWY"}},
    "payee": {"name": "ROADWAY", "identifiers": {"duns": "123456789"}},
    "payment_terms": [{"kind": "basic", "basis": "invoice", "days": 30}],
    "references": [{"kind": "order", "number": "PO-4711"}],
    "bill_to": {
        "name": "NORDIC DC",
        "address": {"lines": ["1 HARBOUR RD"], "city": "NEWARK", "region": "NJ", "postal_code": "07102", "country": "US"},
    },
    "equipment": [{"number": "UTLX666955", "kind": "trailer"}],
    "lines": [
        {
            "number": "1",
            "item": {"name": "PAPER, COATED", "classifications": {"nmfc": "150670"}},
            "packaging": [{"packages": "10", "kind": "PLT", "measures": {"gross_weight": {"value": "5472", "unit": "LBR"}}}],
            "freight_class": "55",
            "charges": [
                {"rate": "41.93", "basis": "per_hundredweight", "amount": {"amount": "561.86", "currency": "USD"}, "code": "400"}
            ],
        },
        {
            "number": "2",
            "item": {"name": "FUEL SURCHARGE"},
            "charges": [{"amount": {"amount": "11.80", "currency": "USD"}, "code": "FUE", "description": "FUEL SURCHARGE"}],
        },
    ],
    "totals": {
        "payable": {"amount": "573.66", "currency": "USD"},
        "lines": {"amount": "573.66", "currency": "USD"},
        "measures": {"gross_weight": {"value": "5472", "unit": "LBR"}},
        "packages": "10",
    },
}


def invoice(*segments: str, due: str = "10000", version: str = "004010") -> Any:
    document = read_set(f"B3**F1**PP**20260309*{due}****RDWY", *segments, kind="210", group="IM", version=version)
    assert isinstance(document.canonical, FreightInvoice), document.findings
    return document


def test_a_railroad_invoices_a_tank_car() -> None:
    data = corpus("210__inteligenz-x12parser__CN_FreightInvoiceSample1.txt")
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, FreightInvoice)
    assert (found.number, found.currency, found.issued) == ("28066945", "USD", date(2006, 6, 28))
    assert found.shipment is not None
    assert found.shipment.number == "291226"
    assert found.totals is not None
    assert found.totals.payable is not None
    assert (found.totals.payable.amount, found.totals.payable.currency) == (Decimal("2754.33"), "USD")
    assert found.payer is not None
    assert found.equipment[0].number == "UTLX666955"
    (line,) = found.lines
    assert [(c.rate, c.basis, c.amount and c.amount.amount) for c in line.charges] == [
        (Decimal(2510), "per_car", Decimal("2510.00")),
        (Decimal("0.1980"), "per_mile", Decimal("244.33")),
    ]
    assert line.item.classifications == {"stcc": "2841920"}
    assert line.attributes == {"tariff_agency": "CN", "tariff": "123456", "tariff_item": "1050000"}
    assert [extra.path for extra in found.extras] == ["B3/01"]
    assert [f for f in document.findings if f.code is Code.CONTROL_TOTAL] == []
    assert missing(segments(data), written(found, "210")) == []


def test_a_truck_invoice_with_short_dates_is_read() -> None:
    (document,) = read(corpus("210__inteligenz-x12parser__DBSchenker_SampleMotorFreightDetailsAndInvoice.txt"))
    found = document.canonical
    assert isinstance(found, FreightInvoice)
    assert (found.charges_payment, found.delivered, found.despatched) == ("collect", date(2003, 9, 3), date(2003, 8, 26))
    assert isinstance(found.other_dates["picked_up"], datetime)
    assert [charge.description for charge in found.lines[0].charges] == [None, "FUEL SURCHARGE"]
    assert [f for f in document.findings if f.code is Code.CONTROL_TOTAL] == []


def test_an_invoice_wrapped_at_80_columns_is_read() -> None:
    wrapped = corpus("210__xlate-staedi__ts210_80char.edi")
    (document,) = read(wrapped)
    found = document.canonical
    assert isinstance(found, FreightInvoice)
    assert [(r.kind, r.number) for r in found.references] == [("order", "721295"), ("order", "721295"), ("order", "109483")]
    assert [line.item.name for line in found.lines] == [
        "PLT  PL FILM/SHEET 15-30P FOOD GRADE  156830-3 CLA",
        "XPO LOGISTICS DISCOUNT SAVES YOU",
        "FSC FUEL SURCHARGE 10.50%",
    ]
    assert found.lines[0].item.description == "SS 775"
    assert (found.lines[0].freight_class, found.lines[0].packaging[0].kind) == ("77.5", "PLT")
    amounts = [charge.amount.amount for line in found.lines for charge in line.charges if charge.amount]
    assert amounts == [Decimal("561.86"), Decimal("-449.49"), Decimal("11.80")]
    assert [f for f in document.findings if f.code is Code.CONTROL_TOTAL] == []
    assert missing(segments(wrapped.replace(b"\n", b"")), written(found, "210")) == ["N1*BT*UNDERFLEX NURRELL", "N2*C/O XXXXXX"]
    assert "N1*BT*UNDERFLEX NURRELL C/O XXXXXX" in written(found, "210")


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_what_is_written_is_valid_and_says_the_same(version: str) -> None:
    assert judged(FreightInvoice.model_validate(INVOICE), "210", version) == ()


def test_the_segments_of_a_line_say_its_number() -> None:
    found = written(FreightInvoice.model_validate(INVOICE), "210")
    assert found[0] == "B3**FI-1*BOL-1*PP**20260309*57366**20260306*035*RDWY*20260303"
    assert found[found.index("LX*1") :][:9] == [
        "LX*1",
        "L5*1*PAPER, COATED*150670*N",
        "L0*1***5472*G***10*PLT**L",
        "L1*1*41.93*PH*56186****400",
        "L7*1******55",
        "LX*2",
        "L5*2*FUEL SURCHARGE",
        "L1*2***1180****FUE****FUEL SURCHARGE",
        "L3*5472*G***57366******10*L",
    ]


@pytest.mark.parametrize(
    ("due", "sum_of_charges", "segment", "element"),
    [("10000", "10000", "", 0), ("10000", "9000", "L3", 5), ("9000", "10000", "B3", 7)],
)
def test_sums_that_do_not_fit_are_found(due: str, sum_of_charges: str, segment: str, element: int) -> None:
    document = invoice("LX*1", "L1*1***4000", "L1*1***6000", f"L3*****{sum_of_charges}", due=due)
    found = [(f.position.tag, f.position.element) for f in document.findings if f.code is Code.CONTROL_TOTAL]
    assert (segment, element) in found if segment else found == []


def test_what_is_prepaid_need_not_be_due() -> None:
    document = invoice("LX*1", "L1*1***10000", "L3*****10000**2500", due="7500")
    assert [f for f in document.findings if f.code is Code.CONTROL_TOTAL] == []


def test_proof_of_delivery_says_when_and_who() -> None:
    sent = ["LX*1", "POD*20260306*1430*J SMITH", "L1*1***10000"]
    found = invoice(*sent).canonical
    event = found.lines[0].milestones[0]
    assert (event.event, event.signed_by, event.occurred.hour) == ("delivered", "J SMITH", 14)
    assert missing(sent, written(found, "210")) == []


def test_stops_have_parties() -> None:
    sent = ["S5*1*LD*100*L", "N9*BM*1", "G62*37*20260303", "N1*SF*MILL", "N1*SH*SELLER", "LX*1", "L1*1***10000"]
    stop = invoice(*sent).canonical.stops[0]
    assert (stop.party.role, [party.name for party in stop.other_parties]) == ("ship_from", ["SELLER"])
    assert stop.planned.start == date(2026, 3, 3)
    assert missing(sent, written(invoice(*sent).canonical, "210")) == []
