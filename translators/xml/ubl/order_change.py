"""UBL OrderChange to the canonical change of a purchase order, and back."""

from translators.mapping.value import Value
from translators.xml.rules import Aggregate, DocumentMapping
from translators.xml.ubl import codes
from translators.xml.ubl.order import after_reading, before_writing, delivery, opening, order_lines, ordered, parties, terms
from translators.xml.ubl.parts import changed_order, named, reference
from translators.xml.values import Code, Leaf

ACTION = Code(
    "cbc:LineStatusCode",
    "action",
    codes.LINE_ACTIONS,
    other="other",
    taken=("listAgencyID", "listName"),
    coarser=codes.COARSER_ACTIONS,
)


def _before_writing(value: Value) -> None:
    """A change is counted; where nobody counts, it is the first."""
    if not value.get("sequence"):
        value["sequence"] = "1"
    before_writing(value)


MAPPING = DocumentMapping(
    Aggregate(
        Leaf("cbc:ID", "change_number"),
        named("cbc:SalesOrderID", "seller_order"),
        Leaf("cbc:SequenceNumberID", "sequence"),
        changed_order(),
        reference("cac:QuotationDocumentReference", "quote"),
        *opening(),
        *parties(),
        delivery(),
        *terms("cac:AnticipatedMonetaryTotal"),
        order_lines(ordered(ACTION)),
    ),
    after_reading,
    _before_writing,
)
