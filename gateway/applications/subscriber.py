"""Milestones posted to a subscriber: signed, each with the id of its message, judged by the status of the answer."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

import orjson
import structlog
from aiohttp import hdrs
from yarl import URL

from gateway.domain.subscriber import Subscriber, given
from gateway.http.answer import Answer
from gateway.http.call_failed import CallFailed
from gateway.http.client import Call, HttpClient
from gateway.http.signing import signed
from gateway.ports import ApplicationCall, Clock, Json, Outcome, OutcomeKind

log = structlog.get_logger(__name__)

_GONE = 410
_BUSY = frozenset({429, 502, 503, 504})
"""Statuses that say nothing of the post: the receiver is away, or asks for time."""
_KEPT = 500
_MOST_ANSWER = 65_536
_MEDIA_TYPE = "application/cloudevents+json"


class SubscriberPosts:
    """A subscriber as deliveries reach it. A repeat has the same id, by which the receiver knows it."""

    idempotent = True
    max_batch = 1
    """A delivery is a post, and posts are what is limited."""

    def __init__(self, subscriber: Subscriber, *, clock: Clock) -> None:
        self.id = subscriber.id
        self._subscriber, self._clock = subscriber, clock
        self._client = HttpClient(subscriber.client, clock=clock)

    async def close(self) -> None:
        """End the connections."""
        await self._client.close()

    async def deliver(self, calls: Sequence[ApplicationCall]) -> Sequence[Outcome]:
        """Post milestones; one outcome each. `document` holds the `attributes` and the `data` of a message."""
        return await asyncio.gather(*(self._deliver(call) for call in calls))

    async def check(self) -> Sequence[tuple[str, bool, str, str]]:
        """Nothing is asked of a subscriber unasked: `gateway subscribers test` posts an event."""
        return []

    async def _deliver(self, call: ApplicationCall) -> Outcome:
        attributes: Json = call.document["attributes"]
        event = given(attributes, call.document["data"], self._subscriber.fields)
        return await self.post(event, call.delivery)

    async def post(self, event: Json, delivery: UUID) -> Outcome:
        """Post an event, which is what is signed, byte by byte."""
        body = orjson.dumps(event)
        headers: dict[str, str] = {hdrs.CONTENT_TYPE: _MEDIA_TYPE, hdrs.ACCEPT: "*/*"}
        headers |= signed(body, identifier=event["id"], at=self._clock.now(), secrets=self._subscriber.secrets)
        try:
            async with self._client.call(Call("POST", URL(self._subscriber.url), headers, body)) as answer:
                return await self._judged(answer, delivery)
        except CallFailed as failed:
            log.warning("post_failed", subscriber=self.id, delivery=str(delivery), code=failed.code)
            text = f"{failed}. {failed.remedy}".rstrip(". ") + "."
            return Outcome(delivery, OutcomeKind.RETRY, failed.code, text, unavailable=True, untouched=not failed.sent)

    async def _judged(self, answer: Answer, delivery: UUID) -> Outcome:
        status, kept = answer.status, {"status": answer.status, "text": await _opening(answer)}
        if answer.taken:
            return Outcome(delivery, OutcomeKind.DELIVERED, response=kept)
        if status == _GONE:
            text = "The receiver says that it is gone for good (HTTP 410): remove the subscriber, or correct its url."
            return Outcome(delivery, OutcomeKind.FAILED, "http-410", text, response=kept)
        text = f"The receiver answered HTTP {status}: {kept['text']}".rstrip(": ") + "."
        if 300 <= status < 400:
            text = f"The receiver answered HTTP {status}, and posts are not redirected: write the new address into url."
        return Outcome(
            delivery, OutcomeKind.RETRY, f"http-{status}", text, retry_after=answer.retry_after(self._clock.now()),
            response=kept, unavailable=status in _BUSY,
        )  # fmt: skip


async def _opening(answer: Answer) -> str:
    """How the body begins; what is too long, or breaks off, changes nothing of what the status said."""
    content = b""
    with suppress(CallFailed):
        async for piece in answer.pieces():
            content += piece
            if len(content) > _MOST_ANSWER:
                break
    text = content[: 4 * _KEPT].decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_KEPT]
