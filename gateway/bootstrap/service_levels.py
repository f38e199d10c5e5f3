"""Service levels for people: what was promised, and how far that was kept."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from gateway.bootstrap.office import Where, opened
from gateway.domain.service_level import ServiceLevel, Tally, Whose
from gateway.errors import Absent
from gateway.ports import Json
from gateway.store.service_levels import PostgresServiceLevels


async def service_levels(where: Where, *, days: int, level: str = "") -> list[Json]:
    """Each level with its sums of so many days up to now: in all, by partner and agreement, and by day. Raises Absent for the
    name of one that there is not.
    """
    async with opened(where) as office:
        levels = [one for one in office.snapshot.service_levels if level in ("", one.id)]
        if level and not levels:
            names = ", ".join(one.id for one in office.snapshot.service_levels) or "none"
            raise Absent(f'there is no service level "{level}"', remedy=f"There are: {names}. They stand in routes.toml.")
        rows = await PostgresServiceLevels(office.database).days(days) if levels else ()
        return [_view(one, [row for row in rows if row["level"] == one.id]) for one in levels]


def _view(level: ServiceLevel, rows: Sequence[Json]) -> Json:
    by_partner, by_day = defaultdict[Whose, Tally](Tally), defaultdict[str, Tally](Tally)
    for row in rows:
        tally = Tally(row["met"], row["missed"], row["running"])
        by_partner[row["partner"], row["agreement"]] += tally
        by_day[row["day"].isoformat()] += tally
    return {
        "id": level.id,
        "measure": level.measure.value,
        "about": level.document or level.kind or level.deadline or level.stage,
        "to": level.to,
        "within_seconds": level.within.total_seconds() if level.within else None,
        "calendar": level.calendar,
        "goal": level.goal,
        **_sums(level, _total(by_partner.values())),
        "measured_at": max((row["measured_at"] for row in rows), default=None),
        "partners": [
            {"partner": partner or None, "agreement": agreement or None, **_sums(level, tally)}
            for (partner, agreement), tally in sorted(by_partner.items())
        ],
        "days": [{"day": day, **_sums(level, tally)} for day, tally in sorted(by_day.items())],
    }


def _total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


def _sums(level: ServiceLevel, tally: Tally) -> Json:
    """Counts, the share that was met, and whether that reaches the goal; nothing decided reaches no goal and misses none."""
    percent = tally.percent
    return {
        "met": tally.met,
        "missed": tally.missed,
        "running": tally.running,
        "percent": percent,
        "reached": None if percent is None else percent >= level.goal,
    }
