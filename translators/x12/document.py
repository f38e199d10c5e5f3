"""Reads one transaction set: support and agreement, table, trailer, canonical form."""

from collections.abc import Mapping
from importlib import import_module

from translators.canonical.base import CanonicalDocument
from translators.contract import Document, DocumentTerms, Separators, Terms, Verdict
from translators.errors import DefinitionMissing
from translators.finding import DEFINITIONS, Code, Severity
from translators.position import Position
from translators.x12.envelope import count_of
from translators.x12.findings import Findings
from translators.x12.grammar import ELEMENT, Grammar, base_version, grammar
from translators.x12.group import OpenGroup
from translators.x12.sets.source import Source
from translators.x12.tokenizer import SetText
from translators.x12.validation import Validator

MAPPINGS = {"850": ("purchase_order", "translators.x12.sets.purchase_order")}
"""Sets with a canonical form: its name, and the module whose `to_canonical` makes it."""
ACKNOWLEDGEMENTS = frozenset({"997", "999"})
"""Sets that acknowledge: validated leniently, never refused, never acknowledged."""
FUNCTIONAL_IDS = {"850": "PO", "997": "FA", "999": "FA"}
"""The functional group (GS01) each supported set belongs to."""

_LENIENT = {code: Severity.WARNING for code, known in DEFINITIONS.items() if known.severity is Severity.ERROR}


class DocumentReader:
    """Reads the sets of one interchange under its terms."""

    __slots__ = ("_separators", "_severities", "_terms")

    def __init__(self, terms: Terms, separators: Separators) -> None:
        self._terms = terms
        self._separators = separators
        self._severities: dict[str, Mapping[Code, Severity | None]] = {}

    def read(self, text: SetText, end: int, ordinal: int, group: OpenGroup, *, complete: bool) -> Document:
        """Read a set that begins with ST. `complete` says that its SE was there."""
        rows = [segment.split(ELEMENT) for segment in text.segments]
        header = (*rows[0], "", "", "")
        kind, number = header[1].strip(), header[2].strip()
        terms = self._terms.for_document(kind)
        findings = Findings(self._severities_of(kind, terms), limit=terms.max_findings)
        table = _supported(kind, group, terms, findings, text)
        paths = Validator(text, table, findings, self._separators).run(rows) if table else []
        _check_characters(text, findings)
        _check_envelope(text, rows, number, group, findings, complete=complete)
        canonical = None
        if table and kind in MAPPINGS and not findings.failed:
            canonical = _canonical(kind, Source(rows, paths, table.version, terms, findings, text, self._separators))
        lenient = kind in ACKNOWLEDGEMENTS
        return Document(
            ordinal=ordinal,
            group=group.ordinal,
            type=kind,
            version=group.version,
            association=header[3].strip(),
            control_number=number,
            start=text.start,
            end=end,
            segments=len(rows),
            verdict=Verdict.ACCEPTED if lenient else findings.verdict(note_errors=self._terms.acknowledgement.note_errors),
            findings=findings.listed(),
            name="functional_acknowledgement" if lenient else MAPPINGS.get(kind, (None,))[0],
            canonical=canonical,
        )

    def _severities_of(self, kind: str, terms: DocumentTerms) -> Mapping[Code, Severity | None]:
        if kind not in self._severities:
            if len(self._severities) > 100:  # types are the partner's words: there is no end of them
                self._severities.clear()
            lenient = _LENIENT if kind in ACKNOWLEDGEMENTS else {}
            self._severities[kind] = {**lenient, **self._terms.severities, **terms.severities}
        return self._severities[kind]


