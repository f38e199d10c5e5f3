"""What other services publish for partners becomes transmissions: stored before the broker may forget it.

Who names a queue in `reply_to` is answered there, once for each message: here only where nothing of it is stored, or all was
before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from gateway.domain import trace_context
from gateway.domain.reply import Reason, Reply
from gateway.domain.storable import storable, storable_key
from gateway.errors import BrokerUnavailable, DataRefused, GatewayError, Refused, StoreUnavailable
from gateway.ports import Clock, Handover, Intake, Message, Published, Receipt, Work
from gateway.stages.answer import refusal
from gateway.stages.outgoing import OUTBOUND

_BUSY = 503


class ReceivePublished:
    """The handler of `edi.outbound`. A message is known by its message id: published again it is recognised.

    `publish` is that of the broker, `source` this gateway's id.
    """

    def __init__(
        self,
        *,
        intake: Intake,
        work: Work,
        publish: Callable[[Sequence[Message]], Awaitable[Sequence[Published]]],
        source: Callable[[], str],
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._intake, self._work, self._publish = intake, work, publish
        self._source, self._clock, self._new_id = source, clock, new_id

    async def handle(self, messages: Sequence[Message]) -> None:
        """Store all; raises when one could not be, so that they come again and those that were stored are recognised."""
        receipts = await asyncio.gather(*(self._receive(message) for message in messages), return_exceptions=True)
        problems = [receipt for receipt in receipts if isinstance(receipt, BaseException)]
        if problems:
            raise next((problem for problem in problems if not isinstance(problem, GatewayError)), problems[0])

    async def _receive(self, message: Message) -> None:
        trace = trace_context.parse(message.headers.get("traceparent"))
        correlation = message.correlation_id or message.message_id
        handover = Handover(
            id=self._new_id(),
            channel=OUTBOUND,
            partner=message.routing_key.partition(".")[2] or None,
            name=message.message_id,
            body=message.body,
            idempotency_key=message.message_id,
            traceparent=str(trace) if trace else None,
            reply_to=storable(message.reply_to) if message.reply_to else None,
            correlation=storable(correlation) if message.reply_to else None,
        )
        try:
            receipt = await self._take(handover)
        except Refused as error:
            return await self._refuse(message, error, Reason("not-taken", "error", str(error), error.remedy))
        if receipt.conflict:
            text = f"message id {message.message_id} was used before for another document; publish it under a new one"
            reason = Reason("message-id-reused", "error", f"The {text}.", "Give each message an id of its own.")
            await self._refuse(message, DataRefused(text), reason, receipt.transmission)
        elif receipt.repeated and handover.reply_to:
            await self._work.answer_again(receipt.transmission, queue=handover.reply_to, correlation=handover.correlation)
        return None

    async def _take(self, handover: Handover) -> Receipt:
        try:
            return await self._intake.receive(handover)
        except Refused as error:
            if error.status == _BUSY:
                raise StoreUnavailable(str(error), remedy=error.remedy) from error
            raise

    async def _refuse(self, message: Message, error: GatewayError, reason: Reason, earlier: UUID | None = None) -> None:
        """Answer what is not stored. Who cannot be told finds the message in `edi.dead`, where it goes with the error."""
        if not message.reply_to:
            raise error
        identifier, partner = self._new_id(), message.routing_key.partition(".")[2]
        reply = Reply("refused", storable_key(message.message_id), earlier, reasons=(reason,))
        headers = refusal(reply, identifier, source=self._source(), partner=partner, now=self._clock.now())
        correlation = message.correlation_id or message.message_id
        answer = Message("", message.reply_to, reply.to_json(), str(identifier), headers, correlation_id=correlation)
        (told,) = await self._publish([answer])
        if told is Published.UNKNOWN:
            raise BrokerUnavailable("The answer to a message was not confirmed.", remedy="It is tried again.") from error
        if told is Published.UNROUTABLE:
            raise error
