"""Interchanges posted to a partner's server.

A request is made once for an attempt; what is repeated, and when, is decided by who claims deliveries. The acknowledgement that
an answer may carry is stored before the outcome is told.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import structlog
from aiohttp import hdrs
from yarl import URL

from gateway.channels.http.verdict import Answered, of_answer, of_answer_not_stored, of_silence
from gateway.domain.file_name import name_fault
from gateway.domain.http_terms import HttpSendOptions
from gateway.errors import GatewayError, Refused
from gateway.http.address import filled
from gateway.http.answer import Answer
from gateway.http.call_failed import CallFailed
from gateway.http.client import Call, HttpClient
from gateway.ports import Clock, Handover, Intake, Outcome, OutcomeKind, Parcel

_log = structlog.get_logger(__name__)

_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds between the tries to store an acknowledgement: the partner gave it once, the store comes back."""


class HttpOutbound:
    """A partner's server that takes posts. `idempotent` as agreed: a repeat under the same key has no effect there.

    `Idempotency-Key` is the delivery's id, the same in all attempts.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - the name every channel has for it
        options: HttpSendOptions,
        *,
        partner: str | None,
        intake: Intake,
        clock: Clock,
        new_id: Callable[[], UUID],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.id, self.idempotent = id, options.idempotent
        self._options, self._partner = options, partner
        self._intake, self._clock, self._new_id, self._pause = intake, clock, new_id, pause
        self._client = HttpClient(options.client, clock=clock, fresh=not options.idempotent)
        self._at_once = asyncio.Semaphore(options.at_once)

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        """Hand parcels over; one outcome per parcel, in their order."""
        return await asyncio.gather(*(self._send(parcel) for parcel in parcels))

    async def close(self) -> None:
        """End the connections."""
        await self._client.close()

    async def _send(self, parcel: Parcel) -> Outcome:
        fault = name_fault(parcel.name)
        if fault:
            text = f"the file name {parcel.name!r} cannot be used: {fault}; change the naming in the agreement"
            return Outcome(parcel.delivery, OutcomeKind.FAILED, "name-unsafe", text)
        async with self._at_once:
            try:
                async with self._client.call(self._call(parcel)) as answer:
                    return await self._judge(parcel, answer)
            except CallFailed as failed:
                _log.warning("post_failed", channel=self.id, delivery=str(parcel.delivery), code=failed.code, sent=failed.sent)
                return of_silence(parcel, failed, self._options)

    def _call(self, parcel: Parcel) -> Call:
        headers = {
            hdrs.CONTENT_TYPE: self._options.media_type or parcel.media_type,
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{filled("{name}", name=parcel.name)}"',
            "Idempotency-Key": f'"{parcel.delivery}"',
        }
        return Call(self._options.method, URL(filled(self._options.url, name=parcel.name)), headers, parcel.content)

    async def _judge(self, parcel: Parcel, answer: Answer) -> Outcome:
        if answer.taken and self._options.answer == "acknowledgement":
            return await self._with_acknowledgement(parcel, answer)
        answered = Answered(
            answer.status,
            "" if answer.taken else await answer.opening(),
            answer.headers.get(hdrs.LOCATION, "")[:200],
            answer.retry_after(self._clock.now()),
        )
        return of_answer(parcel, answered, self._options)

    async def _with_acknowledgement(self, parcel: Parcel, answer: Answer) -> Outcome:
        """Store the body of an answer, then tell the outcome."""
        outcome = of_answer(parcel, Answered(answer.status), self._options)
        try:
            body = await answer.body(self._options.most_answer)
        except CallFailed as failed:
            # The head said that it was taken. What the body said is not known: whoever awaits it chases it.
            told = {"channel": self.id, "delivery": str(parcel.delivery), "problem": str(failed)}
            _log.error("acknowledgement_not_read", **told, remedy=failed.remedy or "ask the partner to send it again")
            return outcome
        if not body.strip():
            return outcome
        problem = await self._store(parcel, body)
        return of_answer_not_stored(parcel, problem, self._options) if problem else outcome

    async def _store(self, parcel: Parcel, body: bytes) -> str:
        """Hand the acknowledgement over. Returns what stood in the way, if it could not be stored."""
        mark = hashlib.sha256(body).hexdigest()[:32]
        handover = Handover(
            id=self._new_id(),
            channel=self.id,
            partner=self._partner,
            name=f"answer-to-{parcel.name}",
            body=body,
            idempotency_key=f"answer:{parcel.delivery}:{mark}",
        )
        problem: GatewayError | None = None
        for pause in (*_PAUSES, None):
            try:
                receipt = await self._intake.receive(handover)
            except GatewayError as error:
                problem = error
            else:
                told = {"channel": self.id, "delivery": str(parcel.delivery), "transmission": str(receipt.transmission)}
                _log.info("acknowledgement_received", **told, repeated=receipt.repeated)
                return ""
            if pause is None or (isinstance(problem, Refused) and problem.status not in {429, 503}):
                break
            await self._pause(pause)
        _log.error("acknowledgement_not_stored", channel=self.id, delivery=str(parcel.delivery), problem=str(problem))
        return str(problem)
