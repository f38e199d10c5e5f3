"""Receipts: what we say, what partners say, and what is believed of it."""

from dataclasses import replace

import pytest

from gateway.protocols.as2 import (
    AUTHENTICATION_FAILED,
    DECRYPTION_FAILED,
    DUPLICATE_DOCUMENT,
    PROCESSED,
    UNSUPPORTED_MIC_ALGORITHMS,
    BuiltMdn,
    Digest,
    Disposition,
    Envelope,
    MdnOutcome,
    MdnVerdict,
    Mic,
    ReceiptRequest,
    Received,
    Sent,
    Signing,
    build_mdn,
    carries_mdn,
    compute_mic,
    judge_mdn,
    read,
    read_envelope,
    receipt_signing,
)
from gateway.protocols.as2.mime import encode_base64, http_entity
from gateway.protocols.as2.notification import parse_mdn
from tests.gateway.protocols.as2 import der
from tests.gateway.protocols.as2.parties import AT, OPEN, SIGNED_RECEIPT, party, received, sent

MIC = compute_mic(b"content", Digest.SHA256)
SENT = Sent("<1@a.example>", MIC, signed_receipt=True)
ORIGINAL = Envelope("A", "B", "<1@a.example>", receipt=SIGNED_RECEIPT)


def mdn(
    disposition: Disposition = PROCESSED,
    *,
    original: Envelope = ORIGINAL,
    mic: Mic | None = MIC,
    signing: Signing | bool | None = True,
    text: str = "",
) -> BuiltMdn:
    signer = Signing(party("b")) if signing is True else signing or None
    return build_mdn(original, disposition=disposition, mic=mic, message_id="<2@b.example>", at=AT, signing=signer, text=text)


def told(receipt: BuiltMdn, *, body: bytes | None = None) -> Received:
    return received(receipt, body=body, keys=(), certificates=(party("b").certificate,))


def judged(receipt: BuiltMdn, known: Sent = SENT) -> MdnVerdict:
    return judge_mdn(told(receipt), known)


def test_a_receipt_has_the_fields_of_the_standard() -> None:
    read_mdn = told(mdn()).mdn
    assert read_mdn is not None
    assert read_mdn.fields == (
        ("Reporting-UA", "edi-gateway"),
        ("Original-Recipient", "rfc822; B"),
        ("Final-Recipient", "rfc822; B"),
        ("Original-Message-ID", "<1@a.example>"),
        ("Disposition", "automatic-action/MDN-sent-automatically; processed"),
        ("Received-Content-MIC", str(MIC)),
    )
    assert (read_mdn.final_recipient, read_mdn.original_recipient, read_mdn.reporting_agent) == ("B", "B", "edi-gateway")
    assert read_mdn.text.strip() == "The message was received and is being processed."


def test_its_headers_go_back_to_the_sender() -> None:
    headers = dict(mdn().headers)
    assert (headers["AS2-From"], headers["AS2-To"], headers["Message-ID"]) == ("B", "A", "<2@b.example>")
    assert headers["Subject"] == "Receipt of <1@a.example>"
    assert headers["Date"] == "Mon, 01 Jun 2026 12:00:00 GMT"
    assert headers["Content-Type"].startswith(
        'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary='
    )
    assert dict(mdn(signing=None).headers)["Content-Type"].startswith("multipart/report; report-type=disposition-notification; ")


@pytest.mark.parametrize("message_id", ["1@a", "<1@a>", "< 1@a >", "a b c", '<"quoted"@a>'])
def test_the_original_id_is_quoted_exactly_as_it_came(message_id: str) -> None:
    read_mdn = told(mdn(original=replace(ORIGINAL, message_id=message_id))).mdn
    assert read_mdn is not None
    assert read_mdn.original_message_id == message_id


def test_a_message_without_an_id_gets_a_receipt_without_one() -> None:
    receipt = mdn(original=replace(ORIGINAL, message_id=""))
    assert dict(receipt.headers)["Subject"] == "Receipt"
    read_mdn = told(receipt).mdn
    assert read_mdn is not None
    assert "Original-Message-ID" not in dict(read_mdn.fields)


def test_a_message_from_nobody_gets_a_receipt_too() -> None:
    headers = dict(mdn(original=replace(ORIGINAL, sender="", recipient=""), signing=None).headers)
    assert (headers["AS2-From"], headers["AS2-To"]) == ("unknown", "unknown")


@pytest.mark.parametrize("disposition", [PROCESSED, AUTHENTICATION_FAILED, UNSUPPORTED_MIC_ALGORITHMS, DUPLICATE_DOCUMENT])
@pytest.mark.parametrize("signed", [True, False])
def test_every_disposition_arrives_with_its_words(disposition: Disposition, signed: bool) -> None:
    read_mdn = told(mdn(disposition, signing=signed, mic=None)).mdn
    assert read_mdn is not None
    assert read_mdn.disposition == disposition
    assert disposition.words in read_mdn.text
    assert read_mdn.mic is None


