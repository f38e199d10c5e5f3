"""What partners' software does otherwise than most, as far as openssl can be told to do it too."""

from pathlib import Path

import pytest

from gateway.protocols.as2 import (
    AUTHENTICATION_FAILED,
    DECRYPTION_FAILED,
    INSUFFICIENT_MESSAGE_SECURITY,
    Attachment,
    KeyTransport,
    MdnOutcome,
    Received,
    Sent,
    Signing,
    judge_mdn,
)
from tests.interop.as2 import openssl
from tests.interop.as2.client import as2_headers
from tests.interop.as2.entity import Entity, encoded, multipart
from tests.interop.as2.identities import Identity, make_identity
from tests.interop.as2.mic import digested
from tests.interop.as2.ours import message, own_key, reading
from tests.interop.as2.parties import Parties
from tests.interop.as2.receipt import PROCESSED, SIGNED_RECEIPT, sign_report, write_report
from tests.interop.as2.recipe import ORDER, Recipe, payload, pkcs7

DOCUMENT = payload(ORDER, Recipe())


def taken(parties: Parties, entity: Entity, *, key: Identity | None = None, known: Identity | None = None) -> Received:
    headers = (*as2_headers("BIGBOX", "NORDIC-DC", "<1@bigbox.example>", receipt=SIGNED_RECEIPT), *entity.headers)
    return reading(headers, entity.body, key=key or parties.us, known=known or parties.them)


def signed_with(signer: Identity, *options: str | Path, digest: str = "sha256") -> Entity:
    """The document in SignedData, made with these options of `openssl cms -sign`."""
    keys = ("-signer", signer.certificate, "-inkey", signer.key, "-md", digest)
    der = openssl.run("cms", "-sign", "-binary", "-nodetach", *keys, *options, "-outform", "DER", given=DOCUMENT.wire)
    return pkcs7(der, "signed-data", "smime.p7m", "binary")


def beside(signer: Identity, *options: str | Path) -> Entity:
    """The same with the signature beside the document."""
    keys = ("-signer", signer.certificate, "-inkey", signer.key, "-md", "sha256")
    der = openssl.run("cms", "-sign", "-binary", *keys, *options, "-outform", "DER", given=DOCUMENT.wire)
    part = encoded((("Content-Type", "application/pkcs7-signature"),), der, "base64")
    protocol = '"application/pkcs7-signature"'
    return multipart("multipart/signed", "=-edge", DOCUMENT.wire, part.wire, protocol=protocol, micalg="sha-256")


def sealed_with(*options: str | Path) -> Entity:
    """The document in EnvelopedData, made with these options of `openssl cms -encrypt`."""
    der = openssl.run("cms", "-encrypt", "-binary", *options, "-outform", "DER", given=DOCUMENT.wire)
    return pkcs7(der, "enveloped-data", "smime.p7m", "binary")


@pytest.mark.parametrize(
    "options", [["-keyid"], ["-noattr"], ["-nocerts"], ["-cades"], ["-nosmimecap"], ["-keyid", "-nocerts"]], ids=str
)
def test_signatures_are_read_whatever_is_in_them(parties: Parties, options: list[str]) -> None:
    for entity in (signed_with(parties.them, *options), beside(parties.them, *options)):
        found = taken(parties, entity)
        assert found.failure is None
        assert found.signature is not None
        assert [part.content for part in found.parts] == [ORDER]
        assert found.mic is not None
        assert found.mic.matches(type(found.mic)(found.signature.digest.of(DOCUMENT.wire), found.signature.digest))


@pytest.mark.parametrize(("kind", "digest"), [("ec-384", "sha384"), ("ec-521", "sha512"), ("rsa-3072", "sha384")])
def test_other_keys_sign(parties: Parties, tmp_path: Path, kind: str, digest: str) -> None:
    signer = make_identity(tmp_path, "BIGBOX", kind=kind)
    found = taken(parties, signed_with(signer, digest=digest), known=signer)
    assert (found.failure, [part.content for part in found.parts]) == (None, [ORDER])


def test_a_certificate_of_an_authority_is_pinned_like_any_other(parties: Parties, tmp_path: Path) -> None:
    authority = make_identity(tmp_path, "AUTHORITY")
    signer = make_identity(tmp_path, "BIGBOX", issuer=authority)
    found = taken(parties, signed_with(signer, "-certfile", authority.certificate), known=signer)
    assert found.failure is None
    cousin = make_identity(tmp_path, "BIGBOX", file="cousin", issuer=authority)
    refused = taken(parties, signed_with(cousin, "-certfile", authority.certificate), known=signer)
    assert str(refused.disposition) == str(AUTHENTICATION_FAILED)
    above = taken(parties, signed_with(cousin, "-certfile", authority.certificate), known=authority)
    assert str(above.disposition) == str(AUTHENTICATION_FAILED)


def test_a_certificate_renewed_for_the_same_key_is_the_same_partner(parties: Parties, tmp_path: Path) -> None:
    renewed = make_identity(tmp_path, "BIGBOX", same_key=parties.them)
    found = taken(parties, signed_with(parties.them), known=renewed)
    assert (found.failure, [part.content for part in found.parts]) == (None, [ORDER])


