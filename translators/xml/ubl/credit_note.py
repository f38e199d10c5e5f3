"""UBL CreditNote to the canonical credit note, and back."""

from translators.mapping.value import Value
from translators.xml.rules import Aggregate, DocumentMapping, Inside
from translators.xml.ubl import codes
from translators.xml.ubl.billing import after_reading, before_writing, judge, line, opening, parties, terms
from translators.xml.values import Code, Leaf


def _before_writing(value: Value) -> None:
    """Its kind is always said."""
    value.setdefault("kind", "credit_note")
    before_writing(value)


MAPPING = DocumentMapping(
    Aggregate(
        *opening(Code("cbc:CreditNoteTypeCode", "kind", codes.CREDITS, other="other")),
        Inside("cac:DiscrepancyResponse", Leaf("cbc:Description", "reason")),
        *parties(),
        *terms(),
        line("cac:CreditNoteLine", "cbc:CreditedQuantity"),
    ),
    after_reading,
    _before_writing,
    judge,
)
