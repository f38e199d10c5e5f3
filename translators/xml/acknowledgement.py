"""The acknowledgements of XML: cXML's Response to a request; for UBL and CII, which have none, a UBL ApplicationResponse."""

from translators.contract import (
    Acknowledgement,
    Envelope,
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
from translators.xml.ubl.acknowledgement import APPLICATION_RESPONSE, application_response

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
_SBDH, _UBL = "SBDH", "UBL-2.1"
_SAID = {Verdict.REJECTED: "rejected", Verdict.PARTLY_ACCEPTED: "accepted in part"}


def acknowledge(interchange: Interchange) -> tuple[Acknowledgement, ...]:
    """What is owed under the terms (`functional` is `cXML` or `ApplicationResponse`); nothing for what is an answer itself.

    The answer is in the syntax of what it answers, so that terms which ask for another owe nothing; and it needs both addresses.
    """
    envelope = interchange.envelope
    functional = interchange.terms.acknowledgement.functional
    if functional != (CXML if envelope.version.startswith(CXML) else APPLICATION_RESPONSE):
        return ()
    answers = any(document.type in (RESPONSE, APPLICATION_RESPONSE) for document in interchange.documents)
    if answers or envelope.header[0] in (RESPONSE, APPLICATION_RESPONSE) or not envelope.sender.id or not envelope.receiver.id:
        return ()
    return (_response(interchange) if functional == CXML else _application_response(interchange),)


def _response(interchange: Interchange) -> Acknowledgement:
    """The Response to a cXML request."""
    envelope = interchange.envelope
    errors = _errors(interchange)
    code, text = _status(errors) if interchange.verdict is Verdict.REJECTED else _OK
    explained = [finding.message for finding in errors[:_MOST]]
    root = Node(RESPONSE)
    status = root.add("Status", "\n".join(explained) or None)
    status.attributes = [("code", code), ("text", text), ("xml:lang", "en")]
    outbound = _outbound(envelope, envelope.version, OutboundDocument(RESPONSE, serialise(root), 2))
    verdict = Verdict.REJECTED if code != _OK[0] else Verdict.ACCEPTED
    lines = (f"Request {envelope.control_number}: {code} {text}.", *(f"  {line}" for line in explained))
    return Acknowledgement(CXML, verdict, outbound, lines)


def _application_response(interchange: Interchange) -> Acknowledgement:
    """The ApplicationResponse to UBL and CII documents, in a StandardBusinessDocumentHeader where they came in one."""
    envelope, verdict = interchange.envelope, interchange.verdict
    version = envelope.version if envelope.version.startswith(_SBDH) else _UBL
    outbound = _outbound(envelope, version, application_response(interchange, most=_MOST))
    lines = [f"Interchange {envelope.control_number}: {_SAID.get(verdict, 'accepted')}."]
    lines += [f"  {each.type} {each.control_number}: {_SAID.get(each.verdict, 'accepted')}." for each in interchange.documents]
    lines += [f"  {finding.message}" for finding in _errors(interchange)[:_MOST]]
    return Acknowledgement(APPLICATION_RESPONSE, verdict, outbound, tuple(lines))


def _outbound(envelope: Envelope, version: str, answer: OutboundDocument) -> OutboundInterchange:
    """The answer on its way back."""
    return OutboundInterchange(
        family=Family.XML,
        sender=envelope.receiver,
        receiver=envelope.sender,
        version=version,
        test=envelope.test,
        separators=NO_SEPARATORS,
        groups=(OutboundGroup("", "", "", version, (answer,)),),
    )


def _errors(interchange: Interchange) -> list[Finding]:
    return [f for f in (*interchange.findings, *_of_documents(interchange)) if f.severity is Severity.ERROR]


def _of_documents(interchange: Interchange) -> tuple[Finding, ...]:
    return tuple(finding for document in interchange.documents for finding in document.findings)


def _status(errors: list[Finding]) -> tuple[str, str]:
    """The code: what cannot be parsed is not acceptable, what is not agreed is not implemented, all else is a bad request."""
    codes = {finding.code for finding in errors}
    if codes & _UNREAD:
        return _UNREADABLE
    return _UNSUPPORTED if codes & _UNKNOWN else _BAD
