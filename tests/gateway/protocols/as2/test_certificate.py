"""Certificates: loaded from what partners send, chosen by date, reported before they end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from gateway.protocols.as2 import (
    CannotBuild,
    OwnKey,
    Policy,
    SignatureScheme,
    encryption_certificate,
    expiring,
    load_certificate,
    load_certificates,
    load_own_key,
    signing_key,
    usable,
)
from gateway.protocols.as2.policy import STRONG, WEAK
from tests.gateway.protocols.as2 import der
from tests.gateway.protocols.as2.parties import AT, certificate_pem, key_pem, own_key, party

DAY = timedelta(days=1)


def test_pem_and_der_are_read_alike() -> None:
    pem = certificate_pem("a")
    first = load_certificate(b"some text before\n" + pem)
    assert load_certificate(first.der) == first
    assert first.fingerprint == first.fingerprint.lower()
    assert len(first.fingerprint) == 64
    assert "CN=a" in first.subject


def test_issuer_and_serial_number_are_those_of_the_certificate() -> None:
    certificate = load_certificate(certificate_pem("a", serial=0x80FF))
    issuer, serial = der.walk(der.find(certificate.issuer_serial, 0))
    assert serial == (2, b"\x00\x80\xff")
    assert der.tlv(0x30, issuer[1]) == certificate.parsed.issuer.public_bytes()


def test_a_bundle_holds_several() -> None:
    found = load_certificates(certificate_pem("a") + b"\n" + certificate_pem("c"))
    assert [certificate.subject for certificate in found] == ["C=DK,CN=a", "C=DK,CN=c"]


@pytest.mark.parametrize("data", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_refused_with_a_remedy(data: bytes) -> None:
    with pytest.raises(CannotBuild) as caught:
        load_certificate(data)
    assert caught.value.remedy


def test_a_key_is_loaded_with_its_certificate() -> None:
    pem = certificate_pem("a")
    both = pem + key_pem("a")
    loaded = load_own_key(both, both)
    assert loaded.certificate.subject == "C=DK,CN=a"
    private = load_pem_private_key(key_pem("a"), None)
    as_der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert load_own_key(pem, as_der).certificate == loaded.certificate
    assert "key" not in repr(loaded).replace("key_identifier", "").replace("OwnKey", "")


def test_a_key_of_another_certificate_is_refused() -> None:
    with pytest.raises(CannotBuild, match="does not belong"):
        load_own_key(certificate_pem("a"), key_pem("c"))
    with pytest.raises(CannotBuild, match="not a usable private key"):
        load_own_key(certificate_pem("a"), b"nonsense")
    edwards = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(CannotBuild, match="neither RSA nor EC"):
        load_own_key(certificate_pem("a"), edwards)


def test_our_key_switches_on_its_date() -> None:
    old = own_key("old", key="a", use_until=AT + 10 * DAY)
    new = own_key("new", key="c", use_from=AT + 5 * DAY)
    keys = (old, new)
    assert signing_key(keys, AT) is old
    assert signing_key(keys, AT + 5 * DAY) is new
    assert signing_key(keys, AT + 20 * DAY) is new
    with pytest.raises(CannotBuild, match="no key of ours"):
        signing_key((old,), AT + 10 * DAY)
    with pytest.raises(CannotBuild, match="none is configured"):
        signing_key((), AT)


def test_without_agreed_dates_the_newest_certificate_is_used() -> None:
    old, new = own_key("old", key="a", begins=AT - 300 * DAY), own_key("new", key="c", begins=AT - DAY)
    assert signing_key((old, new), AT) is new
    assert signing_key((new, old), AT - 5 * DAY) is old
    assert usable((old.certificate, new.certificate), AT) == (new.certificate, old.certificate)


def test_we_encrypt_for_the_newest_rsa_certificate_that_is_usable() -> None:
    rsa_key, curve = own_key("r", key="a"), own_key("e", key="ec", begins=AT - DAY)
    future = own_key("f", key="c", begins=AT + DAY)
    assert encryption_certificate([curve.certificate, rsa_key.certificate, future.certificate], AT) is rsa_key.certificate
    with pytest.raises(CannotBuild, match="valid 2026"):
        encryption_certificate([curve.certificate, future.certificate], AT)


@pytest.mark.parametrize(("days", "notice"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0), (-5, 0)])
def test_an_ending_certificate_is_reported_at_its_marks(days: int, notice: int | None) -> None:
    certificate = own_key("e", key="a", ends=AT + days * DAY).certificate
    found = expiring([certificate, party("b").certificate], AT)
    assert [expiry.notice for expiry in found] == ([] if notice is None else [notice])


def test_the_soonest_to_end_is_first() -> None:
    certificates = [own_key("e", key="a", ends=AT + days * DAY).certificate for days in (20, 3, 50)]
    assert [expiry.remaining.days for expiry in expiring(certificates, AT)] == [3, 20, 50]


def test_the_policy_knows_weak_from_strong() -> None:
    policy = Policy()
    assert all(policy.refuses(algorithm, AT) is None for algorithm in STRONG)
    assert all(policy.refuses(algorithm, AT) for algorithm in WEAK)
    assert Policy(until={SignatureScheme.ECDSA: AT.date()}, allowed=frozenset()).refuses(SignatureScheme.ECDSA, AT) is None


def test_the_policy_judges_dates_and_keys() -> None:
    certificate = party("a").certificate
    policy = Policy()
    assert policy.refuses_date(certificate, AT) is None
    assert policy.refuses_key(party("ec").certificate) is None
    assert "1024 bits" in (policy.refuses_key(party("short").certificate) or "")
    assert "not valid before" in (policy.refuses_date(certificate, certificate.not_before - DAY) or "")
    assert "agreed" in (policy.refuses_date(replace(certificate, use_from=AT + DAY), AT) or "")


def test_a_private_key_is_not_shown() -> None:
    key: OwnKey = party("a")
    assert "RSAPrivateKey" not in repr(key)
