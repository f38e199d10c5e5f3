"""What invoices and credit notes share as a Cross Industry Invoice: the elements that EN 16931 speaks of, and a few beside."""

from collections.abc import Iterator
from datetime import datetime

from translators.canonical.arithmetic import check
from translators.canonical.base import CanonicalDocument
from translators.canonical.billing import Billing
from translators.mapping.value import Value
from translators.xml.cii.rules import Charge, Dated, Dependent, Money, Registrations, Remark, Street
from translators.xml.codecs import Amount, Indicator, Known, Number, Quantity
from translators.xml.rules import Aggregate, Each, Inside, Misfit, One, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.party_rules import Endpoint
from translators.xml.values import Code, Identifier, Identifiers, Leaf

PROFILE = "urn:cen.eu:en16931:2017"
"""The specification that a document follows where it names no other."""


def moment(tag: str, path: str) -> Inside:
    """A day or instant at a path."""
    return Inside(tag, Leaf("udt:DateTimeString", path, Dated()))


def indicator(tag: str, path: str) -> Inside:
    """Yes or no at a path."""
    return Inside(tag, Leaf("udt:Indicator", path, Indicator()))


def reach(tag: str, inner: str, path: str) -> Inside:
    """A number or address to reach somebody by."""
    return Inside(tag, Leaf(inner, path))


PARTY: tuple[Rule, ...] = (
    Identifier("ram:ID", "unspecified"),
    Identifiers("ram:GlobalID", {"0088": "gln", "0060": "duns"}, inner="", listed_only=True),
    Leaf("ram:Name", "name"),
    Inside("ram:SpecifiedLegalOrganization", Identifier("ram:ID", "company_registration")),
    Each(
        "ram:DefinedTradeContact",
        "contacts",
        Leaf("ram:PersonName", "name"),
        Leaf("ram:DepartmentName", "function"),
        reach("ram:TelephoneUniversalCommunication", "ram:CompleteNumber", "telephone"),
        reach("ram:FaxUniversalCommunication", "ram:CompleteNumber", "fax"),
        reach("ram:EmailURIUniversalCommunication", "ram:URIID", "email"),
    ),
    One(
        "ram:PostalTradeAddress",
        "address",
        Leaf("ram:PostcodeCode", "postal_code"),
        Street(),
        Leaf("ram:CityName", "city"),
        Leaf("ram:CountryID", "country"),
        Leaf("ram:CountrySubDivisionName", "region"),
    ),
    Inside("ram:URIUniversalCommunication", Endpoint("ram:URIID")),
    Registrations(),
)


def referenced(tag: str, path: str, line: str = "") -> Inside:
    """The document that a member names, or the line of it."""
    return Inside(
        tag,
        Leaf("ram:IssuerAssignedID", f"{path}.number"),
        *((Leaf("ram:LineID", f"{path}.line"),) if line else ()),
        Inside("ram:FormattedIssueDateTime", Dependent("qdt:DateTimeString", f"{path}.issued", Dated())),
    )


TAX: tuple[Rule, ...] = (
    Leaf("ram:CalculatedAmount", "amount", Money()),
    Leaf("ram:TypeCode", "kind"),
    Leaf("ram:ExemptionReason", "exemption_reason"),
    Leaf("ram:BasisAmount", "basis", Money()),
    Leaf("ram:CategoryCode", "category"),
    Leaf("ram:ExemptionReasonCode", "exemption_code"),
    Leaf("ram:RateApplicablePercent", "rate", Number()),
)


def modifications() -> Each:
    """Allowances and charges."""
    return Each(
        "ram:SpecifiedTradeAllowanceCharge",
        "allowances_charges",
        indicator("ram:ChargeIndicator", "charge"),
        Leaf("ram:CalculationPercent", "percent", Number()),
        Leaf("ram:BasisAmount", "basis", Money()),
        Leaf("ram:ActualAmount", "amount", Money()),
        Leaf("ram:ReasonCode", "code"),
        Leaf("ram:Reason", "reason"),
        Each("ram:CategoryTradeTax", "taxes", *TAX, most=1),
        needs=("charge",),
    )


PRODUCT: tuple[Rule, ...] = (
    Identifiers("ram:GlobalID", {"0160": "gtin"}, inner="", path="item.identifiers", listed_only=True, most=1),
    Identifier("ram:SellerAssignedID", "seller", "item.identifiers"),
    Identifier("ram:BuyerAssignedID", "buyer", "item.identifiers"),
    Leaf("ram:Name", "item.name"),
    Leaf("ram:Description", "item.description"),
    Leaf("ram:BrandName", "item.brand"),
    Each(
        "ram:ApplicableProductCharacteristic",
        "item.attributes",
        Leaf("ram:TypeCode", "code"),
        Leaf("ram:Description", "name"),
        Leaf("ram:Value", "value"),
        needs=("value", "name"),
    ),
    Inside("ram:OriginTradeCountry", Leaf("ram:ID", "item.origin_country")),
)

