"""What UBL invoices and credit notes share."""

from collections.abc import Iterator

from translators.canonical.arithmetic import check
from translators.canonical.base import CanonicalDocument
from translators.canonical.billing import Billing
from translators.mapping.value import Value
from translators.xml.codecs import Amount, Day, Number, Quantity, Whole
from translators.xml.rules import Each, Inside, Misfit, One, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.parts import (
    ITEM,
    PARTY,
    REFERENCE,
    allowances_charges,
    customer,
    delivery_terms,
    document_reference,
    item_of_line,
    line_of_item,
    line_reference,
    monetary_total,
    named,
    number_references,
    order_line_reference,
    order_reference,
    other_references,
    payment_terms,
    period,
    place,
    price,
    reference,
    supplier,
    tax_total,
)
from translators.xml.ubl.rules import Copy, Notes, Stamp
from translators.xml.values import Fixed, Leaf

_LINES = {
    "order": "cac:OrderLineReference",
    "despatch": "cac:DespatchLineReference",
    "receipt": "cac:ReceiptLineReference",
}

INVOICER = "invoicer"
"""The role of who issues the invoice where that is not the seller."""

DELIVERY: tuple[Rule, ...] = place(
    Stamp("cbc:ActualDeliveryDate", "cbc:ActualDeliveryTime", "delivered"),
    Inside("cac:Despatch", Stamp("cbc:ActualDespatchDate", "cbc:ActualDespatchTime", "despatched")),
)

LINE_DELIVERY: tuple[Rule, ...] = place(Stamp("cbc:ActualDeliveryDate", "cbc:ActualDeliveryTime", "delivered"))

PAYMENT: tuple[Rule, ...] = (
    Leaf("cbc:PaymentMeansCode", "means"),
    Leaf("cbc:InstructionNote", "text"),
    Leaf("cbc:PaymentID", "reference"),
    Inside(
        "cac:CardAccount",
        Leaf("cbc:PrimaryAccountNumberID", "card"),
        Fixed("cbc:NetworkID", "NA"),
    ),
    Inside("cac:PayerFinancialAccount", Leaf("cbc:ID", "payer_account")),
    Inside(
        "cac:PayeeFinancialAccount",
        Leaf("cbc:ID", "account"),
        Leaf("cbc:Name", "account_name"),
        Inside(
            "cac:FinancialInstitutionBranch",
            Leaf("cbc:ID", "bank"),
            Inside("cac:FinancialInstitution", Leaf("cbc:ID", "bank", reading_only=True)),
        ),
    ),
    Inside("cac:PaymentMandate", Leaf("cbc:ID", "mandate")),
)


PRECEDING: tuple[Rule, ...] = (Inside("cac:InvoiceDocumentReference", *REFERENCE),)


def line(tag: str, quantity: str) -> Each:
    """The lines; `quantity` is the tag of the quantity that is charged or credited."""
    return Each(
        tag,
        "lines",
        Leaf("cbc:ID", "number"),
        Notes("cbc:Note", codes.TEXTS),
        Leaf(quantity, "quantity", Quantity()),
        Leaf("cbc:LineExtensionAmount", "net", Amount()),
        named("cbc:AccountingCost", "accounting_cost"),
        named("cbc:AccountingCostCode", "accounting_cost_code"),
        Inside("cac:InvoicePeriod", *period("period")),
        order_line_reference(),
        line_reference("cac:DespatchLineReference", "despatch"),
        line_reference("cac:ReceiptLineReference", "receipt"),
        Inside("cac:BillingReference", One("cac:InvoiceDocumentReference", "invoice", *REFERENCE)),
        other_references("cac:DocumentReference"),
        Inside("cac:Delivery", *LINE_DELIVERY),
        allowances_charges(),
        tax_total("amounts.tax"),
        One("cac:Item", "item", *ITEM, required=True),
        price(),
        scope=True,
    )


