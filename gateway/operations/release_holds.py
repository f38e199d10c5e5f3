"""What people do about orders that are held before a warehouse: let them pass, or refuse them. Each writes who did it and why."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

from gateway.domain.lifecycle import move
from gateway.domain.record import EventRow
from gateway.domain.release.lifecycle import RELEASE_HOLD
from gateway.domain.release.record import STAGE, HoldRow, overdue_mark
from gateway.domain.storable import storable, storable_json
from gateway.errors import Absent, ActionRefused, PlanRefused
from gateway.ports.release import AtGate, ReleaseSettlement

_LOOK = "See what is held: gateway holds list"
_STANDING = frozenset({"open", "overdue"})


class HoldSession(Protocol):
    """A transaction in which a person decides about a hold."""

    async def hold_order(self, hold: UUID) -> AtGate | None:
        """The order that a hold is about, held; None when there is no such hold."""

    async def holds_of(self, release: UUID) -> Sequence[HoldRow]:
        """Why it is or was held."""

    async def decided(self, settlement: ReleaseSettlement, release: UUID) -> None:
        """Write what was decided, and let the order be looked at."""

    async def audit(self, actor: str, action: str, subject: str, detail: str) -> None:
        """Write down who did it."""


class HoldDesk:
    """What people do about holds. `find` knows them by id or the end of it; `configuration` and `node` are for the journal."""

    def __init__(
        self,
        deciding: Callable[[], AbstractAsyncContextManager[HoldSession]],
        *,
        find: Callable[[str], Awaitable[Sequence[UUID]]],
        configuration: str,
        node: str,
    ) -> None:
        self._deciding, self._find = deciding, find
        self._configuration, self._node = configuration, node

    async def approve(self, text: str, *, actor: str, reason: str) -> HoldRow:
        """Let an order pass this one hold."""
        return await self._decide(text, "approved", actor=actor, reason=reason, all_of_them=False)

    async def release(self, text: str, *, actor: str, reason: str) -> HoldRow:
        """Let an order pass whatever holds it now."""
        return await self._decide(text, "approved", actor=actor, reason=reason, all_of_them=True)

    async def refuse(self, text: str, *, actor: str, reason: str) -> HoldRow:
        """End an order: it goes to no warehouse."""
        return await self._decide(text, "refused", actor=actor, reason=reason, all_of_them=False)

    async def _decide(self, text: str, event: str, *, actor: str, reason: str, all_of_them: bool) -> HoldRow:
        if not reason.strip():
            raise PlanRefused("it needs words", remedy='Say why, as in --reason "paid by card".')
        named = await self._named(text)
        async with self._deciding() as session:
            one = await session.hold_order(named)
            holds = {hold.id: hold for hold in await session.holds_of(one.row.id)} if one is not None else {}
            if one is None or named not in holds:
                raise Absent(f"there is no hold {text}", remedy=_LOOK)
            wanted = [hold for hold in holds.values() if hold.state in _STANDING and (all_of_them or hold.id == named)]
            if not wanted:
                state = holds[named].state
                raise ActionRefused(f"this hold is {state}: nothing is left to decide", remedy=_LOOK)
            settlement = ReleaseSettlement(configuration=self._configuration, node=self._node)
            for hold in wanted:
                self._end(hold, event, one, settlement, actor=actor, reason=reason)
            settlement.events.append(self._event(one, wanted, event, actor=actor, reason=reason))
            await session.decided(settlement, one.row.id)
            for hold in wanted:
                detail = {"hold": hold.hold, "order": one.row.number, "reason": reason.strip()}
                await session.audit(actor, f"hold_{event}", str(hold.id), storable_json(detail))
        return holds[named]

    async def _named(self, text: str) -> UUID:
        found = await self._find(text.strip().lower())
        if len(found) == 1:
            return found[0]
        what = "several holds end like this" if found else "there is no such hold"
        raise Absent(f"{what}: {text}", remedy=_LOOK)

    def _end(
        self, hold: HoldRow, event: str, one: AtGate, settlement: ReleaseSettlement, *, actor: str, reason: str
    ) -> None:  # fmt: skip
        state = move(RELEASE_HOLD, hold.state, event)
        settlement.holds.append(hold._replace(state=state, actor=actor, note=storable(reason.strip())[:500]))
        if hold.state == "overdue":
            mark = overdue_mark(hold, one.row.customer)
            settlement.closed.append((hold.id, mark, f"{actor}: {state}"))

    def _event(self, one: AtGate, holds: Sequence[HoldRow], event: str, *, actor: str, reason: str) -> EventRow:
        detail = {"by": actor, "reason": reason.strip(), "holds": [hold.hold for hold in holds], "number": one.row.number}
        steps = storable_json([{"what": f"hold_{event}", "detail": detail}])
        return EventRow(one.transmission, STAGE, one.row.id, steps, self._configuration, self._node)
