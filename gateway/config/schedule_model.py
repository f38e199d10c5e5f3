"""The tables of routes.toml about what is done at times of the clock, and what is compared."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, model_validator

from gateway.config.fields import Id, written
from gateway.config.quantities import Duration
from gateway.config.table import Table, Text
from gateway.domain.reconciliation import Agreed, Terms
from gateway.domain.schedule import Missed, Recurrence, Schedule


class ReconciliationTable(Table):
    """What an application holds, compared with what the gateway gave it. Differences are failures until they are gone."""

    id: Id
    what: Literal["orders"] = Field(default="orders", description="orders: sale orders, their lines and quantities.")
    application: Id = Field(description="The application whose books are compared.")
    owner: Id | None = Field(default=None, description="Whose the differences are; default: the owner of each partner.")
    back: Duration = written("30d", "How far back it looks.", gt=timedelta())
    settling: Duration = written("30m", "What is younger may still be on its way, and is left out.")
    tolerance: Decimal = Field(default=Decimal(0), ge=0, description="Quantities may differ by so much.")
    share: Decimal = Field(default=Decimal(0), ge=0, lt=1, description="Or by this share of them, as 0.01, if that is more.")

    def agreed(self) -> Agreed:
        """What the gateway is told."""
        terms = Terms(self.tolerance, self.share, self.settling)
        return Agreed(self.id, self.what, self.application, terms, self.back, self.owner)


class ScheduleTable(Table):
    """Something that is done at times of the clock, by one process for all."""

    id: Id
    cron: Text = Field(description='When: minute, hour, day, month, weekday, as "30 2 * * mon-fri".')
    timezone: str = Field(default="UTC", description="The zone of these times.")
    run: Literal["reconcile"] = Field(description="What.")
    of: list[Id] = Field(default=[], description="Which reconciliations; default: all.")
    missed: Literal["once", "skip"] = Field(
        default="once",
        description="Times at which no gateway ran. once: one run makes up for all of them; skip: they are left out.",
    )
    longest: Duration = written("1h", "A run that takes longer has failed.", gt=timedelta())
    owner: Id | None = Field(default=None, description="Who is told when a run fails; default: the gateway's owner.")

    @model_validator(mode="after")
    def _sound(self) -> "ScheduleTable":
        try:
            Recurrence(self.cron, ZoneInfo(self.timezone))
        except (ZoneInfoNotFoundError, IsADirectoryError):
            raise ValueError(f'"{self.timezone}" is no time zone: write one like "Europe/Copenhagen"') from None
        return self

    def schedule(self, owner: str) -> Schedule:
        """What the gateway is told. `owner` is the gateway's."""
        recurrence = Recurrence(self.cron, ZoneInfo(self.timezone))
        options = {"of": list(self.of)} if self.of else {}
        return Schedule(self.id, recurrence, self.run, self.owner or owner, options, Missed(self.missed), self.longest)


def schedules(tables: Iterable[ScheduleTable], owner: str) -> tuple[Schedule, ...]:
    """All of them."""
    return tuple(table.schedule(owner) for table in tables)
