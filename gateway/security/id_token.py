"""ID tokens (OpenID Connect Core 1.0, clause 3.1.3.7): signed by the provider, for us, now, in answer to what we asked."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256, sha512
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from gateway.errors import IdentityRefused

Jwk = Mapping[str, Any]

_KINDS: Final[Mapping[str, str]] = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
"""Signatures that are taken, each with the only kind of key it is looked at with: a public key never becomes a secret of HMAC."""
_SMALLEST_RSA = 2048
_NO_CHECKS: Final[Any] = {
    f"verify_{one}": False for one in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
}  # they are made here, by a clock that is handed in
_LONGEST = 20_000


class KeyUnknown(IdentityRefused):
    """The token is signed by a key that is not among those: the provider may have changed them."""

    def __init__(self, kid: object) -> None:
        super().__init__("token", f"it is signed by a key that the provider does not publish ({str(kid)[:60]!r})")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str
    now: datetime
    skew: timedelta


def verified(token: str, keys: Sequence[Jwk], expected: Expected) -> Mapping[str, Any]:
    """The claims of a token that holds. Raises IdentityRefused, which says why it does not; KeyUnknown."""
    algorithm, claims = _signed(token, keys)
    for wrong in (_whose(claims, expected), _when(claims, expected), _answers(claims, algorithm, expected)):
        if wrong:
            raise IdentityRefused("token", wrong)
    return claims


def _signed(token: str, keys: Sequence[Jwk]) -> tuple[str, Mapping[str, Any]]:
    if len(token) > _LONGEST:
        raise IdentityRefused("token", "the ID token is far too long")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = str(header.get("alg"))
        if algorithm not in _KINDS:
            raise IdentityRefused("token", f"its signature is {algorithm[:20]!r}; taken are {', '.join(_KINDS)}")
        if "crit" in header or str(header.get("typ", "JWT")).upper() != "JWT":
            raise IdentityRefused("token", "it is a token of another kind")
        key = _key(header.get("kid"), algorithm, keys)
        claims: Mapping[str, Any] = jwt.decode(token, key, algorithms=[algorithm], options=_NO_CHECKS)
    except jwt.InvalidSignatureError:
        raise IdentityRefused("token", "its signature is wrong") from None
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise IdentityRefused("token", f"it cannot be read: {str(error)[:100]}") from None
    return algorithm, claims


def _key(kid: object, algorithm: str, keys: Sequence[Jwk]) -> Any:
    """The one key that this can be signed by."""
    fitting = [
        key
        for key in keys
        if key.get("kty") == _KINDS[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (kid is None or key.get("kid") == kid)
    ]
    if len(fitting) != 1:
        raise KeyUnknown(kid)
    made = jwt.PyJWK(dict(fitting[0]), algorithm=algorithm).key
    if isinstance(made, RSAPublicKey) and made.key_size < _SMALLEST_RSA:
        raise IdentityRefused("token", f"its key has {made.key_size} bits; {_SMALLEST_RSA} are the least")
    return made


def _whose(claims: Mapping[str, Any], expected: Expected) -> str:
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp")
    if claims.get("iss") != expected.issuer:
        return "it is of another issuer"
    if expected.client_id not in audiences:
        return "it is for another client"
    if (party is not None or len(audiences) > 1) and party != expected.client_id:
        return "it was made for another party (azp)"
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        return "it names nobody (sub)"
    return ""


def _when(claims: Mapping[str, Any], expected: Expected) -> str:
    moments = {name: claims.get(name) for name in ("exp", "iat", "nbf")}
    if any(isinstance(one, bool) or not isinstance(one, (int, float, type(None))) for one in moments.values()):
        return "its times are none"
    now, skew = expected.now.timestamp(), expected.skew.total_seconds()
    ends, made, begins = moments["exp"], moments["iat"], moments["nbf"]
    if ends is None or made is None:
        return "it does not say when it was made, or when it ends"
    if ends <= now - skew:
        return "it is over: compare the clocks of both sides"
    if made > now + skew or (begins is not None and begins > now + skew):
        return "it begins in the future: compare the clocks of both sides"
    return ""


def _answers(claims: Mapping[str, Any], algorithm: str, expected: Expected) -> str:
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), expected.nonce.encode()):
        return "it answers another sign-in (nonce)"
    shown = claims.get("at_hash")
    if shown is not None and not hmac.compare_digest(str(shown).encode(), _half(expected.access_token, algorithm).encode()):
        return "it belongs to another access token (at_hash)"
    return ""


def _half(access_token: str, algorithm: str) -> str:
    """The left half of the hash that belongs to the signature (clause 3.1.3.6); of Ed25519 that is SHA-512."""
    digest = (sha512 if algorithm == "EdDSA" else sha256)(access_token.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
