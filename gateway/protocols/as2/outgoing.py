"""Build a message: documents in, HTTP headers and body out, with the MIC its receipt must quote.

The layers from inside: compression (before signing), signature, compression (after signing), encryption. Boundaries are made from
the Message-ID, so the same message is built byte for byte the same, but for what cryptography draws by chance.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from gateway.protocols.as2.algorithms import Compression, Digest
from gateway.protocols.as2.compressed_data import compress
from gateway.protocols.as2.envelope import Headers, ReceiptRequest, format_as2_name
from gateway.protocols.as2.enveloped_data import encrypt
from gateway.protocols.as2.errors import CannotBuild
from gateway.protocols.as2.media_type import format_parameter
from gateway.protocols.as2.message import Attachment, BuiltMessage, Encryption, Signing, TransferEncoding
from gateway.protocols.as2.mic import compute_mic
from gateway.protocols.as2.mime import encode_base64, encode_quoted_printable
from gateway.protocols.as2.signed_data import sign

AS2_VERSION = "1.2"
FEATURES = "multiple-attachments"

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def build(
    attachments: Sequence[Attachment],
    *,
    sender: str,
    recipient: str,
    message_id: str,
    at: datetime,
    signing: Signing | None = None,
    encryption: Encryption | None = None,
    compression: Compression = Compression.NONE,
    receipt: ReceiptRequest | None = None,
    mic: Digest | None = None,
    subject: str = "",
    encoding: TransferEncoding = TransferEncoding.BINARY,
) -> BuiltMessage:
    """A message of one or several documents. `at` becomes its date. Raises `CannotBuild` when something does not fit.

    `message_id` is used as it is, so give it with its brackets. `mic` is the digest the receipt is asked to use; with a signature
    it is the signature's. `encoding` is that of the CMS structures, base64 for partners who cannot read binary.
    """
    if not attachments:
        raise CannotBuild("there is no document to send")
    plain = _content(attachments, message_id)
    entity, hashed = _Layers(signing, encryption, compression, encoding).around(plain, message_id=message_id, at=at)
    digest = signing.digest if signing is not None else mic or Digest.SHA256
    headers = (
        *message_headers(sender, recipient, message_id, at, subject),
        *(_receipt_headers(receipt, digest) if receipt is not None else ()),
        *entity.headers,
    )
    return BuiltMessage(
        headers=headers,
        body=entity.body,
        message_id=message_id,
        mic=compute_mic(hashed, digest),
        hashed=hashed,
        receipt=receipt,
        signing=signing,
        encryption=encryption,
        compression=compression,
    )


class Content(NamedTuple):
    """An entity to be: headers and body. `encoded` is the whole of it, as a part of something else."""

    headers: Headers
    body: bytes

    @property
    def encoded(self) -> bytes:
        """Header block, blank line, body."""
        lines = "".join([f"{name}: {value}\r\n" for name, value in self.headers])
        return b"".join((lines.encode("ascii"), b"\r\n", self.body))


def message_headers(sender: str, recipient: str, message_id: str, at: datetime, subject: str) -> Headers:
    """The headers of AS2 itself (RFC 4130 clause 6), which messages and receipts share."""
    try:
        names = format_as2_name(sender), format_as2_name(recipient)
    except ValueError as error:
        raise CannotBuild(str(error), remedy="correct the AS2 identities of the partner and of ours") from error
    return (
        ("AS2-Version", AS2_VERSION),
        ("EDIINT-Features", FEATURES),
        ("AS2-From", names[0]),
        ("AS2-To", names[1]),
        ("Message-ID", one_line(message_id)),
        ("Subject", one_line(subject) or "EDI"),
        ("Date", http_date(at)),
        ("MIME-Version", "1.0"),
    )


def http_date(at: datetime) -> str:
    """The date of a header (RFC 9110 clause 5.6.7)."""
    return _date_of_second(at.replace(microsecond=0))


@lru_cache(maxsize=8)
def _date_of_second(at: datetime) -> str:
    moment = at.astimezone(UTC)
    return f"{_DAYS[moment.weekday()]}, {moment:%d} {_MONTHS[moment.month - 1]} {moment.year:04} {moment:%H:%M:%S} GMT"


def one_line(text: str) -> str:
    """Text for a header: printable ASCII on one line, anything else as a question mark."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in text)


def boundary(message_id: str, role: str, content: bytes) -> str:
    """A boundary that is not in the content, always the same for the same message."""
    for number in range(1000):
        seed = f"{role}\0{number}\0{message_id}".encode("utf-8", "replace")
        text = f"----edi-gateway-{hashlib.blake2b(seed, digest_size=12).hexdigest()}"
        if text.encode("ascii") not in content:
            return text
    raise CannotBuild("the content holds every boundary for it")


def multipart(kind: str, parameters: str, parts: Sequence[bytes], boundary_text: str) -> Content:
    """A multipart of encoded entities."""
    delimiter = b"--" + boundary_text.encode("ascii")
    pieces = [piece for part in parts for piece in (delimiter, b"\r\n", part, b"\r\n")]
    headers = (("Content-Type", f'multipart/{kind}; {parameters}; boundary="{boundary_text}"'),)
    return Content(headers, b"".join((*pieces, delimiter, b"--\r\n")))