def _supported(kind: str, group: OpenGroup, terms: DocumentTerms, findings: Findings, text: SetText) -> Grammar | None:
    """The table to check the set by; None with a finding when there is none or it is not agreed."""

    def note(code: Code, sentence: str, *, actual: str, expected: str | None = None) -> None:
        position = Position(text.element_offset(0, 1), 1, "ST", 1)
        findings.add(code, sentence, position, expected=expected, actual=actual)

    version = base_version(group.version)
    own_group = FUNCTIONAL_IDS.get(kind)
    if own_group is None:
        note(Code.DOCUMENT_TYPE_UNSUPPORTED, f"Set {kind or '(empty)'} is not supported.", actual=kind)
        return None
    if group.ordinal and group.functional_id != own_group:
        sentence = f"Set {kind} belongs into a group {own_group}, not {group.functional_id or '(empty)'}."
        note(Code.DOCUMENT_TYPE_UNSUPPORTED, sentence, expected=own_group, actual=group.functional_id)
    if not terms.agreed:
        note(Code.DOCUMENT_NOT_AGREED, f"Set {kind} is not agreed with this partner.", actual=kind)
    if kind in ACKNOWLEDGEMENTS and version is None:
        version = "005010" if kind == "999" else "004010"
    elif version is None or (terms.versions and not {group.version, version} & terms.versions):
        sentence = f"Set {kind} is not supported in version {group.version or '(empty)'}."
        agreed = ", ".join(sorted(terms.versions)) or None
        note(Code.DOCUMENT_VERSION_UNSUPPORTED, sentence, expected=agreed, actual=group.version)
        return None
    try:
        return grammar(kind, version)
    except DefinitionMissing:
        note(Code.DOCUMENT_VERSION_UNSUPPORTED, f"Set {kind} does not exist in version {version}.", actual=version)
        return None


def _check_characters(text: SetText, findings: Findings) -> None:
    if text.foreign is not None:
        sentence = "The set holds bytes outside of ASCII, which the character set of X12 does not know."
        findings.add(Code.CHARACTER_OUTSIDE_SET, sentence, Position(text.foreign))
    if text.nul and not findings.failed:  # outside of an element that was checked
        sentence = "The set holds a NUL byte."
        findings.add(Code.CHARACTER_NUL, sentence, Position(text.start + max(text.raw.find(b"\0"), 0)))


def _check_envelope(
    text: SetText, rows: list[list[str]], number: str, group: OpenGroup, findings: Findings, *, complete: bool
) -> None:
    """Judge SE against ST, and the control number against those of the group."""
    last = len(rows) - 1
    if number in group.references:
        sentence = f"The set control number {number} was used before in this group."
        position = Position(text.element_offset(0, 2), 1, "ST", 2)
        findings.add(Code.DOCUMENT_REFERENCE_DUPLICATE, sentence, position, actual=number)
    group.references.add(number)
    if not complete:
        sentence = f"Set {number} has no SE."
        position = Position(text.offset(last), last + 1, "SE")
        findings.add(Code.DOCUMENT_TRAILER_MISSING, sentence, position, expected=f"SE with {last + 2} and {number}")
        return
    trailer = (*rows[last], "", "")
    if count_of(trailer[1]) != len(rows):
        sentence = f"SE01 claims {trailer[1] or 'no'} segments, there are {len(rows)}."
        position = Position(text.element_offset(last, 1), last + 1, "SE", 1)
        findings.add(Code.SEGMENT_COUNT_MISMATCH, sentence, position, expected=str(len(rows)), actual=trailer[1])
    if trailer[2].strip() != number:
        sentence = f"SE02 is {trailer[2] or 'empty'}, ST02 is {number or 'empty'}."
        position = Position(text.element_offset(last, 2), last + 1, "SE", 2)
        findings.add(Code.DOCUMENT_REFERENCE_MISMATCH, sentence, position, expected=number, actual=trailer[2])


def _canonical(kind: str, source: Source) -> CanonicalDocument | None:
    """The canonical form, None when the set says what no such document can be; the mapping has noted why."""
    document: CanonicalDocument | None = import_module(MAPPINGS[kind][1]).to_canonical(source)
    return None if source.findings.failed else document
