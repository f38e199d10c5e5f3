"""Owners told by webhook: the message posted as JSON, signed as standardwebhooks.com describes it.

`webhook-id` is the same in every attempt. `webhook-signature` is `v1,` and the base64 of the HMAC-SHA256 over id, timestamp and
body, joined by dots, so that a receiver knows who sent it, and that it was sent just now.
"""

import base64
import binascii
import hashlib
import hmac

import orjson
from aiohttp import hdrs
from typing_extensions import override
from yarl import URL

from gateway.domain.http_terms import HttpClientTerms
from gateway.domain.owner import Address
from gateway.http.call_failed import CallFailed
from gateway.http.client import Call, HttpClient
from gateway.ports import Clock
from gateway.ports.failures import Notification, Notifier, SendingResult

_TIMEOUT = 15.0
_PREFIX = "whsec_"


class WebhookNotifier(Notifier):
    """Posts to the addresses of owners. They are our own and may be internal; redirects are not followed."""

    def __init__(self, *, clock: Clock, timeout: float = _TIMEOUT) -> None:
        self._clock = clock
        self._client = HttpClient(HttpClientTerms(timeout=timeout, internal=True), clock=clock, fresh=True)

    async def close(self) -> None:
        """End the connections."""
        await self._client.close()

    @override
    async def send(self, notification: Notification, address: Address, *, secret: str) -> SendingResult:
        body = orjson.dumps(notification.message)
        id_, timestamp = str(notification.id), str(int(self._clock.now().timestamp()))
        headers = {
            hdrs.CONTENT_TYPE: "application/json",
            "webhook-id": id_,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(secret, id_, timestamp, body),
        }
        try:
            async with self._client.call(Call("POST", URL(address.target), headers, body)) as answer:
                said = f"HTTP {answer.status}"
                if answer.taken:
                    return SendingResult(answer=said)
                return SendingResult(f"http-{answer.status}", f"{said}: {' '.join((await answer.opening()).split())[:200]}")
        except CallFailed as failed:
            return SendingResult(failed.code, str(failed))


def signature(secret: str, id_: str, timestamp: str, body: bytes) -> str:
    """What proves a message. A secret that begins with `whsec_` is base64, any other is taken as it is."""
    made = hmac.new(_key(secret), f"{id_}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(made.digest()).decode()}"


def _key(secret: str) -> bytes:
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
