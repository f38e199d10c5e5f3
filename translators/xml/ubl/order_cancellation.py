"""UBL OrderCancellation: a change of a purchase order that withdraws it."""

from translators.mapping.value import Value
from translators.xml.rules import Aggregate, DocumentMapping, Each, Inside
from translators.xml.ubl import codes
from translators.xml.ubl.parts import CONTRACT, PARTY, changed_order, customer, other_references, reference, supplier
from translators.xml.ubl.rules import Notes, Stamp
from translators.xml.values import Fixed, Leaf


def _withdraws(value: Value) -> None:
    value["purpose"] = "cancel"
    value["lines"] = []


def _said_by_the_document(value: Value) -> None:
    if value.get("purpose") == "cancel":
        del value["purpose"]
    if not value.get("reason"):
        value["reason"] = "Cancelled."


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        Leaf("cbc:ID", "change_number"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
        Notes("cbc:Note", codes.TEXTS),
        Leaf("cbc:CancellationNote", "reason"),
        changed_order(),
        reference("cac:OriginatorDocumentReference", "originator"),
        Each("cac:Contract", "references", *CONTRACT, means={"kind": "contract"}, needs=("number",)),
        other_references(),
        customer("cac:BuyerCustomerParty", "buyer"),
        supplier("cac:SellerSupplierParty", "seller"),
        Each("cac:OriginatorCustomerParty", "other_parties", Inside("cac:Party", *PARTY), means={"role": "originator"}, most=1),
    ),
    _withdraws,
    _said_by_the_document,
)
