"""UNA, the defaults, and what senders make of them (quirks 1, 3, 4, 10, 14, 19)."""

import pytest

from translators.edifact.service_characters import LEVEL_B, ServiceCharacters, advised, default, of
from translators.finding import Code

UNB = b"UNB+UNOC:3+A+B+261120:0930+1'UNH+1+ORDERS:D:96A:UN'"
UNB_4 = UNB.replace(b":3", b":4")


def test_without_una_the_defaults_hold() -> None:
    advice = advised(UNB, 0)
    assert advice.characters == ServiceCharacters(":", "+", ".", "?", "", "'")
    assert (advice.header, advice.announced, advice.findings, advice.usable) == (0, False, (), True)


def test_syntax_version_4_has_a_repetition_separator_without_una() -> None:
    assert advised(UNB_4, 0).characters.repetition == "*"
    assert default(4).repetition == "*"
    assert default(3).repetition == ""


def test_una_rules() -> None:
    data = b"UNA>*,! ~" + UNB.translate(bytes.maketrans(b":+'", b">*~"))
    advice = advised(data, 0)
    assert advice.characters == ServiceCharacters(">", "*", ",", "!", "", "~")
    assert (advice.header, advice.announced, advice.findings) == (9, True, ())


def test_a_star_announced_before_version_4_is_data() -> None:
    assert advised(b"UNA:+.?*'" + UNB, 0).characters.repetition == ""
    assert advised(b"UNA:+.?*'" + UNB_4, 0).characters.repetition == "*"


def test_a_blank_in_version_4_means_no_repetition() -> None:
    assert advised(b"UNA:+.? '" + UNB_4, 0).characters.repetition == ""


def test_a_blank_release_character_means_none() -> None:
    assert advised(b"UNA:+.  '" + UNB, 0).characters.release == ""


@pytest.mark.parametrize("line_end", [b"", b"\r\n", b"\n", b" ", b" \r\n "])
def test_blanks_after_una_are_nothing(line_end: bytes) -> None:
    advice = advised(b"UNA:+.? '" + line_end + UNB, 0)
    assert (advice.header, advice.findings) == (9 + len(line_end), ())


def test_a_line_feed_may_be_the_terminator() -> None:
    advice = advised(b"UNA:+.? \n" + UNB.replace(b"'", b"\n"), 0)
    assert advice.characters.segment == "\n"
    assert advice.findings == ()


@pytest.mark.parametrize("una", [b"UNA:+.?'", b"UNA:+.?'\r\n", b"UNA:+.?'\n", b"UNA:+.'", b"UNA:+.? *'"])
def test_una_of_wrong_length_is_found_and_the_header_tells_the_characters(una: bytes) -> None:
    advice = advised(una + UNB, 0)
    assert [f.code for f in advice.findings] == [Code.SERVICE_STRING_MALFORMED]
    assert advice.characters == ServiceCharacters()
    assert advice.header == len(una)


def test_other_characters_without_una_are_inferred_and_found() -> None:
    advice = advised(UNB.translate(bytes.maketrans(b":+'", b">*~")), 0)
    assert advice.characters == ServiceCharacters(">", "*", ".", "?", "", "~")
    assert [f.code for f in advice.findings] == [Code.SERVICE_STRING_MALFORMED]


def test_a_una_that_the_header_does_not_keep_is_found() -> None:
    advice = advised(b"UNA>*.? ~" + UNB, 0)
    assert advice.characters.element == "+"
    assert [f.code for f in advice.findings] == [Code.SERVICE_STRING_MALFORMED]


def test_level_b_has_characters_of_its_own() -> None:
    advice = advised(UNB.replace(b"UNOC", b"UNOB").translate(bytes.maketrans(b":+'", b"\x1f\x1d\x1c")), 0)
    assert (advice.characters, advice.findings) == (LEVEL_B, ())


def test_level_b_with_printable_characters_is_normal() -> None:
    assert advised(UNB.replace(b"UNOC", b"UNOB"), 0).characters == ServiceCharacters()


@pytest.mark.parametrize("una", [b"UNA:+.+ '", b"UNA:+.: '", b"UNA:+.' '"])
def test_equal_characters_cannot_be_used(una: bytes) -> None:
    advice = advised(una + UNB, 0)
    assert not advice.usable
    assert Code.SEPARATORS_CLASH in [f.code for f in advice.findings]


def test_a_header_without_component_separator_cannot_be_used() -> None:
    advice = advised(b"UNA++.? '" + UNB.replace(b":", b"+"), 0)
    assert not advice.usable


def test_letters_cannot_be_used() -> None:
    advice = advised(b"UNAX+.? '" + UNB.replace(b":", b"X"), 0)
    assert not advice.usable


def test_a_una_without_header_has_none() -> None:
    advice = advised(b"UNA:+.? '", 0)
    assert (advice.header, advice.usable) == (None, False)


def test_a_una_in_the_middle_of_a_transmission_is_read_from_there() -> None:
    data = UNB + b"UNA:+,! '" + UNB
    advice = advised(data, len(UNB))
    assert (advice.characters.release, advice.characters.decimal, advice.header) == ("!", ",", len(UNB) + 9)


def test_the_form_of_the_contract_is_the_same_thing() -> None:
    characters = ServiceCharacters(">", "*", ",", "!", "^", "~")
    assert of(characters.separators) == characters
