"""How passwords are kept: as hashes that are slow to make."""

from typing import Protocol


class Passwords(Protocol):
    """Hashes passwords, a few at a time. Raises TooOften where too many wait for it."""

    async def hash(self, password: str) -> str:
        """What is kept of a password."""

    async def matches(self, secret: str, password: str) -> bool:
        """Whether this is the password that was kept. No secret costs the same work, and is never matched."""

    def outdated(self, secret: str) -> bool:
        """Whether passwords are hashed otherwise by now."""