def signed_content(entity: Content, signing: Signing, *, message_id: str, at: datetime) -> Content:
    """A multipart/signed around an entity (RFC 1847, RFC 8551 clause 3.5.3)."""
    encoded = entity.encoded
    signature = Content(
        _cms_headers("pkcs7-signature", "smime.p7s", TransferEncoding.BASE64), encode_base64(sign(encoded, signing, at=at))
    )
    micalg = signing.micalg or signing.digest.micalg
    parameters = f'protocol="application/pkcs7-signature"; micalg={micalg}'
    return multipart("signed", parameters, (encoded, signature.encoded), boundary(message_id, "signed", encoded))


@dataclass(frozen=True, slots=True)
class _Layers:
    """What is put around the documents."""

    signing: Signing | None
    encryption: Encryption | None
    compression: Compression
    encoding: TransferEncoding

    def around(self, plain: Content, *, message_id: str, at: datetime) -> tuple[Content, bytes]:
        """The entity with its layers, and what the MIC is over."""
        entity, signing = plain, self.signing
        layered = signing or self.encryption or self.compression is not Compression.NONE
        hashed = plain.encoded if layered else plain.body
        if self.compression is Compression.BEFORE_SIGNING:
            entity = _cms_entity(compress(entity.encoded), "compressed-data", self.encoding)
        if signing is not None:
            hashed = entity.encoded
            if signing.opaque:
                entity = _cms_entity(sign(hashed, signing, at=at), "signed-data", self.encoding)
            else:
                entity = signed_content(entity, signing, message_id=message_id, at=at)
        if self.compression is Compression.AFTER_SIGNING:
            entity = _cms_entity(compress(entity.encoded), "compressed-data", self.encoding)
        if self.encryption is not None:
            kind = "authEnveloped-data" if self.encryption.cipher.authenticated else "enveloped-data"
            entity = _cms_entity(encrypt(entity.encoded, self.encryption), kind, self.encoding)
        return entity, hashed


def _content(attachments: Sequence[Attachment], message_id: str) -> Content:
    """The documents: alone as they are, several as multipart/related (RFC 6362)."""
    parts = [_document(attachment) for attachment in attachments]
    if len(parts) == 1:
        return parts[0]
    encoded = [part.encoded for part in parts]
    media_type = attachments[0].media_type.partition(";")[0].strip()
    return multipart("related", f'type="{one_line(media_type)}"', encoded, boundary(message_id, "related", b"".join(encoded)))


def _document(attachment: Attachment) -> Content:
    headers = [("Content-Type", one_line(attachment.media_type)), ("Content-Transfer-Encoding", attachment.encoding.value)]
    if attachment.name is not None:
        headers.append(("Content-Disposition", f"attachment; {format_parameter('filename', attachment.name)}"))
    return Content(tuple(headers), _encoded(attachment.content, attachment.encoding))


def _encoded(content: bytes, encoding: TransferEncoding) -> bytes:
    if encoding is TransferEncoding.BASE64:
        return encode_base64(content)
    return encode_quoted_printable(content) if encoding is TransferEncoding.QUOTED_PRINTABLE else content


def _cms_entity(structure: bytes, kind: str, encoding: TransferEncoding) -> Content:
    """An application/pkcs7-mime (RFC 8551 clause 3.2)."""
    if encoding is TransferEncoding.QUOTED_PRINTABLE:
        raise CannotBuild("CMS structures are sent as binary or base64")
    name = "smime.p7z" if kind == "compressed-data" else "smime.p7m"
    return Content(_cms_headers(f"pkcs7-mime; smime-type={kind}", name, encoding), _encoded(structure, encoding))


def _cms_headers(kind: str, name: str, encoding: TransferEncoding) -> Headers:
    return (
        ("Content-Type", f'application/{kind}; name="{name}"'),
        ("Content-Transfer-Encoding", encoding.value),
        ("Content-Disposition", f'attachment; filename="{name}"'),
    )


def _receipt_headers(receipt: ReceiptRequest, digest: Digest) -> Headers:
    """The request for a receipt (RFC 4130 clause 7.3)."""
    headers = [("Disposition-Notification-To", one_line(receipt.notify) or "receipts")]
    if receipt.protocol:
        micalgs = ", ".join(receipt.micalgs) or digest.micalg
        options = (
            f"signed-receipt-protocol={_importance(required=receipt.protocol_required)}, {receipt.protocol}; "
            f"signed-receipt-micalg={_importance(required=receipt.micalgs_required)}, {micalgs}"
        )
        headers.append(("Disposition-Notification-Options", one_line(options)))
    if receipt.url is not None:
        headers.append(("Receipt-Delivery-Option", one_line(receipt.url)))
    return tuple(headers)


def _importance(*, required: bool) -> str:
    return "required" if required else "optional"
