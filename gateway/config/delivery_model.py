"""The tables of routes.toml about how deliveries are made: retries, breakers, maintenance, classes of service."""

from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from gateway.config.expectation_model import weekdays
from gateway.config.fields import Id, written
from gateway.config.quantities import Duration, Rate
from gateway.config.table import Table, Text


class Retry(Table):
    """When failed calls are repeated. Delays first, then longer each time, until attempts or time are used up."""

    first: Duration = written("5s", "First delay.")
    factor: float = Field(default=3.0, ge=1, le=10, description="Each delay is this many times the one before.")
    longest: Duration = written("1h", "No delay is longer.")
    jitter: float = Field(default=0.2, ge=0, le=1, description="Share by which chance shortens or stretches a delay.")
    attempts: int = Field(default=12, ge=1, le=1000, description="Attempts in all.")
    total: Duration = written("24h", "Time in all since the first attempt, without the time in which it could not be tried.")
    snooze: Duration = written("1h", "The longest wait that a target is granted that asks for one (Retry-After).")
    repeat: list[Text] = Field(
        default=[], description='Codes of refusals that are repeated nevertheless, by pattern: ["product-unknown", "http-409"].'
    )
    give_up: list[Text] = Field(default=[], description='Codes of failures that are not repeated, by pattern: ["login"].')


class Breaker(Table):
    """When an application is left alone because it is unavailable: no connection, no answer in time, busy, down.

    No delivery uses up an attempt then. One at a time probes whether it works again; all others go on when one is answered.
    """

    share: float = Field(default=0.5, ge=0.05, le=0.95, description="It opens when a larger share of calls fails.")
    failures: int = Field(
        default=5, ge=1, le=1000, description="So many failed calls in a row open it; answered calls in between put it off."
    )
    first: Duration = written("1s", "Wait before the first probe.", gt=timedelta())
    factor: float = Field(
        default=1.5, ge=1, le=10, description="After a failed probe each wait is this many times the one before."
    )
    longest: Duration = written("15s", "No wait is longer, unless the application asks for it; 5m at most.", gt=timedelta())


class MaintenanceTable(Table):
    """A time in which a system is not there by agreement: on days of every week, or once."""

    days: str | None = Field(
        default=None, description='Every week: "sun", "mon-fri". Without days the window comes once, from one date to another.'
    )
    start: str | datetime = Field(
        alias="from", description='With days a time of day, "02:00"; without, a date and time, 2026-12-24T18:00:00+01:00.'
    )
    to: str | datetime = Field(description="Its end, written in the same way; earlier than its start means the next day.")
    timezone: str = Field(default="UTC", description="Zone of days and times that are given without one.")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f'"{value}" is no time zone: write one like "Europe/Copenhagen"') from None
        return value

    @model_validator(mode="after")
    def _readable(self) -> "MaintenanceTable":
        if self.days is not None:
            list(weekdays(self.days))
            time_of_day(self.start)
            time_of_day(self.to)
        elif (moment(self.start).tzinfo is None) != (moment(self.to).tzinfo is None):
            raise ValueError("give both ends of the window with an offset, or none of them")
        elif moment(self.to) <= moment(self.start):
            raise ValueError("the window ends before it starts")
        return self


def time_of_day(value: str | datetime) -> time:
    """`02:00` as a time. Raises ValueError."""
    try:
        return time.fromisoformat(value) if isinstance(value, str) and len(value) == len("02:00") else _no_time(value)
    except ValueError:
        return _no_time(value)


def _no_time(value: object) -> time:
    raise ValueError(f'"{value}" is no time of day: with days write it like "02:00"')


def moment(value: str | datetime) -> datetime:
    """A date with a time, as TOML has it or in quotes. Raises ValueError."""
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f'"{value}" is no date with a time: without days write it like 2026-12-24T18:00:00') from None


class TargetTerms(Table):
    """Ground of the tables of what deliveries go to."""

    rate: Rate | None = Field(default=None, description="Calls per second of all processes together; default: no limit.")
    concurrency: int | None = Field(
        default=None,
        ge=1,
        le=64,
        description="Calls in flight at once, of all processes together; default: no limit but their workers.",
    )
    retry: Retry = Field(default_factory=Retry)
    maintenance: list[MaintenanceTable] = Field(
        default=[], description="When it is not there by agreement: deliveries wait, and nothing counts as a fault."
    )


class ServiceTable(Table):
    """When a class of service is worked on, and how many workers it may take. Realtime is always worked on, at once."""

    id: Literal["frequent", "batch"] = Field(description="The class.")
    share: float = Field(
        default=0.5, gt=0, le=1, description="The part of a target's workers that it may take; the last one is kept for realtime."
    )
    every: Duration | None = Field(
        default=None, description="Deliveries are collected and due so often, at full multiples by the clock; default: at once."
    )
    calendar: Id | None = Field(default=None, description="Batch: only in these hours; default: at all times.")

    @model_validator(mode="after")
    def _sound(self) -> "ServiceTable":
        if self.every is not None and self.every <= timedelta():
            raise ValueError("every must be longer than nothing")
        if self.calendar is not None and self.id != "batch":
            raise ValueError("only batch is kept to hours: give frequent an interval")
        return self
