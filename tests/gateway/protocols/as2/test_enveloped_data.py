"""Encryption: the structures others write, judged by an independent hand; what does not fit is refused."""

from os import urandom

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, GCM

from gateway.protocols.as2 import (
    DECRYPTION_FAILED,
    INSUFFICIENT_MESSAGE_SECURITY,
    UNEXPECTED_PROCESSING_ERROR,
    CannotBuild,
    Cipher,
    Encryption,
    KeyTransport,
    Received,
    read,
    read_envelope,
)
from gateway.protocols.as2.enveloped_data import encrypt
from tests.gateway.protocols.as2 import der
from tests.gateway.protocols.as2.parties import AT, OPEN, party

CONTENT = b"Content-Type: text/plain\r\n\r\nhello"
DATA, ENVELOPED, AUTH_ENVELOPED = (
    der.oid(dotted) for dotted in ("1.2.840.113549.1.7.1", "1.2.840.113549.1.7.3", "1.2.840.113549.1.9.16.1.23")
)
AES256_CBC, AES256_GCM = der.oid("2.16.840.1.101.3.4.1.42"), der.oid("2.16.840.1.101.3.4.1.46")
RSA = der.tlv(0x30, der.oid("1.2.840.113549.1.1.1"), b"\x05\x00")
KEY, VECTOR, NONCE = urandom(32), urandom(16), urandom(12)


def public() -> rsa.RSAPublicKey:
    key = party("b").certificate.key
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def recipient(wrapped: bytes | None = None, *, algorithm: bytes = RSA, identifier: bytes | None = None) -> bytes:
    if wrapped is None:
        wrapped = public().encrypt(KEY, padding.PKCS1v15())
    return der.tlv(0x30, der.tlv(2, b"\x00"), identifier or party("b").certificate.issuer_serial, algorithm, der.tlv(4, wrapped))


def enveloped(
    *recipients: bytes, algorithm: bytes | None = None, encrypted: bytes | None = None, content_type: bytes = DATA
) -> bytes:
    if encrypted is None:
        encryptor = BlockCipher(AES(KEY), CBC(VECTOR)).encryptor()
        fill = 16 - len(CONTENT) % 16
        encrypted = der.tlv(0x80, encryptor.update(CONTENT + bytes([fill]) * fill) + encryptor.finalize())
    algorithm = algorithm or der.tlv(0x30, AES256_CBC, der.tlv(4, VECTOR))
    inner = der.tlv(0x30, content_type, algorithm, encrypted)
    return der.tlv(0x30, ENVELOPED, der.tlv(0xA0, der.tlv(0x30, der.tlv(2, b"\x00"), der.tlv(0x31, *recipients), inner)))


def authenticated(*, attributes: bytes = b"", tag_bytes: int = 16, stated: int | None = 16, nonce: bytes = NONCE) -> bytes:
    associated = der.tlv(0x31, attributes) if attributes else None
    mode = GCM(nonce)
    encryptor = BlockCipher(AES(KEY), mode).encryptor()
    if associated:
        encryptor.authenticate_additional_data(associated)
    sealed = encryptor.update(CONTENT) + encryptor.finalize()
    length = b"" if stated is None else der.tlv(2, bytes([stated]))
    algorithm = der.tlv(0x30, AES256_GCM, der.tlv(0x30, der.tlv(4, nonce), length))
    body = der.tlv(
        0x30,
        der.tlv(2, b"\x00"),
        der.tlv(0x31, recipient()),
        der.tlv(0x30, DATA, algorithm, der.tlv(0x80, sealed)),
        der.tlv(0xA1, attributes) if attributes else b"",
        der.tlv(4, encryptor.tag[:tag_bytes]),
    )
    return der.tlv(0x30, AUTH_ENVELOPED, der.tlv(0xA0, body))


def decrypted(structure: bytes) -> Received:
    envelope = read_envelope([("Content-Type", "application/pkcs7-mime; smime-type=enveloped-data")])
    return read(envelope, structure, keys=[party("b")], certificates=[], at=AT, policy=OPEN)


def opened(structure: bytes) -> None:
    result = decrypted(structure)
    assert result.failure is None
    assert result.parts[0].content == b"hello"


def test_what_an_independent_hand_encrypts_is_read() -> None:
    opened(enveloped(recipient()))
    assert der.find(encrypt(CONTENT, Encryption((party("b").certificate,))), 0, 1, 0, 0) == b"\x00"


def test_what_we_encrypt_an_independent_hand_decrypts() -> None:
    structure = encrypt(CONTENT, Encryption((party("b").certificate,), Cipher.AES256_GCM, KeyTransport.RSA_OAEP_SHA256))
    body = der.find(structure, 0, 1, 0)
    private = party("b").key
    assert isinstance(private, rsa.RSAPrivateKey)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    key = private.decrypt(der.find(body, 1, 0, 3), oaep)
    nonce, sealed, tag = der.find(body, 2, 1, 1, 0), der.find(body, 2, 2), der.find(body, 3)
    assert AESGCM(key).decrypt(nonce, sealed + tag, None) == CONTENT


def test_a_recipient_is_known_by_key_identifier_too() -> None:
    identifier = party("b").certificate.key_identifier
    assert identifier is not None
    opened(enveloped(recipient(identifier=der.tlv(0x80, identifier))))


def test_other_kinds_of_recipients_are_for_others() -> None:
    agreement = der.tlv(0xA1, der.tlv(2, b"\x03"))
    unknown = recipient(algorithm=der.tlv(0x30, der.oid("1.2.3")))
    stranger = recipient(identifier=party("c").certificate.issuer_serial)
    opened(enveloped(agreement, unknown, stranger, recipient()))
    result = decrypted(enveloped(agreement, unknown, stranger))
    assert result.failure is not None
    assert result.failure.disposition == DECRYPTION_FAILED


