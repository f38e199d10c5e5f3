"""Every way in which a message may be wrong has its disposition, and no document is handed over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.protocols.as2 import (
    AUTHENTICATION_FAILED,
    AUTHENTICATION_FAILED_CONTINUED,
    DECRYPTION_FAILED,
    INSUFFICIENT_MESSAGE_SECURITY,
    INTEGRITY_CHECK_FAILED,
    PROCESSED,
    UNEXPECTED_PROCESSING_ERROR,
    UNSUPPORTED_FORMAT,
    UNSUPPORTED_MIC_ALGORITHMS,
    BuiltMessage,
    Cipher,
    Compression,
    Digest,
    Disposition,
    Encryption,
    KeyTransport,
    Policy,
    ReceiptRequest,
    Received,
    Signing,
    read,
    read_envelope,
)
from gateway.protocols.as2.enveloped_data import encrypt
from gateway.protocols.as2.mime import encode_base64
from gateway.protocols.as2.signed_data import sign
from tests.gateway.protocols.as2.parties import AT, DOCUMENT, OPEN, own_key, party, received, sent

SECURE = Policy()


def refused(result: Received, disposition: Disposition, *words: str) -> None:
    assert result.failure is not None
    assert result.failure.disposition == disposition == result.disposition
    assert result.parts == ()
    for word in words:
        assert word in result.failure.reason


def signed_and_encrypted(cipher: Cipher = Cipher.AES256_CBC) -> BuiltMessage:
    return sent(signing=Signing(party("a")), encryption=Encryption((party("b").certificate,), cipher))


def test_what_the_agreement_requires_is_there() -> None:
    result = received(signed_and_encrypted(), policy=SECURE)
    assert result.failure is None
    assert result.disposition == PROCESSED
    refused(received(sent(), policy=SECURE), INSUFFICIENT_MESSAGE_SECURITY, "not signed")
    refused(received(sent(signing=Signing(party("a"))), policy=SECURE), INSUFFICIENT_MESSAGE_SECURITY, "not encrypted")
    only_encrypted = sent(encryption=Encryption((party("b").certificate,)))
    refused(received(only_encrypted, policy=SECURE), INSUFFICIENT_MESSAGE_SECURITY, "not signed")


def test_changed_content_is_told_from_a_strange_signature() -> None:
    message = sent(signing=Signing(party("a")))
    changed = message.body.replace(b"ORDERS", b"ORDRSP")
    result = received(message, body=changed)
    refused(result, INTEGRITY_CHECK_FAILED, "other content")
    assert result.mic is not None
    assert not result.mic.matches(message.mic)
    refused(received(message, certificates=(party("c").certificate,)), AUTHENTICATION_FAILED, "not known")


def detached(sent_as: bytes, signed_as: bytes) -> Received:
    signature = encode_base64(sign(signed_as, Signing(party("a")), at=AT))
    head = b"Content-Transfer-Encoding: base64\r\n\r\n"
    body = b"--b\r\n" + sent_as + b"\r\n--b\r\n" + head + signature + b"\r\n--b--\r\n"
    envelope = read_envelope([("Content-Type", "multipart/signed; boundary=b; micalg=sha256")])
    return read(envelope, body, keys=[], certificates=[party("a").certificate], at=AT, policy=OPEN)


TEXT = b"Content-Type: text/plain\r\n\r\none\r\ntwo\r\n"


@pytest.mark.parametrize(
    ("sent_as", "signed_as"),
    [(TEXT, TEXT[:-2]), (TEXT.replace(b"\r\n", b"\n"), TEXT), (TEXT.replace(b"\r\n", b"\n"), TEXT[:-2])],
    ids=["without the last line end", "line ends changed", "both"],
)
def test_line_ends_that_differ_do_not_fail_a_signature(sent_as: bytes, signed_as: bytes) -> None:
    """And the receipt quotes the MIC of what the partner hashed."""
    result = detached(sent_as, signed_as)
    assert result.failure is None
    assert result.signature is not None
    assert result.signature.canonicalised
    assert result.mic is not None
    assert (result.mic.value, result.mic.spelling) == (Digest.SHA256.of(signed_as), "sha256")
    assert result.parts[0].content == sent_as.split(b"\n\n" if b"\r" not in sent_as else b"\r\n\r\n", 1)[1]


@pytest.mark.parametrize("sent_as", [TEXT + b"\r\n\r\n", TEXT[:-3], TEXT.replace(b"two", b"2")])
def test_anything_else_that_differs_fails_it(sent_as: bytes) -> None:
    refused(detached(sent_as, TEXT), INTEGRITY_CHECK_FAILED)


def test_a_signature_by_another_key_under_the_partners_name_is_refused() -> None:
    """The certificate named is the partner's; the key is not."""
    forged = type(party("a"))(party("a").certificate, party("c").key)
    refused(received(sent(signing=Signing(forged))), AUTHENTICATION_FAILED, "not made with the key")


def test_a_certificate_in_the_message_is_not_believed() -> None:
    refused(received(sent(signing=Signing(party("c")))), AUTHENTICATION_FAILED, "not known")


