"""An identity provider, asked over HTTP: what it says of itself, its keys, and the ID token for a code."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import orjson
from aiohttp import hdrs
from yarl import URL

from gateway.domain.single_sign_on import Errand, OidcTerms
from gateway.errors import IdentityRefused
from gateway.http.call_failed import CallFailed
from gateway.http.client import Call, HttpClient
from gateway.ports import Clock
from gateway.security.id_token import Expected, Jwk, KeyUnknown, verified

_BELIEVED: Final = 3600.0
"""Seconds for which what it says of itself, and its keys, are believed."""
_AGAIN: Final = 10.0
"""Seconds between two looks at its keys because of tokens that none of them has signed."""
_MOST = 262_144
_CHECK = "see that it answers, and that issuer in [gateway.oidc] is its address"


@dataclass(frozen=True, slots=True)
class Described:
    """What its discovery document says (OpenID Connect Discovery 1.0, clause 3)."""

    authorization: str
    token: str
    keys: str
    end_session: str
    by_form: bool
    names_issuer: bool


class IdentityProvider:
    """One provider. Its answers are kept for a while; keys that it has changed are looked up when a token names a new one."""

    def __init__(self, terms: OidcTerms, *, clock: Clock) -> None:
        self._terms, self._clock = terms, clock
        self._client = HttpClient(terms.client, clock=clock)
        self._lock = asyncio.Lock()
        self._described: tuple[Described, float] | None = None
        self._keys: tuple[Sequence[Jwk], float] | None = None

    async def close(self) -> None:
        """End the connections."""
        await self._client.close()

    async def described(self) -> Described:
        """What it says of itself. Raises IdentityRefused."""
        async with self._lock:
            now = self._clock.monotonic()
            if self._described is None or now - self._described[1] > _BELIEVED:
                self._described = self._read(await self._document(_discovery(self._terms.issuer))), now
            return self._described[0]

    async def claims(self, code: str, errand: Errand) -> Mapping[str, Any]:
        """What the ID token says that is had for a code. Raises IdentityRefused."""
        at = await self.described()
        tokens = await self._exchanged(at, code, errand)
        token, access = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(token, str) or not isinstance(access, str):
            raise IdentityRefused("provider", "the provider answered the code without an ID token: is openid among the scopes?")
        terms = self._terms
        expected = Expected(terms.issuer, terms.client_id, errand.nonce, access, self._clock.now(), terms.skew)
        try:
            return verified(token, await self._published(at), expected)
        except KeyUnknown:
            return verified(token, await self._published(at, within=_AGAIN), expected)

    async def _exchanged(self, at: Described, code: str, errand: Errand) -> Mapping[str, Any]:
        terms = self._terms
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": terms.back,
            "code_verifier": errand.verifier,
        }
        headers: dict[str, str] = {hdrs.CONTENT_TYPE: "application/x-www-form-urlencoded", hdrs.ACCEPT: "application/json"}
        if terms.client_secret and not at.by_form:  # RFC 6749, clause 2.3.1: both are encoded as in a form before
            login = f"{quote(terms.client_id, safe='')}:{quote(terms.client_secret, safe='')}"
            headers[hdrs.AUTHORIZATION] = "Basic " + b64encode(login.encode()).decode()
        else:
            form["client_id"] = terms.client_id
            form |= {"client_secret": terms.client_secret} if terms.client_secret else {}
        status, told = await self._asked(Call("POST", URL(at.token), headers, urlencode(form).encode(), login=False))
        if status != 200:
            said = str(told.get("error_description") or told.get("error") or f"HTTP {status}")[:200]
            raise IdentityRefused("provider", f"the provider did not take the code: {said}")
        return told

    async def _published(self, at: Described, *, within: float = _BELIEVED) -> Sequence[Jwk]:
        """Its keys, as they were at most `within` seconds ago."""
        async with self._lock:
            now = self._clock.monotonic()
            if self._keys is None or now - self._keys[1] > within:
                keys = (await self._document(at.keys)).get("keys")
                self._keys = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else [], now
            return self._keys[0]

    async def _document(self, url: str) -> Mapping[str, Any]:
        status, told = await self._asked(Call("GET", URL(url), {hdrs.ACCEPT: "application/json"}, login=False))
        if status != 200:
            raise IdentityRefused("unreachable", f"{url} answers with HTTP {status}; {_CHECK}")
        return told

    async def _asked(self, call: Call) -> tuple[int, Mapping[str, Any]]:
        try:
            async with self._client.call(call) as answer:
                body = await answer.body(_MOST)
        except CallFailed as error:
            raise IdentityRefused("unreachable", f"{error}; {error.remedy or _CHECK}") from error
        try:
            told = orjson.loads(body)
        except orjson.JSONDecodeError:
            told = None
        if not isinstance(told, dict):
            raise IdentityRefused("unreachable", f"{call.url} answers with something else than JSON; {_CHECK}")
        return answer.status, told

    def _read(self, told: Mapping[str, Any]) -> Described:
        if told.get("issuer") != self._terms.issuer:
            raise IdentityRefused("unreachable", f"it calls itself {str(told.get('issuer'))[:100]!r}; {_CHECK}")
        methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Described(
            authorization=self._endpoint(told, "authorization_endpoint"),
            token=self._endpoint(told, "token_endpoint"),
            keys=self._endpoint(told, "jwks_uri"),
            end_session=self._endpoint(told, "end_session_endpoint") if told.get("end_session_endpoint") else "",
            by_form="client_secret_basic" not in methods,
            names_issuer=told.get("authorization_response_iss_parameter_supported") is True,
        )

    def _endpoint(self, told: Mapping[str, Any], name: str) -> str:
        """An address of it. People and secrets go there, so it is never less protected than the issuer's."""
        url = str(told.get(name) or "")
        parts = urlsplit(url)
        if not parts.netloc or (parts.scheme != "https" and parts.scheme != urlsplit(self._terms.issuer).scheme):
            raise IdentityRefused("unreachable", f"its {name} is no address that can be trusted; {_CHECK}")
        return url


def _discovery(issuer: str) -> str:
    return issuer.rstrip("/") + "/.well-known/openid-configuration"
