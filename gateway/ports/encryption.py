"""Encryption of bodies at rest, as the store sees it."""

from typing import Protocol


class BodyCipher(Protocol):
    """Seals and opens bodies under keys with ids."""

    @property
    def active(self) -> str:
        """The id of the key that new bodies are sealed with; empty when they are stored in the clear."""

    @property
    def keys(self) -> frozenset[str]:
        """The ids of all keys that are there."""

    def seal(self, body: bytes | memoryview, *, place: bytes) -> bytes:
        """The body behind its header, bound to the place where it is stored."""

    def open(self, sealed: bytes, *, place: bytes) -> bytes:
        """The body again. Raises KeyMissing, or BodyUnreadable when it is not what was sealed for this place."""
