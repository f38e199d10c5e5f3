"""A copy waits for the first of its key, and for no other."""

import asyncio

import pytest

from gateway.channels.as2.in_flight import InFlight

KEY, OTHER = ("BIGBOX", "NORDIC", "<1@bigbox>"), ("BIGBOX", "NORDIC", "<2@bigbox>")


async def settled() -> None:
    """Let everybody go on who can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_first_of_each_key_goes_on_at_once() -> None:
    in_flight = InFlight(patience=10)
    await in_flight.begin(KEY)
    await in_flight.begin(OTHER)
    in_flight.end(KEY)
    in_flight.end(OTHER)
    await in_flight.begin(KEY)


async def test_copies_go_on_one_after_the_other_in_the_order_they_came() -> None:
    in_flight, begun = InFlight(patience=10), list[int]()

    async def copy(number: int) -> None:
        await in_flight.begin(KEY)
        begun.append(number)

    await in_flight.begin(KEY)
    copies = [asyncio.create_task(copy(number)) for number in range(3)]
    await settled()
    assert begun == []
    for expected in ([0], [0, 1], [0, 1, 2]):
        in_flight.end(KEY)
        await settled()
        assert begun == expected
    await asyncio.gather(*copies)


async def test_a_copy_gives_up_when_the_first_takes_too_long_and_takes_no_turn_with_it() -> None:
    in_flight = InFlight(patience=0.01)
    await in_flight.begin(KEY)
    with pytest.raises(TimeoutError):
        await in_flight.begin(KEY)
    in_flight.end(KEY)
    await in_flight.begin(KEY)  # at once: nobody is left


async def test_a_turn_that_comes_as_its_copy_goes_away_is_passed_on() -> None:
    in_flight = InFlight(patience=10)
    await in_flight.begin(KEY)
    leaving, staying = (asyncio.create_task(in_flight.begin(KEY)) for _ in range(2))
    await settled()
    in_flight.end(KEY)  # the turn of the one that leaves, who has not noticed yet
    leaving.cancel()
    await asyncio.wait_for(staying, 10)
    with pytest.raises(asyncio.CancelledError):
        await leaving
    in_flight.end(KEY)
    await asyncio.wait_for(in_flight.begin(KEY), 10)
