"""Reads one message: frame, agreement, structure, elements, meaning."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from translators.canonical.base import CanonicalDocument
from translators.contract import Document, DocumentTerms, Origin, Terms, Verdict
from translators.edifact import charsets, content, definitions, validation
from translators.edifact.directories import EARLIEST, LATEST
from translators.edifact.framing import value
from translators.edifact.grammar import Tree, grammar
from translators.edifact.judgement import Judgement
from translators.edifact.kind import ACKNOWLEDGEMENTS, Kind, announced
from translators.edifact.messages import MAPPINGS
from translators.edifact.report import MessageReport
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.tokenizer import Elements, Locator, MarkedText, cut, terminator
from translators.finding import Code, Severity
from translators.payload import Payload, count
from translators.position import Position


@dataclass(frozen=True, slots=True)
class Syntax:
    """What the interchange header says about how its messages are written."""

    identifier: str
    version: int
    characters: ServiceCharacters

    @property
    def repeating(self) -> bool:
        """Whether elements may repeat within their position: syntax version 4 with a repetition separator."""
        return bool(self.characters.repetition)

    @property
    def service_directory(self) -> str:
        """The tables of the service segments."""
        return "service.4" if self.version >= 4 else "service.3"


@dataclass(slots=True)  # not frozen: one is made for every message, in a third of the time
class Frame:
    """Where a message stands: its bytes without the last terminator, its place in the interchange and its group."""

    start: int
    end: int
    ordinal: int
    group: int


@dataclass(slots=True)  # not frozen: one is made for every message, in a third of the time
class Reading:
    """A message that was read, and the wrong character set that it showed the interchange to have."""

    document: Document
    detected: str | None
    detected_at: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a mapping needs beside the structure: the segments, the directory, the terms, and where to note what it finds."""

    text: MarkedText
    segments: Sequence[Elements]
    repeating: bool
    directory: str
    terms: DocumentTerms
    report: MessageReport
    held: bool
    """Whether all that is made of the segments may be held at once; of a long message it is made when it is asked for."""


_HELD = 262_144
"""Up to this many characters, what is made of the segments of a message is held."""
_MOST_KINDS, _SHORT = 64, 64
"""So many kinds of messages are remembered in an interchange, named in so many characters."""
_HEADER = 4096
"""How far the header of a message is looked for that is too large to be read."""

Mapper = Callable[[object, Tree, Meaning], tuple[CanonicalDocument | None, tuple[Origin, ...]]]
MEANING = "translators.edifact.messages.meaning"
"""What maps messages to their documents, imported with the first."""


class MessageReader:
    """Reads the messages of one interchange; what they have in common is worked out once.

    `duplicate` tells whether a reference was used before, and remembers it.
    """

    __slots__ = ("_kinds", "data", "duplicate", "service", "service_bytes", "syntax", "terms")

    def __init__(self, data: Payload, syntax: Syntax, terms: Terms, duplicate: Callable[[str], bool]) -> None:
        self.data, self.syntax, self.terms, self.duplicate = data, syntax, terms, duplicate
        self.service = definitions.table(syntax.service_directory, repeating=syntax.repeating)
        c = syntax.characters
        self.service_bytes = (c.component + c.element + c.release + c.repetition + c.segment).encode("latin-1")
        self._kinds: dict[tuple[str, ...], Kind] = {}

    def read(self, frame: Frame) -> Reading:
        """Read the message in `frame`."""
        return _Reader(self, frame).read()

    def kind(self, header: Elements) -> Kind:
        """The kind of message that a header announces."""
        key = tuple(header[2]) if len(header) > 2 else ()
        kind = self._kinds.get(key)
        if kind is None:
            kind = announced(header, self.terms)
            if len(self._kinds) < _MOST_KINDS and sum(map(len, key)) <= _SHORT:
                self._kinds[key] = kind
        return kind


