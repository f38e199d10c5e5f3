"""Interchanges whose lines were cut at a fixed width by a mailer or an old printer queue, inside tags and values too.

The breaks are taken out, the interchange is read, and every position is put back to where it stands in what was received.
Breaks in free text are data (they are not at a fixed width), so only regular ones are taken for a cut.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from translators import detection
from translators.contract import DocumentRead, Event, InterchangeClosed, InterchangeOpened
from translators.edifact.service_characters import ServiceCharacters
from translators.finding import Finding

_BREAK = re.compile(rb"[\r\n]+")
_HORIZON = 8192
_UNA = 32
_WIDE, _NARROW = 72, 10
_LINES_WIDE, _LINES_NARROW = 2, 6


def wrapped(data: bytes, start: int, characters: ServiceCharacters) -> bool:
    """Whether the lines from `start` on are cut at a fixed width, and not where segments end.

    Two lines are enough when they are wide, six when they are narrow; every break has to be counted from the first line.
    """
    if characters.segment in "\r\n" or not _BREAK.search(data, start, start + _HORIZON):
        return False
    end = detection.next_header(data, start + 3 + data[start : start + _UNA].find(b"UNB"), start + _HORIZON)
    lines = re.split(rb"\r\n|\n|\r", data[start:end])[:-1][:12]
    widths = {len(line) for line in (lines if len(lines) <= _LINES_WIDE else lines[:-1])}
    if len(widths) != 1:
        return False
    width = widths.pop()
    if len(lines) < (_LINES_WIDE if width >= _WIDE else _LINES_NARROW) or width < _NARROW:
        return False
    terminator = characters.segment.encode("latin-1")
    inside = sum(not line.rstrip().endswith(terminator) for line in lines)
    return inside * 2 > len(lines)


class Unwrapped:
    """The bytes from `start` to `end` without line breaks, and the way back to the offsets of what was received."""

    __slots__ = ("_flat", "_lengths", "_start", "data")

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._start = start
        self._flat: list[int] = []
        self._lengths: list[int] = []
        removed = 0
        for match in _BREAK.finditer(data, start, end):
            self._flat.append(match.start() - start - removed)
            removed += match.end() - match.start()
            self._lengths.append(removed)
        self.data = data[start:end].translate(None, b"\r\n")

    def original(self, offset: int) -> int:
        """The offset in the transmission of a byte of `data`."""
        index = bisect_right(self._flat, offset)
        return self._start + offset + (self._lengths[index - 1] if index else 0)

    def events(self, events: Iterator[Event]) -> Iterator[Event]:
        """The same events with the offsets of the transmission."""
        for event in events:
            match event:
                case InterchangeOpened():
                    envelope = replace(event.envelope, offset=self.original(event.envelope.offset))
                    yield replace(event, envelope=envelope)
                case DocumentRead():
                    d = event.document
                    start, end = self.original(d.start), self.original(d.end)
                    yield DocumentRead(replace(d, start=start, end=end, findings=self._moved(d.findings)))
                case InterchangeClosed():
                    groups = tuple(replace(g, findings=self._moved(g.findings)) for g in event.groups)
                    end = self.original(max(event.end - 1, 0)) + 1
                    yield replace(event, end=end, groups=groups, findings=self._moved(event.findings))
                case _:
                    yield event

    def _moved(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(replace(f, position=replace(f.position, offset=self.original(f.position.offset))) for f in findings)
