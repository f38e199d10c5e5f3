"""Reads the interchange header UNB into an envelope, and says what is wrong with it."""

from datetime import UTC

from translators.contract import Envelope, Family, Identity
from translators.edifact import charsets, dates, validation
from translators.edifact.message import Syntax
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.tokenizer import Elements, Locator, cut
from translators.finding import Code, Finding, Severity, found
from translators.position import Position

_SENDER, _RECEIVER, _PREPARED, _REFERENCE, _ACKNOWLEDGEMENT, _TEST = 2, 3, 4, 5, 9, 11
_DECISIVE = (0, 1, _SENDER, _RECEIVER, _PREPARED, _REFERENCE, _ACKNOWLEDGEMENT, _TEST)
"""Elements that decide what becomes of the interchange; slips in the others (priority, application reference) are only noted."""

_VERSIONS = ("1", "2", "3", "4")


def envelope(data: bytes, start: int, end: int, characters: ServiceCharacters) -> Envelope:
    """The envelope of the UNB in `data[start:end]`, without judgement. Absent elements are empty."""
    raw = data[start:end]
    identifier = raw[4:8].decode("latin-1")
    content = charsets.decoded(raw, identifier).text.replace("\0", "\ufffd").replace("\r", "").replace("\n", "")
    text = cut(content, characters)
    elements = text.elements(text.segments[0]) if text.segments else [["UNB"]]
    return Envelope(
        family=Family.EDIFACT,
        sender=_identity(elements, _SENDER),
        receiver=_identity(elements, _RECEIVER),
        control_number=_value(elements, _REFERENCE, 1).strip(),
        version=":".join(elements[1][:2]) if len(elements) > 1 else "",
        test=_value(elements, _TEST, 1) == "1",
        acknowledgement_requested=_value(elements, _ACKNOWLEDGEMENT, 1),
        prepared=":".join(elements[_PREPARED]) if len(elements) > _PREPARED else "",
        offset=start,
        header=tuple(pieces(content, characters.element, characters.release))[1:],
        separators=characters.separators,
    )


def pieces(text: str, separator: str, release: str) -> list[str]:
    """Text cut at a separator, released ones left as they are."""
    result: list[str] = []
    for piece in text.split(separator):
        if result and release and (len(result[-1]) - len(result[-1].rstrip(release))) % 2:
            result[-1] += separator + piece
        else:
            result.append(piece)
    return result


def syntax(envelope_: Envelope, characters: ServiceCharacters) -> Syntax:
    """How the messages of the interchange are written."""
    identifier, _, version = envelope_.version.partition(":")
    return Syntax(identifier, int(version) if version in _VERSIONS else 3, characters)


def judged(data: bytes, end: int, envelope_: Envelope, syntax_: Syntax) -> list[Finding]:
    """What is wrong with the header: its elements, its syntax, its identities, its date and its flags."""
    locator = Locator(data, envelope_.offset, end, syntax_.characters)
    findings: list[Finding] = []

    def report(code: Code, text: str, element: int | None, component: int | None, _r: int | None, **detail: str | None) -> None:
        number = element or 0
        offset = locator.element(1, element, component) if element else envelope_.offset
        position = Position(offset, None, "UNB", element, component)
        severity = None if number in _DECISIVE else Severity.WARNING
        findings.append(found(_as_header(code, number), text, position, severity=severity, **detail))

    content = data[envelope_.offset : end].decode("latin-1").replace("\r", "").replace("\n", "")
    text = cut(content, syntax_.characters)
    definition = validation.definition(syntax_.service_directory, "UNB", repeating=syntax_.repeating)
    if definition is not None and text.segments:
        raw = text.segments[0]
        elements = text.elements(raw)
        validation.check(definition, raw, elements, text, report, repeating=syntax_.repeating)
        _values(elements, envelope_, syntax_, report)
    return findings


def _as_header(code: Code, element: int) -> Code:
    """What is missing from a header makes the header malformed; without 0020 the interchange cannot even be answered."""
    if code is not Code.ELEMENT_MISSING:
        return code
    return Code.INTERCHANGE_NUMBER_INVALID if element == _REFERENCE else Code.HEADER_MALFORMED


def _values(elements: Elements, envelope_: Envelope, syntax_: Syntax, report: validation.Report) -> None:
    identifier, _, version = envelope_.version.partition(":")
    if not charsets.known(identifier) or version not in _VERSIONS:
        text = f"Syntax {envelope_.version[:12]} is not one that can be read for certain."
        report(Code.SYNTAX_UNSUPPORTED, text, 1, None, None, actual=envelope_.version)
    for element, identity, who in ((_SENDER, envelope_.sender, "sender"), (_RECEIVER, envelope_.receiver, "receiver")):
        if _value(elements, element, 1) and not identity.id:
            report(Code.HEADER_MALFORMED, f"The {who} is blank.", element, 1, None)
    date, time = _value(elements, _PREPARED, 1), _value(elements, _PREPARED, 2)
    expected = 8 if syntax_.version >= 4 else 6
    if date and (len(date) != expected or dates.instant(date, "101" if expected == 6 else "102", UTC) is None):
        form = "CCYYMMDD" if expected == 8 else "YYMMDD"
        report(Code.INTERCHANGE_DATE_INVALID, f"{date} is no date in {form}.", _PREPARED, 1, None, expected=form, actual=date)
    if time and dates.instant(f"20000101{time}", "203", UTC) is None:
        report(Code.INTERCHANGE_TIME_INVALID, f"{time} is no time in HHMM.", _PREPARED, 2, None, expected="HHMM", actual=time)
    asked, test = envelope_.acknowledgement_requested, _value(elements, _TEST, 1)
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
