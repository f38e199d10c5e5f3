"""Values of an AS2 message: what is to be sent, how it is secured, what was built, and what was read."""

from dataclasses import dataclass, field
from enum import StrEnum

from gateway.protocols.as2.algorithms import Cipher, Compression, Digest, KeyTransport, SignatureScheme
from gateway.protocols.as2.certificate import Certificate, OwnKey
from gateway.protocols.as2.disposition import PROCESSED, Disposition
from gateway.protocols.as2.envelope import Envelope, Headers, ReceiptRequest
from gateway.protocols.as2.mdn import Mdn
from gateway.protocols.as2.mic import Mic


class TransferEncoding(StrEnum):
    """How a body is written (RFC 2045 clause 6). HTTP carries binary; the others are for partners who want them."""

    BINARY = "binary"
    BASE64 = "base64"
    QUOTED_PRINTABLE = "quoted-printable"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One document to send. `name` becomes the file name of Content-Disposition."""

    content: bytes = field(repr=False)
    media_type: str = "application/octet-stream"
    name: str | None = None
    encoding: TransferEncoding = TransferEncoding.BINARY


@dataclass(frozen=True, slots=True)
class Signing:
    """How to sign. `scheme` None takes what fits the key: PKCS#1 for RSA, ECDSA for EC.

    `opaque` puts the content inside of the CMS. `micalg` spells the digest in multipart/signed as the partner wants it
    (`sha256` instead of `sha-256`).
    """

    key: OwnKey
    digest: Digest = Digest.SHA256
    scheme: SignatureScheme | None = None
    opaque: bool = False
    include_certificate: bool = True
    micalg: str = ""


@dataclass(frozen=True, slots=True)
class Encryption:
    """How to encrypt, and for which certificates (each recipient can decrypt)."""

    certificates: tuple[Certificate, ...]
    cipher: Cipher = Cipher.AES256_CBC
    transport: KeyTransport = KeyTransport.RSA_PKCS1


@dataclass(frozen=True, slots=True)
class BuiltMessage:
    """An HTTP request that is ready to be sent, byte for byte the same at every attempt.

    `mic` is what the receipt must quote; `hashed` the bytes it was computed over (keep them to explain a difference).
    """

    headers: Headers
    body: bytes = field(repr=False)
    message_id: str
    mic: Mic
    hashed: bytes = field(repr=False)
    receipt: ReceiptRequest | None = None
    signing: Signing | None = None
    encryption: Encryption | None = None
    compression: Compression = Compression.NONE


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a received message, decoded. `name` is as sent: it may hold anything, also folders."""

    content: bytes = field(repr=False)
    media_type: str
    name: str | None = None
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class SignedLayer:
    """A signature that was verified. `canonicalised`: over other line ends (CRLF, or without the last) than came."""

    certificate: Certificate
    digest: Digest
    scheme: SignatureScheme
    opaque: bool = False
    canonicalised: bool = False


@dataclass(frozen=True, slots=True)
class EncryptedLayer:
    """An encryption that was opened, and the certificate of the key of ours that opened it."""

    certificate: Certificate
    cipher: Cipher
    transport: KeyTransport


@dataclass(frozen=True, slots=True)
class CompressedLayer:
    """A compression that was undone. Sizes in bytes."""

    compressed: int
    inflated: int


Layer = SignedLayer | EncryptedLayer | CompressedLayer


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message cannot be taken. `disposition` tells the partner; `reason` and `remedy` tell the staff."""

    disposition: Disposition
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What was read of a message: as far as it could be read, with the failure if there is one.

    `layers` are in the order they were taken off, the outermost first; `parts` the documents, empty after a failure. `mic` is
    what the receipt quotes (after a failure only if it could be computed). `mdn` is set when the message is itself a receipt.
    `warning` is the disposition of a message that is taken in spite of its signature.
    """

    envelope: Envelope
    parts: tuple[Part, ...] = ()
    layers: tuple[Layer, ...] = ()
    mic: Mic | None = None
    mdn: Mdn | None = None
    failure: Failure | None = None
    warning: Disposition | None = None

    @property
    def signature(self) -> SignedLayer | None:
        """The verified signature, if there is one."""
        return next((layer for layer in self.layers if isinstance(layer, SignedLayer)), None)

    @property
    def encryption(self) -> EncryptedLayer | None:
        """The opened encryption, if there is one."""
        return next((layer for layer in self.layers if isinstance(layer, EncryptedLayer)), None)

    @property
    def disposition(self) -> Disposition:
        """What the receipt says as far as the protocol goes: the failure's, the warning's, or `processed`."""
        if self.failure is not None:
            return self.failure.disposition
        return self.warning or PROCESSED
