"""Syntax identifiers, their character sets, and what a message is that declares the wrong one (quirks 25 to 28)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.edifact.charsets import Decoded, decoded, encoding, known, outside

SERVICE = b":+?'"


@pytest.mark.parametrize(
    ("identifier", "codec"),
    [
        ("UNOA", "ascii"),
        ("UNOB", "ascii"),
        ("UNOC", "iso8859-1"),
        ("UNOD", "iso8859-2"),
        ("UNOE", "iso8859-5"),
        ("UNOF", "iso8859-7"),
        ("UNOG", "iso8859-3"),
        ("UNOH", "iso8859-4"),
        ("UNOI", "iso8859-6"),
        ("UNOJ", "iso8859-8"),
        ("UNOK", "iso8859-9"),
        ("UNOL", "iso8859-15"),
        ("UNOW", "utf-8"),
        ("UNOX", "iso8859-1"),
        ("UNOY", "utf-8"),
    ],
)
def test_every_syntax_identifier_of_the_standard_is_known(identifier: str, codec: str) -> None:
    assert known(identifier)
    assert encoding(identifier) == codec


@pytest.mark.parametrize("identifier", ["", "UNOZ", "XXXA", "IATB", "unoa", "UNO", "UNOCC"])
def test_other_identifiers_are_unknown_and_lose_no_byte(identifier: str) -> None:
    assert not known(identifier)
    everything = bytes(range(256))
    assert everything.decode(encoding(identifier)).encode(encoding(identifier)) == everything


@pytest.mark.parametrize("identifier", ["UNOA", "UNOC", "UNOE", "UNOY", "XXXA"])
def test_seven_bits_are_the_same_everywhere(identifier: str) -> None:
    assert decoded(b"BGM+220+PO-1", identifier) == Decoded("BGM+220+PO-1")


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("UNOC", "Größe"),
        ("UNOD", "Łódź"),
        ("UNOE", "Заказ"),
        ("UNOF", "Παραγγελία"),
        ("UNOG", "Ħaġar"),
        ("UNOH", "Ķekava"),
        ("UNOI", "طلب"),
        ("UNOJ", "הזמנה"),
        ("UNOK", "Şişe"),
        ("UNOL", "Œuvre à 5 €"),
        ("UNOW", "注文 €"),
        ("UNOY", "Ł漢"),
    ],
)
def test_text_in_the_declared_set_is_read_without_a_finding(identifier: str, text: str) -> None:
    assert decoded(text.encode(encoding(identifier)), identifier) == Decoded(text)


@pytest.mark.parametrize(
    ("identifier", "raw", "text", "detected", "at"),
    [
        ("UNOA", "AÜ".encode("latin-1"), "AÜ", "ISO 8859-1", 1),
        ("UNOB", "abcé".encode("latin-1"), "abcé", "ISO 8859-1", 3),
        ("UNOA", "AÜ".encode(), "AÜ", "UTF-8", 1),
        ("UNOC", "xyÜ".encode(), "xyÜ", "UTF-8", 2),
        ("UNOD", "Łódź".encode(), "Łódź", "UTF-8", 0),
        ("UNOC", "5 €".encode("cp1252"), "5 €", "Windows-1252", 2),
        ("UNOA", "“A”".encode("cp1252"), "“A”", "Windows-1252", 0),
        ("UNOW", "AÜ".encode("latin-1"), "AÜ", "ISO 8859-1", 1),
        ("UNOY", "5 €".encode("cp1252"), "5 €", "Windows-1252", 2),
    ],
)
def test_a_wrong_declaration_is_found_out(identifier: str, raw: bytes, text: str, detected: str, at: int) -> None:
    assert decoded(raw, identifier) == Decoded(text, detected, at)


def test_bytes_that_are_no_characters_are_replaced_and_said_so() -> None:
    result = decoded(b"A\xa5\xae", "UNOI")
    assert result.damaged
    assert "\ufffd" in result.text


def test_undefined_bytes_of_windows_1252_fall_back_to_latin_1() -> None:
    result = decoded(b"A\x81", "UNOC")
    assert (result.text, result.detected, result.damaged) == ("A\x81", None, False)


@pytest.mark.parametrize(
    ("identifier", "raw", "at"),
    [
        ("UNOA", b"ABC 123.,-()/='\"%&*;<>!", None),
        ("UNOA", b"ABc", 2),
        ("UNOA", b"A_B", 1),
        ("UNOA", b"A@B", 1),
        ("UNOB", b"abc XYZ", None),
        ("UNOB", b"a@b", 1),
        ("UNOB", b"a_b", 1),
        ("UNOC", b"a@b_[]{}~", None),
        ("UNOC", b"a\x07b", 1),
        ("UNOC", b"a\tb", None),
        ("UNOA", b"A\r\nB", None),
        ("UNOA", b"A\xffB", None),
        ("UNOA", b"A\0B", None),
    ],
)
def test_seven_bit_characters_outside_the_declared_level_are_found(identifier: str, raw: bytes, at: int | None) -> None:
    assert outside(raw, identifier, SERVICE) == at


def test_service_characters_are_never_outside() -> None:
    assert outside(b"A~B|C", "UNOA", b"~|") is None
    assert outside(b"A\x1fB\x1d\x1c", "UNOB", b"\x1f\x1d\x1c") is None


@given(st.binary(max_size=60), st.sampled_from(["UNOA", "UNOB", "UNOC", "UNOD", "UNOI", "UNOJ", "UNOY", "XXXX"]))
def test_any_bytes_become_text(raw: bytes, identifier: str) -> None:
    result = decoded(raw, identifier)
    assert len(result.text) <= len(raw)
    assert 0 <= result.at <= len(raw)
    place = outside(raw, identifier, SERVICE)
    assert place is None or raw[place] < 128


@given(st.text(alphabet="ABCÄÖÜßé 123", max_size=30))
def test_latin_1_text_is_never_taken_for_something_else_unless_it_is_utf_8(text: str) -> None:
    raw = text.encode("latin-1")
    result = decoded(raw, "UNOC")
    try:
        expected = raw.decode()
    except UnicodeDecodeError:
        expected = text
    assert result.text == expected
