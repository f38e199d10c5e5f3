"""Orders are found by the step that they wait for as each of them tells it."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.order.lifecycle import NEXT_STEPS, ORDER_STATES, awaits, missing_steps
from gateway.domain.order.milestone import Event


@given(st.sets(st.sampled_from(Event)), st.sampled_from(ORDER_STATES))
def test_orders_are_found_by_the_step_they_wait_for_as_it_is_told(done: set[Event], state: str) -> None:
    missing = missing_steps(state, done)
    for step in NEXT_STEPS:
        wanted = awaits(step)
        found = state not in wanted.ended and bool(done & {*wanted.done}) and not done & {*wanted.undone}
        assert found == (missing[:1] == [step])
