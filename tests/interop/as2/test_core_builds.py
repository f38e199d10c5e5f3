"""openssl opens what our core builds, row by row, and our core judges the receipt openssl signs for it."""

import base64
from dataclasses import replace

import pytest

from gateway.protocols.as2 import (
    Attachment,
    BuiltMessage,
    Cipher,
    Compression,
    Digest,
    Encryption,
    KeyTransport,
    MdnOutcome,
    MdnVerdict,
    ReceiptRequest,
    Sent,
    Signing,
    TransferEncoding,
    judge_mdn,
)
from tests.interop.as2 import openssl
from tests.interop.as2.entity import Entity, Headers, multipart, parse, parts
from tests.interop.as2.identities import Identity
from tests.interop.as2.matrix import ROWS, short
from tests.interop.as2.mic import Mic
from tests.interop.as2.opened import Opened, open_message
from tests.interop.as2.ours import COMPRESSIONS, certificate, encryption, message, own_key, reading, signing
from tests.interop.as2.parties import Parties
from tests.interop.as2.receipt import PROCESSED, sign_report, write_report
from tests.interop.as2.recipe import FILE_NAME, ORDER, Recipe

ID = "<42.20261121@nordic.example>"
ASKED = ReceiptRequest(notify="edi@nordic.example", protocol="pkcs7-signature", micalgs=("sha256",))


def signer_of(parties: Parties, recipe: Recipe) -> Identity:
    return parties.us_ec if recipe.scheme == "ecdsa" else parties.us


def built(
    parties: Parties, recipe: Recipe, content: bytes = ORDER, encoding: TransferEncoding = TransferEncoding.BINARY
) -> BuiltMessage:
    return message(
        Attachment(content, "application/edi-x12", FILE_NAME, encoding),
        message_id=ID,
        signing=signing(recipe, signer_of(parties, recipe)),
        encryption=encryption(recipe, parties.them),
        compression=COMPRESSIONS[recipe.compress],
        receipt=ASKED,
        encoding=TransferEncoding.BASE64 if encoding is TransferEncoding.QUOTED_PRINTABLE else encoding,
    )


def opened(parties: Parties, sent: BuiltMessage, sender: Identity | None = None) -> Opened:
    return open_message(sent.headers, sent.body, recipient=parties.them, sender=sender or parties.us)


def mic_of(sent: BuiltMessage) -> Mic:
    return Mic(base64.b64encode(sent.mic.value).decode(), sent.mic.algorithm.value)


def verdict(parties: Parties, sent: BuiltMessage, headers: Headers, body: bytes, *, signed: bool = True) -> MdnVerdict:
    """What our core says of a receipt."""
    names = (("AS2-From", "BIGBOX"), ("AS2-To", "NORDIC-DC"))
    found = reading((*names, *headers), body, key=parties.us, known=parties.them)
    return judge_mdn(found, Sent(sent.message_id, sent.mic, signed, sent.hashed))


@pytest.mark.parametrize("recipe", ROWS, ids=short)
def test_a_row_is_opened_by_openssl_and_its_signed_receipt_is_accepted(parties: Parties, recipe: Recipe) -> None:
    sent = built(parties, recipe)
    found = opened(parties, sent, signer_of(parties, recipe))
    assert (found.content, found.payload.kind) == (ORDER, "application/edi-x12")
    assert found.payload.parameter("filename", header="Content-Disposition") == FILE_NAME
    assert mic_of(sent) == found.mic("sha256")
    order = ["signed", "compressed"] if recipe.compress == "before" else ["compressed", "signed"]
    has = {"signed": recipe.sign, "compressed": recipe.compress}
    assert found.layers == [*(["encrypted"] if recipe.encrypt else []), *(layer for layer in order if has[layer])]
    assert_algorithms(found, recipe)
    report = sign_report(write_report(ID, "BIGBOX", found.mic("sha256")), parties.them)
    judgement = verdict(parties, sent, report.headers, report.body)
    assert (judgement.outcome, judgement.accepted, judgement.final) == (MdnOutcome.ACCEPTED, True, True)


def assert_algorithms(found: Opened, recipe: Recipe) -> None:
    """The structures name what was ordered, so that nothing else was used in its place."""
    assert found.digest == (recipe.sign or "")
    if recipe.sign and recipe.detached:
        assert found.micalg == recipe.sign
    if recipe.sign:
        assert openssl.names(found.signature, "pss") == (recipe.scheme == "pss")
        assert openssl.names(found.signature, "ecdsa") == (recipe.scheme == "ecdsa") or recipe.scheme != "ecdsa"
    if recipe.encrypt:
        assert openssl.names(found.envelope, recipe.encrypt)
        assert openssl.names(found.envelope, "oaep") == (recipe.transport == "oaep")


