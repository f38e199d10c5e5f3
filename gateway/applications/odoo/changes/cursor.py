"""How far records have been read that others go on changing: a list that is swept again and again, page by page. Pure.

Odoo stamps a record with the time when its transaction began, to the microsecond, and serves that to the second. So a change
may appear late, behind what was read already; and two of the same second cannot be told apart by time. Therefore:

- a sweep goes through everything written since a point in time, by id, which does not change while it lasts;
- the point lies a window before the latest date that was known when the sweep *before* began: whatever that sweep did not see
  was committed after it had begun, by a transaction that is at most a window old;
- only after a sweep that began a whole window after the latest date was first seen is that date itself the point: nothing
  can appear before it any more. So a quiet list costs a look at its last second.

What is read twice thereby is recognised by what it says, not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

_FORM = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Mark:
    """A record as far as the cursor is concerned: its id, and when it was written, as served (UTC, to the second)."""

    id: int
    written: datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a sweep. All dates are by Odoo's clock: ours may be wrong, or jump.

    `since` is where the sweep starts, `known` the latest date that was known when it began, `latest` that known now. `after` is
    the id that was read last; 0 at the beginning. `risen` is when `latest` was first seen, `begun` when the sweep began.
    """

    since: datetime
    known: datetime
    latest: datetime
    risen: datetime
    begun: datetime
    after: int = 0

    @classmethod
    def starting(cls, now: datetime, window: timedelta) -> "Cursor":
        """From now on: what was written before is not told."""
        second = now.replace(microsecond=0)
        return cls(since=second - window, known=second - window, latest=second - window, risen=now, begun=now)

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """From its text. Raises ValueError when it is none."""
        *dates, after = text.split("|")
        since, known, latest, risen, begun = (datetime.fromisoformat(date) for date in dates)
        return cls(since, known, latest, risen, begun, int(after))

    @property
    def text(self) -> str:
        """A short text that `parse` reads."""
        dates = (self.since, self.known, self.latest, self.risen, self.begun)
        return "|".join([*(date.isoformat() for date in dates), str(self.after)])

    @property
    def domain(self) -> list[list[object]]:
        """What the next page holds, in ascending order of ids, as Odoo is asked for it."""
        return [["write_date", ">=", self.since.astimezone(UTC).strftime(_FORM)], ["id", ">", self.after]]

    @property
    def at_start(self) -> bool:
        """Whether a sweep is to begin."""
        return self.after == 0

    def read(self, page: Sequence[Mark], *, limit: int, now: datetime, window: timedelta) -> "Cursor":
        """Where to go on after a page of at most `limit` records, read at `now`. A page that is not full ends the sweep."""
        begun = now if self.at_start else self.begun
        known = self.latest if self.at_start else self.known
        latest = max([self.latest, *(mark.written for mark in page)])
        risen = now if latest > self.latest else self.risen
        here = replace(self, known=known, latest=latest, risen=risen, begun=begun)
        if len(page) >= limit:
            return replace(here, after=page[-1].id)
        still = latest == known and begun - risen >= window
        return replace(here, since=latest if still else known - window, after=0)


def served(text: str) -> datetime:
    """A date as Odoo serves it."""
    return datetime.strptime(text[:19], _FORM).replace(tzinfo=UTC)
