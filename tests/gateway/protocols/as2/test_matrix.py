"""Every row of sign x encrypt x compress x receipt: what is built is what is read, and the MICs agree."""

from collections.abc import Callable
from itertools import product

import pytest

from gateway.protocols.as2 import (
    Attachment,
    Cipher,
    CompressedLayer,
    Compression,
    Digest,
    EncryptedLayer,
    Encryption,
    KeyTransport,
    MdnOutcome,
    ReceiptRequest,
    Sent,
    SignatureScheme,
    SignedLayer,
    Signing,
    TransferEncoding,
    build,
    build_mdn,
    carries_mdn,
    judge_mdn,
    read_envelope,
    receipt_signing,
)
from tests.gateway.protocols.as2.parties import AT, DOCUMENT, OPEN, SIGNED_RECEIPT, party, received, sent

SIGNATURES: dict[str, Callable[[], Signing | None]] = {
    "unsigned": lambda: None,
    "sha256": lambda: Signing(party("a")),
    "sha384": lambda: Signing(party("a"), Digest.SHA384),
    "pss-sha512": lambda: Signing(party("a"), Digest.SHA512, SignatureScheme.RSA_PSS),
    "ecdsa": lambda: Signing(party("ec")),
    "opaque": lambda: Signing(party("a"), opaque=True),
    "without-certificate": lambda: Signing(party("a"), include_certificate=False),
}
ENCRYPTIONS = {
    "plain": None,
    "aes128-cbc": (Cipher.AES128_CBC, KeyTransport.RSA_PKCS1),
    "aes192-cbc": (Cipher.AES192_CBC, KeyTransport.RSA_PKCS1),
    "aes256-cbc-oaep": (Cipher.AES256_CBC, KeyTransport.RSA_OAEP_SHA256),
    "aes128-gcm": (Cipher.AES128_GCM, KeyTransport.RSA_PKCS1),
    "aes256-gcm-oaep": (Cipher.AES256_GCM, KeyTransport.RSA_OAEP_SHA1),
}
RECEIPTS = {
    "none": None,
    "unsigned": ReceiptRequest("receipts@a.example"),
    "signed": SIGNED_RECEIPT,
    "async": ReceiptRequest("receipts@a.example", "https://a.example/mdn", "pkcs7-signature", protocol_required=True),
}


def encryption(name: str) -> Encryption | None:
    chosen = ENCRYPTIONS[name]
    return None if chosen is None else Encryption((party("b").certificate,), *chosen)


@pytest.mark.parametrize("compression", Compression)
@pytest.mark.parametrize("encrypted", ENCRYPTIONS)
@pytest.mark.parametrize("signed", SIGNATURES)
def test_what_is_built_is_what_is_read(signed: str, encrypted: str, compression: Compression) -> None:
    message = sent(signing=SIGNATURES[signed](), encryption=encryption(encrypted), compression=compression)
    read = received(message)
    assert read.failure is None
    assert [(part.content, part.media_type, part.name) for part in read.parts] == [
        (DOCUMENT, "application/edifact", "orders.edi")
    ]
    assert read.mic is not None
    assert read.mic.matches(message.mic)
    assert (read.signature is not None) == (signed != "unsigned")
    assert (read.encryption is not None) == (encrypted != "plain")
    assert any(isinstance(layer, CompressedLayer) for layer in read.layers) == (compression is not Compression.NONE)


@pytest.mark.parametrize("compression", Compression)
@pytest.mark.parametrize(
    ("signed", "encrypted", "receipt"), list(product(["unsigned", "sha384", "ecdsa"], ["plain", "aes256-gcm-oaep"], RECEIPTS))
)
def test_the_receipt_that_is_asked_for_proves_the_message(
    signed: str, encrypted: str, receipt: str, compression: Compression
) -> None:
    message = sent(
        signing=SIGNATURES[signed](), encryption=encryption(encrypted), compression=compression, receipt=RECEIPTS[receipt]
    )
    read = received(message)
    request = read.envelope.receipt
    assert (request is None) == (receipt == "none")
    if request is None:
        return
    assert request.url == ("https://a.example/mdn" if receipt == "async" else None)
    answer = build_mdn(
        read.envelope,
        disposition=read.disposition,
        mic=read.mic,
        message_id="<2@b.example>",
        at=AT,
        signing=receipt_signing(request, party("b")),
    )
    assert answer.signed == (receipt != "unsigned")
    assert carries_mdn(read_envelope(answer.headers), answer.body)
    assert not carries_mdn(read.envelope, message.body)
    told = received(answer, keys=(party("a"),), certificates=(party("b").certificate,))
    verdict = judge_mdn(told, Sent(message.message_id, message.mic, signed_receipt=answer.signed))
    assert verdict.outcome is MdnOutcome.ACCEPTED
    assert (told.envelope.sender, told.envelope.recipient) == ("B", "A")


