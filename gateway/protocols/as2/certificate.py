"""Certificates and keys of partners and of our own: loaded once, chosen by date (RFC 4130 clause 7.6; the 2026 draft)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.protocols.as2 import ber
from gateway.protocols.as2.errors import CannotBuild

PublicKey = RSAPublicKey | EllipticCurvePublicKey
PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey

EXPIRY_NOTICES = (60, 30, 7)
"""Days before the end at which an expiring certificate is reported."""

_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A pinned certificate: self-signed or issued by anyone, it is trusted because it was agreed.

    `use_from` and `use_until` are what was agreed with the partner, for a dated switch; the certificate's own validity holds as
    well. `issuer_serial` is the DER of IssuerAndSerialNumber, by which CMS names it; `key_identifier` its subject key identifier.
    `rsa` is the key if it is one of RSA: asked of the library's classes again and again, that is slow.
    """

    parsed: x509.Certificate = field(repr=False, compare=False)
    key: PublicKey = field(repr=False, compare=False)
    rsa: RSAPublicKey | None = field(repr=False, compare=False)
    fingerprint: str
    der: bytes = field(repr=False)
    issuer_serial: bytes = field(repr=False)
    key_identifier: bytes | None = field(repr=False)
    not_before: datetime
    not_after: datetime
    use_from: datetime | None = None
    use_until: datetime | None = None

    @property
    def subject(self) -> str:
        """The subject as RFC 4514 writes it, for people."""
        return self.parsed.subject.rfc4514_string()

    def valid_at(self, at: datetime) -> bool:
        """Whether its own validity covers that time."""
        return self.not_before <= at <= self.not_after

    def in_use_at(self, at: datetime) -> bool:
        """Whether the agreed window covers that time."""
        return (self.use_from is None or self.use_from <= at) and (self.use_until is None or at < self.use_until)

    def usable_at(self, at: datetime) -> bool:
        """Whether both cover that time."""
        return self.valid_at(at) and self.in_use_at(at)


@dataclass(frozen=True, slots=True)
class OwnKey:
    """One of our own key pairs, with its certificate.

    `rejection` is a secret of this process from which a stand-in is made for a content key that cannot be unwrapped, so that such
    a message fails like any other (RFC 3218 clause 2.3.2). `rsa` is the key if it is one of RSA.
    """

    certificate: Certificate
    key: PrivateKey = field(repr=False, compare=False)
    rejection: bytes = field(default_factory=lambda: AESGCM.generate_key(256), repr=False, compare=False)
    rsa: RSAPrivateKey | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rsa", self.key if isinstance(self.key, RSAPrivateKey) else None)


@dataclass(frozen=True, slots=True)
class Expiry:
    """A certificate that ends soon. `notice` is the mark it has passed (60, 30 or 7 days; 0 when it has ended)."""

    certificate: Certificate
    remaining: timedelta
    notice: int


def load_certificate(data: bytes, *, use_from: datetime | None = None, use_until: datetime | None = None) -> Certificate:
    """The first certificate of a PEM or DER file. `CannotBuild` says what is wrong with it."""
    try:
        parsed = x509.load_pem_x509_certificate(data) if b"-----BEGIN" in data else x509.load_der_x509_certificate(data)
        key = parsed.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CannotBuild(f"not a usable certificate: {error}", remedy="export it as PEM or DER (X.509)") from error
    if not isinstance(key, RSAPublicKey | EllipticCurvePublicKey):
        raise CannotBuild("the certificate's key is neither RSA nor EC", remedy="AS2 uses RSA (2048 bits and more) or EC keys")
    der = parsed.public_bytes(serialization.Encoding.DER)
    return Certificate(
        parsed=parsed,
        key=key,
        rsa=key if isinstance(key, RSAPublicKey) else None,
        fingerprint=parsed.fingerprint(hashes.SHA256()).hex(),
        der=der,
        issuer_serial=_issuer_serial(der),
        key_identifier=_key_identifier(parsed),
        not_before=parsed.not_valid_before_utc,
        not_after=parsed.not_valid_after_utc,
        use_from=use_from,
        use_until=use_until,
    )


