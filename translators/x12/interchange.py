"""The frame of an interchange: ISA, groups, sets, trailers. Reads one set at a time from the bytes.

Whatever stands in the wrong place is a finding and is stepped over; the loop always moves forward, and ends at IEA, at the
next ISA, at the end of data, or at a segment that exceeds the limit.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module

from translators import detection
from translators.contract import (
    Document,
    DocumentRead,
    Event,
    Group,
    InterchangeClosed,
    InterchangeOpened,
    Terms,
    TermsFor,
    Verdict,
)
from translators.finding import Code, Finding, Severity
from translators.findings import Findings
from translators.payload import Payload, count
from translators.position import Position
from translators.references import References
from translators.x12.document import DocumentReader
from translators.x12.envelope import check_header, count_of, envelope_of, same_number
from translators.x12.group import OpenGroup, overall
from translators.x12.separators import Header, read_header
from translators.x12.support import ACKNOWLEDGEMENTS
from translators.x12.tokenizer import Scanner, set_text

_ACKNOWLEDGEMENTS = "translators.x12.acknowledgement_reading"
"""Reads what acknowledgements say; imported with the first one."""
CONTROL_LIMIT = 4096
"""GS has at most some 80 bytes, the other segments of the frame less; what it said is kept to the end."""
MOST_GROUPS = 10_000
"""Groups are known only at the end of the interchange, all of them: more would not be bounded memory."""
_FRAME = frozenset({"GS", "GE", "IEA", "TA1"})


class InterchangeReader:
    """Reads the interchange whose ISA stands at `start`."""

    def __init__(self, data: Payload, start: int, terms_for: TermsFor) -> None:
        self._data = data
        self._header: Header = read_header(data, start)
        self._envelope = envelope_of(self._header)
        self._terms: Terms = terms_for(self._envelope)
        limit = self._terms.max_segment_bytes
        self._scanner = Scanner.of(data, self._header.separators, self._header.terminator, limit)
        self._findings = Findings(self._terms.severities, limit=self._terms.max_findings)
        self._documents = DocumentReader(self._terms, self._header.separators)
        self._group: OpenGroup | None = None
        self._closed: list[OpenGroup] = []
        self._numbers = References()
        self._count = 0
        self._technical = 0
        self._line_breaks = False
        self._position = self._header.end
        self._open = True

    def events(self, *, noted: Iterable[Finding] = ()) -> Iterator[Event]:
        """All events; the last one closes the interchange. `noted` was found about its lines."""
        yield InterchangeOpened(self._envelope, self._terms)
        for finding in self._terms.findings:
            self._findings.put(finding)
        for finding in self._header.findings:  # no agreement makes a header usable that could not be read
            (self._findings.take if self._header.whole else self._findings.put)(finding)
        for finding in noted:
            self._findings.take(finding)
        if self._header.whole:
            for finding in check_header(self._header):
                self._findings.take(finding)
            while self._open:
                event = self._next()
                if event is not None:
                    yield event
        yield self._close()

    def _next(self) -> Event | None:
        """Read what stands at the position: a control segment, a set, or something astray."""
        position = self._skip_blanks()
        if position >= len(self._data):
            self._note(Code.INTERCHANGE_TRAILER_MISSING, "The interchange has no IEA.", position, "IEA")
            self._open = False
            return None
        end = self._scanner.segment_end(position)
        cut = end < 0
        if cut:
            if len(self._data) - position > self._terms.max_segment_bytes:
                self._too_large(position, self._terms.max_segment_bytes)
                return None
            end = len(self._data)
        match = self._scanner.tag.match(self._data, position, end + 1 if not cut else end)
        tag = match["tag"].decode() if match else ""
        if tag == "ISA" or (not tag and self._data[position : position + 3] == b"ISA" and not cut):
            self._note(Code.INTERCHANGE_TRAILER_MISSING, "The interchange has no IEA; another one begins.", position, "IEA")
            self._open = False
        elif tag in ("ST", "TA1") and self._count >= self._terms.max_documents:
            self._too_many(tag, position, self._terms.max_documents, "sets")
        elif tag == "ST":
            return self._read_set(position)
        elif tag in _FRAME and end - position > CONTROL_LIMIT:
            self._too_large(position, CONTROL_LIMIT)
        else:
            if cut:
                self._note_cut(position, end, tag)
            self._position = len(self._data) if cut else end + len(self._scanner.terminator)
            return self._control(tag, position, end)
        return None

    def _skip_blanks(self) -> int:
        position = self._scanner.skip(self._position)
        if position > self._position and position < len(self._data):
            self._note_line_breaks(self._position)
        self._position = position
        return position

    def _note_line_breaks(self, offset: int) -> None:
        if not self._line_breaks:
            self._line_breaks = True
            self._findings.add(Code.LINE_BREAKS, "Line ends or blanks stand between segments.", Position(offset))

    def _too_large(self, position: int, limit: int) -> None:
        text = f"A segment is larger than {limit} bytes; the interchange cannot be read further."
        self._note(Code.SEGMENT_TOO_LARGE, text, position, None)
        self._position = position
        self._open = False

    def _too_many(self, tag: str, position: int, most: int, what: str) -> None:
        self._note(Code.INTERCHANGE_TOO_LARGE, f"There are more than {most} {what}.", position, tag)
        self._position, self._open = detection.next_header(self._data, position), False

    def _note_cut(self, position: int, end: int, tag: str) -> None:
        """The last segment has no terminator: harmless where it is a fitting IEA, a cut file otherwise."""
        row = self._scanner.elements(position, end)
        fits = tag == "IEA" and len(row) > 2 and same_number(row[2].strip("\r\n\x1a\x00"), self._envelope.control_number)
        severity = Severity.WARNING if fits else None
        text = "The last segment is not terminated."
        self._findings.add(Code.TRUNCATED, text, Position(position, tag=tag or None), severity=severity)

    def _control(self, tag: str, position: int, end: int) -> Event | None:
        row = [value.strip("\r\n\x00") for value in self._scanner.elements(position, end)]
        match tag:
            case "GS":
                self._open_group(row, position)
            case "GE":
                self._close_group(row, position)
            case "IEA":
                self._check_trailer(row, position)
            case "TA1":
                if self._group is not None:
                    text = "TA1 stands inside a group; its place is before the first."
                    self._findings.add(Code.STRAY_SEGMENT, text, Position(position, tag="TA1"), severity=Severity.WARNING)
                return self._technical_acknowledgement(row, position, end)
            case _:
                self._stray(tag, position, end)
        return None

    def _open_group(self, row: list[str], position: int) -> None:
        self._leave_group(position)
        if len(self._closed) >= MOST_GROUPS:
            self._too_many("GS", position, MOST_GROUPS, "groups")
            return
        limit = self._terms.max_findings
        self._group = OpenGroup(row, len(self._closed) + 1, position, Findings(self._terms.severities, limit=limit))
        self._group.check_header(self._numbers)

    def _leave_group(self, position: int) -> None:
        """Close a group that has no GE."""
        if self._group is None:
            return
        if self._group.ordinal:
            text = f"Group {self._group.control_number} has no GE."
            self._group.findings.add(Code.GROUP_TRAILER_MISSING, text, Position(position, tag="GE"))
            self._keep(self._group)
        self._group = None

    def _close_group(self, row: list[str], position: int) -> None:
        if self._group is None or not self._group.ordinal:
            self._note(Code.GROUP_HEADER_MISSING, "GE stands without a GS before it.", position, "GE")
        else:
            self._group.check_trailer(row, position)
            self._keep(self._group)
        self._group = None

    def _keep(self, group: OpenGroup) -> None:
        """What is known of a group stays, but for the references of its sets, which no other group may clash with."""
        group.references = References()
        self._closed.append(group)

    def _read_set(self, position: int) -> Event | None:
        scanner = self._scanner
        stop = scanner.set_end(position)
        complete = self._data[stop : stop + 2] == b"SE"
        if complete:
            end = scanner.segment_end(stop)
            complete = end >= 0
            stop = end + len(scanner.terminator) if complete else len(self._data)
        oversized = scanner.oversized(position, stop)
        if oversized >= 0:
            self._too_large(oversized, self._terms.max_segment_bytes)
            self._position = stop
            return None
        segments, excess = self._excess(position, stop)
        if excess:
            return self._refuse_set(position, stop, segments, excess)
        text = set_text(scanner, position, stop)
        if text.blanks:
            self._note_line_breaks(position)
        if not complete and stop == len(self._data) and not self._data[position:stop].rstrip().endswith(scanner.terminator):
            self._note(Code.TRUNCATED, "The last segment is not terminated.", text.offset(len(text.segments) - 1), None)
        self._count += 1
        group = self._group or self._without_group(position)
        document = self._documents.read(text, stop, self._count, group, complete=complete)
        if document.type in ACKNOWLEDGEMENTS:
            parties = (group.row[2].strip(), group.row[3].strip())
            document = import_module(_ACKNOWLEDGEMENTS).functional(document, text.segments, self._envelope, parties)
        group.add(document)
        self._position = stop
        return DocumentRead(document)

    def _excess(self, start: int, stop: int) -> tuple[int, str]:
        """The number of terminators in a set that is not small, and what is too much about it (empty for nothing)."""
        size, terms = stop - start, self._terms
        if size <= min(terms.max_document_bytes, terms.max_document_segments):
            return 0, ""
        segments = count(self._data, self._scanner.terminator, start, stop)
        if size > terms.max_document_bytes:
            return segments, f"{size} bytes, {terms.max_document_bytes} are allowed"
        if segments > terms.max_document_segments:
            return segments, f"{segments} segments, {terms.max_document_segments} are allowed"
        return segments, ""

    def _refuse_set(self, position: int, stop: int, segments: int, excess: str) -> DocumentRead:
        """A set beyond the limits is not read further than its ST."""
        end = self._scanner.segment_end(position)
        text = set_text(self._scanner, position, stop if end < 0 else end)
        self._count += 1
        group = self._group or self._without_group(position)
        document = self._documents.refuse(text, stop, self._count, group, segments=segments, excess=excess)
        group.add(document)
        self._position = stop
        return DocumentRead(document)

    def _without_group(self, position: int) -> OpenGroup:
        """Sets outside of any group: refused with the interchange, but read, so that what else is wrong is known."""
        self._note(Code.GROUP_HEADER_MISSING, "A set stands without a GS before it.", position, "GS")
        row = ["GS", *[""] * 7, f"{self._envelope.version}0"]
        self._group = OpenGroup(row, 0, position, Findings({}, limit=self._terms.max_findings))
        return self._group

    def _technical_acknowledgement(self, row: list[str], position: int, end: int) -> DocumentRead:
        """A TA1 is a document of one segment, taken as it is."""
        self._count += 1
        self._technical += 1
        document = Document(
            ordinal=self._count,
            group=0,
            type="TA1",
            version=self._envelope.version,
            association="",
            control_number=row[1].strip() if len(row) > 1 else "",
            start=position,
            end=end,
            segments=1,
            verdict=Verdict.ACCEPTED,
            name="functional_acknowledgement",
            canonical=import_module(_ACKNOWLEDGEMENTS).technical(row, self._envelope),
        )
        return DocumentRead(document)

    def _stray(self, tag: str, position: int, end: int) -> None:
        """Segments where none may stand: reported once, stepped over up to the next control segment."""
        if tag == "SE":
            stop = position
        else:
            stop = self._scanner.set_end(end) if end < len(self._data) else end
            self._position = stop
        headless = self._data[stop : stop + 2] == b"SE"
        if headless:
            last = self._scanner.segment_end(stop)
            self._position = len(self._data) if last < 0 else last + len(self._scanner.terminator)
        if headless and tag:
            self._note(Code.DOCUMENT_HEADER_MISSING, "Segments up to an SE have no ST.", position, tag or None)
        else:
            shown = self._data[position : min(end, position + 40)].decode("latin-1")
            text = f"Segment {tag or shown!r} stands outside of any set."
            self._findings.add(Code.STRAY_SEGMENT, text, Position(position, tag=tag or None), actual=shown)

    def _check_trailer(self, row: list[str], position: int) -> None:
        self._leave_group(position)
        self._open = False
        claimed, number = (*row, "", "", "")[1:3]
        groups = len(self._closed)
        only_technical = not groups and self._technical
        if count_of(claimed) != groups and not (only_technical and count_of(claimed) in (0, 1)):
            self._findings.add(
                Code.INTERCHANGE_COUNT_MISMATCH,
                f"IEA claims {claimed or 'no'} groups, {groups} were received.",
                Position(position + 4, tag="IEA", element=1),
                expected=str(groups),
                actual=claimed,
            )
        self._check_number(number, Position(position + 5 + len(claimed), tag="IEA", element=2))

    def _check_number(self, number: str, position: Position) -> None:
        """Judge IEA02, which must be ISA13 digit for digit; the same number without its zeros is tolerated."""
        expected = self._envelope.control_number
        if number.strip() == expected.strip():
            return
        same = same_number(number, expected)
        text = f"IEA02 is {number or 'empty'}, ISA13 is {expected}{': the same number, written otherwise' if same else ''}."
        severity = Severity.WARNING if same else None
        code = Code.INTERCHANGE_REFERENCE_MISMATCH
        self._findings.add(code, text, position, expected=expected, actual=number, severity=severity)

    def _note(self, code: Code, text: str, position: int, tag: str | None) -> None:
        self._findings.add(code, text, Position(position, tag=tag))

    def _close(self) -> InterchangeClosed:
        self._leave_group(self._position)
        if self._header.whole and not self._count and not self._findings.failed:
            self._note(Code.INTERCHANGE_EMPTY, "The interchange holds no set.", self._header.start, "ISA")
        refused = self._findings.failed
        note_errors = self._terms.acknowledgement.note_errors
        groups: tuple[Group, ...] = tuple(g.close(refused=refused, note_errors=note_errors) for g in self._closed)
        return InterchangeClosed(
            end=self._position,
            groups=groups,
            documents=self._count,
            findings=self._findings.listed(),
            verdict=overall(groups, refused=refused),
        )
