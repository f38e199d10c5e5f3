"""Onward: deliveries that wait for something other than time go on when it is over, and elsewhere when it takes too long.

One round of it is made every second by the process that holds the lease. What was put aside is let go by those who finish what
it waits for; the round is for all that has no such moment: a time that is over, a thing that was finished by hand.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from uuid import UUID

import structlog

from gateway.domain.lifecycle import DELIVERY, move
from gateway.domain.record import DiversionRow, EventRow
from gateway.domain.storable import storable_json
from gateway.ports import Observer
from gateway.ports.targets import Diversion, Divertible, Held, TargetControl

log = structlog.get_logger(__name__)

_EVERY = 5
"""Rounds from one look at all that was put aside to the next: those who finish something let go themselves."""


class Onward:
    """Looks after deliveries that were put aside, and diverts those whose target is lost."""

    def __init__(
        self,
        *,
        control: TargetControl,
        observer: Observer,
        wake: Callable[[str], Awaitable[None]],
        new_id: Callable[[], UUID],
        configuration: Callable[[], str],
        node: str,
        targets: Callable[[], list[str]] = list,
    ) -> None:
        self._control = control
        self._observer = observer
        self._wake = wake
        self._new_id = new_id
        self._configuration = configuration
        self._node = node
        self._targets = targets
        self._rounds = 0

    async def round(self) -> int:
        """Let go and divert; answers how many deliveries. Raises GatewayError when the database is away."""
        going: Mapping[str, int] = {}
        if self._rounds % _EVERY == 0:
            going = await self._control.unblock(configuration=self._configuration(), node=self._node)
        self._rounds += 1
        diverted = await self._control.divert(self._divert)
        for target, count in diverted.items():
            self._observer.count("edi_deliveries_diverted_total", count, fallback=target)
            log.warning("deliveries_diverted", fallback=target, deliveries=count)
        for target in {**going, **diverted}:
            await self._wake(target)
        await self._measure()
        return sum(going.values()) + sum(diverted.values())

    async def _measure(self) -> None:
        held = {hold.name for hold in await self._control.holds() if hold.kind is Held.TARGET}
        for target in {*self._targets(), *held}:
            self._observer.gauge("edi_target_held", float(target in held), target=target)

    def _divert(self, lost: Divertible) -> Diversion:
        move(DELIVERY, lost.state, "diverted")
        substitute, reason = self._new_id(), why(lost)
        about = {"target": lost.target, "fallback": lost.fallback, "reason": reason}
        row = DiversionRow(lost.id, substitute, lost.transmission, f"Diverted to {lost.fallback}: {reason}")
        return row, [
            self._event(lost, lost.id, "diverted", about | {"substitute": str(substitute)}),
            self._event(lost, substitute, "stands_in", about | {"instead_of": str(lost.id)}),
        ]

    def _event(self, lost: Divertible, subject: UUID, what: str, detail: Mapping[str, object]) -> EventRow:
        steps = storable_json([{"what": what, "detail": detail}])
        return EventRow(lost.transmission, "deliver", subject, steps, self._configuration(), self._node)


def why(lost: Divertible) -> str:
    """Why a delivery is not made at its target, for people."""
    if lost.held_since is not None:
        return f"{lost.target} is held since {_moment(lost.held_since)}."
    if lost.open_since is not None:
        return f"{lost.target} is unavailable since {_moment(lost.open_since)}."
    return f"all {lost.attempt} attempts at {lost.target} failed ({lost.code or 'exhausted'}), and none was carried out."


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
