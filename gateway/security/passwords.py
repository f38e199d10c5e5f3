"""Passwords hashed by argon2id (RFC 9106), in threads of their own: each takes some 50 ms of CPU and 64 MiB for as long."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from typing_extensions import override

from gateway.errors import TooOften
from gateway.ports.passwords import Passwords

_AT_ONCE: Final = 2
_WAITING: Final = 40
"""More than these would wait for seconds: a crowd that guesses, or a burst after an outage. Both may come again."""

Result = TypeVar("Result")


class ArgonPasswords(Passwords):
    """Hashes with the second choice of RFC 9106, 4: 64 MiB, three passes, four lanes. One for a process: it bounds the work."""

    def __init__(self, hasher: PasswordHasher | None = None, *, at_once: int = _AT_ONCE, waiting: int = _WAITING) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="passwords")
        self._most, self._under_way = at_once + waiting, 0

    @override
    async def hash(self, password: str) -> str:
        return await self._apart(lambda: self._hasher.hash(password))

    @override
    async def matches(self, secret: str, password: str) -> bool:
        return await self._apart(lambda: self._verify(secret or self._nobodys, password) and bool(secret))

    @override
    def outdated(self, secret: str) -> bool:
        return self._hasher.check_needs_rehash(secret)

    @cached_property
    def _nobodys(self) -> str:
        """Verified where there is no account, so that the answer takes as long as where there is one."""
        return self._hasher.hash("")

    def _verify(self, secret: str, password: str) -> bool:
        try:
            return self._hasher.verify(secret, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _apart(self, work: Callable[[], Result]) -> Result:
        """In a thread. Raises TooOften when too many wait for one."""
        if self._under_way >= self._most:
            raise TooOften("Too many sign in at the same time.", retry_after=5.0)
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._under_way -= 1
