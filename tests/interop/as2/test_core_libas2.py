"""Our core and libas2, both ways, with receipts. libas2's peculiarities are part of the field and must be taken."""

import base64
from typing import Any

import pytest

from gateway.protocols.as2 import (
    Attachment,
    Cipher,
    Digest,
    Encryption,
    KeyTransport,
    MdnOutcome,
    ReceiptRequest,
    Sent,
    SignatureScheme,
    Signing,
    TransferEncoding,
    Verdict,
    judge_mdn,
)
from tests.interop.as2.entity import Entity, parse
from tests.interop.as2.node_peer import NodePeer, Refused
from tests.interop.as2.ours import certificate, message, own_key, reading, receipt_for
from tests.interop.as2.parties import Parties
from tests.interop.as2.recipe import ORDER

ID = "<7.7@bigbox.example>"
SIGNED: tuple[str | None, ...] = (None, "sha-1", "sha-256", "sha-384", "sha-512")
CIPHERS = {
    "des-EDE3-CBC": Cipher.TRIPLE_DES_CBC,
    "aes128-CBC": Cipher.AES128_CBC,
    "aes192-CBC": Cipher.AES192_CBC,
    "aes256-CBC": Cipher.AES256_CBC,
}


def mic_text(value: bytes) -> str:
    return base64.b64encode(value).decode()


@pytest.mark.parametrize("receipt", ["sha-1", "sha-256", "sha-384", "sha-512", None], ids=lambda name: f"receipt-{name}")
@pytest.mark.parametrize("encrypt", [None, *CIPHERS], ids=str)
@pytest.mark.parametrize("sign", SIGNED, ids=str)
def test_what_libas2_sends_is_read_and_libas2_reads_the_receipt(
    parties: Parties, libas2: NodePeer, sign: str | None, encrypt: str | None, receipt: str | None
) -> None:
    terms: dict[str, Any] = {"sign": sign, "encrypt": encrypt, "receipt": {"signing": receipt or False}}
    sent = parse(libas2.build(ORDER, host=parties.them, partner=parties.us, message_id=ID, **terms))
    found = reading(sent.headers, sent.body, key=parties.us, known=parties.them)
    assert found.failure is None
    assert [(part.content, part.name) for part in found.parts] == [(ORDER, "orders.x12")]
    if found.encryption:
        assert (found.encryption.cipher, found.encryption.transport) == (CIPHERS[encrypt or ""], KeyTransport.RSA_OAEP_SHA512)
    told = receipt_for(found, parties.us)
    assert told.signed
    read_by_them = libas2.read(Entity(told.headers, told.body).wire, signer=parties.us)
    assert found.mic is not None
    assert (read_by_them["originalMessageId"], read_by_them["processed"]) == (ID, True)
    assert read_by_them["mic"]["mic"] == mic_text(found.mic.value)


@pytest.mark.parametrize("encrypt", ["aes128-GCM", "aes192-GCM", "aes256-GCM"])
def test_gcm_in_enveloped_data_is_refused_by_name(parties: Parties, libas2: NodePeer, encrypt: str) -> None:
    """RFC 5084 wants AuthEnvelopedData, where the tag has its place; libas2 hangs the tag on to EnvelopedData. Nobody else writes
    or reads that: it is refused in words that name it.
    """
    sent = parse(libas2.build(ORDER, host=parties.them, partner=parties.us, message_id=ID, sign="sha-256", encrypt=encrypt))
    found = reading(sent.headers, sent.body, key=parties.us, known=parties.them)
    assert found.failure is not None
    assert (found.disposition.verdict, found.parts) == (Verdict.REJECTED, ())
    assert "GCM" in found.failure.reason


