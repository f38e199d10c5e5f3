"""Certificates that change: what each is for at a time, and what is said of a new one before it is used."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.protocols.as2 import Certificate, load_certificate
from gateway.protocols.as2.appraisal import Plan, appraise, key_kind, usages
from gateway.protocols.as2.roll_over import standings
from tests.gateway.channels.as2.certificates import NOW, pair

DAY = timedelta(days=1)
OLD = load_certificate(pair("old", days=100).certificate)


def made(*, usage: x509.KeyUsage | None = None, days: int = 365) -> Certificate:
    """A certificate with an EC key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made")])
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(NOW - DAY).not_valid_after(NOW + timedelta(days=days))
    )  # fmt: skip
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    return load_certificate(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def usage(**wanted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
        "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: wanted.get(name, False) for name in names})


def plan(*known: Certificate, days: int = 1, encrypting: bool = True) -> Plan:
    return Plan(known=known, use_from=NOW + days * DAY, minimum_rsa_bits=2048, encrypting=encrypting)


@pytest.mark.parametrize(
    ("days", "told"),
    [(0, ("current", "next")), (15, ("accepted", "current")), (40, ("past", "current")), (500, ("past", "past"))],
)
def test_what_each_is_for_changes_with_the_days(days: int, told: tuple[str, str]) -> None:
    old = load_certificate(pair("old", days=100).certificate, use_until=NOW + 30 * DAY)
    new = load_certificate(pair("new").certificate, use_from=NOW + 10 * DAY)
    assert standings([old, new], NOW + days * DAY, encrypting=True) == told


def test_nobody_can_be_encrypted_for_by_an_elliptic_curve() -> None:
    curved = made()
    assert standings([OLD, curved], NOW, encrypting=True) == ("current", "accepted")
    assert standings([curved], NOW, encrypting=True) == ("current",)


def test_a_good_one_needs_no_word() -> None:
    assert appraise(load_certificate(pair("new").certificate), plan(OLD), NOW) == ()
    assert appraise(load_certificate(pair("new").certificate), plan(), NOW) == ()


@pytest.mark.parametrize(
    ("candidate", "days", "codes"),
    [
        (OLD, 1, ["same"]),
        (load_certificate(pair("gone", days=-1, begun=400).certificate), 1, ["ended"]),
        (load_certificate(pair("soon", days=40).certificate), 1, ["ends-soon"]),
        (load_certificate(pair("soon", days=40).certificate), 50, ["too-late"]),
        (load_certificate(pair("later", begun=-20).certificate), 10, ["too-early"]),
        (load_certificate(pair("new").certificate), 101, ["gap"]),
        (load_certificate(pair("short", bits=1024).certificate), 1, ["short-key"]),
        (made(), 1, ["no-encryption"]),
        (made(usage=usage(digital_signature=True)), 1, ["no-encryption"]),
        (made(usage=usage(key_agreement=True)), 1, ["no-encryption", "purpose"]),
        (made(usage=usage(key_cert_sign=True)), 1, ["no-encryption", "authority"]),
    ],
)
def test_what_would_go_wrong_is_said(candidate: Certificate, days: int, codes: list[str]) -> None:
    concerns = appraise(candidate, plan(OLD, days=days), NOW)
    assert [one.code for one in concerns] == codes
    assert all(one.remedy or one.severity == "info" for one in concerns)


def test_kinds_of_keys_and_purposes_are_told_as_they_are() -> None:
    assert (key_kind(OLD), key_kind(made())) == ("RSA 2048", "EC secp256r1")
    assert (usages(OLD), usages(made(usage=usage(digital_signature=True)))) == (None, ("digital_signature",))
