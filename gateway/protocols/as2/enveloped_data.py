"""EnvelopedData and AuthEnvelopedData of CMS (RFC 5652 clause 6, RFC 5083, RFC 5084, RFC 8017): encrypting, decrypting.

Every cause of failure is the same `DecryptionFailed`, and a key that cannot be unwrapped is replaced by a secret one, so that
nobody learns from the answer what was wrong (RFC 3218).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, GCM

from gateway.protocols.as2 import ber, cms
from gateway.protocols.as2.algorithms import HASHES, Cipher, Digest, KeyTransport
from gateway.protocols.as2.certificate import Certificate, OwnKey
from gateway.protocols.as2.errors import CannotBuild, DecryptionFailed, MalformedMessage, SecurityInsufficient
from gateway.protocols.as2.message import Encryption

_NONCE, _TAG = 12, 16
_KEY_IDENTIFIER = 0x80
_PKCS1 = padding.PKCS1v15()
_PKCS1_IDENTIFIER = ber.sequence(cms.RSA_ENCRYPTION, cms.NULL)


def _random(octets: int) -> bytes:
    """Random octets of the cryptographic library: content keys, initialisation vectors and nonces are inherently chance."""
    return AESGCM.generate_key(128)[:octets] if octets <= 16 else AESGCM.generate_key(256)[:octets]


# ---- encrypting -------------------------------------------------------------------------------------------------------------


def encrypt(content: bytes, encryption: Encryption) -> bytes:
    """A ContentInfo with the content encrypted for each of the certificates."""
    if not encryption.certificates:
        raise CannotBuild("there is no certificate to encrypt for")
    key = _random(cms.KEY_BYTES[encryption.cipher])
    recipients = ber.set_of(*(_recipient(certificate, key, encryption.transport) for certificate in encryption.certificates))
    if encryption.cipher.authenticated:
        return _encrypt_authenticated(content, key, recipients, encryption.cipher)
    return _encrypt_cbc(content, key, recipients, encryption.cipher)


def _encrypt_cbc(content: bytes, key: bytes, recipients: bytes, cipher: Cipher) -> bytes:
    block = 8 if cipher is Cipher.TRIPLE_DES_CBC else 16
    vector = _random(block)
    encryptor = _block_cipher(cipher, key, vector).encryptor()
    fill = block - len(content) % block
    encrypted = encryptor.update(content) + encryptor.update(bytes((fill,)) * fill) + encryptor.finalize()
    algorithm = ber.sequence(cms.CIPHER_IDENTIFIERS[cipher], ber.octet_string(vector))
    inner = ber.sequence(cms.DATA, algorithm, ber.element(0x80, encrypted))
    return cms.content_info(cms.ENVELOPED_DATA, ber.sequence(ber.integer(0), recipients, inner))


def _encrypt_authenticated(content: bytes, key: bytes, recipients: bytes, cipher: Cipher) -> bytes:
    nonce = _random(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, content, None)
    parameters = ber.sequence(ber.octet_string(nonce), ber.integer(_TAG))
    inner = ber.sequence(cms.DATA, ber.sequence(cms.CIPHER_IDENTIFIERS[cipher], parameters), ber.element(0x80, sealed[:-_TAG]))
    authenticated = ber.sequence(ber.integer(0), recipients, inner, ber.octet_string(sealed[-_TAG:]))
    return cms.content_info(cms.AUTH_ENVELOPED_DATA, authenticated)


def _recipient(certificate: Certificate, key: bytes, transport: KeyTransport) -> bytes:
    """KeyTransRecipientInfo (clause 6.2.1)."""
    if certificate.rsa is None:
        raise CannotBuild(
            f"the certificate {certificate.fingerprint[:16]} has an EC key, which cannot be encrypted for",
            remedy="ask the partner for an RSA certificate for encryption; EC keys sign",
        )
    wrapped = certificate.rsa.encrypt(key, _asymmetric_padding(transport))
    return ber.sequence(ber.integer(0), certificate.issuer_serial, _transport_identifier(transport), ber.octet_string(wrapped))


def _asymmetric_padding(transport: KeyTransport, mask: Digest | None = None) -> padding.AsymmetricPadding:
    if transport is KeyTransport.RSA_PKCS1:
        return _PKCS1
    digest = cms.OAEP_DIGESTS[transport]
    return padding.OAEP(padding.MGF1(HASHES[mask or digest]), HASHES[digest], None)


def _transport_identifier(transport: KeyTransport) -> bytes:
    """AlgorithmIdentifier of the key transport; what is SHA-1 in OAEP is left out, as it is the default (RFC 8017 A.2.1)."""
    if transport is KeyTransport.RSA_PKCS1:
        return _PKCS1_IDENTIFIER
    digest = cms.OAEP_DIGESTS[transport]
    if digest is Digest.SHA1:
        return ber.sequence(cms.RSA_OAEP, ber.sequence())
    hashed = ber.element(0xA0, ber.sequence(cms.DIGEST_IDENTIFIERS[digest], cms.NULL))
    return ber.sequence(cms.RSA_OAEP, ber.sequence(hashed, ber.element(0xA1, cms.mask_identifier(digest))))


def _block_cipher(cipher: Cipher, key: bytes, vector: bytes) -> BlockCipher[CBC]:
    return BlockCipher(TripleDES(key) if cipher is Cipher.TRIPLE_DES_CBC else AES(key), CBC(vector))


# ---- reading ----------------------------------------------------------------------------------------------------------------


class Recipient(NamedTuple):
    """One recipient: how it is named, and the content key wrapped for it. `mask` is the digest of OAEP's mask function."""

    identifier: ber.Node
    transport: KeyTransport
    mask: Digest | None
    wrapped: bytes

    def names(self, certificate: Certificate) -> bool:
        """Whether this recipient is the holder of this certificate."""
        if self.identifier.tag == ber.SEQUENCE:
            return self.identifier.encoded == certificate.issuer_serial
        return self.identifier.octets() == certificate.key_identifier


