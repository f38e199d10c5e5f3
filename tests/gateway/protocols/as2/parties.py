"""Two partners with keys, certificates and a document: what the tests of AS2 are played with. Keys are made once per run."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from gateway.protocols.as2 import (
    Attachment,
    BuiltMdn,
    BuiltMessage,
    Certificate,
    Compression,
    Encryption,
    OwnKey,
    Policy,
    ReceiptRequest,
    Received,
    Signing,
    build,
    load_own_key,
    read,
    read_envelope,
)
from gateway.protocols.as2.certificate import PrivateKey

AT = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)
OPEN = Policy(require_signature=False, require_encryption=False)
DOCUMENT = b"UNB+UNOC:3+A:14+B:14+260601:1200+1'\r\nUNH+1+ORDERS:D:96A:UN'\nUNT+2+1'\rUNZ+1+1'" + bytes(range(256))
SIGNED_RECEIPT = ReceiptRequest("receipts@a.example", None, "pkcs7-signature")


@cache
def private_key(name: str) -> PrivateKey:
    if name.startswith("ec"):
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 1024 if name == "short" else 2048)


def certificate_pem(
    name: str,
    *,
    key: str | None = None,
    begins: datetime = AT - timedelta(days=100),
    ends: datetime = AT + timedelta(days=300),
    serial: int | None = None,
) -> bytes:
    """A self-signed certificate of that name; `key` names the key pair when it is not that of the same name."""
    private = private_key(key or name)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name), x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "DK")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def key_pem(name: str) -> bytes:
    return private_key(name).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def own_key(
    name: str,
    *,
    key: str | None = None,
    begins: datetime = AT - timedelta(days=100),
    ends: datetime = AT + timedelta(days=300),
    use_from: datetime | None = None,
    use_until: datetime | None = None,
) -> OwnKey:
    pem = certificate_pem(name, key=key, begins=begins, ends=ends)
    return load_own_key(pem, key_pem(key or name), use_from=use_from, use_until=use_until)


@cache
def party(name: str) -> OwnKey:
    """The one key pair of a partner: `a` sends, `b` receives, `c` is a stranger, `ec` signs with an elliptic curve."""
    return own_key(name)


def sent(
    *attachments: Attachment,
    signing: Signing | None = None,
    encryption: Encryption | None = None,
    compression: Compression = Compression.NONE,
    receipt: ReceiptRequest | None = SIGNED_RECEIPT,
) -> BuiltMessage:
    return build(
        attachments or (Attachment(DOCUMENT, "application/edifact", "orders.edi"),),
        sender="A",
        recipient="B",
        message_id="<1@a.example>",
        at=AT,
        signing=signing,
        encryption=encryption,
        compression=compression,
        receipt=receipt,
    )


def received(
    message: BuiltMessage | BuiltMdn,
    *,
    body: bytes | None = None,
    certificates: tuple[Certificate, ...] | None = None,
    keys: tuple[OwnKey, ...] | None = None,
    policy: Policy = OPEN,
    at: datetime = AT,
) -> Received:
    """What `b` reads of a message of `a` (or `ec`); or of another body under the same headers."""
    return read(
        read_envelope(message.headers),
        message.body if body is None else body,
        keys=keys if keys is not None else (party("b"),),
        certificates=certificates if certificates is not None else (party("a").certificate, party("ec").certificate),
        at=at,
        policy=policy,
    )
