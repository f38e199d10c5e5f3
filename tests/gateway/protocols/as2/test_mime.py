"""MIME by slices: what is inside is found at its place, whatever the line ends; what is wrong is refused, and that is all."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.protocols.as2.errors import MalformedMessage
from gateway.protocols.as2.limits import Limits
from gateway.protocols.as2.mime import (
    Entity,
    canonical_line_ends,
    decode_base64,
    decode_transfer_encoding,
    encode_base64,
    encode_quoted_printable,
    has_headers,
    http_entity,
    leaves,
    line_end_forms,
    parse_entity,
    parse_headers,
    split_multipart,
)


def multipart(*parts: bytes, boundary: str = "b", ends: bytes = b"\r\n", kind: str = "mixed") -> Entity:
    delimiter = b"--" + boundary.encode()
    body = b"".join(delimiter + ends + part + ends for part in parts) + delimiter + b"--" + ends
    return http_entity((("Content-Type", f'multipart/{kind}; boundary="{boundary}"'),), body)


def test_an_entity_knows_where_it_lies() -> None:
    source = b"xxContent-Type: text/plain\r\nX-More: 1\r\n\r\nbody\r\nyy"
    entity = parse_entity(source, 2, len(source) - 2)
    assert entity.headers == (("Content-Type", "text/plain"), ("X-More", "1"))
    assert entity.body == b"body\r\n"
    assert entity.encoded == source[2:-2]


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_headers_are_unfolded_and_stripped(ends: bytes) -> None:
    block = ends.join([b"Content-Type: multipart/signed;", b"\tboundary=x;", b"  micalg=sha-256 ", b"X-Empty:", b"Name : v", b""])
    assert parse_headers(block) == (
        ("Content-Type", "multipart/signed;\tboundary=x;  micalg=sha-256"),
        ("X-Empty", ""),
        ("Name", "v"),
    )


@pytest.mark.parametrize(
    ("value", "expected"), [("größe".encode(), "größe"), ("größe".encode("latin-1"), "größe"), (b"\xff\xfe", "ÿþ")]
)
def test_raw_bytes_in_headers_are_read_as_utf8_or_latin1(value: bytes, expected: str) -> None:
    assert parse_headers(b"Content-Description: " + value + b"\r\n") == (("Content-Description", expected),)


@pytest.mark.parametrize(
    "block", [b"no colon here\r\n", b": no name\r\n", b"A: 1\r\nb c: 2\r\n", b"\x00: 1\r\n", b"\xe4\xf6: 1\r\n"]
)
def test_a_line_that_is_no_header_is_refused(block: bytes) -> None:
    with pytest.raises(MalformedMessage, match="no header"):
        parse_headers(block)


def test_an_entity_may_have_no_headers() -> None:
    for source in (b"\r\nbody", b"\nbody"):
        entity = parse_entity(source)
        assert entity.headers == ()
        assert entity.body == b"body"
        assert entity.content_type.value == "text/plain"


def test_a_part_may_have_nothing_but_headers() -> None:
    (entity,) = split_multipart(multipart(b"Content-Type: text/xml\r\nX: 1\r\n"))
    assert entity.content_type.value == "text/xml"
    assert entity.body == b""


@pytest.mark.parametrize("source", [b"UNA:+.? 'UNB+UNOC:3'", b"Content-Type: text/plain\r\n", b"ISA*00*"])
def test_what_has_no_blank_line_is_no_entity(source: bytes) -> None:
    with pytest.raises(MalformedMessage, match="no blank line"):
        parse_entity(source)


def test_a_document_is_not_taken_for_headers() -> None:
    assert not has_headers(parse_entity(b"UNB+UNOC:3+A+B'\r\n\r\n"))
    assert has_headers(parse_entity(b"content-type: text/plain\r\n\r\n"))


def test_the_body_of_http_has_the_headers_of_http() -> None:
    entity = http_entity(
        (("Content-type", "Application/EDIFACT; charset=iso-8859-1"), ("content-Disposition", "x; filename=a.edi")), b"UNB"
    )
    assert entity.content_type.value == "application/edifact"
    assert entity.file_name == "a.edi"
    assert (entity.body, entity.encoded) == (b"UNB", b"UNB")


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_parts_are_slices_without_the_line_end_before_the_delimiter(ends: bytes) -> None:
    first = b"Content-Type: text/plain" + ends + ends + b"one" + ends
    second = ends + b"two"
    parts = split_multipart(multipart(first, second, ends=ends))
    assert [part.encoded for part in parts] == [first, second]
    assert [part.body for part in parts] == [b"one" + ends, b"two"]


def test_preamble_epilogue_and_padding_are_left_out() -> None:
    body = b"preamble --b\r\n--b \t\r\n\r\none\r\n--b-not\r\n--bb\r\n --b\r\n--b--  \r\nepilogue\r\n--b\r\n"
    parts = split_multipart(http_entity((("content-type", "multipart/mixed; boundary=b"),), body))
    assert [part.body for part in parts] == [b"one\r\n--b-not\r\n--bb\r\n --b"]


def test_the_last_delimiter_needs_no_line_end() -> None:
    parts = split_multipart(http_entity((("content-type", "multipart/mixed; boundary=b"),), b"--b\n\none\n--b--"))
    assert [part.body for part in parts] == [b"one"]


def test_an_empty_part_is_a_part() -> None:
    parts = split_multipart(multipart(b"", b"\r\n"))
    assert [(part.headers, part.body) for part in parts] == [((), b""), ((), b"")]


@pytest.mark.parametrize("body", [b"", b"--b\r\n\r\none\r\n", b"--b", b"--b\r\n\r\none--b--\r\n", b"--c\r\n\r\none\r\n--c--\r\n"])
def test_a_multipart_without_its_end_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedMessage, match="no end"):
        split_multipart(http_entity((("content-type", "multipart/mixed; boundary=b"),), body))


@pytest.mark.parametrize("kind", ["multipart/mixed", 'multipart/mixed; boundary=""', f"multipart/mixed; boundary={'x' * 300}"])
def test_a_multipart_without_a_usable_boundary_is_refused(kind: str) -> None:
    with pytest.raises(MalformedMessage, match="boundary"):
        split_multipart(http_entity((("content-type", kind),), b"--b\r\n--b--"))


def test_nested_multiparts_are_walked_in_their_order() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\n2\r\n--i\r\n\r\n3\r\n--i--"
    found = leaves(multipart(b"\r\n1", inner, b"\r\n4", boundary="o"))
    assert [leaf.body for leaf in found] == [b"1", b"2", b"3", b"4"]


def test_depth_parts_and_headers_are_bounded() -> None:
    limits = Limits(header_bytes=200, header_count=5, parts=3, depth=2)
    with pytest.raises(MalformedMessage, match="more than 3 parts"):
        split_multipart(multipart(*[b"\r\nx"] * 4), limits=limits)
    nested = b"\r\nx"
    for number in range(3):
        name = f"n{number}".encode()
        nested = (
            b"Content-Type: multipart/mixed; boundary="
            + name
            + b"\r\n\r\n--"
            + name
            + b"\r\n"
            + nested
            + b"\r\n--"
            + name
            + b"--"
        )
    with pytest.raises(MalformedMessage, match="nested more than 2"):
        leaves(parse_entity(nested), limits=limits)
    with pytest.raises(MalformedMessage, match="more than 5 headers"):
        parse_headers(b"A: 1\r\n" * 7, limits=limits)
    with pytest.raises(MalformedMessage, match="larger than 200"):
        parse_headers(b"A: " + b"1" * 300, limits=limits)
    with pytest.raises(MalformedMessage, match="larger than 200"):
        parse_entity(b"A: " + b"1" * 300, limits=limits)


def test_parts_of_all_multiparts_together_are_bounded() -> None:
    limits = Limits(parts=4)
    inner = b"Content-Type: multipart/mixed; boundary=i\r\n\r\n" + b"--i\r\n\r\n\r\n" * 3 + b"--i--"
    with pytest.raises(MalformedMessage, match="more than 4 parts"):
        leaves(multipart(inner, inner, boundary="o"), limits=limits)


@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        ("", b"a\r\n", b"a\r\n"),
        ("8bit", b"\xff", b"\xff"),
        (" Binary ", b"\x00", b"\x00"),
        ("7bit", b"a", b"a"),
        ("base64", b"QUJD\r\nREVG\r\n", b"ABCDEF"),
        ("BASE64", b"QQ==", b"A"),
        ("quoted-printable", b"a=3Db=\r\nc=0D=0A", b"a=bc\r\n"),
    ],
)
def test_transfer_encodings_are_undone(encoding: str, body: bytes, expected: bytes) -> None:
    assert decode_transfer_encoding(body, encoding) == expected


@pytest.mark.parametrize(
    ("encoding", "body"), [("uuencode", b""), ("base64", b"QUJ"), ("base64", b"Q!JD"), ("base64", b"QQ==QQ==")]
)
def test_what_cannot_be_decoded_is_refused(encoding: str, body: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode_transfer_encoding(body, encoding)


@given(st.binary(max_size=500))
def test_encodings_keep_every_octet(content: bytes) -> None:
    assert decode_base64(encode_base64(content)) == content
    encoded = encode_quoted_printable(content)
    assert decode_transfer_encoding(encoded, "quoted-printable") == content
    assert encoded.isascii()
    assert all(len(line) <= 76 for line in (*encoded.split(b"\r\n"), *encode_base64(content).split(b"\r\n")))


@given(st.binary(max_size=200))
def test_canonical_line_ends_are_all_crlf_and_stay_so(content: bytes) -> None:
    canonical = canonical_line_ends(content)
    assert canonical.replace(b"\r\n", b"").count(b"\n") == canonical.replace(b"\r\n", b"").count(b"\r") == 0
    assert canonical_line_ends(canonical) == canonical


@pytest.mark.parametrize(
    ("content", "forms"),
    [
        (b"a\r\nb", []),
        (b"a\r\nb\r\n", [b"a\r\nb"]),
        (b"a\nb", [b"a\r\nb"]),
        (b"a\nb\n", [b"a\r\nb\r\n", b"a\nb", b"a\r\nb"]),
    ],
)
def test_the_forms_in_which_a_text_may_have_been_signed(content: bytes, forms: list[bytes]) -> None:
    assert list(line_end_forms(content)) == forms


_PIECES = st.lists(
    st.sampled_from(
        [
            *(
                b"\r\n",
                b"\n",
                b"\r",
                b"--b",
                b"--b--",
                b"--",
                b" folded",
                b":",
                b"A: b",
                b"\x00",
                b"\xff",
                b"QUJD",
                b"boundary=b;",
            ),
            b"Content-Type: multipart/mixed; boundary=b",
            b"Content-Type: text/plain",
            b"Content-Transfer-Encoding: base64",
            b"=?utf-8?q?=zz?=",
        ]
    ),
    max_size=60,
)


@given(_PIECES)
def test_reading_raises_nothing_but_what_it_declares(pieces: list[bytes]) -> None:
    source = b"".join(pieces)
    with suppress(MalformedMessage):
        for leaf in leaves(http_entity((("content-type", "multipart/mixed; boundary=b"),), source)):
            assert leaf.encoded in source
            assert leaf.decoded() is not None
            assert leaf.file_name is None or isinstance(leaf.file_name, str)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(source: bytes) -> None:
    with suppress(MalformedMessage):
        entity = parse_entity(source)
        assert entity.encoded == source
        assert not has_headers(entity) or entity.headers


_CONTENT = st.binary(max_size=80).filter(lambda content: b"--b" not in content)


@given(st.lists(_CONTENT, min_size=1, max_size=6), st.sampled_from([b"\r\n", b"\n"]))
def test_what_is_put_into_parts_comes_out_of_them(contents: list[bytes], ends: bytes) -> None:
    parts = split_multipart(multipart(*(b"X: 1" + ends + ends + content for content in contents), ends=ends))
    found = [part.body for part in parts]
    if ends == b"\r\n":
        assert found == contents
    else:  # a bare LF after a CR cannot be told from CRLF
        assert found == [content.removesuffix(b"\r") if content.endswith(b"\r") else content for content in contents]