class EnvelopedData(NamedTuple):
    """An encrypted layer that was read and not opened. `vector` is the nonce of GCM; `tag` and `associated` are GCM's too."""

    recipients: tuple[Recipient, ...]
    cipher: Cipher
    vector: bytes
    encrypted: bytes | memoryview
    tag: bytes = b""
    associated: bytes | None = None


def parse_enveloped_data(content_type: bytes, node: ber.Node) -> EnvelopedData:
    """Read EnvelopedData or AuthEnvelopedData. `MalformedMessage`, or `SecurityInsufficient` for unknown ciphers."""
    parts = node.expect(ber.SEQUENCE, "EnvelopedData").children()
    position = 2 if len(parts) > 1 and parts[1].tag == 0xA0 else 1  # originatorInfo may come first
    if position + 1 >= len(parts) or parts[position].tag != ber.SET:
        raise MalformedMessage("the EnvelopedData is incomplete")
    recipients = tuple(found for child in parts[position].children() if (found := _parse_recipient(child)) is not None)
    inner = parts[position + 1].expect(ber.SEQUENCE, "encrypted content").children()
    if len(inner) != 3 or inner[0].encoded != cms.DATA or inner[2].tag not in {0x80, 0xA0}:
        raise MalformedMessage("the encrypted content is incomplete or not plain data")
    cipher, vector, tag_bytes = _parse_cipher(inner[1])
    if cipher.authenticated is not (content_type == cms.AUTH_ENVELOPED_DATA):
        raise MalformedMessage(f"{cipher} does not belong into this kind of CMS")
    tag, associated = _parse_authentication(parts[position + 2 :], tag_bytes) if cipher.authenticated else (b"", None)
    return EnvelopedData(recipients, cipher, vector, inner[2].view(), tag, associated)


def _parse_recipient(node: ber.Node) -> Recipient | None:
    """A KeyTransRecipientInfo; None for the other kinds, which are for others (key agreement, passwords)."""
    if node.tag != ber.SEQUENCE:
        return None
    parts = node.children()
    if len(parts) != 4 or parts[1].tag not in {ber.SEQUENCE, _KEY_IDENTIFIER}:
        raise MalformedMessage("a recipient of the encryption is incomplete")
    if parts[2].encoded == _PKCS1_IDENTIFIER:
        return Recipient(parts[1], KeyTransport.RSA_PKCS1, None, parts[3].octets())
    algorithm = parts[2].expect(ber.SEQUENCE, "key transport").children()
    oid = algorithm[0].encoded if algorithm else b""
    if oid == cms.RSA_ENCRYPTION:
        transport, mask = KeyTransport.RSA_PKCS1, None
    elif oid == cms.RSA_OAEP:
        transport, mask = _parse_oaep(algorithm[1] if len(algorithm) > 1 else None)
    else:
        return None
    return Recipient(parts[1], transport, mask, parts[3].octets())


def _parse_oaep(parameters: ber.Node | None) -> tuple[KeyTransport, Digest]:
    """Digest and mask of OAEP, SHA-1 where left out (RFC 8017 appendix A.2.1); labels are not supported (RFC 3560)."""
    digest = mask = Digest.SHA1
    for field in parameters.children() if parameters is not None else []:
        if field.tag == 0xA0:
            digest = cms.parse_digest_identifier(field.first(), "digest of OAEP")
        elif field.tag == 0xA1:
            parts = field.first().children()
            if len(parts) != 2 or parts[0].encoded != cms.MGF1:
                raise MalformedMessage("the mask function of OAEP is not MGF1")
            mask = cms.parse_digest_identifier(parts[1], "digest of MGF1")
    return KeyTransport(f"rsa-oaep-{digest}"), mask