def test_oaep_with_another_mask_is_read() -> None:
    """Java's default: SHA-256 for the label, SHA-1 for the mask."""
    wrapped = public().encrypt(KEY, padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA256(), None))
    sha256 = der.tlv(0x30, der.oid("2.16.840.1.101.3.4.2.1"), b"\x05\x00")
    algorithm = der.tlv(0x30, der.oid("1.2.840.113549.1.1.7"), der.tlv(0x30, der.tlv(0xA0, sha256)))
    opened(enveloped(recipient(wrapped, algorithm=algorithm)))


def test_an_encrypted_content_in_pieces_is_joined() -> None:
    whole = der.find(enveloped(recipient()), 0, 1, 0, 2, 2)
    pieces = der.tlv(0xA0, *(der.tlv(4, whole[position : position + 7]) for position in range(0, len(whole), 7)))
    opened(enveloped(recipient(), encrypted=pieces))


def test_authenticated_attributes_and_shorter_tags_are_verified() -> None:
    attribute = der.tlv(0x30, der.oid("1.2.840.113549.1.9.3"), der.tlv(0x31, DATA))
    opened(authenticated())
    opened(authenticated(attributes=attribute))
    opened(authenticated(attributes=attribute, tag_bytes=12, stated=12))
    opened(authenticated(tag_bytes=12, stated=None))
    opened(authenticated(tag_bytes=13, stated=13))
    tampered = authenticated(attributes=attribute).replace(attribute, attribute.replace(DATA, ENVELOPED))
    result = decrypted(tampered)
    assert result.failure is not None
    assert result.failure.disposition == DECRYPTION_FAILED


@pytest.mark.parametrize(("tag_bytes", "stated"), [(4, 4), (16, 12), (12, 16), (0, 0)])
def test_tags_that_are_too_short_or_other_than_stated_are_refused(tag_bytes: int, stated: int) -> None:
    result = decrypted(authenticated(tag_bytes=tag_bytes, stated=stated))
    assert result.failure is not None
    assert result.failure.disposition == UNEXPECTED_PROCESSING_ERROR


@pytest.mark.parametrize(
    "encrypted", [b"", b"x" * 15, bytes(16), bytes(48)], ids=["nothing", "no block", "a block of zeros", "three of them"]
)
def test_content_that_does_not_decrypt_is_refused(encrypted: bytes) -> None:
    result = decrypted(enveloped(recipient(), encrypted=der.tlv(0x80, encrypted)))
    assert result.failure is not None
    assert result.failure.disposition == DECRYPTION_FAILED


@pytest.mark.parametrize("wrapped", [b"", bytes(256), b"\xff" * 256, bytes(10)])
def test_a_wrapped_key_that_is_none_is_refused_like_any_other(wrapped: bytes) -> None:
    result = decrypted(enveloped(recipient(wrapped)))
    assert result.failure is not None
    assert result.failure.disposition == DECRYPTION_FAILED


def test_a_content_key_of_another_length_is_refused_like_any_other() -> None:
    result = decrypted(enveloped(recipient(public().encrypt(KEY[:16], padding.PKCS1v15()))))
    assert result.failure is not None
    assert result.failure.disposition == DECRYPTION_FAILED


def test_a_cipher_that_is_not_supported_is_insufficient() -> None:
    rc2 = der.tlv(0x30, der.oid("1.2.840.113549.3.2"), der.tlv(4, VECTOR))
    result = decrypted(enveloped(recipient(), algorithm=rc2))
    assert result.failure is not None
    assert result.failure.disposition == INSUFFICIENT_MESSAGE_SECURITY


@pytest.mark.parametrize(
    "structure",
    [
        enveloped(),
        enveloped(recipient(), content_type=ENVELOPED),
        enveloped(recipient(), algorithm=der.tlv(0x30, AES256_GCM, der.tlv(0x30, der.tlv(4, NONCE)))),
        enveloped(recipient(), algorithm=der.tlv(0x30, AES256_CBC, der.tlv(2, b"\x01"))),
        enveloped(der.tlv(0x30, der.tlv(2, b"\x00"))),
        enveloped(recipient(), encrypted=der.tlv(0x81, b"")),
        der.tlv(0x30, ENVELOPED, der.tlv(0xA0, der.tlv(0x30))),
    ],
    ids=["no recipient", "type", "gcm without authentication", "no vector", "short recipient", "no content", "empty"],
)
def test_what_is_incomplete_is_refused(structure: bytes) -> None:
    result = decrypted(structure)
    assert result.failure is not None
    assert result.failure.disposition in {UNEXPECTED_PROCESSING_ERROR, DECRYPTION_FAILED}


def test_an_elliptic_curve_or_no_certificate_cannot_be_encrypted_for() -> None:
    with pytest.raises(CannotBuild, match="EC key"):
        encrypt(CONTENT, Encryption((party("ec").certificate,)))
    with pytest.raises(CannotBuild, match="no certificate"):
        encrypt(CONTENT, Encryption(()))


def test_keys_and_vectors_are_drawn_anew_for_each_message() -> None:
    encryption = Encryption((party("b").certificate,))
    vectors = {der.find(encrypt(CONTENT, encryption), 0, 1, 0, 2, 1, 1) for _ in range(20)}
    wrapped = {der.find(encrypt(CONTENT, encryption), 0, 1, 0, 1, 0, 3) for _ in range(20)}
    assert len(vectors) == len(wrapped) == 20
