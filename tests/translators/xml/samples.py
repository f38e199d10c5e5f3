"""Documents of our own that tests change."""

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def ubl(name: str, body: str) -> str:
    root = f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2"
    return f'<{name} xmlns="{root}" xmlns:cac="{CAC}" xmlns:cbc="{CBC}">{body}</{name}>'


def party(role: str, gln: str, name: str) -> str:
    return (
        f'<cac:{role}><cac:Party><cbc:EndpointID schemeID="0088">{gln}</cbc:EndpointID>'
        f"<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName></cac:Party></cac:{role}>"
    )


ORDER_HEAD = (
    "<cbc:ID>34</cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
)
ORDER_PARTIES = party("BuyerCustomerParty", "5790000000012", "BigBox") + party("SellerSupplierParty", "5790000000029", "Nordic")
ORDER_LINE = (
    '<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="H87">12</cbc:Quantity>'
    '<cac:Price><cbc:PriceAmount currencyID="EUR">2.50</cbc:PriceAmount></cac:Price>'
    "<cac:Item><cbc:Name>Bolt</cbc:Name></cac:Item></cac:LineItem></cac:OrderLine>"
)


def order(head: str = ORDER_HEAD, parties: str = ORDER_PARTIES, lines: str = ORDER_LINE) -> bytes:
    return (DECLARATION + ubl("Order", head + parties + lines)).encode()


def invoice(
    *, lines: str = "100.00", exclusive: str = "100.00", tax: str = "25.00", inclusive: str = "125.00", payable: str = "125.00"
) -> bytes:
    def amount(name: str, value: str) -> str:
        return f'<cbc:{name} currencyID="EUR">{value}</cbc:{name}>'

    body = (
        "<cbc:ID>I1</cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>"
        "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
        + party("AccountingSupplierParty", "5790000000029", "Nordic")
        + party("AccountingCustomerParty", "5790000000012", "BigBox")
        + f"<cac:TaxTotal>{amount('TaxAmount', tax)}<cac:TaxSubtotal>"
        + amount("TaxableAmount", exclusive)
        + amount("TaxAmount", tax)
        + "<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
        "</cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal><cac:LegalMonetaryTotal>"
        + amount("LineExtensionAmount", lines)
        + amount("TaxExclusiveAmount", exclusive)
        + amount("TaxInclusiveAmount", inclusive)
        + amount("PayableAmount", payable)
        + "</cac:LegalMonetaryTotal><cac:InvoiceLine><cbc:ID>1</cbc:ID>"
        + '<cbc:InvoicedQuantity unitCode="H87">10</cbc:InvoicedQuantity>'
        + amount("LineExtensionAmount", "100.00")
        + "<cac:Item><cbc:Name>Bolt</cbc:Name></cac:Item><cac:Price>"
        + amount("PriceAmount", "10.00")
        + "</cac:Price></cac:InvoiceLine>"
    )
    return (DECLARATION + ubl("Invoice", body)).encode()
