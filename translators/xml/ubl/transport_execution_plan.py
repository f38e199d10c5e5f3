"""UBL TransportExecutionPlan without a status to the canonical order to a carrier (an instruction that holds), and back.

The same document with a status is an answer: see `transport_execution_plan_answer`.
"""

from translators.mapping.value import Value
from translators.xml.rules import Aggregate, DocumentMapping, One
from translators.xml.ubl.parts import PARTY, reference
from translators.xml.ubl.rules import Copy
from translators.xml.ubl.transport_plan import (
    OPENING,
    PROVIDER_REMARKS,
    REST,
    SHARED_DATES,
    VALIDITY,
    apart,
    respond_by,
    together,
)
from translators.xml.values import Fixed


def _after_reading(value: Value) -> None:
    value["kind"] = "instruction"
    together(value, SHARED_DATES)


def _before_writing(value: Value) -> None:
    """It is an instruction."""
    if value.get("kind") == "instruction":
        del value["kind"]
    apart(value, SHARED_DATES)


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        *OPENING,
        PROVIDER_REMARKS,
        Copy("cbc:CopyIndicator"),
        One("cac:BillToParty", "bill_to", *PARTY),
        reference("cac:TransportExecutionPlanRequestDocumentReference", "transport_request"),
        reference("cac:TransportExecutionPlanDocumentReference", "previous_order"),
        respond_by("cac:TransportServiceProviderResponseRequiredPeriod"),
        VALIDITY,
        *REST,
    ),
    _after_reading,
    _before_writing,
)
