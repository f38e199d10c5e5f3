"""Writes segments and interchanges: release characters where they are needed, counts and references that fit."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from translators.contract import Identity, OutboundGroup, OutboundInterchange
from translators.edifact import charsets, definitions, service_characters, validation
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.tokenizer import cut
from translators.errors import NotWritable
from translators.finding import DEFINITIONS, Code, Severity
from translators.mapping.tree import COMPONENT

Value = str | Sequence[str]


def release(value: str, characters: ServiceCharacters) -> str:
    """A value with its service characters released, the release character itself among them.

    Without a release character a service character inside a value becomes a blank: nothing else can be sent in its place.
    """
    special = (characters.segment, characters.element, characters.component, characters.repetition)
    if not characters.release:
        for character in special:
            value = value.replace(character, " ") if character else value
        return value
    value = value.replace(characters.release, characters.release * 2)
    for character in special:
        if character and character in value:
            value = value.replace(character, characters.release + character)
    return value


def segment(tag: str, *elements: Value, characters: ServiceCharacters) -> str:
    """A segment with its terminator. An element is a value or the values of its components; empty tails are left out."""
    written, special = [tag], _special(characters)
    for element in elements:
        values = (element,) if isinstance(element, str) else element
        components = [release(value, characters) if special(value) else value for value in values]
        while components and not components[-1]:
            components.pop()
        written.append(characters.component.join(components))
    while len(written) > 1 and not written[-1]:
        written.pop()
    return f"{characters.element.join(written)}{characters.segment}{characters.line_end}"


@lru_cache(maxsize=64)
def _special(characters: ServiceCharacters) -> Callable[[str], object]:
    """Whether a value holds a service character."""
    c = characters
    return re.compile(f"[{re.escape(c.component + c.element + c.release + c.repetition + c.segment)}]").search


@dataclass(frozen=True, slots=True)
class Body:
    """The segments of a message between header and trailer, each with its terminator, and how many they are.

    `replaced` are the characters that the character set does not have: others, or blanks, stand in their places.
    """

    text: str
    segments: int
    replaced: frozenset[str]


def body(rows: Iterable[Sequence[str]], directory: str, identifier: str, characters: ServiceCharacters) -> Body:
    """The body of a message. A row is a tag and its elements, whose components are joined by COMPONENT.

    `directory` is that of the tables (`D.96A`), `identifier` that of the syntax (`UNOC`). Raises NotWritable, naming segment and
    element, when a value is missing, too long or of the wrong kind.
    """
    replaced: set[str] = set()
    written = []
    for tag, *elements in rows:
        values = [_in_set(element, identifier, replaced).split(COMPONENT) for element in elements]
        written.append(segment(tag, *values, characters=characters))
    text = "".join(written)
    _measure(text, directory, characters)
    return Body(text, len(written), frozenset(replaced))


def _in_set(value: str, identifier: str, replaced: set[str]) -> str:
    """A value in the characters of a syntax level. Level A has no small letters: its capitals mean the same."""
    if identifier == "UNOA":
        value = value.upper()
    missing = charsets.missing(value.replace(COMPONENT, ""), identifier)
    for character in missing:
        plain = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
        fitting = plain if plain and not charsets.missing(plain, identifier) else " "
        value = value.replace(character, fitting)
    replaced |= missing
    return value


def _measure(text: str, directory: str, characters: ServiceCharacters) -> None:
    """Measure all segments against the tables of a directory; what is only a warning when read does not hinder writing."""
    repeating = bool(characters.repetition)
    table, marked = definitions.table(directory, repeating=repeating), cut(text, characters)
    tag = ""

    def refuse(
        code: Code, sentence: str, element: int | None, component: int | None, _repetition: int | None, **_detail: str | None
    ) -> None:
        if DEFINITIONS[code].severity is Severity.ERROR and code is not Code.ELEMENT_DATE:  # one that was sent so is sent on
            place = ".".join(str(n) for n in (element, component) if n is not None)
            raise NotWritable(f"{tag} {place}: {sentence}")

    for raw in marked.segments:
        tag = marked.tag(raw)
        validation.check(table[tag], raw, marked, refuse, repeating=repeating)


def _service(tag: str, *elements: Value, characters: ServiceCharacters, version: int) -> str:
    """A service segment, measured against its table: what the partner would refuse is not written.

    Raises NotWritable, naming segment and element, when a value is missing, too long or of the wrong kind.
    """
    text = segment(tag, *elements, characters=characters)
    repeating = bool(characters.repetition)
    definition = definitions.table("service.4" if version >= 4 else "service.3", repeating=repeating)[tag]

    def refuse(
        _code: Code, sentence: str, element: int | None, component: int | None, _repetition: int | None, **_detail: str | None
    ) -> None:
        place = ".".join(str(n) for n in (element, component) if n is not None)
        raise NotWritable(f"{tag} {place}: {sentence}")

    marked = cut(text, characters)
    validation.check(definition, marked.segments[0], marked, refuse, repeating=repeating)
    return text


def interchange(outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime) -> bytes:
    """The final bytes of an interchange; see `FamilyTranslator.seal`. Raises NotWritable when an envelope field does not fit."""
    identifier, _, version = outbound.version.partition(":")
    syntax_version = int(version) if version.isdigit() else 3
    characters = service_characters.of(outbound.separators)
    number = str(control_number)
    when = (prepared.strftime("%Y%m%d" if syntax_version >= 4 else "%y%m%d"), prepared.strftime("%H%M"))
    parts = [
        _una(outbound, characters, syntax_version),
        _unb(outbound, (identifier, version), when, number, characters),
        outbound.loose,
    ]
    reference, groups = 0, 0
    for group, group_number in zip(outbound.groups, [*group_numbers, *[0] * len(outbound.groups)], strict=False):
        if group.functional_id:
            groups += 1
            parts.append(_ung(group, when, group_number, characters, syntax_version))
        for document in group.documents:
            reference += 1
            header = (document.type, *document.header)
            parts.append(_service("UNH", str(reference), header, characters=characters, version=syntax_version))
            parts.append(document.body)
            parts.append(segment("UNT", str(document.segments + 2), str(reference), characters=characters))
        if group.functional_id:
            parts.append(
                _service("UNE", str(len(group.documents)), str(group_number), characters=characters, version=syntax_version)
            )
    parts.append(_service("UNZ", str(groups or reference), number, characters=characters, version=syntax_version))
    return encoded("".join(parts), identifier)


def _una(outbound: OutboundInterchange, characters: ServiceCharacters, syntax_version: int) -> str:
    """UNA stands whenever the characters are not the defaults of the syntax version, or the partner wants to see it."""
    c, usual = characters, service_characters.default(syntax_version)
    if not outbound.envelope.service_string and replace(c, line_end="") == usual:
        return ""
    return f"UNA{c.component}{c.element}{c.decimal}{c.release or ' '}{c.repetition or ' '}{c.segment}{c.line_end}"


def _unb(
    outbound: OutboundInterchange, syntax: tuple[str, str], when: tuple[str, str], number: str, characters: ServiceCharacters
) -> str:
    agreed = outbound.envelope
    elements: tuple[Value, ...] = (
        syntax,
        (*_address(outbound.sender), agreed.sender_routing),
        (*_address(outbound.receiver), agreed.receiver_routing),
        when,
        number,
        agreed.reference.split(":"),
        agreed.application_reference,
        agreed.priority,
        agreed.acknowledgement,
        agreed.agreement,
        agreed.usage or ("1" if outbound.test else ""),
    )
    version = int(syntax[1]) if syntax[1].isdigit() else 3
    return _service("UNB", *elements, characters=characters, version=version)


def _ung(group: OutboundGroup, when: tuple[str, str], number: int, characters: ServiceCharacters, syntax_version: int) -> str:
    """Sender and receiver of a group are `id` or `id:qualifier`, its version is `D.96A`."""
    addresses = (group.sender.split(":"), group.receiver.split(":"))
    version = group.version.split(".")
    elements: tuple[Value, ...] = (group.functional_id, *addresses, when, str(number), "UN", version)
    return _service("UNG", *elements, characters=characters, version=syntax_version)


def _address(identity: Identity) -> tuple[str, str]:
    return (identity.id, identity.qualifier)


def encoded(text: str, identifier: str) -> bytes:
    """Bytes in the declared character set. A character it does not have becomes a blank, never a service character."""
    encoding = charsets.encoding(identifier)
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return b"".join(_one(character, encoding) for character in text)


def _one(character: str, encoding: str) -> bytes:
    try:
        return character.encode(encoding)
    except UnicodeEncodeError:
        return b" "
