"""What an agreement asks for and allows: algorithms until a date, signature, encryption, key sizes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from gateway.protocols.as2.algorithms import Cipher, Digest, KeyTransport, SignatureScheme
from gateway.protocols.as2.certificate import Certificate

Algorithm = Digest | SignatureScheme | Cipher | KeyTransport

WEAK: Final[frozenset[Algorithm]] = frozenset({Digest.SHA1, Cipher.TRIPLE_DES_CBC})
"""Never allowed by default; an agreement may allow one through a date. (SHA-1 inside OAEP is not weak.)"""

STRONG: Final[frozenset[Algorithm]] = frozenset({*Digest, *SignatureScheme, *Cipher, *KeyTransport} - WEAK)


@dataclass(frozen=True, slots=True)
class Policy:
    """The terms of one agreement for what comes in.

    `allowed` holds without end; `until` allows further (weak) algorithms through that day (UTC), for instance
    `{Digest.SHA1: date(2027, 3, 31)}`. `expired_until` tolerates a partner's expired certificate through that day.
    `continue_unauthenticated` takes a message whose signature is refused, with the warning of RFC 4130 clause 7.5.4.
    """

    require_signature: bool = True
    require_encryption: bool = True
    allowed: frozenset[Algorithm] = STRONG
    until: Mapping[Algorithm, date] = field(default_factory=lambda: MappingProxyType({}))
    minimum_rsa_bits: int = 2048
    expired_until: date | None = None
    continue_unauthenticated: bool = False

    def refuses(self, algorithm: Algorithm, at: datetime) -> str | None:
        """Why an algorithm is not allowed at that time, or None when it is."""
        if algorithm in self.allowed:
            return None
        last = self.until.get(algorithm)
        if last is None:
            return f"{algorithm} is not allowed by the agreement"
        return f"{algorithm} was allowed through {last}" if at.date() > last else None

    def refuses_key(self, certificate: Certificate) -> str | None:
        """Why a certificate's key is too weak, or None when it is strong enough."""
        if certificate.rsa is not None and certificate.rsa.key_size < self.minimum_rsa_bits:
            return f"the RSA key has {certificate.rsa.key_size} bits; the agreement asks for {self.minimum_rsa_bits}"
        return None

    def refuses_date(self, certificate: Certificate, at: datetime) -> str | None:
        """Why a certificate cannot be used at that time, or None when it can."""
        name = f"the certificate {certificate.fingerprint[:16]}"
        if at < certificate.not_before:
            return f"{name} is not valid before {certificate.not_before:%Y-%m-%d}"
        if at > certificate.not_after and (self.expired_until is None or at.date() > self.expired_until):
            return f"{name} expired on {certificate.not_after:%Y-%m-%d}"
        if not certificate.in_use_at(at):
            return f"{name} is outside the dates agreed for its use"
        return None


DEFAULT_POLICY = Policy()