class _Reader:
    """The steps of reading one message, and what they share."""

    __slots__ = (
        "common",
        "count",
        "decoded",
        "frame",
        "header",
        "judgement",
        "kind",
        "lineage",
        "oversized",
        "raw",
        "readable",
        "report",
        "syntax",
        "text",
    )

    def __init__(self, common: MessageReader, frame: Frame) -> None:
        self.common, self.frame, self.syntax, self.readable = common, frame, common.syntax, True
        self.lineage: tuple[Origin, ...] = ()
        data, characters = common.data, self.syntax.characters
        self.count, self.oversized = _size(data, frame, self.syntax, common.terms)
        self.raw = _header(data, frame, self.syntax) if self.oversized else data[frame.start : frame.end]
        self.decoded = charsets.decoded(self.raw, self.syntax.identifier)
        text = self.decoded.text
        self.text = cut(text.replace("\0", "\ufffd") if "\0" in text else text, characters)
        self.header = self.text.elements(self.text.segments[0])
        self.kind = common.kind(self.header)
        self.judgement = Judgement(self.kind.severities, self.kind.terms.max_findings, lenient=self.kind.answers)
        self.report = MessageReport(self.judgement, Locator(data, frame.start, frame.end, characters))

    def read(self) -> Reading:
        """The steps one after the other."""
        kind = self.kind
        name, canonical = ACKNOWLEDGEMENTS.get(kind.type), None
        if self.oversized:
            self._refuse()
            return Reading(self._document(name, canonical), None, 0)
        self.count = len(self.text.segments)
        self._characters()
        trailer = self._frame()
        directory = self._directory()
        tree = self._content(directory, self.count - 1 if trailer else self.count) if directory else None
        if tree and directory and kind.type in MAPPINGS:
            canonical = self._mapped(tree, directory)
            name = canonical.NAME if canonical is not None else MAPPINGS[kind.type][0]
        elif self.readable and name is None:
            name, canonical = "generic_document", self._generic(tree)
        document = self._document(name, canonical)
        if kind.type == "CONTRL":
            module = import_module("translators.edifact.acknowledgement_reading")
            document = module.functional(document, self._segments(self.syntax.service_directory))
        return Reading(document, self.decoded.detected, self.frame.start + self.decoded.at)

    def _refuse(self) -> None:
        """A message beyond the limits: only its header is read, so that the partner can be told which one it was."""
        self._header()
        self._unreadable(Code.DOCUMENT_TOO_LARGE, f"The message is too large: {self.oversized}.", actual=self.oversized)

    def _characters(self) -> None:
        """NUL bytes, and characters that the declared level does not have; the first place of each is reported."""
        nul = self.raw.find(b"\0")
        if nul >= 0:
            self._character(Code.CHARACTER_NUL, f"{self.raw.count(0)} NUL bytes stand in the message.", nul, "00")
        outside = charsets.outside(self.raw, self.syntax.identifier, self.common.service_bytes)
        if outside is not None:
            character = self.raw[outside : outside + 1]
            text = f"Characters stand in the message that {self.syntax.identifier} does not have."
            self._character(Code.CHARACTER_OUTSIDE_SET, text, outside, character.decode("latin-1"))
        elif self.decoded.damaged:
            text = f"Bytes stand in the message that are no characters of {self.syntax.identifier}."
            self._character(Code.CHARACTER_OUTSIDE_SET, text, 0, None)

    def _character(self, code: Code, text: str, at: int, actual: str | None) -> None:
        offset = self.frame.start + at
        number = self.report.locator.number_at(offset)
        tag = self.text.tag(self.text.segments[number - 1]) if number <= self.count else None
        self.judgement.add(code, text, Position(offset, number, tag), actual=actual)

    def _header(self) -> str:
        """The header and its reference."""
        reference = value(self.header, 1)
        self._service(1, "UNH")
        if reference and self.common.duplicate(reference):
            text = f"The message reference {reference[:35]} is used twice in the interchange."
            self.judgement.add(Code.DOCUMENT_REFERENCE_DUPLICATE, text, self.report.at(1, "UNH", 1), actual=reference)
        return reference

    def _frame(self) -> bool:
        """Header and trailer; True when there is a trailer."""
        reference = self._header()
        last = self.count
        trailer = self.text.elements(self.text.segments[-1])
        if last == 1 or trailer[0][0] != "UNT":
            text = f"Message {reference[:35]} has no trailer UNT."
            self.judgement.add(Code.DOCUMENT_TRAILER_MISSING, text, self.report.at(last, "UNT"))
            return False
        self._service(last, "UNT")
        count, closing = value(trailer, 1), value(trailer, 2)
        if count and (not count.isascii() or not count.isdigit() or int(count[:12]) != last):
            text = f"UNT counts {count[:12]} segments; there are {last}."
            position = self.report.at(last, "UNT", 1)
            self.judgement.add(Code.SEGMENT_COUNT_MISMATCH, text, position, expected=str(last), actual=count)
        if closing and closing != reference:
            text = f"UNT carries reference {closing[:35]}, UNH {reference[:35]}."
            position = self.report.at(last, "UNT", 2)
            self.judgement.add(Code.DOCUMENT_REFERENCE_MISMATCH, text, position, expected=reference, actual=closing)
        return True

    def _service(self, number: int, tag: str) -> None:
        """Check header or trailer."""
        definition, raw = self.common.service[tag], self.text.segments[number - 1]
        if not definition.good(raw):
            self.report.number, self.report.tag = number, tag
            validation.look(definition, raw, self.text, self.report.element, repeating=self.syntax.repeating)

    def _directory(self) -> str | None:
        """The directory to read with; None when there is none, or when the message cannot be read."""
        kind, objection, choice = self.kind, self.kind.objection, self.kind.choice
        if kind.type == "CONTRL":
            return self.syntax.service_directory
        if objection is not None:
            self._unreadable(objection.code, objection.text, expected=objection.expected, actual=objection.actual)
            return None
        if choice is None:
            if not kind.answers:
                text = f"There is no table of {kind.type}: it is passed on as it is."
                self.judgement.add(Code.DEFINITION_MISSING, text, self.report.at(1, "UNH", 2), actual=kind.type)
            return None
        if not choice.exact:
            text = f"{kind.type} {kind.version} is read with the tables of {choice.directory}."
            expected, severity = (f"{EARLIEST} to {LATEST}", Severity.WARNING) if choice.strange else (None, None)
            place = self.report.at(1, "UNH", 2)
            self.judgement.add(Code.VERSION_NEAREST, text, place, expected=expected, actual=kind.version, severity=severity)
        return choice.directory

    def _unreadable(self, code: Code, text: str, *, actual: str | None, expected: str | None = None) -> None:
        self.readable = False
        self.judgement.add(code, text, self.report.at(1, "UNH", 2), expected=expected, actual=actual)

    def _content(self, directory: str, count: int) -> Tree:
        """Structure and elements of the first `count` segments: those between header and trailer."""
        return content.judged(self.text, count, self.kind.type, directory, self.report, repeating=self.syntax.repeating)

    def _segments(self, directory: str) -> Sequence[Elements]:
        """The elements of all segments as what follows reads them."""
        if not self.syntax.repeating:
            return content.Segments(self.text)
        return content.Segments(self.text, grammar(self.kind.type, directory), directory)

    def _mapped(self, tree: Tree, directory: str) -> CanonicalDocument | None:
        """The canonical document; None when an error stands against the message, before or after mapping."""
        if self.judgement.errors:
            return None
        mapping = import_module(MAPPINGS[self.kind.type][1]).MAPPING
        segments, held = self._segments(directory), len(self.decoded.text) <= _HELD
        meaning = Meaning(self.text, segments, self.syntax.repeating, directory, self.kind.terms, self.report, held)
        canonical, self.lineage = cast(Mapper, import_module(MEANING).canonical)(mapping, tree, meaning)
        return None if self.judgement.verdict is Verdict.REJECTED else canonical

    def _generic(self, tree: Tree | None) -> CanonicalDocument | None:
        """The message as data, for whatever has no mapping."""
        module = import_module("translators.edifact.generic")
        if module.values(self.text) > module.MOST_VALUES:
            text = f"The message holds more than {module.MOST_VALUES} values."
            self._unreadable(Code.DOCUMENT_TOO_LARGE, text, actual=None)
        if self.judgement.errors:
            return None
        return cast(CanonicalDocument, module.generic(self.text, tree, repeating=self.syntax.repeating))

    def _document(self, name: str | None, canonical: CanonicalDocument | None) -> Document:
        return Document(
            ordinal=self.frame.ordinal,
            group=self.frame.group,
            type=self.kind.type,
            version=self.kind.version,
            association=self.kind.association,
            control_number=value(self.header, 1),
            start=self.frame.start,
            end=self.frame.end,
            segments=self.count,
            verdict=self.judgement.verdict,
            findings=tuple(self.judgement.findings),
            name=name,
            canonical=canonical,
            lineage=self.lineage if canonical is not None else (),
        )


def _size(data: Payload, frame: Frame, syntax: Syntax, terms: Terms) -> tuple[int, str]:
    """The number of terminators in a message that is not small, and what is too much about it (empty for nothing)."""
    size = frame.end - frame.start
    if size <= min(terms.max_document_bytes, terms.max_document_segments):
        return 0, ""
    segments = count(data, syntax.characters.segment.encode("latin-1"), frame.start, frame.end) + 1
    if size > terms.max_document_bytes:
        return segments, f"{size} bytes, {terms.max_document_bytes} are allowed"
    if segments > terms.max_document_segments:
        return segments, f"{segments} segments, {terms.max_document_segments} are allowed"
    return segments, ""


def _header(data: Payload, frame: Frame, syntax: Syntax) -> bytes:
    """The first segment of a message."""
    limit = min(frame.end, frame.start + _HEADER)
    end = terminator(data, frame.start, limit, syntax.characters)
    return data[frame.start : end if end >= 0 else limit]
