"""Wires what people do about listeners: publish again what one of them missed, and look after subscribers."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from gateway.applications.subscriber import SubscriberPosts
from gateway.bootstrap.brokers import make_broker
from gateway.bootstrap.office import Where, settings_at
from gateway.bootstrap.replay import desk, idempotence, kept_or_shown
from gateway.bootstrap.settings import Settings
from gateway.domain.cloud_event import cloud_event
from gateway.domain.replay import RedeliverOptions
from gateway.domain.subscriber import Subscriber, given
from gateway.errors import Absent, PlanRefused
from gateway.operations.redeliver import plan_redelivery
from gateway.operations.replay import Asked
from gateway.operations.replay_events import plan_event_replay
from gateway.operations.selecting import MOST, Selection
from gateway.ports import Broker, Json, OutcomeKind
from gateway.ports.batches import MessageFilter
from gateway.store.listeners import ListenerRecords, NoticeFilter
from gateway.system import SystemClock, TimeOrderedIds
from gateway.telemetry.metrics import PrometheusObserver


async def plan_event_replay_of(
    where: Where, queue: str, wanted: Mapping[str, Any], *, by: str, reason: str, rate: float, try_first: int | None = None,
    keep_it: bool = True,
) -> Json:  # fmt: skip
    """Plan to publish again to a queue what `wanted` (the members of MessageFilter) chooses; it is kept, or only shown."""
    async with desk(where) as o, _broker(o.settings) as broker:
        asked = Asked(by=by, reason=reason, rate=rate, try_first=try_first)
        batch = await plan_event_replay(o.records, broker.has_queue, queue, MessageFilter(**wanted), asked, new_id=o.new_id)
        return await kept_or_shown(o.store, batch, keep_it=keep_it)


@asynccontextmanager
async def _broker(settings: Settings) -> AsyncIterator[Broker]:
    if settings.embedded_broker:
        raise PlanRefused(
            "This gateway has no RabbitMQ: nobody outside of it listens.",
            remedy="Name one: AMQP_URL.",
        )
    broker = make_broker(settings, PrometheusObserver())
    await broker.start()
    try:
        yield broker
    finally:
        await broker.close()


async def subscribers(where: Where) -> list[Json]:
    """The subscribers of the configuration, and those that still have something open, with how it stands with each."""
    async with desk(where) as o:
        known, levels = o.settings.snapshot.subscribers, await ListenerRecords(o.database).levels()
    return [_view(name, known.get(name), levels.get(name, {})) for name in sorted({*known, *levels})]


async def subscriber_log(where: Where, subscriber: str, wanted: Mapping[str, Any], *, limit: int) -> list[Json]:
    """What a subscriber was given, the newest first; `wanted` are the members of NoticeFilter."""
    async with desk(where) as o:
        found = await ListenerRecords(o.database).notices(subscriber, NoticeFilter(**wanted), limit)
        if not found:
            _known(o.settings, subscriber)
        return found


async def plan_resend_of(
    where: Where, subscriber: str, wanted: Mapping[str, Any], *, by: str, reason: str, rate: float, delivered: bool = False,
    keep_it: bool = True,
) -> Json:  # fmt: skip
    """Plan to post again what a subscriber was given; it is kept, or only shown."""
    async with desk(where) as o:
        _known(o.settings, subscriber)
        if not any(wanted.values()):
            raise PlanRefused(
                "Nothing was chosen: an empty filter never means everything.", remedy="Say --state dead, or --since 6h."
            )
        found = await ListenerRecords(o.database).notices(subscriber, NoticeFilter(**wanted), MOST + 1)
        if not found:
            raise PlanRefused(f"Nothing of that was for {subscriber}.", remedy=f"See: gateway subscribers log {subscriber}")
        selection = Selection(words=_words(subscriber, wanted), ids=[UUID(one["id"]) for one in reversed(found)])
        batch = await plan_redelivery(
            o.store, o.records, selection, RedeliverOptions(delivered=delivered), Asked(by=by, reason=reason, rate=rate),
            idempotent=idempotence(o.settings.snapshot), new_id=o.new_id,
        )  # fmt: skip
        return await kept_or_shown(o.store, batch, keep_it=keep_it)


async def probe_subscriber(where: Where, subscriber: str) -> Json:
    """Post an event that means nothing to a subscriber, now and from here, and say what came of it."""
    settings = settings_at(where)
    known = _known(settings, subscriber)
    clock, identifier = SystemClock(), TimeOrderedIds()()
    attributes = cloud_event(
        identifier, source=settings.snapshot.gateway_id, kind="gateway.test", subject="test", time=clock.now(),
        correlation=identifier, cause="gateway subscribers test", more={"version": "0", "verdict": "applied", "test": "true"},
    )  # fmt: skip
    posts = SubscriberPosts(known, clock=clock)
    started = clock.monotonic()
    try:
        outcome = await posts.post(given(attributes, {"event": "test"}, known.fields), identifier)
    finally:
        await posts.close()
    return {
        "subscriber": subscriber,
        "url": known.url,
        "id": str(identifier),
        "arrived": outcome.kind is OutcomeKind.DELIVERED,
        "seconds": round(clock.monotonic() - started, 3),
        "code": outcome.code,
        "message": outcome.message,
        **outcome.response,
    }


def _known(settings: Settings, subscriber: str) -> Subscriber:
    known = settings.snapshot.subscribers
    if subscriber not in known:
        there = ", ".join(known) or "none"
        raise Absent(f"there is no subscriber {subscriber!r}", remedy=f"There are: {there}")
    return known[subscriber]


def _view(name: str, known: Subscriber | None, level: Json) -> Json:
    wanted = {
        "url": known.url if known else None,
        "events": sorted(known.events) if known and known.events else None,
        "partners": sorted(known.partners) if known and known.partners else None,
        "fields": known.fields if known else None,
    }
    counts = {count: level.get(count) or 0 for count in ("waiting", "delivered", "failed")}
    return {"subscriber": name, "configured": known is not None, **wanted, **counts} | {
        key: level.get(key) for key in ("oldest", "last_delivered", "breaker", "held_by")
    }


def _words(subscriber: str, wanted: Mapping[str, Any]) -> str:
    parts = [f"{name}:{one}" for name in ("states", "orders") for one in wanted.get(name) or ()]
    times = [f"{name}:{at:%Y-%m-%dT%H:%M:%SZ}" for name in ("since", "until") if (at := wanted.get(name))]
    return " ".join([f"subscriber:{subscriber}", *parts, *times])
