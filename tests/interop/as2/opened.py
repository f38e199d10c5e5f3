"""Reading a message layer by layer with openssl and the test's own code, as a partner would who has never seen our code."""

from dataclasses import dataclass, field

from tests.interop.as2 import openssl
from tests.interop.as2.compressed import decompress
from tests.interop.as2.entity import Entity, Headers, NotMime, parse, parts
from tests.interop.as2.identities import Identity
from tests.interop.as2.mic import Mic, digested, plain

SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
PKCS7 = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


@dataclass(slots=True)
class Opened:
    """What was found, from the outside in. `layers` are words: encrypted, signed, compressed. `checked` are the MIC's bytes."""

    layers: list[str] = field(default_factory=list)
    envelope: bytes = b""
    signature: bytes = b""
    micalg: str = ""
    checked: bytes = b""
    payload: Entity = field(default_factory=lambda: Entity((), b""))

    @property
    def content(self) -> bytes:
        """The document."""
        return self.payload.decoded

    @property
    def digest(self) -> str:
        """The digest algorithm of the signature, as the structure itself says."""
        return next((name for name in ("sha1", "sha256", "sha384", "sha512") if openssl.names(self.signature[:80], name)), "")

    def mic(self, algorithm: str = "sha256") -> Mic:
        """The MIC we quote in a receipt."""
        return digested(self.checked, self.digest or algorithm)


def _detached(entity: Entity, opened: Opened, sender: Identity) -> Entity:
    content, signature = parts(entity)
    part = parse(signature)
    if part.kind not in SIGNATURES:
        raise NotMime(f"the second part of multipart/signed is {part.kind}")
    opened.signature = part.decoded
    opened.micalg = plain(entity.parameter("micalg"))
    openssl.verify(opened.signature, sender, content=content)
    opened.checked = content
    return parse(content)


def _opaque(entity: Entity, opened: Opened, sender: Identity) -> Entity:
    opened.signature = entity.decoded
    opened.checked = openssl.verify(opened.signature, sender)
    return parse(opened.checked)


def _layer(entity: Entity, opened: Opened, recipient: Identity, sender: Identity) -> Entity:
    if entity.kind == "multipart/signed":
        opened.layers.append("signed")
        return _detached(entity, opened, sender)
    match entity.parameter("smime-type").lower():
        case "enveloped-data" | "authenveloped-data":
            opened.layers.append("encrypted")
            opened.envelope = entity.decoded
            return parse(openssl.decrypt(opened.envelope, recipient))
        case "compressed-data":
            opened.layers.append("compressed")
            return parse(decompress(entity.decoded))
        case "signed-data":
            opened.layers.append("signed")
            return _opaque(entity, opened, sender)
        case other:
            raise NotMime(f"smime-type {other!r}")


def open_message(headers: Headers, body: bytes, *, recipient: Identity, sender: Identity) -> Opened:
    """Decrypt, decompress and verify. Raises Refused, NotCompressedData or NotMime where a partner would refuse."""
    opened = Opened()
    entity = Entity(headers, body)
    while entity.kind == "multipart/signed" or entity.kind in PKCS7:
        entity = _layer(entity, opened, recipient, sender)
    opened.payload = entity
    if not opened.checked:
        opened.checked = entity.wire if opened.layers else entity.body
    return opened
