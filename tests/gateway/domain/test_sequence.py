"""The order of control numbers that come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.sequence import FAR, Place, arrive, counted

LARGEST = 999_999_999


@pytest.mark.parametrize(
    ("last", "number", "place", "missing"),
    [
        (None, 4711, Place.NEXT, []),
        (7, 8, Place.NEXT, []),
        (7, 10, Place.AHEAD, [8, 9]),
        (7, 6, Place.BEHIND, []),
        (7, 7, Place.BEHIND, []),
        (LARGEST, 1, Place.NEXT, []),
        (LARGEST, 0, Place.NEXT, []),
        (50_000, 1, Place.RESTART, []),
        (7, 7 + FAR + 1, Place.RESTART, []),
        (7, 7 + FAR, Place.AHEAD, list(range(8, 7 + FAR))),
    ],
)
def test_where_a_number_stands(last: int | None, number: int, place: Place, missing: list[int]) -> None:
    arrived = arrive(last, number, largest=LARGEST)
    assert (arrived.place, list(arrived.missing)) == (place, missing)
    assert arrived.last == (last if place is Place.BEHIND else number)


@given(st.permutations(range(1, 30)))
def test_whatever_the_order_nothing_is_missing_at_the_end(numbers: list[int]) -> None:
    last, missing = 0, set[int]()
    for number in numbers:
        arrived = arrive(last, number, largest=LARGEST)
        last = arrived.last
        missing = (missing | set(arrived.missing)) - {number}
    assert (last, missing) == (29, set())


@pytest.mark.parametrize(
    ("text", "number"), [("000000042", 42), ("1", 1), ("A17", None), ("", None), ("²", None), ("9" * 19, None)]
)
def test_only_digits_can_be_counted_on(text: str, number: int | None) -> None:
    assert counted(text) == number
