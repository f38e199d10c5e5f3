"""Deliveries to a REST system: calls made and judged as was configured.

A call is made once for an attempt; what is repeated, and when, is decided by who claims deliveries. Where the system does not
recognise a repeat itself, it is asked first what it has.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import orjson
import structlog
from aiohttp import hdrs
from yarl import URL

from gateway.applications.http.books import http_books
from gateway.applications.http.request import look_up_of, request_of
from gateway.applications.http.said import milestone_of
from gateway.applications.http.verdict import Answered, Judged, judge, of_look_up, of_silence
from gateway.domain.http_application import HttpAction, HttpConnection, QueryFailed, TemplateFailed
from gateway.domain.reconciliation import Scope
from gateway.http.answer import Answer
from gateway.http.call_failed import CallFailed
from gateway.http.client import Call, HttpClient
from gateway.ports import ApplicationCall, Clock, Outcome, OutcomeKind
from gateway.ports.books import AnyBooks

_log = structlog.get_logger(__name__)

_OPENING = 300


class HttpApplication:
    """A REST system. `idempotent` when none of its actions does anything twice."""

    max_batch = 1
    """A delivery is a call, and calls are what is limited."""

    def __init__(self, id: str, connection: HttpConnection, *, clock: Clock) -> None:  # noqa: A002 - the port names it so
        self.id = id
        self.idempotent = all(action.repeatable for action in connection.actions.values())
        self._connection, self._clock = connection, clock
        # On a connection that is kept a request can be lost to a server that was just closing it: it could not be repeated.
        self._client = HttpClient(connection.client, clock=clock, fresh=not self.idempotent)

    async def close(self) -> None:
        """End the connections."""
        await self._client.close()

    def books(self, what: str, _scope: Scope) -> AnyBooks | None:
        """What it holds of something, for reconciliation, as it was described; None where nothing is said of that."""
        terms = next((one for one in self._connection.books if one.of == what), None)
        if terms is None:
            return None
        return http_books(self.id, self._connection, terms, client=self._client, clock=self._clock)

    async def deliver(self, calls: Sequence[ApplicationCall]) -> Sequence[Outcome]:
        """Make the calls; one outcome each, in their order."""
        return await asyncio.gather(*(self._deliver(call) for call in calls))

    async def check(self) -> Sequence[tuple[str, bool, str, str]]:
        """Whether the server answers and lets us in."""
        url = URL(self._connection.url + self._connection.check_path)
        try:
            async with self._client.call(Call("GET", url)) as answer:
                status = answer.status
        except CallFailed as failed:
            return [(f"{self.id}: {failed.code}", False, str(failed), failed.remedy or f"See that {self.id} runs.")]
        found = [(f"{self.id}: answers", True, f"HTTP {status}", "")]
        if status in {401, 403}:
            return [*found, (f"{self.id}: login", False, f"refused (HTTP {status})", "Check the application's login.")]
        if self._connection.check_path:
            fine = 200 <= status < 300
            remedy = "" if fine else "Correct the application's url or check."
            found.append((f"{self.id}: {self._connection.check_path}", fine, f"HTTP {status}", remedy))
        return found

    async def _deliver(self, call: ApplicationCall) -> Outcome:
        action = self._connection.actions.get(call.action)
        if action is None:
            known = ", ".join(self._connection.actions) or "none"
            text = f"{self.id} is asked for {call.action!r}, and its actions are: {known}. Add it, or correct the route's `as`."
            return Outcome(call.delivery, OutcomeKind.FAILED, "action-unsupported", text)
        try:
            return await self._made(call, action)
        except TemplateFailed as error:
            text = f"The call cannot be written: {error}. Correct the action, or complete the document by a rule of the route."
            return Outcome(call.delivery, OutcomeKind.FAILED, "template-failed", text)

    async def _made(self, call: ApplicationCall, action: HttpAction) -> Outcome:
        url = self._connection.url
        request = request_of(url, action, call)
        if action.look_up is not None and not (action.look_up.repeats_only and call.attempt == 1):
            there = await self._looked_up(look_up_of(url, action.look_up, call), call, action)
            if there is not None:
                return there
        try:
            answered = await self._answered(request)
        except CallFailed as failed:
            told = {"application": self.id, "delivery": str(call.delivery), "code": failed.code, "sent": failed.sent}
            _log.warning("call_failed", **told)
            return of_silence(call, action, failed)
        return self._told(call, action, judge(call, action, answered), answered.body)

    async def _looked_up(self, question: Call, call: ApplicationCall, action: HttpAction) -> Outcome | None:
        """The outcome by what is there; None when nothing is, and it may be done."""
        try:
            answered = await self._answered(question)
        except CallFailed as failed:  # nothing was asked for by this attempt
            outcome = of_silence(call, action, failed)
            return replace(outcome, untouched=call.attempt == 1)
        judged = of_look_up(call, action, answered)
        return self._told(call, action, judged, None) if judged is not None else None

    def _told(self, call: ApplicationCall, action: HttpAction, judged: Judged, body: Any) -> Outcome:
        """The outcome with what it says of the order."""
        if judged.event is None:
            return judged.outcome
        reference, now = judged.outcome.reference, self._clock.now()
        try:
            said = milestone_of(call, action, judged.event, body=body, reference=reference, source=self.id, now=now)
        except QueryFailed as error:
            text = f"it is done, and what the answer says of the order cannot be read: {error}"
            return replace(judged.outcome, kind=OutcomeKind.IN_DOUBT, code="answer-unexpected", message=text)
        return replace(judged.outcome, milestones=(said,))

    async def _answered(self, request: Call) -> Answered:
        """Make a request and read its answer. Raises CallFailed."""
        async with self._client.call(request) as answer:
            content = await answer.body(self._connection.most_answer)
            return _read(answer, content, keep=self._connection.keep, retry_after=answer.retry_after(self._clock.now()))


def _read(answer: Answer, content: bytes, *, keep: int, retry_after: float | None) -> Answered:
    body = None
    with suppress(orjson.JSONDecodeError):  # what was configured to be read from it is not there then: that is told
        body = orjson.loads(content) if content else None
    text = content[: max(keep, 4 * _OPENING)].decode("utf-8", "replace")
    opening = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_OPENING]
    kept: dict[str, Any] = {"status": answer.status}
    if body is not None and len(content) <= keep:
        kept["body"] = body
    elif content:
        kept |= {"text": text[:keep], "bytes": len(content)}
    return Answered(answer.status, body, opening, answer.headers.get(hdrs.LOCATION, "")[:200], retry_after, kept)