def opening(kind: Rule) -> tuple[Rule, ...]:
    """What stands before the parties."""
    return (
        Fixed("cbc:UBLVersionID", "2.1"),
        Leaf("cbc:CustomizationID", "profile"),
        Leaf("cbc:ID", "number"),
        Copy("cbc:CopyIndicator"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
        kind,
        Notes("cbc:Note", codes.TEXTS),
        Leaf("cbc:TaxPointDate", "tax_point", Day()),
        Leaf("cbc:DocumentCurrencyCode", "currency"),
        Leaf("cbc:TaxCurrencyCode", "tax_currency"),
        named("cbc:AccountingCostCode", "accounting_cost_code"),
        named("cbc:AccountingCost", "accounting_cost"),
        Leaf("cbc:LineCountNumeric", "totals.line_count", Whole()),
        Leaf("cbc:BuyerReference", "buyer_reference"),
        Inside("cac:InvoicePeriod", *period("period")),
        order_reference(Leaf("cbc:SalesOrderID", "seller_order.number")),
        Each("cac:BillingReference", "preceding", *PRECEDING),
        document_reference("cac:DespatchDocumentReference", "despatch"),
        document_reference("cac:ReceiptDocumentReference", "receipt"),
        document_reference("cac:ContractDocumentReference", "contract"),
        reference("cac:OriginatorDocumentReference", "originator"),
        other_references(),
    )


def parties() -> tuple[Rule, ...]:
    """Who takes part. `debtor` and `creditor` are the accounting parties; `after_reading` says who that is."""
    return (
        supplier("cac:AccountingSupplierParty", "creditor", legal=True),
        customer("cac:AccountingCustomerParty", "debtor", legal=True),
        One("cac:PayeeParty", "payee", *PARTY),
        customer("cac:BuyerCustomerParty", "buyer"),
        supplier("cac:SellerSupplierParty", "seller"),
        Each("cac:TaxRepresentativeParty", "other_parties", *PARTY, means={"role": "tax_representative"}, most=1),
    )


def terms() -> tuple[Rule, ...]:
    """What stands between the parties and the lines."""
    return (
        Inside("cac:Delivery", *DELIVERY),
        delivery_terms(),
        Each("cac:PaymentMeans", "payments", *PAYMENT),
        payment_terms(),
        *(rate(tag, purpose) for tag, purpose in RATES.items()),
        allowances_charges(),
        tax_total("totals.tax"),
        monetary_total("cac:LegalMonetaryTotal"),
    )


RATES = {
    "cac:TaxExchangeRate": "tax",
    "cac:PricingExchangeRate": "pricing",
    "cac:PaymentExchangeRate": "payment",
}
"""Rates of exchange by what they are for."""


def rate(tag: str, purpose: str) -> Each:
    """A rate between two currencies."""
    return Each(
        tag,
        "exchange_rates",
        Leaf("cbc:SourceCurrencyCode", "source"),
        Leaf("cbc:TargetCurrencyCode", "target"),
        Leaf("cbc:CalculationRate", "rate", Number()),
        Leaf("cbc:Date", "as_of", Day()),
        means={"purpose": purpose},
        needs=("source", "target"),
        most=1,
    )


def after_reading(value: Value) -> None:
    """The accounting parties are buyer and seller, unless others are named as such."""
    debtor, creditor = value.pop("debtor", None), value.pop("creditor", None)
    if debtor is not None:
        value["bill_to" if "buyer" in value else "buyer"] = debtor
    if creditor is not None and "seller" in value:
        value.setdefault("other_parties", []).append({"role": INVOICER, **creditor})
    elif creditor is not None:
        value["seller"] = creditor
    for each in value.get("lines", ()):
        line_of_item(each)
        number_references(each, value, _LINES)


def before_writing(value: Value) -> None:
    """Who is billed is the accounting customer, with the buyer beside where that is somebody else."""
    if value.get("bill_to"):
        value["debtor"] = value.pop("bill_to")
    elif value.get("buyer"):
        value["debtor"] = value.pop("buyer")
    invoicers = [party for party in value.get("other_parties") or () if party.get("role") == INVOICER]
    if invoicers:
        value["other_parties"].remove(invoicers[0])
        value["creditor"] = {key: said for key, said in invoicers[0].items() if key != "role"}
    elif value.get("seller"):
        value["creditor"] = value.pop("seller")
    for each in value.get("lines") or ():
        item_of_line(each)


def judge(document: CanonicalDocument) -> Iterator[Misfit]:
    """The sums that do not add up."""
    if isinstance(document, Billing):
        for found in check(document):
            text = f"{found.message} ({found.rule})"
            yield text, ("cac:LegalMonetaryTotal",), str(found.expected), str(found.actual)
