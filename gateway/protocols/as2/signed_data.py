"""SignedData of CMS (RFC 5652 clause 5): signing, and verifying against pinned certificates.

Exactly one signer; contentType and messageDigest each once with one value; the certificate must be one that was agreed, named by
issuer and serial number or key identifier (or, re-issued, have the same key). Algorithms by RFC 5754, RFC 8017 and RFC 5753.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from gateway.protocols.as2 import ber, cms
from gateway.protocols.as2.algorithms import HASHES, Digest, SignatureScheme
from gateway.protocols.as2.certificate import Certificate, load_certificate
from gateway.protocols.as2.errors import CannotBuild, IntegrityFailed, MalformedMessage, SecurityInsufficient, SignatureRefused
from gateway.protocols.as2.message import Signing

_ISSUER_SERIAL, _KEY_IDENTIFIER = ber.SEQUENCE, 0x80
_PKCS1: Final = padding.PKCS1v15()
_PKCS1_IDENTIFIER: Final = ber.sequence(cms.RSA_ENCRYPTION, cms.NULL)

# What is the same in every signature, encoded once.
_VERSION: Final = ber.integer(1)
_COUNTED: Final = (cms.CONTENT_TYPE, cms.MESSAGE_DIGEST)
_COUNTED_OCTETS: Final = len(cms.CONTENT_TYPE)
_DETACHED: Final = ber.sequence(cms.DATA)
_CONTENT_TYPE_IS_DATA: Final = ber.sequence(cms.CONTENT_TYPE, ber.element(ber.SET, cms.DATA))


# ---- signing ----------------------------------------------------------------------------------------------------------------


def scheme_of(signing: Signing) -> SignatureScheme:
    """The scheme to sign with; raises `CannotBuild` when it does not fit the key."""
    is_rsa = signing.key.rsa is not None
    scheme = signing.scheme or (SignatureScheme.RSA_PKCS1 if is_rsa else SignatureScheme.ECDSA)
    if is_rsa == (scheme is SignatureScheme.ECDSA):
        raise CannotBuild(f"{scheme} does not fit the {'RSA' if is_rsa else 'EC'} key we sign with")
    return scheme


def sign(content: bytes, signing: Signing, *, at: datetime) -> bytes:
    """A ContentInfo with SignedData over the content, which is inside only if `signing.opaque`. `at` is the signing time."""
    scheme = scheme_of(signing)
    attributes = _attributes(signing.digest.of(content), at)
    signature = _signature(b"\x31" + attributes[1:], signing, scheme)
    certificate = signing.key.certificate
    digest = cms.DIGEST_ALGORITHMS[signing.digest]
    identifier = _SIGNATURE_ALGORITHMS[scheme, signing.digest]
    signer = ber.sequence(_VERSION, certificate.issuer_serial, digest, attributes, identifier, ber.octet_string(signature))
    inside = ber.sequence(cms.DATA, ber.element(0xA0, ber.octet_string(content))) if signing.opaque else _DETACHED
    signed = ber.sequence(
        _VERSION,
        ber.element(ber.SET, digest),
        inside,
        ber.element(0xA0, certificate.der) if signing.include_certificate else b"",
        ber.element(ber.SET, signer),
    )
    return cms.content_info(cms.SIGNED_DATA, signed)


def _attributes(digest: bytes, at: datetime) -> bytes:
    """The signed attributes as [0] IMPLICIT, in DER's order of a SET OF (clause 5.4)."""
    stated = ber.sequence(cms.MESSAGE_DIGEST, ber.element(ber.SET, ber.octet_string(digest)))
    return ber.element(0xA0, b"".join(sorted((_CONTENT_TYPE_IS_DATA, _signing_time(at.replace(microsecond=0)), stated))))


@lru_cache(maxsize=8)
def _signing_time(at: datetime) -> bytes:
    """The attribute of one second: UTCTime until 2049, then GeneralizedTime (clause 11.3)."""
    moment = at.astimezone(UTC)
    late = moment.year >= 2050
    time = f"{moment:%Y%m%d%H%M%SZ}"[0 if late else 2 :].encode("ascii")
    return ber.sequence(cms.SIGNING_TIME, ber.element(ber.SET, ber.element(0x18 if late else 0x17, time)))


