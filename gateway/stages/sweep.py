"""Sweep: the state rows are the work, so rows left unfinished too long are announced again, whatever lost their wake-up."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from gateway.domain.failure import fingerprint
from gateway.domain.record import FailureRow, OutboxRow
from gateway.ports import Clock, Expired, Observer, QueueLevel, Work
from gateway.stages.claims import LASTING
from gateway.stages.delivery_result import CRASHED, crash_remedy, dead_letter
from gateway.stages.lanes import Arrived

log = structlog.get_logger(__name__)

_BREAKER_LEVELS = {"closed": 0, "half_open": 1, "open": 2}

_MOST_LOST = 5
"""So many processes in a row that ended under one delivery are no accident, though the last of them had a child process make it:
as where a container ends whole when anything in it takes too much memory."""

_GAP = 4.0
"""Seconds between two rounds that tell of a lost database rather than of a slow one."""


class Sweep:
    """One round looks at everything unfinished. Held by a lease, so that one process does it."""

    def __init__(
        self,
        *,
        work: Work,
        observer: Observer,
        announce: Callable[[Sequence[Arrived]], Awaitable[None]],
        patient: Callable[[], Sequence[str]] = tuple,
        wake: Callable[[str], Awaitable[None]],
        repeatable: Callable[[], Sequence[str]],
        targets: Callable[[], Sequence[str]] = tuple,
        owner_of: Callable[[Expired], str],
        new_id: Callable[[], UUID],
        node: str,
        clock: Clock,
        older: timedelta = timedelta(seconds=3),
        batch: int = 1_000,
    ) -> None:
        self._work = work
        self._observer = observer
        self._announce, self._patient = announce, patient
        self._wake = wake
        self._repeatable = repeatable
        self._targets = targets
        self._owner_of = owner_of
        self._new_id = new_id
        self._node = node
        self._clock = clock
        self._looked_at: float | None = None
        self._patient_until = 0.0
        self._measured: set[str] = set()
        self._older = older
        self._batch = batch

    async def round(self) -> int:
        """Announce again what waits unannounced, and take back what was claimed by the dead; answers how many rows."""
        expired = [] if self._is_patient() else await self._expire()
        for target in {e.target for e in expired if e.state == "waiting"}:
            await self._wake(target)
        for target in await self._work.due_targets(older=self._older):
            await self._wake(target)
        waiting = await self._work.unfinished_transmissions(older=self._older, limit=self._batch, patient=self._patient())
        if waiting:
            await self._announce(waiting)
            self._observer.count("edi_sweep_rows_total", len(waiting), stage="translate")
            log.info("transmissions_announced_again", transmissions=len(waiting))
        await self._measure()
        await self._measure_breakers()
        return len(expired) + len(waiting)

    def _is_patient(self) -> bool:
        """After a gap between rounds the database was away: living holders could not renew, and get the time to do so now."""
        now = self._clock.monotonic()
        if self._looked_at is not None and now - self._looked_at > _GAP:
            self._patient_until = now + LASTING.total_seconds()
        self._looked_at = now
        return now < self._patient_until

    async def _expire(self) -> Sequence[Expired]:
        expired = await self._work.expire_deliveries(
            repeatable=self._repeatable(),
            node=self._node,
            failure=self._failure,
            dead_letter=self._dead_letter,
            most_lost=_MOST_LOST,
        )
        if expired:
            self._observer.count("edi_sweep_rows_total", len(expired), stage="deliver")
        for e in expired:
            log.warning("claim_expired", delivery=str(e.id), target=e.target, attempt=e.attempt, state=e.state)
        return expired

    def _failure(self, e: Expired) -> FailureRow:
        code = CRASHED if e.state == "dead" else "in-doubt"
        message = f"Attempt {e.attempt} at {e.target} ended without a result: it may or may not have been delivered."
        remedy = f"Look in {e.target} whether it arrived, then redeliver or mark as delivered."
        if e.state == "dead":
            message = f"{_MOST_LOST} processes in a row ended while this delivery to {e.target} was made, at the end on its own."
            remedy = crash_remedy(e.target)
        return FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage="deliver", code=code, partner=e.partner, route=e.route),
            stage="deliver",
            code=code,
            partner=e.partner,
            route=e.route,
            owner=self._owner_of(e),
            message=message,
            remedy=remedy,
            sample=e.id,
            transmission=e.transmission,
        )

    def _dead_letter(self, e: Expired) -> OutboxRow:
        return dead_letter(
            e.id,
            e.transmission,
            e.document,
            partner=e.partner,
            target=e.target,
            code=CRASHED,
            now=self._clock.now(),
            new_id=self._new_id,
        )

    async def _measure(self) -> None:
        levels = {level.stage: level for level in await self._work.queue_levels()}
        emptied = {stage: QueueLevel(stage, 0, 0.0) for stage in self._measured - levels.keys()}
        self._measured |= levels.keys()
        for stage, level in (levels | emptied).items():
            self._observer.gauge("edi_queue_rows", level.rows, stage=stage)
            self._observer.gauge("edi_queue_oldest_seconds", level.oldest, stage=stage)
            if stage == "outbox":
                self._observer.gauge("edi_outbox_rows", level.rows)
            elif stage == "acknowledge":
                self._observer.gauge("edi_acknowledgements_owed", level.rows)

    async def _measure_breakers(self) -> None:
        states = dict.fromkeys(self._targets(), "closed") | {b.target: b.state for b in await self._work.breakers()}
        for target, state in states.items():
            self._observer.gauge("edi_breaker_state", _BREAKER_LEVELS[state], target=target)
