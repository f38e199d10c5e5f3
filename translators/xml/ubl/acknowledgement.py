"""The ApplicationResponse that answers an interchange of XML documents: what became of each, and why.

UBL has no acknowledgement of syntax; partners agree on this document in its place. Its number and its time are not known here:
`numbered` puts them in when the interchange is sealed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from translators.canonical.application_response import ApplicationResponse
from translators.contract import Document, Identity, Interchange, OutboundDocument, Verdict, WritingTerms
from translators.finding import Finding, Severity
from translators.xml.writing import write

APPLICATION_RESPONSE = "ApplicationResponse"
NUMBERED = ("numbered",)
"""The header of a body that number and time are to be put into."""
_VERSION = "UBL-2.1"
_WORDS = {
    "purchase_order": "order",
    "purchase_order_change": "order_change",
    "despatch_advice": "despatch",
    "receiving_advice": "receipt",
    "remittance_advice": "remittance",
}
"""What references call documents that have another name."""
_STAMPED = ("cbc:ID", "cbc:IssueDate", "cbc:IssueTime")
_OPENING = "<cbc:UBLVersionID>2.1</cbc:UBLVersionID>\n"


def application_response(interchange: Interchange, *, most: int) -> OutboundDocument:
    """The response, with up to `most` errors for each document. An interchange that holds no document is answered as a whole."""
    refused = interchange.verdict is Verdict.REJECTED
    errors = [finding for finding in interchange.findings if finding.severity is Severity.ERROR]
    answers = [_answer(document, errors, refused=refused, most=most) for document in interchange.documents]
    envelope = interchange.envelope
    if not answers:
        answers = [_verdict(envelope.control_number, None, errors[:most], refused=refused)]
    statuses = {answer["status"] for answer in answers}
    sides = (("sender", envelope.receiver), ("receiver", envelope.sender))
    document = ApplicationResponse.model_validate(
        {
            "status": statuses.pop() if len(statuses) == 1 else "partly_accepted",
            "other_parties": [_party(role, identity) for role, identity in sides],
            "documents": answers,
        }
    )
    body = write(document, APPLICATION_RESPONSE, _VERSION, WritingTerms()).document
    return OutboundDocument(APPLICATION_RESPONSE, body.body, body.segments + len(_STAMPED), NUMBERED)


def _answer(document: Document, errors: Sequence[Finding], *, refused: bool, most: int) -> dict[str, Any]:
    own = [finding for finding in document.findings if finding.severity is Severity.ERROR]
    bad = refused or document.verdict is Verdict.REJECTED
    kind = _WORDS.get(document.name or "", document.name)
    return _verdict(document.control_number, kind, [*errors, *own][:most] if bad else (), refused=bad)


def _verdict(number: str, kind: str | None, errors: Sequence[Finding], *, refused: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {"status": "rejected" if refused else "accepted", "document": {"number": number or "NA"}}
    if kind is not None:
        answer["document"]["kind"] = kind
    if errors:
        answer["errors"] = [{"code": finding.code.value, "text": finding.message} for finding in errors]
    return answer


def _party(role: str, identity: Identity) -> dict[str, Any]:
    said = f"{identity.qualifier}:{identity.id}" if identity.qualifier else identity.id
    return {"role": role, "identifiers": {"endpoint": said}}


def numbered(body: str, control_number: int, prepared: datetime) -> str:
    """The body with its number and the time when it was made, in UTC, as the first of what it says."""
    before, mark, behind = body.partition(_OPENING)
    said = (f"{control_number}", f"{prepared:%Y-%m-%d}", f"{prepared:%H:%M:%S}Z")
    stamp = "".join(f"  <{name}>{text}</{name}>\n" for name, text in zip(_STAMPED, said, strict=True))
    return f"{before}{mark}{stamp}{behind}"
