"""UBL ReceiptAdvice to the canonical receiving advice, and back."""

from translators.mapping.value import Value
from translators.xml.codecs import Day, Quantity, Whole
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside, One, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.parts import (
    ITEM_ALONE,
    PARTY,
    customer,
    document_reference,
    line_reference,
    number_references,
    order_line_reference,
    order_reference,
    other_references,
    supplier,
)
from translators.xml.ubl.rules import Copy, Notes, Stamp
from translators.xml.values import Fixed, Leaf

_LINES = {"order": "cac:OrderLineReference", "despatch": "cac:DespatchLineReference"}
_CONDITIONS = ("short", "over", "refused")
"""What UBL has a quantity of its own for."""

LINE: tuple[Rule, ...] = (
    Leaf("cbc:ID", "number"),
    Notes("cbc:Note", codes.TEXTS),
    Leaf("cbc:ReceivedQuantity", "quantity", Quantity()),
    Leaf("cbc:ShortQuantity", "short.quantity", Quantity()),
    Leaf("cbc:ShortageActionCode", "short.disposition"),
    Leaf("cbc:OversupplyQuantity", "over.quantity", Quantity()),
    Leaf("cbc:RejectedQuantity", "refused.quantity", Quantity()),
    Leaf("cbc:RejectReason", "refused.reason"),
    Leaf("cbc:RejectActionCode", "refused.disposition"),
    Leaf("cbc:ReceivedDate", "other_dates.received", Day()),
    order_line_reference(),
    line_reference("cac:DespatchLineReference", "despatch"),
    other_references("cac:DocumentReference"),
    One("cac:Item", "item", *ITEM_ALONE),
)


def _after_reading(value: Value) -> None:
    for line in value.get("lines", ()):
        number_references(line, value, _LINES)
        found = [{"status": status, **line.pop(status)} for status in _CONDITIONS if status in line]
        if found:
            line["conditions"] = found


def _before_writing(value: Value) -> None:
    """Somebody got the goods and somebody sent them; of each condition that UBL knows a line has one."""
    for mandatory, other in (("ship_to", "buyer"), ("ship_from", "seller")):
        if not value.get(mandatory) and value.get(other):
            value[mandatory] = value.pop(other)
    for line in value.get("lines") or ():
        left = []
        for condition in line.pop("conditions", None) or ():
            status = condition.get("status")
            if status in _CONDITIONS and status not in line:
                line[status] = {key: said for key, said in condition.items() if key != "status"}
            else:
                left.append(condition)
        if left:
            line["conditions"] = left


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        Leaf("cbc:ID", "number"),
        Copy("cbc:CopyIndicator"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
        Leaf("cbc:ReceiptAdviceTypeCode", "kind"),
        Notes("cbc:Note", codes.TEXTS),
        Leaf("cbc:LineCountNumeric", "totals.line_count", Whole()),
        order_reference(),
        document_reference("cac:DespatchDocumentReference", "despatch"),
        other_references(),
        customer("cac:DeliveryCustomerParty", "ship_to"),
        supplier("cac:DespatchSupplierParty", "ship_from"),
        customer("cac:BuyerCustomerParty", "buyer"),
        supplier("cac:SellerSupplierParty", "seller"),
        Inside(
            "cac:Shipment",
            Leaf("cbc:ID", "shipment.number", absent="NA"),
            Inside(
                "cac:Delivery",
                Stamp("cbc:ActualDeliveryDate", "cbc:ActualDeliveryTime", "received"),
                One("cac:CarrierParty", "carrier", *PARTY),
            ),
        ),
        Each("cac:ReceiptLine", "lines", *LINE, scope=True),
    ),
    _after_reading,
    _before_writing,
)
