"""Whether a client certificate is one that a partner may show: pinned, or of its subject and issued by its authority."""

import hashlib
from datetime import datetime
from hmac import compare_digest
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes

from gateway.domain.http_terms import HttpCertificate
from gateway.errors import ConfigurationInvalid
from gateway.http.caller import parsed


class CertificateRule:
    """The certificates of one partner.

    A pinned one is what it is, whoever issued it. A subject counts only when one of this partner's authorities issued the
    certificate itself: what others vouch for says nothing of this partner.
    """

    def __init__(self, agreed: HttpCertificate) -> None:
        """Raises ConfigurationInvalid for files and subjects that cannot be used."""
        pinned = [found.fingerprint(hashes.SHA256()).hex() for path in agreed.certificates for found in _read(path)]
        self._fingerprints = (*agreed.fingerprints, *pinned)
        self._subjects = [x509.Name.from_rfc4514_string(subject) for subject in agreed.subjects]
        self._authorities = [authority for path in agreed.authorities for authority in _read(path)]

    def fits(self, certificate: bytes | None, now: datetime) -> bool:
        """Whether a certificate (DER) is one of these, and valid now."""
        found = parsed(certificate) if certificate else None
        if certificate is None or found is None or not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
            return False
        mark = hashlib.sha256(certificate).hexdigest()
        matching = [compare_digest(mark, known) for known in self._fingerprints]  # all of them, in constant time
        if any(matching):
            return True
        named = any(_same(found.subject, subject) for subject in self._subjects)
        return named and any(_issued(found, authority) for authority in self._authorities)


def _same(one: x509.Name, other: x509.Name) -> bool:
    """Equal names, in whichever order they are written."""
    return list(one.rdns) == list(other.rdns) or list(one.rdns) == list(reversed(list(other.rdns)))


def _issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _read(path: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigurationInvalid(f"{path} holds no certificates: {error}", remedy="give a PEM file") from error
