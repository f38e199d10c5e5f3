"""CompressedData, judged by independent DER and zlib code; bombs and cut streams are refused."""

import zlib

import pytest

from gateway.protocols.as2 import (
    DECOMPRESSION_FAILED,
    UNEXPECTED_PROCESSING_ERROR,
    Compression,
    Limits,
    Received,
    Signing,
    read,
    read_envelope,
)
from gateway.protocols.as2.compressed_data import compress
from tests.gateway.protocols.as2 import der
from tests.gateway.protocols.as2.parties import AT, DOCUMENT, OPEN, party, received, sent

INNER = b"Content-Type: application/edi-x12\r\n\r\n" + DOCUMENT
ZLIB, COMPRESSED, DATA = "1.2.840.113549.1.9.16.3.8", "1.2.840.113549.1.9.16.1.9", "1.2.840.113549.1.7.1"


def compressed_data(stream: bytes, *, algorithm: str = ZLIB, content: str = DATA) -> bytes:
    inner = der.tlv(0x30, der.oid(content), der.tlv(0xA0, der.tlv(4, stream)))
    body = der.tlv(0x30, der.tlv(2, b"\x00"), der.tlv(0x30, der.oid(algorithm)), inner)
    return der.tlv(0x30, der.oid(COMPRESSED), der.tlv(0xA0, body))


def streamed(stream: bytes) -> bytes:
    """As Bouncy Castle writes it: indefinite lengths and a string in pieces."""
    pieces = [der.tlv(4, stream[position : position + 100]) for position in range(0, len(stream), 100)]
    inner = der.indefinite(0x30, der.oid(DATA), der.indefinite(0xA0, der.indefinite(0x24, *pieces)))
    body = der.indefinite(0x30, der.tlv(2, b"\x00"), der.tlv(0x30, der.oid(ZLIB)), inner)
    return der.indefinite(0x30, der.oid(COMPRESSED), der.indefinite(0xA0, body))


def read_compressed(structure: bytes, limits: Limits | None = None) -> Received:
    envelope = read_envelope([("Content-Type", "application/pkcs7-mime; smime-type=compressed-data")])
    return read(envelope, structure, keys=[], certificates=[], at=AT, policy=OPEN, limits=limits or Limits())


def test_what_we_compress_others_inflate() -> None:
    structure = compress(INNER)
    assert der.tlv(6, der.find(structure, 0, 0)) == der.oid(COMPRESSED)
    body = der.find(structure, 0, 1, 0)
    assert der.find(body, 0) == b"\x00"
    assert der.tlv(6, der.find(body, 1, 0)) == der.oid(ZLIB)
    assert der.tlv(6, der.find(body, 2, 0)) == der.oid(DATA)
    assert zlib.decompress(der.find(body, 2, 1, 0)) == INNER


@pytest.mark.parametrize("make", [compressed_data, streamed])
@pytest.mark.parametrize("level", [0, 1, 9])
def test_what_others_compress_we_inflate(make: object, level: int) -> None:
    assert callable(make)
    result = read_compressed(make(zlib.compress(INNER, level)))
    assert result.failure is None
    assert result.parts[0].content == DOCUMENT


def test_compressed_in_a_signature_is_what_the_signature_is_over() -> None:
    message = sent(signing=Signing(party("a")), compression=Compression.BEFORE_SIGNING)
    assert b"application/pkcs7-mime; smime-type=compressed-data" in message.hashed
    after = sent(signing=Signing(party("a")), compression=Compression.AFTER_SIGNING)
    assert message.hashed != after.hashed == sent(signing=Signing(party("a"))).hashed
    plain = sent(compression=Compression.AFTER_SIGNING)
    assert plain.hashed == after.hashed


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    result = read_compressed(compressed_data(bomb), Limits(inflated_bytes=1_000_000))
    assert result.failure is not None
    assert result.failure.disposition == DECOMPRESSION_FAILED
    assert "more than 1000000 bytes" in result.failure.reason


def test_what_just_fits_is_inflated() -> None:
    assert read_compressed(compressed_data(zlib.compress(INNER)), Limits(inflated_bytes=len(INNER))).failure is None
    assert read_compressed(compressed_data(zlib.compress(INNER)), Limits(inflated_bytes=len(INNER) - 1)).failure is not None


def test_bombs_inside_of_bombs_end_at_the_number_of_layers() -> None:
    content = INNER
    for _ in range(10):
        content = b"Content-Type: application/pkcs7-mime\r\n\r\n" + compressed_data(zlib.compress(content))
    result = read_compressed(compressed_data(zlib.compress(content)), Limits(layers=4))
    assert result.failure is not None
    assert result.failure.disposition == UNEXPECTED_PROCESSING_ERROR
    assert "more than 4 layers" in result.failure.reason


@pytest.mark.parametrize("stream", [b"", b"no zlib", zlib.compress(INNER)[:-5], zlib.compress(INNER)[:-1] + b"\x00"])
def test_what_is_no_whole_stream_is_refused(stream: bytes) -> None:
    result = read_compressed(compressed_data(stream))
    assert result.failure is not None
    assert result.failure.disposition == DECOMPRESSION_FAILED


@pytest.mark.parametrize(
    "structure",
    [
        compressed_data(zlib.compress(INNER), algorithm="1.2.3.4"),
        compressed_data(zlib.compress(INNER), content="1.2.3.4"),
        b"\x30\x00",
    ],
)
def test_what_is_no_compressed_data_is_refused(structure: bytes) -> None:
    result = read_compressed(structure)
    assert result.failure is not None
    assert result.failure.disposition == UNEXPECTED_PROCESSING_ERROR


def test_sizes_are_told() -> None:
    (layer,) = received(sent(compression=Compression.AFTER_SIGNING)).layers
    assert layer.inflated > layer.compressed > 0  # type: ignore[union-attr]
