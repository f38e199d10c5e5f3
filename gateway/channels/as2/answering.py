"""Answers to messages: the receipt that was asked for, signed as the agreement says, at once or by a request of its own."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from gateway.channels.as2.arrival import Arrival, Trouble
from gateway.channels.as2.relationship import Relationships
from gateway.ports import Clock
from gateway.ports.transfers import Wire
from gateway.protocols.as2 import (
    UNSUPPORTED_FORMAT,
    UNSUPPORTED_MIC_ALGORITHMS,
    As2Error,
    BuiltMdn,
    CannotBuild,
    ReceiptRequest,
    Signing,
    build_mdn,
    receipt_signing,
    signing_key,
)

_log = structlog.get_logger(__name__)

_HOST = re.compile(r"[^A-Za-z0-9.-]+")


@lru_cache(maxsize=1024)
def host_of(name: str) -> str:
    """An AS2 name as the right side of a Message-ID."""
    return _HOST.sub("-", name).strip("-.") or "gateway"


class Answering:
    """Makes receipts and HTTP answers. Nothing here is sent before it is stored."""

    def __init__(self, relationships: Relationships, *, clock: Clock) -> None:
        self._relationships, self._clock = relationships, clock

    def answered(self, arrival: Arrival) -> Arrival:
        """The message with its receipt, if it asks for one; with its trouble, if it asks for one that we cannot give."""
        request = arrival.received.envelope.receipt
        if request is None:
            return arrival._replace(receipt=None, owed_to=None)
        arrival, signing = self._signing(arrival, request)
        try:
            mdn = self._built(arrival, signing)
        except CannotBuild as error:
            trouble = Trouble(code="receipt-not-built", message=str(error), remedy=error.remedy)
            return _worse(arrival, trouble)._replace(receipt=None, owed_to=None)
        return arrival._replace(
            receipt=Wire(mdn.headers, mdn.body),
            receipt_signed_by=signing.key.certificate.fingerprint if signing else None,
            owed_to=self._owed_to(arrival, request),
        )

    def _built(self, arrival: Arrival, signing: Signing | None) -> BuiltMdn:
        return build_mdn(
            arrival.received.envelope,
            disposition=arrival.disposition,
            mic=arrival.received.mic,
            message_id=f"<{arrival.id}@{host_of(arrival.received.envelope.recipient)}>",
            at=self._clock.now(),
            signing=signing,
            text=_text(arrival),
        )

    def _signing(self, arrival: Arrival, request: ReceiptRequest) -> tuple[Arrival, Signing | None]:
        relationship = arrival.relationship
        keys = relationship.keys if relationship else self._relationships.keys_of(arrival.received.envelope.recipient)
        try:
            key = signing_key(keys, self._clock.now())
        except CannotBuild as error:
            return _worse(arrival, Trouble(code="receipt-unsigned", message=str(error), remedy=error.remedy)), None
        if relationship is not None and relationship.options.sign_receipts == "always" and not request.signed:
            return arrival, Signing(key)
        try:
            return arrival, receipt_signing(request, key)
        except As2Error as error:
            words = getattr(error, "words", "")
            disposition = UNSUPPORTED_FORMAT if words == UNSUPPORTED_FORMAT.words else UNSUPPORTED_MIC_ALGORITHMS
            trouble = Trouble(code=words.replace(" ", "-") or "receipt-unsupported", message=str(error), remedy=error.remedy)
            return _worse(arrival, trouble)._replace(disposition=disposition), Signing(key)

    def _owed_to(self, arrival: Arrival, request: ReceiptRequest) -> str | None:
        """Where the receipt is to be sent. Strangers have none sent anywhere: who proves nothing chooses no address of ours."""
        if request.url is None:
            return None
        trusted = arrival.relationship is not None and (arrival.trouble is None or arrival.trouble.state != "quarantined")
        if trusted or (arrival.relationship and _host(request.url) in arrival.relationship.agreed_hosts):
            return request.url
        _log.info("receipt_answered_at_once", sender=arrival.received.envelope.sender, reason="the sender is not verified")
        return None

    def response(self, arrival: Arrival) -> web.Response:
        """What the sender gets on this connection, once all is stored."""
        if arrival.owed_to is not None:
            return web.Response(status=204)
        if arrival.receipt is not None:
            return web.Response(status=200, body=arrival.receipt.body, headers=list(arrival.receipt.headers))
        return web.Response(status=200 if arrival.trouble is None else 400)


def _worse(arrival: Arrival, trouble: Trouble) -> Arrival:
    """With this trouble, unless it is in worse already."""
    return arrival if arrival.trouble is not None else arrival._replace(trouble=trouble)


def _text(arrival: Arrival) -> str:
    """What a person on the other side reads. Causes stay with us: they may tell an attacker what he wants to know."""
    if arrival.trouble is None:
        return "The message was received and stored."
    return f"The message was received and stored, but not processed: {arrival.disposition.words or arrival.disposition.type}."


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
