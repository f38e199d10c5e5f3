"""Builds what the domain wants to know of deliveries: policies, maintenance windows, classes of service."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from gateway.config.channels.as2 import As2Table
from gateway.config.delivery_model import Breaker, MaintenanceTable, Retry, ServiceTable, TargetTerms, moment, time_of_day
from gateway.config.expectation_model import weekdays
from gateway.domain.breaker import BreakerPolicy
from gateway.domain.calendar import Calendar
from gateway.domain.channel import DeliveryTerms
from gateway.domain.maintenance import Dated, Maintenance, Weekly, at_wall
from gateway.domain.retry import RetryPolicy
from gateway.domain.service import Service, Services, ServiceTerms


def retry_policy(table: Retry) -> RetryPolicy:
    """When failed calls are repeated."""
    return RetryPolicy(
        first=table.first,
        factor=table.factor,
        longest=table.longest,
        jitter=table.jitter,
        attempts=table.attempts,
        total=table.total,
        snooze=table.snooze,
        repeat=tuple(table.repeat),
        give_up=tuple(table.give_up),
    )


def breaker_policy(table: Breaker) -> BreakerPolicy:
    """When a target is left alone."""
    return BreakerPolicy(table.share, table.failures, table.first, table.factor, table.longest)


def maintenance(tables: Iterable[MaintenanceTable]) -> Maintenance:
    """The windows of a system."""
    return Maintenance(tuple(_window(table) for table in tables))


def delivery_terms(table: TargetTerms) -> DeliveryTerms:
    """How deliveries are made by a channel. Messages under way by AS2 are counted by the channel itself, one by one."""
    concurrency = None if isinstance(table, As2Table) else table.concurrency
    return DeliveryTerms(table.rate, concurrency, retry_policy(table.retry), maintenance(table.maintenance))


def _window(table: MaintenanceTable) -> Weekly | Dated:
    zone = ZoneInfo(table.timezone)
    if table.days is None:
        return Dated(at_wall(moment(table.start), zone), at_wall(moment(table.to), zone))
    return Weekly(frozenset(weekdays(table.days)), time_of_day(table.start), time_of_day(table.to), zone)


def services(tables: Iterable[ServiceTable], calendars: Mapping[str, Calendar]) -> Services:
    """The classes of service: as usual, but for what is written."""
    stated = {
        Service(table.id): ServiceTerms(table.every, calendars[table.calendar] if table.calendar else None, table.share)
        for table in tables
    }
    return Services({**Services().terms, **stated})
