"""Hear: what applications tell unasked is stored: documents as transmissions, milestones for the order process."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from uuid import UUID

import structlog
from typing_extensions import override

from gateway.domain.failure import fingerprint
from gateway.domain.order.milestone import Event
from gateway.domain.order.record import OrderEventRow, event_row
from gateway.domain.record import FailureRow
from gateway.domain.storable import storable
from gateway.errors import Refused
from gateway.ports import Handover, Intake, Receipt
from gateway.ports.hearing import HeardDocument, Hearing, Notice
from gateway.ports.orders import OrderStore
from gateway.stages.outgoing import OUTBOUND

log = structlog.get_logger(__name__)

_BUSY = 503
_STAGE = "process"
_AT_ONCE = 50


class Hear(Hearing):
    """Hands documents to the intake, and milestones to the order process."""

    def __init__(
        self,
        *,
        intake: Intake,
        orders: OrderStore,
        wake: Callable[[], None],
        tell: Callable[[Sequence[FailureRow]], Awaitable[None]],
        owner_of: Callable[[str, str | None], str],
        new_id: Callable[[], UUID],
        ships: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`tell` stores failures of what cannot be taken; `owner_of` says who answers for a source and a partner. `ships` says of
        a source whether it is a warehouse behind the gate: what it rejects is not the customer's order, but what was released to
        it; the customer's waits for goods then.
        """
        self._ships = ships
        self._intake, self._orders, self._wake = intake, orders, wake
        self._tell, self._owner_of, self._new_id = tell, owner_of, new_id

    @override
    async def take(self, source: str, notices: Sequence[Notice], *, position: str | None = None) -> None:
        documents = [(notice, place, document) for notice in notices for place, document in enumerate(notice.documents)]
        failures: list[FailureRow] = []
        for start in range(0, len(documents), _AT_ONCE):
            some = documents[start : start + _AT_ONCE]
            told = await asyncio.gather(*(self._store(source, *one) for one in some), return_exceptions=True)
            for failure in told:
                if isinstance(failure, BaseException):
                    raise failure
                failures += [failure] if failure is not None else []
        if failures:
            await self._tell(failures)
        rows = self._milestones(notices)
        if rows or position is not None:
            await self._orders.hear(rows, source=source, position=position)
        if rows:
            self._wake()

    @override
    async def position(self, source: str) -> str | None:
        return await self._orders.position(source)

    def _milestones(self, notices: Sequence[Notice]) -> list[OrderEventRow]:
        """One row for each, by source and key: the same twice in one hand-over is one."""
        rows: dict[tuple[str, str], OrderEventRow] = {}
        for notice in notices:
            for said in notice.milestones:
                refused = said.event is Event.REJECTED and self._ships(said.source)
                row = event_row(replace(said, event=Event.BACK_ORDERED) if refused else said, self._new_id())
                rows.setdefault((row.source, row.key), row)
        return list(rows.values())

    async def _store(self, source: str, notice: Notice, place: int, document: HeardDocument) -> FailureRow | None:
        """Store one document. What can never be stored is a failure of its owner, and holds up nothing else."""
        handover = Handover(
            id=self._new_id(),
            channel=OUTBOUND if document.outgoing else source,
            partner=document.partner,
            name=notice.key,
            body=document.body,
            idempotency_key=f"{source}:{notice.key}:{place}",
        )
        try:
            receipt = await self._intake.receive(handover)
        except Refused as refused:
            if refused.status == _BUSY:
                raise
            why = (str(refused), refused.remedy)
            return self._failure(source, notice, document, handover.id, code="document-refused", why=why)
        return self._conflict(source, notice, document, receipt) if receipt.conflict else None

    def _conflict(self, source: str, notice: Notice, document: HeardDocument, receipt: Receipt) -> FailureRow:
        text = "Another document was heard under the same key before; this one was not taken."
        remedy = f"See transmission {receipt.transmission}; let {source} give what says something new a new key."
        return self._failure(source, notice, document, receipt.transmission, code="notice-key-reused", why=(text, remedy))

    def _failure(
        self, source: str, notice: Notice, document: HeardDocument, sample: UUID, *, code: str, why: tuple[str, str]
    ) -> FailureRow:
        """The failure of a document that is not taken; `why` is the reason and what to do."""
        message, remedy = why
        log.warning("document_not_taken", source=source, key=notice.key, code=code)
        return FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage=_STAGE, code=code, partner=document.partner, route=source),
            stage=_STAGE,
            code=code,
            partner=document.partner,
            route=None,
            owner=self._owner_of(source, document.partner),
            message=storable(f"{source}, {notice.key}: {message}")[:2_000],
            remedy=storable(remedy) or "Correct it at its source.",
            sample=sample,
            transmission=sample,
        )
