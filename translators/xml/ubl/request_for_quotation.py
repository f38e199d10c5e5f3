"""UBL RequestForQuotation to the canonical request for a quote, and back."""

from translators.xml.codecs import Day, Whole
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside
from translators.xml.ubl import codes
from translators.xml.ubl.order import after_reading, before_writing, delivery, ordered
from translators.xml.ubl.parts import CONTRACT, PARTY, customer, delivery_terms, other_references, supplier
from translators.xml.ubl.rules import Copy, Notes, Stamp
from translators.xml.values import Fixed, Leaf

MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        Leaf("cbc:ID", "number"),
        Copy("cbc:CopyIndicator"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued", timed=True),
        Leaf("cbc:SubmissionDueDate", "respond_by", Day()),
        Notes("cbc:Note", codes.TEXTS),
        Leaf("cbc:PricingCurrencyCode", "currency"),
        Leaf("cbc:LineCountNumeric", "totals.line_count", Whole()),
        Inside(
            "cac:RequestedValidityPeriod",
            Stamp("cbc:StartDate", "cbc:StartTime", "other_dates.valid_from"),
            Stamp("cbc:EndDate", "cbc:EndTime", "other_dates.valid_until"),
        ),
        Each("cac:OriginatorCustomerParty", "other_parties", Inside("cac:Party", *PARTY), means={"role": "originator"}, most=1),
        supplier("cac:SellerSupplierParty", "seller"),
        customer("cac:BuyerCustomerParty", "buyer"),
        delivery(),
        delivery_terms(),
        Each("cac:Contract", "references", *CONTRACT, means={"kind": "contract"}, needs=("number",)),
        other_references(),
        Each(
            "cac:RequestForQuotationLine",
            "lines",
            Leaf("cbc:ID", "number", reading_only=True),
            Notes("cbc:Note", codes.TEXTS),
            Inside("cac:LineItem", *ordered()),
            scope=True,
        ),
    ),
    after_reading,
    before_writing,
)
