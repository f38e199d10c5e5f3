"""What deliveries become at a target: calls of an application, or parcels for a partner's channel."""

from collections.abc import Sequence
from functools import partial

import orjson

from gateway.errors import KeyMissing
from gateway.ports import (
    Application,
    ApplicationCall,
    ClaimedDelivery,
    Json,
    OutboundChannel,
    Outcome,
    OutcomeKind,
    Parcel,
)
from gateway.stages.attempt import Target

_MEDIA = {"x12": "application/EDI-X12", "edi": "application/EDIFACT", "xml": "application/xml", "json": "application/json"}


def application_target(application: Application, **terms: object) -> Target:
    """An application as a target; `terms` are those of `Target` (concurrency, policy, owner …)."""
    return Target(
        id=application.id,
        make=partial(_call, application),
        idempotent=application.idempotent,
        **{"max_batch": application.max_batch, **terms},  # type: ignore[arg-type]
    )


def channel_target(channel: OutboundChannel, **terms: object) -> Target:
    """A partner's channel as a target."""
    return Target(
        id=channel.id,
        make=partial(_send, channel),
        idempotent=channel.idempotent,
        **{"max_batch": 50, **terms},  # type: ignore[arg-type]
    )


async def _call(application: Application, deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
    calls = [_as_call(d, orjson.loads(d.json)) for d in deliveries if d.json is not None]
    lost = [_without_body(d) for d in deliveries if d.json is None]
    return [*lost, *(await application.deliver(calls) if calls else ())]


def _as_call(delivery: ClaimedDelivery, document: Json) -> ApplicationCall:
    return ApplicationCall(
        delivery=delivery.id,
        action=delivery.action,
        partner=delivery.partner or "",
        document=document,
        idempotency_key=delivery.idempotency_key,
        attempt=delivery.attempt,
        test=delivery.test,
        options=delivery.options,
    )


async def _send(channel: OutboundChannel, deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
    contents = {d.id: b"" if d.action == "receipt" else d.content for d in deliveries}  # a receipt's bytes are the channel's
    parcels = [_as_parcel(d, content) for d in deliveries if (content := contents[d.id]) is not None]
    lost = [_without_body(d) for d in deliveries if contents[d.id] is None]
    return [*lost, *(await channel.send(parcels) if parcels else ())]


def _as_parcel(delivery: ClaimedDelivery, content: bytes) -> Parcel:
    return Parcel(
        delivery=delivery.id,
        name=delivery.name,
        content=content,
        media_type=_MEDIA.get(delivery.name.rpartition(".")[2], "application/octet-stream"),
        outbound=delivery.outbound,
        family=delivery.family,
        type=delivery.type,
        control_number=delivery.control_number,
        created=delivery.sealed_at,
        action=delivery.action,
        options=delivery.options,
        attempt=delivery.attempt,
        test=delivery.test,
    )


def _without_body(delivery: ClaimedDelivery) -> Outcome:
    if isinstance(delivery.unreadable, KeyMissing):  # it comes back, and another process may have the key
        return Outcome(delivery.id, OutcomeKind.RETRY, "key-missing", f"{delivery.unreadable} {delivery.unreadable.remedy}")
    text = str(delivery.unreadable or "The stored document of this delivery is gone.")
    return Outcome(delivery.id, OutcomeKind.FAILED, "payload-gone", text)
