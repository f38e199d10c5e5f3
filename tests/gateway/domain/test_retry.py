"""When a failed attempt is repeated, and when it is given up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.retry import RetryPolicy, is_worth_repeating, next_delay

SECOND = timedelta(seconds=1)
POLICY = RetryPolicy(first=SECOND, factor=2, longest=10 * SECOND, jitter=0, attempts=6, total=timedelta(hours=1))


def delays(policy: RetryPolicy, chance: float = 0.5) -> list[timedelta]:
    result: list[timedelta] = []
    for attempt in range(1, policy.attempts + 1):
        delay = next_delay(policy, attempt=attempt, age=sum(result, timedelta()), chance=chance)
        if delay is None:
            break
        result.append(delay)
    return result


def test_delays_grow_to_the_longest() -> None:
    assert delays(POLICY) == [1 * SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, 10 * SECOND]


def test_the_last_attempt_is_the_last() -> None:
    assert next_delay(POLICY, attempt=6, age=SECOND, chance=0.5) is None


def test_the_total_time_ends_it_before_the_attempts_do() -> None:
    assert next_delay(POLICY, attempt=1, age=timedelta(hours=1), chance=0.5) is None


def test_a_target_that_names_a_time_is_obeyed() -> None:
    assert next_delay(POLICY, attempt=1, age=SECOND, chance=0.5, asked=90) == 90 * SECOND


@given(st.floats(0, 1), st.integers(1, 5))
def test_chance_moves_a_delay_by_no_more_than_the_jitter(chance: float, attempt: int) -> None:
    policy = RetryPolicy(first=SECOND, factor=2, longest=10 * SECOND, jitter=0.2, attempts=9)
    plain = next_delay(POLICY, attempt=attempt, age=SECOND, chance=0.5)
    delay = next_delay(policy, attempt=attempt, age=SECOND, chance=chance)
    assert plain is not None
    assert delay is not None
    assert 0.799 * plain <= delay <= 1.201 * plain


def test_a_thousand_attempts_overflow_nothing() -> None:
    policy = RetryPolicy(attempts=2000, total=timedelta(days=900))
    assert next_delay(policy, attempt=1500, age=SECOND, chance=1) is not None


def test_what_a_target_asks_for_is_granted_up_to_the_snooze_and_never_ends_a_delivery() -> None:
    policy = RetryPolicy(jitter=0, snooze=timedelta(minutes=10))
    assert next_delay(policy, attempt=1, age=timedelta(), chance=0.5, asked=120) == timedelta(minutes=2)
    for asked in (86_400 * 365, 1e300, float("inf")):
        assert next_delay(policy, attempt=1, age=timedelta(), chance=0.5, asked=asked) == timedelta(minutes=10)
    late = next_delay(policy, attempt=1, age=timedelta(hours=23, minutes=58), chance=0.5, asked=600)
    assert late == timedelta(minutes=2), "one last attempt at the end of its time"


@pytest.mark.parametrize(
    ("code", "refused", "repeated"),
    [
        ("timeout", False, True),
        ("login", False, False),  # a repeat would change nothing, says the agreement
        ("product-unknown", True, True),  # the catalogue is loaded every night
        ("http-422", True, False),
        ("http-409", True, True),
        ("", False, True),
        ("", True, False),
    ],
)
def test_an_agreement_says_which_answers_are_worth_a_repeat(code: str, refused: bool, repeated: bool) -> None:
    policy = RetryPolicy(repeat=("product-*", "http-409"), give_up=("login",))
    assert is_worth_repeating(policy, code, refused=refused) is repeated


def test_what_is_given_up_is_not_repeated_though_it_is_named_twice() -> None:
    assert not is_worth_repeating(RetryPolicy(repeat=("*",), give_up=("login",)), "login", refused=True)
