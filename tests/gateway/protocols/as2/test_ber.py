"""Reading BER and writing DER."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.protocols.as2 import ber
from gateway.protocols.as2.errors import MalformedMessage
from tests.gateway.protocols.as2 import der


@given(st.binary(max_size=300), st.sampled_from([0x04, 0x30, 0x80, 0xA0]))
def test_what_is_written_is_what_der_says(content: bytes, tag: int) -> None:
    assert ber.element(tag, content) == der.tlv(tag, content)
    node = ber.read(ber.element(tag, content), 0, len(content) + 5 if len(content) > 255 else len(ber.element(tag, content)))
    assert (node.tag, node.body, node.encoded) == (tag, content, der.tlv(tag, content))


@given(st.integers(min_value=0, max_value=2**200))
def test_integers_are_never_negative_by_accident(value: int) -> None:
    content = ber.read(ber.integer(value), 0, len(ber.integer(value))).body
    assert int.from_bytes(content, "big", signed=True) == value
    assert len(content) == 1 or not (content[0] == 0 and content[1] < 128)


@pytest.mark.parametrize("dotted", ["1.2.840.113549.1.7.2", "2.16.840.1.101.3.4.1.46", "1.3.14.3.2.26"])
def test_object_identifiers_are_written(dotted: str) -> None:
    assert ber.object_identifier(dotted) == der.oid(dotted)


def test_a_set_is_written_in_order() -> None:
    assert ber.set_of(b"\x04\x01b", b"\x04\x01a") == der.tlv(0x31, b"\x04\x01a", b"\x04\x01b")


def test_indefinite_lengths_are_read_at_every_level() -> None:
    inner = der.indefinite(0x30, der.tlv(2, b"\x01"), der.indefinite(0x24, der.tlv(4, b"ab"), der.tlv(4, b"cd")))
    node = ber.root(der.indefinite(0x30, inner, der.tlv(4, b"last" * 50)))
    first, second = node.children()
    assert first.encoded == inner
    assert second.body == b"last" * 50
    assert first.children()[1].octets() == b"abcd"


def test_strings_in_pieces_are_joined() -> None:
    nested = der.tlv(0x24, der.tlv(4, b"a"), der.tlv(0x24, der.tlv(4, b"b"), der.tlv(4, b"")), der.tlv(4, b"c" * 300))
    assert ber.read(nested, 0, len(nested)).octets() == b"ab" + b"c" * 300
    tagged = der.tlv(0xA0, der.tlv(4, b"x"), der.tlv(4, b"y"))
    assert ber.read(tagged, 0, len(tagged)).octets() == b"xy"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x05\x04\x01",
        b"\x30\x80\x04\x01a",
        b"\x30\x80" * 40,
        b"\x30\x89" + b"\x01" * 9,
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x82\x01",
        b"\x3f\x81\x00",
        b"\x31\x00",
        b"text",
    ],
)
def test_what_is_cut_off_or_too_deep_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedMessage):
        ber.root(data)


@pytest.mark.parametrize("content", [b"\x04", b"\x04\x05a", b"\x04\x01a\x04", b"\x1f\x01a"])
def test_elements_that_do_not_fill_their_parent_are_refused(content: bytes) -> None:
    with pytest.raises(MalformedMessage):
        ber.root(der.tlv(0x30, content)).children()


def test_too_many_elements_are_refused() -> None:
    with pytest.raises(MalformedMessage, match="too many"):
        ber.root(der.tlv(0x30, b"\x05\x00" * 20_000)).children()


def test_something_else_inside_of_a_string_is_refused() -> None:
    data = der.tlv(0x24, der.tlv(2, b"\x01"))
    with pytest.raises(MalformedMessage, match="inside of a string"):
        ber.read(data, 0, len(data)).octets()
    deep = der.tlv(4, b"x")
    for _ in range(40):
        deep = der.tlv(0x24, deep)
    with pytest.raises(MalformedMessage, match="too deep"):
        ber.read(deep, 0, len(deep)).octets()


def test_an_element_that_lacks_is_named() -> None:
    with pytest.raises(MalformedMessage, match="lacks an element"):
        ber.root(der.tlv(0x30)).first()
    with pytest.raises(MalformedMessage, match="no signature where one belongs"):
        ber.root(der.tlv(0x30)).expect(4, "signature")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(MalformedMessage):
        waiting = [ber.root(data)]
        while waiting:
            node = waiting.pop()
            assert data[node.start : node.after] == node.encoded
            if node.tag & 0x20:
                waiting.extend(node.children())