def _parse_cipher(node: ber.Node) -> tuple[Cipher, bytes, int]:
    """The cipher, its initialisation vector or nonce, and the length of GCM's tag (RFC 5084 clause 3.2)."""
    parts = node.expect(ber.SEQUENCE, "content encryption").children()
    if len(parts) != 2 or (cipher := cms.CIPHERS.get(parts[0].encoded)) is None:
        raise SecurityInsufficient("the cipher of the message is not supported", remedy="AES (CBC or GCM) is")
    if not cipher.authenticated:
        return cipher, parts[1].expect(ber.OCTET_STRING, "initialisation vector").body, 0
    parameters = parts[1].expect(ber.SEQUENCE, "parameters of GCM").children()
    if not parameters or len(parameters) > 2:
        raise MalformedMessage("the parameters of GCM are incomplete")
    octets = int.from_bytes(parameters[1].expect(ber.INTEGER, "tag length").body, "big") if len(parameters) == 2 else 12
    return cipher, parameters[0].expect(ber.OCTET_STRING, "nonce").body, octets


def _parse_authentication(rest: Sequence[ber.Node], octets: int) -> tuple[bytes, bytes | None]:
    """GCM's tag, and the authenticated attributes as they are hashed (RFC 5083 clause 2.2)."""
    attributes = next((part for part in rest if part.tag == 0xA1), None)
    tag = next((part.body for part in rest if part.tag == ber.OCTET_STRING), b"")
    if len(tag) != octets or not 12 <= octets <= _TAG:
        raise MalformedMessage("the authentication tag of the encryption is incomplete")
    return tag, None if attributes is None else b"\x31" + attributes.encoded[1:]


# ---- decrypting -------------------------------------------------------------------------------------------------------------


def decrypt(enveloped: EnvelopedData, keys: Sequence[OwnKey]) -> tuple[bytes, OwnKey, Recipient]:
    """The content, the key of ours that opened it, and the recipient it is named by. Raises `DecryptionFailed` only."""
    for key, recipient in addressed(enveloped, keys):
        content = try_key(enveloped, key, recipient)
        if content is not None:
            return content, key, recipient
    raise DecryptionFailed


def addressed(enveloped: EnvelopedData, keys: Sequence[OwnKey]) -> Iterator[tuple[OwnKey, Recipient]]:
    """The pairs of a key of ours and a recipient that names it."""
    for recipient in enveloped.recipients:
        for key in keys:
            if key.rsa is not None and recipient.names(key.certificate):
                yield key, recipient


def try_key(enveloped: EnvelopedData, key: OwnKey, recipient: Recipient) -> bytes | None:
    """The content when this key opens it, else None."""
    octets = cms.KEY_BYTES[enveloped.cipher]
    content_key = Digest.SHA256.of(key.rejection + recipient.wrapped)[:octets]
    if (unwrapped := unwrap(recipient, key)) is not None and len(unwrapped) == octets:
        content_key = unwrapped
    if enveloped.cipher.authenticated:
        return _open_authenticated(enveloped, content_key)
    return _open_cbc(enveloped, content_key)


def unwrap(recipient: Recipient, key: OwnKey) -> bytes | None:
    """The content key; None (or, with PKCS#1, a random one) when it was wrapped for another key."""
    if key.rsa is None:
        return None
    try:
        return key.rsa.decrypt(recipient.wrapped, _asymmetric_padding(recipient.transport, recipient.mask))
    except (ValueError, UnsupportedAlgorithm):
        return None


def _open_cbc(enveloped: EnvelopedData, key: bytes) -> bytes | None:
    block = 8 if enveloped.cipher is Cipher.TRIPLE_DES_CBC else 16
    if len(enveloped.vector) != block or not enveloped.encrypted or len(enveloped.encrypted) % block:
        return None
    decryptor = _block_cipher(enveloped.cipher, key, enveloped.vector).decryptor()
    content = decryptor.update(enveloped.encrypted) + decryptor.finalize()
    fill = content[-1]
    if not 1 <= fill <= block or content[-fill:] != bytes((fill,)) * fill:
        return None
    return content[:-fill]


def _open_authenticated(enveloped: EnvelopedData, key: bytes) -> bytes | None:
    try:
        if len(enveloped.tag) == _TAG:
            return AESGCM(key).decrypt(enveloped.vector, b"".join((enveloped.encrypted, enveloped.tag)), enveloped.associated)
        return _open_short_tag(enveloped, key)
    except (InvalidTag, ValueError):
        return None


def _open_short_tag(enveloped: EnvelopedData, key: bytes) -> bytes:
    """GCM with a tag of 12 to 15 octets, which RFC 5084 allows."""
    mode = GCM(enveloped.vector, enveloped.tag, min_tag_length=12)
    decryptor = BlockCipher(AES(key), mode).decryptor()
    if enveloped.associated is not None:
        decryptor.authenticate_additional_data(enveloped.associated)
    return decryptor.update(enveloped.encrypted) + decryptor.finalize()
