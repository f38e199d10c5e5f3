"""UBL TransportExecutionPlan with a status to the canonical answer of a carrier, and back."""

from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.xml.rules import Aggregate, DocumentMapping, One
from translators.xml.ubl.parts import PARTY, document_reference, reference
from translators.xml.ubl.rules import Copy
from translators.xml.ubl.transport_plan import OPENING, PROVIDER_REMARKS, REST, VALIDITY, apart, together
from translators.xml.values import Code, Fixed, Leaf

STATUSES = Words(
    {
        "Confirmed": "accepted",
        "AP": "accepted",
        "Revised": "with_changes",
        "CA": "with_changes",
        "Conditional": "conditional",
        "Rejected": "declined",
        "RE": "declined",
        "Cancelled": "cancelled",
        "Disputed": "other",
    }
)
"""What the carrier says (DocumentStatusCode: words of UBL, or UNTDID 4343)."""


def _after_reading(value: Value) -> None:
    together(value, ())


def _before_writing(value: Value) -> None:
    apart(value, ())


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        *OPENING,
        PROVIDER_REMARKS,
        Copy("cbc:CopyIndicator"),
        Code("cbc:DocumentStatusCode", "status", STATUSES, other="other"),
        Leaf("cbc:DocumentStatusReasonDescription", "reason"),
        One("cac:BillToParty", "bill_to", *PARTY),
        document_reference("cac:TransportExecutionPlanRequestDocumentReference", "order"),
        reference("cac:TransportExecutionPlanDocumentReference", "previous_order"),
        VALIDITY,
        *REST,
    ),
    _after_reading,
    _before_writing,
)
