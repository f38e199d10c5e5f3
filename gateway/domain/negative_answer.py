"""Negative answers to documents that a person rejects: what can be said, the most fitting first, and what would allow it.

Pure. An order is refused line by line; of anything else an application says that it did not take it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from translators.canonical.application_response import Answer, AnsweredDocument, ApplicationError, ApplicationResponse
from translators.canonical.base import CanonicalDocument
from translators.canonical.order import OrderLine
from translators.canonical.order_response import LineResponse, LineStatus, OrderResponse, ResponseLine, ResponseStatus
from translators.canonical.parts import DocumentReference, Text
from translators.canonical.purchase_order import PurchaseOrder

_AS_ORDERED = frozenset(OrderLine.model_fields) - {"action", "sub_lines", "schedule", "ship_to"}
_PARTIES = ("buyer", "seller", "ordering_party")
_WHERE = ("ship_to", "bill_to")
_AGREED = "ZZZ"
"""The code of an error that partners agreed on: the reason in words is what is said."""
_TYPES = {
    "order_response": {"x12": "855", "edifact": "ORDRSP", "xml": "OrderResponse", "cxml": "ConfirmationRequest"},
    "application_response": {"x12": "824", "edifact": "APERAK", "xml": "ApplicationResponse"},
}
"""What an answer is in each family."""
_X12_VERSION = 6
_USUAL = "004010"


@dataclass(frozen=True, slots=True)
class Rejection:
    """What is said of a document: why, under which number, and when.

    Its `type` on the wire is told where the answer's family, that of the document, has a place for it.
    """

    reason: str
    number: str
    at: datetime
    family: str
    type: str


def negative_answers(document: CanonicalDocument, said: Rejection) -> Iterator[CanonicalDocument]:
    """What says that a document is rejected, the most fitting first."""
    if isinstance(document, PurchaseOrder) and document.number and document.lines:
        yield _order_response(document, said)
    yield _application_response(document, said)


def answer_names(document: str) -> Sequence[str]:
    """The documents that can answer one of this name, the most fitting first."""
    return ("order_response", "application_response") if document == PurchaseOrder.NAME else ("application_response",)


def agreement_lines(answer: str, *, partner: str, family: str, version: str, channel: str) -> str:
    """The lines of routes.toml that would allow an answer, in the family of what is answered."""
    types = _TYPES[answer]
    match family:
        case "x12":
            form = f"x12/{version[:_X12_VERSION]}/{types['x12']}"
        case "xml" if version.startswith("cXML"):
            form = f"xml/{version}/{types.get('cxml', types['xml'])}"
        case "edifact" | "xml":
            form = f"{family}/{version}/{types[family]}"
        case "json":
            form = f"json/{answer}"
        case _:
            form = f"x12/{_USUAL}/{types['x12']}"
    return (
        f'[[agreement]] id = "{partner}-{form.rpartition("/")[2].lower()}", partner = "{partner}", direction = "out", '
        f'document = "{answer}", format = "{form}", channel = "{channel}"'
    )


def _order_response(order: PurchaseOrder, said: Rejection) -> OrderResponse:
    lines = [
        ResponseLine(
            **{name: getattr(line, name) for name in line.model_fields_set & _AS_ORDERED} | {"number": line.number or str(place)},
            responses=[LineResponse(status=LineStatus.REJECTED, quantity=line.quantity)],
        )
        for place, line in enumerate(order.lines, 1)
    ]
    return OrderResponse(
        number=said.number,
        issued=said.at,
        status=ResponseStatus.REJECTED,
        order=DocumentReference(number=order.number or "", release=order.release, issued=order.issued),
        release=order.release,
        currency=order.currency,
        reason=" ".join(said.reason.split()),
        texts=[Text(purpose="general", lines=said.reason.splitlines())],
        lines=lines,
        **_named(order, (*_PARTIES, *_WHERE)),
    )


def _application_response(document: CanonicalDocument, said: Rejection) -> ApplicationResponse:
    number, kind = getattr(document, "number", None), getattr(document, "KEY", "document")
    reference = DocumentReference(kind=kind, number=number, issued=getattr(document, "issued", None)) if number else None
    answered = AnsweredDocument(
        status=Answer.REJECTED,
        document=reference,
        type=said.type if said.family == "x12" else None,
        errors=[ApplicationError(code=_AGREED, text=said.reason)],
    )
    return ApplicationResponse(
        number=said.number, issued=said.at, status=Answer.REJECTED, documents=[answered], **_named(document, _PARTIES)
    )


def _named(document: CanonicalDocument, roles: Sequence[str]) -> dict[str, Any]:
    """The parties of the document in these roles."""
    return {role: party for role in roles if (party := getattr(document, role, None)) is not None}
