"""How much of an item may be promised."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.availability import NONE, Buffer, Inbound, Level, available, expected

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)
QUANTITIES = st.decimals(min_value=0, max_value=1000, places=2)
LEVELS = st.builds(
    Level,
    QUANTITIES,
    st.just(NOW),
    reserved=st.none() | QUANTITIES,
    inbound=st.lists(
        st.builds(Inbound, QUANTITIES, st.none() | st.integers(0, 30).map(lambda days: NOW + days * DAY)), max_size=4
    ).map(tuple),
)


def level(on_hand: int, reserved: int | None = None, **inbound: int) -> Level:
    """A level with goods that come in so many days: `in2=5`."""
    coming = tuple(Inbound(Decimal(much), NOW + int(name[2:]) * DAY) for name, much in inbound.items())
    return Level(Decimal(on_hand), NOW, reserved=None if reserved is None else Decimal(reserved), inbound=coming)


@pytest.mark.parametrize(
    ("stated", "ours", "wanted"),
    [
        (level(10), (), 10),
        (level(10, 4), (), 6),
        (level(10, 4), (5,), 1),
        (level(10, 4), (5, 5), 0),
        (level(0), (), 0),
    ],
)
def test_on_hand_less_what_is_spoken_for(stated: Level, ours: tuple[int, ...], wanted: int) -> None:
    assert available(stated, map(Decimal, ours)) == wanted


@pytest.mark.parametrize(("days", "wanted"), [(0, 2), (1, 2), (2, 7), (9, 10)])
def test_what_comes_counts_from_its_day_on(days: int, wanted: int) -> None:
    assert available(level(2, in2=5, in9=3), (), by=NOW + days * DAY) == wanted


def test_what_comes_without_a_day_counts_for_nothing() -> None:
    stated = Level(Decimal(2), NOW, inbound=(Inbound(Decimal(50)),))
    assert available(stated, (), by=NOW + 99 * DAY) == 2
    assert expected(stated, (), Decimal(3)) is None


@pytest.mark.parametrize(("wanted", "days"), [(7, 2), (8, 9), (10, 9)])
def test_when_enough_is_there(wanted: int, days: int) -> None:
    assert expected(level(2, in2=5, in9=3), (), Decimal(wanted)) == NOW + days * DAY


def test_what_never_suffices_is_never_expected() -> None:
    assert expected(level(2, in2=5), (Decimal(1),), Decimal(7)) is None


@pytest.mark.parametrize(
    ("buffer", "wanted"), [(Buffer(Decimal(3)), 7), (Buffer(share=Decimal("0.5")), 5), (Buffer(Decimal(20)), 0), (NONE, 10)]
)
def test_a_channel_is_not_told_of_its_buffer(buffer: Buffer, wanted: int) -> None:
    assert available(level(10), (), buffer=buffer) == wanted


@given(LEVELS, st.lists(QUANTITIES, max_size=6))
def test_whoever_takes_what_is_available_never_promises_more_than_there_is(stated: Level, wants: list[Decimal]) -> None:
    taken: list[Decimal] = []
    for wanted in wants:
        if wanted <= available(stated, taken):
            taken.append(wanted)
    assert sum(taken, Decimal(0)) <= max(stated.on_hand - (stated.reserved or 0), Decimal(0))


@given(LEVELS, st.lists(QUANTITIES, max_size=3), QUANTITIES, st.integers(0, 40))
def test_more_is_available_later_and_to_who_keeps_less_back(
    stated: Level, ours: list[Decimal], keep: Decimal, days: int
) -> None:  # fmt: skip
    now, later = available(stated, ours), available(stated, ours, by=NOW + days * DAY)
    assert later >= now >= available(stated, ours, buffer=Buffer(keep)) >= 0
