"""Judges ISA and IEA: what a TA1 speaks of, and nothing below (X12.5)."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from translators.contract import Envelope, Family, Identity
from translators.finding import Code, Finding, found
from translators.position import Position
from translators.x12.definitions import codes
from translators.x12.elements import is_date, is_time
from translators.x12.separators import Header

_AUTHORISATION = frozenset({"00", "01", "02", "03", "04", "05", "06"})
_SECURITY = frozenset({"00", "01"})
_VERSION = re.compile(r"00[2-8]\d\d\Z", re.ASCII)


def envelope_of(header: Header) -> Envelope:
    """The envelope of an interchange as sent."""
    isa = header.elements
    return Envelope(
        family=Family.X12,
        sender=_identity(isa[4], isa[5]),
        receiver=_identity(isa[6], isa[7]),
        control_number=isa[12].strip(),
        version=isa[11].strip(),
        test=isa[14].strip() not in ("P", ""),
        acknowledgement_requested=isa[13].strip(),
        prepared=f"{isa[8].strip()} {isa[9].strip()}".strip(),
        offset=header.start,
        header=isa,
        separators=header.separators,
    )


@lru_cache(maxsize=1024)
def _identity(qualifier: str, code: str) -> Identity:
    return Identity(qualifier.strip(), code.strip())


def known_version(value: str) -> bool:
    """Whether ISA12 names a version of the standard."""
    return _VERSION.match(value) is not None


def _qualifier(value: str) -> bool:
    return value in codes("I05")


_RULES: tuple[tuple[int, Code, str, Callable[[str], object]], ...] = (
    (1, Code.AUTHORISATION_INVALID, "the kind of authorisation", _AUTHORISATION.__contains__),
    (3, Code.SECURITY_INVALID, "the kind of security", _SECURITY.__contains__),
    (5, Code.SENDER_QUALIFIER_INVALID, "the qualifier of the sender", _qualifier),
    (6, Code.SENDER_UNKNOWN, "the sender", bool),
    (7, Code.RECEIVER_QUALIFIER_INVALID, "the qualifier of the receiver", _qualifier),
    (8, Code.RECEIVER_UNKNOWN, "the receiver", bool),
    (9, Code.INTERCHANGE_DATE_INVALID, "the date of preparation", lambda value: len(value) == 6 and is_date(value)),
    (10, Code.INTERCHANGE_TIME_INVALID, "the time of preparation", lambda value: len(value) == 4 and is_time(value)),
    (12, Code.INTERCHANGE_VERSION_UNSUPPORTED, "the interchange version", known_version),
    (13, Code.INTERCHANGE_NUMBER_INVALID, "the control number", lambda value: value.isascii() and value.isdigit()),
    (14, Code.ACKNOWLEDGEMENT_REQUEST_INVALID, "the request for acknowledgement", ("0", "1").__contains__),
    (15, Code.TEST_INDICATOR_INVALID, "the usage indicator", ("P", "T", "I").__contains__),
)
"""Element of ISA, what is found when its rule fails, what the element is, and the rule."""


_CHANGING = {number: holds for number, _, _, holds in _RULES if number in (9, 10, 13)}
"""Date, time and control number; all else is the same in most interchanges of a partner."""


@lru_cache(maxsize=1024)
def _settled(*elements: str) -> bool:
    """Whether there is nothing wrong with the elements that do not change."""
    return all(holds(elements[number - 1].strip()) for number, _, _, holds in _RULES if number not in _CHANGING)


def _sound(isa: tuple[str, ...]) -> bool:
    changing = all(holds(isa[number - 1].strip()) for number, holds in _CHANGING.items())
    return changing and _settled(*isa[:8], "", "", *isa[10:12], "", *isa[13:15])


def check_header(header: Header) -> Iterator[Finding]:
    """What is wrong with the values of ISA; its form was judged when it was read."""
    if _sound(header.elements):
        return
    for element, code, name, holds in _RULES:
        text = header.elements[element - 1]
        value = text.strip()
        if not holds(value):
            offset = header.start + 4 + sum(len(before) + 1 for before in header.elements[: element - 1])
            message = f"ISA{element:02}, {name}, is {value!r}." if value else f"ISA{element:02}, {name}, is empty."
            yield found(code, message, Position(offset, tag="ISA", element=element), actual=text)


def same_number(left: str, right: str) -> bool:
    """Whether two control numbers are the same: as numbers where they are, else as text. Leading zeros mean nothing."""
    left, right = left.strip(), right.strip()
    if left.isascii() and right.isascii() and left.isdigit() and right.isdigit() and len(left) < 19 and len(right) < 19:
        return int(left) == int(right)
    return left == right


def count_of(text: str) -> int | None:
    """The number a trailer claims, None when it is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
