"""Reads one message: frame, agreement, structure, elements, meaning."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import cast, overload

from translators.canonical.base import CanonicalDocument
from translators.contract import Document, DocumentTerms, Origin, Terms, Verdict
from translators.edifact import charsets, directories, validation
from translators.edifact.grammar import Tree, Walk, grammar
from translators.edifact.judgement import Judgement
from translators.edifact.messages import MAPPINGS
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.support import objection_to
from translators.edifact.tokenizer import Elements, Locator, MarkedText, cut, terminator
from translators.finding import LENIENT, Code
from translators.position import Position

ACKNOWLEDGEMENTS = {"CONTRL": "functional_acknowledgement", "APERAK": "application_response"}
"""Messages that answer others. They are consumed whatever they look like, and never answered."""


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


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a message stands: its bytes without the last terminator, its place in the interchange and its group."""

    start: int
    end: int
    ordinal: int
    group: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A message that was read, and the wrong character set that it showed the interchange to have."""

    document: Document
    detected: str | None
    detected_at: int


class MessageReport:
    """Turns what the checks say about the segment at hand into findings with a position."""

    __slots__ = ("judgement", "locator", "number", "tag")

    def __init__(self, judgement: Judgement, locator: Locator) -> None:
        self.judgement = judgement
        self.locator = locator
        self.number = 1
        self.tag = "UNH"

    def element(
        self,
        code: Code,
        sentence: str,
        element: int | None,
        component: int | None,
        repetition: int | None,
        *,
        expected: str | None = None,
        actual: str | None = None,
    ) -> None:
        """About an element of the segment at hand; about the segment when `element` is None."""
        judgement = self.judgement
        if not judgement.lists(code):
            judgement.add(code, sentence, Position(self.locator.start))
            return
        locator = self.locator
        offset = locator.segment(self.number) if element is None else locator.element(self.number, element, component)
        position = Position(offset, self.number, self.tag, element, component, repetition)
        judgement.add(code, sentence, position, expected=expected, actual=actual)

    def segment(self, code: Code, sentence: str, number: int, tag: str, expected: str | None) -> None:
        """About a segment as a whole."""
        offset = self.locator.segment(number) if self.judgement.lists(code) else self.locator.start
        self.judgement.add(code, sentence, Position(offset, number, tag), expected=expected)

    def at(self, number: int, tag: str, element: int | None = None, component: int | None = None) -> Position:
        """A position in the message."""
        if element is None:
            return Position(self.locator.segment(number), number, tag)
        return Position(self.locator.element(number, element, component), number, tag, element, component)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a mapping needs beside the structure: the segments, the directory, the terms, and where to note what it finds."""

    text: MarkedText
    segments: Sequence[Elements]
    repeating: bool
    directory: str
    terms: DocumentTerms
    report: MessageReport


_HELD = 262_144
"""Up to this many characters, the elements of all segments are held; a longer message cuts them again when asked."""
_HEADER = 4096
"""How far the header of a message is looked for that is too large to be read."""

Mapper = Callable[[object, Tree, Meaning], tuple[CanonicalDocument | None, tuple[Origin, ...]]]
_MEANING = "translators.edifact.messages.meaning"


def read(data: bytes, frame: Frame, syntax: Syntax, terms: Terms, *, duplicate: Callable[[str], bool]) -> Reading:
    """Read the message in `frame`. `duplicate` tells whether a reference was used before, and remembers it."""
    return _Reader(data, frame, syntax, terms).read(duplicate)


class _OnDemand(Sequence[Elements]):
    """The elements of the segments of a long message, cut whenever they are asked for."""

    __slots__ = ("_definitions", "_text")

    def __init__(self, text: MarkedText, definitions: Mapping[str, validation.Definition | None] | None) -> None:
        self._text = text
        self._definitions = definitions

    def __len__(self) -> int:
        return len(self._text.segments)

    @overload
    def __getitem__(self, index: int) -> Elements: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Elements]: ...
    def __getitem__(self, index: int | slice) -> Elements | Sequence[Elements]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        raw = self._text.segments[index]
        elements = self._text.elements(raw)
        definition = self._definitions.get(elements[0][0]) if self._definitions is not None and "*" in raw else None
        return elements if definition is None else validation.spread(definition, raw, self._text)