def _signature(signed: bytes, signing: Signing, scheme: SignatureScheme) -> bytes:
    algorithm = HASHES[signing.digest]
    if scheme is SignatureScheme.ECDSA:
        return cast("ec.EllipticCurvePrivateKey", signing.key.key).sign(signed, ec.ECDSA(algorithm))
    key = cast("rsa.RSAPrivateKey", signing.key.rsa)
    if scheme is SignatureScheme.RSA_PSS:
        return key.sign(signed, padding.PSS(padding.MGF1(algorithm), padding.PSS.DIGEST_LENGTH), algorithm)
    return key.sign(signed, _PKCS1, algorithm)


def _signature_algorithm(scheme: SignatureScheme, digest: Digest) -> bytes:
    """AlgorithmIdentifier of the signature (RFC 8017 appendix A.2.3 for PSS, RFC 5758 for ECDSA, RFC 3370 for PKCS#1)."""
    if scheme is SignatureScheme.RSA_PKCS1:
        return _PKCS1_IDENTIFIER
    if scheme is SignatureScheme.ECDSA:
        return ber.sequence(next(oid for oid, known in cms.SIGNATURES.items() if known == (scheme, digest)))
    hashed = ber.sequence(cms.DIGEST_IDENTIFIERS[digest], cms.NULL)
    parameters = ber.sequence(
        ber.element(0xA0, hashed),
        ber.element(0xA1, cms.mask_identifier(digest)),
        ber.element(0xA2, ber.integer(HASHES[digest].digest_size)),
    )
    return ber.sequence(cms.RSA_PSS, parameters)


_SIGNATURE_ALGORITHMS: Final = MappingProxyType(
    {(scheme, digest): _signature_algorithm(scheme, digest) for scheme in SignatureScheme for digest in Digest}
)


# ---- reading ----------------------------------------------------------------------------------------------------------------


class SignerInfo(NamedTuple):
    """The one signer. `attributes` are the signed ones (None without any), `stated` is the messageDigest among them."""

    identifier: ber.Node
    digest: Digest
    scheme: SignatureScheme
    salt: int
    mask: Digest
    signature: bytes
    attributes: ber.Node | None
    stated: bytes | None

    def names(self, certificate: Certificate) -> bool:
        """Whether the signer says it is this certificate."""
        if self.identifier.tag == _ISSUER_SERIAL:
            return self.identifier.encoded == certificate.issuer_serial
        return self.identifier.octets() == certificate.key_identifier

    def signed_bytes(self, content: bytes | memoryview) -> Iterator[bytes]:
        """What the signature may be over: the attributes as they came, and in DER's order where a sender does not keep it."""
        if self.attributes is None:
            yield bytes(content)
            return
        as_received = b"\x31" + self.attributes.encoded[1:]
        yield as_received
        in_order = ber.set_of(*(attribute.encoded for attribute in self.attributes.children()))
        if in_order != as_received:
            yield in_order


class SignedData(NamedTuple):
    """A SignedData that was read, and nothing verified yet. `content` is None when the signature is detached."""

    signer: SignerInfo
    content: bytes | None
    certificates: ber.Node | None

    @property
    def embedded(self) -> tuple[bytes, ...]:
        """The certificates that came along, in DER."""
        found = self.certificates.children() if self.certificates is not None else []
        return tuple(node.encoded for node in found if node.tag == ber.SEQUENCE)


