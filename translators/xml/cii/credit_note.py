"""Cross Industry Invoice to the canonical credit note, and back."""

from translators.mapping.value import Value
from translators.xml.cii.billing import after_reading, before_writing, billing, judge
from translators.xml.rules import DocumentMapping
from translators.xml.ubl import codes
from translators.xml.values import Code


def _before_writing(value: Value) -> None:
    """Its kind is always said."""
    value.setdefault("kind", "credit_note")
    before_writing(value)


MAPPING = DocumentMapping(
    billing(Code("ram:TypeCode", "kind", codes.CREDITS, other="other")),
    after_reading,
    _before_writing,
    judge,
)
