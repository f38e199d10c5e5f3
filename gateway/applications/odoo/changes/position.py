"""How far everything has been read: a place for each feed, and the last stock report of each partner, as one short text. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import orjson

from gateway.applications.odoo.changes.cursor import Cursor


@dataclass(frozen=True, slots=True)
class Position:
    """Cursors by feed, and by subject the time of the last report."""

    cursors: Mapping[str, Cursor] = field(default_factory=dict)
    reports: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str | None) -> "Position":
        """From its text. Raises ValueError when it is none."""
        if not text:
            return cls()
        read = orjson.loads(text)
        return cls({name: Cursor.parse(one) for name, one in read["feeds"].items()}, read["reports"])

    @property
    def text(self) -> str:
        """What `parse` reads."""
        feeds = {name: cursor.text for name, cursor in self.cursors.items()}
        return orjson.dumps({"feeds": feeds, "reports": dict(self.reports)}, option=orjson.OPT_SORT_KEYS).decode()

    def cursor(self, feed: str, *, now: datetime, window: timedelta) -> Cursor:
        """Where a feed is read on; from now on, where it was never read."""
        return self.cursors.get(feed) or Cursor.starting(now, window)

    def at(self, feed: str, cursor: Cursor) -> "Position":
        """With a feed read so far."""
        return replace(self, cursors={**self.cursors, feed: cursor})

    def reported(self, subject: str, key: str) -> "Position":
        """With a report made."""
        return replace(self, reports={**self.reports, subject: key})

    def goes_beyond(self, other: "Position") -> bool:
        """Whether it is worth storing after another: how far a sweep has come is not, it may begin anew."""
        return _lasting(self) != _lasting(other)


def _lasting(position: Position) -> object:
    cursors = {name: (one.since, one.known, one.latest, one.risen) for name, one in position.cursors.items()}
    return cursors, dict(position.reports)
