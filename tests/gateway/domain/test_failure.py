"""Escalation: who else is told of a failure, and when."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.calendar import Calendar
from gateway.domain.failure import Escalation, OpenFailure, escalate
from gateway.domain.owner import Owner

ID = UUID(int=7)
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
OFFICE = Calendar("office", ZoneInfo("UTC"), {day: ((time(8), time(16)),) for day in range(5)})
OWNERS = {
    "edi": Owner("edi", next="it", attend=timedelta(hours=2)),
    "it": Owner("it", next="boss", attend=timedelta(hours=4), hours="office"),
    "boss": Owner("boss"),
}


def told(failure: OpenFailure) -> Escalation | None:
    return escalate(failure, OWNERS, {"office": OFFICE}, otherwise="it")


def failure(owner: str = "edi", *, age: float = 0, level: int = 0, state: str = "open", dead: bool = False) -> OpenFailure:
    return OpenFailure(ID, owner, state, level, FRIDAY, dead, FRIDAY + timedelta(hours=age))


def test_the_next_is_told_when_the_time_of_the_first_is_up() -> None:
    assert told(failure(age=1.99)) is None
    assert told(failure(age=2)) == Escalation(ID, 0, "it", "edi did not attend to it in time")


def test_only_open_hours_count() -> None:
    """Friday 15:00 to 16:00 is one of the four hours, the other three are on Monday."""
    monday = (datetime(2026, 11, 23, 11, 0, tzinfo=UTC) - FRIDAY) / timedelta(hours=1)
    assert told(failure(level=1, age=monday - 0.01)) is None
    assert told(failure(level=1, age=monday)) == Escalation(ID, 1, "boss", "it did not attend to it in time")


def test_nobody_comes_after_the_last() -> None:
    assert told(failure(level=2, age=1000)) is None
    assert told(failure("boss", age=1000, dead=True)) is None


def test_who_attends_to_it_is_left_alone_unless_a_delivery_died() -> None:
    assert told(failure(state="acknowledged", age=1000)) is None
    died = told(failure(state="acknowledged", dead=True))
    assert died is not None
    assert (died.owner, died.reason) == ("it", "all attempts of a delivery are used up")


def test_a_death_is_told_further_once() -> None:
    assert told(failure(dead=True)) is not None
    assert told(failure(dead=True, level=1)) is None


def test_an_owner_who_is_gone_is_followed_by_the_gateways_own() -> None:
    assert told(failure("gone", age=3)) is None
    assert told(failure("gone", age=100)) == Escalation(ID, 0, "it", "gone did not attend to it in time")


@given(st.integers(0, 5), st.floats(0, 10_000), st.booleans(), st.sampled_from(["open", "acknowledged"]))
def test_it_never_goes_back_and_ends_with_the_last(level: int, age: float, dead: bool, state: str) -> None:
    step = told(failure(level=level, age=age, dead=dead, state=state))
    if step is not None:
        assert step.level == level < 2
        assert step.owner == ["it", "boss"][level]


@pytest.mark.parametrize("age", [0, 1000])
def test_without_owners_nothing_happens(age: float) -> None:
    assert escalate(failure(age=age, dead=True), {}, {}, otherwise="nobody") is None
