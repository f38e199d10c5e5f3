"""cXML InvoiceDetailRequest to the canonical credit note, and back."""

from translators.mapping.value import Value
from translators.xml.cxml import codes
from translators.xml.cxml.invoicing import after_reading, before_writing, billing, judge
from translators.xml.rules import DocumentMapping
from translators.xml.values import Code


def _before_writing(value: Value) -> None:
    """Its purpose is always said."""
    value.setdefault("kind", "credit_note")
    before_writing(value)


MAPPING = DocumentMapping(
    billing(Code("@purpose", "kind", codes.CREDITS, other="other", coarser=codes.COARSER_CREDITS)),
    after_reading,
    _before_writing,
    judge,
)
