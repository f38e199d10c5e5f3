"""Reads a file's interchanges for the offline commands, judging each document only when its interchange has ended.

An interchange that is refused takes its documents along, whatever they were worth by themselves; so nothing is reported
about a document before the trailer is seen. One interchange is held at a time, its canonical documents as bytes.
"""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from translators import registry
from translators.contract import (
    Document,
    DocumentRead,
    Envelope,
    Event,
    Group,
    InterchangeClosed,
    InterchangeOpened,
    Stray,
    TermsFor,
    Verdict,
    anything,
)
from translators.finding import Finding, Severity

_TAKEN = frozenset({Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS})


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """A set or message with the last word on it. `canonical` is its JSON form, None when refused or not mapped."""

    type: str
    version: str
    control_number: str
    valid: bool
    name: str | None
    canonical: bytes | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class JudgedInterchange:
    """An interchange and all that was found in it. `findings` are those of interchange and groups."""

    envelope: Envelope
    valid: bool
    groups: tuple[Group, ...]
    documents: tuple[JudgedDocument, ...]
    findings: tuple[Finding, ...]


Reader = Callable[[bytes, TermsFor], Iterator[Event]]
"""Reads the events of a transmission: the registry, or a layout's own reader for files that do not say what they are."""


def examine(
    data: bytes, terms_for: TermsFor = anything, *, reader: Reader = registry.read
) -> Iterator[JudgedInterchange | Finding]:
    """Every interchange of a transmission, in order, with findings about what stands outside of them."""
    envelope: Envelope | None = None
    documents: list[_Pending] = []
    for event in reader(data, terms_for):
        match event:
            case InterchangeOpened():
                envelope, documents = event.envelope, []
            case DocumentRead(document):
                documents.append(_pending(document))
            case InterchangeClosed() if envelope is not None:
                yield _judged(envelope, documents, event)
                envelope, documents = None, []
            case InterchangeClosed():
                yield from event.findings
            case Stray(finding):
                yield finding


def findings_of(interchange: JudgedInterchange) -> Iterator[tuple[Finding, JudgedDocument | None]]:
    """All findings of an interchange in the order of its bytes, each with the document it is about."""
    marked: list[tuple[Finding, JudgedDocument | None]] = [(finding, None) for finding in interchange.findings]
    marked += [(finding, document) for document in interchange.documents for finding in document.findings]
    marked.sort(key=lambda pair: pair[0].position.offset)
    yield from marked


def is_error(finding: Finding) -> bool:
    """Whether a finding refuses what it is about."""
    return finding.severity is Severity.ERROR


def characters_of(data: bytes) -> str:
    """What the bytes are: `ascii`, `utf-8`, or `8-bit` (some single-byte set, which only the envelope can name)."""
    if data.isascii():
        return "ascii"
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), 1 << 20):
            decoder.decode(bytes(view[start : start + (1 << 20)]))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "8-bit"
    return "utf-8"


@dataclass(frozen=True, slots=True)
class _Pending:
    """A document that waits for its trailer, with its canonical form already small."""

    document: Document
    canonical: bytes | None


def _pending(document: Document) -> _Pending:
    canonical = document.canonical.to_json() if document.canonical is not None else None
    return _Pending(document, canonical)


def _judged(envelope: Envelope, pending: list[_Pending], closed: InterchangeClosed) -> JudgedInterchange:
    whole = closed.verdict is not Verdict.REJECTED
    refused = {group.ordinal for group in closed.groups if group.verdict is Verdict.REJECTED}
    documents = tuple(_judged_document(item, whole=whole and item.document.group not in refused) for item in pending)
    findings = (*closed.findings, *(finding for group in closed.groups for finding in group.findings))
    valid = closed.verdict in _TAKEN and not any(map(is_error, findings)) and all(document.valid for document in documents)
    return JudgedInterchange(envelope, valid, closed.groups, documents, findings)


def _judged_document(item: _Pending, *, whole: bool) -> JudgedDocument:
    document = item.document
    valid = whole and document.verdict in _TAKEN
    return JudgedDocument(
        document.type,
        document.version,
        document.control_number,
        valid,
        document.name,
        item.canonical if valid else None,
        document.findings,
    )
