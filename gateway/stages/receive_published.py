"""What other services publish for partners becomes transmissions: stored before the broker may forget it."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

from gateway.domain import trace_context
from gateway.errors import DataRefused, GatewayError, Refused, StoreUnavailable
from gateway.ports import Handover, Intake, Message, Receipt
from gateway.stages.outgoing import OUTBOUND

_BUSY = 503


class ReceivePublished:
    """The handler of `edi.outbound`. A message is known by its message id: published again it is recognised."""

    def __init__(self, *, intake: Intake, new_id: Callable[[], UUID]) -> None:
        self._intake = intake
        self._new_id = new_id

    async def handle(self, messages: Sequence[Message]) -> None:
        """Store all; raises when one could not be, so that they come again and those that were stored are recognised."""
        receipts = await asyncio.gather(*(self._receive(message) for message in messages), return_exceptions=True)
        problems = [receipt for receipt in receipts if isinstance(receipt, BaseException)]
        if problems:
            raise next((problem for problem in problems if not isinstance(problem, GatewayError)), problems[0])

    async def _receive(self, message: Message) -> None:
        trace = trace_context.parse(message.headers.get("traceparent"))
        receipt = await self._take(
            Handover(
                id=self._new_id(),
                channel=OUTBOUND,
                partner=message.routing_key.partition(".")[2] or None,
                name=message.message_id,
                body=message.body,
                idempotency_key=message.message_id,
                traceparent=str(trace) if trace else None,
            )
        )
        if receipt.conflict:  # after some tries alone the broker keeps it in edi.dead with this reason
            raise DataRefused(f"message id {message.message_id} was used before for another document; publish it under a new one")

    async def _take(self, handover: Handover) -> Receipt:
        try:
            return await self._intake.receive(handover)
        except Refused as error:
            if error.status == _BUSY:
                raise StoreUnavailable(str(error), remedy=error.remedy) from error
            raise
