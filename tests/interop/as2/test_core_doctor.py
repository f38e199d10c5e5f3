"""What the doctor finds when a peer that is not ours hashes, signs or encrypts otherwise; openssl says what is true."""

from collections.abc import Callable

import pytest

from gateway.protocols.as2 import Attachment, Examination, Signing, TransferEncoding, examine, examine_mic, read_envelope
from tests.interop.as2 import openssl
from tests.interop.as2.client import as2_headers
from tests.interop.as2.entity import Entity, parse
from tests.interop.as2.identities import Identity
from tests.interop.as2.mic import digested
from tests.interop.as2.node_peer import NodePeer
from tests.interop.as2.ours import certificate, message, now, own_key
from tests.interop.as2.parties import Parties
from tests.interop.as2.receipt import SIGNED_RECEIPT
from tests.interop.as2.recipe import ORDER, Prepared, Recipe, prepare

SECURE = Recipe(sign="sha256", encrypt="aes-128-cbc")


def fingerprint(identity: Identity) -> str:
    """As openssl says it, written as ours are."""
    told = openssl.run("x509", "-in", identity.certificate, "-noout", "-fingerprint", "-sha256").decode()
    return told.partition("=")[2].strip().replace(":", "").lower()


def examined(parties: Parties, prepared: Prepared | Entity, *, others: tuple[Identity, ...] = ()) -> dict[str, Examination]:
    """The examinations of a message that came, by their subject."""
    headers = (*as2_headers("BIGBOX", "NORDIC-DC", "<1@bigbox.example>", receipt=SIGNED_RECEIPT), *prepared.headers)
    found = examine(
        read_envelope(headers),
        prepared.body,
        keys=[own_key(parties.us)],
        certificates=[certificate(parties.them)],
        at=now(),
        others=[certificate(other) for other in others],
    )
    return {examination.subject: examination for examination in found}


MICS: dict[str, Callable[[bytes], bytes]] = {
    "as received": lambda hashed: hashed,
    "line ends LF": lambda hashed: hashed.replace(b"\r\n", b"\n"),
    "content without headers": lambda hashed: parse(hashed).body,
    "content decoded": lambda hashed: parse(hashed).decoded,
    "one more line end": lambda hashed: hashed + b"\r\n",
}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize("what", MICS)
def test_the_doctor_finds_what_a_partner_hashed(parties: Parties, what: str, algorithm: str) -> None:
    document = Attachment(ORDER, "application/edi-x12", "orders.x12", TransferEncoding.BASE64)
    sent = message(document, message_id="<1@nordic.example>", signing=Signing(own_key(parties.us)))
    mic = digested(MICS[what](sent.hashed), algorithm)
    examination = examine_mic(sent.hashed, f"{mic.digest}, {mic.algorithm}")
    assert any(what in trial.what and algorithm in trial.what for trial in examination.matching)
    assert what in examination.advice or what == "as received"


def test_the_doctor_finds_an_algorithm_that_is_stated_wrongly(parties: Parties) -> None:
    sent = message(Attachment(ORDER), message_id="<1@nordic.example>", signing=Signing(own_key(parties.us)))
    examination = examine_mic(sent.hashed, f"{digested(sent.hashed, 'sha256').digest}, sha1")
    assert examination.matching
    assert "sha1" in examination.advice


def test_the_doctor_finds_no_reason_where_there_is_none_to_find(parties: Parties) -> None:
    mic = digested(b"something else", "sha256")
    sent = message(Attachment(ORDER), message_id="<1@nordic.example>", signing=Signing(own_key(parties.us)))
    assert examine_mic(sent.hashed, f"{mic.digest}, sha256").matching == ()


def test_the_doctor_names_whose_signature_it_is(parties: Parties) -> None:
    prepared = prepare(SECURE, signer=parties.stranger, recipient=parties.us)
    unknown = examined(parties, prepared)["signature"]
    assert fingerprint(parties.stranger) in unknown.advice
    known = examined(parties, prepared, others=(parties.stranger,))["signature"]
    assert any("another partner" in trial.what and fingerprint(parties.stranger) in trial.found for trial in known.matching)
    assert any(fingerprint(parties.them) in value for _, value in known.facts)


def test_the_doctor_says_for_whom_it_is_encrypted(parties: Parties) -> None:
    examination = examined(parties, prepare(SECURE, signer=parties.them, recipient=parties.us_before))["encryption"]
    assert examination.matching == ()
    serial = openssl.run("x509", "-in", parties.us_before.certificate, "-noout", "-serial").decode().partition("=")[2].strip()
    assert any(serial.lower().lstrip("0") in value for name, value in examination.facts if name == "encrypted for")
    assert any(fingerprint(parties.us) in value for name, value in examination.facts if name == "key of ours")


def test_the_doctor_finds_changed_line_ends(parties: Parties) -> None:
    prepared = prepare(Recipe(sign="sha256"), signer=parties.them, recipient=parties.us)
    changed = Entity(prepared.headers, prepared.body.replace(ORDER, ORDER.replace(b"\r\n", b"\n")))
    examination = examined(parties, changed)["signature"]
    assert any("line ends CRLF" in trial.what for trial in examination.matching)


def test_the_doctor_finds_what_libas2_signs(parties: Parties, libas2: NodePeer) -> None:
    """Its receipts are signed without the line end that closes them."""
    sent = message(Attachment(ORDER), message_id="<1@nordic.example>")
    wire = Entity(sent.headers, sent.body).wire
    receipt = parse(libas2.open(wire, host=parties.them, partner=parties.us, receiptSigned="sha-256")["receipt"])
    examination = examined(parties, Entity(receipt.headers, receipt.body))["signature"]
    assert any("without the line end at the end" in trial.what for trial in examination.matching)
