"""How it stands with a partner: the worst that is known of it, and why."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.partner_health import Health, Signs, health_of

NAMES = st.lists(st.sampled_from(["one", "two"]), max_size=2)
SIGNS = st.builds(
    Signs, held=st.booleans(), unavailable=NAMES, failures=st.integers(0, 2), overdue=st.integers(0, 2),
    rejected=st.integers(0, 2), ending=NAMES,
)  # fmt: skip


def test_nothing_is_amiss() -> None:
    assert health_of(Signs()) == (Health.OK, ())


def test_a_hold_goes_before_all_else_and_hides_nothing() -> None:
    signs = Signs(held=True, unavailable=["bigbox-as2"], failures=1, overdue=2, rejected=3, ending=["bigbox.pem"])
    told = "held", "unavailable", "failures", "overdue", "rejected", "certificates"
    assert health_of(signs) == (Health.HELD, told)


@given(SIGNS)
def test_it_is_as_bad_as_the_worst_sign(signs: Signs) -> None:
    health, reasons = health_of(signs)
    assert (health is Health.OK) == (not reasons)
    assert (health is Health.HELD) == signs.held
    assert (health is Health.FAILING) == (bool(signs.unavailable) and not signs.held)
    amiss = [signs.held, signs.unavailable, signs.failures, signs.overdue, signs.rejected, signs.ending]
    assert len(reasons) == sum(map(bool, amiss))
