"""810 as canonical invoice or credit note, and back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators import registry
from translators.canonical import model_of
from translators.canonical.credit_note import CreditNote
from translators.canonical.invoice import Invoice
from translators.contract import Document, Family
from translators.errors import DefinitionMissing
from translators.finding import Code

USD = {"currency": "USD"}
INVOICE: dict[str, Any] = {
    "number": "INV-2026-0815",
    "kind": "commercial",
    "purpose": "original",
    "issued": date(2026, 3, 2),
    "currency": "USD",
    "order": {"number": "PO-4711", "issued": date(2026, 2, 20), "release": "7"},
    "seller_order": {"number": "SO-99"},
    "despatch": {"number": "SHP-1"},
    "despatched": date(2026, 3, 1),
    "delivered": datetime(2026, 3, 2, 14, 30, tzinfo=UTC),
    "references": [{"kind": "bill_of_lading", "number": "BOL-17"}, {"kind": "department", "number": "038", "text": "TOYS"}],
    "contacts": [{"function": "receivable", "name": "N MARIE", "telephone": "4029487632"}],
    "seller": {"name": "NORDIC DC", "identifiers": {"duns": "123456789"}},
    "ship_to": {
        "name": "BIGBOX DC 12",
        "identifiers": {"buyer": "0012"},
        "address": {"lines": ["1200 LOGISTICS WAY"], "city": "JOLIET", "region": "IL", "postal_code": "60435", "country": "US"},
    },
    "payment_terms": [
        {
            "kind": "basic",
            "basis": "invoice",
            "discount_percent": Decimal(2),
            "discount_days": 10,
            "days": 30,
            "text": "2/10 NET 30",
        }
    ],
    "delivery_terms": {"payment": "prepaid"},
    "texts": [{"purpose": "general", "lines": ["THANK YOU"]}],
    "lines": [
        {
            "number": "1",
            "quantity": {"value": Decimal(24), "unit": "EA"},
            "price": {"amount": Decimal("9.25"), **USD},
            "item": {"identifiers": {"upc": "036000291452", "seller": "W-1"}, "name": "WIDGET"},
            "net": {"amount": Decimal("212.00"), **USD},
            "order": {"number": "PO-4711"},
            "allowances_charges": [
                {
                    "charge": False,
                    "code": "D240",
                    "amount": {"amount": Decimal("10.00"), **USD},
                    "percent": Decimal(5),
                    "settlement": "02",
                    "reason": "FREIGHT",
                    "taxes": [{"kind": "ST", "amount": {"amount": Decimal("0.50"), **USD}}],
                }
            ],
        },
        {
            "number": "2",
            "quantity": {"value": Decimal(2), "unit": "CS"},
            "price": {"amount": Decimal(100), **USD},
            "item": {"identifiers": {"gtin": "00036000291452"}},
        },
        {
            "number": "2A",
            "part_of": "2",
            "quantity": {"value": Decimal(12), "unit": "EA"},
            "item": {"identifiers": {"seller": "PART-12"}},
        },
    ],
    "taxes": [{"kind": "ST", "rate": Decimal(5), "amount": {"amount": Decimal("20.60"), **USD}}],
    "allowances_charges": [{"charge": True, "amount": {"amount": Decimal("7.50"), **USD}}],
    "transport": [{"mode": "road", "carrier": {"identifiers": {"scac": "OVNT"}}, "text": "OVERNITE"}],
    "totals": {
        "payable": {"amount": Decimal("440.60"), **USD},
        "discountable": {"amount": Decimal("412.00"), **USD},
        "lines": {"amount": Decimal("412.00"), **USD},
        "measures": {"shipped": {"value": Decimal(26), "unit": "EA"}, "weight": {"value": Decimal(40), "unit": "LBR"}},
        "line_count": 2,
    },
}
CREDIT = {
    "number": "CR-1",
    "kind": "credit_note",
    "issued": date(2026, 3, 9),
    "currency": "USD",
    "preceding": [{"number": "INV-1"}, {"number": "INV-2"}],
    "lines": [
        {
            "quantity": {"value": Decimal(3), "unit": "EA"},
            "price": {"amount": Decimal(5), **USD},
            "item": {"identifiers": {"upc": "036000291452"}},
        }
    ],
    "totals": {"payable": {"amount": Decimal("15.00"), **USD}},
}


def invoice(*between: str, total: str = "700") -> Document:
    """An invoice of 2 at 3.50 with these segments behind the line."""
    return read_set("BIG*20260302*INV1", "IT1*1*2*EA*3.5**VN*A", *between, f"TDS*{total}", kind="810", group="IN")


def sums(document: Document) -> list[tuple[str | None, str | None]]:
    return [(found.expected, found.actual) for found in document.findings if found.code is Code.CONTROL_TOTAL]


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize(("name", "document"), [("invoice", INVOICE), ("credit_note", CREDIT)])
def test_what_we_write_passes_our_own_validation_and_is_read_back(name: str, document: dict[str, Any], version: str) -> None:
    assert judged(model_of(name).model_validate(document), "810", version) == ()


def test_an_invoice_is_written_in_the_order_of_the_standard() -> None:
    rows = written(Invoice.model_validate(INVOICE), "810")
    assert rows[:3] == ["BIG*20260302*INV-2026-0815*20260220*PO-4711*7**DI*00", "NTE*GEN*THANK YOU", "CUR*SE*USD"]
    lines = [row.partition("*")[0] for row in rows[rows.index("IT1*1*24*EA*9.25**VN*W-1*UP*036000291452") :]]
    assert lines == ["IT1", "PAM", "PID", "REF", "SAC", "TXI", "IT1", "SLN", "TDS", "TXI", "CAD", "AMT", "SAC", "ISS", "CTT"]
    assert "TDS*44060*41200" in rows
    assert "SAC*A*D240***1000*Z*5*****02***FREIGHT" in rows
    assert "SAC*C*ZZZZ***750" in rows
    assert "SLN*2A**I*12*EA****VN*PART-12" in rows
    assert "ISS*26*EA*40*LB" in rows


def test_one_set_is_an_invoice_or_a_credit_note_by_its_type_code() -> None:
    for code, name in (("DI", "invoice"), ("DR", "invoice"), ("FB", "invoice"), ("CR", "credit_note"), ("CN", "credit_note")):
        document = read_set(f"BIG*20260302*N1*****{code}", "TDS*100", kind="810", group="IN")
        assert document.name == name
        assert document.canonical is not None
        assert document.canonical.to_json().startswith(b"{")
        assert written(document.canonical, "810")[0] == f"BIG*20260302*N1*****{code}"


def test_a_credit_note_is_written_as_one_even_when_its_kind_has_no_code() -> None:
    note = CreditNote.model_validate({"number": "CR-2", "kind": "goods", "issued": date(2026, 3, 9)})
    found = registry.write(Family.X12, note, "810", "004010")
    assert found.document.body.startswith("BIG*20260309*CR-2*****CR")
    assert [finding.actual for finding in found.findings if finding.code is Code.NOT_WRITTEN] == ["kind"]


def test_no_other_document_is_written_as_an_810() -> None:
    with pytest.raises(DefinitionMissing):
        registry.write(Family.X12, model_of("quote").model_validate({"number": "Q1"}), "810", "004010")


def test_a_credit_note_names_the_invoices_it_is_about() -> None:
    note = read_set("BIG*20260302*CR1*****CR***INV7", "REF*IV*INV8", "REF*DP*1", "TDS*100", kind="810", group="IN").canonical
    assert isinstance(note, CreditNote)
    assert [one.number for one in note.preceding] == ["INV7", "INV8"]
    assert [one.kind for one in note.references] == ["department"]
    assert ("invoice", "INV7") in note.business_keys


def test_a_credit_with_negative_amounts_is_turned_round() -> None:
    note = read_set(
        "BIG*20260302*CR1*****CR", "IT1**-2*EA*3.5**VN*A", "IT1**1*EA*-2**VN*B", "TDS*-900", kind="810", group="IN"
    ).canonical
    assert isinstance(note, CreditNote)
    assert [line.quantity.value for line in note.lines if line.quantity] == [2, 1]
    assert [line.price.amount for line in note.lines if line.price] == [Decimal("3.5"), 2]
    assert note.totals is not None
    assert note.totals.payable is not None
    assert note.totals.payable.amount == 9


def test_components_stand_behind_the_line_they_are_part_of() -> None:
    found = invoice("SLN*1**I*4*EA****VN*X", "SLN*2**I*5*EA****VN*Y").canonical
    assert isinstance(found, Invoice)
    assert [(line.number, line.part_of) for line in found.lines] == [("1", None), ("1", "1"), ("2", "1")]
    assert [row[:3] for row in written(found, "810")] == ["BIG", "IT1", "SLN", "SLN", "TDS"]


def test_an_order_without_a_number_is_none() -> None:
    found = read_set("BIG*20260302*INV1*20260220**7", "TDS*100", kind="810", group="IN").canonical
    assert isinstance(found, Invoice)
    assert found.order is None
    assert found.other_dates == {"order": date(2026, 2, 20)}
    assert [(extra.path, extra.value) for extra in found.extras] == [("BIG/05", "7")]


@pytest.mark.parametrize(
    ("between", "total"),
    [
        ((), "700"),
        (("SAC*C*D240***100",), "800"),
        (("SAC*A*D240***100",), "600"),
        (("SAC*A*D240***100*Z*5",), "600"),
        (("SAC*A*D240****Z*50",), "350"),
        (("SAC*C*D240******1.5*EA*2",), "1000"),
        (("TXI*ST*.70",), "770"),
        (("TXI*ST**10",), "770"),
        (("IT1*2*1*HP*50**VN*B",), "5700"),
    ],
)
def test_a_total_that_its_lines_charges_and_taxes_come_to_is_no_finding(between: tuple[str, ...], total: str) -> None:
    assert sums(invoice(*between, total=total)) == []


def test_charges_repeated_in_the_summary_count_once() -> None:
    document = read_set(
        "BIG*20260302*INV1", "IT1*1*2*EA*3.5**VN*A", "SAC*C*G830***300", "TDS*1000", "SAC*C*G830***300", kind="810", group="IN"
    )
    assert sums(document) == []


@pytest.mark.parametrize("total", ["702", "1400", "-700"])
def test_a_total_that_nothing_comes_to_is_found(total: str) -> None:
    document = invoice(total=total)
    assert sums(document) == [("7.00", str(Decimal(int(total)).scaleb(-2)))]
    assert document.canonical is not None


def test_a_total_that_cannot_be_told_is_not_judged() -> None:
    document = read_set("BIG*20260302*INV1", "IT1*1***3.5**VN*A", "TDS*999", kind="810", group="IN")
    assert sums(document) == []


def test_wrong_counts_are_found() -> None:
    document = read_set("BIG*20260302*INV1", "IT1*1*2*EA*3.5**VN*A", "TDS*700", "CTT*3*9", kind="810", group="IN")
    assert sums(document) == [("1", "3"), ("2", "9")]


def test_an_invoice_of_a_bookseller() -> None:
    (document,) = read(corpus("810__kputnam-stupidedi__pass-1.edi"))
    found = document.canonical
    assert isinstance(found, Invoice)
    assert found.number == "00237058"
    assert found.order is not None
    assert (found.order.number, found.order.issued) == ("0691-0014403", date(2021, 11, 2))
    assert [line.item.identifiers["gtin"] for line in found.lines] == ["9781501331978", "9780316154680"]
    assert found.totals is not None
    assert found.totals.payable is not None
    assert found.totals.payable.amount == Decimal("285.66")
    assert sums(document) == []


def test_two_invoices_of_a_snack_maker_come_back_segment_by_segment() -> None:
    data = corpus("810__xlate-staedi__simple810.edi")
    first, second = read(data)
    assert isinstance(first.canonical, Invoice)
    assert first.canonical.payment_terms[0].discount_percent == 1
    assert first.canonical.transport[0].text == "FREEFORM"
    assert first.canonical.totals is not None
    assert first.canonical.totals.measures["shipped"].value == 207
    assert sums(first) == []
    assert sums(second) == [("1851.00", "2554.38")]
    assert missing(segments(data), written(first.canonical, "810")) == []


def test_an_invoice_of_a_music_shop_keeps_what_has_no_place() -> None:
    (document,) = read(corpus("810__indice-co-edi.net__x12.810a.edi"))
    found = document.canonical
    assert isinstance(found, Invoice)
    assert found.seller_order is not None
    assert found.seller_order.number == "DO091003"
    assert found.payee is not None
    assert {one.number for one in found.payee.references} == {"00000-11111", "123456789"}
    assert found.lines[0].ship_to is not None
    assert [charge.amount.amount for charge in found.allowances_charges if charge.amount] == [6, 0]
    assert found.lines[0].extras[-1].path == "IT1/SAC/SAC"
    assert sums(document) == []
    rows = written(found, "810")
    assert "SAC*N*B840*AB*Buyer assi*19998*Z*100******ABC123456789*Purchasing*Production Control*EN" in rows


def test_a_settlement_of_a_power_market_adds_up() -> None:
    (document,) = read(corpus("810__inteligenz-x12parser__Example1_CaliforniaISO.txt"))
    found = document.canonical
    assert isinstance(found, Invoice)
    assert found.period is not None
    assert (found.period.start, found.period.end) == (date(1998, 9, 30), date(1998, 10, 31))
    assert found.payment_terms[0].due == date(1999, 1, 7)
    assert len(found.lines) == 16
    assert sums(document) == []


def test_two_invoices_with_charges_on_lines_add_up() -> None:
    documents = read(corpus("810__inteligenz-x12parser__Example3_MultiInvoice.txt"))
    assert [document.canonical is not None for document in documents] == [True, True]
    assert [sums(document) for document in documents] == [[], []]
    found = documents[0].canonical
    assert isinstance(found, Invoice)
    assert found.lines[0].allowances_charges[0].charge
    assert found.lines[0].other_prices[0].amount == Decimal("2.19")


def test_a_debit_memo_with_a_wrong_total() -> None:
    (document,) = read(corpus("810__bots-edi-bots-plugins__810_2.x12"))
    assert isinstance(document.canonical, Invoice)
    assert document.canonical.kind == "debit_note"
    assert sums(document) == [("3587.00", "12345.79")]


def test_invoices_beside_an_order_of_an_old_release() -> None:
    documents = read(corpus("810-850__xlate-staedi__invoice810_po850_dual.edi"))
    assert [(document.type, document.name, document.canonical is not None) for document in documents] == [
        ("810", "invoice", True),
        ("810", "invoice", True),
        ("850", "purchase_order", True),
    ]
