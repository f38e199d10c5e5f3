"""Parts that UBL documents share: parties, addresses, contacts, references, items, prices, taxes, deliveries."""

from collections.abc import Mapping

from translators.mapping.value import Value
from translators.xml.codecs import Amount, Day, Digits, Indicator, Known, Number, Quantity
from translators.xml.rules import Each, Inside, One, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.goods_rules import Classification, Dimensions, Lots
from translators.xml.ubl.party_rules import AddressLines, Endpoint, LegalName, TaxRegistrations
from translators.xml.ubl.rules import Price, ReferenceKind, Stamp
from translators.xml.values import First, Identifier, Identifiers, Item, Leaf

ADDRESS: tuple[Rule, ...] = (
    AddressLines(),
    Leaf("cbc:CityName", "city"),
    Leaf("cbc:PostalZone", "postal_code"),
    Leaf("cbc:CountrySubentity", "region"),
    Leaf("cbc:CountrySubentityCode", "region", reading_only=True),
    Inside("cac:Country", Leaf("cbc:IdentificationCode", "country")),
)

CONTACT: tuple[Rule, ...] = (
    Leaf("cbc:Name", "name"),
    Leaf("cbc:Telephone", "telephone"),
    Leaf("cbc:Telefax", "fax"),
    Leaf("cbc:ElectronicMail", "email"),
)


def contact(tag: str, function: str = "") -> Each:
    """A contact; `function` is what it is for where the element says so."""
    return Each(tag, "contacts", *CONTACT, means={"function": function} if function else None, most=1)


def party(*, legal: bool = False) -> tuple[Rule, ...]:
    """A party. With `legal` its name is written as that of the legal entity too, as invoices must."""
    return (
        Inside("cac:PartyLegalEntity", LegalName(repeated=legal), Identifier("cbc:CompanyID", "company_registration")),
        Endpoint(),
        Identifiers("cac:PartyIdentification", codes.PARTY_SCHEMES, plain="unspecified", agencies=codes.AGENCIES),
        Inside("cac:PartyName", Leaf("cbc:Name", "name")),
        One("cac:PostalAddress", "address", *ADDRESS),
        TaxRegistrations(),
        contact("cac:Contact"),
    )


PARTY = party()
LEGAL_PARTY = party(legal=True)


def customer(tag: str, path: str, *, legal: bool = False) -> One:
    """A customer party: the party inside, and the numbers that each side knows it by."""
    return One(
        tag,
        path,
        Identifier("cbc:CustomerAssignedAccountID", "buyer"),
        Identifier("cbc:SupplierAssignedAccountID", "seller"),
        contact("cac:DeliveryContact", "delivery"),
        contact("cac:AccountingContact", "accounting"),
        contact("cac:BuyerContact", "purchasing"),
        Inside("cac:Party", *(LEGAL_PARTY if legal else PARTY)),
    )


def supplier(tag: str, path: str, *, legal: bool = False) -> One:
    """A supplier party: the party inside, and the number that the customer knows it by."""
    return One(
        tag,
        path,
        Identifier("cbc:CustomerAssignedAccountID", "buyer"),
        contact("cac:DespatchContact", "shipping"),
        contact("cac:AccountingContact", "accounting"),
        contact("cac:SellerContact", "sales"),
        Inside("cac:Party", *(LEGAL_PARTY if legal else PARTY)),
    )


REFERENCE: tuple[Rule, ...] = (
    Leaf("cbc:ID", "number"),
    Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
    Leaf("cbc:DocumentDescription", "text"),
)


CONTRACT: tuple[Rule, ...] = (
    Leaf("cbc:ID", "number"),
    Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
    Leaf("cbc:ContractType", "text"),
)


def reference(tag: str, kind: str, *, most: int = 1) -> Each:
    """A reference to a document of a kind."""
    return Each(tag, "references", *REFERENCE, means={"kind": kind}, needs=("number",), most=most)


def named(tag: str, kind: str) -> Item:
    """A child whose text is the number of a reference of a kind."""
    return Item(tag, "references", "number", means={"kind": kind})


def other_references(tag: str = "cac:AdditionalDocumentReference") -> Each:
    """References of kinds that have no element of their own: the kind is said in words."""
    defaults = {"kind": "related_document"}
    return Each(tag, "references", ReferenceKind("cbc:DocumentType"), *REFERENCE, defaults=defaults, needs=("number",))


def period(path: str) -> tuple[Rule, ...]:
    """From a day or instant to another."""
    return (
        Stamp("cbc:StartDate", "cbc:StartTime", f"{path}.start"),
        Stamp("cbc:EndDate", "cbc:EndTime", f"{path}.end"),
    )


