"""UNB: the envelope as it was sent, and what is wrong with it, at its place."""

import pytest

from translators.contract import Envelope, Family, Identity
from translators.edifact import header
from translators.edifact.message import Syntax
from translators.edifact.service_characters import ServiceCharacters
from translators.finding import Code, Finding, Severity

PLAIN = ServiceCharacters()
GOOD = "UNB+UNOC:3+A:14+B:14+261120:0930+REF1"


def envelope(text: str, characters: ServiceCharacters = PLAIN) -> Envelope:
    """The envelope of a UNB without its terminator."""
    data = text.encode("latin-1")
    return header.read(data, 0, len(data), characters).envelope


def judged(text: str) -> list[Finding]:
    """What is wrong with a UNB without its terminator."""
    data = text.encode("latin-1")
    return header.judged(data, len(data), header.read(data, 0, len(data), PLAIN))


def syntax(version: str) -> Syntax:
    """What a UNB with this syntax announces."""
    data = GOOD.replace("UNOC:3", version).encode("latin-1")
    return header.read(data, 0, len(data), PLAIN).syntax


@pytest.mark.parametrize(
    ("text", "sender", "receiver"),
    [
        (GOOD, Identity("14", "A"), Identity("14", "B")),
        ("UNB+UNOC:3+A+B+261120:0930+1", Identity("", "A"), Identity("", "B")),
        ("UNB+UNOC:3+  A  : 14 +B:ZZ+261120:0930+1", Identity("14", "A"), Identity("ZZ", "B")),
        ("UNB+UNOC:3+A?+B?:C:14+B+261120:0930+1", Identity("14", "A+B:C"), Identity("", "B")),
        ("UNB+UNOC:3++B+261120:0930+1", Identity("", ""), Identity("", "B")),
        ("UNB+UNOC:3", Identity("", ""), Identity("", "")),
        ("UNB+UNOC:3+A:14:INTERNAL+B:14:ROUTE+261120:0930+1", Identity("14", "A"), Identity("14", "B")),
    ],
)
def test_identities_are_trimmed_and_qualified(text: str, sender: Identity, receiver: Identity) -> None:
    found = envelope(text)
    assert (found.sender, found.receiver) == (sender, receiver)


def test_the_header_is_kept_raw_for_echoing() -> None:
    found = envelope("UNB+UNOC:3+ A?+ :14+B:14:X+261120:0930+REF1+++++EDI1+1")
    assert found.header == ("UNOC:3", " A?+ :14", "B:14:X", "261120:0930", "REF1", "", "", "", "", "EDI1", "1")
    assert (found.family, found.version, found.prepared, found.control_number) == (
        Family.EDIFACT,
        "UNOC:3",
        "261120:0930",
        "REF1",
    )


@pytest.mark.parametrize(("flag", "test"), [("", False), ("0", False), ("1", True), ("2", False), ("X", False)])
def test_only_1_in_0035_is_a_test(flag: str, test: bool) -> None:
    assert envelope(f"{GOOD}++++++{flag}").test is test


@pytest.mark.parametrize("asked", ["", "0", "1", "2", "9"])
def test_the_acknowledgement_request_is_kept_as_sent(asked: str) -> None:
    assert envelope(f"{GOOD}++++{asked}").acknowledgement_requested == asked


def test_line_breaks_and_nul_bytes_inside_the_header_do_no_harm() -> None:
    found = envelope("UNB+UNOC:3+A\r\nA:14+B\0B:14+261120:0930+1")
    assert (found.sender.id, found.receiver.id) == ("AA", "B\ufffdB")


@pytest.mark.parametrize(
    ("version", "read_as"),
    [("UNOC:1", 1), ("UNOC:2", 2), ("UNOC:3", 3), ("UNOC:4", 4), ("UNOC:9", 3), ("UNOC", 3), ("UNOC:", 3), ("UNOC:33", 3)],
)
def test_the_syntax_version_falls_back_to_3(version: str, read_as: int) -> None:
    assert syntax(version).version == read_as


@pytest.mark.parametrize(("version", "directory"), [("UNOC:1", "service.3"), ("UNOC:3", "service.3"), ("UNOC:4", "service.4")])
def test_the_syntax_version_chooses_the_service_tables(version: str, directory: str) -> None:
    assert syntax(version).service_directory == directory


def test_a_good_header_has_no_finding() -> None:
    assert judged(GOOD) == []
    assert judged(f"{GOOD}+PASS:AA+APP+A+1+EANCOM+1") == []
    assert judged("UNB+UNOC:4:1:2:U8+A:14+B:14+20261120:0930+1".replace(":1:2:U8", "")) == []


