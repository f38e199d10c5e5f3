"""Whether a partner can be reached by AS2: name, connection, TLS, HTTP, certificates, and a message that he acknowledges."""

from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import urlsplit

from gateway.channels.as2.connection import Connection, NoAnswer
from gateway.channels.as2.outbound import As2Outbound
from gateway.channels.as2.relationship import Relationship
from gateway.channels.reaching import reach, reached
from gateway.http.tls import client_context
from gateway.operations.diagnose import Diagnosis
from gateway.ports import Clock, OutcomeKind, Parcel
from gateway.protocols.as2 import CannotBuild, encryption_certificate, signing_key

_TEST = b"This is a test message by AS2. It was sent by hand; nothing needs to be done with it.\r\n"


async def probe(relationship: Relationship, way: As2Outbound, *, clock: Clock, parcel: Parcel | None) -> AsyncIterator[Diagnosis]:
    """Step by step, until one fails. With a parcel, it is sent as a message with a receipt: `echo_content` is what it says."""
    if relationship.options.url is None:
        yield ("as2", "ok", "the partner only sends; there is nothing to reach", "")
        return
    for diagnosis in _certificates(relationship, clock.now()):
        yield diagnosis
    steps = await _reach(relationship)
    for step in steps:
        yield step
    if not reached(steps):
        return
    step = await _http(relationship)
    yield step
    if parcel is not None and step[1] != "fail":
        yield await _echo(way, parcel)


def echo_content() -> bytes:
    """What the test message says to a person who reads it."""
    return _TEST


def _certificates(relationship: Relationship, at: datetime) -> list[Diagnosis]:
    found: list[Diagnosis] = []
    options = relationship.options
    try:
        if options.sign is not None:
            own = signing_key(relationship.keys, at).certificate
            found.append(("our key", "ok", f"signs with {own.fingerprint[:16]}…, valid until {own.not_after:%Y-%m-%d}", ""))
        if options.encrypt is not None:
            his = encryption_certificate(relationship.certificates, at)
            found.append(("certificate", "ok", f"encrypts for {his.fingerprint[:16]}…, valid until {his.not_after:%Y-%m-%d}", ""))
    except CannotBuild as error:
        found.append(
            ("certificates", "fail", str(error), "Exchange certificates with the partner; gateway check names the files.")
        )
    return found


async def _reach(relationship: Relationship) -> list[Diagnosis]:
    parts = urlsplit(relationship.options.url or "")
    secure = parts.scheme.lower() == "https"
    context = client_context(relationship.options.tls) if secure else None
    return await reach(parts.hostname or "", parts.port or (443 if secure else 80), tls=context)


async def _http(relationship: Relationship) -> Diagnosis:
    """A request that is no message: whatever is answered, somebody speaks HTTP there."""
    options = relationship.options
    connection = Connection(tls=options.tls, timeout=min(options.timeout, 15.0))
    try:
        answer = await connection.get(options.url or "")
    except NoAnswer as error:
        return ("http", "fail", str(error), "Ask the partner for the exact address, with scheme, port and path.")
    finally:
        await connection.close()
    if answer.status == 404:
        return (
            "http",
            "warn",
            "the server answers a GET with 404",
            "It may answer messages all the same; check the path of url.",
        )
    return ("http", "ok", f"the server answers a GET with {answer.status}", "")


async def _echo(way: As2Outbound, parcel: Parcel) -> Diagnosis:
    (outcome,) = await way.send([parcel])
    if outcome.kind is OutcomeKind.DELIVERED:
        return ("message", "ok", outcome.message, "")
    remedy = f"See what was hashed: gateway as2 doctor '{outcome.response.get('message_id')}'" if outcome.response else ""
    return ("message", "fail", f"{outcome.code}: {outcome.message}", remedy or "Correct the cause, then test again.")
