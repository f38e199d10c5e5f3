"""Object identifiers and algorithm identifiers of CMS (RFC 5652, 3274, 5083, 5084, 5753, 5754, 8017), and its outermost layer."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.protocols.as2 import ber
from gateway.protocols.as2.algorithms import Cipher, Digest, KeyTransport, SignatureScheme
from gateway.protocols.as2.errors import MalformedMessage, SecurityInsufficient


def _oid(dotted: str) -> bytes:
    return ber.object_identifier(dotted)


DATA: Final = _oid("1.2.840.113549.1.7.1")
SIGNED_DATA: Final = _oid("1.2.840.113549.1.7.2")
ENVELOPED_DATA: Final = _oid("1.2.840.113549.1.7.3")
COMPRESSED_DATA: Final = _oid("1.2.840.113549.1.9.16.1.9")
AUTH_ENVELOPED_DATA: Final = _oid("1.2.840.113549.1.9.16.1.23")
ZLIB: Final = _oid("1.2.840.113549.1.9.16.3.8")

CONTENT_TYPE: Final = _oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST: Final = _oid("1.2.840.113549.1.9.4")
SIGNING_TIME: Final = _oid("1.2.840.113549.1.9.5")

RSA_ENCRYPTION: Final = _oid("1.2.840.113549.1.1.1")
RSA_OAEP: Final = _oid("1.2.840.113549.1.1.7")
MGF1: Final = _oid("1.2.840.113549.1.1.8")
RSA_PSS: Final = _oid("1.2.840.113549.1.1.10")
EC_PUBLIC_KEY: Final = _oid("1.2.840.10045.2.1")

NULL: Final = b"\x05\x00"

DIGESTS: Final[Mapping[bytes, Digest]] = MappingProxyType(
    {
        _oid("1.3.14.3.2.26"): Digest.SHA1,
        _oid("2.16.840.1.101.3.4.2.1"): Digest.SHA256,
        _oid("2.16.840.1.101.3.4.2.2"): Digest.SHA384,
        _oid("2.16.840.1.101.3.4.2.3"): Digest.SHA512,
    }
)
DIGEST_IDENTIFIERS: Final[Mapping[Digest, bytes]] = MappingProxyType({digest: oid for oid, digest in DIGESTS.items()})

SIGNATURES: Final[Mapping[bytes, tuple[SignatureScheme, Digest | None]]] = MappingProxyType(
    {
        RSA_ENCRYPTION: (SignatureScheme.RSA_PKCS1, None),
        _oid("1.2.840.113549.1.1.5"): (SignatureScheme.RSA_PKCS1, Digest.SHA1),
        _oid("1.2.840.113549.1.1.11"): (SignatureScheme.RSA_PKCS1, Digest.SHA256),
        _oid("1.2.840.113549.1.1.12"): (SignatureScheme.RSA_PKCS1, Digest.SHA384),
        _oid("1.2.840.113549.1.1.13"): (SignatureScheme.RSA_PKCS1, Digest.SHA512),
        RSA_PSS: (SignatureScheme.RSA_PSS, None),
        EC_PUBLIC_KEY: (SignatureScheme.ECDSA, None),
        _oid("1.2.840.10045.4.1"): (SignatureScheme.ECDSA, Digest.SHA1),
        _oid("1.2.840.10045.4.3.2"): (SignatureScheme.ECDSA, Digest.SHA256),
        _oid("1.2.840.10045.4.3.3"): (SignatureScheme.ECDSA, Digest.SHA384),
        _oid("1.2.840.10045.4.3.4"): (SignatureScheme.ECDSA, Digest.SHA512),
    }
)
"""Signature algorithms; the digest is None where the identifier does not say it (then digestAlgorithm does)."""

CIPHERS: Final[Mapping[bytes, Cipher]] = MappingProxyType(
    {
        _oid("2.16.840.1.101.3.4.1.2"): Cipher.AES128_CBC,
        _oid("2.16.840.1.101.3.4.1.22"): Cipher.AES192_CBC,
        _oid("2.16.840.1.101.3.4.1.42"): Cipher.AES256_CBC,
        _oid("2.16.840.1.101.3.4.1.6"): Cipher.AES128_GCM,
        _oid("2.16.840.1.101.3.4.1.26"): Cipher.AES192_GCM,
        _oid("2.16.840.1.101.3.4.1.46"): Cipher.AES256_GCM,
        _oid("1.2.840.113549.3.7"): Cipher.TRIPLE_DES_CBC,
    }
)
CIPHER_IDENTIFIERS: Final[Mapping[Cipher, bytes]] = MappingProxyType({cipher: oid for oid, cipher in CIPHERS.items()})

KEY_BYTES: Final[Mapping[Cipher, int]] = MappingProxyType(
    {cipher: 24 if cipher is Cipher.TRIPLE_DES_CBC else int(cipher.value[3:6]) // 8 for cipher in Cipher}
)

OAEP_DIGESTS: Final[Mapping[KeyTransport, Digest]] = MappingProxyType(
    {
        transport: Digest(transport.value.rsplit("-", 1)[1])
        for transport in KeyTransport
        if transport is not KeyTransport.RSA_PKCS1
    }
)


def describe_oid(oid: bytes) -> str:
    """The dotted form of an encoded object identifier, for people."""
    arcs, arc = [], 0
    for octet in oid[2:]:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    if not arcs:
        return "without a name"
    first = min(arcs[0] // 40, 2)
    return ".".join(str(number) for number in (first, arcs[0] - 40 * first, *arcs[1:]))


DIGEST_ALGORITHMS: Final[Mapping[Digest, bytes]] = MappingProxyType(
    {digest: ber.sequence(oid) for digest, oid in DIGEST_IDENTIFIERS.items()}
)
"""AlgorithmIdentifiers of digests, without parameters (RFC 5754 clause 2)."""


def mask_identifier(digest: Digest) -> bytes:
    """AlgorithmIdentifier of MGF1 with that digest (RFC 8017 appendix A.2.1)."""
    return ber.sequence(MGF1, ber.sequence(DIGEST_IDENTIFIERS[digest], NULL))


def content_info(content_type: bytes, content: bytes) -> bytes:
    """ContentInfo (RFC 5652 clause 3)."""
    return ber.sequence(content_type, ber.element(0xA0, content))


def open_content_info(data: bytes) -> tuple[bytes, ber.Node]:
    """The type of a ContentInfo (an encoded object identifier) and its content."""
    parts = ber.root(data).children()
    if len(parts) != 2 or parts[0].tag != ber.OBJECT_IDENTIFIER or parts[1].tag != 0xA0:
        raise MalformedMessage("what should be CMS is not a ContentInfo")
    return parts[0].encoded, parts[1].first()


_WRITTEN_DIGESTS: Final[Mapping[bytes, Digest]] = MappingProxyType(
    {ber.sequence(oid, parameters): digest for oid, digest in DIGESTS.items() for parameters in (b"", NULL)}
)
"""Digests by their AlgorithmIdentifiers, as everybody writes them: known at sight."""


def parse_digest_identifier(node: ber.Node, what: str) -> Digest:
    """The digest of an AlgorithmIdentifier."""
    if (digest := _WRITTEN_DIGESTS.get(node.encoded)) is not None:
        return digest
    oid = node.expect(ber.SEQUENCE, what).first().encoded
    if (digest := DIGESTS.get(oid)) is None:
        raise SecurityInsufficient(f"the {what} {describe_oid(oid)} is not supported", remedy="SHA-256, SHA-384 and SHA-512 are")
    return digest