@pytest.mark.parametrize(
    "recipe", [Recipe(), Recipe(sign="sha256"), Recipe(sign="sha384", detached=False, encrypt="aes-256-gcm")], ids=str
)
def test_the_header_fields_of_as2_are_there_once(parties: Parties, recipe: Recipe) -> None:
    sent = built(parties, recipe)
    names = [name.lower() for name, _ in sent.headers]
    assert len(names) == len(set(names))
    fields = Entity(sent.headers, sent.body)
    assert (fields.get("AS2-From"), fields.get("AS2-To"), fields.get("Message-ID")) == ("NORDIC-DC", "BIGBOX", ID)
    assert fields.get("AS2-Version") in {"1.0", "1.1", "1.2"}
    assert fields.get("Disposition-Notification-To") == "edi@nordic.example"
    assert "pkcs7-signature" in fields.get("Disposition-Notification-Options")
    assert "sha256" in fields.get("Disposition-Notification-Options")
    assert all("\r" not in value and "\n" not in value for _, value in sent.headers)


@pytest.mark.parametrize("encoding", TransferEncoding)
@pytest.mark.parametrize("compress", [None, "before", "after"])
@pytest.mark.parametrize(
    "content", [ORDER, ORDER.replace(b"\r\n", b"\n"), bytes(range(256)) * 9, b""], ids=["crlf", "lf", "any", "empty"]
)
def test_any_bytes_arrive_in_every_transfer_encoding(
    parties: Parties, encoding: TransferEncoding, compress: str | None, content: bytes
) -> None:
    sent = built(parties, Recipe(sign="sha256", encrypt="aes-128-cbc", compress=compress), content, encoding)
    found = opened(parties, sent)
    assert found.content == content
    assert mic_of(sent) == found.mic()


@pytest.mark.parametrize("cipher", ["aes-128-cbc", "aes-256-gcm", "des3"])
@pytest.mark.parametrize("detached", [True, False], ids=["detached", "opaque"])
def test_openssl_takes_our_mime_apart_by_itself(parties: Parties, detached: bool, cipher: str) -> None:
    sent = built(parties, Recipe(sign="sha256", detached=detached, encrypt=cipher), encoding=TransferEncoding.BASE64)
    inside = openssl.decrypt_whole(Entity(sent.headers, sent.body).wire, parties.them)
    content = openssl.verify_whole(inside, parties.us)
    assert content == sent.hashed
    assert parse(content).decoded == ORDER


@pytest.mark.parametrize("compress", [None, "before", "after"])
@pytest.mark.parametrize("recipe", [Recipe(sign="sha256"), Recipe(sign="sha256", encrypt="aes-128-gcm")], ids=str)
def test_in_base64_nothing_on_the_wire_is_more_than_text(parties: Parties, recipe: Recipe, compress: str | None) -> None:
    """Servers that treat a body as text (libas2's own parser is one) would spoil any other byte."""
    content = bytes(range(256)) * 9
    sent = built(parties, replace(recipe, compress=compress), content, TransferEncoding.BASE64)
    assert sent.body.isascii()
    assert max(map(len, sent.body.split(b"\r\n"))) <= 998
    assert opened(parties, sent).content == content


@pytest.mark.parametrize("transport", KeyTransport)
@pytest.mark.parametrize("cipher", Cipher)
def test_every_cipher_with_every_key_transport_is_decrypted_by_openssl(
    parties: Parties, cipher: Cipher, transport: KeyTransport
) -> None:
    sealed = Encryption((certificate(parties.them),), cipher, transport)
    sent = message(Attachment(ORDER, "application/edi-x12"), message_id=ID, encryption=sealed)
    assert opened(parties, sent).content == ORDER


def test_each_recipient_of_a_roll_over_decrypts(parties: Parties) -> None:
    sealed = Encryption((certificate(parties.stranger), certificate(parties.them)))
    sent = message(Attachment(ORDER), message_id=ID, encryption=sealed)
    for recipient in (parties.them, parties.stranger):
        assert open_message(sent.headers, sent.body, recipient=recipient, sender=parties.us).content == ORDER


@pytest.mark.parametrize("compression", Compression)
def test_attachments_of_one_message_arrive_under_their_names(parties: Parties, compression: Compression) -> None:
    documents = [Attachment(ORDER, "application/edi-x12", "a.x12"), Attachment(b"%PDF\n\xff", "application/pdf", "b 2.pdf")]
    sent = message(
        *documents,
        message_id=ID,
        signing=Signing(own_key(parties.us)),
        encryption=Encryption((certificate(parties.them),)),
        compression=compression,
    )
    found = opened(parties, sent)
    inside = [parse(part) for part in parts(found.payload)]
    named = [(part.parameter("filename", header="Content-Disposition"), part.decoded) for part in inside]
    assert named == [("a.x12", ORDER), ("b 2.pdf", b"%PDF\n\xff")]
    assert mic_of(sent) == found.mic()


