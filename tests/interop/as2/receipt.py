"""Disposition notifications (RFC 3798, RFC 4130, 7) written and read by the test's own code, signed and verified by openssl."""

from dataclasses import dataclass

from tests.interop.as2 import openssl
from tests.interop.as2.entity import Entity, Headers, NotMime, multipart, parse, parts
from tests.interop.as2.identities import Identity
from tests.interop.as2.mic import Mic, plain, read_mic
from tests.interop.as2.recipe import Recipe, signed

PROCESSED = "automatic-action/MDN-sent-automatically; processed"
SIGNED_RECEIPT = "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha-256, sha1"


def write_report(original_id: str, recipient: str, mic: Mic | None, *, disposition: str = PROCESSED) -> Entity:
    """A multipart/report without signature."""
    fields = {
        "Reporting-UA": "openssl and curl",
        "Original-Recipient": f"rfc822; {recipient}",
        "Final-Recipient": f"rfc822; {recipient}",
        "Original-Message-ID": original_id,
        "Disposition": disposition,
        **({"Received-content-MIC": f"{mic.digest}, {mic.algorithm}"} if mic else {}),
    }
    told = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    words = Entity((("Content-Type", "text/plain"),), b"The message was received.\r\n")
    notification = Entity((("Content-Type", "message/disposition-notification"),), told.encode())
    kind = "disposition-notification"
    return multipart("multipart/report", "=-edge-of-a-report", words.wire, notification.wire, report_type=kind)


def sign_report(report: Entity, signer: Identity, *, digest: str = "sha256", detached: bool = True) -> Entity:
    """The report in multipart/signed, or within SignedData."""
    return signed(report, Recipe(sign=digest, detached=detached, encoding="base64"), signer)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it was read. `signed` only when openssl verified the signature; `digest` is the signature's algorithm."""

    fields: Headers
    words: str
    signed: bool
    digest: str = ""

    def get(self, name: str) -> str:
        """A field of the notification."""
        return next((value for field, value in self.fields if field.lower() == name.lower()), "")

    @property
    def mic(self) -> Mic | None:
        """The Received-Content-MIC."""
        return read_mic(self.get("Received-Content-MIC"))

    @property
    def disposition(self) -> str:
        """What was done, after the mode: `processed`, `processed/error: decryption-failed`."""
        return self.get("Disposition").partition(";")[2].strip()


def read_receipt(headers: Headers, body: bytes, signer: Identity, *, last_line_end: bool = True) -> Receipt:
    """Verify and read. Raises Refused when the signature is none of the signer's, NotMime when it is no receipt.

    Not `last_line_end`: libas2 signs its report without the CRLF that ends it, and sends it with that.
    """
    entity = Entity(headers, body)
    digest = ""
    if with_signature := entity.kind == "multipart/signed":
        content, signature = parts(entity)
        der = parse(signature).decoded
        openssl.verify(der, signer, content=content if last_line_end else content.removesuffix(b"\r\n"))
        digest = plain(entity.parameter("micalg"))
        if not openssl.names(der, digest):
            raise NotMime(f"micalg says {digest}, the signature does not")
        entity = parse(content)
    if entity.kind != "multipart/report" or entity.parameter("report-type") != "disposition-notification":
        raise NotMime(f"no receipt: {entity.get('Content-Type')}")
    words, notification, *_ = (parse(part) for part in parts(entity))
    if notification.kind != "message/disposition-notification":
        raise NotMime(f"the second part of the report is {notification.kind}")
    told = parse(notification.decoded.rstrip(b"\r\n") + b"\r\n\r\n")
    return Receipt(told.headers, words.decoded.decode(), with_signature, digest)
