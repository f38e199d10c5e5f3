"""Reads one interchange: UNA, UNB, groups, messages, packages, UNZ; one of them at a time, straight from the bytes.

The frame is found by looking for service segments after a terminator that is not released; whatever stands between them is
handed on as a slice. So an interchange of any size costs the memory of its largest message. Nothing here raises on bad input.
"""

from collections.abc import Generator, Iterable, Iterator

from translators import detection
from translators.contract import (
    Document,
    DocumentRead,
    Event,
    Family,
    InterchangeClosed,
    InterchangeOpened,
    Terms,
    TermsFor,
    Verdict,
)
from translators.edifact import framing, header, package, validation
from translators.edifact.groups import OpenGroup, overall
from translators.edifact.judgement import Judgement
from translators.edifact.message import Frame, MessageReader
from translators.edifact.service_characters import Advice, advised
from translators.edifact.tokenizer import Elements, Locator, cut, released, terminator
from translators.finding import Code, Finding, found
from translators.payload import Payload, content_end
from translators.position import Position
from translators.references import References
from translators.unwrapping import unwrapped

HEADER_LIMIT = 4096
"""A UNB is at most some 400 bytes; beyond this it has no terminator."""

MOST_GROUPS = 10_000
"""Groups are known only at the end of the interchange, all of them: more would not be bounded memory."""


def read(data: Payload, start: int, terms_for: TermsFor) -> Iterator[Event]:
    """All events of the interchange that begins at `start`; see `FamilyTranslator.read`."""
    advice = advised(data, start)
    header_ = start if advice.header is None else advice.header
    flat = unwrapped(data, start, header_, advice.characters.segment.encode("latin-1"))
    if flat is None:
        return _events(data, start, advice, terms_for)

    def flattened(at: int) -> Iterator[Event]:
        own = advised(flat.data, at)
        return _events(flat.data, at, own, terms_for, flat.findings(at if own.header is None else own.header, "UNB"))

    return flat.events(Family.EDIFACT, flattened)


def _events(data: Payload, start: int, advice: Advice, terms_for: TermsFor, noted: Iterable[Finding] = ()) -> Iterator[Event]:
    """The events; `noted` was found about its lines."""
    at = start if advice.header is None else advice.header
    limit = min(len(data), at + HEADER_LIMIT)
    end = terminator(data, at, limit, advice.characters) if advice.header is not None else -1
    stop = end if end >= 0 else limit
    unb = header.read(data, at, stop, advice.characters)
    terms = terms_for(unb.envelope)
    yield InterchangeOpened(unb.envelope, terms)
    reader = _Reader(data, unb, terms)
    reader.judge_header(advice, stop, noted, terminated=end >= 0)
    if end >= 0 and advice.usable:
        yield from reader.contents(end + 1)
    else:
        reader.end = detection.next_header(data, stop)
    yield reader.result()


