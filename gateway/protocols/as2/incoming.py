"""Read a message or a receipt: HTTP headers and body in, documents and MIC out, or a failure with its disposition.

Layers are taken off one after the other, in whatever order the sender put them on: signed (detached or opaque), encrypted,
compressed. The MIC is that of RFC 4130 clause 7.3.1 and RFC 5402 clause 4: over what was signed; without a signature over the
inner entity with its headers; over the plain body when there is no layer at all.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from gateway.protocols.as2 import cms, disposition
from gateway.protocols.as2.algorithms import Digest, parse_digest
from gateway.protocols.as2.ber import Node
from gateway.protocols.as2.certificate import Certificate, OwnKey
from gateway.protocols.as2.compressed_data import decompress
from gateway.protocols.as2.disposition import Disposition, Severity
from gateway.protocols.as2.envelope import Envelope
from gateway.protocols.as2.enveloped_data import decrypt, parse_enveloped_data
from gateway.protocols.as2.errors import (
    As2Error,
    DecompressionFailed,
    DecryptionFailed,
    IntegrityFailed,
    MalformedMessage,
    ReceiptUnsupported,
    SecurityInsufficient,
    SignatureRefused,
)
from gateway.protocols.as2.limits import DEFAULT_LIMITS, Limits
from gateway.protocols.as2.mdn import Mdn
from gateway.protocols.as2.message import CompressedLayer, EncryptedLayer, Failure, Layer, Part, Received, SignedLayer
from gateway.protocols.as2.mic import Mic
from gateway.protocols.as2.mime import (
    Entity,
    decode_base64,
    has_headers,
    http_entity,
    leaves,
    line_end_forms,
    parse_entity,
    split_multipart,
)
from gateway.protocols.as2.notification import is_notification, parse_mdn
from gateway.protocols.as2.policy import DEFAULT_POLICY, Algorithm, Policy
from gateway.protocols.as2.signed_data import SignedData, parse_signed_data, verify

CMS_TYPES: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})

_DISPOSITIONS: Final[Mapping[type[As2Error], Disposition]] = MappingProxyType(
    {
        MalformedMessage: disposition.UNEXPECTED_PROCESSING_ERROR,
        DecryptionFailed: disposition.DECRYPTION_FAILED,
        DecompressionFailed: disposition.DECOMPRESSION_FAILED,
        SignatureRefused: disposition.AUTHENTICATION_FAILED,
        IntegrityFailed: disposition.INTEGRITY_CHECK_FAILED,
        SecurityInsufficient: disposition.INSUFFICIENT_MESSAGE_SECURITY,
    }
)


def read(
    envelope: Envelope,
    body: bytes,
    *,
    keys: Sequence[OwnKey],
    certificates: Sequence[Certificate],
    at: datetime,
    policy: Policy = DEFAULT_POLICY,
    limits: Limits = DEFAULT_LIMITS,
) -> Received:
    """Read a message, or a receipt (`mdn` is set then). Never raises for what is in it.

    `keys` are all of ours, `certificates` all of the partner's, of whatever dates: the policy judges those at the time `at`.
    """
    reading = _Reading(envelope, keys, certificates, at, policy, limits)
    try:
        return reading.run(http_entity(envelope.headers, body, first=envelope.first, limits=limits))
    except As2Error as error:
        return reading.failed(error)


def carries_mdn(envelope: Envelope, body: bytes) -> bool:
    """Whether a body is a receipt (signed or not) rather than a message; nothing is verified for it."""
    entity = http_entity(envelope.headers, body)
    try:
        if entity.content_type.value == "multipart/signed":
            entity = split_multipart(entity)[0]
        elif entity.content_type.value in CMS_TYPES:
            content_type, node = cms.open_content_info(cms_bytes(entity))
            content = parse_signed_data(node).content if content_type == cms.SIGNED_DATA else None
            entity = parse_entity(content or b"\n")
        return is_notification(entity)
    except (As2Error, IndexError):
        return False


def cms_bytes(entity: Entity) -> bytes:
    """The CMS structure of a body: what starts like one is taken as it is, anything else must be base64, whatever is claimed."""
    body = entity.body
    return body if body[:1] == b"\x30" else decode_base64(body)


def split_signed(entity: Entity, limits: Limits) -> tuple[Entity, bytes]:
    """What is signed and the CMS structure of a multipart/signed (RFC 1847 clause 2.1)."""
    parts = split_multipart(entity, limits=limits)
    if len(parts) != 2:
        raise MalformedMessage(f"a multipart/signed has {len(parts)} parts where there must be two")
    return parts[0], cms_bytes(parts[1])


class _Reading:
    """One message while its layers are taken off."""

    __slots__ = (
        "at",
        "certificates",
        "digest",
        "entity",
        "envelope",
        "hashed",
        "keys",
        "layers",
        "limits",
        "micalg",
        "policy",
        "signature",
        "warning",
    )

    def __init__(
        self,
        envelope: Envelope,
        keys: Sequence[OwnKey],
        certificates: Sequence[Certificate],
        at: datetime,
        policy: Policy,
        limits: Limits,
    ) -> None:
        self.envelope = envelope
        self.keys = keys
        self.certificates = certificates
        self.at = at
        self.policy = policy
        self.limits = limits
        self.layers: list[Layer] = []
        self.hashed: bytes | memoryview | None = None
        self.digest: bytes | None = None
        self.signature: SignedData | None = None
        self.micalg = ""
        self.warning: Disposition | None = None
        self.entity: Entity | None = None

    def run(self, entity: Entity) -> Received:
        """Take off all layers, then look at what is inside."""
        request = self.envelope.receipt
        if request is not None:
            request.check_format()
            request.choose_micalg()
        taken = 0
        while (inner := self._inner(entity)) is not None:
            entity = self.entity = inner
            taken += 1
            if taken > self.limits.layers:
                raise MalformedMessage(f"more than {self.limits.layers} layers are around the message")
        if is_notification(entity):
            return self._received(mdn=parse_mdn(entity, limits=self.limits))
        if self.hashed is None:
            self.hashed = entity.view
        self._check_security()
        parts = tuple(_part(leaf) for leaf in leaves(entity, limits=self.limits))
        return self._received(parts=parts, mic=self._mic())

    def failed(self, error: As2Error) -> Received:
        """The failure of a message; of a receipt that cannot be believed, also what it says, so that its message is found.

        What is malformed inside of an encryption that notices no tampering has the text of a failed decryption: told apart, it
        would help to decrypt by trial (RFC 8551 clause 6). `examine` tells the staff.
        """
        if isinstance(error, MalformedMessage) and isinstance(self.layers[-1] if self.layers else None, EncryptedLayer):
            error = DecryptionFailed()
        if isinstance(error, ReceiptUnsupported):
            told = Disposition("failed", Severity.FAILURE, error.words)
        else:
            told = _DISPOSITIONS[type(error)]
        mdn = None
        try:
            if self.entity is not None and is_notification(self.entity):
                mdn = parse_mdn(self.entity, limits=self.limits)
        except As2Error:
            mdn = None
        return self._received(mdn=mdn, mic=self._mic(), failure=Failure(told, str(error), error.remedy))

    def _received(
        self,
        *,
        parts: tuple[Part, ...] = (),
        mic: Mic | None = None,
        mdn: Mdn | None = None,
        failure: Failure | None = None,
    ) -> Received:
        return Received(self.envelope, parts, tuple(self.layers), mic, mdn, failure, self.warning)

    def _inner(self, entity: Entity) -> Entity | None:
        """The entity inside of the outermost layer, or None when there is no layer left."""
        kind = entity.content_type.value
        if kind == "multipart/signed":
            return self._detached(entity)
        if kind not in CMS_TYPES and not _is_cms_by_name(entity):
            return None
        content_type, node = cms.open_content_info(cms_bytes(entity))
        if content_type == cms.SIGNED_DATA:
            signed = parse_signed_data(node)
            if signed.content is None:
                raise MalformedMessage("the signature is detached, but there is nothing beside it")
            self.entity = inner = _parse_inner(signed.content, self.limits)
            self._verify(signed, signed.content, micalg="", opaque=True)
            return inner
        if content_type in {cms.ENVELOPED_DATA, cms.AUTH_ENVELOPED_DATA}:
            return self._decrypted(content_type, node)
        if content_type == cms.COMPRESSED_DATA:
            content, compressed = decompress(node, limit=self.limits.inflated_bytes)
            self.layers.append(CompressedLayer(compressed, len(content)))
            return _parse_inner(content, self.limits)
        raise MalformedMessage(f"the CMS content {cms.describe_oid(content_type)} does not belong into AS2")

    def _detached(self, entity: Entity) -> Entity:
        """Verify a multipart/signed; its first part is inside."""
        inner, structure = split_signed(entity, self.limits)
        self.entity = inner
        content_type, node = cms.open_content_info(structure)
        if content_type != cms.SIGNED_DATA:
            raise MalformedMessage("the second part of a multipart/signed is no signature")
        micalg = entity.content_type.parameters.get("micalg", "")
        self._verify(parse_signed_data(node), inner.view, micalg=micalg, opaque=False)
        return inner

    def _verify(self, signed: SignedData, content: bytes | memoryview, *, micalg: str, opaque: bool) -> None:
        signer = signed.signer
        if self.signature is None:
            self.hashed, self.signature, self.micalg = content, signed, micalg
        self._allow(signer.digest)
        self._allow(signer.scheme)
        try:
            certificate, canonicalised = self._signer(signed, content, opaque=opaque)
            self._check_certificate(certificate)
        except SignatureRefused:
            if not self.policy.continue_unauthenticated:
                raise
            self.warning = disposition.AUTHENTICATION_FAILED_CONTINUED
            return
        if self.signature is signed:
            self.digest = signer.stated
        self.layers.append(SignedLayer(certificate, signer.digest, signer.scheme, opaque, canonicalised))

    def _signer(self, signed: SignedData, content: bytes | memoryview, *, opaque: bool) -> tuple[Certificate, bool]:
        """Who signed; a sender whose line ends were changed on the way, or who signs them other than sent, is understood."""
        try:
            return verify(signed, content, self.certificates), False
        except IntegrityFailed:
            if opaque or signed.signer.stated is None:
                raise
            fitting = next((form for form in line_end_forms(bytes(content)) if _is_signed(signed, form)), None)
            if fitting is None:
                raise
        certificate = verify(signed, fitting, self.certificates)
        self.hashed = fitting
        return certificate, True

    def _check_certificate(self, certificate: Certificate) -> None:
        if (reason := self.policy.refuses_date(certificate, self.at)) is not None:
            raise SignatureRefused(
                reason, remedy="ask the partner for the new certificate, or agree on a date until which it holds"
            )
        if (reason := self.policy.refuses_key(certificate)) is not None:
            raise SecurityInsufficient(reason, remedy="ask the partner for a certificate with a longer key")

    def _decrypted(self, content_type: bytes, node: Node) -> Entity:
        enveloped = parse_enveloped_data(content_type, node)
        self._allow(enveloped.cipher)
        content, key, recipient = decrypt(enveloped, self.keys)
        self._allow(recipient.transport)
        try:
            inner = _parse_inner(content, self.limits)
        except MalformedMessage:
            raise DecryptionFailed from None
        self.layers.append(EncryptedLayer(key.certificate, enveloped.cipher, recipient.transport))
        return inner

    def _allow(self, algorithm: Algorithm) -> None:
        if (reason := self.policy.refuses(algorithm, self.at)) is not None:
            raise SecurityInsufficient(reason, remedy="ask the partner for a stronger algorithm, or allow it until a date")

    def _check_security(self) -> None:
        """What the agreement requires is there."""
        if self.policy.require_signature and self.signature is None:
            raise SecurityInsufficient("the message is not signed, which the agreement requires")
        if self.policy.require_encryption and not any(isinstance(layer, EncryptedLayer) for layer in self.layers):
            raise SecurityInsufficient("the message is not encrypted, which the agreement requires")

    def _mic(self) -> Mic | None:
        """The MIC, by the signature's digest or what the receipt is asked with, spelled as the partner spells it."""
        if self.hashed is None:
            return None
        request = self.envelope.receipt
        if self.signature is not None:
            algorithm = self.signature.signer.digest
            wanted = (*(request.micalgs if request is not None else ()), self.micalg)
            spelling = next((text for text in wanted if parse_digest(text) is algorithm), "")
            return Mic(self.digest or algorithm.of(self.hashed), algorithm, spelling)
        try:
            chosen = request.choose_micalg() if request is not None else None
        except ReceiptUnsupported:
            chosen = None
        digest, spelling = chosen or (Digest.SHA256, "")
        return Mic(digest.of(self.hashed), digest, spelling)


def _is_signed(signed: SignedData, content: bytes) -> bool:
    return signed.signer.stated == signed.signer.digest.of(content)


def _parse_inner(content: bytes, limits: Limits) -> Entity:
    """What was inside of a CMS structure; it must be MIME, or a document without headers would be taken for its own headers."""
    entity = parse_entity(content, limits=limits)
    if not has_headers(entity):
        raise MalformedMessage("what is inside of the CMS structure has no MIME headers")
    return entity


def _is_cms_by_name(entity: Entity) -> bool:
    """Some senders call a CMS structure an octet-stream and only name it smime.p7m."""
    return entity.content_type.value == "application/octet-stream" and (entity.file_name or "").lower().endswith((".p7m", ".p7z"))


def _part(leaf: Entity) -> Part:
    kind = leaf.content_type
    return Part(leaf.decoded(), kind.value, leaf.file_name, kind.parameters.get("charset"))
