"""What comes back again and again: from when it is no chance any more, and what is said of it."""

import pytest

from gateway.domain.recurrence import recurrence


@pytest.mark.parametrize("times", [0, 1])
def test_once_may_be_chance(times: int) -> None:
    assert recurrence(times, what="stock") == ""


def test_again_and_again_has_a_cause_that_is_named_by_what_is_compared() -> None:
    told = recurrence(4, what="stock")
    assert told.startswith("It came back 4 times after it was right: one side books something of this item")
    assert recurrence(2, what="invoices") != recurrence(2, what="orders")
    assert recurrence(2).endswith("the cause is still there: what was corrected was its effect.")
