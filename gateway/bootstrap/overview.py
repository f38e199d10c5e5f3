"""The overview: is anything stuck, who is affected, is it getting worse, what changed."""

from datetime import UTC, datetime
from typing import Any

from gateway.bootstrap.certificates import certificates_of
from gateway.bootstrap.charts import chart
from gateway.bootstrap.office import Where, opened
from gateway.ports import Json
from gateway.store.figures import Figures


async def overview(where: Where) -> Json:
    """What needs somebody now, what is on its way, which certificates end soon, and what came and went in 24 hours."""
    async with opened(where) as office:
        snapshot = office.snapshot
        figures = Figures(office.database, list(snapshot.channels))
        stuck: dict[str, Any] = {**await figures.stuck()}
        now = datetime.now(UTC)
        ending = [
            {"partner": channel.partner, **view}
            for channel in snapshot.channels.values()
            for view in certificates_of(channel, now)
            if view["ends_soon"]
        ]
        return {
            **stuck,
            **await figures.waiting(),
            "breakers": stuck["breakers"] or [],
            "held": stuck["held"] or [],
            "certificates": sorted(ending, key=lambda one: one["not_after"]),
            "affected": await figures.affected(),
            "volumes": await chart(office, "volumes", "24h"),
            "configuration": snapshot.digest,
            "configuration_since": await figures.configuration_since(snapshot.digest),
        }
