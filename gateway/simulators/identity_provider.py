"""A simulated OpenID Connect provider, which misbehaves on demand."""

import asyncio
import hmac
import time
from base64 import b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final
from urllib.parse import unquote, urlencode

import jwt
import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CLIENT: Final = "edi-gateway"
SECRET: Final = "simulated client secret"  # noqa: S105 - of a simulator

_ALGORITHMS: Final[Mapping[str, Any]] = {
    "RS256": jwt.algorithms.RSAAlgorithm,
    "ES256": jwt.algorithms.ECAlgorithm,
    "EdDSA": jwt.algorithms.OKPAlgorithm,
}


@dataclass(slots=True)
class Misbehaviour:
    """What it does wrong; nothing by default. `claims` stand in ID tokens instead of the right ones (None: not at all)."""

    claims: dict[str, Any] = field(default_factory=dict)
    algorithm: str = ""
    """`none`, `HS256` with its public key as secret, `forged` by a key that it does not publish."""
    latency: float = 0.0
    status: int = 0
    issuer: str = ""
    """Another name in its discovery document."""
    answer: dict[str, str] = field(default_factory=dict)
    """Members of the answer in the address, instead of the right ones."""


@dataclass
class IdentityProvider:
    """Listens on loopback. Whoever comes is `person`, without being asked. `calls` counts requests by path."""

    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "248289761001", "email": "ada@example.org", "email_verified": True}
    )
    algorithm: str = "RS256"
    bad: Misbehaviour = field(default_factory=Misbehaviour)
    calls: Counter[str] = field(default_factory=Counter)
    port: int = 0

    def __post_init__(self) -> None:
        self._codes: dict[str, dict[str, str]] = {}
        self._runner: web.AppRunner | None = None
        self.rotate()

    @property
    def issuer(self) -> str:
        """Where it listens, and what it calls itself."""
        return f"http://127.0.0.1:{self.port}"

    def rotate(self) -> None:
        """Another key, under another name; the one before is published no more."""
        made: Mapping[str, Callable[[], Any]] = {
            "RS256": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
            "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
            "EdDSA": ed25519.Ed25519PrivateKey.generate,
        }
        self._key, self._kid = made[self.algorithm](), token_urlsafe(6)

    async def start(self) -> None:
        """Listen; a second start listens on the port of the first."""
        app = web.Application(middlewares=[self._misbehave])
        app.router.add_get("/.well-known/openid-configuration", self._describe)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/end", self._ended)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Be down."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    @web.middleware
    async def _misbehave(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.calls[request.path] += 1
        if self.bad.latency:
            await asyncio.sleep(self.bad.latency)
        if self.bad.status:
            return web.Response(status=self.bad.status, text="<h1>Please wait</h1>", content_type="text/html")
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _describe(self, _request: web.Request) -> web.Response:
        at = self.issuer
        return _json(
            {
                "issuer": self.bad.issuer or at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "jwks_uri": f"{at}/keys",
                "end_session_endpoint": f"{at}/end",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [self.algorithm],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        wrong = asked.get("client_id") != CLIENT or asked.get("response_type") != "code" or "openid" not in asked["scope"].split()
        if wrong or asked.get("code_challenge_method") != "S256" or not asked.get("state") or not asked.get("nonce"):
            return web.Response(status=400, text="that is no question of a client")
        code = token_urlsafe(16)
        self._codes[code] = asked
        told = {"code": code, "state": asked["state"], "iss": self.issuer, **self.bad.answer}
        return web.Response(status=303, headers={"Location": f"{asked['redirect_uri']}?{urlencode(told)}"})

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        asked = self._codes.pop(str(form.get("code")), None)
        if not _is_client(request):
            return _json({"error": "invalid_client"}, 401)
        verifier = sha256(str(form.get("code_verifier")).encode()).digest()
        if asked is None or _text(verifier) != asked["code_challenge"] or form.get("redirect_uri") != asked["redirect_uri"]:
            return _json({"error": "invalid_grant", "error_description": "the code does not hold"}, 400)
        access = token_urlsafe(16)
        return _json({"access_token": access, "token_type": "Bearer", "id_token": self._id_token(asked["nonce"])})

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            **self.person,
            **self.bad.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        match self.bad.algorithm:
            case "none":
                return jwt.encode(claims, "", algorithm="none")
            case "HS256":  # what is public is taken as the secret: RFC 8725, clause 2.1
                return _by_public_key(claims, self._public_pem())
            case "forged":
                before, self._key = self._key, None
                kid = self._kid
                self.rotate()
                forged = jwt.encode(claims, self._key, algorithm=self.algorithm, headers={"kid": kid})
                self._key, self._kid = before, kid
                return forged
        return jwt.encode(claims, self._key, algorithm=self.algorithm, headers={"kid": self._kid})

    def _public_pem(self) -> bytes:
        return bytes(self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    async def _keys(self, _request: web.Request) -> web.Response:
        key = _ALGORITHMS[self.algorithm].to_jwk(self._key.public_key(), as_dict=True)
        return _json({"keys": [{**key, "kid": self._kid, "use": "sig", "alg": self.algorithm}]})

    async def _ended(self, request: web.Request) -> web.Response:
        return web.Response(status=303, headers={"Location": request.query["post_logout_redirect_uri"]})


def _is_client(request: web.Request) -> bool:
    scheme, _, told = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return False
    name, _, secret = b64decode(told).decode().partition(":")
    return (unquote(name), unquote(secret)) == (CLIENT, SECRET)


def _by_public_key(claims: Mapping[str, Any], pem: bytes) -> str:
    """Signed by hand: the library refuses to do so."""
    parts = [_text(orjson.dumps(part)) for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    signature = hmac.new(pem, ".".join(parts).encode(), sha256).digest()
    return ".".join((*parts, _text(signature)))


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json")
