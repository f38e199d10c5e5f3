"""Traffic over PostgreSQL: how much comes from whom by the hour."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from gateway.domain.silence import Day, History, Series
from gateway.ports.traffic import Traffic
from gateway.store.database import Database

_HOUR = timedelta(hours=1)
_STEP = timedelta(days=1)


class PostgresTraffic(Traffic):
    """Each method is one named query, or some of one after the other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> datetime:
        """The clock that all times are compared with."""
        now: datetime = (await self._database.fetch("database_time"))[0]["now"]
        return now

    async def count(self, channels: Sequence[str], applications: Sequence[str], *, back: timedelta) -> None:
        """Count what came since the last time, in steps of a day; at first so far back."""
        now = await self.now()
        last: datetime | None = (await self._database.fetch("counted_until"))[0]["hour"]
        begin = max(last - _HOUR, now - back) if last is not None else now - back
        since = begin.replace(minute=0, second=0, microsecond=0)
        while since <= now:
            await self._database.fetch("count_traffic", since, since + _STEP, list(channels), list(applications))
            since += _STEP
        await self._database.fetch("forget_traffic", now - back - _STEP)

    async def histories(self, zones: Mapping[str, str], *, since: datetime) -> Sequence[History]:
        """What came from sources by days, each in its own zone."""
        found: dict[Series, History] = {}
        rows = await self._database.fetch("traffic_days", list(zones), list(zones.values()), since)
        for row in rows:
            series, day = Series(row["source"], row["document"]), Day(row["day"], row["by_now"], row["whole"])
            before = found.get(series)
            days = {**(before.days if before else {}), day.day: day}
            last = max(row["last"], before.last) if before and before.last else row["last"]
            found[series] = History(series, days, before.first if before else day.day, last)
        return list(found.values())
