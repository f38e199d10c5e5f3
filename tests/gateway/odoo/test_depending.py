"""When the goods of open deliveries are there: what is due first gets what comes first, and no piece is promised twice."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.depending import Arriving, Delivering, latest, pegged


def due(number: int, day: str, quantity: int, *, reserved: int = 0) -> Delivering:
    return Delivering(number, 1, day, Decimal(quantity), Decimal(reserved), number)


def comes(day: str, quantity: int) -> Arriving:
    return Arriving(1, day, Decimal(quantity))


def test_stock_suffices_for_the_first_and_the_next_waits() -> None:
    assert pegged({1: Decimal(5)}, [comes("d5", 10)], [due(2, "d2", 5), due(1, "d1", 5)]) == {2: "d5"}


def test_what_is_reserved_waits_for_nothing() -> None:
    assert pegged({}, [comes("d5", 10)], [due(1, "d1", 5, reserved=5)]) == {}


def test_one_that_needs_two_receipts_waits_for_the_last() -> None:
    assert pegged({}, [comes("d9", 3), comes("d5", 3)], [due(1, "d1", 5)]) == {1: "d9"}


def test_what_nothing_suffices_for_is_left_out_and_takes_nothing_from_others_before_it() -> None:
    assert pegged({}, [comes("d5", 4)], [due(1, "d1", 4), due(2, "d2", 4)]) == {1: "d5"}


def test_the_last_day_counts() -> None:
    assert latest([(1, "d1"), (2, "d5"), (1, "d3")]) == {1: "d3", 2: "d5"}


DAYS = st.sampled_from(["d1", "d2", "d3", "d4"])


@given(
    st.integers(0, 20),
    st.lists(st.tuples(DAYS, st.integers(1, 10)), max_size=6),
    st.lists(st.tuples(DAYS, st.integers(1, 10), st.integers(0, 3)), max_size=6),
)
def test_by_any_day_no_more_is_promised_than_there_is(
    free: int, supplies: list[tuple[str, int]], demands: list[tuple[str, int, int]]
) -> None:
    delivering = [
        due(n, day, quantity, reserved=min(reserved, quantity)) for n, (day, quantity, reserved) in enumerate(demands, 1)
    ]
    days = pegged({1: Decimal(free)}, [comes(*one) for one in supplies], delivering)
    for day in ("d1", "d2", "d3", "d4"):
        there = free + sum(quantity for comes_on, quantity in supplies if comes_on <= day)
        promised = sum(one.quantity - one.reserved for one in delivering if days.get(one.id, "d9") <= day)
        assert promised <= there
