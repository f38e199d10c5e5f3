"""Service levels: when a clock is due, how it stands with it, what is counted, what is told before it is missed."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.calendar import Calendar
from gateway.domain.service_level import Clock, Measure, ServiceLevel, Standing, Tally, due_of, standing, tallied, threats
from gateway.domain.service_level_words import effect, remedy, span

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
OFFICE = Calendar("office", ZoneInfo("Europe/Copenhagen"), {day: ((time(8), time(16)),) for day in range(5)})
CALENDARS = {"office": OFFICE}
WMS = ServiceLevel(
    "bigbox-wms", Measure.DELIVERY, timedelta(minutes=30), timedelta(minutes=10), 99.0, document="purchase_order", to="wms-east"
)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def clock(
    ago: float, *, took: float | None = None, partner: str | None = "bigbox", due: datetime | None = None, n: int = 1
) -> Clock:
    began = NOW - minutes(ago)
    return Clock(UUID(int=n), partner, "bigbox-850", began, None if took is None else began + minutes(took), due)


def stands(level: ServiceLevel, one: Clock) -> Standing:
    return standing(level, one, due_of(level, one, CALENDARS), NOW)


@pytest.mark.parametrize(
    ("ago", "took", "expected"),
    [
        (100, 30, Standing.MET),
        (100, 30.1, Standing.MISSED),
        (5, None, Standing.RUNNING),
        (19.9, None, Standing.RUNNING),
        (20, None, Standing.AT_RISK),
        (29.9, None, Standing.AT_RISK),
        (30, None, Standing.OVERDUE),
    ],
)
def test_how_it_stands(ago: float, took: float | None, expected: Standing) -> None:
    assert stands(WMS, clock(ago, took=took)) is expected


def test_only_open_hours_count() -> None:
    """It began at 15:50 on a Friday: ten minutes of that day and twenty of the next Monday."""
    level = replace(WMS, calendar="office")
    began = datetime(2026, 11, 20, 14, 50, tzinfo=UTC)
    assert due_of(level, Clock(UUID(int=1), None, None, began, None, None), CALENDARS) == datetime(
        2026, 11, 23, 7, 20, tzinfo=UTC
    )


def test_the_rows_own_due_time_counts_where_the_level_has_none() -> None:
    level = replace(WMS, measure=Measure.ACKNOWLEDGEMENT, within=None)
    assert stands(level, clock(500, due=NOW + minutes(9))) is Standing.AT_RISK
    assert stands(level, clock(500)) is Standing.RUNNING
    assert stands(level, clock(500, took=9)) is Standing.MET


class TestCounting:
    def test_by_partner_and_agreement(self) -> None:
        clocks = [clock(100, took=1), clock(100, took=31), clock(40), clock(25), clock(1), clock(100, took=1, partner=None)]
        assert tallied(WMS, clocks, CALENDARS, NOW) == {
            ("bigbox", "bigbox-850"): Tally(met=1, missed=2, running=2),
            ("", "bigbox-850"): Tally(met=1),
        }

    @pytest.mark.parametrize(
        ("tally", "percent"),
        [(Tally(), None), (Tally(running=4), None), (Tally(9_999, 1), 99.99), (Tally(99_999, 1), 99.99), (Tally(1), 100.0)],
    )
    def test_percent_is_never_rounded_up(self, tally: Tally, percent: float | None) -> None:
        assert tally.percent == percent

    @given(st.lists(st.tuples(st.floats(0, 1000), st.none() | st.floats(0, 1000)), max_size=50))
    def test_every_clock_is_counted_once_and_parts_add_up(self, given: list[tuple[float, float | None]]) -> None:
        clocks = [clock(ago, took=took) for ago, took in given]
        tally = sum(tallied(WMS, clocks, CALENDARS, NOW).values(), Tally())
        assert tally.met + tally.missed + tally.running == len(clocks)
        halves = [sum(tallied(WMS, part, CALENDARS, NOW).values(), Tally()) for part in (clocks[::2], clocks[1::2])]
        assert halves[0] + halves[1] == tally


class TestThreats:
    def test_what_is_about_to_be_late_is_told_by_partner(self) -> None:
        clocks = [clock(22), clock(25), clock(33), clock(1), clock(21, partner="nordmart"), clock(100, took=99)]
        bigbox, nordmart = threats(WMS, clocks, CALENDARS, NOW)
        assert (bigbox.partner, bigbox.clocks, bigbox.overdue) == ("bigbox", 3, 1)
        assert (bigbox.oldest, bigbox.first_due) == (NOW - minutes(33), NOW + minutes(5))
        assert (nordmart.clocks, nordmart.overdue) == (1, 0)

    def test_nothing_to_tell(self) -> None:
        assert threats(WMS, [clock(1), clock(500, took=400)], CALENDARS, NOW) == []

    @given(st.lists(st.floats(0, 100), max_size=40))
    def test_nothing_is_overdue_that_nobody_was_told_of(self, ages: list[float]) -> None:
        """Whatever becomes overdue was a threat in every moment of the time before, from `warn` on."""
        clocks = [clock(age, n=n) for n, age in enumerate(ages)]
        late = [one for one in clocks if stands(WMS, one) is Standing.OVERDUE]
        before = NOW - WMS.warn
        known = sum(threat.clocks for threat in threats(WMS, [one for one in clocks if one.began <= before], CALENDARS, NOW))
        assert known >= len(late)


class TestWords:
    def told(self, level: ServiceLevel, *clocks: Clock, name: str = "BigBox") -> str:
        (threat,) = threats(level, clocks, CALENDARS, NOW)
        return effect(level, threat, name=name, zone=OFFICE.zone, now=NOW)

    def test_the_effect_on_the_business_first(self) -> None:
        assert self.told(WMS, *(clock(22, n=n) for n in range(14))) == (
            "14 purchase orders of BigBox wait for wms-east, the oldest for 22 min; the first is due at 15:08 CET"
        )

    def test_what_is_overdue_is_said_and_what_comes_next(self) -> None:
        text = self.told(WMS, clock(22), clock(45))
        assert text.endswith("wait for wms-east, 1 of them overdue, the oldest for 45 min; the next is due at 15:08 CET")

    def test_a_single_one_that_is_due_on_another_day(self) -> None:
        level = ServiceLevel("acks", Measure.ACKNOWLEDGEMENT, None, timedelta(days=2), 99.0, kind="997")
        text = self.told(level, clock(200, due=NOW + timedelta(days=1)))
        assert (
            text
            == "1 document that we sent of BigBox waits for the 997, the oldest for 3 h; the first is due at 2026-11-21 15:00 CET"
        )

    @pytest.mark.parametrize("measure", list(Measure))
    def test_every_measure_has_words_and_a_next_action(self, measure: Measure) -> None:
        level = ServiceLevel("x", measure, minutes(30), minutes(10), 99.0, to="odoo", kind="997", deadline="fast")
        for clocks in ([clock(25)], [clock(25), clock(26)]):
            (threat,) = threats(level, clocks, CALENDARS, NOW)
            text = effect(level, threat, name="", zone=UTC, now=NOW)
            assert text.split()[0] == str(len(clocks))
            assert ("waits" if len(clocks) == 1 else "wait") in text.replace(",", "").split()
            assert "[[service_level]] x" in remedy(level, threat)

    @pytest.mark.parametrize(
        ("passed", "words"),
        [(minutes(0.5), "0 min"), (minutes(119), "119 min"), (minutes(120), "2 h"), (timedelta(days=2), "2 days")],
    )
    def test_a_time_as_people_say_it(self, passed: timedelta, words: str) -> None:
        assert span(passed) == words