def load_certificates(data: bytes) -> tuple[Certificate, ...]:
    """All certificates of a PEM file, or the one of a DER file."""
    pattern = rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----"
    return tuple(load_certificate(block) for block in re.findall(pattern, data, re.DOTALL) or [data])


def load_own_key(
    certificate: bytes,
    key: bytes,
    *,
    password: bytes | None = None,
    use_from: datetime | None = None,
    use_until: datetime | None = None,
) -> OwnKey:
    """Our key pair from two PEM or DER files (they may be the same file). `CannotBuild` if they do not belong together."""
    loaded = load_certificate(certificate, use_from=use_from, use_until=use_until)
    load = serialization.load_pem_private_key if b"-----BEGIN" in key else serialization.load_der_private_key
    try:
        private = load(key, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CannotBuild(f"not a usable private key: {error}", remedy="check the file and its password") from error
    if not isinstance(private, RSAPrivateKey | EllipticCurvePrivateKey):
        raise CannotBuild("the private key is neither RSA nor EC")
    if private.public_key() != loaded.key:
        raise CannotBuild("the private key does not belong to the certificate", remedy="check which files are named together")
    return OwnKey(loaded, private)


def _issuer_serial(der: bytes) -> bytes:
    """IssuerAndSerialNumber (RFC 5652 clause 10.2.4), with the issuer's bytes as the certificate has them."""
    tbs = ber.root(der).first().children()
    start = 1 if tbs[0].tag == 0xA0 else 0
    return ber.sequence(tbs[start + 2].encoded, tbs[start].encoded)


def _key_identifier(parsed: x509.Certificate) -> bytes | None:
    try:
        return parsed.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (x509.ExtensionNotFound, ValueError):
        return None


def usable(certificates: Iterable[Certificate], at: datetime) -> tuple[Certificate, ...]:
    """Those that are valid and in use at that time, the newest first (in a roll-over several are)."""
    now = [certificate for certificate in certificates if certificate.usable_at(at)]
    return tuple(sorted(now, key=_age, reverse=True))


def _age(certificate: Certificate) -> tuple[datetime, datetime]:
    """What makes one newer than another: the agreed date first, then its own."""
    return certificate.use_from or _BEGINNING, certificate.not_before


def encryption_certificate(certificates: Sequence[Certificate], at: datetime) -> Certificate:
    """The partner's certificate to encrypt for at that time: the newest usable one with an RSA key. Raises `CannotBuild`."""
    for certificate in usable(certificates, at):
        if certificate.rsa is not None:
            return certificate
    raise CannotBuild(_none_usable("certificate of the partner to encrypt for", certificates, at))


def signing_key(keys: Sequence[OwnKey], at: datetime) -> OwnKey:
    """Our key to sign with at that time: the newest usable one. Raises `CannotBuild`."""
    now = [key for key in keys if key.certificate.usable_at(at)]
    if now:
        return max(now, key=lambda key: _age(key.certificate))
    raise CannotBuild(_none_usable("key of ours to sign with", [key.certificate for key in keys], at))


def _none_usable(what: str, certificates: Sequence[Certificate], at: datetime) -> str:
    known = "; ".join(
        f"{certificate.fingerprint[:16]} valid {certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}"
        for certificate in certificates
    )
    return f"no {what} is usable on {at:%Y-%m-%d}" + (f" (known: {known})" if known else " (none is configured)")


def expiring(certificates: Iterable[Certificate], at: datetime, *, notices: Sequence[int] = EXPIRY_NOTICES) -> tuple[Expiry, ...]:
    """Which certificates have passed one of the marks before their end, and which mark; the soonest first."""
    found = []
    for certificate in certificates:
        remaining = certificate.not_after - at
        passed = [notice for notice in (*notices, 0) if remaining <= timedelta(days=notice)]
        if passed:
            found.append(Expiry(certificate, remaining, min(passed)))
    return tuple(sorted(found, key=lambda expiry: expiry.remaining))
