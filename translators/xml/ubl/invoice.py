"""UBL Invoice to the canonical invoice, and back."""

from translators.mapping.value import Value
from translators.xml.codecs import Day
from translators.xml.rules import Aggregate, DocumentMapping
from translators.xml.ubl import codes
from translators.xml.ubl.billing import after_reading, before_writing, judge, line, opening, parties, terms
from translators.xml.values import Code, Leaf


def _before_writing(value: Value) -> None:
    """Its kind is always said."""
    value.setdefault("kind", "commercial")
    before_writing(value)


MAPPING = DocumentMapping(
    Aggregate(
        *opening(Code("cbc:InvoiceTypeCode", "kind", codes.INVOICES, other="other")),
        Leaf("cbc:DueDate", "due", Day()),
        *parties(),
        *terms(),
        line("cac:InvoiceLine", "cbc:InvoicedQuantity"),
    ),
    after_reading,
    _before_writing,
    judge,
)
