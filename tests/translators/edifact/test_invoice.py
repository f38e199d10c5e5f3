# ruff: noqa: E501 - segments are read as they stand on the wire
"""INVOIC as invoices, debit notes and credit notes, both ways."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.edifact import drawing
from translators.canonical.billing import Billing
from translators.canonical.credit_note import CreditNote
from translators.canonical.invoice import Invoice
from translators.contract import Terms, Verdict
from translators.finding import Code

BOTH = pytest.mark.parametrize("directory", drawing.DIRECTORIES)
HEADER = (
    "BGM+380+INV-4711+9", "DTM+137:20261120:102", "DTM+35:20261118:102", "DTM+131:20261118:102", "DTM+263:2026110120261130:718",
    "PAI+::42", "FTX+AAI+++THANK YOU", "RFF+ON:PO-1", "DTM+171:20261101:102", "RFF+AAK:DES-9", "RFF+CT:C-2026", "RFF+VN:SO-7", "RFF+PQ:PAY-1", "RFF+ADE:77",
    "NAD+BY+5790000000029::9++BIGBOX RETAIL LTD+1 MARKET STREET+LEEDS++LS1 4AP+GB", "RFF+VA:GB123",
    "NAD+SU+5790000000012::9++WIDGETS LTD", "FII+BF+GB29NWBK60161331926819:WIDGETS LTD+NWBKGB2L", "RFF+VA:GB999", "CTA+AR+:A. LEDGER", "COM+0044 1:TE",
    "NAD+DP+5790000000036::9", "CUX+2:GBP:4+3:EUR:11+1.17", "PAT+1++5:3:D:30", "DTM+13:20261220:102",
    "PAT+22++5:3:D:10", "PCD+12:2", "TDT+20++30++:::FAST CARRIERS", "TOD+3+PP", "ALC+C++++FC:::FREIGHT", "MOA+8:10", "TAX+7+VAT+++:::20+S",
)  # fmt: skip
LINES = (
    "LIN+1++5701234500018:EN", "PIA+1+A1:SA+B1:BP", "IMD+F++:::BLUE WIDGET", "QTY+47:10:PCE", "QTY+12:12:PCE", "DTM+35:20261118:102", "MOA+203:95", "PRI+AAA:10:::1:PCE", "PRI+AAB:12",
    "RFF+ON:PO-1:1", "RFF+AAK:DES-9:1", "TAX+7+VAT+++:::20+S", "ALC+A++++DI", "PCD+3:5", "MOA+8:5",
    "LIN+2++A2:SA", "QTY+47:5:PCE", "MOA+203:25", "PRI+AAA:5", "RFF+IV:INV-1", "LOC+7+STORE1::92", "QTY+11:5", "TAX+7+VAT+++:::20+S",
)  # fmt: skip
SUMMARY = (
    "UNS+S", "CNT+2:2", "MOA+79:120", "MOA+259:10", "MOA+125:130", "MOA+176:26", "MOA+77:156", "MOA+113:6", "MOA+9:150", "TAX+7+VAT+++:::20+S", "MOA+124:26", "MOA+125:130",
)  # fmt: skip


def complete(value: dict[str, Any]) -> None:
    """What no invoice can be without."""
    value.setdefault("lines", [{"number": "1", "item": {}}])
    value.setdefault("issued", date(2026, 11, 20))
    value.setdefault("totals", {}).setdefault("payable", {"amount": Decimal(100), "currency": "EUR"})


def one(*segments: str, directory: str = "D.96A", terms: Terms | None = None) -> Any:
    """The document of these segments, read under the usual terms."""
    return drawing.reread("".join(f"{s}'" for s in segments), len(segments), "INVOIC", directory, terms or Terms())


@BOTH
def test_what_is_written_is_read_back_the_same(directory: str) -> None:
    drawing.round_trip("INVOIC", directory, complete)


@BOTH
def test_a_whole_invoice_is_valid_and_comes_back(directory: str) -> None:
    segments = (*HEADER, *LINES, *SUMMARY)
    read = one(*segments, directory=directory)
    assert (read.verdict, [f.message for f in read.findings], read.name) == (Verdict.ACCEPTED, [], "invoice")
    invoice, written = drawing.again(*segments, kind="INVOIC", directory=directory)
    assert isinstance(invoice, Invoice)
    assert [s for s in segments if s not in written] == []
    assert invoice.extras == []


def test_the_header_says_what_is_paid_for_by_whom_and_when() -> None:
    invoice = one(*HEADER, *LINES, *SUMMARY).canonical
    assert isinstance(invoice, Invoice)
    assert (invoice.number, invoice.issued, invoice.due) == ("INV-4711", date(2026, 11, 20), date(2026, 12, 20))
    assert invoice.period is not None
    assert (invoice.period.start, invoice.period.end) == (date(2026, 11, 1), date(2026, 11, 30))
    assert invoice.order is not None
    assert invoice.despatch is not None
    assert (invoice.order.number, invoice.order.issued, invoice.despatch.number) == ("PO-1", date(2026, 11, 1), "DES-9")
    (payment,) = invoice.payments
    assert (payment.means, payment.reference, payment.account, payment.bank) == (
        "42",
        "PAY-1",
        "GB29NWBK60161331926819",
        "NWBKGB2L",
    )
    (rate,) = invoice.exchange_rates
    assert (rate.source, rate.target, rate.rate) == ("GBP", "EUR", Decimal("1.17"))
    assert [(c.charge, c.code, c.amount.amount if c.amount else None) for c in invoice.allowances_charges] == [(True, "FC", 10)]
    assert invoice.allowances_charges[0].taxes[0].rate == 20


def test_lines_and_totals() -> None:
    invoice = one(*HEADER, *LINES, *SUMMARY).canonical
    first, second = invoice.lines
    assert (first.quantity.value, first.net.amount, first.price.amount, first.other_prices[0].kind) == (10, 95, 10, "gross")
    assert (first.order.line, first.despatch.number, first.other_quantities["despatched"].value) == ("1", "DES-9", 12)
    assert (second.invoice.number, second.schedule[0].quantity.value) == ("INV-1", 5)
    totals = invoice.totals
    assert (totals.lines.amount, totals.tax_exclusive.amount, totals.tax.amount) == (120, 130, 26)
    assert (totals.tax_inclusive.amount, totals.prepaid.amount, totals.payable.amount) == (156, 6, 150)
    assert [(tax.rate, tax.basis.amount, tax.amount.amount) for tax in invoice.taxes] == [(20, 130, 26)]


@pytest.mark.parametrize(
    ("code", "model", "kind"),
    [
        ("380", Invoice, "commercial"), ("383", Invoice, "debit_note"), ("384", Invoice, "corrected"), ("389", Invoice, "self_billed"), ("325", Invoice, "pro_forma"),
        ("381", CreditNote, "credit_note"), ("83", CreditNote, "financial"), ("261", CreditNote, "self_billed"), ("396", CreditNote, "factored"), ("999", Invoice, "other"),
    ],
)  # fmt: skip
def test_the_document_name_tells_invoice_from_credit_note(code: str, model: type[Billing], kind: str) -> None:
    found, written = drawing.again(
        f"BGM+{code}+1+9",
        "DTM+137:20261120:102",
        "RFF+IV:INV-1",
        "LIN+1++A:SA",
        "UNS+S",
        "MOA+9:1",
        kind="INVOIC",
        directory="D.96A",
    )
    assert isinstance(found, model)
    assert found.model_dump()["kind"] == kind
    assert found.business_keys[0] == (model.KEY, "1")
    assert found.preceding[0].number == "INV-1"
    assert f"BGM+{code}+1+9" in written


def test_a_credit_note_of_another_format_is_written_as_one() -> None:
    for kind, code in (("credit_note", "381"), ("self_billed", "261"), ("other", "381")):
        note = CreditNote.model_validate({"number": "C1", "kind": kind, "lines": [{"number": "1"}]})
        body, unwritten = drawing.written(note, "INVOIC", "D.96A")
        assert (body.text.split("'")[0], unwritten) == (f"BGM+{code}+C1", [])


CREDIT = ("BGM+381+CN-1+9", "DTM+137:20261120:102", "RFF+IV:INV-1", "CUX+2:EUR:4")


@pytest.mark.parametrize(
    "line", [("QTY+47:-2:PCE", "MOA+203:-20", "PRI+AAA:10"), ("QTY+47:2:PCE", "MOA+203:-20", "PRI+AAA:-10")], ids=["quantity", "price"]
)  # fmt: skip
def test_a_credit_in_negative_amounts_says_what_is_credited(line: tuple[str, ...]) -> None:
    segments = (
        *CREDIT,
        "LIN+1++A:SA",
        *line,
        "UNS+S",
        "MOA+79:-20",
        "MOA+125:-20",
        "MOA+77:-24",
        "TAX+7+VAT+++:::20+S",
        "MOA+124:-4",
        "MOA+125:-20",
    )
    assert [f.message for f in one(*segments).findings] == []
    note, written = drawing.again(*segments, kind="INVOIC", directory="D.96A")
    assert isinstance(note, CreditNote)
    assert note.totals is not None
    assert note.totals.tax_inclusive is not None
    price, quantity, net = note.lines[0].price, note.lines[0].quantity, note.lines[0].net
    assert price is not None
    assert quantity is not None
    assert net is not None
    assert (note.totals.tax_inclusive.amount, price.amount, quantity.value, net.amount) == (24, 10, 2, 20)
    assert [s for s in segments if s not in written] == []


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        ("MOA+79:121", "MOA+79:120", "The lines add up to 120, the document says 121."),
        ("MOA+77:157", "MOA+77:156", "The total without tax and the tax are 156, the total with tax is said to be 157."),
        ("MOA+9:149", "MOA+9:150", "The total with tax less what is prepaid is 150, payable is said to be 149."),
        ("MOA+176:27", "MOA+176:26", "The taxes of the breakdown add up to 26, the document says 27."),
        (
            "MOA+203:96",
            "MOA+203:95",
            "Line 1: quantity times price, less allowances plus charges, is 95.00, the line says 96.",
        ),
        ("CNT+2:3", "CNT+2:2", "CNT claims 3 lines; there are 2."),
    ],
)
def test_sums_that_do_not_add_up_are_found(wrong: str, right: str, sentence: str) -> None:
    segments = [wrong if s == right else s for s in (*HEADER, *LINES, *SUMMARY)]
    found = [f for f in one(*segments).findings if f.code is Code.CONTROL_TOTAL]
    assert sentence in [f.message for f in found]
    (first,) = [f for f in found if f.message == sentence]
    assert first.position.segment == (segments.index(wrong) + 2 if not wrong.startswith("MOA+203") else 1)


def test_charges_of_the_summary_are_charges_where_nothing_else_tells_of_them() -> None:
    segments = (*CREDIT, "LIN+1++A:SA", "UNS+S", "MOA+9:5", "ALC+C++6++C&P", "MOA+8:5")
    found, written = drawing.again(*segments, kind="INVOIC", directory="D.96A")
    assert isinstance(found, CreditNote)
    (charge,) = found.allowances_charges
    assert (charge.charge, charge.code, charge.settlement) == (True, "C&P", "6")
    assert "MOA+8:5" in written


def test_sums_of_charges_in_the_summary_are_kept_beside_those_of_the_lines() -> None:
    segments = (*CREDIT, "LIN+1++A:SA", "ALC+C++++FC", "MOA+8:5", "UNS+S", "MOA+9:5", "ALC+C++++FC:::ALL FREIGHT", "MOA+8:5")
    found, written = drawing.again(*segments, kind="INVOIC", directory="D.96A")
    assert isinstance(found, CreditNote)
    assert found.allowances_charges == []
    assert written[-2:] == ["ALC+C++++FC:::ALL FREIGHT", "MOA+8:5"]


def test_what_is_to_be_paid_is_the_amount_due() -> None:
    segments = (*CREDIT, "LIN+1++A:SA", "UNS+S", "MOA+86:20", "MOA+9:15")
    found, written = drawing.again(*segments, kind="INVOIC", directory="D.96A")
    assert isinstance(found, CreditNote)
    assert found.totals is not None
    assert found.totals.payable is not None
    assert (found.totals.payable.amount, found.totals.other["document"].amount) == (15, 20)
    assert {"MOA+86:20", "MOA+9:15"} <= set(written)


def test_a_delivered_quantity_stands_in_for_the_invoiced_one() -> None:
    segments = (*CREDIT, "LIN+1++A:SA", "QTY+12:54:PCE", "MOA+66:20", "UNS+S", "MOA+9:15")
    found, written = drawing.again(*segments, kind="INVOIC", directory="D.96A")
    assert isinstance(found, CreditNote)
    line = found.lines[0]
    assert line.quantity is not None
    assert line.net is not None
    assert (line.quantity.value, line.net.amount) == (54, 20)
    assert {"QTY+12:54:PCE", "MOA+66:20"} <= set(written)


CORPUS = [
    ("INVOIC__bots-edi-bots-plugins__invoic1.edi", "invoice", "DOCNUM", "EUR", 2, "123"),
    ("INVOIC__connectingeurope-einvoicing-en1693__EDIFACT_EXAMPLE1.TXT", "invoice", "12115118", "EUR", 20, "2"),
    ("INVOIC__connectingeurope-einvoicing-en1693__EDIFACT_EXAMPLE3.TXT", "invoice", "TOSL108", "DKK", 1, "1"),
    ("INVOIC__connectingeurope-einvoicing-en1693__EDIFACT_EXAMPLE7.TXT", "invoice", "INVOICE_test_7", "SEK", 2, "1"),
    ("INVOIC__evergreen-library-system-evergreen__1130B766274.inv", "invoice", "B766274", "USD", 1, "2"),
    ("INVOIC__folio-org-mod-data-import__AnneC-EBSCO-Subns.INV", "invoice", "0703320", "USD", 23, "1"),
    ("INVOIC__folio-org-mod-data-import__CornAuxAm.1605541205.edi", "invoice", "649039", "EUR", 4, "1"),
    ("INVOIC__folio-org-mod-source-record-manage__565701us20210125.edi", "invoice", "741591", "USD", 22, "1"),
    ("INVOIC__nerdocs-pydifact__invoice1.edi", "credit_note", "1060113800026", "EUR", 1, "54"),
    ("INVOIC__nerdocs-pydifact__invoice_with_colon_at_end.edi", "credit_note", "1060113800026", "EUR", 1, "54"),
    ("INVOIC__progrupa-edifact__valid_message.edi", "invoice", "539602", "EUR", 2, "5"),
    ("INVOIC__smooks-smooks-edi-cartridge__invoic.txt", "invoice", "539602", None, 2, "5"),
    ("INVOIC__xlate-staedi__invoic_d97b.edi", "invoice", "342459", None, 2, "1020"),
    ("INVOIC__xlate-staedi__wrapped_invoic_d97b_una.edi", "invoice", "342459", None, 2, "1020"),
]


@pytest.mark.parametrize(("name", "document", "number", "currency", "lines", "quantity"), CORPUS)
def test_invoices_of_the_corpus(name: str, document: str, number: str, currency: str | None, lines: int, quantity: str) -> None:
    found = drawing.first_of(name)
    assert isinstance(found, Billing)
    assert (found.NAME, found.number, found.currency, len(found.lines)) == (document, number, currency, lines)
    first = found.lines[0].quantity
    assert first is not None
    assert first.value == Decimal(quantity)
