"""An XML document as an interchange of one document, or of several under one StandardBusinessDocumentHeader."""

from collections.abc import Iterator

from translators.contract import DocumentRead, Event, InterchangeClosed, InterchangeOpened, Terms, TermsFor, Verdict
from translators.finding import Code
from translators.findings import Findings
from translators.position import Position
from translators.xml.document import Source, read_document
from translators.xml.envelope import envelope_of, payloads
from translators.xml.node import Node, local
from translators.xml.offsets import Offsets
from translators.xml.parser import Parsed, parse

ELEMENTS_PER_SEGMENT = 4
"""How many elements an XML document may have for each segment that a message may have: it says the same in so many."""


def read(data: bytes, start: int, terms_for: TermsFor) -> Iterator[Event]:
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


def _documents(data: bytes, start: int, parsed: Parsed, terms: Terms, findings: Findings) -> list[Source]:
    """The business documents to read; none where a limit is exceeded or there are none."""
    if parsed.root is None:
        return []
    if parsed.end - start > terms.max_document_bytes:
        text = f"The document is larger than {terms.max_document_bytes} bytes."
        findings.add(Code.DOCUMENT_TOO_LARGE, text, Position(start))
        return []
    offsets = Offsets(data, start, parsed.end)
    sources = []
    alone = payloads(parsed.root, parsed.namespace)
    for ordinal, payload in enumerate(alone, 1):
        elements = _elements(payload.root)
        if elements > terms.max_document_segments * ELEMENTS_PER_SEGMENT:
            place = Position(offsets.of(payload.root.ordinal), payload.root.ordinal, local(payload.root.name))
            findings.add(Code.DOCUMENT_TOO_LARGE, f"The document has {elements} elements.", place)
        elif payload.root is parsed.root:
            sources.append(Source(payload, offsets, ordinal, start, parsed.end, elements))
        else:
            first, end = offsets.of(payload.root.ordinal), offsets.behind(payload.root.ordinal)
            sources.append(Source(payload, offsets, ordinal, first, end, elements))
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
