"""Escalate: owners are told of deliveries that take too long, and further owners of what nobody attends to.

One round of it is made every few seconds by the process that holds the lease.
"""

from collections.abc import Callable, Mapping
from typing import Protocol
from uuid import UUID

import structlog

from gateway.domain.calendar import Calendar
from gateway.domain.failure import STILL_FAILING, escalate, fingerprint
from gateway.domain.owner import Owner
from gateway.domain.record import FailureRow
from gateway.domain.storable import storable
from gateway.ports import Observer
from gateway.ports.failures import FailureWatch, Patience, StillFailing

log = structlog.get_logger(__name__)

STAGE = "deliver"
_BATCH = 500
_MOST = 5_000
"""Groups that one round looks at."""


class OwnersInForce(Protocol):
    """The part of a configuration that says who answers for what."""

    @property
    def owners(self) -> Mapping[str, Owner]:
        """Owners by id."""

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """Business calendars by id."""

    @property
    def gateway_id(self) -> str:
        """This gateway's name."""

    @property
    def default_owner(self) -> str:
        """Who owns what is nobody else's."""

    def owner_of(self, partner: str | None, *, stage: str = "", route: str | None = None, target: str | None = None) -> str:
        """Who owns a failure."""


class Escalate:
    """Looks after failures that go on."""

    def __init__(
        self,
        *,
        watch: FailureWatch,
        configuration: Callable[[], OwnersInForce],
        patience: Callable[[], Patience],
        observer: Observer,
        new_id: Callable[[], UUID],
    ) -> None:
        self._watch = watch
        self._configuration = configuration
        self._patience = patience
        self._observer = observer
        self._new_id = new_id
        self._measured: set[tuple[str, str]] = set()

    async def round(self) -> int:
        """Tell owners and further owners, end what was muted until now; answers how many failures that concerned."""
        unmuted = await self._watch.unmute()
        told = await self._still_failing()
        escalated = await self._escalate()
        await self._measure()
        return len(unmuted) + told + escalated

    async def _still_failing(self) -> int:
        found = await self._watch.still_failing(self._patience(), limit=_BATCH)
        if found:
            await self._watch.record_failures([self._row(one) for one in found])
            self._observer.count("edi_failures_total", len(found), stage=STAGE, code=STILL_FAILING)
        for one in found:
            log.warning("delivery_still_failing", delivery=str(one.id), target=one.target, attempts=one.attempt)
        return len(found)

    def _row(self, one: StillFailing) -> FailureRow:
        hours = (one.now - one.first_attempt_at).total_seconds() / 3600
        since = f"{hours:.1f} h" if hours >= 1 else f"{hours * 60:.0f} min"
        return FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage=STAGE, code=STILL_FAILING, partner=one.partner, route=one.route),
            stage=STAGE,
            code=STILL_FAILING,
            partner=one.partner,
            route=one.route,
            owner=self._configuration().owner_of(one.partner, stage=STAGE, route=one.route),
            message=storable(f"{one.target} has not taken it after {one.attempt} attempts in {since}: {one.message or one.code}"),
            remedy=f"Half of its time is over. See that {one.target} works, or correct the cause; it is tried again by itself.",
            sample=one.id,
            transmission=one.transmission,
        )

    async def _escalate(self) -> int:
        now = self._configuration()
        steps = [
            step
            for failure in await self._watch.unattended(limit=_MOST)
            if (step := escalate(failure, now.owners, now.calendars, otherwise=now.default_owner)) is not None
        ]
        if not steps:
            return 0
        moved = frozenset(await self._watch.escalate(steps))
        for step in steps:
            if step.failure in moved:
                log.warning("failure_escalated", failure=str(step.failure), owner=step.owner, reason=step.reason)
        return len(moved)

    async def _measure(self) -> None:
        levels = {(level.owner, level.stage): level for level in await self._watch.levels()}
        oldest: dict[str, float] = {}
        for owner, stage in self._measured | levels.keys():
            level = levels.get((owner, stage))
            self._observer.gauge("edi_failures_open", level.rows if level else 0, owner=owner, stage=stage)
            oldest[owner] = max(oldest.get(owner, 0.0), level.oldest if level else 0.0)
        for owner, seconds in oldest.items():
            self._observer.gauge("edi_failures_unattended_seconds", seconds, owner=owner)
        self._measured |= levels.keys()