def parse_signed_data(node: ber.Node) -> SignedData:
    """Read SignedData; `MalformedMessage` when it is not one, `SignatureRefused` when it has not exactly one signer."""
    parts = node.expect(ber.SEQUENCE, "SignedData").children()
    if len(parts) < 4 or parts[1].tag != ber.SET or parts[2].tag != ber.SEQUENCE or parts[-1].tag != ber.SET:
        raise MalformedMessage("the SignedData is incomplete")
    inner = parts[2].children()
    if not inner or inner[0].encoded != cms.DATA:
        raise MalformedMessage("what is signed is not plain data")
    signers = parts[-1].children()
    if len(signers) != 1:
        raise SignatureRefused(
            f"the signature has {len(signers)} signers where there must be one",
            remedy="ask the partner to sign with exactly one certificate",
        )
    content = inner[1].expect(0xA0, "content").first().octets() if len(inner) > 1 else None
    certificates = next((part for part in parts[3:-1] if part.tag == 0xA0), None)
    return SignedData(_signer(signers[0]), content, certificates)


def _signer(node: ber.Node) -> SignerInfo:
    parts = node.expect(ber.SEQUENCE, "SignerInfo").children()
    has_attributes = len(parts) > 3 and parts[3].tag == 0xA0
    shift = 1 if has_attributes else 0
    if len(parts) < 5 + shift or parts[1].tag not in {_ISSUER_SERIAL, _KEY_IDENTIFIER}:
        raise MalformedMessage("the SignerInfo is incomplete")
    digest = cms.parse_digest_identifier(parts[2], "digest algorithm")
    scheme, mask, salt = _parse_signature_identifier(parts[3 + shift], digest)
    return SignerInfo(
        identifier=parts[1],
        digest=digest,
        scheme=scheme,
        salt=salt,
        mask=mask,
        signature=parts[4 + shift].expect(ber.OCTET_STRING, "signature").body,
        attributes=parts[3] if has_attributes else None,
        stated=_stated_digest(parts[3]) if has_attributes else None,
    )


def _stated_digest(attributes: ber.Node) -> bytes:
    """The messageDigest; it and contentType (data) must be there once, with one value each (clause 11)."""
    data, found = attributes.data, dict[bytes, ber.Node]()
    for attribute in attributes.children():
        start = attribute.content + _COUNTED_OCTETS
        oid = data[attribute.content : start]
        if oid in _COUNTED:
            attribute.expect(ber.SEQUENCE, "attribute")
            values = ber.read(data, start, attribute.end).expect(ber.SET, "values of an attribute")
            value = values.first()
            if oid in found or value.after != values.end or values.after != attribute.end:
                raise SignatureRefused("contentType or messageDigest is not there exactly once among the signed attributes")
            found[oid] = value
    if len(found) != 2 or found[cms.CONTENT_TYPE].encoded != cms.DATA:
        raise SignatureRefused("the signed attributes lack the contentType (data) or the messageDigest")
    return found[cms.MESSAGE_DIGEST].expect(ber.OCTET_STRING, "messageDigest").body


def _parse_signature_identifier(node: ber.Node, digest: Digest) -> tuple[SignatureScheme, Digest, int]:
    """Scheme, digest of the mask, and salt length (both of PSS only)."""
    if node.encoded == _PKCS1_IDENTIFIER:  # as nearly everybody writes it
        return SignatureScheme.RSA_PKCS1, digest, 0
    parts = node.expect(ber.SEQUENCE, "signature algorithm").children()
    if not parts or (known := cms.SIGNATURES.get(parts[0].encoded)) is None:
        raise SecurityInsufficient("the signature algorithm is not supported", remedy="RSA (PKCS#1 or PSS) and ECDSA are")
    scheme, stated = known
    if stated is not None and stated is not digest:
        raise SignatureRefused(f"the signature is stated as made with {stated}, its digest as {digest}")
    if scheme is not SignatureScheme.RSA_PSS:
        return scheme, digest, 0
    mask, salt = _parse_pss(parts[1] if len(parts) > 1 else None, digest)
    return scheme, mask, salt


