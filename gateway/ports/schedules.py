"""Runs of schedules, as they are stored: each due time is run or left out once, whoever looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from gateway.domain.schedule import Turn
from gateway.ports.json import Json


@dataclass(frozen=True, slots=True)
class BegunRun:
    """A run that is ours. `attempt` counts processes that began it."""

    id: UUID
    schedule: str
    due: datetime
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class EndedRun:
    """How a run ended: `state` is `done` or `failed`."""

    id: UUID
    state: str
    result: Json | None = None
    message: str = ""


class ScheduleRuns(Protocol):
    """Times by the database's clock. What is written needs the lease under whose token it was begun."""

    async def looked_at(self, schedules: Sequence[str]) -> Mapping[str, tuple[datetime, datetime]]:
        """Of each schedule, until when it was looked at, and the time now."""

    async def begin(self, schedule: str, turn: Turn, *, until: datetime) -> BegunRun | None:
        """Note a turn: the run that is due begins, the times that are left out are written down."""

    async def begin_asked(self, *, most: int) -> Sequence[BegunRun]:
        """Begin what people asked for, and what a process that died left, if it was begun fewer than `most` times."""

    async def give_up(self, *, most: int, message: str) -> Sequence[BegunRun]:
        """End as failed what was begun `most` times and never ended."""

    async def end(self, run: EndedRun) -> bool:
        """Write how a run ended; False when it is no longer ours."""

    async def ask(self, run: UUID, schedule: str, *, actor: str) -> None:
        """A person wants a run now."""

    async def run(self, run: UUID) -> Mapping[str, Any] | None:
        """One run, for people."""

    async def history(self, schedule: str | None, *, limit: int, before: UUID | None = None) -> Sequence[Mapping[str, Any]]:
        """The last runs, the newest first; `before` continues a list after its last id."""

    async def forget(self, *, older: timedelta) -> None:
        """Forget runs that ended so long ago."""
