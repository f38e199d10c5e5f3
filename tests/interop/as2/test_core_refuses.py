"""Messages that are wrong: each gets the disposition that says so, signed and readable, and nothing of it is taken."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from gateway.protocols.as2 import (
    AUTHENTICATION_FAILED,
    AUTHENTICATION_FAILED_CONTINUED,
    DECOMPRESSION_FAILED,
    DECRYPTION_FAILED,
    INSUFFICIENT_MESSAGE_SECURITY,
    INTEGRITY_CHECK_FAILED,
    UNEXPECTED_PROCESSING_ERROR,
    Disposition,
    Limits,
    Policy,
    Received,
    read,
    read_envelope,
)
from tests.interop.as2 import openssl
from tests.interop.as2.client import as2_headers
from tests.interop.as2.compressed import compress
from tests.interop.as2.entity import Entity
from tests.interop.as2.identities import Identity
from tests.interop.as2.ours import LONG, OPEN, certificate, now, own_key
from tests.interop.as2.parties import Parties
from tests.interop.as2.receipt import SIGNED_RECEIPT
from tests.interop.as2.recipe import ORDER, Prepared, Recipe, payload, pkcs7, prepare, sealed, signed

ID = "<4711@bigbox.example>"
SECURE = Recipe(sign="sha256", encrypt="aes-128-cbc")
SMALL = Limits(inflated_bytes=1 << 20)


def received(parties: Parties, prepared: Prepared | Entity, *, policy: Policy = OPEN, known: Identity | None = None) -> Received:
    headers = (*as2_headers("BIGBOX", "NORDIC-DC", ID, receipt=SIGNED_RECEIPT), *prepared.headers)
    certificates = [certificate(known or parties.them)]
    keys = [own_key(parties.us)]
    return read(
        read_envelope(headers), prepared.body, keys=keys, certificates=certificates, at=now(), policy=policy, limits=SMALL
    )


def of(parties: Parties, recipe: Recipe, *, signer: Identity | None = None, recipient: Identity | None = None) -> Prepared:
    return prepare(recipe, signer=signer or parties.them, recipient=recipient or parties.us)


def changed(prepared: Prepared, old: bytes, new: bytes) -> Entity:
    assert prepared.body.count(old) == 1
    assert len(old) == len(new)
    return Entity(prepared.headers, prepared.body.replace(old, new))


def flipped(prepared: Prepared, index: int) -> Entity:
    """With one bit of one byte changed."""
    at = index % len(prepared.body)
    return Entity(prepared.headers, prepared.body[:at] + bytes([prepared.body[at] ^ 1]) + prepared.body[at + 1 :])


def shortened(prepared: Prepared, size: int) -> Entity:
    return Entity(prepared.headers, prepared.body[:size])


def signerless(parties: Parties) -> Entity:
    good = of(parties, Recipe(sign="sha256"))
    part = Entity((("Content-Type", "application/pkcs7-signature"),), openssl.signed_by_nobody(parties.them.certificate))
    head, _, tail = good.body.rpartition(b"--=-edge-of-a-part-1\r\n")
    return Entity(good.headers, head + b"--=-edge-of-a-part-1\r\n" + part.wire + b"\r\n" + tail[tail.rindex(b"--=-edge") :])


def twice_signed(parties: Parties) -> Entity:
    """By the partner and by a stranger, in one SignedData."""
    who = [arg for one in (parties.them, parties.stranger) for arg in ("-signer", one.certificate, "-inkey", one.key)]
    der = openssl.run("cms", "-sign", "-binary", "-nodetach", *who, "-outform", "DER", given=payload(ORDER, Recipe()).wire)
    return pkcs7(der, "signed-data", "smime.p7m", "binary")


def bomb(parties: Parties) -> Entity:
    """Two megabytes of nothing, small on the wire, signed and encrypted as it should be."""
    inside = pkcs7(compress(b"\0" * (2 << 20)), "compressed-data", "smime.p7z", "binary")
    return sealed(signed(inside, SECURE, parties.them), SECURE, parties.us)


@dataclass(frozen=True)
class Case:
    """What is wrong, and what the receipt must say."""

    what: str
    make: Callable[[Parties], Prepared | Entity]
    expected: Disposition


CASES = [
    Case(
        "a changed byte of the content",
        lambda p: changed(of(p, Recipe(sign="sha256")), b"PO1*1*5*EA", b"PO1*1*9*EA"),
        INTEGRITY_CHECK_FAILED,
    ),
    Case(
        "a changed byte of what is signed inside",
        lambda p: changed(of(p, Recipe(sign="sha256", detached=False)), b"PO1*1*5*EA", b"PO1*1*9*EA"),
        INTEGRITY_CHECK_FAILED,
    ),
    Case(
        "a changed byte of the signature",
        lambda p: flipped(of(p, Recipe(sign="sha256", detached=False)), -9),
        AUTHENTICATION_FAILED,
    ),
    Case("signed by a stranger", lambda p: of(p, Recipe(sign="sha256"), signer=p.stranger), AUTHENTICATION_FAILED),
    Case("signed with the partner's name and another key", lambda p: of(p, SECURE, signer=p.them_ec), AUTHENTICATION_FAILED),
    Case("signed by nobody", signerless, AUTHENTICATION_FAILED),
    Case("signed by a stranger too", twice_signed, AUTHENTICATION_FAILED),
    Case("encrypted for another", lambda p: of(p, SECURE, recipient=p.stranger), DECRYPTION_FAILED),
    Case(
        "encrypted for another with GCM", lambda p: of(p, Recipe(encrypt="aes-256-gcm"), recipient=p.stranger), DECRYPTION_FAILED
    ),
    Case(
        "a changed byte under GCM", lambda p: flipped(of(p, Recipe(sign="sha256", encrypt="aes-256-gcm")), -60), DECRYPTION_FAILED
    ),
    Case("a changed tag of GCM", lambda p: flipped(of(p, Recipe(encrypt="aes-256-gcm")), -1), DECRYPTION_FAILED),
    Case("the encryption ends early", lambda p: shortened(of(p, SECURE), 900), UNEXPECTED_PROCESSING_ERROR),
    Case("nothing of the encryption is there", lambda p: shortened(of(p, SECURE), 0), UNEXPECTED_PROCESSING_ERROR),
    Case("a multipart without its end", lambda p: shortened(of(p, Recipe(sign="sha256")), 500), UNEXPECTED_PROCESSING_ERROR),
    Case("no zlib stream", lambda p: flipped(of(p, Recipe(compress="after")), -40), DECOMPRESSION_FAILED),
    Case("a compressed layer that grows beyond the limit", bomb, DECOMPRESSION_FAILED),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_a_wrong_message_is_refused_with_its_disposition(parties: Parties, case: Case) -> None:
    found = received(parties, case.make(parties))
    assert found.failure is not None
    assert str(found.disposition) == str(case.expected)
    assert found.parts == ()
    assert found.failure.reason


STRICT = Policy()
WEAK_UNTIL_YESTERDAY = Policy(until={algorithm: now().date().replace(year=2020) for algorithm in OPEN.until})


@pytest.mark.parametrize(
    ("recipe", "policy", "fails"),
    [
        (Recipe(encrypt="aes-128-cbc"), STRICT, True),
        (Recipe(sign="sha256"), STRICT, True),
        (SECURE, STRICT, False),
        (Recipe(sign="sha1", encrypt="aes-128-cbc"), STRICT, True),
        (Recipe(sign="sha256", encrypt="des3"), STRICT, True),
        (Recipe(sign="sha1", encrypt="des3"), WEAK_UNTIL_YESTERDAY, True),
        (Recipe(sign="sha1", encrypt="des3"), Policy(until=OPEN.until), False),
    ],
    ids=["unsigned", "open", "as agreed", "sha1", "3des", "weak until a day that is over", "weak until a day to come"],
)
def test_what_an_agreement_does_not_allow_is_insufficient(parties: Parties, recipe: Recipe, policy: Policy, fails: bool) -> None:
    found = received(parties, of(parties, recipe), policy=policy)
    assert str(found.disposition) == str(INSUFFICIENT_MESSAGE_SECURITY if fails else Disposition())
    assert bool(found.parts) is not fails


@pytest.mark.parametrize(("policy", "taken"), [(OPEN, False), (Policy(expired_until=LONG), True)], ids=["usual", "agreed"])
def test_an_expired_certificate_signs_nothing_unless_that_is_agreed(parties: Parties, policy: Policy, taken: bool) -> None:
    found = received(parties, of(parties, SECURE, signer=parties.them_expired), policy=policy, known=parties.them_expired)
    assert str(found.disposition) == str(Disposition() if taken else AUTHENTICATION_FAILED)
    assert bool(found.parts) is taken


def test_a_refused_signature_is_a_warning_where_the_agreement_goes_on(parties: Parties) -> None:
    prepared = of(parties, SECURE, signer=parties.stranger)
    found = received(parties, prepared, policy=Policy(continue_unauthenticated=True))
    assert str(found.disposition) == str(AUTHENTICATION_FAILED_CONTINUED)
    assert [part.content for part in found.parts] == [ORDER]


def test_failed_decryptions_cannot_be_told_apart(parties: Parties) -> None:
    """A sender who learns why it failed can decrypt with our help (Bleichenbacher, Vaudenay)."""
    good = of(parties, SECURE)
    spoilt: list[Prepared | Entity] = [
        of(parties, SECURE, recipient=parties.stranger),
        *(flipped(good, index) for index in (200, 300, -1, -17)),
    ]
    told = {
        (str(found.disposition), found.failure.reason)
        for found in (received(parties, one) for one in spoilt)
        if found.failure is not None and str(found.disposition) == str(DECRYPTION_FAILED)
    }
    assert len(told) == 1
