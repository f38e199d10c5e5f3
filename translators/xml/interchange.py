"""An XML document as an interchange of one document, or of several under one StandardBusinessDocumentHeader."""

from collections.abc import Iterator

from translators.contract import DocumentRead, Event, InterchangeClosed, InterchangeOpened, Terms, TermsFor, Verdict
from translators.finding import Code
from translators.findings import Findings
from translators.payload import Payload
from translators.position import Position
from translators.xml.document import Source, read_document
from translators.xml.envelope import envelope_of, payloads
from translators.xml.limits import beyond
from translators.xml.node import Node, local
from translators.xml.offsets import Offsets
from translators.xml.parser import Parsed, parse


def read(data: Payload, start: int, terms_for: TermsFor) -> Iterator[Event]:
    """Read the document that begins at `start`; the last event closes its interchange."""
    parsed = parse(data, start)
    envelope = envelope_of(parsed, start)
    terms = terms_for(envelope)
    yield InterchangeOpened(envelope, terms)
    findings = Findings(terms.severities, limit=terms.max_findings)
    for finding in terms.findings:
        findings.put(finding)
    for finding in parsed.findings:
        findings.take(finding)
    documents = _documents(data, start, parsed, terms, findings)
    verdicts = []
    for source in documents:
        document = read_document(source, terms)
        verdicts.append(document.verdict)
        yield DocumentRead(document)
    yield InterchangeClosed(parsed.end, (), len(verdicts), findings.listed(), _overall(verdicts, refused=findings.failed))


def _documents(data: Payload, start: int, parsed: Parsed, terms: Terms, findings: Findings) -> list[Source]:
    """The business documents to read; none where a limit is exceeded or there are none."""
    if parsed.root is None:
        return []
    offsets = Offsets(data, start, parsed.end)
    sources = []
    alone = payloads(parsed.root, parsed.namespace)
    for ordinal, payload in enumerate(alone, 1):
        first, end = start, parsed.end
        if payload.root is not parsed.root:
            first, end = offsets.of(payload.root.ordinal), offsets.behind(payload.root.ordinal)
        source = Source(payload, offsets, ordinal, first, end, _elements(payload.root), parsed)
        fault = beyond(source, terms)
        if fault is None:
            sources.append(source)
        else:
            place = Position(offsets.of(payload.root.ordinal), payload.root.ordinal, local(payload.root.name))
            findings.add(fault[0], fault[1], place)
    if not alone:
        findings.add(Code.INTERCHANGE_EMPTY, "The header is followed by no document.", Position(start))
    return sources


def _elements(root: Node) -> int:
    """How many elements a tree has: from its own ordinal to that of its last element."""
    last = root
    while last.children:
        last = last.children[-1]
    return last.ordinal - root.ordinal + 1


def _overall(verdicts: list[Verdict], *, refused: bool) -> Verdict:
    """The verdict on the whole."""
    bad = verdicts.count(Verdict.REJECTED)
    if refused or (verdicts and bad == len(verdicts)):
        return Verdict.REJECTED
    if bad:
        return Verdict.PARTLY_ACCEPTED
    return Verdict.ACCEPTED_WITH_ERRORS if Verdict.ACCEPTED_WITH_ERRORS in verdicts else Verdict.ACCEPTED
