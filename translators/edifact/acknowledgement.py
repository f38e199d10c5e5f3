"""CONTRL: what an interchange is owed, and its segments (CONTRL D.3 for syntax versions 1 to 3, 4.1 for version 4).

**Functional.** Owed when the agreement says `CONTRL`; when it says nothing, UNB 0031 = 1 asks for one and is answered unless
the agreement's `technical` is never. **Receipt only** (action 8, which says nothing of the syntax): owed when `technical` is
always, or asked and UNB 0031 = 2, and never beside a functional one that 0031 = 1 asked for. With `technical` = error, an
interchange that is refused as a whole is answered by a functional CONTRL, which names the error, even when none is agreed.

None is owed for an interchange that holds only CONTRL and APERAK, nor can one be built without 0020, S002 and S003. Messages
that are acknowledgements themselves are never named. Only errors are reported: there is no "accepted with errors" in CONTRL.
Packages (UNO) are named by UCM with 0800 and S020 in CONTRL of version 4; in version 3, whose UCM has no place for them, they are
not named.
"""

from collections.abc import Iterator
from dataclasses import replace

from translators.contract import (
    Acknowledgement,
    AcknowledgementTerms,
    Document,
    Envelope,
    Family,
    Group,
    Interchange,
    OutboundDocument,
    OutboundGroup,
    OutboundInterchange,
    Verdict,
    When,
)
from translators.edifact import service_characters
from translators.edifact.charsets import known
from translators.edifact.kind import ACKNOWLEDGEMENTS
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.tokenizer import components
from translators.edifact.writing import Value, segment
from translators.finding import Code, Finding, Level, Severity

_REJECTED, _ACKNOWLEDGED, _RECEIVED = "4", "7", "8"
_ASKS_FUNCTIONAL, _ASKS_RECEIPT = "1", "2"
_MOST_SEGMENTS, _MOST_ELEMENTS = 999, 99
_LONGEST_REFERENCE = 14
"""0020; a longer one stands in no valid UCI."""
_UNSPECIFIED = "18"
_SENDER, _RECEIVER = 1, 2
_INTERCHANGE_TAGS, _GROUP_TAGS, _MESSAGE_TAGS = ("UNA", "UNB", "UNZ"), ("UNG", "UNE"), ("UNH", "UNT")
"""0013 in UCI, UCF and UCM: each names a service segment of its own level, or none."""
_PACKAGE, _PACKAGE_TAGS = "UNO", ("UNO", "UNP")
_LACKING = {Code.TRUNCATED: "UNZ", Code.DOCUMENT_TRAILER_MISSING: "UNT"}
"""What is missing behind the place where these are found."""


def acknowledge(interchange: Interchange) -> tuple[Acknowledgement, ...]:
    """The CONTRLs owed for an interchange under its terms: none, one, or a receipt and a functional one."""
    terms = interchange.terms.acknowledgement
    functional = _functional_owed(interchange, terms)
    receipt = _receipt_owed(interchange, terms, functional=functional)
    if not (functional or receipt) or not _answerable(interchange):
        return ()
    owed: list[Acknowledgement] = []
    if receipt:
        owed.append(_Writer(interchange).receipt())
    if functional:
        owed.append(_Writer(interchange).functional())
    return tuple(owed)


def _answerable(interchange: Interchange) -> bool:
    envelope = interchange.envelope
    types = [d.type for d in interchange.documents]
    if types and all(t in ACKNOWLEDGEMENTS for t in types):
        return False
    parties = envelope.sender.id and envelope.receiver.id
    return bool(parties and 0 < len(envelope.control_number) <= _LONGEST_REFERENCE)


def _functional_owed(interchange: Interchange, terms: AcknowledgementTerms) -> bool:
    if terms.functional == "CONTRL":
        return True
    asked = interchange.envelope.acknowledgement_requested == _ASKS_FUNCTIONAL
    if asked and terms.technical is not When.NEVER:
        return True
    return terms.technical is When.ERROR and _errors(interchange.findings) != []


def _receipt_owed(interchange: Interchange, terms: AcknowledgementTerms, *, functional: bool) -> bool:
    if terms.technical is When.ALWAYS:
        asked = interchange.envelope.acknowledgement_requested == _ASKS_FUNCTIONAL
        return not (functional and asked)
    return terms.technical is When.ASKED and interchange.envelope.acknowledgement_requested == _ASKS_RECEIPT


