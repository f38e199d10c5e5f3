"""Signatures: one signer, signed attributes once, the forms senders use, and those attackers would."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from gateway.protocols.as2 import (
    AUTHENTICATION_FAILED,
    INSUFFICIENT_MESSAGE_SECURITY,
    INTEGRITY_CHECK_FAILED,
    UNEXPECTED_PROCESSING_ERROR,
    CannotBuild,
    Digest,
    OwnKey,
    Received,
    SignatureScheme,
    Signing,
    read,
    read_envelope,
)
from gateway.protocols.as2.algorithms import HASHES
from gateway.protocols.as2.signed_data import sign
from tests.gateway.protocols.as2 import der
from tests.gateway.protocols.as2.parties import AT, OPEN, party

CONTENT = b"Content-Type: text/plain\r\n\r\nhello"
DATA, SIGNED = der.oid("1.2.840.113549.1.7.1"), der.oid("1.2.840.113549.1.7.2")
CONTENT_TYPE, MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.3"), der.oid("1.2.840.113549.1.9.4")
SHA256 = der.tlv(0x30, der.oid("2.16.840.1.101.3.4.2.1"))
RSA = der.tlv(0x30, der.oid("1.2.840.113549.1.1.1"), b"\x05\x00")
RSA_SHA512 = der.tlv(0x30, der.oid("1.2.840.113549.1.1.13"), b"\x05\x00")


def attribute(oid: bytes, *values: bytes) -> bytes:
    return der.tlv(0x30, oid, der.tlv(0x31, *values))


def digest_attribute(content: bytes = CONTENT) -> bytes:
    return attribute(MESSAGE_DIGEST, der.tlv(4, Digest.SHA256.of(content)))


TYPE_ATTRIBUTE = attribute(CONTENT_TYPE, DATA)


def signer_info(
    *attributes: bytes,
    key: OwnKey | None = None,
    identifier: bytes | None = None,
    digest: bytes = SHA256,
    algorithm: bytes = RSA,
    over: bytes | None = None,
) -> bytes:
    signer = key or party("a")
    assert isinstance(signer.key, rsa.RSAPrivateKey)
    signed = over if over is not None else der.tlv(0x31, *attributes) if attributes else CONTENT
    signature = signer.key.sign(signed, padding.PKCS1v15(), HASHES[Digest.SHA256])
    return der.tlv(
        0x30,
        der.tlv(2, b"\x01"),
        identifier or signer.certificate.issuer_serial,
        digest,
        der.tlv(0xA0, *attributes) if attributes else b"",
        algorithm,
        der.tlv(4, signature),
    )


def signed_data(*signers: bytes, content: bytes | None = CONTENT, content_type: bytes = DATA) -> bytes:
    inside = der.tlv(0xA0, der.tlv(4, content)) if content is not None else b""
    body = der.tlv(0x30, der.tlv(2, b"\x01"), der.tlv(0x31, SHA256), der.tlv(0x30, content_type, inside), der.tlv(0x31, *signers))
    return der.tlv(0x30, SIGNED, der.tlv(0xA0, body))


def verified(structure: bytes) -> Received:
    envelope = read_envelope([("Content-Type", "application/pkcs7-mime; smime-type=signed-data")])
    return read(envelope, structure, keys=[], certificates=[party("a").certificate], at=AT, policy=OPEN)


def test_a_plain_signature_is_verified() -> None:
    result = verified(signed_data(signer_info(TYPE_ATTRIBUTE, digest_attribute())))
    assert result.failure is None
    assert result.parts[0].content == b"hello"


def test_a_signature_without_attributes_is_over_the_content() -> None:
    assert verified(signed_data(signer_info())).failure is None
    changed = verified(signed_data(signer_info(), content=CONTENT + b"!"))
    assert changed.failure is not None
    assert changed.failure.disposition == INTEGRITY_CHECK_FAILED


def test_a_signer_is_known_by_key_identifier_too() -> None:
    identifier = party("a").certificate.key_identifier
    assert identifier is not None
    good = signer_info(TYPE_ATTRIBUTE, digest_attribute(), identifier=der.tlv(0x80, identifier))
    assert verified(signed_data(good)).failure is None
    unknown = verified(signed_data(signer_info(TYPE_ATTRIBUTE, digest_attribute(), identifier=der.tlv(0x80, b"nobody"))))
    assert unknown.failure is not None
    assert "key identifier 6e6f626f6479" in unknown.failure.reason


def test_attributes_out_of_order_are_verified_as_der_would_have_them() -> None:
    in_order = der.tlv(0x31, *sorted((TYPE_ATTRIBUTE, digest_attribute())))
    wrong_order = sorted((TYPE_ATTRIBUTE, digest_attribute()), reverse=True)
    assert verified(signed_data(signer_info(*wrong_order, over=in_order))).failure is None
    assert verified(signed_data(signer_info(*wrong_order))).failure is None


@pytest.mark.parametrize("count", [0, 2])
def test_there_is_exactly_one_signer(count: int) -> None:
    """A SignedData without a signer must never pass as verified."""
    result = verified(signed_data(*[signer_info(TYPE_ATTRIBUTE, digest_attribute())] * count))
    assert result.failure is not None
    assert result.failure.disposition == AUTHENTICATION_FAILED
    assert f"{count} signers" in result.failure.reason
    assert result.signature is None
    assert result.parts == ()


@pytest.mark.parametrize(
    "attributes",
    [
        (digest_attribute(),),
        (TYPE_ATTRIBUTE,),
        (TYPE_ATTRIBUTE, TYPE_ATTRIBUTE, digest_attribute()),
        (TYPE_ATTRIBUTE, digest_attribute(), digest_attribute()),
        (TYPE_ATTRIBUTE, digest_attribute(b"other"), digest_attribute()),
        (TYPE_ATTRIBUTE, attribute(MESSAGE_DIGEST, der.tlv(4, b"x"), der.tlv(4, Digest.SHA256.of(CONTENT)))),
        (attribute(CONTENT_TYPE, SIGNED), digest_attribute()),
        (attribute(CONTENT_TYPE, DATA, DATA), digest_attribute()),
        (TYPE_ATTRIBUTE, der.tlv(0x30, MESSAGE_DIGEST, der.tlv(0x31, der.tlv(4, Digest.SHA256.of(CONTENT))), b"\x05\x00")),
    ],
)
def test_type_and_digest_are_there_once_with_one_value(attributes: tuple[bytes, ...]) -> None:
    result = verified(signed_data(signer_info(*attributes)))
    assert result.failure is not None
    assert result.failure.disposition == AUTHENTICATION_FAILED


@pytest.mark.parametrize("value", [b"", der.tlv(2, b"\x01")])
def test_a_digest_that_is_none_is_refused(value: bytes) -> None:
    result = verified(signed_data(signer_info(TYPE_ATTRIBUTE, attribute(MESSAGE_DIGEST, value))))
    assert result.failure is not None
    assert result.failure.disposition == UNEXPECTED_PROCESSING_ERROR


def test_the_attributes_cannot_be_passed_off_as_the_content() -> None:
    """The classic confusion: a signature over attributes, shown without them with their bytes as the content."""
    attributes = der.tlv(0x31, TYPE_ATTRIBUTE, digest_attribute())
    headers = b"Content-Type: text/plain\r\n\r\n"
    result = verified(signed_data(signer_info(over=attributes), content=headers + attributes))
    assert result.failure is not None


def test_other_content_with_the_old_attributes_is_an_integrity_failure() -> None:
    result = verified(signed_data(signer_info(TYPE_ATTRIBUTE, digest_attribute()), content=CONTENT + b"!"))
    assert result.failure is not None
    assert result.failure.disposition == INTEGRITY_CHECK_FAILED


def test_a_digest_that_contradicts_the_signature_algorithm_is_refused() -> None:
    result = verified(signed_data(signer_info(TYPE_ATTRIBUTE, digest_attribute(), algorithm=RSA_SHA512)))
    assert result.failure is not None
    assert "stated as made with sha512" in result.failure.reason


@pytest.mark.parametrize(
    ("digest", "algorithm"),
    [(der.tlv(0x30, der.oid("1.2.840.113549.2.5")), RSA), (SHA256, der.tlv(0x30, der.oid("1.3.101.112")))],
)
def test_algorithms_that_are_not_supported_are_insufficient(digest: bytes, algorithm: bytes) -> None:
    result = verified(signed_data(signer_info(TYPE_ATTRIBUTE, digest_attribute(), digest=digest, algorithm=algorithm)))
    assert result.failure is not None
    assert result.failure.disposition == INSUFFICIENT_MESSAGE_SECURITY
    assert "not supported" in result.failure.reason


def test_a_scheme_that_is_not_that_of_the_key_verifies_nothing() -> None:
    ecdsa = der.tlv(0x30, der.oid("1.2.840.10045.4.3.2"))
    result = verified(signed_data(signer_info(TYPE_ATTRIBUTE, digest_attribute(), algorithm=ecdsa)))
    assert result.failure is not None
    assert result.failure.disposition == AUTHENTICATION_FAILED


@pytest.mark.parametrize(
    "parameters",
    [
        der.tlv(0x30),
        der.tlv(0x30, der.tlv(0xA0, der.tlv(0x30, der.oid("2.16.840.1.101.3.4.2.3")))),
        der.tlv(0x30, der.tlv(0xA0, SHA256), der.tlv(0xA2, der.tlv(2, b"\x7f\xff\xff"))),
    ],
)
def test_parameters_of_pss_fit_the_digest(parameters: bytes) -> None:
    pss = der.tlv(0x30, der.oid("1.2.840.113549.1.1.10"), parameters)
    result = verified(signed_data(signer_info(TYPE_ATTRIBUTE, digest_attribute(), algorithm=pss)))
    assert result.failure is not None
    assert result.failure.disposition == AUTHENTICATION_FAILED


@pytest.mark.parametrize(
    "structure",
    [
        signed_data(signer_info(TYPE_ATTRIBUTE, digest_attribute()), content=None),
        signed_data(signer_info(TYPE_ATTRIBUTE, digest_attribute()), content_type=SIGNED),
        signed_data(der.tlv(0x30, der.tlv(2, b"\x01"))),
        signed_data(signer_info(TYPE_ATTRIBUTE, digest_attribute()), content=b"no mime"),
        der.tlv(0x30, SIGNED, der.tlv(0xA0, der.tlv(0x30))),
    ],
)
def test_what_is_incomplete_is_refused(structure: bytes) -> None:
    result = verified(structure)
    assert result.failure is not None
    assert result.failure.disposition == UNEXPECTED_PROCESSING_ERROR


@pytest.mark.parametrize(
    ("name", "scheme"),
    [("a", SignatureScheme.ECDSA), ("ec", SignatureScheme.RSA_PSS), ("ec", SignatureScheme.RSA_PKCS1)],
)
def test_signing_with_a_scheme_of_another_kind_of_key_cannot_be_built(name: str, scheme: SignatureScheme) -> None:
    with pytest.raises(CannotBuild, match="does not fit"):
        sign(CONTENT, Signing(party(name), scheme=scheme), at=AT)


@pytest.mark.parametrize(
    ("at", "encoded"),
    [
        (datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC), b"\x17\x0d260203040506Z"),
        (datetime(2051, 12, 31, 23, 59, 59, tzinfo=UTC), b"\x18\x0f20511231235959Z"),
    ],
)
def test_the_signing_time_is_that_which_is_given(at: datetime, encoded: bytes) -> None:
    assert encoded in sign(CONTENT, Signing(party("a")), at=at)


def test_what_we_sign_is_der_with_sorted_attributes() -> None:
    structure = sign(CONTENT, Signing(party("a"), opaque=True), at=AT)
    assert der.find(structure, 0, 1, 0, 2, 1, 0) == CONTENT
    attributes = der.find(structure, 0, 1, 0, 4, 0, 3)
    encoded = [der.tlv(tag, content) for tag, content in der.walk(attributes)]
    assert encoded == sorted(encoded)
    assert der.tlv(0x30, der.find(structure, 0, 1, 0, 3, 0)) == party("a").certificate.der
