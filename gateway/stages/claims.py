"""Claims are short, and renewed while their holder lives: those of a killed process lapse in seconds, a slow one keeps its own.

Nothing is renewed that ends in its first few seconds, which is nearly everything.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import structlog

from gateway.errors import GatewayError
from gateway.ports.pulse import rest

log = structlog.get_logger(__name__)

LASTING = timedelta(seconds=10)
"""How long a claim holds without being renewed, which bounds how long the work of a killed process waits."""

Renew = Callable[[Sequence[UUID], Sequence[UUID], timedelta], Awaitable[None]]
"""Renews the rows with these ids that are held under one of these claims."""


class HeldClaims:
    """The claims of one kind that this process holds. `run` must be running for them to outlive `lasting`."""

    def __init__(self, renew: Renew, *, lasting: timedelta = LASTING) -> None:
        self.lasting = lasting
        self._renew = renew
        self._held: dict[UUID, Sequence[UUID]] = {}
        self._aged: frozenset[UUID] = frozenset()

    @contextmanager
    def holding(self, claim: UUID, ids: Sequence[UUID]) -> Iterator[None]:
        """Keep the claim on these rows for as long as the block runs."""
        self._held[claim] = ids
        try:
            yield
        finally:
            del self._held[claim]

    async def run(self) -> None:
        """Renew, three times while a claim lasts, until cancelled."""
        while True:
            await rest(self.lasting.total_seconds() / 3)
            try:
                await self.renew()
            except GatewayError as error:
                log.warning("claims_not_renewed", claims=len(self._aged), error=str(error))

    async def renew(self) -> None:
        """Renew what was held at the last round already."""
        due = [claim for claim in self._held if claim in self._aged]
        self._aged = frozenset(self._held)
        ids = [each for claim in due for each in self._held[claim]]
        if ids:
            await self._renew(ids, due, self.lasting)
