"""Time, and where stages report what they did."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time for pure decisions. Leases, claims and due times use the database's clock instead."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds for measuring durations."""


class Observer(Protocol):
    """Where stages report what they did; names and labels are those of the table in `gateway/telemetry`."""

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        """Add to a counter."""

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Record a duration in seconds or a size."""

    def gauge(self, name: str, value: float, **labels: str) -> None:
        """Set a level."""
