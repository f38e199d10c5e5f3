"""Finds the next interchange in a transmission, whatever stands around it.

`ISA`, `UNA` and `UNB` also occur inside data (a place "LAGUNA+", a name "ISAAC", a reference "UNA1234"), so a hit must look
like a header, not only spell like one, and must not be the tail of a word. Every search is linear in the bytes it passes.
"""

import re
from dataclasses import dataclass

from translators.contract import Family
from translators.finding import Code, Finding, found
from translators.payload import Payload
from translators.position import Position

# ISA*00* : an element separator that is no letter, digit or blank, then the two-digit ISA01 and the separator again.
# UNA and about six characters, none a letter or digit, then blanks, then UNB or the end of data.
# UNB, a separator, three letters and a fourth letter or digit: the syntax identifier.
# { or [{ and a name in quotes: canonical JSON, known only where the data, or what is left of it, begins with it.
# <?xml : an XML document; one without this declaration is known only where the data, or what is left of it, begins with it.
_HEADER = re.compile(
    rb"(?<![A-Za-z0-9])(?:"
    rb"(?P<x12>ISA(?P<separator>[^A-Za-z0-9\s])[0-9A-Z ]{0,2}(?P=separator))"
    rb"|(?P<una>UNA[^A-Za-z0-9]{1,8}[\r\n\t ]{0,80}(?:UNB|\Z))"
    rb"|(?P<unb>UNB[^A-Za-z0-9\s][A-Z]{3}[A-Z0-9])"
    rb"|(?P<xml><\?xml\s)"
    rb")",
    re.DOTALL,
)
_HEADLESS = re.compile(rb"(?:ST|GS)[^A-Za-z0-9\s]|UN[HG][^A-Za-z0-9\s]")
_ELEMENT = re.compile(rb"<(?:[A-Za-z_]|!DOCTYPE\s|!--)")
_OBJECT = re.compile(rb'(?:\[\s*+)?\{\s*+"[^"\\]*+(?:\\.[^"\\]*+)*"\s*+:|\[\s*+\]')
_WORD = re.compile(rb"[^ \t\r\n\x00\x1a]")
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next interchange begins, and what was found before it. `family` is None when there is no further one."""

    family: Family | None
    start: int
    findings: tuple[Finding, ...]


def find(data: Payload, position: int) -> Place:
    """The next interchange at or after `position`, with findings about the bytes skipped on the way there."""
    header = _HEADER.match(data, position)
    if header is not None:
        return Place(_family(header), position, ())
    word = _WORD.search(data, position)
    if word is None:
        text = "The transmission holds no data."
        return Place(None, len(data), (found(Code.EMPTY, text, Position(0)),) if position == 0 else ())
    findings: list[Finding] = []
    begin = word.start()
    if data[begin : begin + len(_BOM)] == _BOM:
        findings.append(found(Code.BYTE_ORDER_MARK, "A byte order mark stands before the header.", Position(begin)))
        behind = _WORD.search(data, begin + len(_BOM))
        begin = behind.start() if behind is not None else begin + len(_BOM)
    if _ELEMENT.match(data, begin) or _is_wide_xml(data, begin):
        return Place(Family.XML, begin, tuple(findings))
    if _OBJECT.match(data, begin):
        return Place(Family.JSON, begin, tuple(findings))
    match = _HEADER.search(data, begin)
    stop = match.start() if match else len(data)
    debris = _WORD.search(data, begin, stop)
    if match is None:
        if position == 0:
            findings.append(_no_interchange(data, begin))
        elif debris:
            findings.append(_outside(data, debris.start(), stop))
        return Place(None, stop, tuple(findings))
    if debris:
        findings.append(_outside(data, debris.start(), stop))
    return Place(_family(match), stop, tuple(findings))


def begins(data: Payload) -> bool:
    """Whether data begins with a header that can be recognised, blanks and a byte order mark aside; also when it is empty.

    What does not may be a flat file.
    """
    word = _WORD.search(data)
    if word is None:
        return True
    begin = word.start()
    if data[begin : begin + len(_BOM)] == _BOM and (word := _WORD.search(data, begin + len(_BOM))) is not None:
        begin = word.start()
    known = (_ELEMENT, _OBJECT, _HEADER)
    return _is_wide_xml(data, begin) or any(pattern.match(data, begin) for pattern in known)


def _family(match: re.Match[bytes]) -> Family:
    if match["xml"]:
        return Family.XML
    return Family.X12 if match["x12"] else Family.EDIFACT


def _is_wide_xml(data: Payload, position: int) -> bool:
    """Whether an XML document in UTF-16 begins here: the one syntax that may be written so."""
    return data[position : position + 2] in _UTF_16 and b"<" in data[position + 2 : position + 4]


def next_header(data: Payload, position: int, limit: int | None = None) -> int:
    """Where the next interchange header begins after `position`; the limit, or the length of the data, when there is none."""
    end = len(data) if limit is None else min(limit, len(data))
    match = _HEADER.search(data, position + 1, end)
    return match.start() if match else end


def _outside(data: Payload, start: int, stop: int) -> Finding:
    return found(
        Code.BYTES_OUTSIDE_INTERCHANGE,
        f"{stop - start} bytes stand outside of any interchange.",
        Position(start),
        actual=data[start : min(stop, start + _SHOWN)].decode("latin-1"),
    )


def _no_interchange(data: Payload, position: int) -> Finding:
    word = _WORD.search(data, position)
    start = word.start() if word else position
    text = data[start : start + _SHOWN].decode("latin-1")
    if _HEADLESS.match(data, start):
        return found(
            Code.ENVELOPE_MISSING,
            "The data begins with a message and has no interchange header.",
            Position(start),
            expected="ISA or UNB",
            actual=text,
        )
    wide = data[:2] in _UTF_16
    return found(
        Code.NO_INTERCHANGE,
        "The file is written in UTF-16." if wide else "No interchange header was found.",
        Position(start),
        expected="ISA, UNA or UNB",
        actual=text,
    )
