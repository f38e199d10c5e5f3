"""The service characters of an interchange: announced by UNA, else the defaults, else inferred from the header.

ISO 9735:1988 annex B and ISO 9735-1:2002 clause 7. UNA is six characters: component separator, element separator, decimal
mark, release character, repetition separator (reserved, usually blank, before syntax version 4), segment terminator.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from translators.contract import Separators
from translators.finding import Code, Finding, found
from translators.payload import Payload
from translators.position import Position

_EXACT = re.compile(rb"UNA(.{6})[\r\n\t ]*(?=UNB)", re.DOTALL)
_LOOSE = re.compile(rb"UNA(.{0,12}?)[\r\n\t ]*(?=UNB)", re.DOTALL)
_SYNTAX = re.compile(rb"UNB.([A-Z0-9]{4})(.?)([0-9A-Z]?)", re.DOTALL)
_HORIZON = 4096


@dataclass(frozen=True, slots=True)
class ServiceCharacters:
    """The characters in force. `release` and `repetition` are empty where there is none; `line_end` follows what we write."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = ""
    segment: str = "'"
    line_end: str = ""

    def __hash__(self) -> int:
        """One character is enough: what is remembered by these is looked up many times a message, and holds few of them."""
        return hash(self.element)

    @property
    def separators(self) -> Separators:
        """The same in the form of the contract."""
        return _separators(self)


@lru_cache(maxsize=64)
def _separators(c: ServiceCharacters) -> Separators:
    return Separators(c.element, c.component, c.segment, c.repetition, c.release, c.decimal, c.line_end)


# ISO 9735:1988 clause 5.2: level B names the information separators of ISO 646, and has no release character.
LEVEL_B = ServiceCharacters(component="\x1f", element="\x1d", release="", segment="\x1c")


@lru_cache(maxsize=64)
def of(separators: Separators) -> ServiceCharacters:
    """From the form of the contract."""
    return ServiceCharacters(
        component=separators.component,
        element=separators.element,
        decimal=separators.decimal,
        release=separators.release,
        repetition=separators.repetition,
        segment=separators.segment,
        line_end=separators.line_end,
    )


@lru_cache(maxsize=8)
def default(syntax_version: int) -> ServiceCharacters:
    """What holds when no UNA is sent."""
    return ServiceCharacters(repetition="*" if syntax_version >= 4 else "")


def agreed(separators: Separators | None, syntax_version: int) -> ServiceCharacters:
    """The service characters that we write with; before syntax version 4 no element repeats."""
    if separators is None:
        return default(syntax_version)
    characters = of(separators)
    return characters if syntax_version >= 4 else replace(characters, repetition="")


@dataclass(frozen=True, slots=True)
class Advice:
    """The characters of an interchange, where its UNB begins (None when there is none), and what was wrong with them.

    `usable` is False when two of the characters are the same, so that nothing can be split with them.
    """

    characters: ServiceCharacters
    header: int | None
    announced: bool
    findings: tuple[Finding, ...]
    usable: bool


def advised(data: Payload, start: int) -> Advice:
    """Find the service characters of the interchange that begins at `start` with UNA or UNB."""
    head = data[start : start + _HORIZON]
    announced = head.startswith(b"UNA")
    match = _EXACT.match(head) if announced else None
    una, offset = None, 0
    findings: list[Finding] = []
    if match is not None and not _cut_before_line_end(match[1]):
        una, offset = match[1].decode("latin-1"), match.end()
    elif announced:
        loose = _LOOSE.match(head)
        findings.append(_una_malformed(loose[1] if loose else head[3:9], start))
        if loose is None:
            return Advice(ServiceCharacters(), None, announced, tuple(findings), usable=False)
        una, offset = "", loose.end()
    stated, used = _concluded(una, *_evidence(head[offset:]))
    if used is not stated and used is not LEVEL_B and not findings:
        findings.append(_mismatch(stated, used, Position(start + offset, tag="UNA" if announced else "UNB")))
    usable = _distinct(used)
    if not usable:
        findings.append(_clash(used, start))
    return Advice(used, start + offset, announced, tuple(findings), usable=usable)


