"""Finds the next interchange in a transmission, whatever stands around it.

A header is looked for at the start, then after line ends and segment terminators: `ISA`, `UNA` and `UNB` also occur inside
data (a place "LAGUNA+", a name "ISAAC"), so a hit must look like a header, not only spell like one.
"""

import re
from dataclasses import dataclass

from translators.contract import Family
from translators.finding import Code, Finding, found
from translators.position import Position

# ISA*00* : an element separator that is no letter, digit or blank, then the two-digit ISA01 and the separator again.
# UNA and six characters, then blanks, then UNB; or UNB, a separator, four letters and a component separator.
_HEADER = re.compile(
    rb"(?P<x12>ISA(?P<separator>[^A-Za-z0-9\s])[0-9A-Z ]{0,2}(?P=separator))"
    rb"|(?P<una>UNA[^A-Za-z0-9\r\n]{1,7}[\r\n ]*(?:UNB|$))"
    rb"|(?P<una6>UNA.{6}[\r\n ]*UNB)"
    rb"|(?P<unb>UNB[^A-Za-z0-9\s][A-Z]{3}[A-Z0-9])",
    re.DOTALL,
)
_BLANK = b" \t\r\n\x00\x1a"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next interchange begins, and what was found before it. `family` is None when there is no further one."""

    family: Family | None
    start: int
    findings: tuple[Finding, ...]


def find(data: bytes, position: int) -> Place:
    """The next interchange at or after `position`, with findings about the bytes skipped on the way there."""
    findings: list[Finding] = []
    if position == 0:
        if not data.strip(_BLANK):
            return Place(None, 0, (found(Code.EMPTY, "The transmission holds no data.", Position(0)),))
        if data.startswith(_BOM):
            findings.append(found(Code.BYTE_ORDER_MARK, "The file begins with a byte order mark.", Position(0)))
            position = len(_BOM)
    match = _HEADER.search(data, position)
    stop = match.start() if match else len(data)
    debris = data[position : min(stop, position + 4096)].strip(_BLANK)
    if match is None:
        if findings or position in (0, len(_BOM)):
            findings.append(_no_interchange(data, position))
        elif debris:
            findings.append(_outside(debris, position, stop))
        return Place(None, stop, tuple(findings))
    if debris:
        findings.append(_outside(debris, position, stop))
    return Place(Family.X12 if match["x12"] else Family.EDIFACT, stop, tuple(findings))


def _outside(debris: bytes, position: int, stop: int) -> Finding:
    text = debris[:60].decode("latin-1")
    return found(
        Code.BYTES_OUTSIDE_INTERCHANGE,
        f"{stop - position} bytes stand outside of any interchange.",
        Position(position),
        actual=text,
    )


def _no_interchange(data: bytes, position: int) -> Finding:
    head = data[position : position + 200].lstrip(_BLANK)
    text = head[:40].decode("latin-1")
    if re.match(rb"(ST|GS)[^A-Za-z0-9\s]|UN[HG][^A-Za-z0-9\s]", head):
        return found(
            Code.ENVELOPE_MISSING,
            "The data begins with a message and has no interchange header.",
            Position(position),
            expected="ISA or UNB",
            actual=text,
        )
    return found(
        Code.NO_INTERCHANGE,
        "No interchange header was found.",
        Position(position),
        expected="ISA, UNA or UNB",
        actual=text,
    )
