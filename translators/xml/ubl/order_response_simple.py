"""UBL OrderResponseSimple: yes or no to an order as a whole."""

from translators.mapping.value import Value
from translators.xml.codecs import Indicator
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside
from translators.xml.ubl import codes
from translators.xml.ubl.parts import PARTY, customer, named, order_reference, other_references, supplier
from translators.xml.ubl.rules import Copy, Notes, Stamp
from translators.xml.values import Fixed, Leaf


def _after_reading(value: Value) -> None:
    value["status"] = "accepted" if value.pop("accepted", False) else "rejected"


def _before_writing(value: Value) -> None:
    if value.get("status") in ("accepted", "rejected"):
        value["accepted"] = value.pop("status") == "accepted"


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        Leaf("cbc:ID", "number"),
        Copy("cbc:CopyIndicator"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
        Notes("cbc:Note", codes.TEXTS),
        Leaf("cbc:AcceptedIndicator", "accepted", Indicator()),
        Leaf("cbc:RejectionNote", "reason"),
        named("cbc:CustomerReference", "customer"),
        named("cbc:AccountingCostCode", "accounting_cost_code"),
        named("cbc:AccountingCost", "accounting_cost"),
        order_reference(Leaf("cbc:SalesOrderID", "seller_order")),
        other_references(),
        supplier("cac:SellerSupplierParty", "seller"),
        customer("cac:BuyerCustomerParty", "buyer"),
        Each("cac:OriginatorCustomerParty", "other_parties", Inside("cac:Party", *PARTY), means={"role": "originator"}, most=1),
        customer("cac:AccountingCustomerParty", "bill_to"),
    ),
    _after_reading,
    _before_writing,
)