class _Reader:
    """The steps of reading one message, and what they share."""

    __slots__ = (
        "choice",
        "count",
        "decoded",
        "frame",
        "header",
        "judgement",
        "lineage",
        "oversized",
        "raw",
        "readable",
        "report",
        "segments",
        "shared",
        "syntax",
        "terms",
        "text",
        "type",
        "version",
    )

    def __init__(self, data: bytes, frame: Frame, syntax: Syntax, terms: Terms) -> None:
        self.frame, self.syntax, self.shared, self.readable = frame, syntax, terms, True
        self.lineage: tuple[Origin, ...] = ()
        self.count, self.oversized = _size(data, frame, syntax, terms)
        self.raw = _header(data, frame, syntax) if self.oversized else data[frame.start : frame.end]
        self.decoded = charsets.decoded(self.raw, syntax.identifier)
        content = self.decoded.text
        if "\0" in content:
            content = content.replace("\0", "\ufffd")
        self.text = cut(content, syntax.characters)
        held = len(content) <= _HELD
        self.segments: Sequence[Elements] = self.text.all_elements() if held else _OnDemand(self.text, None)
        self.header = self.segments[0]
        self.type = _value(self.header, 2, 1)
        self.version = f"{_value(self.header, 2, 2)}.{_value(self.header, 2, 3)}"
        self.terms: DocumentTerms = terms.for_document(self.type)
        self.choice = directories.choose(self.type, self.version)
        nearest = LENIENT if self.choice and not self.choice.exact else {}
        severities = {**nearest, **self.terms.severities}
        self.judgement = Judgement(severities, self.terms.max_findings, lenient=self.type in ACKNOWLEDGEMENTS)
        self.report = MessageReport(self.judgement, Locator(data, frame.start, frame.end, syntax.characters))

    def read(self, duplicate: Callable[[str], bool]) -> Reading:
        name, canonical = ACKNOWLEDGEMENTS.get(self.type), None
        if self.oversized:
            self._refuse(duplicate)
            return Reading(self._document(name, canonical), None, 0)
        self.count = len(self.segments)
        self._characters()
        trailer = self._frame(duplicate)
        directory = self._directory()
        tree = self._content(directory, self.count - 1 if trailer else self.count) if directory else None
        if tree and directory and self.type in MAPPINGS:
            canonical = self._mapped(tree, directory)
            name = canonical.NAME if canonical is not None else MAPPINGS[self.type][0]
        elif self.readable and name is None:
            name, canonical = "generic_document", self._generic(tree)
        document = self._document(name, canonical)
        if self.type == "CONTRL":
            document = import_module("translators.edifact.acknowledgement_reading").functional(document, self.segments)
        return Reading(document, self.decoded.detected, self.frame.start + self.decoded.at)

    def _refuse(self, duplicate: Callable[[str], bool]) -> None:
        """A message beyond the limits: only its header is read, so that the partner can be told which one it was."""
        self._header(duplicate)
        self._unreadable(Code.DOCUMENT_TOO_LARGE, f"The message is too large: {self.oversized}.", actual=self.oversized)

    def _characters(self) -> None:
        """NUL bytes, and characters that the declared level does not have; the first place of each is reported."""
        c = self.syntax.characters
        nul = self.raw.find(b"\0")
        if nul >= 0:
            self._character(Code.CHARACTER_NUL, f"{self.raw.count(0)} NUL bytes stand in the message.", nul, "00")
        service = (c.component + c.element + c.release + c.repetition + c.segment).encode("latin-1")
        outside = charsets.outside(self.raw, self.syntax.identifier, service)
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
        tag = self.segments[number - 1][0][0] if number <= self.count else None
        self.judgement.add(code, text, Position(offset, number, tag), actual=actual)

    def _header(self, duplicate: Callable[[str], bool]) -> str:
        """The header and its reference."""
        reference = _value(self.header, 1, 1)
        self._service(1, self.header, "UNH")
        if reference and duplicate(reference):
            text = f"The message reference {reference[:35]} is used twice in the interchange."
            self.judgement.add(Code.DOCUMENT_REFERENCE_DUPLICATE, text, self.report.at(1, "UNH", 1), actual=reference)
        return reference

    def _frame(self, duplicate: Callable[[str], bool]) -> bool:
        """Header and trailer; True when there is a trailer."""
        reference = self._header(duplicate)
        last = self.count
        trailer = self.segments[-1]
        if last == 1 or trailer[0][0] != "UNT":
            text = f"Message {reference[:35]} has no trailer UNT."
            self.judgement.add(Code.DOCUMENT_TRAILER_MISSING, text, self.report.at(last, "UNT"))
            return False
        self._service(last, trailer, "UNT")
        count, closing = _value(trailer, 1, 1), _value(trailer, 2, 1)
        if count and (not count.isascii() or not count.isdigit() or int(count[:12]) != last):
            text = f"UNT counts {count[:12]} segments; there are {last}."
            position = self.report.at(last, "UNT", 1)
            self.judgement.add(Code.SEGMENT_COUNT_MISMATCH, text, position, expected=str(last), actual=count)
        if closing and closing != reference:
            text = f"UNT carries reference {closing[:35]}, UNH {reference[:35]}."
            position = self.report.at(last, "UNT", 2)
            self.judgement.add(Code.DOCUMENT_REFERENCE_MISMATCH, text, position, expected=reference, actual=closing)
        return True

    def _service(self, number: int, elements: Elements, tag: str) -> None:
        definition = validation.definition(self.syntax.service_directory, tag, repeating=self.syntax.repeating)
        if definition is not None:
            self.report.number, self.report.tag = number, tag
            raw = self.text.segments[number - 1]
            validation.check(definition, raw, elements, self.text, self.report.element, repeating=self.syntax.repeating)

    def _directory(self) -> str | None:
        """The directory to read with; None when there is none, or when the message cannot be read."""
        if self.type == "CONTRL":
            return self.syntax.service_directory
        choice = self.choice
        if self.type not in ACKNOWLEDGEMENTS:
            objection = objection_to(self.type, self.version, self.shared, choice)
            if objection is not None:
                self._unreadable(objection.code, objection.text, expected=objection.expected, actual=objection.actual)
                return None
        if choice is None:
            if self.type not in ACKNOWLEDGEMENTS:
                text = f"There is no table of {self.type}: it is passed on as it is."
                self.judgement.add(Code.DEFINITION_MISSING, text, self.report.at(1, "UNH", 2), actual=self.type)
            return None
        if not choice.exact:
            text = f"{self.type} {self.version} is read with the tables of {choice.directory}."
            self.judgement.add(Code.VERSION_NEAREST, text, self.report.at(1, "UNH", 2), actual=self.version)
        return choice.directory

    def _unreadable(self, code: Code, text: str, *, actual: str | None, expected: str | None = None) -> None:
        self.readable = False
        self.judgement.add(code, text, self.report.at(1, "UNH", 2), expected=expected, actual=actual)

    def _content(self, directory: str, count: int) -> Tree:
        """Structure and elements of the first `count` segments: those between header and trailer."""
        compiled = grammar(self.type, directory)
        report, repeating, text = self.report, self.syntax.repeating, self.text
        segments, definitions = self.segments, validation.table(directory, repeating=repeating)
        if isinstance(segments, list):
            tags = [elements[0][0] for elements in segments[:count]]
        else:
            tags = text.tags()[:count]
            self.segments = segments = _OnDemand(text, definitions if repeating else None)
        tree = Walk(compiled, tags, report.segment).run(segments)
        expected, check = compiled.tags, validation.check
        for number in range(1, count):
            tag = tags[number]
            if tag not in expected:
                continue
            definition, raw, elements = definitions[tag], text.segments[number], segments[number]
            report.number, report.tag = number + 1, tag
            check(definition, raw, elements, text, report.element, repeating=repeating)
            if repeating and "*" in raw and isinstance(segments, list):
                elements[:] = validation.spread(definition, raw, text)
        return tree

    def _mapped(self, tree: Tree, directory: str) -> CanonicalDocument | None:
        """The canonical document; None when an error stands against the message, before or after mapping."""
        if self.judgement.errors:
            return None
        mapping = import_module(MAPPINGS[self.type][1]).MAPPING
        meaning = Meaning(self.text, self.segments, self.syntax.repeating, directory, self.terms, self.report)
        canonical, self.lineage = cast(Mapper, import_module(_MEANING).canonical)(mapping, tree, meaning)
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
            type=self.type,
            version=self.version,
            association=_value(self.header, 2, 5),
            control_number=_value(self.header, 1, 1),
            start=self.frame.start,
            end=self.frame.end,
            segments=self.count,
            verdict=self.judgement.verdict,
            findings=tuple(self.judgement.findings),
            name=name,
            canonical=canonical,
            lineage=self.lineage if canonical is not None else (),
        )


def _size(data: bytes, frame: Frame, syntax: Syntax, terms: Terms) -> tuple[int, str]:
    """The number of terminators in a message that is not small, and what is too much about it (empty for nothing)."""
    size = frame.end - frame.start
    if size <= min(terms.max_document_bytes, terms.max_document_segments):
        return 0, ""
    count = data.count(syntax.characters.segment.encode("latin-1"), frame.start, frame.end) + 1
    if size > terms.max_document_bytes:
        return count, f"{size} bytes, {terms.max_document_bytes} are allowed"
    if count > terms.max_document_segments:
        return count, f"{count} segments, {terms.max_document_segments} are allowed"
    return count, ""


def _header(data: bytes, frame: Frame, syntax: Syntax) -> bytes:
    """The first segment of a message."""
    limit = min(frame.end, frame.start + _HEADER)
    end = terminator(data, frame.start, limit, syntax.characters)
    return data[frame.start : end if end >= 0 else limit]


def _value(elements: Elements, element: int, component: int) -> str:
    try:
        return elements[element][component - 1]
    except IndexError:
        return ""
