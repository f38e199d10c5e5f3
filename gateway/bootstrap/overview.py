"""The overview: is anything stuck, who is affected, is it getting worse, what changed."""

from datetime import UTC, datetime
from typing import Any

from gateway.bootstrap.office import Where, opened
from gateway.bootstrap.partners import certificates_of
from gateway.ports import Json
from gateway.store.figures import Figures

_HOURS = 24


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
            "volumes": await figures.volumes(_HOURS),
            "configuration": snapshot.digest,
        }