def _cut_before_line_end(advice: bytes) -> bool:
    """Whether the sixth character is only the line end after a UNA that was cut to five."""
    return advice[5:6] in (b"\r", b"\n") and advice[4:5] in (b"'", b"~")


def _evidence(unb: bytes) -> tuple[str, str, str, str | None]:
    """What a header shows of its characters: syntax version, element and component separator, and the terminator."""
    syntax = _SYNTAX.match(unb)
    element = unb[3:4].decode("latin-1")
    version, component = (syntax[3].decode("latin-1"), syntax[2].decode("latin-1")) if syntax else ("", "")
    return version, element, component, _terminator_used(unb, element)


@lru_cache(maxsize=256)
def _concluded(
    una: str | None, version: str, element: str, component: str, segment: str | None
) -> tuple[ServiceCharacters, ServiceCharacters]:
    """The characters that are stated, and those in use: what was not announced is inferred, so that the rest can be read.

    `una` is None where there is none, and empty where it cannot be read. The same evidence gives the very same objects.
    """
    stated = _stated(una, version_4=version == "4")
    if una is None and element == LEVEL_B.element:
        return stated, LEVEL_B
    if component == element or component.isalnum() or not component:
        component = stated.component
    used = replace(stated, element=element or stated.element, component=component, segment=segment or stated.segment)
    if used == stated:
        return stated, stated
    if used.release in (used.element, used.component, used.segment):
        used = replace(used, release="")
    return stated, used


def _stated(una: str | None, *, version_4: bool) -> ServiceCharacters:
    """Before version 4 the fifth character means nothing, though senders write `*` there and use `*` as data."""
    if not una:
        return default(4 if version_4 and una is None else 3)
    component, element, decimal, release, repetition, segment = tuple(una)
    repeats = "" if repetition == " " or not version_4 else repetition
    return ServiceCharacters(component, element, decimal, "" if release == " " else release, repeats, segment)


def _mismatch(stated: ServiceCharacters, used: ServiceCharacters, position: Position) -> Finding:
    return found(
        Code.SERVICE_STRING_MALFORMED,
        "The interchange uses other service characters than those announced.",
        position,
        expected=_shown(stated),
        actual=_shown(used),
    )


def _terminator_used(unb: bytes, element: str) -> str | None:
    """The character before the first UNH or UNG, line ends aside; None when there is none, or the evidence is unclear."""
    follows = _message_header(element).search(unb)
    if follows is None:
        return None
    before = unb[: follows.start()]
    bare = before.rstrip(b"\r\n\t ")
    character, blanks = bare[-1:].decode("latin-1"), before[len(bare) :].decode("latin-1")
    if character.isalnum() or character == element:
        return blanks[-1:] if blanks.strip(" \t") else None
    return character


@lru_cache(maxsize=64)
def _message_header(element: str) -> re.Pattern[bytes]:
    return re.compile(rb"UN[HG]" + re.escape(element.encode("latin-1")))


@lru_cache(maxsize=64)
def _distinct(characters: ServiceCharacters) -> bool:
    """Whether all characters are different, and none a letter, a digit or, where one is required, a blank."""
    required = (characters.element, characters.component, characters.segment)
    used = [c for c in (*required, characters.release, characters.repetition) if c]
    return len(set(used)) == len(used) and not any(c.isalnum() for c in used) and " " not in required


def _clash(characters: ServiceCharacters, start: int) -> Finding:
    return found(
        Code.SEPARATORS_CLASH,
        "The service characters are not all different, or are letters, digits or blanks.",
        Position(start, tag="UNA"),
        actual=_shown(characters),
    )


def _una_malformed(advice: bytes, start: int) -> Finding:
    return found(
        Code.SERVICE_STRING_MALFORMED,
        f"UNA announces {len(advice)} service characters instead of six.",
        Position(start, tag="UNA"),
        expected="six characters",
        actual=advice.decode("latin-1"),
    )


def _shown(c: ServiceCharacters) -> str:
    return " ".join(repr(x)[1:-1] if x else "-" for x in (c.component, c.element, c.decimal, c.release, c.repetition, c.segment))