def _errors(findings: tuple[Finding, ...]) -> list[Finding]:
    return [f for f in findings if f.severity is Severity.ERROR]


class _Writer:
    """Writes one CONTRL about one interchange."""

    __slots__ = ("_characters", "_explanation", "_interchange", "_segments", "_source", "_version")

    def __init__(self, interchange: Interchange) -> None:
        self._interchange = interchange
        envelope = interchange.envelope
        agreed = interchange.terms.writing
        version = (agreed.syntax or envelope.version).partition(":")[2]
        self._version = int(version) if version in ("1", "2", "3", "4") else 3
        self._characters: ServiceCharacters = service_characters.agreed(agreed.separators, self._version)
        self._source = service_characters.of(envelope.separators)
        self._segments: list[str] = []
        self._explanation: list[str] = []

    def receipt(self) -> Acknowledgement:
        """Received, and nothing said about the syntax."""
        self._write("UCI", *self._subject(), _RECEIVED)
        self._explain(f"Interchange {self._interchange.envelope.control_number} was received.")
        return self._sealed(Verdict.ACCEPTED)

    def functional(self) -> Acknowledgement:
        """Accepted or rejected, level by level."""
        interchange = self._interchange
        number = interchange.envelope.control_number
        errors = _errors(interchange.findings)
        if errors:
            self._write("UCI", *self._subject(), _REJECTED, *self._error(errors[0], _INTERCHANGE_TAGS))
            self._explain(f"Interchange {number} was rejected: {errors[0].message}")
            return self._sealed(Verdict.REJECTED)
        self._write("UCI", *self._subject(), _ACKNOWLEDGED)
        self._explain(f"Interchange {number} was acknowledged.")
        by_group: dict[int, list[Document]] = {}
        for document in interchange.documents:
            if document.type not in ACKNOWLEDGEMENTS:
                by_group.setdefault(document.group, []).append(document)
        for document in by_group.get(0, ()):
            self._message(document)
        for group in interchange.groups:
            self._group(group, by_group.get(group.ordinal, []))
        noted = interchange.verdict is Verdict.ACCEPTED_WITH_ERRORS  # which CONTRL cannot say
        return self._sealed(Verdict.ACCEPTED if noted else interchange.verdict)

    def _subject(self) -> Iterator[Value]:
        """0020, S002 and S003 as they came, not swapped: the interchange is named by its own header."""
        envelope = self._interchange.envelope
        yield envelope.control_number
        for element in (_SENDER, _RECEIVER):
            yield self._components(envelope.header[element] if element < len(envelope.header) else "")

    def _components(self, raw: str) -> list[str]:
        """A raw composite of the subject as values."""
        return [component.strip() for component in components(raw, self._source)]

    def _group(self, group: Group, documents: list[Document]) -> None:
        errors = _errors(group.findings)
        listed = [d for d in documents if d.verdict is Verdict.REJECTED or self._terms.list_accepted]
        if not errors and not listed and not self._terms.list_accepted:
            return
        action = _REJECTED if errors else _ACKNOWLEDGED
        parties = (self._components(group.sender), self._components(group.receiver))
        detail = self._error(errors[0], _GROUP_TAGS) if errors else ()
        self._write("UCF", group.control_number, *parties, action, *detail)
        if errors:
            self._explain(f"Group {group.control_number} was rejected: {errors[0].message}")
            return
        for document in listed:
            self._message(document)

    @property
    def _terms(self) -> AcknowledgementTerms:
        return self._interchange.terms.acknowledgement

    def _message(self, document: Document) -> None:
        rejected = document.verdict is Verdict.REJECTED
        if not rejected and not self._terms.list_accepted:
            return
        if document.type == _PACKAGE:
            self._package(document, rejected=rejected)
            return
        version = document.version.partition(".")
        identifier = [document.type, version[0], version[2], "UN", document.association]
        if not rejected:
            self._write("UCM", document.control_number, identifier, _ACKNOWLEDGED)
            self._explain(f"{document.type} {document.control_number} was accepted.")
            return
        errors = _errors(document.findings)
        own = next((f for f in errors if f.level is Level.DOCUMENT or f.position.tag in _MESSAGE_TAGS), None)
        if own is not None:
            self._write("UCM", document.control_number, identifier, _REJECTED, *self._error(own, _MESSAGE_TAGS))
            self._explain(f"{document.type} {document.control_number} was rejected: {own.message}")
            return
        self._write("UCM", document.control_number, identifier, _REJECTED)
        self._explain(f"{document.type} {document.control_number} was rejected.")
        self._segment_errors(errors)

    def _package(self, document: Document, *, rejected: bool) -> None:
        """A package by its reference and what it belongs to, with the first error in it."""
        if self._version < 4:
            return
        detail = [*self._error(_errors(document.findings)[0], _PACKAGE_TAGS)] if rejected else []
        detail += [""] * (3 - len(detail))
        subject = document.association.split(":", 1)
        action = _REJECTED if rejected else _ACKNOWLEDGED
        self._write("UCM", "", "", action, *detail, document.control_number, subject)
        self._explain(f"Package {document.control_number} was {'rejected' if rejected else 'accepted'}.")

    def _segment_errors(self, errors: list[Finding]) -> None:
        """One UCS for each bad segment in their order, one UCD for each bad element in it."""
        by_segment: dict[int, list[Finding]] = {}
        for finding in errors:
            by_segment.setdefault(finding.position.segment or 1, []).append(finding)
        for number in sorted(by_segment)[:_MOST_SEGMENTS]:
            findings = by_segment[number]
            own = next((f for f in findings if f.position.element is None), None)
            self._write("UCS", str(number), *((_code(own),) if own is not None else ()))
            places: set[tuple[int, int | None]] = set()
            for finding in findings:
                position = finding.position
                self._explain(f"Segment {number} {position.tag or ''}: {finding.message} {finding.remedy}")
                place = (position.element or 0, position.component)
                if position.element is not None and place not in places and len(places) < _MOST_ELEMENTS:
                    places.add(place)
                    self._write("UCD", _code(finding), self._place(finding))

    def _error(self, finding: Finding, tags: tuple[str, ...]) -> tuple[Value, ...]:
        """0085, the service segment of this level in error, and the element in it."""
        tag = finding.position.tag or ""
        if tag not in tags:
            lacking = _LACKING.get(finding.code, "")
            return (_code(finding), lacking) if lacking in tags else (_code(finding),)
        if finding.position.element is None:
            return (_code(finding), tag)
        return (_code(finding), tag, self._place(finding))

    def _place(self, finding: Finding) -> list[str]:
        """S011: the segment tag counts as the first position (0098); 0136 exists from version 4 on."""
        position = finding.position
        place = [str((position.element or 0) + 1), str(position.component or "")]
        if self._version >= 4 and position.repetition is not None:
            place.append(str(position.repetition))
        return place

    def _write(self, tag: str, *elements: Value) -> None:
        self._segments.append(segment(tag, *elements, characters=self._characters))

    def _explain(self, line: str) -> None:
        self._explanation.append(line.strip())

    def _sealed(self, verdict: Verdict) -> Acknowledgement:
        envelope, agreed = self._interchange.envelope, self._interchange.terms.writing.envelope
        fixed = self._terms.version.split(":") if self._terms.version else None
        header = tuple(fixed or (("4", "1", "UN") if self._version >= 4 else ("D", "3", "UN")))
        body = OutboundDocument("CONTRL", "".join(self._segments), len(self._segments), header)
        outbound = OutboundInterchange(
            family=Family.EDIFACT,
            sender=envelope.receiver,
            receiver=envelope.sender,
            version=self._interchange.terms.writing.syntax or _syntax(envelope, self._version),
            test=envelope.test,
            separators=self._characters.separators,
            groups=(OutboundGroup("", "", "", "", (body,)),),
            envelope=agreed if not agreed.acknowledgement else replace(agreed, acknowledgement=""),
        )
        return Acknowledgement("CONTRL", verdict, outbound, tuple(self._explanation))


def _code(finding: Finding) -> str:
    return finding.definition.contrl or _UNSPECIFIED


def _syntax(envelope: Envelope, version: int) -> str:
    """The subject's syntax; an unknown one is answered in level C."""
    identifier = envelope.version.partition(":")[0]
    return f"{identifier if known(identifier) else 'UNOC'}:{version}"
