"""Schedules: which times a cron expression names, and what becomes of those that were missed."""

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.schedule import PUNCTUAL, Missed, Recurrence, Schedule, Turn, turn_of

COPENHAGEN, UTC_ZONE = ZoneInfo("Europe/Copenhagen"), ZoneInfo("UTC")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def schedule(expression: str = "0 * * * *", zone: ZoneInfo = UTC_ZONE, missed: Missed = Missed.ONCE) -> Schedule:
    return Schedule("s", Recurrence(expression, zone), "reconcile", "edi", missed=missed)


def test_times_are_those_of_the_clock_on_the_wall() -> None:
    times = Recurrence("30 2 * * mon-fri", COPENHAGEN).after(NOON)  # a Saturday, at one o'clock in Copenhagen
    assert [time.isoformat() for time in islice(times, 2)] == ["2026-11-23T01:30:00+00:00", "2026-11-24T01:30:00+00:00"]


def test_a_time_that_the_clock_skips_comes_at_the_end_of_the_gap_and_one_that_comes_twice_comes_once() -> None:
    spring = Recurrence("30 2 * * *", COPENHAGEN).after(datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert [time.hour for time in islice(spring, 2)] == [1, 0]  # 03:00 of the wall on the 29th, then 02:30 in summer
    autumn = Recurrence("30 2 * * *", COPENHAGEN).after(datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert [time.day for time in islice(autumn, 2)] == [25, 26]


@pytest.mark.parametrize("expression", ["", "* * * *", "61 * * * *", "0 0 31 2 *", "nightly"])
def test_what_is_no_expression_is_told(expression: str) -> None:
    with pytest.raises(ValueError, match="is no cron expression"):
        Recurrence(expression, UTC_ZONE)


def test_nothing_is_due_before_its_time() -> None:
    assert turn_of(schedule(), since=NOON, now=NOON + timedelta(minutes=59)) == Turn()


def test_one_that_is_due_is_run_for_its_own_time() -> None:
    assert turn_of(schedule(), since=NOON, now=NOON + timedelta(minutes=60, seconds=2)) == Turn(NOON + timedelta(hours=1))


def test_one_run_makes_up_for_all_that_were_missed() -> None:
    turn = turn_of(schedule(), since=NOON, now=NOON + timedelta(hours=5, minutes=30))
    assert turn == Turn(NOON + timedelta(hours=5), 4, NOON + timedelta(hours=4))


def test_where_missed_runs_are_left_out_all_of_them_are() -> None:
    turn = turn_of(schedule(missed=Missed.SKIP), since=NOON, now=NOON + timedelta(hours=5, minutes=30))
    assert turn == Turn(None, 5, NOON + timedelta(hours=5))


def test_where_missed_runs_are_left_out_one_that_is_punctual_is_none_of_them() -> None:
    now = NOON + timedelta(hours=5) + PUNCTUAL
    turn = turn_of(schedule(missed=Missed.SKIP), since=NOON, now=now)
    assert turn == Turn(NOON + timedelta(hours=5), 4, NOON + timedelta(hours=4))


@given(
    st.sampled_from(["* * * * *", "*/7 3-5 * * *", "0 0 1 * *", "30 2 * * sun"]),
    st.sampled_from([UTC_ZONE, COPENHAGEN, ZoneInfo("America/New_York")]),
    st.lists(st.integers(1, 20_000), min_size=1, max_size=6),
    st.sampled_from(Missed),
)
def test_however_often_it_is_looked_at_each_time_is_run_or_left_out_once(
    expression: str, zone: ZoneInfo, waits: list[int], missed: Missed
) -> None:
    plan = schedule(expression, zone, missed)
    since, counted, last_run = NOON, 0, NOON
    for wait in waits:
        now = since + timedelta(seconds=wait)
        turn = turn_of(plan, since=since, now=now)
        if turn.run is not None:
            assert last_run < turn.run <= now
            last_run = turn.run
        counted += turn.skipped + (turn.run is not None)
        since = now
    assert counted == sum(1 for _ in takewhile(lambda time: time <= since, plan.recurrence.after(NOON)))


class TestWindow:
    """A schedule that begins on a day and ends by itself: so many days of reconciliation after a go-live."""

    DAY = datetime(2026, 12, 1, tzinfo=UTC)

    def of(self, days: int) -> Schedule:
        return Schedule(
            "go-live",
            Recurrence("30 2 * * *", UTC_ZONE),
            "reconcile",
            "edi",
            begins=self.DAY,
            ends=self.DAY + timedelta(days=days),
        )

    def test_it_has_one_time_a_day_and_then_none(self) -> None:
        times = [*self.of(3).after(self.DAY - timedelta(days=30))]
        assert times == [self.DAY + timedelta(days=n, hours=2, minutes=30) for n in range(3)]
        assert [*self.of(3).after(self.DAY + timedelta(days=3))] == []

    def test_nothing_is_due_before_it_begins_nor_after_it_ended(self) -> None:
        one = self.of(2)
        before = turn_of(one, since=self.DAY - timedelta(days=9), now=self.DAY)
        after = turn_of(one, since=self.DAY + timedelta(days=2), now=self.DAY + timedelta(days=9))
        assert (before, after) == (Turn(), Turn())
        last = turn_of(one, since=self.DAY + timedelta(days=1), now=self.DAY + timedelta(days=9))
        assert last.run == self.DAY + timedelta(days=1, hours=2, minutes=30)

    def test_a_time_at_the_very_beginning_belongs_to_it(self) -> None:
        midnight = Schedule("m", Recurrence("0 0 * * *", UTC_ZONE), "reconcile", "edi", begins=self.DAY, ends=self.DAY)
        assert [*midnight.after(self.DAY - timedelta(days=1))] == []
        open_end = Schedule("m", Recurrence("0 0 * * *", UTC_ZONE), "reconcile", "edi", begins=self.DAY)
        assert next(open_end.after(self.DAY - timedelta(days=1))) == self.DAY
