"""The acknowledgement that XML knows: cXML's Response to a request. UBL and CII have none; their answers are documents."""

from translators.contract import (
    Acknowledgement,
    Family,
    Interchange,
    OutboundDocument,
    OutboundGroup,
    OutboundInterchange,
    Verdict,
)
from translators.finding import Code, Finding, Severity
from translators.xml.envelope import NO_SEPARATORS
from translators.xml.kinds import CXML
from translators.xml.node import Node, serialise

RESPONSE = "Response"
_OK, _BAD, _UNREADABLE, _UNSUPPORTED = (
    ("200", "OK"),
    ("400", "Bad Request"),
    ("406", "Not Acceptable"),
    ("450", "Not Implemented"),
)
_UNREAD = frozenset((Code.XML_MALFORMED, Code.XML_FORBIDDEN, Code.XML_LIMIT, Code.DOCUMENT_TOO_LARGE))
_UNKNOWN = frozenset((Code.DOCUMENT_TYPE_UNSUPPORTED, Code.DOCUMENT_VERSION_UNSUPPORTED, Code.DOCUMENT_NOT_AGREED))
_MOST = 20
"""How many findings a status explains."""


def acknowledge(interchange: Interchange) -> tuple[Acknowledgement, ...]:
    """The Response owed for a cXML request where the terms ask for one (`functional` is `cXML`); nothing for a response."""
    envelope = interchange.envelope
    asked = interchange.terms.acknowledgement.functional == CXML and envelope.version.startswith(CXML)
    if not asked or not envelope.sender.id or not envelope.receiver.id or any(d.type == RESPONSE for d in interchange.documents):
        return ()
    errors = [f for f in (*interchange.findings, *_of_documents(interchange)) if f.severity is Severity.ERROR]
    code, text = _status(errors) if interchange.verdict is Verdict.REJECTED else _OK
    explained = [finding.message for finding in errors[:_MOST]]
    root = Node(RESPONSE)
    status = root.add("Status", "\n".join(explained) or None)
    status.attributes = [("code", code), ("text", text), ("xml:lang", "en")]
    answer = OutboundDocument(RESPONSE, serialise(root), 2)
    outbound = OutboundInterchange(
        family=Family.XML,
        sender=envelope.receiver,
        receiver=envelope.sender,
        version=envelope.version,
        test=envelope.test,
        separators=NO_SEPARATORS,
        groups=(OutboundGroup("", "", "", envelope.version, (answer,)),),
    )
    verdict = Verdict.REJECTED if code != _OK[0] else Verdict.ACCEPTED
    lines = (f"Request {envelope.control_number}: {code} {text}.", *(f"  {line}" for line in explained))
    return (Acknowledgement(CXML, verdict, outbound, lines),)


def _of_documents(interchange: Interchange) -> tuple[Finding, ...]:
    return tuple(finding for document in interchange.documents for finding in document.findings)


def _status(errors: list[Finding]) -> tuple[str, str]:
    """The code: what cannot be parsed is not acceptable, what is not agreed is not implemented, all else is a bad request."""
    codes = {finding.code for finding in errors}
    if codes & _UNREAD:
        return _UNREADABLE
    return _UNSUPPORTED if codes & _UNKNOWN else _BAD
