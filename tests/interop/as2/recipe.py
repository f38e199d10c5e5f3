"""Messages as a partner's `openssl` makes them: every combination of signing, encrypting and compressing, in either order."""

from dataclasses import dataclass, replace
from functools import cache

from tests.interop.as2 import openssl
from tests.interop.as2.compressed import compress
from tests.interop.as2.entity import Entity, Headers, encoded, multipart
from tests.interop.as2.identities import Identity
from tests.interop.as2.mic import Mic, digested

ORDER = (
    b"ISA*00*          *00*          *ZZ*THEM           *ZZ*US             *261121*1200*U*00401*000000001*0*P*>~\r\n"
    b"GS*PO*THEM*US*20261121*1200*1*X*004010~\r\nST*850*0001~\r\nBEG*00*SA*4711**20261121~\r\nPO1*1*5*EA*9.95**UP*012345678905~\r\n"
    b"CTT*1~\r\nSE*5*0001~\r\nGE*1*1~\r\nIEA*1*000000001~\r\n"
)
FILE_NAME = "orders 2026-11-21.x12"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a message is made. `compress` is `before` or `after` signing.

    `encoding` is the transfer encoding of all layers; the outer ones, which are no text, take base64 for quoted-printable.
    """

    sign: str | None = None
    scheme: str = "pkcs1"
    detached: bool = True
    encrypt: str | None = None
    transport: str = "pkcs1"
    compress: str | None = None
    encoding: str = "binary"
    streamed: bool = False
    content_type: str = "application/edi-x12"

    def __str__(self) -> str:
        signed = f"{self.sign}-{self.scheme}-{'detached' if self.detached else 'opaque'}" if self.sign else "unsigned"
        sealed = f"{self.encrypt}-{self.transport}" if self.encrypt else "open"
        packed = f"compressed-{self.compress}" if self.compress else "uncompressed"
        return f"{signed}-{sealed}-{packed}-{self.encoding}{'-streamed' if self.streamed else ''}"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message ready to be sent: the header fields of its outermost entity, its body, and the bytes its MIC is computed over."""

    headers: Headers
    body: bytes
    checked: bytes
    digest: str | None

    def mic(self, algorithm: str = "sha256") -> Mic:
        """The MIC a receipt must quote: by the algorithm of the signature, else by the one that was asked for."""
        return digested(self.checked, self.digest or algorithm)


def payload(content: bytes, recipe: Recipe) -> Entity:
    """The innermost entity: the document under its file name."""
    disposition = ("Content-Disposition", f'attachment; filename="{FILE_NAME}"')
    headers = (("Content-Type", recipe.content_type), disposition)
    return encoded(headers, content, recipe.encoding)


def outer(encoding: str) -> str:
    """The transfer encoding of what is no text."""
    return "base64" if encoding == "quoted-printable" else encoding


def pkcs7(der: bytes, smime_type: str, file: str, encoding: str) -> Entity:
    """An entity of application/pkcs7-mime."""
    kind = f'application/pkcs7-mime; smime-type={smime_type}; name="{file}"'
    headers = (("Content-Type", kind), ("Content-Disposition", f'attachment; filename="{file}"'))
    return encoded(headers, der, outer(encoding))


def squeezed(entity: Entity, recipe: Recipe) -> Entity:
    """The entity in CompressedData."""
    return pkcs7(compress(entity.wire, streamed=recipe.streamed), "compressed-data", "smime.p7z", recipe.encoding)


def signed(entity: Entity, recipe: Recipe, signer: Identity) -> Entity:
    """The entity with its signature beside it, or within SignedData."""
    digest = recipe.sign or "sha256"
    der = openssl.sign(
        entity.wire, signer, digest=digest, scheme=recipe.scheme, detached=recipe.detached, streamed=recipe.streamed
    )
    if not recipe.detached:
        return pkcs7(der, "signed-data", "smime.p7m", recipe.encoding)
    kind = 'application/pkcs7-signature; name="smime.p7s"'
    headers = (("Content-Type", kind), ("Content-Disposition", 'attachment; filename="smime.p7s"'))
    signature = encoded(headers, der, outer(recipe.encoding))
    micalg = digest if digest == "sha1" else f"sha-{digest[3:]}"
    protocol = '"application/pkcs7-signature"'
    return multipart("multipart/signed", "=-edge-of-a-part-1", entity.wire, signature.wire, protocol=protocol, micalg=micalg)


def sealed(entity: Entity, recipe: Recipe, recipient: Identity) -> Entity:
    """The entity in EnvelopedData, or AuthEnvelopedData for GCM (RFC 8551, 3.2.2)."""
    cipher = recipe.encrypt or ""
    der = openssl.encrypt(entity.wire, recipient, cipher=cipher, transport=recipe.transport, streamed=recipe.streamed)
    kind = "authEnveloped-data" if cipher.endswith("-gcm") else "enveloped-data"
    return pkcs7(der, kind, "smime.p7m", recipe.encoding)


@cache
def _unsealed(recipe: Recipe, signer: Identity, content: bytes) -> tuple[Entity, bytes]:
    """The message before it is encrypted, and the bytes its MIC is computed over."""
    entity = payload(content, recipe)
    checked = entity.wire if recipe.sign or recipe.encrypt or recipe.compress else entity.body
    if recipe.compress == "before" and recipe.sign:
        entity = squeezed(entity, recipe)
        checked = entity.wire
    if recipe.sign:
        entity = signed(entity, recipe, signer)
    if recipe.compress and not (recipe.compress == "before" and recipe.sign):
        entity = squeezed(entity, recipe)
    return entity, checked


def prepare(recipe: Recipe, *, signer: Identity, recipient: Identity, content: bytes = ORDER) -> Prepared:
    """A message by this recipe. What is signed is kept: signatures of the same recipe are the same, encryptions never are."""
    without = replace(recipe, encrypt=recipe.encrypt and "any", transport="")
    entity, checked = _unsealed(without, signer, content)
    if recipe.encrypt:
        entity = sealed(entity, recipe, recipient)
    return Prepared(entity.headers, entity.body, checked, recipe.sign)
