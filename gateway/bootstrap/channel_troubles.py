"""Where channels tell what keeps them from working."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from gateway.ports import Configuration, Observer
from gateway.stages.channel_trouble import STAGE, KeepChannelTroubles
from gateway.store.channel_failures import PostgresChannelFailures
from gateway.store.database import Database


def keep_troubles(
    database: Database, configuration: Configuration, *, observer: Observer, new_id: Callable[[], UUID]
) -> KeepChannelTroubles:
    """Failures in the database, with the owners of a configuration."""
    failures = PostgresChannelFailures(database)
    return KeepChannelTroubles(
        keep=failures.keep,
        owner_of=partial(configuration.owner_of, stage=STAGE),
        observer=observer,
        new_id=new_id,
    )
