"""AES-256-GCM for bodies at rest: one key seals, all that are configured open."""

import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

from gateway.domain.encryption import EncryptionTerms
from gateway.domain.sealed_body import NONCE, header, key_of
from gateway.errors import BodyUnreadable, KeyMissing
from gateway.ports.encryption import BodyCipher


class AesGcmBodies(BodyCipher):
    """Bodies under AES-256-GCM (NIST SP 800-38D). Each nonce is 96 bits of chance: a key is good for 2^32 bodies (8.3)."""

    def __init__(self, keys: Mapping[str, bytes], *, active: str) -> None:
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._active = active
        self._header = header(active)

    @property
    @override
    def active(self) -> str:
        return self._active

    @property
    @override
    def keys(self) -> frozenset[str]:
        return frozenset(self._keys)

    @override
    def seal(self, body: bytes | memoryview, *, place: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return self._header + nonce + self._keys[self._active].encrypt(nonce, body, self._header + place)

    @override
    def open(self, sealed: bytes, *, place: bytes) -> bytes:
        name, end = key_of(sealed)
        key = self._keys.get(name)
        if key is None:
            raise KeyMissing(name)
        start = end + NONCE
        try:
            return key.decrypt(sealed[end:start], memoryview(sealed)[start:], sealed[:end] + place)
        except (InvalidTag, ValueError) as error:
            raise BodyUnreadable(
                "A stored body is not what was encrypted for its place: it was changed, or moved to another row.",
                remedy="Compare with a backup, and find out who writes to the database besides the gateway.",
            ) from error


def body_cipher(terms: EncryptionTerms | None) -> AesGcmBodies | None:
    """The cipher of a configuration; None where nothing is encrypted, and never was."""
    return AesGcmBodies(terms.keys, active=terms.active) if terms is not None else None
