"""Maintenance windows: when a system is not there by agreement, by the clock on the wall."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.maintenance import Dated, Maintenance, Weekly, at_wall

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NIGHTS = Weekly(frozenset({5, 6}), time(22), time(4), COPENHAGEN)
"""Saturdays and Sundays, from 22 to 4 of the next day."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-21 20:59", None),  # a Saturday, 21:59 in Copenhagen
        ("2026-11-21 21:00", "2026-11-22 03:00"),
        ("2026-11-22 02:59", "2026-11-22 03:00"),
        ("2026-11-22 03:00", None),
        ("2026-11-22 23:30", "2026-11-23 03:00"),
        ("2026-11-20 23:30", None),  # a Friday
        ("2026-07-04 20:00", "2026-07-05 02:00"),  # summer: two hours before UTC
    ],
)
def test_a_weekly_window_goes_by_the_clock_of_its_zone(now: str, until: str | None) -> None:
    assert Maintenance((NIGHTS,)).until(at(now)) == (at(until) if until else None)


def test_windows_that_touch_are_one() -> None:
    day = datetime(2026, 12, 24, tzinfo=UTC)
    first, second = Dated(day, day + timedelta(hours=2)), Dated(day + timedelta(hours=2), day + timedelta(hours=5))
    assert Maintenance((second, first)).until(day + timedelta(minutes=1)) == day + timedelta(hours=5)
    assert Maintenance((first, second)).within(day - timedelta(hours=1), day + timedelta(hours=9)) == timedelta(hours=5)


def test_without_windows_it_is_always_there() -> None:
    now = at("2026-11-21 12:00")
    assert Maintenance().until(now) is None
    assert Maintenance().within(now, now + timedelta(days=900)) == timedelta()
    assert Maintenance().due_after(now, now + timedelta(hours=1)) == now + timedelta(hours=1)


def test_a_due_time_is_put_off_by_all_windows_on_its_way() -> None:
    start = at("2026-11-21 20:00")  # two hours, of which one is left when the window opens
    assert Maintenance((NIGHTS,)).due_after(start, start + timedelta(hours=2)) == at("2026-11-22 04:00")
    long = Maintenance((NIGHTS,)).due_after(start, start + timedelta(hours=19))  # 18 more hours end as the next one opens
    assert long == at("2026-11-22 21:00")
    assert Maintenance((NIGHTS,)).due_after(start, start + timedelta(hours=20)) == at("2026-11-23 04:00")


def test_the_night_on_which_the_clock_is_put_back_is_longer() -> None:
    window = Maintenance((Weekly(frozenset({6}), time(1), time(4), COPENHAGEN),))
    assert window.within(at("2026-10-24 12:00"), at("2026-10-26 12:00")) == timedelta(hours=4)


def test_a_date_without_an_offset_is_meant_by_the_wall() -> None:
    wall = datetime.fromisoformat("2026-12-24T18:00")
    assert at_wall(wall, COPENHAGEN) == at("2026-12-24 17:00")
    assert at_wall(wall.replace(tzinfo=UTC), COPENHAGEN) == at("2026-12-24 18:00")


@given(st.integers(0, 15 * 365), st.integers(0, 200), st.integers(0, 300))
def test_what_is_put_off_has_all_its_time_outside_of_the_windows(day: int, hours: int, quarters: int) -> None:
    window = Maintenance((NIGHTS,))
    start = at("2020-01-01 00:00") + timedelta(days=day, minutes=15 * quarters)
    due = window.due_after(start, start + timedelta(hours=hours))
    assert due - start - window.within(start, due) == timedelta(hours=hours)
