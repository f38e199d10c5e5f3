"""What may be said together of a promise, and what is told of it when little is said."""

from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gateway.config.service_level_model import (
    FITTING,
    OWN_TIME,
    ExpectedTable,
    ServiceLevelTable,
    SilenceTable,
    silence_terms,
)
from gateway.domain.service_level import Measure

VALUES: dict[str, Any] = {
    "document": "purchase_order", "to": "odoo", "kind": "997", "deadline": "fast", "stage": "deliver", "agreements": ["a"],
}  # fmt: skip


def table(measure: Measure, **terms: Any) -> ServiceLevelTable:
    """With what every promise of this measure must say."""
    needed = {} if measure in OWN_TIME else {"within": "1h"}
    deadline = {"deadline": "fast"} if measure is Measure.MILESTONE else {}
    return ServiceLevelTable.model_validate({"id": "promise", "measure": measure.value, **needed, **deadline, **terms})


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("key", FITTING)
def test_each_key_is_taken_by_the_measures_that_it_fits_and_by_no_other(key: str, measure: Measure) -> None:
    if measure in FITTING[key]:
        assert getattr(table(measure, **{key: VALUES[key]}), key) == VALUES[key]
    else:
        with pytest.raises(ValidationError, match=f"leave `{key}` out: it fits only {FITTING[key][0]}"):
            table(measure, **{key: VALUES[key]})


@pytest.mark.parametrize("measure", Measure)
def test_what_has_a_time_of_its_own_takes_no_other(measure: Measure) -> None:
    if measure in OWN_TIME:
        with pytest.raises(ValidationError, match="time of its own"):
            table(measure, within="5m")
        assert table(measure).level().within is None
    else:
        assert table(measure, within="5m").level().within == timedelta(minutes=5)


@pytest.mark.parametrize("goal", [0, -1, 100.01, "nan"])
def test_a_goal_is_a_share_that_can_be_met(goal: Any) -> None:
    with pytest.raises(ValidationError, match="goal"):
        table(Measure.DELIVERY, goal=goal)


@pytest.mark.parametrize(
    ("terms", "warn"),
    [
        ({"within": "1h"}, timedelta(minutes=15)),
        ({"within": "2d"}, timedelta(hours=12)),
        ({"within": "1h", "warn": "1m"}, timedelta(minutes=1)),
        ({"within": "1h", "warn": "0s"}, timedelta()),
        ({"within": None}, timedelta(minutes=15)),
    ],
)
def test_how_long_before_its_owner_is_told(terms: dict[str, Any], warn: timedelta) -> None:
    assert table(Measure.ACKNOWLEDGEMENT, **terms).level().warn == warn


@given(st.integers(1, 10_000))
def test_the_usual_warning_comes_before_the_time_is_up(minutes: int) -> None:
    level = table(Measure.ANSWER, within=f"{minutes}m").level()
    assert level.within is not None
    assert timedelta() < level.warn < level.within


def test_named_twice_is_named_once() -> None:
    assert table(Measure.DELIVERY, partners=["a", "b", "a"]).level().partners == {"a", "b"}


class TestExpected:
    @pytest.mark.parametrize(
        ("days", "expected"),
        [
            ("mon-fri", {0, 1, 2, 3, 4}),
            ("tue", {1}),
            ("sat-sun", {5, 6}),
            ("fri-mon", {4, 5, 6, 0}),
        ],
    )
    def test_its_days(self, days: str, expected: set[int]) -> None:
        found = ExpectedTable.model_validate({"id": "x", "source": "bigbox", "by": "10:00", "days": days}).expected()
        assert found.days == expected

    @given(st.times())
    def test_any_time_of_the_day(self, at: time) -> None:
        table = ExpectedTable.model_validate({"id": "x", "source": "bigbox", "by": f"{at:%H:%M}"})
        assert table.expected().by == at.replace(second=0, microsecond=0)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"by": "24:00"}, {"by": "7:30"}, {"by": "10:60"}, {"by": "10:00\n"}, {"by": ""}, {"at_least": 0}, {"days": ""},
            {"timezone": "Middle/Earth"},
        ],
    )  # fmt: skip
    def test_what_is_no_time_number_day_or_zone(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            ExpectedTable.model_validate({"id": "x", "source": "bigbox", "by": "10:00", **wrong})


def test_what_is_told_of_silence_does_not_change_with_the_table() -> None:
    table = SilenceTable.model_validate({"calendars": {"bigbox": "us"}})
    terms = silence_terms(table, [])
    table.calendars["bigbox"] = "eu"
    assert terms.calendars == {"bigbox": "us"}
    assert (terms.learn, terms.weeks, terms.expected) == (True, 8, ())
