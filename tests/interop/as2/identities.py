"""Keys and certificates of the parties of a test, as PEM files: openssl, curl and node read files."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Identity:
    """One party: an AS2 name, a private key (PKCS #8) and its certificate."""

    name: str
    key: Path
    certificate: Path

    @property
    def key_pem(self) -> bytes:
        return self.key.read_bytes()

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.read_bytes()


CURVES = {"ec": ec.SECP256R1(), "ec-384": ec.SECP384R1(), "ec-521": ec.SECP521R1()}


def _key(kind: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    if kind in CURVES:
        return ec.generate_private_key(CURVES[kind])
    return rsa.generate_private_key(public_exponent=65537, key_size=int(kind.removeprefix("rsa").strip("-") or 2048))


def _loaded(identity: Identity) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(identity.key_pem, None)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return key


def make_identity(
    folder: Path,
    name: str,
    *,
    file: str = "",
    kind: str = "rsa",
    starts: dt.timedelta = -DAY,
    ends: dt.timedelta = 365 * DAY,
    issuer: Identity | None = None,
    same_key: Identity | None = None,
) -> Identity:
    """A certificate that is valid from `starts` to `ends`, counted from now, for a new key or for the same as another's.

    Kinds of keys: `rsa`, `rsa-1024`, `ec`, `ec-384`, `ec-521`. It is signed by the issuer, or by itself.
    """
    key = _loaded(same_key) if same_key else _key(kind)
    now = dt.datetime.now(dt.UTC)
    subject, authority = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, who)]) for who in (name, (issuer.name if issuer else name))
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + starts)
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    certificate = builder.sign(_loaded(issuer) if issuer else key, SHA256())
    made = Identity(name, folder / f"{file or name}.key", folder / f"{file or name}.crt")
    made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    made.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    return made
