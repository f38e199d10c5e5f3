"""Run schedules: what is due by the clock, or asked for by a person, is done once, by whoever holds the lease."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import structlog

from gateway.domain.document_path import Json
from gateway.domain.schedule import Schedule, turn_of
from gateway.errors import GatewayError, LeaseLost
from gateway.ports import Clock, Observer
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble, ChannelTroubles
from gateway.ports.pulse import rest
from gateway.ports.schedules import BegunRun, EndedRun, ScheduleRuns

log = structlog.get_logger(__name__)

STAGE = "schedule"
"""The stage of failures of schedules. Their route is the schedule's id."""

_MOST_BEGUN = 3
_DIED = "One process after the other ended while it ran."
_LOOK = 1.0
_KEPT = timedelta(days=400)

Job = Callable[[Mapping[str, Json]], Awaitable[Mapping[str, Json]]]
"""What a schedule does with its options; answers what came of it. Done again after a crash, it may do no harm."""


class RunSchedules:
    """The rounds of one process. `run` goes on for ever, under a lease; what it began ends with it."""

    def __init__(
        self,
        *,
        store: ScheduleRuns,
        schedules: Callable[[], Sequence[Schedule]],
        jobs: Mapping[str, Job],
        troubles: ChannelTroubles,
        observer: Observer,
        clock: Clock,
    ) -> None:
        self._store, self._schedules, self._jobs = store, schedules, jobs
        self._troubles, self._observer, self._clock = troubles, observer, clock

    async def run(self) -> None:
        """Look every second until cancelled; a run takes as long as it takes, beside the others."""
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    for begun in await self.round():
                        group.create_task(self.make(begun), name=f"schedule-{begun.schedule}")
                except LeaseLost:
                    raise
                except GatewayError as error:
                    log.warning("schedules_not_looked_at", error=str(error))
                await rest(_LOOK)

    async def round(self) -> Sequence[BegunRun]:
        """Begin what is due; the runs that are to be made now."""
        for lost in await self._store.give_up(most=_MOST_BEGUN, message=_DIED):
            await self._tell(lost.schedule, "schedule-crashed", f"the run of {lost.due:%Y-%m-%d %H:%M} UTC failed: {_DIED}")
        begun = list(await self._store.begin_asked(most=_MOST_BEGUN))
        schedules = {schedule.id: schedule for schedule in self._schedules()}
        if not schedules:
            return begun
        for name, (since, now) in (await self._store.looked_at(sorted(schedules))).items():
            turn = turn_of(schedules[name], since=since, now=now)
            if turn.run is None and not turn.skipped:
                continue
            if turn.skipped:
                log.warning("schedule_missed", schedule=name, times=turn.skipped, last=turn.last)
            if (run := await self._store.begin(name, turn, until=now)) is not None:
                begun.append(run)
        return begun

    async def make(self, begun: BegunRun) -> None:
        """Do it, and write down how it ended."""
        schedule = next((one for one in self._schedules() if one.id == begun.schedule), None)
        started = self._clock.monotonic()
        ended = await self._ended(begun, schedule)
        if ended.state == "failed":
            await self._tell(
                begun.schedule, "schedule-failed", f"the run of {begun.due:%Y-%m-%d %H:%M} UTC failed: {ended.message}"
            )
        else:
            await self._keep(begun.schedule, ())
        try:
            await self._store.end(ended)
            await self._store.forget(older=_KEPT)
        except GatewayError as error:  # whoever looks next makes it again
            log.warning("run_not_ended", schedule=begun.schedule, error=str(error))
        self._observer.observe("edi_schedule_seconds", self._clock.monotonic() - started, schedule=begun.schedule)
        self._observer.count("edi_schedule_runs_total", schedule=begun.schedule, outcome=ended.state)

    async def _ended(self, begun: BegunRun, schedule: Schedule | None) -> EndedRun:
        if schedule is None:
            return EndedRun(begun.id, "failed", message="The schedule is no longer in routes.toml.")
        try:
            async with asyncio.timeout(schedule.longest.total_seconds()):
                result = await self._jobs[schedule.job](schedule.options)
        except TimeoutError:
            return EndedRun(begun.id, "failed", message=f"It took longer than {schedule.longest}.")
        except LeaseLost:
            raise
        except GatewayError as error:
            return EndedRun(begun.id, "failed", message=f"{error} {error.remedy}".strip())
        except Exception as error:  # a bug of one job must not end the others
            log.exception("schedule_failed_unexpectedly", schedule=schedule.id)
            return EndedRun(begun.id, "failed", message=f"A fault of the gateway: {type(error).__name__}: {error}")
        return EndedRun(begun.id, "done", result)

    async def _tell(self, schedule: str, code: str, message: str) -> None:
        remedy = f"See `gateway schedules history {schedule}`, mend the cause, then `gateway schedules run {schedule}`."
        await self._keep(schedule, (ChannelTrouble(code, message, remedy),))

    async def _keep(self, schedule: str, troubles: Sequence[ChannelTrouble]) -> None:
        await self._troubles.keep(ChannelSide(schedule, None, STAGE), troubles, all_of_them=True)
