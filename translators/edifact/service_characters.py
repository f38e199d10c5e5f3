"""The service characters of an interchange: announced by UNA, else the defaults, else inferred from the header.

ISO 9735:1988 annex B and ISO 9735-1:2002 clause 7. UNA is six characters: component separator, element separator, decimal
mark, release character, repetition separator (reserved, usually blank, before syntax version 4), segment terminator.
"""

import re
from dataclasses import dataclass, replace

from translators.contract import Separators
from translators.finding import Code, Finding, found
from translators.position import Position

_EXACT = re.compile(rb"UNA(.{6})[\r\n\t ]*(?=UNB)", re.DOTALL)
_LOOSE = re.compile(rb"UNA(.{0,12}?)[\r\n\t ]*(?=UNB)", re.DOTALL)
_SYNTAX = re.compile(rb"UNB.([A-Z0-9]{4})(.?)([0-9A-Z]?)", re.DOTALL)
_HORIZON = 4096


@dataclass(frozen=True, slots=True)
class ServiceCharacters:
    """The characters in force. `release` and `repetition` are empty where there is none."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = ""
    segment: str = "'"

    @property
    def separators(self) -> Separators:
        """The same in the form of the contract."""
        return Separators(self.element, self.component, self.segment, self.repetition, self.release, self.decimal)


# ISO 9735:1988 clause 5.2: level B names the information separators of ISO 646, and has no release character.
LEVEL_B = ServiceCharacters(component="\x1f", element="\x1d", release="", segment="\x1c")


def of(separators: Separators) -> ServiceCharacters:
    """From the form of the contract."""
    return ServiceCharacters(
        component=separators.component,
        element=separators.element,
        decimal=separators.decimal,
        release=separators.release,
        repetition=separators.repetition,
        segment=separators.segment,
    )


def default(syntax_version: int) -> ServiceCharacters:
    """What holds when no UNA is sent."""
    return ServiceCharacters(repetition="*" if syntax_version >= 4 else "")


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


def advised(data: bytes, start: int) -> Advice:
    """Find the service characters of the interchange that begins at `start` with UNA or UNB."""
    head = data[start : start + _HORIZON]
    announced = head.startswith(b"UNA")
    match = _EXACT.match(head) if announced else None
    if match is not None and not _cut_before_line_end(match[1]):
        characters, offset = _from_una(match[1].decode("latin-1")), match.end()
        findings: list[Finding] = []
    else:
        loose = _LOOSE.match(head) if announced else None
        offset = loose.end() if loose else 0
        characters, findings = ServiceCharacters(), []
        if announced:
            findings.append(_una_malformed(loose[1] if loose else head[3:9], start))
            if loose is None:
                return Advice(characters, None, announced, tuple(findings), usable=False)
    characters = _for_version(characters, head[offset:], announced=announced)
    characters, mismatch = _as_used(characters, head[offset:], start + offset, announced=announced)
    if mismatch is not None and not findings:
        findings.append(mismatch)
    clash = _clash(characters, start)
    if clash is not None:
        findings.append(clash)
    return Advice(characters, start + offset, announced, tuple(findings), usable=clash is None)


def _cut_before_line_end(advice: bytes) -> bool:
    """Whether the sixth character is only the line end after a UNA that was cut to five."""
    return advice[5:6] in (b"\r", b"\n") and advice[4:5] in (b"'", b"~")


def _from_una(advice: str) -> ServiceCharacters:
    component, element, decimal, release, repetition, segment = tuple(advice)
    return ServiceCharacters(component, element, decimal, "" if release == " " else release, repetition, segment)


def _for_version(characters: ServiceCharacters, unb: bytes, *, announced: bool) -> ServiceCharacters:
    """Before version 4 the fifth character means nothing, though senders write `*` there and use `*` as data."""
    syntax = _SYNTAX.match(unb)
    version_4 = syntax is not None and syntax[3] == b"4"
    if not version_4:
        return replace(characters, repetition="")
    if not announced:
        return replace(characters, repetition="*")
    return replace(characters, repetition="" if characters.repetition == " " else characters.repetition)


def _as_used(
    characters: ServiceCharacters, unb: bytes, offset: int, *, announced: bool
) -> tuple[ServiceCharacters, Finding | None]:
    """Compare with what the header really uses; what was not announced is inferred, so that the rest can be read."""
    element = unb[3:4].decode("latin-1")
    if not announced and element == LEVEL_B.element:
        return LEVEL_B, None
    syntax = _SYNTAX.match(unb)
    component = syntax[2].decode("latin-1") if syntax else characters.component
    if component == element or component.isalnum() or not component:
        component = characters.component
    segment = _terminator_used(unb, element) or characters.segment
    used = replace(characters, element=element or characters.element, component=component, segment=segment)
    if used == characters:
        return characters, None
    if used.release in (used.element, used.component, used.segment):
        used = replace(used, release="")
    return used, found(
        Code.SERVICE_STRING_MALFORMED,
        "The interchange uses other service characters than those announced.",
        Position(offset, tag="UNA" if announced else "UNB"),
        expected=_shown(characters),
        actual=_shown(used),
    )


def _terminator_used(unb: bytes, element: str) -> str | None:
    """The character before the first UNH or UNG, line ends aside; None when there is none, or the evidence is unclear."""
    separator = re.escape(element.encode("latin-1"))
    follows = re.search(rb"(.)([\r\n\t ]*)UN[HG]" + separator, unb, re.DOTALL)
    if follows is None:
        return None
    character, blanks = follows[1].decode("latin-1"), follows[2].decode("latin-1")
    if character.isalnum() or character == element:
        return blanks[-1:] if blanks.strip(" \t") else None
    return character


def _clash(characters: ServiceCharacters, start: int) -> Finding | None:
    required = (characters.element, characters.component, characters.segment)
    used = [c for c in (*required, characters.release, characters.repetition) if c]
    if len(set(used)) == len(used) and not any(c.isalnum() for c in used) and " " not in required:
        return None
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
