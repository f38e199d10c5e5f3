"""Our core reads what openssl made, row by row, and openssl verifies the receipt our core writes."""

import base64

import pytest

from gateway.protocols.as2 import (
    CompressedLayer,
    EncryptedLayer,
    Received,
    SignedLayer,
    carries_mdn,
    read,
    read_envelope,
)
from tests.interop.as2 import openssl
from tests.interop.as2.client import as2_headers
from tests.interop.as2.entity import Entity, Headers, parse, parts
from tests.interop.as2.matrix import ROWS, short
from tests.interop.as2.mic import Mic
from tests.interop.as2.ours import CIPHERS, OPEN, SCHEMES, TRANSPORTS, certificate, now, own_key, reading, receipt_for
from tests.interop.as2.parties import Parties
from tests.interop.as2.receipt import SIGNED_RECEIPT, Receipt, read_receipt
from tests.interop.as2.recipe import FILE_NAME, ORDER, Prepared, Recipe, prepare

ID = "<4711.0815@bigbox.example>"


def fields_of(prepared: Prepared, *, receipt: str = SIGNED_RECEIPT) -> Headers:
    return (*as2_headers("BIGBOX", "NORDIC-DC", ID, receipt=receipt), *prepared.headers)


def received(parties: Parties, prepared: Prepared, *, scheme: str = "pkcs1", receipt: str = SIGNED_RECEIPT) -> Received:
    """What our core makes of a message."""
    headers = fields_of(prepared, receipt=receipt)
    return reading(headers, prepared.body, key=parties.us, known=parties.signer(scheme))


def answered(parties: Parties, found: Received) -> Receipt:
    """The receipt of our core, verified and read by openssl and the test's own code."""
    mdn = receipt_for(found, parties.us)
    told = dict(mdn.headers)
    assert (told["AS2-From"], told["AS2-To"], told["Message-ID"]) == ("NORDIC-DC", "BIGBOX", mdn.message_id)
    assert carries_mdn(read_envelope(mdn.headers), mdn.body)
    return read_receipt(mdn.headers, mdn.body, parties.us)


def judged(found: Received) -> Mic | None:
    return Mic(base64.b64encode(found.mic.value).decode(), found.mic.algorithm.value) if found.mic else None


@pytest.mark.parametrize("recipe", ROWS, ids=short)
def test_a_row_is_read_and_its_signed_receipt_holds(parties: Parties, recipe: Recipe) -> None:
    prepared = prepare(recipe, signer=parties.signer(recipe.scheme), recipient=parties.us)
    found = received(parties, prepared, scheme=recipe.scheme)
    assert found.failure is None
    assert [(part.content, part.media_type, part.name) for part in found.parts] == [(ORDER, "application/edi-x12", FILE_NAME)]
    assert judged(found) == prepared.mic()
    expected = {
        *([SignedLayer] if recipe.sign else []),
        *([EncryptedLayer] if recipe.encrypt else []),
        *([CompressedLayer] if recipe.compress else []),
    }
    assert {type(layer) for layer in found.layers} == expected
    if found.signature:
        told = (found.signature.digest.value, found.signature.scheme, found.signature.opaque)
        assert told == (recipe.sign, SCHEMES[recipe.scheme], not recipe.detached)
    if found.encryption:
        assert (found.encryption.cipher, found.encryption.transport) == (
            CIPHERS[recipe.encrypt or ""],
            TRANSPORTS[recipe.transport],
        )
    receipt = answered(parties, found)
    assert (receipt.signed, receipt.disposition, receipt.get("Original-Message-ID")) == (True, "processed", ID)
    assert (receipt.mic, receipt.get("Final-Recipient")) == (prepared.mic(), "rfc822; NORDIC-DC")


WRITTEN = [
    Recipe(sign="sha256", detached=detached, encrypt=cipher, compress=compress, encoding=encoding, streamed=streamed)
    for detached, cipher, compress, encoding, streamed in [
        (True, "aes-256-cbc", None, "base64", False),
        (True, None, "after", "base64", True),
        (True, "aes-128-gcm", "before", "quoted-printable", False),
        (True, None, None, "quoted-printable", False),
        (False, "aes-256-gcm", "after", "base64", True),
        (False, "des3", "before", "binary", True),
        (False, None, None, "base64", True),
        (True, "aes-256-cbc", None, "binary", True),
    ]
]


@pytest.mark.parametrize("recipe", WRITTEN, ids=str)
@pytest.mark.parametrize(
    "content", [ORDER, ORDER.replace(b"\r\n", b"\n"), bytes(range(256)) * 9, b""], ids=["crlf", "lf", "any", "empty"]
)
def test_transfer_encodings_streaming_and_any_bytes_are_read(parties: Parties, recipe: Recipe, content: bytes) -> None:
    prepared = prepare(recipe, signer=parties.them, recipient=parties.us, content=content)
    found = received(parties, prepared)
    assert found.failure is None
    assert (found.parts[0].content, judged(found)) == (content, prepared.mic())


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("encrypt", [None, "aes-128-cbc"])
def test_the_receipt_of_an_unsigned_message_uses_the_digest_that_was_asked_for(
    parties: Parties, digest: str, encrypt: str | None
) -> None:
    prepared = prepare(Recipe(encrypt=encrypt), signer=parties.them, recipient=parties.us)
    asked = f"signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, md5, {digest}"
    found = received(parties, prepared, receipt=asked)
    receipt = answered(parties, found)
    assert (receipt.mic, receipt.digest) == (prepared.mic(digest), digest)


