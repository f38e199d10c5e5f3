"""Classes of service: when each is worked on, and what it may take of a target's workers."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.calendar import Calendar
from gateway.domain.service import LOWEST, Service, Services, ServiceTerms

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NIGHT = Calendar("nights", ZoneInfo("UTC"), {day: ((time(0), time(5)), (time(22), time(0))) for day in range(7)})


def test_realtime_goes_first_and_batch_last() -> None:
    assert [service.priority for service in (Service.REALTIME, Service.FREQUENT, Service.BATCH)] == [0, 1, LOWEST]


def test_as_usual_nothing_waits_for_a_turn() -> None:
    assert {Services().wait(service, NOON) for service in Service} == {timedelta()}
    assert Services().lowest(NOON, slots=4, busy=Counter()) == LOWEST


@pytest.mark.parametrize(("minute", "wait"), [(0, 5), (1, 4), (4, 1)])
def test_an_interval_collects_until_its_next_full_multiple(minute: int, wait: int) -> None:
    services = Services({Service.FREQUENT: ServiceTerms(every=timedelta(minutes=5))})
    now = NOON + timedelta(minutes=minute)
    assert services.wait(Service.FREQUENT, now) == timedelta(minutes=wait)
    assert services.wait(Service.REALTIME, now) == services.wait(Service.BATCH, now) == timedelta()


def test_hours_open_and_close_batch_and_retries_wait_for_them() -> None:
    services = Services({Service.BATCH: ServiceTerms(calendar=NIGHT)})
    assert services.wait(Service.BATCH, NOON) == timedelta(hours=10)
    assert services.wait(Service.BATCH, NOON + timedelta(hours=11)) == timedelta()
    assert services.lowest(NOON, slots=4, busy={}) == Service.FREQUENT.priority
    assert services.lowest(NOON + timedelta(hours=10), slots=4, busy={}) == LOWEST
    assert services.next_turn(LOWEST, NOON) == NOON + timedelta(hours=10)
    assert services.next_turn(0, NOON) == services.next_turn(1, NOON) == NOON


def test_a_class_takes_its_share_and_never_the_last_worker() -> None:
    services = Services({Service.FREQUENT: ServiceTerms(share=1.0), Service.BATCH: ServiceTerms(share=0.5)})
    assert services.lowest(NOON, slots=4, busy={2: 1}) == 2
    assert services.lowest(NOON, slots=4, busy={2: 2}) == 1
    assert services.lowest(NOON, slots=4, busy={2: 2, 1: 1}) == 0
    assert services.lowest(NOON, slots=1, busy={}) == 2, "where there is one worker, all take turns"
    assert services.lowest(NOON, slots=2, busy={2: 1}) == 0


@given(
    slots=st.integers(1, 16),
    shares=st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)),
    asked=st.lists(st.integers(0, LOWEST), max_size=60),
)
def test_whatever_comes_an_order_finds_a_worker(slots: int, shares: tuple[float, float], asked: list[int]) -> None:
    """Lower classes come in any order and never end; as long as there are two workers, one is free for realtime."""
    services = Services({Service.FREQUENT: ServiceTerms(share=shares[0]), Service.BATCH: ServiceTerms(share=shares[1])})
    busy: Counter[int] = Counter()
    for rank in asked:
        if rank > 0 and busy.total() < slots and rank <= services.lowest(NOON, slots=slots, busy=busy):
            busy[rank] += 1
    assert busy.total() <= max(slots - 1, 1)