def test_the_text_for_people_may_be_ours() -> None:
    read_mdn = told(mdn(text="Grüße, 図")).mdn
    assert read_mdn is not None
    assert read_mdn.text.strip() == "Grüße, 図"


@pytest.mark.parametrize(
    ("request_", "digest"),
    [
        (None, None),
        (ReceiptRequest("x"), None),
        (ReceiptRequest("x", protocol="pgp"), None),
        (ReceiptRequest("x", protocol="pkcs7-signature"), Digest.SHA256),
        (ReceiptRequest("x", protocol="PKCS7-Signature", micalgs=("sha1", "sha-512")), Digest.SHA512),
        (ReceiptRequest("x", protocol="pkcs7-signature", micalgs=("md5", "SHA1")), Digest.SHA1),
        (ReceiptRequest("x", protocol="x-pkcs7-signature", micalgs=("md5",)), Digest.SHA256),
    ],
)
def test_a_receipt_is_signed_as_it_is_asked_for(request_: ReceiptRequest | None, digest: Digest | None) -> None:
    signing = receipt_signing(request_, party("b"))
    assert (signing.digest if signing is not None else None) is digest


def test_a_good_receipt_is_accepted() -> None:
    verdict = judged(mdn())
    assert (verdict.outcome, verdict.final, verdict.accepted) == (MdnOutcome.ACCEPTED, True, True)


@pytest.mark.parametrize("message_id", ["1@a.example", " <1@a.example> ", "<1@a.example>"])
def test_brackets_around_the_id_do_not_matter(message_id: str) -> None:
    assert judged(mdn(original=replace(ORIGINAL, message_id=message_id))).outcome is MdnOutcome.ACCEPTED


@pytest.mark.parametrize("message_id", ["<2@a.example>", ""])
def test_the_receipt_of_another_message_settles_nothing(message_id: str) -> None:
    verdict = judged(mdn(original=replace(ORIGINAL, message_id=message_id)))
    assert (verdict.outcome, verdict.final) == (MdnOutcome.OTHER_MESSAGE, False)


def test_a_warning_is_accepted_and_quoted() -> None:
    verdict = judged(mdn(DUPLICATE_DOCUMENT))
    assert verdict.outcome is MdnOutcome.ACCEPTED_WITH_WARNING
    assert verdict.accepted
    assert "duplicate-document" in verdict.reason


@pytest.mark.parametrize("disposition", [DECRYPTION_FAILED, UNSUPPORTED_MIC_ALGORITHMS])
def test_an_error_is_a_rejection_whatever_the_mic(disposition: Disposition) -> None:
    for mic in (None, MIC, compute_mic(b"other", Digest.SHA256)):
        verdict = judged(mdn(disposition, mic=mic))
        assert (verdict.outcome, verdict.final, verdict.accepted) == (MdnOutcome.REJECTED, True, False)
        assert disposition.words in verdict.reason


def test_another_mic_is_a_failure_never_ok() -> None:
    verdict = judged(mdn(mic=compute_mic(b"other", Digest.SHA256)))
    assert (verdict.outcome, verdict.accepted) == (MdnOutcome.MIC_MISMATCH, False)
    assert str(MIC) in verdict.reason
    assert not judged(mdn(DUPLICATE_DOCUMENT, mic=compute_mic(b"other", Digest.SHA256))).accepted


@pytest.mark.parametrize("spelling", ["sha256", "SHA-256", "SHA_256", "rsa-sha256"])
def test_the_spelling_of_the_algorithm_does_not_matter(spelling: str) -> None:
    assert judged(mdn(mic=replace(MIC, spelling=spelling))).accepted


def test_a_mic_by_another_algorithm_counts_where_what_was_hashed_is_at_hand() -> None:
    by_sha1 = mdn(mic=compute_mic(b"content", Digest.SHA1, spelling="sha1"))
    assert judged(by_sha1).outcome is MdnOutcome.MIC_MISMATCH
    assert judged(by_sha1, replace(SENT, hashed=b"content")).accepted
    assert not judged(by_sha1, replace(SENT, hashed=b"other")).accepted


def test_a_missing_mic_matters_where_a_signed_receipt_was_asked_for() -> None:
    assert judged(mdn(mic=None)).outcome is MdnOutcome.MIC_MISSING
    verdict = judged(mdn(mic=None, signing=None), replace(SENT, signed_receipt=False))
    assert verdict.accepted
    assert "no MIC" in verdict.reason


def test_an_unsigned_receipt_proves_nothing_where_a_signed_one_was_asked_for() -> None:
    for disposition in (PROCESSED, DECRYPTION_FAILED):
        verdict = judged(mdn(disposition, signing=None))
        assert (verdict.outcome, verdict.final) == (MdnOutcome.UNVERIFIED, False)
        assert str(disposition) in verdict.reason


def test_a_receipt_of_a_stranger_proves_nothing_but_names_its_message() -> None:
    result = told(mdn(signing=Signing(party("c"))))
    assert result.failure is not None
    assert result.mdn is not None
    assert result.mdn.original_message_id == "<1@a.example>"
    assert judge_mdn(result, SENT).outcome is MdnOutcome.UNVERIFIED


