"""UBL RemittanceAdvice to the canonical remittance advice, and back."""

from translators.mapping.value import Value
from translators.xml.codecs import Amount, Coded, Day, Whole
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside, One, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.parts import (
    PARTY,
    REFERENCE,
    customer,
    named,
    other_references,
    period,
    supplier,
)
from translators.xml.ubl.rules import Copy, Notes, Stamp
from translators.xml.values import Fixed, Leaf

KINDS = {
    "invoice": "cac:InvoiceDocumentReference",
    "self_billed_invoice": "cac:SelfBilledInvoiceDocumentReference",
    "credit_note": "cac:CreditNoteDocumentReference",
    "debit_note": "cac:DebitNoteDocumentReference",
}
"""Documents that are settled, each with the tag of the reference to it."""

_LINE = "line"
"""The kind of a document that is but a line of the advice: what is paid without one."""

LINE: tuple[Rule, ...] = (
    Leaf("cbc:ID", "number"),
    Notes("cbc:Note", codes.TEXTS),
    Leaf("cbc:DebitLineAmount", "paid", Amount()),
    Leaf("cbc:CreditLineAmount", "credited", Amount()),
    Leaf("cbc:BalanceAmount", "outstanding", Amount()),
    named("cbc:InvoicingPartyReference", "invoicing_party"),
    Inside("cac:BillingReference", *(One(tag, kind, *REFERENCE) for kind, tag in KINDS.items())),
    other_references("cac:DocumentReference"),
)


def _after_reading(value: Value) -> None:
    """Each line settles a document; what is credited is paid with the opposite sign."""
    for line in value.get("lines", ()):
        credited = line.pop("credited", None)
        if credited is not None and "paid" not in line:
            line["paid"] = {**credited, "amount": -credited["amount"]}
        elif credited is not None:
            line.setdefault("amounts", {})["credited"] = credited
        found = [{"kind": kind, **line.pop(kind)} for kind in KINDS if kind in line]
        whole = [each for each in found if "number" in each]
        line["document"] = whole[0] if whole else {"kind": _LINE, "number": line.get("number", "")}
        for other in found:
            if other is not line["document"]:
                line.setdefault("references", []).append(other)


def _before_writing(value: Value) -> None:
    """Somebody pays, somebody gets the money; a document has the reference of its kind."""
    for mandatory, other in (("payer", "buyer"), ("seller", "payee")):
        if not value.get(mandatory) and value.get(other):
            value[mandatory] = value.pop(other)
    for place, line in enumerate(value.get("lines") or (), 1):
        line.setdefault("number", str(place))
        _signed(line)
        document = line.pop("document", None) or {}
        kind = document.pop("kind", None) or "invoice"
        if kind in KINDS:
            line[kind] = document
        elif kind != _LINE:
            line.setdefault("references", []).insert(0, {"kind": kind, **document})
        for other in [each for each in line.get("references") or () if kind != _LINE and each.get("kind") in KINDS]:
            if other["kind"] not in line:
                line["references"].remove(other)
                line[other.pop("kind")] = other


def _signed(line: Value) -> None:
    """What is paid is a debit, with the opposite sign a credit."""
    paid = line.get("paid")
    if (line.get("amounts") or {}).get("credited"):
        line["credited"] = line["amounts"].pop("credited")
    elif paid and paid["amount"] < 0:
        line["credited"] = {**line.pop("paid"), "amount": -paid["amount"]}


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        Leaf("cbc:ID", "number"),
        Copy("cbc:CopyIndicator"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
        Notes("cbc:Note", codes.TEXTS),
        Leaf("cbc:DocumentCurrencyCode", "currency"),
        Leaf("cbc:TotalDebitAmount", "amounts.debit", Amount()),
        Leaf("cbc:TotalCreditAmount", "amounts.credit", Amount()),
        Leaf("cbc:TotalPaymentAmount", "amount", Amount()),
        Leaf("cbc:PaymentOrderReference", "payment"),
        named("cbc:PayerReference", "payer"),
        named("cbc:InvoicingPartyReference", "invoicing_party"),
        Leaf("cbc:LineCountNumeric", "totals.line_count", Whole()),
        Inside("cac:InvoicePeriod", *period("period")),
        other_references(),
        customer("cac:AccountingCustomerParty", "payer"),
        supplier("cac:AccountingSupplierParty", "seller"),
        One("cac:PayeeParty", "payee", *PARTY),
        Inside(
            "cac:PaymentMeans",
            Leaf("cbc:PaymentMeansCode", "method", Coded(codes.PAYMENT_METHODS)),
            Leaf("cbc:PaymentDueDate", "paid", Day()),
            Inside("cac:PayerFinancialAccount", Leaf("cbc:ID", "payer_account.number")),
            Inside("cac:PayeeFinancialAccount", Leaf("cbc:ID", "payee_account.number")),
        ),
        Inside("cac:TaxTotal", Leaf("cbc:TaxAmount", "totals.tax", Amount())),
        Each("cac:RemittanceAdviceLine", "lines", *LINE, scope=True),
    ),
    _after_reading,
    _before_writing,
)