def test_the_layers_are_told_from_outside_to_inside_with_what_was_used() -> None:
    message = sent(
        signing=Signing(party("a"), Digest.SHA512, SignatureScheme.RSA_PSS),
        encryption=Encryption((party("b").certificate,), Cipher.AES192_GCM, KeyTransport.RSA_OAEP_SHA384),
        compression=Compression.AFTER_SIGNING,
    )
    outer, middle, inner = received(message).layers
    assert outer == EncryptedLayer(party("b").certificate, Cipher.AES192_GCM, KeyTransport.RSA_OAEP_SHA384)
    assert isinstance(middle, CompressedLayer)
    assert middle.inflated > len(DOCUMENT)
    assert inner == SignedLayer(party("a").certificate, Digest.SHA512, SignatureScheme.RSA_PSS)


def test_each_of_several_recipients_can_read() -> None:
    both = Encryption((party("b").certificate, party("c").certificate), Cipher.AES128_CBC)
    message = sent(encryption=both)
    for name in ("b", "c"):
        read = received(message, keys=(party("a"), party(name)))
        assert read.encryption is not None
        assert read.encryption.certificate is party(name).certificate


@pytest.mark.parametrize("encoding", [TransferEncoding.BINARY, TransferEncoding.BASE64])
def test_the_structures_travel_as_binary_or_base64(encoding: TransferEncoding) -> None:
    message = build(
        [Attachment(DOCUMENT)],
        sender="A",
        recipient="B",
        message_id="<1@a.example>",
        at=AT,
        signing=Signing(party("a"), opaque=True),
        encryption=Encryption((party("b").certificate,)),
        compression=Compression.BEFORE_SIGNING,
        encoding=encoding,
    )
    assert message.body.isascii() == (encoding is TransferEncoding.BASE64)
    assert received(message).parts[0].content == DOCUMENT


@pytest.mark.parametrize("encoding", TransferEncoding)
@pytest.mark.parametrize("signed", [True, False])
def test_documents_travel_in_every_transfer_encoding(encoding: TransferEncoding, signed: bool) -> None:
    message = sent(Attachment(DOCUMENT, encoding=encoding), signing=Signing(party("a")) if signed else None)
    read = received(message, policy=OPEN)
    assert read.parts[0].content == DOCUMENT
    assert read.mic is not None
    assert read.mic.matches(message.mic)


def test_several_documents_keep_their_order_names_and_types() -> None:
    documents = (
        Attachment(b"ISA*00*~", "application/edi-x12", "order.x12"),
        Attachment(b"%PDF-1.7\r\n\x00\xff", "application/pdf", 'Zeichnung "groß" 図面.pdf'),
        Attachment(b"", "text/plain; charset=utf-8", None),
    )
    read = received(sent(*documents, signing=Signing(party("a")), encryption=Encryption((party("b").certificate,))))
    assert [(part.content, part.name) for part in read.parts] == [(item.content, item.name) for item in documents]
    assert [part.media_type for part in read.parts] == ["application/edi-x12", "application/pdf", "text/plain"]
    assert read.parts[2].charset == "utf-8"


def test_the_same_message_is_built_byte_for_byte_the_same() -> None:
    first, second = (sent(signing=Signing(party("a")), compression=Compression.AFTER_SIGNING) for _ in range(2))
    assert (first.headers, first.body) == (second.headers, second.body)


def test_a_boundary_never_stands_in_the_content() -> None:
    signing = Signing(party("a"))
    first = sent(Attachment(b"x"), signing=signing)
    boundary = dict(first.headers)["Content-Type"].split('boundary="')[1].rstrip('"')
    hostile = b"\r\n--" + boundary.encode() + b"--\r\n"
    assert received(sent(Attachment(hostile), signing=signing)).parts[0].content == hostile