ALLOWANCE_CHARGE: tuple[Rule, ...] = (
    Leaf("cbc:ChargeIndicator", "charge", Indicator()),
    Leaf("cbc:AllowanceChargeReasonCode", "code"),
    Leaf("cbc:AllowanceChargeReason", "reason"),
    Leaf("cbc:MultiplierFactorNumeric", "percent", Number()),
    Leaf("cbc:SequenceNumeric", "sequence", Digits()),
    Leaf("cbc:Amount", "amount", Amount()),
    Leaf("cbc:BaseAmount", "basis", Amount()),
)


def allowances_charges() -> Each:
    """Allowances and charges."""
    return Each("cac:AllowanceCharge", "allowances_charges", *ALLOWANCE_CHARGE, needs=("charge",))


TAX_CATEGORY: tuple[Rule, ...] = (
    Leaf("cbc:ID", "category"),
    Leaf("cbc:Percent", "rate", Number()),
    Leaf("cbc:TaxExemptionReasonCode", "exemption_code"),
    Leaf("cbc:TaxExemptionReason", "exemption_reason"),
    Inside("cac:TaxScheme", Leaf("cbc:ID", "kind")),
)


def tax_total(path: str) -> Inside:
    """The first sum of taxes, at a path, and its breakdown."""
    return Inside(
        "cac:TaxTotal",
        Leaf("cbc:TaxAmount", path, Amount()),
        Each(
            "cac:TaxSubtotal",
            "taxes",
            Leaf("cbc:TaxableAmount", "basis", Amount()),
            Leaf("cbc:TaxAmount", "amount", Amount()),
            Inside("cac:TaxCategory", *TAX_CATEGORY),
            needs=("amount",),
        ),
    )


def monetary_total(tag: str) -> Inside:
    """The sums of a document."""
    return Inside(
        tag,
        Leaf("cbc:LineExtensionAmount", "totals.lines", Amount()),
        Leaf("cbc:TaxExclusiveAmount", "totals.tax_exclusive", Amount()),
        Leaf("cbc:TaxInclusiveAmount", "totals.tax_inclusive", Amount()),
        Leaf("cbc:AllowanceTotalAmount", "totals.allowances", Amount()),
        Leaf("cbc:ChargeTotalAmount", "totals.charges", Amount()),
        Leaf("cbc:PrepaidAmount", "totals.prepaid", Amount()),
        Leaf("cbc:PayableRoundingAmount", "totals.rounding", Amount()),
        Leaf("cbc:PayableAmount", "totals.payable", Amount()),
    )


ITEM_ALONE: tuple[Rule, ...] = (
    Leaf("cbc:Description", "description"),
    Leaf("cbc:Name", "name"),
    Leaf("cbc:BrandName", "brand"),
    Inside("cac:BuyersItemIdentification", Identifier("cbc:ID", "buyer")),
    Inside("cac:SellersItemIdentification", Identifier("cbc:ID", "seller")),
    Inside("cac:ManufacturersItemIdentification", Identifier("cbc:ID", "manufacturer")),
    Identifiers(
        "cac:StandardItemIdentification",
        codes.STANDARD_ITEM_SCHEMES,
        plain="gtin",
        agencies=codes.ITEM_AGENCIES,
        listed_only=True,
        most=1,
    ),
    Classification("cac:CommodityClassification", codes.COMMODITIES),
    Inside("cac:OriginCountry", Leaf("cbc:IdentificationCode", "origin_country")),
    Identifiers("cac:AdditionalItemIdentification", codes.ADDITIONAL_ITEM_SCHEMES, plain="unspecified"),
    Each(
        "cac:AdditionalItemProperty",
        "attributes",
        Leaf("cbc:Name", "name"),
        Leaf("cbc:NameCode", "code"),
        Leaf("cbc:Value", "value"),
        needs=("value",),
    ),
    Dimensions("cac:Dimension", codes.MEASURES),
)
"""An item that is in no line."""

ITEM: tuple[Rule, ...] = (
    *ITEM_ALONE,
    Lots("cac:ItemInstance"),
    Each("cac:ClassifiedTaxCategory", "taxes", *TAX_CATEGORY),
)
"""The item of a line. `lots` and `taxes` belong to the line; `line_of_item` puts them there."""


def line_of_item(line: Value) -> None:
    """Give a line what UBL says in its item."""
    for member in ("lots", "taxes"):
        found = line["item"].pop(member, None) if "item" in line else None
        if found:
            line[member] = [*line.get(member, ()), *found]


def item_of_line(line: Value) -> None:
    """Give an item what UBL says there about the line: lots, and taxes of which only the rate is known."""
    if line.get("lots"):
        line.setdefault("item", {})["lots"] = line.pop("lots")
    rates = [tax for tax in line.get("taxes") or () if "amount" not in tax]
    if rates:
        line.setdefault("item", {})["taxes"] = rates
        line["taxes"] = [tax for tax in line["taxes"] if "amount" in tax]


def price(tag: str = "cac:Price", path: str = "price") -> One:
    """A price for a basis quantity."""
    return One(
        tag,
        path,
        Price("cbc:PriceAmount"),
        Leaf("cbc:BaseQuantity", "basis", Quantity()),
        Leaf("cbc:PriceTypeCode", "kind", Known(codes.PRICES)),
    )