class _Reader:
    """What is known while an interchange is read."""

    def __init__(self, data: Payload, unb: header.Header, terms: Terms) -> None:
        self.data, self.unb, self.envelope, self.terms, self.syntax = data, unb, unb.envelope, terms, unb.syntax
        self.characters = unb.syntax.characters
        self.judgement = Judgement(terms.severities, terms.max_findings)
        self.end = len(data)
        self.closed = False
        self.documents = self.refused = self.noted = self.loose = 0
        self.groups: list[OpenGroup] = []
        self.group: OpenGroup | None = None
        self.messages = MessageReader(data, unb.syntax, terms, References().used)
        self.packages: package.PackageReader | None = None
        self._group_numbers = References()
        self._detected = self._headless = False

    # --- what is found -------------------------------------------------------------------------------------------------

    def _add(
        self,
        code: Code,
        text: str,
        offset: int,
        tag: str,
        element: int | None = None,
        *,
        expected: str | None = None,
        actual: str | None = None,
    ) -> None:
        self.judgement.add(code, text, Position(offset, None, tag, element), expected=expected, actual=actual)

    def judge_header(self, advice: Advice, stop: int, noted: Iterable[Finding], *, terminated: bool) -> None:
        """Findings about UNA and UNB, and those the caller brought along."""
        self.judgement.adopt(self.terms.findings)
        at = self.envelope.offset
        if advice.header is None:  # no agreement makes such a header one that can be used
            text = "UNA is not followed by UNB."
            self.judgement.adopt(advice.findings)
            self.judgement.adopt((found(Code.HEADER_MALFORMED, text, Position(at, None, "UNA")),))
            return
        self.judgement.extend(advice.findings)
        if not terminated and stop >= len(self.data):
            self._add(Code.TRUNCATED, "The data ends inside the interchange header.", stop, "UNB")
        elif not terminated:
            self._add(Code.SEGMENT_TOO_LARGE, f"UNB has no terminator within {HEADER_LIMIT} bytes.", at, "UNB")
        if advice.usable:
            self.judgement.extend(header.judged(self.data, stop, self.unb))
        self.judgement.extend(noted)

    def result(self) -> InterchangeClosed:
        """The end of the interchange: its findings, its groups, its verdict."""
        if self.group is not None:
            self._close_group(self.end, found=False)
        refused = self.judgement.errors > 0
        verdict = Verdict.REJECTED if refused else self._verdict()
        if verdict is Verdict.ACCEPTED and self.judgement.warnings:
            verdict = Verdict.ACCEPTED_WITH_ERRORS
        groups = tuple(g.result(interchange_refused=refused) for g in self.groups)
        return InterchangeClosed(self.end, groups, self.documents, tuple(self.judgement.findings), verdict)

    def _verdict(self) -> Verdict:
        if not self.groups:
            return overall(self.documents, self.refused, self.noted)
        refused = self.refused
        for group in self.groups:
            refused += group.received - group.refused if group.judgement.errors else 0
        noted = self.noted + sum(g.judgement.warnings for g in self.groups)
        if not self.documents and any(g.judgement.errors for g in self.groups):
            return Verdict.REJECTED
        return overall(self.documents, refused, noted)

    # --- the way through -----------------------------------------------------------------------------------------------

    def contents(self, position: int) -> Iterator[Event]:
        """Messages, packages and groups up to the trailer, the next header, or the end."""
        while position >= 0 and not self.closed:
            position = framing.skipped(self.data, position, self.characters)
            tag = framing.tag_at(self.data, position, self.characters)
            if self._too_many(tag, position):
                return
            if tag == "UNH":
                slice_ = framing.message_at(self.data, position, self.characters)
                if self._too_large(position, slice_.end):
                    return
                if not slice_.terminated:
                    self._unterminated(slice_.end)
                yield DocumentRead(self._message(position, slice_.end))
                position = slice_.next
            elif tag == "UNO":
                position = yield from self._package(position)
            elif tag in ("UNG", "UNE", "UNZ"):
                position = self._envelope_segment(tag, position)
            elif tag in ("", "UNT"):
                position = self._stray(position)
            else:
                self._no_trailer(position)
                return

    def _message(self, start: int, end: int) -> Document:
        reading = self.messages.read(self._framed(start, end, "UNH"))
        self._count(reading.document)
        if reading.detected is not None and not self._detected:
            self._detected = True
            text = f"The characters are {reading.detected}, not {self.syntax.identifier} as declared."
            identifier = self.syntax.identifier
            self._add(Code.CHARACTER_SET_WRONG, text, reading.detected_at, "UNB", 1, expected=identifier, actual=reading.detected)
        return reading.document

    def _package(self, start: int) -> Generator[Event, None, int]:
        """The package at `start`; returns where to go on, -1 when all was read."""
        place = self._package_place(start)
        if place is None:
            return -1
        if self.packages is None:
            self.packages = package.PackageReader(self.data, self.syntax, self.terms)
        document = self.packages.read(self._framed(start, place.end, "UNO"), place)
        self._count(document)
        yield DocumentRead(document)
        return place.next

    def _package_place(self, start: int) -> package.Place | None:
        """The place of a package; None when it has no end that can be known, and nothing that follows can be trusted."""
        limit = self.terms.max_segment_bytes
        place = package.located(self.data, start, self.syntax, limit)
        if place is not None:
            if not place.terminated:
                self._unterminated(place.end, "UNP")
            elif not place.sure:
                text = "Where the object of a package ends cannot be told; what follows may be part of it."
                self._add(Code.STRAY_SEGMENT, text, start, "UNO")
        elif start + limit < len(self.data):
            self._add(Code.SEGMENT_TOO_LARGE, f"A segment is larger than {limit} bytes.", start, "UNO")
            self.end = detection.next_header(self.data, start)
        else:
            self._unterminated(content_end(self.data, b" \t\r\n\0"), "UNO")
            self._no_trailer(len(self.data))
        return place

    def _framed(self, start: int, end: int, tag: str) -> Frame:
        self.documents += 1
        group = self.group
        if group is None:
            self.loose += 1
            if self.loose == 1 and self.groups:
                self._add(Code.GROUPS_MIXED, "Messages stand beside groups.", start, tag)
        self._headless = False
        return Frame(start, end, self.documents, group.ordinal if group else 0)

    def _count(self, document: Document) -> None:
        group = self.group
        refused, noted = document.verdict is Verdict.REJECTED, document.verdict is Verdict.ACCEPTED_WITH_ERRORS
        self.refused += refused
        self.noted += noted
        if group is not None:
            group.received += 1
            group.refused += refused
            group.noted += noted

    def _too_many(self, tag: str, position: int) -> bool:
        """Whether this would be one group or message more than is read; then nothing further is."""
        if tag == "UNG":
            there, most, what = len(self.groups), MOST_GROUPS, "groups"
        else:
            there, most, what = self.documents, self.terms.max_documents, "messages"
        if tag not in ("UNG", "UNH", "UNO") or there < most:
            return False
        self._add(Code.INTERCHANGE_TOO_LARGE, f"There are more than {most} {what}.", position, tag)
        self.end = detection.next_header(self.data, position)
        return True

    def _too_large(self, start: int, end: int) -> bool:
        """Whether a segment exceeds the limit; then nothing that follows can be trusted."""
        at = framing.oversized(self.data, start, end, self.characters, self.terms.max_segment_bytes)
        if at is None:
            return False
        text = f"A segment is larger than {self.terms.max_segment_bytes} bytes."
        self._add(Code.SEGMENT_TOO_LARGE, text, at, self.data[at : at + 3].decode("latin-1"))
        self.end = detection.next_header(self.data, at)
        return True

    def _unterminated(self, end: int, tag: str = "UNH") -> None:
        release = self.characters.release.encode("latin-1")
        if release and released(self.data, end, release):
            self._add(Code.RELEASE_AT_END, "The data ends in a release character.", end - 1, tag)
        else:
            self._add(Code.TRUNCATED, "The last segment is not terminated.", end, tag)

    def _no_trailer(self, position: int) -> None:
        """The next header or the end of data came before UNZ."""
        self.end = position
        if not self.closed:
            self._add(Code.INTERCHANGE_TRAILER_MISSING, "The interchange has no trailer UNZ.", position, "UNZ")

    def _stray(self, position: int) -> int:
        """What is no service segment: the end of data, a message without header, or rubbish. -1 when all was read."""
        if position >= len(self.data):
            self._no_trailer(len(self.data))
            return -1
        tag = self.data[position : position + 3].decode("latin-1")
        further = framing.boundary(self.data, position, self.characters)
        limit = len(self.data) if further is None else further.terminator
        if self._too_large(position, limit):
            return -1
        if not self._headless:
            self._headless = True
            if further is not None and further.tag == "UNT":
                self._add(Code.DOCUMENT_HEADER_MISSING, "Segments of a message come without a header UNH.", position, tag)
            else:
                self._add(Code.STRAY_SEGMENT, "A segment stands outside of any message.", position, tag)
        if further is None:
            if terminator(self.data, position, len(self.data), self.characters) < 0:
                self._unterminated(content_end(self.data, b" \t\r\n\0"))
            return len(self.data)
        return further.start

    # --- envelope segments ---------------------------------------------------------------------------------------------

    def _envelope_segment(self, tag: str, position: int) -> int:
        """UNG, UNE or UNZ at `position`; returns where to go on."""
        limit = min(len(self.data), position + HEADER_LIMIT)
        end = terminator(self.data, position, limit, self.characters)
        stop = end if end >= 0 else limit
        if end < 0 and limit < len(self.data):
            self._add(Code.SEGMENT_TOO_LARGE, f"{tag} has no terminator within {HEADER_LIMIT} bytes.", position, tag)
        elif end < 0:
            stop = len(self.data[:limit].rstrip(b" \t\r\n\0"))
            self._unterminated(stop)
        elements = self._checked(tag, position, stop)
        if tag == "UNG":
            self._open_group(position, stop, elements)
        elif tag == "UNE":
            self._group_trailer(position, elements)
        else:
            self._trailer(position, elements, stop if end < 0 else end + 1)
        return stop + 1

    def _checked(self, tag: str, start: int, end: int) -> Elements:
        """The elements of an envelope segment, checked by its table."""
        text = cut(self.data[start:end].decode("latin-1").replace("\0", "\ufffd"), self.characters)
        if not text.segments:
            return [[tag]]
        raw, definition = text.segments[0], self.messages.service[tag]
        if not definition.good(raw):
            report = self._reporting(tag, start, end)
            validation.look(definition, raw, text, report, repeating=self.syntax.repeating)
        return text.elements(raw)

    def _reporting(self, tag: str, start: int, end: int) -> validation.Report:
        """What takes the findings about an envelope segment."""
        judgement = self.group.judgement if tag == "UNE" and self.group else self.judgement
        locator = Locator(self.data, start, end, self.characters)

        def report(
            code: Code,
            sentence: str,
            element: int | None,
            component: int | None,
            _repetition: int | None,
            *,
            expected: str | None = None,
            actual: str | None = None,
        ) -> None:
            offset = locator.element(1, element, component) if element else start
            judgement.add(code, sentence, Position(offset, None, tag, element, component), expected=expected, actual=actual)

        return report

    def _open_group(self, start: int, end: int, elements: Elements) -> None:
        if self.group is not None:
            self._close_group(start, found=False)
        raw = header.pieces(self.data[start:end].decode("latin-1"), self.characters.element, self.characters.release)
        raw += [""] * (9 - len(raw))
        number = framing.value(elements, 5)
        version = ".".join(elements[7][:2]) if len(elements) > 7 else ""
        judgement = Judgement(self.terms.severities, self.terms.max_findings)
        if number and self._group_numbers.used(number):
            text = f"The group reference {number[:14]} is used twice."
            judgement.add(Code.GROUP_NUMBER_INVALID, text, Position(start, None, "UNG", 5), actual=number)
        if self.loose and not self.groups:
            self._add(Code.GROUPS_MIXED, "Groups stand beside messages.", start, "UNG")
        self.group = OpenGroup(len(self.groups) + 1, framing.value(elements, 1), raw[2], raw[3], number, version, judgement)
        self.groups.append(self.group)

    def _group_trailer(self, position: int, elements: Elements) -> None:
        group = self.group
        if group is None:
            self._add(Code.STRAY_SEGMENT, "UNE closes no group.", position, "UNE")
            return
        count, reference = framing.value(elements, 1), framing.value(elements, 2)
        group.claimed = int(count[:9]) if count.isascii() and count.isdigit() else None
        if count and group.claimed != group.received:
            text = f"UNE counts {count[:9]} messages; there are {group.received}."
            where = Position(position, None, "UNE", 1)
            group.judgement.add(Code.GROUP_COUNT_MISMATCH, text, where, expected=str(group.received), actual=count)
        if reference and reference != group.control_number:
            text = f"UNE carries reference {reference[:14]}, UNG {group.control_number[:14]}."
            where = Position(position, None, "UNE", 2)
            group.judgement.add(Code.GROUP_REFERENCE_MISMATCH, text, where, expected=group.control_number, actual=reference)
        self._close_group(position, found=True)

    def _close_group(self, position: int, *, found: bool) -> None:
        group, self.group = self.group, None
        if group is not None and not found:
            text = f"Group {group.control_number[:14]} has no trailer UNE."
            group.judgement.add(Code.GROUP_TRAILER_MISSING, text, Position(position, None, "UNE"))

    def _trailer(self, position: int, elements: Elements, end: int) -> None:
        if self.group is not None:
            self._close_group(position, found=False)
        self.closed, self.end = True, end
        count, reference = framing.value(elements, 1), framing.value(elements, 2)
        there, what = (len(self.groups), "groups") if self.groups else (self.documents, "messages")
        if count and (not (count.isascii() and count.isdigit()) or int(count[:12]) != there):
            text = f"UNZ counts {count[:12]} {what}; there are {there}."
            self._add(Code.INTERCHANGE_COUNT_MISMATCH, text, position, "UNZ", 1, expected=str(there), actual=count)
        number = self.envelope.control_number
        if reference and reference.strip() != number:
            text = f"UNZ carries reference {reference[:35]}, UNB {number[:35]}."
            self._add(Code.INTERCHANGE_REFERENCE_MISMATCH, text, position, "UNZ", 2, expected=number, actual=reference)
        if not self.documents and not self.judgement.errors:
            self._add(Code.INTERCHANGE_EMPTY, "The interchange holds no message.", position, "UNZ")
