"""The circuit breaker: its table is obeyed on any walk, it opens on a rate of failures and on nothing else, probes grow rarer."""

import re
from datetime import timedelta
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.breaker import BreakerPolicy, event_of, level_after, probe_delay, strain
from gateway.domain.lifecycle import BREAKER, IllegalTransition, move

STATES = {"closed", "open", "half_open"}
POLICY = BreakerPolicy()
SECOND = timedelta(seconds=1)

policies = st.builds(
    BreakerPolicy,
    share=st.floats(0.05, 0.95),
    failures=st.integers(1, 50),
    first=st.timedeltas(timedelta(milliseconds=1), timedelta(minutes=5)),
    factor=st.floats(1, 10),
    longest=st.timedeltas(timedelta(seconds=1), timedelta(hours=1)),
)
calls = st.lists(st.booleans(), max_size=80)


def calls_until_open(policy: BreakerPolicy, outcomes: list[bool]) -> int | None:
    """After how many calls (True: unavailable) a closed breaker opens."""
    level = 0.0
    for count, unavailable in enumerate(outcomes, 1):
        level = level_after(level, strain(policy, unavailable=unavailable))
        if event_of(policy, unavailable=unavailable, level=level, probe=False) == "tripped":
            return count
    return None


def test_the_database_names_the_same_states() -> None:
    sql = files("gateway.store").joinpath("migrations/0002_breaker.sql").read_text()
    check = re.search(r"check \(state in \(([^)]*)\)\)", sql)
    assert check
    assert set(re.findall(r"'(\w+)'", check[1])) == STATES == {s for s, _ in BREAKER} | set(BREAKER.values())


@given(st.lists(st.sampled_from(sorted({event for _, event in BREAKER}))))
def test_any_walk_stays_in_the_table(events: list[str]) -> None:
    state = "closed"
    for event in events:
        before = state
        if (state, event) not in BREAKER:
            with pytest.raises(IllegalTransition, match=event):
                move(BREAKER, state, event)
            continue
        state = move(BREAKER, state, event)
        assert state in STATES
        if before == "open" and state != "open":
            assert (event, state) == ("waited", "half_open"), "it leaves open only for a probe"
        if state == "closed" and before != "closed":
            assert event == "probe_succeeded", "it closes only by a probe that was answered"


@given(policies, st.lists(st.tuples(st.sampled_from(["call", "late", "wait", "lose"]), st.booleans())))
def test_every_end_of_a_call_is_allowed_in_the_state_it_was_made_in(policy: BreakerPolicy, walk: list[tuple[str, bool]]) -> None:
    state, level = "closed", 0.0
    for kind, unavailable in walk:
        if kind == "wait":
            state = move(BREAKER, state, "waited") if state == "open" else state
        elif kind == "lose":
            state = move(BREAKER, state, "probe_lost") if state == "half_open" else state
        else:
            if state == "closed":
                level = level_after(level, strain(policy, unavailable=unavailable))
            probe = kind == "call" and state == "half_open"
            event = event_of(policy, unavailable=unavailable, level=level if state == "closed" else 0.0, probe=probe)
            state = move(BREAKER, state, event)
            level = level if state == "closed" else 0.0
        assert (level < policy.failures) or state != "closed"


@given(policies, st.integers(0, 500))
def test_answers_never_open_it_and_are_not_saved_up(policy: BreakerPolicy, answered: int) -> None:
    assert calls_until_open(policy, [False] * answered) is None
    assert calls_until_open(policy, [False] * answered + [True] * policy.failures) == answered + policy.failures


@given(policies, calls)
def test_no_fewer_failures_than_agreed_open_it(policy: BreakerPolicy, outcomes: list[bool]) -> None:
    opened = calls_until_open(policy, outcomes)
    assert opened is None or sum(outcomes[:opened]) >= policy.failures


@given(policies, calls)
def test_where_it_opens_a_larger_share_than_agreed_failed_since_some_moment(policy: BreakerPolicy, outcomes: list[bool]) -> None:
    opened = calls_until_open(policy, outcomes)
    if opened is not None:
        shares = [sum(outcomes[begin:opened]) / (opened - begin) for begin in range(opened)]
        assert max(shares) > policy.share


@pytest.mark.parametrize(
    ("outcomes", "opened"),
    [
        ([True] * 9, 5),
        ([False] * 1000 + [True] * 9, 1005),
        ([True, False] * 100, None),
        ([True, True, False] * 9, 11),
        ([True, True, True, True, False, True, True], 7),
        ([True, False, False, False] * 50, None),
    ],
)
def test_by_default_five_failures_more_than_answers_open_it(outcomes: list[bool], opened: int | None) -> None:
    assert calls_until_open(POLICY, outcomes) == opened


def test_a_smaller_share_makes_it_open_earlier_among_answers() -> None:
    one_in_three = [True, False, False] * 60
    assert calls_until_open(BreakerPolicy(share=0.2), one_in_three) is not None
    assert calls_until_open(BreakerPolicy(share=0.4), one_in_three) is None


@pytest.mark.parametrize(("unavailable", "event"), [(True, "probe_failed"), (False, "probe_succeeded")])
@pytest.mark.parametrize("level", [0.0, 99.0])
def test_a_probe_decides_alone(unavailable: bool, event: str, level: float) -> None:
    assert event_of(POLICY, unavailable=unavailable, level=level, probe=True) == event


@given(policies, st.integers(0, 10_000), st.none() | st.floats(0, 1e9))
def test_waits_grow_and_stay_within_the_longest(policy: BreakerPolicy, failed: int, asked: float | None) -> None:
    waits = [probe_delay(policy, failed=count, asked=asked) for count in range(failed, failed + 3)]
    assert all(earlier <= later for earlier, later in pairwise(waits))
    assert timedelta() < waits[-1] <= max(policy.longest, 300 * SECOND)
    assert asked is not None or waits[-1] <= policy.longest


@pytest.mark.parametrize(
    ("failed", "asked", "seconds"), [(0, None, 1), (1, None, 1.5), (2, None, 2.25), (9, None, 15), (0, 30.0, 30), (0, 9e9, 300)]
)
def test_the_target_may_ask_for_a_longer_wait(failed: int, asked: float | None, seconds: float) -> None:
    assert probe_delay(POLICY, failed=failed, asked=asked) == seconds * SECOND
