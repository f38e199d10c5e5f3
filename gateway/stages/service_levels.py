"""Service levels: owners are told before one is missed, and what was met of it is counted by days.

One round is made a minute, by the process that holds the lease. What runs is looked at in each; days are counted anew as long as
they may change, the present one every ten minutes.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from gateway.domain.calendar import Calendar
from gateway.domain.service_level import ServiceLevel, Tally, Threat, Whose, tallied, threats
from gateway.domain.service_level_words import effect, remedy
from gateway.ports import Observer
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble, ChannelTroubles
from gateway.ports.service_levels import ServiceLevels

CODE = "service-level-at-risk"
_SIDE = "clocks"
_ANEW = timedelta(minutes=10)
_BACK = 35
"""Days: so far back a new level is counted, and a day is counted anew as long as clocks of it run."""
_KEPT = 1_100
_MOST_CLOCKS = 5_000
"""Clocks of a level that are looked at together: owners are told of so many at most, and the loop waits no longer."""


class LevelsInForce(Protocol):
    """The part of a configuration that says what was promised."""

    @property
    def service_levels(self) -> Sequence[ServiceLevel]:
        """What was promised."""

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """Business calendars by id."""


class WatchServiceLevels:
    """Looks after what was promised. `name_of` says what people call a partner."""

    def __init__(
        self,
        *,
        store: ServiceLevels,
        configuration: Callable[[], LevelsInForce],
        name_of: Callable[[str], str],
        troubles: ChannelTroubles,
        observer: Observer,
    ) -> None:
        self._store, self._configuration, self._name_of = store, configuration, name_of
        self._troubles, self._observer = troubles, observer
        self._counted_at: datetime | None = None

    async def round(self) -> int:
        """Tell owners of what is about to be missed, count what was met; answers how many were told of."""
        now = await self._store.now()
        told = 0
        for level in self._configuration().service_levels:
            told += await self._watch(level, now)
        if self._counted_at is None or now - self._counted_at >= _ANEW:
            await self._count(now)
            self._counted_at = now
        return told

    async def _watch(self, level: ServiceLevel, now: datetime) -> int:
        calendars = self._configuration().calendars
        clocks = []
        async for clock in self._store.running(level):
            clocks.append(clock)
            if len(clocks) >= _MOST_CLOCKS:
                break
        found = threats(level, clocks, calendars, now)
        calendar = calendars.get(level.calendar or "")
        zone = calendar.zone if calendar is not None else UTC
        troubles = [
            ChannelTrouble(
                CODE,
                effect(level, one, name=self._name_of(one.partner) if one.partner else "", zone=zone, now=now),
                remedy(level, one),
                about=one.partner or "",
                partner=one.partner,
            )
            for one in found
        ]
        await self._troubles.keep(ChannelSide(level.id, None, _SIDE), troubles, all_of_them=True)
        self._gauge(level, found)
        return len(found)

    def _gauge(self, level: ServiceLevel, found: Sequence[Threat]) -> None:
        self._observer.gauge("edi_service_level_at_risk", sum(one.clocks for one in found), level=level.id)

    async def _count(self, now: datetime) -> None:
        """Count the days that may have changed: the present one, the one before, those with clocks that run, and all of a new
        level.
        """
        levels = {level.id: level for level in self._configuration().service_levels}
        today = now.astimezone(UTC).date()
        oldest = today - timedelta(days=_BACK)
        unfinished = await self._store.unfinished(list(levels), oldest)
        known = await self._store.measured_since(list(levels))
        for name, level in levels.items():
            days = {today, today - timedelta(days=1), *unfinished.get(name, ())}
            if name not in known:
                days |= {oldest + timedelta(days=n) for n in range(_BACK)}
            for day in sorted(days):
                tallies = await self._of_day(level, day, now)
                await self._store.keep(name, day, tallies)
                if day == today:
                    self._tell(level, tallies)
        await self._store.forget(_KEPT)

    async def _of_day(self, level: ServiceLevel, day: date, now: datetime) -> Mapping[Whose, Tally]:
        calendars = self._configuration().calendars
        since = datetime.combine(day, time(), UTC)
        counted: dict[Whose, Tally] = {}
        async for clock in self._store.clocks(level, since, since + timedelta(days=1)):
            for whose, tally in tallied(level, [clock], calendars, now).items():
                counted[whose] = counted.get(whose, Tally()) + tally
        return counted

    def _tell(self, level: ServiceLevel, tallies: Mapping[Whose, Tally]) -> None:
        percent = sum(tallies.values(), Tally()).percent
        self._observer.gauge("edi_service_level_met_ratio", 1.0 if percent is None else percent / 100, level=level.id)
