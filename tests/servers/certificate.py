"""A certificate for servers on loopback, made anew for each of them."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class ServerCertificate:
    """Files in PEM form: the certificate, which is its own authority, its key, and both in one. `fingerprint` is its SHA-256."""

    certificate: Path
    key: Path
    both: Path
    fingerprint: str


def make_certificate(folder: Path, *, days: int = 1) -> ServerCertificate:
    """A self-signed certificate for localhost and 127.0.0.1; one of days in the past has expired."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    alternatives = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=10))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files = ServerCertificate(
        folder / "cert.pem", folder / "key.pem", folder / "both.pem", made.fingerprint(hashes.SHA256()).hex()
    )
    files.certificate.write_bytes(certificate)
    files.key.write_bytes(private)
    files.both.write_bytes(private + certificate)
    return files
