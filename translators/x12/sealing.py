"""Puts envelopes round rendered sets: control numbers, counts and references are consistent by construction (X12.5, X12.6)."""

from collections.abc import Sequence
from datetime import datetime

from translators.contract import OutboundGroup, OutboundInterchange
from translators.errors import NotWritable
from translators.x12.separators import WIDTHS

_LARGEST = 999_999_999
_LONG_DATES = "004010"
"""GS04 has eight digits from this version on, six before."""


def seal(outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime) -> bytes:
    """The final bytes. `group_numbers` has one number for each group; `prepared` is in UTC.

    Raises NotWritable when a number or an identity does not fit its element of fixed width.
    """
    numbers = (control_number, *group_numbers)
    if len(group_numbers) != len(outbound.groups) or not all(0 <= number <= _LARGEST for number in numbers):
        raise NotWritable(f"control numbers {numbers} do not fit {len(outbound.groups)} groups of nine digits each (ISA13, GS06)")
    marks = outbound.separators
    header = _header(outbound, control_number, prepared)
    groups = "".join(
        _group(group, number, prepared, outbound) for group, number in zip(outbound.groups, group_numbers, strict=True)
    )
    trailer = marks.element.join(("IEA", str(len(outbound.groups)), f"{control_number:09}"))
    return f"{header}{outbound.loose}{groups}{trailer}{marks.segment}{marks.line_end}".encode()


def _header(outbound: OutboundInterchange, control_number: int, prepared: datetime) -> str:
    """ISA: sixteen elements of fixed width. ISA14 asks for nothing unless agreed: the 997 is expected by time, not a TA1."""
    marks, agreed = outbound.separators, outbound.envelope
    elements = (
        *agreed.authorisation,
        *agreed.security,
        outbound.sender.qualifier,
        outbound.sender.id,
        outbound.receiver.qualifier,
        outbound.receiver.id,
        f"{prepared:%y%m%d}",
        f"{prepared:%H%M}",
        marks.repetition or "U",
        outbound.version,
        f"{control_number:09}",
        agreed.acknowledgement or "0",
        "T" if outbound.test else agreed.usage or "P",
        marks.component,
    )
    for number, (element, width) in enumerate(zip(elements, WIDTHS, strict=True), 1):
        _check_fits(f"ISA{number:02}", element, width, outbound)
    padded = (element.ljust(width) for element, width in zip(elements, WIDTHS, strict=True))
    return marks.element.join(("ISA", *padded)) + marks.segment + marks.line_end


def _group(group: OutboundGroup, number: int, prepared: datetime, outbound: OutboundInterchange) -> str:
    element, segment = outbound.separators.element, outbound.separators.segment + outbound.separators.line_end
    sender, receiver = group.sender or outbound.sender.id, group.receiver or outbound.receiver.id
    for place, text, width in ((1, group.functional_id, 2), (2, sender, 15), (3, receiver, 15), (8, group.version, 12)):
        _check_fits(f"GS{place:02}", text, width, outbound)
    date, time = f"{prepared:%Y%m%d}" if group.version >= _LONG_DATES else f"{prepared:%y%m%d}", f"{prepared:%H%M}"
    parts = [element.join(("GS", group.functional_id, sender, receiver, date, time, str(number), "X", group.version))]
    for ordinal, document in enumerate(group.documents, 1):
        reference = f"{ordinal:04}"
        parts.append(element.join(("ST", document.type, reference, *document.header)))
        body = document.body.removesuffix(segment)
        if body:
            parts.append(body)
        parts.append(element.join(("SE", str(document.segments + 2), reference)))
    parts.append(element.join(("GE", str(len(group.documents)), str(number))))
    return "".join(f"{part}{segment}" for part in parts)


def _check_fits(name: str, text: str, width: int, outbound: OutboundInterchange) -> None:
    """An element of an envelope is one byte a character, within its width, and ends nothing but itself."""
    marks = outbound.separators
    if len(text) > width or not text.isascii() or marks.element in text or marks.segment in text:
        raise NotWritable(f"{name} cannot hold {text!r}: {width} characters of ASCII, no separators")
