"""Reads the interchange header UNB into an envelope, and says what is wrong with it."""

from dataclasses import dataclass
from datetime import UTC

from translators.contract import Envelope, Family, Identity
from translators.edifact import charsets, dates, validation
from translators.edifact.definitions import table
from translators.edifact.message import Syntax
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.tokenizer import Elements, Locator, MarkedText, cut
from translators.finding import Code, Finding, Severity, found
from translators.payload import Payload
from translators.position import Position

_SENDER, _RECEIVER, _PREPARED, _REFERENCE, _ACKNOWLEDGEMENT, _TEST = 2, 3, 4, 5, 9, 11
_DECISIVE = (0, 1, _SENDER, _RECEIVER, _PREPARED, _REFERENCE, _ACKNOWLEDGEMENT, _TEST)
"""Elements that decide what becomes of the interchange; slips in the others (priority, application reference) are only noted."""

_VERSIONS = ("1", "2", "3", "4")


@dataclass(frozen=True, slots=True)
class Header:
    """A UNB as it was read: its envelope, the syntax it announces, and its text and elements, a character for each byte."""

    envelope: Envelope
    syntax: Syntax
    text: MarkedText
    elements: Elements


def read(data: Payload, start: int, end: int, characters: ServiceCharacters) -> Header:
    """The UNB in `data[start:end]`, without judgement. Absent elements are empty."""
    raw = data[start:end]
    content = _unbroken(charsets.decoded(raw, raw[4:8].decode("latin-1")).text.replace("\0", "\ufffd"))
    text, elements = _cut(content, characters)
    version = ":".join(elements[1][:2]) if len(elements) > 1 else ""
    envelope = Envelope(
        family=Family.EDIFACT,
        sender=_identity(elements, _SENDER),
        receiver=_identity(elements, _RECEIVER),
        control_number=_value(elements, _REFERENCE, 1).strip(),
        version=version,
        test=_value(elements, _TEST, 1) == "1",
        acknowledgement_requested=_value(elements, _ACKNOWLEDGEMENT, 1),
        prepared=":".join(elements[_PREPARED]) if len(elements) > _PREPARED else "",
        offset=start,
        header=tuple(pieces(content, characters.element, characters.release))[1:],
        separators=characters.separators,
    )
    if not content.isascii():
        text, elements = _cut(_unbroken(raw.decode("latin-1")), characters)
    return Header(envelope, _syntax(version, characters), text, elements)


def _unbroken(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


def _cut(content: str, characters: ServiceCharacters) -> tuple[MarkedText, Elements]:
    text = cut(content, characters)
    return text, text.elements(text.segments[0]) if text.segments else [["UNB"]]


def pieces(text: str, separator: str, release: str) -> list[str]:
    """Text cut at a separator, released ones left as they are."""
    if not release or release not in text:
        return text.split(separator)
    result: list[str] = []
    for piece in text.split(separator):
        if result and (len(result[-1]) - len(result[-1].rstrip(release))) % 2:
            result[-1] += separator + piece
        else:
            result.append(piece)
    return result


def _syntax(version: str, characters: ServiceCharacters) -> Syntax:
    """How the messages of the interchange are written."""
    identifier, _, number = version.partition(":")
    return Syntax(identifier, int(number) if number in _VERSIONS else 3, characters)


def judged(data: Payload, end: int, header: Header) -> list[Finding]:
    """What is wrong with the header: its elements, its syntax, its identities, its date and its flags."""
    syntax, start, text = header.syntax, header.envelope.offset, header.text
    locator = Locator(data, start, end, syntax.characters)
    findings: list[Finding] = []

    def report(
        code: Code, sentence: str, element: int | None, component: int | None, _r: int | None, **detail: str | None
    ) -> None:
        number = element or 0
        offset = locator.element(1, element, component) if element else start
        position = Position(offset, None, "UNB", element, component)
        severity = None if number in _DECISIVE else Severity.WARNING
        findings.append(found(_as_header(code, number), sentence, position, severity=severity, **detail))

    if text.segments:
        definition = table(syntax.service_directory, repeating=syntax.repeating)["UNB"]
        validation.check(definition, text.segments[0], text, report, repeating=syntax.repeating)
        _values(header, report)
    return findings


def _as_header(code: Code, element: int) -> Code:
    """What is missing from a header makes the header malformed; without 0020 the interchange cannot even be answered."""
    if code is not Code.ELEMENT_MISSING:
        return code
    return Code.INTERCHANGE_NUMBER_INVALID if element == _REFERENCE else Code.HEADER_MALFORMED


def _values(header: Header, report: validation.Report) -> None:
    envelope, elements = header.envelope, header.elements
    identifier, _, version = envelope.version.partition(":")
    if not charsets.known(identifier) or version not in _VERSIONS:
        text = f"Syntax {envelope.version[:12]} is not one that can be read for certain."
        report(Code.SYNTAX_UNSUPPORTED, text, 1, None, None, actual=envelope.version)
    for element, identity, who in ((_SENDER, envelope.sender, "sender"), (_RECEIVER, envelope.receiver, "receiver")):
        if _value(elements, element, 1) and not identity.id:
            report(Code.HEADER_MALFORMED, f"The {who} is blank.", element, 1, None)
    date, time = _value(elements, _PREPARED, 1), _value(elements, _PREPARED, 2)
    expected = 8 if header.syntax.version >= 4 else 6
    if date and (len(date) != expected or dates.instant(date, "101" if expected == 6 else "102", UTC) is None):
        form = "CCYYMMDD" if expected == 8 else "YYMMDD"
        report(Code.INTERCHANGE_DATE_INVALID, f"{date} is no date in {form}.", _PREPARED, 1, None, expected=form, actual=date)
    if time and dates.instant(f"20000101{time}", "203", UTC) is None:
        report(Code.INTERCHANGE_TIME_INVALID, f"{time} is no time in HHMM.", _PREPARED, 2, None, expected="HHMM", actual=time)
    asked, test = envelope.acknowledgement_requested, _value(elements, _TEST, 1)
    if asked not in ("", "0", "1", "2"):
        text = f"The acknowledgement request is {asked}."
        report(Code.ACKNOWLEDGEMENT_REQUEST_INVALID, text, _ACKNOWLEDGEMENT, None, None, actual=asked)
    if test not in ("", "0", "1"):
        report(Code.TEST_INDICATOR_INVALID, f"The test indicator is {test}.", _TEST, None, None, actual=test)


def _identity(elements: Elements, element: int) -> Identity:
    return Identity(_value(elements, element, 2).strip(), _value(elements, element, 1).strip())


def _value(elements: Elements, element: int, component: int) -> str:
    try:
        return elements[element][component - 1]
    except IndexError:
        return ""