PERIOD: Rule = Inside(
    "ram:BillingSpecifiedPeriod", moment("ram:StartDateTime", "period.start"), moment("ram:EndDateTime", "period.end")
)

LINE: tuple[Rule, ...] = (
    Inside("ram:AssociatedDocumentLineDocument", Leaf("ram:LineID", "number"), Leaf("ram:ParentLineID", "part_of"), Remark()),
    Inside("ram:SpecifiedTradeProduct", *PRODUCT),
    Inside(
        "ram:SpecifiedLineTradeAgreement",
        referenced("ram:BuyerOrderReferencedDocument", "order", "line"),
        referenced("ram:ContractReferencedDocument", "contract", "line"),
        One("ram:NetPriceProductTradePrice", "price", Charge(), Leaf("ram:BasisQuantity", "basis", Quantity())),
    ),
    Inside(
        "ram:SpecifiedLineTradeDelivery",
        Leaf("ram:BilledQuantity", "quantity", Quantity()),
        One("ram:ShipToTradeParty", "ship_to", *PARTY),
        Inside("ram:ActualDeliverySupplyChainEvent", moment("ram:OccurrenceDateTime", "delivered")),
        referenced("ram:DespatchAdviceReferencedDocument", "despatch", "line"),
        referenced("ram:ReceivingAdviceReferencedDocument", "receipt", "line"),
    ),
    Inside(
        "ram:SpecifiedLineTradeSettlement",
        Each("ram:ApplicableTradeTax", "taxes", *TAX),
        PERIOD,
        modifications(),
        Inside("ram:SpecifiedTradeSettlementLineMonetarySummation", Leaf("ram:LineTotalAmount", "net", Money())),
        referenced("ram:InvoiceReferencedDocument", "invoice", "line"),
    ),
)

AGREEMENT: tuple[Rule, ...] = (
    Leaf("ram:BuyerReference", "buyer_reference"),
    One("ram:SellerTradeParty", "seller", *PARTY),
    One("ram:BuyerTradeParty", "buyer", *PARTY),
    Each("ram:SellerTaxRepresentativeTradeParty", "other_parties", *PARTY, means={"role": "tax_representative"}, most=1),
    Inside("ram:ApplicableTradeDeliveryTerms", Leaf("ram:DeliveryTypeCode", "delivery_terms.incoterm", Known(codes.INCOTERMS))),
    referenced("ram:SellerOrderReferencedDocument", "seller_order"),
    referenced("ram:BuyerOrderReferencedDocument", "order"),
    referenced("ram:ContractReferencedDocument", "contract"),
    Each(
        "ram:AdditionalReferencedDocument",
        "references",
        Leaf("ram:IssuerAssignedID", "number"),
        Leaf("ram:TypeCode", "original"),
        Leaf("ram:Name", "text"),
        means={"kind": "related_document"},
        needs=("number",),
    ),
)

DELIVERY: tuple[Rule, ...] = (
    One("ram:ShipToTradeParty", "ship_to", *PARTY),
    One("ram:UltimateShipToTradeParty", "final_consignee", *PARTY),
    One("ram:ShipFromTradeParty", "ship_from", *PARTY),
    Inside("ram:ActualDeliverySupplyChainEvent", moment("ram:OccurrenceDateTime", "delivered")),
    referenced("ram:DespatchAdviceReferencedDocument", "despatch"),
    referenced("ram:ReceivingAdviceReferencedDocument", "receipt"),
)

PAYMENT: tuple[Rule, ...] = (
    Leaf("ram:TypeCode", "means"),
    Leaf("ram:Information", "text"),
    Inside("ram:ApplicableTradeSettlementFinancialCard", Leaf("ram:ID", "card")),
    Inside("ram:PayerPartyDebtorFinancialAccount", Leaf("ram:IBANID", "payer_account")),
    Inside("ram:PayeePartyCreditorFinancialAccount", Leaf("ram:IBANID", "account"), Leaf("ram:AccountName", "account_name")),
    Inside("ram:PayeeSpecifiedCreditorFinancialInstitution", Leaf("ram:BICID", "bank")),
)

SUMS: tuple[Rule, ...] = (
    Leaf("ram:LineTotalAmount", "totals.lines", Money()),
    Leaf("ram:ChargeTotalAmount", "totals.charges", Money()),
    Leaf("ram:AllowanceTotalAmount", "totals.allowances", Money()),
    Leaf("ram:TaxBasisTotalAmount", "totals.tax_exclusive", Money()),
    Leaf("ram:TaxTotalAmount", "totals.tax", Amount()),
    Leaf("ram:RoundingAmount", "totals.rounding", Money()),
    Leaf("ram:GrandTotalAmount", "totals.tax_inclusive", Money()),
    Leaf("ram:TotalPrepaidAmount", "totals.prepaid", Money()),
    Leaf("ram:DuePayableAmount", "totals.payable", Money()),
)

