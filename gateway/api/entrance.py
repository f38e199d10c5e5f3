"""Who calls: a bearer token becomes a caller, and callers keep to what they may ask in a time. Each process counts for itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import hdrs, web

from gateway.api import problems
from gateway.domain.access import Caller
from gateway.domain.allowance import Allowances, Allowed, Taken
from gateway.http.caller import Callers
from gateway.http.rejected import Rejected

_LONGEST_TOKEN = 200
_WRONG = Allowed(rate=0.2, burst=20)
"""Tokens that do not hold, from one address: a script with an old one, or somebody who tries."""


class CallerOfToken(Protocol):
    """Finds out who comes with a token, as `gateway.bootstrap.accounts.caller_of_token` does."""

    def __call__(self, token: str, *, address: str) -> Awaitable[Caller | None]:
        """Who it is; None where the token does not hold."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who may ask now, and how much of the allowance is left."""

    caller: Caller
    taken: Taken


class Entrance:
    """Lets callers in by their tokens. `monotonic` is the clock of allowances, in seconds."""

    def __init__(
        self, caller_of: CallerOfToken, *, allowed: Allowed, callers: Callers, monotonic: Callable[[], float]
    ) -> None:  # fmt: skip
        self._caller_of, self._callers, self._monotonic = caller_of, callers, monotonic
        self._allowances, self._strangers = Allowances(allowed), Allowances(_WRONG)
        self.allowed = allowed

    async def admit(self, request: web.Request) -> Admitted:
        """Who asks. Raises Rejected: 401, 429; StoreUnavailable."""
        address = str(self._callers.of(request).address or "unknown")
        now = self._monotonic()
        if self._strangers.empty(address, now=now):
            raise Rejected(problems.too_many(self._strangers.take(address, now=now), _WRONG))
        token = _bearer(request.headers.get(hdrs.AUTHORIZATION, ""))
        caller = await self._caller_of(token, address=address) if token else None
        if caller is None:
            self._strangers.take(address, now=now)
            raise Rejected(problems.unauthenticated())
        taken = self._allowances.take(str(caller.account), now=now)
        if not taken.within:
            raise Rejected(problems.too_many(taken, self.allowed))
        return Admitted(caller, taken)


def _bearer(header: str) -> str:
    """The token of an Authorization header (RFC 6750, clause 2.1); empty where there is none that can be one."""
    scheme, _, token = header.partition(" ")
    token = token.strip()
    usable = token.isascii() and token.isprintable() and len(token) <= _LONGEST_TOKEN
    return token if scheme.lower() == "bearer" and usable else ""
