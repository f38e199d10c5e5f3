"""Where channels tell what keeps them from working."""

from collections.abc import Callable
from uuid import UUID

from gateway.ports import Configuration, Observer
from gateway.ports.channel_trouble import ChannelSide
from gateway.stages.channel_trouble import STAGE, KeepChannelTroubles
from gateway.store.channel_failures import PostgresChannelFailures
from gateway.store.database import Database


def keep_troubles(
    database: Database, configuration: Configuration, *, observer: Observer, new_id: Callable[[], UUID], owner: str | None = None
) -> KeepChannelTroubles:
    """Failures in the database, with the owners of a configuration; `owner` is that of the application they are about."""
    failures = PostgresChannelFailures(database)
    return KeepChannelTroubles(
        keep=failures.keep,
        owner_of=lambda side: configuration.owner_of(side.partner, stage=STAGE, target=owner),
        observer=observer,
        new_id=new_id,
    )


def keep_standing(
    database: Database,
    *,
    stage: str,
    owner_of: Callable[[ChannelSide], str],
    observer: Observer,
    new_id: Callable[[], UUID],
    begins_with: Callable[[ChannelSide], str] = lambda side: f"{side.channel}: ",
) -> KeepChannelTroubles:
    """The same for whatever else is wrong until it is found to be right."""
    keep = PostgresChannelFailures(database).keep
    return KeepChannelTroubles(
        keep=keep, owner_of=owner_of, observer=observer, new_id=new_id, stage=stage, begins_with=begins_with
    )