@pytest.mark.parametrize(
    ("text", "code", "severity", "element", "component", "at"),
    [
        ("UNB+UNOC:3++B:14+261120:0930+1", Code.HEADER_MALFORMED, Severity.ERROR, 2, None, "+B:14"),
        ("UNB+UNOC:3+A:14++261120:0930+1", Code.HEADER_MALFORMED, Severity.ERROR, 3, None, "+261120"),
        ("UNB+UNOC:3+:14+B:14+261120:0930+1", Code.HEADER_MALFORMED, Severity.ERROR, 2, 1, ":14+B"),
        ("UNB+UNOC:3+ :14+B:14+261120:0930+1", Code.HEADER_MALFORMED, Severity.ERROR, 2, 1, " :14"),
        ("UNB+UNOC:3+A:14+B:14++1", Code.HEADER_MALFORMED, Severity.ERROR, 4, None, "+1"),
        ("UNB+UNOC:3+A:14+B:14+261120+1", Code.HEADER_MALFORMED, Severity.ERROR, 4, 2, "+1"),
        ("UNB+UNOC:3+A:14+B:14+261120:0930", Code.INTERCHANGE_NUMBER_INVALID, Severity.ERROR, 5, None, ""),
        ("UNB+UNOC:3+A:14+B:14+261120:0930+123456789012345", Code.ELEMENT_TOO_LONG, Severity.ERROR, 5, None, "123456"),
        (f"UNB+UNOC:3+{'A' * 36}:14+B:14+261120:0930+1", Code.ELEMENT_TOO_LONG, Severity.ERROR, 2, 1, "AAA"),
        ("UNB+UNOC:3+A:14567+B:14+261120:0930+1", Code.ELEMENT_TOO_LONG, Severity.ERROR, 2, 2, "14567"),
        ("UNB+UNOC:3+A:14:::9+B:14+261120:0930+1", Code.COMPONENT_SURPLUS, Severity.ERROR, 2, 4, ":9+B"),
        ("UNB+UNO1:3+A:14+B:14+261120:0930+1", Code.ELEMENT_CHARACTER, Severity.ERROR, 1, 1, "UNO1"),
        ("UNB+XXXA:3+A:14+B:14+261120:0930+1", Code.SYNTAX_UNSUPPORTED, Severity.ERROR, 1, None, "XXXA"),
        ("UNB+UNOC:7+A:14+B:14+261120:0930+1", Code.SYNTAX_UNSUPPORTED, Severity.ERROR, 1, None, "UNOC:7"),
        ("UNB+UNOC:3+A:14+B:14+20261120:0930+1", Code.INTERCHANGE_DATE_INVALID, Severity.WARNING, 4, 1, "20261120"),
        ("UNB+UNOC:3+A:14+B:14+261320:0930+1", Code.INTERCHANGE_DATE_INVALID, Severity.WARNING, 4, 1, "261320"),
        ("UNB+UNOC:4+A:14+B:14+261120:0930+1", Code.INTERCHANGE_DATE_INVALID, Severity.WARNING, 4, 1, "261120"),
        ("UNB+UNOC:3+A:14+B:14+261120:2561+1", Code.INTERCHANGE_TIME_INVALID, Severity.WARNING, 4, 2, "2561"),
        ("UNB+UNOC:3+A:14+B:14+261120:093+1", Code.INTERCHANGE_TIME_INVALID, Severity.WARNING, 4, 2, "093"),
        (f"{GOOD}++++3", Code.ACKNOWLEDGEMENT_REQUEST_INVALID, Severity.WARNING, 9, None, "3"),
        (f"{GOOD}++++++2", Code.TEST_INDICATOR_INVALID, Severity.ERROR, 11, None, "2"),
        (f"{GOOD}++A234567890123456", Code.ELEMENT_TOO_LONG, Severity.WARNING, 7, None, "A23456"),
        (f"{GOOD}+++1", Code.ELEMENT_CHARACTER, Severity.WARNING, 8, None, "1"),
        (f"{GOOD}+++AB", Code.ELEMENT_TOO_LONG, Severity.WARNING, 8, None, "AB"),
        (f"{GOOD}+++", Code.TRAILING_SEPARATOR, Severity.WARNING, 6, None, "++"),
        (f"{GOOD}++++++++X", Code.ELEMENT_SURPLUS, Severity.WARNING, 12, None, "+X"),
    ],
)
def test_what_is_wrong_is_found_at_its_place(
    text: str, code: Code, severity: Severity, element: int, component: int | None, at: str
) -> None:
    (finding,) = [f for f in judged(text) if f.code is code]
    position = finding.position
    assert (finding.severity, position.tag, position.segment) == (severity, "UNB", None)
    assert (position.element, position.component) == (element, component)
    assert text[position.offset :].startswith(at)


@pytest.mark.parametrize(
    ("text", "separator", "pieces"),
    [
        ("A+B+C", "+", ["A", "B", "C"]),
        ("A?+B+C", "+", ["A?+B", "C"]),
        ("A??+B", "+", ["A??", "B"]),
        ("A???+B", "+", ["A???+B"]),
        ("", "+", [""]),
        ("+", "+", ["", ""]),
    ],
)
def test_pieces_keep_their_release_characters(text: str, separator: str, pieces: list[str]) -> None:
    assert header.pieces(text, separator, "?") == pieces


def test_pieces_without_release_character() -> None:
    assert header.pieces("A?+B", "+", "") == ["A?", "B"]