def test_a_message_without_the_signers_certificate_is_verified_all_the_same(parties: Parties) -> None:
    sent = message(Attachment(ORDER), message_id=ID, signing=Signing(own_key(parties.us), include_certificate=False))
    assert opened(parties, sent).layers == ["signed"]


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha384", "sha512"])
def test_a_receipt_signed_with_any_digest_is_accepted(parties: Parties, digest: str) -> None:
    sent = built(parties, Recipe(sign="sha256"))
    report = sign_report(write_report(ID, "BIGBOX", mic_of(sent)), parties.them, digest=digest)
    assert verdict(parties, sent, report.headers, report.body).outcome is MdnOutcome.ACCEPTED


@pytest.mark.parametrize("spelling", ["SHA-256", "sha256", "Sha256", "sha-256"])
def test_a_receipt_spells_the_algorithm_as_it_likes(parties: Parties, spelling: str) -> None:
    sent = built(parties, Recipe(sign="sha256"))
    report = write_report(ID, "BIGBOX", replace(mic_of(sent), algorithm=spelling))
    signed = sign_report(report, parties.them)
    assert verdict(parties, sent, signed.headers, signed.body).outcome is MdnOutcome.ACCEPTED


def test_an_unsigned_receipt_counts_only_where_none_was_asked_to_be_signed(parties: Parties) -> None:
    sent = built(parties, Recipe(sign="sha256"))
    report = write_report(ID, "BIGBOX", mic_of(sent))
    assert verdict(parties, sent, report.headers, report.body, signed=False).outcome is MdnOutcome.ACCEPTED
    asked = verdict(parties, sent, report.headers, report.body)
    assert (asked.outcome, asked.accepted, asked.final) == (MdnOutcome.UNVERIFIED, False, False)


@pytest.mark.parametrize(
    ("mic", "original", "disposition", "outcome"),
    [
        ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", ID, PROCESSED, MdnOutcome.MIC_MISMATCH),
        ("", ID, PROCESSED, MdnOutcome.MIC_MISSING),
        (None, "<other@nordic.example>", PROCESSED, MdnOutcome.OTHER_MESSAGE),
        (None, ID.strip("<>"), PROCESSED, MdnOutcome.ACCEPTED),
        (None, ID, f"{PROCESSED}/error: decryption-failed", MdnOutcome.REJECTED),
        (None, ID, f"{PROCESSED}/Error:integrity-check-failed", MdnOutcome.REJECTED),
        ("", ID, f"{PROCESSED.removesuffix('processed')}failed/failure: unsupported format", MdnOutcome.REJECTED),
        (None, ID, f"{PROCESSED}/warning: duplicate-document", MdnOutcome.ACCEPTED_WITH_WARNING),
    ],
)
def test_what_a_signed_receipt_says_is_judged(
    parties: Parties, mic: str | None, original: str, disposition: str, outcome: MdnOutcome
) -> None:
    sent = built(parties, Recipe(sign="sha256"))
    quoted = mic_of(sent) if mic is None else Mic(mic, "sha256") if mic else None
    report = sign_report(write_report(original, "BIGBOX", quoted, disposition=disposition), parties.them)
    assert verdict(parties, sent, report.headers, report.body).outcome is outcome


def test_receipts_signed_by_nobody_by_a_stranger_or_changed_prove_nothing(parties: Parties) -> None:
    sent = built(parties, Recipe(sign="sha256"))
    report = write_report(ID, "BIGBOX", mic_of(sent))
    nobody = Entity((("Content-Type", "application/pkcs7-signature"),), openssl.signed_by_nobody(parties.them.certificate))
    protocol = '"application/pkcs7-signature"'
    signerless = multipart("multipart/signed", "=-edge", report.wire, nobody.wire, protocol=protocol, micalg="sha256")
    good = sign_report(report, parties.them)
    changed = Entity(good.headers, good.body.replace(b"openssl and curl", b"openssl and wget"))
    for entity in (signerless, sign_report(report, parties.stranger), changed):
        judgement = verdict(parties, sent, entity.headers, entity.body)
        assert (judgement.outcome, judgement.accepted, judgement.final) == (MdnOutcome.UNVERIFIED, False, False)


def test_what_is_no_receipt_is_unreadable(parties: Parties) -> None:
    sent = built(parties, Recipe(sign="sha256"))
    for headers, body in [((("Content-Type", "text/html"),), b"<h1>OK</h1>"), ((), b"")]:
        judgement = verdict(parties, sent, headers, body)
        assert (judgement.outcome, judgement.final) == (MdnOutcome.UNREADABLE, False)


def test_a_mic_by_another_algorithm_than_ours_is_checked_over_the_same_bytes(parties: Parties) -> None:
    sent = built(parties, Recipe(sign="sha256"))
    found = opened(parties, sent)
    assert found.digest == Digest.SHA256
    report = sign_report(
        write_report(ID, "BIGBOX", Mic(base64.b64encode(Digest.SHA1.of(found.checked)).decode(), "sha1")), parties.them
    )
    assert verdict(parties, sent, report.headers, report.body).outcome is MdnOutcome.ACCEPTED