def test_a_name_and_number_like_the_partners_prove_nothing(parties: Parties) -> None:
    """Issuer and serial number can be chosen by anybody; the key cannot."""
    impostor = Identity("BIGBOX", parties.stranger.key, parties.them.certificate)
    with pytest.raises(openssl.Refused):
        signed_with(impostor)
    good = signed_with(parties.them)
    swapped = Entity(good.headers, signed_with(parties.stranger).body)
    assert str(taken(parties, swapped).disposition) == str(AUTHENTICATION_FAILED)


def test_a_short_key_is_insufficient(parties: Parties, tmp_path: Path) -> None:
    signer = make_identity(tmp_path, "BIGBOX", kind="rsa-1024")
    assert str(taken(parties, signed_with(signer), known=signer).disposition) == str(INSUFFICIENT_MESSAGE_SECURITY)


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha384", "sha512"])
def test_oaep_is_decrypted_with_every_digest(parties: Parties, digest: str) -> None:
    oaep = ("-keyopt", "rsa_padding_mode:oaep", "-keyopt", f"rsa_oaep_md:{digest}")
    found = taken(parties, sealed_with("-aes-128-cbc", "-recip", parties.us.certificate, *oaep))
    assert (found.failure, [part.content for part in found.parts]) == (None, [ORDER])
    assert found.encryption is not None
    assert found.encryption.transport is KeyTransport(f"rsa-oaep-{digest}")


def test_oaep_with_another_digest_for_the_mask_is_decrypted(parties: Parties) -> None:
    """Java's default: SHA-256 for the label, SHA-1 for the mask."""
    oaep = ("-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256", "-keyopt", "rsa_mgf1_md:sha1")
    found = taken(parties, sealed_with("-aes-128-cbc", "-recip", parties.us.certificate, *oaep))
    assert (found.failure, [part.content for part in found.parts]) == (None, [ORDER])


@pytest.mark.parametrize("cipher", ["-aes-192-gcm", "-aes-256-cbc"])
def test_recipients_are_found_by_key_identifier_and_among_others(parties: Parties, cipher: str) -> None:
    several = ("-recip", parties.stranger.certificate, "-recip", parties.us.certificate, "-recip", parties.them.certificate)
    for options in (("-keyid", "-recip", parties.us.certificate), several, ("-keyid", *several)):
        found = taken(parties, sealed_with(cipher, *options))
        assert (found.failure, [part.content for part in found.parts]) == (None, [ORDER])


def test_ways_to_transport_a_key_that_we_do_not_know_fail_as_any_decryption(parties: Parties) -> None:
    agreement = sealed_with("-aes-128-cbc", "-recip", parties.us_ec.certificate)
    password = sealed_with("-aes-128-cbc", "-pwri_password", "secret")
    for entity in (agreement, password):
        found = taken(parties, entity)
        assert (str(found.disposition), found.parts) == (str(DECRYPTION_FAILED), ())


def test_an_unknown_cipher_is_refused_by_name(parties: Parties) -> None:
    found = taken(parties, sealed_with("-camellia-128-cbc", "-recip", parties.us.certificate))
    assert found.failure is not None
    assert found.parts == ()
    assert found.failure.reason


# ------------------------------------------------------------------------------------------------ receipts


@pytest.mark.parametrize("detached", [True, False], ids=["beside", "inside"])
@pytest.mark.parametrize("change", ["none", "base64", "lower case", "no text", "line feeds", "folded"])
def test_receipts_are_read_however_they_are_written(parties: Parties, change: str, detached: bool) -> None:
    sent = message(
        Attachment(ORDER, "application/edi-x12"), message_id="<1@nordic.example>", signing=Signing(own_key(parties.us))
    )
    report = rewritten(write_report(sent.message_id, "BIGBOX", digested(sent.hashed, "sha256")), change)
    entity = sign_report(report, parties.them, detached=detached)
    found = reading(entity.headers, entity.body, key=parties.us, known=parties.them)
    verdict = judge_mdn(found, Sent(sent.message_id, sent.mic, signed_receipt=True, hashed=sent.hashed))
    assert verdict.outcome is MdnOutcome.ACCEPTED, verdict.reason


def rewritten(report: Entity, change: str) -> Entity:
    """The report as other software writes it."""
    head, _, fields = report.body.partition(b"Content-Type: message/disposition-notification\r\n\r\n")
    kind = b"Content-Type: message/disposition-notification\r\n"
    notification, edge, tail = fields.partition(b"\r\n--=-edge-of-a-report--")
    match change:
        case "base64":
            inside = encoded((), notification, "base64")
            body = head + kind + inside.wire + edge + tail
        case "lower case":
            body = head + kind + b"\r\n" + notification.replace(b"Received-content-MIC", b"received-content-mic") + edge + tail
        case "no text":
            body = head.replace(b"The message was received.\r\n", b"") + kind + b"\r\n" + notification + edge + tail
        case "line feeds":
            body = head + kind + b"\r\n" + notification.replace(b"\r\n", b"\n") + edge + tail
        case "folded":
            folded = notification.replace(PROCESSED.encode(), PROCESSED.replace("; ", ";\r\n ").encode())
            body = head + kind + b"\r\n" + folded + edge + tail
        case _:
            body = report.body
    return Entity(report.headers, body)
