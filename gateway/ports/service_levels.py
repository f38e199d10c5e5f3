"""What the round over service levels needs of the store."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, Protocol

from gateway.domain.service_level import Clock, ServiceLevel, Tally, Whose

STAGE: Final = "service_level"
"""The stage of failures about service levels; their route is the level's id."""


class ServiceLevels(Protocol):
    """The clocks that rows tell of, and the sums of days. Raises StoreUnavailable and its kin."""

    async def now(self) -> datetime:
        """The clock that due times are compared with."""

    def clocks(self, level: ServiceLevel, since: datetime, until: datetime) -> AsyncIterator[Clock]:
        """The clocks of a level that began in a period, one after the other."""

    def running(self, level: ServiceLevel) -> AsyncIterator[Clock]:
        """The clocks of a level that run, without those that have a failure of their own already."""

    async def keep(self, level: str, day: date, tallies: Mapping[Whose, Tally]) -> None:
        """Take the sums of a day in the place of those that were there."""

    async def unfinished(self, levels: Sequence[str], since: date) -> Mapping[str, Sequence[date]]:
        """The days of levels whose sums may still change."""

    async def measured_since(self, levels: Sequence[str]) -> Mapping[str, date]:
        """The first day of each level that is measured at all."""

    async def forget(self, days: int) -> None:
        """Remove sums that are older than so many days."""