def test_a_changed_receipt_proves_nothing() -> None:
    receipt = mdn(DECRYPTION_FAILED)
    changed = receipt.body.replace(b"processed/error: decryption-failed", b"processed")
    assert judge_mdn(told(receipt, body=changed), SENT).outcome is MdnOutcome.UNVERIFIED


def test_a_receipt_whose_signature_has_no_signer_proves_nothing() -> None:
    """The hole of a well-known library: SignedData without a signer passed as verified."""
    receipt = mdn()
    empty = der.tlv(0x30, der.tlv(2, b"\x01"), der.tlv(0x31), der.tlv(0x30, der.oid("1.2.840.113549.1.7.1")), der.tlv(0x31))
    structure = der.tlv(0x30, der.oid("1.2.840.113549.1.7.2"), der.tlv(0xA0, empty))
    start = receipt.body.rindex(b"\r\n\r\n", 0, receipt.body.rindex(b"\r\n--")) + 4
    body = receipt.body[:start] + encode_base64(structure) + receipt.body[receipt.body.rindex(b"\r\n--") :]
    result = told(receipt, body=body)
    assert result.failure is not None
    assert "0 signers" in result.failure.reason
    assert judge_mdn(result, SENT).outcome is MdnOutcome.UNVERIFIED


def test_a_tolerated_signature_does_not_make_a_receipt_believed() -> None:
    receipt = mdn(signing=Signing(party("c")))
    lenient = replace(OPEN, continue_unauthenticated=True)
    result = received(receipt, keys=(), certificates=(party("b").certificate,), policy=lenient)
    assert judge_mdn(result, SENT).outcome is MdnOutcome.UNVERIFIED


def test_what_an_agreement_requires_of_messages_is_not_required_of_receipts() -> None:
    strict = replace(OPEN, require_encryption=True, require_signature=True)
    result = received(mdn(), keys=(), certificates=(party("b").certificate,), policy=strict)
    assert judge_mdn(result, SENT).accepted


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", b"<h1>It works!</h1>"),
        ("text/plain", b""),
        ("multipart/report; boundary=b", b"--b\r\n\r\nno notification\r\n--b--"),
        ("multipart/report; boundary=b", b"--b\r\n"),
    ],
)
def test_an_answer_that_is_no_receipt_settles_nothing(kind: str, body: bytes) -> None:
    result = read(read_envelope([("Content-Type", kind)]), body, keys=[], certificates=[], at=AT, policy=OPEN)
    verdict = judge_mdn(result, SENT)
    assert (verdict.outcome, verdict.final) == (MdnOutcome.UNREADABLE, False)


def report(notification: bytes, *, headers: bytes = b"") -> bytes:
    head = b"Content-Type: message/disposition-notification\r\n" + headers + b"\r\n"
    return b"--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\n" + head + notification + b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("notification", "headers"),
    [
        (b"Original-Message-ID: <1>\nDisposition: a/b; processed\nReceived-content-MIC: eA==,\n sha1", b""),
        (b"\r\noriginal-message-id:<1>\r\nDISPOSITION:a/b;processed\r\nreceived-CONTENT-mic:eA==, SHA1\r\n\r\n", b""),
        (
            encode_base64(b"Original-Message-ID: <1>\r\nDisposition: a/b; processed\r\nReceived-Content-MIC: eA==, sha-1\r\n"),
            b"Content-Transfer-Encoding: base64\r\n",
        ),
    ],
    ids=["bare LF and folded", "odd case and blank lines", "base64"],
)
def test_receipts_are_read_as_partners_write_them(notification: bytes, headers: bytes) -> None:
    kind = (("Content-Type", "multipart/report; Report-Type=disposition-notification; boundary=b"),)
    read_mdn = parse_mdn(http_entity(kind, report(notification, headers=headers)))
    assert read_mdn.original_message_id == "<1>"
    assert read_mdn.disposition is not None
    assert read_mdn.disposition.verdict.value == "accepted"
    assert read_mdn.mic == Mic(b"x", Digest.SHA1, read_mdn.mic_text.split(",")[1].strip())
    assert read_mdn.text == "Hello"


def test_a_receipt_is_told_from_a_message() -> None:
    for signing in (None, Signing(party("b")), Signing(party("b"), opaque=False)):
        receipt = mdn(signing=signing)
        assert carries_mdn(read_envelope(receipt.headers), receipt.body)
    message = sent(signing=Signing(party("a"), opaque=True))
    assert not carries_mdn(read_envelope(message.headers), message.body)
    for kind in ("multipart/signed; boundary=b", "application/pkcs7-mime", "multipart/report; report-type=delivery-status"):
        assert not carries_mdn(read_envelope([("Content-Type", kind)]), b"nothing of it")


def test_the_same_receipt_is_built_byte_for_byte_the_same() -> None:
    assert (mdn().headers, mdn().body) == (mdn().headers, mdn().body)
