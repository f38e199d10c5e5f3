"""What has come of late, counted for those who are told when there is more."""

from collections.abc import Mapping

from gateway.store.database import Database

Slice = tuple[str, str | None, int]
"""A kind of thing, its partner, and a slice of time."""


async def recent_counts(database: Database) -> Mapping[Slice, int]:
    """How many messages, deliveries and failures there are of each slice of the last seconds. Raises StoreUnavailable."""
    rows = await database.fetch("news", patience=2.0)
    return {(row["kind"], row["partner"], row["slice"]): row["rows"] for row in rows}
