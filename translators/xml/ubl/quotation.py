"""UBL Quotation to the canonical quote, and back."""

from translators.mapping.value import Value
from translators.xml.codecs import Whole
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside
from translators.xml.ubl import codes
from translators.xml.ubl.order import after_reading, before_writing, delivery, ordered
from translators.xml.ubl.parts import (
    CONTRACT,
    PARTY,
    allowances_charges,
    customer,
    delivery_terms,
    document_reference,
    monetary_total,
    number_references,
    other_references,
    period,
    supplier,
    tax_total,
)
from translators.xml.ubl.rules import Copy, Notes, Stamp
from translators.xml.values import Fixed, Leaf

_REQUEST = {"request": "cac:RequestLineReference"}


def _after_reading(value: Value) -> None:
    """Lines name the line of the request that they answer."""
    after_reading(value)
    for line in value.get("lines", ()):
        number_references(line, value, _REQUEST)


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        Leaf("cbc:ID", "number"),
        Copy("cbc:CopyIndicator"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
        Notes("cbc:Note", codes.TEXTS),
        Leaf("cbc:PricingCurrencyCode", "currency"),
        Leaf("cbc:LineCountNumeric", "totals.line_count", Whole()),
        Inside("cac:ValidityPeriod", *period("valid")),
        document_reference("cac:RequestForQuotationDocumentReference", "request"),
        Each("cac:Contract", "references", *CONTRACT, means={"kind": "contract"}, needs=("number",)),
        other_references(),
        supplier("cac:SellerSupplierParty", "seller"),
        customer("cac:BuyerCustomerParty", "buyer"),
        Each("cac:OriginatorCustomerParty", "other_parties", Inside("cac:Party", *PARTY), means={"role": "originator"}, most=1),
        delivery(),
        delivery_terms(),
        allowances_charges(),
        tax_total("totals.tax"),
        monetary_total("cac:QuotedMonetaryTotal"),
        Each(
            "cac:QuotationLine",
            "lines",
            Leaf("cbc:ID", "number", reading_only=True),
            Notes("cbc:Note", codes.TEXTS),
            Leaf("cbc:RequestForQuotationLineID", "request.line", reading_only=True),
            Inside("cac:LineItem", *ordered()),
            Inside(
                "cac:RequestLineReference",
                Leaf("cbc:LineID", "request.line", absent="NA"),
                Inside("cac:DocumentReference", Leaf("cbc:ID", "request.number")),
            ),
            scope=True,
        ),
    ),
    _after_reading,
    before_writing,
)