@pytest.mark.parametrize("transport", KeyTransport, ids=str)
@pytest.mark.parametrize("encrypt", [None, *CIPHERS.values()], ids=str)
@pytest.mark.parametrize("digest", [None, *Digest], ids=str)
def test_libas2_opens_what_we_send_and_its_receipt_is_accepted(
    parties: Parties, libas2: NodePeer, digest: Digest | None, encrypt: Cipher | None, transport: KeyTransport
) -> None:
    if encrypt is None and transport is not KeyTransport.RSA_PKCS1:
        return
    sent = message(
        Attachment(ORDER, "application/edi-x12", "orders.x12", TransferEncoding.BASE64),
        message_id="<1@nordic.example>",
        signing=Signing(own_key(parties.us), digest) if digest else None,
        encryption=Encryption((certificate(parties.them),), encrypt, transport) if encrypt else None,
        receipt=ReceiptRequest("edi@nordic.example", protocol="pkcs7-signature", micalgs=("sha-256",)),
        encoding=TransferEncoding.BASE64,
    )
    terms = {"decrypt": bool(encrypt), "verify": bool(digest), "receiptSigned": "sha-256"}
    opened = libas2.open(Entity(sent.headers, sent.body).wire, host=parties.them, partner=parties.us, **terms)
    assert (opened["content"], opened["notification"]["processed"]) == (ORDER, True)
    receipt = parse(opened["receipt"])
    found = reading(receipt.headers, receipt.body, key=parties.us, known=parties.them)
    verdict = judge_mdn(found, Sent(sent.message_id, sent.mic, signed_receipt=True, hashed=sent.hashed))
    # libas2 quotes a MIC only where it verified a signature.
    assert verdict.outcome is (MdnOutcome.ACCEPTED if digest else MdnOutcome.MIC_MISSING), verdict.reason


def test_libas2_verifies_our_ecdsa(parties: Parties, libas2: NodePeer) -> None:
    sent = message(
        Attachment(ORDER, "application/edi-x12", encoding=TransferEncoding.BASE64),
        message_id="<1@nordic.example>",
        signing=Signing(own_key(parties.us_ec), scheme=SignatureScheme.ECDSA),
        encoding=TransferEncoding.BASE64,
    )
    opened = libas2.open(Entity(sent.headers, sent.body).wire, host=parties.them, partner=parties.us_ec, verify=True)
    assert opened["content"] == ORDER


def test_libas2_refuses_our_receipt_when_it_is_changed(parties: Parties, libas2: NodePeer) -> None:
    terms: dict[str, Any] = {"sign": "sha-256", "receipt": {"signing": "sha-256"}}
    sent = parse(libas2.build(ORDER, host=parties.them, partner=parties.us, message_id=ID, **terms))
    found = reading(sent.headers, sent.body, key=parties.us, known=parties.them)
    told = receipt_for(found, parties.us)
    wire = Entity(told.headers, told.body).wire
    assert libas2.read(wire, signer=parties.us)["processed"] is True
    with pytest.raises(Refused):
        libas2.read(wire.replace(b"7.7@bigbox", b"7.8@bigbox"), signer=parties.us)


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
@pytest.mark.parametrize("what", ["encrypted for another", "signed by another"])
def test_what_libas2_says_of_a_failure_is_a_rejection(parties: Parties, libas2: NodePeer, what: str, signed: bool) -> None:
    recipient, signer = (parties.stranger, parties.us) if what == "encrypted for another" else (parties.them, parties.stranger)
    sent = message(
        Attachment(ORDER, "application/edi-x12", "orders.x12"),
        message_id="<1@nordic.example>",
        signing=Signing(own_key(signer)),
        encryption=Encryption((certificate(recipient),), Cipher.AES128_CBC, KeyTransport.RSA_OAEP_SHA256),
        encoding=TransferEncoding.BASE64,
    )
    terms = {"decrypt": True, "verify": True, **({"receiptSigned": "sha-256"} if signed else {})}
    opened = libas2.open(Entity(sent.headers, sent.body).wire, host=parties.them, partner=parties.us, **terms)
    receipt = parse(opened["receipt"])
    found = reading(receipt.headers, receipt.body, key=parties.us, known=parties.them)
    verdict = judge_mdn(found, Sent(sent.message_id, sent.mic, signed_receipt=signed, hashed=sent.hashed))
    assert verdict.outcome is MdnOutcome.REJECTED, verdict.reason