def _parse_pss(parameters: ber.Node | None, digest: Digest) -> tuple[Digest, int]:
    """Digest of the mask and salt length; what is left out is SHA-1 and 20 (RFC 8017 appendix A.2.3)."""
    hashed, mask, salt = Digest.SHA1, Digest.SHA1, 20
    for field in parameters.children() if parameters is not None else []:
        if field.tag == 0xA0:
            hashed = cms.parse_digest_identifier(field.first(), "digest of PSS")
        elif field.tag == 0xA1:
            parts = field.first().children()
            if len(parts) != 2 or parts[0].encoded != cms.MGF1:
                raise MalformedMessage("the mask function of PSS is not MGF1")
            mask = cms.parse_digest_identifier(parts[1], "digest of MGF1")
        elif field.tag == 0xA2:
            salt = int.from_bytes(field.first().expect(ber.INTEGER, "salt length").body, "big")
    if hashed is not digest or salt > 1024:
        raise SignatureRefused("the parameters of PSS do not fit the digest of the signature")
    return mask, salt


# ---- verifying --------------------------------------------------------------------------------------------------------------


def verify(signed: SignedData, content: bytes | memoryview, certificates: Sequence[Certificate]) -> Certificate:
    """The pinned certificate whose key made the signature over this content. Dates and algorithms are the policy's matter.

    `SignatureRefused` when it is none of them or the signature is wrong; `IntegrityFailed` when the signature is good but over
    other content.
    """
    signer = signed.signer
    candidates = candidates_for(signed, certificates)
    if not candidates:
        raise SignatureRefused(
            f"signed with a certificate that is not known here ({describe_signer(signed)})",
            remedy="ask the partner for the certificate, compare its fingerprint by telephone, and add it to the channel",
        )
    found = next((certificate for certificate in candidates if signature_fits(signer, content, certificate)), None)
    if signer.stated is None:
        if found is None:
            raise IntegrityFailed("the signature does not fit the content")
        return found
    if found is None:
        raise SignatureRefused("the signature was not made with the key of the certificate it names")
    if signer.stated != signer.digest.of(content):
        raise IntegrityFailed(f"the signature is the partner's, but over other content ({signer.digest} differs)")
    return found


def candidates_for(signed: SignedData, certificates: Sequence[Certificate]) -> list[Certificate]:
    """The pinned certificates the signer may be: those it names, else those whose key its embedded certificate has."""
    names = signed.signer.names
    if named := [certificate for certificate in certificates if names(certificate)]:
        return named
    loaded = [found for der in signed.embedded if (found := load_embedded(der)) is not None and names(found)]
    return [certificate for found in loaded for certificate in certificates if certificate.key == found.key]


def load_embedded(der: bytes) -> Certificate | None:
    """A certificate inside of a message, if it is one of those we can use."""
    try:
        return load_certificate(der)
    except (CannotBuild, MalformedMessage):
        return None


def signature_fits(signer: SignerInfo, content: bytes | memoryview, certificate: Certificate) -> bool:
    """Whether the signature is one of this certificate's key over the attributes (or, without any, over the content)."""
    return any(_verifies(signer, signed, certificate) for signed in signer.signed_bytes(content))


def _verifies(signer: SignerInfo, signed: bytes, certificate: Certificate) -> bool:
    algorithm, scheme, key = HASHES[signer.digest], signer.scheme, certificate.rsa
    try:
        if key is not None and scheme is SignatureScheme.RSA_PKCS1:
            key.verify(signer.signature, signed, _PKCS1, algorithm)
        elif key is not None and scheme is SignatureScheme.RSA_PSS:
            key.verify(signer.signature, signed, padding.PSS(padding.MGF1(HASHES[signer.mask]), signer.salt), algorithm)
        elif key is None and scheme is SignatureScheme.ECDSA:
            cast("ec.EllipticCurvePublicKey", certificate.key).verify(signer.signature, signed, ec.ECDSA(algorithm))
        else:
            return False
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


def describe_signer(signed: SignedData) -> str:
    """Who signed, for people: subject, serial number and fingerprint when the certificate came along."""
    identifier = signed.signer.identifier
    if identifier.tag == _KEY_IDENTIFIER:
        return f"key identifier {identifier.octets().hex()}"
    parts = identifier.children()
    serial = parts[-1].body.hex() if parts else "missing"
    return f"serial number {serial}"
