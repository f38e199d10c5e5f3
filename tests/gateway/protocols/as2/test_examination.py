"""The doctor: for each thing partners do differently, it finds the variant that matches and says what to tell them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.protocols.as2 import (
    PROCESSED,
    BuiltMessage,
    Certificate,
    Cipher,
    Compression,
    Digest,
    Encryption,
    Examination,
    OwnKey,
    Signing,
    build_mdn,
    compute_mic,
    examine,
    examine_mic,
    read_envelope,
)
from gateway.protocols.as2.enveloped_data import encrypt
from gateway.protocols.as2.mime import encode_base64
from gateway.protocols.as2.signed_data import sign
from tests.gateway.protocols.as2.parties import AT, DOCUMENT, own_key, party, sent

PART = b"Content-Type: application/edi-x12\r\nContent-Transfer-Encoding: base64\r\n\r\nSVNBCkdTCg==\r\n"


def signed(part: bytes, over: bytes, *, key: OwnKey | None = None, digest: Digest = Digest.SHA256) -> bytes:
    signature = encode_base64(sign(over, Signing(key or party("a"), digest), at=AT))
    head = b"Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return b"--b\r\n" + part + b"\r\n--b\r\n" + head + signature + b"\r\n--b--\r\n"


def diagnosis(
    body: bytes,
    *,
    kind: str = "multipart/signed; boundary=b; micalg=sha-256",
    certificates: tuple[Certificate, ...] | None = None,
    others: tuple[Certificate, ...] = (),
    keys: tuple[OwnKey, ...] | None = None,
) -> tuple[Examination, ...]:
    return examine(
        read_envelope([("Content-Type", kind)]),
        body,
        keys=keys if keys is not None else (party("b"),),
        certificates=certificates if certificates is not None else (party("a").certificate,),
        others=others,
        at=AT,
    )


def message_diagnosis(
    message: BuiltMessage, *, body: bytes | None = None, keys: tuple[OwnKey, ...] | None = None
) -> tuple[Examination, ...]:
    return examine(
        read_envelope(message.headers),
        message.body if body is None else body,
        keys=keys if keys is not None else (party("b"),),
        certificates=(party("a").certificate,),
        at=AT,
    )


LF = PART.replace(b"\r\n", b"\n")


@pytest.mark.parametrize(
    ("over", "what"),
    [
        (PART, "headers and content, as received, sha256"),
        (LF, "headers and content, line ends LF, sha256"),
        (PART + b"\r\n", "headers and content, as received, one more line end at the end, sha256"),
        (PART[:-2], "headers and content, as received, without the line end at the end, sha256"),
        (PART.partition(b"\r\n\r\n")[2], "content without headers, as received, sha256"),
        (b"ISA\nGS\n", "content decoded, as received, sha256"),
        (b"ISA\r\nGS\r\n", "content decoded, line ends CRLF, sha256"),
    ],
)
def test_what_the_partner_hashed_is_found(over: bytes, what: str) -> None:
    (found,) = diagnosis(signed(PART, over))
    assert found.subject == "signature"
    assert what in [trial.what for trial in found.matching]
    if over == PART:
        assert found.advice == "The signature is right."
    else:
        assert what in found.advice


def test_what_nobody_can_guess_is_called_a_change_on_the_way() -> None:
    (found,) = diagnosis(signed(PART, b"something else"))
    assert not [trial for trial in found.matching if "key" not in trial.what]
    assert "changed on the way" in found.advice


def test_the_facts_name_what_was_signed_and_by_whom() -> None:
    (found,) = diagnosis(signed(PART, PART))
    facts = dict(found.facts)
    assert facts["signature"] == "rsa-pkcs1 with sha256, micalg=sha-256"
    assert facts["digest signed"] == str(compute_mic(PART, Digest.SHA256))
    assert party("a").certificate.fingerprint in facts["certificate agreed"]
    assert "serial number" in facts["signer"]
    assert facts["hashed here"] == f"{len(PART)} bytes as received, 4 CRLF, 0 bare LF"


def test_a_certificate_that_is_not_agreed_is_named_with_its_fingerprint() -> None:
    (found,) = diagnosis(signed(PART, PART, key=party("c")))
    assert "not agreed" in found.advice
    assert party("c").certificate.fingerprint in found.advice


def test_a_confused_partner_is_named() -> None:
    stranger = Signing(party("c"), include_certificate=False)
    signature = encode_base64(sign(PART, stranger, at=AT))
    body = b"--b\r\n" + PART + b"\r\n--b\r\n\r\n" + signature + b"\r\n--b--\r\n"
    (found,) = diagnosis(body, others=(party("c").certificate,))
    assert "another partner" in found.advice
    (unknown,) = diagnosis(body)
    assert "No certificate known here" in unknown.advice


def test_an_expired_certificate_is_the_advice() -> None:
    old = own_key("a", begins=AT - timedelta(days=300), ends=AT - timedelta(days=3))
    (found,) = diagnosis(signed(PART, PART, key=old), certificates=(old.certificate,))
    assert "expired on 2026-05-29" in found.advice
    young = own_key("a", begins=AT + timedelta(days=3))
    assert "not valid before" in diagnosis(signed(PART, PART, key=young), certificates=(young.certificate,))[0].advice
    unused = replace(party("a").certificate, use_from=AT + timedelta(days=1))
    assert "agreed for its use" in diagnosis(signed(PART, PART), certificates=(unused,))[0].advice


def test_a_micalg_that_contradicts_the_signature_is_told() -> None:
    (found,) = diagnosis(signed(PART, PART, digest=Digest.SHA512))
    assert "micalg says sha-256, the signature uses sha512" in found.advice


def test_every_layer_is_examined_as_far_as_it_opens() -> None:
    message = sent(
        signing=Signing(party("a")), encryption=Encryption((party("b").certificate,)), compression=Compression.AFTER_SIGNING
    )
    encryption, signature = message_diagnosis(message)
    assert (encryption.subject, signature.subject) == ("encryption", "signature")
    assert encryption.advice == "One of our keys opens it; the encryption is right."
    assert signature.advice == "The signature is right."
    assert dict(encryption.facts)["encryption"] == Cipher.AES256_CBC


def test_an_opaque_signature_is_examined_too() -> None:
    (found,) = message_diagnosis(sent(signing=Signing(party("a"), opaque=True)))
    assert found.advice == "The signature is right."


def test_encrypted_for_somebody_else_shows_our_fingerprints() -> None:
    message = sent(encryption=Encryption((party("c").certificate,)))
    (found,) = message_diagnosis(message)
    assert "none of our certificates" in found.advice
    assert party("b").certificate.fingerprint in dict(found.facts)["key of ours"]
    assert format(party("c").certificate.parsed.serial_number, "x") in dict(found.facts)["encrypted for"]


def test_the_right_key_under_another_certificate_is_found() -> None:
    renewed = own_key("b renewed", key="b")
    (found,) = message_diagnosis(sent(encryption=Encryption((renewed.certificate,))))
    assert "names another certificate" in found.advice


def test_what_was_changed_on_the_way_is_told() -> None:
    message = sent(encryption=Encryption((party("b").certificate,), Cipher.AES128_GCM))
    (found,) = message_diagnosis(message, body=message.body[:-1] + b"\x00")
    assert "does not open it" in found.advice
    raw = encrypt(DOCUMENT, Encryption((party("b").certificate,)))
    (found,) = message_diagnosis(message, body=raw)
    assert "is not MIME" in found.advice


def test_what_cannot_be_read_ends_the_examination() -> None:
    (found,) = diagnosis(b"nothing")
    assert found.subject == "structure"
    assert "cannot be read further" in found.advice
    assert diagnosis(b"UNB", kind="application/edifact") == ()


def test_a_receipt_can_be_examined() -> None:
    mdn = build_mdn(
        read_envelope([("AS2-From", "A"), ("AS2-To", "B")]),
        disposition=PROCESSED,
        mic=None,
        message_id="<2>",
        at=AT,
        signing=Signing(party("b")),
    )
    (found,) = examine(read_envelope(mdn.headers), mdn.body, keys=(), certificates=(party("b").certificate,), at=AT)
    assert found.advice == "The signature is right."


HASHED = b"Content-Type: application/edi-x12\r\n\r\nISA*00~\r\nGS~\r\n"


@pytest.mark.parametrize("digest", Digest)
@pytest.mark.parametrize(
    ("content", "what"),
    [
        (HASHED, ""),
        (HASHED.replace(b"\r\n", b"\n"), "headers and content, line ends LF"),
        (b"ISA*00~\r\nGS~\r\n", "content without headers, as received"),
        (b"ISA*00~\r\nGS~", "content without headers, as received, without the line end at the end"),
        (HASHED + b"\r\n", "headers and content, as received, one more line end at the end"),
    ],
)
def test_what_the_partner_hashed_for_his_mic_is_found(content: bytes, what: str, digest: Digest) -> None:
    found = examine_mic(HASHED, str(compute_mic(content, digest)))
    assert len(found.matching) == 1
    assert (what or "exactly what we sent") in found.advice


def test_a_mic_with_an_algorithm_that_is_not_its_own_is_told() -> None:
    mic = str(compute_mic(HASHED, Digest.SHA1))
    for stated in (mic.replace("sha-1", "sha-256"), mic.replace("sha-1", "rsa-strange")):
        assert "states the algorithm as" in examine_mic(HASHED, stated).advice


@pytest.mark.parametrize("stated", ["", "nonsense", "AAAA, sha1", str(compute_mic(b"other", Digest.SHA256))])
def test_a_mic_of_something_else_is_told(stated: str) -> None:
    found = examine_mic(HASHED, stated)
    assert not found.matching
    assert "none of the variants" in found.advice


def test_the_mic_of_plain_content_has_no_headers_to_leave_out() -> None:
    found = examine_mic(b"UNB+UNOC:3'\r\n", str(compute_mic(b"UNB+UNOC:3'\n", Digest.SHA256)))
    assert "line ends LF" in found.advice


@given(st.binary(max_size=150), st.sampled_from(["application/pkcs7-mime", "multipart/signed; boundary=b", "text/plain"]))
def test_an_examination_never_raises(body: bytes, kind: str) -> None:
    diagnosis(body, kind=kind)
    examine_mic(body, kind)
