"""Keys and certificates for tests: made once a session, because keys take time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from gateway.domain.as2_terms import AgreedCertificate, OwnKeyPair

NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Pair:
    """A key with its self-signed certificate, as PEM."""

    certificate: bytes
    key: bytes

    @property
    def agreed(self) -> AgreedCertificate:
        return AgreedCertificate(self.certificate, "test.pem")

    @property
    def own(self) -> OwnKeyPair:
        return OwnKeyPair(self.agreed, self.key)


@cache
def pair(name: str, *, days: int = 365, begun: int = 1, bits: int = 2048) -> Pair:
    """A pair whose certificate began `begun` days ago and ends in `days`; the same for the same words."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=begun))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Pair(certificate.public_bytes(pem), secret)
