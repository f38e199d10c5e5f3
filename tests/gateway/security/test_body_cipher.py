"""Bodies at rest: what was sealed comes back, only in its place, only with its key, and a single bit tells."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.encryption import EncryptionTerms
from gateway.domain.sealed_body import MARK, header, is_marked, key_of, place_of
from gateway.errors import BodyUnreadable, KeyMissing
from gateway.security.body_cipher import AesGcmBodies, body_cipher

OLD, NEW = b"o" * 32, b"n" * 32
PLACE = place_of("raw_body", b"\1" * 16)
CIPHER = AesGcmBodies({"2025": OLD, "2026": NEW}, active="2026")


@given(st.binary(max_size=3000), st.binary(min_size=16, max_size=16), st.integers(0, 99))
def test_what_was_sealed_comes_back(body: bytes, row: bytes, ordinal: int) -> None:
    place = place_of("outbound", row, ordinal)
    sealed = CIPHER.seal(memoryview(body), place=place)
    assert is_marked(sealed)
    assert key_of(sealed)[0] == "2026"
    assert CIPHER.open(sealed, place=place) == body
    assert len(sealed) == len(body) + len(header("2026")) + 12 + 16


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_single_bit_tells(body: bytes, data: st.DataObject) -> None:
    sealed = bytearray(CIPHER.seal(body, place=PLACE))
    where = data.draw(st.integers(len(MARK) + 1, len(sealed) - 1))
    sealed[where] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(BodyUnreadable):
        CIPHER.open(bytes(sealed), place=PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [place_of("raw_body", b"\2" * 16), place_of("raw_body", b"\1" * 16, 1), place_of("outbound", b"\1" * 16)],
)
def test_it_proves_nothing_in_another_row(elsewhere: bytes) -> None:
    with pytest.raises(BodyUnreadable, match="moved to another row"):
        CIPHER.open(CIPHER.seal(b"order", place=PLACE), place=elsewhere)


def test_the_same_body_never_looks_the_same() -> None:
    assert len({CIPHER.seal(b"order", place=PLACE) for _ in range(100)}) == 100


def test_what_an_older_key_sealed_is_opened_and_new_ones_use_the_active_one() -> None:
    before = AesGcmBodies({"2025": OLD}, active="2025").seal(b"order", place=PLACE)
    assert CIPHER.open(before, place=PLACE) == b"order"
    assert key_of(CIPHER.seal(b"order", place=PLACE))[0] == "2026"


def test_a_key_that_is_not_there_is_named_with_the_remedy() -> None:
    lost = AesGcmBodies({"2024": os.urandom(32)}, active="2024").seal(b"order", place=PLACE)
    with pytest.raises(KeyMissing, match="2024") as told:
        CIPHER.open(lost, place=PLACE)
    assert "[gateway.encryption] keys" in told.value.remedy


def test_another_key_under_the_same_name_is_told_from_it() -> None:
    impostor = AesGcmBodies({"2026": os.urandom(32)}, active="2026")
    with pytest.raises(BodyUnreadable):
        impostor.open(CIPHER.seal(b"order", place=PLACE), place=PLACE)


def test_a_header_that_was_cut_off_is_no_crash() -> None:
    sealed = CIPHER.seal(b"order", place=PLACE)
    for length in range(len(MARK) + 1, len(sealed)):
        with pytest.raises(BodyUnreadable):
            CIPHER.open(sealed[:length], place=PLACE)


def test_without_a_configuration_there_is_no_cipher() -> None:
    assert body_cipher(None) is None
    made = body_cipher(EncryptionTerms({"a": OLD}, "a"))
    assert made is not None
    assert (made.active, made.keys) == ("a", frozenset({"a"}))


def test_no_key_is_in_the_representation_of_the_terms() -> None:
    assert "ooo" not in repr(EncryptionTerms({"a": OLD}, "a"))
