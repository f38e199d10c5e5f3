"""The algorithms of AS2 with their names and the spellings partners use.

They are keys of many tables; the hash of their text is ten times as quick as that which `Enum` computes anew each time.
"""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives import hashes


class Digest(StrEnum):
    """Hash functions of signatures and MICs (RFC 5754)."""

    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"

    __hash__ = str.__hash__

    @property
    def micalg(self) -> str:
        """The spelling of RFC 5751 for `micalg` and Received-content-MIC."""
        return f"sha-{self.value[3:]}"

    def of(self, content: bytes | memoryview) -> bytes:
        """The hash of some content."""
        return _FUNCTIONS[self](content, usedforsecurity=False).digest()


_FUNCTIONS: Final = MappingProxyType(
    {Digest.SHA1: hashlib.sha1, Digest.SHA256: hashlib.sha256, Digest.SHA384: hashlib.sha384, Digest.SHA512: hashlib.sha512}
)


class SignatureScheme(StrEnum):
    """How the digest is signed."""

    RSA_PKCS1 = "rsa-pkcs1"
    RSA_PSS = "rsa-pss"
    ECDSA = "ecdsa"

    __hash__ = str.__hash__


class Cipher(StrEnum):
    """How the content is encrypted."""

    AES128_CBC = "aes128-cbc"
    AES192_CBC = "aes192-cbc"
    AES256_CBC = "aes256-cbc"
    AES128_GCM = "aes128-gcm"
    AES192_GCM = "aes192-gcm"
    AES256_GCM = "aes256-gcm"
    TRIPLE_DES_CBC = "3des-cbc"

    __hash__ = str.__hash__

    @property
    def authenticated(self) -> bool:
        """Whether it notices tampering by itself; it is sent as AuthEnvelopedData (RFC 5083)."""
        return self.endswith("gcm")


class KeyTransport(StrEnum):
    """How the content key is encrypted for a recipient. The digest of OAEP is that of the label and of the mask."""

    RSA_PKCS1 = "rsa-pkcs1"
    RSA_OAEP_SHA1 = "rsa-oaep-sha1"
    RSA_OAEP_SHA256 = "rsa-oaep-sha256"
    RSA_OAEP_SHA384 = "rsa-oaep-sha384"
    RSA_OAEP_SHA512 = "rsa-oaep-sha512"

    __hash__ = str.__hash__


class Compression(StrEnum):
    """Whether and when a message is compressed (RFC 5402): partners differ, so the agreement says it."""

    NONE = "none"
    BEFORE_SIGNING = "before-signing"
    AFTER_SIGNING = "after-signing"


HASHES: Final[Mapping[Digest, hashes.HashAlgorithm]] = MappingProxyType(
    {
        Digest.SHA1: hashes.SHA1(),  # noqa: S303  partners' old agreements; policy decides
        Digest.SHA256: hashes.SHA256(),
        Digest.SHA384: hashes.SHA384(),
        Digest.SHA512: hashes.SHA512(),
    }
)

SPELLINGS: Final[Mapping[str, Digest]] = MappingProxyType(
    {
        spelling: digest
        for digest in Digest
        for spelling in (digest.value, digest.micalg, f"rsa-{digest.value}", f"rsa-{digest.micalg}", f"sha{digest.value[3:]}rsa")
    }
)


def parse_digest(spelling: str) -> Digest | None:
    """The digest meant by sha1, SHA-1, sha256, sha-256, rsa-sha256, "sha_256" ...; None for others such as md5."""
    return SPELLINGS.get(spelling.strip().strip("\"'").lower().replace("_", "-"))
