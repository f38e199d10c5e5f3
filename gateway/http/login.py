"""How we say who we are to a server of somebody else."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

import orjson
from aiohttp import hdrs

from gateway.domain.http_terms import ApiKeyLogin, BasicLogin, BearerLogin, HttpLogin, OAuth2Login
from gateway.http.call_failed import CallFailed
from gateway.ports import Clock

FetchToken = Callable[[str, Mapping[str, str], Mapping[str, str]], Awaitable[tuple[int, bytes]]]
"""Posts a form with headers to an address; answers status and body."""

_EARLY = 30.0
"""Seconds before its end at which a token is no longer used."""
_USUAL_LIFE = 300.0
_REMEDY = "check the login with those who run the server"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a request carries: headers and query parameters."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)


UNNAMED = Proof()


class Login(Protocol):
    """Knows what to say."""

    async def proof(self) -> Proof:
        """What the next request carries. Raises CallFailed when a token is needed and cannot be had."""

    def renew(self, refused: Proof) -> bool:
        """After a 401: whether another proof may be had than the one that was refused."""


def login_of(agreed: HttpLogin | None, *, clock: Clock, fetch: FetchToken) -> Login:
    """The login that was agreed."""
    match agreed:
        case None:
            return _Constant(UNNAMED)
        case BearerLogin(token):
            return _Constant(Proof({hdrs.AUTHORIZATION: f"Bearer {token}"}))
        case BasicLogin(user, password):
            return _Constant(Proof({hdrs.AUTHORIZATION: _basic(user, password)}))
        case ApiKeyLogin(key, name, "query"):
            return _Constant(Proof(query={name: key}))
        case ApiKeyLogin(key, name):
            return _Constant(Proof({name: key}))
        case OAuth2Login():
            return _ClientCredentials(agreed, clock=clock, fetch=fetch)


class _Constant:
    """A proof that is always the same."""

    def __init__(self, proof: Proof) -> None:
        self._proof = proof

    async def proof(self) -> Proof:
        return self._proof

    def renew(self, refused: Proof) -> bool:  # noqa: ARG002 - there is no other
        return False


class _ClientCredentials:
    """Tokens of an authorisation server, each used until shortly before its end; fetched once for all that wait for it."""

    def __init__(self, agreed: OAuth2Login, *, clock: Clock, fetch: FetchToken) -> None:
        self._agreed, self._clock, self._fetch = agreed, clock, fetch
        self._proof: Proof | None = None
        self._until = 0.0
        self._fetching = asyncio.Lock()

    async def proof(self) -> Proof:
        async with self._fetching:
            if self._proof is None or self._clock.monotonic() >= self._until:
                asked = self._clock.monotonic()
                token, life = await self._new_token()
                self._until = asked + max(life - _EARLY, life / 2)
                self._proof = Proof({hdrs.AUTHORIZATION: f"Bearer {token}"})
            return self._proof

    def renew(self, refused: Proof) -> bool:
        if self._proof is refused:
            self._proof = None
        return True

    async def _new_token(self) -> tuple[str, float]:
        agreed = self._agreed
        form = {"grant_type": "client_credentials"}
        form |= {name: value for name, value in (("scope", agreed.scope), ("audience", agreed.audience)) if value}
        headers: dict[str, str] = {}
        if agreed.in_body:
            form |= {"client_id": agreed.client_id, "client_secret": agreed.client_secret}
        else:  # RFC 6749, clause 2.3.1: both are form-encoded first
            headers = {hdrs.AUTHORIZATION: _basic(quote(agreed.client_id, safe=""), quote(agreed.client_secret, safe=""))}
        status, body = await self._fetch(agreed.token_url, form, headers)
        return _token(status, body)


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _token(status: int, body: bytes) -> tuple[str, float]:
    """The token and its life in seconds (RFC 6749, clause 5.1)."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        told = None
    told = told if isinstance(told, dict) else {}
    token = told.get("access_token")
    if status != 200 or not isinstance(token, str) or not (token.isascii() and token.isprintable() and token):
        reason = str(told.get("error", "no token in the answer"))[:100]
        raise CallFailed(f"no token was given: HTTP {status}, {reason}", code="token-refused", sent=False, remedy=_REMEDY)
    life = told.get("expires_in", _USUAL_LIFE)
    try:
        return token, max(float(life), 1.0)
    except (TypeError, ValueError):
        return token, _USUAL_LIFE
