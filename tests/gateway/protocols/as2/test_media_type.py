"""Structured header values: quotes, comments of the field's practice, RFC 2231 and RFC 2047."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.protocols.as2.media_type import LONGEST_VALUE, decode_words, format_parameter, parse_header_value, quote


@pytest.mark.parametrize(
    ("text", "value", "parameters"),
    [
        ("text/plain", "text/plain", {}),
        ("Application/EDI-X12 ; Charset=US-ASCII", "application/edi-x12", {"charset": "US-ASCII"}),
        (
            'multipart/signed; protocol="a/b"; micalg=sha-256;boundary="x;y"',
            "multipart/signed",
            {"boundary": "x;y", "protocol": "a/b"},
        ),
        ('attachment; filename="a \\"b\\" \\\\c.edi"', "attachment", {"filename": 'a "b" \\c.edi'}),
        ('attachment; filename="unclosed', "attachment", {"filename": "unclosed"}),
        ("attachment; filename=two words.edi; x=1", "attachment", {"filename": "two words.edi", "x": "1"}),
        ("a/b; x=1; x=2", "a/b", {"x": "1"}),
        ("; x=1", "", {"x": "1"}),
        ("", "", {}),
        ("a/b;;;=;x", "a/b", {}),
    ],
)
def test_values_and_parameters_are_read(text: str, value: str, parameters: dict[str, str]) -> None:
    read = parse_header_value(text)
    assert read.value == value
    assert {name: read.parameters[name] for name in parameters} == parameters


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("attachment; filename*=utf-8''%e2%82%ac%20rates.edi", "€ rates.edi"),
        ("attachment; filename*=iso-8859-1'en'gr%F6%DFe.edi", "größe.edi"),
        ('attachment; filename*0=long; filename*1=" name"; filename*2=.edi', "long name.edi"),
        ("attachment; filename*1*=%C3%A9; filename*0*=utf-8''caf; filename*2=.edi", "café.edi"),
        ("attachment; filename=plain.edi; filename*=utf-8''better.edi", "better.edi"),
        ("attachment; filename*=no-quotes.edi", "no-quotes.edi"),
        ("attachment; filename*=utf-9''%ff", "ÿ"),
        ("attachment; filename*0=a; filename*2=c", "a"),
        ("attachment; filename*99999=a; filename=b", "b"),
    ],
)
def test_names_of_rfc_2231_are_read(text: str, name: str) -> None:
    assert parse_header_value(text).parameters["filename"] == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain.edi", "plain.edi"),
        ("=?utf-8?B?Z3LDtsOfZS5lZGk=?=", "größe.edi"),
        ("=?iso-8859-1?Q?gr=F6=DFe_1?=.edi", "größe 1.edi"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?B?Z?=", "=?utf-8?B?Z?="),
        ("=?nonsense?q?a?=", "a"),
        ("=?not a word", "=?not a word"),
    ],
)
def test_encoded_words_are_read(text: str, expected: str) -> None:
    assert decode_words(text) == expected


@given(st.text(max_size=60))
def test_any_file_name_is_written_so_that_it_is_read_again(name: str) -> None:
    safe = name.encode("utf-8", "replace").decode()
    header = f"attachment; {format_parameter('filename', safe)}"
    assert header.isascii()
    assert "\n" not in header
    assert parse_header_value(header).parameters["filename"] == safe


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    read = parse_header_value(text)
    assert read.value == read.value.strip()
    decode_words(text)


def test_a_hostile_header_is_cut_and_takes_no_time() -> None:
    text = 'a/b;x="' + '\\";y="' * 100_000
    assert len(parse_header_value(text).parameters["x"]) <= LONGEST_VALUE


def test_quotes_and_backslashes_are_escaped() -> None:
    assert quote('a"b\\') == '"a\\"b\\\\"'