def test_a_reissued_certificate_with_the_same_key_is_the_partner() -> None:
    renewed = own_key("a renewed", key="a")
    result = received(sent(signing=Signing(renewed)))
    assert result.failure is None
    assert result.signature is not None
    assert result.signature.certificate is party("a").certificate
    without = sent(signing=Signing(renewed, include_certificate=False))
    refused(received(without), AUTHENTICATION_FAILED, "not known")


def test_an_expired_certificate_is_refused_unless_tolerated_until_a_date() -> None:
    message = signed_and_encrypted()
    late = party("a").certificate.not_after + timedelta(days=2)
    refused(received(message, at=late), AUTHENTICATION_FAILED, "expired on")
    tolerant = replace(OPEN, expired_until=late.date())
    assert received(message, at=late, policy=tolerant).failure is None
    refused(received(message, at=late + timedelta(days=1), policy=tolerant), AUTHENTICATION_FAILED, "expired on")
    early = party("a").certificate.not_before - timedelta(days=1)
    refused(received(message, at=early), AUTHENTICATION_FAILED, "not valid before")


def test_a_certificate_outside_of_its_agreed_dates_is_refused() -> None:
    old = replace(party("a").certificate, use_until=AT - timedelta(days=1))
    refused(received(signed_and_encrypted(), certificates=(old,)), AUTHENTICATION_FAILED, "agreed for its use")


def test_in_a_roll_over_both_certificates_are_taken() -> None:
    new = own_key("a new")
    both = (party("a").certificate, new.certificate)
    for key in (party("a"), new):
        result = received(sent(signing=Signing(key)), certificates=both)
        assert result.signature is not None
        assert result.signature.certificate is key.certificate


def test_a_short_key_is_refused() -> None:
    result = received(sent(signing=Signing(party("short"))), certificates=(party("short").certificate,))
    refused(result, INSUFFICIENT_MESSAGE_SECURITY, "1024 bits")
    lax = replace(OPEN, minimum_rsa_bits=1024)
    assert received(sent(signing=Signing(party("short"))), certificates=(party("short").certificate,), policy=lax).failure is None


def test_weak_algorithms_are_allowed_until_their_date() -> None:
    message = sent(
        signing=Signing(party("a"), Digest.SHA1), encryption=Encryption((party("b").certificate,), Cipher.TRIPLE_DES_CBC)
    )
    refused(received(message), INSUFFICIENT_MESSAGE_SECURITY, "3des-cbc is not allowed")
    half = replace(OPEN, until={Cipher.TRIPLE_DES_CBC: AT.date()})
    refused(received(message, policy=half), INSUFFICIENT_MESSAGE_SECURITY, "sha1 is not allowed")
    old = replace(OPEN, until={Cipher.TRIPLE_DES_CBC: AT.date(), Digest.SHA1: AT.date()})
    assert received(message, policy=old).failure is None
    refused(
        received(message, policy=old, at=AT + timedelta(days=1)), INSUFFICIENT_MESSAGE_SECURITY, "was allowed through 2026-06-01"
    )


def test_algorithms_can_be_narrowed() -> None:
    strict = replace(OPEN, allowed=OPEN.allowed - {KeyTransport.RSA_PKCS1})
    refused(received(signed_and_encrypted(), policy=strict), INSUFFICIENT_MESSAGE_SECURITY, "rsa-pkcs1 is not allowed")


def test_a_refused_signature_is_continued_with_a_warning_where_agreed() -> None:
    lenient = replace(OPEN, continue_unauthenticated=True, require_signature=True)
    result = received(sent(signing=Signing(party("c"))), policy=lenient)
    assert result.failure is None
    assert result.disposition == AUTHENTICATION_FAILED_CONTINUED
    assert result.signature is None
    assert result.parts[0].content == DOCUMENT
    message = sent(signing=Signing(party("a")))
    refused(received(message, body=message.body.replace(b"ORDERS", b"ORDRSP"), policy=lenient), INTEGRITY_CHECK_FAILED)


@pytest.mark.parametrize("cipher", [Cipher.AES256_CBC, Cipher.AES256_GCM])
def test_every_cause_of_a_failed_decryption_has_one_text(cipher: Cipher) -> None:
    message = signed_and_encrypted(cipher)
    causes = [
        received(message, keys=()),
        received(message, keys=(party("c"),)),
        received(message, keys=(type(party("b"))(party("b").certificate, party("c").key),)),
        received(message, keys=(party("ec"),)),
        received(message, body=message.body[:-1] + bytes([message.body[-1] ^ 1])),
        received(message, body=message.body[:-80] + bytes(40) + message.body[-40:]),
    ]
    for result in causes:
        refused(result, DECRYPTION_FAILED, "could not be decrypted with any of our keys")
        assert result.failure == causes[0].failure


def test_what_is_malformed_inside_of_an_encryption_has_the_same_text() -> None:
    inside = b"Content-Type: multipart/signed; boundary=x\r\n\r\nno part"
    raw = encrypt(inside, Encryption((party("b").certificate,)))
    result = received(signed_and_encrypted(), body=raw)
    refused(result, DECRYPTION_FAILED, "could not be decrypted with any of our keys")
    assert result.mic is None


