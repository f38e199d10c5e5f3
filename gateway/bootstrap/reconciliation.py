"""Wires schedules and what they do: reconciliations with the books of applications."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.bootstrap.books import comparison
from gateway.bootstrap.channel_troubles import keep_standing
from gateway.bootstrap.office import Office, Where, opened
from gateway.config.snapshot import Snapshot
from gateway.domain.document_path import Json
from gateway.domain.reconciliation import Agreed
from gateway.domain.recurrence import AGAIN_AND_AGAIN, recurrence
from gateway.errors import Absent, ConfigurationInvalid, DependencyUnavailable, GatewayError, LeaseLost
from gateway.operations.reconcile import ACKNOWLEDGED, NUMBERS, PROCESSED, STAGE, Found, list_own, reconcile
from gateway.ports import Clock, Observer
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble
from gateway.stages.channel_trouble import KeepChannelTroubles
from gateway.stages.run_schedules import STAGE as SCHEDULE_STAGE
from gateway.stages.run_schedules import RunSchedules
from gateway.store.books import PostgresLedgers
from gateway.store.database import Database
from gateway.store.figures import Figures
from gateway.store.schedules import PostgresScheduleRuns
from gateway.store.shelf import DiskShelf
from gateway.system import SystemClock, TimeOrderedIds
from gateway.telemetry.metrics import PrometheusObserver

OWN = (PROCESSED, ACKNOWLEDGED, NUMBERS)
_OWN_BACK, _OWN_SETTLING = timedelta(days=30), timedelta(minutes=15)
_LOOK = 0.2
_RUN, _NOT_COMPARED = "run", "not-compared"
"""What tells that a reconciliation could not be made, and the code of that failure."""


class NotAllCompared(DependencyUnavailable):
    """Some reconciliations of a run could not be made."""


class Reconciler:
    """Makes reconciliations of a configuration."""

    def __init__(
        self, snapshot: Snapshot, database: Database, *, observer: Observer, clock: Clock, new_id: Callable[[], UUID]
    ) -> None:
        self._snapshot, self._database, self._observer, self._clock, self._new_id = snapshot, database, observer, clock, new_id
        self._agreed = {agreed.id: agreed for agreed in snapshot.reconciliations}

    @property
    def names(self) -> Sequence[str]:
        """What there is: as configured, and what the gateway finds by itself."""
        return [*self._agreed, *OWN]

    async def make(self, name: str, *, back: timedelta | None = None) -> Sequence[Found]:
        """One of them. Raises Absent for a name that is none, or what the systems raise."""
        if name in OWN:
            ledgers = PostgresLedgers(self._database)
            return await list_own(ledgers, name, now=self._clock.now(), back=back or _OWN_BACK, settling=_OWN_SETTLING)
        agreed = self._agreed.get(name)
        if agreed is None:
            raise Absent(f"there is no reconciliation {name!r}", remedy=f"There are: {', '.join(self.names)}")
        troubles, run = self._troubles(agreed), ChannelSide(agreed.id, None, _RUN)
        try:
            async with comparison(agreed, self._snapshot, self._database) as compared:
                found = await reconcile(compared, troubles, now=self._clock.now(), shelf=DiskShelf, back=back)
        except ConfigurationInvalid:
            raise
        except GatewayError as error:
            remedy = error.remedy or f"See that both sides answer, then `gateway reconcile {agreed.id}`."
            text = f"it could not be compared: {error}"
            await troubles.keep(run, [ChannelTrouble(_NOT_COMPARED, text, remedy)], all_of_them=True)
            raise
        await troubles.keep(run, (), all_of_them=True)
        self._observer.gauge("edi_differences", len(found), what=agreed.id)
        return found

    async def job(self, options: Mapping[str, Json]) -> Mapping[str, Json]:
        """What a schedule does: those that it names, or all, one after the other; each is made whatever became of the others.

        Raises NotAllCompared when some could not be made.
        """
        named = options.get("of")
        wanted = [str(one) for one in named] if isinstance(named, list) else list(self._agreed)
        made: dict[str, Json] = {}
        problems: dict[str, GatewayError] = {}
        for name in wanted:
            try:
                made[name] = len(await self.make(name))
            except LeaseLost:
                raise
            except GatewayError as error:
                problems[name] = error
        if problems:
            text = "; ".join(f"{name} could not be compared: {error}" for name, error in problems.items())
            remedy = next((error.remedy for error in problems.values() if error.remedy), "")
            raise NotAllCompared(f"{text} ({len(made)} others were)", remedy=remedy)
        return made

    def _troubles(self, agreed: Agreed) -> KeepChannelTroubles:
        def owner_of(side: ChannelSide) -> str:
            return agreed.owner or self._snapshot.owner_of(side.partner, stage=STAGE)

        return keep_standing(self._database, stage=STAGE, owner_of=owner_of, observer=self._observer, new_id=self._new_id)


def run_schedules(
    snapshot: Snapshot, database: Database, *, observer: Observer, clock: Clock, new_id: Callable[[], UUID], node: str
) -> RunSchedules:
    """What does all that is scheduled, under a lease."""
    owners = {schedule.id: schedule.owner for schedule in snapshot.schedules}
    reconciler = Reconciler(snapshot, database, observer=observer, clock=clock, new_id=new_id)
    troubles = keep_standing(
        database,
        stage=SCHEDULE_STAGE,
        owner_of=lambda side: owners.get(side.channel, snapshot.gateway.owner),
        observer=observer,
        new_id=new_id,
    )
    return RunSchedules(
        store=PostgresScheduleRuns(database, new_id=new_id, node=node),
        schedules=lambda: snapshot.schedules,
        jobs={"reconcile": reconciler.job},
        troubles=troubles,
        observer=observer,
        clock=clock,
    )


async def make_reconciliations(
    where: Where, names: Sequence[str], *, back: timedelta | None
) -> Sequence[tuple[str, Sequence[Found] | GatewayError]]:
    """Reconcile now: each with what differs, or why it could not be made. Without names all of them."""
    async with opened(where) as office:
        reconciler = Reconciler(
            office.snapshot, office.database, observer=PrometheusObserver(), clock=SystemClock(), new_id=TimeOrderedIds()
        )
        made: list[tuple[str, Sequence[Found] | GatewayError]] = []
        for name in names or reconciler.names:
            try:
                made.append((name, await reconciler.make(name, back=back)))
            except (Absent, ConfigurationInvalid):
                raise
            except GatewayError as error:
                made.append((name, error))
        return made


async def listed_reconciliations(where: Where) -> Sequence[Mapping[str, Any]]:
    """What is compared, between whom (None: our own books), and how much of it differs and is not over."""
    async with opened(where) as office:
        counts = await _figures(office).difference_counts(STAGE, [agreed.id for agreed in office.snapshot.reconciliations])
        views = [
            {
                "id": agreed.id,
                "configured": True,
                "what": agreed.what,
                "left": left.application or left.partner,
                "right": right.application or right.partner,
                "back_seconds": agreed.back.total_seconds(),
                "differences": counts.get(agreed.id, 0),
            }
            for agreed in office.snapshot.reconciliations
            for left, right in [agreed.sides]
        ]
        own = {"configured": False, "left": None, "right": None, "back_seconds": _OWN_BACK.total_seconds(), "differences": None}
        return [*views, *({"id": name, "what": name, **own} for name in OWN)]


async def open_differences(
    where: Where,
    reconciliations: Sequence[str],
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
    recurring: bool = False,
) -> Sequence[Mapping[str, Any]]:
    """What was found to differ and is not over, the newest first; `before` is since when the last one of the list before was
    there, and its id. `recurring`: only what came back again and again, which is told with the reason.
    """
    async with opened(where) as office:
        what = {agreed.id: agreed.what for agreed in office.snapshot.reconciliations}
        least = AGAIN_AND_AGAIN if recurring else 0
        found = await _figures(office).differences(STAGE, reconciliations or [*what], before=before, limit=limit, recurred=least)
        return [
            {**one, "recurring": recurrence(one["recurred"], what=what.get(one["reconciliation"], ""))} for one in found
        ]  # fmt: skip


def _figures(office: Office) -> Figures:
    return Figures(office.database, list(office.snapshot.channels))


async def listed_schedules(where: Where) -> Sequence[Mapping[str, Any]]:
    """Every schedule, with its last run and its next time."""
    async with opened(where) as office:
        runs = PostgresScheduleRuns(office.database, new_id=TimeOrderedIds())
        now = datetime.now(UTC)
        views = []
        for schedule in office.snapshot.schedules:
            last = next(iter(await runs.history(schedule.id, limit=1)), None)
            views.append({
                "id": schedule.id,
                "cron": schedule.recurrence.expression,
                "timezone": schedule.recurrence.zone.key,
                "run": schedule.job,
                "owner": schedule.owner,
                "next": next(schedule.after(now), None),
                "last": last["due"] if last else None,
                "state": last["state"] if last else None,
            })  # fmt: skip
        return views


async def schedule_history(
    where: Where, schedule: str | None, *, limit: int, before: UUID | None = None
) -> Sequence[Mapping[str, Any]]:
    """The last runs, the newest first. Raises Absent for a schedule that there is not."""
    async with opened(where) as office:
        if schedule is not None:
            _require(schedule, office.snapshot)
        return await PostgresScheduleRuns(office.database, new_id=TimeOrderedIds()).history(schedule, limit=limit, before=before)


async def ask_for_run(where: Where, schedule: str, *, actor: str, within: float) -> Mapping[str, Any]:
    """Have a schedule run now, by a gateway that runs; the run as it is when it has ended, or after `within` s. Raises Absent."""
    new_id = TimeOrderedIds()
    async with opened(where) as office:
        _require(schedule, office.snapshot)
        runs, run = PostgresScheduleRuns(office.database, new_id=new_id), new_id()
        await runs.ask(run, schedule, actor=actor)
        for _ in range(int(within / _LOOK)):
            view = await runs.run(run)
            if view is None or view["state"] not in ("asked", "running"):
                break
            await asyncio.sleep(_LOOK)
        return await runs.run(run) or {}


def _require(schedule: str, snapshot: Snapshot) -> None:
    known = [one.id for one in snapshot.schedules]
    if schedule not in known:
        raise Absent(f"there is no schedule {schedule!r}", remedy=f"There are: {', '.join(known) or 'none'}")
