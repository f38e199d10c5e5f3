"""Silence: what is normal, when less is suspicious, and how that is explained."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.calendar import Calendar
from gateway.domain.silence import (
    Day,
    Expected,
    History,
    Series,
    SilenceTerms,
    Silent,
    is_missed,
    normal_of,
    silence,
    told,
    told_expected,
)

NOW = datetime(2026, 11, 17, 10, 5, tzinfo=UTC)
"""A Tuesday."""
TODAY = NOW.date()
ORDERS = Series("bigbox", "purchase_order")


def history(by_now: list[int], *, today: int = 0, last: datetime | None = NOW - timedelta(hours=18), whole: int = 3) -> History:
    """Tuesdays before, the last one first; on each of them so many had come by now, and `whole` times as many in all."""
    tuesdays = {TODAY - timedelta(weeks=n + 1): count for n, count in enumerate(by_now)}
    days = {day: Day(day, count, count * whole) for day, count in tuesdays.items()}
    if today:
        days[TODAY] = Day(TODAY, today, today)
    return History(ORDERS, days, min(tuesdays, default=TODAY), last)


def silent(known: History, *, now: datetime = NOW, holidays: frozenset[date] = frozenset(), weeks: int = 8) -> Silent | None:
    return silence(known, now, weeks=weeks, zone=UTC, holidays=holidays)


class TestNormal:
    def test_too_little_is_known(self) -> None:
        assert normal_of([12, 14, 15]) is None

    def test_the_middle_half_is_what_is_told(self) -> None:
        normal = normal_of([12, 14, 15, 18, 20, 13, 16, 17])
        assert normal is not None
        assert (normal.low, normal.high, normal.days) == (14, 17, 8)

    def test_odd_days_do_not_move_it(self) -> None:
        plain, odd = normal_of([14, 15, 15, 16, 15, 14, 16, 15]), normal_of([14, 15, 15, 16, 15, 14, 16, 900])
        assert plain is not None
        assert odd is not None
        assert abs(plain.least - odd.least) < 2

    def test_a_steady_sender_may_send_one_less(self) -> None:
        normal = normal_of([15, 15, 15, 15])
        assert normal is not None
        assert 2 < normal.least < 5

    def test_a_few_each_day_are_missed_only_when_none_comes(self) -> None:
        normal = normal_of([3, 2, 4, 3])
        assert normal is not None
        assert normal.least == 1.0

    @pytest.mark.parametrize("counts", [[0, 3, 0, 4], [1, 1, 1, 1], [0, 0, 0, 0], [2, 0, 2, 2]])
    def test_where_nothing_is_normal_nothing_is_suspicious(self, counts: list[int]) -> None:
        assert normal_of(counts) is None

    @given(st.lists(st.integers(0, 100_000), max_size=26))
    def test_what_is_suspicious_lies_below_what_is_normal(self, counts: list[int]) -> None:
        normal = normal_of(counts)
        if normal is not None:
            assert 0 < normal.least <= normal.low <= normal.high
            assert min(counts) <= normal.low
            assert normal.high <= max(counts)

    @given(st.lists(st.integers(0, 10_000), min_size=4, max_size=26), st.randoms())
    def test_the_order_of_days_does_not_matter(self, counts: list[int], chance: object) -> None:
        assert normal_of(counts) == normal_of(sorted(counts))


class TestSilence:
    def test_nothing_came_today(self) -> None:
        found = silent(history([12, 14, 15, 18, 20, 13, 16, 17]))
        assert found is not None
        assert (found.day, found.hour, found.came) == (TODAY, 10, 0)

    def test_much_less_than_normal_came_today(self) -> None:
        assert silent(history([14, 15, 15, 16, 15], today=2)) is not None
        assert silent(history([14, 15, 15, 16, 15], today=11)) is None

    def test_other_weekdays_say_nothing(self) -> None:
        """On Tuesdays nothing comes."""
        monday = {TODAY - timedelta(weeks=n, days=1): Day(TODAY - timedelta(weeks=n, days=1), 20, 20) for n in range(9)}
        assert silent(History(ORDERS, monday, min(monday), NOW - timedelta(hours=12))) is None

    def test_on_a_holiday_nobody_is_missed_and_holidays_are_no_history(self) -> None:
        known = history([15, 15, 15, 15])
        assert silent(known, holidays=frozenset({TODAY})) is None
        assert silent(known, holidays=frozenset({TODAY - timedelta(weeks=1)})) is None

    def test_it_goes_on_over_midnight_until_something_comes(self) -> None:
        known = history([15, 15, 15, 15, 15], last=NOW - timedelta(days=1))
        for hours in (15, 20, 40):
            found = silent(known, now=NOW + timedelta(hours=hours))
            assert found is not None
            assert (found.day, found.hour) == (TODAY, 24)
        came = History(ORDERS, known.days, known.first, NOW + timedelta(hours=15))
        assert silent(came, now=NOW + timedelta(hours=16)) is None

    def test_hours_are_those_of_its_zone(self) -> None:
        found = silence(history([15, 15, 15, 15]), NOW, weeks=8, zone=ZoneInfo("Asia/Tokyo"))
        assert found is not None
        assert found.hour == 19

    @given(st.lists(st.integers(0, 1000), min_size=1, max_size=12), st.integers(0, 1000))
    def test_more_than_on_each_day_before_is_never_silence(self, counts: list[int], more: int) -> None:
        assert silent(history(counts, today=max(counts) + more + 1, last=NOW)) is None

    @given(st.integers(1, 3))
    def test_a_new_partner_is_not_judged(self, weeks: int) -> None:
        assert silent(history([50] * weeks)) is None


class TestWords:
    def test_it_says_what_is_normal_what_came_and_when_the_last_one_did(self) -> None:
        last = datetime(2026, 11, 16, 16, 12, tzinfo=UTC)
        found = silent(history([12, 12, 15, 18, 20, 13, 20, 20], last=last))
        assert found is not None
        assert told(found, name="BigBox", what="purchase orders", zone=UTC) == (
            "BigBox normally sends 13-20 purchase orders by 10:00 on Tuesdays; today none; the last one 2026-11-16 16:12 UTC"
        )

    def test_of_a_day_that_is_over(self) -> None:
        found = silent(history([15, 15, 15, 15], last=None, whole=1), now=NOW + timedelta(days=1))
        assert found is not None
        assert told(found, name="BigBox", what="messages", zone=UTC) == (
            "BigBox normally sends 15 messages a day on Tuesdays; on 2026-11-17 none; none in these weeks"
        )


class TestExpected:
    EXPECTED = Expected("stock", "wms-east", "inventory_report", time(9, 0), frozenset({0, 1}), 2, "UTC")

    @pytest.mark.parametrize(
        ("came", "hour", "day", "missed"),
        [(0, 10, 17, True), (1, 9, 17, True), (2, 10, 17, False), (0, 8, 17, False), (0, 10, 18, False)],
    )
    def test_what_somebody_expects(self, came: int, hour: int, day: int, missed: bool) -> None:
        now = datetime(2026, 11, day, hour, 0, tzinfo=UTC)
        assert is_missed(self.EXPECTED, came, now, zone=UTC, holidays=frozenset()) is missed

    def test_not_on_holidays(self) -> None:
        assert not is_missed(self.EXPECTED, 0, NOW, zone=UTC, holidays=frozenset({TODAY}))

    def test_words(self) -> None:
        text = told_expected(self.EXPECTED, 1, None, name="wms-east", what="inventory reports", zone=UTC)
        assert text == "wms-east is expected to send 2 or more inventory reports by 09:00; today 1; none in these weeks"


def test_each_source_has_the_calendar_that_is_named_for_it() -> None:
    calendars = {name: Calendar(name, ZoneInfo("UTC"), {}) for name in ("usual", "us")}
    terms = SilenceTerms(calendar="usual", calendars={"bigbox": "us"})
    assert terms.calendar_of("bigbox", calendars) is calendars["us"]
    assert terms.calendar_of("nordmart", calendars) is calendars["usual"]
    assert SilenceTerms().calendar_of("bigbox", calendars) is None
