"""The age of what an id names, read from the id."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gateway.domain.time_ordered_id import age_of
from gateway.system import SystemClock, TimeOrderedIds

MADE = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")  # the example of RFC 9562, A.6: 22 February 2022, 19:22:22 UTC
MOMENT = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)


@pytest.mark.parametrize("later", [timedelta(), timedelta(milliseconds=1), timedelta(days=400)])
def test_an_id_is_as_old_as_the_time_since_it_was_made(later: timedelta) -> None:
    assert age_of(MADE, MOMENT + later) == later


def test_an_id_from_a_clock_that_is_ahead_is_not_of_negative_age() -> None:
    assert age_of(MADE, MOMENT - timedelta(seconds=3)) == timedelta()


def test_an_id_that_was_made_now_has_no_age() -> None:
    assert age_of(TimeOrderedIds()(), SystemClock().now()) < timedelta(seconds=1)