SETTLEMENT: tuple[Rule, ...] = (
    Leaf("ram:PaymentReference", "remittance"),
    Leaf("ram:TaxCurrencyCode", "tax_currency"),
    Leaf("ram:InvoiceCurrencyCode", "currency"),
    One("ram:InvoiceeTradeParty", "bill_to", *PARTY),
    One("ram:PayeeTradeParty", "payee", *PARTY),
    One("ram:PayerTradeParty", "payer", *PARTY),
    Each("ram:SpecifiedTradeSettlementPaymentMeans", "payments", *PAYMENT),
    Each("ram:ApplicableTradeTax", "taxes", *TAX),
    PERIOD,
    modifications(),
    Each(
        "ram:SpecifiedTradePaymentTerms",
        "payment_terms",
        Leaf("ram:Description", "text"),
        moment("ram:DueDateDateTime", "due"),
        Inside("ram:ApplicableTradePaymentDiscountTerms", Leaf("ram:CalculationPercent", "discount_percent", Number())),
    ),
    Inside("ram:SpecifiedTradeSettlementHeaderMonetarySummation", *SUMS),
    Each(
        "ram:InvoiceReferencedDocument",
        "preceding",
        Leaf("ram:IssuerAssignedID", "number"),
        Inside("ram:FormattedIssueDateTime", Dependent("qdt:DateTimeString", "issued", Dated())),
        needs=("number",),
    ),
)


def billing(kind: Rule) -> Aggregate:
    """The rules; `kind` is what the type code says."""
    return Aggregate(
        Inside(
            "rsm:ExchangedDocumentContext",
            Inside("ram:GuidelineSpecifiedDocumentContextParameter", Leaf("ram:ID", "profile")),
        ),
        Inside(
            "rsm:ExchangedDocument",
            Leaf("ram:ID", "number"),
            kind,
            moment("ram:IssueDateTime", "issued"),
            Code("ram:PurposeCode", "purpose", codes.PURPOSES, other="other"),
            Remark(),
        ),
        Inside(
            "rsm:SupplyChainTradeTransaction",
            Each("ram:IncludedSupplyChainTradeLineItem", "lines", *LINE, scope=True),
            Inside("ram:ApplicableHeaderTradeAgreement", *AGREEMENT, required=True),
            Inside("ram:ApplicableHeaderTradeDelivery", *DELIVERY, required=True),
            Inside("ram:ApplicableHeaderTradeSettlement", *SETTLEMENT),
        ),
    )


def after_reading(value: Value) -> None:
    """The day of payment is that of its terms; each payment is to be told the reference of the document."""
    reference = value.pop("remittance", None)
    if reference:
        for payment in value.setdefault("payments", [{}]):
            payment["reference"] = reference
    for term in value.get("payment_terms", ()):
        if isinstance(term.get("due"), datetime):
            term["due"] = term["due"].date()
    for line in value.get("lines", ()):
        for member, way in _MEMBERS.items():
            if "number" not in line.get(member, {"number": ""}):
                _unnumbered(line, member, way, value)


_MEMBERS = {
    "order": "ram:SpecifiedLineTradeAgreement/ram:BuyerOrderReferencedDocument",
    "contract": "ram:SpecifiedLineTradeAgreement/ram:ContractReferencedDocument",
    "despatch": "ram:SpecifiedLineTradeDelivery/ram:DespatchAdviceReferencedDocument",
    "receipt": "ram:SpecifiedLineTradeDelivery/ram:ReceivingAdviceReferencedDocument",
    "invoice": "ram:SpecifiedLineTradeSettlement/ram:InvoiceReferencedDocument",
}
"""Documents that lines name, each with the way to the reference."""


def _unnumbered(line: Value, member: str, way: str, header: Value) -> None:
    """A line of a document whose number the header gives; without any number, the line's number is only kept."""
    number = header.get(member, {}).get("number") if member != "invoice" else None
    if number:
        line[member]["number"] = number
    else:
        line.setdefault("extras", []).append({"path": f"{way}/ram:LineID", "value": line.pop(member)["line"]})


def before_writing(value: Value) -> None:
    """The specification that is followed is always named; a reference for the payment is said once."""
    value.setdefault("profile", PROFILE)
    if value.get("purpose") == "original":  # EN 16931 knows no purpose: only one that matters is said
        del value["purpose"]
    references = [payment.pop("reference") for payment in value.get("payments") or () if payment.get("reference")]
    if references:
        value["remittance"] = references[0]
        value["payments"] = [payment for payment in value["payments"] if payment]


def judge(document: CanonicalDocument) -> Iterator[Misfit]:
    """The sums that do not add up."""
    if isinstance(document, Billing):
        for found in check(document):
            yield f"{found.message} ({found.rule})", ("rsm:SupplyChainTradeTransaction",), str(found.expected), str(found.actual)
