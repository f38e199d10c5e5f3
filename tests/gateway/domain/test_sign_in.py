"""How long whoever guesses passwords has to wait, and that whoever knows one does not."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.sign_in import ADDRESS, COUNTED, NAME, PAIR, Patience, Tallies, Tally, wait_of

NONE = Tally()
SECOND = timedelta(seconds=1)
counts = st.integers(0, 10_000)
times = st.timedeltas(timedelta(), COUNTED)
tallies = st.builds(Tally, counts, times)


def just(count: int) -> Tally:
    return Tally(count, timedelta())


@pytest.mark.parametrize(
    ("count", "seconds"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (14, 512), (15, 900), (9_999, 900)]
)
def test_each_wrong_password_makes_the_next_wait_twice_as_long(count: int, seconds: int) -> None:
    assert wait_of(Tallies(just(count), NONE, NONE, known=False)) == seconds * SECOND


def test_the_wait_passes() -> None:
    assert PAIR.wait(Tally(7, SECOND)) == 3 * SECOND
    assert PAIR.wait(Tally(7, 4 * SECOND)) == timedelta()
    assert PAIR.wait(Tally(7, COUNTED)) == timedelta()


def test_what_others_guess_of_a_name_delays_its_owner_by_a_minute_at_most_and_not_where_it_is_known() -> None:
    guessed = Tallies(NONE, just(9_999), NONE, known=False)
    assert wait_of(guessed) == timedelta(minutes=1)
    assert wait_of(Tallies(NONE, just(9_999), NONE, known=True)) == timedelta()


def test_where_it_is_known_its_own_wrong_passwords_count_all_the_same() -> None:
    assert wait_of(Tallies(just(15), just(15), just(15), known=True)) == timedelta(minutes=15)


def test_an_address_may_be_that_of_many_people() -> None:
    assert wait_of(Tallies(NONE, NONE, just(49), known=False)) == timedelta()
    assert wait_of(Tallies(NONE, NONE, just(9_999), known=False)) == timedelta(minutes=1)


@given(tallies, tallies, tallies, st.booleans())
def test_nobody_waits_longer_than_the_longest(pair: Tally, name: Tally, address: Tally, known: bool) -> None:
    wait = wait_of(Tallies(pair, name, address, known))
    assert timedelta() <= wait <= PAIR.longest
    if pair.count < PAIR.free:
        assert wait <= max(NAME.longest, ADDRESS.longest)


@given(st.sampled_from([PAIR, NAME, ADDRESS]), counts, times)
def test_more_wrong_ones_never_shorten_the_wait_and_time_never_lengthens_it(
    patience: Patience, count: int, ago: timedelta
) -> None:
    wait = patience.wait(Tally(count, ago))
    assert patience.wait(Tally(count + 1, ago)) >= wait
    assert patience.wait(Tally(count, ago + SECOND)) <= wait
