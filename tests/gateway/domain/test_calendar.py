"""Business time: open hours only, whatever the clocks on the walls do."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.calendar import Calendar, Hours, due_after

COPENHAGEN, CHICAGO = ZoneInfo("Europe/Copenhagen"), ZoneInfo("America/Chicago")
DAY = (time(8), time(12)), (time(13), time(17))
WEEK = dict.fromkeys(range(5), DAY)
OFFICE = Calendar("office", COPENHAGEN, WEEK, frozenset({date(2026, 12, 25)}))
H = timedelta(hours=1)


def local(text: str, zone: ZoneInfo = COPENHAGEN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("sent", "hours", "due"),
    [
        ("2026-11-19T08:00", 1, "2026-11-19T09:00"),
        ("2026-11-19T08:00", 4, "2026-11-19T12:00"),
        ("2026-11-19T08:00", 5, "2026-11-19T14:00"),
        ("2026-11-19T11:30", 1, "2026-11-19T13:30"),
        ("2026-11-19T12:30", 1, "2026-11-19T14:00"),
        ("2026-11-19T16:00", 2, "2026-11-20T09:00"),
        ("2026-11-20T16:00", 2, "2026-11-23T09:00"),
        ("2026-11-21T03:00", 8, "2026-11-23T17:00"),
        ("2026-11-23T08:00", 16, "2026-11-24T17:00"),
        ("2026-12-24T16:00", 2, "2026-12-28T09:00"),
    ],
)
def test_only_open_hours_count(sent: str, hours: int, due: str) -> None:
    assert due_after(local(sent), hours * H, OFFICE) == local(due)


def test_without_a_calendar_the_clock_counts() -> None:
    sent = local("2026-10-24T12:00")
    assert due_after(sent, 24 * H, None) == sent.astimezone(UTC) + 24 * H
    assert due_after(sent, 24 * H, None) == local("2026-10-25T11:00")  # the night in between had 25 hours


@pytest.mark.parametrize(
    ("sent", "within", "due"),
    [
        ("2026-03-29T00:00", 2 * H, "2026-03-29T03:00"),  # 02:00 to 03:00 does not exist
        ("2026-03-29T00:00", 4 * H, "2026-03-29T05:00"),
        ("2026-10-25T00:00", 4 * H, "2026-10-25T03:00"),  # 02:00 to 03:00 comes twice
    ],
)
def test_an_hour_that_is_skipped_or_comes_twice_is_none_or_two(sent: str, within: timedelta, due: str) -> None:
    always = Calendar("always", COPENHAGEN, dict.fromkeys(range(7), ((time(), time()),)))
    assert due_after(local(sent), within, always) == local(due)
    assert due_after(local(sent), within, always) == local(sent).astimezone(UTC) + within


def test_hours_that_begin_while_the_clock_skips_begin_when_it_has() -> None:
    night = Calendar("night", COPENHAGEN, {6: ((time(2, 30), time(4)),)})
    assert due_after(local("2026-03-29T00:00"), timedelta(), night) == local("2026-03-29T00:00")
    assert next(night.open_from(local("2026-03-29T00:00"))) == (local("2026-03-29T03:00"), local("2026-03-29T04:00"))


def test_hours_that_fall_into_what_the_clock_skips_are_none() -> None:
    night = Calendar("night", COPENHAGEN, {6: ((time(2, 10), time(2, 50)),)})
    first, _ = next(night.open_from(local("2026-03-29T00:00")))
    assert first.astimezone(COPENHAGEN).date() == date(2026, 4, 5)


def test_a_calendar_counts_in_its_own_zone() -> None:
    calendar = Calendar("chicago", CHICAGO, WEEK)
    assert due_after(local("2026-11-19T10:00"), H, calendar) == local("2026-11-19T09:00", CHICAGO)


def test_a_calendar_that_never_opens_again_counts_by_the_clock() -> None:
    sent = local("2026-11-19T10:00").astimezone(UTC)
    assert due_after(sent, 3 * H, Calendar("closed", COPENHAGEN, {})) == sent + 3 * H
    days = frozenset(date(2026, 11, 20) + timedelta(days=n) for n in range(500))
    assert due_after(sent, 100 * H, Calendar("ends", COPENHAGEN, WEEK, days)) > sent + 94 * H


# ------------------------------------------------------------------------------------------------- properties

instants = st.integers(0, 5 * 365 * 24 * 60).map(lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
spans = st.integers(0, 60 * 24 * 10).map(lambda minutes: timedelta(minutes=minutes))
minutes = st.integers(0, 24 * 60 - 1).map(lambda m: time(m // 60, m % 60))


@st.composite
def opening(draw: st.DrawFn) -> tuple[Hours, ...]:
    bounds = sorted(draw(st.lists(minutes, min_size=2, max_size=6, unique=True)))
    pairs = [(bounds[i], bounds[i + 1]) for i in range(0, len(bounds) - 1, 2)]
    if draw(st.booleans()):
        pairs[-1] = (pairs[-1][0], time())
    return tuple(pairs)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    zone = draw(st.sampled_from(["Europe/Copenhagen", "America/Chicago", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]))
    hours = draw(st.dictionaries(st.integers(0, 6), opening(), min_size=1))
    holidays = draw(st.sets(st.dates(date(2024, 1, 1), date(2028, 12, 31)), max_size=20))
    return Calendar("any", ZoneInfo(zone), hours, frozenset(holidays))


@given(calendars(), instants, spans)
def test_due_is_never_before_the_clock_says_so(calendar: Calendar, sent: datetime, within: timedelta) -> None:
    assert due_after(sent, within, calendar) >= sent + within


@given(calendars(), instants, spans, spans)
def test_more_time_is_due_later_and_adds_up(calendar: Calendar, sent: datetime, first: timedelta, then: timedelta) -> None:
    due = due_after(sent, first + then, calendar)
    assert due == due_after(due_after(sent, first, calendar), then, calendar)
    assert due >= due_after(sent, first, calendar)


@given(calendars(), instants, instants, spans)
def test_what_is_sent_later_is_not_due_earlier(calendar: Calendar, one: datetime, other: datetime, within: timedelta) -> None:
    earlier, later = sorted((one, other))
    assert due_after(earlier, within, calendar) <= due_after(later, within, calendar)


@given(calendars(), instants, spans)
def test_exactly_so_much_open_time_passes(calendar: Calendar, sent: datetime, within: timedelta) -> None:
    due, passed = due_after(sent, within, calendar), timedelta()
    for start, end in calendar.open_from(sent):
        if start >= due:
            break
        passed += min(end, due) - start
    assert passed == within


@given(calendars(), instants)
def test_open_spans_follow_each_other_and_are_as_written(calendar: Calendar, sent: datetime) -> None:
    before = sent
    for start, end in islice(calendar.open_from(sent), 50):
        assert before <= start < end
        before = end
        middle = (start + (end - start) / 2).astimezone(calendar.zone)
        assert middle.date() not in calendar.holidays
        assert any(a <= middle.time() and (b == time() or middle.time() < b) for a, b in calendar.hours.get(middle.weekday(), ()))
