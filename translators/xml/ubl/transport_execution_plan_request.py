"""UBL TransportExecutionPlanRequest to the canonical order to a carrier (a load that is offered to him), and back."""

from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.xml.rules import Aggregate, DocumentMapping, One
from translators.xml.ubl.parts import PARTY, reference
from translators.xml.ubl.rules import Copy
from translators.xml.ubl.transport_plan import OPENING, REST, SHARED_DATES, apart, respond_by, together
from translators.xml.values import Code, Fixed

PURPOSES = Words({"Revised": "change", "Cancelled": "cancel", "Confirmed": "confirmation"})
"""What becomes of a request that was sent before (DocumentStatusCode)."""


def _after_reading(value: Value) -> None:
    together(value, SHARED_DATES)


def _before_writing(value: Value) -> None:
    """It is a load tender."""
    if value.get("kind") == "load_tender":
        del value["kind"]
    apart(value, SHARED_DATES)


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        *OPENING,
        Copy("cbc:CopyIndicator"),
        Code("cbc:DocumentStatusCode", "purpose", PURPOSES),
        One("cac:PayeeParty", "payee", *PARTY),
        reference("cac:TransportExecutionPlanDocumentReference", "previous_order"),
        respond_by("cac:TransportServiceProviderResponseDeadlinePeriod"),
        *REST,
    ),
    _after_reading,
    _before_writing,
)
