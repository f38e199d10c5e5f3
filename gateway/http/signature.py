"""Signed posts: HMAC over the body with its timestamp, checked in constant time while the body arrives.

A replay is no attack here but a repeat: what was signed is one transmission for ever, on every node, because the signature, or
the signed id, is its idempotency key.
"""

import base64
import binascii
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime

from aiohttp import web

from gateway.domain.http_terms import HttpSignature
from gateway.http import problems
from gateway.http.rejected import Rejected

_MOST_SIGNATURES = 16
_MILLISECONDS = 1e11
"""Timestamps above it are in milliseconds."""


class SignatureCheck:
    """The check of one request. `update` with the body, then `confirm`."""

    def __init__(self, terms: HttpSignature, request: web.Request) -> None:
        """Raises Rejected with 401 when the headers are not there or cannot be read."""
        self._terms = terms
        self._given = list(_signatures(terms, request))
        stamp, self._id = _stamp(terms, request), request.headers.get(terms.id_header, "")
        if not self._given or (stamp is None and "{timestamp}" in terms.signed) or (not self._id and "{id}" in terms.signed):
            raise Rejected(problems.unauthenticated())
        self._stamp = stamp or ""
        told = {"timestamp": self._stamp, "id": self._id, "method": request.method, "path": request.path_qs, "body": ""}
        opening = terms.signed
        for name, value in told.items():
            opening = opening.replace("{" + name + "}", value)
        self._sums = [hmac.new(secret, opening.encode(), terms.algorithm) for secret in terms.secrets]

    def update(self, part: bytes) -> None:
        """The next part of the body."""
        for made in self._sums:
            made.update(part)

    def confirm(self, now: datetime) -> str:
        """The idempotency key of what was signed. Raises Rejected with 401: not signed by this partner, or long ago."""
        digests = [made.digest() for made in self._sums]
        matching = [digest for digest in digests for given in self._given if hmac.compare_digest(digest, given)]
        if not matching:
            raise Rejected(problems.unauthenticated())
        if "{timestamp}" in self._terms.signed:
            at = _moment(self._stamp)
            if at is None or abs((now - at).total_seconds()) > self._terms.window:
                raise Rejected(problems.stale(self._terms.window))
        return f"id:{self._id}" if "{id}" in self._terms.signed else f"signature:{matching[0].hex()}"


def is_signed(terms: HttpSignature, request: web.Request) -> bool:
    """Whether the request claims to be signed."""
    return terms.header in request.headers


def _signatures(terms: HttpSignature, request: web.Request) -> Iterator[bytes]:
    """The signatures that the header holds, decoded; what cannot be decoded is none."""
    values = request.headers.get(terms.header, "").replace(",", " ").split()
    for value in values[:_MOST_SIGNATURES]:
        if not value.startswith(terms.prefix):
            continue
        text = value[len(terms.prefix) :]
        try:
            yield bytes.fromhex(text) if terms.encoding == "hex" else base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            continue


def _stamp(terms: HttpSignature, request: web.Request) -> str | None:
    """The timestamp as it was signed: of its own header, or `t=` in the signature's."""
    if terms.timestamp_header.lower() != terms.header.lower():
        return request.headers.get(terms.timestamp_header)
    parts = request.headers.get(terms.header, "").replace(",", " ").split()
    return next((part[2:] for part in parts if part.startswith("t=")), None)


def _moment(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970, or ISO 8601."""
    try:
        if text.isascii() and text.isdecimal():
            number = float(text)
            return datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS else number, UTC)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
