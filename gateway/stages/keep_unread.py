"""Keep unread: what an application said and nobody understood is stored with a failure of its owner; the rest is handed on."""

from collections.abc import Callable, Sequence
from uuid import UUID

import orjson
import structlog
from typing_extensions import override

from gateway.domain.failure import fingerprint
from gateway.domain.record import EventRow, FailureRow
from gateway.domain.storable import storable
from gateway.ports import Configuration, Handover, Observer
from gateway.ports.hearing import Hearing, Notice, Unread, UnreadStore
from gateway.stages.receive import pieces, transmission_row

log = structlog.get_logger(__name__)

_STAGE = "process"
_LONGEST = 2_000


class KeepUnread(Hearing):
    """A hearing that understands everything, before one that must."""

    def __init__(
        self,
        hearing: Hearing,
        *,
        store: UnreadStore,
        owner_of: Callable[[str], str],
        configuration: Callable[[], Configuration],
        observer: Observer,
        new_id: Callable[[], UUID],
        node: str,
    ) -> None:
        """`owner_of` says who answers for a source."""
        self._hearing, self._store, self._owner_of = hearing, store, owner_of
        self._configuration, self._observer, self._new_id, self._node = configuration, observer, new_id, node

    @override
    async def take(self, source: str, notices: Sequence[Notice], *, position: str | None = None) -> None:
        unread = {notice.key: notice.unread for notice in notices if notice.unread is not None}
        if unread:
            await self._keep(source, unread)
        understood = [notice for notice in notices if notice.unread is None]
        if understood or position is not None:
            await self._hearing.take(source, understood, position=position)

    @override
    async def position(self, source: str) -> str | None:
        return await self._hearing.position(source)

    async def _keep(self, source: str, unread: dict[str, Unread]) -> None:
        handovers = {key: self._handover(source, key, one) for key, one in unread.items()}
        failures = [self._failure(source, one, handovers[key].id) for key, one in unread.items()]
        new = await self._store.keep(
            [transmission_row(handover) for handover in handovers.values()],
            [piece for handover in handovers.values() for piece in pieces(handover.id, handover.body)],
            failures,
            [self._event(one, handovers[key].id) for key, one in unread.items()],
        )
        for failure in failures:
            if failure.transmission in new:
                log.warning("event_not_understood", source=source, code=failure.code, transmission=str(failure.transmission))
                self._observer.count("edi_failures_total", stage=_STAGE, code=failure.code)

    def _handover(self, source: str, key: str, unread: Unread) -> Handover:
        return Handover(
            id=self._new_id(), channel=source, partner=None, name=key, body=unread.body, idempotency_key=f"{source}:{key}"
        )

    def _failure(self, source: str, unread: Unread, transmission: UUID) -> FailureRow:
        return FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage=_STAGE, code=unread.code, partner=None, route=source),
            stage=_STAGE,
            code=unread.code,
            partner=None,
            route=None,
            owner=self._owner_of(source),
            message=storable(f"{source}: {unread.message}")[:_LONGEST],
            remedy=storable(unread.remedy),
            sample=transmission,
            transmission=transmission,
        )

    def _event(self, unread: Unread, transmission: UUID) -> EventRow:
        detail = {"code": unread.code, "message": storable(unread.message)[:_LONGEST]}
        steps = orjson.dumps([{"what": "not understood", "detail": detail}]).decode()
        return EventRow(transmission, _STAGE, transmission, steps, self._configuration().digest, self._node)