def test_what_decrypts_to_no_mime_has_the_same_text() -> None:
    message = signed_and_encrypted()
    for content in (b"UNB+UNOC:3'", b"UNB+UNOC:3'\r\n\r\n", b"", b"\r\n", bytes(30_000)):
        raw = encrypt(content, Encryption((party("b").certificate,)))
        refused(received(message, body=raw), DECRYPTION_FAILED, "could not be decrypted with any of our keys")


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("multipart/signed; boundary=b", b"", "no end"),
        ("multipart/signed; boundary=b", b"--b\r\n\r\nx\r\n--b--", "1 parts where there must be two"),
        ("multipart/signed; boundary=b", b"--b\r\n\r\nx\r\n--b\r\n\r\n\x30\x00\r\n--b--", "not a ContentInfo"),
        ("multipart/signed; boundary=b", b"--b\r\n\r\nx\r\n--b\r\n\r\nnot base64!\r\n--b--", "base64"),
        ("application/pkcs7-mime", b"", "cut off"),
        ("application/pkcs7-mime", b"\x30\x80", "cut off"),
        ("application/pkcs7-mime", bytes.fromhex("300d06092a864886f70d010705a000"), "lacks an element"),
        ("application/pkcs7-mime", bytes.fromhex("300f06092a864886f70d010705a0020500"), "1.2.840.113549.1.7.5 does not belong"),
        ("multipart/mixed; boundary=b", b"--b\r\n\r\n", "no end"),
        ('application/octet-stream; name="smime.p7m"', b"\x30\x00", "not a ContentInfo"),
    ],
)
def test_what_is_malformed_is_an_unexpected_error(kind: str, body: bytes, words: str) -> None:
    result = read(read_envelope([("Content-Type", kind)]), body, keys=[party("b")], certificates=[], at=AT, policy=OPEN)
    refused(result, UNEXPECTED_PROCESSING_ERROR, words)


@pytest.mark.parametrize(
    ("request_", "disposition"),
    [
        (ReceiptRequest("x", None, "pkcs7-signature", False, ("md5",), True), UNSUPPORTED_MIC_ALGORITHMS),
        (ReceiptRequest("x", None, "pgp-signature", True), UNSUPPORTED_FORMAT),
    ],
)
def test_a_receipt_we_cannot_give_as_required_fails_the_message(request_: ReceiptRequest, disposition: Disposition) -> None:
    refused(received(sent(signing=Signing(party("a")), receipt=request_)), disposition)


def test_what_is_only_optional_fails_nothing() -> None:
    optional = ReceiptRequest("x", None, "pgp-signature", False, ("md5",), False)
    result = received(sent(receipt=optional))
    assert result.failure is None
    assert result.mic is not None
    assert result.mic.algorithm is Digest.SHA256


def test_a_cms_structure_called_an_octet_stream_is_recognised_by_its_name() -> None:
    message = sent(encryption=Encryption((party("b").certificate,)))
    headers = [("Content-Type", 'application/octet-stream; name="smime.p7m"')]
    result = read(read_envelope(headers), message.body, keys=[party("b")], certificates=[], at=AT, policy=OPEN)
    assert result.parts[0].content == DOCUMENT


FLIPPED = (
    sent(signing=Signing(party("a")), encryption=Encryption((party("b").certificate,), Cipher.AES128_GCM)),
    sent(signing=Signing(party("a")), encryption=Encryption((party("b").certificate,))),
    sent(signing=Signing(party("a")), compression=Compression.AFTER_SIGNING),
    sent(signing=Signing(party("a"), opaque=True)),
    sent(signing=Signing(party("ec"))),
)


@settings(max_examples=300)
@given(st.sampled_from(FLIPPED), st.data())
def test_no_flipped_bit_anywhere_yields_another_document(message: BuiltMessage, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(message.body) - 1))
    bit = data.draw(st.integers(0, 7))
    body = bytearray(message.body)
    body[position] ^= 1 << bit
    result = received(message, body=bytes(body), policy=replace(OPEN, require_signature=True))
    assert (result.failure is not None and not result.parts) or [part.content for part in result.parts] == [DOCUMENT]


@settings(max_examples=200)
@given(st.sampled_from(FLIPPED), st.data())
def test_no_cut_anywhere_yields_another_document(message: BuiltMessage, data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(message.body) - 1))
    result = received(message, body=message.body[:end], policy=replace(OPEN, require_signature=True))
    assert (result.failure is not None and not result.parts) or [part.content for part in result.parts] == [DOCUMENT]


@given(
    st.binary(max_size=200),
    st.sampled_from(["application/pkcs7-mime", "multipart/signed; boundary=b", "multipart/report; boundary=b"]),
)
def test_reading_never_raises(body: bytes, kind: str) -> None:
    read(read_envelope([("Content-Type", kind)]), body, keys=[party("b")], certificates=[party("a").certificate], at=AT)
