"""What people do about failures: take one on, give it to another owner, silence it for a while, end it, add a note.

Each is a move of the failure's lifecycle, written with who did it and why, and refused where the failure is no longer as it was.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from gateway.domain.lifecycle import FAILURE, IllegalTransition, move
from gateway.domain.triage import Helped
from gateway.errors import Absent, ActionRefused, PlanRefused
from gateway.ports.failures import FailureMove, Failures, FailureSession, HeldFailure

LONGEST_MUTE = timedelta(days=90)
"""Who wants silence for longer has to say so again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who asks, under which configuration, and where from."""

    actor: str
    configuration: str = ""
    node: str = "operations"


class NoSuchFailure(Absent):
    """Nothing has this id."""


class FailureDesk:
    """Everything that can be done about failures. Each answers the failure as it was; raises NoSuchFailure, ActionRefused where
    it is no longer as it was, or PlanRefused for what cannot be meant.

    `owners` are those that failures can be given to.
    """

    def __init__(self, failures: Failures, *, owners: Collection[str]) -> None:
        self._failures = failures
        self._owners = owners

    async def acknowledge(self, failure: UUID, *, by: By, reason: str = "") -> HeldFailure:
        """Take it on: nobody further is told of it."""
        async with self._holding(failure) as (session, held):
            await _write(session, replace(_step(held, "acknowledged", by, reason), attended_by=by.actor), by)
        return held

    async def assign(self, failure: UUID, owner: str, *, by: By, reason: str = "") -> HeldFailure:
        """Give it to another owner, who is told of it."""
        if owner not in self._owners:
            raise PlanRefused(f'there is no owner "{owner}"', remedy=f"Give it to one of {', '.join(sorted(self._owners))}.")
        async with self._holding(failure) as (session, held):
            if held.owner == owner:
                raise ActionRefused(f"it is {owner}'s already", remedy="Look at it: gateway failures show ID")
            step = _step(held, "assigned", by, reason)
            told = owner if step.after == "open" else None
            await _write(session, replace(step, owner=owner, tell=told, detail={"from": held.owner, "to": owner}), by)
        return held

    async def mute(self, failure: UUID, until: datetime, *, by: By, reason: str) -> HeldFailure:
        """Silence it until then, also when it comes back; it is open again by itself afterwards."""
        why = _needed(reason)
        async with self._holding(failure) as (session, held):
            if not held.now < until <= held.now + LONGEST_MUTE:
                what = f"{until:%Y-%m-%d %H:%M} is no end for a silence"
                raise PlanRefused(what, remedy=f"Name a moment within the next {LONGEST_MUTE.days} days.")
            step = _step(held, "muted", by, why)
            detail = {"until": until.isoformat()}
            await _write(session, replace(step, muted_until=until, attended_by=by.actor, detail=detail), by)
        return held

    async def resolve(self, failure: UUID, *, by: By, reason: str, helped: Helped | None = None) -> HeldFailure:
        """End it with all its cases. Should it come back, it is open again as a regression. What helped is proposed to whoever
        has one like it.
        """
        why, detail = _needed(reason), {"helped": helped.value} if helped else {}
        async with self._holding(failure) as (session, held):
            step = replace(_step(held, "resolved", by, why), attended_by=by.actor, helped=helped, detail=detail)
            await _write(session, step, by)
        return held

    async def note(self, failure: UUID, text: str, *, by: By) -> None:
        """Add a note to its history."""
        words = _needed(text)
        async with self._holding(failure) as (session, _):
            await session.note(failure, words, actor=by.actor, configuration=by.configuration, node=by.node)

    async def find(self, text: str) -> UUID:
        """The failure that somebody means. Raises NoSuchFailure when it is none, or several."""
        found = await self._failures.find(text.strip().lower())
        if len(found) == 1:
            return found[0]
        what = "several failures end like this" if found else "there is no such failure"
        raise NoSuchFailure(f"{what}: {text}", remedy="Look for its id: gateway failures list --all")

    @asynccontextmanager
    async def _holding(self, failure: UUID) -> AsyncIterator[tuple[FailureSession, HeldFailure]]:
        async with self._failures.attending() as session:
            held = await session.hold(failure)
            if held is None:
                raise NoSuchFailure(f"there is no failure {failure}", remedy="Look for its id: gateway failures list --all")
            yield session, held


async def _write(session: FailureSession, step: FailureMove, by: By) -> None:
    await session.move(step, configuration=by.configuration, node=by.node)


def _step(held: HeldFailure, action: str, by: By, reason: str) -> FailureMove:
    try:
        after = move(FAILURE, held.state, action)
    except IllegalTransition:
        remedy = "It opens by itself when it comes back." if held.state == "resolved" else "Look at it: gateway failures show ID"
        raise ActionRefused(f"it is {held.state}: it cannot be {action}", remedy=remedy) from None
    return FailureMove(
        failure=held.id,
        before=held.state,
        after=after,
        owner=held.owner,
        action=action,
        actor=by.actor,
        reason=reason.strip(),
        muted_until=held.muted_until if after == "muted" else None,
    )


def _needed(text: str) -> str:
    if not text.strip():
        raise PlanRefused("it needs words", remedy='Say why, as in --reason "the partner corrected it".')
    return text.strip()
