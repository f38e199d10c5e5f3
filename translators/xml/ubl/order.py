"""UBL Order to the canonical purchase order, and back; the parts of orders that changes and responses share."""

from translators.mapping.value import Value
from translators.xml.codecs import Amount, Known, Quantity, Whole
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside, One, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.goods_rules import Deliveries
from translators.xml.ubl.parts import (
    CONTRACT,
    DELIVERY,
    ITEM,
    PARTY,
    SCHEDULE,
    allowances_charges,
    customer,
    delivery_terms,
    item_of_line,
    line_of_item,
    monetary_total,
    named,
    other_references,
    payment_terms,
    price,
    reference,
    supplier,
    tax_total,
)
from translators.xml.ubl.rules import Copy, Notes, Stamp
from translators.xml.values import Code, Fixed, Leaf

ACTION: Rule = Leaf("cbc:LineStatusCode", "action", Known(codes.ACTIONS))


def line_item(*particular: Rule) -> tuple[Rule, ...]:
    """What is ordered; sub-lines hold the same."""
    return (
        Leaf("cbc:ID", "number"),
        named("cbc:SalesOrderID", "seller_order"),
        *particular,
        Leaf("cbc:LineExtensionAmount", "amounts.line", Amount()),
        Leaf("cbc:TotalTaxAmount", "amounts.tax", Amount()),
        Leaf("cbc:MinimumQuantity", "other_quantities.minimum", Quantity()),
        Leaf("cbc:MaximumQuantity", "other_quantities.maximum", Quantity()),
        named("cbc:AccountingCost", "accounting_cost"),
        named("cbc:AccountingCostCode", "accounting_cost_code"),
        Each("cac:OriginatorParty", "other_parties", *PARTY, means={"role": "originator"}, most=1),
        allowances_charges(),
        One("cac:Item", "item", *ITEM, required=True),
        tax_total("amounts.tax_total"),
    )


def ordered(action: Rule = ACTION) -> tuple[Rule, ...]:
    """A line as a buyer writes it."""
    return line_item(
        action,
        Leaf("cbc:Quantity", "quantity", Quantity()),
        Deliveries("cac:Delivery", DELIVERY, SCHEDULE),
        price(),
        Each("cac:SubLineItem", "sub_lines", again=_sub_line, scope=True),
    )


def _sub_line() -> tuple[Rule, ...]:
    """A component of a kit or an assortment."""
    return (Notes("cbc:Note", codes.TEXTS), *ordered())


def opening() -> tuple[Rule, ...]:
    """What orders, changes and responses begin with."""
    return (
        Fixed("cbc:UBLVersionID", "2.1"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
        Notes("cbc:Note", codes.TEXTS),
        Leaf("cbc:DocumentCurrencyCode", "currency"),
        named("cbc:CustomerReference", "customer"),
        named("cbc:AccountingCostCode", "accounting_cost_code"),
        named("cbc:AccountingCost", "accounting_cost"),
        Leaf("cbc:LineCountNumeric", "totals.line_count", Whole()),
        Inside(
            "cac:ValidityPeriod",
            Stamp("cbc:StartDate", "cbc:StartTime", "other_dates.valid_from"),
            Stamp("cbc:EndDate", "cbc:EndTime", "other_dates.valid_until"),
        ),
        reference("cac:OriginatorDocumentReference", "originator"),
        Each("cac:Contract", "references", *CONTRACT, means={"kind": "contract"}, needs=("number",)),
        other_references(),
    )


def parties() -> tuple[Rule, ...]:
    """Who takes part in an order."""
    return (
        customer("cac:BuyerCustomerParty", "buyer"),
        supplier("cac:SellerSupplierParty", "seller"),
        Each("cac:OriginatorCustomerParty", "other_parties", Inside("cac:Party", *PARTY), means={"role": "originator"}, most=1),
        One("cac:FreightForwarderParty", "freight_forwarder", *PARTY),
        customer("cac:AccountingCustomerParty", "bill_to"),
    )


def terms(total: str) -> tuple[Rule, ...]:
    """What applies to all lines, and the sums in the element of a name."""
    return (
        delivery_terms(),
        payment_terms(),
        allowances_charges(),
        tax_total("totals.tax"),
        monetary_total(total),
    )


def delivery() -> Inside:
    """Where and when everything is to be delivered."""
    return Inside("cac:Delivery", *DELIVERY, One("cac:CarrierParty", "carrier", *PARTY))


def order_lines(line: tuple[Rule, ...], *beside: Rule) -> Each:
    """The lines of an order; `beside` stand beside the item in the line."""
    return Each("cac:OrderLine", "lines", Notes("cbc:Note", codes.TEXTS), Inside("cac:LineItem", *line), *beside, scope=True)


def after_reading(value: Value) -> None:
    """Lines have what UBL says in their items."""
    for line in value.get("lines", ()):
        line_of_item(line)
        after_reading({"lines": line.get("sub_lines", ())})


def before_writing(value: Value) -> None:
    """Items have what UBL says in them."""
    for line in value.get("lines") or ():
        item_of_line(line)
        before_writing({"lines": line.get("sub_lines", ())})


MAPPING = DocumentMapping(
    Aggregate(
        Leaf("cbc:ID", "number"),
        named("cbc:SalesOrderID", "seller_order"),
        Copy("cbc:CopyIndicator"),
        Code("cbc:OrderTypeCode", "kind", codes.ORDER_KINDS, other="other"),
        reference("cac:QuotationDocumentReference", "quote"),
        reference("cac:OrderDocumentReference", "previous_order", most=1_000),
        *opening(),
        *parties(),
        delivery(),
        *terms("cac:AnticipatedMonetaryTotal"),
        order_lines(ordered()),
    ),
    after_reading,
    before_writing,
)
