"""Interchanges whose lines were cut at a fixed width by a mailer or an old printer queue, inside tags and values too.

The breaks are taken out, the interchange is read, and every position is put back to where it stands in what was received.
Breaks in free text are data (they are not at a fixed width), so only regular ones are taken for a cut.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace

from translators import detection
from translators.contract import DocumentRead, Event, Family, InterchangeClosed, InterchangeOpened, Stray
from translators.finding import Code, Finding, found
from translators.parsed import ParsedSegment
from translators.payload import Payload
from translators.position import Position

HORIZON = 8192
"""How many bytes are looked at to tell whether lines are cut."""
MOST_BYTES = 33_554_432
"""An interchange is held without its breaks as a whole: of a longer one no more than this is read."""
LINE_ENDS = b"\r\n"

_BREAK = re.compile(rb"[\r\n]+")
_WIDE, _NARROW = 72, 10
_LINES_WIDE, _LINES_NARROW, _LINES = 2, 6, 12


def broken(data: Payload, start: int) -> bool:
    """Whether there is any line end near the beginning of an interchange: if not, its lines are not cut."""
    end = start + HORIZON
    return data.find(b"\n", start, end) >= 0 or data.find(b"\r", start, end) >= 0


def unwrapped(data: Payload, start: int, header: int, terminator: bytes) -> "Unwrapped | None":
    """The interchange without its breaks, when its lines are cut; `header` is where the tag of its header stands."""
    if terminator in LINE_ENDS or not broken(data, start):
        return None
    end = detection.next_header(data, header, start + HORIZON)
    lines = re.split(rb"\r\n|\n|\r", data[start:end])[:-1][:_LINES]
    return Unwrapped(data, start, header) if _cut_at_width(lines, terminator, whole=_begins_line(data, start)) else None


def _begins_line(data: Payload, start: int) -> bool:
    return start == 0 or data[start - 1] in LINE_ENDS


def _cut_at_width(lines: list[bytes], terminator: bytes, *, whole: bool) -> bool:
    """Whether lines are of one width, and end anywhere but where segments do. Of the last there may be less.

    Two lines are enough when they are wide, six when they are narrow. `whole` says that the first is not the rest of a line
    in which another interchange ended.
    """
    widths = {len(line) for line in (lines if len(lines) <= _LINES_WIDE else lines[not whole : -1])}
    width = max(widths, default=0)
    if len(widths) != 1 or len(lines) < (_LINES_WIDE if width >= _WIDE else _LINES_NARROW) or width < _NARROW:
        return False
    inside = sum(not line.rstrip().endswith(terminator) for line in lines)
    return inside * 2 > len(lines) and len(lines[0]) <= width


class Unwrapped:
    """An interchange from `start` on without its line breaks, and the way back to the offsets of what was received.

    It reaches to the next header that can be seen with the breaks. `header` is where the tag of its own stands.
    """

    __slots__ = ("_flat", "_lengths", "_start", "data", "whole")

    def __init__(self, data: Payload, start: int, header: int) -> None:
        end = detection.next_header(data, header)
        self.whole = end - start <= MOST_BYTES
        end = min(end, start + MOST_BYTES)
        self._start = start
        self._flat, self._lengths = array("Q"), array("Q")
        removed = 0
        for match in _BREAK.finditer(data, start, end):
            self._flat.append(match.start() - start - removed)
            removed += match.end() - match.start()
            self._lengths.append(removed)
        self.data = data[start:end].translate(None, LINE_ENDS)

    def findings(self, offset: int, tag: str) -> Iterator[Finding]:
        """What there is to say of the breaks, at the header: that they are left out, and whether all of it could be read."""
        position = Position(offset, tag=tag)
        yield found(Code.LINE_BREAKS, "Lines are cut at a fixed width; the breaks are left out.", position)
        if not self.whole:
            text = f"Its lines are cut at a fixed width, and it is larger than the {MOST_BYTES} bytes that are read so."
            yield found(Code.INTERCHANGE_TOO_LARGE, text, position)

    def original(self, offset: int) -> int:
        """The offset in the transmission of a byte of `data`."""
        index = bisect_right(self._flat, offset)
        return self._start + offset + (self._lengths[index - 1] if index else 0)

    def events(self, family: Family, read: Callable[[int], Iterator[Event]]) -> Iterator[Event]:
        """The events that `read` finds at an offset of `data`, with the offsets of the transmission.

        Behind the interchange there may be others whose headers can only be seen without the breaks: they are read as well.
        """
        position: int | None = 0
        while position is not None:
            end = position + 1
            for event in read(position):
                if isinstance(event, InterchangeClosed):
                    end = max(event.end, end)
                yield self._event(event)
            place = detection.find(self.data, end)
            position = place.start if place.family is family else None
            if position is not None:
                yield from (Stray(finding) for finding in self._findings(place.findings))

    def segments(self, family: Family, parse: Callable[[int], Iterator[ParsedSegment]]) -> Iterator[ParsedSegment]:
        """The segments that `parse` finds at an offset of `data`, as `events` reads them."""
        position: int | None = 0
        while position is not None:
            end = position + 1
            for segment in parse(position):
                end = max(end, segment.offset + len(segment.raw))
                yield replace(segment, offset=self.original(segment.offset))
            place = detection.find(self.data, end)
            position = place.start if place.family is family else None

    def _event(self, event: Event) -> Event:
        match event:
            case InterchangeOpened():
                return replace(event, envelope=replace(event.envelope, offset=self.original(event.envelope.offset)))
            case DocumentRead(d):
                start, end = self.original(d.start), self.original(d.end)
                return DocumentRead(replace(d, start=start, end=end, findings=self._findings(d.findings)))
            case InterchangeClosed():
                groups = tuple(replace(g, findings=self._findings(g.findings)) for g in event.groups)
                end = self.original(max(event.end - 1, 0)) + 1
                return replace(event, end=end, groups=groups, findings=self._findings(event.findings))
            case _:
                return event

    def _findings(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(replace(f, position=replace(f.position, offset=self.original(f.position.offset))) for f in findings)
