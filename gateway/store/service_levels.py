"""Service levels over PostgreSQL: the clocks that rows tell of, and the sums of days that are kept."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gateway.domain.service_level import Clock, Measure, ServiceLevel, Tally, Whose
from gateway.ports import Json
from gateway.ports.service_levels import STAGE, ServiceLevels
from gateway.store.database import Database, Row

_AT_ONCE = 500
"""Rows that are fetched at a time: the loop gets its turn between them."""


class PostgresServiceLevels(ServiceLevels):
    """Each measure is two named queries: of a period, and of what runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> datetime:
        """The clock that due times are compared with."""
        now: datetime = (await self._database.fetch("database_time"))[0]["now"]
        return now

    async def clocks(self, level: ServiceLevel, since: datetime, until: datetime) -> AsyncIterator[Clock]:
        """The clocks of a level that began in a period, one after the other."""
        arguments = (since, until, *_whose(level), *_about(level))
        async with self._database.transaction() as connection:
            async for row in self._database.rows(connection, f"{level.measure}_clocks", *arguments, prefetch=_AT_ONCE):
                yield _clock(row)

    async def running(self, level: ServiceLevel) -> AsyncIterator[Clock]:
        """The clocks of a level that run, without those that have a failure of their own already."""
        if level.measure is Measure.ADVICE and level.within is None:  # nobody knows when goods will arrive
            return
        arguments = (*_whose(level), *_about(level))
        async with self._database.transaction() as connection:
            name = f"{level.measure}_clocks_running"
            async for row in self._database.rows(connection, name, *arguments, prefetch=_AT_ONCE):
                yield _clock(row)

    async def keep(self, level: str, day: date, tallies: Mapping[Whose, Tally]) -> None:
        """Take the sums of a day in the place of those that were there."""
        whose, sums = list(tallies), list(tallies.values())
        await self._database.fetch(
            "keep_service_level_day", level, day, [partner for partner, _ in whose], [agreement for _, agreement in whose],
            [one.met for one in sums], [one.missed for one in sums], [one.running for one in sums],
        )  # fmt: skip

    async def unfinished(self, levels: Sequence[str], since: date) -> Mapping[str, Sequence[date]]:
        """The days of levels whose sums may still change."""
        found: dict[str, list[date]] = {}
        for row in await self._database.fetch("unfinished_service_level_days", list(levels), since):
            found.setdefault(row["level"], []).append(row["day"])
        return found

    async def measured_since(self, levels: Sequence[str]) -> Mapping[str, date]:
        """The first day of each level that is measured at all."""
        rows = await self._database.fetch("measured_service_levels", list(levels))
        return {row["level"]: row["first"] for row in rows}

    async def forget(self, days: int) -> None:
        """Remove sums that are older."""
        await self._database.fetch("forget_service_level_days", days)

    async def days(self, back: int) -> Sequence[Json]:
        """The sums of the last days, by level, partner and agreement."""
        return [dict(row) for row in await self._database.fetch("service_level_days", back)]


def _whose(level: ServiceLevel) -> tuple[list[str] | None, list[str] | None]:
    return sorted(level.partners) or None, sorted(level.agreements) or None


def _about(level: ServiceLevel) -> tuple[Any, ...]:
    match level.measure:
        case Measure.DELIVERY:
            return level.document, level.to
        case Measure.ANSWER | Measure.ACKNOWLEDGEMENT:
            return (level.kind,)
        case Measure.MILESTONE:
            return (level.deadline,)
        case Measure.EXCEPTION:
            return level.stage, STAGE
        case Measure.ADVICE:
            return (level.within,)


def _clock(row: Row) -> Clock:
    return Clock(**dict(row))
