"""Figures over time: how much, how fast, and whose failures."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, Literal, get_args

from gateway.bootstrap.office import Where, opened
from gateway.ports import Json
from gateway.store.charts import Charts, Range

Span = Literal["24h", "7d", "30d"]
SPANS: Final[Sequence[Span]] = get_args(Span)

RANGES: Final[Mapping[Span, Range]] = {
    "24h": Range(timedelta(hours=1), 24),
    "7d": Range(timedelta(hours=6), 28),
    "30d": Range(timedelta(days=1), 30),
}
"""As many points as one can look at."""

Chart = Literal["volumes", "latencies", "acknowledgement_delays", "failures"]


async def chart(where: Where, name: Chart, span: Span) -> Sequence[Json]:
    """The figures of a chart. Raises StoreUnavailable where counting takes too long."""
    async with opened(where) as office:
        charts = Charts(office.database, list(office.snapshot.channels))
        counted = {
            "volumes": charts.volumes,
            "latencies": charts.latencies,
            "acknowledgement_delays": charts.acknowledgement_delays,
            "failures": charts.failures,
        }
        return await counted[name](RANGES[span])