def test_an_unsigned_receipt_is_given_where_no_signature_is_asked_for(parties: Parties) -> None:
    prepared = prepare(Recipe(sign="sha256"), signer=parties.them, recipient=parties.us)
    found = received(parties, prepared, receipt="")
    receipt = answered(parties, found)
    assert (receipt.signed, receipt.disposition, receipt.mic) == (False, "processed", prepared.mic())


@pytest.mark.parametrize("line_ends", ["-crlfeol", "-nosmimecap"], ids=["crlf", "lf"])
def test_what_openssl_itself_formats_is_read(parties: Parties, line_ends: str) -> None:
    """With `-crlfeol` its base64 still has bare line feeds; without, all lines have, though CRLF was signed."""
    entity = Entity((("Content-Type", "application/edi-x12"),), ORDER)
    keys = ("-signer", parties.them.certificate, "-inkey", parties.them.key)
    wire = openssl.run("cms", "-sign", "-md", "sha256", *keys, line_ends, given=entity.wire)
    head, _, body = wire.partition(b"\r\n\r\n" if line_ends == "-crlfeol" else b"\n\n")
    headers = parse(head.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n\r\n").headers
    found = received(parties, Prepared(headers, body, entity.wire, "sha256"))
    assert found.failure is None
    assert found.parts[0].content.replace(b"\r\n", b"\n") == ORDER.replace(b"\r\n", b"\n")
    assert judged(found) == Prepared(headers, body, entity.wire, "sha256").mic()


def test_a_message_for_our_last_key_is_read_during_a_roll_over(parties: Parties) -> None:
    prepared = prepare(Recipe(sign="sha256", encrypt="aes-128-cbc"), signer=parties.them, recipient=parties.us_before)
    keys = [own_key(parties.us), own_key(parties.us_before)]
    known = [certificate(parties.them_ec), certificate(parties.them)]
    found = read(read_envelope(fields_of(prepared)), prepared.body, keys=keys, certificates=known, at=now(), policy=OPEN)
    assert found.failure is None
    assert found.encryption is not None
    assert found.encryption.certificate.fingerprint == keys[1].certificate.fingerprint
    assert found.signature is not None
    assert found.signature.certificate.fingerprint == known[1].fingerprint


def test_several_attachments_are_read(parties: Parties) -> None:
    first = Entity((("Content-Type", "application/edi-x12"), ("Content-Disposition", 'attachment; filename="a.x12"')), ORDER)
    second = Entity((("Content-Type", "application/pdf"), ("Content-Disposition", 'attachment; filename="b.pdf"')), b"%PDF\n\xff")
    boundary = "=-several"
    body = (
        b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part.wire) for part in (first, second))
        + b"--%s--\r\n" % boundary.encode()
    )
    several = Entity((("Content-Type", f'multipart/mixed; boundary="{boundary}"'),), body)
    assert parts(several) == (first.wire, second.wire)
    enveloped = openssl.encrypt(several.wire, parties.us, cipher="aes-256-cbc")
    headers = (("Content-Type", "application/pkcs7-mime; smime-type=enveloped-data"),)
    found = received(parties, Prepared(headers, enveloped, several.wire, None))
    assert [(part.name, part.content) for part in found.parts] == [("a.x12", ORDER), ("b.pdf", b"%PDF\n\xff")]


@pytest.mark.parametrize("recipe", [Recipe(sign="sha256"), Recipe(encrypt="aes-128-cbc"), Recipe()], ids=str)
def test_openssl_takes_our_receipt_apart_by_itself(parties: Parties, recipe: Recipe) -> None:
    prepared = prepare(recipe, signer=parties.them, recipient=parties.us)
    mdn = receipt_for(received(parties, prepared), parties.us)
    report = parse(openssl.verify_whole(Entity(mdn.headers, mdn.body).wire, parties.us))
    assert report.kind == "multipart/report"
    assert prepared.mic().digest.encode() in parts(report)[1]


@pytest.mark.parametrize("recipe", [Recipe(sign="sha256", encrypt="aes-256-cbc", compress="after", streamed=True)], ids=str)
def test_megabytes_in_pieces_are_read(parties: Parties, recipe: Recipe) -> None:
    content = b"".join(b"LIN+%d++4000862141404:EN'\n" % number for number in range(120_000))
    prepared = prepare(recipe, signer=parties.them, recipient=parties.us, content=content)
    found = received(parties, prepared)
    assert found.failure is None
    assert (found.parts[0].content == content, judged(found)) == (True, prepared.mic())
