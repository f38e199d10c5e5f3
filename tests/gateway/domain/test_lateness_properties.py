"""Lateness whatever the history: quantiles are durations that were there, an outlook keeps its own rules, dates are any text."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.order.lateness import (
    LEAST,
    LIKELY,
    STEPS,
    Due,
    History,
    Outlook,
    Past,
    Underway,
    Usual,
    outlook,
    requested_of,
    summary,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
HOURS = st.floats(0.01, 500)
DURATIONS = st.lists(st.floats(0, 1e6), min_size=1, max_size=60).map(lambda some: tuple(sorted(some)))


def shipped(hours: list[float], since: str = "released") -> list[Past]:
    begun = NOW - timedelta(days=60)
    return [Past("bigbox", "wms-east", {since: begun, "shipped": begun + timedelta(hours=one)}) for one in hours]


def told_of(history: History, *, ago: float, left: float, **changes: Any) -> Outlook | None:
    steps = {"released": NOW - timedelta(hours=ago)}
    given: dict[str, Any] = {"partner": "bigbox", "place": "wms-east", "steps": steps}
    due = Due("shipped", NOW + timedelta(hours=left), "requested")
    return outlook(Underway(UUID(int=1), dues=[due], **(given | changes)), history, now=NOW)


@given(DURATIONS, st.floats(0, 1), st.floats(0, 1))
def test_a_quantile_is_a_duration_that_was_there_and_a_larger_share_takes_no_less(
    seconds: tuple[float, ...], one: float, other: float
) -> None:
    usual, (less, more) = Usual(seconds, None, None), sorted((one, other))
    assert usual.quantile(less) <= usual.quantile(more)
    assert usual.quantile(more) in {timedelta(seconds=each) for each in seconds}


@given(DURATIONS, st.floats(0, 1e6))
def test_what_has_taken_longer_than_there_is_time_is_surely_late(seconds: tuple[float, ...], passed: float) -> None:
    already = timedelta(seconds=passed)
    assert Usual(seconds, None, None).longer(than=already, already=already) == 1.0


@given(st.lists(HOURS, min_size=1, max_size=40), HOURS, HOURS)
def test_an_outlook_keeps_its_own_rules(hours: list[float], ago: float, left: float) -> None:
    told = told_of(History(shipped(hours)), ago=ago, left=left)
    if told is not None:
        assert LIKELY < told.chance <= 1
        assert told.orders == len(hours) >= LEAST
        assert told.left > timedelta()
        assert told.usually <= told.mostly
        assert told.because


@given(st.lists(HOURS, min_size=LEAST, max_size=20), HOURS, HOURS, HOURS)
def test_less_time_never_makes_it_less_likely(hours: list[float], ago: float, left: float, more: float) -> None:
    history = History(shipped(hours))
    tight, loose = told_of(history, ago=ago, left=left), told_of(history, ago=ago, left=left + more)
    assert loose is None or (tight is not None and tight.chance >= loose.chance)


@given(st.permutations(shipped([float(n) for n in range(1, 16)])))
def test_the_order_in_which_history_is_told_does_not_matter(past: list[Past]) -> None:
    assert told_of(History(past), ago=1, left=3) == told_of(History(shipped([float(n) for n in range(1, 16)])), ago=1, left=3)


@pytest.mark.parametrize(("earlier", "later"), [*pairwise(STEPS[: STEPS.index("shipped")])])
def test_it_is_judged_from_the_last_step_that_was_heard_of(earlier: str, later: str) -> None:
    past = [*shipped([50.0] * LEAST, earlier), *shipped([20.0] * LEAST, later)]
    steps = {earlier: NOW - timedelta(hours=9), later: NOW - timedelta(hours=5)}
    told = told_of(History(past), ago=0, left=10, steps=steps)
    assert told is not None
    assert (told.since, told.begun, told.usually) == (later, steps[later], timedelta(hours=20))


def test_where_the_last_step_says_nothing_the_one_before_is_taken() -> None:
    steps = {"received": NOW - timedelta(hours=9), "picked": NOW - timedelta(hours=1)}
    told = told_of(History(shipped([50.0] * LEAST, "received")), ago=0, left=10, steps=steps)
    assert told is not None
    assert told.since == "received"


def test_a_clock_that_is_ahead_counts_as_no_time_passed() -> None:
    assert told_of(History(shipped([26.0] * LEAST)), ago=-2, left=10) is not None
    assert told_of(History(shipped([26.0] * LEAST)), ago=-2, left=30) is None


def test_of_two_dues_that_are_as_likely_the_first_is_told() -> None:
    dues = [Due("shipped", NOW + timedelta(hours=left), name) for name, left in (("advice", 8), ("requested", 3), ("bill", 5))]
    order = Underway(UUID(int=1), "bigbox", None, {"released": NOW - timedelta(hours=1)}, dues)
    told = outlook(order, History(shipped([26.0] * LEAST)), now=NOW)
    assert told is not None
    assert told.due.wanted_by == "requested"
    assert " at " not in told.because


class TestWhatIsRequested:
    @pytest.mark.parametrize("text", ["9999-12-31", "9999-12-31T23:59:59", "0001-01-01", "0001-01-01T00:00:00Z"])
    def test_a_date_that_means_none_is_none(self, text: str) -> None:
        """The first and the last day there is: systems write them where nothing was entered."""
        assert requested_of([{"requested_delivery": text}], NEW_YORK) is None
        documents = [{"lines": [{"requested_delivery": text}, {"requested_delivery": "2026-12-01"}]}]
        wanted = requested_of(documents, NEW_YORK)
        assert wanted is not None
        assert wanted.astimezone(NEW_YORK).date() == date(2026, 12, 1)

    def test_a_change_that_cannot_be_read_leaves_what_was_said_before(self) -> None:
        said = [{"requested_delivery": "2026-12-01"}, {"requested_delivery": "as soon as possible"}]
        assert requested_of(said, UTC) == requested_of(said[:1], UTC)

    @given(st.one_of(st.text(max_size=30), st.dates().map(str), st.datetimes().map(datetime.isoformat)))
    def test_any_text_is_a_moment_that_can_be_told_in_every_zone_or_none(self, text: str) -> None:
        wanted = requested_of([{"requested_delivery": text}], NEW_YORK)
        if wanted is not None:
            assert wanted.tzinfo is not None
            assert [wanted.astimezone(zone) for zone in (UTC, ZoneInfo("Pacific/Kiritimati"))] == [wanted, wanted]


def test_several_orders_are_told_in_the_customers_time() -> None:
    told = told_of(History(shipped([26.0] * LEAST)), ago=4, left=12)
    assert told is not None
    deadline = Outlook(
        **{name: getattr(told, name) for name in Outlook.__slots__} | {"due": Due("shipped", told.due.at, "advice")}
    )
    assert summary("BigBox", [("1", told), ("2", deadline)], NEW_YORK).splitlines() == [
        "BigBox: 2 orders will likely be late.",
        "- Order 1: requested for 2026-11-22 16:00, likely shipped after 2026-11-23 02:00.",
        "- Order 2: due for 2026-11-22 16:00, likely shipped after 2026-11-23 02:00.",
    ]