def order_reference(seller_order: Rule | None = None) -> Inside:
    """The order a document is about, and the seller's number of it."""
    return Inside(
        "cac:OrderReference",
        Leaf("cbc:ID", "order.number", absent="NA"),
        seller_order or named("cbc:SalesOrderID", "seller_order"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "order.issued"),
    )


def changed_order() -> Inside:
    """The order that is changed or withdrawn: its number is that of the document."""
    return Inside(
        "cac:OrderReference",
        Leaf("cbc:ID", "number"),
        named("cbc:SalesOrderID", "seller_order"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "ordered"),
    )


def document_reference(tag: str, path: str) -> One:
    """The one document that a member names."""
    return One(tag, path, *REFERENCE)


def order_line_reference(*, required: bool = False) -> Inside:
    """The line of an order that a line is about."""
    return Inside(
        "cac:OrderLineReference",
        Leaf("cbc:LineID", "order.line", absent="NA"),
        Inside(
            "cac:OrderReference",
            Leaf("cbc:ID", "order.number"),
            Stamp("cbc:IssueDate", "cbc:IssueTime", "order.issued"),
        ),
        required=required,
    )


def line_reference(tag: str, path: str) -> Inside:
    """The line of another document that a line is about."""
    return Inside(
        tag,
        Leaf("cbc:LineID", f"{path}.line", absent="NA"),
        Inside(
            "cac:DocumentReference",
            Leaf("cbc:ID", f"{path}.number"),
            Stamp("cbc:IssueDate", "cbc:IssueTime", f"{path}.issued"),
        ),
    )


def number_references(line: Value, header: Value, members: Mapping[str, str]) -> None:
    """Lines name a line of a document whose number the header gives; without any number, the line's number is only kept.

    `members` are those of the line, each with the tag of the element it came from.
    """
    for member, tag in members.items():
        named = line.get(member)
        if named is None or "number" in named:
            continue
        number = (header.get(member) or {}).get("number")
        if number:
            named["number"] = number
        else:
            del line[member]
            line.setdefault("extras", []).append({"path": f"{tag}/cbc:LineID", "value": named["line"]})


def place(*rules: Rule) -> tuple[Rule, ...]:
    """Where goods go: the location, then the party there, both of them `ship_to`."""
    return (
        Inside(
            "cac:DeliveryLocation",
            Identifiers(
                "cbc:ID",
                {"0088": "gln", "GLN": "gln"},
                inner="",
                path="ship_to.identifiers",
                agencies=codes.AGENCIES,
                listed_only=True,
                most=1,
            ),
            One("cac:Address", "ship_to.address", *ADDRESS),
        ),
        One("cac:DeliveryAddress", "ship_to.address", *ADDRESS, reading_only=True),
        One("cac:DeliveryParty", "ship_to", *PARTY),
        *rules,
    )


DELIVERY: tuple[Rule, ...] = place(
    Inside(
        "cac:RequestedDeliveryPeriod",
        Stamp("cbc:StartDate", "cbc:StartTime", "requested_delivery"),
        Stamp("cbc:EndDate", "cbc:EndTime", "latest_delivery"),
    ),
    Inside("cac:PromisedDeliveryPeriod", Stamp("cbc:StartDate", "cbc:StartTime", "other_dates.promised_delivery")),
    Inside("cac:EstimatedDeliveryPeriod", Stamp("cbc:StartDate", "cbc:StartTime", "other_dates.estimated_delivery")),
)

SCHEDULE: tuple[Rule, ...] = place(
    Leaf("cbc:Quantity", "quantity", Quantity()),
    Inside(
        "cac:RequestedDeliveryPeriod",
        Stamp("cbc:StartDate", "cbc:StartTime", "requested"),
    ),
)
"""A delivery among several of a line."""


def delivery_terms() -> One:
    """Incoterms and what was agreed beside them."""
    return One(
        "cac:DeliveryTerms",
        "delivery_terms",
        First(Leaf("cbc:ID", "incoterm", Known(codes.INCOTERMS)), Leaf("cbc:ID", "original")),
        Leaf("cbc:SpecialTerms", "text"),
        Inside("cac:DeliveryLocation", Leaf("cbc:ID", "place")),
    )


def payment_terms() -> Each:
    """When payment is due, and discounts for paying earlier."""
    return Each(
        "cac:PaymentTerms",
        "payment_terms",
        Leaf("cbc:Note", "text"),
        Leaf("cbc:SettlementDiscountPercent", "discount_percent", Number()),
        Leaf("cbc:SettlementDiscountAmount", "discount_amount", Amount()),
        Leaf("cbc:PaymentDueDate", "due", Day()),
        Inside("cac:SettlementPeriod", Leaf("cbc:EndDate", "discount_due", Day())),
    )
