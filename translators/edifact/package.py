"""Packages: an object of any octets between UNO and UNP (ISO 9735-8), found by its length and passed on as base64.

An object may hold terminators, service segments and whole messages; nothing in it is looked at as long as its length leads to
UNP. Security segments may stand behind UNO, as many as 0814 says, and before UNP (UST, USR).
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

from translators.canonical.generic_document import GenericDocument, GenericSegment
from translators.contract import Document, Terms
from translators.edifact import charsets, validation
from translators.edifact.definitions import Table, table
from translators.edifact.framing import boundary, skipped, tag_at, value
from translators.edifact.generic import segment
from translators.edifact.judgement import Judgement
from translators.edifact.message import Frame, Syntax
from translators.edifact.support import objection_to
from translators.edifact.tokenizer import Locator, MarkedText, cut, terminator
from translators.finding import Code
from translators.payload import Payload, content_end
from translators.position import Position
from translators.references import References

HEADER, OBJECT, TRAILER = "UNO", "OBJECT", "UNP"
"""Type of a package and tag of its header; what stands for the object in the generic document; tag of the trailer."""

_STATUS = 4
_SECURITY = b"US"
"""How the tags of all security segments begin."""
_TRAILER_LIMIT = 4096
_MOST_TRAILING = 99
_SHOWN = 24
_BLANKS = b" \t\r\n\0"


@dataclass(slots=True)
class Place:
    """Where a package stands: its object between `object` and `close`, its last segments from `close` to `end`.

    `announced` is the length that UNO gives, None when it gives none. Without a trailer `trailed` is False, `close` is where that
    length leads, and `next` the service segment where reading goes on; `sure` says that it cannot be part of the object.
    """

    object: int
    announced: int | None
    close: int
    end: int
    next: int
    trailed: bool
    sure: bool = True
    terminated: bool = True


def located(data: Payload, start: int, syntax: Syntax, limit: int) -> Place | None:
    """The package whose UNO stands at `start`; None when its segments have no terminator within `limit` bytes."""
    most, characters = min(len(data), start + limit), syntax.characters
    at = terminator(data, start, most, characters)
    if at < 0:
        return None
    header = cut_segments(data, start, at, syntax)
    uno = header.elements(header.segments[0])
    length, before = _number(value(uno, _STATUS)), _number(value(uno, _STATUS, 2)) or 0
    for _ in range(before):
        if data[at + 1 : at + 3] != _SECURITY:
            break
        at = terminator(data, at + 1, most, characters)
        if at < 0:
            return None
    close = at + 1 + (length or 0)
    if length is not None and close <= len(data):
        place = _closed(data, at + 1, close, length, syntax)
        if place is not None:
            return place
        if close == len(data) or tag_at(data, close, characters) not in ("", "UNT"):
            return Place(at + 1, length, close, close, close, trailed=False)
    return _resumed(data, at + 1, length, value(uno, 1), syntax)


def cut_segments(data: Payload, start: int, end: int, syntax: Syntax) -> MarkedText:
    """The segments between two offsets."""
    return cut(charsets.decoded(data[start:end], syntax.identifier).text.replace("\0", "\ufffd"), syntax.characters)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _begins(data: Payload, at: int, tags: tuple[bytes, ...], syntax: Syntax) -> bool:
    marks = (syntax.characters.element.encode("latin-1"), syntax.characters.segment.encode("latin-1"), b"")
    return data[at : at + 3] in tags and data[at + 3 : at + 4] in marks


def _closed(data: Payload, start: int, close: int, length: int, syntax: Syntax) -> Place | None:
    """The package, if UNP stands where its object closes, behind security trailers at most."""
    characters, at, limit = syntax.characters, close, min(len(data), close + _TRAILER_LIMIT)
    for _ in range(_MOST_TRAILING):
        if not _begins(data, at, (b"UST", b"USR"), syntax):
            break
        stop = terminator(data, at, limit, characters)
        if stop < 0:
            return None
        at = skipped(data, stop + 1, characters)
    if not _begins(data, at, (b"UNP",), syntax):
        return None
    end = terminator(data, at, limit, characters)
    if end >= 0:
        return Place(start, length, close, end, end + 1, trailed=True)
    if limit < len(data):
        return None
    return Place(start, length, close, content_end(data, _BLANKS, at), len(data), trailed=True, terminated=False)


def _resumed(data: Payload, start: int, length: int | None, reference: str, syntax: Syntax) -> Place:
    """A package whose length does not lead to UNP: it reaches to the next service segment that can follow one.

    Where its own UNP stands directly before that, the object is what stands before UNP, whatever length was announced.
    """
    further = boundary(data, start - 1, syntax.characters)
    while further is not None and further.tag == "UNT":
        further = boundary(data, further.start, syntax.characters)
    resume = len(data) if further is None else further.start
    at = data.rfind(TRAILER.encode("latin-1"), max(start, resume - _TRAILER_LIMIT), resume)
    own = _closed(data, start, at, at - start, syntax) if at >= 0 else None
    if own is not None and skipped(data, own.next, syntax.characters) == resume:
        trailer = cut_segments(data, at, own.end, syntax)
        if reference and value(trailer.elements(trailer.segments[0]), 2) == reference:
            own.announced = length
            return own
    close = min(start + (length or 0), len(data))
    return Place(start, length, close, resume, resume, trailed=False, sure=further is None)


class PackageReader:
    """Reads the packages of one interchange; what they have in common is worked out once."""

    __slots__ = ("data", "syntax", "table", "terms", "used")

    def __init__(self, data: Payload, syntax: Syntax, terms: Terms) -> None:
        self.data, self.syntax, self.terms, self.used = data, syntax, terms, References().used
        self.table: Table = table("service.4" if syntax.repeating else "service.3", repeating=syntax.repeating)

    def read(self, frame: Frame, place: Place) -> Document:
        """The package in `frame` as a document of type UNO, its association being what it belongs to (S020).

        The object is not touched when it is too large.
        """
        return _Reader(self, frame, place).read()


class _Reader:
    """The steps of reading one package."""

    __slots__ = ("common", "frame", "header", "judgement", "place", "readable", "trailer", "uno")

    def __init__(self, common: PackageReader, frame: Frame, place: Place) -> None:
        self.common, self.frame, self.place, self.readable = common, frame, place, True
        own = common.terms.for_document(HEADER, str(common.syntax.version))
        self.judgement = Judgement(own.severities, own.max_findings)
        self.header = cut_segments(common.data, frame.start, place.object - 1, common.syntax)
        self.uno = self.header.elements(self.header.segments[0])
        self.trailer = cut_segments(common.data, place.close, place.end, common.syntax) if place.trailed else None

    def read(self) -> Document:
        """The steps one after the other."""
        before = len(self.header.segments)
        self._checked(self.header, self.frame.start, self.place.object - 1, 1, HEADER)
        reference, syntax = value(self.uno, 1), self.common.syntax
        if reference and self.common.used(reference):
            text = f"The package reference {reference[:35]} is used twice in the interchange."
            self._about_header(Code.DOCUMENT_REFERENCE_DUPLICATE, text, 1, actual=reference)
        if self.trailer is None:
            self._no_trailer(reference, before + 2)
        else:
            self._closing(self.trailer, reference, before + 2)
        self._objections()
        return Document(
            ordinal=self.frame.ordinal,
            group=self.frame.group,
            type=HEADER,
            version=str(syntax.version),
            association=":".join(self.uno[2][:2]) if len(self.uno) > 2 else "",
            control_number=reference,
            start=self.frame.start,
            end=self.frame.end,
            segments=before + 1 + (len(self.trailer.segments) if self.trailer else 0),
            verdict=self.judgement.verdict,
            findings=tuple(self.judgement.findings),
            name="generic_document" if self.readable else None,
            canonical=None if self.judgement.errors else self._canonical(reference),
        )

    def _no_trailer(self, reference: str, number: int) -> None:
        place, data = self.place, self.common.data
        if place.announced is None:
            text = f"Package {reference[:35]} does not say how long its object is: UNP is not found."
        elif place.object + place.announced > len(data):
            left = len(data) - place.object
            text = f"The object of package {reference[:35]} is {place.announced} octets long; only {left} follow."
        else:
            text = f"Where the {place.announced} octets of the object of package {reference[:35]} end stands no UNP."
        there = data[place.close : place.close + _SHOWN].decode("latin-1")
        position = Position(place.close, number, TRAILER)
        self.judgement.add(Code.DOCUMENT_TRAILER_MISSING, text, position, expected=TRAILER, actual=there)

    def _closing(self, trailer: MarkedText, reference: str, first: int) -> None:
        """The lengths and the reference of UNO and UNP."""
        place = self.place
        report = self._checked(trailer, place.close, place.end, first, TRAILER)
        length = place.close - place.object
        if value(self.uno, _STATUS) and place.announced != length:
            text = f"UNO announces an object of {value(self.uno, _STATUS)[:18]} octets; up to its UNP there are {length}."
            actual = value(self.uno, _STATUS)
            self._about_header(Code.SEGMENT_COUNT_MISMATCH, text, _STATUS, 1, expected=str(length), actual=actual)
        unp = trailer.elements(trailer.segments[-1])
        count, closing = value(unp, 1), value(unp, 2)
        if count and _number(count) != length:
            text = f"UNP counts {count[:18]} octets; the object has {length}."
            report(Code.SEGMENT_COUNT_MISMATCH, text, 1, None, None, expected=str(length), actual=count)
        if closing and closing != reference:
            text = f"UNP carries reference {closing[:35]}, UNO {reference[:35]}."
            report(Code.DOCUMENT_REFERENCE_MISMATCH, text, 2, None, None, expected=reference, actual=closing)

    def _objections(self) -> None:
        """What stands against passing the object on: the agreement, and its size."""
        terms = self.common.terms
        objection = objection_to(HEADER, str(self.common.syntax.version), terms, None)
        if objection is not None:
            self.readable = False
            self._about_header(objection.code, objection.text, None, expected=objection.expected, actual=objection.actual)
        size, most = self.place.close - self.place.object, min(terms.max_segment_bytes, terms.max_document_bytes)
        if self.place.trailed and size > most:
            self.readable = False
            text = f"The object is too large: {size} octets, {most} are allowed."
            self._about_header(Code.DOCUMENT_TOO_LARGE, text, _STATUS, 1, expected=str(most), actual=str(size))

    def _about_header(
        self,
        code: Code,
        text: str,
        element: int | None,
        component: int | None = None,
        *,
        expected: str | None = None,
        actual: str | None = None,
    ) -> None:
        report = self._reporting(self.frame.start, self.place.object - 1, 1, 1, HEADER)
        report(code, text, element, component, None, expected=expected, actual=actual)

    def _checked(self, text: MarkedText, start: int, end: int, first: int, tag: str) -> validation.Report:
        """Check UNO or UNP, of the segments the only one with a table; returns what takes further findings about it."""
        number = 1 if tag == HEADER else len(text.segments)
        report = self._reporting(start, end, first, number, tag)
        raw, repeating = text.segments[number - 1], self.common.syntax.repeating
        validation.check(self.common.table[tag], raw, text, report, repeating=repeating)
        return report

    def _reporting(self, start: int, end: int, first: int, number: int, tag: str) -> Callable[..., None]:
        """What takes findings about the segment `number` of a part of the package, whose first segment is the `first`."""
        locator = Locator(self.common.data, start, end, self.common.syntax.characters)

        def report(
            code: Code,
            sentence: str,
            element: int | None,
            component: int | None,
            repetition: int | None,
            *,
            expected: str | None = None,
            actual: str | None = None,
        ) -> None:
            offset = locator.segment(number) if element is None else locator.element(number, element, component)
            position = Position(offset, first + number - 1, tag, element, component, repetition)
            self.judgement.add(code, sentence, position, expected=expected, actual=actual)

        return report

    def _canonical(self, reference: str) -> GenericDocument:
        """The segments, and between them the object as base64."""
        data, place, repeating = self.common.data, self.place, self.common.syntax.repeating
        octets = b64encode(data[place.object : place.close]).decode("ascii")
        before = [segment(raw, self.header, repeating=repeating) for raw in self.header.segments]
        after = [segment(raw, self.trailer, repeating=repeating) for raw in self.trailer.segments] if self.trailer else []
        return GenericDocument.model_construct(
            family="edifact",
            type=HEADER,
            version=str(self.common.syntax.version),
            association=None,
            control_number=reference,
            segments=[*before, GenericSegment.model_construct(tag=OBJECT, elements=[[[octets]]]), *after],
        )
