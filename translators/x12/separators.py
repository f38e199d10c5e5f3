"""Reads ISA: sixteen elements, from which come the separators of everything that follows.

ISA is 106 bytes by X12.5, but partners send it unpadded, padded too far, or without ISA16. So separators are counted, not
looked for at a position, and the terminator must stand before the segment that follows as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, pairwise

from translators.contract import Separators
from translators.finding import Code, Finding, found
from translators.payload import Payload
from translators.position import Position

WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
BLANKS = b" \t\r\n"
_SEARCH = 512
"""Bytes in which ISA and the tag of the next segment must be found."""
_DEFAULT = (b"*", b":", b"~")
_FIRST_REPETITION = "00402"
"""ISA11 names the repetition separator from this version on; before, it is the standards identifier."""


_FIXED = re.compile(
    rb"ISA(?P<element>.)" + rb"(?P=element)".join(rb"[^\x80-\xff]{%d}" % width for width in WIDTHS[:15]) + rb"(?P=element)",
    re.DOTALL,
)
"""ISA up to its last separator as the standard wants it: every element padded to its width, all in ASCII."""
_FIXED_LENGTH = 3 + sum(WIDTHS[:15]) + 16
_ENDING = re.compile(rb"(?P<component>[^A-Za-z0-9\s\x80-\xff])(?P<segment>[^A-Za-z0-9\s\x80-\xff])[ \t\r\n]*(?:GS|TA1|IEA|ST)")


def usual(version: str) -> Separators:
    """The separators where the agreement names none, for an interchange version (ISA12)."""
    return Separators(element="*", component=">", segment="~", repetition="^" if version >= _FIRST_REPETITION else "")


def agreed(separators: Separators | None, version: str) -> Separators:
    """The separators that we write with: where elements repeat there is a mark for it, before there is none."""
    known = usual(version)
    if separators is None:
        return known
    taken = (separators.element, separators.component, separators.segment)
    fitting = "" if known.repetition in taken else known.repetition
    return replace(separators, repetition=known.repetition and (separators.repetition or fitting))


@dataclass(frozen=True, slots=True)
class Header:
    """ISA as read. `elements` are sixteen raw strings; `end` is behind its terminator; `whole` is False if it cannot be used."""

    elements: tuple[str, ...]
    separators: Separators
    terminator: bytes
    start: int
    end: int
    whole: bool
    findings: tuple[Finding, ...]


def read_header(data: Payload, start: int) -> Header:
    """Read ISA at `start`. What is wrong with it becomes findings; an ISA that cannot be read at all is not `whole`."""
    window = data[start : start + _SEARCH]
    element = window[3:4]
    fixed = _FIXED.match(window) is not None and window.count(element, 0, _FIXED_LENGTH) == 16
    if fixed and (ending := _ENDING.match(window, _FIXED_LENGTH)) and window[ending.end() : ending.end() + 1] == element:
        return _by_the_standard(window, start, ending)
    after = _next_segment(element).search(window, _FIXED_LENGTH if fixed else 5)
    head = window[: after.start()] if after else window
    cuts = list(islice(_cuts(head, element), 16))
    if len(cuts) < 16 and after is None:
        return _broken(data, start, head, cuts)
    tail = head[cuts[-1] + 1 :]
    component, terminator, length = _ending(tail, window[len(head) :], found_next=after is not None, complete=len(cuts) == 16)
    end = min(start + cuts[-1] + 1 + length, len(data))
    values = [head[a + 1 : b] for a, b in pairwise(cuts)]
    values.append(component if len(cuts) == 16 else tail[: max(length - len(terminator), 0)])
    values += [b""] * (16 - len(values))
    elements = tuple(map(_text, values))
    repetition = _repetition(elements)
    segment = terminator.decode("latin-1" if len(terminator) == 1 else "utf-8")
    separators = Separators(element.decode("latin-1"), component.decode("latin-1"), segment, repetition)
    findings = (*_widths(values, start), *_clashes(separators, start, mangled=len(terminator) > 1))
    return Header(elements, separators, terminator, start, end, whole=bool(terminator), findings=findings)


def _by_the_standard(window: bytes, start: int, ending: re.Match[bytes]) -> Header:
    """The header of nearly all interchanges: 106 bytes, whole, marks that are neither blanks, letters nor digits."""
    element = window[3:4].decode()
    elements = tuple(window[4 : _FIXED_LENGTH + 1].decode().split(element, 15))
    separators, clash = _marks(element, elements[15], ending["segment"].decode(), _repetition(elements))
    findings = _clashes(separators, start, mangled=False) if clash else ()
    return Header(elements, separators, ending["segment"], start, start + _FIXED_LENGTH + 2, whole=True, findings=findings)


@lru_cache(maxsize=256)
def _marks(element: str, component: str, segment: str, repetition: str) -> tuple[Separators, bool]:
    """The separators as a value, and whether they clash."""
    separators = Separators(element, component, segment, repetition)
    return separators, bool(_clashes(separators, 0, mangled=False))


@lru_cache(maxsize=256)
def _next_segment(element: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?<=[^A-Z0-9])(?:GS|TA1|IEA|ST)" + re.escape(element))


def _cuts(head: bytes, element: bytes) -> Iterator[int]:
    cut = head.find(element)
    while cut >= 0:
        yield cut
        cut = head.find(element, cut + 1)


def _ending(tail: bytes, following: bytes, *, found_next: bool, complete: bool) -> tuple[bytes, bytes, int]:
    """Component separator, terminator, and the length of both, from what follows the last separator."""
    if not found_next:
        return tail[:1], _character(tail[1:]), 1 + len(_character(tail[1:]))
    core = tail.rstrip(BLANKS)
    if not complete:  # elements are missing: the terminator is the last mark before the next segment
        last = core[-1:] if core and not core[-1:].isalnum() else tail[len(core) : len(core) + 1]
        return b"", last, tail.rfind(last) + 1
    if len(core) == 1:
        line_end = tail[1:2]
        segment = following.split(line_end, 1)[0] if line_end else following
        if not line_end or segment.rstrip(BLANKS).endswith(core):  # ISA16 left out: this is the terminator
            return b"", core, 1
        return core, line_end, 2
    if not core:
        return b"", tail[:1], 1
    return core[:1], _character(core[1:]), 1 + len(_character(core[1:]))


def _character(data: bytes) -> bytes:
    """The first character: one byte, or the bytes of one UTF-8 character where a conversion mangled the terminator."""
    if data[:1] >= b"\xc0":
        for length in (2, 3, 4):
            try:
                data[:length].decode()
            except UnicodeDecodeError:
                continue
            return data[:length]
    return data[:1]


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _repetition(elements: tuple[str, ...]) -> str:
    mark = elements[10]
    usable = len(mark) == 1 and not mark.isalnum() and not mark.isspace()
    return mark if usable and elements[11] >= _FIRST_REPETITION else ""


def _broken(data: Payload, start: int, head: bytes, cuts: list[int]) -> Header:
    texts = [head[a + 1 : b].decode("latin-1")[:35] for a, b in zip(cuts, [*cuts[1:], len(head)], strict=True)]
    finding = found(
        Code.HEADER_MALFORMED,
        f"ISA has {len(cuts)} elements and cannot be read.",
        Position(start, tag="ISA"),
        expected="16 elements",
        actual=head[:80].decode("latin-1"),
    )
    separators = Separators(head[3:4].decode("latin-1"), *(mark.decode() for mark in _DEFAULT[1:]))
    elements = tuple((texts + [""] * 16)[:16])
    end = len(data) if len(data) - start < _SEARCH else start + 4
    return Header(elements, separators, _DEFAULT[2], start, end, whole=False, findings=(finding,))


def _widths(values: list[bytes], start: int) -> tuple[Finding, ...]:
    wrong = [n for n, (value, width) in enumerate(zip(values, WIDTHS, strict=True), 1) if len(value) != width]
    if not wrong:
        return ()
    names = ", ".join(f"ISA{n:02}" for n in wrong)
    return (
        found(
            Code.HEADER_MALFORMED,
            f"ISA is not of fixed length: {names} {'has' if len(wrong) == 1 else 'have'} the wrong width.",
            Position(start, tag="ISA", element=wrong[0]),
            expected=f"{WIDTHS[wrong[0] - 1]} characters",
            actual=_text(values[wrong[0] - 1]),
        ),
    )


def _clashes(separators: Separators, start: int, *, mangled: bool) -> tuple[Finding, ...]:
    marks = [separators.element, separators.component, separators.segment, separators.repetition]
    given = [mark for mark in marks if mark]
    position = Position(start, tag="ISA")
    if len(set(given)) < len(given) or any(mark.isalnum() or mark == " " for mark in given):
        text = f"The separators of ISA are not four different marks: {' '.join(map(repr, given))}."
        return (found(Code.SEPARATORS_CLASH, text, position, actual=" ".join(given)),)
    if mangled:
        text = "The terminator is a character of several bytes: a conversion of character sets replaced it."
        return (found(Code.TERMINATOR_MANGLED, text, position, actual=separators.segment),)
    return ()
